//! What definitions call things by: names that follow from the pipeline's.

use runtime_lambda::keys::sha256;

use super::Machine;

/// Longest name of a Lambda function, in characters (AWS page: `CreateFunction`).
const LONGEST_FUNCTION_NAME: usize = 64;

/// Stands before a machine's name in its ARN.
const BEFORE_NAME: &str = ":stateMachine:";

/// Name of the Lambda: `<pipeline>-actions`; of a pipeline whose name is too long for that, its start
/// and eight digits that tell it from others.
#[must_use]
pub fn function(pipeline: &str) -> String {
    let name = format!("{pipeline}-actions");
    if name.len() <= LONGEST_FUNCTION_NAME {
        return name;
    }
    let digest: String = sha256(pipeline.as_bytes()).chars().take(8).collect();
    let start: String = pipeline
        .chars()
        .take(LONGEST_FUNCTION_NAME - "--actions".len() - digest.len())
        .collect();
    format!("{start}-{digest}-actions")
}

/// ARN of a machine of this pipeline, as an expression. It lies beside the machine that evaluates
/// it (AWS page: "Accessing execution data from the Context object in Step Functions").
#[must_use]
pub fn arn_of(machine: Machine, pipeline: &str) -> String {
    format!(
        "{{% $substringBefore($states.context.StateMachine.Id, '{BEFORE_NAME}') & '{BEFORE_NAME}{}' %}}",
        machine.name(pipeline)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_function_fits_and_tells_pipelines_apart() {
        assert_eq!(function("flights"), "flights-actions");
        let long = [function(&"p".repeat(65)), function(&"p".repeat(66))];
        assert!(long.iter().all(|name| name.len() == LONGEST_FUNCTION_NAME));
        assert_ne!(long.first(), long.last());
    }
}
