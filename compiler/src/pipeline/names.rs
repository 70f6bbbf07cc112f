//! Names that AWS has to take.

use super::resolver::Resolver;
use crate::diagnostic::{Code, Diagnostic};

/// Longest name of a pipeline, in characters: the longest machine is `<name>-query-timeout`, and a
/// state machine's name has at most 80 (AWS page: `CreateStateMachine`).
pub const MAX_PIPELINE_NAME: usize = 80 - "-query-timeout".len();

/// Longest name of a step, in characters. An execution's name, at most 80 (AWS page:
/// `StartExecution`), holds it together with the run's id and the round.
pub const MAX_STEP_NAME: usize = 48;

/// Longest name of a parameter, in characters.
const MAX_PARAMETER_NAME: usize = 64;

fn of_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

/// The first character that a name must not have, in words for a sentence.
fn first_bad(name: &str, good: fn(char) -> bool) -> Option<String> {
    let bad = name.chars().find(|character| !good(*character))?;
    Some(if bad == ' ' {
        "a blank".to_owned()
    } else {
        format!("`{bad}`")
    })
}

/// What is wrong with a name, and what to do.
struct Wrong {
    message: String,
    help: &'static str,
}

fn too_long(what: &str, name: &str, most: usize) -> Option<String> {
    let length = name.chars().count();
    (length > most).then(|| format!("{what} has {length} characters; {most} are the most"))
}

fn pipeline(name: &str) -> Option<Wrong> {
    let help = "use letters, digits, `-` and `_`";
    if name.is_empty() {
        let message = "the pipeline's name is empty".to_owned();
        return Some(Wrong { message, help });
    }
    if let Some(bad) = first_bad(name, of_name) {
        let message = format!("a pipeline's name cannot have {bad}");
        return Some(Wrong { message, help });
    }
    let help = "shorten it: `<name>-query-timeout` must fit into the 80 characters of a state \
                machine's name";
    too_long("the pipeline's name", name, MAX_PIPELINE_NAME).map(|message| Wrong { message, help })
}

fn step(name: &str) -> Option<Wrong> {
    let help = "start with a letter, then use letters, digits, `-` and `_`";
    if name.is_empty() {
        let message = "this step's name is empty".to_owned();
        return Some(Wrong { message, help });
    }
    if let Some(bad) = first_bad(name, of_name) {
        let message = format!("a step's name cannot have {bad}");
        return Some(Wrong { message, help });
    }
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        let message = "a step's name starts with a letter".to_owned();
        return Some(Wrong { message, help });
    }
    let help = "shorten it: executions are named after the run, the step and the round";
    too_long("this step's name", name, MAX_STEP_NAME).map(|message| Wrong { message, help })
}

fn parameter(name: &str) -> Option<Wrong> {
    let help = "start with a letter or `_`, then use letters, digits and `_`";
    let good = |character: char| character.is_ascii_alphanumeric() || character == '_';
    if name.is_empty() {
        let message = "this parameter's name is empty".to_owned();
        return Some(Wrong { message, help });
    }
    if let Some(bad) = first_bad(name, good) {
        let message = format!("a parameter's name cannot have {bad}");
        return Some(Wrong { message, help });
    }
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        let message = "a parameter's name cannot start with a digit".to_owned();
        return Some(Wrong { message, help });
    }
    let help = "shorten it";
    too_long("this parameter's name", name, MAX_PARAMETER_NAME)
        .map(|message| Wrong { message, help })
}

/// Checks all names of a spec.
pub(super) fn check(resolver: &mut Resolver<'_>) {
    let document = resolver.document;
    if !document.is_mended(&["name"])
        && let Some(wrong) = pipeline(&document.spec.name)
    {
        let span = document.at(&["name"]);
        resolver.push(
            Diagnostic::error(Code::PipelineName, wrong.message)
                .at(&document.file, span, "")
                .help(wrong.help),
        );
    }
    for name in document.spec.steps.keys() {
        if let Some(wrong) = step(name) {
            let span = document.key_at(&["steps", name]);
            resolver.push(
                Diagnostic::error(Code::StepName, wrong.message)
                    .at(&document.file, span, "")
                    .help(wrong.help),
            );
        }
    }
    for name in document.spec.parameters.keys() {
        if let Some(wrong) = parameter(name) {
            let span = document.key_at(&["parameters", name]);
            resolver.push(
                Diagnostic::error(Code::ParameterName, wrong.message)
                    .at(&document.file, span, "")
                    .help(wrong.help),
            );
        }
    }
}
