//! Races that the simulation has found, each with the faults that it takes and no others. A seed may
//! change with the model, so each race is looked for on many seeds.

use std::sync::Arc;

use runtime_lambda::plan::Completion;
use runtime_lambda::protocol::errors;
use simulate::{Calling, Campaign, Conditions, FaultKind, Subject, simulate};

use crate::pipelines;

/// Runs seeds in which only these faults happen, each of them in most of the seeds.
fn survive(subject: &Arc<Subject>, faults: &[&str]) {
    let kinds = faults.iter().flat_map(|name| {
        let named = FaultKind::named(name);
        assert!(!named.is_empty(), "{name}");
        named
    });
    let campaign = Campaign {
        first: 1,
        runs: 200,
        threads: 2,
        conditions: Conditions {
            kinds: kinds.collect(),
            ..Conditions::default()
        },
    };
    let summary = campaign.run(subject, |_| {});
    assert_eq!(summary.broken, 0, "{faults:?}: {:#?}", summary.findings);
    for name in faults {
        let fired: u64 = FaultKind::named(name)
            .iter()
            .filter_map(|kind| summary.fired.get(kind))
            .sum();
        assert!(fired > 0, "{name} never happened");
    }
}

#[test]
fn a_late_delivery_of_an_older_turn_touches_nothing() {
    let late = ["lambda.twice", "lambda.gives_up", "lambda.slow_start"];
    survive(&pipelines::five("poll", ""), &late);
    survive(&pipelines::five("event", ""), &late);
}

#[test]
fn a_run_that_is_stopped_while_it_is_created_ends() {
    survive(
        &pipelines::five("poll", ""),
        &["run.abort", "lambda.slow_start"],
    );
}

#[test]
fn nothing_is_claimed_or_submitted_while_a_run_is_being_ended() {
    let faults = ["run.abort", "children", "lambda.slow_start", "store.slow"];
    survive(&pipelines::five("poll", ""), &faults);
    survive(&pipelines::five("event", ""), &faults);
}

#[test]
fn a_submission_that_is_under_way_when_its_run_is_stopped_is_ended() {
    let faults = [
        "run.abort",
        "warehouse.slow",
        "warehouse.find.stale",
        "lambda.in_flight",
        "lambda.killed",
    ];
    survive(&pipelines::five("poll", ""), &faults);
}

#[test]
fn a_step_past_its_limit_says_so_however_its_end_is_learnt() {
    let faults = ["statement.endless", "warehouse.cancel"];
    survive(&pipelines::five("poll", ""), &faults);
    survive(&pipelines::five("event", ""), &faults);
}

#[test]
fn one_message_is_sent_whatever_is_read_or_written_in_vain() {
    let faults = ["store.put", "store.get", "topic.before", "lambda.twice"];
    survive(&pipelines::five("poll", ""), &faults);
}

#[test]
fn a_run_is_swept_whatever_fails() {
    let faults = [
        "run.abort",
        "sweep",
        "store.get",
        "lambda.lost_request",
        "lambda.throttled",
    ];
    survive(&pipelines::five("poll", ""), &faults);
}

#[test]
fn an_error_that_passes_is_tried_again_whatever_is_lost_or_comes_twice() {
    let faults = [
        "statement.transient",
        "lambda.twice",
        "lambda.lost_answer",
        "lambda.killed",
        "lambda.slow_start",
    ];
    survive(&pipelines::five("poll", ""), &faults);
    survive(&pipelines::five("event", ""), &faults);
}

#[test]
fn a_run_is_stopped_between_two_statements_of_a_step() {
    let faults = [
        "statement.transient",
        "run.abort",
        "children",
        "warehouse.slow",
    ];
    survive(&pipelines::five("poll", ""), &faults);
    survive(&pipelines::five("event", ""), &faults);
}

#[test]
fn a_limit_passes_between_two_statements_of_a_step() {
    let faults = [
        "statement.transient",
        "statement.endless",
        "bus",
        "lambda.slow_start",
    ];
    survive(&pipelines::five("event", ""), &faults);
}

#[test]
fn an_event_that_comes_twice_starts_one_run() {
    let faults = [
        "trigger.twice",
        "store.put",
        "store.slow",
        "lambda.lost_answer",
        "lambda.slow_start",
    ];
    survive(&pipelines::five("event", ""), &faults);
    survive(&pipelines::five("event", "overlap: queue\n"), &faults);
}

#[test]
fn a_stack_is_deployed_anew_in_the_middle_of_a_run() {
    let faults = ["stack.deploy", "lambda.twice", "statement.transient", "bus"];
    survive(&pipelines::five("event", ""), &faults);
    let faults = ["stack.deploy", "lambda.twice", "statement.transient"];
    survive(&pipelines::five("poll", ""), &faults);
    // Lanes of then know of one statement a round: an error that passes is for the rounds there.
    let faults = ["stack.deploy", "lambda.twice", "bus"];
    survive(&pipelines::from_an_earlier_version(), &faults);
}

#[test]
fn events_may_be_lost_late_early_or_twice() {
    survive(&pipelines::five("event", ""), &["bus", "executions"]);
}

#[test]
fn runs_that_must_not_overlap_do_not() {
    for overlap in ["overlap: queue\n", "overlap: skip\n"] {
        let faults = [
            "run.second",
            "store.put",
            "lambda.twice",
            "lambda.slow_start",
        ];
        survive(&pipelines::five("poll", overlap), &faults);
    }
}

#[test]
fn a_lambda_that_is_not_ready_for_now_is_asked_again() {
    for completion in ["poll", "event"] {
        let faults = ["lambda.throttled", "run.abort"];
        survive(&pipelines::five(completion, ""), &faults);
    }
}

#[test]
fn a_crawl_is_over_before_its_run_is() {
    let (_, tolls) = pipelines::examples(Completion::Event)
        .into_iter()
        .find(|(name, _)| name == "toll-events")
        .unwrap();
    survive(
        &tolls,
        &["run.abort", "children", "run.resume", "job.fails"],
    );
}

#[test]
fn a_stop_that_waits_while_its_round_goes_by_leaves_the_next_one_alone() {
    let faults = [
        "statement.transient",
        "statement.endless",
        "bus.lost",
        "lambda.gives_up",
        "lambda.twice",
    ];
    survive(&pipelines::five("event", ""), &faults);
}

#[test]
fn whoever_hears_late_that_a_crawl_was_started_leaves_another_runs_alone() {
    let mut examples = pipelines::examples(Completion::Event).into_iter();
    let (_, subject) = examples.find(|(name, _)| name == "toll-events").unwrap();
    survive(&subject, &["run.second", "lambda.twice"]);
}

#[test]
fn cloudformation_hears_how_its_run_ended_whatever_comes_late_or_twice() {
    let mut examples = pipelines::examples(Completion::Event).into_iter();
    let (_, subject) = examples.find(|(name, _)| name == "taxi-unload").unwrap();
    let faults = [
        "stack.create",
        "stack.delete",
        "stack.request",
        "stack.answer",
        "sweep",
        "statement.fails",
        "lambda.lost_answer",
    ];
    survive(&subject, &faults);
    // Not because nothing was asked.
    let conditions = Conditions {
        kinds: FaultKind::named("stack").into_iter().collect(),
        telling: true,
        calling: Some(Calling::Outlives),
        ..Conditions::default()
    };
    let heard = (1..50).flat_map(|seed| simulate(&subject, seed, &conditions).story);
    let heard = heard.filter(|line| line.text == "CloudFormation hears Success");
    assert!(heard.count() > 20);
}

#[test]
fn a_run_whose_end_nobody_swept_is_ended_by_whoever_stops_it() {
    let faults = ["sweep.lost", "run.abort", "children"];
    survive(&pipelines::five("event", ""), &faults);
}

#[test]
fn a_job_that_is_to_fail_fails_so_often() {
    let mut examples = pipelines::examples(Completion::Event).into_iter();
    let (_, subject) = examples.find(|(name, _)| name == "toll-events").unwrap();
    let mut conditions = Conditions {
        telling: true,
        ..Conditions::default()
    };
    conditions.failing.insert("crawl".to_owned(), 1);
    let report = simulate(&subject, 1, &conditions);
    assert!(report.broken.is_empty(), "{:?}", report.broken);
    let told: Vec<&str> = report.story.iter().map(|line| line.text.as_str()).collect();
    for part in ["crawl Failed in round 1", "crawl Finished in round 2"] {
        assert!(
            told.iter().any(|text| text.contains(part)),
            "{part}: {told:?}"
        );
    }
}

#[test]
fn starts_of_executions_may_be_refused_or_go_unanswered() {
    for completion in ["poll", "event"] {
        survive(&pipelines::five(completion, ""), &["executions.start"]);
        let faults = ["executions.start", "children", "run.abort", "lambda.twice"];
        survive(&pipelines::five(completion, ""), &faults);
    }
}

#[test]
fn the_time_of_any_execution_may_run_out() {
    for completion in ["poll", "event"] {
        let faults = ["executions.child", "run.times_out", "children"];
        survive(&pipelines::five(completion, ""), &faults);
    }
}

#[test]
fn a_run_is_ended_by_hand_when_no_delivery_of_its_sweep_succeeded() {
    let faults = ["sweep.fails", "run.abort", "children", "statement.endless"];
    survive(&pipelines::five("poll", ""), &faults);
    survive(&pipelines::five("event", ""), &faults);
}

#[test]
fn a_statement_that_cannot_be_cancelled_keeps_no_run_from_its_end() {
    let faults = ["warehouse.cancel.never", "statement.endless", "run.abort"];
    survive(&pipelines::five("poll", ""), &faults);
    survive(&pipelines::five("event", ""), &faults);
}

#[test]
fn starts_of_jobs_may_be_refused_or_go_unanswered() {
    for name in ["toll-events", "rsql-merge"] {
        let mut examples = pipelines::examples(Completion::Event).into_iter();
        let (_, subject) = examples.find(|(known, _)| known == name).unwrap();
        survive(&subject, &["job.start", "job.fails", "run.abort"]);
    }
}

#[test]
fn a_stack_is_updated_in_the_middle_of_a_run() {
    let mut examples = pipelines::examples(Completion::Event).into_iter();
    let (_, subject) = examples.find(|(name, _)| name == "taxi-unload").unwrap();
    let faults = [
        "stack.update",
        "stack.request",
        "stack.answer",
        "sweep",
        "lambda.twice",
    ];
    survive(&subject, &faults);
}

#[test]
fn a_process_may_die_at_any_of_its_waits_and_clocks_may_differ_by_seconds() {
    for completion in ["poll", "event"] {
        let faults = ["lambda.killed", "clock.skew", "lambda.in_flight"];
        survive(&pipelines::five(completion, ""), &faults);
    }
}

#[test]
fn each_of_several_recipients_hears_once() {
    let notify = "notify:\n  - { topic: \"arn:aws:sns:us-east-1:111122223333:one\" }\n  - { email: a@example.com, from: sfc@example.com }\n";
    let faults = ["topic", "store.put", "lambda.twice", "run.abort"];
    survive(&pipelines::five("poll", notify), &faults);
}

#[test]
fn a_lane_that_dies_keeps_nobody_waiting_until_the_runs_limit() {
    survive(&pipelines::twenty("poll"), &["executions.child"]);
    survive(&pipelines::twenty("event"), &["executions.child"]);
}

#[test]
fn a_secret_that_cannot_be_read_for_now_keeps_no_step_from_its_end() {
    for completion in ["poll", "event"] {
        let faults = ["secrets", "statement.fails", "lambda.killed", "store.slow"];
        survive(&pipelines::with_a_secret(completion), &faults);
    }
}

/// An example whose steps are jobs.
fn with_jobs(name: &str) -> Arc<Subject> {
    let mut examples = pipelines::examples(Completion::Event).into_iter();
    examples.find(|(known, _)| known == name).unwrap().1
}

#[test]
fn a_job_past_its_limit_is_over_before_its_step_is_tried_again_or_its_run_ends() {
    for name in ["toll-events", "rsql-merge"] {
        let faults = [
            "job.endless",
            "job.stop",
            "executions",
            "run.abort",
            "children",
        ];
        survive(&with_jobs(name), &faults);
    }
}

#[test]
fn a_job_whose_lane_dies_is_stopped_with_its_own_execution() {
    for name in ["toll-events", "rsql-merge"] {
        let faults = [
            "executions.child",
            "children.never",
            "job.endless",
            "lambda.twice",
        ];
        survive(&with_jobs(name), &faults);
    }
}

#[test]
fn a_start_that_nobody_answered_is_not_made_again_and_its_step_says_so() {
    let mut unknown = 0;
    for (name, step) in [("toll-events", "stage"), ("rsql-merge", "load_customers")] {
        let subject = with_jobs(name);
        let conditions = Conditions {
            kinds: FaultKind::named("job.start.after").into_iter().collect(),
            calling: Some(Calling::Outlives),
            telling: true,
            ..Conditions::default()
        };
        for seed in 1..200 {
            let report = simulate(&subject, seed, &conditions);
            assert!(
                report.broken.is_empty(),
                "{name}, {seed}: {:?}",
                report.broken
            );
            let lost = report.fired.iter().any(|fault| fault.place.ends_with(step));
            let end = &report.steps[0][step];
            if lost && end.error.as_deref() == Some(errors::JOB_UNKNOWN) {
                let runs = report.story.iter().filter(|line| {
                    line.text.starts_with("runs the job ") && line.text.ends_with(step)
                });
                assert_eq!(runs.count(), 1, "{name}, {seed}");
                unknown += 1;
            }
        }
    }
    assert!(unknown > 5, "{unknown}");
}
