//! The command line.

#[cfg(feature = "aws")]
mod aws;
mod examples;
#[cfg(any(feature = "aws", feature = "local"))]
mod runs;

use std::path::PathBuf;

use clap::{ArgAction, Command, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use clap_complete::Shell;
use clap_complete::engine::ArgValueCompleter;

use crate::commands::pipeline_at::PipelineAt;
use crate::commands::{self, complete};
use crate::exit::Exit;
use crate::machines::AwsPartition;
use crate::printer::{DiagnosticFormat, Printer};

/// Compiles SQL files and one pipeline.yaml to AWS Step Functions, and runs them on a laptop.
#[derive(Debug, Parser)]
#[command(
    name = "sfc",
    version,
    arg_required_else_help = true,
    disable_help_flag = true,
    after_help = EXIT_CODES
)]
pub struct Cli {
    /// How mistakes and warnings are shown.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        help_heading = GLOBAL
    )]
    format: DiagnosticFormat,
    /// Prints help; `-h` prints less of it.
    #[arg(short, long, global = true, action = ArgAction::Help, help_heading = GLOBAL)]
    help: Option<bool>,
    #[command(subcommand)]
    verb: Verb,
}

/// Heading of the options that every verb has.
const GLOBAL: &str = "Global options";

const EXIT_CODES: &str = "Exit codes: 0 all is well, 1 a run ended without every step FINISHED, \
a test failed, or `sfc simulate` or `sfc verify` has found something, \
2 something that was given is wrong (nothing written, nothing run), 3 the machine or AWS did not play \
along, 4 `sfc diff`, `sfc ci check`, `sfc fmt --check` or `sfc fmt --diff` has found something to change, 130 interrupted.";

#[derive(Debug, Subcommand)]
enum Verb {
    /// Makes a folder with a small pipeline that runs at once.
    Init {
        /// The folder, new or empty.
        folder: PathBuf,
        /// Name of the pipeline, if not the folder's.
        #[arg(long)]
        name: Option<String>,
    },
    /// Makes a pipeline of what another tool has, or declarations of what the warehouse has.
    Import {
        #[command(subcommand)]
        from: From,
    },
    /// Says everything that is wrong with a pipeline.
    Validate(PipelineAt),
    /// Shows what will run in which order, its limits, machines and transitions.
    Plan(commands::pipeline::plan::Arguments),
    /// Writes the bundle: definitions, plan, scripts, Lambda.
    Build {
        #[command(flatten)]
        at: PipelineAt,
        /// Folder to write to; without it, `.sfc/bundle` in the pipeline's folder.
        #[arg(short, long, value_name = "FOLDER")]
        out: Option<PathBuf>,
        #[command(flatten)]
        lambda: LambdaPackage,
        /// Partition of AWS that the bundle is for, such as `aws-cn`; `sfc deploy` finds it out itself.
        #[arg(long, value_name = "NAME", default_value_t)]
        partition: AwsPartition,
    },
    /// Runs a pipeline on this machine, by the state machines and actions that AWS would run.
    #[cfg(feature = "local")]
    Run {
        #[command(flatten)]
        at: PipelineAt,
        /// Value of a parameter; may be given several times.
        #[arg(short, long = "param", value_name = "NAME=VALUE", add = ArgValueCompleter::new(complete::parameters))]
        parameters: Vec<String>,
        /// Number of lanes, instead of the spec's.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=40))]
        lanes: Option<u32>,
        #[command(flatten)]
        choosing: commands::choosing::Choosing,
        #[command(flatten)]
        shown: commands::laptop::run::Shown,
        /// Folder outside of the pipeline's that links of mapped folders may lead to; may be given several
        /// times.
        #[arg(long, value_name = "FOLDER")]
        allow_outside: Vec<PathBuf>,
    },
    /// Runs a pipeline once for each value of a parameter, such as the days of a range, on this machine or in
    /// AWS; started again, only for what is not finished.
    #[cfg(any(feature = "aws", feature = "local"))]
    Backfill(commands::runs::backfill::Arguments),
    /// Runs the tests in a pipeline's folder `tests`, each in a warehouse of its own.
    #[cfg(feature = "local")]
    Test(commands::laptop::test::Arguments),
    /// Runs a pipeline many times under virtual time, with faults at every port, and checks what sfc
    /// promises.
    Simulate {
        #[command(flatten)]
        arguments: commands::pipeline::simulate::Arguments,
    },
    #[cfg(feature = "aws")]
    #[command(flatten)]
    Aws(aws::Verb),
    #[cfg(any(feature = "aws", feature = "local"))]
    #[command(flatten)]
    Runs(runs::Verb),
    /// Serves the embedded warehouse as the Redshift Data API on 127.0.0.1.
    #[cfg(feature = "local")]
    #[command(after_long_help = commands::laptop::serve::help())]
    Serve {
        /// Folder of a pipeline, or its spec: its local warehouse and buckets are served. Without one,
        /// a warehouse that ends with the program.
        #[arg(value_name = "PIPELINE")]
        pipeline: Option<PathBuf>,
        /// The same behind an option, as the verbs about runs have it.
        #[arg(
            short = 'C',
            long = "pipeline",
            value_name = "PIPELINE",
            conflicts_with = "pipeline"
        )]
        named: Option<PathBuf>,
        /// Port to listen on; 0 for a free one.
        #[arg(long, default_value_t = commands::laptop::serve::PORT)]
        port: u16,
        /// EventBridge endpoint that hears of ended statements that were run with an event.
        #[arg(long, value_name = "URL")]
        events: Option<String>,
        /// File of the warehouse, made if there is none.
        #[arg(long, value_name = "PATH")]
        database_file: Option<PathBuf>,
        /// Name of the database; without it, the pipeline's, or `dev`.
        #[arg(long, value_name = "NAME")]
        database: Option<String>,
        /// Folder outside of the pipeline's that links of mapped folders may lead to; may be given several
        /// times.
        #[arg(long, value_name = "FOLDER")]
        allow_outside: Vec<PathBuf>,
        /// Access key that clients must sign with: `ID:SECRET`, `ID`, or `any` for everybody. Without
        /// it, a fresh one, which is printed.
        #[arg(
            long,
            value_name = "KEY",
            env = "SFC_ACCESS_KEY",
            hide_env_values = true
        )]
        access_key: Option<String>,
    },
    /// Shows all pipelines of a folder and their runs in a browser, live; starts, stops and resumes runs.
    #[cfg(any(feature = "aws", feature = "local"))]
    #[command(after_help = commands::runs::ui::EXAMPLES)]
    Ui {
        #[command(flatten)]
        arguments: Box<commands::runs::ui::Arguments>,
    },
    /// Runs SQL in the local warehouse of a pipeline, or in the real one, and prints what it returns.
    #[cfg(any(feature = "aws", feature = "local"))]
    #[command(after_help = commands::warehouse::sql::EXAMPLES)]
    Sql {
        #[command(flatten)]
        arguments: Box<commands::warehouse::sql::Arguments>,
    },
    /// Writes what a team's CI needs: jobs that check, plan and deploy, and the roles of those that talk to AWS.
    Ci {
        #[command(subcommand)]
        what: commands::pipeline::ci::Verb,
    },
    /// Lays SQL files out: one layout for all, with every word and comment kept.
    Fmt {
        #[command(flatten)]
        arguments: commands::pipeline::fmt::Arguments,
    },
    /// Draws the steps as a picture.
    Graph(commands::pipeline::graph::Arguments),
    /// Serves an editor: mistakes, completion, hover and definitions, by the Language Server Protocol on
    /// stdin and stdout.
    Lsp {
        /// How an editor names the only way to talk; it changes nothing.
        #[arg(long, hide = true)]
        stdio: bool,
    },
    /// Shows where the data of a table or column comes from, or where it goes to.
    Lineage {
        #[command(flatten)]
        arguments: commands::pipeline::lineage::Arguments,
    },
    /// Prints the GRANTs that the pipeline's database user needs.
    Grants {
        #[command(flatten)]
        arguments: commands::pipeline::grants::Arguments,
    },
    /// Prints the JSON Schema of pipeline.yaml.
    Schema {
        /// That of the files of tests instead.
        #[arg(long)]
        tests: bool,
    },
    /// Explains the code of a mistake; without one, lists them all.
    Explain {
        /// The code, such as SFC0306.
        #[arg(add = ArgValueCompleter::new(complete::codes))]
        code: Option<String>,
    },
    /// Prints completions for a shell: of verbs, options, steps, runs, parameters and codes.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Writes the pages of the manual, one a verb.
    Man {
        /// Folder to write to, made if it is not there.
        folder: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum From {
    /// The configuration of the AWS sample "Automated Redshift Review", with its scripts.
    Review {
        /// The review's configuration, such as config/config.json.
        config: PathBuf,
        /// The folder to make, new or empty.
        #[arg(default_value = "redshift-review")]
        folder: PathBuf,
        /// Folder of the scripts, if it is not `scripts` beside the configuration or its folder.
        #[arg(long, value_name = "FOLDER")]
        scripts: Option<PathBuf>,
    },
    /// The tables of the warehouse, as the declarations that `sources` takes.
    #[cfg(feature = "aws")]
    Schema(commands::warehouse::import_schema::Arguments),
}

/// The Lambda of a bundle or a deployment.
#[derive(Debug, clap::Args)]
struct LambdaPackage {
    /// Zip of the Lambda, instead of the one that was installed with sfc or that its checkout builds.
    #[arg(long, env = "SFC_LAMBDA_PACKAGE", value_name = "FILE")]
    lambda_package: Option<PathBuf>,
}

impl Cli {
    /// The program: reads the command line and does what it asks for.
    #[must_use]
    pub fn main() -> Exit {
        if let Some(exit) = commands::pipeline::completions::asked(Self::whole) {
            return exit;
        }
        let read = Self::whole()
            .try_get_matches()
            .and_then(|matches| Self::from_arg_matches(&matches));
        match read {
            Ok(cli) => {
                let printer = Printer::new(cli.format);
                printer.ended(cli.run(&printer))
            }
            Err(error) => {
                let printer = Printer::new(DiagnosticFormat::Human);
                printer.command_line(&error)
            }
        }
    }

    /// The command line with everything that its help says.
    #[must_use]
    pub fn whole() -> Command {
        examples::with_examples(Self::command())
    }

    fn run(self, printer: &Printer) -> Exit {
        let printer = *printer;
        match self.verb {
            Verb::Init { folder, name } => {
                commands::pipeline::init::init(&folder, name.as_deref(), &printer)
            }
            Verb::Import {
                from:
                    From::Review {
                        config,
                        folder,
                        scripts,
                    },
            } => commands::pipeline::import_review::review(
                &config,
                &folder,
                scripts.as_deref(),
                &printer,
            ),
            #[cfg(feature = "aws")]
            Verb::Import {
                from: From::Schema(arguments),
            } => commands::warehouse::import_schema::schema(&arguments, &printer),
            Verb::Validate(at) => commands::pipeline::validate::validate(
                &at.path,
                at.environment.as_deref(),
                &printer,
            ),
            Verb::Plan(arguments) => commands::pipeline::plan::plan(&arguments, &printer),
            Verb::Build {
                at,
                out,
                lambda,
                partition,
            } => commands::pipeline::build::build(
                &at.path,
                at.environment.as_deref(),
                out.as_deref(),
                lambda.lambda_package.as_deref(),
                partition,
                &printer,
            ),
            #[cfg(feature = "local")]
            Verb::Run {
                at,
                parameters,
                lanes,
                choosing,
                shown,
                allow_outside,
            } => {
                let given = commands::laptop::run::RunArguments {
                    parameters,
                    lanes,
                    allow_outside,
                    resume: None,
                    manner: shown.manner(),
                    fail_fast: shown.fail_fast,
                    open: shown.open,
                    choosing,
                };
                let run = match shown.watch {
                    true => commands::laptop::run::on_save,
                    false => commands::laptop::run::run,
                };
                run(&at.path, at.environment(), &given, &printer)
            }
            #[cfg(feature = "local")]
            Verb::Serve {
                pipeline,
                named,
                port,
                events,
                database_file,
                database,
                allow_outside,
                access_key,
            } => {
                let given = commands::laptop::serve::ServeArguments {
                    pipeline: pipeline.or(named),
                    port,
                    events,
                    database_file,
                    database,
                    allow_outside,
                    access_key,
                };
                commands::laptop::serve::serve(&given, &printer)
            }
            #[cfg(any(feature = "aws", feature = "local"))]
            Verb::Backfill(arguments) => commands::runs::backfill::backfill(&arguments, &printer),
            #[cfg(feature = "local")]
            Verb::Test(arguments) => commands::laptop::test::test(&arguments, &printer),
            Verb::Simulate { arguments } => commands::pipeline::simulate::run(&arguments, &printer),
            #[cfg(feature = "aws")]
            Verb::Aws(verb) => verb.run(&printer),
            #[cfg(any(feature = "aws", feature = "local"))]
            Verb::Runs(verb) => verb.run(&printer),
            #[cfg(any(feature = "aws", feature = "local"))]
            Verb::Ui { arguments } => commands::runs::ui::ui(&arguments, &printer),
            #[cfg(any(feature = "aws", feature = "local"))]
            Verb::Sql { arguments } => commands::warehouse::sql::sql(&arguments, &printer),
            Verb::Ci { what } => commands::pipeline::ci::ci(what, &printer),
            Verb::Fmt { arguments } => commands::pipeline::fmt::fmt(&arguments, &printer),
            Verb::Graph(arguments) => commands::pipeline::graph::graph(&arguments, &printer),
            Verb::Lsp { stdio: _ } => commands::pipeline::lsp::lsp(&printer),
            Verb::Lineage { arguments } => {
                commands::pipeline::lineage::lineage(&arguments, &printer)
            }
            Verb::Grants { arguments } => commands::pipeline::grants::grants(&arguments, &printer),
            Verb::Schema { tests } => commands::pipeline::schema::schema(tests, &printer),
            Verb::Explain { code } => {
                commands::pipeline::explain::explain(code.as_deref(), &printer)
            }
            Verb::Completions { shell } => {
                commands::pipeline::completions::completions(shell, &printer)
            }
            Verb::Man { folder } => commands::pipeline::man::man(Self::whole(), &folder, &printer),
        }
    }
}
