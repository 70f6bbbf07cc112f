//! Lines of JSON on stdout: one for each event, and one for each thing worth knowing.
//!
//! Never in them: values of parameters, SQL, task tokens, credentials, CloudFormation's signed URLs.

use std::io::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lambda_runtime::LambdaEvent;
use runtime_lambda::ActionError;
use runtime_lambda::error::{LOOKS, METRICS, OUTCOMES, PIPELINE};
use serde_json::{Value, json};
use tracing::Span;
use tracing::field::Empty;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Starts logging, at the level that Lambda was told to keep (AWS page: advanced logging controls).
pub fn start() {
    let level = match std::env::var("AWS_LAMBDA_LOG_LEVEL").as_deref() {
        Ok("TRACE") => LevelFilter::TRACE,
        Ok("DEBUG") => LevelFilter::DEBUG,
        Ok("WARN") => LevelFilter::WARN,
        Ok("ERROR" | "FATAL") => LevelFilter::ERROR,
        _ => LevelFilter::INFO,
    };
    // What libraries say below an error may hold requests.
    let targets = Targets::new()
        .with_default(LevelFilter::ERROR)
        .with_target("bootstrap", level)
        .with_target("runtime_lambda", level);
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_target(false);
    tracing_subscriber::registry()
        .with(lines)
        .with(targets)
        .init();
}

/// What every line about an event carries.
pub fn span(event: &LambdaEvent<Value>) -> Span {
    let text = |name: &str| event.payload.get(name).and_then(serde_json::Value::as_str);
    tracing::info_span!(
        "event",
        request_id = event.context.request_id,
        action = text("action").or_else(|| text("RequestType").map(|_| "stack_event")),
        pipeline = text("pipeline"),
        run = text("run"),
        step = text("step"),
        round = event
            .payload
            .get("round")
            .and_then(serde_json::Value::as_u64),
        statement_id = Empty,
    )
}

/// The pipeline that an event is about.
pub fn pipeline(event: &Value) -> Option<String> {
    let name = event.get(PIPELINE).and_then(serde_json::Value::as_str);
    name.map(str::to_owned)
}

/// Whether an event asks for a look whether what was expected has happened.
pub fn is_look(event: &Value) -> bool {
    event.get("action").and_then(serde_json::Value::as_str) == Some("look")
}

/// The line of an event of this pipeline.
pub fn ended(
    answer: &Result<Value, ActionError>,
    took: Duration,
    pipeline: Option<&str>,
    is_look: bool,
) {
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    match answer {
        Ok(answer) => {
            let status = answer.get("status").and_then(serde_json::Value::as_str);
            tracing::info!(duration_ms, status, "done");
            if let Some(pipeline) = pipeline.filter(|_| is_look) {
                counted(pipeline, LOOKS);
            }
        }
        Err(error) => {
            tracing::warn!(
                duration_ms,
                error = error.name(),
                reason = reason(error),
                "failed"
            );
            if let Some(pipeline) = pipeline.filter(|_| error.is_outcome()) {
                counted(pipeline, OUTCOMES);
            }
        }
    }
}

/// Counts an error that tells how a step went, which an alarm leaves out. Also counts a look, whose
/// absence is an alarm (AWS page: "Specification: Embedded metric format").
fn counted(pipeline: &str, metric: &str) {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let line = json!({
        "_aws": {
            "Timestamp": u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
            "CloudWatchMetrics": [{
                "Namespace": METRICS,
                "Dimensions": [[PIPELINE]],
                "Metrics": [{ "Name": metric, "Unit": "Count" }],
            }],
        },
        (PIPELINE): pipeline,
        (metric): 1,
    });
    // A log that cannot be written keeps nobody from an answer.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// The sentence, where it is ours and holds nothing that was sent.
fn reason(error: &ActionError) -> Option<String> {
    match error {
        ActionError::TimeLimit(sentence)
        | ActionError::Stopped(sentence)
        | ActionError::Superseded(sentence)
        | ActionError::Throttled(sentence)
        | ActionError::Unavailable(sentence)
        | ActionError::Corrupt(sentence) => Some(sentence.clone()),
        _ => None,
    }
}
