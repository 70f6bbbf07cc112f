//! What one state is asked, and what is not asked.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests may stop"
)]

use asl::definition::StateMachine;
use asl::interpreter::ExecutionInfo;
use asl::test_state::TestStatus;

use super::*;

const LIMITS: VerifyLimits = VerifyLimits {
    runs: 5,
    alike: 2,
    role: None,
};

fn visit(input: Value) -> Visit {
    let start = jiff::Timestamp::UNIX_EPOCH;
    Visit {
        execution: Arc::new(ExecutionInfo {
            arn: "arn:aws:states:us-east-1:000000000000:execution:m:e".into(),
            name: "e".into(),
            machine_arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m".into(),
            machine_name: "m".into(),
            role_arn: "arn:aws:iam::000000000000:role/r".into(),
            start,
            input: Arc::default(),
            parent: None,
        }),
        state: "It".into(),
        entered: start,
        input: Arc::new(input),
        variables: Arc::default(),
        retries: 0,
        outcome: None,
    }
}

/// What the state is asked after this visit, and where its answers lead to.
fn of(state: &Value, visit: Option<Visit>) -> (Result<Vec<Question>, String>, NextVisits) {
    let mut machine = json!({"QueryLanguage": "JSONata", "StartAt": "It", "States": {"It": state}});
    for other in ["Then", "Else"] {
        if state.to_string().contains(other) {
            machine["States"][other] = json!({"Type": "Succeed"});
        }
    }
    let definition = machine.to_string();
    let machine = StateMachine::from_json(&definition).unwrap();
    let about = StateToAsk {
        definition: &definition,
        name: "It",
        state: machine.states.get("It").unwrap(),
        limits: &LIMITS,
    };
    let mut reached = NextVisits::new();
    let taken = match visit {
        Some(visit) => about.of_runs(&[visit], &mut reached),
        None => about.without_a_run(),
    };
    (taken.and_then(QuestionsTaken::questions), reached)
}

fn refused(state: &Value, visit: Option<Visit>) -> String {
    of(state, visit).0.unwrap_err()
}

#[test]
fn what_cannot_be_asked_is_named() {
    let given = || Some(visit(json!({})));
    let wait = json!({"Type": "Wait", "Seconds": 900, "Next": "Then"});
    assert_eq!(
        refused(&wait, given()),
        "it waits 900 s, and TestState ends after 300 s"
    );
    let choice = json!({"Type": "Choice", "Default": "Then", "Choices": [
        {"Condition": "{% $states.context.State.Name = 'x' %}", "Next": "Else"}]});
    assert!(refused(&choice, given()).starts_with("it reads the context object"));
    let task = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
        "Arguments": {"Payload": "{% $states.context.Map.Item.Index %}"}});
    assert!(refused(&task, given()).starts_with("it reads the context of an iteration"));
    let parallel = json!({"Type": "Parallel", "Branches": [], "End": true});
    assert!(refused(&parallel, given()).contains("Parallel"));
    let pass = json!({"Type": "Pass", "Output": "{% $states.input %}", "End": true});
    assert_eq!(refused(&pass, None), "none of 5 simulated runs enters it");
}

#[test]
fn a_fixed_state_needs_no_run() {
    let fail = json!({"Type": "Fail", "Error": "E", "Cause": "always the same"});
    let questions = of(&fail, None).0.unwrap();
    let answer = questions.first().unwrap().own.answer.as_ref().unwrap();
    assert_eq!(answer.cause.as_deref(), Some("always the same"));
}

#[test]
fn a_choice_is_asked_for_each_of_its_ways() {
    let choice = json!({"Type": "Choice", "Default": "Else", "Choices": [
        {"Condition": "{% $states.input.next = 'go' %}", "Next": "Then", "Output": {"went": true}}]});
    let (questions, reached) = of(&choice, Some(visit(json!({"next": "stay"}))));
    assert!(questions.unwrap().len() >= 2);
    let then = reached.get("Then").unwrap();
    assert_eq!(*then.input, json!({"went": true}));
    assert!(reached.contains_key("Else"));
}

#[test]
fn a_task_is_asked_for_its_retriers_and_catchers() {
    let task = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Then",
        "Retry": [{"ErrorEquals": ["Busy", "Slow", "Late"], "MaxAttempts": 2}],
        "Catch": [{"ErrorEquals": ["Busy", "Odd"], "Assign": {"why": "{% $states.errorOutput.Cause %}"},
            "Output": {}, "Next": "Else"}]});
    let mut answered = visit(json!({}));
    answered.outcome = Some(Ok(Arc::new(json!({"Payload": 1}))));
    let (questions, reached) = of(&task, Some(answered));
    let ends: Vec<(String, TestStatus)> = questions
        .unwrap()
        .into_iter()
        .map(|question| (question.what, question.own.answer.unwrap().status))
        .collect();
    let expected = [
        ("is answered", TestStatus::Succeeded),
        ("fails with Busy", TestStatus::Retriable),
        ("fails with Slow", TestStatus::Retriable),
        ("fails with Busy after 2 retries", TestStatus::CaughtError),
        ("fails with Odd", TestStatus::CaughtError),
        ("fails with Sfc.Verify.Unnamed", TestStatus::Failed),
    ];
    assert_eq!(
        ends,
        expected.map(|(what, status)| (what.to_owned(), status))
    );
    let variables = &reached.get("Else").unwrap().variables;
    assert_eq!(variables.get("why"), Some(&json!("asked by sfc verify")));
}
