//! Redshift's system tables as files: what a query over them reads on a laptop.
//!
//! A folder has one CSV file for each table, named after it. The first line holds the columns. Each is there
//! with its type, as CREATE TABLE has it (`query integer`, `"unsorted numeric(5,2)"`), or all without,
//! as UNLOAD and exports write them. Then the engine finds the types in the values. The files are read
//! whenever the warehouse is opened, and nothing of them is left when they are gone.

use std::collections::BTreeSet;
use std::path::Path;

use duckdb::Connection;

use super::path::quote_path;
use super::scratch::{Room, Scratch};
use crate::folder::{Folder, Within};
use crate::warehouse::dialect::{self, SYSTEM_TABLES, quote_name};

/// A file that stands in for a system table, and cannot.
#[derive(Debug, thiserror::Error)]
#[error("the system table in `{path}` cannot be used: {message}")]
pub struct Unusable {
    /// The file, or the folder.
    path: String,
    message: String,
}

impl Unusable {
    fn new(path: &Path, message: impl std::fmt::Display) -> Self {
        Self {
            path: path.display().to_string(),
            message: message.to_string(),
        }
    }

    /// With the names of files that people know.
    fn named(self, room: &Room) -> Self {
        Self {
            message: room.named(&self.message),
            ..self
        }
    }
}

/// Makes the tables anew; returns their names.
pub(super) fn load(
    connection: &Connection,
    scratch: &Scratch,
    within: Option<&Within>,
) -> Result<BTreeSet<String>, Unusable> {
    let run = |sql: &str, path: &Path| {
        connection
            .execute_batch(sql)
            .map_err(|error| Unusable::new(path, error))
    };
    let mut names = BTreeSet::new();
    let nowhere = Path::new(SYSTEM_TABLES);
    run(
        &format!("drop schema if exists {SYSTEM_TABLES} cascade"),
        nowhere,
    )?;
    let Some(within) = within else {
        return Ok(names);
    };
    run(&format!("create schema {SYSTEM_TABLES}"), nowhere)?;
    let at = within.bound.join(&within.inside);
    let unusable = |error: std::io::Error| Unusable::new(&at, error);
    let folder = Folder::open(within.clone()).map_err(unusable)?;
    let mut room = scratch.room().map_err(unusable)?;
    for file in folder.names(Path::new("")).map_err(unusable)? {
        let path = at.join(&file);
        let Some(name) = table_name(&path)? else {
            continue;
        };
        let lent = room
            .lend(&folder, Path::new(&file), path.display().to_string())
            .map_err(|error| Unusable::new(&path, error))?;
        let statements = statements(connection, &path, &lent, &name)
            .map_err(|unusable| unusable.named(&room))?;
        for statement in statements {
            run(&statement, &path).map_err(|unusable| unusable.named(&room))?;
        }
        names.insert(name);
    }
    Ok(names)
}

/// Name of the table that a file is; `None` for what is no CSV file.
fn table_name(path: &Path) -> Result<Option<String>, Unusable> {
    if path.extension().is_none_or(|extension| extension != "csv") {
        return Ok(None);
    }
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    let good = |name: &&str| {
        name.starts_with(|first: char| first.is_ascii_lowercase())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    match stem.filter(good) {
        Some(name) => Ok(Some(name.to_owned())),
        None => Err(Unusable::new(
            path,
            "its name must be the table's, in lower case",
        )),
    }
}

/// What makes the table of a file, which is lent to the engine under another path.
fn statements(
    connection: &Connection,
    path: &Path,
    lent: &Path,
    name: &str,
) -> Result<Vec<String>, Unusable> {
    let file = quote_path(lent).map_err(|failure| Unusable::new(path, failure))?;
    let table = format!("{SYSTEM_TABLES}.{}", quote_name(name));
    let header = header(connection, &file).map_err(|error| Unusable::new(path, error))?;
    let typed = header.iter().filter(|cell| cell.contains(' ')).count();
    if typed == 0 {
        return Ok(vec![format!(
            "create table {table} as select * from read_csv({file}, header = true)"
        )]);
    }
    if typed < header.len() {
        return Err(Unusable::new(
            path,
            "some columns have a type and some have none",
        ));
    }
    let columns: Vec<String> = header
        .iter()
        .filter_map(|cell| cell.trim().split_once(' '))
        .map(|(column, kind)| format!("{} {kind}", quote_name(column)))
        .collect();
    let create = format!("create table {table} ({})", columns.join(", "));
    let none = BTreeSet::new();
    let context = dialect::TranslationContext {
        catalog: &redshift_sql::names::NoCatalog,
        parameters: &[],
        database: "",
        system_tables: &none,
        fresh: 0,
        dates: dialect::DateStyle::default(),
        attributes_as_written: false,
        witness: None,
    };
    let translated = dialect::translate(&create, &context);
    let mut statements = match translated.map(dialect::Statement::into_bare) {
        Ok(dialect::Statement::Define(statements)) => {
            statements.into_iter().map(|sql| sql.text).collect()
        }
        Ok(_) => Vec::new(),
        Err(refusal) => return Err(Unusable::new(path, refusal)),
    };
    statements.push(format!(
        "insert into {table} select * from read_csv({file}, header = true, all_varchar = true, \
         auto_detect = false, delim = ',', quote = '\"', escape = '\"', columns = {{{}}})",
        (0..header.len())
            .map(|number| format!("'c{number}': 'VARCHAR'"))
            .collect::<Vec<_>>()
            .join(", ")
    ));
    Ok(statements)
}

/// The cells of a file's first line.
fn header(connection: &Connection, file: &str) -> duckdb::Result<Vec<String>> {
    let text = format!(
        "select unnest([*columns(*)]) from (select * from read_csv({file}, header = false, \
         all_varchar = true, delim = ',', quote = '\"', escape = '\"') limit 1)"
    );
    let mut prepared = connection.prepare(&text)?;
    let cells = prepared.query_map([], |row| row.get::<_, Option<String>>(0))?;
    cells.map(|cell| Ok(cell?.unwrap_or_default())).collect()
}
