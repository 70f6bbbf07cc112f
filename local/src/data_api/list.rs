//! `ListStatements`.

use runtime_lambda::plan::Batch;
use runtime_lambda::ports::StatementStatus::{
    Aborted, Failed, Finished, Picked, Started, Submitted,
};
use serde_json::{Map, Value};

use super::check;
use super::fault::ApiFault;
use super::record::{StatementRecord, put, timestamp};
use super::request::ListStatements;
use super::service::Service;

/// Most statements of a page (AWS page: `ListStatements`).
const PAGE: i64 = 100;

/// What may be asked for: a status, or all of them.
fn statuses() -> [&'static str; 7] {
    [
        Submitted.name(),
        Picked.name(),
        Started.name(),
        Finished.name(),
        Aborted.name(),
        Failed.name(),
        "ALL",
    ]
}

/// Lists statements, newest first; FINISHED ones if no status is asked for.
pub(super) fn statements(service: &Service, request: &ListStatements) -> Result<Value, ApiFault> {
    let most = check::within(request.max_results.unwrap_or(PAGE), "maxResults", 0, PAGE)?;
    let most = if most == 0 { PAGE } else { most };
    let most = usize::try_from(most).unwrap_or(0);
    if let Some(name) = &request.statement_name {
        check::length(name, "statementName", 0, 500)?;
    }
    let status = request.status.as_deref().unwrap_or(Finished.name());
    check::one_of(status, "status", &statuses())?;
    check::one_target(
        request.cluster_identifier.as_deref(),
        request.workgroup_name.as_deref(),
    )?;
    let prefix = request.statement_name.as_deref().unwrap_or_default();
    let list = format!(
        "statements {prefix:?} {status} {:?} {:?} {:?}",
        request.cluster_identifier, request.workgroup_name, request.database
    );
    let below = match service
        .next_tokens
        .place(&list, request.next_token.as_deref())?
    {
        0 => u64::MAX,
        place => place,
    };
    let same =
        |filter: &Option<String>, value: &Option<String>| filter.is_none() || filter == value;
    let records = service.records();
    let mut matching = records
        .newest()
        .filter(|record| {
            record.number < below
                && record
                    .name
                    .as_deref()
                    .unwrap_or_default()
                    .starts_with(prefix)
                && same(
                    &request.cluster_identifier,
                    &record.place.cluster_identifier,
                )
                && same(&request.workgroup_name, &record.place.workgroup_name)
                && same(&request.database, &record.place.database)
        })
        .filter_map(|record| {
            let now = super::describe::status(record.handle.status());
            (status == "ALL" || status == now).then_some((record, now))
        });
    let mut page = Vec::new();
    let mut last = 0;
    for (record, now) in matching.by_ref().take(most) {
        page.push(describe(record, now));
        last = record.number;
    }
    let mut answer = Map::new();
    answer.insert("Statements".to_owned(), page.into());
    if matching.next().is_some() {
        put(
            &mut answer,
            "NextToken",
            Some(service.next_tokens.issue(&list, last)),
        );
    }
    Ok(answer.into())
}

fn describe(record: &StatementRecord, status: &str) -> Value {
    let view = record.handle.view();
    let mut answer = Map::new();
    put(&mut answer, "Id", Some(record.id()));
    put(&mut answer, "Status", Some(status));
    put(&mut answer, "StatementName", record.name.as_deref());
    put(&mut answer, "CreatedAt", Some(timestamp(view.created)));
    put(&mut answer, "UpdatedAt", Some(timestamp(view.updated)));
    put(&mut answer, "SecretArn", record.place.secret_arn.as_deref());
    put(&mut answer, "SessionId", record.session.as_deref());
    put(&mut answer, "ResultFormat", Some(record.format.as_str()));
    put(&mut answer, "QueryParameters", record.parameters());
    let batch: Option<Batch> = record.batch;
    put(&mut answer, "IsBatchStatement", Some(batch.is_some()));
    match record.statements.as_slice() {
        [statement] if batch.is_none() => {
            put(&mut answer, "QueryString", Some(statement.as_str()));
        }
        statements => put(&mut answer, "QueryStrings", Some(statements.to_vec())),
    }
    answer.into()
}
