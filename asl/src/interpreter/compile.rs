//! From a definition to a [`Program`], or a refusal.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::history::{StateKind, TaskKind};
use super::limits::{LONGEST_EXPRESS, LONGEST_STANDARD};
use super::machine_type::MachineType;
use super::program::{
    Amount, Assign, Catch, Map, NextState, Program, ReadyRetrier, ReadyRule, StateAction,
    StateGraph, StateNode, Task, TaskTarget, Wait,
};
use super::resources::Resources;
use crate::definition::{
    self, AssignedVariables, Catcher, JitterStrategy, Quantity, Retrier, State, StateMachine,
    States,
};
use crate::expression::JsonTemplate;
use crate::validation::{DefinitionProblem, validate_as};

/// A machine that is not run, because part of it would be run wrongly.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MachineRefusal {
    /// The definition is not valid, or uses what is not known here.
    #[error("refused `{machine}`: {}", sentences(problems))]
    Invalid {
        /// ARN that the machine was to have.
        machine: String,
        /// Everything that stands against it.
        problems: Vec<DefinitionProblem>,
    },
    /// One state cannot be run.
    #[error("refused `{machine}`: state `{state}` {reason}")]
    State {
        /// ARN that the machine was to have.
        machine: String,
        /// Name of the state, also of one within a map.
        state: String,
        /// A predicate of the state, such as "calls `…`".
        reason: String,
    },
    /// The ARN is not one of a state machine, or is taken.
    #[error("refused `{machine}`: {reason}")]
    Arn {
        /// The text that was given as ARN.
        machine: String,
        /// What is wrong with it, as a predicate.
        reason: String,
    },
}

fn sentences(problems: &[DefinitionProblem]) -> String {
    let sentences: Vec<String> = problems.iter().map(ToString::to_string).collect();
    sentences.join("; ")
}

/// Why one state is refused.
struct StateRefusal {
    state: String,
    reason: String,
}

type Compiled<T> = Result<T, String>;

/// Compiles a definition, or refuses it: what cannot be run rightly is not run.
pub fn compile(
    arn: &str,
    definition: &StateMachine,
    express: bool,
    resources: &dyn Resources,
) -> Result<Program, MachineRefusal> {
    let machine_type = if express {
        MachineType::Express
    } else {
        MachineType::Standard
    };
    let problems = validate_as(definition, machine_type);
    if !problems.is_empty() {
        return Err(MachineRefusal::Invalid {
            machine: arn.to_owned(),
            problems,
        });
    }
    let name = machine_name(arn).map_err(|reason| MachineRefusal::Arn {
        machine: arn.to_owned(),
        reason,
    })?;
    let graph = graph(&definition.start_at, &definition.states, resources).map_err(|refusal| {
        MachineRefusal::State {
            machine: arn.to_owned(),
            state: refusal.state,
            reason: refusal.reason,
        }
    })?;
    let longest = if express {
        LONGEST_EXPRESS
    } else {
        LONGEST_STANDARD
    };
    Ok(Program {
        arn: arn.into(),
        name: name.into(),
        express,
        timeout: definition
            .timeout_seconds
            .map_or(longest, |seconds| Duration::from_secs(seconds).min(longest)),
        graph,
    })
}

/// The name in the ARN of a state machine.
pub fn machine_name(arn: &str) -> Result<&str, String> {
    arn.split_once(":stateMachine:")
        .map(|(_, name)| name)
        .filter(|name| !name.is_empty() && !name.contains(':'))
        .ok_or_else(|| "the ARN is not one of a state machine".to_owned())
}

/// Compiles one state, which leads to `targets` and nowhere else.
///
/// # Errors
/// Why it is refused.
pub fn single(
    name: &str,
    state: &State,
    targets: &States,
    resources: &dyn Resources,
) -> Result<StateNode, String> {
    let compiler = Compiler {
        states: targets,
        resources,
    };
    compiler
        .node(name, state)
        .map_err(|refusal| format!("state `{}` {}", refusal.state, refusal.reason))
}

fn graph(
    start_at: &str,
    states: &States,
    resources: &dyn Resources,
) -> Result<StateGraph, StateRefusal> {
    let compiler = Compiler { states, resources };
    let start = compiler.place(start_at).map_err(|reason| StateRefusal {
        state: start_at.to_owned(),
        reason,
    })?;
    let states = states
        .iter()
        .map(|(name, state)| compiler.node(name, state))
        .collect::<Result<_, _>>()?;
    Ok(StateGraph { start, states })
}

struct Compiler<'a> {
    states: &'a States,
    resources: &'a dyn Resources,
}

/// What compiling the inside of a state may run into.
enum Inner {
    Here(String),
    Below(StateRefusal),
}

impl From<String> for Inner {
    fn from(reason: String) -> Self {
        Self::Here(reason)
    }
}

impl From<StateRefusal> for Inner {
    fn from(refusal: StateRefusal) -> Self {
        Self::Below(refusal)
    }
}

impl Compiler<'_> {
    fn place(&self, name: &str) -> Compiled<usize> {
        self.states
            .get_index_of(name)
            .ok_or_else(|| format!("leads to `{name}`, which does not exist"))
    }

    fn next(&self, next: Option<&String>) -> Compiled<NextState> {
        next.map_or(Ok(NextState::End), |name| {
            self.place(name).map(NextState::State)
        })
    }

    fn node(&self, name: &str, state: &State) -> Result<StateNode, StateRefusal> {
        self.inner(name, state).map_err(|inner| match inner {
            Inner::Here(reason) => StateRefusal {
                state: name.to_owned(),
                reason,
            },
            Inner::Below(refusal) => refusal,
        })
    }

    fn inner(&self, name: &str, state: &State) -> Result<StateNode, Inner> {
        let mut node = StateNode {
            name: name.into(),
            kind: StateKind::Pass,
            action: StateAction::Pass,
            output: None,
            assign: Assign::new(),
            retry: Vec::new(),
            catch: Vec::new(),
            next: NextState::End,
        };
        match state {
            State::Pass(pass) => {
                node.output = template(pass.output.as_ref())?;
                node.assign = assign(pass.assign.as_ref())?;
                node.next = self.next(pass.next.as_ref())?;
            }
            State::Task(task) => {
                node.kind = StateKind::Task;
                node.action = StateAction::Task(Box::new(self.task(task)?));
                node.output = template(task.output.as_ref())?;
                node.assign = assign(task.assign.as_ref())?;
                node.retry = retry(task.retry.as_deref())?;
                node.catch = self.catch(task.catch.as_deref())?;
                node.next = self.next(task.next.as_ref())?;
            }
            State::Choice(choice) => {
                node.kind = StateKind::Choice;
                node.action = StateAction::Choice {
                    rules: choice
                        .choices
                        .iter()
                        .map(|rule| self.rule(rule))
                        .collect::<Result<_, _>>()?,
                };
                node.output = template(choice.output.as_ref())?;
                node.assign = assign(choice.assign.as_ref())?;
                node.next = self.next(choice.default.as_ref())?;
            }
            State::Wait(wait) => {
                node.kind = StateKind::Wait;
                node.action = StateAction::Wait(waiting(wait)?);
                node.output = template(wait.output.as_ref())?;
                node.assign = assign(wait.assign.as_ref())?;
                node.next = self.next(wait.next.as_ref())?;
            }
            State::Succeed(succeed) => {
                node.kind = StateKind::Succeed;
                node.action = StateAction::Succeed;
                node.output = template(succeed.output.as_ref())?;
            }
            State::Fail(fail) => {
                node.kind = StateKind::Fail;
                node.action = StateAction::Fail {
                    error: text(fail.error.as_ref())?,
                    cause: text(fail.cause.as_ref())?,
                };
            }
            State::Map(map) => {
                node.kind = StateKind::Map;
                node.action = StateAction::Map(Box::new(self.map(map)?));
                node.output = template(map.output.as_ref())?;
                node.assign = assign(map.assign.as_ref())?;
                node.retry = retry(map.retry.as_deref())?;
                node.catch = self.catch(map.catch.as_deref())?;
                node.next = self.next(map.next.as_ref())?;
            }
            State::Parallel(parallel) => {
                node.kind = StateKind::Parallel;
                node.action = StateAction::Parallel {
                    arguments: template(parallel.arguments.as_ref())?,
                    branches: parallel
                        .branches
                        .iter()
                        .map(|branch| {
                            graph(&branch.start_at, &branch.states, self.resources).map(Arc::new)
                        })
                        .collect::<Result<_, _>>()?,
                };
                node.output = template(parallel.output.as_ref())?;
                node.assign = assign(parallel.assign.as_ref())?;
                node.retry = retry(parallel.retry.as_deref())?;
                node.catch = self.catch(parallel.catch.as_deref())?;
                node.next = self.next(parallel.next.as_ref())?;
            }
        }
        Ok(node)
    }

    fn task(&self, task: &definition::Task) -> Compiled<Task> {
        let target = target(&task.resource)?;
        let by_host = matches!(
            target,
            TaskTarget::Host(_) | TaskTarget::Job | TaskTarget::Callback
        );
        if by_host && !self.resources.supports(&task.resource) {
            return Err(format!(
                "calls `{}`, which the host does not support",
                task.resource
            ));
        }
        Ok(Task {
            resource: task.resource.as_str().into(),
            target,
            arguments: template(task.arguments.as_ref())?,
            credentials: template(task.credentials.as_ref())?,
            timeout: amount(task.timeout_seconds.as_ref())?,
            heartbeat: amount(task.heartbeat_seconds.as_ref())?,
        })
    }

    fn rule(&self, rule: &definition::ChoiceRule) -> Compiled<ReadyRule> {
        Ok(ReadyRule {
            condition: template(rule.condition.as_ref())?
                .ok_or_else(|| "has a choice without a condition".to_owned())?,
            assign: assign(rule.assign.as_ref())?,
            output: template(rule.output.as_ref())?,
            next: self.place(&rule.next)?,
        })
    }

    fn map(&self, map: &definition::Map) -> Result<Map, Inner> {
        Ok(Map {
            items: template(map.items.as_ref())?,
            selector: template(map.item_selector.as_ref())?,
            concurrency: amount(map.max_concurrency.as_ref())?,
            tolerated_count: amount(map.tolerated_failure_count.as_ref())?,
            tolerated_percentage: amount(map.tolerated_failure_percentage.as_ref())?,
            graph: Arc::new(graph(
                &map.item_processor.start_at,
                &map.item_processor.states,
                self.resources,
            )?),
        })
    }

    fn catch(&self, catchers: Option<&[Catcher]>) -> Compiled<Vec<Catch>> {
        catchers
            .unwrap_or_default()
            .iter()
            .map(|catcher| {
                Ok(Catch {
                    error_equals: catcher.error_equals.clone(),
                    assign: assign(catcher.assign.as_ref())?,
                    output: template(catcher.output.as_ref())?,
                    next: self.place(&catcher.next)?,
                })
            })
            .collect()
    }
}

fn template(value: Option<&Value>) -> Compiled<Option<JsonTemplate>> {
    value
        .map(|value| JsonTemplate::parse(value).map_err(|problem| problem.to_string()))
        .transpose()
}

fn text(value: Option<&String>) -> Compiled<Option<JsonTemplate>> {
    template(value.map(|text| Value::from(text.as_str())).as_ref())
}

fn amount(quantity: Option<&Quantity>) -> Compiled<Option<Amount>> {
    quantity.map(Amount::parse).transpose()
}

fn assign(variables: Option<&AssignedVariables>) -> Compiled<Assign> {
    variables
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            let template = JsonTemplate::parse(value).map_err(|problem| problem.to_string())?;
            Ok((name.as_str().into(), template))
        })
        .collect()
}

fn waiting(wait: &definition::Wait) -> Compiled<Wait> {
    match (&wait.seconds, &wait.timestamp) {
        (Some(seconds), None) => Ok(Wait::Seconds(Amount::parse(seconds)?)),
        (None, Some(_)) => text(wait.timestamp.as_ref())?
            .map(Wait::Timestamp)
            .ok_or_else(|| "waits for nothing".to_owned()),
        _ => Err("needs either Seconds or Timestamp".to_owned()),
    }
}

fn retry(retriers: Option<&[Retrier]>) -> Compiled<Vec<ReadyRetrier>> {
    Ok(retriers
        .unwrap_or_default()
        .iter()
        .map(|retrier| ReadyRetrier {
            error_equals: retrier.error_equals.clone(),
            interval: seconds(
                retrier
                    .interval_seconds
                    .unwrap_or(Retrier::DEFAULT_INTERVAL_SECONDS),
            ),
            attempts: retrier.attempts(),
            backoff: retrier
                .backoff_rate
                .as_ref()
                .and_then(serde_json::Number::as_f64)
                .unwrap_or(Retrier::DEFAULT_BACKOFF_RATE),
            longest: retrier
                .max_delay_seconds
                .map_or(LONGEST_STANDARD.as_secs_f64(), seconds),
            jitter: retrier.jitter_strategy == Some(JitterStrategy::Full),
        })
        .collect())
}

#[expect(
    clippy::cast_precision_loss,
    reason = "seconds beyond 2 to the power of 53 are past any limit"
)]
fn seconds(whole: u64) -> f64 {
    whole as f64
}

/// How the resource of an ARN is reached ("Integrating services with Step
/// Functions").
fn target(resource: &str) -> Compiled<TaskTarget> {
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, "states", "", "", "states:startExecution"] => Ok(TaskTarget::Start),
        ["arn", _, "states", "", "", "states:startExecution.sync"] => Ok(TaskTarget::RunText),
        ["arn", _, "states", "", "", "states:startExecution.sync:2"] => Ok(TaskTarget::RunJson),
        ["arn", _, "states", "", "", integration] => {
            let callback = integration.ends_with(".waitForTaskToken");
            if callback && integration.starts_with("states:") {
                return Err("starts an execution that waits for a task token".to_owned());
            }
            Ok(if callback {
                TaskTarget::Callback
            } else if integration.ends_with(".sync") || integration.ends_with(".sync:2") {
                TaskTarget::Job
            } else {
                TaskTarget::Host(TaskKind::Service)
            })
        }
        ["arn", _, "lambda", _, _, function] if function.starts_with("function:") => {
            Ok(TaskTarget::Host(TaskKind::LambdaFunction))
        }
        _ => Err(format!("has a resource that is not known: `{resource}`")),
    }
}
