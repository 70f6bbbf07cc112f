//! `notify`: one message about the end of a run, for a person and for a machine.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::answer_stack::answer_for;
use crate::error::ActionError;
use crate::gathered;
use crate::keys;
use crate::mail;
use crate::plan::Plan;
use crate::ports::{Mail, Notification, Ports};
use crate::protocol::{Notified, OfRun};
use crate::report::{Facts, page};
use crate::run::{Memory, Run};
use crate::signals::seen;
use crate::state::{GlobalState, RunStatus, StepStatus};

/// Steps that a message names before it says how many more there are.
const NAMED_STEPS: usize = 20;

/// How long somebody who began to send the message is given to say that it went out: 45 seconds for the
/// message, and a minute each to read and to write the state.
const SENDING: SignedDuration = SignedDuration::from_secs(180);

/// How old a beginning may be that a message is sent by. If the bucket has taken longer to answer, too little is
/// left of [`SENDING`] for the message and the note of it: the beginning is written anew.
const FRESH: SignedDuration = SignedDuration::from_secs(10);

/// Tries to write down that the message went out. A second message is worse than a long call.
const NOTE_ATTEMPTS: u32 = 10;

/// What is to be done about the message.
enum Turn {
    /// It went out.
    Sent,
    /// Somebody else is sending it.
    Others,
    /// It is ours to send.
    Ours,
}

/// Sends the message if it was not sent before.
///
/// Who sends it says so first, so that two deliveries side by side send one message. A second one goes
/// out only if the Lambda is killed between the topic's answer and the write that follows it: a
/// consumer to whom that matters drops what has a `key` that it has seen.
///
/// Where CloudFormation waits for the run, it is told last.
pub async fn notify(
    ports: &Ports,
    memory: &Memory,
    event: &OfRun,
) -> Result<Notified, ActionError> {
    let (run, opened) = Run::open(ports, memory, &event.pipeline, &event.run).await?;
    // Read before anybody is told that the message is being sent: the bucket may take its time. Without them it
    // says less.
    let rounds = gathered::manifests(ports.data.as_ref(), &opened).await;
    let history = gathered::history(ports.data.as_ref(), &opened).await;
    let (rounds, history) = (rounds.unwrap_or_default(), history.unwrap_or_default());
    let mut own = None;
    let state = loop {
        let (state, turn) = run
            .update(|state| {
                let now = ports.clock.now();
                if state.status == RunStatus::Running {
                    return Err(ActionError::Unavailable("the run is not over".to_owned()));
                }
                if state.notified {
                    return Ok(Turn::Sent);
                }
                let others = state.notifying.filter(|began| Some(*began) != own);
                if others.is_some_and(|began| now.duration_since(began) < SENDING) {
                    return Ok(Turn::Others);
                }
                state.notifying = Some(now);
                Ok(Turn::Ours)
            })
            .await?;
        match turn {
            Turn::Sent => break state,
            Turn::Others => ports.clock.sleep(Duration::from_secs(1)).await,
            Turn::Ours if is_stale(state.notifying, ports.clock.now()) => own = state.notifying,
            Turn::Ours => {
                let report = ports
                    .data
                    .location(&keys::report(&event.pipeline, &event.run));
                let facts = Facts {
                    plan: &run.plan,
                    state: &state,
                    manifests: &rounds,
                    results: &BTreeMap::new(),
                    checks: &BTreeMap::new(),
                    scripts: &BTreeMap::new(),
                    logs: &BTreeMap::new(),
                    history: &history,
                    now: None,
                };
                let sent = ports.notifier.notify(&message(&facts, &report)).await;
                note(&run, sent.is_ok()).await?;
                sent?;
                break state;
            }
        }
    };
    answer(ports, &state).await?;
    Ok(Notified {
        status: state.status,
    })
}

/// Answers CloudFormation, if it waits for this run. This call may be the last one that is made: what passes is
/// tried again here.
async fn answer(ports: &Ports, state: &GlobalState) -> Result<(), ActionError> {
    let mut attempt = 1;
    loop {
        match answer_for(ports, state).await {
            Ok(()) => return Ok(()),
            Err(error) if error.is_permanent() || attempt == NOTE_ATTEMPTS => return Err(error),
            Err(_) => ports.clock.sleep(Duration::from_secs(1)).await,
        }
        attempt += 1;
    }
}

fn is_stale(began: Option<Timestamp>, now: Timestamp) -> bool {
    began.is_some_and(|began| now.duration_since(began) >= FRESH)
}

/// Writes down whether the message went out.
async fn note(run: &Run, sent: bool) -> Result<(), ActionError> {
    let mut attempt = 1;
    loop {
        let noted = run
            .update(|state| {
                state.notifying = None;
                state.notified |= sent;
                Ok(())
            })
            .await;
        match noted {
            Ok(_) => return Ok(()),
            Err(error) if error.is_permanent() || attempt == NOTE_ATTEMPTS => return Err(error),
            Err(_) => run.ports.clock.sleep(Duration::from_secs(1)).await,
        }
        attempt += 1;
    }
}

/// Topics of others that want to hear of this end.
fn topics(plan: &Plan, finished: bool, failed: &[String]) -> Vec<String> {
    plan.topics
        .iter()
        .filter(|topic| topic.on.wants(&topic.tags, finished, failed))
        .map(|topic| topic.arn.clone())
        .collect()
}

/// People who want a mail about this end.
fn mails(plan: &Plan, finished: bool, failed: &[String]) -> Vec<Mail> {
    plan.mails
        .iter()
        .filter(|mail| mail.on.wants(&mail.tags, finished, failed))
        .map(|mail| Mail {
            from: mail.from.clone(),
            to: mail.to.clone(),
        })
        .collect()
}

fn message(facts: &Facts<'_>, report: &str) -> Notification {
    let (plan, state) = (facts.plan, facts.state);
    let is_finished = state.status == RunStatus::Finished;
    let tags = state.failed_tags(plan);
    let ended = match state.status {
        RunStatus::Running => "is running",
        RunStatus::Finished => "finished",
        RunStatus::Failed => "failed",
        RunStatus::TimedOut => "ran past its limit",
        RunStatus::Stopped => "was stopped",
    };
    let unfinished: Vec<_> = state
        .steps
        .iter()
        .filter(|(_, step)| step.status != StepStatus::Finished)
        .collect();
    let signals = seen(plan, state);
    let mails = mails(plan, is_finished, &tags);
    let page = page(facts);
    let end = mail::End {
        page: &page,
        ended,
        report,
    };
    Notification {
        html: match mails.is_empty() {
            true => String::new(),
            false => end.html(),
        },
        mails,
        key: keys::run(&state.pipeline, &state.run),
        subject: format!("{} {ended}", state.pipeline)
            .chars()
            .take(100)
            .collect(),
        text: end.text(),
        topics: topics(plan, is_finished, &tags),
        attributes: Some(("tags".to_owned(), tags))
            .filter(|(_, tags)| !tags.is_empty())
            .into_iter()
            .collect(),
        data: json!({
            "key": keys::run(&state.pipeline, &state.run),
            "pipeline": state.pipeline,
            "run": state.run,
            "status": state.status,
            "rounds": state.round,
            "started": state.started,
            "ended": state.ended,
            "report": report,
            "unfinished": unfinished
                .iter()
                .take(NAMED_STEPS)
                .map(|(name, step)| json!({ "step": name, "status": step.status, "error": step.error }))
                .collect::<Vec<_>>(),
            "unfinished_steps": unfinished.len(),
            "signals": signals.iter().take(NAMED_STEPS).collect::<Vec<_>>(),
            "signals_seen": signals.len(),
        }),
    }
}
