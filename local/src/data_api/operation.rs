//! The operations by name.

use std::sync::Arc;

use serde_json::Value;

use super::fault::ApiFault;
use super::request::read;
use super::service::Service;
use super::{cancel, catalog, describe, execute, list, result, session};

/// Operations that are answered.
pub const NAMES: [&str; 12] = [
    "BatchExecuteStatement",
    "CancelStatement",
    "DescribeStatement",
    "DescribeTable",
    "ExecuteStatement",
    "GetStatementResult",
    "GetStatementResultV2",
    "ListDatabases",
    "ListSchemas",
    "ListSessions",
    "ListStatements",
    "ListTables",
];

/// Operations of the Redshift Data API that are answered with `UnknownOperationException`.
pub const MISSING: [&str; 0] = [];

/// What an operation answers with.
pub(super) enum OperationAnswer {
    /// An object that is written as JSON.
    Json(Value),
    /// The text of an object: a page of a result goes out as it was stored.
    Text(Vec<u8>),
}

/// Performs an operation on a request's body.
pub(super) async fn perform(
    service: &Arc<Service>,
    operation: &str,
    body: &[u8],
) -> Result<OperationAnswer, ApiFault> {
    let answer = match operation {
        "ExecuteStatement" => execute::execute(service, read(body)?).await?,
        "BatchExecuteStatement" => execute::batch(service, read(body)?).await?,
        "DescribeStatement" => describe::describe(service, read(body)?).await?,
        "CancelStatement" => cancel::cancel(service, read(body)?).await?,
        "GetStatementResult" => {
            return result::json(service, read(body)?)
                .await
                .map(OperationAnswer::Text);
        }
        "GetStatementResultV2" => {
            return result::csv(service, read(body)?)
                .await
                .map(OperationAnswer::Text);
        }
        "ListStatements" => list::statements(service, &read(body)?)?,
        "ListSessions" => session::list(
            &service.sessions,
            &service.next_tokens,
            service.limits.retention,
            &read(body)?,
        )?,
        "ListDatabases" => catalog::databases(service, &read(body)?)?,
        "ListSchemas" => catalog::schemas(service, read(body)?).await?,
        "ListTables" => catalog::tables(service, read(body)?).await?,
        "DescribeTable" => catalog::table(service, read(body)?).await?,
        other => {
            return Err(ApiFault::unknown_operation(format!(
                "`{other}` is no operation that is answered here."
            )));
        }
    };
    Ok(OperationAnswer::Json(answer))
}
