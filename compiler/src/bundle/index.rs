//! `index.md`: what is in a bundle, for a person who looks into it.

use std::fmt::Write as _;

use runtime_lambda::plan::{Script, Step};

use super::{ARTIFACTS, TEMPLATE, script_of};
use crate::compile::Compiled;
use crate::machines::Machine;
use crate::package::Package;

/// The text of `index.md`: machines, steps and files of the bundle.
pub fn index(compiled: &Compiled, package: &Package) -> String {
    let plan = &compiled.plan;
    let mut text = format!("# {}\n\n", plan.pipeline);
    if let Some(description) = &plan.description {
        let _ = writeln!(text, "{description}\n");
    }
    let _ = writeln!(
        text,
        "| file | is |\n|---|---|\n\
         | [`{TEMPLATE}`]({TEMPLATE}) | the CloudFormation template |\n\
         | [`plan.json`](plan.json) | the plan, {} |\n\
         | [`bundle.json`](bundle.json) | this list for programs |\n\
         | `scripts/` | what each step runs, named by the step; the same as in `{ARTIFACTS}/` |\n\
         | `{ARTIFACTS}/` | what the template's parameter `ArtifactsBucket` must hold, by the same names |\n\
         | [`{ARTIFACTS}/{lambda}`]({ARTIFACTS}/{lambda}) | the Lambda, for {} |",
        plan_hash(compiled),
        package.architecture.name(),
        lambda = package.key(),
    );
    for (machine, definition) in &compiled.machines.definitions {
        let file = format!("definitions/{}.asl.json", machine.suffix());
        let _ = writeln!(
            text,
            "| [`{file}`]({file}) | the state machine `{}`: {} |",
            definition.name,
            purpose(*machine)
        );
    }
    text.push_str("\n## Steps\n\n| step | after | from | in this bundle |\n|---|---|---|---|\n");
    for step in &plan.steps {
        let after: Vec<String> = step.after.iter().map(|name| format!("`{name}`")).collect();
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} |",
            step.name,
            after.join(", "),
            source(compiled, step),
            artifact(step)
        );
    }
    text
}

fn plan_hash(compiled: &Compiled) -> String {
    let hash = compiled.plan_hash.get(..12).unwrap_or_default();
    format!("`{hash}…`")
}

/// What a state machine is for.
fn purpose(machine: Machine) -> &'static str {
    match machine {
        Machine::Query => "one try of a step",
        Machine::QueryTimeout => "ends a try that did not end well",
        Machine::QueryLoop => "a lane: one step after the other",
        Machine::Run => "a run: its rounds",
        Machine::Report => "the page and the message at a run's end",
        Machine::Backfill => "a run for each of several values",
    }
}

/// Where a step was written.
fn source(compiled: &Compiled, step: &Step) -> String {
    if let Some(job) = &step.job {
        return job.kind().name().replace('_', " ");
    }
    let script = compiled.scripts.get(&step.script);
    let script: Option<Script> = script.and_then(|bytes| serde_json::from_slice(bytes).ok());
    match script
        .map(|script| script.file)
        .filter(|file| !file.is_empty())
    {
        Some(file) => format!("`{}`", file.replace('|', "\\|")),
        None => "the spec".to_owned(),
    }
}

/// Where its statements lie.
fn artifact(step: &Step) -> String {
    match script_of(step) {
        Some(file) => format!("[`{file}`]({file})"),
        None => String::new(),
    }
}
