//! The verbs that deploy a pipeline and start it in AWS.

use clap::Subcommand;

use super::LambdaPackage;
use crate::commands;
use crate::commands::account::Account;
use crate::commands::choosing::Choosing;
use crate::commands::pipeline_at::PipelineAt;
use crate::commands::runs::RunsOf;
use crate::exit::Exit;
use crate::printer::Printer;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Deploys a pipeline: uploads what is missing, shows the change set, asks, and follows it.
    Deploy {
        #[command(flatten)]
        at: PipelineAt,
        #[command(flatten)]
        account: Account,
        #[command(flatten)]
        arguments: commands::account::deploy::Arguments,
        #[command(flatten)]
        lambda: LambdaPackage,
    },
    /// Shows what a deploy would change; exit code 4 if there is anything.
    Diff {
        #[command(flatten)]
        at: PipelineAt,
        #[command(flatten)]
        account: Account,
        #[command(flatten)]
        lambda: LambdaPackage,
        #[command(flatten)]
        form: commands::account::diff::DiffForm,
    },
    /// Deletes a pipeline's stack, after asking; its data stays unless the spec says otherwise.
    Destroy {
        #[command(flatten)]
        at: PipelineAt,
        #[command(flatten)]
        account: Account,
        /// Does not ask.
        #[arg(short, long)]
        yes: bool,
    },
    /// Starts a run in AWS, and prints its id.
    Start {
        #[command(flatten)]
        at: PipelineAt,
        #[command(flatten)]
        choosing: Choosing,
        #[command(flatten)]
        account: Account,
        #[command(flatten)]
        arguments: commands::runs::start::Arguments,
    },
    /// Lists events that could not be delivered, and delivers or forgets them.
    Undelivered {
        #[command(flatten)]
        what: commands::account::undelivered::What,
        #[command(flatten)]
        of: RunsOf,
    },
    /// Asks AWS's TestState what each state of the definitions does, and holds it against the interpreter
    /// of local runs.
    #[command(after_help = commands::account::verify::PERMISSIONS)]
    Verify {
        #[command(flatten)]
        arguments: commands::account::verify::Arguments,
    },
}

impl Verb {
    /// Does what was asked for.
    pub fn run(self, printer: &Printer) -> Exit {
        match self {
            Self::Deploy {
                at,
                account,
                arguments,
                lambda,
            } => commands::account::deploy::deploy(
                &at.path,
                at.environment.as_deref(),
                &account,
                &arguments,
                lambda.lambda_package.as_deref(),
                printer,
            ),
            Self::Diff {
                at,
                account,
                lambda,
                form,
            } => commands::account::diff::diff(
                &at.path,
                at.environment.as_deref(),
                &account,
                lambda.lambda_package.as_deref(),
                form,
                printer,
            ),
            Self::Destroy { at, account, yes } => commands::account::destroy::destroy(
                &at.path,
                at.environment.as_deref(),
                &account,
                yes,
                printer,
            ),
            Self::Start {
                at,
                choosing,
                account,
                arguments,
            } => commands::runs::start::start(
                &at.path,
                at.environment.as_deref(),
                &account,
                &arguments,
                &choosing,
                printer,
            ),
            Self::Undelivered { what, of } => {
                commands::account::undelivered::undelivered(&of, what, printer)
            }
            Self::Verify { arguments } => commands::account::verify::run(&arguments, printer),
        }
    }
}
