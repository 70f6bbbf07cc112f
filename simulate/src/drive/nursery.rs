//! Children of executions: their starts may be refused or go unanswered, and their time may run out. Step
//! Functions stops those that nobody awaits any more at best effort: soon, late, or never.

use std::sync::Arc;
use std::time::Duration;

use asl::interpreter::{ChildStart, Execution, ExecutionInfo, Nursery, TaskFailure};
use futures_util::future::BoxFuture;

use crate::faults::FaultKind;
use crate::story::Mark;
use crate::world::World;

/// Errors of a start that is refused for now, in the spellings that AWS has for them.
const REFUSALS: [&str; 4] = [
    "StepFunctions.ThrottlingException",
    "StepFunctions.AWSStepFunctionsException",
    "StepFunctions.ExecutionLimitExceeded",
    "StepFunctions.ExecutionLimitExceededException",
];

/// Starts and moves children, and stops those that were abandoned.
pub struct Orphans(pub Arc<World>);

impl Nursery for Orphans {
    #[expect(
        clippy::indexing_slicing,
        reason = "what is left by a division is less than the divisor"
    )]
    fn starts(&self, parent: &ExecutionInfo, name: Option<&str>) -> ChildStart {
        let world = &self.0;
        let place = name.unwrap_or(parent.name.as_ref());
        if let Some(shape) = world.fault(FaultKind::StartThrottled, place) {
            let chosen = usize::try_from(shape).unwrap_or_default() % REFUSALS.len();
            return ChildStart::Refused(TaskFailure::new(REFUSALS[chosen], "Rate exceeded"));
        }
        if world.fault(FaultKind::StartAfter, place).is_some() {
            let error = "StepFunctions.SdkClientException";
            return ChildStart::AnswerLost(TaskFailure::new(error, "no answer"));
        }
        ChildStart::Answered
    }

    fn raise(&self, child: &Execution, run: BoxFuture<'static, ()>) {
        drop(tokio::spawn(run));
        let world = Arc::clone(&self.0);
        let place = child.info().name.as_ref();
        if let Some(shape) = world.fault(FaultKind::ChildTimesOut, place) {
            let span = if shape % 2 == 0 { 4_000 } else { 200_000 };
            let after = Duration::from_millis((shape >> 8) % span);
            let child = child.clone();
            drop(tokio::spawn(async move {
                tokio::time::sleep(after).await;
                if child.outcome().is_none() {
                    let name = Arc::clone(&child.info().name);
                    world
                        .story
                        .note(Mark::Plain, || format!("the execution {name} times out"));
                    world
                        .timed_out
                        .lock()
                        .insert(name.as_ref().to_owned(), world.now());
                    child.time_out();
                }
            }));
        }
    }

    fn abandoned(&self, child: Execution) {
        let world = &self.0;
        let place = child.info().name.as_ref();
        if world.fault(FaultKind::ChildrenNever, place).is_some() {
            return;
        }
        let late = world.fault(FaultKind::ChildrenLate, place);
        let usual = world.faults.pick("orphan", place, 200);
        let milliseconds = usual + late.map_or(0, |shape| shape % 600_000);
        drop(tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            child.stop(None, None);
        }));
    }
}
