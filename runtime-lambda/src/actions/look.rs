//! `look`: whether what was expected has happened. A schedule asks. People hear of a run that has not
//! finished by its time, and of steps that are not fresh any more, once each.

use std::collections::VecDeque;
use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::telling::hears;
use crate::error::ActionError;
use crate::keys;
use crate::mail;
use crate::plan::{NotifyOn, Plan};
use crate::ports::{Mail, Notification, Ports, Recipient, StoreError};
use crate::protocol::{Look, Looked};
use crate::run::Memory;
use crate::state::RunStatus;
use crate::watch::{self, StepFreshness, Watch};

/// Runs skipped in a row that are worth a word: one may have met a run that took a little longer.
const SKIPPED: usize = 2;

/// Answers with what people were told: whether the run is late, which steps are stale, and how many runs were skipped.
pub async fn look(ports: &Ports, memory: &Memory, event: &Look) -> Result<Looked, ActionError> {
    let at = event.at.0;
    let plan = memory.plan(ports.artifacts.as_ref(), &event.plan).await?;
    // What has never been finished is looked at from now on.
    let known = watch::update(ports, &event.pipeline, |watch| {
        for step in plan
            .steps
            .iter()
            .filter(|step| step.fresh_seconds.is_some())
        {
            watch
                .steps
                .entry(step.name.clone())
                .or_insert(StepFreshness {
                    since: at,
                    run: None,
                    told: false,
                });
        }
    })
    .await?;
    let late = late(ports, &plan, event, &known).await?;
    let stale = stale(&plan, at, &known);
    let skipped = known
        .skipped_in_a_row()
        .filter(|(count, _)| *count >= SKIPPED);
    if late.is_none() && stale.is_empty() && skipped.is_none() {
        return Ok(Looked {
            late: false,
            stale: Vec::new(),
            skipped: None,
        });
    }
    let skips = skipped.map(|(count, _)| count);
    let steps = stale.iter().map(|stale| stale.step.to_owned()).collect();
    let message = message(&plan, event, (late.as_deref(), skips), &stale);
    tell(ports, &event.pipeline, &known, &message).await?;
    // Only now: a message that goes out twice is better than one that does not.
    watch::update(ports, &event.pipeline, |watch| {
        watch.telling = None;
        if late.is_some() {
            watch.late = Some(at);
        }
        if let Some((_, last)) = skipped {
            watch.told_skips = Some(last);
        }
        for stale in &stale {
            if let Some(known) = watch.steps.get_mut(stale.step)
                && known.since == stale.since
            {
                known.told = true;
            }
        }
    })
    .await?;
    Ok(Looked {
        late: late.is_some(),
        stale: steps,
        skipped: skips,
    })
}

/// Tells everybody who has not heard. Who does not take the message for now hears of it when all is tried again,
/// and nobody else hears twice.
async fn tell(
    ports: &Ports,
    pipeline: &str,
    known: &Watch,
    message: &Notification,
) -> Result<(), ActionError> {
    let mut left: VecDeque<Recipient> = message.recipients().into();
    left.retain(|recipient| !known.has_told(&message.key, &recipient.name()));
    let mut failure = None;
    while let Some(recipient) = left.pop_front() {
        if let Err(error) = hears(ports, message, &recipient).await {
            failure.get_or_insert(error);
            continue;
        }
        // The last one is noted with what everybody was told.
        if failure.is_some() || !left.is_empty() {
            watch::update(ports, pipeline, |watch| {
                watch.tells(&message.key, &recipient.name());
            })
            .await?;
        }
    }
    match failure {
        Some(failure) => Err(failure.into()),
        None => Ok(()),
    }
}

/// Why no run has finished in time; none where one has, or people know already.
async fn late(
    ports: &Ports,
    plan: &Plan,
    event: &Look,
    known: &Watch,
) -> Result<Option<String>, ActionError> {
    if event.hours == 0 || plan.expect_by.is_none() {
        return Ok(None);
    }
    let at = event.at.0;
    let since = at
        .checked_sub(SignedDuration::from_hours(i64::from(event.hours)))
        .unwrap_or(Timestamp::MIN);
    let in_time = known
        .finished
        .as_ref()
        .is_some_and(|finished| finished.started > since);
    if in_time || known.late.is_some_and(|told| told >= at) {
        return Ok(None);
    }
    let why = match &known.begun {
        Some(begun) if begun.started > since => {
            let key = keys::state(&plan.pipeline, &begun.run);
            let found = match ports.data.state(&key, None).await {
                Err(StoreError::Corrupt(_)) => None,
                found => found?,
            };
            let how = match found.map(|found| found.state.status) {
                Some(RunStatus::Running) => "goes on",
                Some(RunStatus::TimedOut) => "ran past its limit",
                Some(RunStatus::Stopped) => "was stopped",
                Some(RunStatus::Failed) => "failed",
                Some(RunStatus::Finished) => "has finished since",
                None => "is gone from the bucket",
            };
            format!(
                "The run {} started at {} and {how}.",
                begun.run, begun.started
            )
        }
        Some(begun) => format!(
            "No run has started since {since}; the last one was {}, at {}.",
            begun.run, begun.started
        ),
        None => format!("No run has started since {since}."),
    };
    Ok(Some(why))
}

/// A step that is not fresh any more.
struct Stale<'a> {
    step: &'a str,
    limit_seconds: u64,
    since: Timestamp,
    run: Option<&'a str>,
}

fn stale<'a>(plan: &'a Plan, at: Timestamp, known: &'a Watch) -> Vec<Stale<'a>> {
    plan.steps
        .iter()
        .filter_map(|step| {
            let limit_seconds = step.fresh_seconds?;
            let known = known.steps.get(&step.name).filter(|known| !known.told)?;
            let limit = SignedDuration::from_secs(i64::try_from(limit_seconds).unwrap_or(i64::MAX));
            (at.duration_since(known.since) > limit).then_some(Stale {
                step: &step.name,
                limit_seconds,
                since: known.since,
                run: known.run.as_deref(),
            })
        })
        .collect()
}

fn message(
    plan: &Plan,
    event: &Look,
    (late, skipped): (Option<&str>, Option<usize>),
    stale: &[Stale<'_>],
) -> Notification {
    let at = event.at.0;
    let by = plan.expect_by.as_deref().unwrap_or_default();
    let (status, subject) = match late {
        Some(_) => ("LATE", format!("{} is late", plan.pipeline)),
        None if stale.is_empty() => ("SKIPPED", format!("{} was skipped", plan.pipeline)),
        None => ("STALE", format!("{} is not fresh", plan.pipeline)),
    };
    let mut text = String::new();
    if let Some(why) = late {
        let _ = writeln!(
            text,
            "Pipeline {}: no run has finished by {by}.\n\n{why}",
            plan.pipeline
        );
    }
    if let Some(skipped) = skipped {
        let _ = writeln!(
            text,
            "\nPipeline {}: {skipped} runs were skipped, because another one went on.",
            plan.pipeline
        );
    }
    for stale in stale {
        let hours = hours(stale.limit_seconds);
        let _ = match stale.run {
            Some(run) => writeln!(
                text,
                "\n{} is to be fresh for {hours}, and was finished at {} by the run {run}.",
                stale.step, stale.since
            ),
            None => writeln!(
                text,
                "\n{} is to be fresh for {hours}, and has not been finished since {}.",
                stale.step, stale.since
            ),
        };
    }
    let _ = writeln!(
        text,
        "\n`sfc status` lists the last runs, `sfc start` starts one."
    );
    let key = format!("{}/{}/{}", plan.pipeline, status.to_lowercase(), at);
    let topics = plan
        .topics
        .iter()
        .filter(|topic| topic.on != NotifyOn::Success && topic.tags.is_empty())
        .map(|topic| topic.arn.clone())
        .collect();
    let wanting = plan.mails.iter();
    let mails: Vec<Mail> = wanting
        .filter(|mail| mail.on != NotifyOn::Success && mail.tags.is_empty())
        .map(|mail| Mail {
            from: mail.from.clone(),
            to: mail.to.clone(),
        })
        .collect();
    Notification {
        html: match mails.is_empty() {
            true => String::new(),
            false => mail::of_text(&text),
        },
        mails,
        data: json!({
            "key": key,
            "pipeline": plan.pipeline,
            "status": status,
            "expect_by": late.map(|_| by),
            "at": at,
            "skipped": skipped,
            "stale": stale.iter().map(|stale| json!({
                "step": stale.step,
                "since": stale.since,
                "run": stale.run,
                "fresh_seconds": stale.limit_seconds,
            })).collect::<Vec<_>>(),
        }),
        key,
        subject: subject.chars().take(100).collect(),
        text,
        attributes: Vec::new(),
        topics,
    }
}

/// `26 h`, `90 min`.
fn hours(seconds: u64) -> String {
    if seconds.is_multiple_of(3_600) {
        format!("{} h", seconds / 3_600)
    } else {
        format!("{} min", seconds.div_ceil(60))
    }
}
