//! What statements of external tables come down to.

use redshift_sql::tree::Query;
use redshift_sql::types::Type;

use super::super::external::{External, ExternalWritten};
use super::EngineSql;

/// What CREATE EXTERNAL TABLE AS makes. The columns are those of the query.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ExternalAs {
    pub(crate) name: String,
    pub(crate) if_not_exists: bool,
    pub(crate) external: External,
    /// The columns by which objects are parted, with the types that were given to them.
    pub(crate) parted: Vec<(String, Option<Type>)>,
    pub(crate) query: EngineSql,
    /// For the types of its columns.
    pub(crate) tree: Box<Query>,
}

/// What changes of an external table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ExternalChange {
    Add {
        if_not_exists: bool,
        partitions: Vec<(PartitionValues, String)>,
    },
    Drop(PartitionValues),
    Place {
        partition: PartitionValues,
        location: String,
    },
    Location(String),
    Format(ExternalWritten),
    Properties(Vec<(String, String)>),
}

/// Columns and their values.
pub(crate) type PartitionValues = Vec<(String, String)>;
