//! Everything that can be wrong with an account, a stack or a moment.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::peer::Peer;
use crate::pipeline::{Ended, ended, folder, sfc, spec};

fn deploy(peer: &Peer, folder: &tempfile::TempDir) -> Ended {
    ended(peer.sfc(folder.path(), &["deploy", "--yes"]))
}

/// The code, the exit status and some words of one failed deploy.
fn fails(peer: &Peer, folder: &tempfile::TempDir, code: &str, exit: i32, words: &[&str]) {
    let failed = deploy(peer, folder);
    assert_eq!(failed.code, Some(exit), "{code}: {failed:?}");
    assert!(
        failed.stderr.contains(&format!("error[{code}]")),
        "{code}: {}",
        failed.stderr
    );
    for word in words {
        assert!(failed.stderr.contains(word), "{word}: {}", failed.stderr);
    }
    assert!(failed.stderr.contains("help"), "{}", failed.stderr);
}

#[test]
fn credentials_regions_and_networks_are_told_apart() {
    let folder = folder(&spec(""));
    let mut command = sfc(folder.path(), &["deploy", "--yes"]);
    command.env("AWS_REGION", "eu-central-1");
    let none = ended(command);
    assert_eq!(none.code, Some(3), "{none:?}");
    assert!(none.stderr.contains("error[SFC0901]"), "{}", none.stderr);

    let none = ended(sfc(folder.path(), &["deploy", "--yes"]));
    assert!(none.stderr.contains("error[SFC0904]"), "{}", none.stderr);

    let peer = Peer::start();
    peer.world().broken.expired = true;
    fails(
        &peer,
        &folder,
        "SFC0902",
        3,
        &["have expired", "aws sso login"],
    );

    let mut command = peer.sfc(folder.path(), &["deploy", "--yes"]);
    command.env("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
    let away = ended(command);
    assert_eq!(away.code, Some(3), "{away:?}");
    assert!(away.stderr.contains("error[SFC0905]"), "{}", away.stderr);
    assert!(away.stderr.contains("AWS_ENDPOINT_URL"), "{}", away.stderr);

    // As the endpoint of a Region that does not exist.
    let arguments = ["deploy", "--yes", "--region", "eu-nowhere-9"];
    let mut command = peer.sfc(folder.path(), &arguments);
    command.env("AWS_ENDPOINT_URL_STS", "http://sts.eu-nowhere-9.invalid");
    let nowhere = ended(command);
    assert_eq!(nowhere.code, Some(3), "{nowhere:?}");
    for said in [
        "error[SFC0905]",
        "the Region is `eu-nowhere-9`",
        "`--region`",
    ] {
        assert!(nowhere.stderr.contains(said), "{said}: {}", nowhere.stderr);
    }
}

#[test]
fn a_missing_permission_is_named() {
    let folder = folder(&spec(""));
    for operation in [
        "CreateChangeSet",
        "CreateBucket",
        "PutObject",
        "ExecuteChangeSet",
        "ValidateStateMachineDefinition",
        "GetFunctionConfiguration",
    ] {
        let peer = Peer::start();
        peer.world().broken.denied.insert(operation.to_owned());
        fails(
            &peer,
            &folder,
            "SFC0903",
            3,
            &[&format!("`test:{operation}`")],
        );
        assert!(peer.world().change_sets.is_empty(), "{operation}");
    }
}

#[test]
fn a_warehouse_that_is_not_there_is_found_out_before_anything_changes() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    peer.world().broken.no_warehouse = true;
    let words = [
        "the workgroup `w` is not there in the Region eu-central-1 of account 111122223333",
        "pipeline.yaml:2",
        "nothing was changed",
        "`--region`",
    ];
    fails(&peer, &folder, "SFC0913", 3, &words);
    let diff = ended(peer.sfc(folder.path(), &["diff"]));
    assert_eq!(diff.code, Some(3), "{diff:?}");
    assert!(diff.stderr.contains("error[SFC0913]"), "{}", diff.stderr);
    let changes = ["CreateBucket", "PutObject", "CreateChangeSet"];
    assert!(changes.iter().all(|call| peer.world().count(call) == 0));
    // Who may not ask goes on without, and says so.
    peer.world().broken.no_warehouse = false;
    peer.world()
        .broken
        .denied
        .insert("ListDatabases".to_owned());
    let deployed = deploy(&peer, &folder);
    assert_eq!(deployed.code, Some(0), "{deployed:?}");
    let said = "whether the workgroup `w` is there is not checked: there is no permission for \
                `test:ListDatabases`";
    assert!(deployed.stderr.contains(said), "{}", deployed.stderr);
    peer.world().broken.denied.clear();
    peer.world().broken.no_data_api = true;
    let diff = ended(peer.sfc(folder.path(), &["diff"]));
    assert_eq!(diff.code, Some(0), "{diff:?}");
    let said = "is not checked: this endpoint does not know how to";
    assert!(diff.stderr.contains(said), "{}", diff.stderr);
    // In place nobody looks: there has been a deploy before.
    peer.world().calls.clear();
    let hot = ended(peer.sfc(folder.path(), &["deploy", "--hot"]));
    assert_eq!(hot.code, Some(0), "{hot:?}");
    assert_eq!(peer.world().count("ListDatabases"), 0);
}

#[test]
fn a_region_without_the_stack_is_named() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    let arguments = ["status", "--region", "eu-west-1"];
    let status = ended(peer.sfc(folder.path(), &arguments));
    assert_eq!(status.code, Some(2), "{status:?}");
    let words = [
        "error[SFC0916]",
        "`demo` is not deployed in account 111122223333 in eu-west-1",
        "`--region`",
    ];
    for word in words {
        assert!(status.stderr.contains(word), "{word}: {}", status.stderr);
    }
}

#[test]
fn a_stack_that_cloudformation_would_not_take_is_refused_before_anything_is_asked() {
    let many: String = (0..501)
        .map(|index| format!("  - {{ schedule: \"cron({} 5 * * ? *)\" }}\n", index % 60))
        .collect();
    let long: String = (0..300)
        .map(|index| {
            let word = format!("{index}").repeat(1_000);
            format!("  - event: {{ source: [\"{word}\", \"{word}b\"] }}\n")
        })
        .collect();
    for (triggers, said) in [(many, "resources"), (long, "bytes")] {
        let peer = Peer::start();
        let folder = folder(&spec(&format!("triggers:\n{triggers}")));
        fails(&peer, &folder, "SFC0603", 2, &[said]);
        assert!(peer.world().calls.is_empty(), "{:?}", peer.world().calls);
    }
}

#[test]
fn a_bucket_of_another_account_is_not_used() {
    let peer = Peer::start();
    peer.world().broken.bucket_taken = true;
    fails(
        &peer,
        &folder(&spec("")),
        "SFC0907",
        3,
        &["another account has the bucket"],
    );
    assert_eq!(peer.world().count("PutObject"), 0);
    assert_eq!(peer.world().count("CreateChangeSet"), 0);
}

#[test]
fn throttling_is_waited_out() {
    let peer = Peer::start();
    for operation in [
        "CreateChangeSet",
        "DescribeStacks",
        "DescribeStackEvents",
        "HeadObject",
    ] {
        peer.world()
            .broken
            .throttled
            .insert(operation.to_owned(), 2);
    }
    let deployed = deploy(&peer, &folder(&spec("")));
    assert_eq!(deployed.code, Some(0), "{deployed:?}");
}

#[test]
fn a_definition_that_aws_refuses_changes_nothing() {
    let peer = Peer::start();
    peer.world().broken.finding = Some("The field Arguments is wrong".to_owned());
    let folder = folder(&spec(""));
    fails(
        &peer,
        &folder,
        "SFC0919",
        3,
        &["The field Arguments is wrong", "/States/Submit"],
    );
    assert_eq!(peer.world().count("CreateChangeSet"), 0);
    peer.world().broken.finding = None;
    peer.world().broken.no_validation = true;
    let deployed = deploy(&peer, &folder);
    assert_eq!(deployed.code, Some(0), "{deployed:?}");
    assert!(
        deployed.stderr.contains("are not validated"),
        "{}",
        deployed.stderr
    );
}

#[test]
fn stacks_that_cannot_be_changed_say_what_to_do() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    assert_eq!(deploy(&peer, &folder).code, Some(0));
    fs::write(folder.path().join("one.sql"), "select 11 as one").unwrap();
    for (status, code, words) in [
        ("ROLLBACK_COMPLETE", "SFC0909", "sfc destroy"),
        ("DELETE_FAILED", "SFC0909", "sfc destroy"),
        (
            "UPDATE_ROLLBACK_FAILED",
            "SFC0909",
            "continue-update-rollback",
        ),
        ("UPDATE_IN_PROGRESS", "SFC0910", "wait until it is over"),
        ("DELETE_IN_PROGRESS", "SFC0910", "wait until it is over"),
    ] {
        peer.world().stacks.get_mut("demo").unwrap().status = status.to_owned();
        fails(&peer, &folder, code, 3, &[status, words]);
    }
    peer.world().stacks.get_mut("demo").unwrap().status = "UPDATE_ROLLBACK_COMPLETE".to_owned();
    assert_eq!(deploy(&peer, &folder).code, Some(0));
    let tags = [
        ("sfc:pipeline", "other", "`other`"),
        ("team", "x", "did not make it"),
    ];
    for (key, value, words) in tags {
        let own = std::collections::BTreeMap::from([(key.to_owned(), value.to_owned())]);
        peer.world().stacks.get_mut("demo").unwrap().tags = own;
        fails(&peer, &folder, "SFC0908", 2, &[words]);
    }
    let destroyed = ended(peer.sfc(folder.path(), &["destroy", "--yes"]));
    assert_eq!(destroyed.code, Some(2), "{destroyed:?}");
    assert_eq!(peer.world().count("DeleteStack"), 0);
}

#[test]
fn a_failed_change_shows_its_first_cause_and_the_line_it_comes_from() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    peer.world().broken.failing = vec![
        ("Topic".to_owned(), "Resource creation cancelled".to_owned()),
        ("Function".to_owned(), "The runtime is unknown.".to_owned()),
    ];
    peer.world().broken.looks = 3;
    fails(
        &peer,
        &folder,
        "SFC0912",
        3,
        &[
            "`Function` could not be deployed: The runtime is unknown.",
            "everything that had been made is deleted",
            "ROLLBACK_IN_PROGRESS",
            "pipeline.yaml:5",
        ],
    );
    // It is ROLLBACK_COMPLETE now and has nothing, so the next deploy takes it away by itself, whether
    // CloudFormation knows its tags or not.
    let stack = |peer: &Peer| peer.world().stacks["demo"].clone();
    assert_eq!(stack(&peer).status, "ROLLBACK_COMPLETE");
    peer.world().stacks.get_mut("demo").unwrap().tags.clear();
    peer.world().broken.failing.clear();
    let again = deploy(&peer, &folder);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(
        again.stderr.contains("it is deleted first"),
        "{}",
        again.stderr
    );
    assert_eq!(stack(&peer).status, "CREATE_COMPLETE");

    fs::write(folder.path().join("one.sql"), "select 11 as one").unwrap();
    peer.world().broken.failing = vec![("RetryStateMachine".to_owned(), "too bad".to_owned())];
    fails(
        &peer,
        &folder,
        "SFC0912",
        3,
        &["everything is as it was before"],
    );
}

#[test]
fn a_step_that_fails_in_a_deploy_is_the_cause_with_its_line() {
    let peer = Peer::start();
    let text = spec("")
        + "  make: { sql: one.sql, when: deploy }\n  drop: { sql: one.sql, when: destroy }\n";
    let folder = folder(&text);
    let reason = "Received response status [FAILED] from custom resource. Message returned: step `make` failed: ERROR: no schema (run 20261121T101500Z-0123abcd: it failed; report: s3://b/demo)";
    peer.world().broken.failing = vec![("StackRuns".to_owned(), reason.to_owned())];
    fails(
        &peer,
        &folder,
        "SFC0912",
        3,
        &[
            "runs with it, unless the plan is the one that is deployed: `make`",
            "step `make` failed: ERROR: no schema",
            "pipeline.yaml:9",
            "Custom::SfcStackRuns",
        ],
    );
    peer.world().broken.failing.clear();
    assert_eq!(
        ended(peer.sfc(folder.path(), &["destroy", "--yes"])).code,
        Some(0)
    );
    assert_eq!(deploy(&peer, &folder).code, Some(0));
    // CloudFormation runs them, and nobody else.
    assert_eq!(peer.world().count("StartExecution"), 0);

    let reason = "step `drop` failed: ERROR: in use";
    peer.world().broken.undeletable = Some(("StackRuns".to_owned(), reason.to_owned()));
    let failed = ended(peer.sfc(folder.path(), &["destroy", "--yes"]));
    assert_eq!(failed.code, Some(3), "{failed:?}");
    for words in [
        "the steps with `when: destroy` run first",
        "error[SFC0923]",
        reason,
        "--retain-resources StackRuns",
    ] {
        assert!(failed.stderr.contains(words), "{words}: {}", failed.stderr);
    }
    assert_eq!(peer.world().count("StartExecution"), 0);
}

#[test]
fn a_change_set_that_cannot_be_made_says_why() {
    let peer = Peer::start();
    peer.world().broken.change_set = Some("Template error: every Fn::Sub is wrong".to_owned());
    let folder = folder(&spec(""));
    fails(
        &peer,
        &folder,
        "SFC0911",
        3,
        &["every Fn::Sub is wrong", "nothing was changed"],
    );
    assert!(peer.world().change_sets.is_empty());
}

#[test]
fn two_deploys_at_once_do_not_meet() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    assert_eq!(deploy(&peer, &folder).code, Some(0));
    fs::write(folder.path().join("one.sql"), "select 11 as one").unwrap();
    peer.world().broken.overtaken = true;
    fails(
        &peer,
        &folder,
        "SFC0910",
        3,
        &["somebody else has begun", "deploy again"],
    );
}

/// Starts a deploy, and waits until the stack is being changed.
fn halfway(peer: &Peer, folder: &tempfile::TempDir, status: &str) -> std::process::Child {
    let mut command = peer.sfc(folder.path(), &["deploy", "--yes"]);
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while peer
        .world()
        .stacks
        .get("demo")
        .is_none_or(|stack| stack.status != status)
    {
        assert!(begun.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

#[test]
fn a_deploy_that_meets_another_one_changes_nothing() {
    let peer = Peer::start();
    peer.world().broken.endless = true;
    peer.world().broken.looks = 3;
    let one = folder(&spec(""));
    let other = folder(&spec("").replace("2026-01-01", "2026-02-02"));
    let first = halfway(&peer, &one, "CREATE_IN_PROGRESS");
    let uploaded = peer.world().count("PutObject");
    let words = [
        "somebody else is changing the stack `demo`",
        "nothing was changed",
    ];
    fails(&peer, &other, "SFC0910", 3, &words);
    assert_eq!(peer.world().count("PutObject"), uploaded);
    peer.world().broken.endless = false;
    let first: Ended = first.wait_with_output().unwrap().into();
    assert_eq!(first.code, Some(0), "{first:?}");
    assert_eq!(peer.world().count("ExecuteChangeSet"), 1);
    assert_eq!(deploy(&peer, &other).code, Some(0));
}

#[test]
fn an_interrupted_deploy_is_picked_up() {
    let peer = Peer::start();
    peer.world().broken.endless = true;
    peer.world().broken.looks = 3;
    let folder = folder(&spec(""));
    let mut killed = halfway(&peer, &folder, "CREATE_IN_PROGRESS");
    killed.kill().unwrap();
    killed.wait().unwrap();

    let mut asked = halfway(&peer, &folder, "CREATE_IN_PROGRESS");
    let mut lines = BufReader::new(asked.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("this very deploy was interrupted")));
    // It has said that it follows the stack; then it looks at it.
    let looked = peer.world().count("DescribeStacks");
    let begun = Instant::now();
    while peer.world().count("DescribeStacks") == looked {
        assert!(begun.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(20));
    }
    let pid = asked.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    assert_eq!(asked.wait().unwrap().code(), Some(130), "{rest:?}");
    assert!(
        rest.iter()
            .any(|line| line.contains("`sfc deploy` again follows it")),
        "{rest:?}"
    );

    peer.world().broken.endless = false;
    let followed = deploy(&peer, &folder);
    assert_eq!(followed.code, Some(0), "{followed:?}");
    assert!(
        followed.stderr.contains("this very deploy was interrupted"),
        "{}",
        followed.stderr
    );
    assert!(
        followed.stderr.contains("nothing to change"),
        "{}",
        followed.stderr
    );
    assert_eq!(peer.world().count("ExecuteChangeSet"), 1);
}

#[test]
fn a_change_set_that_nobody_executed_is_no_obstacle() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    peer.world()
        .broken
        .denied
        .insert("DeleteChangeSet".to_owned());
    let asked = ended(peer.sfc(folder.path(), &["deploy"]));
    assert_eq!(asked.code, Some(2), "{asked:?}");
    assert_eq!(peer.world().stacks["demo"].status, "REVIEW_IN_PROGRESS");
    assert_eq!(peer.world().change_sets.len(), 1);
    peer.world().broken.denied.clear();
    assert_eq!(deploy(&peer, &folder).code, Some(0));
}

#[test]
fn a_stack_that_does_not_go_away_says_why() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    assert_eq!(deploy(&peer, &folder).code, Some(0));
    let reason = "The bucket you tried to delete is not empty";
    peer.world().broken.undeletable = Some(("DataBucket".to_owned(), reason.to_owned()));
    let failed = ended(peer.sfc(folder.path(), &["destroy", "--yes"]));
    assert_eq!(failed.code, Some(3), "{failed:?}");
    assert!(
        failed.stderr.contains("error[SFC0923]"),
        "{}",
        failed.stderr
    );
    assert!(failed.stderr.contains(reason), "{}", failed.stderr);
}
