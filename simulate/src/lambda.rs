//! The Lambda as others meet it. A delivery is a task of its own: in AWS it outlives whoever waits for
//! its answer, on a laptop it ends with them.

use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use asl::interpreter::TaskFailure;
use runtime_lambda::Handler;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use crate::delivery::{Calling, EventDelivery, HERE};
use crate::faults::FaultKind;
use crate::ports;
use crate::story::{Mark, Party};
use crate::world::World;

/// How long the Lambda may run (`Timeout` of the function in the stack).
const LONGEST: Duration = Duration::from_secs(900);

/// By how many milliseconds a clock may be off. AWS gives no bound for the clock of a Lambda. Its
/// hosts follow the Amazon Time Sync Service, which keeps them within milliseconds of each other.
/// The AWS page is "Precision clock and time synchronization on your EC2 instance". AWS refuses
/// requests that are signed by a clock five minutes off (AWS page: "Troubleshoot Signature Version
/// 4 signing"). So these are a thousand times more than is usual, and far less than what could
/// still talk to anybody.
const SKEWS: [i64; 5] = [0, -400, 400, -5_000, 5_000];

/// The handler that has read nothing yet.
const COLD: usize = SKEWS.len();

/// Pauses between the deliveries of an event that fails (AWS page: "How Lambda handles errors and retries
/// with asynchronous invocation").
const ASYNCHRONOUS: [u64; 3] = [0, 60, 120];

/// The Lambda: each delivery of an event is a task that may be killed.
pub struct ModelLambda {
    world: Arc<World>,
    handlers: Vec<Handler>,
}

/// Why a delivery failed: the name that state machines match on, and a sentence.
type Failed = (String, String);

/// Ends a delivery whose caller is gone, if that is how it is called.
struct Attached(
    JoinHandle<Result<Value, Failed>>,
    Calling,
    Arc<EventDelivery>,
);

impl Drop for Attached {
    fn drop(&mut self) {
        if self.1 == Calling::Aborts && !self.0.is_finished() {
            self.2.dies();
            self.0.abort();
        }
    }
}

impl ModelLambda {
    /// The function in this world.
    pub fn new(world: &Arc<World>) -> Arc<Self> {
        let warm = SKEWS.iter().map(|skew| {
            let memory = world.subject.memory.of_another_process();
            Handler::remembering(ports::of(world, *skew), memory)
        });
        let handlers = warm.chain([Handler::new(ports::of(world, 0))]);
        Arc::new(Self {
            handlers: handlers.collect(),
            world: Arc::clone(world),
        })
    }

    /// Answers an invocation by a state machine.
    pub async fn invoked(
        self: &Arc<Self>,
        payload: Value,
        attempt: u64,
    ) -> Result<Value, TaskFailure> {
        let world = &self.world;
        let label = label(&payload);
        sleep(Duration::from_millis(
            1 + world.faults.pick("invoke", &label, 20),
        ))
        .await;
        if let Some(shape) = world.fault(FaultKind::LambdaThrottled, &label) {
            let (name, cause) = match shape % 3 {
                0 => ("Lambda.TooManyRequestsException", "Rate exceeded"),
                1 => ("Lambda.ResourceNotReadyException", "it is inactive"),
                _ => ("Lambda.ResourceConflictException", "it is pending"),
            };
            return Err(TaskFailure::new(name, cause));
        }
        if world.fault(FaultKind::LambdaLostRequest, &label).is_some() {
            return Err(TaskFailure::new("Lambda.ServiceException", "no answer"));
        }
        if world.calling == Calling::Outlives
            && let Some(shape) = world.fault(FaultKind::LambdaTwice, &label)
        {
            let span = if shape % 3 == 0 { 300_000 } else { 2_000 };
            let later = Duration::from_millis((shape >> 8) % span);
            drop(self.spawn(payload.clone(), &label, later, " (again)".to_owned()));
        }
        let tag = if attempt == 0 {
            String::new()
        } else {
            format!(" (retry {attempt})")
        };
        let (task, delivery) = self.spawn(payload, &label, Duration::ZERO, tag);
        let mut attached = Attached(task, world.calling, delivery);
        let answer = match world.fault(FaultKind::LambdaGivesUp, &label) {
            None => (&mut attached.0).await,
            Some(shape) => {
                let patience = Duration::from_millis(shape % 500);
                match timeout(patience, &mut attached.0).await {
                    Ok(answer) => answer,
                    Err(_) => {
                        let cause = "nobody waits for the answer any more";
                        return Err(TaskFailure::new("Lambda.SdkClientException", cause));
                    }
                }
            }
        };
        if world.fault(FaultKind::LambdaLostAnswer, &label).is_some() {
            return Err(TaskFailure::new("Lambda.Unknown", "the answer is lost"));
        }
        match answer {
            Ok(Ok(answer)) => Ok(json!({
                "ExecutedVersion": "$LATEST",
                "Payload": answer,
                "StatusCode": 200,
            })),
            Ok(Err((name, sentence))) => {
                let cause = json!({ "errorType": name, "errorMessage": sentence }).to_string();
                Err(TaskFailure::new(name, cause))
            }
            Err(error) => Err(TaskFailure::new("Runtime.ExitError", error.to_string())),
        }
    }

    /// Takes an event once. Whether it was taken.
    pub async fn once(self: Arc<Self>, payload: Value) -> bool {
        let label = label(&payload);
        let (task, _) = self.spawn(payload, &label, Duration::ZERO, String::new());
        matches!(task.await, Ok(Ok(_)))
    }

    /// Takes an event as EventBridge brings it: what fails is tried again twice. Whether it was taken.
    pub async fn event(self: Arc<Self>, payload: Value) -> bool {
        let label = label(&payload);
        for pause in ASYNCHRONOUS {
            sleep(Duration::from_secs(pause)).await;
            let (task, _) = self.spawn(
                payload.clone(),
                &label,
                Duration::ZERO,
                " (event)".to_owned(),
            );
            if matches!(task.await, Ok(Ok(_))) {
                return true;
            }
        }
        self.world
            .story
            .note(Mark::Plain, || format!("the event {label} is given up"));
        false
    }

    /// Whether no delivery of this sweep succeeds at present.
    fn sweeps_nothing(&self, payload: &Value) -> bool {
        let execution = payload.get("execution").and_then(Value::as_str);
        let until = self
            .world
            .no_sweep_until
            .lock()
            .get(execution.unwrap_or_default())
            .copied();
        until.is_some_and(|until| Instant::now() < until)
    }

    fn spawn(
        self: &Arc<Self>,
        payload: Value,
        label: &str,
        later: Duration,
        tag: String,
    ) -> (JoinHandle<Result<Value, Failed>>, Arc<EventDelivery>) {
        let delivery = EventDelivery::new(label, tag);
        // Boxed: what all actions may have to keep is large, and a task is moved several times.
        let work = Box::pin(Arc::clone(self).deliver(payload, Arc::clone(&delivery), later));
        let task = tokio::spawn(HERE.scope(Arc::clone(&delivery), work));
        (task, delivery)
    }

    async fn deliver(
        self: Arc<Self>,
        payload: Value,
        delivery: Arc<EventDelivery>,
        later: Duration,
    ) -> Result<Value, Failed> {
        let world = &self.world;
        let place = delivery.label.as_str();
        let mut start = later + Duration::from_millis(3 + world.faults.pick("start", place, 40));
        if let Some(shape) = world.fault(FaultKind::LambdaSlowStart, place) {
            start += Duration::from_millis(shape % 120_000);
        }
        sleep(start).await;
        let skewed = world.fault(FaultKind::ClockSkew, place);
        let clock = skewed.map_or(0, |shape| {
            1 + usize::try_from(shape % 4).unwrap_or_default()
        });
        let is_cold = world.fault(FaultKind::LambdaCold, place).is_some();
        let handler = if is_cold { COLD } else { clock };
        let Some(handler) = self.handlers.get(handler) else {
            return Err(("Runtime.ExitError".to_owned(), "no handler".to_owned()));
        };
        world.story.tell(Party::Lambda, || "begins".to_owned());
        if place == "sweep" && self.sweeps_nothing(&payload) {
            let sentence = "nothing is swept at present".to_owned();
            return Err(("Sandbox.Timedout".to_owned(), sentence));
        }
        let killed = world.fault(FaultKind::LambdaKilled, place).map(Death::of);
        let (longest, polls) = match killed {
            Some(Death::At(moment)) => (moment, u32::MAX),
            Some(Death::AfterWaiting(times)) => (LONGEST, times),
            None => (LONGEST, u32::MAX),
        };
        let work = polled(handler.handle(payload), polls);
        let answer = match timeout(longest, work).await {
            Ok(Some(answer)) => {
                answer.map_err(|error| (error.name().to_owned(), error.to_string()))
            }
            Ok(None) | Err(_) => {
                delivery.dies();
                let name = if killed.is_some() {
                    "Runtime.ExitError"
                } else {
                    "Sandbox.Timedout"
                };
                Err((name.to_owned(), "the process ended".to_owned()))
            }
        };
        let action = place.split(' ').next().unwrap_or_default();
        let touched = delivery.touched();
        let mut known = world.touched.lock();
        let most = known.entry(action.to_owned()).or_default();
        *most = most.max(touched);
        drop(known);
        world.story.tell(Party::States, || match &answer {
            Ok(answer) => format!("answers {answer}"),
            Err((name, sentence)) => format!("fails: {name}: {sentence}"),
        });
        answer
    }
}

/// When a process dies.
#[derive(Debug, Clone, Copy)]
enum Death {
    /// So long after its beginning.
    At(Duration),
    /// When it has waited so often, and is to go on.
    AfterWaiting(u32),
}

impl Death {
    /// Half of the processes die at a moment, most of them early, as most are over early; the others at any of
    /// their waits.
    fn of(shape: u64) -> Self {
        let rest = shape >> 8;
        match shape % 8 {
            0 | 1 => Self::At(Duration::from_millis(rest % 400)),
            2 => Self::At(Duration::from_millis(rest % 20_000)),
            3 => Self::At(Duration::from_millis(rest % 900_000)),
            _ => Self::AfterWaiting(1 + u32::try_from(rest % 64).unwrap_or_default()),
        }
    }
}

/// The answer of `work`; `None` if it is not there when `work` has been polled so often.
async fn polled<T>(work: impl Future<Output = T>, times: u32) -> Option<T> {
    let mut left = times;
    tokio::pin!(work);
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left = left.saturating_sub(1);
        work.as_mut().poll(context).map(Some)
    })
    .await
}

/// What an event is for, in a few words.
fn label(payload: &Value) -> String {
    let text = |field: &str| match payload.get(field) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    };
    if payload.get("action").is_none() && payload.get("RequestType").is_some() {
        return format!("stack {}", text("RequestType"));
    }
    let action = text("action");
    match action.as_str() {
        "next_step" | "park" => format!(
            "{action} r{} lane{} turn{}",
            text("round"),
            text("lane"),
            text("turn")
        ),
        "resume" => format!("resume {}", text("statement_id")),
        "close_round" => format!("close_round r{}", text("round")),
        _ if payload.get("step").is_some() => {
            format!("{action} {} r{}", text("step"), text("round"))
        }
        _ => action,
    }
}
