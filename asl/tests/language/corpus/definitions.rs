//! Definitions that AWS took or refused, against `asl::validation`.

use asl::interpreter::MachineType;
use asl::validation::{DefinitionProblem, validate_text};
use serde_json::Value;

use super::cases::of_kind;

/// The problems for which Step Functions would refuse the definition of a case.
fn refusals(case: &Value) -> Vec<DefinitionProblem> {
    let text = match &case["definition_text"] {
        Value::String(text) => text.clone(),
        _ => case["definition"].to_string(),
    };
    let machine_type = if case["machine_type"] == "EXPRESS" {
        MachineType::Express
    } else {
        MachineType::Standard
    };
    let mut problems = validate_text(&text, machine_type);
    problems.retain(|problem| problem.kind.is_refused_by_step_functions());
    problems
}

/// The states that AWS names in its answer, as the parts of paths such as
/// `/States/Wait/Timestamp`.
fn places(expect: &Value) -> String {
    let diagnostics = expect["diagnostics"].as_array().into_iter().flatten();
    let locations = diagnostics.filter_map(|diagnostic| diagnostic["location"].as_str());
    let message = expect["message"].as_str();
    let texts: Vec<_> = message.into_iter().chain(locations).collect();
    texts.join(" ")
}

/// Compares verdicts; where AWS names a state, one of ours must name it, too.
fn compare(kind: &str) {
    let cases = of_kind(kind);
    let mut wrong = Vec::new();
    for case in &cases {
        let problems = refusals(case);
        let refused = case["expect"]["status"] == "INVALID_DEFINITION";
        let places = places(&case["expect"]);
        let placed = !places.contains("/States/")
            || problems.iter().any(|problem| {
                let state = problem.state.as_deref();
                state.is_some_and(|state| places.contains(&format!("/States/{state}")))
            });
        if refused == problems.is_empty() || (refused && !placed) {
            wrong.push(format!("{}: {problems:?}", case["id"]));
        }
    }
    println!(
        "corpus: {} cases of {kind}, {} agree",
        cases.len(),
        cases.len() - wrong.len()
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_aws_refused_to_create_is_refused() {
    compare("create");
}

#[test]
fn verdicts_are_those_of_validate_state_machine_definition() {
    compare("validate");
}

#[test]
fn no_definition_that_aws_ran_is_refused() {
    let cases = of_kind("execution");
    let mut wrong = Vec::new();
    for case in &cases {
        let problems = refusals(case);
        if !problems.is_empty() {
            wrong.push(format!("{}: {problems:?}", case["id"]));
        }
    }
    println!(
        "corpus: {} definitions that ran, {} are taken",
        cases.len(),
        cases.len() - wrong.len()
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
}
