//! One execution: its handle, and the future that moves it from start to end.

mod nursery;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::future::{BoxFuture, FutureExt as _};
use serde_json::Value;

pub use nursery::{ChildStart, Nursery};

use super::failure::{StateFailure, names};
use super::history::{EventKind, HistoryEvent};
use super::limits::HISTORY_EVENTS;
use super::program::Program;
use super::record::{EndStatus, ExecutionInfo, ExecutionOutcome, ExecutionRecord, StopRequest};
use super::registry::Registry;
use super::run::{Companions, RunningExecution, Strand};

/// A handle on an execution. Clones are handles on the same one.
#[derive(Clone)]
pub struct Execution {
    registry: Arc<Registry>,
    program: Arc<Program>,
    record: Arc<ExecutionRecord>,
}

impl std::fmt::Debug for Execution {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Execution")
            .field("arn", &self.record.info.arn)
            .field("outcome", &self.outcome())
            .finish_non_exhaustive()
    }
}

impl Execution {
    pub(super) fn new(
        registry: Arc<Registry>,
        program: Arc<Program>,
        record: Arc<ExecutionRecord>,
    ) -> Self {
        Self {
            registry,
            program,
            record,
        }
    }

    /// ARN, as `DescribeExecution` takes it.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.record.info.arn
    }

    /// What does not change while it runs.
    #[must_use]
    pub fn info(&self) -> &Arc<ExecutionInfo> {
        &self.record.info
    }

    /// Runs the execution to its end. The first of these futures to be polled
    /// is the one that moves it: dropping that one aborts the execution and
    /// those it waits for. Any other only waits for the end.
    pub fn run(&self) -> BoxFuture<'static, ExecutionOutcome> {
        let (registry, program, record) = (
            Arc::clone(&self.registry),
            Arc::clone(&self.program),
            Arc::clone(&self.record),
        );
        async move {
            if record.running.swap(true, Ordering::SeqCst) {
                return record.ended().await;
            }
            let mut companions = Companions::new(Arc::clone(&registry));
            let mut own = drive(registry, program, record).boxed();
            std::future::poll_fn(move |context| {
                let outcome = own.as_mut().poll(context);
                if outcome.is_pending() {
                    let _ = companions.poll(context);
                }
                outcome
            })
            .await
        }
        .boxed()
    }

    /// Waits for its end, which somebody else brings about.
    pub(super) async fn ended(&self) -> ExecutionOutcome {
        self.record.ended().await
    }

    /// Ends the execution, and those it waits for, as `StopExecution` does.
    /// Nothing happens if it has ended already.
    pub fn stop(&self, error: Option<&str>, cause: Option<&str>) {
        self.record
            .stop
            .lock()
            .get_or_insert_with(|| StopRequest::Aborts {
                error: error.map(Into::into),
                cause: cause.map(Into::into),
            });
        self.record.stopped.notify_one();
    }

    /// Ends the execution, and those it waits for, as its machine's `TimeoutSeconds` does. Nothing happens if
    /// it has ended already.
    pub fn time_out(&self) {
        self.record.stop.lock().get_or_insert(StopRequest::TimesOut);
        self.record.stopped.notify_one();
    }

    /// How it ended; `None` while it has not.
    #[must_use]
    pub fn outcome(&self) -> Option<ExecutionOutcome> {
        self.record.outcome()
    }

    /// Its events so far.
    #[must_use]
    pub fn history(&self) -> Vec<HistoryEvent> {
        self.record.progress.lock().events.clone()
    }

    /// How many events it has had so far.
    #[must_use]
    pub fn event_count(&self) -> u64 {
        self.record.progress.lock().count
    }
}

/// Aborts an execution whose future is dropped before its end.
struct Unfinished<'a>(&'a RunningExecution);

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if self.0.record.outcome().is_none() {
            self.0.finish(Ending::Aborted(StopRequest::default()), 0);
        }
    }
}

enum Ending {
    Body(Result<Arc<Value>, StateFailure>),
    TimedOut,
    Aborted(StopRequest),
}

/// Moves an execution from start to end.
pub async fn drive(
    registry: Arc<Registry>,
    program: Arc<Program>,
    record: Arc<ExecutionRecord>,
) -> ExecutionOutcome {
    record.running.store(true, Ordering::SeqCst);
    let run = RunningExecution::new(registry, program, record);
    let unfinished = Unfinished(&run);
    let mut strand = Strand::default();
    let ending = run.body(&mut strand).await;
    let outcome = run.finish(ending, strand.previous);
    drop(unfinished);
    outcome
}

impl RunningExecution {
    async fn body(&self, strand: &mut Strand) -> Ending {
        let input = Arc::clone(&self.record.info.input);
        if let Err(failure) = self.emit(
            strand,
            EventKind::ExecutionStarted {
                input: Arc::clone(&input),
            },
        ) {
            return Ending::Body(Err(failure));
        }
        let limit = self.registry.clock.sleep(self.program.timeout);
        tokio::select! {
            biased;
            stop = self.record.stop_request() => match stop {
                StopRequest::TimesOut => Ending::TimedOut,
                stop @ StopRequest::Aborts { .. } => Ending::Aborted(stop),
            },
            result = self.graph(&self.program.graph, input, strand) => Ending::Body(result),
            () = limit => Ending::TimedOut,
        }
    }

    /// Records an event, unless the history is full.
    pub fn emit(&self, strand: &mut Strand, kind: EventKind) -> Result<u64, StateFailure> {
        let id = self
            .record_event(strand.previous, kind, false)
            .ok_or_else(|| {
                StateFailure::fatal(format!(
                    "The execution reached the maximum number of history events ({HISTORY_EVENTS})."
                ))
            })?;
        strand.previous = id;
        Ok(id)
    }

    /// The last event of a Standard execution is its end, and an execution that needs the very last
    /// one to succeed fails. Whether Step Functions would let it is not documented.
    fn record_event(&self, previous: u64, kind: EventKind, last: bool) -> Option<u64> {
        let registry = &self.registry;
        let timestamp = registry.clock.now();
        let keep = registry.keep_history && !self.program.express;
        let mut progress = self.record.progress.lock();
        if !self.program.express && !last && progress.count + 1 >= HISTORY_EVENTS {
            return None;
        }
        progress.count += 1;
        let event = HistoryEvent {
            id: progress.count,
            previous_event_id: previous,
            timestamp,
            kind,
        };
        let id = event.id;
        match (&registry.observer, keep) {
            (None, false) => {}
            (None, true) => progress.events.push(event),
            (Some(observer), false) => {
                drop(progress);
                observer.event(&self.record.info, &event);
            }
            (Some(observer), true) => {
                progress.events.push(event.clone());
                drop(progress);
                observer.event(&self.record.info, &event);
            }
        }
        Some(id)
    }

    fn finish(&self, ending: Ending, previous: u64) -> ExecutionOutcome {
        let stop = self.registry.clock.now();
        let full = StateFailure::fatal(format!(
            "The execution reached the maximum number of history events ({HISTORY_EVENTS})."
        ));
        let ending = match ending {
            Ending::Body(Ok(output)) => {
                let succeeded = EventKind::ExecutionSucceeded {
                    output: Arc::clone(&output),
                };
                match self.record_event(previous, succeeded, false) {
                    Some(_) => {
                        return self.close(ExecutionOutcome {
                            status: EndStatus::Succeeded,
                            output: Some(output),
                            error: None,
                            cause: None,
                            stop,
                        });
                    }
                    None => Ending::Body(Err(full)),
                }
            }
            other => other,
        };
        let (status, event, error, cause) = match ending {
            Ending::Body(Err(StateFailure { error, cause, .. })) => {
                let event = EventKind::ExecutionFailed {
                    error: error.clone(),
                    cause: cause.clone(),
                };
                (EndStatus::Failed, (previous, event), error, cause)
            }
            // The error of a timeout stands in the history only.
            Ending::Body(Ok(_)) | Ending::TimedOut | Ending::Aborted(StopRequest::TimesOut) => {
                let event = EventKind::ExecutionTimedOut {
                    error: Some(names::TIMEOUT.into()),
                    cause: None,
                };
                (EndStatus::TimedOut, (0, event), None, None)
            }
            Ending::Aborted(StopRequest::Aborts { error, cause }) => {
                let event = EventKind::ExecutionAborted {
                    error: error.clone(),
                    cause: cause.clone(),
                };
                (EndStatus::Aborted, (0, event), error, cause)
            }
        };
        let (previous, event) = event;
        self.record_event(previous, event, true);
        self.close(ExecutionOutcome {
            status,
            output: None,
            error,
            cause,
            stop,
        })
    }

    fn close(&self, outcome: ExecutionOutcome) -> ExecutionOutcome {
        self.record.progress.lock().outcome = Some(outcome.clone());
        self.record.finished.notify_waiters();
        outcome
    }
}
