//! The types of a query's columns and what it reads, by the front end's binder over this database.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use redshift_sql::names::{
    Binder, Catalog, CatalogAnswer, Column, Findings, Table, TableKind, is_system,
};
use redshift_sql::tree::{Body, ExpressionKind, ObjectName, Query, SelectItem};
use redshift_sql::types::{DEFAULT_VARCHAR, MAX_VARCHAR, Type};
use redshift_sql::{SmolStr, Span};

use super::ExistingRelation;
use crate::warehouse::dialect::{DeclaredRead, quote_name};
use crate::warehouse::scope::StatementScope;

/// The columns of a query and what it reads.
pub(super) struct BoundColumns {
    /// Types by position; unknown ones where nobody can tell, none where their number is unknown.
    pub(super) types: Option<Vec<Type>>,
    pub(super) reads: Vec<DeclaredRead>,
    /// Relations that it reads and that are not there: schema, name and the columns it reads.
    pub(super) missing: Vec<DeclaredRead>,
}

/// Binds a query: the types of its columns, and the tables that it reads.
pub(super) fn bind(scope: &StatementScope<'_>, query: &Query) -> BoundColumns {
    let catalog = Existing {
        scope,
        found: RefCell::default(),
    };
    let parameters = HashMap::new();
    let findings = Binder::new(&catalog, &parameters).whole_query(query);
    let types = findings.result.as_ref().filter(|result| !result.open);
    let types = types.map(|result| {
        let columns = result.columns.iter().enumerate();
        columns
            .map(|(number, column)| stored(column.kind, query, number))
            .collect()
    });
    let found = catalog.found.borrow();
    BoundColumns {
        types,
        reads: reads(&findings, &found),
        missing: missing(&findings, &found),
    }
}

/// A table that a query names without its schema, as it is written. `text` is the query's own.
pub(super) fn unqualified<'a>(
    scope: &StatementScope<'_>,
    query: &Query,
    text: &'a str,
) -> Option<&'a str> {
    let catalog = Existing {
        scope,
        found: RefCell::default(),
    };
    let parameters = HashMap::new();
    let findings = Binder::new(&catalog, &parameters).whole_query(query);
    let mut tables = findings.reads.iter().filter(|read| !is_system(&read.name));
    tables.find_map(|read| {
        let start = read.span.start.checked_sub(query.span.start)?;
        let end = read.span.end.checked_sub(query.span.start)?;
        let written = text.get(start as usize..end as usize)?;
        (!written.is_empty() && !written.contains('.')).then_some(written)
    })
}

/// Where a relation is named that a query reads, and which it is.
pub(super) fn places(scope: &StatementScope<'_>, query: &Query) -> Vec<(Span, ExistingRelation)> {
    let catalog = Existing {
        scope,
        found: RefCell::default(),
    };
    let parameters = HashMap::new();
    let findings = Binder::new(&catalog, &parameters).whole_query(query);
    let found = catalog.found.borrow();
    findings
        .reads
        .iter()
        .filter_map(|read| Some((read.span, found.get(&read.name)?.clone()?)))
        .collect()
}

/// The type in which a value is stored: a literal is a text of its length.
fn stored(kind: Type, query: &Query, number: usize) -> Type {
    match kind {
        Type::Literal | Type::Null => {
            Type::VarChar(literal(query, number).unwrap_or(DEFAULT_VARCHAR))
        }
        Type::VarChar(length) if length > MAX_VARCHAR => Type::VarChar(MAX_VARCHAR),
        other => other,
    }
}

/// The length of the literal that a column is.
fn literal(query: &Query, number: usize) -> Option<u32> {
    let Body::Select(select) = &query.body else {
        return None;
    };
    let item: &SelectItem = select.items.get(number)?;
    match &item.expression.bare().kind {
        ExpressionKind::Text(text) => u32::try_from(text.len()).ok().map(|length| length.max(1)),
        _ => None,
    }
}

/// The relations that a query reads, and which of their columns.
fn reads(
    findings: &Findings,
    found: &BTreeMap<SmolStr, Option<ExistingRelation>>,
) -> Vec<DeclaredRead> {
    let names: BTreeSet<&SmolStr> = findings.reads.iter().map(|read| &read.name).collect();
    names
        .into_iter()
        .filter_map(|name| {
            let relation = found.get(name)?.as_ref()?;
            Some(DeclaredRead {
                schema: relation.schema.clone(),
                name: relation.name.clone(),
                columns: columns_of(findings, name),
            })
        })
        .collect()
}

/// The relations that a query reads and that are not there.
fn missing(
    findings: &Findings,
    found: &BTreeMap<SmolStr, Option<ExistingRelation>>,
) -> Vec<DeclaredRead> {
    let names: BTreeSet<&SmolStr> = findings.reads.iter().map(|read| &read.name).collect();
    names
        .into_iter()
        .filter(|name| found.get(*name).is_none_or(Option::is_none) && !is_system(name))
        .map(|name| {
            let (schema, table) = name.split_once('.').unwrap_or(("", name));
            DeclaredRead {
                schema: schema.to_owned(),
                name: table.to_owned(),
                columns: columns_of(findings, name),
            }
        })
        .collect()
}

/// The columns that a query reads of a relation.
fn columns_of(findings: &Findings, relation: &SmolStr) -> Vec<String> {
    let result = findings.result.iter().flat_map(|result| &result.columns);
    let sources = result.flat_map(|column| column.sources.iter());
    let columns: BTreeSet<&SmolStr> = sources
        .chain(&findings.influences)
        .filter(|source| source.table == *relation)
        .map(|source| &source.column)
        .collect();
    columns.into_iter().map(SmolStr::to_string).collect()
}

/// The relations of this database, each looked up once.
struct Existing<'a> {
    scope: &'a StatementScope<'a>,
    found: RefCell<BTreeMap<SmolStr, Option<ExistingRelation>>>,
}

impl Catalog for Existing<'_> {
    fn table(&self, name: &ObjectName) -> CatalogAnswer {
        let key = name.key();
        let mut found = self.found.borrow_mut();
        let relation = found.entry(key.clone()).or_insert_with(|| {
            let mut quoted = name
                .name()
                .map_or_else(String::new, |name| quote_name(&name.text));
            if let Some(schema) = name.schema() {
                quoted = format!("{}.{quoted}", quote_name(&schema.text));
            }
            super::find(self.scope, &quoted).ok().flatten()
        });
        match relation {
            None => CatalogAnswer::Unknown,
            Some(relation) => CatalogAnswer::Table(Rc::new(table(key, relation))),
        }
    }

    fn has_function(&self, _name: &ObjectName) -> bool {
        true
    }
}

fn table(name: SmolStr, relation: &ExistingRelation) -> Table {
    let columns = relation.declaration.columns.iter();
    Table {
        name,
        kind: match (relation.is_view, relation.schema.is_empty()) {
            (true, _) => TableKind::View,
            (false, true) => TableKind::Temporary,
            (false, false) => TableKind::Table,
        },
        columns: columns
            .map(|column| {
                let kind = column.known_type().unwrap_or(Type::Unknown);
                Column::new(column.name.as_str(), kind)
            })
            .collect(),
        open: false,
    }
}
