//! `sfc backfill`: a run for each value of one parameter, several at the same time, and only what an earlier
//! backfill has not finished. On this machine, or by one execution in AWS.

mod board;
mod grid;
#[cfg(feature = "local")]
mod here;
#[cfg(feature = "aws")]
mod in_aws;
mod values;

use clap_complete::engine::ArgValueCompleter;
use serde_json::json;

use self::board::Board;
use self::values::Series;
use crate::commands::choosing::Choosing;
use crate::commands::complete;
use crate::commands::pipeline_at::PipelineAt;
use crate::commands::rows;
use crate::exit::Exit;
use crate::printer::Printer;

/// What is typed behind `sfc backfill`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    at: PipelineAt,
    /// A parameter: one of them with several values, such as `day=2026-01-01..2026-03-31` or
    /// `country=DE,FR`, the others with the value that all runs have.
    #[arg(short, long = "param", value_name = "NAME=VALUES", required = true, add = ArgValueCompleter::new(complete::parameters))]
    parameters: Vec<String>,
    /// How many runs go on at the same time.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=16), value_name = "RUNS")]
    parallel: u32,
    #[command(flatten)]
    choosing: Choosing,
    /// Runs what an earlier backfill has finished, too.
    #[arg(long)]
    again: bool,
    /// Prints one JSON document at the end, and nothing before.
    #[arg(long)]
    json: bool,
    #[cfg(feature = "local")]
    #[command(flatten)]
    here: here::Here,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    there: in_aws::There,
}

/// Runs the pipeline once for each value.
#[must_use]
pub fn backfill(arguments: &Arguments, printer: &Printer) -> Exit {
    #[cfg(feature = "aws")]
    if arguments.there.aws || cfg!(not(feature = "local")) {
        return in_aws::in_aws(arguments, printer);
    }
    #[cfg(feature = "local")]
    return match here::here(arguments, printer) {
        Ok(exit) => exit,
        Err((exit, diagnostics)) => {
            printer.diagnostics(&diagnostics);
            exit
        }
    };
    #[cfg(not(feature = "local"))]
    Exit::Success
}

/// Prints how every value stands as one JSON document; in AWS, with the ARN of the backfill's execution.
fn print(
    pipeline: &str,
    series: &Series,
    board: &Board,
    execution: Option<&str>,
    printer: &Printer,
) {
    let document = rows::document(json!({
        "pipeline": pipeline,
        "parameter": series.parameter,
        "execution": execution,
        "values": board.json(),
    }));
    printer.data(&rows::json_text(&document));
}
