//! What holds for any JSON, any path and any machine.

use std::sync::Arc;
use std::time::Duration;

use asl::definition::StateMachine;
use asl::interpreter::{
    EndStatus, ExecutionOutcome, Interpreter, Resources, TaskCall, TaskFailure, TokioClock,
};
use async_trait::async_trait;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const ARN: &str = "arn:aws:states:us-east-1:000000000000:stateMachine:any";

/// JSON with few and short names, so that paths often meet something.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-1_000_000_i64..1_000_000).prop_map(Value::from),
        (-4_000..4_000_i32).prop_map(|quarters| Value::from(f64::from(quarters) / 4.0)),
        "[a-z \"\\\\é\n]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[abc]", inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(future)
}

fn run_pass(output: &Value, input: Value) -> ExecutionOutcome {
    let definition = json!({
        "QueryLanguage": "JSONata", "StartAt": "Only",
        "States": {"Only": {"Type": "Pass", "Output": output, "End": true}}
    });
    block_on(async {
        let interpreter = Interpreter::builder()
            .machine(ARN, StateMachine::from_value(definition).unwrap())
            .build()
            .unwrap();
        interpreter.start(ARN, "", input).unwrap().run().await
    })
}

/// As JSONata counts: whole numbers without a fraction.
fn normal(value: &Value) -> Value {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 => Value::from(float as i64),
            _ => value.clone(),
        },
        Value::Array(items) => items.iter().map(normal).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, field)| (name.clone(), normal(field)))
            .collect(),
        _ => value.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn literals_pass_untouched(value in any_json()) {
        let outcome = run_pass(&value, json!({}));
        prop_assert_eq!(outcome.output.as_deref(), Some(&value));
    }

    #[test]
    fn a_plain_path_is_what_the_engine_finds(
        input in any_json(),
        names in prop::collection::vec("[abc]", 0..4),
    ) {
        let path: String = names.iter().map(|name| format!(".{name}")).collect();
        let plain = run_pass(&json!(format!("{{% $states.input{path} %}}")), input.clone());
        let engine = run_pass(&json!(format!("{{% ($s := $states; $s.input{path}) %}}")), input);
        prop_assert_eq!(plain.status, engine.status);
        prop_assert_eq!(plain.error, engine.error);
        prop_assert_eq!(plain.output.as_deref().map(normal), engine.output.as_deref().map(normal));
    }

    #[test]
    fn definitions_survive(output in any_json(), arguments in any_json(), seconds in 1_u64..99, names in prop::collection::vec("[A-Z][a-z ]{0,9}", 1..6)) {
        let mut states = Map::new();
        for name in &names {
            states.insert(format!("{name} call"), json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": arguments, "TimeoutSeconds": seconds, "Next": name}));
            states.insert(name.clone(), json!({"Type": "Pass", "Output": output, "End": true}));
        }
        let start = format!("{} call", names[0]);
        let text = json!({"QueryLanguage": "JSONata", "StartAt": start, "States": states}).to_string();
        let read = StateMachine::from_json(&text).unwrap();
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), text);
    }
}

/// Takes as long as its input says, and fails now and then.
struct Shaky;

#[async_trait]
impl Resources for Shaky {
    async fn call(&self, call: TaskCall) -> Result<Value, TaskFailure> {
        let item = call.arguments["item"].as_u64().unwrap();
        tokio::time::sleep(Duration::from_millis(item * 37 % 101)).await;
        if (item + call.attempt).is_multiple_of(3) {
            return Err(TaskFailure::new("Shaky", "now and then"));
        }
        Ok(json!({"item": item, "attempt": call.attempt}))
    }
}

fn shaky(seed: u64) -> (ExecutionOutcome, String) {
    let definition = json!({
        "QueryLanguage": "JSONata", "StartAt": "Each",
        "States": {"Each": {
            "Type": "Map", "Items": "{% [1..60] %}", "MaxConcurrency": 7,
            "ItemSelector": {"item": "{% $states.context.Map.Item.Value %}"},
            "ItemProcessor": {"StartAt": "Call", "States": {"Call": {
                "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
                "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 3, "JitterStrategy": "FULL"}],
                "Output": {"got": "{% $states.result %}", "id": "{% $uuid() %}"}, "End": true
            }}},
            "End": true
        }}
    });
    block_on(async {
        let base = "2026-01-01T00:00:00Z".parse().unwrap();
        let interpreter = Interpreter::builder()
            .machine(ARN, StateMachine::from_value(definition).unwrap())
            .resources(Arc::new(Shaky))
            .clock(Arc::new(TokioClock::starting_at(base)))
            .seed(seed)
            .build()
            .unwrap();
        let execution = interpreter.start(ARN, "", json!({})).unwrap();
        let outcome = execution.run().await;
        (outcome, format!("{:?}", execution.history()))
    })
}

#[test]
fn the_same_seed_gives_the_same_history() {
    let (first, second, other) = (shaky(1), shaky(1), shaky(2));
    assert_eq!(first.0.status, EndStatus::Succeeded);
    assert_eq!(first, second);
    assert_ne!(first, other);
}
