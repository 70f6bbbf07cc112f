//! The verbs that deploy a pipeline and look after its runs.

use std::path::PathBuf;

use clap::Subcommand;

use super::{LambdaPackage, Target};
use crate::commands;
use crate::commands::runs::Of;
use crate::commands::session::Account;
use crate::exit::Exit;
use crate::printer::Printer;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Deploys a pipeline: uploads what is missing, shows the change set, asks, and follows it.
    Deploy {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        account: Account,
        #[command(flatten)]
        arguments: commands::deploy::Arguments,
        #[command(flatten)]
        lambda: LambdaPackage,
    },
    /// Shows what a deploy would change; exit code 4 if there is anything.
    Diff {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        account: Account,
        #[command(flatten)]
        lambda: LambdaPackage,
    },
    /// Deletes a pipeline's stack, after asking; its data stays unless the spec says otherwise.
    Destroy {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        account: Account,
        /// Does not ask.
        #[arg(short, long)]
        yes: bool,
    },
    /// Starts a run in AWS, and prints its id.
    Start {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        account: Account,
        #[command(flatten)]
        arguments: commands::start::Arguments,
    },
    /// Shows the latest runs, or the steps of one.
    Status {
        /// A run: its id, the start of it, or `last`.
        run: Option<String>,
        /// Prints one JSON document.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        of: Of,
    },
    /// Shows a run until it has ended, and ends with its exit code.
    Watch {
        /// The run: its id, the start of it, or `last`.
        #[arg(default_value = "last")]
        run: String,
        #[command(flatten)]
        of: Of,
    },
    /// Stops a run, and waits until none of its statements is running.
    Stop {
        /// The run: its id, the start of it, or `last`.
        run: String,
        #[command(flatten)]
        of: Of,
    },
    /// Prints what the Lambda has written.
    Logs {
        /// A run: its id, the start of it, or `last`; without it, the last hour of all runs.
        run: Option<String>,
        /// Goes on with what is written from now on.
        #[arg(short, long)]
        follow: bool,
        #[command(flatten)]
        of: Of,
    },
    /// Lists events that could not be delivered, and delivers or forgets them.
    Undelivered {
        #[command(flatten)]
        what: commands::undelivered::What,
        #[command(flatten)]
        of: Of,
    },
    /// Starts a run that keeps what an earlier one has finished.
    Resume {
        /// The earlier run: its id, the start of it, or `last`.
        run: String,
        #[command(flatten)]
        arguments: commands::start::Arguments,
        /// Folder outside of the pipeline's that links of mapped folders may lead to, with `--local`; may
        /// be given several times.
        #[arg(long, value_name = "FOLDER")]
        allow_outside: Vec<PathBuf>,
        #[command(flatten)]
        of: Of,
    },
    /// Asks AWS's TestState what each state of the definitions does, and holds it against the interpreter
    /// of local runs.
    #[command(after_help = commands::verify::PERMISSIONS)]
    Verify {
        #[command(flatten)]
        arguments: commands::verify::Arguments,
    },
    /// Prints the rows that a run has returned: as tables, as CSV or JSON, or to files.
    #[command(
        after_help = "Examples:\n  sfc results                         all results of the last run\n  sfc results revenue --limit 50      one step of the last run\n  sfc results 20261126 revenue --csv  a step of a run, for a spreadsheet\n  sfc results last --to results       all rows as files"
    )]
    Results {
        #[command(flatten)]
        arguments: commands::results::Arguments,
        #[command(flatten)]
        of: Of,
    },
}

impl Verb {
    /// Does what was asked for.
    pub fn run(self, printer: &Printer) -> Exit {
        match self {
            Self::Deploy {
                target,
                account,
                arguments,
                lambda,
            } => commands::deploy::deploy(
                &target.path,
                target.environment.as_deref(),
                &account,
                &arguments,
                lambda.lambda_package.as_deref(),
                printer,
            ),
            Self::Diff {
                target,
                account,
                lambda,
            } => commands::diff::diff(
                &target.path,
                target.environment.as_deref(),
                &account,
                lambda.lambda_package.as_deref(),
                printer,
            ),
            Self::Destroy {
                target,
                account,
                yes,
            } => commands::destroy::destroy(
                &target.path,
                target.environment.as_deref(),
                &account,
                yes,
                printer,
            ),
            Self::Start {
                target,
                account,
                arguments,
            } => commands::start::start(
                &target.path,
                target.environment.as_deref(),
                &account,
                &arguments,
                printer,
            ),
            Self::Status { run, json, of } => {
                commands::status::status(&of, run.as_deref(), json, printer)
            }
            Self::Watch { run, of } => commands::watch::watch(&of, &run, printer),
            Self::Stop { run, of } => commands::stop::stop(&of, &run, printer),
            Self::Logs { run, follow, of } => {
                commands::logs::logs(&of, run.as_deref(), follow, printer)
            }
            Self::Undelivered { what, of } => {
                commands::undelivered::undelivered(&of, what, printer)
            }
            Self::Resume {
                run,
                arguments,
                allow_outside,
                of,
            } => commands::resume::resume(
                &of,
                &run,
                &arguments.parameters,
                arguments.watch,
                &allow_outside,
                printer,
            ),
            Self::Verify { arguments } => commands::verify::run(&arguments, printer),
            Self::Results { arguments, of } => commands::results::results(&of, &arguments, printer),
        }
    }
}
