//! Whose turn it is, where runs of a pipeline must not overlap: an object in the bucket names the run
//! that has it.
//!
//! Nothing releases it. Whoever wants it looks at the run that has it. Once that run is over in its own
//! global state, or its time has passed, the object is anybody's who swaps it first. So a run that
//! dies in whatever way blocks nobody for ever.
//!
//! Whoever waits is named in it, too: of several, the run that was started first is the next. A run that
//! has not asked for longer than it usually takes is passed over, and has its place again once it asks.
//!
//! A run that is skipped is named in it for an hour. Another delivery of its event may have looked before anything
//! said that it is skipped: the swap that takes the turn is where the two meet.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::error::ActionError;
use crate::ids::RunId;
use crate::keys;
use crate::ports::{Ports, StoreError, WriteCondition};
use crate::run::json;
use crate::state::RunStatus;

/// Tries to swap the object before the action gives up with an error that is retried.
const ATTEMPTS: u32 = 20;

/// How long a run that has the turn may be without a global state. It is as long as the Lambda that
/// creates it can live (AWS page: "Lambda quotas").
const CREATION: SignedDuration = SignedDuration::from_mins(15);

/// What a machine's own limit allows beyond the run's.
const LAST_RESORT: SignedDuration = SignedDuration::from_hours(1);

/// How long a run keeps its place without asking, at the least.
const SILENCE: SignedDuration = SignedDuration::from_mins(30);

/// Runs that may wait. More than that would make an object that takes long to read, and have been
/// forgotten by whoever started them.
const MOST_WAITING: usize = 500;

/// How long a run that is skipped is named. Whoever skips it notes that elsewhere before its Lambda's life of 15 minutes
/// is over, and whoever looked before that has such a life, too.
const NAMED: SignedDuration = SignedDuration::from_hours(1);

/// Most runs that are skipped within that time.
const MOST_SKIPPED: usize = 500;

/// The document `turn.json`: which run has the turn, and which wait for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Turn {
    /// Id of the run that has it.
    run: RunId,
    /// When it got it.
    taken: Timestamp,
    /// When it is over in any case.
    expires: Timestamp,
    /// Who waits for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    waiting: Vec<Waiting>,
    /// Who was skipped a short time ago.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    skipped: Vec<Skipped>,
}

/// A run that is skipped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Skipped {
    /// Id of the run.
    run: RunId,
    /// The run that went on.
    held_by: RunId,
    /// When that was decided.
    at: Timestamp,
}

/// A run that waits for its turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Waiting {
    /// Id of the run.
    run: RunId,
    /// When its execution was started: the first one is the next.
    started: Timestamp,
    /// When it asked last.
    asked: Timestamp,
    /// Until when it keeps its place without asking again.
    until: Timestamp,
}

/// Who asks for the turn.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// Id of the run.
    pub run: &'a RunId,
    /// When its execution was started.
    pub started: Timestamp,
    /// When its limit ends.
    pub deadline: Timestamp,
    /// Whether it waits if the turn is another run's.
    pub waits: bool,
    /// Whether it is skipped if the turn is another run's, and never has it later.
    pub is_skipped: bool,
}

/// Takes the turn. Answers with the run that has it, or is to have it before this one. Asked again by
/// the same run, it is that run's still.
pub async fn take(
    ports: &Ports,
    pipeline: &str,
    claim: Claim<'_>,
) -> Result<Option<RunId>, ActionError> {
    let key = keys::turn(pipeline);
    for attempt in 0..ATTEMPTS {
        let now = ports.clock.now();
        let found = ports.data.get(&key).await?;
        // What cannot be read belongs to nobody.
        let turn: Option<Turn> = found
            .as_ref()
            .and_then(|object| serde_json::from_slice(&object.body).ok());
        if turn.as_ref().is_some_and(|turn| turn.run == *claim.run) {
            return Ok(None);
        }
        let skipped = turn.as_ref().and_then(|turn| turn.skips(claim.run));
        if let Some(held_by) = skipped {
            return Ok(Some(held_by.clone()));
        }
        let over = match &turn {
            None => true,
            Some(turn) => is_over(ports, pipeline, turn, now).await?,
        };
        let known = turn.as_ref().map_or(&[][..], |turn| &turn.waiting);
        let mut waiting = claim.queue(known, now);
        let mut before = None;
        // Of several, the next one is the first whose execution is not over.
        while over && let Some(first) = waiting.first().filter(|first| claim.comes_after(first)) {
            let gone = ports.data.get(&keys::over(pipeline, &first.run)).await?;
            if gone.is_none() {
                before = Some(first.run.clone());
                break;
            }
            waiting.remove(0);
        }
        let (mut wanted, held_by) = match (turn, before) {
            (Some(turn), _) if !over => {
                let holder = turn.run.clone();
                (Turn { waiting, ..turn }, Some(holder))
            }
            (Some(turn), Some(before)) => (Turn { waiting, ..turn }, Some(before)),
            (earlier, _) => {
                let skipped = earlier.map_or_else(Vec::new, |earlier| earlier.skipped);
                (claim.turn(waiting, skipped, now), None)
            }
        };
        if let Some(held_by) = &held_by
            && claim.is_skipped
        {
            wanted.skip(claim.run, held_by, now);
        } else if held_by.is_some() && !claim.waits {
            return Ok(held_by);
        }
        let condition = found.as_ref().map_or(WriteCondition::Absent, |object| {
            WriteCondition::Matches(&object.etag)
        });
        match ports.data.put(&key, json(&wanted)?, condition).await {
            Ok(_) => return Ok(held_by),
            Err(StoreError::Conflict) => ports.clock.sleep(pause(claim.run, attempt)).await,
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Unavailable(format!(
        "`{key}` was changed by others {ATTEMPTS} times in a row"
    )))
}

/// The pause before the next try. It grows to a second and is each run's own: many runs may be started by
/// events of one moment, and those that have lost a swap must not meet again in step.
fn pause(run: &RunId, attempt: u32) -> Duration {
    let ceiling = (50_u32 << attempt.min(5)).min(1_000);
    let spread = run.as_str().bytes().fold(attempt, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u32::from(byte))
    });
    Duration::from_millis(u64::from(spread % ceiling + 10))
}

impl Turn {
    /// The run for which this one was skipped, if it was a short time ago.
    fn skips(&self, run: &RunId) -> Option<&RunId> {
        let mut skipped = self.skipped.iter();
        let skipped = skipped.find(|skipped| skipped.run == *run);
        skipped.map(|skipped| &skipped.held_by)
    }

    /// Names a run that is skipped, and forgets those that were long ago.
    fn skip(&mut self, run: &RunId, held_by: &RunId, now: Timestamp) {
        self.skipped
            .retain(|skipped| now.duration_since(skipped.at) < NAMED);
        self.skipped.push(Skipped {
            run: run.clone(),
            held_by: held_by.clone(),
            at: now,
        });
        let surplus = self.skipped.len().saturating_sub(MOST_SKIPPED);
        self.skipped.drain(..surplus);
    }
}

impl Claim<'_> {
    /// The turn as this run's.
    fn turn(&self, waiting: Vec<Waiting>, skipped: Vec<Skipped>, now: Timestamp) -> Turn {
        Turn {
            run: self.run.clone(),
            taken: now,
            expires: self
                .deadline
                .checked_add(LAST_RESORT)
                .unwrap_or(Timestamp::MAX),
            waiting: waiting
                .into_iter()
                .filter(|waiting| waiting.run != *self.run)
                .collect(),
            skipped,
        }
    }

    /// Who waits by now, in the order in which they are to have it. Those that have fallen silent
    /// are left out, and this run is among them, if it waits.
    fn queue(&self, known: &[Waiting], now: Timestamp) -> Vec<Waiting> {
        let earlier = known.iter().find(|known| known.run == *self.run);
        let silence = earlier.map_or(SILENCE, |earlier| {
            now.duration_since(earlier.asked).saturating_add(SILENCE)
        });
        let own = self.waits.then(|| Waiting {
            run: self.run.clone(),
            started: self.started,
            asked: now,
            until: now.checked_add(silence).unwrap_or(Timestamp::MAX),
        });
        let mut queue: Vec<Waiting> = known
            .iter()
            .filter(|known| known.run != *self.run && known.until > now)
            .cloned()
            .chain(own)
            .collect();
        queue.sort_by(|a, b| (a.started, &a.run).cmp(&(b.started, &b.run)));
        queue.truncate(MOST_WAITING);
        queue
    }

    fn comes_after(&self, other: &Waiting) -> bool {
        (other.started, &other.run) < (self.started, self.run)
    }
}

async fn is_over(
    ports: &Ports,
    pipeline: &str,
    turn: &Turn,
    now: Timestamp,
) -> Result<bool, ActionError> {
    if now >= turn.expires {
        return Ok(true);
    }
    let key = keys::state(pipeline, &turn.run);
    let holder = match ports.data.state(&key, None).await {
        // Of another version, or no state at all: nobody can say that it is over.
        Err(StoreError::Corrupt(_)) => return Ok(false),
        holder => holder?,
    };
    Ok(match holder {
        Some(holder) => holder.state.status != RunStatus::Running,
        // Its execution was over before it had a state, or the Lambda that was to write it is.
        None => {
            let over = ports.data.get(&keys::over(pipeline, &turn.run)).await?;
            over.is_some() || now.duration_since(turn.taken) > CREATION
        }
    })
}
