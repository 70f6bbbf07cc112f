//! `sfc run`: the pipeline on this machine, by the very machines and actions that AWS would run.

mod on_save;

use runtime_lambda::field;
use runtime_lambda::protocol::RunInput;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;
use local::bucket::FolderBucket;
use local::run::watched::{StateObserver, WatchedBucket};
use local::run::{DeployedPipeline, EndedRun, RunProblem, secrets};
use runtime_lambda::keys;
use runtime_lambda::plan::{Parameter, Plan, When};
use runtime_lambda::ports::{Ports, Store as _};
use runtime_lambda::state::{GlobalState, RunStatus};
use serde_json::{Value, json};

pub use self::on_save::on_save;
use super::folders::{Folders, folders};
use super::interruption::Interruption;
pub use super::opened::deployment;
use super::opened::{self, trouble};
use crate::commands::choosing::{self, Choosing, nothing};
use crate::commands::compiled;
use crate::commands::runs::browser;
use crate::commands::runs::home::STOP_REQUEST;
use crate::commands::runs::parameters::parameters;
use crate::commands::runs::progress::{self, Manner, ProgressPrinter, exit_of};
use crate::compile::{Compiled, Overrides};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::project::Project;
use crate::source::SourceFile;

/// What was typed behind `sfc run PATH`.
#[derive(Debug, Clone, Default)]
pub struct RunArguments {
    /// Values of parameters as they were typed: `name=value`.
    pub parameters: Vec<String>,
    /// Lanes instead of the spec's.
    pub lanes: Option<u32>,
    /// Folders outside of the pipeline's that links of mapped folders may lead to.
    pub allow_outside: Vec<PathBuf>,
    /// An earlier run whose FINISHED steps are not run again.
    pub resume: Option<String>,
    /// How the run is shown.
    pub manner: Manner,
    /// Whether the first step that fails ends the run.
    pub fail_fast: bool,
    /// Whether the run's page is opened at its end.
    pub open: bool,
    /// Which steps are run.
    pub choosing: Choosing,
}

/// What the command line says of how a run is shown, and when it ends.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Shown {
    /// Ends the run as soon as a step has failed.
    #[arg(long)]
    pub fail_fast: bool,
    /// Shows nothing but what failed, signals, and how the run ended.
    #[arg(short, long, conflicts_with = "json")]
    pub quiet: bool,
    /// Prints an event a line, as JSON.
    #[arg(long)]
    pub json: bool,
    /// Opens the run's page in the browser when the run has ended.
    #[arg(long)]
    pub open: bool,
    /// Runs what changed since the last run and what comes after it, now and at each save, until Ctrl-C.
    #[arg(long)]
    pub watch: bool,
}

impl Shown {
    /// How the run is shown.
    #[must_use]
    pub fn manner(self) -> Manner {
        match self {
            Self { json: true, .. } => Manner::Events,
            Self { quiet: true, .. } => Manner::Quiet,
            _ => Manner::Lines,
        }
    }
}

impl StateObserver for ProgressPrinter {
    fn changed(&self, state: &GlobalState) {
        Self::changed(self, state);
    }
}

/// Runs the pipeline at `path` to its end.
#[must_use]
pub fn run(
    path: &Path,
    environment: Option<&str>,
    given: &RunArguments,
    printer: &Printer,
) -> Exit {
    let overrides = Overrides {
        lanes: given.lanes,
        ..Overrides::default()
    };
    let (project, compiled) = match compiled(path, environment, overrides, printer) {
        Ok(compiled) => compiled,
        Err(exit) => return exit,
    };
    let chosen = given
        .choosing
        .here(path, environment, &compiled.plan, printer);
    // No run on this machine has the steps of a destroy.
    let part = |chosen| choosing::part(&compiled.plan, chosen, |when| when != When::Destroy);
    let chosen = match chosen.map(|chosen| chosen.and_then(part)) {
        Ok(Some(names)) if names.is_empty() => return nothing(printer),
        Ok(chosen) => chosen,
        Err(exit) => return exit,
    };
    let resumed = given.resume.is_some();
    let input = match parameters(&compiled.plan, &given.parameters, resumed) {
        Ok(parameters) => match &given.resume {
            Some(run) => {
                json!({ (field!(RunInput, by)): whoever(), (field!(RunInput, parameters)): parameters, (field!(RunInput, resume)): run })
            }
            None => json!({
                (field!(RunInput, by)): whoever(),
                (field!(RunInput, parameters)): parameters,
                (field!(RunInput, steps)): chosen,
            }),
        },
        Err(diagnostics) => {
            printer.diagnostics(&diagnostics);
            return Exit::BadInput;
        }
    };
    let missing = missing_secrets(&compiled.plan.parameters);
    if !missing.is_empty() {
        printer.diagnostics(&missing);
        return Exit::BadInput;
    }
    let folders = match folders(&project, &compiled, &given.allow_outside, printer) {
        Ok(folders) => folders,
        Err(diagnostics) => {
            printer.diagnostics(&diagnostics);
            return Exit::BadInput;
        }
    };
    if let Some(chosen) = &chosen
        && given.manner == Manner::Lines
    {
        printer.note(&choosing::in_words(&compiled.plan, chosen));
    }
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| trouble(&project, "the machine gives no threads", &error))
        .and_then(|runtime| {
            let asked = Asked {
                input,
                options: options(path, environment),
                given,
            };
            runtime.block_on(interpret(&project, &compiled, folders, &asked, printer))
        });
    match outcome {
        Ok(exit) => exit,
        Err(diagnostic) => {
            printer.diagnostics(&std::iter::once(*diagnostic).collect::<Diagnostics>());
            Exit::Trouble
        }
    }
}

/// The name of whoever sits here, as far as the system says it. Where no such variable is set, as
/// in a container, it is the id of the user.
fn whoever() -> Option<String> {
    let named = |variable| std::env::var(variable).ok();
    ["USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .filter_map(named)
        .chain(whoami::username().ok())
        .find(|name| !name.is_empty())
}

/// Secrets whose values are not in the environment.
pub(in crate::commands) fn missing_secrets(
    parameters: &IndexMap<String, Parameter>,
) -> Diagnostics {
    parameters
        .iter()
        .filter(|(name, known)| known.secret.is_some() && secrets::value(name).is_none())
        .map(|(name, _)| {
            let variable = secrets::variable(name);
            Diagnostic::error(
                Code::SecretMissing,
                format!("the secret parameter `{name}` has no value on this machine"),
            )
            .in_file(&SourceFile::unread("environment"))
            .help(format!("set the environment variable `{variable}`"))
        })
        .collect()
}

/// What somebody wants of a run.
struct Asked<'a> {
    /// What its execution is given.
    input: Value,
    /// How its pipeline is named in commands about it.
    options: String,
    given: &'a RunArguments,
}

/// The options with which other verbs find this pipeline.
pub(in crate::commands) fn options(path: &Path, environment: Option<&str>) -> String {
    let mut options = String::new();
    if path != Path::new(".") {
        options.push_str(&format!(" -C {}", path.display()));
    }
    if let Some(environment) = environment {
        options.push_str(&format!(" --env {environment}"));
    }
    options
}

/// Most steps that Ctrl-C names.
const NAMED: usize = 3;

/// Says what Ctrl-C cancels: a few names of steps and how many more.
fn stopping(progress: &ProgressPrinter) -> String {
    let running = progress.running();
    let named: Vec<&str> = running.iter().take(NAMED).map(String::as_str).collect();
    let what = match running.len().saturating_sub(named.len()) {
        0 if named.is_empty() => "what is running".to_owned(),
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    };
    format!("stopping: cancelling {what} (Ctrl-C again ends sfc at once)")
}

async fn interpret(
    project: &Project,
    compiled: &Compiled,
    folders: Folders,
    asked: &Asked<'_>,
    printer: &Printer,
) -> Result<Exit, Box<Diagnostic>> {
    let in_trouble =
        |message: &str, error: &dyn std::fmt::Display| trouble(project, message, error);
    // Held until this returns.
    let _held = opened::hold(project, &folders.home)?;
    let request = folders.home.join(STOP_REQUEST);
    let chosen = asked.input.get(field!(RunInput, steps));
    let chosen = chosen.and_then(Value::as_array);
    let steps = compiled.plan.steps.iter().map(|step| step.name.as_str());
    let steps = steps.filter(|name| chosen.is_none_or(|all| all.iter().any(|one| one == name)));
    let progress = Arc::new(ProgressPrinter::new(*printer, asked.given.manner, steps));
    let said = Arc::clone(&progress);
    let interruption = Interruption::listen(move || said.say(&stopping(&said)), request)
        .map_err(|error| in_trouble("signals cannot be listened to", &error))?;
    let (stand_ins, deployment) = opened::open(project, compiled, folders, printer).await?;
    let bucket = stand_ins.bucket.clone();
    let watched = WatchedBucket::new(bucket.clone(), progress.clone());
    let ports = stand_ins.ports(Arc::new(watched));
    let stop = || stop(&interruption, &progress, asked.given.fail_fast);
    let ended = to_its_end(compiled, &deployment, ports, asked.input.clone(), stop).await;
    progress.finish();
    match ended {
        Ok(ended) => {
            let exit = report(compiled, &bucket, &ended, asked, printer);
            // Whoever asked for it was not interrupted.
            let by_failure = exit == Exit::Interrupted && asked.given.fail_fast;
            Ok(match by_failure && !interruption.is_asked() {
                true => Exit::RunFailed,
                false => exit,
            })
        }
        Err(RunProblem::DiskRefuses(refusal)) => Err(disk_refuses(project, &refusal)),
        Err(error @ RunProblem::NotSwept(_)) => Err(in_trouble(
            "the run is over, but what it left behind could not be ended",
            &error,
        )),
        Err(error) => Err(in_trouble("the run could not take place", &error)),
    }
}

/// Runs a deployment to its end: first the steps of a deploy, if there are any. In AWS each deploy runs
/// them; here every run is one.
///
/// # Errors
/// See [`RunProblem`].
pub(super) async fn to_its_end<S: Future<Output = ()>>(
    compiled: &Compiled,
    deployment: &DeployedPipeline,
    ports: Ports,
    input: Value,
    stop: impl Fn() -> S,
) -> Result<EndedRun, RunProblem> {
    let whole = input_of(&compiled.plan, &input, When::Run);
    if let Some(deploy) = input_of(&compiled.plan, &input, When::Deploy) {
        let first = local::run::run(deployment, ports.clone(), deploy, stop()).await;
        let is_finished = first.as_ref().is_ok_and(|ended| {
            let state = ended.state.as_ref();
            state.is_some_and(|state| state.status == RunStatus::Finished)
        });
        // What a deploy could not make, the run would miss.
        if !is_finished || whole.is_none() {
            return first;
        }
    }
    local::run::run(deployment, ports, whole.unwrap_or(input), stop()).await
}

/// What the run of one kind of steps is started with, if `input` is about all kinds. None if there
/// are no such steps, or none of them was chosen.
pub(in crate::commands) fn input_of(plan: &Plan, input: &Value, when: When) -> Option<Value> {
    let of_kind = plan.steps.iter().filter(|step| step.when == when);
    let mut names: Vec<&str> = of_kind.map(|step| step.name.as_str()).collect();
    let mut own = match when {
        When::Run => input.clone(),
        _ if names.is_empty() => return None,
        _ => json!({
            (field!(RunInput, by)): input.get(field!(RunInput, by)),
            (field!(RunInput, parameters)): input.get(field!(RunInput, parameters)),
            (field!(RunInput, when)): when,
        }),
    };
    if let Some(chosen) = input.get(field!(RunInput, steps)).and_then(Value::as_array) {
        names.retain(|name| chosen.iter().any(|chosen| chosen == name));
        if names.is_empty() {
            return None;
        }
        if let Some(own) = own.as_object_mut() {
            own.insert(field!(RunInput, steps).to_owned(), json!(names));
        }
    }
    Some(own)
}

/// Ready when the run is to end: somebody asks for it, or, with `--fail-fast`, a step has failed.
fn stop(
    interruption: &Interruption,
    progress: &Arc<ProgressPrinter>,
    fail_fast: bool,
) -> impl Future<Output = ()> + use<> {
    let interrupted = interruption.asked();
    let failed = progress.first_failure();
    let progress = Arc::clone(progress);
    async move {
        let failed = async {
            match fail_fast {
                true => failed.await,
                false => std::future::pending().await,
            }
        };
        tokio::select! {
            () = interrupted => {}
            step = failed => {
                progress.say(&format!("`{step}` has failed: stopping the run (--fail-fast)"));
            }
        }
    }
}

pub(in crate::commands) fn disk_refuses(project: &Project, refusal: &str) -> Box<Diagnostic> {
    let home = project.local_folder();
    Box::new(
        Diagnostic::error(
            Code::DiskRefuses,
            format!("the run is over: `{}` cannot be written", home.display()),
        )
        .in_file(&project.spec)
        .note(refusal)
        .help("make room on its disk, then `sfc resume last --local` goes on with the run"),
    )
}

/// Says how the run ended and where everything is.
fn report(
    compiled: &Compiled,
    bucket: &FolderBucket,
    ended: &EndedRun,
    asked: &Asked<'_>,
    printer: &Printer,
) -> Exit {
    let Some(state) = &ended.state else {
        printer.note(&format!(
            "the run did not start: {}: {}",
            ended.outcome.error.as_deref().unwrap_or_default(),
            ended.outcome.cause.as_deref().unwrap_or_default()
        ));
        return Exit::RunFailed;
    };
    let place = |key: String| bucket.location(&key);
    let folder = place(keys::run(&compiled.plan.pipeline, &state.run));
    let results = format!("{folder}/results");
    let page = place(keys::report(&state.pipeline, &state.run));
    if asked.given.open {
        browser::show(&page, printer);
    }
    let manner = asked.given.manner;
    if manner == Manner::Events {
        let finish = progress::Finish {
            results: &results,
            report: &page,
        };
        printer.data(&progress::ended_event(Some(&compiled.plan), state, &finish));
        return exit_of(state);
    }
    // Between two blocks, and behind the lines of the steps, one line is empty.
    let mut gap = if manner == Manner::Quiet { "" } else { "\n" };
    let mut say = |lines: Vec<String>| {
        if !lines.is_empty() {
            printer.data(&format!("{gap}{}\n", lines.join("\n")));
            gap = "\n";
        }
    };
    // Without a terminal, the lines of the steps have said it.
    if printer.terminal || manner == Manner::Quiet {
        say(progress::failures(state));
    }
    say(progress::signals(&compiled.plan, state));
    say(vec![progress::summary(state)]);
    if manner != Manner::Quiet {
        printer.data(&format!("results   {results}\n"));
        printer.data(&format!(
            "manifest  {}\n",
            place(keys::manifest(&state.pipeline, &state.run, state.round))
        ));
        printer.data(&format!("report    {page}\n"));
    }
    for line in progress::next_commands(state, &format!(" --local{}", asked.options)) {
        printer.note(&line);
    }
    exit_of(state)
}
