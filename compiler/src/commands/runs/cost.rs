//! `sfc cost`: what a run has cost, step by step.

#[cfg(feature = "aws")]
mod charged;

use std::path::PathBuf;

use comfy_table::{CellAlignment, Table, presets};
use jiff::Timestamp;
use runtime_lambda::keys;
use runtime_lambda::report::Manifest;
use runtime_lambda::state::GlobalState;
use serde_json::{Value, json};

use super::{Runs, RunsOf, RunsPlace};
use crate::commands::pipeline::plan::{money, prices};
use crate::commands::rows;
use crate::commands::session::{self, EarlyEnd, command_line};
use crate::commands::{compiled, thousands};
use crate::compile::{Compiled, Overrides};
use crate::cost::{Charge, Prices, Try, Used, used};
use crate::diagnostic::Code;
use crate::exit::Exit;
use crate::printer::Printer;

/// What is typed behind `sfc cost`.
#[derive(Debug, Clone, clap::Args)]
pub struct Arguments {
    /// The run: its id, the start of it, or `last`.
    #[arg(default_value = "last")]
    run: String,
    /// A list of prices as JSON, in place of the one that comes with sfc.
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
    /// Prints one JSON document.
    #[arg(long)]
    json: bool,
}

/// What the warehouse has charged, by the minute, or why nobody can tell.
type Charged = Result<Vec<Charge>, String>;

/// Prints what each step of a run has cost.
#[must_use]
pub fn cost(of: &RunsOf, arguments: &Arguments, printer: &Printer) -> Exit {
    let compiled = match compiled(
        &of.path,
        of.environment.as_deref(),
        Overrides::default(),
        printer,
    ) {
        Ok((_, compiled)) => compiled,
        Err(exit) => return exit,
    };
    session::block_on(printer, async {
        let prices = prices(arguments.prices.as_deref())
            .map_err(|diagnostic| EarlyEnd::with(Exit::BadInput, *diagnostic))?;
        let runs = Runs::open(of).await?;
        let brief = runs.find(&arguments.run).await?;
        let Some(state) = runs.state(&brief.run).await? else {
            return Err(EarlyEnd::with(
                Exit::BadInput,
                command_line(
                    Code::UnknownRun,
                    format!(
                        "the run `{}` has no state, so it has run no step",
                        brief.run
                    ),
                )
                .help("`sfc status` lists the runs"),
            ));
        };
        let tries = tries(&runs, &state).await?;
        let charged: Charged = match &runs.place {
            RunsPlace::Here(_) => Ok(Vec::new()),
            #[cfg(feature = "aws")]
            RunsPlace::InAws(there) => charged::charged(&there.aws, &compiled, &state).await?,
        };
        let charges = charged.as_deref().unwrap_or_default();
        let bounds = &compiled.machines.bounds;
        let used = used(&compiled.plan, bounds, state.round, &tries, charges);
        let bill = Bill {
            state: &state,
            compiled: &compiled,
            prices: &prices,
            used,
            charged: &charged,
            is_local: runs.home().is_some(),
        };
        printer.data(&if arguments.json {
            rows::json_text(&rows::document(bill.document()))
        } else {
            bill.text()
        });
        Ok(Exit::Success)
    })
}

/// All tries of a run: those of its rounds, and those of a round that is not over.
async fn tries(runs: &Runs, state: &GlobalState) -> Result<Vec<Try>, EarlyEnd> {
    let mut tries = Vec::new();
    let mut closed = 0;
    for round in 1..=state.round {
        let key = keys::manifest(&state.pipeline, &state.run, round);
        let Some(bytes) = runs.object(&key).await? else {
            continue;
        };
        // What cannot be read is a round whose tries nobody knows.
        let Ok(manifest) = serde_json::from_slice::<Manifest>(&bytes) else {
            continue;
        };
        closed = round;
        for (name, step) in &manifest.steps {
            if let (Some(started), Some(ended)) = (step.started, step.ended) {
                tries.push(Try {
                    step: name.to_string(),
                    started,
                    ended,
                });
            }
        }
    }
    for (name, step) in state.each_step() {
        let is_new = step.round > closed && step.kept_from.is_none();
        if let Some(started) = step.started.filter(|_| is_new) {
            tries.push(Try {
                step: name.to_string(),
                started,
                ended: step.ended.unwrap_or_else(Timestamp::now),
            });
        }
    }
    Ok(tries)
}

/// What a run has cost.
struct Bill<'a> {
    state: &'a GlobalState,
    compiled: &'a Compiled,
    prices: &'a Prices,
    used: (Vec<(String, Used)>, Used),
    charged: &'a Charged,
    is_local: bool,
}

impl Bill<'_> {
    /// Dollars beside the warehouse, and those of the warehouse.
    fn dollars(&self, used: &Used) -> (f64, f64) {
        let stack = &self.compiled.pipeline.stack;
        let beside = used.dollars(self.prices, stack.architecture, stack.memory_mib);
        (beside, used.rpu_seconds * self.prices.rpu_second)
    }

    fn sum(&self) -> Used {
        let (steps, own) = &self.used;
        let mut sum = own.clone();
        for (_, used) in steps {
            sum.add(used);
        }
        sum
    }

    /// All of it, the dearest step first.
    fn lines(&self) -> Vec<(&str, &Used)> {
        let (steps, own) = &self.used;
        let mut lines: Vec<(&str, &Used)> = steps
            .iter()
            .map(|(name, used)| (name.as_str(), used))
            .collect();
        let all = |used: &Used| {
            let (beside, warehouse) = self.dollars(used);
            beside + warehouse
        };
        lines.sort_by(|(_, one), (_, other)| all(other).total_cmp(&all(one)));
        lines.push(("the run itself", own));
        lines
    }

    fn text(&self) -> String {
        let is_known = matches!(self.charged, Ok(charges) if !charges.is_empty());
        let mut header = vec!["step", "tries", "ran", "transitions", "AWS"];
        if is_known {
            header.extend(["RPU-seconds", "warehouse"]);
        }
        let mut table = Table::new();
        table.load_preset(presets::NOTHING).set_header(header);
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, 2));
            if index > 0 {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        let sum = self.sum();
        let mut lines = self.lines();
        lines.push(("all", &sum));
        for (name, used) in lines {
            let (beside, warehouse) = self.dollars(used);
            let mut row = vec![
                name.to_owned(),
                thousands(used.tries),
                format!("{:.1} s", used.seconds),
                thousands(used.transitions),
                money(beside),
            ];
            if is_known {
                row.extend([format!("{:.0}", used.rpu_seconds), money(warehouse)]);
            }
            table.add_row(row);
        }
        let (beside, warehouse) = self.dollars(&sum);
        let mut text = format!(
            "run {}: {}{}\n\n",
            self.state.run,
            money(beside + warehouse),
            if self.is_local {
                " in AWS; on this machine it costs nothing"
            } else {
                ""
            }
        );
        for line in table.lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text.push('\n');
        match self.charged {
            Err(why) => text.push_str(&format!("without the warehouse: {why}\n")),
            Ok(_) if is_known => text.push_str(
                "the warehouse charges by the minute, whoever used it then: each minute is shared out by how \
                 long each step ran in it\n",
            ),
            Ok(_) => text.push_str("without the warehouse\n"),
        }
        text.push_str(&format!(
            "transitions without those of lanes that waited; prices of {} on {}, without logs and mails\n",
            self.prices.region, self.prices.date
        ));
        text
    }

    fn document(&self) -> Value {
        let one = |used: &Used| {
            let (beside, warehouse) = self.dollars(used);
            json!({
                "tries": used.tries,
                "seconds": used.seconds,
                "transitions": used.transitions,
                "requests": used.requests,
                "dollars": beside,
                "rpu_seconds": used.rpu_seconds,
                "warehouse_dollars": warehouse,
            })
        };
        let (steps, own) = &self.used;
        let steps = steps.iter().map(|(name, used)| {
            let mut line = one(used);
            if let Some(fields) = line.as_object_mut() {
                fields.insert("step".to_owned(), json!(name));
            }
            line
        });
        json!({
            "pipeline": self.state.pipeline,
            "run": self.state.run,
            "prices": { "region": self.prices.region, "date": self.prices.date },
            "warehouse": match self.charged {
                Ok(_) => Value::Null,
                Err(why) => json!(why),
            },
            "steps": steps.collect::<Vec<_>>(),
            "run_itself": one(own),
            "all": one(&self.sum()),
        })
    }
}
