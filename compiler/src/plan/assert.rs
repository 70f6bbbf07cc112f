//! What a plan promises to everything that reads it.

use std::collections::HashSet;

use runtime_lambda::plan::Job;

use super::{Code, Diagnostic, PlanOutput};

/// The plan itself, if it keeps its promises: names are unique, every step stands behind its
/// `after`, and every script is there under its hash.
pub(super) fn promises(output: PlanOutput) -> Result<PlanOutput, Box<Diagnostic>> {
    let mut seen = HashSet::new();
    for step in &output.plan.steps {
        let name = &step.name;
        if let Some(later) = step.after.iter().find(|name| !seen.contains(name.as_str())) {
            return Err(broken(format!(
                "step `{name}` stands before `{later}`, which it comes after"
            )));
        }
        let needs_script = step.job.is_none() || !step.script.is_empty();
        if needs_script && !output.scripts.contains_key(&step.script) {
            return Err(broken(format!("the script of step `{name}` is missing")));
        }
        if let Some(Job::Rsql { script }) = &step.job
            && !output.rsql.contains_key(script)
        {
            return Err(broken(format!("the script of step `{name}` is missing")));
        }
        if !seen.insert(name.as_str()) {
            return Err(broken(format!("step `{name}` is there twice")));
        }
    }
    Ok(output)
}

/// A promise of sfc that does not hold.
pub(super) fn broken(what: String) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            Code::Internal,
            format!("the plan breaks its promise: {what}"),
        )
        .help("this is a mistake in sfc; please report it with the spec"),
    )
}
