//! The phase `plan`: a pipeline to the immutable value that everything later reads.
//!
//! The same pipeline gives the same bytes. Steps come in a topological order, scripts once each
//! under the hash of their bytes.

mod assert;

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;

use runtime_lambda::ids::Hash;
use runtime_lambda::keys::sha256;
use runtime_lambda::plan::{
    FORMAT, Limits, MailTo, NotifiedTopic, Parameter, Plan, RsqlPlace, Script, Step,
};
use serde::Serialize;

use crate::cost::{self, Prices};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, PhaseOutcome};
use crate::picture;
use crate::pipeline::{self, Notify, Pipeline, Recipient};

/// A plan, its bytes, and the scripts that it names.
#[derive(Debug, Clone)]
pub struct PlanOutput {
    /// The plan as a value.
    pub plan: Plan,
    /// What `plan.json` holds: pretty-printed JSON with a newline at its end.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes, in hexadecimal.
    pub hash: Hash,
    /// The bytes of each script under their SHA-256 in hexadecimal.
    pub scripts: BTreeMap<Hash, Vec<u8>>,
    /// The bytes of each RSQL script, likewise.
    pub rsql: BTreeMap<Hash, Vec<u8>>,
}

/// Makes the plan, given the hash of the report's template. The only errors are broken promises of
/// sfc itself.
pub fn plan(pipeline: &Pipeline, report_template: &str) -> PhaseOutcome<PlanOutput> {
    match build(pipeline, report_template).and_then(assert::promises) {
        Ok(output) => PhaseOutcome {
            value: Some(output),
            diagnostics: Diagnostics::new(),
        },
        Err(diagnostic) => PhaseOutcome {
            value: None,
            diagnostics: std::iter::once(*diagnostic).collect(),
        },
    }
}

fn build(pipeline: &Pipeline, report_template: &str) -> Result<PlanOutput, Box<Diagnostic>> {
    let mut scripts = Scripts::default();
    let mut steps = Vec::with_capacity(pipeline.steps.len());
    for step in pipeline.in_order() {
        let before = pipeline.before(step);
        steps.push(Step {
            name: step.name.as_str().into(),
            after: before.map(|step| step.name.as_str().into()).collect(),
            script: match step.sql() {
                Some(sql) => scripts.add(&sql.script)?,
                None => Hash::default(),
            },
            job: step.job().cloned(),
            tags: step.tags.clone(),
            when: step.when,
            limit_seconds: step.limit_seconds,
            fresh_seconds: step.fresh_seconds,
            retry: step.retry,
            expect: step.expect.clone(),
            signals: step.signals.clone(),
            checks: step.checks.clone(),
        });
    }
    let parameters = pipeline
        .parameters
        .iter()
        .map(|(name, declared)| -> (String, Parameter) {
            (name.clone(), declared.parameter.clone())
        })
        .collect();
    let plan = Plan {
        format: FORMAT,
        pipeline: pipeline.name.clone(),
        description: pipeline.description.clone(),
        warehouse: pipeline.warehouse.clone(),
        completion: pipeline.completion,
        limits: Limits {
            run_seconds: pipeline.limits.run_seconds,
            rounds: pipeline.limits.rounds,
            lanes: pipeline.limits.lanes,
        },
        parameters,
        overlap: pipeline.overlap,
        expect_by: pipeline.expect_by.as_ref().map(|by| by.text.clone()),
        topics: pipeline.notify.iter().filter_map(topic).collect(),
        mails: pipeline.notify.iter().filter_map(mail).collect(),
        rsql: pipeline.rsql.as_ref().map(|rsql| RsqlPlace {
            queue: rsql.queue_name(&pipeline.name),
            definition: rsql.definition_name(&pipeline.name),
        }),
        report_template: report_template.into(),
        report: pipeline.report.style.clone(),
        picture: None,
        prices: None,
        steps,
    };
    let stack = &pipeline.stack;
    let plan = Plan {
        picture: picture::picture(&plan),
        prices: Prices::published()
            .ok()
            .map(|prices| cost::parts(&plan, stack.architecture, stack.memory_mib, &prices)),
        ..plan
    };
    let rsql = pipeline
        .steps
        .iter()
        .filter_map(pipeline::Step::rsql)
        .map(|text| {
            let bytes = text.as_bytes();
            (Hash::from(sha256(bytes)), bytes.to_vec())
        })
        .collect();
    let bytes = json(&plan)?;
    Ok(PlanOutput {
        hash: sha256(&bytes).into(),
        plan,
        bytes,
        scripts: scripts.bytes,
        rsql,
    })
}

/// What the plan knows of somebody who hears of the end of runs: e-mail is for the stack to subscribe.
fn topic(notify: &Notify) -> Option<NotifiedTopic> {
    match &notify.recipient {
        Recipient::Email(_) | Recipient::Mail { .. } => None,
        Recipient::Topic(arn) => Some(NotifiedTopic {
            arn: arn.clone(),
            on: notify.on,
            tags: notify.tags.clone(),
        }),
    }
}

/// What the plan knows of a person whom the Lambda sends mails to.
fn mail(notify: &Notify) -> Option<MailTo> {
    match &notify.recipient {
        Recipient::Email(_) | Recipient::Topic(_) => None,
        Recipient::Mail { to, from } => Some(MailTo {
            to: to.clone(),
            from: from.clone(),
            on: notify.on,
            tags: notify.tags.clone(),
        }),
    }
}

/// Scripts by hash. Steps that share a file share its analysis, so most repetitions are known by
/// their address.
#[derive(Default)]
struct Scripts {
    bytes: BTreeMap<Hash, Vec<u8>>,
    known: HashMap<*const Script, Hash>,
}

impl Scripts {
    fn add(&mut self, script: &Arc<Script>) -> Result<Hash, Box<Diagnostic>> {
        if let Some(hash) = self.known.get(&Arc::as_ptr(script)) {
            return Ok(hash.clone());
        }
        let bytes = json(script.as_ref())?;
        let hash = Hash::from(sha256(&bytes));
        self.known.insert(Arc::as_ptr(script), hash.clone());
        self.bytes.insert(hash.clone(), bytes);
        Ok(hash)
    }
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Box<Diagnostic>> {
    let mut bytes = serde_json::to_vec_pretty(value)
        .map_err(|error| assert::broken(format!("a plan cannot be written as JSON: {error}")))?;
    bytes.push(b'\n');
    Ok(bytes)
}
