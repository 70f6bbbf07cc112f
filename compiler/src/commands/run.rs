//! `sfc run`: the pipeline on this machine, by the very machines and actions that AWS would run.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use local::bucket::FolderBucket;
use local::clock::SystemClock;
use local::folder::Within;
use local::jobs::Scripts;
use local::outbox::Outbox;
use local::run::{Deployment, Ended, NoExecutions, NoStack, RunProblem};
use local::warehouse::{EmbeddedWarehouse, Options};
use local::watched::{StateObserver, WatchedBucket};
use runtime_lambda::keys;
use runtime_lambda::plan::{Job, When};
use runtime_lambda::ports::{Condition, Ports, Store as _};
use runtime_lambda::state::{GlobalState, RunStatus};
use serde_json::{Value, json};

use super::STOP_REQUEST;
use super::compiled;
use super::folders::{Folders, folders};
use super::parameters::parameters;
use super::progress::{self, Progress, exit_of};
use crate::bundle::artifacts;
use crate::compile::{Compiled, Overrides};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::exit::Exit;
use crate::machines::Machine;
use crate::printer::Printer;
use crate::project::Project;

/// What was typed behind `sfc run PATH`.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// `name=value` of parameters.
    pub parameters: Vec<String>,
    /// Lanes instead of the spec's.
    pub lanes: Option<u32>,
    /// Folders outside of the pipeline's that links of mapped folders may lead to.
    pub allow_outside: Vec<PathBuf>,
    /// An earlier run whose FINISHED steps are not run again.
    pub resume: Option<String>,
}

impl StateObserver for Progress {
    fn changed(&self, state: &GlobalState) {
        Self::changed(self, state);
    }
}

/// Runs the pipeline at `path` to its end.
#[must_use]
pub fn run(path: &Path, environment: Option<&str>, given: &Given, printer: &Printer) -> Exit {
    let overrides = Overrides { lanes: given.lanes };
    let (project, compiled) = match compiled(path, environment, overrides, printer) {
        Ok(compiled) => compiled,
        Err(exit) => return exit,
    };
    let resumed = given.resume.is_some();
    let input = match parameters(&compiled.plan, &given.parameters, resumed) {
        Ok(parameters) => match &given.resume {
            Some(run) => json!({ "parameters": parameters, "resume": run }),
            None => json!({ "parameters": parameters }),
        },
        Err(diagnostics) => {
            printer.diagnostics(&diagnostics);
            return Exit::BadInput;
        }
    };
    let folders = match folders(&project, &compiled, &given.allow_outside, printer) {
        Ok(folders) => folders,
        Err(diagnostics) => {
            printer.diagnostics(&diagnostics);
            return Exit::BadInput;
        }
    };
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| trouble(&project, "the machine gives no threads", &error))
        .and_then(|runtime| {
            runtime.block_on(interpret(&project, &compiled, folders, input, printer))
        });
    match outcome {
        Ok(exit) => exit,
        Err(diagnostic) => {
            printer.diagnostics(&std::iter::once(*diagnostic).collect::<Diagnostics>());
            Exit::Trouble
        }
    }
}

fn trouble(project: &Project, message: &str, error: &dyn std::fmt::Display) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(Code::LocalTrouble, message)
            .in_file(&project.spec)
            .note(error.to_string())
            .help(format!(
                "check `{}`: its permissions, the space on its disk, and that no other run is using it",
                project.local_folder().display()
            )),
    )
}

async fn interpret(
    project: &Project,
    compiled: &Compiled,
    folders: Folders,
    input: Value,
    printer: &Printer,
) -> Result<Exit, Box<Diagnostic>> {
    let home = folders.home;
    let in_home = |name: &str| Within::new(&project.folder, Path::new(".sfc").join(name));
    let in_trouble =
        |message: &str, error: &dyn std::fmt::Display| trouble(project, message, error);
    let bucket = Arc::new(
        FolderBucket::open(in_home("bucket"))
            .map_err(|error| in_trouble("the local bucket cannot be opened", &error))?,
    );
    let store = FolderBucket::open(in_home("artifacts"))
        .map_err(|error| in_trouble("the local artifacts cannot be opened", &error))?;
    for (key, bytes) in artifacts(compiled) {
        store
            .put(&key, bytes.to_vec(), Condition::Always)
            .await
            .map_err(|error| in_trouble("the local artifacts cannot be written", &error))?;
    }
    let outbox = Outbox::open(in_home("outbox"))
        .map_err(|error| in_trouble("the local outbox cannot be opened", &error))?;
    let options = Options {
        buckets: folders.buckets,
        system_tables: folders.system_tables,
        ..Options::default()
    }
    .database(&compiled.plan.warehouse.database);
    let warehouse = EmbeddedWarehouse::open(home.join("warehouse.duckdb"), options)
        .map(Arc::new)
        .map_err(|error| in_trouble("the embedded warehouse cannot be opened", &error))?;
    let progress = Arc::new(Progress::new(
        *printer,
        compiled.plan.steps.iter().map(|step| step.name.as_str()),
    ));
    let ports = Ports {
        warehouse: warehouse.clone(),
        data: Arc::new(WatchedBucket::new(bucket.clone(), progress.clone())),
        artifacts: Arc::new(store),
        notifier: Arc::new(outbox),
        executions: Arc::new(NoExecutions),
        custom_resources: Arc::new(NoStack),
        clock: Arc::new(SystemClock),
    };
    let quiet = Ports {
        data: bucket.clone(),
        ..ports.clone()
    };
    let left = local::run::end_dead_runs(&compiled.plan.pipeline, &bucket, quiet)
        .await
        .map_err(|error| in_trouble("a run that died cannot be ended", &error))?;
    for run in left {
        printer.note(&format!("run {run} had died; it is STOPPED now"));
    }
    let mut deployment =
        deployment(compiled).map_err(|error| in_trouble("a definition is broken", &error))?;
    deployment.scripts = Some(scripts(compiled, warehouse));
    let request = home.join(STOP_REQUEST);
    // A request that nobody was there to hear is not for this run.
    let _ = std::fs::remove_file(&request);
    let mut ended = None;
    if compiled
        .plan
        .steps
        .iter()
        .any(|step| step.when == When::Deploy)
    {
        // In AWS each deploy runs these steps; here every run is one.
        let deploy = json!({ "parameters": input.get("parameters"), "when": When::Deploy });
        let first =
            local::run::run(&deployment, ports.clone(), deploy, std::future::pending()).await;
        let is_finished = |ended: &Ended| {
            let state = ended.state.as_ref();
            state.is_some_and(|state| state.status == RunStatus::Finished)
        };
        // What a deploy could not make, the run would miss.
        ended = Some(first).filter(|first| !first.as_ref().is_ok_and(is_finished));
    }
    let ended = match ended {
        Some(ended) => ended,
        None => {
            let stop = interrupted(*printer, request);
            local::run::run(&deployment, ports, input, stop).await
        }
    };
    progress.finish();
    match ended {
        Ok(ended) => Ok(report(compiled, &bucket, &ended, printer)),
        Err(error @ RunProblem::NotSwept(_)) => Err(in_trouble(
            "the run is over, but what it left behind could not be ended",
            &error,
        )),
        Err(error) => Err(in_trouble("the run could not take place", &error)),
    }
}

/// Where RSQL scripts run: in the embedded warehouse, unless the spec has SQL that stands in for them.
fn scripts(compiled: &Compiled, warehouse: Arc<EmbeddedWarehouse>) -> Scripts {
    let steps = compiled.plan.steps.iter();
    let steps =
        steps.filter(|step| step.script.is_empty() && matches!(step.job, Some(Job::Rsql { .. })));
    Scripts {
        warehouse,
        place: compiled.plan.warehouse.clone(),
        steps: steps.map(|step| step.name.clone()).collect(),
    }
}

/// The definitions with local ARNs where they leave references open.
///
/// # Errors
/// A definition cannot be read back.
pub fn deployment(compiled: &Compiled) -> Result<Deployment, asl::definition::ReadError> {
    let pipeline = &compiled.plan.pipeline;
    let arn = |machine: Machine| local::arn::state_machine(&machine.name(pipeline));
    let mut machines: Vec<_> = compiled
        .machines
        .definitions
        .iter()
        .map(|(machine, definition)| (arn(*machine), definition.machine.clone()))
        .collect();
    for step in &compiled.plan.steps {
        if let Some(Job::StateMachine { arn, .. }) = &step.job
            && !machines.iter().any(|(known, _)| known == arn)
        {
            machines.push((arn.clone(), local::jobs::stand_in_machine()?));
        }
    }
    Ok(Deployment {
        pipeline: pipeline.clone(),
        machines,
        entry: arn(Machine::Retry),
        function: crate::machines::names::function(pipeline),
        scripts: None,
    })
}

/// How often it is looked whether `sfc stop --local` has asked for something.
const STOP_LOOKS: std::time::Duration = std::time::Duration::from_millis(200);

/// Ready at the first Ctrl-C, or when the file `request` is there. A second Ctrl-C ends the process at
/// once.
async fn interrupted(printer: Printer, request: PathBuf) {
    tokio::select! {
        heard = tokio::signal::ctrl_c() => if heard.is_err() {
            return std::future::pending().await;
        },
        () = requested(&request) => {}
    }
    printer.note("stopping: cancelling what is running (Ctrl-C again to leave it)");
    tokio::spawn(async {
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(Exit::Interrupted.code().into());
        }
    });
}

async fn requested(request: &Path) {
    while std::fs::remove_file(request).is_err() {
        tokio::time::sleep(STOP_LOOKS).await;
    }
}

/// Says how the run ended and where everything is.
fn report(compiled: &Compiled, bucket: &FolderBucket, ended: &Ended, printer: &Printer) -> Exit {
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
    printer.data(&format!("\n{}\n", progress::summary(state)));
    printer.data(&format!("results   {folder}/results\n"));
    printer.data(&format!(
        "manifest  {}\n",
        place(keys::manifest(&state.pipeline, &state.run, state.round))
    ));
    printer.data(&format!(
        "report    {}\n",
        place(keys::report(&state.pipeline, &state.run))
    ));
    exit_of(state)
}
