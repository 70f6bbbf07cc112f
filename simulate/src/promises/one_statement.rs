//! Promise 1: a step submits at most one statement a round, however often its Lambda is retried,
//! killed, or delivered twice.

use super::Promise;
use crate::locked;
use crate::world::World;
use crate::world::warehouse::Statement;

pub fn began(world: &World, statement: &Statement) {
    let same = locked(&world.statements).named(&statement.name).count();
    if same > 1 {
        let how = "a step submitted two statements in a round";
        world.breaks(Promise::OneStatement, how, &statement.step);
    }
}
