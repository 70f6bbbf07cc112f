//! `specs/rsql-merge`: its scripts through the very states that their jobs go through in AWS.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use runtime_lambda::state::{RunStatus, StepStatus};

use crate::program::{Folder, checkout};
use crate::tables::rows;

fn log(folder: &Folder, step: &str, round: u32) -> String {
    let run = folder.runs().pop().unwrap();
    std::fs::read_to_string(run.join(format!("logs/{step}/round-{round}.txt"))).unwrap()
}

#[test]
fn the_scripts_merge_what_was_delivered_twice_in_a_row() {
    let folder = Folder::copy_of("specs/rsql-merge");
    for _ in 0..2 {
        let ended = folder.sfc(&["run", "."]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let state = folder.state();
        assert_eq!(state.status, RunStatus::Finished);
        let step = |name: &str| &state.steps[name];
        assert_ne!(step("load_customers").lane, step("load_places").lane);
        assert!(step("vacuum_analyze").started >= step("merge_customers").ended);
        assert!(step("vacuum_analyze").started >= step("merge_regions").ended);
        let result = folder.document("results/merge_customers.json");
        assert_eq!(result["output"]["ExitCode"], 0);
        // By hand from data/: customer n is of nation 7n mod 10, two nations make a region.
        assert_eq!(
            rows(
                folder.path(),
                "select r.name, count(*), sum(c.balance) from customer c
                 join nation n on n.nation_key = c.nation_key
                 join region r on r.region_key = n.region_key group by 1 order by 1"
            ),
            [
                ["Africa", "8", "1727.64"],
                ["Americas", "8", "1826.60"],
                ["Asia", "8", "1430.76"],
                ["Europe", "8", "1529.72"],
                ["Oceania", "8", "1628.68"],
            ]
        );
    }
    assert!(log(&folder, "merge_customers", 1).ends_with("40 customers merged\n"));
}

#[test]
fn a_script_that_exits_3_fails_its_step_and_says_why() {
    let folder = Folder::copy_of("specs/rsql-merge");
    folder.write(
        "data/customer/customer.csv",
        "customer_key,name,nation_key,balance\n",
    );
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let state = folder.state();
    assert_eq!((state.status, state.round), (RunStatus::Failed, 2));
    assert_eq!(state.steps["load_customers"].status, StepStatus::Failed);
    assert_eq!(state.steps["merge_customers"].status, StepStatus::Skipped);
    assert_eq!(state.steps["merge_regions"].status, StepStatus::Finished);
    let error = state.steps["load_customers"].error.clone().unwrap();
    assert!(
        error
            .message
            .contains("the script exited with 3: no customers were delivered"),
        "{error:?}"
    );
    assert!(log(&folder, "load_customers", 2).ends_with("no customers were delivered\n"));
    assert_eq!(folder.messages().len(), 1);
}

#[test]
fn a_script_past_its_limit_is_stopped() {
    let folder = Folder::copy_of("specs/rsql-merge");
    let spec = folder.read("pipeline.yaml");
    folder.write(
        "pipeline.yaml",
        &spec.replace(
            "{ rsql: rsql/vacuum_analyze.rsql,",
            "{ rsql: rsql/vacuum_analyze.rsql, limit: 1s,",
        ),
    );
    folder.write(
        "rsql/vacuum_analyze.rsql",
        &format!("{};\n", crate::program::SLOW),
    );
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let error = folder.state().steps["vacuum_analyze"]
        .error
        .clone()
        .unwrap();
    assert_eq!(error.error, "Sfc.TimeLimit");
}

/// Answers as the AWS CLI does where a container asks it, and as RSQL with what it was given.
const AWS: &str = r#"#!/bin/sh
echo "aws $*" >> "$ASKED"
case "$1 $2" in
"s3 cp") printf %s "$SCRIPT" > "$5" ;;
"redshift-serverless get-workgroup") echo '{"address":"workgroup.host","port":5440}' ;;
"redshift-serverless get-credentials") echo '{"dbUser":"IAM:job","dbPassword":"pass word"}' ;;
"redshift describe-clusters") echo '{"Address":"cluster.host","Port":5441}' ;;
"redshift get-cluster-credentials") echo '{"DbUser":"IAM:etl","DbPassword":"pass word"}' ;;
"secretsmanager get-secret-value") echo '{"username":"reader","password":"pass word","host":"secret.host","port":5442}' ;;
*) exit 9 ;;
esac
"#;
const SCRIPT: &str = "select 1;\n\\exit 0\n";
const RSQL: &str = r#"#!/bin/sh
echo "password $RSPASSWORD"
printf '%s\n' "$@"
exit 3
"#;

#[test]
fn the_documented_entry_point_connects_in_every_way_and_keeps_parameters_whole() {
    if Command::new("jq").arg("--version").output().is_err() {
        println!("skipped: there is no jq");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("aws", AWS), ("rsql", RSQL)] {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = format!(
        "{}:{}",
        folder.path().display(),
        std::env::var("PATH").unwrap()
    );
    let hash = runtime_lambda::keys::sha256(SCRIPT.as_bytes());
    let started = |hash: &str, variables: &[(&str, &str)]| {
        Command::new("sh")
            .arg(checkout().join("docs/rsql-container/entry-point"))
            .env("PATH", &path)
            .env("ASKED", folder.path().join("asked"))
            .env("SCRIPT", SCRIPT)
            .env("SFC_SCRIPT", format!("s3://artifacts/rsql/{hash}.rsql"))
            .env("SFC_DATABASE", "dev")
            .env(
                "SFC_PARAMETERS",
                r#"{"day":"2026-01-01","who":"it's $HOME; `id`\nx"}"#,
            )
            .envs(variables.iter().copied())
            .output()
            .unwrap()
    };
    let run = |variables: &[(&str, &str)]| {
        let output = started(&hash, variables);
        // RSQL's exit code is the container's.
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    for (variables, host, port, user) in [
        (
            &[("SFC_WORKGROUP", "w")][..],
            "workgroup.host",
            "5440",
            "IAM:job",
        ),
        (
            &[("SFC_CLUSTER", "c"), ("SFC_DB_USER", "etl")],
            "cluster.host",
            "5441",
            "IAM:etl",
        ),
        (&[("SFC_SECRET", "s")], "secret.host", "5442", "reader"),
        (
            &[("SFC_SECRET", "s"), ("SFC_CLUSTER", "c")],
            "cluster.host",
            "5441",
            "reader",
        ),
    ] {
        let expected = format!(
            "password pass word\n-h\n{host}\n-p\n{port}\n-U\n{user}\n-d\ndev\n\
             -v\nday=2026-01-01\n-v\nwho=it's $HOME; `id`\nx\n-f\n/tmp/script.rsql\n"
        );
        assert_eq!(run(variables), expected);
    }
    let asked = std::fs::read_to_string(folder.path().join("asked")).unwrap();
    let copied = format!("aws s3 cp --quiet s3://artifacts/rsql/{hash}.rsql /tmp/script.rsql");
    assert!(asked.contains(&copied), "{asked}");
    assert!(asked.contains("--db-user etl --db-name dev"), "{asked}");

    // Somebody has put another script in the place of this one.
    let other = runtime_lambda::keys::sha256(b"another script");
    let refused = started(&other, &[("SFC_WORKGROUP", "w")]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert!(refused.stdout.is_empty(), "{refused:?}");
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("its content has another hash"), "{said}");
}

#[test]
fn the_logs_of_scripts_are_shown() {
    let folder = Folder::copy_of("specs/rsql-merge");
    assert_eq!(folder.sfc(&["run", "."]).code, Some(0));
    let logs = folder.sfc(&["logs", "--local"]);
    assert_eq!(logs.code, Some(0), "{logs:?}");
    assert!(
        logs.stdout.contains("merge_customers, round-1\n"),
        "{logs:?}"
    );
    let run = folder.runs().pop().unwrap();
    let written = std::fs::read_to_string(run.join("logs/merge_customers/round-1.txt")).unwrap();
    assert!(!written.trim().is_empty());
    for line in written.lines() {
        assert!(logs.stdout.contains(line.trim_end()), "{line}: {logs:?}");
    }
}

#[test]
fn the_page_of_a_run_shows_the_end_of_the_log_of_a_script_that_failed() {
    let folder = Folder::copy_of("specs/rsql-merge");
    let script = "\\echo '<b>before</b> it fails'\nselect * from nowhere;\n\\exit 7\n";
    folder.write("rsql/merge_nations.rsql", script);
    assert_eq!(folder.sfc(&["run", "."]).code, Some(1));
    let run = folder.runs().pop().unwrap();
    let page = std::fs::read_to_string(run.join("report/index.html")).unwrap();
    let log = page
        .split_once("aria-label=\"Log of merge_nations\">")
        .unwrap()
        .1;
    let log = log.split_once("</pre>").unwrap().0;
    assert!(log.contains("&lt;b&gt;before&lt;/b&gt; it fails"), "{log}");
}
