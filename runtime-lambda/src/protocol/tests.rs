//! One spelling each: what serde writes of a status is its name, and requests of both forms agree.

#![allow(clippy::unwrap_used, reason = "tests may stop")]

use serde_json::{Value, json};

use super::*;
use crate::ports::StatementStatus;
use crate::state::{RunStatus, StepStatus};

#[test]
fn a_name_is_what_is_written() {
    let written = |value: &Value| value.as_str().unwrap().to_owned();
    for status in [
        RunStatus::Running,
        RunStatus::Finished,
        RunStatus::Failed,
        RunStatus::TimedOut,
        RunStatus::Stopped,
    ] {
        assert_eq!(written(&json!(status)), status.name());
    }
    for status in [
        StepStatus::Initial,
        StepStatus::Running,
        StepStatus::Finished,
        StepStatus::Failed,
        StepStatus::Skipped,
    ] {
        assert_eq!(written(&json!(status)), status.name());
    }
    for status in [
        StatementStatus::Submitted,
        StatementStatus::Picked,
        StatementStatus::Started,
        StatementStatus::Finished,
        StatementStatus::Failed,
        StatementStatus::Aborted,
    ] {
        assert_eq!(written(&json!(status)), status.name());
    }
    for next in [
        LaneMove::Run,
        LaneMove::Wait,
        LaneMove::HandOver,
        LaneMove::End,
    ] {
        assert_eq!(written(&json!(next)), next.name());
    }
    for progress in [
        Progress::Running,
        Progress::Finished,
        Progress::Failed,
        Progress::Ended,
        Progress::Crawling,
    ] {
        assert_eq!(written(&json!(progress)), progress.name());
    }
    assert_eq!(RunStatus::TimedOut.name(), "TIMED_OUT");
    assert_eq!(LaneMove::HandOver.name(), "hand_over");
    assert_eq!(JobKind::GlueCrawler.name(), "glue_crawler");
    assert_eq!(ExecutionStatus::TimedOut.name(), "TIMED_OUT");
}

#[test]
fn a_request_is_read_as_it_was_written() {
    let written: Request<Written> = Request::Submit(Submit {
        step: OfStep {
            pipeline: "p".into(),
            run: "r".into(),
            step: "s".into(),
            round: 2.into(),
            again: Some(1.into()),
        },
        token: Some("t".into()),
        retry: None,
    });
    let event = written.event();
    assert_eq!(
        event.to_string(),
        r#"{"action":"submit","pipeline":"p","run":"r","step":"s","round":2,"again":1,"token":"t"}"#
    );
    let Request::Submit(arrived) = serde_json::from_value::<Request>(event).unwrap() else {
        panic!("another action");
    };
    assert_eq!((arrived.step.round, arrived.step.again), (2, Some(1)));
    assert_eq!((arrived.token.as_deref(), arrived.retry), (Some("t"), None));
}

#[test]
fn what_older_machines_leave_out_is_allowed() {
    for event in [
        json!({"action": "create_run", "pipeline": "p", "plan": "h", "execution": "e",
            "started": "2026-01-01T00:00:00Z"}),
        json!({"action": "submit", "pipeline": "p", "run": "r", "step": "s", "round": 1}),
        json!({"action": "ask", "pipeline": "p", "run": "r", "step": "s", "round": 1, "token": "t"}),
        json!({"action": "resume", "pipeline": "p", "statement_id": "i", "state": "FINISHED"}),
        json!({"action": "settle", "pipeline": "p", "run": "r", "step": "s", "round": 1}),
        json!({"action": "stop", "pipeline": "p", "run": "r", "step": "s", "round": 1,
            "error": "E", "call": 1}),
        json!({"action": "sweep", "pipeline": "p", "execution": "e", "started": 1_767_225_600_000_i64,
            "status": "ABORTED"}),
        json!({"action": "sweep", "pipeline": "p", "execution": "e", "started": "2026-01-01T00:00:00Z",
            "status": "ABORTED", "gives_up": false}),
    ] {
        let read = serde_json::from_value::<Request>(event.clone());
        assert!(read.is_ok(), "{event}: {read:?}");
    }
}

#[test]
fn fields_are_read_by_their_names() {
    assert_eq!(crate::field!(RunInput, trigger), "trigger");
    assert_eq!(crate::input!(StopInput, call), "$states.input.call");
    assert_eq!(crate::answer!(Created, run), "$states.result.Payload.run");
}
