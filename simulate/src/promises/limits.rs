//! Promise 7: no execution passes 25,000 events. The interpreter refuses payloads that are too large
//! by itself.

use asl::interpreter::HISTORY_EVENTS;

use crate::promise::Promise;
use crate::world::World;

pub fn settled(world: &World) {
    let Some(interpreter) = world.interpreter() else {
        return;
    };
    for execution in interpreter.executions() {
        if execution.event_count() >= HISTORY_EVENTS {
            let how = "an execution has more events than Step Functions allows";
            world.breaks(Promise::Limits, how, execution.arn());
        }
    }
}
