//! External tables (AWS page: `CREATE EXTERNAL TABLE`).

use super::{ColumnDefinition, Expression, Name, ObjectName, Query, StatementOption};

/// `create external table …`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateExternalTable {
    pub if_not_exists: bool,
    /// Its name, with the external schema in front.
    pub name: ObjectName,
    /// Its columns; empty where a query gives them.
    pub columns: Vec<ColumnDefinition>,
    pub partitioned_by: Vec<PartitionColumn>,
    pub row_format: Option<RowFormat>,
    pub stored_as: Option<StoredAs>,
    pub location: Option<Expression>,
    pub properties: Vec<StatementOption>,
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

#[derive(Debug, Clone, PartialEq)]
pub enum RowFormat {
    /// `delimited fields terminated by ',' lines terminated by '\n'`
    Delimited(Vec<StatementOption>),
    /// `serde 'class' with serdeproperties (…)`
    Serde {
        class: Expression,
        properties: Vec<StatementOption>,
    },
}

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
