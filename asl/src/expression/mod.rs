//! JSONata expressions as the States Language uses them: parsed once, then
//! evaluated against what a state can see.
//!
//! An expression that only follows names (`$states.input.a.b`, `$total.sum`)
//! is resolved on the JSON values themselves. Any other one gets a copy of
//! just those parts of `$states` and of the variables that it mentions.

mod convert;
mod environment;
mod functions;
mod mentions;
mod template;
mod top_level;
mod variables;
mod wanted;

use std::sync::Arc;

use jsonata_core::ast::AstNode;
use jsonata_core::evaluator::{Context, Evaluator};
use jsonata_core::parser;
use jsonata_core::value::JValue;
use serde_json::Value;

pub use environment::{ExpressionEnvironment, Host};
use mentions::Mentions;
pub use template::JsonTemplate;
pub use variables::VariablesInReach;

/// An expression that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyntaxProblem {
    /// The text does not parse as JSONata.
    #[error("`{source_text}` is not a JSONata expression: {message}")]
    NotJsonata {
        /// The expression without its delimiters.
        source_text: String,
        /// What the parser says.
        message: String,
    },
    /// Step Functions has no `$eval`.
    #[error("`{source_text}` calls `$eval`, which Step Functions does not have")]
    Eval {
        /// The expression without its delimiters.
        source_text: String,
    },
}

/// Why an expression gave no value that a state can use. The texts are those
/// of Step Functions, without the sentence that names the state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EvaluationProblem {
    /// Where in the state the expression stands, such as `Output/result`.
    pub location: String,
    message: String,
    detail: Detail,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Detail {
    Nothing,
    Unsupported,
    Threw(String),
}

/// An expression that is parsed once and evaluated often.
#[derive(Debug)]
pub struct JsonataExpression {
    source: String,
    tree: AstNode,
    mentions: Mentions,
    path: Option<Vec<String>>,
}

impl JsonataExpression {
    /// Parses what stands between `{%` and `%}`.
    ///
    /// # Errors
    /// The text is no JSONata, or uses what Step Functions leaves out.
    pub fn parse(text: &str) -> Result<Self, SyntaxProblem> {
        let source = text.trim().to_owned();
        let tree = match parser::parse(&source) {
            Ok(tree) => tree,
            Err(error) => {
                return Err(SyntaxProblem::NotJsonata {
                    source_text: source,
                    message: error.to_string(),
                });
            }
        };
        let mentions = Mentions::of(&tree);
        if mentions.eval {
            return Err(SyntaxProblem::Eval {
                source_text: source,
            });
        }
        let path = mentions::plain_path(&tree);
        Ok(Self {
            source,
            tree,
            mentions,
            path,
        })
    }

    /// The expression as written, without delimiters and outer spaces.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether the expression refers to this part of `$states` by name.
    #[must_use]
    pub fn mentions_states(&self, part: &str) -> bool {
        let states = self.mentions.states.as_ref();
        states.is_some_and(|states| states.fields.contains_key(part))
    }

    /// A name that the expression starts at, where there is nothing to look
    /// it up in; or `$$`, which stands for that nothing.
    #[must_use]
    pub fn top_level_name(&self) -> Option<&str> {
        top_level::name(&self.tree).or_else(|| self.mentions.root.then_some("$$"))
    }

    /// The value of the expression in `environment`.
    ///
    /// # Errors
    /// The expression threw, yielded nothing, or yielded a function.
    pub fn evaluate(
        &self,
        environment: &ExpressionEnvironment<'_>,
    ) -> Result<Arc<Value>, EvaluationProblem> {
        if let Some(path) = &self.path
            && let Some(found) = environment.follow(path)
        {
            return found.ok_or_else(|| self.problem(Detail::Nothing));
        }
        let result = self.evaluate_tree(environment)?;
        convert::from_jsonata(&result)
            .map(Arc::new)
            .map_err(|function| {
                self.problem(if function {
                    Detail::Unsupported
                } else {
                    Detail::Nothing
                })
            })
    }

    fn evaluate_tree(
        &self,
        environment: &ExpressionEnvironment<'_>,
    ) -> Result<JValue, EvaluationProblem> {
        let mut context = Context::new();
        for (name, wanted) in &self.mentions.variables {
            if let Some(value) = environment.variable(name) {
                context.bind(name.clone(), convert::to_jsonata(&value, wanted));
            }
        }
        if let Some(wanted) = &self.mentions.states {
            context.bind("states".to_owned(), environment.states(wanted));
        }
        let mut evaluator = Evaluator::with_context(context);
        for name in &self.mentions.functions {
            functions::register(&mut evaluator, name, environment.host)
                .map_err(|error| self.problem(Detail::Threw(error.message().to_owned())))?;
        }
        evaluator
            .evaluate(&self.tree, &JValue::Undefined)
            .map_err(|error| self.problem(Detail::Threw(error.message().to_owned())))
    }

    fn problem(&self, detail: Detail) -> EvaluationProblem {
        let mut problem = EvaluationProblem {
            location: String::new(),
            message: String::new(),
            detail,
        };
        problem.describe(&self.source);
        problem
    }
}

impl EvaluationProblem {
    /// What stands in the message where the location is to be inserted.
    const FIELD: &'static str = "\u{0}";

    fn describe(&mut self, source: &str) {
        let outcome = match &self.detail {
            Detail::Nothing => "returned nothing (undefined).".to_owned(),
            Detail::Unsupported => "returned an unsupported result type.".to_owned(),
            Detail::Threw(what) => format!("threw an error during evaluation. {what}"),
        };
        self.message = format!(
            "The JSONata expression '{source}' specified for the field '{}' {outcome}",
            Self::FIELD
        );
    }

    /// Puts the segment before the location.
    #[must_use]
    pub fn within(mut self, segment: &str) -> Self {
        self.location = if self.location.is_empty() {
            segment.to_owned()
        } else {
            format!("{segment}/{}", self.location)
        };
        self
    }

    /// The sentence of Step Functions, location included.
    #[must_use]
    pub fn sentence(&self) -> String {
        self.message.replace(Self::FIELD, &self.location)
    }
}

#[cfg(test)]
mod tests;
