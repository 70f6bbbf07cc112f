//! What `lint` of the spec and comments make of warnings.

use std::collections::BTreeSet;
use std::path::Path;

use sfc::diagnostic::{Code, Gravity};

use crate::folder::{Folder, steps};

const TWO_RESULTS: &str = "select 1 as one;\nselect 2 as two;";

fn with(lint: &str, sql: &str) -> Folder {
    steps(&format!("{lint}steps:\n  load: {{ sql: sql/load.sql }}\n")).with("sql/load.sql", sql)
}

fn found(folder: &Folder) -> Vec<(Code, Gravity)> {
    let (pipeline, diagnostics) = folder.compile();
    assert_eq!(pipeline.is_some(), !diagnostics.has_errors());
    diagnostics
        .iter()
        .map(|diagnostic| (diagnostic.code, diagnostic.severity))
        .collect()
}

#[test]
fn a_level_changes_what_a_rule_warns_of() {
    let rule = |level: &str| {
        let lint = format!("lint: {{ SFC0414: {level} }}\n");
        found(&with(&lint, TWO_RESULTS))
    };
    assert_eq!(
        found(&with("", TWO_RESULTS)),
        [(Code::ResultNotKept, Gravity::Warning)]
    );
    assert_eq!(rule("warning"), [(Code::ResultNotKept, Gravity::Warning)]);
    assert_eq!(rule("error"), [(Code::ResultNotKept, Gravity::Error)]);
    assert_eq!(rule("off"), []);
    assert_eq!(rule("\"off\""), []);
}

#[test]
fn errors_stay_errors() {
    // The same code warns of a signal's column and refuses an expected one.
    let folder = steps(
        "lint: { SFC0431: off }\nsteps:\n  load:\n    sql: sql/load.sql\n    expect: { values: { two: 2 } }\n    signals: [{ when: { three: 3 }, signal: s }]\n",
    )
    .with("sql/load.sql", "select 1 as one;");
    assert_eq!(found(&folder), [(Code::ResultColumn, Gravity::Error)]);
    let folder = with("lint: { SFC0420: off }\n", "select 1 as one;");
    assert_eq!(found(&folder), [(Code::LintRule, Gravity::Error)]);
    assert!(folder.shown().contains("is always an error"));
}

#[test]
fn rules_and_levels_that_there_are_not_have_a_nearest() {
    let folder = with(
        "lint: { SFC414: off, sfc0309: off, SFC9999: off }\n",
        "select 1 as one;",
    );
    let shown = folder.shown();
    assert_eq!(found(&folder), [(Code::LintRule, Gravity::Error); 3]);
    assert!(shown.contains("did you mean `SFC0414`?"), "{shown}");
    assert!(shown.contains("did you mean `SFC0309`?"), "{shown}");
    let folder = with("lint: { SFC0414: wraning }\n", "select 1 as one;");
    assert_eq!(found(&folder), [(Code::UnknownChoice, Gravity::Error)]);
    assert!(folder.shown().contains("did you mean `warning`?"));
}

#[test]
fn a_comment_allows_one_statement_what_a_rule_warns_of() {
    let allowed = "-- sfc: allow SFC0414\nselect 1 as one;\nselect 2 as two;";
    assert_eq!(found(&with("", allowed)), []);
    let inside = "select\n  -- sfc: allow SFC0308, SFC0414\n  1 as one;\nselect 2 as two;";
    assert_eq!(found(&with("", inside)), []);
    let made_error = with("lint: { SFC0414: error }\n", allowed);
    assert_eq!(found(&made_error), []);
    for not in [
        "-- sfc: allow SFC0308\nselect 1 as one;\nselect 2 as two;",
        "select 0 as zero /* sfc: allow SFC0414 */;\nselect 2 as two;",
        "-- sfc: see the handbook\nselect 1 as one;\nselect 2 as two;",
    ] {
        assert_eq!(
            found(&with("", not)),
            [(Code::ResultNotKept, Gravity::Warning)],
            "{not}"
        );
    }
}

#[test]
fn a_comment_that_allows_nothing_is_a_mistake() {
    for comment in [
        "-- sfc: allow",
        "-- sfc: allow SFC9999",
        "-- sfc: allow SFC0420",
        "-- sfc: alow SFC0414",
    ] {
        let folder = with("", &format!("{comment}\nselect 1 as one;"));
        assert_eq!(
            found(&folder),
            [(Code::LintRule, Gravity::Error)],
            "{comment}"
        );
    }
}

/// What the compiler's sources hand to `Diagnostic::warning` as the code.
fn warned_of(folder: &Path, codes: &mut BTreeSet<String>) -> std::io::Result<()> {
    const CALL: &str = "Diagnostic::warning(";
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            warned_of(&path, codes)?;
            continue;
        }
        let text = std::fs::read_to_string(&path)?;
        for (at, _) in text.match_indices(CALL) {
            let rest = text.get(at + CALL.len()..).unwrap_or_default();
            let argument = rest.split(',').next().unwrap_or_default().trim();
            codes.insert(match argument.strip_prefix("Code::") {
                Some(code) => code.to_owned(),
                // One place hands the code in: `unordered.rs` warns of no other.
                None if argument == "code" => "UnorderedWrites".to_owned(),
                None => format!("{}: {argument}", path.display()),
            });
        }
    }
    Ok(())
}

#[test]
fn every_code_that_warns_is_a_rule() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut warned = BTreeSet::new();
    for phase in ["pipeline", "plan", "pipeline_yaml", "machines", "stack"] {
        warned_of(&source.join(phase), &mut warned).unwrap();
    }
    let rules: BTreeSet<String> = Code::RULES.iter().map(|code| format!("{code:?}")).collect();
    assert_eq!(warned, rules, "`Code::RULES` names the codes that warn");
}
