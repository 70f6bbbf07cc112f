//! `specs/flights`, the real input, from a clean folder.

use runtime_lambda::state::{RunStatus, StepStatus};

use crate::program::Folder;

#[test]
fn flights_runs_to_its_end_and_a_second_run_of_the_same_folder_works() {
    let folder = Folder::copy_of("specs/flights");
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(0), "{ended:?}");

    let state = folder.state();
    assert_eq!(state.status, RunStatus::Finished);
    assert!(
        state
            .steps
            .values()
            .all(|step| step.status == StepStatus::Finished)
    );
    assert_eq!(state.round, 1);
    let lanes: std::collections::BTreeSet<_> =
        state.steps.values().filter_map(|step| step.lane).collect();
    assert!(lanes.len() > 1, "more than one lane worked: {lanes:?}");

    // Every line about a step names its lane, its time and its rows.
    for name in state.steps.keys() {
        let line = ended
            .stdout
            .lines()
            .find(|line| line.contains(&format!(" {name} ")));
        assert!(
            line.is_some_and(|line| line.contains("FINISHED") && line.contains(" s")),
            "{name}: {}",
            ended.stdout
        );
    }
    assert!(ended.stdout.contains("results   "), "{}", ended.stdout);

    // 16 airlines flew from New York in 2013, and United flew 58,665 times.
    let run = folder.runs().pop().unwrap();
    let csv = std::fs::read_to_string(run.join("results/punctuality.csv")).unwrap();
    assert_eq!(csv.lines().count(), 1 + 16, "{csv}");
    assert!(csv.contains("58665"), "{csv}");
    let json = folder.document("results/punctuality.json");
    assert_eq!(json["TotalNumRows"], 16);
    assert_eq!(json["Records"].as_array().unwrap().len(), 16);
    let manifest = folder.document("manifests/round-1.json");
    assert_eq!(manifest["finished"], state.steps.len());
    let page = std::fs::read_to_string(run.join("report/index.html")).unwrap();
    assert!(page.contains("punctuality") && page.contains("58,665"));
    for section in ["timeline", "order", "steps", "details"] {
        assert!(
            page.contains(&format!("<section id=\"{section}\">")),
            "{section}"
        );
    }
    assert!(
        page.len() <= 120 * 1024,
        "the page has {} bytes",
        page.len()
    );
    assert_eq!(folder.messages().len(), 1);

    let again = folder.sfc(&["run", "."]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert_eq!(folder.runs().len(), 2);
    let csv_again =
        std::fs::read_to_string(folder.runs().pop().unwrap().join("results/punctuality.csv"))
            .unwrap();
    assert_eq!(csv, csv_again);
}
