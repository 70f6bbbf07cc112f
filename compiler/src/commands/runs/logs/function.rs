//! The lines that the Lambda of a pipeline has written to its log group.

use std::collections::HashSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::commands::account::output;
use crate::commands::runs::Runs;
use crate::commands::runs::in_aws::InAws;
use crate::commands::session::EarlyEnd;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::terminal;

/// Pause between two looks with `--follow`.
const PAUSE: Duration = Duration::from_secs(2);

/// How far back without a run.
const RECENT: SignedDuration = SignedDuration::from_mins(60);

/// How far `--follow` looks back each time: lines may arrive late.
const LATE: SignedDuration = SignedDuration::from_secs(60);

/// Prints them, and, if that is asked for, goes on with what is written from now on.
///
/// # Errors
/// A call failed, or there is no such run.
pub async fn print(
    there: &InAws,
    runs: &Runs,
    run: Option<&str>,
    follow: bool,
    printer: &Printer,
) -> Result<Exit, EarlyEnd> {
    let InAws { aws, stack, .. } = there;
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

fn before(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.checked_sub(by).unwrap_or(Timestamp::UNIX_EPOCH)
}
