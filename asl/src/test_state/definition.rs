//! The state that a request means, and whether it may be tested.

use serde_json::Value;

use super::{ApiError, TestRefusal, TestRequest};
use crate::definition::{QueryLanguage, State, StateMachine, States};
use crate::validation::{DefinitionProblem, ProblemKind, language, validate};

/// The name of a state that is sent on its own.
pub const NAME: &str = "StateName";

/// The state under test, in its machine.
pub struct StateUnderTest {
    pub state: State,
    machine: StateMachine,
    /// Its name in the machine.
    name: String,
    alone: bool,
}

/// Reads the definition and finds the state.
pub fn find(request: &TestRequest) -> Result<StateUnderTest, TestRefusal> {
    let Some(name) = &request.state_name else {
        return alone(&request.definition);
    };
    if name.is_empty() {
        return Err(TestRefusal::api(
            ApiError::ParamValidation,
            "Parameter validation failed:\nInvalid length for parameter stateName, value: 0, valid min length: 1"
                .to_owned(),
        ));
    }
    let machine = StateMachine::from_json(&request.definition)
        .map_err(|error| invalid(&error.to_string(), ""))?;
    let state = within(&machine.states, name)
        .cloned()
        .ok_or_else(|| TestRefusal::validation("State not found in definition".to_owned()))?;
    Ok(StateUnderTest {
        state,
        machine,
        name: name.clone(),
        alone: false,
    })
}

fn alone(text: &str) -> Result<StateUnderTest, TestRefusal> {
    let value: Value =
        serde_json::from_str(text).map_err(|error| invalid(&error.to_string(), ""))?;
    let mut states = serde_json::Map::new();
    states.insert(NAME.to_owned(), value);
    let machine = StateMachine::from_value(serde_json::json!({"StartAt": NAME, "States": states}))
        .map_err(|error| invalid(&error.to_string(), NAME))?;
    let state = machine
        .states
        .get(NAME)
        .cloned()
        .ok_or_else(|| invalid("there is no state", NAME))?;
    Ok(StateUnderTest {
        state,
        machine,
        name: NAME.to_owned(),
        alone: true,
    })
}

/// The state of this name, wherever it is.
fn within<'a>(states: &'a States, name: &str) -> Option<&'a State> {
    states
        .get(name)
        .or_else(|| states.values().find_map(|state| inside(state, name)))
}

/// The state of this name within another.
pub fn inside<'a>(state: &'a State, name: &str) -> Option<&'a State> {
    match state {
        State::Map(map) => within(&map.item_processor.states, name),
        State::Parallel(parallel) => parallel
            .branches
            .iter()
            .find_map(|branch| within(&branch.states, name)),
        _ => None,
    }
}

fn invalid(what: &str, state: &str) -> TestRefusal {
    let place = if state.is_empty() { "/" } else { "/States/" };
    TestRefusal::api(
        ApiError::InvalidDefinition,
        format!(
            "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: {what} at {place}{state}'"
        ),
    )
}

impl StateUnderTest {
    fn problems(&self) -> Vec<DefinitionProblem> {
        let mut problems = validate(&self.machine);
        if self.alone {
            // Where the state leads to was not sent along.
            problems.retain(|problem| {
                problem.kind != ProblemKind::MissingTarget || problem.state.as_deref() != Some(NAME)
            });
        }
        problems
    }

    /// # Errors
    /// Step Functions refuses the definition.
    pub fn check(&self) -> Result<(), TestRefusal> {
        let problem = self
            .problems()
            .into_iter()
            .find(|problem| problem.kind.is_refused_by_step_functions());
        match problem {
            None => Ok(()),
            Some(problem) => {
                let state = problem.state.clone().unwrap_or_default();
                Err(invalid(&problem.to_string(), &state))
            }
        }
    }

    /// # Errors
    /// The state is in JSONPath, or does what is not known here. Nothing runs of
    /// what a mock takes the place of, so that may be unknown.
    pub fn supported(&self, mocked: bool) -> Result<(), TestRefusal> {
        if language::of(&self.machine, &self.state) == QueryLanguage::JSONPath {
            return Err(TestRefusal::unsupported(format!(
                "the state `{}` is in JSONPath",
                self.name
            )));
        }
        if !mocked
            && matches!(&self.state, State::Task(task) if task.resource.ends_with(":states:startExecution"))
        {
            return Err(TestRefusal::unsupported(
                "a test without a mock starts no executions",
            ));
        }
        let unknown = self.problems().into_iter().find(|problem| {
            problem.kind == ProblemKind::NotKnownHere
                && problem.state.as_deref() == Some(&*self.name)
        });
        match unknown {
            Some(problem) if !mocked => Err(TestRefusal::unsupported(problem.to_string())),
            _ => Ok(()),
        }
    }
}
