//! The real process through a whole run.

use serde_json::{Value, json};

use crate::http::form;
use crate::lambda::{Answer, Lambda};
use crate::peer::{Fault, PAGE_ROWS, Peer};
use crate::pipeline::{
    ARTIFACTS, DATA, Deliver, TOPIC, artifacts, assert_kept, drive, two_steps, variables,
};

async fn peer_with(artifacts: &crate::pipeline::Artifacts) -> Peer {
    let peer = Peer::start().await;
    for (key, body) in &artifacts.objects {
        peer.put(ARTIFACTS, key, body.clone());
    }
    peer
}

#[tokio::test]
async fn a_run_from_its_creation_to_its_notification() {
    let artifacts = two_steps();
    let peer = peer_with(&artifacts).await;
    let mut lambda = Lambda::start(&variables(&peer)).await;
    let run = drive(&mut lambda, &artifacts.plan).await;
    assert_kept(&peer, &run, "nothing went wrong");
    assert!(
        lambda.peak_memory() < 200 * 1024,
        "in KiB, without optimization"
    );

    // Bound, never pasted; a batch commits as the spec says.
    let execute = peer.seen("ExecuteStatement").pop().unwrap().json();
    assert_eq!(execute["Sql"], "select where day > :since rows 10");
    assert_eq!(
        execute["Parameters"],
        json!([{ "name": "since", "value": "2026-01-01" }])
    );
    assert_eq!(execute["WorkgroupName"], "analytics");
    assert_eq!(execute["Database"], "dev");
    assert_eq!(execute["StatementName"], format!("sales/{run}/revenue/1"));
    let batch = peer.seen("BatchExecuteStatement").pop().unwrap().json();
    assert_eq!(batch["ExecutionMode"], "AUTO_COMMIT");
    assert_eq!(batch["Sqls"], json!(["create table t", "insert into t"]));
    assert_eq!(
        peer.seen("GetStatementResult").len() as u64,
        10_u64.div_ceil(PAGE_ROWS)
    );

    let published = peer.world().published[0].clone();
    assert_eq!(published["TopicArn"], TOPIC);
    assert_eq!(published["Subject"], "sales finished");
    let message: Value = serde_json::from_str(&published["Message"]).unwrap();
    assert!(
        message["email"]
            .as_str()
            .unwrap()
            .contains("2 of 2 finished")
    );
    let data: Value = serde_json::from_str(message["sqs"].as_str().unwrap()).unwrap();
    assert_eq!(data["status"], "FINISHED");
}

#[tokio::test]
async fn the_log_names_what_happened_and_nothing_secret() {
    let artifacts = two_steps();
    let peer = peer_with(&artifacts).await;
    let mut lambda = Lambda::start(&variables(&peer)).await;
    peer.fault(
        "DescribeStatement",
        Fault::Error(400, "AccessDeniedException"),
    );
    let run = drive(&mut lambda, &artifacts.plan).await;
    let park = json!({
        "action": "park", "pipeline": "sales", "run": run, "round": 1, "lane": 0, "turn": 1,
        "token": "hidden-token",
    });
    lambda.invoke(&park).await.unwrap();
    // The last line may still be on its way.
    let mut lines = Vec::new();
    for _ in 0..100 {
        lines = lambda.log.lock().unwrap().clone();
        if lines.iter().any(|line| line.contains("\"park\"")) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let log = lines.join("\n");
    for hidden in ["hidden", "2026-01-01", "select", "create table"] {
        assert!(!log.contains(hidden), "`{hidden}` in the log:\n{log}");
    }
    let lines: Vec<Value> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let failed = lines
        .iter()
        .find(|line| line["message"] == "failed")
        .unwrap();
    assert_eq!(failed["error"], "Sfc.Refused");
    assert_eq!(failed["span"]["run"], run.as_str());
    let collected = lines
        .iter()
        .find(|line| line["message"] == "done" && line["span"]["action"] == "collect")
        .unwrap();
    assert_eq!(collected["span"]["pipeline"], "sales");
    assert_eq!(collected["span"]["step"], "revenue");
    assert_eq!(collected["span"]["round"], 1);
    assert!(collected["span"]["statement_id"].is_string());
    assert!(collected["duration_ms"].is_number());
}

/// Gives every event twice; both answers must be one and the same.
struct Twice(Lambda);

impl Deliver for Twice {
    async fn deliver(&mut self, event: &Value) -> Answer {
        let first = self.0.invoke(event).await;
        let second = self.0.invoke(event).await;
        assert_eq!(first, second, "{event}");
        second
    }
}

#[tokio::test]
async fn every_event_delivered_twice() {
    let artifacts = two_steps();
    let peer = peer_with(&artifacts).await;
    let mut lambda = Twice(Lambda::start(&variables(&peer)).await);
    let run = drive(&mut lambda, &artifacts.plan).await;
    assert_kept(&peer, &run, "every event came twice");
    assert_eq!(peer.seen("ExecuteStatement").len(), 1);
    assert_eq!(peer.seen("BatchExecuteStatement").len(), 1);
    assert_eq!(peer.world().published.len(), 1);
}

#[tokio::test]
async fn a_statement_that_fails_is_the_steps_error() {
    let artifacts = artifacts(&[("load", &["wrong"])]);
    let peer = peer_with(&artifacts).await;
    let mut lambda = Lambda::start(&variables(&peer)).await;
    let run = drive(&mut lambda, &artifacts.plan).await;
    let error = peer
        .object(DATA, &format!("sales/{run}/errors/load/round-1.json"))
        .unwrap();
    let error: Value = serde_json::from_slice(&error).unwrap();
    assert_eq!(error["error"], "Sfc.StatementFailed");
    assert_eq!(error["message"], "ERROR: as told");
    assert!(error["statement_id"].is_string());
}

#[tokio::test]
async fn a_permission_that_is_missing_is_told_with_the_user_that_lacks_it() {
    let artifacts = artifacts(&[("load", &["wrong, of a forbidden table"])]);
    let peer = peer_with(&artifacts).await;
    let mut variables = variables(&peer);
    let user = "IAMR:sales-FunctionRole-1A2B3C";
    variables.push(("SFC_DATABASE_USER".to_owned(), user.to_owned()));
    let mut lambda = Lambda::start(&variables).await;
    let run = drive(&mut lambda, &artifacts.plan).await;
    let error = peer
        .object(DATA, &format!("sales/{run}/errors/load/round-1.json"))
        .unwrap();
    let error: Value = serde_json::from_slice(&error).unwrap();
    assert_eq!(error["error"], "Sfc.StatementFailed");
    assert_eq!(
        error["message"],
        format!(
            "ERROR: permission denied for relation forbidden (sfc: the database user {user} lacks this \
             permission; sfc grants prints the GRANTs that the pipeline needs)"
        )
    );
}

#[tokio::test]
async fn an_artifact_with_another_content_is_never_used() {
    let deployed = artifacts(&[("load", &["insert into t"])]);
    for folder in ["plans/", "scripts/", "templates/"] {
        let peer = peer_with(&deployed).await;
        let (key, body) = deployed
            .objects
            .iter()
            .find(|(key, _)| key.starts_with(folder))
            .unwrap();
        // As good as the one that was deployed, but for a blank.
        let mut other = body.clone();
        other.push(b' ');
        peer.put(ARTIFACTS, key, other);
        let mut lambda = Lambda::start(&variables(&peer)).await;
        let create = json!({
            "action": "create_run", "pipeline": "sales", "plan": deployed.plan,
            "execution": "arn:aws:states:eu-central-1:111122223333:execution:sales-retry:1",
            "started": "2026-11-21T05:00:00Z", "input": {},
        });
        let mut answer = lambda.invoke(&create).await;
        if let Ok(created) = &answer {
            let mut event = json!({
                "action": "next_step", "pipeline": "sales", "run": created["run"], "round": 1,
                "lane": 0, "turn": 1, "turns_left": 100,
            });
            lambda.invoke(&event).await.unwrap();
            event["action"] = json!(if folder == "scripts/" {
                "submit"
            } else {
                "report"
            });
            event["step"] = json!("load");
            answer = lambda.invoke(&event).await;
        }
        let (name, sentence) = answer.unwrap_err();
        assert_eq!(name, "Sfc.Corrupt", "{folder}: {sentence}");
        assert!(sentence.contains("another hash"), "{folder}: {sentence}");
        assert_eq!(peer.seen("ExecuteStatement").len(), 0);
    }
}

#[tokio::test]
async fn an_event_of_nobody_is_an_error_with_a_name() {
    let peer = Peer::start().await;
    let mut lambda = Lambda::start(&variables(&peer)).await;
    let (name, sentence) = lambda
        .invoke(&json!({ "action": "dance" }))
        .await
        .unwrap_err();
    assert_eq!(name, "Sfc.InvalidEvent");
    assert!(sentence.contains("unknown variant `dance`"), "{sentence}");
}

#[tokio::test]
async fn a_process_without_its_settings_says_which() {
    let mut lambda = Lambda::start(&[("AWS_REGION".to_owned(), "eu-central-1".to_owned())]).await;
    let status = lambda.child.wait().await.unwrap();
    assert_eq!(status.code(), Some(1));
    let said = lambda.initialization.lock().unwrap().clone().unwrap();
    assert_eq!(said["errorType"], "Sfc.Misconfigured");
    assert_eq!(
        said["errorMessage"],
        "the environment lacks `SFC_ACCOUNT`, `SFC_DATA_BUCKET`, `SFC_ARTIFACTS_BUCKET`, \
         `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`"
    );
}

#[test]
fn a_form_is_read_as_it_was_written() {
    assert_eq!(form("a=b+c%26&d=")["a"], "b c&");
}

#[tokio::test]
async fn a_look_is_counted_in_the_log_because_an_alarm_hears_its_absence() {
    let artifacts = two_steps();
    let peer = peer_with(&artifacts).await;
    let mut lambda = Lambda::start(&variables(&peer)).await;
    let look = json!({
        "action": "look", "pipeline": "sales", "plan": artifacts.plan, "at": "2026-11-21T10:15:00Z", "hours": 0,
    });
    let looked = lambda.invoke(&look).await.unwrap();
    assert_eq!(looked, json!({ "late": false, "stale": [] }));
    let mut counted = None;
    for _ in 0..100 {
        let lines = lambda.log.lock().unwrap().clone();
        counted = lines.iter().find(|line| line.contains("\"_aws\"")).cloned();
        if counted.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let counted: Value = serde_json::from_str(&counted.unwrap()).unwrap();
    assert_eq!(
        (&counted["pipeline"], &counted["looks"]),
        (&json!("sales"), &json!(1))
    );
    let metrics = &counted["_aws"]["CloudWatchMetrics"][0];
    assert_eq!(metrics["Namespace"], "sfc");
    assert_eq!(metrics["Dimensions"], json!([["pipeline"]]));
    assert_eq!(metrics["Metrics"][0]["Name"], "looks");
}
