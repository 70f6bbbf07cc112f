//! AWS's own recorded answers of `TestState`, given by the peer over the wire: what `sfc verify` sends, reads
//! and compares finds no difference to our interpreter.

use std::collections::HashMap;
use std::path::PathBuf;

use asl::test_state::{
    FieldValidation, InspectionLevel, Mock, MockedError, StateConfiguration, TestRefusal,
    TestRequest,
};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use serde_json::{Value, json};
use sfc::aws::Aws;
use sfc::verify::{differences, own};

use crate::peer::{Peer, REGION, test_state::wire};

/// The role of tests that had one.
const ROLE: &str = "arn:aws:iam::111111111111:role/role";

/// The recorded tests of states; none where there is no corpus.
fn recordings() -> Option<Vec<Value>> {
    let path = std::env::var_os("ASL_CORPUS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/asl-corpus/cases.jsonl"),
        PathBuf::from,
    );
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!(
            "skipped: recorded answers, because there is no {}",
            path.display()
        );
        return None;
    };
    let cases = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    Some(cases.filter(|case| case["kind"] == "test_state").collect())
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        value => Some(value.to_string()),
    }
}

fn request(case: &Value) -> TestRequest {
    let (mock, configuration) = (&case["mock"], &case["stateConfiguration"]);
    let configuration = if configuration.is_null() {
        &case["state_configuration"]
    } else {
        configuration
    };
    let error = &mock["errorOutput"];
    TestRequest {
        definition: text(&case["definition_text"])
            .unwrap_or_else(|| case["definition"].to_string()),
        state_name: text(&case["state_name"]),
        input: (!case["input"].is_null()).then(|| case["input"].to_string()),
        // What a recording does not tell is told by the context object that AWS showed.
        role_arn: (!case["expect"].to_string().contains(r#""RoleArn":null"#)
            && !case["id"].as_str().unwrap().contains("no_role_arn"))
        .then(|| ROLE.to_owned()),
        inspection_level: match case["inspection_level"].as_str() {
            Some("TRACE") => InspectionLevel::Trace,
            Some("DEBUG") => InspectionLevel::Debug,
            _ => InspectionLevel::Info,
        },
        mock: mock.is_object().then(|| Mock {
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
        }),
        context: text(&case["context"]),
        variables: text(&case["variables"]),
        state_configuration: configuration.is_object().then(|| StateConfiguration {
            retrier_retry_count: configuration["retrierRetryCount"].as_u64(),
            error_caused_by_state: text(&configuration["errorCausedByState"]),
            map_iteration_failure_count: configuration["mapIterationFailureCount"].as_u64(),
            map_item_reader_data: text(&configuration["mapItemReaderData"]),
        }),
    }
}

/// A recorded value; what was masked in it is the text that stands for it.
fn unmasked(value: &Value) -> Value {
    match value {
        Value::Object(fields) if fields.get("$any") == Some(&json!(true)) => {
            match fields.get("snapshot").and_then(Value::as_str) {
                // Masked, although it was sent.
                Some(role) if role.starts_with("arn:aws:iam::") => json!(ROLE),
                Some(text) => json!(text),
                None => json!("masked"),
            }
        }
        Value::Object(fields) => {
            let fields = fields.iter();
            fields
                .map(|(name, value)| (name.clone(), unmasked(value)))
                .collect()
        }
        Value::Array(items) => items.iter().map(unmasked).collect(),
        value => value.clone(),
    }
}

/// The recorded answer as AWS sends it.
fn answer(expect: &Value) -> Result<Value, (String, String)> {
    if expect["status"] == "API_ERROR" {
        let message = text(&expect["message"]).unwrap_or_default();
        return Err((text(&expect["error_code"]).unwrap(), message));
    }
    let part = |name: &str| (!expect[name].is_null()).then(|| unmasked(&expect[name]));
    let texts = ["error", "cause", "next_state"].map(|name| text(&expect[name]));
    let [error, cause, next] = &texts;
    Ok(wire(
        expect["status"].as_str().unwrap(),
        part("output").as_ref(),
        [
            ("error", error.as_deref()),
            ("cause", cause.as_deref()),
            ("nextState", next.as_deref()),
        ],
        part("inspection_data").as_ref(),
    ))
}

async fn client(peer: &Peer) -> Aws {
    let keys = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(SharedCredentialsProvider::new(keys))
        .endpoint_url(peer.url())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    Aws::of(&config, REGION.to_owned()).await.unwrap()
}

#[test]
fn recorded_answers_of_aws_are_ours() {
    let Some(cases) = recordings() else {
        return;
    };
    let peer = Peer::start();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let aws = runtime.block_on(client(&peer));
    let (mut asked, mut not_known) = (0, 0);
    let mut differing: HashMap<String, Value> = HashMap::new();
    for case in &cases {
        let id = case["id"].as_str().unwrap().to_owned();
        let request = request(case);
        let own = own(&request);
        // States in JSONPath, and services that are no pipeline's.
        if matches!(own.answer, Err(TestRefusal::Unsupported { .. })) {
            not_known += 1;
            continue;
        }
        let recorded = answer(&case["expect"]);
        let sent = request.clone();
        peer.world().test_state = Some(Box::new(move |input, _| {
            assert_eq!(input["definition"], json!(sent.definition));
            assert_eq!(
                input.get("stateName"),
                sent.state_name.as_ref().map(|name| json!(name)).as_ref()
            );
            assert_eq!(
                input.get("input"),
                sent.input.as_ref().map(|input| json!(input)).as_ref()
            );
            recorded.clone()
        }));
        // Boto refuses some requests before they are sent.
        if case["expect"]["error_code"] == "ParamValidationError" {
            continue;
        }
        let answered = runtime.block_on(aws.test_state(&request)).unwrap();
        let found = differences(&own, &answered);
        asked += 1;
        if !found.is_empty() {
            let found = found
                .iter()
                .map(|found| json!([found.field, found.aws, found.sfc]));
            differing.insert(id, found.collect());
        }
    }
    println!("{asked} recorded answers, {not_known} of states that no pipeline has");
    assert!(differing.is_empty(), "{differing:#?}");
    assert!(asked > 50, "{asked}");
}
