//! CloudFormation makes the stack before the first run or deletes it after the last one, and waits for what
//! the stack's own resource answers.

use std::sync::Arc;
use std::time::Duration;

use asl::interpreter::{EndStatus, Execution, ExecutionInfo};
use runtime_lambda::custom_resource::{EXECUTION_PREFIX, LONGEST_WAIT_SECONDS, Properties};
use runtime_lambda::keys;
use runtime_lambda::plan::When;
use runtime_lambda::ports::{Response, ResponseStatus};
use runtime_lambda::protocol::{Arrived, Instant, Request, Sweep};
use runtime_lambda::state::RunStatus;
use serde_json::{Value, json};
use strum::IntoStaticStr;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::sleep;

use super::Stage;
use crate::delivery::Calling;
use crate::faults::FaultKind;
use crate::promise::Promise;
use crate::story::Mark;
use crate::world::EndedRun;

/// ARN of the stack in every request.
const STACK: &str = "arn:aws:cloudformation:us-east-1:000000000000:stack/simulated/1";

/// What CloudFormation asks of the stack's custom resource.
#[derive(Debug, Clone, Copy, IntoStaticStr)]
pub enum StackChange {
    /// It makes the stack.
    Create,
    /// It changes the stack in the middle of a run.
    Update,
    /// It deletes the stack.
    Delete,
}

impl StackChange {
    fn name(self) -> &'static str {
        self.into()
    }

    /// Where its answer goes.
    fn url(self) -> String {
        format!("https://stack.invalid/{}", self.name())
    }

    /// Name of the execution of the run that decides about the answer.
    fn execution(self) -> String {
        let text = format!("{STACK} {}", self.name());
        let digest: String = keys::sha256(text.as_bytes()).chars().take(32).collect();
        format!("{EXECUTION_PREFIX}{digest}")
    }

    fn when(self) -> When {
        match self {
            Self::Create | Self::Update => When::Deploy,
            Self::Delete => When::Destroy,
        }
    }

    fn kind(self) -> FaultKind {
        match self {
            Self::Create => FaultKind::StackCreate,
            Self::Update => FaultKind::StackUpdate,
            Self::Delete => FaultKind::StackDelete,
        }
    }
}

impl Stage {
    /// Has the stack made or deleted, if the pipeline has steps for that and the seed wants it. `made` is the
    /// resource that was made before.
    pub async fn stack(
        self: &Arc<Self>,
        change: StackChange,
        made: Option<&str>,
    ) -> Option<Response> {
        let world = &self.world;
        let steps = world.subject.plan.steps.iter();
        let has_steps = steps
            .map(|step| step.when)
            .any(|when| when == change.when());
        if !has_steps || world.calling == Calling::Aborts {
            return None;
        }
        let shape = world.fault(change.kind(), "stack")?;
        if matches!(change, StackChange::Update) {
            sleep(Duration::from_millis(shape % 240_000)).await;
        }
        let url = change.url();
        let event = self.event(change, &url, made);
        let mut delay = Duration::from_millis(100 + world.faults.pick("stack", "request", 3_000));
        if let Some(shape) = world.fault(FaultKind::StackLate, change.name()) {
            delay += Duration::from_millis(shape % 900_000);
        }
        let again = world.fault(FaultKind::StackTwice, change.name());
        let again = again.map(|shape| Duration::from_millis(shape % 1_200_000));
        for pause in [Some(delay), again].into_iter().flatten() {
            let (stage, event) = (Arc::clone(self), event.clone());
            drop(tokio::spawn(async move {
                sleep(pause).await;
                if !Arc::clone(&stage.lambda).event(event).await {
                    stage.give_up();
                }
            }));
        }
        let longest = Duration::from_secs(LONGEST_WAIT_SECONDS);
        let answer = world.answered.within(&url, longest).await;
        if answer.is_none() && !*self.gave_up.lock() {
            let how = "CloudFormation waits for an answer in vain";
            world.breaks(Promise::Ends, how, change.name());
        }
        world.story.note(Mark::Plain, || match &answer {
            Some(answer) => format!("CloudFormation hears {:?}", answer.status),
            None => "CloudFormation has waited long enough".to_owned(),
        });
        answer
    }

    fn event(&self, change: StackChange, url: &str, made: Option<&str>) -> Value {
        let subject = &self.world.subject;
        let properties = Properties {
            pipeline: subject.plan.pipeline.clone(),
            plan: subject.plan_hash.clone(),
            state_machine: subject.entry.clone(),
            steps: vec![When::Deploy, When::Destroy],
            triggers: Vec::new(),
        };
        let old = matches!(change, StackChange::Update).then(|| Properties {
            plan: "of an older stack".into(),
            ..properties.clone()
        });
        json!({
            "RequestType": change.name(),
            "ResponseURL": url,
            "StackId": STACK,
            "RequestId": change.name(),
            "LogicalResourceId": "Steps",
            "PhysicalResourceId": made,
            "ResourceProperties": properties,
            "OldResourceProperties": old,
        })
    }

    /// Notes that an event was given up: it lies in the queue of those that nobody took, and raises an alarm.
    fn give_up(&self) {
        *self.gave_up.lock() = true;
    }

    /// Follows the runs that the Lambda starts, to their ends.
    pub async fn follow(self: Arc<Self>, mut begun: UnboundedReceiver<Execution>) {
        while let Some(execution) = begun.recv().await {
            let stage = Arc::clone(&self);
            drop(tokio::spawn(async move {
                let info = Arc::clone(execution.info());
                let ended = stage.to_its_end(&execution, false).await;
                stage.told_truly(&info, &ended);
                stage.others.lock().push(ended);
            }));
        }
    }

    /// The rule that tells the Lambda of the end of a run that CloudFormation waits for.
    pub async fn answer(&self, execution: &ExecutionInfo, status: EndStatus) {
        if !execution.name.starts_with(EXECUTION_PREFIX) {
            return;
        }
        let world = &self.world;
        let event = Request::<Arrived>::AnswerCustomResource(Sweep {
            pipeline: world.subject.plan.pipeline.clone(),
            execution: execution.arn.as_ref().into(),
            started: Instant(execution.start),
            status: status.name().to_owned(),
            gives_up: None,
            plan: None,
        });
        let event = event.event();
        let mut delay = Duration::from_millis(200 + world.faults.pick("bus", "answer", 1_500));
        if let Some(shape) = world.fault(FaultKind::SweepLate, "answer") {
            delay += Duration::from_millis(shape % 300_000);
        }
        let again = world.fault(FaultKind::SweepTwice, "answer");
        sleep(delay).await;
        if !Arc::clone(&self.lambda).event(event.clone()).await {
            self.give_up();
        }
        if again.is_some() {
            Arc::clone(&self.lambda).event(event).await;
        }
    }

    /// What CloudFormation was told is what became of the run.
    fn told_truly(&self, execution: &ExecutionInfo, ended: &EndedRun) {
        let world = &self.world;
        let Some(state) = world.state(&ended.id) else {
            return;
        };
        let mut changes = [
            StackChange::Create,
            StackChange::Update,
            StackChange::Delete,
        ]
        .into_iter();
        let Some(answer) = changes
            .find(|change| execution.name.as_ref() == change.execution())
            .and_then(|change| world.answered.first(&change.url()))
        else {
            return;
        };
        let finished = state.status == RunStatus::Finished;
        if finished != (answer.status == ResponseStatus::Success) {
            let of = format!(
                "{:?} for {:?} ({}): {}",
                answer.status,
                state.status,
                execution.name,
                answer.reason.unwrap_or_default()
            );
            let how = "CloudFormation is told something else than the state";
            world.breaks(Promise::Ends, how, of);
        }
    }
}
