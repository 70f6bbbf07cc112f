//! The language of a state, and the fields of either language that are not in
//! [`crate::definition`]. AWS documents them in "Amazon States Language in
//! Step Functions", on the pages of each type of state.

use crate::definition::{QueryLanguage, State, StateMachine, UnknownFields};

/// Fields of a distributed `Map`, in both languages.
const DISTRIBUTED: [&str; 4] = ["ItemReader", "ItemBatcher", "ResultWriter", "Label"];

/// The language that a state is in: its own, or the machine's, or JSONPath.
pub fn of(machine: &StateMachine, state: &State) -> QueryLanguage {
    about(state)
        .0
        .or(machine.query_language)
        .unwrap_or(QueryLanguage::JSONPath)
}

/// The language that a state names, and the fields that were not understood.
pub fn about(state: &State) -> (Option<QueryLanguage>, &UnknownFields) {
    match state {
        State::Task(state) => (state.query_language, &state.unknown),
        State::Pass(state) => (state.query_language, &state.unknown),
        State::Choice(state) => (state.query_language, &state.unknown),
        State::Wait(state) => (state.query_language, &state.unknown),
        State::Succeed(state) => (state.query_language, &state.unknown),
        State::Fail(state) => (state.query_language, &state.unknown),
        State::Map(state) => (state.query_language, &state.unknown),
        State::Parallel(state) => (state.query_language, &state.unknown),
    }
}

/// How a field that was not understood stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldStanding {
    /// Step Functions knows it, this crate does not.
    NotKnownHere,
    /// It is JSONPath's, in a state in JSONPath.
    JsonPath,
    /// The state has no such field.
    Unknown,
}

/// The standing of a field of a state.
pub fn standing(state: &State, language: QueryLanguage, field: &str) -> FieldStanding {
    if matches!(state, State::Map(_)) && DISTRIBUTED.contains(&field) {
        return FieldStanding::NotKnownHere;
    }
    if language == QueryLanguage::JSONPath && json_path(state, field) {
        return FieldStanding::JsonPath;
    }
    FieldStanding::Unknown
}

fn json_path(state: &State, field: &str) -> bool {
    let own: &[&str] = match state {
        State::Task(_) => &[
            "Parameters",
            "ResultSelector",
            "ResultPath",
            "TimeoutSecondsPath",
            "HeartbeatSecondsPath",
        ],
        State::Pass(_) => &["Parameters", "Result", "ResultPath"],
        State::Wait(_) => &["SecondsPath", "TimestampPath"],
        State::Fail(_) => return matches!(field, "ErrorPath" | "CausePath"),
        State::Map(_) => &[
            "ItemsPath",
            "ItemSelector",
            "Iterator",
            "Parameters",
            "ResultSelector",
            "ResultPath",
            "MaxConcurrencyPath",
            "ToleratedFailureCountPath",
            "ToleratedFailurePercentagePath",
        ],
        State::Parallel(_) => &["Parameters", "ResultSelector", "ResultPath"],
        State::Choice(_) | State::Succeed(_) => &[],
    };
    matches!(field, "InputPath" | "OutputPath") || own.contains(&field)
}

/// Fields of [`crate::definition`] that a state has though it is in JSONPath,
/// where Step Functions does not know them.
pub fn only_in_jsonata(state: &State) -> Vec<&'static str> {
    let fields = match state {
        State::Task(state) => vec![
            ("Arguments", state.arguments.is_some()),
            ("Output", state.output.is_some()),
        ],
        State::Pass(state) => vec![("Output", state.output.is_some())],
        State::Choice(state) => vec![("Output", state.output.is_some())],
        State::Wait(state) => vec![("Output", state.output.is_some())],
        State::Succeed(state) => vec![("Output", state.output.is_some())],
        State::Map(state) => vec![
            ("Items", state.items.is_some()),
            ("Output", state.output.is_some()),
        ],
        State::Parallel(state) => vec![
            ("Arguments", state.arguments.is_some()),
            ("Output", state.output.is_some()),
        ],
        State::Fail(_) => Vec::new(),
    };
    fields
        .into_iter()
        .filter_map(|(field, there)| there.then_some(field))
        .collect()
}
