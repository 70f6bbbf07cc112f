//! Runs that never took place: a plan, and what its steps did by a clock of this file's own.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};
use runtime_lambda::checks::BrokenCheck;
use runtime_lambda::ids::StepName;
use runtime_lambda::place::Place;
use runtime_lambda::plan::{
    Batch, Completion, Connection, FORMAT, Limits, Overlap, Plan, RunPrices, Script, Statement,
    Step, Warehouse,
};
use runtime_lambda::report::history::History;
use runtime_lambda::report::{Facts, Manifest, Page, Preview, Renderer, TEMPLATE, page};
use runtime_lambda::state::{self, GlobalState, RunStatus, StepError, StepState, StepStatus};
use serde_json::{Value, json};

/// A run, and all that its page is made from.
pub struct Run {
    pub plan: Plan,
    pub state: GlobalState,
    pub manifests: Vec<Manifest>,
    pub results: BTreeMap<StepName, Preview>,
    pub checks: BTreeMap<StepName, Vec<BrokenCheck>>,
    pub scripts: BTreeMap<StepName, Arc<Script>>,
    pub logs: BTreeMap<StepName, String>,
    pub history: History,
}

impl Run {
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            plan: &self.plan,
            state: &self.state,
            manifests: &self.manifests,
            results: &self.results,
            checks: &self.checks,
            scripts: &self.scripts,
            logs: &self.logs,
            history: &self.history,
            now: None,
        }
    }

    pub fn page(&self) -> Page {
        page(&self.facts())
    }

    /// The page as HTML, which is also kept for the tests in a browser.
    pub fn html(&self, name: &str) -> String {
        let html = Renderer::read(TEMPLATE)
            .unwrap()
            .render(&self.page())
            .unwrap();
        kept(name, &html);
        html
    }

    /// Gives a step a result of these columns (name and type) and rows of the Data API's fields.
    pub fn result(&mut self, step: &str, columns: &[(&str, &str)], rows: &[Value]) {
        let columns: Vec<Value> = columns
            .iter()
            .map(|(name, kind)| json!({ "name": name, "typeName": kind }))
            .collect();
        let rows: Vec<String> = rows.iter().map(Value::to_string).collect();
        let text = format!(
            "{{\n  \"ColumnMetadata\": {},\n  \"Records\": [\n    {}\n  ],\n  \"TotalNumRows\": {}\n}}\n",
            Value::from(columns),
            rows.join(",\n    "),
            rows.len(),
        );
        let planned = self.plan.steps.iter().find(|known| known.name == step);
        let preview = Preview::of(planned.unwrap(), text.as_bytes()).unwrap();
        self.results.insert(step.into(), preview);
        let state = self.state.step_mut(step).unwrap();
        if state.status == StepStatus::Finished {
            state.rows = Some(rows.len() as u64);
            state.has_result = true;
        }
    }

    /// Gives a step a script of one statement that begins on the first line of its file.
    pub fn script(&mut self, step: &str, sql: &str) {
        let script = Script {
            statements: vec![Statement {
                sql: sql.to_owned(),
                line: 1,
                column: 1,
                ..Statement::default()
            }],
            batch: Batch::Transaction,
            file: format!("sql/{step}.sql"),
            checks: Vec::new(),
        };
        self.scripts.insert(step.into(), Arc::new(script));
    }
}

/// Keeps a page for the tests in a browser.
pub fn kept(name: &str, html: &str) {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}.html")), html).unwrap();
}

/// A step that comes after others.
pub fn step(name: &str, after: &[&str]) -> Step {
    Step {
        after: after.iter().map(|name| (*name).into()).collect(),
        script: "0".repeat(64).into(),
        ..Step::of(name)
    }
}

/// A plan of these steps.
pub fn plan(name: &str, lanes: u32, rounds: u32, steps: Vec<Step>) -> Plan {
    Plan {
        format: FORMAT,
        pipeline: name.to_owned(),
        description: Some("What the shop sold, by day and by customer.".to_owned()),
        warehouse: Warehouse {
            database: "dev".to_owned(),
            connection: Connection::Workgroup("analytics".to_owned()),
        },
        completion: Completion::Event,
        limits: Limits {
            run_seconds: 3600,
            rounds,
            lanes,
        },
        parameters: IndexMap::new(),
        overlap: Overlap::Allow,
        expect_by: None,
        topics: Vec::new(),
        mails: Vec::new(),
        rsql: None,
        report_template: "0".repeat(64).into(),
        report: runtime_lambda::plan::ReportStyle::default(),
        picture: None,
        prices: Some(RunPrices {
            region: "us-east-1".to_owned(),
            date: "2026-11-26".to_owned(),
            run: 400_000,
            round: 150_000,
            step: 150_000,
            question: 30_000,
        }),
        steps,
    }
}

pub fn start() -> Timestamp {
    "2026-11-25T09:45:28.25Z".parse().unwrap()
}

pub fn error(error: &str, message: &str) -> StepError {
    StepError {
        error: error.to_owned(),
        message: message.to_owned(),
        place: None,
    }
}

pub fn place(file: &str, line: u32, column: u32) -> Box<Place> {
    Box::new(Place {
        file: file.to_owned(),
        line,
        column,
        statement: 1,
        statements: 1,
        snippet: String::new(),
        parameters: IndexMap::new(),
    })
}

/// What the steps of a plan did: how long each try takes in seconds, and what goes wrong in it.
pub fn run(
    plan: Plan,
    seconds: impl Fn(&str) -> f64,
    fails: impl Fn(&str, u32) -> Option<StepError>,
) -> Run {
    let at = |seconds: f64| {
        let duration = SignedDuration::try_from_secs_f64(seconds).unwrap();
        start().checked_add(duration).unwrap()
    };
    let mut state = GlobalState {
        format: state::FORMAT,
        pipeline: plan.pipeline.clone(),
        run: "20261125T094528Z-6286ebb6".into(),
        plan: "5f".repeat(32).into(),
        execution: format!(
            "arn:aws:states:eu-central-1:111122223333:execution:{}-retry:sfc-1",
            plan.pipeline
        )
        .into(),
        started_by: Some("arn:aws:iam::111122223333:user/ada".to_owned()),
        status: RunStatus::Running,
        ending: None,
        round: 1,
        started: start(),
        deadline: at(3600.0),
        ended: None,
        notifying: None,
        told: Vec::new(),
        notified: false,
        parameters: IndexMap::new(),
        lanes: BTreeMap::new(),
        left_out: 0,
        steps: plan
            .steps
            .iter()
            .map(|step| (step.name.clone(), StepState::initial().into()))
            .collect(),
    };
    let mut manifests = Vec::new();
    let mut clock = 0.2;
    loop {
        let mut free = vec![clock; plan.limits.lanes as usize];
        let mut ends: BTreeMap<&str, f64> = BTreeMap::new();
        let mut last: f64 = clock;
        // In the plan's order, which is a topological one: each takes the lane that is free first.
        for step in &plan.steps {
            let is_ready = state.status_of(&step.name) == Some(StepStatus::Initial)
                && step
                    .after
                    .iter()
                    .all(|name| state.status_of(name) == Some(StepStatus::Finished));
            if !is_ready {
                continue;
            }
            let ready = step
                .after
                .iter()
                .filter_map(|name| ends.get(name.as_str()))
                .copied()
                .fold(clock, f64::max);
            let lane = (0..free.len())
                .min_by(|a, b| free[*a].total_cmp(&free[*b]))
                .unwrap();
            let began = free[lane].max(ready) + 0.02;
            let ended = began + seconds(&step.name);
            free[lane] = ended;
            last = last.max(ended);
            let round = state.round;
            let error = fails(&step.name, round);
            let entry = state.step_mut(&step.name).unwrap();
            entry.round = round;
            entry.lane = Some(u32::try_from(lane).unwrap() + 1);
            entry.statement_id = Some(format!("{:08x}-7d2b-4c11-9f00-2a5b8f3c9e01", lane * 77));
            entry.started = Some(at(began));
            entry.ended = Some(at(ended));
            entry.status = if error.is_some() {
                StepStatus::Failed
            } else {
                ends.insert(&step.name, ended);
                StepStatus::Finished
            };
            entry.error = error;
        }
        clock = last + 0.3;
        let status = if state.is_complete() {
            RunStatus::Finished
        } else if state.round < plan.limits.rounds {
            RunStatus::Running
        } else {
            RunStatus::Failed
        };
        manifests.push(Manifest::of(&state, status, at(clock)));
        state.status = status;
        if status != RunStatus::Running {
            break;
        }
        state.round += 1;
        for step in state.steps.values_mut() {
            if step.status == StepStatus::Failed {
                step.status = StepStatus::Initial;
            }
        }
    }
    state.ended = Some(at(clock));
    for step in state.steps.values_mut() {
        if step.status == StepStatus::Initial {
            step.status = StepStatus::Skipped;
        }
    }
    Run {
        plan,
        state,
        manifests,
        results: BTreeMap::new(),
        checks: BTreeMap::new(),
        scripts: BTreeMap::new(),
        logs: BTreeMap::new(),
        history: History::default(),
    }
}
