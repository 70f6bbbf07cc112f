//! What is wrong with a definition.

use std::fmt;

/// The kinds of problem. Their names are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// More than 1 MB.
    DefinitionTooLarge,
    /// Not in JSONata.
    NotJsonata,
    /// A field that is not known, JSONPath's among them.
    UnknownField,
    /// `StartAt`, `Next`, `Default` or a catcher names no state of the graph.
    MissingTarget,
    /// No way leads to the state.
    Unreachable,
    /// No way leads from the state to an end.
    NoEnd,
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

/// One thing that is wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The state; `None` for the machine itself.
    pub state: Option<String>,
    /// What kind of problem it is.
    pub kind: Kind,
    /// What is wrong, to be read after the state's name.
    pub sentence: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.state {
            Some(state) => write!(formatter, "state `{state}` {}", self.sentence),
            None => formatter.write_str(&self.sentence),
        }
    }
}

/// Problems in the order in which they are found.
#[derive(Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    pub fn machine(&mut self, kind: Kind, sentence: String) {
        self.0.push(Problem {
            state: None,
            kind,
            sentence,
        });
    }

    pub fn state(&mut self, state: &str, kind: Kind, sentence: String) {
        self.0.push(Problem {
            state: Some(state.to_owned()),
            kind,
            sentence,
        });
    }

    pub fn into_vec(self) -> Vec<Problem> {
        self.0
    }
}
