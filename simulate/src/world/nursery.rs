//! Children of executions: Step Functions stops those that nobody awaits any more at best effort, so
//! soon, late, or never.

use std::sync::Arc;
use std::time::Duration;

use asl::interpreter::{Execution, Nursery};
use futures_util::future::BoxFuture;

use super::World;
use crate::faults::Kind;

/// Moves children, and stops those that were abandoned.
pub struct Orphans(pub Arc<World>);

impl Nursery for Orphans {
    fn raise(&self, child: BoxFuture<'static, ()>) {
        drop(tokio::spawn(child));
    }

    fn abandoned(&self, child: Execution) {
        let world = &self.0;
        let place = child.info().name.as_ref();
        if world.fault(Kind::ChildrenNever, place).is_some() {
            return;
        }
        let late = world.fault(Kind::ChildrenLate, place);
        let usual = world.faults.pick("orphan", place, 200);
        let milliseconds = usual + late.map_or(0, |shape| shape % 600_000);
        drop(tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            child.stop(None, None);
        }));
    }
}
