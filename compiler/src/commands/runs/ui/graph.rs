//! The order of a pipeline's steps as it is now, as a picture and as a list.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Html;
use indexmap::IndexMap;
use jiff::Timestamp;
use runtime_lambda::ids::Hash;
use runtime_lambda::plan::Plan;
use runtime_lambda::report::history::History;
use runtime_lambda::report::{self, Facts};
use runtime_lambda::state::{self, GlobalState, RunStatus, StepState};
use serde_json::json;

use super::begin::compiled;
use super::pages::{PageFrame, ProblemPage, rendered};
use super::site::Site;

/// The page with the order of the steps.
pub async fn page(
    State(site): State<Arc<Site>>,
    Path((place, pipeline)): Path<(String, String)>,
) -> Result<Html<String>, ProblemPage> {
    let opened = site.open(&place, &pipeline).await?;
    let compiled = compiled(&site, &opened);
    let compiled = compiled.map_err(|early| ProblemPage::from(early).back_to(&opened.href))?;
    let plan = &compiled.plan;
    let page = report::page(&Facts {
        plan,
        state: &before_all(plan),
        manifests: &[],
        results: &BTreeMap::new(),
        checks: &BTreeMap::new(),
        scripts: &BTreeMap::new(),
        logs: &BTreeMap::new(),
        history: &History::default(),
        now: Some(Timestamp::now()),
    });
    let content = rendered(
        "graph",
        &json!({
            "pipeline": plan.pipeline,
            "order": page.order,
            "steps": plan.steps.len(),
            "lanes": plan.limits.lanes,
            "list": plan.steps,
        }),
    )?;
    let frame = PageFrame {
        title: format!("{}: order", plan.pipeline),
        way: vec![opened.way()],
        here: "order".to_owned(),
        ..PageFrame::default()
    };
    Ok(frame.around(&content)?)
}

/// A run in which no step has begun.
fn before_all(plan: &Plan) -> GlobalState {
    let steps = plan.steps.iter();
    GlobalState {
        format: state::FORMAT,
        pipeline: plan.pipeline.clone(),
        run: "".into(),
        plan: Hash::default(),
        execution: "".into(),
        started_by: None,
        status: RunStatus::Running,
        ending: None,
        round: 1,
        started: Timestamp::UNIX_EPOCH,
        deadline: Timestamp::UNIX_EPOCH,
        ended: None,
        notifying: None,
        told: Vec::new(),
        notified: false,
        parameters: IndexMap::new(),
        lanes: BTreeMap::new(),
        left_out: 0,
        steps: steps
            .map(|step| (step.name.clone(), StepState::initial().into()))
            .collect(),
    }
}
