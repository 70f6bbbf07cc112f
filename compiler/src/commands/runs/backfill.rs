//! `sfc backfill`: a run for each value of one parameter, several at the same time, and only what an earlier
//! backfill has not finished. On this machine, or by one execution in AWS.

mod board;
#[cfg(feature = "aws")]
mod executions;
mod grid;
#[cfg(feature = "local")]
mod here;
#[cfg(feature = "aws")]
mod in_aws;
#[cfg(feature = "local")]
mod record;
mod values;

#[cfg(feature = "local")]
use std::path::PathBuf;

use clap_complete::engine::ArgValueCompleter;
use serde_json::json;

use self::board::Board;
use self::values::Series;
#[cfg(feature = "aws")]
use crate::commands::account::Account;
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
    here: Here,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    there: There,
}

/// What a backfill on this machine can be told.
#[cfg(feature = "local")]
#[derive(Debug, clap::Args)]
struct Here {
    /// Starts no further run once one has failed.
    #[arg(long)]
    fail_fast: bool,
    /// Folder outside of the pipeline's that links of mapped folders may lead to; may be given several
    /// times.
    #[arg(long, value_name = "FOLDER")]
    allow_outside: Vec<PathBuf>,
}

/// What a backfill in AWS can be told.
#[cfg(feature = "aws")]
#[derive(Debug, clap::Args)]
struct There {
    /// In AWS, by one execution that goes on without this machine; a build without local runs knows no other.
    #[arg(long)]
    #[cfg_attr(feature = "local", arg(conflicts_with_all = ["fail_fast", "allow_outside"]))]
    aws: bool,
    /// In AWS: shows the backfill until it has ended.
    #[arg(long)]
    #[cfg_attr(feature = "local", arg(requires = "aws"))]
    watch: bool,
    /// In AWS: stops the backfill that goes on, and its runs.
    #[arg(long, conflicts_with_all = ["watch", "again"])]
    #[cfg_attr(feature = "local", arg(requires = "aws"))]
    stop: bool,
    /// Where in AWS.
    #[command(flatten)]
    account: Account,
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
