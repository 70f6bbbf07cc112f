//! Pages to try templates with.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use jiff::Timestamp;

use super::facts::Facts;
use super::history::History;
use super::page::{Page, page};
use super::style::ReportStyle;
use crate::ids::Hash;
use crate::plan::{
    self, Completion, Connection, Limits, Overlap, Plan, Severity, Signal, Step, Warehouse,
};
use crate::protocol::errors::STATEMENT_FAILED;
use crate::state::{self, GlobalState, RunStatus, StepError, StepState, StepStatus};

impl Page {
    /// Pages to try templates with. In one run nothing has happened. In the other a step failed, another one
    /// did not start for it, and a third raised a signal.
    #[must_use]
    pub fn samples() -> [Self; 2] {
        let failed = StepState {
            status: StepStatus::Failed,
            round: 1,
            lane: Some(1),
            started: Some(Timestamp::UNIX_EPOCH),
            ended: Some(Timestamp::UNIX_EPOCH),
            error: Some(StepError {
                error: STATEMENT_FAILED.to_owned(),
                message: "a sentence".to_owned(),
                place: None,
            }),
            ..StepState::initial()
        };
        let skipped = StepState {
            status: StepStatus::Skipped,
            ..StepState::initial()
        };
        let finished = StepState {
            status: StepStatus::Finished,
            round: 1,
            lane: Some(1),
            started: Some(Timestamp::UNIX_EPOCH),
            ended: Some(Timestamp::UNIX_EPOCH),
            rows: Some(1),
            signals: vec![1],
            ..StepState::initial()
        };
        let signal = Signal {
            when: IndexMap::new(),
            signal: "a signal".to_owned(),
            recommendation: Some("a recommendation".to_owned()),
            severity: Severity::Warning,
        };
        let mut last = Step::of("last");
        last.signals = vec![signal];
        let mut behind = Step::of("behind");
        behind.after = vec!["first".into()];
        [
            sample(Vec::new(), RunStatus::Finished),
            sample(
                vec![
                    (Step::of("first"), failed),
                    (behind, skipped),
                    (last, finished),
                ],
                RunStatus::Failed,
            ),
        ]
    }
}

/// The page of a run of these steps, which took no time.
fn sample(steps: Vec<(Step, StepState)>, status: RunStatus) -> Page {
    let states = steps
        .iter()
        .map(|(step, state)| (step.name.clone(), state.clone().into()))
        .collect();
    let plan = Plan {
        format: plan::FORMAT,
        pipeline: "pipeline".to_owned(),
        description: None,
        warehouse: Warehouse {
            database: "dev".to_owned(),
            connection: Connection::Workgroup("workgroup".to_owned()),
        },
        completion: Completion::Poll,
        limits: Limits {
            run_seconds: 0,
            rounds: 1,
            lanes: 1,
        },
        parameters: IndexMap::new(),
        overlap: Overlap::Allow,
        expect_by: None,
        topics: Vec::new(),
        mails: Vec::new(),
        rsql: None,
        report_template: Hash::default(),
        report: ReportStyle::default(),
        picture: None,
        prices: None,
        steps: steps.into_iter().map(|(step, _)| step).collect(),
    };
    let state = GlobalState {
        format: state::FORMAT,
        pipeline: plan.pipeline.clone(),
        run: "19700101T000000Z-00000000".into(),
        plan: Hash::default(),
        execution: "".into(),
        started_by: None,
        status,
        ending: None,
        round: 1,
        started: Timestamp::UNIX_EPOCH,
        deadline: Timestamp::UNIX_EPOCH,
        ended: Some(Timestamp::UNIX_EPOCH),
        notifying: None,
        told: Vec::new(),
        notified: false,
        parameters: IndexMap::new(),
        lanes: BTreeMap::new(),
        left_out: 0,
        steps: states,
    };
    page(&Facts {
        plan: &plan,
        state: &state,
        manifests: &[],
        results: &BTreeMap::new(),
        checks: &BTreeMap::new(),
        scripts: &BTreeMap::new(),
        logs: &BTreeMap::new(),
        history: &History::default(),
        now: None,
    })
}
