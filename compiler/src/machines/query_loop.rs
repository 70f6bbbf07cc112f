//! Level 2, `<pipeline>-query-loop`: one lane, from step to step until nothing is left for it.

use asl::definition::{Choice, ChoiceRule, Pass, State, StateMachine, Succeed, Task};
use runtime_lambda::plan::Plan;
use serde_json::{Value, json};

use super::Machine;
use super::bounds::{Bounds, LAST_RESORT_SECONDS, STOP_SECONDS};
use super::invoke::{
    catch_all, child, child_of, document, invoke_and_wait, invoke_patiently, variables,
};
use super::pauses;

/// Input: `run`, `round`, `lane`, and `turn`, with which to go on counting.
pub fn query_loop(plan: &Plan, bounds: &Bounds) -> StateMachine {
    let next_turn = json!({ "turn": "{% $turn + 1 %}", "looked": 0 });
    let looked = json!({ "turn": "{% $turn + 1 %}", "looked": "{% $looked + 1 %}" });
    // Whatever the level 1 of any version asks for: a lane may be older than what it starts.
    let step_input = json!({
        "run": "{% $run %}",
        "step": "{% $states.input.step %}",
        "round": "{% $round %}",
        "kind": "{% $states.input.kind %}",
        "heartbeats": "{% $states.input.heartbeats %}",
    });
    let answered = |next: &str, to: &str| ChoiceRule {
        condition: Some(json!(format!("{{% $states.input.next = '{next}' %}}"))),
        next: to.to_owned(),
        ..ChoiceRule::default()
    };
    document(
        format!("Level 2 of {}: one lane of steps.", plan.pipeline),
        plan.limits.run_seconds + LAST_RESORT_SECONDS,
        [
            (
                "Start lane",
                State::Pass(Pass {
                    assign: variables(json!({
                        "run": "{% $states.input.run %}",
                        "round": "{% $states.input.round %}",
                        "lane": "{% $states.input.lane %}",
                        "turn": "{% $states.input.turn %}",
                        "looked": 0,
                        "last_turn": format!("{{% $states.input.turn + {} %}}", bounds.turns_a_lap - 1),
                    })),
                    next: Some("Next step".to_owned()),
                    ..Pass::default()
                }),
            ),
            (
                "Next step",
                State::Task(Task {
                    comment: Some("Claims the first step that is ready.".to_owned()),
                    next: Some("What is next?".to_owned()),
                    ..invoke_patiently(
                        plan,
                        of_turn(
                            plan,
                            "next_step",
                            ("turns_left", "{% $last_turn - $turn %}"),
                        ),
                    )
                }),
            ),
            (
                "What is next?",
                State::Choice(Choice {
                    choices: vec![
                        answered("run", "Run step"),
                        answered("wait", "Await change"),
                        answered("hand_over", "Hand over"),
                    ],
                    default: Some("Nothing left".to_owned()),
                    ..Choice::default()
                }),
            ),
            (
                "Run step",
                State::Task(Task {
                    timeout_seconds: Some("{% $states.input.limit_seconds %}".into()),
                    catch: catch_all(
                        "Stop step",
                        None,
                        json!({
                            "step": "{% $states.input.step %}",
                            "error": "{% $states.errorOutput.Error %}",
                        }),
                    ),
                    assign: variables(next_turn.clone()),
                    next: Some("Next step".to_owned()),
                    ..child(
                        plan,
                        Machine::Query,
                        "{% $run & '-' & $round & '-' & $states.input.step %}",
                        step_input,
                    )
                }),
            ),
            (
                "Stop step",
                State::Task(Task {
                    comment: Some("It failed, died or ran past its limit.".to_owned()),
                    timeout_seconds: Some(STOP_SECONDS.into()),
                    catch: catch_all("Next step", Some(next_turn.clone()), json!({})),
                    assign: variables(next_turn.clone()),
                    next: Some("Next step".to_owned()),
                    ..child(
                        plan,
                        Machine::QueryTimeout,
                        "{% $run & '-' & $round & '-' & $states.input.step %}",
                        json!({
                            "run": "{% $run %}",
                            "step": "{% $states.input.step %}",
                            "round": "{% $round %}",
                            "error": "{% $states.input.error %}",
                            "call": 1,
                        }),
                    )
                }),
            ),
            (
                "Await change",
                State::Task(Task {
                    comment: Some(
                        "Nothing is ready: woken when a step of another lane ends.".to_owned(),
                    ),
                    timeout_seconds: Some(pauses::of_lane("looked").into()),
                    catch: catch_all("Next step", Some(looked), json!({})),
                    assign: variables(next_turn),
                    next: Some("Next step".to_owned()),
                    ..invoke_and_wait(
                        plan,
                        of_turn(plan, "park", ("token", "{% $states.context.Task.Token %}")),
                    )
                }),
            ),
            (
                "Hand over",
                State::Task(Task {
                    comment: Some(
                        "The history has grown enough: a fresh execution of this machine goes on."
                            .to_owned(),
                    ),
                    end: Some(true),
                    ..child_of(
                        "{% $states.context.StateMachine.Id %}",
                        "{% $run & '-' & $round & '-lane-' & $lane & '-' & $turn %}",
                        json!({
                            "run": "{% $run %}",
                            "round": "{% $round %}",
                            "lane": "{% $lane %}",
                            "turn": "{% $turn + 1 %}",
                        }),
                    )
                }),
            ),
            (
                "Nothing left",
                State::Succeed(Succeed {
                    output: Some(json!({})),
                    ..Succeed::default()
                }),
            ),
        ],
    )
}

fn of_turn(plan: &Plan, action: &str, (name, value): (&str, &str)) -> Value {
    json!({
        "action": action,
        "pipeline": plan.pipeline,
        "run": "{% $run %}",
        "round": "{% $round %}",
        "lane": "{% $lane %}",
        "turn": "{% $turn %}",
        name: value,
    })
}
