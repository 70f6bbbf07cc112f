//! Parameters of a run, as the command line gives them.

use clap_complete::engine::ArgValueCompleter;
use runtime_lambda::plan::Plan;
use serde_json::Value;

use super::progress::Manner;
use crate::commands::complete;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Nearest};
use crate::source::SourceFile;

/// How to start, as the command line says it.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Arguments {
    /// Value of a parameter; may be given several times.
    #[arg(short, long = "param", value_name = "NAME=VALUE", add = ArgValueCompleter::new(complete::parameters))]
    pub parameters: Vec<String>,
    /// Shows the run until it has ended, and ends with its exit code.
    #[arg(long)]
    pub watch: bool,
    /// The same as events, one JSON document a line.
    #[arg(long)]
    pub json: bool,
}

impl Arguments {
    /// How the run is shown until it has ended; none if nobody watches it.
    #[must_use]
    pub fn manner(&self) -> Option<Manner> {
        match (self.json, self.watch) {
            (true, _) => Some(Manner::Events),
            (false, true) => Some(Manner::Lines),
            (false, false) => None,
        }
    }
}

/// Parameters as a run's input has them, checked as the run would check them.
///
/// # Errors
/// What is given is no parameter, no value of one, or not all that is needed. With `resumed`, what
/// is not given comes from the earlier run.
pub fn parameters(plan: &Plan, given: &[String], resumed: bool) -> Result<Value, Diagnostics> {
    let command_line = SourceFile::unread("command line");
    let wrong = |message: String, help: String| {
        Diagnostic::error(Code::RunParameter, message)
            .in_file(&command_line)
            .help(help)
    };
    let known = &plan.parameters;
    let mut diagnostics = Diagnostics::new();
    let mut values = serde_json::Map::new();
    let nearest = Nearest::default();
    for text in given {
        let Some((name, value)) = text.split_once('=') else {
            diagnostics.push(wrong(
                format!("`{text}` is no parameter with its value"),
                "write `--param name=value`".to_owned(),
            ));
            continue;
        };
        match known.get(name) {
            None => {
                let help = nearest
                    .suggest(name, known.keys().map(String::as_str))
                    .unwrap_or_else(|| "declare it under `parameters:` in the spec".to_owned());
                diagnostics.push(wrong(
                    format!("the pipeline has no parameter `{name}`"),
                    help,
                ));
            }
            Some(parameter) if parameter.secret.is_some() => {
                let sentence =
                    format!("the parameter `{name}` is a secret, and takes no value here");
                diagnostics.push(
                    Diagnostic::error(Code::SecretGiven, sentence)
                        .in_file(&command_line)
                        .help(format!(
                            "its value is in Secrets Manager; on a laptop, set `SFC_SECRET_{}`",
                            name.to_ascii_uppercase()
                        )),
                );
            }
            Some(parameter) if !parameter.kind.accepts(value) => {
                diagnostics.push(wrong(
                    format!("`{value}` is no value of the parameter `{name}`"),
                    format!("it must be {}", parameter.kind.description()),
                ));
            }
            Some(_) => {
                values.insert(name.to_owned(), value.into());
            }
        }
    }
    for (name, parameter) in known {
        let attempted = given
            .iter()
            .any(|text| text.split_once('=').is_some_and(|(given, _)| given == name));
        if parameter.needs_value() && !attempted && !resumed {
            diagnostics.push(wrong(
                format!("the parameter `{name}` has no default and was not given"),
                format!("write `--param {name}=…`: {}", parameter.kind.description()),
            ));
        }
    }
    if diagnostics.is_empty() {
        Ok(Value::Object(values))
    } else {
        Err(diagnostics)
    }
}
