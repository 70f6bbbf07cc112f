//! `Task` states: one attempt, within its time limits.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::recovery::duration;
use super::{RunningExecution, StateVisit, Strand};
use crate::interpreter::failure::{StateFailure, names};
use crate::interpreter::history::{EventKind, TaskKind};
use crate::interpreter::program::{Amount, Task, TaskTarget};
use crate::interpreter::resources::{TaskCall, TaskFailure};
use crate::interpreter::tokens::OpenToken;

/// How an attempt went wrong.
pub enum Missed {
    /// The resource failed, or the host has none like it.
    Failed(TaskFailure),
    /// The resource did not take the request of a task that waits for a token.
    NotSubmitted(TaskFailure),
    /// Time ran out; the name says which.
    TimedOut(&'static str),
    /// The history is full.
    Full(StateFailure),
}

/// What one attempt of a task is made with.
struct Attempt<'a> {
    task: &'a Task,
    arguments: Arc<Value>,
    credentials: Option<Arc<Value>>,
    heartbeat: Option<Duration>,
    token: Option<OpenToken>,
}

impl RunningExecution {
    /// Makes one attempt of a task.
    pub async fn task(
        &self,
        visit: &mut StateVisit<'_>,
        strand: &mut Strand,
        task: &Task,
    ) -> Result<Arc<Value>, StateFailure> {
        let token = (task.target == TaskTarget::Callback)
            .then(|| self.registry.tokens.open(self.registry.uuid().into()));
        if let Some(open) = &token {
            visit.token = Some(Arc::clone(&open.token));
        }
        let arguments = match &task.arguments {
            Some(template) => {
                let location = ("", "Arguments", "");
                self.evaluate(visit, strand, (None, None), template, location)?
            }
            None => Arc::clone(visit.input),
        };
        self.check_size(visit, &arguments)?;
        let credentials = match &task.credentials {
            Some(template) => {
                let location = ("", "Credentials", "");
                Some(self.evaluate(visit, strand, (None, None), template, location)?)
            }
            None => None,
        };
        let timeout = self.limit(visit, strand, task.timeout.as_ref(), "TimeoutSeconds")?;
        let heartbeat = self.limit(visit, strand, task.heartbeat.as_ref(), "HeartbeatSeconds")?;
        let (kind, resource) = (event_kind(task.target), &task.resource);
        self.emit(
            strand,
            EventKind::Scheduled {
                kind,
                resource: Arc::clone(resource),
                parameters: Arc::clone(&arguments),
                timeout_seconds: timeout,
                heartbeat_seconds: heartbeat,
            },
        )?;
        self.emit(
            strand,
            EventKind::Started {
                kind,
                resource: Arc::clone(resource),
            },
        )?;
        let attempt = Attempt {
            task,
            arguments,
            credentials,
            heartbeat: heartbeat.map(duration),
            token,
        };
        let ended = match timeout {
            None => self.perform(visit, strand, &attempt).await,
            Some(seconds) => {
                let limit = self.registry.clock.sleep(duration(seconds));
                tokio::select! {
                    biased;
                    ended = self.perform(visit, strand, &attempt) => ended,
                    () = limit => Err(Missed::TimedOut(names::TIMEOUT)),
                }
            }
        };
        let ended = ended.and_then(|output| {
            self.check_size(visit, &output)
                .map(|()| Arc::new(output))
                .map_err(|failure| {
                    Missed::Failed(TaskFailure::Failed {
                        error: names::DATA_LIMIT.to_owned(),
                        cause: failure.cause.as_deref().map(str::to_owned),
                    })
                })
        });
        self.record_end(strand, kind, resource, ended)
    }

    fn limit(
        &self,
        visit: &StateVisit<'_>,
        strand: &mut Strand,
        amount: Option<&Amount>,
        field: &str,
    ) -> Result<Option<f64>, StateFailure> {
        let Some(amount) = amount else {
            return Ok(None);
        };
        let seconds = self.amount(visit, strand, amount, field)?;
        if seconds > 0.0 {
            Ok(Some(seconds))
        } else {
            let what = format!("The {field} field must be positive but was: {seconds}");
            Err(self.evaluation_failure(visit, strand, field, &what))
        }
    }

    async fn perform(
        &self,
        visit: &StateVisit<'_>,
        strand: &mut Strand,
        attempt: &Attempt<'_>,
    ) -> Result<Value, Missed> {
        let target = attempt.task.target;
        if target == TaskTarget::Job {
            // The host does not say when it has submitted the job, nor what it
            // got for it.
            let submitted = EventKind::Submitted {
                resource: Arc::clone(&attempt.task.resource),
                output: Arc::new(Value::Null),
            };
            self.emit(strand, submitted).map_err(Missed::Full)?;
        }
        match target {
            TaskTarget::Host(_) | TaskTarget::Job => self
                .registry
                .resources
                .call(self.request(visit, attempt))
                .await
                .map_err(Missed::Failed),
            TaskTarget::Callback => self.call_back(visit, strand, attempt).await,
            TaskTarget::Start => self.start_child(&attempt.arguments).map_err(Missed::Failed),
            TaskTarget::RunText | TaskTarget::RunJson => {
                self.run_child(strand, &attempt.task.resource, target, &attempt.arguments)
                    .await
            }
        }
    }

    fn request(&self, visit: &StateVisit<'_>, attempt: &Attempt<'_>) -> TaskCall {
        TaskCall {
            resource: Arc::clone(&attempt.task.resource),
            arguments: Arc::clone(&attempt.arguments),
            credentials: attempt.credentials.clone(),
            state: Arc::clone(&visit.node.name),
            execution: Arc::clone(&self.record.info),
            attempt: visit.retries,
            task_token: visit.token.clone(),
        }
    }

    /// Hands the token out, then waits for it, heartbeat by heartbeat.
    async fn call_back(
        &self,
        visit: &StateVisit<'_>,
        strand: &mut Strand,
        attempt: &Attempt<'_>,
    ) -> Result<Value, Missed> {
        let Some(token) = &attempt.token else {
            return Err(Missed::Full(StateFailure::fatal(
                "a callback without a token",
            )));
        };
        let request = self.request(visit, attempt);
        let taken = self.registry.resources.call(request).await;
        let output = Arc::new(taken.map_err(Missed::NotSubmitted)?);
        let submitted = EventKind::Submitted {
            resource: Arc::clone(&attempt.task.resource),
            output,
        };
        self.emit(strand, submitted).map_err(Missed::Full)?;
        let answer = token.waiting.answer();
        tokio::pin!(answer);
        loop {
            let Some(heartbeat) = attempt.heartbeat else {
                return answer.await.map_err(Missed::Failed);
            };
            let silence = self.registry.clock.sleep(heartbeat);
            tokio::select! {
                biased;
                answer = &mut answer => return answer.map_err(Missed::Failed),
                () = token.waiting.heartbeat.notified() => {}
                () = silence => return Err(Missed::TimedOut(names::HEARTBEAT_TIMEOUT)),
            }
        }
    }

    fn record_end(
        &self,
        strand: &mut Strand,
        kind: TaskKind,
        resource: &Arc<str>,
        ended: Result<Arc<Value>, Missed>,
    ) -> Result<Arc<Value>, StateFailure> {
        let resource = Arc::clone(resource);
        match ended {
            Ok(output) => {
                let event = EventKind::Succeeded {
                    kind,
                    resource,
                    output: Arc::clone(&output),
                };
                self.emit(strand, event)?;
                Ok(output)
            }
            Err(Missed::Full(failure)) => Err(failure),
            Err(Missed::TimedOut(error)) => {
                let failure = StateFailure::bare(error);
                let event = EventKind::TimedOut {
                    kind,
                    resource,
                    error: failure.error.clone(),
                    cause: None,
                };
                self.emit(strand, event)?;
                Err(failure)
            }
            Err(Missed::Failed(task_failure)) => {
                let failure = failed(task_failure);
                let event = EventKind::Failed {
                    kind,
                    resource,
                    error: failure.error.clone(),
                    cause: failure.cause.clone(),
                };
                self.emit(strand, event)?;
                Err(failure)
            }
            Err(Missed::NotSubmitted(task_failure)) => {
                let failure = failed(task_failure);
                let event = EventKind::SubmitFailed {
                    resource,
                    error: failure.error.clone(),
                    cause: failure.cause.clone(),
                };
                self.emit(strand, event)?;
                Err(failure)
            }
        }
    }
}

const fn event_kind(target: TaskTarget) -> TaskKind {
    match target {
        TaskTarget::Host(kind) => kind,
        _ => TaskKind::Service,
    }
}

fn failed(failure: TaskFailure) -> StateFailure {
    match failure {
        TaskFailure::Failed { error, cause } => StateFailure {
            error: Some(error.into()),
            cause: cause.map(Into::into),
            fatal: false,
        },
        TaskFailure::Unsupported { reason } => {
            StateFailure::fatal(format!("Unsupported: {reason}"))
        }
    }
}
