//! `sfc ui --aws`: the same pages, of runs in an account.

use runtime_lambda::state::{RunStatus, StepStatus};

#[path = "../ui/client.rs"]
mod client;

use self::client::Console;
use crate::operating::{deployed, run, state, write};

const ARTIFACTS: &str = "plans/";

/// The hash of the plan that was deployed.
fn plan(peer: &crate::peer::Peer) -> String {
    let world = peer.world();
    let mut keys = world
        .buckets
        .values()
        .flat_map(|bucket| bucket.objects.keys());
    let plan = keys.find_map(|key| key.strip_prefix(ARTIFACTS)).unwrap();
    plan.trim_end_matches(".json").to_owned()
}

#[test]
fn runs_in_an_account_are_started_followed_stopped_and_resumed() {
    let (peer, folder) = deployed();
    let console = Console::start(peer.sfc(folder.path(), &["ui", "--aws", "--port", "0"]));
    let list = console.page(&console.page);
    assert!(
        list.contains("on this machine") && list.contains("in AWS"),
        "{list}"
    );
    let (_, behind) = list.split_once("href=\"/aws/").unwrap();
    let base = format!("/aws/{}/", behind.split_once('/').unwrap().0);
    assert!(console.page(&base).contains("There is no run yet."));
    assert!(
        console
            .page(&format!("{base}start"))
            .contains("Without it: 2026-01-01.")
    );

    // Started: Step Functions has it, and the page waits for its state.
    let answer = console.post(&format!("{base}start"), "day=2026-01-02");
    let page = answer.location().to_owned();
    assert_eq!(
        peer.world().executions[0].input["parameters"]["day"],
        "2026-01-02"
    );
    assert!(console.page(&page).contains("The run has no state yet."));

    // Followed.
    let plan = plan(&peer);
    let written = |status, two| {
        let mut state = state(&peer, status, two);
        state.plan = plan.as_str().into();
        // Nobody has written rows.
        state.steps["one"].has_result = false;
        write(&peer, &state);
        state.run.to_string()
    };
    let run_id = written(RunStatus::Running, StepStatus::Running);
    assert_eq!(page, format!("{base}{run_id}/report/"));
    let text = console.follow(&page, |text| text.contains("<td class=\"RUNNING\">running"));
    assert!(text.contains("in the console"), "{text}");
    assert!(console.page("/").contains(&run_id));

    // Stopped, as `sfc stop` does it.
    assert_eq!(
        console.post(&format!("{base}{run_id}/stop"), "").location(),
        page
    );
    assert_eq!(peer.world().executions[0].status, "ABORTED");
    written(RunStatus::Stopped, StepStatus::Failed);
    let text = console.follow(&page, |text| !text.contains("data-events"));
    assert!(text.contains("<span class=\"status STOPPED\">"), "{text}");

    // Resumed, as `sfc resume` does it.
    let answer = console.post(&format!("{base}{run_id}/resume"), "day=");
    assert_ne!(answer.location(), page);
    assert_eq!(peer.world().executions[1].input["resume"], run_id);

    // What AWS refuses is said in its words.
    peer.world().executions[1].status = "FAILED".to_owned();
    peer.world().executions[1].error = "Sfc.InvalidParameter".to_owned();
    assert!(
        console
            .page(answer.location())
            .contains("Sfc.InvalidParameter")
    );
}

#[test]
fn a_pipeline_that_is_not_deployed_is_listed_with_the_reason() {
    let (peer, folder) = deployed();
    assert_eq!(run(&peer, &folder, &["destroy", "--yes"]).code, Some(0));
    let console = Console::start(peer.sfc(folder.path(), &["ui", "--aws", "--port", "0"]));
    assert!(console.page("/").contains("SFC0916: the pipeline"));
}

#[test]
fn pipelines_of_an_account_are_shown_without_their_folders() {
    let (peer, folder) = deployed();
    assert_eq!(run(&peer, &folder, &["start"]).code, Some(0));
    let mut ended = state(&peer, RunStatus::Failed, StepStatus::Failed);
    ended.plan = plan(&peer).into();
    ended.steps["one"].has_result = false;
    write(&peer, &ended);
    peer.world().executions[0].status = "FAILED".to_owned();

    let empty = tempfile::tempdir().unwrap();
    let refused = ended_in(&peer, empty.path(), &["ui", "--port", "0"]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    let console = Console::start(peer.sfc(empty.path(), &["ui", "--aws", "--port", "0"]));
    let list = console.page("/");
    assert!(list.contains("<a href=\"/aws/~demo/\">demo</a>"), "{list}");
    assert!(list.contains(ended.run.as_str()), "{list}");
    let runs = console.page("/aws/~demo/");
    assert!(runs.contains("no folder of this pipeline"), "{runs}");
    assert!(!runs.contains("Start a run"), "{runs}");
    let page = console.page(&format!("/aws/~demo/{}/report/", ended.run));
    assert!(page.contains("<span class=\"status FAILED\">"), "{page}");
    assert!(
        !page.contains("Start again") && !page.contains("Resume"),
        "{page}"
    );
    let start = console.get("/aws/~demo/start");
    assert_eq!(start.status, 400, "{start:?}");
    assert!(
        start.body.contains("no folder of the pipeline"),
        "{start:?}"
    );
    assert_eq!(console.get("/local/~demo/").status, 404);

    // One that has a folder is shown once.
    let beside = Console::start(peer.sfc(folder.path(), &["ui", "--aws", "--port", "0"]));
    assert!(!beside.page("/").contains("/aws/~demo/"));
}

fn ended_in(
    peer: &crate::peer::Peer,
    folder: &std::path::Path,
    arguments: &[&str],
) -> crate::pipeline::Ended {
    crate::pipeline::ended(peer.sfc(folder, arguments))
}
