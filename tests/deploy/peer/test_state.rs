//! `TestState` on the wire: requests and answers in AWS's JSON, answered by a script or by the interpreter.

use std::sync::Arc;
use std::time::Duration;

use asl::interpreter::Clock;
use asl::test_state::{
    FieldValidation, InspectionLevel, Mock, MockedError, StateConfiguration, TestAnswer, TestHost,
    TestRefusal, TestRequest, test_state,
};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};

/// An answer in AWS's JSON, or a code and a sentence.
pub type Wire = Result<Value, (String, String)>;

/// Gives an answer, from the request and what the interpreter says to it.
pub type Script = dyn Fn(&Value, Wire) -> Wire + Send;

pub fn answer(input: &Value, script: Option<&Script>) -> Wire {
    let request = request(input);
    let host = TestHost {
        clock: Arc::new(Instantly),
        seed: 77,
        ..TestHost::default()
    };
    let own = match test_state(&request, &host).now_or_never().unwrap() {
        Ok(answer) => Ok(written(&answer)),
        Err(TestRefusal::Api { code, message }) => Err((code.name().to_owned(), message)),
        Err(TestRefusal::Unsupported { reason }) => Err(("Unsupported".to_owned(), reason)),
    };
    match script {
        Some(script) => script(input, own),
        None => own,
    }
}

/// A clock that lets no time pass.
struct Instantly;

impl Clock for Instantly {
    fn now(&self) -> jiff::Timestamp {
        "2026-06-01T10:20:30Z".parse().unwrap()
    }

    fn sleep(&self, _duration: Duration) -> BoxFuture<'static, ()> {
        futures_util::future::ready(()).boxed()
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// The request, as AWS reads it.
fn request(input: &Value) -> TestRequest {
    let mock = &input["mock"];
    let error = &mock["errorOutput"];
    let configuration = &input["stateConfiguration"];
    TestRequest {
        definition: text(&input["definition"]).unwrap(),
        state_name: text(&input["stateName"]),
        input: text(&input["input"]),
        role_arn: text(&input["roleArn"]),
        inspection_level: match input["inspectionLevel"].as_str().unwrap() {
            "DEBUG" => InspectionLevel::Debug,
            "TRACE" => InspectionLevel::Trace,
            _ => InspectionLevel::Info,
        },
        mock: mock.is_object().then(|| Mock {
            result: text(&mock["result"]),
            error_output: error.is_object().then(|| MockedError {
                error: text(&error["error"]),
                cause: text(&error["cause"]),
            }),
            field_validation_mode: match mock["fieldValidationMode"].as_str().unwrap() {
                "NONE" => FieldValidation::None,
                "PRESENT" => FieldValidation::Present,
                _ => FieldValidation::Strict,
            },
        }),
        context: text(&input["context"]),
        variables: text(&input["variables"]),
        state_configuration: configuration.is_object().then(|| StateConfiguration {
            retrier_retry_count: configuration["retrierRetryCount"].as_u64(),
            error_caused_by_state: text(&configuration["errorCausedByState"]),
            map_iteration_failure_count: configuration["mapIterationFailureCount"].as_u64(),
            map_item_reader_data: text(&configuration["mapItemReaderData"]),
        }),
    }
}

fn written(answer: &TestAnswer) -> Value {
    let inspection = answer.inspection.as_ref();
    let inspection = inspection.map(|inspection| serde_json::to_value(inspection).unwrap());
    wire(
        answer.status.name(),
        answer.output.as_ref(),
        [
            ("error", answer.error.as_deref()),
            ("cause", answer.cause.as_deref()),
            ("nextState", answer.next_state.as_deref()),
        ],
        inspection.as_ref(),
    )
}

/// An answer in AWS's JSON, in which every value that is a state's is a text.
pub fn wire(
    status: &str,
    output: Option<&Value>,
    texts: [(&str, Option<&str>); 3],
    inspection: Option<&Value>,
) -> Value {
    let mut answer = Map::from_iter([("status".to_owned(), json!(status))]);
    if let Some(output) = output {
        answer.insert("output".to_owned(), json!(output.to_string()));
    }
    for (name, text) in texts {
        if let Some(text) = text {
            answer.insert(name.to_owned(), json!(text));
        }
    }
    if let Some(Value::Object(inspection)) = inspection {
        let fields = inspection.iter().map(|(name, value)| {
            let value = match name.as_str() {
                "input" | "afterArguments" | "result" | "variables" => json!(value.to_string()),
                _ => value.clone(),
            };
            (name.clone(), value)
        });
        answer.insert("inspectionData".to_owned(), fields.collect());
    }
    Value::Object(answer)
}
