//! Single states that AWS's `TestState` ran or refused to run, against
//! `asl::test_state`.

use std::sync::Arc;

use asl::interpreter::TokioClock;
use asl::test_state::{
    FieldValidation, InspectionLevel, Mock, MockedError, StateConfiguration, TestAnswer, TestHost,
    TestRefusal, TestRequest, test_state,
};
use serde_json::{Value, json};

use super::cases::{agrees, of_kind};

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn json_text(value: &Value) -> Option<String> {
    (!value.is_null()).then(|| value.to_string())
}

fn mock(mock: &Value) -> Option<Mock> {
    let error = &mock["errorOutput"];
    mock.is_object().then(|| Mock {
        result: text(&mock["result"]),
        error_output: error.is_object().then(|| MockedError {
            error: text(&error["error"]),
            cause: text(&error["cause"]),
        }),
        field_validation_mode: match mock["fieldValidationMode"].as_str() {
            Some("NONE") => FieldValidation::None,
            Some("PRESENT") => FieldValidation::Present,
            _ => FieldValidation::Strict,
        },
    })
}

/// Whether a role was sent. A case tells that in its name, or by the context
/// object that AWS showed.
fn has_role(case: &Value) -> bool {
    let shows_none = case["expect"].to_string().contains(r#""RoleArn":null"#);
    !shows_none && !case["id"].as_str().unwrap().contains("no_role_arn")
}

fn request(case: &Value) -> TestRequest {
    let configuration = &case["state_configuration"];
    TestRequest {
        definition: text(&case["definition_text"])
            .unwrap_or_else(|| case["definition"].to_string()),
        state_name: text(&case["state_name"]),
        input: json_text(&case["input"]),
        role_arn: has_role(case).then(|| "arn:aws:iam::111111111111:role/role".to_owned()),
        inspection_level: match case["inspection_level"].as_str() {
            Some("TRACE") => InspectionLevel::Trace,
            Some("DEBUG") => InspectionLevel::Debug,
            _ => InspectionLevel::Info,
        },
        mock: mock(&case["mock"]),
        context: text(&case["context"]).or_else(|| json_text(&case["context"])),
        variables: text(&case["variables"]).or_else(|| json_text(&case["variables"])),
        state_configuration: configuration.is_object().then(|| StateConfiguration {
            retrier_retry_count: configuration["retrierRetryCount"].as_u64(),
            error_caused_by_state: text(&configuration["errorCausedByState"]),
            map_iteration_failure_count: configuration["mapIterationFailureCount"].as_u64(),
            map_item_reader_data: text(&configuration["mapItemReaderData"]),
        }),
    }
}

/// The answer in the form of the corpus.
fn written(answer: &TestAnswer) -> Value {
    let mut value = json!({"status": answer.status.name()});
    for (field, part) in [
        ("output", answer.output.clone()),
        ("error", answer.error.clone().map(Value::from)),
        ("cause", answer.cause.clone().map(Value::from)),
        ("next_state", answer.next_state.clone().map(Value::from)),
        (
            "inspection_data",
            answer
                .inspection
                .as_ref()
                .map(|inspection| serde_json::to_value(inspection).unwrap()),
        ),
    ] {
        if let Some(part) = part {
            value[field] = part;
        }
    }
    value
}

#[derive(Default)]
struct Tally {
    cases: usize,
    agree: usize,
    inspections: usize,
    inspections_agree: usize,
    messages: usize,
    messages_agree: usize,
    json_path: Vec<String>,
    unsupported: Vec<String>,
    wrong: Vec<String>,
}

impl Tally {
    async fn run(&mut self, case: &Value) {
        self.cases += 1;
        let host = TestHost {
            clock: Arc::new(TokioClock::starting_at(
                "2026-01-01T00:00:00Z".parse().unwrap(),
            )),
            machine_arn: "arn:aws:states:us-east-1:111111111111:stateMachine:machine".to_owned(),
            ..TestHost::default()
        };
        let expect = &case["expect"];
        let (fields, actual): (&[&str], Value) = match test_state(&request(case), &host).await {
            Ok(answer) => (
                &["status", "output", "error", "next_state"],
                written(&answer),
            ),
            Err(TestRefusal::Api { code, message }) => (
                &["status", "error_code"],
                json!({"status": "API_ERROR", "error_code": code.name(), "message": message}),
            ),
            Err(TestRefusal::Unsupported { reason }) => {
                let list = if reason.contains("is in JSONPath") {
                    &mut self.json_path
                } else {
                    &mut self.unsupported
                };
                list.push(format!("{}: {reason}", case["id"]));
                return;
            }
        };
        if fields
            .iter()
            .all(|field| agrees(&expect[*field], &actual[*field]))
        {
            self.agree += 1;
        } else {
            self.wrong
                .push(format!("{}: {expect} but was {actual}", case["id"]));
            return;
        }
        if !expect["inspection_data"].is_null() || !actual["inspection_data"].is_null() {
            self.inspections += 1;
            let inspection = &actual["inspection_data"];
            if agrees(&expect["inspection_data"], inspection) {
                self.inspections_agree += 1;
            } else {
                println!(
                    "inspection {}: {} but was {inspection}",
                    case["id"], expect["inspection_data"]
                );
            }
        }
        for field in ["cause", "message"] {
            if expect[field].is_string() {
                self.messages += 1;
                if expect[field] == actual[field] {
                    self.messages_agree += 1;
                } else {
                    println!(
                        "{field} {}: {} but was {}",
                        case["id"], expect[field], actual[field]
                    );
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn states_end_as_in_test_state() {
    let mut tally = Tally::default();
    for case in &of_kind("test_state") {
        tally.run(case).await;
    }
    println!(
        "corpus: {} cases of test_state, {} agree, {} in JSONPath, {} of unknown services, {} wrong; inspections {}/{}; causes and messages {}/{}",
        tally.cases,
        tally.agree,
        tally.json_path.len(),
        tally.unsupported.len(),
        tally.wrong.len(),
        tally.inspections_agree,
        tally.inspections,
        tally.messages_agree,
        tally.messages,
    );
    for unsupported in tally.json_path.iter().chain(&tally.unsupported) {
        println!("unsupported {unsupported}");
    }
    assert!(tally.wrong.is_empty(), "{:#?}", tally.wrong);
    assert_eq!(tally.inspections_agree, tally.inspections);
}
