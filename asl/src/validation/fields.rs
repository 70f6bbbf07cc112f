//! Which fields a machine and its states have.

use super::Scope;
use super::flow::catchers;
use super::language::{self, FieldStanding};
use super::problem::{ProblemKind, Problems};
use super::recovery::retriers;
use crate::definition::{QueryLanguage, State, StateMachine, UnknownFields};

/// Checks the fields of the machine itself.
pub fn of_machine(machine: &StateMachine, problems: &mut Problems) {
    for field in machine.unknown.keys() {
        problems.machine(
            ProblemKind::UnknownField,
            format!("the machine has the field `{field}`, which is not known"),
        );
    }
    if machine.version.as_deref().is_some_and(|text| text != "1.0") {
        problems.machine(ProblemKind::Range, "the version is not `1.0`".to_owned());
    }
    if machine.timeout_seconds == Some(0) {
        problems.machine(
            ProblemKind::Range,
            "the machine's `TimeoutSeconds` is not positive".to_owned(),
        );
    }
}

/// Checks the fields of one state.
pub fn of_state(scope: &Scope<'_>, name: &str, state: &State, problems: &mut Problems) {
    let (own, unknown) = language::about(state);
    let language = language::of(scope.machine, state);
    if language == QueryLanguage::JSONPath {
        if own.is_some() && scope.machine.query_language == Some(QueryLanguage::JSONata) {
            problems.state(
                name,
                ProblemKind::QueryLanguage,
                "is in JSONPath, though the machine is in JSONata".to_owned(),
            );
        } else {
            problems.state(
                name,
                ProblemKind::NotJsonata,
                "is in JSONPath; its `QueryLanguage` is not `JSONata`".to_owned(),
            );
        }
        for field in language::only_in_jsonata(state) {
            unknown_field(name, field, problems);
        }
    }
    for field in unknown.keys() {
        match language::standing(state, language, field) {
            FieldStanding::JsonPath => {}
            FieldStanding::NotKnownHere => not_known_here(name, field, problems),
            FieldStanding::Unknown => unknown_field(name, field, problems),
        }
    }
    inside(name, state, language, problems);
}

pub(super) fn unknown_field(name: &str, field: &str, problems: &mut Problems) {
    problems.state(
        name,
        ProblemKind::UnknownField,
        format!("has the field `{field}`, which is not known"),
    );
}

fn not_known_here(name: &str, field: &str, problems: &mut Problems) {
    problems.state(
        name,
        ProblemKind::NotKnownHere,
        format!("has the field `{field}`, which is not known here"),
    );
}

/// The fields of the objects in a state.
fn inside(name: &str, state: &State, language: QueryLanguage, problems: &mut Problems) {
    let json_path = language == QueryLanguage::JSONPath;
    let mut known = |fields: &UnknownFields, within: &str, jsonpath: &[&str]| {
        for field in fields.keys() {
            if !(json_path && jsonpath.contains(&field.as_str())) {
                unknown_field(name, &format!("{within}{field}"), problems);
            }
        }
    };
    for retrier in retriers(state) {
        known(&retrier.unknown, "Retry/", &[]);
    }
    for catcher in catchers(state) {
        known(&catcher.unknown, "Catch/", &["ResultPath"]);
    }
    match state {
        // A rule in JSONPath is a tree of comparisons, which are not looked at.
        State::Choice(choice) if !json_path => {
            for rule in &choice.choices {
                known(&rule.unknown, "Choices/", &[]);
            }
        }
        State::Map(map) => {
            known(&map.item_processor.unknown, "ItemProcessor/", &[]);
            if let Some(config) = &map.item_processor.processor_config {
                for field in config.unknown.keys() {
                    if field == "ExecutionType" {
                        not_known_here(name, "ProcessorConfig/ExecutionType", problems);
                    } else {
                        unknown_field(name, &format!("ProcessorConfig/{field}"), problems);
                    }
                }
            }
        }
        State::Parallel(parallel) => {
            for branch in &parallel.branches {
                known(&branch.unknown, "Branches/", &[]);
            }
        }
        _ => {}
    }
}
