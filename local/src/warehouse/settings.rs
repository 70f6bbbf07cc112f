//! How the engine is set up: once for a database, and for each connection.

use std::path::Path;

use duckdb::{Config, Connection};

use super::frozen::EngineClock;
use super::functions;
use super::path::escape_pattern;
use super::scratch::Scratch;
use super::witness::Witness;
use crate::warehouse::dialect::quote_text;

/// The engine's name of the database, which no schema may have: the engine would not know which of
/// the two `name.table` means.
pub(super) const DATABASE: &str = "sfc_database";

/// Functions, operators and views of Redshift in the engine's terms.
const REDSHIFT: &str = include_str!("redshift.sql");

/// What COPY needs beside them.
const LOADS: &str = include_str!("loads.sql");

/// Settings that a session may change while all others are locked.
const CHANGED_BY_SESSIONS: &str = "['search_path', 'TimeZone']";

/// Opens a database and prepares it; without a path, one in memory.
pub(super) fn open(
    path: Option<&Path>,
    database: &str,
    clock: &EngineClock,
    witness: &Witness,
) -> duckdb::Result<Connection> {
    // What is not built into the library is never fetched: a run must not depend on the network.
    let config = Config::default()
        .enable_autoload_extension(false)?
        .with("autoinstall_known_extensions", "false")?
        .with("allow_community_extensions", "false")?
        .with("allow_persistent_secrets", "false")?
        .with("default_null_order", "nulls_last_on_asc_first_on_desc")?;
    let connection = Connection::open_in_memory_with_flags(config)?;
    let file = match path {
        None => ":memory:",
        Some(path) => text_of(path)?,
    };
    connection.execute_batch(&format!(
        "attach {} as {DATABASE}; use {DATABASE};",
        quote_text(file)
    ))?;
    // `7 / 2` is 3. Before the macros are created: they are parsed with it.
    connection.execute_batch("set global integer_division = true; set global TimeZone = 'UTC'")?;
    functions::register(&connection, clock, witness)?;
    // One transaction: each of its own would wait for the disk.
    connection.execute_batch(&format!(
        "begin transaction;\n{}\n{LOADS}\ncommit;",
        REDSHIFT.replace("'database'", &quote_text(database))
    ))?;
    Ok(connection)
}

/// From here on the engine reads and writes the database and its scratch folder, and no statement
/// changes that. The database is among the paths that the engine allows by itself, as it is attached.
pub(super) fn close_off(connection: &Connection, scratch: &Scratch) -> duckdb::Result<()> {
    let folder = text_of(scratch.path())?;
    // The engine looks at a path as it is given, with what keeps it from being a pattern.
    let folders = [folder, &escape_pattern(folder)].map(quote_text).join(", ");
    connection.execute_batch(&format!(
        "set temp_directory = {};
         set allowed_directories = [{folders}];
         set enable_external_access = false;
         set allowed_configs = {CHANGED_BY_SESSIONS};
         set lock_configuration = true",
        quote_text(text_of(&scratch.spill())?),
    ))
}

fn text_of(path: &Path) -> duckdb::Result<&str> {
    path.to_str()
        .ok_or_else(|| duckdb::Error::InvalidPath(path.to_path_buf()))
}

/// A further connection to the same database, as a new session of Redshift starts. `main` is last in
/// the search path: it holds the operators, see `redshift.sql`.
pub(super) fn session(root: &Connection) -> duckdb::Result<Connection> {
    let connection = root.try_clone()?;
    connection.execute_batch(&format!(
        "set search_path = '{DATABASE}.public,{DATABASE}.main'"
    ))?;
    Ok(connection)
}
