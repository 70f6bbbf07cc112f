//! One file a verb, in groups by what a verb needs:
//!
//! | group | needs |
//! |---|---|
//! | [`pipeline`] | the pipeline's folder, or not even that |
//! | `runs` | the runs of a pipeline, on this machine or in AWS |
//! | `warehouse` | a warehouse, the embedded one or the one in AWS |
//! | `account` | an account of AWS |
//! | `laptop` | the embedded warehouse, in which a pipeline runs on this machine |
//!
//! Beside the groups is what verbs of several groups share.

#[cfg(feature = "aws")]
pub mod account;
pub mod choosing;
pub mod complete;
#[cfg(feature = "local")]
pub mod laptop;
pub mod pipeline;
pub mod pipeline_at;
pub mod rows;
#[cfg(any(feature = "aws", feature = "local"))]
pub mod runs;
pub mod session;
#[cfg(any(feature = "aws", feature = "local"))]
pub mod warehouse;

use std::path::Path;

use crate::compile::{Compiled, Overrides, compile};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::project::Project;

/// Opens and compiles the pipeline at `path`, as it is in `environment`; prints what is found. An error
/// is the exit status to end with.
fn compiled(
    path: &Path,
    environment: Option<&str>,
    overrides: Overrides,
    printer: &Printer,
) -> Result<(Project, Compiled), Exit> {
    let project = Project::open_for(path, environment).map_err(|diagnostics| {
        printer.diagnostics(&diagnostics);
        Exit::BadInput
    })?;
    let outcome = compile(&project.spec, &project, overrides);
    // A verb that prints data of its own must not mix a machine's list of warnings into it.
    if outcome.value.is_none() || printer.is_for_people() {
        printer.diagnostics(&outcome.diagnostics);
    }
    match outcome.value {
        Some(compiled) => Ok((project, compiled)),
        None => Err(Exit::BadInput),
    }
}

/// A number of seconds as a spec would say it: `1h30m`.
fn duration(seconds: u64) -> String {
    let parts = [
        (seconds / 86_400, "d"),
        (seconds % 86_400 / 3_600, "h"),
        (seconds % 3_600 / 60, "m"),
        (seconds % 60, "s"),
    ];
    let text: String = parts
        .iter()
        .filter(|(amount, _)| *amount > 0)
        .map(|(amount, unit)| format!("{amount}{unit}"))
        .collect();
    if text.is_empty() {
        "0s".to_owned()
    } else {
        text
    }
}

/// What a word for so many has at its end: `1 lane`, `2 lanes`.
fn plural(number: u64) -> &'static str {
    if number == 1 { "" } else { "s" }
}

/// A number with commas between thousands: `12,345`.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_numbers_read_well() {
        assert_eq!(duration(0), "0s");
        assert_eq!(duration(5_400), "1h30m");
        assert_eq!(duration(90_061), "1d1h1m1s");
        assert_eq!(thousands(7), "7");
        assert_eq!(thousands(336_776), "336,776");
        assert_eq!(thousands(1_000_000), "1,000,000");
    }
}
