//! Where in a step's script something went wrong.

mod find;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

pub(crate) use self::find::failed_statement;
pub use self::find::{beginning, find};

/// A place in a step's SQL file, and what stands there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file, relative to the pipeline's folder.
    pub file: String,
    /// Line in the file, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Which statement of the script, from 1.
    pub statement: u32,
    /// How many statements the script has.
    pub statements: u32,
    /// Up to three lines of the script, and one with a caret below the last.
    pub snippet: String,
    /// Values of the parameters that the statement binds or inserts.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub parameters: IndexMap<String, String>,
}

impl Place {
    /// The place as editors and terminals link it: `sql/load.sql:12:8`.
    #[must_use]
    pub fn short(&self) -> String {
        format!("{}:{}:{}", self.file, self.line, self.column)
    }
}
