//! What AWS refuses before it runs a state: mocks and configurations that do
//! not fit it.

use serde_json::Value;

use super::definition::inside;
use super::shapes;
use super::{
    ApiError, FieldValidation, Mock, MockedError, StateConfiguration, TestRefusal, TestRequest,
};
use crate::definition::State;
use crate::validation::{IntegrationPattern, TaskResource, recognize};

/// The outcome that a mock stands for, if there is one and it fits.
pub fn mock(
    request: &TestRequest,
    state: &State,
) -> Result<Option<Result<Value, MockedError>>, TestRefusal> {
    let configuration = request.state_configuration.clone().unwrap_or_default();
    let Some(mock) = &request.mock else {
        without(&configuration, state)?;
        return Ok(None);
    };
    let (result, error) = match (&mock.result, &mock.error_output) {
        (Some(_), Some(_)) => {
            return Err(TestRefusal::validation(
                "A test mock should have only one of the following fields: [result, errorOutput]."
                    .to_owned(),
            ));
        }
        (None, None) => {
            return Err(TestRefusal::validation(
                "A test mock should have one of the following fields: [result, errorOutput]."
                    .to_owned(),
            ));
        }
        (result, error) => (result, error),
    };
    if !matches!(state, State::Task(_) | State::Map(_) | State::Parallel(_)) {
        return Err(TestRefusal::validation(format!(
            "State type '{}' is not supported when a mock is specified",
            type_name(state)
        )));
    }
    fits(&configuration, state)?;
    if let Some(error) = error {
        return Ok(Some(Err(error.clone())));
    }
    let result = result.as_deref().unwrap_or_default();
    let result: Value = serde_json::from_str(result)
        .map_err(|_| TestRefusal::validation("Mocked result must be valid JSON".to_owned()))?;
    result_fits(mock, &configuration, state, &result)?;
    Ok(Some(Ok(result)))
}

/// A configuration describes what was mocked.
fn without(configuration: &StateConfiguration, state: &State) -> Result<(), TestRefusal> {
    for (name, there) in [
        (
            "MapIterationFailureCount",
            configuration.map_iteration_failure_count.is_some(),
        ),
        (
            "RetrierRetryCount",
            configuration.retrier_retry_count.is_some(),
        ),
        (
            "ErrorCausedByState",
            configuration.error_caused_by_state.is_some(),
        ),
        (
            "MapItemReaderData",
            configuration.map_item_reader_data.is_some(),
        ),
    ] {
        if there {
            return Err(TestRefusal::validation(format!(
                "TestState does not support {name} when a mock is not specified."
            )));
        }
    }
    if matches!(state, State::Map(_) | State::Parallel(_)) {
        return Err(TestRefusal::api(
            ApiError::InvalidDefinition,
            "TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]"
                .to_owned(),
        ));
    }
    Ok(())
}

/// # Errors
/// The configuration is not for such a state. What AWS answers is not
/// documented.
fn fits(configuration: &StateConfiguration, state: &State) -> Result<(), TestRefusal> {
    let map = matches!(state, State::Map(_));
    if !map
        && (configuration.map_iteration_failure_count.is_some()
            || configuration.map_item_reader_data.is_some())
    {
        return Err(TestRefusal::unsupported(
            "a configuration of a `Map` for a state that is none",
        ));
    }
    match &configuration.error_caused_by_state {
        Some(name) if inside(state, name).is_none() => Err(TestRefusal::unsupported(format!(
            "an error of the state `{name}`, which is not within the state under test"
        ))),
        _ => Ok(()),
    }
}

fn result_fits(
    mock: &Mock,
    configuration: &StateConfiguration,
    state: &State,
    result: &Value,
) -> Result<(), TestRefusal> {
    match state {
        State::Task(task) => {
            let strict = match mock.field_validation_mode {
                FieldValidation::None => return Ok(()),
                FieldValidation::Present => false,
                FieldValidation::Strict => true,
            };
            shapes::check(&task.resource, result, strict)
        }
        State::Map(map) if map.unknown.contains_key("ResultWriter") => {
            if result.is_object() {
                Ok(())
            } else {
                Err(TestRefusal::validation(
                    "Mocked result must be a JSON object.".to_owned(),
                ))
            }
        }
        _ => {
            let Some(items) = result.as_array() else {
                return Err(TestRefusal::validation(
                    "Mocked result must be an array.".to_owned(),
                ));
            };
            let failed = configuration.map_iteration_failure_count.unwrap_or(0);
            if usize::try_from(failed).is_ok_and(|failed| failed <= items.len()) {
                Ok(())
            } else {
                Err(TestRefusal::validation(
                    "Map iteration failure count must be less than or equal to the number of Map iterations"
                        .to_owned(),
                ))
            }
        }
    }
}

/// What a task without a mock needs.
pub fn role(request: &TestRequest, state: &State) -> Result<(), TestRefusal> {
    let State::Task(task) = state else {
        return Ok(());
    };
    if request.mock.is_some() {
        return Ok(());
    }
    if request.role_arn.is_none() {
        return Err(TestRefusal::validation(
            "RoleArn must be specified when testing a Task state".to_owned(),
        ));
    }
    match recognize(&task.resource) {
        TaskResource::Function | TaskResource::Integration(IntegrationPattern::RequestResponse) => {
            Ok(())
        }
        _ => Err(TestRefusal::api(
            ApiError::InvalidDefinition,
            format!(
                "TestState API does not support the resource '{}' when a mock is not specified",
                task.resource
            ),
        )),
    }
}

/// The items that the reader of a `Map` read.
pub fn items(data: Option<&str>, state: &State) -> Result<Option<Value>, TestRefusal> {
    let (Some(data), State::Map(map)) = (data, state) else {
        return Ok(None);
    };
    match serde_json::from_str(data) {
        Ok(Value::Array(items)) => Ok(Some(Value::Array(items))),
        _ if map.item_selector.is_none() => Ok(Some(Value::Array(Vec::new()))),
        _ => Err(TestRefusal::unsupported(
            "items that are read from anything but a JSON array",
        )),
    }
}

const fn type_name(state: &State) -> &'static str {
    match state {
        State::Task(_) => "Task",
        State::Pass(_) => "Pass",
        State::Choice(_) => "Choice",
        State::Wait(_) => "Wait",
        State::Succeed(_) => "Succeed",
        State::Fail(_) => "Fail",
        State::Map(_) => "Map",
        State::Parallel(_) => "Parallel",
    }
}
