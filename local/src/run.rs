//! A run of a pipeline on this machine: its six definitions in the interpreter, its actions over
//! the stand-ins.
//!
//! Beside it is what a run is given or does that is neither the warehouse's nor the bucket's. That
//! is the clock, secrets from the environment, a folder for messages (`outbox`), and what stands in
//! for jobs. Other files wrap the warehouse or the bucket. They tell of a statement's end
//! (`completion`) or of a changed state (`watched`), hear when the disk refuses (`refusals`), or
//! let tries go wrong (`faults`).

pub mod clock;
pub mod completion;
pub mod faults;
pub mod jobs;
pub mod outbox;
mod refusals;
pub mod secrets;
pub mod watched;

use std::future::Future;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use asl::definition::StateMachine;
use asl::interpreter::{
    EndStatus, EventKind, ExecutionOutcome, Interpreter, Resources, StartProblem, StateKind,
    TaskCall, TaskFailure, TokenProblem, TokioClock, WeakInterpreter,
};
use async_trait::async_trait;
use runtime_lambda::ids::RunId;
use runtime_lambda::ports::{
    CustomResources, CustomResourcesError, Executions, ExecutionsError, Ports, Response,
    Store as _, StoreError,
};
use runtime_lambda::protocol::{Arrived, ExecutionStatus, Instant, Request, Resume, Sweep, errors};
use runtime_lambda::state::{GlobalState, RunStatus};
use runtime_lambda::{ActionError, Handler, keys};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::bucket::FolderBucket;
use completion::{Announced, Bus, Prompt, StatementEnded};
use jobs::{Jobs, Scripts};
use refusals::{HeardBucket, HeardWarehouse, Refusals};

/// The pipeline that is run: its definitions and what they call.
#[derive(Debug, Clone)]
pub struct DeployedPipeline {
    /// Name of the pipeline.
    pub pipeline: String,
    /// The definitions by ARN.
    pub machines: Vec<(String, StateMachine)>,
    /// ARN of the machine that is the run.
    pub entry: String,
    /// Name of the Lambda.
    pub function: String,
    /// Where RSQL scripts run; without it SQL stands in for all of them.
    pub scripts: Option<Scripts>,
}

/// How a run ended.
#[derive(Debug)]
pub struct EndedRun {
    /// The level-3 execution's end.
    pub outcome: ExecutionOutcome,
    /// The global state as it is in the bucket, `None` if the run never came to have one.
    pub state: Option<GlobalState>,
    /// State transitions of all its executions.
    pub transitions: u64,
}

/// Why a run did not take place, or its end is not known.
#[derive(Debug, thiserror::Error)]
pub enum RunProblem {
    /// A definition cannot be interpreted.
    #[error(transparent)]
    Refused(#[from] asl::interpreter::MachineRefusal),
    /// The execution did not start.
    #[error(transparent)]
    NotStarted(#[from] asl::interpreter::StartProblem),
    /// What was left behind could not be ended.
    #[error("what the run left behind could not be ended: {0}")]
    NotSwept(runtime_lambda::ActionError),
    /// The disk takes nothing more.
    #[error("{0}")]
    DiskRefuses(String),
    /// The global state cannot be read.
    #[error("the global state cannot be read: {0}")]
    NoState(String),
}

/// How long it is tried to end a run in order whose disk takes nothing more.
const LAST_TRY: Duration = Duration::from_secs(5);

/// Runs the pipeline to its end, or until `stop` is ready. Whatever the end, nothing is left running
/// and the global state tells the truth. What an EventBridge rule does in AWS is done here as well.
///
/// # Errors
/// See [`RunProblem`].
pub async fn run(
    deployment: &DeployedPipeline,
    ports: Ports,
    input: Value,
    stop: impl Future<Output = ()>,
) -> Result<EndedRun, RunProblem> {
    run_over(deployment, ports, input, stop, Arc::new(Prompt)).await
}

/// As [`run`], with a bus that may bring events late, twice, or not at all.
///
/// # Errors
/// See [`RunProblem`].
pub async fn run_over(
    deployment: &DeployedPipeline,
    ports: Ports,
    input: Value,
    stop: impl Future<Output = ()>,
    bus: Arc<dyn Bus>,
) -> Result<EndedRun, RunProblem> {
    let refusals = Refusals::new();
    let ports = Ports {
        data: Arc::new(HeardBucket {
            bucket: ports.data,
            refusals: refusals.clone(),
        }),
        warehouse: Arc::new(HeardWarehouse {
            warehouse: ports.warehouse,
            refusals: refusals.clone(),
        }),
        ..ports
    };
    let (warehouse, ends) = Announced::new(Arc::clone(&ports.warehouse));
    let job_ports = ports.clone();
    let tokens = Arc::new(Tokens::default());
    let ports = Ports {
        warehouse: Arc::new(warehouse),
        executions: Arc::clone(&tokens) as Arc<dyn Executions>,
        ..ports
    };
    let data = Arc::clone(&ports.data);
    let handler = Arc::new(Handler::new(ports));
    // Dropped, and so ended, with the run.
    let mut events = tokio::task::JoinSet::new();
    events.spawn(deliver(
        deployment.pipeline.clone(),
        ends,
        Arc::clone(&handler),
        bus,
    ));
    let mut builder = Interpreter::builder()
        .resources(Arc::new(Function {
            jobs: Jobs::new(
                &deployment.pipeline,
                Arc::clone(&handler),
                &job_ports,
                deployment.scripts.clone(),
            ),
            name: deployment.function.clone(),
            handler: Arc::clone(&handler),
        }))
        .clock(Arc::new(TokioClock::default()))
        // Two runs that start within a second are told apart by the names made up for them.
        .seed(RandomState::new().hash_one(std::process::id()));
    for (arn, machine) in &deployment.machines {
        builder = builder.machine(arn.clone(), machine.clone());
    }
    let interpreter = builder.build()?;
    // Set once, before anything runs that could ask for it.
    let _ = tokens.interpreter.set(interpreter.downgrade());

    let execution = interpreter.start(&deployment.entry, "", input)?;
    let info = execution.info();
    let sweep = async |status: &str| {
        let event = Request::<Arrived>::Sweep(Sweep {
            pipeline: deployment.pipeline.clone(),
            execution: info.arn.as_ref().into(),
            started: Instant(info.start),
            status: status.to_owned(),
            gives_up: None,
            plan: None,
        });
        handler.handle(event.event()).await
    };
    let to_its_end = async {
        let running = execution.run();
        tokio::pin!(running);
        tokio::select! {
            outcome = &mut running => outcome,
            () = stop => {
                execution.stop(Some(errors::STOPPED), Some("stopped by a person"));
                running.await
            }
        }
    };
    let ended = async {
        let outcome = to_its_end.await;
        if outcome.status != EndStatus::Succeeded {
            sweep(outcome.status.name())
                .await
                .map_err(RunProblem::NotSwept)?;
        }
        Ok::<_, RunProblem>(outcome)
    };
    let outcome = tokio::select! {
        // A refusal is the reason of whatever follows from it.
        biased;
        refusal = refusals.first() => Err(refusal),
        outcome = ended => Ok(outcome),
    };
    let outcome = match outcome {
        Ok(outcome) => outcome?,
        Err(refusal) => {
            // There may be room for the state, if not for more; otherwise whoever looks at the run next
            // ends it as one that died.
            let _ = tokio::time::timeout(LAST_TRY, sweep(EndStatus::Aborted.name())).await;
            return Err(RunProblem::DiskRefuses(refusal));
        }
    };
    while tokens.started.lock().await.join_next().await.is_some() {}
    let key = keys::state(&deployment.pipeline, &keys::run_id(&info.arn, info.start));
    let state = match data.state(&key, None).await {
        Ok(found) => found.map(|found| GlobalState::clone(&found.state)),
        Err(error) => return Err(RunProblem::NoState(error.to_string())),
    };
    Ok(EndedRun {
        outcome,
        state,
        transitions: transitions(&interpreter),
    })
}

/// State transitions of all executions, as they are billed: states entered, and retries.
fn transitions(interpreter: &Interpreter) -> u64 {
    let mut entered = 0;
    let mut tasks = 0;
    let mut attempts = 0;
    for execution in interpreter.executions() {
        for event in execution.history() {
            match event.kind {
                EventKind::StateEntered { kind, .. } => {
                    entered += 1;
                    tasks += u64::from(kind == StateKind::Task);
                }
                EventKind::Scheduled { .. } => attempts += 1,
                _ => {}
            }
        }
    }
    entered + u64::saturating_sub(attempts, tasks)
}

/// Brings the events of ended statements to the Lambda, as EventBridge's rule does.
async fn deliver(
    pipeline: String,
    mut ends: mpsc::UnboundedReceiver<StatementEnded>,
    handler: Arc<Handler>,
    bus: Arc<dyn Bus>,
) {
    let mut deliveries = tokio::task::JoinSet::new();
    while let Some(ended) = ends.recv().await {
        while deliveries.try_join_next().is_some() {}
        for delay in bus.deliveries(&ended) {
            let event = Request::<Arrived>::Resume(Resume {
                pipeline: pipeline.clone(),
                statement_name: Some(ended.name.clone()),
                statement_id: ended.id.clone(),
                state: ended.status.name().to_owned(),
            });
            let event = event.event();
            let handler = Arc::clone(&handler);
            deliveries.spawn(async move {
                for pause in [delay, RETRY_PAUSES[0], RETRY_PAUSES[1]] {
                    tokio::time::sleep(pause).await;
                    if handler.handle(event.clone()).await.is_ok() {
                        return;
                    }
                }
            });
        }
    }
    while deliveries.join_next().await.is_some() {}
}

/// An event that the Lambda does not take is brought again, twice (AWS page: "How Lambda handles errors
/// and retries with asynchronous invocation").
const RETRY_PAUSES: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(120)];

/// Ends the runs in `bucket` whose process died before it could: whoever has the warehouse knows that
/// nobody else is running anything in it. Returns their ids.
///
/// # Errors
/// The bucket does not play along, or a statement does not end.
pub async fn end_dead_runs(
    pipeline: &str,
    bucket: &FolderBucket,
    ports: Ports,
) -> Result<Vec<RunId>, ActionError> {
    let handler = Handler::new(ports);
    let mut ended = Vec::new();
    for run in bucket.folders(pipeline)? {
        let run = RunId::from(run);
        let state = match bucket.state(&keys::state(pipeline, &run), None).await {
            // Of another version, or no state of a run: not ours to judge.
            Ok(None) | Err(StoreError::Corrupt(_)) => continue,
            Ok(Some(found)) => found.state,
            Err(error) => return Err(error.into()),
        };
        if state.status == RunStatus::Running {
            let event = Request::<Arrived>::Sweep(Sweep {
                pipeline: pipeline.to_owned(),
                execution: state.execution.clone(),
                started: Instant(state.started),
                status: ExecutionStatus::Died.name().to_owned(),
                gives_up: None,
                plan: None,
            });
            handler.handle(event.event()).await?;
            ended.push(run);
        }
    }
    Ok(ended)
}

/// The generic Lambda, as the state machines meet it.
struct Function {
    handler: Arc<Handler>,
    /// Its name: any other function is a job.
    name: String,
    jobs: Jobs,
}

const INVOKE: &str = "arn:aws:states:::lambda:invoke";
const INVOKE_AND_WAIT: &str = "arn:aws:states:::lambda:invoke.waitForTaskToken";

#[async_trait]
impl Resources for Function {
    fn supports(&self, resource: &str) -> bool {
        matches!(resource, INVOKE | INVOKE_AND_WAIT) || jobs::supports(resource)
    }

    async fn call(&self, call: TaskCall) -> Result<Value, TaskFailure> {
        let function = call.arguments.get("FunctionName").and_then(Value::as_str);
        if jobs::supports(&call.resource) || function != Some(self.name.as_str()) {
            return self.jobs.call(&call).await;
        }
        let payload = call
            .arguments
            .get("Payload")
            .cloned()
            .ok_or_else(|| TaskFailure::unsupported("an invocation without a payload"))?;
        let handler = Arc::clone(&self.handler);
        // On the runtime's threads, so that lanes do not wait for each other's pages; aborted with
        // the call.
        let mut action = tokio::task::JoinSet::new();
        action.spawn(async move { handler.handle(payload).await });
        match action.join_next().await {
            Some(Ok(Ok(answer))) => Ok(json!({
                "ExecutedVersion": "$LATEST",
                "Payload": answer,
                "StatusCode": 200,
            })),
            Some(Ok(Err(error))) => Err(TaskFailure::new(
                error.name(),
                json!({ "errorType": error.name(), "errorMessage": error.to_string() }).to_string(),
            )),
            Some(Err(error)) => Err(TaskFailure::new("Runtime.ExitError", error.to_string())),
            None => Err(TaskFailure::new("Lambda.Unknown", "no answer")),
        }
    }
}

/// Task tokens of the interpreter, which is there once the ports are.
#[derive(Default)]
struct Tokens {
    interpreter: OnceLock<WeakInterpreter>,
    /// Executions that the Lambda has started, which nobody awaits but the end of the run.
    started: tokio::sync::Mutex<tokio::task::JoinSet<ExecutionOutcome>>,
}

#[async_trait]
impl Executions for Tokens {
    async fn send_task_success(&self, token: &str, output: &Value) -> Result<(), ExecutionsError> {
        let interpreter = self
            .interpreter
            .get()
            .and_then(WeakInterpreter::upgrade)
            .ok_or_else(|| ExecutionsError::Unavailable("no interpreter yet".to_owned()))?;
        match interpreter.send_task_success(token, output.clone()) {
            Ok(()) => Ok(()),
            Err(TokenProblem::TaskDoesNotExist | TokenProblem::TaskTimedOut) => {
                Err(ExecutionsError::NobodyWaits)
            }
        }
    }

    async fn start(&self, machine: &str, name: &str, input: &Value) -> Result<(), ExecutionsError> {
        let interpreter = self
            .interpreter
            .get()
            .and_then(WeakInterpreter::upgrade)
            .ok_or_else(|| ExecutionsError::Unavailable("no interpreter yet".to_owned()))?;
        match interpreter.start(machine, name, input.clone()) {
            Ok(execution) => {
                self.started.lock().await.spawn(execution.run());
                Ok(())
            }
            Err(StartProblem::ExecutionAlreadyExists { .. }) => Ok(()),
            Err(StartProblem::StateMachineDoesNotExist { .. }) => Err(ExecutionsError::NoMachine),
            Err(problem) => Err(ExecutionsError::Refused(problem.to_string())),
        }
    }

    async fn stop(&self, execution: &str) -> Result<(), ExecutionsError> {
        let interpreter = self.interpreter.get().and_then(WeakInterpreter::upgrade);
        if let Some(execution) = interpreter.and_then(|known| known.execution(execution)) {
            execution.stop(None, None);
        }
        Ok(())
    }

    /// A job ends with the execution that awaits it.
    fn longest_stop(&self) -> Duration {
        Duration::ZERO
    }
}

/// Stands in the ports until a run puts its interpreter there.
pub struct NoExecutions;

#[async_trait]
impl Executions for NoExecutions {
    async fn send_task_success(&self, _: &str, _: &Value) -> Result<(), ExecutionsError> {
        Err(ExecutionsError::NobodyWaits)
    }

    async fn start(&self, _: &str, _: &str, _: &Value) -> Result<(), ExecutionsError> {
        Err(ExecutionsError::NoMachine)
    }

    async fn stop(&self, _: &str) -> Result<(), ExecutionsError> {
        Ok(())
    }

    fn longest_stop(&self) -> Duration {
        Duration::ZERO
    }
}

/// A laptop has no stack, so nobody waits for an answer.
pub struct NoStack;

#[async_trait]
impl CustomResources for NoStack {
    async fn respond(&self, _: &str, _: &Response) -> Result<(), CustomResourcesError> {
        Err(CustomResourcesError::Refused(
            "there is no stack".to_owned(),
        ))
    }
}
