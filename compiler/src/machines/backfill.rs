//! Level 4, `<pipeline>-backfill`: a run for each of several values, some of them at the same time.
//!
//! One execution is a whole backfill, so nobody's laptop has to stay awake. Each run's execution is named by
//! this one's name and the value's key: whoever starts a backfill again sees what is finished.

use asl::definition::{
    Choice, ChoiceRule, Fail, ItemProcessor, Map, Pass, State, StateMachine, Succeed, Task,
};
use runtime_lambda::plan::{Overlap, Plan};
use runtime_lambda::protocol::{BackfillInput, BackfillValue, RunInput, RunOutput, errors};
use runtime_lambda::state::RunStatus;
use runtime_lambda::{field, input};
use serde_json::json;
use strum::{EnumString, IntoStaticStr};

use super::Machine;
use super::counts::MostCounts;
use super::declared::DeclaredStates;
use super::invoke::{STARTED_BY, catch_all, child, document, jsonata, named, to, variables};

/// Most values of one backfill: with all retries, one more than 700 could be more than a history holds.
pub const MOST_VALUES: u64 = 500;

/// The longest that an execution may take, a year (AWS page: "Step Functions service quotas").
const LONGEST_SECONDS: u64 = 365 * 86_400;

/// The states of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
pub enum StateName {
    #[strum(serialize = "Take values")]
    TakeValues,
    #[strum(serialize = "Run values")]
    RunValues,
    #[strum(serialize = "Run value")]
    RunValue,
    #[strum(serialize = "Value failed")]
    ValueFailed,
    #[strum(serialize = "Are all finished?")]
    AreAllFinished,
    #[strum(serialize = "Backfill finished")]
    BackfillFinished,
    #[strum(serialize = "Backfill failed")]
    BackfillFailed,
}

impl DeclaredStates for StateName {
    /// No state leads back.
    fn most_visits(self, _counts: &MostCounts) -> Option<u64> {
        None
    }

    fn most_items(self, _counts: &MostCounts) -> Option<u64> {
        (self == Self::RunValues).then_some(MOST_VALUES)
    }
}

/// Input: [`BackfillInput`]. Succeeds if the run of every value is FINISHED in the end.
pub fn backfill(plan: &Plan) -> StateMachine {
    let finished = RunStatus::Finished.name();
    document(
        format!(
            "Level 4 of {}: a run for each of several values.",
            plan.pipeline
        ),
        LONGEST_SECONDS,
        [
            (
                StateName::TakeValues,
                State::Pass(Pass {
                    assign: variables(json!({ "run": jsonata(input!(BackfillInput, run)) })),
                    next: Some(to(StateName::RunValues)),
                    ..Pass::default()
                }),
            ),
            (StateName::RunValues, State::Map(values(plan))),
            (
                StateName::AreAllFinished,
                State::Choice(Choice {
                    choices: vec![ChoiceRule {
                        condition: Some(json!(format!("{{% $status = '{finished}' %}}"))),
                        next: to(StateName::BackfillFinished),
                        ..ChoiceRule::default()
                    }],
                    default: Some(to(StateName::BackfillFailed)),
                    ..Choice::default()
                }),
            ),
            (StateName::BackfillFinished, State::Succeed(Succeed::default())),
            (
                StateName::BackfillFailed,
                State::Fail(Fail {
                    error: Some(errors::BACKFILL_FAILED.to_owned()),
                    cause: Some(
                        "{% $unfinished & ' of ' & $states.input & ' values are not finished; started again, the backfill runs those only.' %}"
                            .to_owned(),
                    ),
                    ..Fail::default()
                }),
            ),
        ],
    )
}

/// One iteration a value. Whatever becomes of a run, those of the other values go on.
fn values(plan: &Plan) -> Map {
    let parallel = match plan.overlap {
        Overlap::Allow => jsonata(input!(BackfillInput, parallel)).as_str().into(),
        Overlap::Queue | Overlap::Skip => 1_u32.into(),
    };
    let parameters = field!(RunInput, parameters);
    let given = format!(
        "{{% $merge([$run, {{'{parameters}': $merge([$run.{parameters}, {own}]), '{STARTED_BY}': $states.context.Execution.Id}}]) %}}",
        own = input!(BackfillValue, parameters),
    );
    let is_finished = format!(
        "$states.result.Output.{} = '{}'",
        field!(RunOutput, status),
        RunStatus::Finished.name()
    );
    let name = format!(
        "{{% $states.context.Execution.Name & '-' & {} %}}",
        input!(BackfillValue, key)
    );
    Map {
        items: Some(json!(jsonata(input!(BackfillInput, values)))),
        max_concurrency: Some(parallel),
        item_processor: ItemProcessor {
            start_at: to(StateName::RunValue),
            states: named([
                (
                    StateName::RunValue,
                    State::Task(Task {
                        comment: Some("Answers whether the run is FINISHED.".to_owned()),
                        output: Some(json!(jsonata(is_finished))),
                        catch: catch_all(StateName::ValueFailed, None, json!({})),
                        end: Some(true),
                        ..child(plan, Machine::Run, &name, json!(given))
                    }),
                ),
                (
                    StateName::ValueFailed,
                    State::Succeed(Succeed {
                        output: Some(json!(jsonata("false"))),
                        ..Succeed::default()
                    }),
                ),
            ]),
            ..ItemProcessor::default()
        },
        assign: variables(json!({
            "unfinished": "{% $count($states.result[$ = false]) %}",
            "status": format!(
                "{{% $count($states.result[$ = false]) = 0 ? '{}' : '{}' %}}",
                RunStatus::Finished.name(),
                RunStatus::Failed.name()
            ),
        })),
        output: Some(json!("{% $count($states.result) %}")),
        next: Some(to(StateName::AreAllFinished)),
        ..Map::default()
    }
}
