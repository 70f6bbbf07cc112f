//! Level 2, `<pipeline>-query-loop`: one lane, from step to step until nothing is left for it.

use asl::definition::{Choice, ChoiceRule, Pass, State, StateMachine, Succeed, Task};
use runtime_lambda::plan::Plan;
use runtime_lambda::protocol::{
    LaneInput, LaneMove, NextAnswer, NextStep, Park, Request, StepInput, StopInput, Written,
};
use runtime_lambda::{field, input};
use serde_json::json;
use strum::{EnumString, IntoStaticStr};

use super::Machine;
use super::counts::MostCounts;
use super::declared::DeclaredStates;
use super::invoke::{
    catch_all, caught_cause, child, child_of, document, invoke_and_wait, invoke_patiently, jsonata,
    to, variables,
};
use super::limits::{LAST_RESORT_SECONDS, STOP_SECONDS};
use super::pauses;

/// Turns of a lane in one execution.
const TURNS_A_LAP: u64 = 200;

/// The states of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
pub enum StateName {
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

impl DeclaredStates for StateName {
    fn most_visits(self, _counts: &MostCounts) -> Option<u64> {
        match self {
            // A turn begins with it, and then runs a step or waits.
            Self::NextStep => Some(TURNS_A_LAP),
            _ => None,
        }
    }
}

/// Input: `run`, `round`, `lane`, and `turn`, with which to go on counting.
pub fn query_loop(plan: &Plan) -> StateMachine {
    let next_turn = json!({ "turn": "{% $turn + 1 %}", "looked": 0 });
    let looked = json!({ "turn": "{% $turn + 1 %}", "looked": "{% $looked + 1 %}" });
    // Whatever the level 1 of any version asks for: a lane may be older than what it starts.
    let step_input = StepInput::<Written> {
        run: "{% $run %}".into(),
        step: jsonata(input!(NextAnswer, step)).into(),
        round: "{% $round %}".into(),
        kind: Some(jsonata(input!(NextAnswer, kind)).into()),
        again: None,
        heartbeats: Some(jsonata(input!(NextAnswer, heartbeats)).into()),
    };
    // What `Run step` leaves for `Stop step`.
    let stop_input = StopInput::<Written> {
        run: "{% $run %}".into(),
        step: jsonata(input!(StopInput, step)).into(),
        round: "{% $round %}".into(),
        error: jsonata(input!(StopInput, error)).into(),
        cause: Some(jsonata(input!(StopInput, cause)).into()),
        call: 1.into(),
    };
    let successor = LaneInput::<Written> {
        run: "{% $run %}".into(),
        round: "{% $round %}".into(),
        lane: "{% $lane %}".into(),
        turn: "{% $turn + 1 %}".into(),
    };
    let next_step = Request::NextStep(NextStep {
        pipeline: plan.pipeline.as_str().into(),
        run: "{% $run %}".into(),
        round: "{% $round %}".into(),
        lane: "{% $lane %}".into(),
        turn: "{% $turn %}".into(),
        turns_left: "{% $last_turn - $turn %}".into(),
    });
    let park = Request::Park(Park {
        pipeline: plan.pipeline.as_str().into(),
        run: "{% $run %}".into(),
        round: "{% $round %}".into(),
        lane: "{% $lane %}".into(),
        turn: "{% $turn %}".into(),
        token: "{% $states.context.Task.Token %}".into(),
    });
    let name_of = |step: &str| format!("{{% $run & '-' & $round & '-' & {step} %}}");
    let answered = |next: LaneMove, state: StateName| ChoiceRule {
        condition: Some(json!(jsonata(format_args!(
            "{} = '{}'",
            input!(NextAnswer, next),
            next.name()
        )))),
        next: to(state),
        ..ChoiceRule::default()
    };
    document(
        format!("Level 2 of {}: one lane of steps.", plan.pipeline),
        plan.limits.run_seconds + LAST_RESORT_SECONDS,
        [
            (
                StateName::StartLane,
                State::Pass(Pass {
                    assign: variables(json!({
                        "run": jsonata(input!(LaneInput, run)),
                        "round": jsonata(input!(LaneInput, round)),
                        "lane": jsonata(input!(LaneInput, lane)),
                        "turn": jsonata(input!(LaneInput, turn)),
                        "looked": 0,
                        "last_turn": jsonata(format_args!(
                            "{} + {}",
                            input!(LaneInput, turn),
                            TURNS_A_LAP - 1
                        )),
                    })),
                    next: Some(to(StateName::NextStep)),
                    ..Pass::default()
                }),
            ),
            (
                StateName::NextStep,
                State::Task(Task {
                    comment: Some("Claims the first step that is ready.".to_owned()),
                    next: Some(to(StateName::WhatIsNext)),
                    ..invoke_patiently(plan, &next_step)
                }),
            ),
            (
                StateName::WhatIsNext,
                State::Choice(Choice {
                    choices: vec![
                        answered(LaneMove::Run, StateName::RunStep),
                        answered(LaneMove::Wait, StateName::AwaitChange),
                        answered(LaneMove::HandOver, StateName::HandOver),
                    ],
                    default: Some(to(StateName::NothingLeft)),
                    ..Choice::default()
                }),
            ),
            (
                StateName::RunStep,
                State::Task(Task {
                    timeout_seconds: Some(
                        jsonata(input!(NextAnswer, limit_seconds)).as_str().into(),
                    ),
                    catch: catch_all(
                        StateName::StopStep,
                        None,
                        json!({
                            (field!(StopInput, step)): jsonata(input!(NextAnswer, step)),
                            (field!(StopInput, error)): "{% $states.errorOutput.Error %}",
                            (field!(StopInput, cause)): caught_cause(),
                        }),
                    ),
                    assign: variables(next_turn.clone()),
                    next: Some(to(StateName::NextStep)),
                    ..child(
                        plan,
                        Machine::Query,
                        &name_of(input!(NextAnswer, step)),
                        step_input.value(),
                    )
                }),
            ),
            (
                StateName::StopStep,
                State::Task(Task {
                    comment: Some("It failed, died or ran past its limit.".to_owned()),
                    timeout_seconds: Some(STOP_SECONDS.into()),
                    catch: catch_all(StateName::NextStep, Some(next_turn.clone()), json!({})),
                    assign: variables(next_turn.clone()),
                    next: Some(to(StateName::NextStep)),
                    ..child(
                        plan,
                        Machine::QueryTimeout,
                        &name_of(input!(StopInput, step)),
                        stop_input.value(),
                    )
                }),
            ),
            (
                StateName::AwaitChange,
                State::Task(Task {
                    comment: Some(
                        "Nothing is ready: woken when a step of another lane ends.".to_owned(),
                    ),
                    timeout_seconds: Some(pauses::of_lane("looked").into()),
                    catch: catch_all(StateName::NextStep, Some(looked), json!({})),
                    assign: variables(next_turn),
                    next: Some(to(StateName::NextStep)),
                    ..invoke_and_wait(plan, &park)
                }),
            ),
            (
                StateName::HandOver,
                State::Task(Task {
                    comment: Some(
                        "The history has grown enough: a fresh execution of this machine goes on."
                            .to_owned(),
                    ),
                    end: Some(true),
                    ..child_of(
                        "{% $states.context.StateMachine.Id %}",
                        "{% $run & '-' & $round & '-lane-' & $lane & '-' & $turn %}",
                        successor.value(),
                    )
                }),
            ),
            (
                StateName::NothingLeft,
                State::Succeed(Succeed {
                    output: Some(json!({})),
                    ..Succeed::default()
                }),
            ),
        ],
    )
}
