//! What tables there are.

use std::rc::Rc;

use smol_str::SmolStr;

use super::own_function::OwnFunction;
use crate::tree::ObjectName;
use crate::types::Type;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Name of the column, folded as Redshift folds it.
    pub name: SmolStr,
    /// Type of the column; [`Type::Unknown`] where nobody knows.
    pub kind: Type,
    /// Whether INSERT may leave it out: it has a default, is an identity, or may be null.
    pub optional: bool,
    /// Whether it is an identity, which INSERT gives no value.
    pub identity: bool,
}

impl Column {
    /// A column that may be left out.
    pub fn new(name: impl Into<SmolStr>, kind: Type) -> Self {
        Self {
            name: name.into(),
            kind,
            optional: true,
            identity: false,
        }
    }
}

/// What a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// A table of rows.
    Table,
    /// A view, whose query is run each time.
    View,
    /// A view whose rows are stored.
    MaterializedView,
    /// A table that lives as long as its session.
    Temporary,
    /// A table of an external schema.
    External,
    /// A table or view of the catalog.
    System,
}

/// A table, view or the like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// `schema.name`, or `name` in the schema `public`.
    pub name: SmolStr,
    /// Table, view, or what else has its name.
    pub kind: TableKind,
    /// Its columns in order, as far as they are known.
    pub columns: Vec<Column>,
    /// Whether it may have columns that are not listed.
    pub open: bool,
}

/// What a catalog says of a name.
#[derive(Debug, Clone)]
pub enum CatalogAnswer {
    /// There it is, with its columns.
    Table(Rc<Table>),
    /// There may be such a table.
    Unknown,
    /// There is none; names of tables that are near.
    Absent(Vec<SmolStr>),
}

/// The tables, views and functions that statements may name.
pub trait Catalog {
    /// The table of a name, as it is written.
    fn table(&self, name: &ObjectName) -> CatalogAnswer;

    /// Whether there may be a function of that name that the table of functions does not have:
    /// somebody's own.
    fn has_function(&self, name: &ObjectName) -> bool;

    /// The type that a column was declared with, where [`Catalog::table`] does not tell the length of a
    /// text. `table` is a name as the catalog keeps it, see [`ObjectName::key`].
    fn declared(&self, _table: &str, _column: &str) -> Option<Type> {
        None
    }

    /// The columns that the warehouse numbers, and that no statement gives a value. `table` is a name as the
    /// catalog keeps it, see [`ObjectName::key`].
    fn numbered(&self, _table: &str) -> Vec<String> {
        Vec::new()
    }

    /// Whether the table is a materialized view, whose rows no statement changes.
    fn is_materialized(&self, _name: &ObjectName) -> bool {
        false
    }

    /// The functions in SQL that share a name, as far as their types are known.
    fn functions(&self, _name: &ObjectName) -> Vec<OwnFunction> {
        Vec::new()
    }
}

/// A catalog that knows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoCatalog;

impl Catalog for NoCatalog {
    fn table(&self, _name: &ObjectName) -> CatalogAnswer {
        CatalogAnswer::Unknown
    }

    fn has_function(&self, _name: &ObjectName) -> bool {
        false
    }
}

/// The name of a table as a catalog keeps it: in lower case, with its schema unless that is
/// `public`, without the database.
///
/// `Public.Sales` is `sales`, `dev.staging.t` is `staging.t`.
pub(crate) fn key(name: &ObjectName) -> SmolStr {
    let table = name.name().map_or("", |part| part.text.as_str());
    match name.schema() {
        Some(schema) if !schema.is("public") => SmolStr::from(format!("{}.{table}", schema.text)),
        _ => SmolStr::new(table),
    }
}

impl ObjectName {
    /// The name as a catalog keeps it: in lower case, with its schema unless that is `public`,
    /// without the database.
    ///
    /// `Public.Sales` is `sales`, `dev.staging.t` is `staging.t`.
    pub fn key(&self) -> SmolStr {
        key(self)
    }
}
