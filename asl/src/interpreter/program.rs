//! A definition made ready to run: names resolved to places, expressions
//! parsed, defaults filled in.

use std::sync::Arc;
use std::time::Duration;

use super::history::{StateKind, TaskKind};
use crate::definition::Quantity;
use crate::expression::{JsonTemplate, JsonataExpression};

/// A state machine ready to run.
#[derive(Debug)]
pub struct Program {
    pub arn: Arc<str>,
    pub name: Arc<str>,
    pub express: bool,
    pub timeout: Duration,
    pub graph: StateGraph,
}

/// States that lead to one another.
#[derive(Debug)]
pub struct StateGraph {
    pub start: usize,
    pub states: Vec<StateNode>,
}

/// Where a state leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextState {
    /// The state at this place of the graph.
    State(usize),
    /// Out of the graph.
    End,
}

/// A state whose names are resolved and whose expressions are parsed.
#[derive(Debug)]
pub struct StateNode {
    pub name: Arc<str>,
    pub kind: StateKind,
    pub action: StateAction,
    pub output: Option<JsonTemplate>,
    pub assign: Assign,
    pub retry: Vec<ReadyRetrier>,
    pub catch: Vec<Catch>,
    pub next: NextState,
}

/// Variables to set, in order.
pub type Assign = Vec<(Arc<str>, JsonTemplate)>;

/// What a state does.
#[derive(Debug)]
pub enum StateAction {
    Pass,
    Task(Box<Task>),
    Choice {
        rules: Vec<ReadyRule>,
    },
    Wait(Wait),
    Succeed,
    Fail {
        error: Option<JsonTemplate>,
        cause: Option<JsonTemplate>,
    },
    Map(Box<Map>),
    Parallel {
        arguments: Option<JsonTemplate>,
        branches: Vec<Arc<StateGraph>>,
    },
}

/// A number, known or to be evaluated.
#[derive(Debug)]
pub enum Amount {
    Known(f64),
    Expression(Box<JsonataExpression>),
}

/// How a task's resource is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskTarget {
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
    pub target: TaskTarget,
    pub arguments: Option<JsonTemplate>,
    pub credentials: Option<JsonTemplate>,
    pub timeout: Option<Amount>,
    pub heartbeat: Option<Amount>,
}

#[derive(Debug)]
pub struct ReadyRule {
    pub condition: JsonTemplate,
    pub assign: Assign,
    pub output: Option<JsonTemplate>,
    pub next: usize,
}

#[derive(Debug)]
pub enum Wait {
    Seconds(Amount),
    Timestamp(JsonTemplate),
}

#[derive(Debug)]
pub struct Map {
    pub items: Option<JsonTemplate>,
    pub selector: Option<JsonTemplate>,
    pub concurrency: Option<Amount>,
    pub tolerated_count: Option<Amount>,
    pub tolerated_percentage: Option<Amount>,
    pub graph: Arc<StateGraph>,
}

#[derive(Debug)]
pub struct ReadyRetrier {
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
    pub output: Option<JsonTemplate>,
    pub next: usize,
}

impl Amount {
    pub fn parse(quantity: &Quantity) -> Result<Self, String> {
        match quantity {
            Quantity::Number(number) => Ok(Self::Known(number.as_f64().unwrap_or(f64::NAN))),
            Quantity::Expression(text) => {
                let source = crate::definition::expression_source(text)
                    .ok_or_else(|| format!("`{text}` is neither a number nor an expression"))?;
                JsonataExpression::parse(source)
                    .map(|expression| Self::Expression(Box::new(expression)))
                    .map_err(|problem| problem.to_string())
            }
        }
    }
}
