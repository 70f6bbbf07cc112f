//! The verbs that look at runs, in AWS or on this machine.

use std::path::PathBuf;

use clap::Subcommand;
use clap_complete::engine::ArgValueCompleter;

use crate::commands::runs::RunsOf;
use crate::commands::{self, complete};
use crate::exit::Exit;
use crate::printer::Printer;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Shows the latest runs, or the steps of one.
    Status {
        /// A run: its id, the start of it, or `last`.
        #[arg(add = ArgValueCompleter::new(complete::runs))]
        run: Option<String>,
        /// Prints one JSON document.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        of: RunsOf,
    },
    /// Shows a run until it has ended, and ends with its exit code.
    Watch {
        /// The run: its id, the start of it, or `last`.
        #[arg(default_value = "last", add = ArgValueCompleter::new(complete::runs))]
        run: String,
        /// Serves the run's page on 127.0.0.1 until Ctrl-C, and prints its address.
        #[arg(long, conflicts_with = "json")]
        web: bool,
        /// Opens that page in the browser.
        #[arg(long, requires = "web")]
        open: bool,
        /// Prints an event a line, as JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        of: RunsOf,
    },
    /// Stops a run, and waits until none of its statements is running.
    Stop {
        /// The run: its id, the start of it, or `last`.
        #[arg(add = ArgValueCompleter::new(complete::runs))]
        run: String,
        #[command(flatten)]
        of: RunsOf,
    },
    /// Prints what the Lambda has written, or, of runs on this machine, what RSQL scripts have.
    Logs {
        /// A run: its id, the start of it, or `last`; without it, the last hour of all runs.
        #[arg(add = ArgValueCompleter::new(complete::runs))]
        run: Option<String>,
        /// Goes on with what is written from now on.
        #[arg(short, long)]
        follow: bool,
        #[command(flatten)]
        of: RunsOf,
    },
    /// Starts a run that keeps what an earlier one has finished.
    Resume {
        /// The earlier run: its id, the start of it, or `last`.
        #[arg(add = ArgValueCompleter::new(complete::runs))]
        run: String,
        #[command(flatten)]
        arguments: commands::runs::parameters::Arguments,
        /// Folder outside of the pipeline's that links of mapped folders may lead to, with `--local`; may
        /// be given several times.
        #[arg(long, value_name = "FOLDER")]
        allow_outside: Vec<PathBuf>,
        #[command(flatten)]
        of: RunsOf,
    },
    /// Prints the rows that a run has returned: as tables, as CSV or JSON, or to files.
    #[command(
        after_help = "Examples:\n  sfc results                         all results of the last run\n  sfc results revenue --limit 50      one step of the last run\n  sfc results 20261126 revenue --csv  a step of a run, for a spreadsheet\n  sfc results last --to results       all rows as files"
    )]
    Results {
        #[command(flatten)]
        arguments: commands::runs::results::Arguments,
        #[command(flatten)]
        of: RunsOf,
    },
    /// Shows what a run has cost, step by step, with the warehouse's share where it may be known.
    #[command(
        after_help = "Examples:\n  sfc cost                  the last run in AWS\n  sfc cost --local          what the last run on this machine would have cost there\n  sfc cost 20261126 --json  for a program"
    )]
    Cost {
        #[command(flatten)]
        arguments: commands::runs::cost::Arguments,
        #[command(flatten)]
        of: RunsOf,
    },
}

impl Verb {
    /// Does what was asked for.
    pub fn run(self, printer: &Printer) -> Exit {
        match self {
            Self::Status { run, json, of } => {
                commands::runs::status::status(&of, run.as_deref(), json, printer)
            }
            Self::Watch {
                run,
                web: true,
                open,
                of,
                ..
            } => commands::runs::ui::one_run(&of, &run, open, printer),
            Self::Watch { run, json, of, .. } => {
                commands::runs::watch::watch(&of, &run, json, printer)
            }
            Self::Stop { run, of } => commands::runs::stop::stop(&of, &run, printer),
            Self::Logs { run, follow, of } => {
                commands::runs::logs::logs(&of, run.as_deref(), follow, printer)
            }
            Self::Resume {
                run,
                arguments,
                allow_outside,
                of,
            } => commands::runs::resume::resume(&of, &run, &arguments, &allow_outside, printer),
            Self::Results { arguments, of } => {
                commands::runs::results::results(&of, &arguments, printer)
            }
            Self::Cost { arguments, of } => commands::runs::cost::cost(&of, &arguments, printer),
        }
    }
}
