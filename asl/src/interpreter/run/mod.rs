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
use super::failure::{StateFailure, names};
use super::history::EventKind;
use super::program::{Assign, NextState, Program, ReadyRule, StateAction, StateGraph, StateNode};
use super::record::ExecutionRecord;
use super::registry::Registry;
use crate::expression::{JsonTemplate, VariablesInReach};

/// Transitions after which a strand lets others have their turn, so that a loop
/// without waits can be stopped and timed out.
const TURN: u32 = 64;

/// An execution while it runs: what its states share.
pub struct RunningExecution {
    pub registry: Arc<Registry>,
    pub program: Arc<Program>,
    pub record: Arc<ExecutionRecord>,
    constant: OnceLock<Constant>,
    /// A context object that is given rather than made up.
    context: Option<Map<String, Value>>,
}

/// One strand of states within an execution: its root, an iteration or a
/// branch.
#[derive(Debug, Default)]
pub struct Strand {
    /// The event that the next one follows.
    pub previous: u64,
    pub variables: VariablesInReach,
    /// `$states.context.Map` of an iteration.
    pub item: Option<Arc<Value>>,
}

/// One visit of a state.
pub struct StateVisit<'a> {
    pub node: &'a StateNode,
    pub input: &'a Arc<Value>,
    pub entered: Timestamp,
    pub entered_id: u64,
    /// How many retries there have been.
    pub retries: u64,
    /// The token of the task, if it has one.
    pub token: Option<Arc<str>>,
    /// Overrides the strand's item while a `Map` selects one.
    pub item: Option<Arc<Value>>,
}

/// What a state leaves behind.
pub struct StateExit {
    pub output: Arc<Value>,
    pub assigned: Vec<(Arc<str>, Arc<Value>)>,
    pub next: NextState,
}

impl RunningExecution {
    pub fn new(
        registry: Arc<Registry>,
        program: Arc<Program>,
        record: Arc<ExecutionRecord>,
    ) -> Self {
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
        graph: &'a StateGraph,
        input: Arc<Value>,
        strand: &'a mut Strand,
    ) -> BoxFuture<'a, Result<Arc<Value>, StateFailure>> {
        self.walk(graph, input, strand).boxed()
    }

    async fn walk(
        &self,
        graph: &StateGraph,
        mut input: Arc<Value>,
        strand: &mut Strand,
    ) -> Result<Arc<Value>, StateFailure> {
        let mut place = graph.start;
        let mut turn = 0;
        loop {
            let node = graph
                .states
                .get(place)
                .ok_or_else(|| StateFailure::fatal("a transition leads nowhere"))?;
            let step = self.visit(node, &input, strand).await?;
            let exited = EventKind::StateExited {
                kind: node.kind,
                name: Arc::clone(&node.name),
                output: Arc::clone(&step.output),
                assigned: step.assigned.clone(),
            };
            self.emit(strand, exited)?;
            for (name, value) in step.assigned {
                strand.variables.set(name, value);
            }
            match step.next {
                NextState::End => return Ok(step.output),
                NextState::State(next) => {
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
        node: &StateNode,
        input: &Arc<Value>,
        strand: &mut Strand,
    ) -> Result<StateExit, StateFailure> {
        let entered = EventKind::StateEntered {
            kind: node.kind,
            name: Arc::clone(&node.name),
            input: Arc::clone(input),
        };
        let mut visit = StateVisit {
            node,
            input,
            entered: self.registry.clock.now(),
            entered_id: self.emit(strand, entered)?,
            retries: 0,
            token: None,
            item: None,
        };
        match &node.action {
            StateAction::Pass | StateAction::Succeed => self.leave(&visit, strand, None),
            StateAction::Choice { rules } => self.choose(&visit, strand, rules),
            StateAction::Fail { error, cause } => Err(self.fail(&visit, strand, error, cause)),
            StateAction::Wait(wait) => {
                self.wait(&visit, strand, wait).await?;
                self.leave(&visit, strand, None)
            }
            StateAction::Task(_) | StateAction::Map(_) | StateAction::Parallel { .. } => {
                self.recovering(&mut visit, strand).await
            }
        }
    }

    /// Evaluates what a state leaves behind on its ordinary way out.
    fn leave(
        &self,
        visit: &StateVisit<'_>,
        strand: &mut Strand,
        result: Option<&Arc<Value>>,
    ) -> Result<StateExit, StateFailure> {
        let node = visit.node;
        self.leave_by(
            visit,
            strand,
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
        visit: &StateVisit<'_>,
        strand: &mut Strand,
        results: (Option<&Arc<Value>>, Option<&Arc<Value>>),
        exit: (&Assign, Option<&JsonTemplate>, &str),
        next: NextState,
    ) -> Result<StateExit, StateFailure> {
        let (assign, output, within) = exit;
        let mut assigned = Vec::with_capacity(assign.len());
        for (name, template) in assign {
            let location = (within, "Assign", name.as_ref());
            let value = self.evaluate(visit, strand, results, template, location)?;
            self.check_size(visit, &value)?;
            assigned.push((Arc::clone(name), value));
        }
        let output = match output {
            Some(template) => {
                let location = (within, "Output", "");
                let value = self.evaluate(visit, strand, results, template, location)?;
                self.check_size(visit, &value)?;
                value
            }
            None => Arc::clone(results.1.or(results.0).unwrap_or(visit.input)),
        };
        Ok(StateExit {
            output,
            assigned,
            next,
        })
    }

    fn choose(
        &self,
        visit: &StateVisit<'_>,
        strand: &mut Strand,
        rules: &[ReadyRule],
    ) -> Result<StateExit, StateFailure> {
        for (index, rule) in rules.iter().enumerate() {
            let within = format_args!("Choices[{index}]").to_string();
            let location = (within.as_str(), "Condition", "");
            let holds = self.evaluate(visit, strand, (None, None), &rule.condition, location)?;
            match holds.as_ref() {
                Value::Bool(true) => {
                    let exit = (&rule.assign, rule.output.as_ref(), within.as_str());
                    return self.leave_by(
                        visit,
                        strand,
                        (None, None),
                        exit,
                        NextState::State(rule.next),
                    );
                }
                Value::Bool(false) => {}
                other => {
                    return Err(self.unexpected_type(
                        visit,
                        strand,
                        &rule.condition,
                        (&format!("{within}/Condition"), "boolean"),
                        other,
                    ));
                }
            }
        }
        if visit.node.next == NextState::End {
            return Err(StateFailure::new(
                names::NO_CHOICE_MATCHED,
                self.sentence(visit, "No choice rule matched and there is no default."),
            ));
        }
        self.leave(visit, strand, None)
    }

    fn fail(
        &self,
        visit: &StateVisit<'_>,
        strand: &mut Strand,
        error: &Option<JsonTemplate>,
        cause: &Option<JsonTemplate>,
    ) -> StateFailure {
        let mut texts = [None, None];
        for (text, (template, field)) in texts.iter_mut().zip([(error, "Error"), (cause, "Cause")])
        {
            let Some(template) = template else { continue };
            let location = ("", field, "");
            match self.evaluate(visit, strand, (None, None), template, location) {
                Ok(value) => match value.as_ref() {
                    Value::String(value) => *text = Some(value.as_str().into()),
                    other => {
                        return self.unexpected_type(
                            visit,
                            strand,
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
        StateFailure {
            error,
            cause,
            fatal: false,
        }
    }
}
