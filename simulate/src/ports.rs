//! The ports of one Lambda, each a model over the world.
//!
//! A call takes its time on the way, may go wrong before it has an effect, has it, and may go wrong
//! afterwards. Requests that a Lambda had sent when it died may still arrive.

mod bucket;
mod clock;
mod cloudformation;
mod executions;
mod result;
mod secrets;
mod topic;
mod warehouse;

use std::sync::Arc;

use runtime_lambda::ports::Ports;

use crate::world::World;

/// The ports of a Lambda whose clock is off by `skew_ms`.
pub fn of(world: &Arc<World>, skew_ms: i64) -> Ports {
    Ports {
        warehouse: Arc::new(warehouse::ModelWarehouse(Arc::clone(world))),
        data: Arc::new(bucket::ModelBucket(Arc::clone(world))),
        artifacts: Arc::new(bucket::Artifacts(Arc::clone(world))),
        notifier: Arc::new(topic::ModelNotifier(Arc::clone(world))),
        executions: Arc::new(executions::ModelExecutions(Arc::clone(world))),
        custom_resources: Arc::new(cloudformation::CloudFormation(Arc::clone(world))),
        secrets: Arc::new(secrets::ModelSecrets(Arc::clone(world))),
        clock: Arc::new(clock::WorldClock::new(world, skew_ms)),
    }
}

/// A key or a name without pipeline and run.
fn short(name: &str) -> &str {
    let mut parts = name.splitn(3, '/');
    let (first, second, rest) = (parts.next(), parts.next(), parts.next());
    rest.or(second).or(first).unwrap_or(name)
}
