//! What sfc promises, on fixed seeds: the examples and two pipelines of twenty steps, with every fault.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on has failed, and its figures are printed"
)]

mod one_fault;
mod pipelines;
mod planted;
mod races;
mod scale;
mod seeds;
mod shrinking;

use std::sync::Arc;

use runtime_lambda::state::RunStatus;
use simulate::{Calling, Campaign, Conditions, FaultKind, Subject, simulate};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Runs fixed seeds, and says which promises they break.
fn keep(name: &str, subject: &Arc<Subject>, runs: u64) {
    let campaign = Campaign {
        first: 1,
        runs,
        threads: 2,
        conditions: Conditions::default(),
    };
    let summary = campaign.run(subject, |_| {});
    println!(
        "simulated {name}: {} runs, {:.0} a second, {} faults of {} kinds, {} broken",
        summary.runs,
        summary.rate(),
        summary.fired.values().sum::<u64>(),
        summary.fired.len(),
        summary.broken
    );
    assert_eq!(summary.broken, 0, "{name}: {:#?}", summary.findings);
}

#[test]
fn twenty_steps_that_are_asked_about_keep_every_promise() {
    keep("twenty steps, polled", &pipelines::twenty("poll"), 100);
}

#[test]
fn twenty_steps_that_tell_of_their_end_keep_every_promise() {
    keep("twenty steps, told", &pipelines::twenty("event"), 100);
}

#[test]
fn runs_that_queue_or_are_skipped_keep_every_promise() {
    for overlap in ["queue", "skip"] {
        let subject = pipelines::five("poll", &format!("overlap: {overlap}\n"));
        keep(overlap, &subject, 100);
    }
}

#[test]
fn the_same_seed_is_the_same_run() {
    let subject = pipelines::twenty("event");
    for seed in 1..20 {
        let first = simulate(&subject, seed, &Conditions::default());
        let again = simulate(&subject, seed, &Conditions::default());
        assert_eq!(first.fired, again.fired, "seed {seed}");
        assert_eq!(first.events, again.events, "seed {seed}");
        assert_eq!(first.took, again.took, "seed {seed}");
    }
}

#[test]
fn without_faults_every_run_finishes_however_the_lambda_is_called() {
    for calling in [Calling::Outlives, Calling::Aborts] {
        let conditions = Conditions {
            only: Some(Vec::new()),
            calling: Some(calling),
            ..Conditions::default()
        };
        let ends = (1..10).map(|seed| {
            let report = simulate(&pipelines::twenty("poll"), seed, &conditions);
            assert!(report.broken.is_empty(), "{:?}", report.broken);
            report.ends
        });
        assert!(
            ends.into_iter()
                .all(|ends| ends == [Some(RunStatus::Finished)])
        );
    }
}

#[test]
fn a_step_that_fails_twice_is_done_in_the_third_round_and_one_that_fails_thrice_is_not() {
    for (times, end) in [(2, RunStatus::Finished), (3, RunStatus::Failed)] {
        let conditions = Conditions {
            failing: [("s03".to_owned(), times)].into(),
            telling: true,
            ..Conditions::default()
        };
        let report = simulate(&pipelines::twenty("poll"), 1, &conditions);
        assert_eq!(report.ends, [Some(end)]);
        assert!(report.broken.is_empty(), "{:?}", report.broken);
        let told = report
            .story
            .iter()
            .any(|line| line.text.contains("ERROR: division by zero in s03"));
        assert!(told);
    }
}

#[test]
fn a_story_is_a_diagram_too() {
    let conditions = Conditions {
        kinds: FaultKind::named("lambda").into_iter().collect(),
        telling: true,
        ..Conditions::default()
    };
    let report = simulate(&pipelines::twenty("event"), 5, &conditions);
    let diagram = simulate::diagram(&report.story);
    assert!(diagram.starts_with("sequenceDiagram\n"));
    assert!(diagram.contains("Lambda->>Topic"), "{diagram}");
    assert!(diagram.lines().all(|line| !line.contains(';')));
}
