//! `sfc results`: what a run has returned, as tables, as CSV or JSON, or fetched to a folder.

mod fetch;
pub(super) mod wanted;

use std::path::PathBuf;

use clap_complete::engine::ArgValueCompleter;
use runtime_lambda::keys;
use serde_json::json;

use self::wanted::{WantedResults, nothing};
use super::{Runs, RunsOf};
use crate::commands::choosing::Choosing;
use crate::commands::complete;
use crate::commands::rows::{self, ResultRows, RowShape, StoredRows};
use crate::commands::session::{self, EarlyEnd, command_line};
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::select::StepChoice;

/// Rows of a table without `--limit`.
const USUAL: u64 = 20;

/// Bytes of a result that are read first, for a table; each further read takes [`GROWTH`] times as many.
const BEGINNING: u64 = 64 * 1024;

/// How much more is read where a beginning was too short.
const GROWTH: u64 = 8;

/// What was typed behind `sfc results`.
#[derive(Debug, Clone, clap::Args)]
pub struct Arguments {
    /// The run: its id, the start of it, or `last`; a step's name alone is about the last run.
    #[arg(value_name = "RUN|STEP", add = ArgValueCompleter::new(complete::runs_or_steps))]
    run: Option<String>,
    /// One step of it; without it, all that returned rows.
    #[arg(add = ArgValueCompleter::new(complete::steps))]
    step: Option<String>,
    /// Folder to write the files to, JSON and CSV; without it, the rows are printed.
    #[arg(short, long, value_name = "FOLDER", conflicts_with_all = ["csv", "json", "expanded", "limit"])]
    to: Option<PathBuf>,
    #[command(flatten)]
    choosing: Choosing,
    #[command(flatten)]
    shape: RowShape,
}

/// Prints the results of a run, or of one step of it, or fetches them to a folder.
#[must_use]
pub fn results(of: &RunsOf, arguments: &Arguments, printer: &Printer) -> Exit {
    session::block_on(printer, async {
        let runs = Runs::open(of).await?;
        let mut found =
            wanted::find(&runs, arguments.run.as_deref(), arguments.step.as_deref()).await?;
        let Choosing { select, exclude } = &arguments.choosing;
        let choice = StepChoice::read(select, exclude).map_err(|diagnostics| EarlyEnd {
            exit: Exit::BadInput,
            diagnostics,
        })?;
        if !choice.is_everything() {
            found.keep(&runs, &choice).await?;
        }
        if found.steps.is_empty() {
            return Err(nothing(&found));
        }
        if let Some(folder) = &arguments.to {
            fetch::fetch(&runs, &found, folder, printer).await?;
        } else if arguments.shape.csv {
            csv(&runs, &found, &arguments.shape, printer).await?;
        } else if arguments.shape.json {
            json(&runs, &found, &arguments.shape, printer).await?;
        } else {
            tables(&runs, &found, &arguments.shape, printer).await?;
        }
        Ok(Exit::Success)
    })
}

async fn tables(
    runs: &Runs,
    found: &WantedResults,
    shape: &RowShape,
    printer: &Printer,
) -> Result<(), EarlyEnd> {
    let look = printer.look();
    printer.note(&format!("run {}", found.run));
    let has_headings = found.steps.len() > 1 || found.step.is_none();
    for (number, step) in found.steps.iter().enumerate() {
        let rows = read(runs, found, step, shape.most(USUAL)).await?;
        if number > 0 {
            printer.data("\n");
        }
        if has_headings {
            let kept = match step.run == found.run {
                true => String::new(),
                false => format!("  (kept from {})", step.run),
            };
            printer.data(&format!("{}{kept}\n", step.name));
        }
        printer.data(&rows.table(shape.expanded, look));
    }
    Ok(())
}

async fn csv(
    runs: &Runs,
    found: &WantedResults,
    shape: &RowShape,
    printer: &Printer,
) -> Result<(), EarlyEnd> {
    let [step] = found.steps.as_slice() else {
        let names: Vec<String> = found
            .steps
            .iter()
            .map(|step| format!("`{}`", step.name))
            .collect();
        return Err(EarlyEnd::with(
            Exit::BadInput,
            command_line(
                Code::NoResults,
                format!(
                    "`--csv` prints one result, and the run `{}` has {}",
                    found.run,
                    names.len()
                ),
            )
            .note(format!("they are of {}", names.join(", ")))
            .help("name a step, or fetch all of them with `--to FOLDER`"),
        ));
    };
    let text = if shape.limit.is_some() {
        read(runs, found, step, shape.limit).await?.csv()
    } else {
        let key = keys::result_csv(&found.pipeline, &step.run, &step.name);
        let bytes = runs.object(&key).await?;
        let bytes = bytes.ok_or_else(|| gone(&runs.location(&key)))?;
        String::from_utf8_lossy(&bytes).into_owned()
    };
    rows::print_csv(&text, printer);
    Ok(())
}

async fn json(
    runs: &Runs,
    found: &WantedResults,
    shape: &RowShape,
    printer: &Printer,
) -> Result<(), EarlyEnd> {
    let mut results = Vec::new();
    for step in &found.steps {
        let rows = read(runs, found, step, shape.limit).await?;
        let mut result = json!({ "step": step.name, "run": step.run });
        if let (Some(result), serde_json::Value::Object(rows)) =
            (result.as_object_mut(), rows.json())
        {
            result.extend(rows);
        }
        results.push(result);
    }
    let document = rows::document(json!({
        "pipeline": found.pipeline,
        "run": found.run,
        "results": results,
    }));
    printer.data(&rows::json_text(&document));
    Ok(())
}

/// At most `most` rows of a step's result.
///
/// # Errors
/// It is gone, or cannot be read.
pub(super) async fn read(
    runs: &Runs,
    found: &WantedResults,
    step: &wanted::StepWithRows,
    most: Option<u64>,
) -> Result<ResultRows, EarlyEnd> {
    let key = keys::result_json(&found.pipeline, &step.run, &step.name);
    let location = runs.location(&key);
    let mut size = match most {
        None => u64::MAX,
        Some(_) => BEGINNING,
    };
    loop {
        let bytes = match size {
            u64::MAX => runs.object(&key).await?,
            size => runs.beginning(&key, size).await?,
        };
        let bytes = bytes.ok_or_else(|| gone(&location))?;
        let is_whole = bytes.len() as u64 <= size;
        match ResultRows::stored(&bytes, is_whole, most) {
            Some(StoredRows::Enough(rows)) => {
                return Ok(ResultRows {
                    total: step.rows.unwrap_or(rows.total).max(rows.total),
                    ..rows
                });
            }
            Some(StoredRows::More) => size = size.saturating_mul(GROWTH),
            None => return Err(unreadable(&location)),
        }
    }
}

/// An object of a result that is not there any more.
pub(super) fn gone(location: &str) -> EarlyEnd {
    EarlyEnd::with(
        Exit::Trouble,
        Diagnostic::error(Code::NoResults, format!("`{location}` is gone"))
            .help("it may have expired: `stack.data.expire_days` says when"),
    )
}

fn unreadable(location: &str) -> EarlyEnd {
    EarlyEnd::with(
        Exit::Trouble,
        Diagnostic::error(
            Code::NoResults,
            format!("`{location}` does not hold rows as this sfc reads them"),
        )
        .help("it may be of another version of sfc: `--to FOLDER` fetches the files as they are"),
    )
}
