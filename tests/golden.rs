//! What every folder of `specs/` is compiled to, held as snapshots.

use crate::program::{Folder, checkout};

/// Names of the folders of `specs/`, sorted.
fn examples() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(checkout().join("specs"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The environments of an example, `pipeline.<environment>.yaml`.
pub fn environments(example: &str) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(checkout().join(format!("specs/{example}")))
        .unwrap()
        .filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let name = name.strip_prefix("pipeline.")?.strip_suffix(".yaml")?;
            Some(name.to_owned())
        })
        .collect();
    names.sort();
    names
}

/// A template with a line for each of its values: one that is large is written on a single line.
fn readable(template: &str) -> String {
    let template: serde_json::Value = serde_json::from_str(template).unwrap();
    serde_json::to_string_pretty(&template).unwrap() + "\n"
}

#[test]
fn definitions_plans_and_graphs_are_as_they_were_reviewed() {
    for example in examples() {
        let folder = Folder::copy_of(&format!("specs/{example}"));
        let built = folder.sfc(&["build", ".", "--out", "bundle"]);
        assert_eq!(built.code, Some(0), "{built:?}");
        assert_eq!(
            built.stderr.lines().count(),
            1,
            "an example has no warnings: {}",
            built.stderr
        );
        let snapshot = |name: &str, text: String| {
            insta::with_settings!({ snapshot_path => format!("snapshots/{example}"), prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(name, text);
            });
        };
        for machine in [
            "query",
            "query-timeout",
            "query-loop",
            "retry",
            "report",
            "backfill",
        ] {
            snapshot(
                machine,
                folder.read(format!("bundle/definitions/{machine}.asl.json")),
            );
        }
        snapshot("plan", folder.sfc(&["plan", "."]).stdout);
        snapshot("graph-mermaid", folder.sfc(&["graph", "."]).stdout);
        snapshot("template", readable(&folder.read("bundle/template.json")));
        for environment in environments(&example) {
            let out = format!("bundle-{environment}");
            let built = folder.sfc(&["build", ".", "--env", &environment, "--out", &out]);
            assert_eq!(built.code, Some(0), "{built:?}");
            snapshot(
                &format!("template-{environment}"),
                readable(&folder.read(format!("{out}/template.json"))),
            );
        }
        snapshot(
            "graph-dot",
            folder.sfc(&["graph", ".", "--as", "dot"]).stdout,
        );
        let svg = folder.sfc(&["graph", ".", "--as", "svg"]).stdout;
        let html = folder.sfc(&["graph", ".", "--as", "html"]).stdout;
        assert!(html.contains(&svg), "{html}");
        snapshot("graph-svg", svg);
    }
}

#[test]
fn every_example_points_its_editor_at_the_schema() {
    for example in examples() {
        let spec =
            std::fs::read_to_string(checkout().join(format!("specs/{example}/pipeline.yaml")))
                .unwrap();
        assert_eq!(
            spec.lines().next(),
            Some("# yaml-language-server: $schema=../../docs/pipeline.schema.json"),
            "{example}"
        );
    }
}
