//! The expressions and the variables of a state.

use serde_json::Value;

use super::flow::catchers;
use super::problem::{ProblemKind, Problems};
use super::quantities;
use crate::definition::{
    AssignedVariables, ChoiceRule, Quantity, QueryLanguage, State, expression_source,
};
use crate::expression::JsonataExpression;

/// Which parts of `$states` a field can see besides input and context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Neither,
    Result,
    ErrorOutput,
}

impl Reach {
    /// `$states.result` exists once a task, a map or a parallel has ended, and
    /// `$states.errorOutput` in a catcher ("Transforming data with JSONata in
    /// Step Functions").
    fn forbids(self, expression: &JsonataExpression) -> Option<&'static str> {
        [("result", Self::Result), ("errorOutput", Self::ErrorOutput)]
            .into_iter()
            .find(|(part, reach)| self != *reach && expression.mentions_states(part))
            .map(|(part, _)| part)
    }
}

/// Checks that every expression parses and sees what it mentions, and that
/// every variable has a good name. In JSONPath there are no expressions of this
/// kind.
pub fn of_state(name: &str, state: &State, language: QueryLanguage, problems: &mut Problems) {
    for variable in assigned(state, language) {
        if !is_variable_name(variable) {
            problems.state(
                name,
                ProblemKind::VariableName,
                format!("assigns `{variable}`, which is no name for a variable"),
            );
        }
    }
    if language == QueryLanguage::JSONPath {
        return;
    }
    let mut check = |field: &str, text: &str, reach: Reach| {
        let Some(source) = expression_source(text) else {
            return;
        };
        match JsonataExpression::parse(source) {
            Err(problem) => problems.state(
                name,
                ProblemKind::Expression,
                format!("has in `{field}`: {problem}"),
            ),
            Ok(expression) => {
                if let Some(part) = reach.forbids(&expression) {
                    problems.state(
                        name,
                        ProblemKind::OutOfReach,
                        format!("mentions `$states.{part}` in `{field}`, where there is none"),
                    );
                }
                if let Some(bare) = expression.top_level_name() {
                    problems.state(
                        name,
                        ProblemKind::TopLevelName,
                        format!("has in `{field}` the name `{bare}`, and nothing to look it up in"),
                    );
                }
            }
        }
    };
    for (field, value, reach) in values(state) {
        strings(value, &mut |text| check(field, text, reach));
    }
    for (field, text) in texts(state) {
        check(field, text, Reach::Neither);
    }
    for (field, quantity) in quantities(state) {
        if let Quantity::Expression(text) = quantity {
            check(field, text, Reach::Neither);
        }
    }
    for (variables, reach) in assignments(state) {
        for value in variables.values() {
            strings(value, &mut |text| check("Assign", text, reach));
        }
    }
}

/// Names start with a letter, go on with letters, digits and underscores, and
/// have at most 80 characters ("Passing data between states with variables").
fn is_variable_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|character| character.is_alphanumeric() || character == '_')
        && name.chars().count() <= 80
        && name != "states"
}

/// The variables that a state may set. JSONPath marks those whose value is a
/// path or an intrinsic with `.$`, which is no part of the name.
pub fn assigned(state: &State, language: QueryLanguage) -> Vec<&str> {
    names(assignments(state).into_iter(), language)
}

/// The variables that a state sets where an error is caught, and nowhere else.
pub fn assigned_by_catchers_only(state: &State, language: QueryLanguage) -> Vec<&str> {
    let (caught, ordinary): (Vec<_>, Vec<_>) = assignments(state)
        .into_iter()
        .partition(|(_, reach)| *reach == Reach::ErrorOutput);
    let ordinary = names(ordinary.into_iter(), language);
    let mut caught = names(caught.into_iter(), language);
    caught.retain(|variable| !ordinary.contains(variable));
    caught
}

fn names<'a>(
    assignments: impl Iterator<Item = (&'a AssignedVariables, Reach)>,
    language: QueryLanguage,
) -> Vec<&'a str> {
    let mut names: Vec<&str> = assignments
        .flat_map(|(variables, _)| variables.keys())
        .map(|name| match (language, name.strip_suffix(".$")) {
            (QueryLanguage::JSONPath, Some(variable)) => variable,
            _ => name.as_str(),
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// What the ordinary way out of a state can see.
const fn way_out(state: &State) -> Reach {
    match state {
        State::Task(_) | State::Map(_) | State::Parallel(_) => Reach::Result,
        _ => Reach::Neither,
    }
}

fn rules(state: &State) -> &[ChoiceRule] {
    match state {
        State::Choice(choice) => &choice.choices,
        _ => &[],
    }
}

fn assignments(state: &State) -> Vec<(&AssignedVariables, Reach)> {
    let own = match state {
        State::Task(state) => &state.assign,
        State::Pass(state) => &state.assign,
        State::Choice(state) => &state.assign,
        State::Wait(state) => &state.assign,
        State::Map(state) => &state.assign,
        State::Parallel(state) => &state.assign,
        State::Succeed(_) | State::Fail(_) => &None,
    };
    let rules = rules(state)
        .iter()
        .map(|rule| (&rule.assign, Reach::Neither));
    let catchers = catchers(state)
        .iter()
        .map(|catcher| (&catcher.assign, Reach::ErrorOutput));
    std::iter::once((own, way_out(state)))
        .chain(rules)
        .chain(catchers)
        .filter_map(|(variables, reach)| variables.as_ref().map(|variables| (variables, reach)))
        .collect()
}

fn values(state: &State) -> Vec<(&'static str, &Value, Reach)> {
    let way_out = way_out(state);
    let own = match state {
        State::Task(state) => vec![
            ("Arguments", &state.arguments, Reach::Neither),
            ("Credentials", &state.credentials, Reach::Neither),
            ("Output", &state.output, way_out),
        ],
        State::Pass(state) => vec![("Output", &state.output, way_out)],
        State::Choice(state) => vec![("Output", &state.output, way_out)],
        State::Wait(state) => vec![("Output", &state.output, way_out)],
        State::Succeed(state) => vec![("Output", &state.output, way_out)],
        State::Map(state) => vec![
            ("Items", &state.items, Reach::Neither),
            ("ItemSelector", &state.item_selector, Reach::Neither),
            ("Output", &state.output, way_out),
        ],
        State::Parallel(state) => vec![
            ("Arguments", &state.arguments, Reach::Neither),
            ("Output", &state.output, way_out),
        ],
        State::Fail(_) => Vec::new(),
    };
    let rules = rules(state).iter().flat_map(|rule| {
        [
            ("Condition", &rule.condition, Reach::Neither),
            ("Output", &rule.output, Reach::Neither),
        ]
    });
    let catchers = catchers(state)
        .iter()
        .map(|catcher| ("Output", &catcher.output, Reach::ErrorOutput));
    own.into_iter()
        .chain(rules)
        .chain(catchers)
        .filter_map(|(field, value, reach)| value.as_ref().map(|value| (field, value, reach)))
        .collect()
}

fn texts(state: &State) -> Vec<(&'static str, &str)> {
    let fields = match state {
        State::Fail(fail) => vec![("Error", &fail.error), ("Cause", &fail.cause)],
        State::Wait(wait) => vec![("Timestamp", &wait.timestamp)],
        _ => Vec::new(),
    };
    fields
        .into_iter()
        .filter_map(|(field, text)| text.as_deref().map(|text| (field, text)))
        .collect()
}

fn strings(value: &Value, visit: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, visit)),
        Value::Object(fields) => fields.values().for_each(|field| strings(field, visit)),
        _ => {}
    }
}
