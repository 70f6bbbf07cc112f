//! Events to an EventBridge endpoint, by `PutEvents` of AWS JSON 1.1. The endpoint is a stand-in on
//! this machine: requests are not signed, and name their service as a signed one would.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, Uri, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;

use super::event;
use super::service::Service;
use crate::warehouse::StatementEnded;

/// How long to wait before each try.
const TRIES: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_millis(200),
    Duration::from_secs(1),
    Duration::from_secs(5),
];
/// How long a try may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most bytes of an answer that are read.
const ANSWER_BYTES: usize = 1024 * 1024;
/// Says which service is meant, as far as the stand-ins look.
const CREDENTIAL: &str = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/events/aws4_request, \
                          SignedHeaders=host, Signature=unsigned";

/// URL of an EventBridge endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventsUrl(Uri);

/// Why a text is no such URL.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no URL of an EventBridge endpoint: it must be like http://127.0.0.1:4566")]
pub struct NoEventsUrl(String);

impl FromStr for EventsUrl {
    type Err = NoEventsUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<Uri>()
            .ok()
            .filter(|uri| uri.scheme_str() == Some("http") && uri.host().is_some())
            .map(Self)
            .ok_or_else(|| NoEventsUrl(text.to_owned()))
    }
}

/// Sends an event for each statement that ended, in their order, until nobody can tell of more.
pub(super) async fn publish(
    url: EventsUrl,
    mut ended: UnboundedReceiver<StatementEnded>,
    service: Arc<Service>,
    note: impl Fn(&str) + Send + Sync,
) {
    let client = Client::builder(TokioExecutor::new()).build_http();
    while let Some(ended) = ended.recv().await {
        let record = service.record(&ended.id).ok();
        let entry = event::entry(&ended, record.as_deref(), service.limits.retention);
        let body = json!({ "Entries": [entry] }).to_string();
        if let Err(why) = deliver(&client, &url, &body).await {
            note(&format!(
                "the event of statement {} was not delivered to {}: {why}",
                ended.id, url.0
            ));
        }
    }
}

async fn deliver(
    client: &Client<HttpConnector, Body>,
    url: &EventsUrl,
    body: &str,
) -> Result<(), String> {
    let mut why = String::new();
    for pause in TRIES {
        tokio::time::sleep(pause).await;
        match tokio::time::timeout(PATIENCE, put(client, url, body)).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => why = error,
            Err(_) => why = "no answer in time".to_owned(),
        }
    }
    Err(why)
}

async fn put(
    client: &Client<HttpConnector, Body>,
    url: &EventsUrl,
    body: &str,
) -> Result<(), String> {
    let request = Request::post(url.0.clone())
        .header(header::CONTENT_TYPE, "application/x-amz-json-1.1")
        .header("x-amz-target", "AWSEvents.PutEvents")
        .header(header::AUTHORIZATION, CREDENTIAL)
        .body(Body::from(body.to_owned()))
        .map_err(|error| error.to_string())?;
    let response = client
        .request(request)
        .await
        .map_err(|error| error.to_string())?;
    let status = response.status();
    let answer = to_bytes(Body::new(response.into_body()), ANSWER_BYTES)
        .await
        .map_err(|error| error.to_string())?;
    if !status.is_success() {
        return Err(format!("status {status}"));
    }
    let answer: Value = serde_json::from_slice(&answer).unwrap_or_default();
    match answer.get("FailedEntryCount").and_then(Value::as_u64) {
        None | Some(0) => Ok(()),
        Some(_) => Err("the entry was refused".to_owned()),
    }
}
