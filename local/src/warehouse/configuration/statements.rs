//! SET, RESET, SHOW and SET_CONFIG.

use super::exists;
use crate::warehouse::dialect::{EngineSql, SetConfig, configuration, quote_text};
use crate::warehouse::failure::StatementFailure;
use crate::warehouse::outcome::StatementOutcome;
use crate::warehouse::query::query;
use crate::warehouse::scope::StatementScope;

/// `set name to value`
pub(in crate::warehouse) fn set(
    scope: &StatementScope<'_>,
    name: &str,
    value: Option<&str>,
    local: bool,
) -> Result<(), StatementFailure> {
    let configuration = &scope.session.configuration;
    let saved = configuration.save();
    if let Some(value) = value.filter(|_| name == "search_path") {
        for schema in configuration::path(value) {
            if schema != "$user" && !exists(scope.connection, &schema)? {
                return Err(StatementFailure::Engine(format!(
                    "schema \"{schema}\" does not exist"
                )));
            }
        }
    }
    configuration.set(name, value.map(|value| Some(value.to_owned())), local);
    let Err(failure) = configuration.tell(scope.connection) else {
        return Ok(());
    };
    configuration.restore(saved);
    Err(match value.filter(|_| name == "timezone") {
        Some(zone) => StatementFailure::Engine(format!("time zone \"{zone}\" not recognized")),
        None => failure,
    })
}

/// `reset name`; without a name, all.
pub(in crate::warehouse) fn reset(
    scope: &StatementScope<'_>,
    name: Option<&str>,
) -> Result<(), StatementFailure> {
    let configuration = &scope.session.configuration;
    match name {
        Some(name) => configuration.reset(name),
        None => configuration.reset_all(),
    }
    configuration.tell(scope.connection)
}

/// `show name`: one row; `show all`: a row for each setting.
pub(in crate::warehouse) fn show(
    scope: &StatementScope<'_>,
    name: Option<&str>,
) -> Result<StatementOutcome, StatementFailure> {
    let configuration = &scope.session.configuration;
    let value = |value: Option<&str>| value.map_or("null::varchar".to_owned(), quote_text);
    let text = match name {
        Some(name) => format!(
            "select {} as {}",
            value(configuration.value(name).as_deref()),
            crate::warehouse::dialect::quote_name(name)
        ),
        None => {
            let rows: Vec<String> = configuration
                .all()
                .iter()
                .map(|(name, setting)| {
                    format!("({}, {})", quote_text(name), value(setting.as_deref()))
                })
                .collect();
            format!(
                "select * from (values {}) as settings(name, setting) order by name",
                rows.join(", ")
            )
        }
    };
    rows(scope, &EngineSql::plain(text))
}

fn rows(scope: &StatementScope<'_>, sql: &EngineSql) -> Result<StatementOutcome, StatementFailure> {
    let rows = query(scope, sql)?;
    Ok(StatementOutcome {
        count: Some(rows.total),
        rows: Some(rows),
    })
}

/// `select set_config(name, value, is_local)`: returns the values as they are set.
pub(in crate::warehouse) fn set_config(
    scope: &StatementScope<'_>,
    all: &[SetConfig],
) -> Result<StatementOutcome, StatementFailure> {
    let mut columns = Vec::with_capacity(all.len());
    for one in all {
        let [name, value, local] = arguments(scope, &one.arguments)?;
        let (Some(name), Some(value)) = (name, value) else {
            return Err(StatementFailure::Refused(
                "SET_CONFIG takes a name and a value that are not NULL".to_owned(),
            ));
        };
        let name = name.to_lowercase();
        let kept = configuration::value_of_text(&name, &value)?;
        set(scope, &name, Some(&kept), local.as_deref() == Some("true"))?;
        columns.push(format!(
            "{} as {}",
            quote_text(&kept),
            crate::warehouse::dialect::quote_name(&one.column)
        ));
    }
    rows(
        scope,
        &EngineSql::plain(format!("select {}", columns.join(", "))),
    )
}

fn arguments(
    scope: &StatementScope<'_>,
    sql: &EngineSql,
) -> Result<[Option<String>; 3], StatementFailure> {
    let mut prepared = scope.connection.prepare(&sql.text)?;
    let values = duckdb::params_from_iter(scope.values(sql)?);
    Ok(prepared.query_row(values, |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))?)
}
