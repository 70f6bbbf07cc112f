//! Evaluating the fields of a state, with the sentences of Step Functions when
//! that goes wrong.

use std::sync::Arc;

use serde_json::Value;

use super::{Lane, Run, Visit};
use crate::expression::{Environment, EvaluationProblem, Template};
use crate::interpreter::failure::{Failure, names};
use crate::interpreter::history::EventKind;
use crate::interpreter::limits;
use crate::interpreter::program::Amount;

/// Where a field stands: within what, which field, and which name in it.
pub type Location<'a> = (&'a str, &'a str, &'a str);

impl Run {
    /// Evaluates a template. `results` are `$states.result` and
    /// `$states.errorOutput`.
    pub fn evaluate(
        &self,
        visit: &Visit<'_>,
        lane: &mut Lane,
        results: (Option<&Arc<Value>>, Option<&Arc<Value>>),
        template: &Template,
        location: Location<'_>,
    ) -> Result<Arc<Value>, Failure> {
        if let Template::Literal(value) = template {
            return Ok(Arc::clone(value));
        }
        let value = {
            let context = |name: &str| self.section(visit, lane, name);
            template.evaluate(&self.environment(visit, lane, results, &context))
        };
        value.map_err(|problem| self.not_evaluated(visit, lane, problem, location))
    }

    fn environment<'a>(
        &'a self,
        visit: &'a Visit<'_>,
        lane: &'a Lane,
        results: (Option<&'a Arc<Value>>, Option<&'a Arc<Value>>),
        context: &'a dyn Fn(&str) -> Option<Arc<Value>>,
    ) -> Environment<'a> {
        Environment {
            input: visit.input,
            result: results.0,
            error_output: results.1,
            context,
            variables: &lane.variables,
            host: &self.registry.host,
        }
    }

    /// Evaluates a number of at least zero.
    pub fn amount(
        &self,
        visit: &Visit<'_>,
        lane: &mut Lane,
        amount: &Amount,
        field: &str,
    ) -> Result<f64, Failure> {
        let expression = match amount {
            Amount::Known(number) => return Ok(*number),
            Amount::Expression(expression) => expression,
        };
        let value = {
            let context = |name: &str| self.section(visit, lane, name);
            expression.evaluate(&self.environment(visit, lane, (None, None), &context))
        };
        let value =
            value.map_err(|problem| self.not_evaluated(visit, lane, problem, ("", field, "")))?;
        match value.as_f64() {
            Some(number) if number >= 0.0 => Ok(number),
            Some(number) => Err(self.evaluation_failure(
                visit,
                lane,
                field,
                &format!("The {field} field must not be negative but was: {number}"),
            )),
            None => Err(self.evaluation_failure(
                visit,
                lane,
                field,
                &unexpected(expression.source(), (field, "number"), &value),
            )),
        }
    }

    fn not_evaluated(
        &self,
        visit: &Visit<'_>,
        lane: &mut Lane,
        problem: EvaluationProblem,
        (within, field, name): Location<'_>,
    ) -> Failure {
        let problem = [name, field, within]
            .iter()
            .filter(|segment| !segment.is_empty())
            .fold(problem, |problem, segment| problem.within(segment));
        self.evaluation_failure(visit, lane, &problem.location, &problem.sentence())
    }

    /// The failure of an expression whose value is of the wrong type.
    pub fn unexpected_type(
        &self,
        visit: &Visit<'_>,
        lane: &mut Lane,
        template: &Template,
        field: (&str, &str),
        value: &Value,
    ) -> Failure {
        let source = match template {
            Template::Expression(expression) => expression.source(),
            _ => "",
        };
        self.evaluation_failure(visit, lane, field.0, &unexpected(source, field, value))
    }

    /// `States.QueryEvaluationError`, with its event.
    pub fn evaluation_failure(
        &self,
        visit: &Visit<'_>,
        lane: &mut Lane,
        location: &str,
        what: &str,
    ) -> Failure {
        let failure = Failure::new(names::QUERY_EVALUATION, self.sentence(visit, what));
        let event = EventKind::EvaluationFailed {
            state: Arc::clone(&visit.node.name),
            location: location.into(),
            error: names::QUERY_EVALUATION.into(),
            cause: failure.cause.clone().unwrap_or_else(|| "".into()),
        };
        match self.emit(lane, event) {
            Ok(_) => failure,
            Err(full) => full,
        }
    }

    /// Puts the state's name before a sentence.
    pub fn sentence(&self, visit: &Visit<'_>, what: &str) -> String {
        format!(
            "An error occurred while executing the state '{}' (entered at the event id #{}). {what}",
            visit.node.name, visit.entered_id
        )
    }

    /// # Errors
    /// `States.DataLimitExceeded`.
    pub fn check_size(&self, visit: &Visit<'_>, value: &Value) -> Result<(), Failure> {
        if limits::exceeds_payload(value) {
            return Err(Failure::new(
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
