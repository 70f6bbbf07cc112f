//! Single states on their own: what they leave behind, and which requests are
//! refused.

use std::sync::Arc;

use asl::interpreter::{Resources, TaskCall, TaskFailure};
use asl::test_state::{
    ApiError, ErrorDetails, FieldValidation, InspectionLevel, Mock, StateConfiguration, TestAnswer,
    TestHost, TestRefusal, TestRequest, TestStatus, test_state,
};
use async_trait::async_trait;
use serde_json::{Value, json};

/// A request for a state in JSONata, with everything shown.
fn request(mut state: Value) -> TestRequest {
    state["QueryLanguage"] = json!("JSONata");
    TestRequest {
        definition: state.to_string(),
        input: Some(r#"{"n": 1, "items": [1, 2, 3]}"#.to_owned()),
        inspection_level: InspectionLevel::Debug,
        ..TestRequest::default()
    }
}

async fn answer(request: &TestRequest) -> TestAnswer {
    test_state(request, &TestHost::default())
        .await
        .unwrap_or_else(|refusal| panic!("{request:?}: {refusal}"))
}

async fn refusal(request: &TestRequest) -> TestRefusal {
    match test_state(request, &TestHost::default()).await {
        Ok(answer) => panic!("{request:?}: {answer:?}"),
        Err(refusal) => refusal,
    }
}

/// Asserts AWS's code, and that the message has this part.
async fn refused(request: &TestRequest, code: ApiError, part: &str) {
    match refusal(request).await {
        TestRefusal::Api { code: is, message } => {
            assert_eq!(is, code, "{message}");
            assert!(message.contains(part), "{message}");
        }
        other => panic!("{request:?}: {other}"),
    }
}

async fn unsupported(request: &TestRequest, part: &str) {
    match refusal(request).await {
        TestRefusal::Unsupported { reason } => assert!(reason.contains(part), "{reason}"),
        other => panic!("{request:?}: {other}"),
    }
}

fn task() -> Value {
    json!({
        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": "f", "Payload": "{% $states.input.n %}"},
        "Assign": {"m": "{% $states.result.Payload %}"},
        "Output": "{% $states.result.Payload + $k %}",
        "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 3, "MaxAttempts": 2}],
        "Catch": [
            {"ErrorEquals": ["Other"], "Next": "Nowhere"},
            {"ErrorEquals": ["States.ALL"], "Assign": {"e": "{% $states.errorOutput.Error %}"}, "Next": "Sorry"}
        ],
        "Next": "Then"
    })
}

fn map(more: Value) -> Value {
    let mut map = json!({
        "Type": "Map", "Items": "{% $states.input.items %}", "MaxConcurrency": "{% 1 + 1 %}",
        "ItemProcessor": {"StartAt": "In", "States": {"In": {"Type": "Succeed"}}},
        "End": true
    });
    for (name, value) in more.as_object().unwrap() {
        map[name] = value.clone();
    }
    map
}

fn parallel() -> Value {
    let branch = |name: &str| json!({"StartAt": name, "States": {name: {"Type": "Succeed"}}});
    json!({
        "Type": "Parallel", "Branches": [branch("Left"), branch("Right")],
        "Output": "{% $states.result[1] %}", "Next": "Then"
    })
}

fn with_mock(state: Value, mock: Mock) -> TestRequest {
    TestRequest {
        mock: Some(mock),
        variables: Some(r#"{"k": 10}"#.to_owned()),
        ..request(state)
    }
}

#[tokio::test]
async fn a_mocked_task_goes_on_with_its_result() {
    let request = with_mock(task(), Mock::result(r#"{"Payload": 5}"#));
    let answer = answer(&request).await;
    assert_eq!(answer.status, TestStatus::Succeeded);
    assert_eq!(answer.output, Some(json!(15)));
    assert_eq!(answer.next_state.as_deref(), Some("Then"));
    assert_eq!((answer.error, answer.cause), (None, None));
    assert_eq!(
        serde_json::to_value(answer.inspection).unwrap(),
        json!({
            "input": {"n": 1, "items": [1, 2, 3]},
            "afterArguments": {"FunctionName": "f", "Payload": 1},
            "result": {"Payload": 5},
            "variables": {"k": 10, "m": 5}
        })
    );
}

#[tokio::test]
async fn retriers_are_asked_before_catchers() {
    let tried = |error: &str, retries: u64| {
        let mut request = with_mock(task(), Mock::error(error, "why"));
        request.state_configuration = Some(StateConfiguration {
            retrier_retry_count: Some(retries),
            ..StateConfiguration::default()
        });
        request
    };
    let retriable = answer(&tried("Busy", 1)).await;
    assert_eq!(retriable.status, TestStatus::Retriable);
    assert_eq!((retriable.output, retriable.next_state), (None, None));
    assert_eq!(retriable.error.as_deref(), Some("Busy"));
    assert_eq!(retriable.cause.as_deref(), Some("why"));
    assert_eq!(
        retriable.inspection.unwrap().error_details,
        Some(ErrorDetails {
            retry_index: Some(0),
            retry_backoff_interval_seconds: Some(6),
            catch_index: None
        })
    );
    for (error, retries, retry_index) in [("Busy", 2, Some(0)), ("Odd", 0, None)] {
        let caught = answer(&tried(error, retries)).await;
        assert_eq!(caught.status, TestStatus::CaughtError);
        assert_eq!(caught.next_state.as_deref(), Some("Sorry"));
        assert_eq!(caught.output, Some(json!({"Error": error, "Cause": "why"})));
        let inspection = caught.inspection.unwrap();
        assert_eq!(inspection.variables.unwrap()["e"], json!(error));
        let details = inspection.error_details.unwrap();
        assert_eq!(
            (details.retry_index, details.catch_index),
            (retry_index, Some(1))
        );
    }
    let mut alone = task();
    alone.as_object_mut().unwrap().remove("Catch");
    let failed = answer(&with_mock(alone, Mock::error("Odd", "why"))).await;
    assert_eq!((failed.status, failed.output), (TestStatus::Failed, None));
    assert_eq!(failed.error.as_deref(), Some("Odd"));
}

#[tokio::test]
async fn an_expression_that_fails_fails_the_state() {
    let mut state = task();
    state["Catch"] = json!([]);
    state["Arguments"] = json!({"Payload": "{% $nothing.here %}"});
    let failed = answer(&with_mock(state, Mock::result("{}"))).await;
    assert_eq!(failed.status, TestStatus::Failed);
    assert_eq!(failed.error.as_deref(), Some("States.QueryEvaluationError"));
}

#[tokio::test]
async fn a_map_is_held_against_what_it_tolerates() {
    let failing = |more: Value, failed: u64| {
        let mut request = with_mock(map(more), Mock::result("[1, 2, 3]"));
        request.state_configuration = Some(StateConfiguration {
            map_iteration_failure_count: Some(failed),
            ..StateConfiguration::default()
        });
        request
    };
    let count = json!({"ToleratedFailureCount": 1});
    let good = answer(&failing(count.clone(), 1)).await;
    assert_eq!(
        (good.status, good.output),
        (TestStatus::Succeeded, Some(json!([1, 2, 3])))
    );
    let inspection = good.inspection.unwrap();
    assert_eq!(inspection.max_concurrency, Some(2));
    assert_eq!(inspection.tolerated_failure_count, Some(1));
    for more in [count, json!({"ToleratedFailurePercentage": 50})] {
        let bad = answer(&failing(more, 2)).await;
        assert_eq!(bad.status, TestStatus::Failed);
        assert_eq!(
            bad.error.as_deref(),
            Some("States.ExceedToleratedFailureThreshold")
        );
    }
    let odd = json!({"ItemSelector": "{% $states.context.Map.Item.Value.odd %}"});
    let bad = answer(&failing(odd, 0)).await;
    assert_eq!(bad.error.as_deref(), Some("States.QueryEvaluationError"));
}

#[tokio::test]
async fn what_a_mock_takes_the_place_of_need_not_be_known() {
    let processor = json!({
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "In", "States": {"In": {"Type": "Task", "Resource": "arn:aws:states:::braket:createQuantumTask", "End": true}}
    });
    let mut distributed = with_mock(
        map(
            json!({"ItemProcessor": processor, "ItemReader": {"Resource": "r", "Arguments": {"Key": "{% $k %}"}}}),
        ),
        Mock::result("[1]"),
    );
    distributed.state_configuration = Some(StateConfiguration {
        map_item_reader_data: Some("[1, 2]".to_owned()),
        ..StateConfiguration::default()
    });
    assert_eq!(answer(&distributed).await.output, Some(json!([1])));
    let both = with_mock(parallel(), Mock::result(r#"["l", "r"]"#));
    assert_eq!(answer(&both).await.output, Some(json!("r")));
    let callback = json!({
        "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Arguments": {"QueueUrl": "q", "MessageBody": "{% $states.context.Task.Token %}"}, "End": true
    });
    let mut callback = with_mock(callback, Mock::result("[]"));
    assert_eq!(answer(&callback).await.output, Some(json!([])));
    callback.context = Some(r#"{"Task": {"Token": "t"}}"#.to_owned());
    let inspection = answer(&callback).await.inspection.unwrap();
    assert_eq!(inspection.after_arguments.unwrap()["MessageBody"], "t");
}

#[tokio::test]
async fn a_state_of_a_machine_is_found_by_its_name() {
    let machine = json!({"QueryLanguage": "JSONata", "StartAt": "Which", "States": {
        "Which": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input.n = 1 %}", "Next": "Each"}], "Default": "No"},
        "Each": {"Type": "Map", "Next": "No", "ItemProcessor": {"StartAt": "In", "States": {"In": {"Type": "Pass", "Output": "{% $states.context.State %}", "End": true}}}},
        "No": {"Type": "Fail", "Error": "No", "Cause": "{% 'n is ' & $states.input.n %}"}
    }});
    let of = |name: &str| TestRequest {
        definition: machine.to_string(),
        state_name: Some(name.to_owned()),
        ..request(json!({}))
    };
    let which = answer(&of("Which")).await;
    assert_eq!(which.next_state.as_deref(), Some("Each"));
    let inner = answer(&of("In")).await;
    assert_eq!(inner.output.unwrap()["Name"], "StateName");
    let no = answer(&of("No")).await;
    assert_eq!(
        (no.status, no.error.as_deref()),
        (TestStatus::Failed, Some("No"))
    );
    assert_eq!(no.cause.as_deref(), Some("n is 1"));
    refused(&of("Gone"), ApiError::ValidationException, "not found").await;
    refused(&of(""), ApiError::ParamValidation, "stateName").await;
}

#[tokio::test]
async fn the_context_object_may_be_given() {
    let pass = json!({"Type": "Pass", "Output": "{% $states.context %}", "End": true});
    let given = |context: &str| TestRequest {
        context: Some(context.to_owned()),
        ..request(pass.clone())
    };
    let own = answer(&request(pass.clone())).await.output.unwrap();
    assert_eq!(own["State"]["Name"], "StateName");
    assert_eq!(own["Execution"]["RoleArn"], Value::Null);
    assert_eq!(answer(&given("{}")).await.output, Some(json!({})));
    let context = json!({"Execution": {"Name": "e"}});
    assert_eq!(
        answer(&given(&context.to_string())).await.output,
        Some(context)
    );
    for bad in [
        "[]",
        "odd",
        r#"{"Map": {}}"#,
        r#"{"State": 1}"#,
        r#"{"State": {"Name": 1}}"#,
    ] {
        let part = "Invalid Context object";
        refused(&given(bad), ApiError::ValidationException, part).await;
    }
}

#[tokio::test]
async fn mocks_that_do_not_fit_are_refused() {
    let both = Mock {
        result: Some("{}".to_owned()),
        ..Mock::error("E", "c")
    };
    let pass = json!({"Type": "Pass", "End": true});
    let writer = json!({"ResultWriter": {}});
    for (state, mock, part) in [
        (task(), both, "only one"),
        (task(), Mock::default(), "one of"),
        (pass, Mock::result("1"), "State type 'Pass'"),
        (task(), Mock::result("odd"), "valid JSON"),
        (map(json!({})), Mock::result("{}"), "an array"),
        (parallel(), Mock::result("{}"), "an array"),
        (map(writer), Mock::result("[]"), "a JSON object"),
        (
            task(),
            Mock::result(r#"{"StatusCode": "200"}"#),
            "Field 'StatusCode' must be a number",
        ),
    ] {
        refused(&with_mock(state, mock), ApiError::ValidationException, part).await;
    }
    let mut counted = with_mock(map(json!({})), Mock::result("[1]"));
    counted.state_configuration = Some(StateConfiguration {
        map_iteration_failure_count: Some(2),
        ..StateConfiguration::default()
    });
    let part = "less than or equal";
    refused(&counted, ApiError::ValidationException, part).await;
    counted.mock = None;
    let part = "MapIterationFailureCount when a mock";
    refused(&counted, ApiError::ValidationException, part).await;
    let part = "does not support Map or Parallel";
    refused(&request(parallel()), ApiError::InvalidDefinition, part).await;
    let part = "no branches";
    let empty = json!({"Type": "Parallel", "Branches": [], "End": true});
    let empty = with_mock(empty, Mock::result("[]"));
    refused(&empty, ApiError::InvalidDefinition, part).await;
}

#[tokio::test]
async fn a_result_is_held_against_the_api() {
    let start = |result: &str, mode| {
        let state = json!({"Type": "Task", "Resource": "arn:aws:states:::states:startExecution", "End": true});
        let mock = Mock {
            field_validation_mode: mode,
            ..Mock::result(result)
        };
        with_mock(state, mock)
    };
    let strict = FieldValidation::Strict;
    let missing = "Required field 'ExecutionArn' is missing";
    let invalid = ApiError::ValidationException;
    refused(&start("{}", strict), invalid, missing).await;
    let wrong = r#"{"ExecutionArn": "a", "StartDate": 1}"#;
    let number = "Field 'StartDate' must be a string";
    refused(&start(wrong, strict), invalid, number).await;
    refused(&start(wrong, FieldValidation::Present), invalid, number).await;
    for (result, mode) in [
        (
            r#"{"ExecutionArn": "a", "StartDate": "d", "odd": 1}"#,
            strict,
        ),
        ("{}", FieldValidation::Present),
        (wrong, FieldValidation::None),
    ] {
        assert_eq!(
            answer(&start(result, mode)).await.status,
            TestStatus::Succeeded
        );
    }
    let events =
        json!({"Type": "Task", "Resource": "arn:aws:states:::events:putEvents", "End": true});
    let events = with_mock(
        events,
        Mock::result(r#"{"Entries": [{}, {"EventId": []}]}"#),
    );
    refused(&events, invalid, "Field 'EventId' must be a string").await;
}

#[tokio::test]
async fn what_aws_would_say_is_not_guessed() {
    let mut path = request(json!({"Type": "Pass", "End": true}));
    path.definition = r#"{"Type": "Pass", "End": true}"#.to_owned();
    unsupported(&path, "JSONPath").await;
    let sdk =
        json!({"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:getObject", "End": true});
    unsupported(&with_mock(sdk.clone(), Mock::result("{}")), "not known").await;
    let error = answer(&with_mock(sdk, Mock::error("S3.NoSuchKeyException", ""))).await;
    assert_eq!(error.error.as_deref(), Some("S3.NoSuchKeyException"));
    let mut elsewhere = with_mock(parallel(), Mock::error("E", "c"));
    elsewhere.state_configuration = Some(StateConfiguration {
        error_caused_by_state: Some("Elsewhere".to_owned()),
        ..StateConfiguration::default()
    });
    unsupported(&elsewhere, "Elsewhere").await;
}

/// Echoes what it is called with.
struct Echo;

#[async_trait]
impl Resources for Echo {
    async fn call(&self, call: TaskCall) -> Result<Value, TaskFailure> {
        Ok(json!({"Payload": call.arguments["Payload"]}))
    }
}

#[tokio::test]
async fn a_task_without_a_mock_calls_the_host() {
    let host = TestHost {
        resources: Arc::new(Echo),
        ..TestHost::default()
    };
    let mut real = TestRequest {
        variables: Some(r#"{"k": 10}"#.to_owned()),
        ..request(task())
    };
    refused(&real, ApiError::ValidationException, "RoleArn").await;
    real.role_arn = Some("arn:aws:iam::000000000000:role/r".to_owned());
    let answer = test_state(&real, &host).await.unwrap();
    assert_eq!(answer.output, Some(json!(11)));
    unsupported(&real, "does not support").await;
    for resource in [
        "arn:aws:states:::glue:startJobRun.sync",
        "arn:aws:states:::lambda:invoke.waitForTaskToken",
    ] {
        let mut state = task();
        state["Resource"] = json!(resource);
        real.definition = request(state).definition;
        let part = "when a mock is not specified";
        refused(&real, ApiError::InvalidDefinition, part).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_test_takes_five_minutes_at_the_most() {
    let wait = |seconds: u64| request(json!({"Type": "Wait", "Seconds": seconds, "Next": "Then"}));
    let short = answer(&wait(299)).await;
    assert_eq!(short.next_state.as_deref(), Some("Then"));
    let long = answer(&wait(301)).await;
    assert_eq!(long.status, TestStatus::Failed);
    assert_eq!(long.error.as_deref(), Some("States.Timeout"));
}
