//! Phase `machines`: from a plan to its six state machine definitions.
//!
//! The shape is the same for every pipeline; what differs is data. A definition leaves nothing open: what
//! it calls has names that follow from the pipeline's ([`names`]). So its text is the same in every
//! account, Region and partition, and on a laptop.

mod backfill;
mod bounds;
mod counts;
mod crawlers;
mod declared;
mod invoke;
mod limits;
pub mod names;
mod partition;
mod pauses;
mod proof;
mod query;
mod query_loop;
mod query_timeout;
mod report;
mod run;
mod turn;

use asl::definition::StateMachine;
use asl::validation::DefinitionProblem;
use runtime_lambda::plan::Plan;

pub use backfill::MOST_VALUES;
pub use bounds::RunBounds;
pub use partition::{AwsPartition, integration};
pub use pauses::pauses_of_a_lane;

/// One of the six state machines of a pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Machine {
    /// Level 1: one step.
    Query,
    /// Level 1: stops a step that did not end by itself.
    QueryTimeout,
    /// Level 2: one lane.
    QueryLoop,
    /// Level 3: the run.
    Run,
    /// Level 3: the report and the notification.
    Report,
    /// Level 4: a run for each of several values.
    Backfill,
}

impl Machine {
    /// All six, lower levels first.
    pub const ALL: [Self; 6] = [
        Self::Query,
        Self::QueryTimeout,
        Self::QueryLoop,
        Self::Run,
        Self::Report,
        Self::Backfill,
    ];

    /// What stands behind the pipeline's name in the machine's name.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::QueryTimeout => "query-timeout",
            Self::QueryLoop => "query-loop",
            Self::Run => "retry",
            Self::Report => "report",
            Self::Backfill => "backfill",
        }
    }

    /// Name of the machine of this pipeline.
    #[must_use]
    pub fn name(self, pipeline: &str) -> String {
        format!("{pipeline}-{}", self.suffix())
    }

    /// Level of the nesting, 1 to 4.
    #[must_use]
    pub fn level(self) -> u8 {
        match self {
            Self::Query | Self::QueryTimeout => 1,
            Self::QueryLoop => 2,
            Self::Run | Self::Report => 3,
            Self::Backfill => 4,
        }
    }
}

/// The six definitions of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct MachineDefinitions {
    /// In the order of [`Machine::ALL`].
    pub definitions: Vec<(Machine, Definition)>,
    /// What a run may cost at the most.
    pub bounds: RunBounds,
}

/// One definition, as a value and as it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// Name of the state machine.
    pub name: String,
    /// The definition as a value.
    pub machine: StateMachine,
    /// The document as indented JSON: same plan, same bytes.
    pub json: String,
}

/// Why a plan has no definitions: a promise of this phase would not hold. No spec that resolves causes it.
#[derive(Debug, thiserror::Error)]
pub enum MachinesError {
    /// A definition is not valid States Language.
    #[error("the definition of `{machine}` is not valid: {problems}")]
    Invalid {
        /// Name of the machine.
        machine: String,
        /// What the validation says.
        problems: String,
    },
    /// A definition cannot be written.
    #[error("the definition of `{machine}` cannot be written: {source}")]
    Unwritable {
        /// Name of the machine.
        machine: String,
        /// What the writer says.
        source: asl::definition::ReadError,
    },
    /// A definition is too large.
    #[error("the definition of `{machine}` has {bytes} bytes, and {limit} are allowed")]
    DefinitionTooLarge {
        /// Name of the machine.
        machine: String,
        /// Bytes that it has.
        bytes: usize,
        /// Bytes that Step Functions takes.
        limit: usize,
    },
    /// Nothing says how often an execution goes round in a circle.
    #[error("an execution of `{machine}` might have no end: {problems}")]
    Unbounded {
        /// Name of the machine.
        machine: String,
        /// What the validation says.
        problems: String,
    },
    /// A task might be given more than the limit of a payload.
    #[error("a task of `{machine}` might be given {bytes} bytes, and {limit} are allowed")]
    PayloadTooLarge {
        /// Name of the machine.
        machine: String,
        /// Bytes that a task could be given.
        bytes: usize,
        /// Bytes that Step Functions takes.
        limit: usize,
    },
    /// A step might cost more state transitions than are promised.
    #[error("step `{step}` might cost {transitions} state transitions, and {limit} are promised")]
    TooManyTransitions {
        /// Name of the step.
        step: String,
        /// Transitions in the worst case.
        transitions: u64,
        /// Transitions that are promised.
        limit: u64,
    },
    /// An execution might pass the limit of its history.
    #[error("an execution of `{machine}` might have {events} events, and {limit} are allowed")]
    TooManyEvents {
        /// Name of the machine.
        machine: String,
        /// Events in the worst case.
        events: u64,
        /// Events that Step Functions takes.
        limit: u64,
    },
}

/// The phase: the six definitions of `plan`, whose hash is `plan_hash`.
///
/// # Errors
/// A promise to the next phase does not hold. The promise: every definition is valid and at most 1
/// MB, and no execution of it can reach 25,000 events.
pub fn machines(plan: &Plan, plan_hash: &str) -> Result<MachineDefinitions, MachinesError> {
    let bounds = RunBounds::of(plan);
    let definitions = Machine::ALL
        .into_iter()
        .map(|machine| {
            let document = match machine {
                Machine::Query => query::query(plan),
                Machine::QueryTimeout => query_timeout::query_timeout(plan),
                Machine::QueryLoop => query_loop::query_loop(plan),
                Machine::Run => run::run(plan, plan_hash),
                Machine::Report => report::report(plan, plan_hash),
                Machine::Backfill => backfill::backfill(plan),
            };
            Ok((machine, check(machine.name(&plan.pipeline), document)?))
        })
        .collect::<Result<Vec<_>, MachinesError>>()?;
    bounds.check(plan, &definitions)?;
    Ok(MachineDefinitions {
        definitions,
        bounds,
    })
}

impl MachineDefinitions {
    /// The same machines as they are written in another partition.
    ///
    /// # Errors
    /// A definition would not be valid there.
    pub fn in_partition(self, partition: AwsPartition) -> Result<Self, MachinesError> {
        if partition == AwsPartition::Aws {
            return Ok(self);
        }
        let definitions = self
            .definitions
            .into_iter()
            .map(|(machine, definition)| {
                let mut document = definition.machine;
                partition::rename(&mut document.states, partition);
                Ok((machine, check(definition.name, document)?))
            })
            .collect::<Result<Vec<_>, MachinesError>>()?;
        Ok(Self {
            definitions,
            ..self
        })
    }
}

fn sentences(problems: &[DefinitionProblem]) -> String {
    let sentences: Vec<String> = problems.iter().map(ToString::to_string).collect();
    sentences.join("; ")
}

fn check(name: String, machine: StateMachine) -> Result<Definition, MachinesError> {
    let problems = asl::validation::validate(&machine);
    if !problems.is_empty() {
        return Err(MachinesError::Invalid {
            machine: name,
            problems: sentences(&problems),
        });
    }
    match machine.to_json() {
        Ok(mut json) => {
            json.push('\n');
            Ok(Definition {
                name,
                machine,
                json,
            })
        }
        Err(source) => Err(MachinesError::Unwritable {
            machine: name,
            source,
        }),
    }
}
