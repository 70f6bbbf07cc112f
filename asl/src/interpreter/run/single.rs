//! One attempt of one state, and what its retriers and catchers say to it.

use std::sync::Arc;

use serde_json::Value;

use super::context::map_section;
use super::map::threshold;
use super::recovery::interval;
use super::{Lane, Run, Step, Visit};
use crate::definition::{State, States};
use crate::expression::{Template, Variables};
use crate::interpreter::failure::Failure;
use crate::interpreter::history::EventKind;
use crate::interpreter::program::{Action, Map, Next};
use crate::interpreter::single::{End, Left, MapFields, Mocked, Single};

impl Run {
    /// Runs the one state of the program, which leads to `places`.
    pub async fn single(
        &self,
        single: &Single<'_>,
        places: &States,
        fields: &mut MapFields,
    ) -> End {
        let mut variables = Variables::default();
        for (name, value) in &single.variables {
            variables.set(name.as_str().into(), Arc::new(value.clone()));
        }
        let mut lane = Lane {
            variables,
            ..Lane::default()
        };
        let failed = |failure| End::Failed {
            failure,
            retrier: None,
        };
        let Some(node) = self.program.graph.states.first() else {
            return failed(Failure::fatal("there is no state"));
        };
        let left = |step: Step| Left {
            output: step.output,
            assigned: step.assigned,
            next: match step.next {
                Next::State(place) => places.get_index(place).map(|(name, _)| name.clone()),
                Next::End => None,
            },
        };
        let started = EventKind::ExecutionStarted {
            input: Arc::clone(&single.input),
        };
        if let Err(failure) = self.emit(&mut lane, started) {
            return failed(failure);
        }
        if !matches!(
            node.action,
            Action::Task(_) | Action::Map(_) | Action::Parallel { .. }
        ) {
            return match self.visit(node, &single.input, &mut lane).await {
                Ok(step) => End::Succeeded(left(step)),
                Err(failure) => failed(failure),
            };
        }
        let mut visit = Visit {
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
                self.mocked(&mut visit, &mut lane, single.state, mocked, fields)
                    .await
            }
            None => self.attempt(&mut visit, &mut lane).await,
        };
        match result {
            Ok(step) => End::Succeeded(left(step)),
            Err(failure) => self.recover(&visit, &mut lane, failure, left),
        }
    }

    /// Asks the retriers, and then the catchers.
    fn recover(
        &self,
        visit: &Visit<'_>,
        lane: &mut Lane,
        failure: Failure,
        left: impl Fn(Step) -> Left,
    ) -> End {
        let node = visit.node;
        let retrier = node
            .retry
            .iter()
            .enumerate()
            .find(|(_, retry)| failure.matches(&retry.error_equals));
        if let Some((index, retry)) = retrier
            && visit.retries < retry.attempts
        {
            return End::Retriable {
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
            return End::Failed { failure, retrier };
        };
        match self.caught(visit, lane, node, failure.clone()) {
            Ok(step) => End::Caught {
                failure,
                retrier,
                catcher,
                left: left(step),
            },
            Err(failure) => End::Failed { failure, retrier },
        }
    }

    /// Evaluates what the state would send, and goes on with the mock.
    async fn mocked(
        &self,
        visit: &mut Visit<'_>,
        lane: &mut Lane,
        state: &State,
        mocked: &Mocked,
        fields: &mut MapFields,
    ) -> Result<Step, Failure> {
        match &visit.node.action {
            Action::Map(map) => {
                self.mocked_map(visit, lane, (map, state), mocked, fields)?;
            }
            Action::Parallel {
                arguments: Some(template),
                ..
            } => {
                let location = ("", "Arguments", "");
                self.evaluate(visit, lane, (None, None), template, location)?;
            }
            Action::Parallel { .. } => {}
            // The resources are the mock.
            _ => return self.attempt(visit, lane).await,
        }
        let result = Arc::new(mocked.outcome.clone()?);
        self.check_size(visit, &result)?;
        self.leave(visit, lane, Some(&result))
    }

    fn mocked_map(
        &self,
        visit: &mut Visit<'_>,
        lane: &mut Lane,
        (map, state): (&Map, &State),
        mocked: &Mocked,
        fields: &mut MapFields,
    ) -> Result<(), Failure> {
        let reader = self.around(visit, lane, state)?;
        let items = match (&mocked.items, reader) {
            (Some(items), _) => Arc::new(items.clone()),
            (None, true) => Arc::new(Value::Array(Vec::new())),
            (None, false) => self.items(visit, lane, map)?,
        };
        let concurrency = match &map.concurrency {
            Some(amount) => self.amount(visit, lane, amount, "MaxConcurrency")?,
            None => 0.0,
        };
        fields.max_concurrency = Some(whole(concurrency));
        let tolerance = self.tolerance(visit, lane, map)?;
        fields.tolerated_count = tolerance.count.map(whole);
        fields.tolerated_percentage = tolerance.percentage;
        let items = items.as_array().map(Vec::as_slice).unwrap_or_default();
        for (index, value) in items.iter().enumerate() {
            self.select(visit, lane, map, (&map_section(index, value), value))?;
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
    fn around(&self, visit: &Visit<'_>, lane: &mut Lane, state: &State) -> Result<bool, Failure> {
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
            let template = Template::parse(value)
                .map_err(|problem| Failure::fatal(format!("{field}/{inner}: {problem}")))?;
            self.evaluate(visit, lane, (None, None), &template, (field, inner, ""))?;
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
