//! `GetStatementResult` and `GetStatementResultV2`: one stored page at a time, so that memory does
//! not grow with a result.

use std::sync::Arc;

use runtime_lambda::ports::Field;
use serde_json::{Value, json};

use super::check;
use super::column::metadata;
use super::fault::ApiFault;
use super::record::{ResultFormat, StatementRecord};
use super::request::ById;
use super::service::Service;
use crate::warehouse::{NoPage, StoredPage};

/// A page of a result that was asked for as JSON.
pub(super) async fn json(service: &Arc<Service>, request: ById) -> Result<Vec<u8>, ApiFault> {
    let page = page(service, request, ResultFormat::Json).await?;
    let mut text = Vec::with_capacity(page.stored.records.len() + 1024);
    text.extend_from_slice(b"{\"Records\":");
    text.extend_from_slice(&page.stored.records);
    finish(&mut text, &page, None);
    Ok(text)
}

/// A page of a result that was asked for as CSV.
pub(super) async fn csv(service: &Arc<Service>, request: ById) -> Result<Vec<u8>, ApiFault> {
    let page = page(service, request, ResultFormat::Csv).await?;
    let rows: Vec<Vec<Field>> = serde_json::from_slice(&page.stored.records)
        .map_err(|error| ApiFault::internal(error.to_string()))?;
    let records = json!([{ "CSVRecords": lines(&rows) }]);
    let mut text = b"{\"Records\":".to_vec();
    text.extend_from_slice(records.to_string().as_bytes());
    finish(&mut text, &page, Some(ResultFormat::Csv));
    Ok(text)
}

/// A page and the token of the next.
struct Page {
    stored: StoredPage,
    next: Option<String>,
}

async fn page(
    service: &Arc<Service>,
    request: ById,
    format: ResultFormat,
) -> Result<Page, ApiFault> {
    let wait = check::wait(request.wait_time_seconds)?;
    let (id, number) = check::id(request.id)?;
    let record = service.record(&id)?;
    if let Some(number) = number {
        super::describe::sub_statement(&record, number)?;
    }
    record.wait(wait, service.limits.waiting_requests).await?;
    let number = statement_with_result(&record, number)?;
    if record.format != format {
        return Err(ApiFault::validation(format!(
            "The statement was run with ResultFormat {}.",
            record.format.as_str()
        )));
    }
    let list = format!("result {id}:{number}");
    let place = service
        .next_tokens
        .place(&list, request.next_token.as_deref())?;
    let from = usize::try_from(place).unwrap_or(usize::MAX);
    // Pages beyond the first few are read from a file.
    let stored = tokio::task::spawn_blocking(move || record.handle.page(number, from))
        .await
        .map_err(|error| ApiFault::internal(error.to_string()))?
        .map_err(|error| match error {
            NoPage::NoResult => no_result(&id),
            NoPage::OutOfRange => ApiFault::validation("NextToken is invalid."),
            NoPage::Io(error) => ApiFault::internal(error.to_string()),
        })?;
    let next = stored
        .more
        .then(|| service.next_tokens.issue(&list, place + 1));
    Ok(Page { stored, next })
}

/// The number of the statement whose result is meant, counted from 1. A batch has results only by its
/// statements.
fn statement_with_result(
    record: &StatementRecord,
    number: Option<usize>,
) -> Result<usize, ApiFault> {
    let parts = record.handle.view().parts;
    number
        .or(record.batch.is_none().then_some(1))
        .filter(|number| {
            let part = parts.get(number.saturating_sub(1));
            part.is_some_and(|part| part.result_bytes.is_some())
        })
        .ok_or_else(|| no_result(record.id()))
}

fn no_result(id: &str) -> ApiFault {
    ApiFault::not_found(
        "Query does not have result. Please check query status with DescribeStatement.",
        id,
    )
}

/// The members behind the records.
fn finish(text: &mut Vec<u8>, page: &Page, format: Option<ResultFormat>) {
    let columns: Vec<Value> = page.stored.columns.iter().map(metadata).collect();
    let mut rest = json!({
        "ColumnMetadata": columns,
        "TotalNumRows": page.stored.total_rows,
    });
    if let Some(members) = rest.as_object_mut() {
        if let Some(format) = format {
            members.insert("ResultFormat".to_owned(), format.as_str().into());
        }
        if let Some(next) = &page.next {
            members.insert("NextToken".to_owned(), next.as_str().into());
        }
    }
    let rest = rest.to_string();
    text.push(b',');
    text.extend_from_slice(rest.strip_prefix('{').unwrap_or(&rest).as_bytes());
}

/// Rows as CSV (RFC 4180): NULL is nothing, an empty text is quoted.
fn lines(rows: &[Vec<Field>]) -> String {
    let mut text = String::new();
    for row in rows {
        for (position, field) in row.iter().enumerate() {
            if position > 0 {
                text.push(',');
            }
            match field {
                Field::IsNull(_) => {}
                Field::BooleanValue(value) => text.push_str(if *value { "true" } else { "false" }),
                Field::LongValue(value) => text.push_str(&value.to_string()),
                Field::DoubleValue(value) => text.push_str(&value.to_string()),
                Field::StringValue(value) => {
                    if value.is_empty() || value.contains([',', '"', '\n', '\r']) {
                        text.push('"');
                        text.push_str(&value.replace('"', "\"\""));
                        text.push('"');
                    } else {
                        text.push_str(value);
                    }
                }
            }
        }
        text.push_str("\r\n");
    }
    text
}
