//! Definitions of state machines: validated, read, and changed in place.

use aws_sdk_sfn::types::{StateMachineType, ValidateStateMachineDefinitionResultCode};

use super::{Aws, Failure};

/// What a definition's validation says.
#[derive(Debug, Clone)]
pub enum Validation {
    /// It can be created.
    Good,
    /// It cannot be created, for these reasons.
    Bad(Vec<Finding>),
    /// The peer does not know how to tell.
    Unknown,
}

/// One thing that is wrong with a definition.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The service's name for it.
    pub code: String,
    /// What the service says about it.
    pub message: String,
    /// Where, as a path in the definition.
    pub location: Option<String>,
}

impl Aws {
    /// Validates a definition without creating anything (AWS page: `ValidateStateMachineDefinition`).
    ///
    /// # Errors
    /// A call failed.
    pub async fn validate_definition(&self, definition: &str) -> Result<Validation, Failure> {
        let validated = self
            .sfn
            .validate_state_machine_definition()
            .definition(definition)
            .r#type(StateMachineType::Standard)
            .send()
            .await
            .map_err(Failure::of("states:ValidateStateMachineDefinition"));
        match validated {
            Ok(answer) if *answer.result() == ValidateStateMachineDefinitionResultCode::Ok => {
                Ok(Validation::Good)
            }
            Ok(answer) => Ok(Validation::Bad(
                answer
                    .diagnostics()
                    .iter()
                    .map(|found| Finding {
                        code: found.code().to_owned(),
                        message: found.message().to_owned(),
                        location: found.location().map(str::to_owned),
                    })
                    .collect(),
            )),
            Err(failure) if failure.is_unknown_call() => Ok(Validation::Unknown),
            Err(failure) => Err(failure),
        }
    }

    /// The definition of a state machine as it is now.
    ///
    /// # Errors
    /// A call failed.
    pub async fn definition(&self, machine: &str) -> Result<String, Failure> {
        let described = self
            .sfn
            .describe_state_machine()
            .state_machine_arn(machine)
            .send()
            .await
            .map_err(Failure::of("states:DescribeStateMachine"))?;
        Ok(described.definition().to_owned())
    }

    /// Puts another definition in the place of a state machine's.
    ///
    /// # Errors
    /// A call failed.
    pub async fn update_definition(&self, machine: &str, definition: &str) -> Result<(), Failure> {
        self.sfn
            .update_state_machine()
            .state_machine_arn(machine)
            .definition(definition)
            .send()
            .await
            .map_err(Failure::of("states:UpdateStateMachine"))?;
        Ok(())
    }
}
