//! Level 2, `<pipeline>-query-loop`: one lane, from step to step until nothing is left for it.

use asl::definition::{Choice, ChoiceRule, Pass, State, StateMachine, Succeed, Task};
use runtime_lambda::plan::Plan;
use serde_json::{Value, json};
use strum::{EnumString, IntoStaticStr};

use super::Machine;
use super::bounds::{Bounds, LAST_RESORT_SECONDS, STOP_SECONDS};
use super::declared::Declared;
use super::invoke::{
    catch_all, child, child_of, document, invoke_and_wait, invoke_patiently, to, variables,
};
use super::pauses;

/// The states of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
pub enum Name {
    #[strum(serialize = "Start lane")]
    StartLane,
    #[strum(serialize = "Next step")]
    NextStep,
    #[strum(serialize = "What is next?")]
    WhatIsNext,
    #[strum(serialize = "Run step")]
    RunStep,
    #[strum(serialize = "Stop step")]
    StopStep,
    #[strum(serialize = "Await change")]
    AwaitChange,
    #[strum(serialize = "Hand over")]
    HandOver,
    #[strum(serialize = "Nothing left")]
    NothingLeft,
}

impl Declared for Name {
    fn most_visits(self, bounds: &Bounds) -> Option<u64> {
        match self {
            // A turn begins with it, and then runs a step or waits.
            Self::NextStep => Some(bounds.turns_a_lap),
            _ => None,
        }
    }
}

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
    let answered = |next: &str, state: Name| ChoiceRule {
        condition: Some(json!(format!("{{% $states.input.next = '{next}' %}}"))),
        next: to(state),
        ..ChoiceRule::default()
    };
    document(
        format!("Level 2 of {}: one lane of steps.", plan.pipeline),
        plan.limits.run_seconds + LAST_RESORT_SECONDS,
        [
            (
                Name::StartLane,
                State::Pass(Pass {
                    assign: variables(json!({
                        "run": "{% $states.input.run %}",
                        "round": "{% $states.input.round %}",
                        "lane": "{% $states.input.lane %}",
                        "turn": "{% $states.input.turn %}",
                        "looked": 0,
                        "last_turn": format!("{{% $states.input.turn + {} %}}", bounds.turns_a_lap - 1),
                    })),
                    next: Some(to(Name::NextStep)),
                    ..Pass::default()
                }),
            ),
            (
                Name::NextStep,
                State::Task(Task {
                    comment: Some("Claims the first step that is ready.".to_owned()),
                    next: Some(to(Name::WhatIsNext)),
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
                Name::WhatIsNext,
                State::Choice(Choice {
                    choices: vec![
                        answered("run", Name::RunStep),
                        answered("wait", Name::AwaitChange),
                        answered("hand_over", Name::HandOver),
                    ],
                    default: Some(to(Name::NothingLeft)),
                    ..Choice::default()
                }),
            ),
            (
                Name::RunStep,
                State::Task(Task {
                    timeout_seconds: Some("{% $states.input.limit_seconds %}".into()),
                    catch: catch_all(
                        Name::StopStep,
                        None,
                        json!({
                            "step": "{% $states.input.step %}",
                            "error": "{% $states.errorOutput.Error %}",
                        }),
                    ),
                    assign: variables(next_turn.clone()),
                    next: Some(to(Name::NextStep)),
                    ..child(
                        plan,
                        Machine::Query,
                        "{% $run & '-' & $round & '-' & $states.input.step %}",
                        step_input,
                    )
                }),
            ),
            (
                Name::StopStep,
                State::Task(Task {
                    comment: Some("It failed, died or ran past its limit.".to_owned()),
                    timeout_seconds: Some(STOP_SECONDS.into()),
                    catch: catch_all(Name::NextStep, Some(next_turn.clone()), json!({})),
                    assign: variables(next_turn.clone()),
                    next: Some(to(Name::NextStep)),
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
                Name::AwaitChange,
                State::Task(Task {
                    comment: Some(
                        "Nothing is ready: woken when a step of another lane ends.".to_owned(),
                    ),
                    timeout_seconds: Some(pauses::of_lane("looked").into()),
                    catch: catch_all(Name::NextStep, Some(looked), json!({})),
                    assign: variables(next_turn),
                    next: Some(to(Name::NextStep)),
                    ..invoke_and_wait(
                        plan,
                        of_turn(plan, "park", ("token", "{% $states.context.Task.Token %}")),
                    )
                }),
            ),
            (
                Name::HandOver,
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
                Name::NothingLeft,
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
