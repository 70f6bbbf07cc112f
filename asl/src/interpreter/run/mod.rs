//! How states run: one after the other within a graph, each with its retries
//! and its catchers.

mod child;
mod companions;
mod context;
mod evaluate;
mod map;
mod parallel;
mod recovery;
mod single;
mod task;
mod wait;

use std::sync::{Arc, OnceLock};

use futures_util::future::{BoxFuture, FutureExt as _};
use jiff::Timestamp;
use serde_json::{Map, Value};

pub use companions::Companions;

use self::context::Constant;
use super::failure::{Failure, names};
use super::history::EventKind;
use super::program::{Action, Assign, Graph, Next, Node, Program, Rule};
use super::record::Record;
use super::registry::Registry;
use crate::expression::{Template, Variables};

/// Transitions after which a lane lets others have their turn, so that a loop
/// without waits can be stopped and timed out.
const TURN: u32 = 64;

/// An execution while it runs: what its states share.
pub struct Run {
    pub registry: Arc<Registry>,
    pub program: Arc<Program>,
    pub record: Arc<Record>,
    constant: OnceLock<Constant>,
    /// A context object that is given rather than made up.
    context: Option<Map<String, Value>>,
}

/// One thread of states within an execution: its root, an iteration or a
/// branch.
#[derive(Debug, Default)]
pub struct Lane {
    /// The event that the next one follows.
    pub previous: u64,
    pub variables: Variables,
    /// `$states.context.Map` of an iteration.
    pub item: Option<Arc<Value>>,
}

/// One visit of a state.
pub struct Visit<'a> {
    pub node: &'a Node,
    pub input: &'a Arc<Value>,
    pub entered: Timestamp,
    pub entered_id: u64,
    /// How many retries there have been.
    pub retries: u64,
    /// The token of the task, if it has one.
    pub token: Option<Arc<str>>,
    /// Overrides the lane's item while a `Map` selects one.
    pub item: Option<Arc<Value>>,
}

/// What a state leaves behind.
pub struct Step {
    pub output: Arc<Value>,
    pub assigned: Vec<(Arc<str>, Arc<Value>)>,
    pub next: Next,
}

impl Run {
    pub fn new(registry: Arc<Registry>, program: Arc<Program>, record: Arc<Record>) -> Self {
        Self {
            registry,
            program,
            record,
            constant: OnceLock::new(),
            context: None,
        }
    }

    /// With this context object, if there is one.
    #[must_use]
    pub fn with_context(mut self, context: Option<Map<String, Value>>) -> Self {
        self.context = context;
        self
    }

    /// Runs a graph from its first state to the output of its last.
    pub fn graph<'a>(
        &'a self,
        graph: &'a Graph,
        input: Arc<Value>,
        lane: &'a mut Lane,
    ) -> BoxFuture<'a, Result<Arc<Value>, Failure>> {
        self.walk(graph, input, lane).boxed()
    }

    async fn walk(
        &self,
        graph: &Graph,
        mut input: Arc<Value>,
        lane: &mut Lane,
    ) -> Result<Arc<Value>, Failure> {
        let mut place = graph.start;
        let mut turn = 0;
        loop {
            let node = graph
                .states
                .get(place)
                .ok_or_else(|| Failure::fatal("a transition leads nowhere"))?;
            let step = self.visit(node, &input, lane).await?;
            let exited = EventKind::StateExited {
                kind: node.kind,
                name: Arc::clone(&node.name),
                output: Arc::clone(&step.output),
                assigned: step.assigned.clone(),
            };
            self.emit(lane, exited)?;
            for (name, value) in step.assigned {
                lane.variables.set(name, value);
            }
            match step.next {
                Next::End => return Ok(step.output),
                Next::State(next) => {
                    place = next;
                    input = step.output;
                }
            }
            turn += 1;
            if turn == TURN {
                turn = 0;
                tokio::task::yield_now().await;
            }
        }
    }

    async fn visit(
        &self,
        node: &Node,
        input: &Arc<Value>,
        lane: &mut Lane,
    ) -> Result<Step, Failure> {
        let entered = EventKind::StateEntered {
            kind: node.kind,
            name: Arc::clone(&node.name),
            input: Arc::clone(input),
        };
        let mut visit = Visit {
            node,
            input,
            entered: self.registry.clock.now(),
            entered_id: self.emit(lane, entered)?,
            retries: 0,
            token: None,
            item: None,
        };
        match &node.action {
            Action::Pass | Action::Succeed => self.leave(&visit, lane, None),
            Action::Choice { rules } => self.choose(&visit, lane, rules),
            Action::Fail { error, cause } => Err(self.fail(&visit, lane, error, cause)),
            Action::Wait(wait) => {
                self.wait(&visit, lane, wait).await?;
                self.leave(&visit, lane, None)
            }
            Action::Task(_) | Action::Map(_) | Action::Parallel { .. } => {
                self.recovering(&mut visit, lane).await
            }
        }
    }

    /// Evaluates what a state leaves behind on its ordinary way out.
    fn leave(
        &self,
        visit: &Visit<'_>,
        lane: &mut Lane,
        result: Option<&Arc<Value>>,
    ) -> Result<Step, Failure> {
        let node = visit.node;
        self.leave_by(
            visit,
            lane,
            (result, None),
            (&node.assign, node.output.as_ref(), ""),
            node.next,
        )
    }

    /// Evaluates `Assign` and `Output`, both with the variables as they were.
    /// `results` are `$states.result` and `$states.errorOutput`; the exit's
    /// last part says where in the state its fields stand.
    fn leave_by(
        &self,
        visit: &Visit<'_>,
        lane: &mut Lane,
        results: (Option<&Arc<Value>>, Option<&Arc<Value>>),
        exit: (&Assign, Option<&Template>, &str),
        next: Next,
    ) -> Result<Step, Failure> {
        let (assign, output, within) = exit;
        let mut assigned = Vec::with_capacity(assign.len());
        for (name, template) in assign {
            let location = (within, "Assign", name.as_ref());
            let value = self.evaluate(visit, lane, results, template, location)?;
            self.check_size(visit, &value)?;
            assigned.push((Arc::clone(name), value));
        }
        let output = match output {
            Some(template) => {
                let location = (within, "Output", "");
                let value = self.evaluate(visit, lane, results, template, location)?;
                self.check_size(visit, &value)?;
                value
            }
            None => Arc::clone(results.1.or(results.0).unwrap_or(visit.input)),
        };
        Ok(Step {
            output,
            assigned,
            next,
        })
    }

    fn choose(&self, visit: &Visit<'_>, lane: &mut Lane, rules: &[Rule]) -> Result<Step, Failure> {
        for (index, rule) in rules.iter().enumerate() {
            let within = format_args!("Choices[{index}]").to_string();
            let location = (within.as_str(), "Condition", "");
            let holds = self.evaluate(visit, lane, (None, None), &rule.condition, location)?;
            match holds.as_ref() {
                Value::Bool(true) => {
                    let exit = (&rule.assign, rule.output.as_ref(), within.as_str());
                    return self.leave_by(visit, lane, (None, None), exit, Next::State(rule.next));
                }
                Value::Bool(false) => {}
                other => {
                    return Err(self.unexpected_type(
                        visit,
                        lane,
                        &rule.condition,
                        (&format!("{within}/Condition"), "boolean"),
                        other,
                    ));
                }
            }
        }
        if visit.node.next == Next::End {
            return Err(Failure::new(
                names::NO_CHOICE_MATCHED,
                self.sentence(visit, "No choice rule matched and there is no default."),
            ));
        }
        self.leave(visit, lane, None)
    }

    fn fail(
        &self,
        visit: &Visit<'_>,
        lane: &mut Lane,
        error: &Option<Template>,
        cause: &Option<Template>,
    ) -> Failure {
        let mut texts = [None, None];
        for (text, (template, field)) in texts.iter_mut().zip([(error, "Error"), (cause, "Cause")])
        {
            let Some(template) = template else { continue };
            let location = ("", field, "");
            match self.evaluate(visit, lane, (None, None), template, location) {
                Ok(value) => match value.as_ref() {
                    Value::String(value) => *text = Some(value.as_str().into()),
                    other => {
                        return self.unexpected_type(
                            visit,
                            lane,
                            template,
                            (field, "string"),
                            other,
                        );
                    }
                },
                Err(failure) => return failure,
            }
        }
        let [error, cause] = texts;
        Failure {
            error,
            cause,
            fatal: false,
        }
    }
}
