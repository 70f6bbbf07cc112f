//! The settings of a session, with their transactions (AWS pages: `SET`, `RESET`, `SHOW`, `SET_CONFIG`,
//! `CURRENT_SETTING`).
//!
//! A SET of a transaction that is rolled back is undone, and SET LOCAL ends with its transaction.
//! What the engine must know is told to it: the search path, the time zone, and a map of all
//! settings. CURRENT_SETTING reads that map wherever it stands, views included.

mod statements;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use duckdb::Connection;

use super::failure::StatementFailure;
use crate::warehouse::dialect::{DateStyle, USER, configuration, engine_zone, quote_text};

pub(super) use statements::{reset, set, set_config, show};

/// Values of settings that are not their defaults; of a context variable that was reset, NULL.
type Values = BTreeMap<String, Option<String>>;

/// The settings of a session.
#[derive(Debug, Default)]
pub(super) struct SessionSettings {
    now: RefCell<Values>,
    /// Those that hold if the transaction is rolled back.
    before: RefCell<Values>,
    /// Those that hold when it is committed: without SET LOCAL.
    after: RefCell<Values>,
    /// Whether the engine knows them.
    told: Cell<bool>,
}

/// All values of a moment, to go back to.
#[derive(Debug, Clone)]
pub(super) struct Saved(Values);

impl SessionSettings {
    /// The value of a setting; nothing of a variable that is not set or was reset.
    fn value(&self, name: &str) -> Option<String> {
        if let Some(value) = self.now.borrow().get(name) {
            return value.clone();
        }
        let mut defaults = configuration::defaults();
        let found = defaults.find(|(known, _)| *known == name);
        found.map(|(_, default)| default.to_owned())
    }

    /// The form of dates.
    pub(super) fn date_style(&self) -> DateStyle {
        let value = self.value("datestyle").unwrap_or_default();
        DateStyle::read(&value).unwrap_or_default()
    }

    /// Whether attributes of SUPER values have the letters that they are written with.
    pub(super) fn attributes_as_written(&self) -> bool {
        self.value("enable_case_sensitive_super_attribute")
            .as_deref()
            == Some("on")
    }

    /// How long a statement may take; nothing without an end.
    pub(super) fn statement_timeout(&self) -> Option<Duration> {
        let value = self.value("statement_timeout")?;
        let milliseconds = value.parse().ok().filter(|number| *number > 0)?;
        Some(Duration::from_millis(milliseconds))
    }

    /// Whether names of columns are shown in upper case.
    pub(super) fn upper_case(&self) -> bool {
        self.value("describe_field_name_in_uppercase").as_deref() == Some("on")
    }

    /// The least level of what procedures say that is kept.
    pub(super) fn least_message(&self) -> String {
        self.value("stored_proc_log_min_messages")
            .unwrap_or_default()
    }

    fn set(&self, name: &str, value: Option<Option<String>>, local: bool) {
        let change = |values: &RefCell<Values>| {
            let mut values = values.borrow_mut();
            match &value {
                Some(value) => values.insert(name.to_owned(), value.clone()),
                None => values.remove(name),
            };
        };
        change(&self.now);
        if !local {
            change(&self.after);
        }
        self.told.set(false);
    }

    fn reset(&self, name: &str) {
        // "Resets a session context variable to NULL" (AWS page: `RESET`).
        let value = configuration::is_variable(name).then_some(None);
        self.set(name, value, false);
    }

    fn reset_all(&self) {
        let names: Vec<String> = self.now.borrow().keys().cloned().collect();
        for name in names {
            self.reset(&name);
        }
    }

    pub(super) fn began(&self) {
        let now = self.now.borrow();
        self.before.replace(now.clone());
        self.after.replace(now.clone());
    }

    pub(super) fn ended(&self, committed: bool) {
        let values = if committed { &self.after } else { &self.before };
        let values = values.borrow().clone();
        if values != *self.now.borrow() {
            self.now.replace(values.clone());
            self.told.set(false);
        }
        self.before.replace(values.clone());
        self.after.replace(values);
    }

    /// What holds now, and what it will be when the transaction ends, to go back to.
    pub(super) fn save(&self) -> Saved {
        Saved(self.now.borrow().clone())
    }

    /// Goes back to what was saved, in this transaction as behind it.
    pub(super) fn restore(&self, saved: Saved) {
        self.after.replace(saved.0.clone());
        self.now.replace(saved.0);
        self.told.set(false);
    }

    /// Tells the engine, where it does not know them.
    pub(super) fn tell(&self, connection: &Connection) -> Result<(), StatementFailure> {
        if self.told.get() {
            return Ok(());
        }
        let zone = self.value("timezone").unwrap_or_default();
        let path = self.value("search_path").unwrap_or_default();
        let path = engine_path(connection, &configuration::path(&path))?;
        connection.execute_batch(&format!(
            "set search_path = {}; set TimeZone = {}; set variable redshift_settings = {}",
            quote_text(&path),
            quote_text(&engine_zone(&zone)?),
            map(&self.all())
        ))?;
        // What was prepared holds the values of that moment.
        connection.flush_prepared_statement_cache();
        self.told.set(true);
        Ok(())
    }

    /// All settings and their values, by name.
    fn all(&self) -> Values {
        let defaults = configuration::defaults();
        let mut all: Values = defaults
            .map(|(name, value)| (name.to_owned(), Some(value.to_owned())))
            .collect();
        all.extend(self.now.borrow().clone());
        all
    }
}

fn map(values: &Values) -> String {
    let list = |texts: Vec<String>| format!("[{}]::varchar[]", texts.join(", "));
    let names = values.keys().map(|name| quote_text(name)).collect();
    let values = values
        .values()
        .map(|value| value.as_deref().map_or("null".to_owned(), quote_text))
        .collect();
    format!("map({}, {})", list(names), list(values))
}

/// Names of schemas as the engine takes them: those that there are. `main` is last: it holds the
/// operators.
fn engine_path(connection: &Connection, schemas: &[String]) -> Result<String, StatementFailure> {
    let mut path = Vec::new();
    for schema in schemas {
        let schema = if schema == "$user" { USER } else { schema };
        if schema != "pg_catalog" && exists(connection, schema)? {
            path.push(schema.to_owned());
        }
    }
    path.push("main".to_owned());
    let mut path: Vec<String> = path
        .iter()
        .map(|schema| {
            format!(
                "{}.{}",
                super::settings::DATABASE,
                crate::warehouse::dialect::quote_name(schema)
            )
        })
        .collect();
    path.dedup();
    Ok(path.join(","))
}

fn exists(connection: &Connection, schema: &str) -> Result<bool, StatementFailure> {
    if schema == "public" || schema == "pg_catalog" {
        return Ok(true);
    }
    let mut prepared = connection.prepare_cached(
        "select count(*) > 0 from duckdb_schemas()
         where database_name = $1 and schema_name = $2 and not internal",
    )?;
    let found = prepared.query_row([super::settings::DATABASE, schema], |row| row.get(0))?;
    Ok(found)
}
