//! What CREATE keeps: the declaration of a table or view.

use redshift_sql::tree::{Query, TableAttributes};
use redshift_sql::types::Type;

use super::bind::{self, BoundColumns};
use super::{ExistingRelation, find, foreign, late};
use crate::warehouse::columns::parts;
use crate::warehouse::dialect::{
    DeclaredColumn, DeclaredRelation, DeclaredView, KeyKind, ViewKind, quote_name,
};
use crate::warehouse::failure::StatementFailure;
use crate::warehouse::scope::StatementScope;

/// A relation that a statement makes.
pub(in crate::warehouse) struct NewRelation<'a> {
    pub(in crate::warehouse) name: &'a str,
    pub(in crate::warehouse) temporary: bool,
    pub(in crate::warehouse) attributes: &'a TableAttributes,
}

impl NewRelation<'_> {
    /// The schema that it is made in; empty: it is temporary.
    fn schema(&self, scope: &StatementScope<'_>) -> Result<String, StatementFailure> {
        if self.temporary {
            return Ok(String::new());
        }
        if let Some(schema) = parts(self.name).0 {
            return Ok(schema);
        }
        let found = scope.texts::<1>("select current_schema()", &[])?;
        let schema = found.into_iter().next().and_then(|[schema]| schema);
        Ok(schema.unwrap_or_else(|| "public".to_owned()))
    }

    /// Keeps what was said of it, now that its columns are known.
    fn keep(
        &self,
        scope: &StatementScope<'_>,
        is_view: bool,
        mut declaration: DeclaredRelation,
    ) -> Result<(), StatementFailure> {
        let name = parts(self.name).1;
        declaration.lay_out(self.attributes);
        lies_by_its_columns(&declaration)?;
        declaration.name_keys(&name);
        if !is_view {
            declaration.encode();
        }
        let schema = self.schema(scope)?;
        let mut keys = declaration.keys.iter();
        let own_primary = keys
            .find(|key| key.kind == KeyKind::Primary)
            .map(|key| key.columns.clone());
        for key in &mut declaration.keys {
            if let Some((other, table)) = &mut key.table {
                (*other, *table) = referenced(scope, &schema, &name, table)?;
            }
            if key.kind == KeyKind::Foreign && key.references.is_empty() {
                // "If no column is named, the primary key of the other table", which may be this one.
                let is_own = key
                    .table
                    .as_ref()
                    .is_some_and(|(other, table)| *other == schema && *table == name);
                let primary = if is_own {
                    own_primary.clone()
                } else {
                    primary_key(scope, key.table.as_ref())?
                };
                key.references = primary.unwrap_or_default();
            }
        }
        let relation = ExistingRelation {
            schema,
            name,
            is_view,
            declaration,
        };
        for key in &relation.declaration.keys {
            foreign::points(scope, &relation, key)?;
        }
        relation.keep(scope)
    }
}

/// The columns of DISTKEY and SORTKEY are the table's own. Those of a query are known only now.
fn lies_by_its_columns(declaration: &DeclaredRelation) -> Result<(), StatementFailure> {
    let mut keys = declaration.distkey.iter().chain(&declaration.sortkey);
    let missing = keys.find(|key| {
        let mut columns = declaration.columns.iter();
        !columns.any(|column| column.name == **key)
    });
    match missing {
        None => Ok(()),
        Some(key) => Err(StatementFailure::Engine(format!(
            "column \"{key}\" does not exist: DISTKEY and SORTKEY name columns of the table"
        ))),
    }
}

/// Keeps what CREATE TABLE said.
pub(in crate::warehouse) fn table(
    scope: &StatementScope<'_>,
    made: &NewRelation<'_>,
    like: Option<&str>,
    declaration: &DeclaredRelation,
) -> Result<(), StatementFailure> {
    let mut declaration = declaration.clone();
    if let Some(like) = like
        && let Some(other) = find(scope, like)?
    {
        inherit(scope, made, &mut declaration, other)?;
    }
    made.keep(scope, false, declaration)
}

/// "The new table inherits" columns, NOT NULL, distribution and order "of the other"; no keys and no
/// identity (AWS page: `CREATE TABLE`, LIKE). The engine knows which defaults came along.
fn inherit(
    scope: &StatementScope<'_>,
    made: &NewRelation<'_>,
    declaration: &mut DeclaredRelation,
    other: ExistingRelation,
) -> Result<(), StatementFailure> {
    let rows = scope.texts::<1>(
        "select column_name from duckdb_columns()
         where table_name = $1 and column_default is not null and column_default <> 'NULL'
           and case when $2 = '' then database_name = 'temp'
                    else database_name = 'sfc_database' and schema_name = $2 end",
        &[&parts(made.name).1, &made.schema(scope)?],
    )?;
    let defaults: Vec<String> = rows.into_iter().filter_map(|[name]| name).collect();
    let own = std::mem::take(&mut declaration.columns);
    let columns = other.declaration.columns.into_iter();
    declaration.columns = columns
        .map(|column| DeclaredColumn {
            default: column.default.filter(|_| defaults.contains(&column.name)),
            identity: None,
            by_default: false,
            comment: None,
            ..column
        })
        .chain(own)
        .collect();
    declaration.distribution = other.declaration.distribution;
    declaration.distkey = other.declaration.distkey;
    declaration.sortkey = other.declaration.sortkey;
    declaration.interleaved = other.declaration.interleaved;
    declaration.unsorted = other.declaration.unsorted;
    declaration.encoded |= other.declaration.encoded;
    Ok(())
}

/// A materialized view reads no standard view and no temporary table (AWS page: `CREATE MATERIALIZED
/// VIEW`, "Limitations").
fn reads_tables(scope: &StatementScope<'_>, query: &Query) -> Result<(), StatementFailure> {
    for (_, relation) in bind::places(scope, query) {
        let what = match (relation.is_view, relation.schema.is_empty()) {
            (true, _) => "a view: write the query of the view instead of its name",
            (false, true) => "a temporary table: read a permanent one",
            (false, false) => continue,
        };
        return Err(StatementFailure::Engine(format!(
            "a materialized view cannot read {}, which is {what}",
            relation.name
        )));
    }
    Ok(())
}

/// Runs what makes a table or view of a query, and keeps the types of its columns. The query is bound
/// before: a temporary table may hide one that it reads.
pub(in crate::warehouse) fn query(
    scope: &StatementScope<'_>,
    made: &NewRelation<'_>,
    names: &[String],
    query: &Query,
    view: Option<&DeclaredView>,
    make: impl FnOnce() -> Result<(), StatementFailure>,
) -> Result<(), StatementFailure> {
    if view.is_some_and(|view| view.kind == ViewKind::Materialized) {
        reads_tables(scope, query)?;
    }
    // AWS page: `CREATE VIEW`, WITH NO SCHEMA BINDING.
    if let Some(view) = view
        && view.kind == ViewKind::Late
        && let Some(name) = bind::unqualified(scope, query, &view.query)
    {
        return Err(StatementFailure::Engine(format!(
            "All the relation names inside should be qualified when creating VIEW WITH NO SCHEMA \
             BINDING: write the schema in front of `{name}`, such as `public.{name}`"
        )));
    }
    let before = match view {
        Some(view) if view.kind == ViewKind::Plain => replaced(scope, made)?,
        _ => None,
    };
    let bound = bind::bind(scope, query);
    let late = view.is_some_and(|view| view.kind == ViewKind::Late);
    if late && !bound.missing.is_empty() {
        late::make(scope, &bound.missing, make)?;
    } else {
        make()?;
    }
    let mut relation = ExistingRelation {
        schema: made.schema(scope)?,
        name: parts(made.name).1,
        is_view: view.is_some_and(|view| view.kind != ViewKind::Materialized),
        declaration: DeclaredRelation::default(),
    };
    super::complete(scope, &mut relation)?;
    let mut declaration = relation.declaration;
    if late && !bound.missing.is_empty() {
        // Nobody knows yet what they will be.
        declaration.columns.clear();
    }
    typed(&mut declaration, &bound);
    for (column, name) in declaration.columns.iter_mut().zip(names) {
        column.name.clone_from(name);
    }
    if let Some(before) = &before {
        same_columns(before, &declaration.columns)?;
    }
    let is_view = relation.is_view;
    declaration.view = view.map(|view| DeclaredView {
        reads: bound.reads,
        ..view.clone()
    });
    made.keep(scope, is_view, declaration)
}

/// The columns of the view that a statement replaces. One that is bound late has none.
fn replaced(
    scope: &StatementScope<'_>,
    made: &NewRelation<'_>,
) -> Result<Option<Vec<DeclaredColumn>>, StatementFailure> {
    let schema = quote_name(&made.schema(scope)?);
    let name = quote_name(&parts(made.name).1);
    let found = find(scope, &format!("{schema}.{name}"))?;
    let bound = found.filter(|found| {
        let view = found.declaration.view.as_ref();
        view.is_some_and(|view| view.kind == ViewKind::Plain)
    });
    Ok(bound.map(|found| found.declaration.columns))
}

/// OR REPLACE keeps the columns of a view: their number, names and types (AWS page: `CREATE VIEW`). The
/// words are PostgreSQL 8.0's.
fn same_columns(
    before: &[DeclaredColumn],
    after: &[DeclaredColumn],
) -> Result<(), StatementFailure> {
    let what = if before.len() == after.len() {
        let mut pairs = before.iter().zip(after);
        let changed = pairs.find_map(|(before, after)| {
            if before.name != after.name {
                Some(("name", before))
            } else if bare(&before.kind) != bare(&after.kind) {
                Some(("data type", before))
            } else {
                None
            }
        });
        let Some((what, column)) = changed else {
            return Ok(());
        };
        format!("{what} of view column \"{}\"", column.name)
    } else {
        "number of columns in view".to_owned()
    };
    Err(StatementFailure::Engine(format!(
        "cannot change {what}: drop the view first, and create it anew"
    )))
}

/// A type without its length or digits: of a computed column they are this warehouse's own.
fn bare(kind: &str) -> &str {
    kind.split('(').next().unwrap_or(kind)
}

/// The types of a query's columns in a table of them, where the binder can tell.
pub(in crate::warehouse) fn types_of(
    scope: &StatementScope<'_>,
    query: &Query,
) -> Option<Vec<Type>> {
    bind::bind(scope, query).types
}

/// Puts the binder's types in the place of the engine's.
fn typed(declaration: &mut DeclaredRelation, bound: &BoundColumns) {
    let Some(types) = &bound.types else {
        return;
    };
    if types.len() != declaration.columns.len() {
        return;
    }
    for (column, kind) in declaration.columns.iter_mut().zip(types) {
        if redshift_sql::types::Type::named(&kind.to_string()).is_some() {
            column.kind = kind.to_string();
        }
    }
}

/// Schema and name of the table that a foreign key points to: it may be the table itself. "The referenced
/// table and column must exist" (AWS page: `CREATE TABLE`, REFERENCES).
pub(super) fn referenced(
    scope: &StatementScope<'_>,
    schema: &str,
    name: &str,
    table: &str,
) -> Result<(String, String), StatementFailure> {
    let (given, other) = parts(table);
    if other == name && given.as_deref().is_none_or(|given| given == schema) {
        return Ok((schema.to_owned(), other));
    }
    match find(scope, table)? {
        Some(found) => Ok((given.unwrap_or(found.schema), other)),
        None if scope.shared.options.absent_keys => {
            Ok((given.unwrap_or_else(|| schema.to_owned()), other))
        }
        None => Err(StatementFailure::Engine(format!(
            "relation \"{other}\" does not exist"
        ))),
    }
}

/// The columns of a table's primary key.
pub(super) fn primary_key(
    scope: &StatementScope<'_>,
    table: Option<&(String, String)>,
) -> Result<Option<Vec<String>>, StatementFailure> {
    let Some((schema, name)) = table else {
        return Ok(None);
    };
    let relations = super::all(scope)?;
    Ok(relations
        .into_iter()
        .find(|relation| relation.is(schema, name))
        .and_then(|relation| {
            let keys = relation.declaration.keys.into_iter();
            keys.into_iter().find(|key| key.kind == KeyKind::Primary)
        })
        .map(|key| key.columns))
}
