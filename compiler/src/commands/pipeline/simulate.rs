//! `sfc simulate`: many runs of the pipeline under virtual time, with faults at every port, held against
//! what sfc promises.

mod told;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use runtime_lambda::ids::Hash;
use runtime_lambda::keys;
use runtime_lambda::plan::{Completion, Plan};
use simulate::{Campaign, Conditions, FaultKind, Subject, simulate};

use crate::bundle::artifacts;
use crate::commands::compiled;
use crate::commands::pipeline_at::PipelineAt;
use crate::compile::{Compiled, Overrides};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::exit::Exit;
use crate::machines::{Machine, MachineDefinitions, machines, names};
use crate::printer::Printer;
use crate::project::Project;
use crate::source::SourceFile;

/// What is typed behind `sfc simulate`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    at: PipelineAt,
    /// How many runs, each with the next seed.
    #[arg(long, default_value_t = 1_000, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    runs: u64,
    /// The first seed. The same seed is the same run.
    #[arg(long, default_value_t = 1, value_name = "SEED")]
    seed: u64,
    /// Faults that may happen: `all`, `none`, or names of faults and of ports (`lambda`, `store.put`).
    #[arg(
        long,
        default_value = "all",
        value_delimiter = ',',
        value_name = "NAMES",
        long_help = faults_in_full()
    )]
    faults: Vec<String>,
    /// Tells what happens in the run with this seed. Where it breaks a promise, the story has as few faults
    /// as that takes.
    #[arg(long, value_name = "SEED")]
    story: Option<u64>,
    /// Lets the first N tries of a step fail, and nothing else: shows what the pipeline does then. May be
    /// given several times.
    #[arg(long, value_name = "STEP=N")]
    fail: Vec<String>,
}

/// Carries out `sfc simulate`: a campaign of seeds, the story of one, or failing steps.
#[must_use]
pub fn run(arguments: &Arguments, printer: &Printer) -> Exit {
    let (_, compiled, subject) = match opened(&arguments.at, printer) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let conditions = match conditions(arguments, &compiled) {
        Ok(conditions) => conditions,
        Err(diagnostics) => {
            printer.diagnostics(&diagnostics);
            return Exit::BadInput;
        }
    };
    if let Some(seed) = arguments.story {
        return told::story(&subject, seed, conditions, printer);
    }
    if !conditions.failing.is_empty() {
        let telling = Conditions {
            telling: true,
            ..conditions
        };
        let report = simulate(&subject, arguments.seed, &telling);
        return told::failing(&report, printer);
    }
    let campaign = Campaign {
        first: arguments.seed,
        runs: arguments.runs,
        threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        conditions,
    };
    let summary = campaign.run(&subject, |_| {});
    told::summary(&summary, arguments.seed, printer)
}

/// Opens and compiles a pipeline, and makes of it what the simulation takes; prints what is found.
///
/// # Errors
/// It does not compile, or a definition cannot be interpreted: the exit status to end with.
pub fn opened(
    at: &PipelineAt,
    printer: &Printer,
) -> Result<(Project, Compiled, Arc<Subject>), Exit> {
    let (project, compiled) = compiled(&at.path, at.environment(), Overrides::default(), printer)?;
    match subject(&compiled) {
        Ok(subject) => Ok((project, compiled, subject)),
        Err(error) => {
            let broken = Diagnostic::error(Code::Internal, error.to_string())
                .in_file(&project.spec)
                .help("this is a mistake of sfc: please report it together with the spec");
            printer.diagnostics(&std::iter::once(broken).collect());
            Err(Exit::Trouble)
        }
    }
}

/// The pipeline as the simulation takes it: definitions, plan and scripts of a bundle, but for the page. A deploy
/// in the middle of a run brings machines that learn the ends of statements in the other way. What runs already
/// goes on by its own plan.
///
/// # Errors
/// A definition cannot be interpreted.
pub fn subject(compiled: &Compiled) -> Result<Arc<Subject>, simulate::SubjectProblem> {
    let pipeline = &compiled.plan.pipeline;
    let arn = |machine: Machine| {
        let name = machine.name(pipeline);
        format!("arn:aws:states:us-east-1:000000000000:stateMachine:{name}")
    };
    let by_arn = |machines: &MachineDefinitions| -> Vec<_> {
        let definitions = machines.definitions.iter();
        definitions
            .map(|(machine, definition)| (arn(*machine), definition.machine.clone()))
            .collect()
    };
    let mut artifacts: BTreeMap<String, Vec<u8>> = artifacts(compiled)
        .map(|(key, bytes)| (key, bytes.to_vec()))
        .collect();
    let template = Hash::from(keys::sha256(PAGE.as_bytes()));
    artifacts.insert(keys::template(&template), PAGE.as_bytes().to_vec());
    let plan = Plan {
        report_template: template,
        picture: None,
        ..compiled.plan.clone()
    };
    let newer = Plan {
        completion: match plan.completion {
            Completion::Poll => Completion::Event,
            Completion::Event => Completion::Poll,
        },
        ..plan.clone()
    };
    let own = machines_of(&plan, &mut artifacts);
    let newer = machines_of(&newer, &mut artifacts);
    Subject::new(
        plan,
        &own.map_or_else(Vec::new, |own| by_arn(&own)),
        &newer.map_or_else(Vec::new, |newer| by_arn(&newer)),
        (arn(Machine::Run), arn(Machine::Report)),
        names::function(pipeline),
        artifacts,
    )
}

/// The page that runs write here. A run ends no other way for what its page looks like, and sfc's own takes
/// as long as a third of the run.
const PAGE: &str = "{{run}}";

/// The machines of a plan, which is put beside the other artifacts. None where they cannot be made, which the
/// compiler would have said of the first ones, too.
fn machines_of(
    plan: &Plan,
    artifacts: &mut BTreeMap<String, Vec<u8>>,
) -> Option<MachineDefinitions> {
    let bytes = serde_json::to_vec(plan).ok()?;
    let hash = Hash::from(keys::sha256(&bytes));
    let machines = machines(plan, &hash).ok()?;
    artifacts.insert(keys::plan(&hash), bytes);
    Some(machines)
}

/// What may go wrong, as it was typed.
fn conditions(arguments: &Arguments, compiled: &Compiled) -> Result<Conditions, Diagnostics> {
    let mut diagnostics = Diagnostics::new();
    let mut conditions = Conditions::default();
    match arguments.faults.as_slice() {
        [all] if all == "all" => {}
        [none] if none == "none" => conditions.only = Some(Vec::new()),
        names => conditions.kinds = kinds(names, &mut diagnostics),
    }
    for typed in &arguments.fail {
        let parsed = typed
            .split_once('=')
            .and_then(|(step, times)| Some((step, times.parse::<u32>().ok()?)));
        let known = parsed.filter(|(step, _)| {
            let mut steps = compiled.plan.steps.iter();
            steps.any(|planned| planned.name == *step)
        });
        match known {
            Some((step, times)) => {
                conditions.failing.insert(step.to_owned(), times);
            }
            None => diagnostics.push(
                Diagnostic::error(
                    Code::SimulationUnknown,
                    format!("`--fail {typed}` names no step of this pipeline and a number of tries"),
                )
                .in_file(&SourceFile::unread("command line"))
                .help("write the step's name, `=`, and how many of its first tries fail: `--fail load=2`"),
            ),
        }
    }
    if diagnostics.is_empty() {
        Ok(conditions)
    } else {
        Err(diagnostics)
    }
}

fn kinds(names: &[String], diagnostics: &mut Diagnostics) -> BTreeSet<FaultKind> {
    let mut kinds = BTreeSet::new();
    for name in names {
        let named = FaultKind::named(name);
        if name == "all" || name == "none" {
            diagnostics.push(
                Diagnostic::error(
                    Code::SimulationUnknown,
                    format!("`{name}` cannot stand beside other names of faults"),
                )
                .in_file(&SourceFile::unread("command line"))
                .help(format!(
                    "write `--faults {name}`, or the other names without `{name}`"
                )),
            );
        } else if named.is_empty() {
            diagnostics.push(
                Diagnostic::error(
                    Code::SimulationUnknown,
                    format!("there is no fault `{name}`"),
                )
                .in_file(&SourceFile::unread("command line"))
                .help(what_may_be_written()),
            );
        }
        kinds.extend(named);
    }
    kinds
}

/// Everything that `--faults` takes.
fn what_may_be_written() -> String {
    format!("write {}", names_of_faults())
}

/// What the long help says of `--faults`.
fn faults_in_full() -> String {
    format!("Faults that may happen: {}", names_of_faults())
}

fn names_of_faults() -> String {
    let ports: Vec<&str> = FaultKind::ports().into_iter().collect();
    let faults: Vec<&str> = FaultKind::ALL.iter().map(|kind| kind.name()).collect();
    format!(
        "`all`, `none`, ports ({}) or faults ({})",
        ports.join(", "),
        faults.join(", ")
    )
}
