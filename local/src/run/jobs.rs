//! Jobs on a laptop: what other services would run, the SQL that stands in for it runs in the embedded
//! warehouse. Each integration answers in its service's shape, so that the same state machines go
//! through the same states.

mod batch;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use asl::interpreter::{TaskCall, TaskFailure};
use runtime_lambda::Handler;
use runtime_lambda::field;
use runtime_lambda::ports::{Ports, StatementDescription, StatementStatus, Warehouse};
use runtime_lambda::protocol::{OfStep, StepInput};
use serde_json::{Value, json};

pub use batch::Scripts;
use batch::Stores;

const BATCH: &str = "arn:aws:states:::batch:submitJob.sync";
const GLUE_JOB: &str = "arn:aws:states:::glue:startJobRun.sync";
const START_CRAWLER: &str = "arn:aws:states:::aws-sdk:glue:startCrawler";
const GET_CRAWLER: &str = "arn:aws:states:::aws-sdk:glue:getCrawler";

const STOP_CRAWLER: &str = "arn:aws:states:::aws-sdk:glue:stopCrawler";

/// Behind the name of the statement that is a crawl. In AWS, too, a crawl is the crawler's and not the
/// step's, and does not end with it.
const CRAWL: &str = "/crawl";

/// How long one question about a statement waits for its end.
const WAIT: Duration = Duration::from_secs(30);

/// Runs what stands in for jobs.
pub struct Jobs {
    pipeline: String,
    handler: Arc<Handler>,
    warehouse: Arc<dyn Warehouse>,
    scripts: Option<Scripts>,
    stores: Stores,
    /// Statements of crawlers, by the crawler's name.
    crawlers: tokio::sync::Mutex<HashMap<String, String>>,
}

/// Whether something stands in for this resource.
#[must_use]
pub fn supports(resource: &str) -> bool {
    matches!(
        resource,
        BATCH | GLUE_JOB | START_CRAWLER | GET_CRAWLER | STOP_CRAWLER
    )
}

/// A statement that is cancelled if nobody awaits it to its end.
struct Awaited {
    warehouse: Arc<dyn Warehouse>,
    id: Option<String>,
}

impl Drop for Awaited {
    fn drop(&mut self) {
        if let Some(id) = self.id.take() {
            let warehouse = Arc::clone(&self.warehouse);
            tokio::spawn(async move {
                // Whoever stops the step cancels it, too, and sees to it that it ends.
                let _ = warehouse.cancel(&id).await;
            });
        }
    }
}

impl Jobs {
    /// Jobs of this pipeline, whose actions `handler` runs over `ports`; RSQL scripts run where
    /// `scripts` says.
    #[must_use]
    pub fn new(
        pipeline: &str,
        handler: Arc<Handler>,
        ports: &Ports,
        scripts: Option<Scripts>,
    ) -> Self {
        Self {
            pipeline: pipeline.to_owned(),
            handler,
            warehouse: Arc::clone(&ports.warehouse),
            scripts,
            stores: Stores {
                artifacts: Arc::clone(&ports.artifacts),
                data: Arc::clone(&ports.data),
            },
            crawlers: tokio::sync::Mutex::default(),
        }
    }

    /// Answers one call of a job's service.
    ///
    /// # Errors
    /// The job failed, in the words of its service.
    pub async fn call(&self, call: &TaskCall) -> Result<Value, TaskFailure> {
        match call.resource.as_ref() {
            START_CRAWLER => return self.start_crawler(call).await,
            GET_CRAWLER => return self.get_crawler(call).await,
            STOP_CRAWLER => return self.stop_crawler(call).await,
            BATCH => {
                if let Some((scripts, step)) = self.script(call) {
                    return batch::submit(scripts, &self.stores, call, &step).await;
                }
            }
            _ => {}
        }
        let ended = self.run(call).await?;
        let failed = ended.status != StatementStatus::Finished;
        let message = message(&ended);
        let failure = |description: Value| {
            Err(TaskFailure::new(
                "States.TaskFailed",
                description.to_string(),
            ))
        };
        match call.resource.as_ref() {
            BATCH if failed => failure(json!({ "Status": "FAILED", "StatusReason": message })),
            BATCH => Ok(json!({
                "JobId": ended.id,
                "Status": "SUCCEEDED",
                "Container": { "ExitCode": 0 },
            })),
            GLUE_JOB if failed => {
                failure(json!({ "JobRunState": "FAILED", "ErrorMessage": message }))
            }
            GLUE_JOB => Ok(json!({
                "Id": ended.id,
                "JobRunState": "SUCCEEDED",
                "ExecutionTime": ended.duration.as_secs(),
            })),
            _ if failed => Err(TaskFailure::new(
                "StandIn.Failed",
                json!({ "errorMessage": message }).to_string(),
            )),
            _ => Ok(json!({
                "Payload": { "statement": ended.id, "rows": ended.rows },
                "StatusCode": 200,
            })),
        }
    }

    /// The step that a job of Batch is for, if its own script runs.
    fn script(&self, call: &TaskCall) -> Option<(&Scripts, OfStep)> {
        let scripts = self.scripts.as_ref()?;
        let step = self.step(call)?;
        scripts
            .steps
            .contains(&step.step)
            .then_some((scripts, step))
    }

    async fn run(&self, call: &TaskCall) -> Result<StatementDescription, TaskFailure> {
        let mut statement = self.start(call, "").await?;
        let mut awaited = Awaited {
            warehouse: Arc::clone(&self.warehouse),
            id: Some(statement.id.clone()),
        };
        while !statement.status.is_terminal() {
            statement = self.describe(&statement.id, WAIT).await?;
        }
        awaited.id = None;
        Ok(statement)
    }

    async fn start(
        &self,
        call: &TaskCall,
        behind: &str,
    ) -> Result<StatementDescription, TaskFailure> {
        let step = self
            .step(call)
            .ok_or_else(|| TaskFailure::unsupported("a job of no step"))?;
        self.handler
            .stand_in(&step, behind)
            .await
            .map_err(|error| TaskFailure::new(error.name(), error.to_string()))
    }

    async fn describe(
        &self,
        id: &str,
        wait: Duration,
    ) -> Result<StatementDescription, TaskFailure> {
        self.warehouse
            .describe(id, wait)
            .await
            .map_err(|error| TaskFailure::new("StandIn.Lost", error.to_string()))
    }

    async fn start_crawler(&self, call: &TaskCall) -> Result<Value, TaskFailure> {
        let name = crawler(call);
        // Held until the crawl has started, so that of two starts one is refused.
        let mut crawlers = self.crawlers.lock().await;
        if let Some(id) = crawlers.get(&name)
            && !self
                .describe(id, Duration::ZERO)
                .await?
                .status
                .is_terminal()
        {
            return Err(TaskFailure::new(
                "Glue.CrawlerRunningException",
                format!("Crawler with name {name} has already started"),
            ));
        }
        let statement = self.start(call, CRAWL).await?;
        crawlers.insert(name, statement.id);
        Ok(json!({}))
    }

    async fn get_crawler(&self, call: &TaskCall) -> Result<Value, TaskFailure> {
        let name = crawler(call);
        let Some(id) = self.crawlers.lock().await.get(&name).cloned() else {
            return Err(TaskFailure::new(
                "Glue.EntityNotFoundException",
                format!("Crawler entry with name {name} does not exist"),
            ));
        };
        let statement = self.describe(&id, Duration::ZERO).await?;
        let crawler = match statement.status {
            StatementStatus::Finished => {
                json!({ "Name": name, "State": "READY", "LastCrawl": { "Status": "SUCCEEDED" } })
            }
            StatementStatus::Aborted => json!({
                "Name": name,
                "State": "READY",
                "LastCrawl": { "Status": "CANCELLED" },
            }),
            status if status.is_terminal() => json!({
                "Name": name,
                "State": "READY",
                "LastCrawl": { "Status": "FAILED", "ErrorMessage": message(&statement) },
            }),
            _ => json!({ "Name": name, "State": "RUNNING" }),
        };
        Ok(json!({ "Crawler": crawler }))
    }

    async fn stop_crawler(&self, call: &TaskCall) -> Result<Value, TaskFailure> {
        let name = crawler(call);
        let id = self.crawlers.lock().await.get(&name).cloned();
        let running = match &id {
            Some(id) => !self
                .describe(id, Duration::ZERO)
                .await?
                .status
                .is_terminal(),
            None => false,
        };
        let Some(id) = id.filter(|_| running) else {
            return Err(TaskFailure::new(
                "Glue.CrawlerNotRunningException",
                format!("Crawler with name {name} is not running"),
            ));
        };
        // What became of it is for `get_crawler` to say.
        let _ = self.warehouse.cancel(&id).await;
        Ok(json!({}))
    }

    /// The step that a call is for: level 1 has it in its input, a state machine that is started in its
    /// name, `<run id>-<round>-<step>`.
    fn step(&self, call: &TaskCall) -> Option<OfStep> {
        let input = &call.execution.input;
        let of_input = || {
            Some(OfStep {
                pipeline: self.pipeline.clone(),
                run: input.get(field!(StepInput, run))?.as_str()?.into(),
                step: input.get(field!(StepInput, step))?.as_str()?.into(),
                round: u32::try_from(input.get(field!(StepInput, round))?.as_u64()?).ok()?,
                again: None,
            })
        };
        let of_name = || {
            let mut parts = call.execution.name.splitn(4, '-');
            let (start, digest) = (parts.next()?, parts.next()?);
            Some(OfStep {
                pipeline: self.pipeline.clone(),
                run: format!("{start}-{digest}").into(),
                round: parts.next()?.parse().ok()?,
                step: parts.next()?.into(),
                again: None,
            })
        };
        if call.execution.parent.is_some() && call.state.as_ref() == STAND_IN {
            of_name()
        } else {
            of_input()
        }
    }
}

/// Name of the only state of a state machine that stands in for another one.
const STAND_IN: &str = "Stand in";

/// The definition of a state machine that stands in for one of somebody else's.
///
/// # Errors
/// None that a test would not have met.
pub fn stand_in_machine() -> Result<asl::definition::StateMachine, asl::definition::ReadError> {
    asl::definition::StateMachine::from_value(json!({
        "QueryLanguage": "JSONata",
        "StartAt": STAND_IN,
        "States": {
            STAND_IN: {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Arguments": { "FunctionName": "stand-in", "Payload": {} },
                "Output": "{% $states.result.Payload %}",
                "End": true,
            },
        },
    }))
}

fn crawler(call: &TaskCall) -> String {
    let name = call.arguments.get("Name").and_then(Value::as_str);
    name.unwrap_or_default().to_owned()
}

fn message(statement: &StatementDescription) -> String {
    statement
        .error
        .clone()
        .unwrap_or_else(|| "the statement was cancelled".to_owned())
}
