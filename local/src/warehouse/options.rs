//! What an embedded warehouse is opened with.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;

use super::isolation::Isolation;
use crate::folder::Within;

/// How [`super::EmbeddedWarehouse::open`] opens a warehouse.
#[derive(Debug, Clone)]
pub struct Options {
    /// Name of the database as statements write it (`database.schema.table`).
    pub database: String,
    /// Folders that stand in for buckets, by the bucket's name: COPY reads from them, UNLOAD writes
    /// to them.
    pub buckets: BTreeMap<String, Within>,
    /// Folder of files that stand in for Redshift's system tables, one CSV file for each.
    pub system_tables: Option<Within>,
    /// What happens to transactions that meet.
    pub isolation: Isolation,
    /// Most bytes of all results that are held in memory; older ones go to a temporary file.
    pub result_memory: usize,
    /// Folder of that file. Without it, the warehouse's; the system's for a warehouse in memory.
    pub results_folder: Option<PathBuf>,
    /// The moment at which the clock of the warehouse stands still; without it, the clock goes on.
    pub now: Option<Timestamp>,
    /// What each session's RANDOM begins with, as by SET `seed`: from -1 to 1.
    pub seed: Option<f64>,
    /// Whether [`super::EmbeddedWarehouse::taken`] is to know which branches were taken.
    pub witness: bool,
    /// Whether a foreign key may point to a table that is not there, as in a test that does not give it.
    pub absent_keys: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            database: "dev".to_owned(),
            buckets: BTreeMap::new(),
            system_tables: None,
            isolation: Isolation::default(),
            result_memory: 8 * 1024 * 1024,
            results_folder: None,
            now: None,
            seed: None,
            witness: false,
            absent_keys: false,
        }
    }
}

impl Options {
    /// These options with `folder` standing in for the bucket of that name.
    #[must_use]
    pub fn bucket(mut self, name: impl Into<String>, folder: impl Into<Within>) -> Self {
        self.buckets.insert(name.into(), folder.into());
        self
    }

    /// These options with that name of the database.
    #[must_use]
    pub fn database(mut self, name: impl Into<String>) -> Self {
        self.database = name.into();
        self
    }
}
