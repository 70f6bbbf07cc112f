//! A catalog that learns from statements, in the order in which they run.
//!
//! It knows the tables that the statements made, their columns and what was changed of them since. Of
//! all other names it knows nothing, unless it is told that its list is complete.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use smol_str::SmolStr;

use super::catalog::{Catalog, CatalogAnswer, Column, Table, TableKind, key};
use super::{Binder, ResultColumns};
use crate::tree::{
    AlterTable, AlterTableKind, ColumnDefinition, CreateExternalTable, CreateTable, CreateTableAs,
    DataType, Drop, Name, ObjectKind, ObjectName, PartitionColumn, Query, Select, Statement,
    StatementKind, TableElement,
};
use crate::types::Type;

/// Beginnings of schemas and tables that Redshift itself brings (AWS page: `System tables and views
/// reference`).
const SYSTEM: &[&str] = &[
    "pg_",
    "stl_",
    "stv_",
    "svl_",
    "svv_",
    "svcs_",
    "sys_",
    "information_schema.",
];

/// Whether a table of this name, as a catalog keeps it, is one that Redshift itself brings.
pub fn is_system(name: &str) -> bool {
    SYSTEM.iter().any(|system| name.starts_with(system))
}

/// Tables that statements have made.
#[derive(Debug, Clone, Default)]
pub struct DeclaredTables {
    /// None: it was dropped.
    tables: BTreeMap<SmolStr, Option<Rc<Table>>>,
    /// What each table was first, however it changed since.
    first: BTreeMap<SmolStr, Rc<Table>>,
    /// Tables that were something else at another time.
    changed: BTreeSet<SmolStr>,
    functions: BTreeSet<SmolStr>,
    /// Whether a table that is not listed is not there.
    complete: bool,
}

impl DeclaredTables {
    /// A catalog without a table.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says that every table is listed: one that is not is a mistake.
    pub fn complete(&mut self) {
        self.complete = true;
    }

    /// Tables in the order of their names.
    pub fn tables(&self) -> impl Iterator<Item = &Rc<Table>> {
        self.tables.values().flatten()
    }

    /// The table of a key.
    pub fn get(&self, key: &str) -> Option<&Rc<Table>> {
        self.tables.get(key)?.as_ref()
    }

    /// Puts a table in.
    pub fn insert(&mut self, table: Table) {
        let table = Rc::new(table);
        let first = self.first.entry(table.name.clone());
        if *first.or_insert_with(|| Rc::clone(&table)) != table {
            self.changed.insert(table.name.clone());
        }
        self.tables.insert(table.name.clone(), Some(table));
    }

    /// The same catalog, for statements that run nobody knows when. A table may be anything in it if it was
    /// something else at another time, lived in one session alone, or was dropped.
    #[must_use]
    pub fn settled(&self) -> Self {
        let mut settled = self.clone();
        for name in self.first.keys() {
            if self.changed.contains(name) || self.get(name).is_none() {
                settled.tables.insert(name.clone(), None);
            }
        }
        settled
    }

    /// Keeps what another catalog says too; all else may be anything.
    pub(super) fn agree_with(&mut self, other: &Self) {
        for (name, table) in &mut self.tables {
            if other.tables.get(name) != Some(&*table) {
                *table = None;
            }
        }
        for name in other.tables.keys() {
            if !self.tables.contains_key(name) {
                self.tables.insert(name.clone(), None);
            }
        }
        self.functions.extend(other.functions.iter().cloned());
        self.complete &= other.complete;
    }

    /// Whether nobody knows what a table is, or that it is not there.
    pub(super) fn may_be_anything(&self, key: &str) -> bool {
        self.tables
            .get(key)
            .map_or(!self.complete, |known| known.is_none())
    }

    /// Says that a table may be anything.
    pub(super) fn not_known(&mut self, key: &str) {
        self.tables.insert(key.into(), None);
    }

    /// Any table may have been made, changed or dropped.
    pub(super) fn forget(&mut self) {
        self.tables.values_mut().for_each(|table| *table = None);
        self.complete = false;
    }

    /// Tables that live as long as a session are gone.
    pub fn end_session(&mut self) {
        self.tables.retain(|_, table| {
            table
                .as_ref()
                .is_none_or(|table| table.kind != TableKind::Temporary)
        });
    }

    /// Learns what a statement makes, changes and drops.
    pub fn learn(&mut self, statement: &Statement, parameters: &HashMap<SmolStr, Type>) {
        match &statement.kind {
            StatementKind::CreateTable(create) => self.create_table(create),
            StatementKind::CreateTableAs(create) => self.create_table_as(create, parameters),
            StatementKind::CreateView(view) => {
                let kind = TableKind::View;
                // A view that is bound late may name what is not there.
                self.of_query(&view.name, &view.columns, &view.query, kind, parameters);
            }
            StatementKind::CreateMaterializedView(view) => {
                let kind = TableKind::MaterializedView;
                self.of_query(&view.name, &[], &view.query, kind, parameters);
            }
            StatementKind::CreateExternalView(view) => {
                self.of_query(&view.name, &[], &view.query, TableKind::View, parameters);
            }
            StatementKind::CreateExternalTable(table) => self.external(table, parameters),
            StatementKind::AlterTable(alter) => self.alter(alter),
            StatementKind::Drop(drop) => self.drop(drop),
            StatementKind::CreateFunction(function) => {
                self.functions.insert(key(&function.name));
            }
            StatementKind::CreateExternalFunction(function) => {
                self.functions.insert(key(&function.name));
            }
            StatementKind::CreateModel(model) => {
                if let Some(function) = &model.function {
                    self.functions.insert(key(&function.name));
                }
            }
            // What a procedure does is not followed: it may make any table.
            StatementKind::Call(_) => self.complete = false,
            StatementKind::Query(query) => {
                if let Some(select) = selects_into(query)
                    && let Some(into) = &select.into
                    && let [name] = into.targets.as_slice()
                {
                    let kind = kind_of(name, into.temporary);
                    self.of_query(name, &[], query, kind, parameters);
                }
            }
            _ => {}
        }
    }

    fn create_table(&mut self, create: &CreateTable) {
        let key = key(&create.name);
        if create.if_not_exists && self.get(&key).is_some() {
            return;
        }
        let mut columns = Vec::new();
        let mut open = create.name.is_inserted();
        for element in &create.elements {
            match element {
                TableElement::Column(column) => columns.push(column_of(column)),
                TableElement::Like { table, .. } => match self.table(table) {
                    CatalogAnswer::Table(like) => {
                        open |= like.open;
                        columns.extend(like.columns.iter().cloned());
                    }
                    _ => open = true,
                },
                TableElement::Constraint(_) => {}
            }
        }
        self.insert(Table {
            kind: kind_of(&create.name, create.temporary),
            name: key,
            columns,
            open,
        });
    }

    fn create_table_as(&mut self, create: &CreateTableAs, parameters: &HashMap<SmolStr, Type>) {
        let kind = kind_of(&create.name, create.temporary);
        self.of_query(
            &create.name,
            &create.columns,
            &create.query,
            kind,
            parameters,
        );
    }

    /// A table or view with the columns of a query.
    fn of_query(
        &mut self,
        name: &ObjectName,
        names: &[Name],
        query: &Query,
        kind: TableKind,
        parameters: &HashMap<SmolStr, Type>,
    ) {
        let bound = Binder::new(self, parameters)
            .whole_query(query)
            .result
            .unwrap_or_default();
        let table = of_bound(key(name), names, &bound, kind);
        self.insert(table);
    }

    /// An external table: its own columns, then those that its files are parted by.
    fn external(&mut self, create: &CreateExternalTable, parameters: &HashMap<SmolStr, Type>) {
        if create.if_not_exists && self.get(&key(&create.name)).is_some() {
            return;
        }
        if let Some(query) = &create.query {
            let bound = Binder::new(self, parameters)
                .whole_query(query)
                .result
                .unwrap_or_default();
            let mut table = of_bound(key(&create.name), &[], &bound, TableKind::External);
            table.part(&create.partitioned_by);
            return self.insert(table);
        }
        let parted = create.partitioned_by.iter().map(|column| match column {
            PartitionColumn::Column(column) => column_of(column),
            PartitionColumn::Name(name) => Column::new(name.text.clone(), Type::Unknown),
        });
        self.insert(Table {
            name: key(&create.name),
            kind: TableKind::External,
            columns: create.columns.iter().map(column_of).chain(parted).collect(),
            open: create.name.is_inserted(),
        });
    }

    fn alter(&mut self, alter: &AlterTable) {
        let key = key(&alter.table);
        let Some(table) = self.get(&key) else {
            return;
        };
        let mut table = Table::clone(table);
        for action in &alter.actions {
            match &action.kind {
                AlterTableKind::AddColumn(column) => table.columns.push(column_of(column)),
                AlterTableKind::DropColumn { column, .. } => {
                    table.columns.retain(|known| known.name != column.text);
                }
                AlterTableKind::RenameColumn { column, to } => {
                    let mut columns = table.columns.iter_mut();
                    if let Some(known) = columns.find(|known| known.name == column.text) {
                        known.name = to.text.clone();
                    }
                }
                AlterTableKind::ColumnType { column, data_type } => {
                    let mut columns = table.columns.iter_mut();
                    if let Some(known) = columns.find(|known| known.name == column.text) {
                        known.kind = Type::of(&data_type.kind);
                    }
                }
                AlterTableKind::Rename(to) => {
                    self.tables.insert(key.clone(), None);
                    table.name = match key.rsplit_once('.') {
                        Some((schema, _)) => SmolStr::from(format!("{schema}.{}", to.text)),
                        None => to.text.clone(),
                    };
                }
                _ => {}
            }
        }
        self.insert(table);
    }

    fn drop(&mut self, drop: &Drop) {
        match drop.kind {
            ObjectKind::Table
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::ExternalView => {
                for name in &drop.names {
                    self.tables.insert(key(name), None);
                }
            }
            ObjectKind::Schema => {
                for name in &drop.names {
                    let schema = name.name().map_or("", |part| part.text.as_str());
                    let prefix = format!("{schema}.");
                    for (table, known) in &mut self.tables {
                        if table.starts_with(&prefix) {
                            *known = None;
                        }
                    }
                }
            }
            _ => {}
        }
    }
}

impl Catalog for DeclaredTables {
    fn table(&self, name: &ObjectName) -> CatalogAnswer {
        let key = key(name);
        match self.tables.get(&key) {
            Some(Some(table)) => CatalogAnswer::Table(Rc::clone(table)),
            // Somebody else may have made it again.
            Some(None) => CatalogAnswer::Unknown,
            None if !self.complete || is_system(&key) => CatalogAnswer::Unknown,
            None => CatalogAnswer::Absent(self.tables().map(|table| table.name.clone()).collect()),
        }
    }

    fn has_function(&self, name: &ObjectName) -> bool {
        self.functions.contains(&key(name))
    }
}

impl Table {
    /// Moves the columns that its files are parted by behind the others, in the order of PARTITIONED BY (AWS
    /// page: `CREATE EXTERNAL TABLE`, usage notes).
    fn part(&mut self, by: &[PartitionColumn]) {
        for part in by {
            let name = match part {
                PartitionColumn::Name(name) => name,
                PartitionColumn::Column(column) => &column.name,
            };
            let Some(at) = self.columns.iter().position(|one| one.name == name.text) else {
                continue;
            };
            let mut column = self.columns.remove(at);
            if let PartitionColumn::Column(given) = part {
                column.kind = column_of(given).kind;
            }
            self.columns.push(column);
        }
    }
}

/// A table with the columns of a result.
fn of_bound(name: SmolStr, names: &[Name], bound: &ResultColumns, kind: TableKind) -> Table {
    let columns = bound.columns.iter().enumerate().map(|(index, column)| {
        let given = names.get(index).map(|name| name.text.clone());
        let name = given.or_else(|| column.name.clone());
        // PostgreSQL's name for a column that has none.
        let name = name.unwrap_or_else(|| SmolStr::new_static("?column?"));
        let kind = match column.kind {
            Type::Literal | Type::Null => Type::VarChar(crate::types::DEFAULT_VARCHAR),
            kind => kind,
        };
        Column::new(name, kind)
    });
    Table {
        name,
        kind,
        columns: columns.collect(),
        open: bound.open,
    }
}

fn kind_of(name: &ObjectName, temporary: bool) -> TableKind {
    let hash = name.name().is_some_and(|part| part.text.starts_with('#'));
    if temporary || hash {
        TableKind::Temporary
    } else {
        TableKind::Table
    }
}

fn column_of(column: &ColumnDefinition) -> Column {
    Column {
        name: column.name.text.clone(),
        kind: match &column.data_type.kind {
            DataType::Inserted => Type::Unknown,
            written => Type::of(written),
        },
        optional: !column.is_not_null() || column.default().is_some(),
        identity: column.identity() == Some(false),
    }
}

/// The SELECT of a query that has INTO.
fn selects_into(query: &Query) -> Option<&Select> {
    match &query.body {
        crate::tree::Body::Select(select) if select.into.is_some() => Some(select),
        _ => None,
    }
}
