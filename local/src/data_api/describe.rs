//! `DescribeStatement`.

use std::sync::Arc;
use std::time::Duration;

use runtime_lambda::plan::Batch;
use runtime_lambda::ports::StatementStatus;
use serde_json::{Map, Value};

use super::check;
use super::fault::ApiFault;
use super::record::{StatementRecord, put, timestamp};
use super::request::ById;
use super::service::Service;
use crate::warehouse::{PartView, StatementView};

/// Describes a statement, a batch, or one of a batch's statements.
pub(super) async fn describe(service: &Arc<Service>, request: ById) -> Result<Value, ApiFault> {
    let wait = check::wait(request.wait_time_seconds)?;
    let (id, number) = check::id(request.id)?;
    let record = service.record(&id)?;
    if let Some(number) = number {
        sub_statement(&record, number)?;
    }
    record.wait(wait, service.limits.waiting_requests).await?;
    let view = record.handle.view();
    let mut answer = match (number, record.batch, view.parts.as_slice()) {
        (Some(number), _, _) => part(&record, &view, number),
        (None, None, [_]) => part(&record, &view, 1),
        _ => whole(&record, &view),
    };
    if number.is_none() {
        put(&mut answer, "Id", Some(record.id()));
        put(&mut answer, "Status", Some(status(view.status)));
        put(&mut answer, "Error", view.error.as_deref());
        put(&mut answer, "CreatedAt", Some(timestamp(view.created)));
        put(&mut answer, "UpdatedAt", Some(timestamp(view.updated)));
        put(&mut answer, "Duration", Some(nanoseconds(view.duration)));
    }
    put(&mut answer, "RedshiftPid", Some(view.process));
    put(&mut answer, "ResultFormat", Some(record.format.as_str()));
    put(&mut answer, "QueryParameters", record.parameters());
    record.say_where(&mut answer);
    Ok(answer.into())
}

/// A number of a sub-statement must be one of the batch's.
pub(super) fn sub_statement(record: &StatementRecord, number: usize) -> Result<(), ApiFault> {
    if record.batch.is_some() && (1..=record.statements.len()).contains(&number) {
        Ok(())
    } else {
        let id = format!("{}:{number}", record.id());
        Err(ApiFault::not_found("Query does not exist.", &id))
    }
}

/// Members of a batch.
fn whole(record: &StatementRecord, view: &StatementView) -> Map<String, Value> {
    let mut answer = Map::new();
    put(&mut answer, "HasResultSet", Some(view.has_result_set()));
    put(&mut answer, "RedshiftQueryId", Some(0));
    put(&mut answer, "ResultRows", Some(-1));
    put(&mut answer, "ResultSize", Some(-1));
    let mode = match record.batch {
        Some(Batch::AutoCommit) => "AUTO_COMMIT",
        _ => "TRANSACTION",
    };
    put(&mut answer, "ExecutionMode", Some(mode));
    let parts: Vec<Value> = (1..=view.parts.len())
        .map(|number| part(record, view, number).into())
        .collect();
    put(&mut answer, "SubStatements", Some(parts));
    answer
}

/// Members of one statement, counted from 1.
fn part(record: &StatementRecord, view: &StatementView, number: usize) -> Map<String, Value> {
    let mut answer = Map::new();
    let index = number.saturating_sub(1);
    let Some(part) = view.parts.get(index) else {
        return answer;
    };
    put(&mut answer, "Id", Some(format!("{}:{number}", record.id())));
    put(
        &mut answer,
        "QueryString",
        record.statements.get(index).cloned(),
    );
    put(&mut answer, "Status", Some(status(part.status)));
    put(&mut answer, "Error", part.error.as_deref());
    put(&mut answer, "CreatedAt", Some(timestamp(part.created)));
    put(&mut answer, "UpdatedAt", Some(timestamp(part.updated)));
    put(
        &mut answer,
        "Duration",
        Some(part.duration.map_or(-1, nanoseconds)),
    );
    put(
        &mut answer,
        "HasResultSet",
        Some(part.result_bytes.is_some()),
    );
    put(&mut answer, "RedshiftQueryId", Some(part.query));
    let (rows, bytes) = sizes(part);
    put(&mut answer, "ResultRows", Some(rows));
    put(&mut answer, "ResultSize", Some(bytes));
    answer
}

/// `ResultRows` and `ResultSize`; -1 stands for null.
fn sizes(part: &PartView) -> (i64, i64) {
    if part.status != StatementStatus::Finished {
        return (-1, -1);
    }
    let number = |value: Option<u64>| value.map_or(0, |value| i64::try_from(value).unwrap_or(-1));
    (number(part.rows), number(part.result_bytes))
}

fn nanoseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}

/// A status as AWS writes it.
pub(super) fn status(status: StatementStatus) -> &'static str {
    status.name()
}
