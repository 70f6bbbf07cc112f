//! `--env`: what lies over the spec, and where its mistakes are.

use std::fs;

use crate::pipeline::{ended, folder, sfc, spec};

#[test]
fn an_environment_lies_over_the_spec() {
    let folder = folder(&spec(""));
    fs::write(
        folder.path().join("pipeline.prod.yaml"),
        "name: demo-prod\nwarehouse: { workgroup: production }\nsteps:\n  two: { after: [] }\n",
    )
    .unwrap();
    let plan = |arguments: &[&str]| -> serde_json::Value {
        let shown = ended(sfc(folder.path(), arguments));
        assert_eq!(shown.code, Some(0), "{shown:?}");
        serde_json::from_str(&shown.stdout).unwrap()
    };
    let prod = plan(&["plan", "--json", "--env", "prod"]);
    assert_eq!(prod["pipeline"], "demo-prod");
    assert_eq!(prod["warehouse"]["workgroup"], "production");
    assert_eq!(prod["warehouse"]["database"], "dev");
    assert!(
        prod["steps"]
            .as_array()
            .unwrap()
            .iter()
            .all(|step| step["after"].is_null())
    );
    let base = plan(&["plan", "--json"]);
    assert_eq!(base["pipeline"], "demo");
    assert_eq!(base["warehouse"]["workgroup"], "w");
}

#[test]
fn mistakes_are_shown_in_the_file_that_they_are_in() {
    let folder = folder(&spec(""));
    fs::write(
        folder.path().join("pipeline.prod.yaml"),
        "# production\nlimits: { lanes: 0 }\nsteps:\n  three: { sql: gone.sql }\n",
    )
    .unwrap();
    let wrong = ended(sfc(folder.path(), &["validate", "--env", "prod"]));
    assert_eq!(wrong.code, Some(2), "{wrong:?}");
    assert!(
        wrong.stderr.contains("pipeline.prod.yaml:2"),
        "{}",
        wrong.stderr
    );
    assert!(
        wrong.stderr.contains("pipeline.prod.yaml:4"),
        "{}",
        wrong.stderr
    );
    assert!(!wrong.stderr.contains("pipeline.yaml:"), "{}", wrong.stderr);

    fs::write(folder.path().join("pipeline.prod.yaml"), "steps: [\n").unwrap();
    let broken = ended(sfc(folder.path(), &["validate", "--env", "prod"]));
    assert_eq!(broken.code, Some(2), "{broken:?}");
    assert!(
        broken.stderr.contains("pipeline.prod.yaml:"),
        "{}",
        broken.stderr
    );

    for environment in ["test", "../x"] {
        let none = ended(sfc(folder.path(), &["validate", "--env", environment]));
        assert_eq!(none.code, Some(2), "{none:?}");
        assert!(none.stderr.contains("error[SFC0922]"), "{}", none.stderr);
    }
}
