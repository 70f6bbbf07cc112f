//! What was said of an external table: where its rows are, and how they are written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::load::Packing;
use super::ExternalFormat;

/// Where the rows of an external table are, and how they are written.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct External {
    pub(crate) format: ExternalFormat,
    /// What separated fields before the format became another one.
    pub(crate) delimiter: Option<String>,
    /// Where the objects lie: `s3://bucket/prefix`, without a file's name.
    pub(crate) location: String,
    /// Lines at the start of each object that are no rows.
    pub(crate) header: u64,
    /// What stands for NULL in a text.
    pub(crate) null: String,
    /// Columns behind the others, by which objects are parted.
    pub(crate) partitioned_by: Vec<String>,
    pub(crate) partitions: Vec<ExternalPartition>,
    /// Keys in the objects of columns that are called otherwise.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) keys: BTreeMap<String, String>,
    /// How the objects are packed; none: their names say it.
    pub(crate) packing: Option<Packing>,
    /// What stands for a byte that is no character; none: `?`.
    pub(crate) replacement: Option<char>,
    /// Classes of Hive, as the catalog shows them.
    pub(crate) input_format: String,
    pub(crate) output_format: String,
    pub(crate) serde: String,
    /// TABLE PROPERTIES, as JSON.
    pub(crate) parameters: String,
    /// The objects that the rows were read from; none: they have not been read.
    pub(crate) seen: Option<String>,
}

/// A part of an external table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ExternalPartition {
    /// Of each column that objects are parted by.
    pub(crate) values: Vec<String>,
    pub(crate) location: String,
}
