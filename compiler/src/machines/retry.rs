//! Level 3, `<pipeline>-retry`: the run, round by round, under its time limit.

use asl::definition::{
    Choice, ChoiceRule, Fail, ItemProcessor, Map, State, StateMachine, Succeed, Task,
};
use runtime_lambda::plan::Plan;
use serde_json::json;

use super::Machine;
use super::bounds::LAST_RESORT_SECONDS;
use super::invoke::{catch_all, child, document, invoke, named, variables};
use crate::pipeline::MAX_LANES;

/// Input: whatever started the run; `parameters` in it are the run's. Succeeds if every step is
/// FINISHED in the end.
pub fn retry(plan: &Plan, plan_hash: &str) -> StateMachine {
    let status = |status: &str, next: &str| ChoiceRule {
        condition: Some(json!(format!("{{% $status = '{status}' %}}"))),
        next: next.to_owned(),
        ..ChoiceRule::default()
    };
    document(
        format!("Level 3 of {}: a run and its rounds.", plan.pipeline),
        plan.limits.run_seconds + LAST_RESORT_SECONDS,
        [
            (
                "Create run",
                State::Task(Task {
                    comment: Some("Writes the global state of the run.".to_owned()),
                    assign: variables(json!({
                        "run": "{% $states.result.Payload.run %}",
                        "deadline": "{% $states.result.Payload.deadline %}",
                        "lanes": "{% $states.result.Payload.lanes %}",
                        "round": 1,
                    })),
                    next: Some("Run lanes".to_owned()),
                    ..invoke(json!({
                        "action": "create_run",
                        "pipeline": plan.pipeline,
                        "plan": plan_hash,
                        "execution": "{% $states.context.Execution.Id %}",
                        "started": "{% $states.context.Execution.StartTime %}",
                        "input": "{% $states.input %}",
                    }))
                }),
            ),
            ("Run lanes", State::Map(lanes())),
            (
                "Close round",
                State::Task(Task {
                    comment: Some("Writes the manifest, and decides about another round.".to_owned()),
                    assign: variables(json!({
                        "round": "{% $states.result.Payload.round %}",
                        "status": "{% $states.result.Payload.status %}",
                    })),
                    next: Some("Another round?".to_owned()),
                    ..invoke(json!({
                        "action": "close_round",
                        "pipeline": plan.pipeline,
                        "run": "{% $run %}",
                        "round": "{% $round %}",
                    }))
                }),
            ),
            (
                "Another round?",
                State::Choice(Choice {
                    choices: vec![status("RUNNING", "Run lanes")],
                    default: Some("Report".to_owned()),
                    ..Choice::default()
                }),
            ),
            (
                "Report",
                State::Task(Task {
                    next: Some("How did it end?".to_owned()),
                    ..child(Machine::Report, "{% $run %}", json!({ "run": "{% $run %}" }))
                }),
            ),
            (
                "How did it end?",
                State::Choice(Choice {
                    choices: vec![status("FINISHED", "Run finished")],
                    default: Some("Run failed".to_owned()),
                    ..Choice::default()
                }),
            ),
            (
                "Run finished",
                State::Succeed(Succeed {
                    output: Some(json!({ "run": "{% $run %}", "status": "{% $status %}" })),
                    ..Succeed::default()
                }),
            ),
            (
                "Run failed",
                State::Fail(Fail {
                    error: Some(
                        "{% $status = 'TIMED_OUT' ? 'Sfc.RunTimedOut' : 'Sfc.RunFailed' %}"
                            .to_owned(),
                    ),
                    cause: Some(
                        "{% 'Run ' & $run & ' ended ' & $status & ' in round ' & $round & '; its manifest says what failed.' %}"
                            .to_owned(),
                    ),
                    ..Fail::default()
                }),
            ),
        ],
    )
}

/// One iteration a lane. Whatever becomes of a lane, the others go on: closing the round looks at the
/// global state, not at how the lanes ended.
fn lanes() -> Map {
    Map {
        comment: Some("Each lane takes steps until nothing is left for it.".to_owned()),
        items: Some(json!("{% [1..$lanes] %}")),
        max_concurrency: Some(MAX_LANES.into()),
        item_processor: ItemProcessor {
            start_at: "Run lane".to_owned(),
            states: named([
                (
                    "Run lane",
                    State::Task(Task {
                        comment: Some("May take what is left of the run's limit.".to_owned()),
                        timeout_seconds: Some(
                            "{% $max([1, $ceil(($deadline - $millis()) / 1000)]) %}".into(),
                        ),
                        catch: catch_all("Lane lost", None, json!({})),
                        end: Some(true),
                        ..child(
                            Machine::QueryLoop,
                            "{% $run & '-' & $round & '-lane-' & $states.input %}",
                            json!({
                                "run": "{% $run %}",
                                "round": "{% $round %}",
                                "lane": "{% $states.input %}",
                                "turn": 1,
                            }),
                        )
                    }),
                ),
                (
                    "Lane lost",
                    State::Succeed(Succeed {
                        comment: Some(
                            "It ran out of the run's time, or died; the round's end settles its step."
                                .to_owned(),
                        ),
                        output: Some(json!({})),
                        ..Succeed::default()
                    }),
                ),
            ]),
            ..ItemProcessor::default()
        },
        output: Some(json!({})),
        next: Some("Close round".to_owned()),
        ..Map::default()
    }
}
