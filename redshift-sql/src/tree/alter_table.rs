//! Changes of tables (AWS pages: `ALTER TABLE`, `ALTER TABLE APPEND`).

use super::{
    Behavior, ColumnDefinition, DistStyle, Encoding, Expression, Name, ObjectName, SortKey,
    StatementOption, TableConstraint, TypeName,
};
use crate::Span;

#[derive(Debug, Clone, PartialEq)]
pub struct AlterTable {
    /// The table; a view where it is renamed or gets another owner.
    pub table: ObjectName,
    /// What changes: one action, or those that Redshift takes together; never empty.
    pub actions: Vec<AlterTableAction>,
}

/// One change of a table, and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterTableAction {
    pub span: Span,
    pub kind: AlterTableKind,
}

#[derive(Debug, Clone, PartialEq)]
pub enum AlterTableKind {
    AddColumn(Box<ColumnDefinition>),
    /// `drop [column] name [cascade | restrict]`
    DropColumn {
        column: Name,
        /// What becomes of what depends on it.
        behavior: Option<Behavior>,
    },
    /// `rename column name to name`
    RenameColumn {
        column: Name,
        to: Name,
    },
    Rename(Name),
    Owner(Name),
    /// `add [constraint name] …`
    AddConstraint(TableConstraint),
    /// `drop constraint name [cascade | restrict]`
    DropConstraint {
        constraint: Name,
        /// What becomes of what depends on it.
        behavior: Option<Behavior>,
    },
    /// `alter column name type varchar(n)`
    ColumnType {
        column: Name,
        data_type: Box<TypeName>,
    },
    /// `alter column name encode …`
    ColumnEncoding {
        column: Name,
        encoding: Encoding,
    },
    /// `alter distkey column`, `alter diststyle key distkey column`, `alter diststyle all`
    Distribution {
        /// How rows are spread.
        style: DistStyle,
        /// By which column, where they are spread by a key.
        key: Option<Name>,
    },
    SortKey(SortKey),
    EncodeAuto,
    /// `alter autorefresh = true`, of a materialized view.
    AutoRefresh(bool),
    /// `row level security { on | off } [conjunction type { and | or }] [for datashares]`
    RowLevelSecurity(RowLevelSecurity),
    /// `masking { on | off } for datashares`
    MaskingForDatashares(bool),
    /// `set location 's3://…'`
    Location(Expression),
    /// `set file format parquet`
    FileFormat(Name),
    /// `set table properties ('name' = 'value')`
    Properties(Vec<StatementOption>),
    /// `add [if not exists] partition (…) location '…' [partition …]`
    AddPartitions {
        if_not_exists: bool,
        partitions: Vec<(PartitionClause, Expression)>,
    },
    DropPartition(PartitionClause),
    /// `partition (…) set location '…'`
    PartitionLocation {
        partition: PartitionClause,
        /// Where its files lie.
        location: Expression,
    },
}

/// How policies hold for the rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowLevelSecurity {
    pub on: bool,
    /// `conjunction type or` is true, `conjunction type and` false.
    pub any_policy: Option<bool>,
    pub for_datashares: bool,
}

/// `(column = value, …)`
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionClause {
    /// Its place, brackets included.
    pub span: Span,
    pub values: Vec<(Name, Expression)>,
}

/// `alter table target append from source [ignoreextra | filltarget]`
#[derive(Debug, Clone, PartialEq)]
pub struct AlterTableAppend {
    /// The table that gets the rows.
    pub target: ObjectName,
    /// The table that loses them.
    pub source: ObjectName,
    /// `ignoreextra`: columns that the target does not have are dropped.
    pub ignore_extra: bool,
    /// `filltarget`: columns that the source does not have become null or their default.
    pub fill_target: bool,
}
