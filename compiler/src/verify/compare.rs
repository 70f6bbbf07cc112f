//! Where AWS's answer differs from ours.

use asl::test_state::{TestAnswer, TestRefusal};
use serde_json::{Value, json};

use super::{AnswerOrRefusal, OwnAnswer};

/// A part of the two answers that is not the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Which part of the answer, such as `output`.
    pub field: &'static str,
    /// AWS's; null where it has none.
    pub aws: Value,
    /// What sfc answers; null where it has none.
    pub sfc: Value,
}

/// Every difference; none where the answers are the same. Where our own two answers differ, anything of
/// that type is the same.
#[must_use]
pub fn differences(own: &OwnAnswer, aws: &AnswerOrRefusal) -> Vec<Difference> {
    let (Ok(sfc), Ok(twin), Ok(answer)) = (&own.answer, &own.twin, aws) else {
        return refusals(&own.answer, aws).into_iter().collect();
    };
    let (theirs, ours, twins) = (parts(answer), parts(sfc), parts(twin));
    theirs
        .into_iter()
        .zip(ours.into_iter().zip(twins))
        .filter(|((field, aws), ((_, sfc), (_, twin)))| match *field {
            "pause" if own.is_spread => !at_most(aws, sfc),
            _ => !agrees(sfc, twin, aws),
        })
        .map(|((field, aws), ((_, sfc), _))| Difference { field, aws, sfc })
        .collect()
}

/// Refusals are the same if their codes are: the sentences are AWS's own.
fn refusals(own: &AnswerOrRefusal, aws: &AnswerOrRefusal) -> Option<Difference> {
    let code = |answered: &AnswerOrRefusal| match answered {
        Err(TestRefusal::Api { code, .. }) => Some(*code),
        _ => None,
    };
    if code(own).is_some() && code(own) == code(aws) {
        return None;
    }
    let told = |answered: &AnswerOrRefusal| match answered {
        Ok(answer) => json!(answer.status.name()),
        Err(refusal) => json!(format!("refused: {refusal}")),
    };
    Some(Difference {
        field: "status",
        aws: told(aws),
        sfc: told(own),
    })
}

/// What is compared of an answer: the same fields in the same order for each.
fn parts(answer: &TestAnswer) -> Vec<(&'static str, Value)> {
    let inside = answer.inspection.clone().unwrap_or_default();
    let details = inside.error_details.unwrap_or_default();
    vec![
        ("status", json!(answer.status.name())),
        ("output", json!(answer.output)),
        ("error", json!(answer.error)),
        ("cause", json!(answer.cause)),
        ("next state", json!(answer.next_state)),
        ("arguments", json!(inside.after_arguments)),
        ("result", json!(inside.result)),
        ("variables", json!(inside.variables)),
        ("retrier", json!(details.retry_index)),
        ("pause", json!(details.retry_backoff_interval_seconds)),
        ("catcher", json!(details.catch_index)),
        ("concurrency", json!(inside.max_concurrency)),
        ("tolerated count", json!(inside.tolerated_failure_count)),
        (
            "tolerated share",
            json!(inside.tolerated_failure_percentage),
        ),
    ]
}

/// Whether a value is ours, numbers by their value; where our two differ, whether it has their type.
fn agrees(own: &Value, twin: &Value, aws: &Value) -> bool {
    match (own, twin, aws) {
        (Value::Object(own), Value::Object(twin), Value::Object(aws)) => {
            own.len() == aws.len()
                && own.iter().all(|(name, own)| {
                    let twin = twin.get(name).unwrap_or(own);
                    aws.get(name).is_some_and(|aws| agrees(own, twin, aws))
                })
        }
        (Value::Array(own), Value::Array(twin), Value::Array(aws)) if own.len() == twin.len() => {
            own.len() == aws.len()
                && own
                    .iter()
                    .zip(twin)
                    .zip(aws)
                    .all(|((own, twin), aws)| agrees(own, twin, aws))
        }
        _ if own == twin => is_equal(own, aws),
        _ => std::mem::discriminant(own) == std::mem::discriminant(aws),
    }
}

fn is_equal(own: &Value, aws: &Value) -> bool {
    match (own, aws) {
        (Value::Number(own), Value::Number(aws)) => own.as_f64() == aws.as_f64(),
        _ => own == aws,
    }
}

/// A pause that is drawn at random is no longer than ours.
fn at_most(aws: &Value, own: &Value) -> bool {
    match (aws.as_u64(), own.as_u64()) {
        (Some(aws), Some(own)) => aws <= own,
        _ => aws == own,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop")]

    use std::time::Duration;

    use asl::test_state::{ApiError, ErrorDetails, Inspection, TestStatus};

    use super::*;

    fn answer(output: Value) -> TestAnswer {
        TestAnswer {
            status: TestStatus::Succeeded,
            output: Some(output),
            error: None,
            cause: None,
            next_state: Some("Then".to_owned()),
            inspection: None,
        }
    }

    fn own(answer: &TestAnswer, twin: &TestAnswer) -> OwnAnswer {
        OwnAnswer {
            answer: Ok(answer.clone()),
            twin: Ok(twin.clone()),
            waits: Duration::ZERO,
            is_spread: false,
        }
    }

    fn fields(own: &OwnAnswer, aws: &AnswerOrRefusal) -> Vec<&'static str> {
        let found = differences(own, aws);
        found.into_iter().map(|found| found.field).collect()
    }

    #[test]
    fn numbers_are_compared_by_value_and_names_in_any_order() {
        let ours = answer(json!({"a": 1, "b": [2.5, "x"]}));
        let own = own(&ours, &ours);
        let none: [&str; 0] = [];
        assert_eq!(
            fields(&own, &Ok(answer(json!({"b": [2.5, "x"], "a": 1.0})))),
            none
        );
        for other in [
            json!({"a": 2, "b": [2.5, "x"]}),
            json!({"a": 1, "b": [2.5]}),
            json!({"a": 1, "b": [2.5, "x"], "c": null}),
            json!({"a": 1}),
            json!({"a": "1", "b": [2.5, "x"]}),
        ] {
            assert_eq!(fields(&own, &Ok(answer(other))), ["output"]);
        }
    }

    #[test]
    fn what_is_random_has_its_type_only() {
        let own = own(
            &answer(json!({"r": 0.1, "s": 1})),
            &answer(json!({"r": 0.7, "s": 1})),
        );
        assert!(differences(&own, &Ok(answer(json!({"r": 0.4, "s": 1})))).is_empty());
        assert_eq!(
            fields(&own, &Ok(answer(json!({"r": "0.4", "s": 1})))),
            ["output"]
        );
        assert_eq!(
            fields(&own, &Ok(answer(json!({"r": 0.4, "s": 2})))),
            ["output"]
        );
    }

    #[test]
    fn every_part_of_an_answer_counts() {
        let ours = answer(json!(1));
        let own = own(&ours, &ours);
        let mut theirs = ours.clone();
        theirs.status = TestStatus::CaughtError;
        theirs.error = Some("E".to_owned());
        theirs.cause = Some("c".to_owned());
        theirs.next_state = None;
        theirs.inspection = Some(Inspection {
            after_arguments: Some(json!({})),
            result: Some(json!(1)),
            max_concurrency: Some(2),
            tolerated_failure_count: Some(1),
            tolerated_failure_percentage: Some(0.5),
            variables: json!({"v": 1}).as_object().cloned(),
            error_details: Some(ErrorDetails {
                retry_index: Some(0),
                retry_backoff_interval_seconds: Some(1),
                catch_index: Some(0),
            }),
            ..Inspection::default()
        });
        assert_eq!(
            fields(&own, &Ok(theirs)),
            [
                "status",
                "error",
                "cause",
                "next state",
                "arguments",
                "result",
                "variables",
                "retrier",
                "pause",
                "catcher",
                "concurrency",
                "tolerated count",
                "tolerated share"
            ]
        );
    }

    #[test]
    fn a_pause_with_jitter_may_be_shorter() {
        let paused = |seconds| TestAnswer {
            inspection: Some(Inspection {
                error_details: Some(ErrorDetails {
                    retry_backoff_interval_seconds: Some(seconds),
                    ..ErrorDetails::default()
                }),
                ..Inspection::default()
            }),
            ..answer(json!(1))
        };
        let mut own = own(&paused(4), &paused(4));
        assert_eq!(fields(&own, &Ok(paused(3))), ["pause"]);
        own.is_spread = true;
        assert!(differences(&own, &Ok(paused(3))).is_empty());
        assert_eq!(fields(&own, &Ok(paused(5))), ["pause"]);
    }

    #[test]
    fn refusals_are_compared_by_their_code() {
        let refused = |code, message: &str| {
            Err(TestRefusal::Api {
                code,
                message: message.to_owned(),
            })
        };
        let ours: AnswerOrRefusal = refused(ApiError::InvalidDefinition, "ours");
        let own_refusal = OwnAnswer {
            answer: ours.clone(),
            twin: ours,
            waits: Duration::ZERO,
            is_spread: false,
        };
        let theirs = refused(ApiError::InvalidDefinition, "theirs");
        assert!(differences(&own_refusal, &theirs).is_empty());
        assert_eq!(
            fields(&own_refusal, &refused(ApiError::ValidationException, "x")),
            ["status"]
        );
        let ours = answer(json!(1));
        let found = differences(&own(&ours, &ours), &theirs);
        let [found] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!(found.aws, "refused: InvalidDefinition: theirs");
        assert_eq!(found.sfc, "SUCCEEDED");
    }
}
