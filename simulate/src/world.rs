//! The world of one Lambda: what there is, and what goes wrong. Ports and services change it, promises look at it, and
//! it knows none of them.

mod answered;
mod crawler;
mod job;
mod objects;
mod runs;
mod sent;
mod services;
mod statements;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use asl::interpreter::{Execution, WeakInterpreter};
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use runtime_lambda::ids::RunId;
use runtime_lambda::state::{GlobalState, StepState};
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::{Instant, sleep};

use crate::conditions::Conditions;
use crate::delivery::{self, Calling};
use crate::faults::{FaultChoice, FaultKind, SeedFaults, mix, number};
use crate::promise::{BrokenPromise, Promise};
use crate::story::{Mark, Story};
use crate::subject::Subject;

pub use answered::SentAnswers;
pub use crawler::Crawler;
pub use job::JobRun;
pub use objects::{BucketContents, ObjectBody, Stored};
pub use runs::{EndedRun, ExecutionCut, RunFacts};
pub use sent::Sent;
pub use services::{Services, Starts};
pub use statements::{Fate, Statements, SubmittedStatement};

/// Everything around the Lambda.
pub struct World {
    pub subject: Arc<Subject>,
    /// How the Lambda is called.
    pub calling: Calling,
    pub faults: SeedFaults,
    pub story: Story,
    pub start: Instant,
    /// What the clocks show at the start.
    pub base: Timestamp,
    /// How often the first tries of a step fail, by its name.
    pub failing: BTreeMap<String, u32>,
    /// How long each statement runs, if the seed does not decide.
    pub statement: Option<Duration>,
    pub objects: Mutex<BucketContents>,
    pub statements: Mutex<Statements>,
    pub sent: Mutex<Vec<Sent>>,
    pub services: Services,
    pub broken: Mutex<Vec<BrokenPromise>>,
    /// Executions that are runs, by the id of their run.
    pub runs: Mutex<BTreeMap<RunId, RunFacts>>,
    /// Executions whose time ran out although their work went on, by name, and when it did.
    pub timed_out: Mutex<BTreeMap<String, Timestamp>>,
    /// Until when no delivery of a sweep succeeds, by the execution that is to be swept.
    pub no_sweep_until: Mutex<BTreeMap<String, Instant>>,
    /// How often one delivery of an action has read and written the state at the most, by the action's name.
    pub touched: Mutex<BTreeMap<String, delivery::Touched>>,
    /// What CloudFormation was answered.
    pub answered: SentAnswers,
    /// Statements that will tell of their end.
    pub bus: UnboundedSender<String>,
    /// Runs that the Lambda has started.
    pub started: UnboundedSender<Execution>,
    interpreter: OnceLock<WeakInterpreter>,
}

/// By how much a clock may be off.
pub const SKEW: SignedDuration = SignedDuration::from_secs(5);

impl World {
    /// A new world for one seed.
    pub fn new(
        subject: &Arc<Subject>,
        seed: u64,
        chosen: &FaultChoice,
        conditions: &Conditions,
        (bus, started): (UnboundedSender<String>, UnboundedSender<Execution>),
    ) -> Arc<Self> {
        Arc::new(Self {
            subject: Arc::clone(subject),
            // A quarter of the seeds are local runs.
            calling: conditions
                .calling
                .unwrap_or(match mix(seed ^ number("calling")) % 4 {
                    0 => Calling::Aborts,
                    _ => Calling::Outlives,
                }),
            faults: SeedFaults::new(seed, chosen),
            story: Story::new(conditions.telling),
            start: Instant::now(),
            base: BASE,
            failing: conditions.failing.clone(),
            statement: conditions.statement,
            objects: Mutex::default(),
            statements: Mutex::default(),
            sent: Mutex::default(),
            services: Services::default(),
            broken: Mutex::default(),
            runs: Mutex::default(),
            timed_out: Mutex::default(),
            no_sweep_until: Mutex::default(),
            touched: Mutex::default(),
            answered: SentAnswers::default(),
            bus,
            started,
            interpreter: OnceLock::new(),
        })
    }

    /// Lets the ports reach the interpreter.
    pub fn connect(&self, interpreter: WeakInterpreter) {
        // Set once, before anything runs that could ask for it.
        let _ = self.interpreter.set(interpreter);
    }

    /// The interpreter, while it is there.
    pub fn interpreter(&self) -> Option<asl::interpreter::Interpreter> {
        self.interpreter.get().and_then(WeakInterpreter::upgrade)
    }

    /// Now, on a clock that is right.
    pub fn now(&self) -> Timestamp {
        self.at(Instant::now())
    }

    /// What a clock that is right shows at this moment.
    pub fn at(&self, moment: Instant) -> Timestamp {
        self.base
            .checked_add(moment.duration_since(self.start))
            .unwrap_or(Timestamp::MAX)
    }

    /// Whether a fault of this kind happens here.
    pub fn fault(&self, kind: FaultKind, place: &str) -> Option<u64> {
        let shape = self.faults.strikes(kind, place)?;
        self.story
            .note(Mark::Fault, || format!("{} ({place})", kind.name()));
        Some(shape)
    }

    /// Notes that a promise is broken.
    pub fn breaks(&self, promise: Promise, how: &'static str, of: impl Into<String>) {
        let broken = BrokenPromise {
            promise,
            how,
            of: of.into(),
        };
        self.story.note(Mark::Broken, || broken.to_string());
        self.broken.lock().push(broken);
    }

    /// Time that a request or an answer is under way.
    pub async fn travel(&self, port: &'static str, place: &str, slow: FaultKind) {
        let mut milliseconds = 1 + self.faults.pick(port, place, 25);
        if let Some(shape) = self.fault(slow, place) {
            milliseconds += 500 + shape % 60_000;
        }
        sleep(Duration::from_millis(milliseconds)).await;
    }

    /// A request on its way: usually it is gone with whoever sent it, but it may arrive all the same.
    pub async fn request<T: Send + 'static>(
        &self,
        place: &str,
        call: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        // On a laptop a request is a call within the process.
        if self.calling == Calling::Aborts || self.fault(FaultKind::LambdaInFlight, place).is_none()
        {
            return Some(call.await);
        }
        let task = match delivery::here() {
            Some(here) => tokio::spawn(delivery::HERE.scope(here, call)),
            None => tokio::spawn(call),
        };
        task.await.ok()
    }

    /// The global state of the run with this id.
    pub fn state(&self, run: &RunId) -> Option<Arc<GlobalState>> {
        let key = runtime_lambda::keys::state(&self.subject.plan.pipeline, run);
        self.objects.lock().get(&key)?.state().cloned()
    }

    /// Whether the time ran out of the execution that had this try of a step, or of the lane that had it. What
    /// the lane has begun after that is another one's.
    pub fn try_timed_out(&self, run: &str, name: &str, step: &StepState) -> bool {
        let timed_out = self.timed_out.lock();
        let of_step = format!("{run}-{}-{name}", step.round);
        let of_lane = step.lane;
        let of_lane = of_lane.map(|lane| format!("{run}-{}-lane-{lane}", step.round));
        let is_lane = |name: &String| {
            let of_lane = of_lane.as_deref().and_then(|lane| name.strip_prefix(lane));
            // A lane that was handed over has the turn behind its number.
            of_lane.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        let began_before = |at: Timestamp| step.started.is_none_or(|began| began <= at + SKEW);
        let mut lanes = timed_out.iter().filter(|(name, _)| is_lane(name));
        timed_out.contains_key(&of_step) || lanes.any(|(_, at)| began_before(*at))
    }

    /// Changes what is known of a run.
    pub fn note_run(&self, run: &RunId, change: impl FnOnce(&mut RunFacts)) {
        change(self.runs.lock().entry(run.clone()).or_default());
    }

    /// What is known of a run.
    pub fn facts(&self, run: &str) -> RunFacts {
        self.runs.lock().get(run).cloned().unwrap_or_default()
    }
}

/// What the clocks show at the start of each seed: 2026-01-01T00:00:00Z.
const BASE: Timestamp = Timestamp::constant(1_767_225_600, 0);
