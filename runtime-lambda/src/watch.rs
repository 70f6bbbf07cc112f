//! `watch.json`: what is needed to see what did not happen. It holds which run began and which one finished last,
//! and when runs were skipped. It also holds when steps with a limit of freshness were finished, and what people
//! were told.
//!
//! It is kept for pipelines that say when they are expected, or how fresh a step is to be. Writing it is
//! never worth a run: where others are always faster, a moment is missing from it.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::ActionError;
use crate::ids::{RunId, StepName};
use crate::keys;
use crate::plan::Plan;
use crate::ports::{Ports, StoreError, WriteCondition};
use crate::run::json;
use crate::state::{GlobalState, RunStatus, StepStatus};

/// The `format` of what this version reads and writes.
const FORMAT: u32 = 1;

/// Tries to write it, which runs that end at the same moment do, too.
const ATTEMPTS: u32 = 5;

/// Most skipped runs that are remembered.
const MOST_SKIPPED: usize = 50;

/// The document `watch.json`; a field is left out as long as nothing of its kind has happened.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    format: u32,
    /// The run that began last.
    pub begun: Option<StartedRun>,
    /// The run that was FINISHED last.
    pub finished: Option<StartedRun>,
    /// Runs that were skipped, because another one went on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skips: Vec<StartedRun>,
    /// The last of them that people were told of.
    pub told_skips: Option<Timestamp>,
    /// When each step was FINISHED last, of those with a limit of freshness.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub steps: BTreeMap<StepName, StepFreshness>,
    /// Which moment people were told that no run had finished by.
    pub late: Option<Timestamp>,
    /// The message that some have had and others wait for.
    pub telling: Option<Telling>,
}

/// A message on its way to several recipients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Telling {
    /// Key of the message.
    pub key: String,
    /// Names of the recipients who have it.
    pub told: Vec<String>,
}

/// A run, and when it started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartedRun {
    /// Id of the run.
    pub run: RunId,
    /// When its execution was started.
    pub started: Timestamp,
}

/// How fresh a step is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepFreshness {
    /// When it was FINISHED; before that ever was, since when it has been looked at.
    pub since: Timestamp,
    /// The run that finished it; none if none ever did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// Whether people were told that this is too long ago.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub told: bool,
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            format: FORMAT,
            begun: None,
            finished: None,
            skips: Vec::new(),
            told_skips: None,
            steps: BTreeMap::new(),
            late: None,
            telling: None,
        }
    }
}

impl Watch {
    /// Whether this recipient has had the message of this key.
    pub fn has_told(&self, key: &str, name: &str) -> bool {
        let telling = self.telling.as_ref().filter(|telling| telling.key == key);
        telling.is_some_and(|telling| telling.told.iter().any(|told| told == name))
    }

    /// This recipient has had the message of this key.
    pub fn tells(&mut self, key: &str, name: &str) {
        let telling = self.telling.take().filter(|telling| telling.key == key);
        let mut telling = telling.unwrap_or_else(|| Telling {
            key: key.to_owned(),
            told: Vec::new(),
        });
        telling.told.push(name.to_owned());
        self.telling = Some(telling);
    }

    /// A run has begun.
    pub fn begins(&mut self, run: &RunId, started: Timestamp) {
        if self
            .begun
            .as_ref()
            .is_none_or(|begun| begun.started <= started)
        {
            self.begun = Some(StartedRun {
                run: run.clone(),
                started,
            });
        }
    }

    /// A run was skipped, however often that is said.
    pub fn skips(&mut self, run: &RunId, started: Timestamp) {
        if self.skips.iter().any(|known| known.run == *run) {
            return;
        }
        self.skips.push(StartedRun {
            run: run.clone(),
            started,
        });
        let surplus = self.skips.len().saturating_sub(MOST_SKIPPED);
        self.skips.drain(..surplus);
    }

    /// How many runs were skipped since a run began, and when the last one was: as long as people were not told of
    /// that run's.
    pub fn skipped_in_a_row(&self) -> Option<(usize, Timestamp)> {
        let began = self.begun.as_ref().map(|begun| begun.started);
        let is_since = |moment: &Timestamp| began.is_none_or(|began| *moment >= began);
        let skips = self.skips.iter().map(|skip| skip.started);
        let skips: Vec<Timestamp> = skips.filter(is_since).collect();
        let last = skips.iter().max().copied()?;
        let is_told = self.told_skips.as_ref().is_some_and(is_since);
        (!is_told).then_some((skips.len(), last))
    }

    /// A run is over. A step that was kept was finished by an earlier run; one of some steps only is not
    /// the run that is expected.
    pub fn ends(&mut self, plan: &Plan, state: &GlobalState) {
        let later = |known: &Option<StartedRun>| {
            known
                .as_ref()
                .is_none_or(|known| known.started < state.started)
        };
        let is_whole = state.left_out == 0;
        if state.status == RunStatus::Finished && is_whole && later(&self.finished) {
            self.finished = Some(StartedRun {
                run: state.run.clone(),
                started: state.started,
            });
        }
        for step in plan
            .steps
            .iter()
            .filter(|step| step.fresh_seconds.is_some())
        {
            let Some(own) = state.step(&step.name) else {
                continue;
            };
            let ended = own
                .ended
                .filter(|_| own.status == StepStatus::Finished && own.kept_from.is_none());
            let Some(ended) = ended else { continue };
            let known = self.steps.get(&step.name);
            if known.is_none_or(|known| known.run.is_none() || known.since < ended) {
                let fresh = StepFreshness {
                    since: ended,
                    run: Some(state.run.clone()),
                    told: false,
                };
                self.steps.insert(step.name.clone(), fresh);
            }
        }
    }
}

/// What is known of the pipeline, and the entity tag to replace it under.
async fn read(ports: &Ports, pipeline: &str) -> Result<(Watch, Option<String>), ActionError> {
    let object = ports.data.get(&keys::watch(pipeline)).await?;
    Ok(match object {
        Some(object) => {
            let known: Option<Watch> = serde_json::from_slice(&object.body).ok();
            let known = known.filter(|known| known.format == FORMAT);
            (known.unwrap_or_default(), Some(object.etag))
        }
        None => (Watch::default(), None),
    })
}

/// Lets `change` change what is known, and writes it down. Answers with what it is then.
///
/// # Errors
/// The bucket does not answer, or others were always faster.
pub async fn update(
    ports: &Ports,
    pipeline: &str,
    mut change: impl FnMut(&mut Watch),
) -> Result<Watch, ActionError> {
    let key = keys::watch(pipeline);
    for _ in 0..ATTEMPTS {
        let (known, etag) = read(ports, pipeline).await?;
        let mut changed = known.clone();
        change(&mut changed);
        if changed == known {
            return Ok(changed);
        }
        let condition = etag
            .as_deref()
            .map_or(WriteCondition::Absent, WriteCondition::Matches);
        match ports.data.put(&key, json(&changed)?, condition).await {
            Ok(_) => return Ok(changed),
            Err(StoreError::Conflict) => ports.clock.sleep(Duration::from_millis(200)).await,
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Unavailable(format!(
        "`{key}` was changed by others {ATTEMPTS} times in a row"
    )))
}

/// Notes something of a run, if the plan has anything to be watched. What cannot be noted keeps the run
/// from nothing.
pub async fn note(ports: &Ports, plan: &Plan, change: impl FnMut(&mut Watch)) {
    if plan.is_watched() {
        let _ = update(ports, &plan.pipeline, change).await;
    }
}
