//! A definition made ready to run: names resolved to places, expressions
//! parsed, defaults filled in.

use std::sync::Arc;
use std::time::Duration;

use super::history::{StateKind, TaskKind};
use crate::definition::Quantity;
use crate::expression::{Expression, Template};

/// A state machine ready to run.
#[derive(Debug)]
pub struct Program {
    pub arn: Arc<str>,
    pub name: Arc<str>,
    pub express: bool,
    pub timeout: Duration,
    pub graph: Graph,
}

/// States that lead to one another.
#[derive(Debug)]
pub struct Graph {
    pub start: usize,
    pub states: Vec<Node>,
}

/// Where a state leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The state at this place of the graph.
    State(usize),
    /// Out of the graph.
    End,
}

/// A state whose names are resolved and whose expressions are parsed.
#[derive(Debug)]
pub struct Node {
    pub name: Arc<str>,
    pub kind: StateKind,
    pub action: Action,
    pub output: Option<Template>,
    pub assign: Assign,
    pub retry: Vec<Retry>,
    pub catch: Vec<Catch>,
    pub next: Next,
}

/// Variables to set, in order.
pub type Assign = Vec<(Arc<str>, Template)>;

/// What a state does.
#[derive(Debug)]
pub enum Action {
    Pass,
    Task(Box<Task>),
    Choice {
        rules: Vec<Rule>,
    },
    Wait(Wait),
    Succeed,
    Fail {
        error: Option<Template>,
        cause: Option<Template>,
    },
    Map(Box<Map>),
    Parallel {
        arguments: Option<Template>,
        branches: Vec<Arc<Graph>>,
    },
}

/// A number, known or to be evaluated.
#[derive(Debug)]
pub enum Amount {
    Known(f64),
    Expression(Box<Expression>),
}

/// How a task's resource is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The host answers, and the answer is the result.
    Host(TaskKind),
    /// The host answers once a job (`.sync`, `.sync:2`) has ended.
    Job,
    /// The host takes the request, and the token brings the result.
    Callback,
    /// `states:startExecution`: starts a child and does not wait for it.
    Start,
    /// `states:startExecution.sync`: run, output as text.
    RunText,
    /// `states:startExecution.sync:2`: run, output as JSON.
    RunJson,
}

#[derive(Debug)]
pub struct Task {
    pub resource: Arc<str>,
    pub target: Target,
    pub arguments: Option<Template>,
    pub credentials: Option<Template>,
    pub timeout: Option<Amount>,
    pub heartbeat: Option<Amount>,
}

#[derive(Debug)]
pub struct Rule {
    pub condition: Template,
    pub assign: Assign,
    pub output: Option<Template>,
    pub next: usize,
}

#[derive(Debug)]
pub enum Wait {
    Seconds(Amount),
    Timestamp(Template),
}

#[derive(Debug)]
pub struct Map {
    pub items: Option<Template>,
    pub selector: Option<Template>,
    pub concurrency: Option<Amount>,
    pub tolerated_count: Option<Amount>,
    pub tolerated_percentage: Option<Amount>,
    pub graph: Arc<Graph>,
}

#[derive(Debug)]
pub struct Retry {
    pub error_equals: Vec<String>,
    pub interval: f64,
    pub attempts: u64,
    pub backoff: f64,
    pub longest: f64,
    pub jitter: bool,
}

#[derive(Debug)]
pub struct Catch {
    pub error_equals: Vec<String>,
    pub assign: Assign,
    pub output: Option<Template>,
    pub next: usize,
}

impl Amount {
    pub fn parse(quantity: &Quantity) -> Result<Self, String> {
        match quantity {
            Quantity::Number(number) => Ok(Self::Known(number.as_f64().unwrap_or(f64::NAN))),
            Quantity::Expression(text) => {
                let source = crate::definition::expression_source(text)
                    .ok_or_else(|| format!("`{text}` is neither a number nor an expression"))?;
                Expression::parse(source)
                    .map(|expression| Self::Expression(Box::new(expression)))
                    .map_err(|problem| problem.to_string())
            }
        }
    }
}
