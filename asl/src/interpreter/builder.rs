//! The interpreter as its host sees it.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use async_trait::async_trait;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use parking_lot::Mutex;
use serde_json::Value;

use super::compile::{MachineRefusal, compile};
use super::execution::{Execution, Nursery};
use super::machine_type::MachineType;
use super::program::Program;
use super::registry::{ExpressionHost, Registry, StartProblem};
use super::resources::{Clock, Observer, Resources, TaskCall, TaskFailure, TokioClock};
use super::tokens::{TokenProblem, Tokens};
use crate::definition::StateMachine;
use crate::random::Random;

/// Machines that are compiled once, for any number of interpreters.
#[derive(Clone, Default)]
pub struct CompiledMachines(Vec<Arc<Program>>);

impl CompiledMachines {
    /// Compiles Standard machines, by ARN, for hosts that can stand in for the resources of which
    /// `supports` says so.
    ///
    /// # Errors
    /// The first machine that cannot be run as Step Functions would run it.
    pub fn compile<'a>(
        machines: impl IntoIterator<Item = (&'a str, &'a StateMachine)>,
        supports: impl Fn(&str) -> bool + Send + Sync,
    ) -> Result<Self, MachineRefusal> {
        let supported = Supported(supports);
        machines
            .into_iter()
            .map(|(arn, definition)| compile(arn, definition, false, &supported).map(Arc::new))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// Knows what a host can stand in for, and is none.
struct Supported<F>(F);

#[async_trait]
impl<F: Fn(&str) -> bool + Send + Sync> Resources for Supported<F> {
    fn supports(&self, resource: &str) -> bool {
        (self.0)(resource)
    }

    async fn call(&self, call: TaskCall) -> Result<Value, TaskFailure> {
        NoResources.call(call).await
    }
}

/// Collects what an interpreter needs.
pub struct Builder {
    compiled: CompiledMachines,
    machines: Vec<(String, StateMachine, MachineType)>,
    resources: Arc<dyn Resources>,
    clock: Option<Arc<dyn Clock>>,
    observer: Option<Arc<dyn Observer>>,
    nursery: Option<Arc<dyn Nursery>>,
    seed: u64,
    role_arn: Arc<str>,
    keep_history: bool,
}

/// Stands in when no task calls anything.
pub struct NoResources;

#[async_trait]
impl Resources for NoResources {
    fn supports(&self, _resource: &str) -> bool {
        false
    }

    async fn call(&self, call: TaskCall) -> Result<Value, TaskFailure> {
        Err(TaskFailure::unsupported(format!(
            "nothing answers `{}`",
            call.resource
        )))
    }
}

impl Builder {
    /// Registers a Standard machine under its ARN
    /// (`arn:aws:states:<region>:<account>:stateMachine:<name>`).
    #[must_use]
    pub fn machine(self, arn: impl Into<String>, definition: StateMachine) -> Self {
        self.machine_of_type(arn, definition, MachineType::Standard)
    }

    /// Registers a machine of either type.
    #[must_use]
    pub fn machine_of_type(
        mut self,
        arn: impl Into<String>,
        definition: StateMachine,
        machine_type: MachineType,
    ) -> Self {
        self.machines.push((arn.into(), definition, machine_type));
        self
    }

    /// Registers machines that are compiled already.
    #[must_use]
    pub fn compiled(mut self, machines: &CompiledMachines) -> Self {
        self.compiled.0.extend(machines.0.iter().cloned());
        self
    }

    /// What answers the tasks. Without it, every machine that calls anything
    /// but `states:startExecution` is refused.
    #[must_use]
    pub fn resources(mut self, resources: Arc<dyn Resources>) -> Self {
        self.resources = resources;
        self
    }

    /// The time; a [`TokioClock`] without it.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Has `observer` hear every event of every execution, in order.
    #[must_use]
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Where children live that outlive whoever awaits them; without it, a child is aborted with the
    /// task that awaits it.
    #[must_use]
    pub fn nursery(mut self, nursery: Arc<dyn Nursery>) -> Self {
        self.nursery = Some(nursery);
        self
    }

    /// Seeds jitter, `$random`, `$uuid`, task tokens and the names of
    /// executions that get none.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets `$states.context.Execution.RoleArn`, which no call is checked
    /// against.
    #[must_use]
    pub fn role_arn(mut self, role_arn: &str) -> Self {
        self.role_arn = role_arn.into();
        self
    }

    /// Whether [`Execution::history`] has anything to show; true unless said
    /// otherwise. Events are counted and observed either way.
    #[must_use]
    pub fn keep_history(mut self, keep: bool) -> Self {
        self.keep_history = keep;
        self
    }

    /// Compiles every machine.
    ///
    /// # Errors
    /// The first machine that cannot be run as Step Functions would run it.
    pub fn build(self) -> Result<Interpreter, MachineRefusal> {
        let mut all = self.compiled.0;
        for (arn, definition, machine_type) in &self.machines {
            let express = *machine_type == MachineType::Express;
            let program = compile(arn, definition, express, self.resources.as_ref())?;
            all.push(Arc::new(program));
        }
        let mut programs = HashMap::with_capacity(all.len());
        for program in all {
            if let Some(other) = programs.insert(Arc::clone(&program.arn), program) {
                return Err(MachineRefusal::Arn {
                    machine: other.arn.to_string(),
                    reason: "another machine has this ARN".to_owned(),
                });
            }
        }
        let clock = self
            .clock
            .unwrap_or_else(|| Arc::new(TokioClock::default()));
        let random = Arc::new(Random::new(self.seed));
        Ok(Interpreter {
            registry: Arc::new(Registry {
                programs: Mutex::new(programs),
                resources: self.resources,
                host: Arc::new(ExpressionHost {
                    clock: Arc::clone(&clock),
                    random: Arc::clone(&random),
                }),
                clock,
                observer: self.observer,
                nursery: self.nursery,
                random,
                tokens: Arc::new(Tokens::default()),
                role_arn: self.role_arn,
                keep_history: self.keep_history,
                executions: Mutex::default(),
                detached: Mutex::default(),
            }),
        })
    }
}

/// Runs registered machines. Cheap to clone.
#[derive(Clone)]
pub struct Interpreter {
    registry: Arc<Registry>,
}

/// An interpreter as its own resources may hold it: they belong to it, so a
/// strong handle in them would keep both alive for ever.
#[derive(Clone, Default)]
pub struct WeakInterpreter(Weak<Registry>);

impl WeakInterpreter {
    /// The interpreter, while it is there.
    #[must_use]
    pub fn upgrade(&self) -> Option<Interpreter> {
        self.0.upgrade().map(|registry| Interpreter { registry })
    }
}

impl Interpreter {
    /// A handle that does not keep the interpreter alive.
    #[must_use]
    pub fn downgrade(&self) -> WeakInterpreter {
        WeakInterpreter(Arc::downgrade(&self.registry))
    }

    pub(super) const fn registry(&self) -> &Arc<Registry> {
        &self.registry
    }

    /// An interpreter without machines.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            compiled: CompiledMachines::default(),
            machines: Vec::new(),
            resources: Arc::new(NoResources),
            clock: None,
            observer: None,
            nursery: None,
            seed: 0,
            role_arn: "arn:aws:iam::000000000000:role/states".into(),
            keep_history: true,
        }
    }

    /// Makes an execution; [`Execution::run`] moves it. A name left empty is
    /// made up.
    ///
    /// # Errors
    /// The machine is unknown or the name is taken.
    pub fn start(
        &self,
        machine_arn: &str,
        name: &str,
        input: Value,
    ) -> Result<Execution, StartProblem> {
        if super::limits::exceeds_payload(&input) {
            return Err(StartProblem::InvalidExecutionInput {
                reason: format!("more than {} bytes", super::limits::PAYLOAD_BYTES),
            });
        }
        let name = Some(name).filter(|name| !name.is_empty());
        let (program, record) = self
            .registry
            .open(machine_arn, name, Arc::new(input), None)?;
        Ok(Execution::new(Arc::clone(&self.registry), program, record))
    }

    /// Gives machines other definitions, as `UpdateStateMachine` does. Executions that run keep
    /// theirs, and what they start from now on has the new ones (AWS page: `UpdateStateMachine`).
    pub fn update(&self, machines: &CompiledMachines) {
        let mut programs = self.registry.programs.lock();
        for program in &machines.0 {
            programs.insert(Arc::clone(&program.arn), Arc::clone(program));
        }
    }

    /// Any execution of this interpreter, those that tasks started included.
    #[must_use]
    pub fn execution(&self, arn: &str) -> Option<Execution> {
        let record = self.registry.executions.lock().get(arn).cloned()?;
        let program = self.registry.program(&record.info.machine_arn)?;
        Some(Execution::new(Arc::clone(&self.registry), program, record))
    }

    /// Every execution of this interpreter, by start time, then by ARN.
    #[must_use]
    pub fn executions(&self) -> Vec<Execution> {
        let mut arns: Vec<_> = self
            .registry
            .executions
            .lock()
            .values()
            .map(|record| (record.info.start, Arc::clone(&record.info.arn)))
            .collect();
        arns.sort();
        arns.iter()
            .filter_map(|(_, arn)| self.execution(arn))
            .collect()
    }

    /// Ends the task that waits for `token` well.
    ///
    /// # Errors
    /// The token is unknown, or its task has ended.
    pub fn send_task_success(&self, token: &str, output: Value) -> Result<(), TokenProblem> {
        self.registry.tokens.answer(token, Ok(output))
    }

    /// Ends the task that waits for `token` with an error.
    ///
    /// # Errors
    /// As [`Interpreter::send_task_success`].
    pub fn send_task_failure(
        &self,
        token: &str,
        error: &str,
        cause: &str,
    ) -> Result<(), TokenProblem> {
        self.registry
            .tokens
            .answer(token, Err(TaskFailure::new(error, cause)))
    }

    /// Says that the task that waits for `token` is alive.
    ///
    /// # Errors
    /// As [`Interpreter::send_task_success`].
    pub fn send_task_heartbeat(&self, token: &str) -> Result<(), TokenProblem> {
        self.registry.tokens.heartbeat(token)
    }

    /// Runs what plain `states:startExecution` tasks have left behind once the
    /// runs that polled it are over.
    pub async fn settle(&self) {
        loop {
            let left = std::mem::take(&mut *self.registry.detached.lock());
            if left.is_empty() {
                return;
            }
            let mut running: FuturesUnordered<_> = left.into_iter().collect();
            while running.next().await.is_some() {}
        }
    }
}
