//! A pipeline opened for runs on this machine: its folder held, its stand-ins ready, its artifacts published.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use local::run::DeployedPipeline;
use local::warehouse::Options;
use runtime_lambda::ids::RunId;
use runtime_lambda::plan::Job;

use super::folders::{Folders, isolation};
use super::stand_ins::{StandIns, Trouble, scripts};
use crate::commands::runs::home::{self, HeldFolder, STOP_REQUEST};
use crate::compile::Compiled;
use crate::diagnostic::{Code, Diagnostic};
use crate::machines::Machine;
use crate::printer::Printer;
use crate::project::Project;

/// How long somebody who only looks for runs that died may hold the folder.
const PATIENCE: Duration = Duration::from_secs(3);

/// Pause between two tries to get it.
const PAUSE: Duration = Duration::from_millis(50);

/// Takes the right to run something in the pipeline's folder, for as long as the answer lives. Whoever finds
/// a run that goes on without it knows that the run died.
///
/// # Errors
/// The folder cannot be written, or another process has the right.
pub fn hold(project: &Project, home: &Path) -> Result<HeldFolder, Box<Diagnostic>> {
    let held = hold_soon(home)
        .map_err(|error| trouble(project, "the local folder cannot be written", &error))?
        .ok_or_else(|| {
            let others = "another process runs this pipeline";
            trouble(project, "the local folder is in use", &others)
        })?;
    // A request that nobody was there to hear is not for this run.
    let _ = std::fs::remove_file(home.join(STOP_REQUEST));
    Ok(held)
}

/// Takes the right, and waits for a moment if somebody has it.
///
/// # Errors
/// The folder cannot be written.
pub fn hold_soon(home: &Path) -> io::Result<Option<HeldFolder>> {
    let asked = Instant::now();
    loop {
        if let Some(held) = home::hold(home)? {
            return Ok(Some(held));
        }
        if asked.elapsed() > PATIENCE {
            return Ok(None);
        }
        std::thread::sleep(PAUSE);
    }
}

/// Opens what stands in for AWS, publishes what runs need, and ends runs that have died. The caller holds
/// the folder.
///
/// # Errors
/// The disk or the engine does not play along.
pub async fn open(
    project: &Project,
    compiled: &Compiled,
    folders: Folders,
    printer: &Printer,
) -> Result<(StandIns, DeployedPipeline), Box<Diagnostic>> {
    let in_trouble =
        |message: &str, error: &dyn std::fmt::Display| trouble(project, message, error);
    let options = Options {
        buckets: folders.buckets,
        system_tables: folders.system_tables,
        isolation: isolation(compiled),
        ..Options::default()
    }
    .database(&compiled.plan.warehouse.database);
    let stand_ins = StandIns::open(&folders.home, options)
        .map_err(|(message, error)| in_trouble(message, error.as_ref()))?;
    stand_ins
        .publish(compiled)
        .await
        .map_err(|error| in_trouble("the local artifacts cannot be written", &error))?;
    let bucket = stand_ins.bucket.clone();
    let pipeline = &compiled.plan.pipeline;
    let left = local::run::end_dead_runs(pipeline, &bucket, stand_ins.ports(bucket.clone()))
        .await
        .map_err(|error| in_trouble("a run that died cannot be ended", &error))?;
    for run in left {
        printer.note(&format!("run {run} had died; it is STOPPED now"));
    }
    let mut deployment =
        deployment(compiled).map_err(|error| in_trouble("a definition is broken", &error))?;
    deployment.scripts = Some(scripts(compiled, stand_ins.warehouse.clone()));
    Ok((stand_ins, deployment))
}

/// Ends the runs in the folder that have died, and returns their ids; the caller holds the folder.
///
/// # Errors
/// Why they cannot be ended now.
pub async fn end_dead_runs(home: &Path, pipeline: &str) -> Result<Vec<RunId>, String> {
    let said = |(message, error): Trouble| format!("{message}: {error}");
    let stand_ins = StandIns::open(home, Options::default()).map_err(said)?;
    let bucket = stand_ins.bucket.clone();
    local::run::end_dead_runs(pipeline, &bucket, stand_ins.ports(bucket.clone()))
        .await
        .map_err(|error| error.to_string())
}

/// The definitions with local ARNs where they leave references open.
///
/// # Errors
/// A definition cannot be read back.
pub fn deployment(compiled: &Compiled) -> Result<DeployedPipeline, asl::definition::ReadError> {
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
            machines.push((arn.clone(), local::run::jobs::stand_in_machine()?));
        }
    }
    Ok(DeployedPipeline {
        pipeline: pipeline.clone(),
        machines,
        entry: arn(Machine::Run),
        function: crate::machines::names::function(pipeline),
        scripts: None,
    })
}

/// Something on this machine does not play along.
pub fn trouble(project: &Project, message: &str, error: &dyn std::fmt::Display) -> Box<Diagnostic> {
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
