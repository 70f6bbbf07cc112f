//! `sfc plan`: what will run, in which order, and what it costs.

use std::path::Path;

use comfy_table::{CellAlignment, Table, presets};

use super::{compiled, duration, thousands};
use crate::compile::{Compiled, Overrides};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::stages::stages;
use runtime_lambda::plan::{Completion, When};

/// Steps that the table shows of one stage's `after` before it says how many more there are.
const SHOWN_AFTER: usize = 4;

/// Prints the plan of the pipeline at `path`.
#[must_use]
pub fn plan(path: &Path, environment: Option<&str>, json: bool, printer: &Printer) -> Exit {
    match compiled(path, environment, Overrides::default(), printer) {
        Ok((_, compiled)) if json => {
            printer.data(&String::from_utf8_lossy(&compiled.plan_bytes));
            Exit::Success
        }
        Ok((_, compiled)) => {
            printer.data(&describe(&compiled));
            Exit::Success
        }
        Err(exit) => exit,
    }
}

fn describe(compiled: &Compiled) -> String {
    let plan = &compiled.plan;
    let bounds = &compiled.machines.bounds;
    let mut steps = table(["stage", "step", "limit", "after"]);
    for (step, stage) in plan.steps.iter().zip(stages(plan)) {
        let mut after: Vec<&str> = step.after.iter().map(String::as_str).collect();
        let more = after.len().saturating_sub(SHOWN_AFTER);
        after.truncate(SHOWN_AFTER);
        let mut after = after.join(", ");
        if more > 0 {
            after.push_str(&format!(" and {more} more"));
        }
        steps.add_row([
            match step.when {
                When::Run => stage.to_string(),
                When::Deploy => format!("deploy {stage}"),
                When::Destroy => format!("destroy {stage}"),
            },
            step.name.clone(),
            duration(step.limit_seconds),
            after,
        ]);
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
        "{name}: {count} steps in {lanes} lanes, up to {rounds} rounds, {run} a run\n\
         plan {hash}\n\n{steps}\n\n{machines}\n\n\
         transitions: {least} a run in which {ends},\n\
         {more},\n\
         and 3 for each time that a lane has to wait for another\n",
        name = plan.pipeline,
        count = plan.steps.len(),
        lanes = plan.limits.lanes,
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
                "{} for each {} s that a statement runs beyond it",
                bounds.transitions_an_await, bounds.await_seconds
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
