//! `sfc logs`: what the Lambda of a pipeline has written, of one run or of all.

#[cfg(feature = "aws")]
use std::collections::HashSet;
#[cfg(feature = "aws")]
use std::time::Duration;

#[cfg(feature = "aws")]
use jiff::{SignedDuration, Timestamp};
use runtime_lambda::keys;

#[cfg(feature = "aws")]
use super::Place;
use super::{Of, Runs};
#[cfg(feature = "aws")]
use crate::commands::account::output;
use crate::commands::session::{self, EarlyEnd, command_line};
use crate::diagnostic::Code;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::terminal;

/// Pause between two looks with `--follow`.
#[cfg(feature = "aws")]
const PAUSE: Duration = Duration::from_secs(2);

/// How far back without a run.
#[cfg(feature = "aws")]
const RECENT: SignedDuration = SignedDuration::from_mins(60);

/// How far `--follow` looks back each time: lines may arrive late.
#[cfg(feature = "aws")]
const LATE: SignedDuration = SignedDuration::from_secs(60);

/// Prints what the function has written, or, of runs on this machine, what RSQL scripts have.
#[must_use]
pub fn logs(of: &Of, run: Option<&str>, follow: bool, printer: &Printer) -> Exit {
    session::block_on(printer, async {
        let runs = Runs::open(of).await?;
        if runs.home().is_some() {
            return scripts(&runs, run.unwrap_or("last"), printer).await;
        }
        #[cfg(feature = "aws")]
        return tokio::select! {
            ended = print(&runs, run, follow, printer) => ended,
            _ = tokio::signal::ctrl_c() => Ok(Exit::Interrupted),
        };
        #[cfg(not(feature = "aws"))]
        {
            let _ = follow;
            Ok(Exit::Success)
        }
    })
}

/// Prints the logs of the RSQL scripts of a run on this machine, step by step.
async fn scripts(runs: &Runs, run: &str, printer: &Printer) -> Result<Exit, EarlyEnd> {
    let brief = runs.find(run).await?;
    let steps = runs.state(&brief.run).await?.map(|state| state.steps);
    let mut is_empty = true;
    for step in steps.unwrap_or_default().keys() {
        let folder = format!("{}/logs/{step}/", keys::run(runs.pipeline(), &brief.run));
        for key in runs.keys(&folder).await? {
            let Some(bytes) = runs.object(&key).await? else {
                continue;
            };
            let name = key.strip_prefix(&folder).unwrap_or(&key);
            let round = name.strip_suffix(".txt").unwrap_or(name);
            let text = String::from_utf8_lossy(&bytes);
            let gap = if is_empty { "" } else { "\n" };
            printer.data(&format!(
                "{gap}{step}, {round}\n{}\n",
                terminal::visible_lines(text.trim_end())
            ));
            is_empty = false;
        }
    }
    if is_empty {
        return Err(EarlyEnd::with(
            Exit::BadInput,
            command_line(
                Code::NoResults,
                format!("the run `{}` has no logs", brief.run),
            )
            .note("on this machine, RSQL scripts alone write them")
            .help("`sfc status RUN --local` has every step's error"),
        ));
    }
    Ok(Exit::Success)
}

#[cfg(feature = "aws")]
async fn print(
    runs: &Runs,
    run: Option<&str>,
    follow: bool,
    printer: &Printer,
) -> Result<Exit, EarlyEnd> {
    let Place::Aws { aws, stack, .. } = &runs.place else {
        return Ok(Exit::Success);
    };
    let function = output(stack, "FunctionName")?;
    let group = aws.function_code(function).await?.log_group;
    let brief = match run {
        Some(run) => Some(runs.find(run).await?),
        None => None,
    };
    let mut since = match &brief {
        Some(brief) => match brief.started {
            Some(started) => started,
            None => runs
                .state(&brief.run)
                .await?
                .map_or(Timestamp::UNIX_EPOCH, |state| state.started),
        },
        None => before(Timestamp::now(), RECENT),
    };
    let text = brief.as_ref().map(|brief| brief.run.as_str());
    let mut seen: HashSet<String> = HashSet::new();
    loop {
        let events = aws.log_events(&group, since, text).await?;
        if events.is_none() && !follow {
            printer.note(&format!("the log group `{group}` is not there yet"));
        }
        let events = events.unwrap_or_default();
        for event in &events {
            if seen.insert(event.id.clone()) {
                let time = event.time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ");
                printer.data(&format!("{time}  {}\n", terminal::plain(&event.message)));
            }
        }
        if !follow {
            if seen.is_empty() {
                printer.note("nothing was written");
            }
            return Ok(Exit::Success);
        }
        if let Some(last) = events.last() {
            since = since.max(before(last.time, LATE));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(feature = "aws")]
fn before(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.checked_sub(by).unwrap_or(Timestamp::UNIX_EPOCH)
}
