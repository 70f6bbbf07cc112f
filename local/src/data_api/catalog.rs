//! `ListDatabases`, `ListSchemas`, `ListTables`, `DescribeTable`.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::check;
use super::column::metadata;
use super::execute::database;
use super::fault::ApiFault;
use super::record::put;
use super::request::CatalogRequest;
use super::service::Service;
use crate::warehouse::{CatalogRelationKind, EmbeddedWarehouse};

/// Most results of a page (AWS page: `ListTables`).
const PAGE: i64 = 1000;

/// Answers `ListDatabases` with the one database.
pub(super) fn databases(service: &Service, request: &CatalogRequest) -> Result<Value, ApiFault> {
    check::place(&request.place)?;
    if let Some(name) = &request.place.database {
        database(service, Some(name))?;
    }
    let all = vec![Value::from(service.warehouse.database())];
    answer(service, request, "Databases", all)
}

/// Answers `ListSchemas` with those whose names fit the pattern.
pub(super) async fn schemas(
    service: &Arc<Service>,
    request: CatalogRequest,
) -> Result<Value, ApiFault> {
    admit(service, &request)?;
    let all = blocking(service, EmbeddedWarehouse::schemas).await?;
    let all = all
        .into_iter()
        .filter(|schema| matches(request.schema_pattern.as_deref(), schema))
        .map(Value::from)
        .collect();
    answer(service, &request, "Schemas", all)
}

/// Answers `ListTables` with tables and views whose names fit the patterns.
pub(super) async fn tables(
    service: &Arc<Service>,
    request: CatalogRequest,
) -> Result<Value, ApiFault> {
    admit(service, &request)?;
    let all = blocking(service, EmbeddedWarehouse::relations).await?;
    let all = all
        .into_iter()
        .filter(|relation| {
            matches(request.schema_pattern.as_deref(), &relation.schema)
                && matches(request.table_pattern.as_deref(), &relation.name)
        })
        .map(|relation| {
            let kind = match relation.kind {
                CatalogRelationKind::Table => "TABLE",
                CatalogRelationKind::View => "VIEW",
            };
            json!({ "name": relation.name, "schema": relation.schema, "type": kind })
        })
        .collect();
    answer(service, &request, "Tables", all)
}

/// Columns of the tables that are meant.
pub(super) async fn table(
    service: &Arc<Service>,
    request: CatalogRequest,
) -> Result<Value, ApiFault> {
    admit(service, &request)?;
    let (schema, table) = (request.schema.clone(), request.table.clone());
    let columns = blocking(service, move |warehouse| {
        let mut columns = Vec::new();
        for relation in warehouse.relations()? {
            let meant = |name: &Option<String>, value: &str| {
                name.as_deref().is_none_or(|name| name == value)
            };
            if meant(&schema, &relation.schema) && meant(&table, &relation.name) {
                columns.extend(warehouse.columns_of(&relation)?);
            }
        }
        Ok(columns)
    })
    .await?;
    let all = columns.iter().map(metadata).collect();
    let mut described = answer(service, &request, "ColumnList", all)?;
    if let (Some(table), Some(members)) = (request.table, described.as_object_mut()) {
        members.insert("TableName".to_owned(), table.into());
    }
    Ok(described)
}

fn admit(service: &Service, request: &CatalogRequest) -> Result<(), ApiFault> {
    check::place(&request.place)?;
    database(service, request.place.database.as_deref())?;
    if let Some(connected) = &request.connected_database {
        database(service, Some(connected))?;
    }
    Ok(())
}

async fn blocking<T: Send + 'static>(
    service: &Arc<Service>,
    look: impl FnOnce(&EmbeddedWarehouse) -> Result<T, String> + Send + 'static,
) -> Result<T, ApiFault> {
    let service = Arc::clone(service);
    tokio::task::spawn_blocking(move || look(&service.warehouse))
        .await
        .map_err(|error| ApiFault::internal(error.to_string()))?
        .map_err(ApiFault::connection)
}

/// A page of everything that was found.
fn answer(
    service: &Service,
    request: &CatalogRequest,
    member: &str,
    all: Vec<Value>,
) -> Result<Value, ApiFault> {
    let most = check::within(request.max_results.unwrap_or(PAGE), "maxResults", 0, PAGE)?;
    let most = if most == 0 { PAGE } else { most };
    let list = format!(
        "{member} {:?} {:?} {:?} {:?}",
        request.schema, request.table, request.schema_pattern, request.table_pattern
    );
    let start = service
        .next_tokens
        .place(&list, request.next_token.as_deref())?;
    let start = usize::try_from(start).unwrap_or(usize::MAX);
    let end = start.saturating_add(usize::try_from(most).unwrap_or(0));
    let more = all.len() > end;
    let page: Vec<Value> = all.into_iter().skip(start).take(end - start).collect();
    let mut answer = Map::new();
    answer.insert(member.to_owned(), page.into());
    if more {
        let token = service.next_tokens.issue(&list, end as u64);
        put(&mut answer, "NextToken", Some(token));
    }
    Ok(answer.into())
}

/// Whether a name matches a pattern with `%` and `_`.
fn matches(pattern: Option<&str>, name: &str) -> bool {
    let Some(pattern) = pattern else { return true };
    let name: Vec<char> = name.chars().collect();
    // Which lengths of the name the pattern so far can end at.
    let mut ends = vec![false; name.len() + 1];
    if let Some(start) = ends.first_mut() {
        *start = true;
    }
    for wanted in pattern.chars() {
        let mut next = vec![false; name.len() + 1];
        let mut reached = false;
        for (at, slot) in next.iter_mut().enumerate() {
            let here = ends.get(at).copied().unwrap_or(false);
            let before = at > 0 && ends.get(at - 1).copied().unwrap_or(false);
            reached |= here;
            *slot = match wanted {
                '%' => reached,
                '_' => before,
                other => before && name.get(at.wrapping_sub(1)) == Some(&other),
            };
        }
        ends = next;
    }
    ends.last().copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_as_like_does() {
        for (pattern, name) in [
            ("%", ""),
            ("%", "a"),
            ("a%", "ab"),
            ("a_c", "abc"),
            ("%b%", "abc"),
        ] {
            assert!(matches(Some(pattern), name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("", "a"),
            ("a", "ab"),
            ("_", ""),
            ("a_c", "ac"),
            ("A", "a"),
            ("%b", "abc"),
        ] {
            assert!(!matches(Some(pattern), name), "{pattern} {name}");
        }
        assert!(matches(None, "anything"));
    }
}
