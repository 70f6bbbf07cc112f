//! What is simulated: a plan, its six definitions, and the artifacts that its actions read.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use asl::definition::StateMachine;
use asl::interpreter::{CompiledMachines, MachineRefusal};
use runtime_lambda::ids::{Hash, StepName};
use runtime_lambda::plan::{Job, Plan, Step};
use runtime_lambda::{ActionError, Memory};

use crate::resources;

/// A pipeline, ready to be simulated.
pub struct Subject {
    pub(crate) plan: Plan,
    /// The hash of the plan, by which its artifact is named.
    pub(crate) plan_hash: Hash,
    pub(crate) machines: CompiledMachines,
    /// What a deploy in the middle of a run gives the same machines.
    pub(crate) newer: CompiledMachines,
    /// ARN of the machine that is the run.
    pub(crate) entry: String,
    /// ARN of the machine that sweeps runs and reports about them.
    pub(crate) report: String,
    /// Name of the Lambda.
    pub(crate) function: String,
    pub(crate) artifacts: HashMap<String, Vec<u8>>,
    /// The artifacts as a Lambda keeps them that has read them.
    pub(crate) memory: Memory,
    /// Place of each step in the plan, by its name.
    steps: HashMap<StepName, usize>,
}

/// Why a pipeline cannot be simulated.
#[derive(Debug, thiserror::Error)]
pub enum SubjectProblem {
    /// A definition cannot be interpreted.
    #[error(transparent)]
    Refused(#[from] MachineRefusal),
    /// An artifact is not what its key says.
    #[error(transparent)]
    Artifact(#[from] ActionError),
    /// The stand-in of another state machine is broken.
    #[error("the stand-in for a state machine cannot be read: {0}")]
    StandIn(#[from] asl::definition::ReadError),
}

impl Subject {
    /// A pipeline of this plan. `machines` are its definitions by ARN, `newer` those that a deploy in the middle of
    /// a run gives them. `entry` is the ARN of the machine that is the run, `report` that of the machine that
    /// sweeps it. `function` is the name of its Lambda, and `artifacts` are what its actions read, by key.
    ///
    /// # Errors
    /// A definition cannot be interpreted.
    pub fn new(
        plan: Plan,
        machines: &[(String, StateMachine)],
        newer: &[(String, StateMachine)],
        (entry, report): (String, String),
        function: String,
        artifacts: BTreeMap<String, Vec<u8>>,
    ) -> Result<Arc<Self>, SubjectProblem> {
        let stand_in = resources::stand_in()?;
        let known = |arn: &str| machines.iter().any(|(own, _)| own == arn);
        let mut others: Vec<&str> = plan
            .steps
            .iter()
            .filter_map(|step| match &step.job {
                Some(Job::StateMachine { arn, .. }) if !known(arn) => Some(arn.as_str()),
                _ => None,
            })
            .collect();
        others.sort_unstable();
        others.dedup();
        let others = others.into_iter().map(|arn| (arn, &stand_in));
        let all = by_arn(machines).chain(others);
        let compiled = CompiledMachines::compile(all, resources::supports)?;
        let newer = CompiledMachines::compile(by_arn(newer), resources::supports)?;
        let bodies = artifacts.iter();
        let memory = Memory::knowing(bodies.map(|(key, body)| (key.as_str(), body.as_slice())))?;
        let names = plan.steps.iter().enumerate();
        Ok(Arc::new(Self {
            steps: names
                .map(|(place, step)| (step.name.clone(), place))
                .collect(),
            machines: compiled,
            newer,
            entry,
            report,
            function,
            plan_hash: artifacts
                .keys()
                .find_map(|key| {
                    let hash = key.strip_prefix("plans/")?.strip_suffix(".json")?;
                    Some(Hash::from(hash))
                })
                .unwrap_or_default(),
            artifacts: artifacts.into_iter().collect(),
            memory,
            plan,
        }))
    }

    /// The plan's step of this name.
    pub(crate) fn step(&self, name: &str) -> Option<&Step> {
        self.plan.steps.get(*self.steps.get(name)?)
    }

    /// The plan's step of a name that a run of it has.
    #[expect(clippy::expect_used, reason = "runs have the steps of their plan")]
    pub(crate) fn planned(&self, name: &str) -> &Step {
        self.step(name)
            .expect("a run has a step that its plan has not")
    }

    /// Names of the steps, in the plan's order.
    pub fn step_names(&self) -> impl Iterator<Item = &str> {
        self.plan.steps.iter().map(|step| step.name.as_str())
    }
}

fn by_arn(machines: &[(String, StateMachine)]) -> impl Iterator<Item = (&str, &StateMachine)> {
    machines
        .iter()
        .map(|(arn, machine)| (arn.as_str(), machine))
}
