//! Telling people once: each recipient of a message is told, and written down, before the next one is.
//!
//! Who tells says so first, so that two deliveries side by side send one message. Whoever does not take the message
//! for now hears of it when all is tried again, and nobody else hears twice. A second message goes out only if the
//! Lambda is killed between a recipient's answer and the write that follows, or that answer is lost. A consumer to
//! whom that matters drops what has a `key` that it has seen.

use std::collections::VecDeque;
use std::future::Future;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::error::ActionError;
use crate::ports::{Notification, NotifierError, Ports, Recipient};
use crate::run::Run;

/// How long somebody who began to tell a recipient is given to say that it has heard. These are 45 seconds for the
/// message, and a minute each to read and to write what is known.
const SENDING: SignedDuration = SignedDuration::from_secs(180);

/// How old a beginning may be that a message is sent by. If the bucket has taken longer to answer,
/// too little is left of [`SENDING`] for the message and the note of it. The beginning is written
/// anew then.
const FRESH: SignedDuration = SignedDuration::from_secs(10);

/// Tries to write down that a recipient has heard. A second message is worse than a long call.
const NOTE_TRIES: u32 = 10;

/// Who has heard of a message, as the object that it is about keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// When somebody began to tell the next recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notifying: Option<Timestamp>,
    /// Names of those who have heard, while others have not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<String>,
    /// Whether every recipient has heard.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub notified: bool,
}

/// Where it is written down who has heard.
pub trait Ledger: Sync {
    /// What is read together with it.
    type Seen: Send + Sync;

    /// Changes it in one swap; `change` may be called several times.
    fn update<T: Send>(
        &self,
        change: impl FnMut(&mut Told) -> T + Send,
    ) -> impl Future<Output = Result<(Self::Seen, T), ActionError>> + Send;
}

/// What is to be done about the message.
enum Turn {
    /// Everybody has heard of it, so nothing is left to send.
    Sent,
    /// Somebody else is telling people.
    Others,
    /// It is ours to tell those who have not heard.
    Ours(Told),
}

/// Sends the message to everybody who has not heard. Answers with what was read last.
pub async fn tell<L: Ledger>(
    ports: &Ports,
    ledger: &L,
    message: impl Fn(&L::Seen) -> Notification + Send + Sync,
) -> Result<L::Seen, ActionError> {
    let clock = &ports.clock;
    let mut own = None;
    loop {
        let (seen, turn) = ledger
            .update(|told| {
                let now = clock.now();
                if told.notified {
                    return Turn::Sent;
                }
                let others = told.notifying.filter(|began| Some(*began) != own);
                if others.is_some_and(|began| now.duration_since(began) < SENDING) {
                    return Turn::Others;
                }
                told.notifying = Some(now);
                Turn::Ours(told.clone())
            })
            .await?;
        match turn {
            Turn::Sent => return Ok(seen),
            Turn::Others => clock.sleep(Duration::from_secs(1)).await,
            Turn::Ours(told) if is_stale(told.notifying, clock.now()) => own = told.notifying,
            Turn::Ours(told) => {
                each(ports, ledger, &told, &message(&seen)).await?;
                return Ok(seen);
            }
        }
    }
}

fn is_stale(began: Option<Timestamp>, now: Timestamp) -> bool {
    began.is_some_and(|began| now.duration_since(began) >= FRESH)
}

/// Tells one recipient after the other.
async fn each<L: Ledger>(
    ports: &Ports,
    ledger: &L,
    told: &Told,
    message: &Notification,
) -> Result<(), ActionError> {
    let mut began = told.notifying;
    let mut left: VecDeque<Recipient> = message.recipients().into();
    left.retain(|recipient| !told.told.contains(&recipient.name()));
    let mut failure = None;
    while let Some(recipient) = left.pop_front() {
        let heard = match hears(ports, message, &recipient).await {
            Ok(()) => Some(recipient.name()),
            Err(error) => {
                failure.get_or_insert(error);
                None
            }
        };
        let ends = left.is_empty().then_some(failure.is_none());
        began = note(ports, ledger, began, (heard, ends)).await?;
    }
    match failure {
        Some(failure) => Err(failure.into()),
        None => Ok(()),
    }
}

/// Tells one recipient. One who refuses the message would refuse it for ever, and counts as told; of the own topic
/// somebody has to know that.
pub async fn hears(
    ports: &Ports,
    message: &Notification,
    recipient: &Recipient,
) -> Result<(), NotifierError> {
    match ports.notifier.notify(message, recipient).await {
        Err(NotifierError::Refused(_)) if *recipient != Recipient::Own => Ok(()),
        told => told,
    }
}

/// Writes down who has heard, and what follows. What follows is that the next one is told now, or,
/// with `ends`, that this was the last one, and whether everybody has heard. Answers when the next
/// one's turn began.
async fn note<L: Ledger>(
    ports: &Ports,
    ledger: &L,
    began: Option<Timestamp>,
    (heard, ends): (Option<String>, Option<bool>),
) -> Result<Option<Timestamp>, ActionError> {
    let clock = &ports.clock;
    // What this call has written, which may have taken effect without an answer.
    let mut ours = vec![began];
    let mut count = 1;
    loop {
        let noted = ledger
            .update(|told| {
                if let Some(name) = &heard
                    && !told.told.contains(name)
                {
                    told.told.push(name.clone());
                }
                let is_ours = ours.contains(&told.notifying);
                match ends {
                    Some(all) => {
                        told.notified |= all;
                        told.notifying = told.notifying.filter(|_| !is_ours);
                    }
                    None if is_ours => {
                        told.notifying = Some(clock.now());
                        ours.push(told.notifying);
                    }
                    None => {}
                }
                if told.notified {
                    told.told.clear();
                }
                is_ours.then_some(told.notifying)
            })
            .await;
        match noted {
            Ok(_) if ends.is_some() => return Ok(None),
            Ok((_, Some(began))) if is_stale(began, clock.now()) => {}
            Ok((_, Some(began))) => return Ok(began),
            // Whoever took so long to write this down was given up by somebody else.
            Ok((_, None)) => {
                return Err(ActionError::Unavailable(
                    "somebody else tells people now".to_owned(),
                ));
            }
            Err(error) if error.is_permanent() || count >= NOTE_TRIES => return Err(error),
            Err(_) => clock.sleep(Duration::from_secs(1)).await,
        }
        count += 1;
    }
}

/// A run's global state says who has heard of its end, once it is over.
pub struct OfState<'a>(pub &'a Run);

impl Ledger for OfState<'_> {
    type Seen = std::sync::Arc<crate::state::GlobalState>;

    async fn update<T: Send>(
        &self,
        mut change: impl FnMut(&mut Told) -> T + Send,
    ) -> Result<(Self::Seen, T), ActionError> {
        self.0
            .update(|state| {
                if state.status == crate::state::RunStatus::Running {
                    return Err(ActionError::Unavailable("the run is not over".to_owned()));
                }
                let mut told = Told {
                    notifying: state.notifying,
                    told: std::mem::take(&mut state.told),
                    notified: state.notified,
                };
                let answer = change(&mut told);
                state.notifying = told.notifying;
                state.told = told.told;
                state.notified = told.notified;
                Ok(answer)
            })
            .await
    }
}
