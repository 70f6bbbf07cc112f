//! One attempt of one state, and what its retriers and catchers say to it.

use std::sync::Arc;

use serde_json::Value;

use super::context::map_section;
use super::map::threshold;
use super::recovery::interval;
use super::{RunningExecution, StateExit, StateVisit, Strand};
use crate::definition::{State, States};
use crate::expression::{JsonTemplate, VariablesInReach};
use crate::interpreter::failure::StateFailure;
use crate::interpreter::history::EventKind;
use crate::interpreter::program::{Map, NextState, StateAction};
use crate::interpreter::single::{LeftBehind, MapFields, Mocked, Single, StateEnd};

impl RunningExecution {
    /// Runs the one state of the program, which leads to `places`.
    pub async fn single(
        &self,
        single: &Single<'_>,
        places: &States,
        fields: &mut MapFields,
    ) -> StateEnd {
        let mut variables = VariablesInReach::default();
        for (name, value) in &single.variables {
            variables.set(name.as_str().into(), Arc::new(value.clone()));
        }
        let mut strand = Strand {
            variables,
            ..Strand::default()
        };
        let failed = |failure| StateEnd::Failed {
            failure,
            retrier: None,
        };
        let Some(node) = self.program.graph.states.first() else {
            return failed(StateFailure::fatal("there is no state"));
        };
        let left = |step: StateExit| LeftBehind {
            output: step.output,
            assigned: step.assigned,
            next: match step.next {
                NextState::State(place) => places.get_index(place).map(|(name, _)| name.clone()),
                NextState::End => None,
            },
        };
        let started = EventKind::ExecutionStarted {
            input: Arc::clone(&single.input),
        };
        if let Err(failure) = self.emit(&mut strand, started) {
            return failed(failure);
        }
        if !matches!(
            node.action,
            StateAction::Task(_) | StateAction::Map(_) | StateAction::Parallel { .. }
        ) {
            return match self.visit(node, &single.input, &mut strand).await {
                Ok(step) => StateEnd::Succeeded(left(step)),
                Err(failure) => failed(failure),
            };
        }
        let mut visit = StateVisit {
            node,
            input: &single.input,
            entered: self.registry.clock.now(),
            entered_id: 2,
            retries: single.retries,
            token: callback(single.state).then(|| self.registry.uuid().into()),
            item: None,
        };
        let result = match &single.mock {
            Some(mocked) => {
                self.mocked(&mut visit, &mut strand, single.state, mocked, fields)
                    .await
            }
            None => self.attempt(&mut visit, &mut strand).await,
        };
        match result {
            Ok(step) => StateEnd::Succeeded(left(step)),
            Err(failure) => self.recover(&visit, &mut strand, failure, left),
        }
    }

    /// Asks the retriers, and then the catchers.
    fn recover(
        &self,
        visit: &StateVisit<'_>,
        strand: &mut Strand,
        failure: StateFailure,
        left: impl Fn(StateExit) -> LeftBehind,
    ) -> StateEnd {
        let node = visit.node;
        let retrier = node
            .retry
            .iter()
            .enumerate()
            .find(|(_, retry)| failure.matches(&retry.error_equals));
        if let Some((index, retry)) = retrier
            && visit.retries < retry.attempts
        {
            return StateEnd::Retriable {
                failure,
                retrier: index,
                seconds: whole(interval(retry, visit.retries)),
            };
        }
        let retrier = retrier.map(|(index, _)| index);
        let catcher = node
            .catch
            .iter()
            .position(|catch| failure.matches(&catch.error_equals));
        let Some(catcher) = catcher else {
            return StateEnd::Failed { failure, retrier };
        };
        match self.caught(visit, strand, node, failure.clone()) {
            Ok(step) => StateEnd::Caught {
                failure,
                retrier,
                catcher,
                left: left(step),
            },
            Err(failure) => StateEnd::Failed { failure, retrier },
        }
    }

    /// Evaluates what the state would send, and goes on with the mock.
    async fn mocked(
        &self,
        visit: &mut StateVisit<'_>,
        strand: &mut Strand,
        state: &State,
        mocked: &Mocked,
        fields: &mut MapFields,
    ) -> Result<StateExit, StateFailure> {
        match &visit.node.action {
            StateAction::Map(map) => {
                self.mocked_map(visit, strand, (map, state), mocked, fields)?;
            }
            StateAction::Parallel {
                arguments: Some(template),
                ..
            } => {
                let location = ("", "Arguments", "");
                self.evaluate(visit, strand, (None, None), template, location)?;
            }
            StateAction::Parallel { .. } => {}
            // The resources are the mock.
            _ => return self.attempt(visit, strand).await,
        }
        let result = Arc::new(mocked.outcome.clone()?);
        self.check_size(visit, &result)?;
        self.leave(visit, strand, Some(&result))
    }

    fn mocked_map(
        &self,
        visit: &mut StateVisit<'_>,
        strand: &mut Strand,
        (map, state): (&Map, &State),
        mocked: &Mocked,
        fields: &mut MapFields,
    ) -> Result<(), StateFailure> {
        let reader = self.around(visit, strand, state)?;
        let items = match (&mocked.items, reader) {
            (Some(items), _) => Arc::new(items.clone()),
            (None, true) => Arc::new(Value::Array(Vec::new())),
            (None, false) => self.items(visit, strand, map)?,
        };
        let concurrency = match &map.concurrency {
            Some(amount) => self.amount(visit, strand, amount, "MaxConcurrency")?,
            None => 0.0,
        };
        fields.max_concurrency = Some(whole(concurrency));
        let tolerance = self.tolerance(visit, strand, map)?;
        fields.tolerated_count = tolerance.count.map(whole);
        fields.tolerated_percentage = tolerance.percentage;
        let items = items.as_array().map(Vec::as_slice);
        let items = items.ok_or_else(|| StateFailure::fatal("the items of a map are no array"))?;
        for (index, value) in items.iter().enumerate() {
            self.select(visit, strand, map, (&map_section(index, value), value))?;
        }
        let (Some(failed), Ok(result)) = (mocked.failed_iterations, &mocked.outcome) else {
            return Ok(());
        };
        let total = result.as_array().map_or(items.len(), Vec::len);
        let failed = usize::try_from(failed).unwrap_or(usize::MAX);
        // A map that tolerates nothing is not held against the count.
        let tolerates = tolerance.count.is_some() || tolerance.percentage.is_some();
        if tolerates && failed > 0 && !tolerance.allows(failed, total) {
            return Err(threshold());
        }
        Ok(())
    }

    /// Evaluates what a distributed map says about reading, batching and
    /// writing. Whether it has a reader.
    fn around(
        &self,
        visit: &StateVisit<'_>,
        strand: &mut Strand,
        state: &State,
    ) -> Result<bool, StateFailure> {
        let State::Map(map) = state else {
            return Ok(false);
        };
        for (field, inner) in [
            ("ItemReader", "Arguments"),
            ("ItemBatcher", "BatchInput"),
            ("ResultWriter", "Arguments"),
        ] {
            let Some(value) = map.unknown.get(field).and_then(|value| value.get(inner)) else {
                continue;
            };
            let template = JsonTemplate::parse(value)
                .map_err(|problem| StateFailure::fatal(format!("{field}/{inner}: {problem}")))?;
            self.evaluate(visit, strand, (None, None), &template, (field, inner, ""))?;
        }
        Ok(map.unknown.contains_key("ItemReader"))
    }
}

fn callback(state: &State) -> bool {
    matches!(state, State::Task(task) if task.resource.ends_with(".waitForTaskToken"))
}

/// A number of at least zero without its fraction.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "evaluated to be at least zero, and cut at the largest whole number"
)]
fn whole(number: f64) -> u64 {
    number.max(0.0) as u64
}
