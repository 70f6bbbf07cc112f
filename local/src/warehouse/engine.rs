//! An engine in memory that one warehouse after another uses: to start one takes much longer than to
//! empty it. Tests run many warehouses.

use std::path::Path;
use std::sync::Arc;

use duckdb::Connection;

use super::frozen::EngineClock;
use super::scratch::Scratch;
use super::settings::{self, DATABASE};
use super::witness::Witness;
use super::{EmbeddedWarehouse, OpenFailure, Options, open_failure, unusable};
use crate::warehouse::dialect::{quote_name, quote_text};

/// What messages call its file.
const MEMORY: &str = ":memory:";

/// Schemas that are the warehouse's own.
const KEPT: &str = "'main', 'redshift', 'information_schema', 'pg_catalog', 'public'";

/// An engine in memory, without anything of anybody's in it.
pub struct Engine {
    connection: Connection,
    scratch: Arc<Scratch>,
    clock: EngineClock,
    witness: Witness,
    database: String,
    /// Tables that the warehouse keeps for itself, in the schema `redshift`.
    tables: Vec<String>,
}

impl Engine {
    /// Starts an engine whose database has this name, with as many threads as there are cores, or
    /// with `threads`. Small statements take longer where threads wake each other.
    ///
    /// # Errors
    ///
    /// The engine does not start.
    pub fn start(database: &str, threads: Option<u32>) -> Result<Self, OpenFailure> {
        let path = Path::new(MEMORY);
        let clock = EngineClock::default();
        let witness = Witness::default();
        let connection = settings::open(None, database, &clock, &witness)
            .map_err(|error| open_failure(path, &error))?;
        if let Some(threads) = threads {
            connection
                .execute_batch(&format!("set threads = {threads}"))
                .map_err(|error| open_failure(path, &error))?;
        }
        let scratch = Scratch::of(None).map_err(|error| unusable(path, &error))?;
        settings::close_off(&connection, &scratch).map_err(|error| open_failure(path, &error))?;
        let tables = names(
            &connection,
            &format!(
                "select table_name from duckdb_tables()
                 where database_name = {} and schema_name = 'redshift'",
                quote_text(DATABASE)
            ),
        )
        .map_err(|error| open_failure(path, &error))?;
        Ok(Self {
            connection,
            scratch: Arc::new(scratch),
            clock,
            witness,
            database: database.to_owned(),
            tables,
        })
    }

    /// The only warehouse of this engine.
    ///
    /// # Errors
    ///
    /// A bucket or a system table cannot be opened.
    pub fn warehouse(self, options: Options) -> Result<EmbeddedWarehouse, OpenFailure> {
        self.clock.set(options.now);
        EmbeddedWarehouse::over(self.connection, (self.scratch, self.witness), options, None)
    }

    /// A new, empty warehouse. Whoever asks for it has let go of the one before: its tables are gone
    /// from here on. The name of the database is the engine's, whatever the options say.
    ///
    /// # Errors
    ///
    /// A statement of an earlier warehouse still holds what is to be removed, or a bucket or a system
    /// table cannot be opened. The engine is of no more use then.
    pub fn fresh(&self, options: Options) -> Result<EmbeddedWarehouse, OpenFailure> {
        let failed = |error: duckdb::Error| open_failure(Path::new(MEMORY), &error);
        self.empty().map_err(failed)?;
        self.clock.set(options.now);
        self.witness.forget();
        let connection = self.connection.try_clone().map_err(failed)?;
        connection
            .execute_batch(&format!("use {DATABASE}"))
            .map_err(failed)?;
        let options = Options {
            database: self.database.clone(),
            ..options
        };
        let shared = (Arc::clone(&self.scratch), self.witness.clone());
        EmbeddedWarehouse::over(connection, shared, options, None)
    }

    /// Removes what people and their statements made, in one transaction.
    fn empty(&self) -> duckdb::Result<()> {
        let database = quote_text(DATABASE);
        let mut undo =
            "begin transaction; drop schema public cascade; create schema public;".to_owned();
        let made = names(
            &self.connection,
            &format!(
            "select 'schema ' || '\"' || replace(schema_name, '\"', '\"\"') || '\" cascade'
             from duckdb_schemas()
             where database_name = {database} and schema_name not in ({KEPT})
             union all
             select 'macro redshift.\"' || replace(macro_name, '\"', '\"\"') || '\"' from redshift.functions
             union all
             select 'sequence redshift.\"' || replace(sequence_name, '\"', '\"\"') || '\"'
             from duckdb_sequences()
             where database_name = {database} and schema_name = 'redshift'"
            ),
        )?;
        for what in made {
            undo.push_str(&format!("drop {what};"));
        }
        for table in &self.tables {
            undo.push_str(&format!("delete from redshift.{};", quote_name(table)));
        }
        undo.push_str("commit");
        self.connection.execute_batch(&undo)
    }
}

fn names(connection: &Connection, query: &str) -> duckdb::Result<Vec<String>> {
    let mut statement = connection.prepare(query)?;
    let names = statement.query_map([], |row| row.get(0))?;
    names.collect()
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}
