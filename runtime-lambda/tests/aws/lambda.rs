//! The real process over a Lambda Runtime API of our own (AWS page: Lambda runtime API).

use std::collections::HashMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{Mutex as AsyncMutex, mpsc, oneshot};

use crate::http::{Reply, Request, Server};

/// Longest time that an answer may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// What an event came back with: the answer, or `errorType` and `errorMessage`.
pub type Answer = Result<Value, (String, String)>;

/// A process that takes events.
pub struct Lambda {
    pub child: Child,
    events: mpsc::Sender<(String, String)>,
    waiting: Arc<Mutex<HashMap<String, oneshot::Sender<Answer>>>>,
    /// What it said of a start that failed.
    pub initialization: Arc<Mutex<Option<Value>>>,
    /// Its lines on stdout so far.
    pub log: Arc<Mutex<Vec<String>>>,
    next: u64,
    _server: Server,
}

impl Lambda {
    /// Starts the function's own process with nothing but these variables and what Lambda sets.
    pub async fn start(variables: &[(String, String)]) -> Self {
        let bootstrap = Path::new(env!("CARGO_BIN_EXE_bootstrap"));
        Self::run(bootstrap, &[], variables).await
    }

    pub async fn run(program: &Path, arguments: &[&Path], variables: &[(String, String)]) -> Self {
        let (events, inbox) = mpsc::channel::<(String, String)>(8);
        let inbox = Arc::new(AsyncMutex::new(inbox));
        let waiting: Arc<Mutex<HashMap<String, oneshot::Sender<Answer>>>> = Arc::default();
        let initialization: Arc<Mutex<Option<Value>>> = Arc::default();
        let server = {
            let (waiting, initialization) = (Arc::clone(&waiting), Arc::clone(&initialization));
            Server::start(move |request: Request| {
                let (inbox, waiting) = (Arc::clone(&inbox), Arc::clone(&waiting));
                let initialization = Arc::clone(&initialization);
                async move {
                    if request.path.ends_with("/invocation/next") {
                        let Some((id, event)) = inbox.lock().await.recv().await else {
                            return Reply::Silence;
                        };
                        return Reply::new(200, "application/json", event)
                            .header("lambda-runtime-aws-request-id", id)
                            .header("lambda-runtime-deadline-ms", "99999999999999")
                            .header("lambda-runtime-trace-id", "Root=1-0-0")
                            .header("lambda-runtime-invoked-function-arn", "arn:aws:lambda:x");
                    }
                    let body: Value = serde_json::from_slice(&request.body).unwrap();
                    if request.path.ends_with("/init/error") {
                        *initialization.lock().unwrap() = Some(body);
                        return Reply::new(202, "application/json", "{}");
                    }
                    let mut words = request.path.rsplit('/');
                    let (kind, id) = (words.next().unwrap(), words.next().unwrap());
                    let answer = match kind {
                        "response" => Ok(body),
                        _ => {
                            let text = |name: &str| body[name].as_str().unwrap().to_owned();
                            Err((text("errorType"), text("errorMessage")))
                        }
                    };
                    if let Some(sender) = waiting.lock().unwrap().remove(id) {
                        let _ = sender.send(answer);
                    }
                    Reply::new(202, "application/json", "{}")
                }
            })
            .await
        };
        let mut child = Command::new(program)
            .args(arguments)
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", server.address.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "sales")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let log: Arc<Mutex<Vec<String>>> = Arc::default();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let lines_of = Arc::clone(&log);
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                lines_of.lock().unwrap().push(line);
            }
        });
        Self {
            child,
            events,
            waiting,
            initialization,
            log,
            next: 0,
            _server: server,
        }
    }

    /// Hands it an event and waits for what comes back.
    pub async fn invoke(&mut self, event: &Value) -> Answer {
        self.next += 1;
        let id = format!("request-{}", self.next);
        let (sender, receiver) = oneshot::channel();
        self.waiting.lock().unwrap().insert(id.clone(), sender);
        self.events.send((id, event.to_string())).await.unwrap();
        match tokio::time::timeout(PATIENCE, receiver).await {
            Ok(answer) => answer.unwrap(),
            Err(_) => panic!(
                "no answer to {event}; its log: {:#?}",
                self.log.lock().unwrap()
            ),
        }
    }

    /// The most memory that it had so far, in KiB.
    pub fn peak_memory(&self) -> u64 {
        let status = format!("/proc/{}/status", self.child.id().unwrap());
        let status = std::fs::read_to_string(status).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let words: Vec<&str> = line.unwrap().split_whitespace().collect();
        words[1].parse().unwrap()
    }

    /// Ends it as a crash does.
    pub async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }
}
