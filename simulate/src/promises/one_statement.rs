//! Promise 1: a step submits at most one statement a round, however often its Lambda is retried,
//! killed, or delivered twice. It submits another one only when that has failed with an error that passes.

use runtime_lambda::ports::StatementStatus;

use crate::promise::Promise;
use crate::world::{Fate, SubmittedStatement, World};

pub fn began(world: &World, statement: &SubmittedStatement) {
    let same = world.statements.lock().named(&statement.name).count();
    let now = tokio::time::Instant::now();
    let others = world
        .statements
        .lock()
        .of_try(&statement.run, &statement.step, statement.round)
        .filter(|(_, other)| other.name != statement.name)
        .map(|(_, other)| (other.status(now), other.fate.clone()))
        .collect::<Vec<_>>();
    let passed = |fate: &Fate| matches!(fate, Fate::Fails(message) if message.contains("1023"));
    let beside = others
        .iter()
        .any(|(status, fate)| *status != StatementStatus::Failed || !passed(fate));
    if beside {
        let how = "a statement began beside another one of its round, which had not failed";
        world.breaks(Promise::OneStatement, how, statement.step.as_str());
    }
    if same > 1 {
        let how = "a step submitted two statements in a round";
        world.breaks(Promise::OneStatement, how, statement.step.as_str());
    }
}
