//! The peer: Redshift Data, S3, SNS and Step Functions as far as the Lambda uses them. It has a
//! memory that tests read and faults that tests set.
//!
//! What a statement does stands in its text: `rows 5` returns five rows, `slow` runs until it is
//! cancelled, `wrong` fails. Anything else ends at once without a result.

use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::http::{Reply, Request, Server};

mod redshift;
mod s3;
mod topics;

pub use redshift::{PAGE_ROWS, Statement};

/// A request as a test looks at it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// `ExecuteStatement`, `PutObject`, …
    pub operation: String,
    pub request: Request,
}

impl Seen {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.request.body).unwrap()
    }
}

/// What happens to a request of an operation.
#[derive(Debug, Clone)]
pub enum Fault {
    /// An error of the service, without an effect: status and code.
    Error(u16, &'static str),
    /// The connection is closed before there is an effect.
    Cut,
    /// The connection is closed after the effect.
    CutAfter,
    /// The connection is closed in the middle of the answer's body.
    CutBody,
}

#[derive(Default)]
pub struct World {
    pub seen: Vec<Seen>,
    pub statements: Vec<Statement>,
    pub objects: s3::Objects,
    pub published: Vec<std::collections::HashMap<String, String>>,
    /// Mails that were sent, as SES was given them.
    pub mails: Vec<Value>,
    pub tokens: Vec<String>,
    /// Executions that were started: machine, name and input.
    pub executions: Vec<(String, String, Value)>,
    /// What CloudFormation was told.
    pub responses: Vec<Value>,
    /// Values of secrets by ARN: the present one, and the one before it.
    pub secrets: std::collections::HashMap<String, (String, Option<String>)>,
    faults: Vec<(&'static str, Fault)>,
    /// The request, counted from 1, after whose effect nothing is answered any more.
    silent_at: Option<usize>,
}

/// A server on this machine that answers as AWS does, or fails as it is told; clones are the same server.
#[derive(Clone)]
pub struct Peer {
    world: Arc<Mutex<World>>,
    /// Told when the request came that is not answered.
    pub silenced: Arc<Notify>,
    server: Arc<Server>,
}

impl Peer {
    pub async fn start() -> Self {
        let world = Arc::new(Mutex::new(World::default()));
        let silenced = Arc::new(Notify::new());
        let server = {
            let (world, silenced) = (Arc::clone(&world), Arc::clone(&silenced));
            Server::start(move |request| {
                let reply = answer(&world, &silenced, request);
                async move { reply }
            })
            .await
        };
        Self {
            world,
            silenced,
            server: Arc::new(server),
        }
    }

    pub fn url(&self) -> String {
        self.server.url()
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// The next request of `operation` meets this; several wait in line.
    pub fn fault(&self, operation: &'static str, fault: Fault) {
        self.world().faults.push((operation, fault));
    }

    /// Falls silent at the `n`th request from now.
    pub fn silent_at(&self, n: usize) {
        let mut world = self.world();
        world.silent_at = Some(world.seen.len() + n);
    }

    pub fn object(&self, bucket: &str, key: &str) -> Option<Vec<u8>> {
        self.world().objects.body(bucket, key)
    }

    pub fn put(&self, bucket: &str, key: &str, body: Vec<u8>) {
        self.world().objects.put(bucket, key, body);
    }

    /// Requests of an operation so far.
    pub fn seen(&self, operation: &str) -> Vec<Seen> {
        self.world()
            .seen
            .iter()
            .filter(|seen| seen.operation == operation)
            .cloned()
            .collect()
    }
}

fn answer(world: &Mutex<World>, silenced: &Notify, request: Request) -> Reply {
    let mut world = world.lock().unwrap();
    let operation = operation(&request);
    world.seen.push(Seen {
        operation: operation.clone(),
        request: request.clone(),
    });
    let position = world
        .faults
        .iter()
        .position(|(of, _)| *of == operation || *of == "*");
    let fault = position.map(|index| world.faults.remove(index).1);
    match fault {
        Some(Fault::Error(status, code)) => return error(&operation, status, code),
        Some(Fault::Cut) => return Reply::Cut,
        _ => {}
    }
    let reply = match operation.as_str() {
        "Publish" | "SendTaskSuccess" => topics::answer(&mut world, &operation, &request),
        "StartExecution" => topics::start(&mut world, &request),
        "StopExecution" => topics::stop(&world, &request),
        "GetSecretValue" => secret(&world, &request),
        "SendEmail" => {
            let mail = serde_json::from_slice(&request.body).unwrap();
            world.mails.push(mail);
            Reply::new(200, "application/json", r#"{"MessageId":"1"}"#)
        }
        "PutResponse" => {
            let response = serde_json::from_slice(&request.body).unwrap();
            world.responses.push(response);
            Reply::new(200, "application/xml", "")
        }
        _ if request.headers.contains_key("x-amz-target") => {
            redshift::answer(&mut world, &operation, &request)
        }
        _ => s3::answer(&mut world.objects, &operation, &request),
    };
    if world.silent_at == Some(world.seen.len()) {
        world.silent_at = None;
        silenced.notify_one();
        return Reply::Silence;
    }
    match fault {
        Some(Fault::CutAfter) => Reply::Cut,
        Some(Fault::CutBody) => Reply::CutBody(Box::new(reply)),
        _ => reply,
    }
}

/// The value of a secret (AWS page: `GetSecretValue`).
fn secret(world: &World, request: &Request) -> Reply {
    let input: Value = serde_json::from_slice(&request.body).unwrap();
    let arn = input["SecretId"].as_str().unwrap();
    let value = world.secrets.get(arn).and_then(|(present, before)| {
        if input["VersionStage"] == "AWSPREVIOUS" {
            before.clone()
        } else {
            Some(present.clone())
        }
    });
    match value {
        Some(value) => Reply::new(
            200,
            "application/x-amz-json-1.1",
            json!({ "ARN": arn, "SecretString": value }).to_string(),
        ),
        None => error("GetSecretValue", 400, "ResourceNotFoundException"),
    }
}

/// Name of the operation that a request is.
fn operation(request: &Request) -> String {
    if let Some(target) = request.headers.get("x-amz-target") {
        return target.rsplit('.').next().unwrap_or_default().to_owned();
    }
    if request.path == "/" {
        let form = crate::http::form(std::str::from_utf8(&request.body).unwrap_or_default());
        return form.get("Action").cloned().unwrap_or_default();
    }
    // Where CloudFormation waits: a bucket of its own, in AWS.
    if request.path.starts_with("/responses/") {
        return "PutResponse".to_owned();
    }
    if request.path == "/v2/email/outbound-emails" {
        return "SendEmail".to_owned();
    }
    let has = |name: &str| request.query.contains_key(name);
    match request.method.as_str() {
        "GET" => "GetObject",
        "PUT" if has("uploadId") => "UploadPart",
        "PUT" => "PutObject",
        "POST" if has("uploads") => "CreateMultipartUpload",
        "POST" => "CompleteMultipartUpload",
        "DELETE" => "AbortMultipartUpload",
        other => other,
    }
    .to_owned()
}

/// An error in the words of the service that the operation is of.
pub fn error(operation: &str, status: u16, code: &str) -> Reply {
    match operation {
        "Publish" => Reply::new(
            status,
            "text/xml",
            format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>\
                 <Message>as told</Message></Error></ErrorResponse>"
            ),
        ),
        _ if operation.contains("Statement")
            || matches!(
                operation,
                "SendTaskSuccess"
                    | "StartExecution"
                    | "StopExecution"
                    | "GetSecretValue"
                    | "SendEmail"
            ) =>
        {
            Reply::new(
                status,
                "application/x-amz-json-1.1",
                json!({ "__type": code, "message": "as told", "Message": "as told" }).to_string(),
            )
        }
        _ => Reply::new(
            status,
            "application/xml",
            format!("<Error><Code>{code}</Code><Message>as told</Message></Error>"),
        ),
    }
}
