//! JSON with expressions in it: `Arguments`, `Output`, `ItemSelector` and the
//! values of `Assign`.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::environment::ExpressionEnvironment;
use super::{EvaluationProblem, JsonataExpression, SyntaxProblem};
use crate::definition::expression_source;

/// JSON whose strings of the form `{% … %}` are parsed.
#[derive(Debug)]
pub enum JsonTemplate {
    /// No expression anywhere inside.
    Literal(Arc<Value>),
    /// One expression, which may give any JSON value.
    Expression(Box<JsonataExpression>),
    /// An array with an expression somewhere inside.
    Array(Vec<JsonTemplate>),
    /// An object with an expression somewhere inside.
    Object(Vec<(String, JsonTemplate)>),
}

impl JsonTemplate {
    /// Parses every expression in `value`.
    ///
    /// # Errors
    /// The first expression that is no JSONata.
    pub fn parse(value: &Value) -> Result<Self, SyntaxProblem> {
        let template = match value {
            Value::String(text) => match expression_source(text) {
                Some(source) => Self::Expression(Box::new(JsonataExpression::parse(source)?)),
                None => Self::Literal(Arc::new(value.clone())),
            },
            Value::Array(items) => {
                Self::Array(items.iter().map(Self::parse).collect::<Result<_, _>>()?)
            }
            Value::Object(fields) => Self::Object(
                fields
                    .iter()
                    .map(|(name, field)| Ok((name.clone(), Self::parse(field)?)))
                    .collect::<Result<_, _>>()?,
            ),
            _ => Self::Literal(Arc::new(value.clone())),
        };
        Ok(if template.is_constant() {
            Self::Literal(Arc::new(value.clone()))
        } else {
            template
        })
    }

    fn is_constant(&self) -> bool {
        match self {
            Self::Literal(_) => true,
            Self::Expression(_) => false,
            Self::Array(items) => items.iter().all(Self::is_constant),
            Self::Object(fields) => fields.iter().all(|(_, field)| field.is_constant()),
        }
    }

    /// The value, with every expression evaluated.
    ///
    /// # Errors
    /// The first expression that gives no value; its location says where
    /// inside the template it stands.
    pub fn evaluate(
        &self,
        environment: &ExpressionEnvironment<'_>,
    ) -> Result<Arc<Value>, EvaluationProblem> {
        match self {
            Self::Literal(value) => Ok(Arc::clone(value)),
            Self::Expression(expression) => expression.evaluate(environment),
            Self::Array(_) | Self::Object(_) => self.build(environment).map(Arc::new),
        }
    }

    fn build(&self, environment: &ExpressionEnvironment<'_>) -> Result<Value, EvaluationProblem> {
        Ok(match self {
            Self::Literal(value) => value.as_ref().clone(),
            Self::Expression(expression) => Arc::unwrap_or_clone(expression.evaluate(environment)?),
            Self::Array(items) => Value::Array(
                items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| {
                        item.build(environment)
                            .map_err(|problem| problem.within(&format!("[{index}]")))
                    })
                    .collect::<Result<_, _>>()?,
            ),
            Self::Object(fields) => {
                let mut built = Map::with_capacity(fields.len());
                for (name, field) in fields {
                    let value = field
                        .build(environment)
                        .map_err(|problem| problem.within(name))?;
                    built.insert(name.clone(), value);
                }
                Value::Object(built)
            }
        })
    }
}
