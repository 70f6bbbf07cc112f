//! What states were given and what answered them, heard from running executions. It is the material
//! of [`super::TestRequest`]s that ask for one state what an execution has done with it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use parking_lot::Mutex;
use serde_json::{Map, Value};

use super::{Mock, MockedError};
use crate::interpreter::{EventKind, ExecutionInfo, HistoryEvent, Observer, StateKind};

/// One attempt of one state.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The execution that it happened in.
    pub execution: Arc<ExecutionInfo>,
    /// Name of the state.
    pub state: Arc<str>,
    /// When the state was entered.
    pub entered: Timestamp,
    /// What the state was given.
    pub input: Arc<Value>,
    /// The variables that it saw, those of an outer scope included.
    pub variables: Arc<Map<String, Value>>,
    /// How many attempts of this state there had been before.
    pub retries: u64,
    /// What the resource, or the iterations, gave. `None` for states that nothing answers.
    pub outcome: Option<Result<Arc<Value>, MockedError>>,
}

impl Visit {
    /// The outcome as a mock.
    #[must_use]
    pub fn mock(&self) -> Option<Mock> {
        self.outcome.as_ref().map(|outcome| match outcome {
            Ok(result) => Mock::result(&result.to_string()),
            Err(error) => Mock {
                error_output: Some(error.clone()),
                ..Mock::default()
            },
        })
    }
}

/// Hears executions and tells of each visit. `Parallel` states are left out: their events do not say
/// which branch gave what.
pub struct Visits<F> {
    told: F,
    executions: Mutex<HashMap<Arc<str>, Places>>,
}

/// Where each event of an execution happened, by the event's id.
#[derive(Default)]
struct Places {
    execution: Option<Arc<ExecutionInfo>>,
    by_event: HashMap<u64, Place>,
    maps: Vec<BTreeMap<usize, Arc<Value>>>,
}

/// One point in one thread of states.
#[derive(Clone, Default)]
struct Place {
    variables: Arc<Map<String, Value>>,
    open: Option<Open>,
    /// What the thread's last state left.
    output: Option<Arc<Value>>,
    /// The last failure of the thread's last state.
    error: Option<MockedError>,
    /// The place at which the `Map` or `Parallel` around this thread began.
    around: Option<Arc<Place>>,
}

/// A state that was entered and not left yet.
#[derive(Clone)]
struct Open {
    name: Arc<str>,
    entered: Timestamp,
    input: Arc<Value>,
    /// Attempts that have begun.
    attempts: u64,
    /// Its place in `Places::maps`, once its iterations have begun.
    map: Option<usize>,
    /// Whether its branches have begun.
    forked: bool,
}

impl<F: Fn(Visit) + Send + Sync> Visits<F> {
    /// Calls `told` for each visit.
    pub fn new(told: F) -> Self {
        Self {
            told,
            executions: Mutex::default(),
        }
    }
}

impl<F: Fn(Visit) + Send + Sync> Observer for Visits<F> {
    fn event(&self, execution: &ExecutionInfo, event: &HistoryEvent) {
        let mut executions = self.executions.lock();
        let places = executions.entry(Arc::clone(&execution.arn)).or_default();
        let visit = places.hear(execution, event);
        let over = matches!(
            event.kind,
            EventKind::ExecutionSucceeded { .. }
                | EventKind::ExecutionFailed { .. }
                | EventKind::ExecutionTimedOut { .. }
                | EventKind::ExecutionAborted { .. }
        );
        if over {
            executions.remove(&execution.arn);
        }
        drop(executions);
        if let Some(visit) = visit {
            (self.told)(visit);
        }
    }
}

impl Places {
    fn hear(&mut self, execution: &ExecutionInfo, event: &HistoryEvent) -> Option<Visit> {
        let before = self.by_event.get(&event.previous_event_id).cloned();
        let mut place = before.unwrap_or_default();
        let visit = self.step(&mut place, event);
        self.by_event.insert(event.id, place);
        let (open, variables, outcome) = visit?;
        let info = self
            .execution
            .get_or_insert_with(|| Arc::new(execution.clone()));
        Some(Visit {
            execution: Arc::clone(info),
            state: open.name,
            entered: open.entered,
            input: open.input,
            variables,
            retries: open.attempts.saturating_sub(1),
            outcome,
        })
    }

    fn step(&mut self, place: &mut Place, event: &HistoryEvent) -> Option<Seen> {
        match &event.kind {
            EventKind::StateEntered { kind, name, input } => {
                place.begin();
                let open = Open {
                    name: Arc::clone(name),
                    entered: event.timestamp,
                    input: Arc::clone(input),
                    attempts: 0,
                    map: None,
                    forked: false,
                };
                place.error = None;
                place.open = Some(open);
                let answers =
                    matches!(kind, StateKind::Task | StateKind::Map | StateKind::Parallel);
                return if answers { None } else { place.seen(None) };
            }
            EventKind::StateExited {
                output, assigned, ..
            } => {
                if !assigned.is_empty() {
                    let mut variables = place.variables.as_ref().clone();
                    for (name, value) in assigned {
                        variables.insert(name.to_string(), value.as_ref().clone());
                    }
                    place.variables = Arc::new(variables);
                }
                place.output = Some(Arc::clone(output));
                place.open = None;
            }
            EventKind::Scheduled { .. } => {
                if let Some(open) = &mut place.open {
                    open.attempts += 1;
                }
            }
            EventKind::Succeeded { output, .. } => {
                return place.seen(Some(Ok(Arc::clone(output))));
            }
            EventKind::Failed { error, cause, .. }
            | EventKind::TimedOut { error, cause, .. }
            | EventKind::SubmitFailed { error, cause, .. } => {
                let error = MockedError {
                    error: error.as_deref().map(str::to_owned),
                    cause: cause.as_deref().map(str::to_owned),
                };
                place.error = Some(error.clone());
                return place.seen(Some(Err(error)));
            }
            EventKind::MapStarted { .. } => {
                if let Some(open) = &mut place.open {
                    open.attempts += 1;
                    open.map = Some(self.maps.len());
                    open.forked = true;
                    self.maps.push(BTreeMap::new());
                }
            }
            EventKind::ParallelStarted => {
                if let Some(open) = &mut place.open {
                    open.forked = true;
                }
            }
            EventKind::IterationStarted { .. } => place.begin(),
            EventKind::IterationSucceeded { index, .. } => {
                let results = place.map().and_then(|map| self.maps.get_mut(map));
                if let (Some(results), Some(output)) = (results, &place.output) {
                    results.insert(*index, Arc::clone(output));
                }
            }
            EventKind::MapSucceeded => {
                place.join();
                let map = place.open.as_ref().and_then(|open| open.map);
                let results = self.maps.get(map?)?;
                let results = results.values().map(|output| output.as_ref().clone());
                let result = Arc::new(Value::Array(results.collect()));
                return place.seen(Some(Ok(result)));
            }
            EventKind::MapFailed => {
                let error = place.error.clone();
                place.join();
                return error.and_then(|error| place.seen(Some(Err(error))));
            }
            EventKind::ParallelSucceeded | EventKind::ParallelFailed => place.join(),
            _ => {}
        }
        None
    }
}

/// A state, the variables that it saw, and what answered it.
type Seen = (
    Open,
    Arc<Map<String, Value>>,
    Option<Result<Arc<Value>, MockedError>>,
);

impl Place {
    fn seen(&self, outcome: Option<Result<Arc<Value>, MockedError>>) -> Option<Seen> {
        let open = self.open.clone()?;
        Some((open, Arc::clone(&self.variables), outcome))
    }

    /// A thread begins here, if the state that is open here has forked.
    fn begin(&mut self) {
        if self.open.as_ref().is_some_and(|open| open.forked) {
            self.around = Some(Arc::new(self.clone()));
            self.open = None;
            self.output = None;
        }
    }

    /// The `Map` around this thread, in `Places::maps`.
    fn map(&self) -> Option<usize> {
        self.around.as_ref()?.open.as_ref()?.map
    }

    /// Back to the state whose threads have ended.
    fn join(&mut self) {
        if !self.open.as_ref().is_some_and(|open| open.forked)
            && let Some(around) = self.around.take()
        {
            *self = around.as_ref().clone();
        }
        if let Some(open) = &mut self.open {
            open.forked = false;
        }
    }
}
