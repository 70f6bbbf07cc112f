//! Level 3, `<pipeline>-retry`: the run, round by round, under its time limit.

use asl::definition::{
    Catcher, Choice, ChoiceRule, Fail, ItemProcessor, Map, State, StateMachine, Succeed, Task, Wait,
};
use runtime_lambda::custom_resource::TURN_SECONDS;
use runtime_lambda::plan::{Overlap, Plan};
use runtime_lambda::protocol::{
    CloseRound, CreateRun, Created, LaneInput, ReportInput, Request, RoundClosed, RunOutput,
    SKIPPED, Written, errors,
};
use runtime_lambda::state::RunStatus;
use runtime_lambda::{answer, input};
use serde_json::json;
use strum::{EnumString, IntoStaticStr};

use super::Machine;
use super::counts::MostCounts;
use super::declared::DeclaredStates;
use super::invoke::{catch_all, child, document, invoke_patiently, jsonata, named, to, variables};
use super::limits::LAST_RESORT_SECONDS;
use super::turn::{MOST_TURNS, waits};
use crate::pipeline::MAX_LANES;

/// The states of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
pub enum StateName {
    #[strum(serialize = "Create run")]
    CreateRun,
    #[strum(serialize = "May it run?")]
    MayItRun,
    #[strum(serialize = "Await turn")]
    AwaitTurn,
    #[strum(serialize = "Run skipped")]
    RunSkipped,
    #[strum(serialize = "Started already")]
    StartedAlready,
    #[strum(serialize = "Run lanes")]
    RunLanes,
    #[strum(serialize = "Run lane")]
    RunLane,
    #[strum(serialize = "Lane lost")]
    LaneLost,
    #[strum(serialize = "Close round")]
    CloseRound,
    #[strum(serialize = "Another round?")]
    AnotherRound,
    Report,
    #[strum(serialize = "How did it end?")]
    HowDidItEnd,
    #[strum(serialize = "Run finished")]
    RunFinished,
    #[strum(serialize = "Run failed")]
    RunFailed,
}

/// A start that is tried again may find that the execution of its name is over, and cannot tell how it ended. It is
/// another one then, which writes the same page and sends no message twice.
const REPORT_NAME: &str = "{% $run & ($states.context.State.RetryCount > 0 ? '-' & $states.context.State.RetryCount : '') %}";

impl DeclaredStates for StateName {
    fn most_visits(self, counts: &MostCounts) -> Option<u64> {
        match self {
            Self::CreateRun => Some(counts.turns),
            Self::RunLanes => Some(counts.rounds),
            _ => None,
        }
    }

    fn most_items(self, counts: &MostCounts) -> Option<u64> {
        (self == Self::RunLanes).then_some(counts.lanes)
    }
}

/// Input: whatever started the run; `parameters` in it are the run's. Succeeds if every step is
/// FINISHED in the end.
pub fn run(plan: &Plan, plan_hash: &str) -> StateMachine {
    let status = |status: RunStatus, next: StateName| ChoiceRule {
        condition: Some(json!(format!("{{% $status = '{}' %}}", status.name()))),
        next: to(next),
        ..ChoiceRule::default()
    };
    let meets = plan.overlap != Overlap::Allow;
    // A run that has waited for its turn has another input by then.
    let input = if waits(plan) {
        "{% $states.context.Execution.Input %}"
    } else {
        "{% $states.input %}"
    };
    // A run may wait as long for its turn as another one may take.
    let queue_seconds = match plan.overlap {
        Overlap::Queue => plan.limits.run_seconds + LAST_RESORT_SECONDS,
        Overlap::Allow | Overlap::Skip => 0,
    };
    let create_run = Request::CreateRun(CreateRun {
        pipeline: plan.pipeline.as_str().into(),
        plan: plan_hash.into(),
        execution: "{% $states.context.Execution.Id %}".into(),
        started: "{% $states.context.Execution.StartTime %}".into(),
        input: Some(input.into()),
    });
    let close_round = Request::CloseRound(CloseRound {
        pipeline: plan.pipeline.as_str().into(),
        run: "{% $run %}".into(),
        round: "{% $round %}".into(),
    });
    let report = ReportInput::<Written> {
        run: "{% $run %}".into(),
    };
    let ended = RunOutput::<Written> {
        run: Some("{% $run %}".into()),
        status: "{% $status %}".into(),
        held_by: None,
    };
    let started_already = RunOutput::<Written> {
        run: None,
        status: SKIPPED.into(),
        held_by: Some(
            "{% $match($states.errorOutput.Cause, /[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}/)[0].match %}"
                .into(),
        ),
    };
    let mut states = vec![
            (
                StateName::CreateRun,
                State::Task(Task {
                    comment: Some("Writes the global state of the run.".to_owned()),
                    assign: variables(json!({
                        "run": jsonata(answer!(Created, run)),
                        "deadline": jsonata(answer!(Created, deadline)),
                        "lanes": jsonata(answer!(Created, lanes)),
                        "round": 1,
                    })),
                    // The error names the run that the same event has started.
                    catch: Some(vec![Catcher {
                        error_equals: vec![errors::DUPLICATE.to_owned()],
                        output: Some(started_already.value()),
                        next: to(StateName::StartedAlready),
                        ..Catcher::default()
                    }]),
                    next: Some(to(if meets { StateName::MayItRun } else { StateName::RunLanes })),
                    ..invoke_patiently(plan, &create_run)
                }),
            ),
            (StateName::RunLanes, State::Map(lanes(plan))),
            (
                StateName::CloseRound,
                State::Task(Task {
                    comment: Some("Writes the manifest, and decides about another round.".to_owned()),
                    assign: variables(json!({
                        "round": jsonata(answer!(RoundClosed, round)),
                        "status": jsonata(answer!(RoundClosed, status)),
                    })),
                    next: Some(to(StateName::AnotherRound)),
                    ..invoke_patiently(plan, &close_round)
                }),
            ),
            (
                StateName::AnotherRound,
                State::Choice(Choice {
                    choices: vec![status(RunStatus::Running, StateName::RunLanes)],
                    default: Some(to(StateName::Report)),
                    ..Choice::default()
                }),
            ),
            (
                StateName::Report,
                State::Task(Task {
                    next: Some(to(StateName::HowDidItEnd)),
                    ..child(plan, Machine::Report, REPORT_NAME, report.value())
                }),
            ),
            (
                StateName::HowDidItEnd,
                State::Choice(Choice {
                    choices: vec![status(RunStatus::Finished, StateName::RunFinished)],
                    default: Some(to(StateName::RunFailed)),
                    ..Choice::default()
                }),
            ),
            (
                StateName::RunFinished,
                State::Succeed(Succeed {
                    output: Some(ended.value()),
                    ..Succeed::default()
                }),
            ),
            (
                StateName::StartedAlready,
                State::Succeed(Succeed {
                    comment: Some("The event that started this run came twice.".to_owned()),
                    ..Succeed::default()
                }),
            ),
            (
                StateName::RunFailed,
                State::Fail(Fail {
                    error: Some(format!(
                        "{{% $status = '{}' ? '{}' : '{}' %}}",
                        RunStatus::TimedOut.name(),
                        errors::RUN_TIMED_OUT,
                        errors::RUN_FAILED
                    )),
                    cause: Some(
                        "{% 'Run ' & $run & ' ended ' & $status & ' in round ' & $round & '; its manifest says what failed.' %}"
                            .to_owned(),
                    ),
                    ..Fail::default()
                }),
            ),
    ];
    if meets {
        states.splice(1..1, turns(plan, queue_seconds));
    }
    document(
        format!("Level 3 of {}: a run and its rounds.", plan.pipeline),
        plan.limits.run_seconds + LAST_RESORT_SECONDS + queue_seconds,
        states,
    )
}

/// What follows `Create run` where runs must not overlap.
fn turns(plan: &Plan, queue_seconds: u64) -> Vec<(StateName, State)> {
    let held = format!("$exists({})", input!(Created, held_by));
    let for_stack = format!("{} = true", input!(Created, for_stack));
    let held_for_stack = format!("{held} and {for_stack}");
    let choice = |condition: &str, next: StateName| ChoiceRule {
        condition: Some(json!(jsonata(condition))),
        next: to(next),
        ..ChoiceRule::default()
    };
    let skipped = RunOutput::<Written> {
        run: Some("{% $run %}".into()),
        status: SKIPPED.into(),
        held_by: Some(jsonata(input!(Created, held_by)).into()),
    };
    let await_turn = |seconds| {
        State::Wait(Wait {
            comment: Some("Another run goes on.".to_owned()),
            seconds: Some(seconds),
            next: Some(to(StateName::CreateRun)),
            ..Wait::default()
        })
    };
    // Half of the times that it may ask are enough for the longest that it may wait.
    let pause = queue_seconds.div_ceil(MOST_TURNS / 2);
    let mut choices = Vec::new();
    let mut states = Vec::new();
    match (plan.overlap, plan.has_stack_steps()) {
        (Overlap::Queue, false) => {
            choices.push(choice(&held, StateName::AwaitTurn));
            states.push((StateName::AwaitTurn, await_turn(pause.into())));
        }
        (Overlap::Queue, true) => {
            let pause = pause.max(TURN_SECONDS);
            let seconds = jsonata(format_args!("{for_stack} ? {TURN_SECONDS} : {pause}"));
            choices.push(choice(&held, StateName::AwaitTurn));
            states.push((StateName::AwaitTurn, await_turn(seconds.as_str().into())));
        }
        (Overlap::Allow | Overlap::Skip, has_stack_steps) => {
            if has_stack_steps {
                choices.push(choice(&held_for_stack, StateName::AwaitTurn));
                states.push((StateName::AwaitTurn, await_turn(TURN_SECONDS.into())));
            }
            choices.push(choice(&held, StateName::RunSkipped));
            states.push((
                StateName::RunSkipped,
                State::Succeed(Succeed {
                    comment: Some("Another run goes on.".to_owned()),
                    output: Some(skipped.value()),
                    ..Succeed::default()
                }),
            ));
        }
    }
    let may_it_run = State::Choice(Choice {
        choices,
        default: Some(to(StateName::RunLanes)),
        ..Choice::default()
    });
    states.insert(0, (StateName::MayItRun, may_it_run));
    states
}

/// One iteration a lane. Whatever becomes of a lane, the others go on: closing the round looks at the
/// global state, not at how the lanes ended.
fn lanes(plan: &Plan) -> Map {
    let lane = LaneInput::<Written> {
        run: "{% $run %}".into(),
        round: "{% $round %}".into(),
        lane: "{% $states.input %}".into(),
        turn: 1.into(),
    };
    Map {
        comment: Some("Each lane takes steps until nothing is left for it.".to_owned()),
        items: Some(json!("{% [1..$lanes] %}")),
        max_concurrency: Some(MAX_LANES.into()),
        item_processor: ItemProcessor {
            start_at: to(StateName::RunLane),
            states: named([
                (
                    StateName::RunLane,
                    State::Task(Task {
                        comment: Some("May take what is left of the run's limit.".to_owned()),
                        timeout_seconds: Some(
                            "{% $max([1, $ceil(($deadline - $millis()) / 1000)]) %}".into(),
                        ),
                        catch: catch_all(StateName::LaneLost, None, json!({})),
                        end: Some(true),
                        ..child(plan,
                            Machine::QueryLoop,
                            "{% $run & '-' & $round & '-lane-' & $states.input %}",
                            lane.value(),
                        )
                    }),
                ),
                (
                    StateName::LaneLost,
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
        next: Some(to(StateName::CloseRound)),
        ..Map::default()
    }
}
