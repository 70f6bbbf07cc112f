//! Which steps belong to a run, and which to the stack's own runs.

use indexmap::IndexMap;
use runtime_lambda::plan::When;

use super::DeclaredParameter;
use super::resolver::Resolver;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline_yaml;

/// In which kind of run a step runs.
pub(super) fn when(written: Option<pipeline_yaml::When>) -> When {
    match written {
        None | Some(pipeline_yaml::When::Run) => When::Run,
        Some(pipeline_yaml::When::Deploy) => When::Deploy,
        Some(pipeline_yaml::When::Destroy) => When::Destroy,
    }
}

/// Reports steps that come after one of another kind of run: it never runs in theirs.
pub(super) fn apart(resolver: &mut Resolver<'_>, after: &[Vec<usize>]) {
    let document = resolver.document;
    let steps = &document.spec.steps;
    for ((name, step), befores) in steps.iter().zip(after) {
        for before in befores {
            let (other, before) = resolver.step(*before);
            if when(step.when) == when(before.when) {
                continue;
            }
            let sentence = format!(
                "step `{name}` comes after `{other}`, which runs at another time ({})",
                words(when(before.when))
            );
            resolver.push(
                Diagnostic::error(Code::WhenApart, sentence)
                    .at(&document.file, document.at(&["steps", name, "after"]), "")
                    .also(
                        &document.file,
                        document.key_at(&["steps", other]),
                        "the other step",
                    )
                    .help("remove it from `after`, or give both steps the same `when`"),
            );
        }
    }
}

/// Reports parameters that have no value in the runs of the stack itself.
pub(super) fn given_by_nobody(
    resolver: &mut Resolver<'_>,
    declared: &IndexMap<String, DeclaredParameter>,
) {
    let document = resolver.document;
    let own = document.spec.steps.iter();
    let Some((step, _)) = own
        .into_iter()
        .find(|(_, step)| when(step.when) != When::Run)
    else {
        return;
    };
    for (name, declared) in declared {
        if !declared.parameter.needs_value() {
            continue;
        }
        let sentence = format!("the run of step `{step}` has no value for the parameter `{name}`");
        resolver.push(
            Diagnostic::error(Code::StackParameter, sentence)
                .at(
                    &document.file,
                    document.key_at(&["parameters", name]),
                    "it has no default",
                )
                .also(
                    &document.file,
                    document.key_at(&["steps", step]),
                    "run by the stack itself",
                )
                .help(format!("give `{name}` a `default`")),
        );
    }
}

fn words(when: When) -> &'static str {
    match when {
        When::Run => "in every run",
        When::Deploy => "at each deploy",
        When::Destroy => "before it is destroyed",
    }
}
