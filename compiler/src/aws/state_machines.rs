//! Definitions of state machines: validated, read, and changed in place.

use aws_sdk_sfn::types::{StateMachineType, ValidateStateMachineDefinitionResultCode};

use super::{Aws, AwsFailure};

/// What a definition's validation says.
#[derive(Debug, Clone)]
pub enum Validation {
    /// It can be created.
    Good,
    /// It cannot be created, for these reasons.
    Bad(Vec<DefinitionFinding>),
    /// The peer does not know how to tell.
    Unknown,
}

/// One thing that is wrong with a definition.
#[derive(Debug, Clone)]
pub struct DefinitionFinding {
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
    pub async fn validate_definition(&self, definition: &str) -> Result<Validation, AwsFailure> {
        let validated = self
            .sfn
            .validate_state_machine_definition()
            .definition(definition)
            .r#type(StateMachineType::Standard)
            .send()
            .await
            .map_err(AwsFailure::of("states:ValidateStateMachineDefinition"));
        match validated {
            Ok(answer) if *answer.result() == ValidateStateMachineDefinitionResultCode::Ok => {
                Ok(Validation::Good)
            }
            Ok(answer) => Ok(Validation::Bad(
                answer
                    .diagnostics()
                    .iter()
                    .map(|found| DefinitionFinding {
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
    pub async fn definition(&self, machine: &str) -> Result<String, AwsFailure> {
        let described = self
            .sfn
            .describe_state_machine()
            .state_machine_arn(machine)
            .send()
            .await
            .map_err(AwsFailure::of("states:DescribeStateMachine"))?;
        Ok(described.definition().to_owned())
    }

    /// Puts another definition in the place of a state machine's.
    ///
    /// # Errors
    /// A call failed.
    pub async fn update_definition(
        &self,
        machine: &str,
        definition: &str,
    ) -> Result<(), AwsFailure> {
        self.sfn
            .update_state_machine()
            .state_machine_arn(machine)
            .definition(definition)
            .send()
            .await
            .map_err(AwsFailure::of("states:UpdateStateMachine"))?;
        Ok(())
    }
}
