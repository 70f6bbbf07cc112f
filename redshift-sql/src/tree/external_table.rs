//! External tables (AWS page: `CREATE EXTERNAL TABLE`).

use super::{ColumnDefinition, Expression, Name, ObjectName, Query, StatementOption};

/// `create external table …`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateExternalTable {
    /// `if not exists`
    pub if_not_exists: bool,
    /// Its name, with the external schema in front.
    pub name: ObjectName,
    /// Its columns; empty where a query gives them.
    pub columns: Vec<ColumnDefinition>,
    /// `partitioned by`
    pub partitioned_by: Vec<PartitionColumn>,
    /// `row format`
    pub row_format: Option<RowFormat>,
    /// `stored as`
    pub stored_as: Option<StoredAs>,
    /// `location`
    pub location: Option<Expression>,
    /// `table properties`
    pub properties: Vec<StatementOption>,
    /// `as query`
    pub query: Option<Box<Query>>,
}

/// A column that files are parted by.
#[derive(Debug, Clone, PartialEq)]
pub enum PartitionColumn {
    /// A column of the query.
    Name(Name),
    /// A column with its type.
    Column(ColumnDefinition),
}

/// `row format …`
#[derive(Debug, Clone, PartialEq)]
pub enum RowFormat {
    /// `delimited fields terminated by ',' lines terminated by '\n'`
    Delimited(Vec<StatementOption>),
    /// `serde 'class' with serdeproperties (…)`
    Serde {
        /// The class.
        class: Expression,
        /// Its properties.
        properties: Vec<StatementOption>,
    },
}

/// `stored as …`
#[derive(Debug, Clone, PartialEq)]
pub enum StoredAs {
    /// `parquet` and the like.
    Format(Name),
    /// `inputformat 'class' outputformat 'class'`
    Classes {
        /// The class that reads.
        input: Expression,
        /// The class that writes.
        output: Expression,
    },
}
