//! `sfc watch`: a run as it goes on, until it has ended.

use std::time::Duration;

use runtime_lambda::ids::StepName;
use runtime_lambda::keys;
use runtime_lambda::plan::Plan;
use runtime_lambda::state::{GlobalState, RunStatus};
use tokio::time::Instant;

use super::dead_runs;
use super::progress::{self, Manner, ProgressPrinter, exit_of};
use super::{Brief, Runs, RunsOf};
use crate::commands::session::{self, EarlyEnd};
use crate::diagnostic::{Code, Diagnostic};
use crate::execution::AwsExecution;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::terminal::one_line;

/// Pause between two looks at a run's state.
const PAUSE: Duration = Duration::from_millis(700);

/// Looks at the state for each look at the execution.
const LOOKS: u32 = 5;

/// How long a run may take to tidy up behind an execution that has ended.
pub const TIDY_UP: Duration = Duration::from_secs(20 * 60);

/// Shows a run of the pipeline, as events in JSON if that is asked for.
#[must_use]
pub fn watch(of: &RunsOf, run: &str, as_json: bool, printer: &Printer) -> Exit {
    let manner = match as_json {
        true => Manner::Events,
        false => Manner::Lines,
    };
    session::block_on(printer, async {
        let runs = Runs::open(of).await?;
        let brief = runs.find(run).await?;
        shown(&runs, &brief, manner, printer).await
    })
}

/// Says that a run was started, or shows it until it has ended, and gives its exit status.
///
/// # Errors
/// It cannot be read, or has died.
pub async fn started(
    runs: &Runs,
    brief: &Brief,
    manner: Option<Manner>,
    printer: &Printer,
) -> Result<Exit, EarlyEnd> {
    if manner != Some(Manner::Events) {
        printer.data(&format!("{}\n", brief.run));
    }
    match manner {
        Some(manner) => shown(runs, brief, manner, printer).await,
        None => {
            printer.note("started; `sfc watch last` shows it");
            Ok(Exit::Success)
        }
    }
}

async fn shown(
    runs: &Runs,
    brief: &Brief,
    manner: Manner,
    printer: &Printer,
) -> Result<Exit, EarlyEnd> {
    let mut progress: Option<ProgressPrinter> = None;
    let shown = show(runs, brief, printer, |state| {
        progress
            .get_or_insert_with(|| {
                ProgressPrinter::new(*printer, manner, state.steps.keys().map(StepName::as_str))
            })
            .changed(state);
    });
    let ended = tokio::select! {
        ended = shown => ended,
        _ = tokio::signal::ctrl_c() => {
            if let Some(progress) = &progress {
                progress.finish();
            }
            printer.note("no longer watching; the run goes on");
            return Ok(Exit::Interrupted);
        }
    };
    if let Some(progress) = &progress {
        progress.finish();
    }
    let state = ended?;
    let folder = runs.location(&keys::run(&state.pipeline, &state.run));
    let results = format!("{folder}/results");
    let report = runs.location(&keys::report(&state.pipeline, &state.run));
    let plan = runs.artifact(&keys::plan(&state.plan)).await?;
    let plan: Option<Plan> = plan.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    if manner == Manner::Events {
        let finish = progress::Finish {
            results: &results,
            report: &report,
        };
        printer.data(&progress::ended_event(plan.as_ref(), &state, &finish));
        return Ok(exit_of(&state));
    }
    // Without a terminal, the lines of the steps have said what failed.
    let failures = match printer.terminal {
        true => progress::failures(&state),
        false => Vec::new(),
    };
    let signals = plan.map(|plan| progress::signals(&plan, &state));
    for block in [failures, signals.unwrap_or_default()] {
        if !block.is_empty() {
            printer.data(&format!("\n{}\n", block.join("\n")));
        }
    }
    printer.data(&format!("\n{}\n", progress::summary(&state)));
    printer.data(&format!("results   {results}\n"));
    printer.data(&format!("report    {report}\n"));
    for line in progress::next_commands(&state, runs.option()) {
        printer.note(&line);
    }
    Ok(exit_of(&state))
}

/// Hands the state on whenever it is read, and returns the last one.
async fn show(
    runs: &Runs,
    brief: &Brief,
    printer: &Printer,
    mut seen: impl FnMut(&GlobalState),
) -> Result<GlobalState, EarlyEnd> {
    let mut looks = 0;
    let mut execution_over: Option<Instant> = None;
    loop {
        let state = runs.state(&brief.run).await?;
        if let Some(state) = &state {
            seen(state);
            // The report and the notification come last.
            if state.status != RunStatus::Running && (state.notified || execution_over.is_some()) {
                return Ok(state.clone());
            }
        }
        if looks % LOOKS == 0 {
            let dead = dead_runs::end(runs, printer).await?;
            dead.refuse(&brief.run)?;
            if dead.ended.contains(&brief.run) {
                looks += 1;
                continue;
            }
        }
        if looks % LOOKS == 0
            && execution_over.is_none()
            && let Some(execution) = runs.execution(brief).await?
            && !execution.is_running()
        {
            execution_over = Some(Instant::now());
            // Once more, because it may have written its state in between.
            if state.is_none() && runs.state(&brief.run).await?.is_none() {
                return Err(stateless(&brief.run, &execution));
            }
            continue;
        }
        if execution_over.is_some_and(|over| over.elapsed() > TIDY_UP) {
            return Err(not_swept(&brief.run));
        }
        looks += 1;
        tokio::time::sleep(PAUSE).await;
    }
}

/// Whether a run without a state was skipped for another one.
///
/// # Errors
/// A call failed.
pub async fn is_skipped(runs: &Runs, brief: &Brief) -> Result<bool, EarlyEnd> {
    let listed = brief.execution.as_ref();
    if listed.is_none_or(AwsExecution::is_running) {
        return Ok(false);
    }
    // A list of executions does not say what they returned.
    let execution = runs.execution(brief).await?;
    Ok(execution.is_some_and(|execution| execution.skipped_for().is_some()))
}

/// A run that ended before it had a state.
///
/// It was skipped, or has died.
#[must_use]
pub fn stateless(run: &str, execution: &AwsExecution) -> EarlyEnd {
    if let Some(other) = execution.skipped_for() {
        return EarlyEnd::with(
            Exit::RunFailed,
            Diagnostic::error(
                Code::RunSkipped,
                format!("the run `{run}` was skipped: `{other}` was going on"),
            )
            .help(format!(
                "`sfc watch {other}` shows that one; with `overlap: queue` runs wait for each other"
            )),
        );
    }
    EarlyEnd::with(
        Exit::RunFailed,
        Diagnostic::error(
            Code::NotSwept,
            format!(
                "the run `{run}` ended before its first step: {}",
                execution.status.name()
            ),
        )
        .note(format!(
            "{}: {}",
            execution.error.as_deref().unwrap_or("no error"),
            one_line(execution.cause.as_deref().unwrap_or_default())
        ))
        .help(format!("`sfc logs {run}` may say more")),
    )
}

/// A run that nobody has brought to its end.
#[must_use]
pub fn not_swept(run: &str) -> EarlyEnd {
    EarlyEnd::with(
        Exit::Trouble,
        Diagnostic::error(
            Code::NotSwept,
            format!(
                "the execution of the run `{run}` has ended, but its state says that it goes on"
            ),
        )
        .help(format!(
            "`sfc logs {run}` may say why nobody tidied up behind it"
        )),
    )
}
