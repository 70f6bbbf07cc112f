//! Phase `bundle`: everything that is deployed or run, as files by path. A value: whoever wants it on
//! a disk writes it there.

mod index;

use std::collections::BTreeMap;

use runtime_lambda::keys;
use runtime_lambda::plan::{Job, Step};
use serde_json::json;

use crate::compile::Compiled;
use crate::package::Package;

/// What `sfc build` writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// Content by path, with `/` between a path's parts.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// Digits of a hash in the name of a step's script.
const SHORT_HASH: usize = 12;

/// Folder of a bundle whose files are uploaded under the rest of their path.
pub const ARTIFACTS: &str = "artifacts";

/// The CloudFormation template in a bundle.
pub const TEMPLATE: &str = "template.json";

/// The phase: the bundle of a compiled pipeline and the Lambda that runs it.
#[must_use]
pub fn bundle(compiled: &Compiled, package: &Package) -> Bundle {
    let mut files = artifacts(compiled)
        .map(|(key, bytes)| (format!("{ARTIFACTS}/{key}"), bytes.to_vec()))
        .collect::<BTreeMap<_, _>>();
    files.insert(
        format!("{ARTIFACTS}/{}", package.key()),
        package.bytes.clone(),
    );
    files.insert("plan.json".to_owned(), compiled.plan_bytes.clone());
    for (machine, definition) in &compiled.machines.definitions {
        files.insert(
            format!("definitions/{}.asl.json", machine.suffix()),
            definition.json.clone().into_bytes(),
        );
    }
    files.extend(scripts(compiled));
    files.insert(
        TEMPLATE.to_owned(),
        compiled.stack.json.clone().into_bytes(),
    );
    files.insert(
        "index.md".to_owned(),
        index::index(compiled, package).into_bytes(),
    );
    files.insert("bundle.json".to_owned(), contents(compiled, package));
    Bundle { files }
}

/// What each step runs, under a name that a person finds.
fn scripts(compiled: &Compiled) -> impl Iterator<Item = (String, Vec<u8>)> {
    compiled.plan.steps.iter().filter_map(|step| {
        let bytes = match &step.job {
            Some(Job::Rsql { script }) => compiled.rsql.get(script)?,
            _ => compiled.scripts.get(&step.script)?,
        };
        Some((script_of(step)?, bytes.clone()))
    })
}

/// Where a bundle has what a step runs: its name, and the beginning of the content's hash.
pub(crate) fn script_of(step: &Step) -> Option<String> {
    let (hash, extension) = match &step.job {
        Some(Job::Rsql { script }) => (script, "rsql"),
        Some(_) => return None,
        None => (&step.script, "json"),
    };
    let hash = hash.get(..SHORT_HASH)?;
    Some(format!("scripts/{}-{hash}.{extension}", step.name))
}

/// What the actions read, by its key in the artifacts' bucket.
pub fn artifacts(compiled: &Compiled) -> impl Iterator<Item = (String, &[u8])> {
    let plan = (
        keys::plan(&compiled.plan_hash),
        compiled.plan_bytes.as_slice(),
    );
    let scripts = compiled
        .scripts
        .iter()
        .map(|(hash, bytes)| (keys::script(hash), bytes.as_slice()));
    let templates = compiled
        .templates
        .iter()
        .map(|(hash, bytes)| (keys::template(hash), bytes.as_slice()));
    let rsql = compiled
        .rsql
        .iter()
        .map(|(hash, bytes)| (keys::rsql(hash), bytes.as_slice()));
    let definitions = compiled
        .stack
        .definitions
        .iter()
        .map(|(key, bytes)| (key.clone(), bytes.as_slice()));
    std::iter::once(plan)
        .chain(definitions)
        .chain(scripts)
        .chain(rsql)
        .chain(templates)
}

/// What is in the bundle, for a person and for a deployment by other means.
fn contents(compiled: &Compiled, package: &Package) -> Vec<u8> {
    let definitions: serde_json::Map<String, serde_json::Value> = compiled
        .machines
        .definitions
        .iter()
        .map(|(machine, definition)| {
            let entry = json!({
                "file": format!("definitions/{}.asl.json", machine.suffix()),
                "level": machine.level(),
            });
            (definition.name.clone(), entry)
        })
        .collect();
    let contents = json!({
        "pipeline": compiled.plan.pipeline,
        "plan": compiled.plan_hash,
        "lambda": { "package": package.key(), "architecture": package.architecture.name() },
        "state_machines": definitions,
        "template": TEMPLATE,
        "artifacts": artifacts(compiled).map(|(key, _)| key).collect::<Vec<_>>(),
    });
    format!("{contents:#}\n").into_bytes()
}
