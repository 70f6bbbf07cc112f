//! Limits of the service, each with the AWS page that names it.

use std::time::Duration;

/// Limits that a test may want to be smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceLimits {
    /// Statements that may be under way at the same time.
    pub active_statements: usize,
    /// Sessions that may be open at the same time.
    pub active_sessions: usize,
    /// Requests that may wait for the same statement at the same time.
    pub waiting_requests: usize,
    /// How long a statement that has ended, and its result, can be asked for.
    pub retention: Duration,
    /// How long a client token is remembered.
    pub client_token: Duration,
    /// Connections that may be open at the same time; others wait for one to end.
    pub connections: usize,
    /// How long a connection may be idle, and how long the head of a request may take.
    pub idle: Duration,
    /// How long the body of a request may take.
    pub body: Duration,
    /// Bytes of all requests that are under way.
    pub request_memory: usize,
    /// Bytes of all statements that have ended and are remembered; the oldest are forgotten first.
    pub statement_memory: usize,
}

/// AWS page: "Amazon Redshift quotas", active statements of the Data API. Older pages say 200.
const ACTIVE_STATEMENTS: usize = 500;
/// AWS page: "Considerations when calling the Amazon Redshift Data API", sessions.
const ACTIVE_SESSIONS: usize = 500;
/// No AWS page says how many; `ActiveWaitingRequestsExceededException` exists.
const WAITING_REQUESTS: usize = 50;
/// AWS page: "Considerations when calling the Amazon Redshift Data API", result retention.
const RETENTION: Duration = Duration::from_secs(24 * 3600);
/// AWS page: "Running SQL statements with an idempotency token".
const CLIENT_TOKEN: Duration = Duration::from_secs(8 * 3600);
/// Enough for every test that runs on a laptop; each takes some file handles and up to 128 KiB.
const CONNECTIONS: usize = 256;
/// Clients that keep connections, as SDKs do, close them by themselves earlier than this or notice it.
const IDLE: Duration = Duration::from_secs(60);
/// Loopback is fast: who takes longer has gone.
const BODY: Duration = Duration::from_secs(30);
/// Four of the largest requests.
const REQUEST_MEMORY: usize = 4 * REQUEST_BYTES;
/// Six hundred of the longest statements, or hundreds of thousands of usual ones.
const STATEMENT_MEMORY: usize = 64 * 1024 * 1024;

impl Default for ServiceLimits {
    fn default() -> Self {
        Self {
            active_statements: ACTIVE_STATEMENTS,
            active_sessions: ACTIVE_SESSIONS,
            waiting_requests: WAITING_REQUESTS,
            retention: RETENTION,
            client_token: CLIENT_TOKEN,
            connections: CONNECTIONS,
            idle: IDLE,
            body: BODY,
            request_memory: REQUEST_MEMORY,
            statement_memory: STATEMENT_MEMORY,
        }
    }
}

/// Most bytes of a statement (AWS page: "Amazon Redshift quotas", query statement size).
pub(super) const STATEMENT_BYTES: usize = 100 * 1024;
/// Most statements of a batch (AWS page: `BatchExecuteStatement`).
pub(super) const BATCH_STATEMENTS: usize = 40;
/// Longest time that a request may wait (AWS page: `ExecuteStatement`, WaitTimeSeconds).
pub(super) const WAIT_SECONDS: i64 = 30;
/// Longest time that a session is kept alive (AWS page: `ExecuteStatement`).
pub(super) const KEEP_ALIVE_SECONDS: i64 = 86_400;
/// Largest request: a full batch of the longest statements, escaped, and its parameters.
pub(super) const REQUEST_BYTES: usize = 16 * 1024 * 1024;
