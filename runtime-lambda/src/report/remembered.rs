//! A run as the history remembers it.

use super::facts::Facts;
use super::history::{History, MOST_RUNS, PastRun};
use super::numbers::rounded;
use super::run::run_seconds;
use super::tries::seconds;
use crate::plan::When;
use crate::state::StepStatus;

impl History {
    /// The history with this run, which takes the place of what was written about it before. `None` if
    /// nothing is to be written: runs of a deploy's steps are not remembered.
    #[must_use]
    pub fn with(&self, facts: &Facts<'_>) -> Option<Self> {
        facts.state.ended?;
        let seconds = run_seconds(facts)?;
        let mut planned = facts.plan.steps.iter();
        if !planned.any(|step| step.when == When::Run && facts.state.step(&step.name).is_some()) {
            return None;
        }
        let state = facts.state;
        let this = PastRun {
            run: state.run.clone(),
            status: state.status,
            started: state.started,
            seconds: rounded(seconds, 2),
            rounds: state.round,
            resumed: state.is_part(),
        };
        let mut after = self.clone();
        let place = after.runs.iter().position(|past| past.run == this.run);
        let place = match place {
            Some(place) => {
                if let Some(past) = after.runs.get_mut(place) {
                    *past = this;
                }
                place
            }
            None => {
                after.runs.push(this);
                after.runs.len() - 1
            }
        };
        for (name, _) in state.each_step() {
            after.steps.entry(name.clone()).or_default();
        }
        for (name, times) in &mut after.steps {
            times.resize(after.runs.len(), None);
            if let Some(time) = times.get_mut(place) {
                *time = step_seconds(facts, name);
            }
        }
        let surplus = after.runs.len().saturating_sub(MOST_RUNS);
        after.runs.drain(..surplus);
        for times in after.steps.values_mut() {
            times.drain(..surplus);
        }
        after
            .steps
            .retain(|_, times| times.iter().any(Option::is_some));
        (after != *self).then_some(after)
    }
}

/// Seconds of a step's FINISHED try in this run.
fn step_seconds(facts: &Facts<'_>, name: &str) -> Option<f64> {
    let step = facts.state.step(name)?;
    let is_finished = step.status == StepStatus::Finished && step.kept_from.is_none();
    let (started, ended) = step.started.zip(step.ended).filter(|_| is_finished)?;
    Some(rounded(seconds(started, ended), 2))
}
