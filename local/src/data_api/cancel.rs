//! `CancelStatement`.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::check;
use super::fault::ApiFault;
use super::request::ById;
use super::service::Service;

/// How long the answer may wait for the statement's end.
const PATIENCE: Duration = Duration::from_secs(2);

/// Cancels a statement that has not ended, and with it its batch.
pub(super) async fn cancel(service: &Arc<Service>, request: ById) -> Result<Value, ApiFault> {
    let (id, number) = check::id(request.id)?;
    let record = service.record(&id)?;
    if let Some(number) = number {
        super::describe::sub_statement(&record, number)?;
    }
    if record.handle.ended() {
        let status = super::describe::status(record.handle.view().status);
        return Err(ApiFault::validation(format!(
            "Could not cancel a query that is already in {status} state with ID: {id}"
        )));
    }
    record.handle.cancel();
    record.handle.ended_within(PATIENCE).await;
    Ok(json!({ "Status": true }))
}
