//! What a backfill gives the states of its machine: simulated runs are started without one.

use std::collections::HashMap;
use std::sync::Arc;

use asl::definition::{State, StateMachine};
use asl::interpreter::ExecutionInfo;
use asl::test_state::Visit;
use jiff::Timestamp;
use runtime_lambda::field;
use runtime_lambda::protocol::{BackfillInput, BackfillValue, RunInput};
use serde_json::{Value, json};

/// A role that nobody has.
const ROLE: &str = "arn:aws:iam::000000000000:role/backfill";

/// The first state of the machine and the first of its map, as a backfill of two values enters them.
pub fn visits(name: &str, machine: &StateMachine) -> HashMap<String, Visit> {
    let value = |day: &str| json!({ (field!(BackfillValue, key)): day, (field!(BackfillValue, parameters)): { "day": day } });
    let run = json!({ (field!(RunInput, by)): "somebody", (field!(RunInput, parameters)): { "shop": "1" } });
    let first = value("2026-01-01");
    let input = Arc::new(json!({
        (field!(BackfillInput, parallel)): 2,
        (field!(BackfillInput, run)): run,
        (field!(BackfillInput, values)): [first, value("2026-01-02")],
    }));
    let of = |resource: &str| format!("arn:aws:states:us-east-1:000000000000:{resource}:{name}");
    let execution = Arc::new(ExecutionInfo {
        arn: format!("{}:backfill-1", of("execution")).into(),
        name: "backfill-1".into(),
        machine_arn: of("stateMachine").into(),
        machine_name: name.into(),
        role_arn: ROLE.into(),
        start: Timestamp::UNIX_EPOCH,
        input: Arc::clone(&input),
        parent: None,
    });
    let visit = |state: &str, input: Arc<Value>, variables: Value| Visit {
        execution: Arc::clone(&execution),
        state: state.into(),
        entered: Timestamp::UNIX_EPOCH,
        input,
        variables: Arc::new(variables.as_object().cloned().unwrap_or_default()),
        retries: 0,
        outcome: None,
    };
    let mut visits = HashMap::new();
    let start = &machine.start_at;
    visits.insert(start.clone(), visit(start, input, json!({})));
    for state in machine.states.values() {
        if let State::Map(map) = state {
            let start = &map.item_processor.start_at;
            let variables = json!({ (field!(BackfillInput, run)): run });
            visits.insert(
                start.clone(),
                visit(start, Arc::new(first.clone()), variables),
            );
        }
    }
    visits
}
