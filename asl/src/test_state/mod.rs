//! One state on an input, as `TestState` of Step Functions runs it ("Testing
//! state machines in Step Functions with the TestState API").
//!
//! A [`TestRequest`] has the fields of AWS's, texts included, so that the same
//! request can be sent there and the two answers compared. What AWS refuses
//! before it runs anything is [`TestRefusal::Api`], with its code. Where nobody here
//! can tell what AWS would say, the answer is [`TestRefusal::Unsupported`] and never
//! a guess. That holds for states in JSONPath, and for mocked results of services whose
//! answers this crate has no shape of.
//!
//! ```
//! use asl::test_state::{Mock, TestHost, TestRequest, TestStatus, test_state};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), asl::test_state::TestRefusal> {
//! let request = TestRequest {
//!     definition: r#"{
//!         "Type": "Task", "QueryLanguage": "JSONata", "Next": "Pay",
//!         "Resource": "arn:aws:states:::lambda:invoke",
//!         "Arguments": {"FunctionName": "price", "Payload": "{% $states.input %}"},
//!         "Output": "{% $states.result.Payload %}"
//!     }"#.to_owned(),
//!     input: Some(r#"{"article": 1}"#.to_owned()),
//!     mock: Some(Mock::result(r#"{"Payload": {"price": 5}}"#)),
//!     ..TestRequest::default()
//! };
//! let answer = test_state(&request, &TestHost::default()).await?;
//! assert_eq!(answer.status, TestStatus::Succeeded);
//! assert_eq!(answer.output, Some(serde_json::json!({"price": 5})));
//! assert_eq!(answer.next_state.as_deref(), Some("Pay"));
//! # Ok(())
//! # }
//! ```

mod answer;
mod checks;
mod context;
mod definition;
mod request;
mod shapes;
mod visits;

use std::sync::Arc;

use serde_json::{Map, Value};

pub use answer::{ApiError, ErrorDetails, Inspection, TestAnswer, TestRefusal, TestStatus};
pub use request::{
    FieldValidation, InspectionLevel, Mock, MockedError, StateConfiguration, TestRequest,
};
pub use visits::{Visit, Visits};

use crate::interpreter::failure::StateFailure;
pub use crate::interpreter::single::TestHost;
use crate::interpreter::single::{Mocked, Single, run};

/// Runs the state of a request.
///
/// A `Task` without a mock calls the host's resources. A `Wait` lets its time
/// pass on the host's clock. After five minutes the state fails with
/// `States.Timeout`.
///
/// # Errors
/// AWS would refuse the request, or it is not known what AWS would answer.
pub async fn test_state(request: &TestRequest, host: &TestHost) -> Result<TestAnswer, TestRefusal> {
    let input = match &request.input {
        None => Value::Object(Map::new()),
        Some(text) => serde_json::from_str(text).map_err(|error| {
            TestRefusal::api(
                ApiError::InvalidExecutionInput,
                format!("Invalid State Machine Execution Input: '{error}'"),
            )
        })?,
    };
    let found = definition::find(request)?;
    let mock = checks::mock(request, &found.state)?;
    found.check()?;
    checks::role(request, &found.state)?;
    let context = context::read(request.context.as_deref())?;
    let variables = variables(request)?;
    found.supported(mock.is_some())?;
    let configuration = request.state_configuration.clone().unwrap_or_default();
    let items = checks::items(configuration.map_item_reader_data.as_deref(), &found.state)?;
    let single = Single {
        state: &found.state,
        input: Arc::new(input),
        variables: variables.clone(),
        context,
        mock: mock.map(|outcome| Mocked {
            outcome: outcome.map_err(|error| StateFailure {
                error: error.error.map(Into::into),
                cause: error.cause.map(Into::into),
                fatal: false,
            }),
            failed_iterations: configuration.map_iteration_failure_count,
            items,
        }),
        retries: configuration.retrier_retry_count.unwrap_or(0),
        role_arn: request.role_arn.as_deref(),
    };
    let seen = run(&single, host).await.map_err(TestRefusal::unsupported)?;
    Ok(answer::of(
        seen,
        &single,
        variables,
        request.inspection_level,
    ))
}

/// The variables that the state sees.
fn variables(request: &TestRequest) -> Result<Map<String, Value>, TestRefusal> {
    match request.variables.as_deref().map(serde_json::from_str) {
        None => Ok(Map::new()),
        Some(Ok(Value::Object(variables))) => Ok(variables),
        Some(_) => Err(TestRefusal::validation(
            "Variables must be a JSON object".to_owned(),
        )),
    }
}
