//! `notify`: one message about the end of a run, for a person and for a machine.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use super::answering::answer_for;
use super::telling::{self, OfState};
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

/// Tries to answer CloudFormation.
const ANSWER_TRIES: u32 = 10;

/// Sends the message to everybody who has not had it.
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
    let report = ports
        .data
        .location(&keys::report(&event.pipeline, &event.run));
    let state = telling::tell(ports, &OfState(&run), |state| {
        let facts = Facts {
            plan: &run.plan,
            state,
            manifests: &rounds,
            results: &BTreeMap::new(),
            checks: &BTreeMap::new(),
            scripts: &BTreeMap::new(),
            logs: &BTreeMap::new(),
            history: &history,
            now: None,
        };
        message(&facts, &report)
    })
    .await?;
    answer(ports, &state).await?;
    Ok(Notified {
        status: state.status,
    })
}

/// Answers CloudFormation, if it waits for this run. This call may be the last one that is made: what passes is
/// tried again here.
async fn answer(ports: &Ports, state: &GlobalState) -> Result<(), ActionError> {
    let mut count = 1;
    loop {
        match answer_for(ports, state).await {
            Ok(()) => return Ok(()),
            Err(error) if error.is_permanent() || count == ANSWER_TRIES => return Err(error),
            Err(_) => ports.clock.sleep(Duration::from_secs(1)).await,
        }
        count += 1;
    }
}

/// Topics of others that want to hear of this end.
pub fn topics(plan: &Plan, finished: bool, failed: &[String]) -> Vec<String> {
    plan.topics
        .iter()
        .filter(|topic| topic.on.wants(&topic.tags, finished, failed))
        .map(|topic| topic.arn.clone())
        .collect()
}

/// People who want a mail about this end.
pub fn mails(plan: &Plan, finished: bool, failed: &[String]) -> Vec<Mail> {
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
    let end = mail::RunEnd {
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
