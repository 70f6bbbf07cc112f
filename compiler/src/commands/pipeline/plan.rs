//! `sfc plan`: what will run, in which order, and what it costs.

mod cost;

pub use runtime_lambda::report::money;

use std::path::{Path, PathBuf};

use comfy_table::{CellAlignment, Table, presets};

use crate::commands::choosing::{Choosing, nothing};
use crate::commands::pipeline_at::PipelineAt;
use crate::commands::{compiled, duration, plural, thousands};
use crate::compile::{Compiled, Overrides};
use crate::cost::Prices;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::exit::Exit;
use crate::pipeline::duration_seconds;
use crate::printer::Printer;
use crate::select::narrowed;
use crate::stages::stages;
use runtime_lambda::ids::StepName;
use runtime_lambda::plan::{Completion, Plan, When};

/// Steps that the table shows of one stage's `after` before it says how many more there are.
const SHOWN_AFTER: usize = 4;

/// What is typed behind `sfc plan`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    at: PipelineAt,
    #[command(flatten)]
    choosing: Choosing,
    /// Prints the plan itself, as JSON; of some steps, the plan of these.
    #[arg(long)]
    json: bool,
    /// How long each statement takes, for the cost of a run.
    #[arg(long, default_value = "1m", value_parser = length, value_name = "DURATION")]
    statement: u64,
    /// A list of prices as JSON, in place of the one that comes with sfc.
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
}

fn length(text: &str) -> Result<u64, String> {
    duration_seconds(text).ok_or_else(|| "write a duration, such as `90s` or `1h30m`".to_owned())
}

/// Prints the plan of a pipeline.
#[must_use]
pub fn plan(arguments: &Arguments, printer: &Printer) -> Exit {
    let environment = arguments.at.environment.as_deref();
    let mut compiled = match compiled(
        &arguments.at.path,
        environment,
        Overrides::default(),
        printer,
    ) {
        Ok((_, compiled)) => compiled,
        Err(exit) => return exit,
    };
    let path = &arguments.at.path;
    let chosen = match arguments
        .choosing
        .here(path, environment, &compiled.plan, printer)
    {
        Ok(chosen) => chosen.filter(|chosen| !chosen.is_everything()),
        Err(exit) => return exit,
    };
    let all = compiled.plan.steps.len();
    if let Some(chosen) = &chosen {
        if chosen.names.is_empty() {
            return nothing(printer);
        }
        compiled.plan = narrowed(&compiled.plan, chosen);
    }
    if arguments.json {
        match chosen {
            None => printer.data(&String::from_utf8_lossy(&compiled.plan_bytes)),
            Some(_) => printer.data(&text(&compiled.plan)),
        }
        return Exit::Success;
    }
    match prices(arguments.prices.as_deref()) {
        Ok(prices) => {
            let cost = cost::describe(&compiled, &prices, arguments.statement);
            printer.data(&format!("{}\n{cost}", describe(&compiled, all)));
            Exit::Success
        }
        Err(diagnostic) => {
            let mut diagnostics = Diagnostics::default();
            diagnostics.push(*diagnostic);
            printer.diagnostics(&diagnostics);
            Exit::BadInput
        }
    }
}

/// The list of prices in this file, or the one that comes with sfc.
///
/// # Errors
/// It is no list of prices.
pub fn prices(file: Option<&Path>) -> Result<Prices, Box<Diagnostic>> {
    let (text, name) = match file {
        None => return Prices::published().map_err(|why| wrong("prices.json", &why)),
        Some(file) => (std::fs::read_to_string(file), file.display().to_string()),
    };
    let text = text.map_err(|error| wrong(&name, &error.to_string()))?;
    Prices::read(&text).map_err(|why| wrong(&name, &why))
}

fn wrong(file: &str, why: &str) -> Box<Diagnostic> {
    let sentence = format!("`{file}` is no list of prices: {why}");
    Box::new(Diagnostic::error(Code::Prices, sentence).help(
        "write the fields of `compiler/src/cost/prices.json`, which `sfc explain SFC0939` shows",
    ))
}

/// A plan as JSON.
fn text(plan: &Plan) -> String {
    // A plan has names and numbers only, which JSON can say.
    let text = serde_json::to_string_pretty(plan).unwrap_or_default();
    format!("{text}\n")
}

/// The plan in words; the pipeline has `all` steps.
fn describe(compiled: &Compiled, all: usize) -> String {
    let plan = &compiled.plan;
    let bounds = &compiled.machines.bounds;
    let has_checks = plan.steps.iter().any(|step| !step.checks.is_empty());
    let mut steps = match has_checks {
        true => table(["stage", "step", "limit", "checks", "after"]),
        false => table(["stage", "step", "limit", "after"]),
    };
    for (step, stage) in plan.steps.iter().zip(stages(plan)) {
        let mut after: Vec<&str> = step.after.iter().map(StepName::as_str).collect();
        let more = after.len().saturating_sub(SHOWN_AFTER);
        after.truncate(SHOWN_AFTER);
        let mut after = after.join(", ");
        if more > 0 {
            after.push_str(&format!(" and {more} more"));
        }
        let mut row = vec![
            match step.when {
                When::Run => stage.to_string(),
                When::Deploy => format!("deploy {stage}"),
                When::Destroy => format!("destroy {stage}"),
            },
            step.name.to_string(),
            duration(step.limit_seconds),
        ];
        if has_checks {
            row.push(match step.checks.len() {
                0 => String::new(),
                1 => "1 query".to_owned(),
                checks => format!("{checks} queries"),
            });
        }
        row.push(after);
        steps.add_row(row);
    }
    let mut machines = table(["level", "state machine", "most events", "bytes"]);
    for (machine, definition) in &compiled.machines.definitions {
        machines.add_row([
            machine.level().to_string(),
            definition.name.clone(),
            thousands(bounds.events(*machine, definition)),
            thousands(definition.json.len() as u64),
        ]);
    }
    for column in [2, 3] {
        if let Some(column) = machines.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let text = format!(
        "{name}: {count}{of} step{s} in {lanes} lane{l}, up to {rounds} round{r}, {run} a run\n\
         plan {hash}\n\n{steps}\n\n{machines}\n\n\
         transitions: {least} a run in which {ends},\n\
         {more},\n\
         and 3 for each time that a lane has to wait for another\n",
        name = plan.pipeline,
        count = plan.steps.len(),
        lanes = plan.limits.lanes,
        of = match all == plan.steps.len() {
            true => String::new(),
            false => format!(" of {all}"),
        },
        s = plural(all as u64),
        l = plural(plan.limits.lanes.into()),
        r = plural(plan.limits.rounds.into()),
        rounds = plan.limits.rounds,
        run = duration(plan.limits.run_seconds),
        hash = compiled.plan_hash,
        least = thousands(bounds.least_transitions),
        ends = match plan.completion {
            Completion::Poll => "every step ends within its first call",
            Completion::Event => "every statement's event comes within its first wait",
        },
        more = match plan.completion {
            Completion::Poll => format!(
                "{} for each question about a statement that runs longer",
                bounds.transitions_a_question
            ),
            Completion::Event => format!(
                "at most {} for each statement whose event comes later or is lost",
                bounds.most_asks
            ),
        },
    );
    // The table pads its last column, too.
    text.lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}

fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(header);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table
}
