//! Evaluating the fields of a state, with the sentences of Step Functions when
//! that goes wrong.

use std::sync::Arc;

use serde_json::Value;

use super::{RunningExecution, StateVisit, Strand};
use crate::expression::{EvaluationProblem, ExpressionEnvironment, JsonTemplate};
use crate::interpreter::failure::{StateFailure, names};
use crate::interpreter::history::EventKind;
use crate::interpreter::limits;
use crate::interpreter::program::Amount;

/// Where a field stands: within what, which field, and which name in it.
pub type FieldLocation<'a> = (&'a str, &'a str, &'a str);

impl RunningExecution {
    /// Evaluates a template. `results` are `$states.result` and
    /// `$states.errorOutput`.
    pub fn evaluate(
        &self,
        visit: &StateVisit<'_>,
        strand: &mut Strand,
        results: (Option<&Arc<Value>>, Option<&Arc<Value>>),
        template: &JsonTemplate,
        location: FieldLocation<'_>,
    ) -> Result<Arc<Value>, StateFailure> {
        if let JsonTemplate::Literal(value) = template {
            return Ok(Arc::clone(value));
        }
        let value = {
            let context = |name: &str| self.section(visit, strand, name);
            template.evaluate(&self.environment(visit, strand, results, &context))
        };
        value.map_err(|problem| self.not_evaluated(visit, strand, problem, location))
    }

    fn environment<'a>(
        &'a self,
        visit: &'a StateVisit<'_>,
        strand: &'a Strand,
        results: (Option<&'a Arc<Value>>, Option<&'a Arc<Value>>),
        context: &'a dyn Fn(&str) -> Option<Arc<Value>>,
    ) -> ExpressionEnvironment<'a> {
        ExpressionEnvironment {
            input: visit.input,
            result: results.0,
            error_output: results.1,
            context,
            variables: &strand.variables,
            host: &self.registry.host,
        }
    }

    /// Evaluates a number of at least zero.
    pub fn amount(
        &self,
        visit: &StateVisit<'_>,
        strand: &mut Strand,
        amount: &Amount,
        field: &str,
    ) -> Result<f64, StateFailure> {
        let expression = match amount {
            Amount::Known(number) => return Ok(*number),
            Amount::Expression(expression) => expression,
        };
        let value = {
            let context = |name: &str| self.section(visit, strand, name);
            expression.evaluate(&self.environment(visit, strand, (None, None), &context))
        };
        let value =
            value.map_err(|problem| self.not_evaluated(visit, strand, problem, ("", field, "")))?;
        match value.as_f64() {
            Some(number) if number >= 0.0 => Ok(number),
            Some(number) => Err(self.evaluation_failure(
                visit,
                strand,
                field,
                &format!("The {field} field must not be negative but was: {number}"),
            )),
            None => Err(self.evaluation_failure(
                visit,
                strand,
                field,
                &unexpected(expression.source(), (field, "number"), &value),
            )),
        }
    }

    fn not_evaluated(
        &self,
        visit: &StateVisit<'_>,
        strand: &mut Strand,
        problem: EvaluationProblem,
        (within, field, name): FieldLocation<'_>,
    ) -> StateFailure {
        let problem = [name, field, within]
            .iter()
            .filter(|segment| !segment.is_empty())
            .fold(problem, |problem, segment| problem.within(segment));
        self.evaluation_failure(visit, strand, &problem.location, &problem.sentence())
    }

    /// The failure of an expression whose value is of the wrong type.
    pub fn unexpected_type(
        &self,
        visit: &StateVisit<'_>,
        strand: &mut Strand,
        template: &JsonTemplate,
        field: (&str, &str),
        value: &Value,
    ) -> StateFailure {
        let source = match template {
            JsonTemplate::Expression(expression) => expression.source(),
            _ => "",
        };
        self.evaluation_failure(visit, strand, field.0, &unexpected(source, field, value))
    }

    /// `States.QueryEvaluationError`, with its event.
    pub fn evaluation_failure(
        &self,
        visit: &StateVisit<'_>,
        strand: &mut Strand,
        location: &str,
        what: &str,
    ) -> StateFailure {
        let failure = StateFailure::new(names::QUERY_EVALUATION, self.sentence(visit, what));
        let event = EventKind::EvaluationFailed {
            state: Arc::clone(&visit.node.name),
            location: location.into(),
            error: names::QUERY_EVALUATION.into(),
            cause: failure.cause.clone().unwrap_or_else(|| "".into()),
        };
        match self.emit(strand, event) {
            Ok(_) => failure,
            Err(full) => full,
        }
    }

    /// Puts the state's name before a sentence.
    pub fn sentence(&self, visit: &StateVisit<'_>, what: &str) -> String {
        format!(
            "An error occurred while executing the state '{}' (entered at the event id #{}). {what}",
            visit.node.name, visit.entered_id
        )
    }

    /// # Errors
    /// `States.DataLimitExceeded`, where the value as JSON is larger than a payload may be.
    pub fn check_size(&self, visit: &StateVisit<'_>, value: &Value) -> Result<(), StateFailure> {
        if limits::exceeds_payload(value) {
            return Err(StateFailure::new(
                names::DATA_LIMIT,
                format!(
                    "The state/task '{}' returned a result with a size exceeding the maximum number of bytes service limit.",
                    visit.node.name
                ),
            ));
        }
        Ok(())
    }
}

fn unexpected(source: &str, (field, expected): (&str, &str), value: &Value) -> String {
    format!(
        "The JSONata expression '{source}' specified for the field '{field}' returned an unexpected result type. Expected '{expected}', but was '{}' for value: {value}",
        type_name(value)
    )
}

const fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
