//! One state on an input, in AWS (AWS page: `TestState`).

use asl::test_state::{
    ErrorDetails, FieldValidation, Inspection, InspectionLevel, TestAnswer, TestRefusal,
    TestRequest,
};
use aws_config::retry::RetryConfig;
use aws_sdk_sfn::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_sfn::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_sfn::error::BoxError;
use aws_sdk_sfn::operation::test_state::TestStateOutput;
use aws_sdk_sfn::types;
use serde_json::Value;

use super::{Aws, AwsFailure};

/// Tries of one test. Many are sent one after the other, and AWS allows few a second.
const ATTEMPTS: u32 = 12;

/// The call, as an IAM action.
const CALL: &str = "states:TestState";

impl Aws {
    /// What AWS answers, or why it refuses the request.
    ///
    /// # Errors
    /// The call failed, or its answer cannot be read.
    pub async fn test_state(
        &self,
        request: &TestRequest,
    ) -> Result<Result<TestAnswer, TestRefusal>, AwsFailure> {
        let patient = RetryConfig::standard().with_max_attempts(ATTEMPTS);
        let sent = self
            .sfn
            .test_state()
            .definition(&request.definition)
            .set_state_name(request.state_name.clone())
            .set_input(request.input.clone())
            .set_role_arn(request.role_arn.clone())
            .inspection_level(level(request.inspection_level))
            .set_mock(request.mock.as_ref().map(mock))
            .set_context(request.context.clone())
            .set_variables(request.variables.clone())
            .set_state_configuration(configuration(request)?)
            .customize()
            .interceptor(OwnEndpoint)
            .config_override(aws_sdk_sfn::config::Builder::new().retry_config(patient))
            .send()
            .await
            .map_err(AwsFailure::of(CALL));
        match sent {
            Ok(output) => read(&output).map(Ok),
            Err(AwsFailure::Refused {
                call,
                code,
                message,
            }) => match code.parse() {
                Ok(code) => Ok(Err(TestRefusal::Api { code, message })),
                Err(_) => Err(AwsFailure::Refused {
                    call,
                    code,
                    message,
                }),
            },
            Err(failure) => Err(failure),
        }
    }
}

/// The SDK sends this call to `sync-states.<region>…`. It prefixes an endpoint that somebody has set, too,
/// and a host such as `sync-127.0.0.1` does not exist.
#[derive(Debug)]
struct OwnEndpoint;

impl Intercept for OwnEndpoint {
    fn name(&self) -> &'static str {
        "OwnEndpoint"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        if let Some(uri) = as_set(request.uri()) {
            request.set_uri(uri)?;
        }
        Ok(())
    }
}

/// The URI without the prefix, unless its host is one of AWS's.
fn as_set(uri: &str) -> Option<String> {
    let (scheme, rest) = uri.split_once("://sync-")?;
    (!rest.starts_with("states.")).then(|| format!("{scheme}://{rest}"))
}

fn level(level: InspectionLevel) -> types::InspectionLevel {
    match level {
        InspectionLevel::Info => types::InspectionLevel::Info,
        InspectionLevel::Debug => types::InspectionLevel::Debug,
        InspectionLevel::Trace => types::InspectionLevel::Trace,
    }
}

fn mock(mock: &asl::test_state::Mock) -> types::MockInput {
    let error = mock.error_output.as_ref().map(|error| {
        types::MockErrorOutput::builder()
            .set_error(error.error.clone())
            .set_cause(error.cause.clone())
            .build()
    });
    types::MockInput::builder()
        .set_result(mock.result.clone())
        .set_error_output(error)
        .field_validation_mode(match mock.field_validation_mode {
            FieldValidation::Strict => types::MockResponseValidationMode::Strict,
            FieldValidation::Present => types::MockResponseValidationMode::Present,
            FieldValidation::None => types::MockResponseValidationMode::None,
        })
        .build()
}

fn configuration(
    request: &TestRequest,
) -> Result<Option<types::TestStateConfiguration>, AwsFailure> {
    let Some(given) = &request.state_configuration else {
        return Ok(None);
    };
    let number = |number: Option<u64>| {
        number
            .map(i32::try_from)
            .transpose()
            .map_err(|error| unreadable(&error.to_string()))
    };
    let configuration = types::TestStateConfiguration::builder()
        .set_retrier_retry_count(number(given.retrier_retry_count)?)
        .set_error_caused_by_state(given.error_caused_by_state.clone())
        .set_map_iteration_failure_count(number(given.map_iteration_failure_count)?)
        .set_map_item_reader_data(given.map_item_reader_data.clone())
        .build();
    Ok(Some(configuration))
}

fn read(output: &TestStateOutput) -> Result<TestAnswer, AwsFailure> {
    let status = output
        .status()
        .map_or("", types::TestExecutionStatus::as_str);
    let empty_is_none =
        |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    Ok(TestAnswer {
        status: status
            .parse()
            .map_err(|_| unreadable(&format!("it has the status `{status}`")))?,
        output: json(output.output())?,
        error: empty_is_none(output.error()),
        cause: empty_is_none(output.cause()),
        next_state: output.next_state().map(str::to_owned),
        inspection: output.inspection_data().map(inspection).transpose()?,
    })
}

fn inspection(seen: &types::InspectionData) -> Result<Inspection, AwsFailure> {
    let variables = match json(seen.variables())? {
        Some(Value::Object(variables)) => Some(variables).filter(|all| !all.is_empty()),
        Some(_) => return Err(unreadable("its variables are no object")),
        None => None,
    };
    Ok(Inspection {
        input: json(seen.input())?.unwrap_or_default(),
        after_arguments: json(seen.after_arguments())?,
        result: json(seen.result())?,
        max_concurrency: seen.max_concurrency().and_then(whole),
        tolerated_failure_count: seen.tolerated_failure_count().and_then(whole),
        tolerated_failure_percentage: seen.tolerated_failure_percentage().map(f64::from),
        variables,
        error_details: seen.error_details().map(|details| ErrorDetails {
            retry_index: details
                .retry_index()
                .and_then(|it| usize::try_from(it).ok()),
            retry_backoff_interval_seconds: details
                .retry_backoff_interval_seconds()
                .and_then(whole),
            catch_index: details
                .catch_index()
                .and_then(|it| usize::try_from(it).ok()),
        }),
    })
}

fn whole(number: i32) -> Option<u64> {
    u64::try_from(number).ok()
}

fn json(text: Option<&str>) -> Result<Option<Value>, AwsFailure> {
    text.map(serde_json::from_str)
        .transpose()
        .map_err(|error| unreadable(&error.to_string()))
}

fn unreadable(why: &str) -> AwsFailure {
    AwsFailure::Refused {
        call: CALL,
        code: String::new(),
        message: format!("the answer cannot be read: {why}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_that_somebody_set_is_taken_as_it_is() {
        let aws = "https://sync-states.eu-central-1.amazonaws.com/";
        assert_eq!(as_set(aws), None);
        assert_eq!(
            as_set("http://sync-127.0.0.1:4566/").as_deref(),
            Some("http://127.0.0.1:4566/")
        );
        assert_eq!(as_set("http://127.0.0.1:4566/"), None);
    }
}
