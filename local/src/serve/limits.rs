//! Limits of the service, each with the AWS page that names it.

use std::time::Duration;

/// Limits that a test may want to be smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
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

impl Default for Limits {
    fn default() -> Self {
        Self {
            active_statements: ACTIVE_STATEMENTS,
            active_sessions: ACTIVE_SESSIONS,
            waiting_requests: WAITING_REQUESTS,
            retention: RETENTION,
            client_token: CLIENT_TOKEN,
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
