//! What is wrong with a definition.

use std::fmt;

/// The kinds of problem. Their names are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// No JSON, or no States Language: a field is missing or has the wrong type.
    Unreadable,
    /// More than 1 MB.
    DefinitionTooLarge,
    /// In JSONPath, which this crate does not run. Step Functions takes it.
    NotJsonata,
    /// Something that Step Functions has and this crate does not: a distributed
    /// `Map`, a service that this crate has not heard of.
    NotKnownHere,
    /// JSONPath in a state of a machine that is in JSONata.
    QueryLanguage,
    /// A field that states of this type and language do not have.
    UnknownField,
    /// `StartAt`, `Next`, `Default` or a catcher names no state of the graph.
    MissingTarget,
    /// No way leads to the state.
    Unreachable,
    /// No state of the graph ends it.
    NoEnd,
    /// No way leads from the state to an end, though its graph has one. Whether
    /// Step Functions takes that is not documented.
    Endless,
    /// Neither or both of `Next` and `End`.
    NextOrEnd,
    /// A graph without states.
    Empty,
    /// A name of more than 80 characters.
    NameTooLong,
    /// A name that another state has.
    DuplicateName,
    /// A string between `{%` and `%}` that is no JSONata.
    Expression,
    /// A field that needs an expression has something else.
    NotAnExpression,
    /// An expression mentions a part of `$states` that is not there.
    OutOfReach,
    /// An expression starts at a field's name, and there is no value to look in.
    TopLevelName,
    /// `Resource` is no ARN that a task can call, or not in this way.
    Resource,
    /// `Credentials` that are no object with a `RoleArn` and nothing else.
    Credentials,
    /// `Timestamp` is no moment.
    Timestamp,
    /// Express machines do not have it.
    NotInExpress,
    /// States that lead to one another, and none of them has a declared bound.
    UnboundedCycle,
    /// A `Map` without a declared number of items.
    UnboundedItems,
    /// A bound that is declared of a state that does not exist.
    UnknownBound,
    /// `ErrorEquals` is empty, or `States.ALL` is neither alone nor last.
    ErrorEquals,
    /// A number out of its range.
    Range,
    /// `HeartbeatSeconds` not below `TimeoutSeconds`.
    Heartbeat,
    /// A `Wait` without exactly one of `Seconds` and `Timestamp`.
    WaitFor,
    /// A variable's name that cannot be assigned.
    VariableName,
    /// A variable of a scope around the state.
    OuterVariable,
}

impl ProblemKind {
    /// Whether Step Functions refuses a definition for this. The other kinds
    /// say that this crate does not know what the definition does, or how much
    /// of it.
    #[must_use]
    pub const fn is_refused_by_step_functions(self) -> bool {
        !matches!(
            self,
            Self::NotJsonata
                | Self::NotKnownHere
                | Self::Endless
                | Self::UnboundedCycle
                | Self::UnboundedItems
                | Self::UnknownBound
        )
    }
}

/// One thing that is wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionProblem {
    /// The state; `None` for the machine itself.
    pub state: Option<String>,
    /// What kind of problem it is.
    pub kind: ProblemKind,
    /// What is wrong, to be read after the state's name.
    pub sentence: String,
}

impl fmt::Display for DefinitionProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.state {
            Some(state) => write!(formatter, "state `{state}` {}", self.sentence),
            None => formatter.write_str(&self.sentence),
        }
    }
}

/// Problems in the order in which they are found.
#[derive(Default)]
pub struct Problems(Vec<DefinitionProblem>);

impl Problems {
    pub fn machine(&mut self, kind: ProblemKind, sentence: String) {
        self.0.push(DefinitionProblem {
            state: None,
            kind,
            sentence,
        });
    }

    pub fn state(&mut self, state: &str, kind: ProblemKind, sentence: String) {
        self.0.push(DefinitionProblem {
            state: Some(state.to_owned()),
            kind,
            sentence,
        });
    }

    pub fn into_vec(self) -> Vec<DefinitionProblem> {
        self.0
    }
}
