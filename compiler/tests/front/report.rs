//! The looks of a run's page: `report`, the severity of signals, and the picture of the order.

use runtime_lambda::plan::{Section, Severity};
use sfc::diagnostic::Code;

use crate::folder::{Folder, steps};

const STEPS: &str = "steps:\n  a: { sql: a.sql }\n  b: { sql: b.sql, after: a }\n";

fn with(report: &str) -> Folder {
    steps(&format!("report: {report}\n{STEPS}"))
}

#[test]
fn a_title_a_logo_and_sections_come_into_the_plan() {
    let folder = with("{ title: Nightly, logo: logo.svg, sections: [steps, failures] }")
        .with("logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    let (compiled, diagnostics) = folder.compile();
    assert!(!diagnostics.has_errors(), "{}", folder.shown());
    let report = compiled.unwrap().1.plan.report;
    assert_eq!(report.title.as_deref(), Some("Nightly"));
    assert_eq!(report.sections(), [Section::Steps, Section::Failures]);
    let logo = report.logo.unwrap();
    assert!(
        logo.starts_with("data:image/svg+xml;base64,PHN2ZyB4"),
        "{logo}"
    );
}

#[test]
fn without_report_the_plan_says_nothing_of_it() {
    let (compiled, _) = steps(STEPS).compile();
    let output = compiled.unwrap().1;
    assert!(output.plan.report.is_default());
    let text = String::from_utf8(output.bytes).unwrap();
    assert!(!text.contains("\"report\""), "{text}");
}

#[test]
fn a_template_of_the_house_is_tried() {
    let house = |template: &str| with("{ template: house.hbs }").with("house.hbs", template);
    let good = "<h1>{{title}}</h1>{{#each steps}}{{name}} {{lower status}}{{/each}}";
    let (compiled, _) = house(good).compile();
    let pipeline = compiled.unwrap().0;
    assert_eq!(pipeline.report.template.as_deref(), Some(good));
    for bad in [
        "{{#each steps}}",
        "{{shout title}}",
        "{{duration title}}",
        "{{> other}}",
    ] {
        let folder = house(bad);
        assert_eq!(folder.codes(), [Code::ReportTemplate], "{bad}");
    }
    let large = house(&"x".repeat(257 * 1024));
    assert_eq!(large.codes(), [Code::ReportTemplate]);
    let latin = with("{ template: house.hbs }").with("house.hbs", b"\xe4".to_vec());
    assert_eq!(latin.codes(), [Code::ReportTemplate]);
    let missing = with("{ template: house.hbs }");
    assert_eq!(missing.codes(), [Code::ScriptUnreadable]);
    let outside = with("{ template: ../house.hbs }");
    assert_eq!(outside.codes(), [Code::ScriptOutsideFolder]);
}

#[test]
fn a_logo_is_a_small_picture() {
    let logo = |bytes: &[u8]| with("{ logo: logo }").with("logo", bytes).codes();
    assert_eq!(logo(b"\x89PNG\r\n\x1a\n..."), []);
    assert_eq!(logo(b"GIF89a"), [Code::ReportLogo]);
    let large = [b"<svg>".as_slice(), &vec![b' '; 33 * 1024]].concat();
    assert_eq!(logo(&large), [Code::ReportLogo]);
}

#[test]
fn a_signal_is_a_warning_unless_it_says_more() {
    let folder = steps(
        "steps:\n  a:\n    sql: a.sql\n    signals:\n      - { signal: one }\n      - { signal: two, severity: critical }\n",
    );
    let (compiled, _) = folder.compile();
    let output = compiled.unwrap().1;
    let signals = &output.plan.steps[0].signals;
    assert_eq!(signals[0].severity, Severity::Warning);
    assert_eq!(signals[1].severity, Severity::Critical);
    let text = String::from_utf8(output.bytes).unwrap();
    assert_eq!(text.matches("\"severity\"").count(), 1, "{text}");
}

#[test]
fn the_order_is_a_picture_of_the_plan() {
    let (compiled, _) = steps(
        "steps:\n  a: { sql: a.sql }\n  b: { sql: b.sql, after: a }\n  c: { sql: b.sql, after: [a, b] }\n",
    )
    .compile();
    let picture = compiled.unwrap().1.plan.picture.unwrap();
    let labels: Vec<&str> = picture
        .nodes
        .iter()
        .map(|node| node.label.as_str())
        .collect();
    assert_eq!(labels, ["a", "b", "c"]);
    // That c comes after a follows from the others.
    assert_eq!(picture.edges, [(0, 1), (1, 2)]);
    assert!(picture.nodes[0].x < picture.nodes[1].x && picture.nodes[1].x < picture.nodes[2].x);
    let (alone, _) = steps("steps:\n  a: { sql: a.sql }\n").compile();
    assert_eq!(alone.unwrap().1.plan.picture, None);
}
