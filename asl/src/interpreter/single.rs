//! One state on its own: what it is given, and what was seen of it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use serde_json::{Map, Value};

use super::compile;
use super::failure::{StateFailure, names};
use super::history::{EventKind, HistoryEvent};
use super::program::{Program, StateGraph};
use super::record::{ExecutionInfo, ExecutionRecord};
use super::resources::{Clock, Observer, Resources, TaskCall, TaskFailure, TokioClock};
use super::run::RunningExecution;
use super::{Interpreter, builder::NoResources};
use crate::definition::{State, States, Succeed};
use crate::validation::targets;

/// The name of the state, whatever its machine calls it.
const NAME: &str = "StateName";

/// The longest that a test takes ("TestState", Step Functions API reference).
const LONGEST: Duration = Duration::from_secs(300);

/// What a test of a state needs of its surroundings.
#[derive(Clone)]
pub struct TestHost {
    /// What answers a `Task` without a mock. By default nothing does.
    pub resources: Arc<dyn Resources>,
    /// The time that waits and limits are measured by.
    pub clock: Arc<dyn Clock>,
    /// The ARN of the machine that the context object shows
    /// (`arn:aws:states:<region>:<account>:stateMachine:<name>`).
    pub machine_arn: String,
    /// Seeds `$random`, `$uuid`, task tokens and the execution's name.
    pub seed: u64,
}

impl Default for TestHost {
    fn default() -> Self {
        Self {
            resources: Arc::new(NoResources),
            clock: Arc::new(TokioClock::default()),
            machine_arn: "arn:aws:states:us-east-1:000000000000:stateMachine:test-state".to_owned(),
            seed: 0,
        }
    }
}

/// What a state is given.
pub struct Single<'a> {
    pub state: &'a State,
    pub input: Arc<Value>,
    pub variables: Map<String, Value>,
    pub context: Option<Map<String, Value>>,
    pub mock: Option<Mocked>,
    /// How many retries there have been.
    pub retries: u64,
    pub role_arn: Option<&'a str>,
}

/// What takes the place of a call, of iterations or of branches.
pub struct Mocked {
    pub outcome: Result<Value, StateFailure>,
    /// How many iterations of a `Map` failed.
    pub failed_iterations: Option<u64>,
    /// The items of a `Map` that has a reader.
    pub items: Option<Value>,
}

/// What was seen of a state.
pub struct SeenState {
    pub end: StateEnd,
    /// `Arguments` of a task.
    pub arguments: Option<Arc<Value>>,
    /// The result of a task.
    pub result: Option<Arc<Value>>,
    pub map: MapFields,
}

/// The numbers of a `Map`, as far as they were evaluated.
#[derive(Debug, Clone, Copy, Default)]
pub struct MapFields {
    pub max_concurrency: Option<u64>,
    pub tolerated_count: Option<u64>,
    pub tolerated_percentage: Option<f64>,
}

/// What a state leaves behind.
pub struct LeftBehind {
    pub output: Arc<Value>,
    pub assigned: Vec<(Arc<str>, Arc<Value>)>,
    pub next: Option<String>,
}

/// How a state ended. Retriers and catchers are counted from 0.
pub enum StateEnd {
    Succeeded(LeftBehind),
    /// A retrier of the error has a retry left.
    Retriable {
        failure: StateFailure,
        retrier: usize,
        seconds: u64,
    },
    Caught {
        failure: StateFailure,
        retrier: Option<usize>,
        catcher: usize,
        left: LeftBehind,
    },
    Failed {
        failure: StateFailure,
        retrier: Option<usize>,
    },
}

/// Runs a state.
///
/// # Errors
/// It cannot be run.
pub async fn run(single: &Single<'_>, host: &TestHost) -> Result<SeenState, String> {
    let resources: Arc<dyn Resources> = match &single.mock {
        Some(mocked) => Arc::new(Answer(mocked.outcome.clone())),
        None => Arc::clone(&host.resources),
    };
    let places: States = targets(single.state)
        .into_iter()
        .map(|name| (name.to_owned(), State::Succeed(Succeed::default())))
        .collect();
    let state = match single.mock {
        Some(_) => hollow(single.state),
        None => single.state.clone(),
    };
    let node = compile::single(NAME, &state, &places, resources.as_ref())?;
    let events = Arc::new(Events::default());
    let interpreter = Interpreter::builder()
        .resources(resources)
        .clock(Arc::clone(&host.clock))
        .observer(Arc::clone(&events) as Arc<dyn Observer>)
        .seed(host.seed)
        .role_arn(single.role_arn.unwrap_or_default())
        .build()
        .map_err(|refusal| refusal.to_string())?;
    let registry = Arc::clone(interpreter.registry());
    let program = Arc::new(Program {
        arn: host.machine_arn.as_str().into(),
        name: compile::machine_name(&host.machine_arn)?.into(),
        // Its execution shows itself as one of an Express machine.
        express: true,
        timeout: LONGEST,
        graph: StateGraph {
            start: 0,
            states: vec![node],
        },
    });
    let name: Arc<str> = registry.uuid().into();
    let arn = super::registry::Registry::execution_arn(&program, &name);
    let record = Arc::new(ExecutionRecord::new(ExecutionInfo {
        arn,
        name,
        machine_arn: Arc::clone(&program.arn),
        machine_name: Arc::clone(&program.name),
        role_arn: Arc::clone(&registry.role_arn),
        start: registry.clock.now(),
        input: Arc::clone(&single.input),
        parent: None,
    }));
    let limit = registry.clock.sleep(LONGEST);
    let run = RunningExecution::new(registry, program, record).with_context(single.context.clone());
    let mut map = MapFields::default();
    let end = tokio::select! {
        biased;
        end = run.single(single, &places, &mut map) => end,
        () = limit => StateEnd::Failed { failure: StateFailure::bare(names::TIMEOUT), retrier: None },
    };
    let (arguments, result) = events.of_task(single.state);
    Ok(SeenState {
        end,
        arguments,
        result,
        map,
    })
}

/// Any resource that answers at once.
const PLAIN_RESOURCE: &str = "arn:aws:states:::lambda:invoke";

/// The state without what its mock takes the place of, which need not be known
/// here.
fn hollow(state: &State) -> State {
    let mut state = state.clone();
    match &mut state {
        State::Task(task) => task.resource = PLAIN_RESOURCE.to_owned(),
        State::Map(map) => {
            map.item_processor.start_at = NAME.to_owned();
            map.item_processor.states =
                States::from([(NAME.to_owned(), State::Succeed(Succeed::default()))]);
        }
        State::Parallel(parallel) => parallel.branches.clear(),
        _ => {}
    }
    state
}

/// Answers every call with the same outcome.
struct Answer(Result<Value, StateFailure>);

#[async_trait]
impl Resources for Answer {
    async fn call(&self, _call: TaskCall) -> Result<Value, TaskFailure> {
        self.0.clone().map_err(|failure| TaskFailure::Failed {
            error: failure.error.as_deref().unwrap_or_default().to_owned(),
            cause: failure.cause.as_deref().map(str::to_owned),
        })
    }
}

/// The events of the run.
#[derive(Default)]
struct Events(Mutex<Vec<EventKind>>);

impl Observer for Events {
    fn event(&self, _execution: &ExecutionInfo, event: &HistoryEvent) {
        self.0.lock().push(event.kind.clone());
    }
}

impl Events {
    /// `Arguments` and the result of a task.
    fn of_task(&self, state: &State) -> (Option<Arc<Value>>, Option<Arc<Value>>) {
        let State::Task(task) = state else {
            return (None, None);
        };
        let (mut arguments, mut result) = (None, None);
        for event in self.0.lock().iter() {
            match event {
                EventKind::Scheduled { parameters, .. } if task.arguments.is_some() => {
                    arguments = Some(Arc::clone(parameters));
                }
                EventKind::Succeeded { output, .. } => result = Some(Arc::clone(output)),
                _ => {}
            }
        }
        (arguments, result)
    }
}
