//! The same run with S3, SNS and Step Functions served by `../shared/aws-stand-in`, where there is
//! one beside the checkout. Redshift Data is whatever `SFC_TEST_REDSHIFT_DATA` names, or the peer.

use std::path::{Path, PathBuf};
use std::process::Command;

use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use runtime_lambda::ids::RunId;
use runtime_lambda::keys;

use crate::lambda::Lambda;
use crate::peer::Peer;
use crate::pipeline::{ARTIFACTS, DATA, assert_complete, drive, two_steps, variables_at};

/// A stand-in that goes down when dropped.
struct StandIn {
    folder: PathBuf,
    state: tempfile::TempDir,
    url: String,
}

impl StandIn {
    fn up() -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/aws-stand-in");
        let folder = match folder.canonicalize() {
            Ok(folder) => folder,
            Err(_) => {
                println!("skipped: there is no ../shared/aws-stand-in beside the checkout");
                return None;
            }
        };
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let state = tempfile::tempdir().unwrap();
        let output = Command::new(folder.join("up"))
            .env("PORT", port.to_string())
            .env("STAND_IN_STATE", state.path())
            .output()
            .unwrap();
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            println!(
                "skipped: the stand-in for AWS does not start: {}",
                said.lines().last().unwrap_or_default()
            );
            return None;
        }
        Some(Self {
            folder,
            state,
            url: format!("http://127.0.0.1:{port}"),
        })
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        let _ = Command::new(self.folder.join("down"))
            .arg(self.state.path())
            .output();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_over_the_stand_in_for_aws() {
    let Some(stand_in) = tokio::task::spawn_blocking(StandIn::up).await.unwrap() else {
        return;
    };
    let s3 = aws_sdk_s3::Client::from_conf(
        aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new("us-east-1"))
            .endpoint_url(&stand_in.url)
            .force_path_style(true)
            .credentials_provider(Credentials::new("test", "test", None, None, "test"))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build(),
    );
    for bucket in [DATA, ARTIFACTS] {
        s3.create_bucket().bucket(bucket).send().await.unwrap();
    }
    let artifacts = two_steps();
    for (key, body) in &artifacts.objects {
        let put = s3.put_object().bucket(ARTIFACTS).key(key);
        put.body(body.clone().into()).send().await.unwrap();
    }
    let peer = Peer::start().await;
    let redshift = std::env::var("SFC_TEST_REDSHIFT_DATA").unwrap_or_else(|_| peer.url());
    let topic = topic(&stand_in.url).await;
    let mut variables = variables_at(&stand_in.url);
    for (name, value) in &mut variables {
        match name.as_str() {
            "AWS_REGION" => "us-east-1".clone_into(value),
            "SFC_TOPIC_ARN" => *value = topic.clone(),
            _ => {}
        }
    }
    variables.push(("AWS_ENDPOINT_URL_REDSHIFT_DATA".to_owned(), redshift));
    let mut lambda = Lambda::start(&variables).await;
    let run = RunId::from(drive(&mut lambda, &artifacts.plan).await);

    let mut read = Vec::new();
    for key in [
        keys::state("sales", &run),
        keys::result_json("sales", &run, &"revenue".into()),
        keys::result_csv("sales", &run, &"revenue".into()),
    ] {
        let object = s3.get_object().bucket(DATA).key(&key).send().await.unwrap();
        read.push(object.body.collect().await.unwrap().to_vec());
    }
    assert_complete(&read[0], &read[1], &read[2], "over the stand-in");
    // A token that the stand-in never gave: its answer is understood.
    let park = serde_json::json!({
        "action": "park", "pipeline": "sales", "run": run, "round": 1, "lane": 0, "turn": 1,
        "token": "AAAA",
    });
    lambda.invoke(&park).await.unwrap();
}

/// A topic of the stand-in.
async fn topic(url: &str) -> String {
    let sns = aws_sdk_sns::Client::from_conf(
        aws_sdk_sns::Config::builder()
            .behavior_version(aws_sdk_sns::config::BehaviorVersion::v2026_01_12())
            .region(Region::new("us-east-1"))
            .endpoint_url(url)
            .credentials_provider(Credentials::new("test", "test", None, None, "test"))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build(),
    );
    let created = sns.create_topic().name("sales").send().await.unwrap();
    created.topic_arn.unwrap()
}
