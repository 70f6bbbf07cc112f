//! Every operation of a run fails in every way, once, and the run keeps its promises.

use crate::lambda::Lambda;
use crate::peer::{Fault, Peer};
use crate::pipeline::{ARTIFACTS, assert_kept, drive, two_steps, variables};

#[tokio::test]
async fn each_operation_fails_once_in_each_way() {
    let artifacts = two_steps();
    let faults = [
        Fault::Error(500, "InternalServerException"),
        Fault::Error(503, "SlowDown"),
        Fault::Error(400, "ThrottlingException"),
        Fault::Cut,
        Fault::CutAfter,
        Fault::CutBody,
    ];
    let operations = [
        "GetObject",
        "PutObject",
        "ExecuteStatement",
        "BatchExecuteStatement",
        "DescribeStatement",
        "GetStatementResult",
        "Publish",
    ];
    for fault in &faults {
        let peer = Peer::start().await;
        for (key, body) in &artifacts.objects {
            peer.put(ARTIFACTS, key, body.clone());
        }
        for operation in operations {
            peer.fault(operation, fault.clone());
        }
        let mut lambda = Lambda::start(&variables(&peer)).await;
        let run = drive(&mut lambda, &artifacts.plan).await;
        assert_kept(&peer, &run, &format!("{fault:?}"));
    }
}

/// More trouble than the SDK's own tries take: the action's error is what the machines retry.
#[tokio::test]
async fn trouble_that_lasts_is_retried_by_the_machine() {
    let artifacts = two_steps();
    for (operation, fault) in [
        (
            "ExecuteStatement",
            Fault::Error(400, "ActiveStatementsExceededException"),
        ),
        (
            "DescribeStatement",
            Fault::Error(500, "InternalServerException"),
        ),
        ("GetStatementResult", Fault::Cut),
        ("PutObject", Fault::Error(409, "ConditionalRequestConflict")),
        ("PutObject", Fault::Error(503, "SlowDown")),
        ("GetObject", Fault::CutBody),
    ] {
        let peer = Peer::start().await;
        for (key, body) in &artifacts.objects {
            peer.put(ARTIFACTS, key, body.clone());
        }
        for _ in 0..5 {
            peer.fault(operation, fault.clone());
        }
        let mut lambda = Lambda::start(&variables(&peer)).await;
        let run = drive(&mut lambda, &artifacts.plan).await;
        assert_kept(&peer, &run, &format!("{operation} {fault:?}"));
    }
}
