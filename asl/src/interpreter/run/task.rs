//! `Task` states: one attempt, within its time limits.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::recovery::duration;
use super::{Lane, Run, Visit};
use crate::interpreter::failure::{Failure, names};
use crate::interpreter::history::{EventKind, TaskKind};
use crate::interpreter::program::{Amount, Target, Task};
use crate::interpreter::resources::{Call, TaskFailure};
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
    Full(Failure),
}

/// What one attempt of a task is made with.
struct Attempt<'a> {
    task: &'a Task,
    arguments: Arc<Value>,
    credentials: Option<Arc<Value>>,
    heartbeat: Option<Duration>,
    token: Option<OpenToken>,
}

impl Run {
    /// Makes one attempt of a task.
    pub async fn task(
        &self,
        visit: &mut Visit<'_>,
        lane: &mut Lane,
        task: &Task,
    ) -> Result<Arc<Value>, Failure> {
        let token = (task.target == Target::Callback)
            .then(|| self.registry.tokens.open(self.registry.uuid().into()));
        if let Some(open) = &token {
            visit.token = Some(Arc::clone(&open.token));
        }
        let arguments = match &task.arguments {
            Some(template) => {
                let location = ("", "Arguments", "");
                self.evaluate(visit, lane, (None, None), template, location)?
            }
            None => Arc::clone(visit.input),
        };
        self.check_size(visit, &arguments)?;
        let credentials = match &task.credentials {
            Some(template) => {
                let location = ("", "Credentials", "");
                Some(self.evaluate(visit, lane, (None, None), template, location)?)
            }
            None => None,
        };
        let timeout = self.limit(visit, lane, task.timeout.as_ref(), "TimeoutSeconds")?;
        let heartbeat = self.limit(visit, lane, task.heartbeat.as_ref(), "HeartbeatSeconds")?;
        let (kind, resource) = (event_kind(task.target), &task.resource);
        self.emit(
            lane,
            EventKind::Scheduled {
                kind,
                resource: Arc::clone(resource),
                parameters: Arc::clone(&arguments),
                timeout_seconds: timeout,
                heartbeat_seconds: heartbeat,
            },
        )?;
        self.emit(
            lane,
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
            None => self.perform(visit, lane, &attempt).await,
            Some(seconds) => {
                let limit = self.registry.clock.sleep(duration(seconds));
                tokio::select! {
                    biased;
                    ended = self.perform(visit, lane, &attempt) => ended,
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
        self.record_end(lane, kind, resource, ended)
    }

    fn limit(
        &self,
        visit: &Visit<'_>,
        lane: &mut Lane,
        amount: Option<&Amount>,
        field: &str,
    ) -> Result<Option<f64>, Failure> {
        let Some(amount) = amount else {
            return Ok(None);
        };
        let seconds = self.amount(visit, lane, amount, field)?;
        if seconds > 0.0 {
            Ok(Some(seconds))
        } else {
            let what = format!("The {field} field must be positive but was: {seconds}");
            Err(self.evaluation_failure(visit, lane, field, &what))
        }
    }

    async fn perform(
        &self,
        visit: &Visit<'_>,
        lane: &mut Lane,
        attempt: &Attempt<'_>,
    ) -> Result<Value, Missed> {
        let target = attempt.task.target;
        if target == Target::Job {
            // The host does not say when it has submitted the job, nor what it
            // got for it.
            let submitted = EventKind::Submitted {
                resource: Arc::clone(&attempt.task.resource),
                output: Arc::new(Value::Null),
            };
            self.emit(lane, submitted).map_err(Missed::Full)?;
        }
        match target {
            Target::Host(_) | Target::Job => self
                .registry
                .resources
                .call(self.request(visit, attempt))
                .await
                .map_err(Missed::Failed),
            Target::Callback => self.call_back(visit, lane, attempt).await,
            Target::Start => self.start_child(&attempt.arguments).map_err(Missed::Failed),
            Target::RunText | Target::RunJson => {
                self.run_child(lane, &attempt.task.resource, target, &attempt.arguments)
                    .await
            }
        }
    }

    fn request(&self, visit: &Visit<'_>, attempt: &Attempt<'_>) -> Call {
        Call {
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
        visit: &Visit<'_>,
        lane: &mut Lane,
        attempt: &Attempt<'_>,
    ) -> Result<Value, Missed> {
        let Some(token) = &attempt.token else {
            return Err(Missed::Full(Failure::fatal("a callback without a token")));
        };
        let request = self.request(visit, attempt);
        let taken = self.registry.resources.call(request).await;
        let output = Arc::new(taken.map_err(Missed::NotSubmitted)?);
        let submitted = EventKind::Submitted {
            resource: Arc::clone(&attempt.task.resource),
            output,
        };
        self.emit(lane, submitted).map_err(Missed::Full)?;
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
        lane: &mut Lane,
        kind: TaskKind,
        resource: &Arc<str>,
        ended: Result<Arc<Value>, Missed>,
    ) -> Result<Arc<Value>, Failure> {
        let resource = Arc::clone(resource);
        match ended {
            Ok(output) => {
                let event = EventKind::Succeeded {
                    kind,
                    resource,
                    output: Arc::clone(&output),
                };
                self.emit(lane, event)?;
                Ok(output)
            }
            Err(Missed::Full(failure)) => Err(failure),
            Err(Missed::TimedOut(error)) => {
                let failure = Failure::bare(error);
                let event = EventKind::TimedOut {
                    kind,
                    resource,
                    error: failure.error.clone(),
                    cause: None,
                };
                self.emit(lane, event)?;
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
                self.emit(lane, event)?;
                Err(failure)
            }
            Err(Missed::NotSubmitted(task_failure)) => {
                let failure = failed(task_failure);
                let event = EventKind::SubmitFailed {
                    resource,
                    error: failure.error.clone(),
                    cause: failure.cause.clone(),
                };
                self.emit(lane, event)?;
                Err(failure)
            }
        }
    }
}

const fn event_kind(target: Target) -> TaskKind {
    match target {
        Target::Host(kind) => kind,
        _ => TaskKind::Service,
    }
}

fn failed(failure: TaskFailure) -> Failure {
    match failure {
        TaskFailure::Failed { error, cause } => Failure {
            error: Some(error.into()),
            cause: cause.map(Into::into),
            fatal: false,
        },
        TaskFailure::Unsupported { reason } => Failure::fatal(format!("Unsupported: {reason}")),
    }
}
