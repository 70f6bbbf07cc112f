//! EventBridge: brings the ends of statements and of executions to the Lambda.

use std::sync::Arc;
use std::time::Duration;

use asl::interpreter::{ExecutionInfo, Status};
use serde_json::json;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::sleep;

use crate::faults::Kind;
use crate::lambda::Lambda;
use crate::story::Party;
use crate::world::World;
use crate::world::warehouse::event_of;

/// Brings the events of ended statements, by the rule for the completion of statements.
pub async fn statements(
    world: Arc<World>,
    lambda: Arc<Lambda>,
    mut begun: UnboundedReceiver<String>,
) {
    while let Some(id) = begun.recv().await {
        let (world, lambda) = (Arc::clone(&world), Arc::clone(&lambda));
        drop(tokio::spawn(async move {
            statement(&world, &lambda, &id).await
        }));
    }
}

async fn statement(world: &Arc<World>, lambda: &Arc<Lambda>, id: &str) {
    let Some((statement, status)) = event_of(world, id).await else {
        return;
    };
    world
        .story
        .tell(Party::Bus, || format!("statement {id} is {status:?}"));
    if world.fault(Kind::BusLost, id).is_some() {
        return;
    }
    let mut delay = Duration::from_millis(world.faults.pick("bus", id, 1_500));
    if let Some(shape) = world.fault(Kind::BusLate, id) {
        delay += Duration::from_millis(shape % 900_000);
    }
    let event = json!({
        "action": "resume",
        "pipeline": world.subject.plan.pipeline,
        "statement_name": statement.name,
        "statement_id": id,
        "state": status,
    });
    if let Some(shape) = world.fault(Kind::BusTwice, id) {
        let (lambda, event) = (Arc::clone(lambda), event.clone());
        let later = Duration::from_millis(shape % 600_000);
        drop(tokio::spawn(async move {
            sleep(later).await;
            lambda.event(event).await
        }));
    }
    sleep(delay).await;
    Arc::clone(lambda).event(event).await;
}

/// Brings the event of an execution that ended in another way than well, by the rule for the sweep.
pub async fn execution_ended(
    world: &Arc<World>,
    lambda: &Arc<Lambda>,
    execution: &ExecutionInfo,
    status: Status,
) {
    let place = execution.name.as_ref();
    let event = json!({
        "action": "sweep",
        "pipeline": world.subject.plan.pipeline,
        "execution": execution.arn.as_ref(),
        "started": execution.start.as_millisecond(),
        "status": status.name(),
    });
    let mut delay = Duration::from_millis(200 + world.faults.pick("bus", place, 1_500));
    if let Some(shape) = world.fault(Kind::SweepLate, place) {
        delay += Duration::from_millis(shape % 600_000);
    }
    sleep(delay).await;
    if world.fault(Kind::SweepTwice, place).is_some() {
        drop(tokio::spawn(Arc::clone(lambda).event(event.clone())));
    }
    Arc::clone(lambda).event(event).await;
}
