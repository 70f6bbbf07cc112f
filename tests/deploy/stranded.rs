//! Deploys that would take away what a run that goes on needs: a kind of step, or its data bucket.

use std::fs;
use std::process::{Command, Stdio};

use runtime_lambda::state::{RunStatus, StepStatus};
use tempfile::TempDir;

use crate::operating::{called, deployed, run, state, write};
use crate::peer::Peer;
use crate::pipeline::{Ended, folder, spec};

const SQL: &str = "{ sql: two.sql, after: one }";

const JOB: &str = "{ glue_job: { name: orders, arguments: { day: '{{day}}' } }, after: one }";

/// A pipeline that is deployed with a job as its second step, and a run of it that goes on. The run's first
/// step is FINISHED, its second as given. Gives the run's id, too.
fn with_a_job(two: StepStatus) -> (Peer, TempDir, String) {
    let peer = Peer::start();
    let folder = folder(&spec("").replace(SQL, JOB));
    let deployed = run(&peer, &folder, &["deploy", "--yes"]);
    assert_eq!(deployed.code, Some(0), "{deployed:?}");
    let started = run(&peer, &folder, &["start"]);
    assert_eq!(started.code, Some(0), "{started:?}");
    let mut state = state(&peer, RunStatus::Running, two);
    state.plan = peer.world().stacks["demo"].outputs["Plan"].as_str().into();
    write(&peer, &state);
    (peer, folder, state.run.into())
}

fn write_spec(folder: &TempDir, text: &str) {
    fs::write(folder.path().join("pipeline.yaml"), text).unwrap();
}

fn end(peer: &Peer, execution: usize) {
    peer.world().executions[execution].status = "SUCCEEDED".to_owned();
}

#[test]
fn a_run_that_needs_what_is_dropped_is_named_and_nothing_changes() {
    let (peer, folder, id) = with_a_job(StepStatus::Running);
    write_spec(&folder, &spec(""));
    let named = format!("in the run `{id}`, `two` is a `glue_job`");
    for more in [&["--yes"][..], &["--hot"]] {
        peer.world().calls.clear();
        let refused = run(&peer, &folder, &[&["deploy"], more].concat());
        assert_eq!(refused.code, Some(2), "{refused:?}");
        for words in [
            "error[SFC0953]: a run goes on that needs what this deploy takes away",
            &named,
            "nothing was changed",
            "`--wait`",
            "`sfc stop RUN`",
        ] {
            assert!(
                refused.stderr.contains(words),
                "{words}: {}",
                refused.stderr
            );
        }
        let changes = ["PutObject", "CreateChangeSet", "UpdateStateMachine"];
        assert!(changes.iter().all(|call| peer.world().count(call) == 0));
    }
    end(&peer, 0);
    let deployed = run(&peer, &folder, &["deploy", "--yes"]);
    assert_eq!(deployed.code, Some(0), "{deployed:?}");
}

#[test]
fn with_wait_it_deploys_when_no_run_needs_it_any_more() {
    let (peer, folder, first) = with_a_job(StepStatus::Running);
    write_spec(&folder, &spec(""));
    let (second, deployed) = std::thread::scope(|scope| {
        let deploying = scope.spawn(|| run(&peer, &folder, &["deploy", "--yes", "--wait"]));
        called(&peer, "ListExecutions", 0, 2);
        // This one has no state yet: it may come to every step.
        let second = run(&peer, &folder, &["start"]);
        assert_eq!(second.code, Some(0), "{second:?}");
        end(&peer, 0);
        // Of two more looks the first is over, and it was of the second run alone.
        let listed = peer.world().count("ListExecutions");
        called(&peer, "ListExecutions", listed, 2);
        assert!(!deploying.is_finished(), "the second run goes on");
        assert_eq!(peer.world().count("ExecuteChangeSet"), 1);
        end(&peer, 1);
        (second.stdout.trim().to_owned(), deploying.join().unwrap())
    });
    assert_eq!(deployed.code, Some(0), "{deployed:?}");
    for id in [first, second] {
        let said = format!("waiting for the run {id}: `two` is a `glue_job`");
        assert_eq!(
            deployed.stderr.matches(&said).count(),
            1,
            "{}",
            deployed.stderr
        );
    }
    let world = peer.world();
    assert_eq!(world.count("ExecuteChangeSet"), 2);
    assert_eq!(world.stacks["demo"].status, "UPDATE_COMPLETE");
}

#[test]
fn who_waits_may_be_interrupted() {
    let (peer, folder, _) = with_a_job(StepStatus::Running);
    write_spec(&folder, &spec(""));
    let mut command = peer.sfc(folder.path(), &["deploy", "--yes", "--wait"]);
    let waiting = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    called(&peer, "ListExecutions", 0, 1);
    let id = waiting.id().to_string();
    let told = Command::new("kill").args(["-INT", &id]).status().unwrap();
    assert!(told.success());
    let ended: Ended = waiting.wait_with_output().unwrap().into();
    assert_eq!(ended.code, Some(130), "{ended:?}");
    let said = "interrupted: nothing was changed";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
    assert_eq!(peer.world().count("CreateChangeSet"), 1);
}

#[test]
fn a_deploy_that_drops_nothing_asks_for_no_run() {
    let (peer, folder, _) = with_a_job(StepStatus::Running);
    fs::write(folder.path().join("one.sql"), "select 11 as one").unwrap();
    peer.world().calls.clear();
    let deployed = run(&peer, &folder, &["deploy", "--yes"]);
    assert_eq!(deployed.code, Some(0), "{deployed:?}");
    let world = peer.world();
    assert_eq!(world.count("ExecuteChangeSet"), 1);
    assert_eq!(world.count("ListExecutions"), 0);
}

#[test]
fn a_kind_that_no_run_needs_any_more_is_dropped() {
    let (peer, folder, id) = with_a_job(StepStatus::Finished);
    write_spec(&folder, &spec(""));
    peer.world().calls.clear();
    let deployed = run(&peer, &folder, &["deploy", "--yes", "--wait"]);
    assert_eq!(deployed.code, Some(0), "{deployed:?}");
    assert!(!deployed.stderr.contains(&id), "{}", deployed.stderr);
    let world = peer.world();
    assert_eq!(world.count("ExecuteChangeSet"), 1);
    // Before anything is made, and before it is executed.
    assert_eq!(world.count("ListExecutions"), 2);
}

#[test]
fn runs_whose_states_cannot_be_read_count() {
    let (peer, folder, id) = with_a_job(StepStatus::Finished);
    write_spec(&folder, &spec(""));
    let state = runtime_lambda::keys::state("demo", &id.as_str().into());
    let mut world = peer.world();
    let objects = &mut world.buckets.get_mut("demo-data-bucket").unwrap().objects;
    objects.insert(state, b"of another release".to_vec());
    drop(world);
    let refused = run(&peer, &folder, &["deploy", "--yes"]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    let named = format!("in the run `{id}`, `two` is a `glue_job`");
    assert!(refused.stderr.contains(&named), "{}", refused.stderr);
}

#[test]
fn a_run_keeps_its_data_bucket() {
    let (peer, folder) = deployed();
    let made = spec("");
    let given = made.replace(
        "dashboard: false",
        "dashboard: false, data: { bucket: elsewhere }",
    );
    // That the stack makes a bucket, the change set tells.
    for (number, text) in [given, made].iter().enumerate() {
        let started = run(&peer, &folder, &["start"]);
        assert_eq!(started.code, Some(0), "{started:?}");
        write_spec(&folder, text);
        let refused = run(&peer, &folder, &["deploy", "--yes"]);
        assert_eq!(refused.code, Some(2), "{refused:?}");
        let named = format!("in the run `{}`, its state lies", started.stdout.trim());
        assert!(refused.stderr.contains(&named), "{}", refused.stderr);
        assert!(peer.world().change_sets.is_empty());
        end(&peer, number);
        let deployed = run(&peer, &folder, &["deploy", "--yes"]);
        assert_eq!(deployed.code, Some(0), "{deployed:?}");
    }
}
