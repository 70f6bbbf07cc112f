//! One seed: the six definitions in the interpreter, the actions over the model, and what must hold
//! once everything is quiet.

mod bus;
mod custom_resource;
mod nursery;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use asl::interpreter::{EndStatus, Execution, Interpreter, Observer, TokioClock};
use parking_lot::Mutex;
use runtime_lambda::ids::RunId;
use runtime_lambda::protocol::{RunInput, errors};
use runtime_lambda::state::{RunStatus, StepStatus};
use runtime_lambda::{field, keys};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

use self::custom_resource::StackChange;
use self::nursery::Orphans;
use crate::conditions::Conditions;
use crate::delivery::{Calling, Touched};
use crate::faults::{FaultChoice, FaultKind, Fired};
use crate::lambda::ModelLambda;
use crate::promise::{BrokenPromise, Promise};
use crate::promises;
use crate::services::ServiceModel;
use crate::story::{Mark, StoryLine};
use crate::subject::Subject;
use crate::world::{EndedRun, ExecutionCut, World};

/// What became of a seed.
#[derive(Debug)]
pub struct SeedOutcome {
    /// The number that everything of this report is drawn from.
    pub seed: u64,
    /// How its runs ended; `None` for one that never came to have a state.
    pub ends: Vec<Option<RunStatus>>,
    /// Promises that were broken.
    pub broken: Vec<BrokenPromise>,
    /// Faults that happened, in the order in which they did.
    pub fired: Vec<Fired>,
    /// Faults that could have happened, where some were forced.
    pub asked: Vec<Fired>,
    /// How each step of each run ended: status, error and rows.
    pub steps: Vec<BTreeMap<String, StepEnd>>,
    /// How many messages about each run each recipient was sent, by run and recipient.
    pub messages: BTreeMap<(String, String), usize>,
    /// How often one delivery of an action has read and written the global state at the most, by the action's name.
    pub touched: BTreeMap<String, Touched>,
    /// The story, if it was told.
    pub story: Vec<StoryLine>,
    /// Events of all executions.
    pub events: u64,
    /// Virtual time until the last run was over.
    pub took: Duration,
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepEnd {
    /// FINISHED, FAILED, or SKIPPED where it never started.
    pub status: StepStatus,
    /// Name of its error.
    pub error: Option<String>,
    /// Rows that it returned or changed.
    pub rows: Option<u64>,
    /// Bytes of its result as CSV, without the ids of statements.
    pub result: Option<String>,
}

/// Longest that a run may take beyond its limit before it counts as endless.
const PATIENCE: Duration = Duration::from_secs(4 * 3_600);

/// How long it is waited until whatever is still under way has arrived.
const QUIET: Duration = Duration::from_secs(3 * 3_600);

/// Runs one day of the pipeline under virtual time. The same seed gives the same report.
#[must_use]
pub fn simulate(subject: &Arc<Subject>, seed: u64, conditions: &Conditions) -> SeedOutcome {
    simulate_before(subject, seed, conditions, None)
}

/// Runs one seed before somebody who hears every event of every execution.
#[must_use]
pub fn simulate_before(
    subject: &Arc<Subject>,
    seed: u64,
    conditions: &Conditions,
    observer: Option<Arc<dyn Observer>>,
) -> SeedOutcome {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(day(subject, seed, conditions, observer)),
        Err(error) => SeedOutcome {
            seed,
            ends: Vec::new(),
            broken: vec![BrokenPromise {
                promise: Promise::Ends,
                how: "the simulation has no runtime",
                of: error.to_string(),
            }],
            fired: Vec::new(),
            asked: Vec::new(),
            steps: Vec::new(),
            messages: BTreeMap::new(),
            touched: BTreeMap::new(),
            story: Vec::new(),
            events: 0,
            took: Duration::ZERO,
        },
    }
}

/// What the executions of a seed are started in.
struct Stage {
    world: Arc<World>,
    lambda: Arc<ModelLambda>,
    interpreter: Interpreter,
    /// Ends of runs that the Lambda has started.
    others: Mutex<Vec<EndedRun>>,
    /// Whether an event was given up that CloudFormation's answer hangs on.
    gave_up: Mutex<bool>,
}

async fn day(
    subject: &Arc<Subject>,
    seed: u64,
    conditions: &Conditions,
    observer: Option<Arc<dyn Observer>>,
) -> SeedOutcome {
    let chosen = FaultChoice {
        kinds: conditions.kinds.clone(),
        only: match (&conditions.only, conditions.failing.is_empty()) {
            (None, false) => Some(Vec::new()),
            (only, _) => only.clone(),
        },
        forced: conditions.forced.clone(),
    };
    let (bus, ends) = mpsc::unbounded_channel();
    let (started, begun) = mpsc::unbounded_channel();
    let world = World::new(subject, seed, &chosen, conditions, (bus, started));
    let lambda = ModelLambda::new(&world);
    let answers = ServiceModel {
        world: Arc::clone(&world),
        lambda: Arc::clone(&lambda),
    };
    let mut builder = Interpreter::builder()
        .compiled(&subject.machines)
        .resources(Arc::new(answers))
        .clock(Arc::new(TokioClock::starting_at(world.base)))
        .seed(seed)
        .keep_history(false);
    if world.calling == Calling::Outlives {
        builder = builder.nursery(Arc::new(Orphans(Arc::clone(&world))));
    }
    if let Some(observer) = observer {
        builder = builder.observer(observer);
    }
    let interpreter = match builder.build() {
        Ok(interpreter) => interpreter,
        Err(error) => {
            let how = "a definition cannot be interpreted";
            world.breaks(Promise::Ends, how, error.to_string());
            return report(seed, &world, &[], 0, Duration::ZERO);
        }
    };
    world.connect(interpreter.downgrade());
    drop(tokio::spawn(bus::statements(
        Arc::clone(&world),
        Arc::clone(&lambda),
        ends,
    )));
    let stage = Arc::new(Stage {
        world: Arc::clone(&world),
        lambda,
        interpreter: interpreter.clone(),
        others: Mutex::default(),
        gave_up: Mutex::default(),
    });
    drop(tokio::spawn(Arc::clone(&stage).follow(begun)));
    let mut ended = stage.runs().await;
    let took = world.start.elapsed();
    sleep(QUIET).await;
    ended.append(&mut stage.others.lock());
    promises::settled(&world, &ended);
    let events = interpreter.executions();
    let events = events.iter().map(Execution::event_count).sum();
    report(seed, &world, &ended, events, took)
}

fn report(
    seed: u64,
    world: &World,
    ended: &[EndedRun],
    events: u64,
    took: Duration,
) -> SeedOutcome {
    let mut broken = world.broken.lock().clone();
    broken.sort();
    broken.dedup();
    let status = |run: &EndedRun| world.state(&run.id).map(|state| state.status);
    SeedOutcome {
        seed,
        ends: ended.iter().map(status).collect(),
        broken,
        fired: world.faults.fired(),
        asked: world.faults.asked(),
        steps: ended.iter().map(|run| steps(world, run)).collect(),
        messages: messages(world),
        touched: world.touched.lock().clone(),
        story: world.story.lines(),
        events,
        took,
    }
}

fn messages(world: &World) -> BTreeMap<(String, String), usize> {
    let mut messages = BTreeMap::new();
    for sent in world.sent.lock().iter() {
        *messages
            .entry((sent.key.clone(), sent.to.clone()))
            .or_default() += 1;
    }
    messages
}

/// How the steps of a run ended.
fn steps(world: &World, run: &EndedRun) -> BTreeMap<String, StepEnd> {
    let Some(state) = world.state(&run.id) else {
        return BTreeMap::new();
    };
    let ends = state.each_step().map(|(name, step)| {
        let csv = keys::result_csv(&state.pipeline, &state.run, name);
        let csv = world
            .objects
            .lock()
            .get(&csv)
            .map(|stored| stored.body.bytes());
        let id = step.statement_id.as_deref().unwrap_or_default();
        let result = csv.filter(|_| step.has_result);
        let end = StepEnd {
            status: step.status,
            error: step.error.as_ref().map(|error| error.error.clone()),
            rows: step.rows,
            result: result.map(|csv| String::from_utf8_lossy(&csv).replace(id, "")),
        };
        (name.to_string(), end)
    });
    ends.collect()
}

impl Stage {
    /// The runs of this seed: one, perhaps a second one beside it, perhaps one that goes on with it.
    async fn runs(self: &Arc<Self>) -> Vec<EndedRun> {
        let world = &self.world;
        let made = self.stack(StackChange::Create, None).await;
        let second = world.fault(FaultKind::SecondRun, "run").map(|shape| {
            let stage = Arc::clone(self);
            tokio::spawn(async move {
                sleep(Duration::from_millis(shape % 120_000)).await;
                stage.run("second", json!({}), false).await
            })
        });
        if let Some(shape) = world.fault(FaultKind::Deploy, "stack") {
            let (world, interpreter) = (Arc::clone(world), self.interpreter.clone());
            drop(tokio::spawn(async move {
                sleep(Duration::from_millis(shape % 240_000)).await;
                world.story.note(Mark::Plain, || {
                    "the stack is deployed anew: machines have other definitions".to_owned()
                });
                interpreter.update(&world.subject.newer);
            }));
        }
        let updates = {
            let stage = Arc::clone(self);
            tokio::spawn(async move { stage.stack(StackChange::Update, None).await })
        };
        let twice = world.fault(FaultKind::TriggerTwice, "trigger");
        let input = match twice {
            Some(_) => json!({ (field!(RunInput, trigger)): "an event" }),
            None => json!({}),
        };
        let twin = twice.map(|shape| {
            let (stage, input) = (Arc::clone(self), input.clone());
            tokio::spawn(async move {
                sleep(Duration::from_millis(shape % 5_000)).await;
                stage.run("twin", input, false).await
            })
        });
        let first = self.run("first", input, true).await;
        let id = first.as_ref().map(|first| first.id.clone());
        let mut ended: Vec<EndedRun> = first.into_iter().collect();
        if let Some(twin) = twin {
            ended.extend(twin.await.ok().flatten());
            let begun = ended.iter().filter(|run| world.state(&run.id).is_some());
            if begun.count() > 1 {
                let how = "an event that came twice started two runs";
                world.breaks(Promise::Ends, how, "trigger");
            }
        }
        if let Some(second) = second {
            ended.extend(second.await.ok().flatten());
        }
        if let Some(id) = id
            && world
                .state(&id)
                .is_some_and(|state| state.status != RunStatus::Running)
            && world.fault(FaultKind::Resume, "run").is_some()
        {
            ended.extend(
                self.run("resumed", json!({ (field!(RunInput, resume)): id }), false)
                    .await,
            );
        }
        // Whatever it was told, the promises look at it.
        let _ = updates.await;
        let made = made.map_or_else(String::new, |made| made.physical_resource_id);
        self.stack(StackChange::Delete, Some(&made)).await;
        ended
    }

    /// Runs the pipeline once, and does what the rules of EventBridge do at its end.
    async fn run(&self, name: &str, input: Value, is_first: bool) -> Option<EndedRun> {
        let world = &self.world;
        let execution = self
            .interpreter
            .start(&world.subject.entry, name, input)
            .ok()?;
        Some(self.to_its_end(&execution, is_first).await)
    }

    /// Has a run go to its end.
    async fn to_its_end(&self, execution: &Execution, is_first: bool) -> EndedRun {
        let world = &self.world;
        let info = Arc::clone(execution.info());
        let (id, name) = (keys::run_id(&info.arn, info.start), &info.name);
        let mut cuts = Vec::new();
        if is_first && let Some(shape) = world.fault(FaultKind::RunAbort, "run") {
            let span = if shape % 3 == 0 { 3_000 } else { 400_000 };
            cuts.push((
                ExecutionCut::Stopped,
                Duration::from_millis((shape >> 8) % span),
            ));
        }
        if is_first && let Some(shape) = world.fault(FaultKind::RunTimesOut, "run") {
            cuts.push((
                ExecutionCut::TimedOut,
                Duration::from_millis(shape % 400_000),
            ));
        }
        for how in cuts {
            let (world, execution) = (Arc::clone(world), execution.clone());
            drop(tokio::spawn(cut(world, execution, id.clone(), how)));
        }
        let limit = Duration::from_secs(world.subject.plan.limits.run_seconds);
        let outcome = timeout(2 * limit + PATIENCE, execution.run()).await.ok();
        let status = outcome.as_ref().map(|outcome| outcome.status);
        world.story.note(Mark::Plain, || match &outcome {
            Some(outcome) => format!(
                "the execution {name} is {}: {} {}",
                outcome.status.name(),
                outcome.error.as_deref().unwrap_or_default(),
                outcome.cause.as_deref().unwrap_or_default()
            ),
            None => format!("the execution {name} does not end"),
        });
        if let Some(status) = status.filter(|status| *status != EndStatus::Succeeded) {
            world.note_run(&id, |facts| {
                facts.execution_over.get_or_insert_with(Instant::now);
            });
            tokio::join!(
                bus::execution_ended(self, &info, status),
                self.answer(&info, status)
            );
        } else if let Some(status) = status {
            self.answer(&info, status).await;
        }
        let output = outcome.and_then(|outcome| outcome.output);
        EndedRun {
            id,
            execution: status,
            output: output.and_then(|output| serde_json::from_value(output.as_ref().clone()).ok()),
        }
    }
}

/// Ends an execution from outside.
async fn cut(
    world: Arc<World>,
    execution: Execution,
    id: RunId,
    (how, at): (ExecutionCut, Duration),
) {
    sleep(at).await;
    if execution.outcome().is_some() {
        return;
    }
    world.story.note(Mark::Plain, || match how {
        ExecutionCut::Stopped => "somebody stops the execution".to_owned(),
        ExecutionCut::TimedOut => "the run's execution times out".to_owned(),
    });
    world.note_run(&id, |facts| {
        facts.execution_over.get_or_insert_with(Instant::now);
        facts.cut.get_or_insert(how);
    });
    match how {
        ExecutionCut::Stopped => execution.stop(Some(errors::STOPPED), Some("stopped by a person")),
        ExecutionCut::TimedOut => execution.time_out(),
    }
}
