//! Each adapter against the peer: what it sends, and what it makes of every answer.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use runtime_lambda::aws::{AwsPorts, EnvironmentVariables, FunctionSettings};
use runtime_lambda::plan::{Batch, Connection, Warehouse};
use runtime_lambda::ports::{
    ExecutionsError, Field, Mail, Notification, NotifierError, Recipient, StatementStatus,
    StoreError, Submission, WarehouseError, WriteCondition,
};
use serde_json::{Value, json};

use crate::http::form;
use crate::peer::{Fault, Peer};
use crate::pipeline::{DATA, TOPIC, variables};

const NOW: Duration = Duration::ZERO;

async fn aws() -> (Peer, AwsPorts) {
    let peer = Peer::start().await;
    let variables = variables(&peer);
    let aws = aws_with(move |name| {
        let found = variables.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone())
    });
    (peer, aws)
}

fn aws_with(lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> AwsPorts {
    AwsPorts::new(&FunctionSettings::read(EnvironmentVariables::new(lookup)).unwrap())
}

fn execution(statements: &[&str]) -> Submission {
    Submission {
        statement_name: "sales/run/step/1".to_owned(),
        client_token: "token".to_owned(),
        statements: statements.iter().map(|&sql| sql.to_owned()).collect(),
        batch: Batch::Transaction,
        parameters: vec![],
        warehouse: Warehouse {
            database: "dev".to_owned(),
            connection: Connection::Cluster {
                identifier: "big".to_owned(),
                db_user: Some("loader".to_owned()),
            },
        },
        with_event: false,
        continues: Vec::new(),
    }
}

#[tokio::test]
async fn conditional_writes() {
    let (peer, aws) = aws().await;
    let store = &aws.ports.data;
    assert!(store.get("k").await.unwrap().is_none());
    let etag = store
        .put("k", b"one".to_vec(), WriteCondition::Absent)
        .await
        .unwrap();
    assert_eq!(
        peer.seen("PutObject")[0].request.headers["if-none-match"],
        "*"
    );
    let twice = store
        .put("k", b"two".to_vec(), WriteCondition::Absent)
        .await;
    assert!(matches!(twice, Err(StoreError::Conflict)));
    let two = store
        .put("k", b"two".to_vec(), WriteCondition::Matches(&etag))
        .await
        .unwrap();
    assert_eq!(peer.seen("PutObject")[2].request.headers["if-match"], etag);
    let stale = store
        .put("k", b"three".to_vec(), WriteCondition::Matches(&etag))
        .await;
    assert!(matches!(stale, Err(StoreError::Conflict)));
    let gone = store
        .put("no", vec![], WriteCondition::Matches(&etag))
        .await;
    assert!(matches!(gone, Err(StoreError::Conflict)));
    let object = store.get("k").await.unwrap().unwrap();
    assert_eq!(
        (object.body.as_slice(), object.etag),
        (b"two".as_slice(), two)
    );
    peer.fault("PutObject", Fault::Error(409, "ConditionalRequestConflict"));
    let raced = store.put("other", vec![], WriteCondition::Absent).await;
    assert!(matches!(raced, Err(StoreError::Conflict)));
}

/// The write happened, its answer was lost, and the second try meets its own effect.
#[tokio::test]
async fn a_conditional_write_whose_answer_is_lost() {
    let (peer, aws) = aws().await;
    let store = &aws.ports.data;
    peer.fault("PutObject", Fault::CutAfter);
    let etag = store
        .put("k", b"one".to_vec(), WriteCondition::Absent)
        .await
        .unwrap();
    assert_eq!(peer.seen("PutObject").len(), 2);
    peer.fault("PutObject", Fault::CutAfter);
    let two = store
        .put("k", b"two".to_vec(), WriteCondition::Matches(&etag))
        .await
        .unwrap();
    assert_eq!(store.get("k").await.unwrap().unwrap().etag, two);
    // Cut before its effect, and somebody else was faster meanwhile: a conflict it is.
    peer.fault("PutObject", Fault::Cut);
    let put = store.put("k", b"three".to_vec(), WriteCondition::Matches("\"old\""));
    assert!(matches!(put.await, Err(StoreError::Conflict)));
}

#[tokio::test]
async fn what_a_bucket_answers() {
    let (peer, aws) = aws().await;
    let store = &aws.ports.data;
    peer.put(DATA, "k", b"0123456789".to_vec());
    peer.put(DATA, "empty", vec![]);
    for _ in 0..3 {
        peer.fault("GetObject", Fault::Error(503, "SlowDown"));
    }
    assert!(matches!(
        store.get("k").await,
        Err(StoreError::Unavailable(_))
    ));
    peer.fault("GetObject", Fault::Error(500, "InternalError"));
    assert!(store.get("k").await.unwrap().is_some(), "tried again");
    peer.fault("GetObject", Fault::Error(403, "AccessDenied"));
    let denied = store.get("k").await.unwrap_err();
    assert_eq!(
        denied.to_string(),
        "the bucket refused: AccessDenied: as told"
    );
    peer.fault("GetObject", Fault::CutBody);
    assert!(matches!(
        store.get("k").await,
        Err(StoreError::Unavailable(_))
    ));
    assert_eq!(store.get_start("k", 4).await.unwrap().unwrap(), b"0123");
    assert_eq!(
        store.get_start("k", 40).await.unwrap().unwrap(),
        b"0123456789"
    );
    assert_eq!(store.get_start("empty", 4).await.unwrap().unwrap(), b"");
    assert!(store.get_start("no", 4).await.unwrap().is_none());
    assert_eq!(
        store.location("sales/r/report/index.html"),
        "https://eu-central-1.console.aws.amazon.com/s3/object/data-bucket\
         ?region=eu-central-1&prefix=sales/r/report/index.html"
    );
}

#[tokio::test]
async fn large_objects_are_written_in_parts() {
    const MIB: usize = 1024 * 1024;
    let (peer, aws) = aws().await;
    let store = &aws.ports.data;
    let mut writer = store.writer("small.csv").await.unwrap();
    writer.write(b"a,b\n").await.unwrap();
    writer.write(b"1,2\n").await.unwrap();
    writer.finish().await.unwrap();
    assert_eq!(peer.object(DATA, "small.csv").unwrap(), b"a,b\n1,2\n");
    let put = &peer.seen("PutObject")[0].request;
    assert_eq!(put.headers["content-type"], "text/csv; charset=utf-8");

    let bytes: Vec<u8> = (0..20 * MIB).map(|n| (n / 7) as u8).collect();
    let mut writer = store.writer("large.json").await.unwrap();
    for piece in bytes.chunks(3 * MIB + 1) {
        writer.write(piece).await.unwrap();
    }
    assert!(
        peer.object(DATA, "large.json").is_none(),
        "not before it is whole"
    );
    writer.finish().await.unwrap();
    assert!(peer.object(DATA, "large.json").unwrap() == bytes);
    let parts = peer.seen("UploadPart");
    assert!(parts.len() >= 3);
    assert!(parts.iter().all(|part| part.request.body.len() <= 8 * MIB));

    // A part fails, or nobody goes on: nothing is left behind.
    for fault in [true, false] {
        let mut writer = store.writer("given-up.json").await.unwrap();
        if fault {
            peer.fault("UploadPart", Fault::Error(403, "AccessDenied"));
        }
        assert_eq!(writer.write(&bytes).await.is_err(), fault);
        drop(writer);
        aws.aborts.settle(Duration::from_secs(10)).await;
        assert!(peer.object(DATA, "given-up.json").is_none());
        assert!(peer.world().objects.uploads.is_empty());
    }
    assert_eq!(peer.seen("AbortMultipartUpload").len(), 2);

    // Completed, but nobody heard of it: the object has to be written anew.
    let mut writer = store.writer("twice.json").await.unwrap();
    writer.write(&bytes).await.unwrap();
    peer.fault("CompleteMultipartUpload", Fault::CutAfter);
    let finished = writer.finish().await;
    assert!(
        matches!(finished, Err(StoreError::Unavailable(_))),
        "{finished:?}"
    );
}

#[tokio::test]
async fn what_is_sent_to_redshift() {
    let (peer, aws) = aws().await;
    let warehouse = &aws.ports.warehouse;
    let mut one = execution(&["select rows 9"]);
    one.parameters = vec![("day".to_owned(), "2026-01-01".to_owned())];
    one.with_event = true;
    let started = warehouse.execute(&one, NOW).await.unwrap();
    assert_eq!(started.status, StatementStatus::Submitted);
    assert_eq!(
        peer.seen("ExecuteStatement")[0].json(),
        json!({
            "Sql": "select rows 9",
            "ClusterIdentifier": "big",
            "DbUser": "loader",
            "Database": "dev",
            "WithEvent": true,
            "StatementName": "sales/run/step/1",
            "Parameters": [{ "name": "day", "value": "2026-01-01" }],
            "ClientToken": "token",
        })
    );
    let mut several = execution(&["a", "b rows 3", "c"]);
    several.client_token = "other".to_owned();
    several.warehouse.connection = Connection::Secret {
        arn: "arn:s".to_owned(),
        cluster: None,
        workgroup: Some("small".to_owned()),
    };
    let batch = warehouse
        .execute(&several, Duration::from_secs(25))
        .await
        .unwrap();
    assert_eq!(
        peer.seen("BatchExecuteStatement")[0].json(),
        json!({
            "Sqls": ["a", "b rows 3", "c"],
            "SecretArn": "arn:s",
            "WorkgroupName": "small",
            "Database": "dev",
            "StatementName": "sales/run/step/1",
            "ClientToken": "other",
            "ExecutionMode": "TRANSACTION",
            "WaitTimeSeconds": 25,
        })
    );
    assert_eq!(warehouse.execute(&one, NOW).await.unwrap().id, started.id);
    assert_eq!(peer.world().statements.len(), 2);

    let ended = warehouse
        .describe(&batch.id, Duration::from_mins(5))
        .await
        .unwrap();
    assert_eq!(
        peer.seen("DescribeStatement")[0].json()["WaitTimeSeconds"],
        30
    );
    assert_eq!(ended.status, StatementStatus::Finished);
    assert_eq!(ended.result_id, Some(format!("{}:2", batch.id)));
    assert_eq!(ended.rows, None, "-1 is nobody's number of rows");
    let parts = ended.parts.iter();
    let parts: Vec<_> = parts
        .map(|part| (part.id.clone(), part.has_result))
        .collect();
    assert_eq!(parts[1], (format!("{}:2", batch.id), true));
    assert_eq!(ended.duration, Duration::from_millis(5));
    let ended = warehouse.describe(&started.id, NOW).await.unwrap();
    assert_eq!(
        peer.seen("DescribeStatement")[1].json(),
        json!({ "Id": started.id })
    );
    assert_eq!(
        (ended.rows, ended.result_id, ended.parts),
        (Some(9), Some(started.id.clone()), vec![])
    );

    let page = warehouse.result(&started.id, None).await.unwrap();
    assert_eq!(page.total_rows, 9);
    assert_eq!(page.columns[0].name, "n");
    assert_eq!(
        page.records[1],
        [
            Field::LongValue(1),
            Field::StringValue("row 1".to_owned()),
            Field::IsNull(true)
        ]
    );
    let next = warehouse
        .result(&started.id, page.next_token.as_deref())
        .await
        .unwrap();
    assert_eq!(next.records[0][0], Field::LongValue(4));
    let last = warehouse
        .result(&started.id, next.next_token.as_deref())
        .await
        .unwrap();
    assert_eq!((last.records.len(), last.next_token), (1, None));
}

#[tokio::test]
async fn a_batch_has_failed_where_a_part_has_that_commits_by_itself() {
    let (_peer, aws) = aws().await;
    let warehouse = &aws.ports.warehouse;
    let batch = Submission {
        batch: Batch::AutoCommit,
        ..execution(&[
            "select rows 1",
            "insert into broken values (1)",
            "select rows 2",
        ])
    };
    let ended = warehouse.execute(&batch, NOW).await.unwrap();
    let ended = warehouse.describe(&ended.id, NOW).await.unwrap();
    assert_eq!(ended.status, StatementStatus::Failed);
    assert_eq!(ended.error.as_deref(), Some("ERROR: a part failed"));
}

#[tokio::test]
async fn statements_are_found_by_their_whole_name_and_cancelled() {
    let (peer, aws) = aws().await;
    let warehouse = &aws.ports.warehouse;
    let slow = warehouse.execute(&execution(&["slow"]), NOW).await.unwrap();
    let mut longer = execution(&["slow"]);
    longer.client_token = "longer".to_owned();
    longer.statement_name = "sales/run/step/10".to_owned();
    warehouse.execute(&longer, NOW).await.unwrap();
    assert_eq!(
        warehouse.find("sales/run/step/1").await.unwrap(),
        std::slice::from_ref(&slow.id)
    );
    assert_eq!(warehouse.find("sales/run/none").await.unwrap(), [""; 0]);
    warehouse.cancel(&slow.id).await.unwrap();
    warehouse
        .cancel(&slow.id)
        .await
        .expect("it has ended already");
    let ended = warehouse.describe(&slow.id, NOW).await.unwrap();
    assert_eq!(ended.status, StatementStatus::Aborted);
    peer.fault(
        "CancelStatement",
        Fault::Error(403, "AccessDeniedException"),
    );
    assert!(matches!(
        warehouse.cancel(&slow.id).await,
        Err(WarehouseError::Refused(_))
    ));
}

#[tokio::test]
async fn what_redshifts_errors_mean() {
    let (peer, aws) = aws().await;
    let warehouse = &aws.ports.warehouse;
    for (status, code, wanted) in [
        (400, "ThrottlingException", "Throttled"),
        (400, "ActiveStatementsExceededException", "Throttled"),
        (400, "ActiveWaitingRequestsExceededException", "Throttled"),
        (429, "Whatever", "Throttled"),
        (500, "InternalServerException", "Unavailable"),
        (503, "ServiceUnavailable", "Unavailable"),
        (400, "ValidationException", "Refused"),
        (400, "ResourceNotFoundException", "Refused"),
        (400, "AccessDeniedException", "Refused"),
        (403, "ExpiredTokenException", "Refused"),
        (400, "ExecuteStatementException", "Refused"),
    ] {
        for _ in 0..3 {
            peer.fault("ExecuteStatement", Fault::Error(status, code));
        }
        let error = warehouse
            .execute(&execution(&["a"]), NOW)
            .await
            .unwrap_err();
        let kind = format!("{error:?}");
        assert!(kind.starts_with(wanted), "{code}: {kind}");
        assert!(
            error.to_string().ends_with(&format!("{code}: as told")),
            "{error}"
        );
        peer.fault("ExecuteStatement", Fault::Error(400, "InvalidThing"));
        // Whatever tries are left over from this code are used up here.
        while warehouse.execute(&execution(&["a"]), NOW).await.is_err() {}
    }
    for fault in [Fault::Cut, Fault::CutAfter, Fault::CutBody] {
        for _ in 0..3 {
            peer.fault("DescribeStatement", fault.clone());
        }
        let error = warehouse.describe("x", NOW).await.unwrap_err();
        assert!(
            matches!(error, WarehouseError::Unavailable(_)),
            "{fault:?}: {error}"
        );
    }
}

#[tokio::test]
async fn messages() {
    let (peer, aws) = aws().await;
    let notification = Notification {
        key: "sales/run".to_owned(),
        subject: "Größe failed".to_owned(),
        text: "Pipeline Größe failed.".to_owned(),
        data: json!({ "status": "FAILED" }),
        attributes: Vec::new(),
        topics: Vec::new(),
        mails: Vec::new(),
        html: String::new(),
    };
    aws.ports
        .notifier
        .notify(&notification, &Recipient::Own)
        .await
        .unwrap();
    let sent = peer.world().published[0].clone();
    assert_eq!(sent["TopicArn"], TOPIC);
    assert_eq!(sent["Subject"], "Gr??e failed");
    assert_eq!(sent["MessageStructure"], "json");
    let attributes: Vec<(&str, &str)> = (1..=2)
        .map(|n| {
            let field = |name: &str| sent[&format!("MessageAttributes.entry.{n}.{name}")].as_str();
            assert_eq!(field("Value.DataType"), "String");
            (field("Name"), field("Value.StringValue"))
        })
        .collect();
    assert!(attributes.contains(&("key", "sales/run")), "{attributes:?}");
    assert!(attributes.contains(&("status", "FAILED")), "{attributes:?}");
    let message: Value = serde_json::from_str(&sent["Message"]).unwrap();
    for protocol in ["default", "email"] {
        assert_eq!(message[protocol], "Pipeline Größe failed.");
    }
    for protocol in ["sqs", "lambda", "https"] {
        assert_eq!(message[protocol], r#"{"status":"FAILED"}"#);
    }
    for _ in 0..3 {
        peer.fault("Publish", Fault::Error(400, "Throttling"));
    }
    let busy = aws
        .ports
        .notifier
        .notify(&notification, &Recipient::Own)
        .await;
    assert!(matches!(busy, Err(NotifierError::Unavailable(_))));
    peer.fault("Publish", Fault::Error(403, "AuthorizationError"));
    let refused = aws
        .ports
        .notifier
        .notify(&notification, &Recipient::Own)
        .await;
    assert!(matches!(refused, Err(NotifierError::Refused(_))));
}

#[tokio::test]
async fn mails() {
    let (peer, aws) = aws().await;
    let mail = |to: &str| Mail {
        from: "sfc@example.com".to_owned(),
        to: to.to_owned(),
    };
    let notification = Notification {
        key: "sales/run".to_owned(),
        subject: "Größe failed".to_owned(),
        text: "Pipeline Größe failed.".to_owned(),
        data: json!({ "status": "FAILED" }),
        attributes: Vec::new(),
        topics: Vec::new(),
        mails: vec![mail("ops@example.com"), mail("dba@example.com")],
        html: "<p>Größe failed".to_owned(),
    };
    for to in notification.recipients() {
        aws.ports.notifier.notify(&notification, &to).await.unwrap();
    }
    let mut sent = peer.world().mails.clone();
    sent.sort_by_key(|mail| mail["Destination"].to_string());
    assert_eq!(
        sent[1],
        json!({
            "FromEmailAddress": "sfc@example.com",
            "Destination": { "ToAddresses": ["ops@example.com"] },
            "Content": { "Simple": {
                "Subject": { "Data": "Größe failed", "Charset": "UTF-8" },
                "Body": {
                    "Text": { "Data": "Pipeline Größe failed.", "Charset": "UTF-8" },
                    "Html": { "Data": "<p>Größe failed", "Charset": "UTF-8" },
                },
            } },
        })
    );
    assert_eq!((sent.len(), peer.world().published.len()), (2, 1));
    let ops = Recipient::Mail(mail("ops@example.com"));
    // A sender who is not verified.
    peer.fault("SendEmail", Fault::Error(400, "MessageRejected"));
    let refused = aws.ports.notifier.notify(&notification, &ops).await;
    assert!(
        matches!(refused, Err(NotifierError::Refused(_))),
        "{refused:?}"
    );
    for _ in 0..3 {
        peer.fault("SendEmail", Fault::Error(429, "TooManyRequestsException"));
    }
    let busy = aws.ports.notifier.notify(&notification, &ops).await;
    assert!(
        matches!(busy, Err(NotifierError::Unavailable(_))),
        "{busy:?}"
    );
    assert_eq!(peer.world().published.len(), 1, "nobody else has heard");
}

#[tokio::test]
async fn a_fifo_topic_drops_the_second_message_of_a_run() {
    let peer = Peer::start().await;
    let variables = variables(&peer);
    let aws = aws_with(move |name| match name {
        "SFC_TOPIC_ARN" => Some(format!("{TOPIC}.fifo")),
        _ => variables
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone()),
    });
    let notification = Notification {
        key: "sales/run".to_owned(),
        subject: "s".to_owned(),
        text: "t".to_owned(),
        data: json!({ "status": "FAILED" }),
        attributes: Vec::new(),
        topics: Vec::new(),
        mails: Vec::new(),
        html: String::new(),
    };
    for _ in 0..2 {
        aws.ports
            .notifier
            .notify(&notification, &Recipient::Own)
            .await
            .unwrap();
    }
    let world = peer.world();
    let ids: Vec<_> = world
        .published
        .iter()
        .map(|sent| sent["MessageDeduplicationId"].clone())
        .collect();
    assert_eq!(ids[0], ids[1]);
    assert!(world.published[0].contains_key("MessageGroupId"));
}

#[tokio::test]
async fn task_tokens() {
    let (peer, aws) = aws().await;
    let executions = &aws.ports.executions;
    executions
        .send_task_success("here", &json!({ "a": 1 }))
        .await
        .unwrap();
    assert_eq!(peer.world().tokens, ["here"]);
    assert_eq!(
        peer.seen("SendTaskSuccess")[0].json()["output"],
        r#"{"a":1}"#
    );
    let gone = executions.send_task_success("gone", &json!({})).await;
    assert!(matches!(gone, Err(ExecutionsError::NobodyWaits)));
    for code in ["InvalidToken", "TaskDoesNotExist"] {
        peer.fault("SendTaskSuccess", Fault::Error(400, code));
        let gone = executions.send_task_success("x", &json!({})).await;
        assert!(matches!(gone, Err(ExecutionsError::NobodyWaits)), "{code}");
    }
    peer.fault(
        "SendTaskSuccess",
        Fault::Error(403, "AccessDeniedException"),
    );
    let denied = executions.send_task_success("x", &json!({})).await;
    assert!(matches!(denied, Err(ExecutionsError::Unavailable(_))));
}

#[tokio::test]
async fn executions_that_are_started() {
    const MACHINE: &str = "arn:aws:states:eu-central-1:111122223333:stateMachine:p-query-timeout";
    let (peer, aws) = aws().await;
    let executions = &aws.ports.executions;
    let input = json!({ "run": "r", "step": "crawl", "round": 1 });
    // An answer may be lost after its effect, so one of this name is enough.
    for _ in 0..2 {
        executions
            .start(MACHINE, "r-1-crawl", &input)
            .await
            .unwrap();
    }
    assert_eq!(
        peer.world().executions,
        [(MACHINE.to_owned(), "r-1-crawl".to_owned(), input.clone())]
    );
    let fault = |code| peer.fault("StartExecution", Fault::Error(400, code));
    fault("StateMachineDoesNotExist");
    let gone = executions.start(MACHINE, "other", &input).await;
    assert!(matches!(gone, Err(ExecutionsError::NoMachine)));
    fault("AccessDeniedException");
    let denied = executions.start(MACHINE, "other", &input).await;
    assert!(matches!(denied, Err(ExecutionsError::Refused(_))));
}

#[tokio::test]
async fn executions_that_are_stopped() {
    const EXECUTION: &str = "arn:aws:states:eu-central-1:111122223333:execution:p-query:r-1-job";
    let (peer, aws) = aws().await;
    let executions = &aws.ports.executions;
    // One that is not there has nothing that runs.
    executions.stop(EXECUTION).await.unwrap();
    let asked = peer.seen("StopExecution");
    let body: serde_json::Value = serde_json::from_slice(&asked[0].request.body).unwrap();
    assert_eq!(body, json!({ "executionArn": EXECUTION }));
    peer.fault("StopExecution", Fault::Error(400, "AccessDeniedException"));
    let denied = executions.stop(EXECUTION).await;
    assert!(matches!(denied, Err(ExecutionsError::Refused(_))));
}

#[tokio::test]
async fn credentials_are_read_for_each_request() {
    let peer = Peer::start().await;
    let variables = variables(&peer);
    let key = Arc::new(Mutex::new("first".to_owned()));
    let aws = {
        let key = Arc::clone(&key);
        aws_with(move |name| match name {
            "AWS_ACCESS_KEY_ID" => Some(key.lock().unwrap().clone()),
            _ => variables
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.clone()),
        })
    };
    aws.ports.data.get("k").await.unwrap();
    *key.lock().unwrap() = "second".to_owned();
    aws.ports.data.get("k").await.unwrap();
    let signed: Vec<String> = peer
        .seen("GetObject")
        .iter()
        .map(|seen| seen.request.headers["authorization"].clone())
        .collect();
    assert!(signed[0].contains("Credential=first/"), "{signed:?}");
    assert!(signed[1].contains("Credential=second/"), "{signed:?}");
    assert!(
        signed[0].contains("/eu-central-1/s3/aws4_request"),
        "{signed:?}"
    );
    let token = &peer.seen("GetObject")[0].request.headers["x-amz-security-token"];
    assert_eq!(token, "hidden-session");
    assert_eq!(form("x=%41")["x"], "A");
}
