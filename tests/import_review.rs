//! `sfc import review`.

use crate::program::Folder;

const CONFIG: &str = r#"{
  "all-serial": ["NodeDetails:600,TableInfo:300,WLMQueue:90"],
  "all-parallel": ["NodeDetails:600", "TableInfo:300", "WLMQueue:90"],
  "serial parallel": ["NodeDetails:600,TableInfo:300", "WLMQueue:90"]
}"#;

/// The sample's repository: a folder of the configuration, a folder of the scripts.
fn repository(config: &str) -> Folder {
    Folder::new(
        "none",
        &[
            ("config/config.json", config),
            ("scripts/NodeDetails.sql", "select 1 as node;\n"),
            ("scripts/TableInfo.sql", "select 2 as tables;\n"),
            ("scripts/WLMQueue.sql", "select 3 as queues;\n"),
        ],
    )
}

#[test]
fn each_configuration_becomes_a_pipeline_that_runs() {
    let folder = repository(CONFIG);
    let ended = folder.sfc(&["import", "review", "config/config.json", "review"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(
        ended.stdout,
        "sfc validate review\nsfc validate review/all-parallel.yaml\nsfc validate review/serial-parallel.yaml\n"
    );
    for (spec, lanes) in [("pipeline", 1), ("all-parallel", 3), ("serial-parallel", 2)] {
        let path = format!("review/{spec}.yaml");
        let text = folder.read(&path);
        assert!(text.contains(&format!("  lanes: {lanes}\n")), "{text}");
        assert!(
            text.contains("  WLMQueue: { sql: queries/WLMQueue.sql, limit: 1m30s }\n"),
            "{text}"
        );
        assert_eq!(folder.sfc(&["validate", &path]).code, Some(0));
    }
    let order: Vec<usize> = ["NodeDetails:", "TableInfo:", "WLMQueue:"]
        .iter()
        .map(|step| folder.read("review/pipeline.yaml").find(step).unwrap())
        .collect();
    assert!(order.is_sorted(), "in the order of the configuration");
    let run = folder.sfc(&["run", "review"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stdout.contains("FINISHED: 3 of 3 steps finished"),
        "{}",
        run.stdout
    );
}

#[test]
fn the_global_state_and_query_objects_are_configurations_as_well() {
    for config in [
        r#"{ "S3BucketName": "b", "Workflow": {
             "NodeDetails": { "ScriptName": "scripts/NodeDetails.sql", "OutputLocation": "result/NodeDetails.json", "TimeThreshold": 600, "Status": "INITIAL" },
             "TableInfo": { "ScriptName": "scripts/TableInfo.sql", "TimeThreshold": "300" } } }"#,
        r#"[ { "name": "NodeDetails", "script key": "scripts/NodeDetails.sql", "result key": "r", "time threshold": 600 },
             { "script_key": "scripts/TableInfo.sql", "time_threshold": 300 } ]"#,
    ] {
        let folder = repository(config);
        let ended = folder.sfc(&["import", "review", "config/config.json", "review"]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let text = folder.read("review/pipeline.yaml");
        assert!(
            text.contains("  NodeDetails: { sql: queries/NodeDetails.sql, limit: 10m }\n  TableInfo: { sql: queries/TableInfo.sql, limit: 5m }\n"),
            "{text}"
        );
        assert_eq!(folder.sfc(&["validate", "review"]).code, Some(0));
    }
}

#[test]
fn mistakes_are_shown_all_at_once_where_they_are_and_nothing_is_written() {
    let folder = repository(
        r#"{
  "all-serial": ["NodeDetails:600,TableInfo,WLMQueue:soon,NodeDetails:60"],
  "none": [],
  "odd": "NodeDetails:600",
  "late": ["TableInfo:90000", ":5"]
}"#,
    );
    let ended = folder.sfc(&[
        "import",
        "review",
        "config/config.json",
        "review",
        "--format",
        "github",
    ]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let all = ended.stdout + &ended.stderr;
    for sentence in [
        "the query `TableInfo` has no time limit",
        "`soon` is no time limit of `WLMQueue`",
        "`all-serial` has the query `NodeDetails` twice",
        "`none` has no queries",
        "`odd` is no list of connections",
        "the time limit of `TableInfo` is out of range",
        "`late` has a query without a name",
    ] {
        assert!(all.contains(sentence), "{sentence}: {all}");
    }
    assert!(all.contains("line=2"), "{all}");
    assert!(!folder.path().join("review").exists());
}

#[test]
fn what_cannot_be_read_is_named() {
    let folder = repository(r#"{ "all-serial": ["NodeDetails:600" }"#);
    let broken = folder.sfc(&["import", "review", "config/config.json", "review"]);
    assert_eq!(broken.code, Some(2));
    assert!(
        broken
            .stderr
            .contains("error[SFC1001]: the configuration is no JSON"),
        "{}",
        broken.stderr
    );
    let missing = folder.sfc(&["import", "review", "config/none.json", "review"]);
    assert_eq!(missing.code, Some(2));
    assert!(
        missing.stderr.contains("`config/none.json` cannot be read"),
        "{}",
        missing.stderr
    );

    let folder = repository(r#"{ "all-serial": ["NodeDetails:600,Gone:60"] }"#);
    let gone = folder.sfc(&["import", "review", "config/config.json", "review"]);
    assert_eq!(gone.code, Some(2));
    assert!(
        gone.stderr
            .contains("error[SFC1003]: the script of `Gone` is not there"),
        "{}",
        gone.stderr
    );
    folder.write("scripts/Gone.sql", "select 'open");
    let open = folder.sfc(&["import", "review", "config/config.json", "review"]);
    assert_eq!(open.code, Some(2));
    assert!(open.stderr.contains("error[SFC0405]"), "{}", open.stderr);
    assert!(!folder.path().join("review").exists());
    folder.write("elsewhere/NodeDetails.sql", "select 1 as one");
    folder.write("elsewhere/Gone.sql", "select 2 as two");
    let named = folder.sfc(&[
        "import",
        "review",
        "config/config.json",
        "review",
        "--scripts",
        "elsewhere",
    ]);
    assert_eq!(named.code, Some(0), "{named:?}");
    let again = folder.sfc(&["import", "review", "config/config.json", "review"]);
    assert_eq!(again.code, Some(2));
    assert!(
        again.stderr.contains("`review` is not empty"),
        "{}",
        again.stderr
    );
}

#[test]
fn nothing_outside_of_the_configuration_is_read() {
    let secret = tempfile::tempdir().unwrap();
    let secret = secret.path().join("secret.sql");
    std::fs::write(&secret, "select 'secret';\n").unwrap();
    let secret = secret.to_str().unwrap();
    let config = |script: &str| format!(r#"[{{"name":"A","script":"{script}","timeout":5}}]"#);
    let folder = repository("[]");
    folder.write("elsewhere/A.sql", "select 'secret';\n");
    #[cfg(unix)]
    {
        let link = |from: &str, to: &str| {
            std::os::unix::fs::symlink(from, folder.path().join(to)).unwrap();
        };
        link(secret, "config/linked.sql");
        link("../elsewhere", "config/folder");
        link(secret, "scripts/linked.sql");
    }
    for script in [
        secret,
        "../elsewhere/A.sql",
        "scripts/../../elsewhere/A.sql",
        "linked.sql",
        "folder/A.sql",
        "scripts/linked.sql",
    ] {
        folder.write("config/config.json", &config(script));
        let ended = folder.sfc(&["import", "review", "config/config.json", "review"]);
        assert_eq!(ended.code, Some(2), "{script}: {ended:?}");
        assert!(
            ended.stderr.contains("error[SFC1004]"),
            "{script}: {}",
            ended.stderr
        );
        assert!(!folder.path().join("review").exists());
    }
    let named = ["--scripts", "elsewhere"];
    let arguments = ["import", "review", "config/config.json", "review"];
    folder.write("config/config.json", &config("/etc/A.sql"));
    let ended = folder.sfc(&[&arguments[..], &named].concat());
    assert_eq!(
        ended.code,
        Some(0),
        "a folder that its user names: {ended:?}"
    );
}

#[cfg(unix)]
#[test]
fn a_device_a_pipe_or_something_endless_is_no_script() {
    let folder = repository("[]");
    let pipe = folder.path().join("config/pipe.sql");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    folder.write("config/large.sql", &" ".repeat(10 * 1024 * 1024 + 1));
    for script in ["pipe.sql", "large.sql", "."] {
        let config = format!(r#"[{{"name":"A","script":"{script}","timeout":5}}]"#);
        folder.write("config/config.json", &config);
        let ended = folder.sfc(&["import", "review", "config/config.json", "review"]);
        assert_eq!(ended.code, Some(2), "{script}: {ended:?}");
        assert!(
            ended.stderr.contains("error[SFC1005]"),
            "{script}: {}",
            ended.stderr
        );
    }
    for config in ["/dev/zero", "config/pipe.sql", "config"] {
        let ended = folder.sfc(&["import", "review", config, "review"]);
        assert_eq!(ended.code, Some(2), "{config}: {ended:?}");
        assert!(
            ended.stderr.contains("error[SFC1005]"),
            "{config}: {}",
            ended.stderr
        );
    }
}
