//! Files that declare the tables which no step makes.

use schemars::JsonSchema;
use serde::Deserialize;

/// The path of a SQL file, or a list of paths.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Sources {
    /// One file.
    One(#[schemars(example = &"sources.sql")] String),
    /// Several files.
    Several(Vec<String>),
}

impl Sources {
    /// The paths, in order.
    pub fn paths(&self) -> &[String] {
        match self {
            Self::One(path) => std::slice::from_ref(path),
            Self::Several(paths) => paths,
        }
    }
}
