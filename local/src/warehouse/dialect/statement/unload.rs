//! What UNLOAD comes down to.

use super::super::load::{BucketLocation, Packing};
use super::EngineSql;

/// How the objects are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum UnloadFormat {
    Csv,
    /// Fields without quotes and escapes, unless they are asked for.
    Delimited {
        quotes: bool,
        escape: bool,
    },
    /// Fields of these widths, in the order of the columns.
    FixedWidth(Vec<u32>),
    Parquet,
    Json,
}

/// UNLOAD with every option looked at: which rows the warehouse writes, where to, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unload {
    pub(crate) query: EngineSql,
    pub(crate) to: BucketLocation,
    pub(crate) format: UnloadFormat,
    pub(crate) delimiter: String,
    pub(crate) header: bool,
    pub(crate) null: String,
    pub(crate) packing: Packing,
    /// Ending of the names of the objects, without the dot, where one was asked for.
    pub(crate) extension: Option<String>,
    pub(crate) allow_overwrite: bool,
    pub(crate) clean_path: bool,
    pub(crate) parallel: bool,
    /// Most bytes of an object.
    pub(crate) largest: u64,
    pub(crate) manifest: bool,
    /// Whether the manifest tells of columns and numbers of rows.
    pub(crate) verbose: bool,
    pub(crate) partition_by: Vec<String>,
    /// Whether the columns of the partitions are in the objects too.
    pub(crate) include_partitions: bool,
}
