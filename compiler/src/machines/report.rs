//! Level 3, `<pipeline>-report`: the page for people, then the notification of the run's end. It is
//! also the sweep of a run whose execution ended without doing so itself.
//!
//! The sweep is an execution of its own, because a run must be ended whatever fails. An event that the
//! Lambda does not take is given up after three minutes.

use asl::definition::{Choice, ChoiceRule, State, StateMachine, Task};
use runtime_lambda::input;
use runtime_lambda::plan::Plan;
use runtime_lambda::protocol::{
    Look, LookInput, OfRun, OverInput, ReportInput, Request, Sweep, Written,
};
use serde_json::json;
use strum::{EnumString, IntoStaticStr};

use super::counts::MostCounts;
use super::declared::DeclaredStates;
use super::invoke::{catch_all, document, invoke, invoke_patiently, jsonata, patient, to};

/// How long the report of a run may take, or its sweep.
const REPORT_SECONDS: u64 = 4 * 3_600;

/// Retries of the sweep: two hours and a half.
const SWEEP_RETRIES: u64 = 80;

/// The states of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
pub enum StateName {
    #[strum(serialize = "Who asks?")]
    WhoAsks,
    #[strum(serialize = "Sweep run")]
    SweepRun,
    #[strum(serialize = "Look for it")]
    LookForIt,
    #[strum(serialize = "Give up statements")]
    GiveUpStatements,
    #[strum(serialize = "Write report")]
    WriteReport,
    Notify,
}

impl DeclaredStates for StateName {
    /// No state leads back.
    fn most_visits(self, _counts: &MostCounts) -> Option<u64> {
        None
    }
}

/// Input: `run`; of a run that is to be swept, `execution`, `started` and `status`; of a moment that
/// something is expected by, `look`. A report that
/// cannot be written does not keep the notification from being sent.
pub fn report(plan: &Plan, plan_hash: &str) -> StateMachine {
    let swept = |gives_up: bool| {
        Request::Sweep(Sweep {
            pipeline: plan.pipeline.as_str().into(),
            execution: jsonata(input!(OverInput, execution)).into(),
            started: jsonata(input!(OverInput, started)).into(),
            status: jsonata(input!(OverInput, status)).into(),
            gives_up: Some(gives_up.into()),
            plan: Some(plan_hash.into()),
        })
    };
    let of_run = || OfRun {
        pipeline: plan.pipeline.as_str().into(),
        run: jsonata(input!(ReportInput, run)).into(),
    };
    let report_input = || {
        let given = ReportInput::<Written> {
            run: jsonata(input!(ReportInput, run)).into(),
        };
        given.value()
    };
    let asks = |field: &str, next: StateName| ChoiceRule {
        condition: Some(json!(jsonata(format_args!("$exists({field})")))),
        next: to(next),
        ..ChoiceRule::default()
    };
    let mut asked = vec![asks(input!(OverInput, execution), StateName::SweepRun)];
    let mut look = None;
    if plan.is_watched() {
        asked.push(asks(input!(LookInput, look), StateName::LookForIt));
        look = Some((StateName::LookForIt, State::Task(looking(plan, plan_hash))));
    }
    document(
        format!(
            "Level 3 of {}: the report and the notification of a run.",
            plan.pipeline
        ),
        REPORT_SECONDS,
        [
            (
                StateName::WhoAsks,
                State::Choice(Choice {
                    choices: asked,
                    default: Some(to(StateName::WriteReport)),
                    ..Choice::default()
                }),
            ),
            (
                StateName::SweepRun,
                State::Task(Task {
                    comment: Some(
                        "Ends what the run left behind, and the run; tells people.".to_owned(),
                    ),
                    retry: Some(vec![patient(SWEEP_RETRIES)]),
                    catch: catch_all(
                        StateName::GiveUpStatements,
                        None,
                        json!("{% $states.input %}"),
                    ),
                    end: Some(true),
                    ..invoke(plan, &swept(false))
                }),
            ),
            (
                StateName::GiveUpStatements,
                State::Task(Task {
                    comment: Some(
                        "What does not end is left alone; the run says so, and ends.".to_owned(),
                    ),
                    end: Some(true),
                    ..invoke_patiently(plan, &swept(true))
                }),
            ),
            (
                StateName::WriteReport,
                State::Task(Task {
                    catch: catch_all(StateName::Notify, None, report_input()),
                    output: Some(report_input()),
                    next: Some(to(StateName::Notify)),
                    ..invoke(plan, &Request::Report(of_run()))
                }),
            ),
            (
                StateName::Notify,
                State::Task(Task {
                    end: Some(true),
                    ..invoke_patiently(plan, &Request::Notify(of_run()))
                }),
            ),
        ]
        .into_iter()
        .chain(look),
    )
}

/// A look whether what was expected has happened.
fn looking(plan: &Plan, plan_hash: &str) -> Task {
    let look = Look {
        pipeline: plan.pipeline.as_str().into(),
        plan: plan_hash.into(),
        at: jsonata(input!(LookInput, look)).into(),
        hours: jsonata(input!(LookInput, hours)).into(),
    };
    Task {
        comment: Some("Tells people of what did not happen.".to_owned()),
        end: Some(true),
        ..invoke_patiently(plan, &Request::Look(look))
    }
}
