//! A backfill on this machine: many runs of one process over one warehouse.

mod record;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::stream::{self, StreamExt as _};
use local::run::watched::{StateObserver, WatchedBucket};
use local::run::{DeployedPipeline, RunProblem};
use parking_lot::Mutex;
use runtime_lambda::field;
use runtime_lambda::plan::{Overlap, When};
use runtime_lambda::protocol::RunInput;
use runtime_lambda::state::{GlobalState, RunStatus};
use serde_json::{Value, json};

use self::record::{BackfillIdentity, BackfillRecord, EndedValue};
use super::Arguments;
use super::board::Board;
use super::grid::ValueStanding;
use super::values::Series;
use crate::commands::choosing::{self, nothing};
use crate::commands::laptop::folders::{Folders, folders};
use crate::commands::laptop::interruption::Interruption;
use crate::commands::laptop::opened::{self, trouble};
use crate::commands::laptop::run::{disk_refuses, input_of, missing_secrets, options};
use crate::commands::laptop::stand_ins::StandIns;
use crate::commands::pipeline_at::PipelineAt;
use crate::commands::runs::home::STOP_REQUEST;
use crate::commands::{compiled, plural};
use crate::compile::{Compiled, Overrides};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::project::Project;

/// What a backfill on this machine can be told.
#[derive(Debug, clap::Args)]
pub struct Here {
    /// Starts no further run once one has failed.
    #[arg(long)]
    fail_fast: bool,
    /// Folder outside of the pipeline's that links of mapped folders may lead to; may be given several
    /// times.
    #[arg(long, value_name = "FOLDER")]
    allow_outside: Vec<PathBuf>,
}

/// Runs what is to do of it here.
///
/// # Errors
/// It cannot take place; the diagnostics are empty where that has been said.
pub fn here(arguments: &Arguments, printer: &Printer) -> Result<Exit, (Exit, Diagnostics)> {
    let refused = |diagnostics: Diagnostics| (Exit::BadInput, diagnostics);
    let PipelineAt { path, environment } = &arguments.at;
    let environment = environment.as_deref();
    let said = |exit| (exit, Diagnostics::new());
    let (project, compiled) =
        compiled(path, environment, Overrides::default(), printer).map_err(said)?;
    let series = Series::of(&compiled.plan, &arguments.parameters).map_err(refused)?;
    let chosen = arguments
        .choosing
        .here(path, environment, &compiled.plan, printer);
    let part = |chosen| choosing::part(&compiled.plan, chosen, |when| when != When::Destroy);
    let steps = chosen.map_err(said)?.and_then(part);
    if steps.as_ref().is_some_and(Vec::is_empty) {
        return Ok(nothing(printer));
    }
    let missing = missing_secrets(&compiled.plan.parameters);
    if !missing.is_empty() {
        return Err(refused(missing));
    }
    let folders =
        folders(&project, &compiled, &arguments.here.allow_outside, printer).map_err(refused)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| trouble(&project, "the machine gives no threads", &error));
    let backfill = Backfill {
        arguments,
        project: &project,
        compiled: &compiled,
        series,
        steps,
        printer,
    };
    runtime
        .and_then(|runtime| runtime.block_on(backfill.run(folders)))
        .map_err(|diagnostic| (Exit::Trouble, std::iter::once(*diagnostic).collect()))
}

/// A backfill that is about to begin.
struct Backfill<'a> {
    arguments: &'a Arguments,
    project: &'a Project,
    compiled: &'a Compiled,
    series: Series,
    steps: Option<Vec<String>>,
    printer: &'a Printer,
}

/// What its runs share.
struct Shared<'a> {
    stand_ins: &'a StandIns,
    deployment: &'a DeployedPipeline,
    interruption: &'a Interruption,
    board: &'a Arc<Board>,
    record: &'a Mutex<BackfillRecord>,
    /// Whether no further run is started.
    closed: &'a AtomicBool,
}

impl Backfill<'_> {
    async fn run(self, folders: Folders) -> Result<Exit, Box<Diagnostic>> {
        let home = folders.home.clone();
        let _held = opened::hold(self.project, &home)?;
        let record = BackfillRecord::open(&home, self.about());
        let values = self.series.values.iter().map(|value| {
            let finished = record.finished(value).filter(|_| !self.arguments.again);
            (value.clone(), finished.map(str::to_owned))
        });
        let shows = !self.arguments.json;
        let board = Arc::new(Board::new(*self.printer, shows, values.collect()));
        let to_do = board.to_do();
        let said = Arc::clone(&board);
        let stopping = "stopping: cancelling what is running (Ctrl-C again ends sfc at once)";
        let interruption =
            Interruption::listen(move || said.say(stopping), home.join(STOP_REQUEST))
                .map_err(|error| trouble(self.project, "signals cannot be listened to", &error))?;
        if !to_do.is_empty() {
            let (stand_ins, deployment) =
                opened::open(self.project, self.compiled, folders, self.printer).await?;
            let shared = Shared {
                stand_ins: &stand_ins,
                deployment: &deployment,
                interruption: &interruption,
                board: &board,
                record: &Mutex::new(record),
                closed: &AtomicBool::new(false),
            };
            if !self.deploy(&shared).await? {
                return Ok(Exit::RunFailed);
            }
            let runs = stream::iter(to_do).map(|(place, value)| self.one(&shared, place, value));
            let mut runs = runs.buffer_unordered(self.parallel());
            let mut problem = None;
            while let Some(ended) = runs.next().await {
                if let Err(diagnostic) = ended {
                    shared.closed.store(true, Ordering::Relaxed);
                    problem.get_or_insert(diagnostic);
                }
            }
            if let Some(problem) = problem {
                return Err(problem);
            }
        }
        Ok(self.told(&board, interruption.is_asked()))
    }

    fn about(&self) -> BackfillIdentity {
        BackfillIdentity {
            pipeline: self.compiled.plan.pipeline.clone(),
            environment: self.arguments.at.environment.clone(),
            parameter: self.series.parameter.clone(),
            others: self.series.others(),
            steps: self.steps.clone(),
        }
    }

    /// Runs at the same time: where runs must not overlap, one.
    fn parallel(&self) -> usize {
        let asked = usize::try_from(self.arguments.parallel).unwrap_or(1);
        if self.compiled.plan.overlap == Overlap::Allow || asked == 1 {
            return asked;
        }
        self.printer
            .note("one run at a time: `overlap` in the spec lets no two go on beside each other");
        1
    }

    fn input(&self, value: &str) -> Value {
        json!({ (field!(RunInput, parameters)): self.series.parameters(value), (field!(RunInput, steps)): self.steps })
    }

    /// Runs the steps of a deploy, once for all values. Answers whether they are FINISHED.
    async fn deploy(&self, shared: &Shared<'_>) -> Result<bool, Box<Diagnostic>> {
        let first = self.series.values.first().map(String::as_str);
        let input = self.input(first.unwrap_or_default());
        let Some(deploy) = input_of(&self.compiled.plan, &input, When::Deploy) else {
            return Ok(true);
        };
        let ports = shared.stand_ins.ports(shared.stand_ins.bucket.clone());
        let stop = shared.interruption.asked();
        let ended = local::run::run(shared.deployment, ports, deploy, stop).await;
        let state = ended.map_err(|problem| self.problem(&problem))?.state;
        let is_finished = |state: &GlobalState| state.status == RunStatus::Finished;
        if state.as_ref().is_some_and(is_finished) {
            return Ok(true);
        }
        let run = state.map_or_else(|| "no run".to_owned(), |state| state.run.to_string());
        self.printer.note(&format!(
            "the steps of a deploy did not finish ({run}), so no value was run"
        ));
        Ok(false)
    }

    fn problem(&self, problem: &RunProblem) -> Box<Diagnostic> {
        match problem {
            RunProblem::DiskRefuses(refusal) => disk_refuses(self.project, refusal),
            problem => trouble(self.project, "a run could not take place", problem),
        }
    }

    /// Runs one value, unless it was asked to stop.
    async fn one(
        &self,
        shared: &Shared<'_>,
        place: usize,
        value: String,
    ) -> Result<(), Box<Diagnostic>> {
        let input = self.input(&value);
        let Some(input) = input_of(&self.compiled.plan, &input, When::Run) else {
            return Ok(());
        };
        if shared.closed.load(Ordering::Relaxed) || shared.interruption.is_asked() {
            return Ok(());
        }
        let place_of = Arc::new(Place {
            board: Arc::clone(shared.board),
            place,
        });
        let watched = WatchedBucket::new(shared.stand_ins.bucket.clone(), place_of);
        let ports = shared.stand_ins.ports(Arc::new(watched));
        let stop = shared.interruption.asked();
        let ended = local::run::run(shared.deployment, ports, input, stop).await;
        let ended = ended.map_err(|problem| self.problem(&problem))?;
        let state = ended.state.as_ref();
        let standing = match state.map(|state| state.status) {
            Some(RunStatus::Finished) => ValueStanding::Finished,
            Some(RunStatus::Stopped) => ValueStanding::Stopped,
            _ => ValueStanding::Failed,
        };
        if standing == ValueStanding::Failed && self.arguments.here.fail_fast {
            shared.closed.store(true, Ordering::Relaxed);
        }
        if let Some(state) = state {
            let done = EndedValue {
                run: state.run.clone(),
                status: state.status,
            };
            let mut record = shared.record.lock();
            let noted = record.note(&value, done);
            noted.map_err(|error| {
                trouble(
                    self.project,
                    "the backfill's record cannot be written",
                    &error,
                )
            })?;
        }
        shared.board.stands(place, standing, state);
        Ok(())
    }

    /// Says how everything ended.
    fn told(&self, board: &Board, interrupted: bool) -> Exit {
        if self.arguments.json {
            super::print(
                &self.compiled.plan.pipeline,
                &self.series,
                board,
                None,
                self.printer,
            );
        } else {
            board.finish();
        }
        let count = self.series.values.len();
        if board.is_finished() {
            let s = plural(count as u64);
            self.printer.note(&format!(
                "{count} value{s} finished; `--again` runs them anew"
            ));
            return Exit::Success;
        }
        let PipelineAt { path, environment } = &self.arguments.at;
        let options = options(path, environment.as_deref());
        self.printer
            .note("next: the same command again, which runs what is not finished");
        self.printer.note(&format!(
            "      sfc status RUN --local{options}  (shows every step of a run)"
        ));
        match interrupted {
            true => Exit::Interrupted,
            false => Exit::RunFailed,
        }
    }
}

/// Hears of the states of one value's run.
struct Place {
    board: Arc<Board>,
    place: usize,
}

impl StateObserver for Place {
    fn changed(&self, state: &GlobalState) {
        let standing = match state.status {
            RunStatus::Running => ValueStanding::Running,
            // Told once the execution is over, too.
            RunStatus::Finished | RunStatus::Failed | RunStatus::TimedOut | RunStatus::Stopped => {
                return;
            }
        };
        self.board.stands(self.place, standing, Some(state));
    }
}
