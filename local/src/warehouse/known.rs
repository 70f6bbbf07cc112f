//! The tables of a session, as the front end's binder asks for them: for the types of their columns.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use duckdb::Connection;
use redshift_sql::SmolStr;
use redshift_sql::functions::find;
use redshift_sql::names::{
    Catalog, CatalogAnswer, Column, OwnFunction, Table, TableKind, is_system,
};
use redshift_sql::tree::ObjectName;
use redshift_sql::types::Type;

use super::{columns, own_functions};
use crate::warehouse::dialect::{
    DeclaredColumn, DeclaredRelation, PSEUDOCOLUMNS, SYSTEM_TABLES, ViewKind, query_of, quote_name,
    quote_text, type_of_engine,
};

/// The tables that a connection sees, each looked up once.
pub(super) struct KnownTables<'a> {
    connection: &'a Connection,
    seen: RefCell<HashMap<String, CatalogAnswer>>,
    functions: RefCell<HashMap<String, Vec<OwnFunction>>>,
}

impl<'a> KnownTables<'a> {
    /// For one statement: the next one may find other tables.
    pub(super) fn of(connection: &'a Connection) -> Self {
        Self {
            connection,
            seen: RefCell::default(),
            functions: RefCell::default(),
        }
    }

    /// A table that the engine does not find may be one that the dialect writes otherwise, such as
    /// a system view. Nothing is known of it.
    fn look_up(&self, relation: &str) -> CatalogAnswer {
        self.described(
            relation,
            &format!(
                "select name, type from pragma_table_info({})",
                quote_text(relation)
            ),
        )
    }

    /// A table of the system: one that somebody gave, or what the dialect reads in its place.
    fn system(&self, name: &str) -> CatalogAnswer {
        let given = format!("{SYSTEM_TABLES}.{}", quote_name(name));
        match (self.look_up(&given), query_of(name, "")) {
            (CatalogAnswer::Unknown, Some(query)) => {
                self.described(name, &format!("describe {query}"))
            }
            (known, _) => known,
        }
    }

    /// The table whose columns and types a query gives.
    fn described(&self, relation: &str, asked: &str) -> CatalogAnswer {
        let columns = self.connection.prepare(asked).and_then(|mut statement| {
            statement
                .query_map([], |row| {
                    Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
                })?
                .collect::<duckdb::Result<Vec<_>>>()
        });
        let Ok(columns) = columns else {
            return CatalogAnswer::Unknown;
        };
        let has_objects = columns
            .last()
            .is_some_and(|(name, _)| PSEUDOCOLUMNS.contains(&name.as_str()))
            && self.is_external(relation);
        let columns = columns
            .into_iter()
            .filter(|(name, _)| !(has_objects && PSEUDOCOLUMNS.contains(&name.as_str())));
        let columns: Vec<(String, String)> = columns.collect();
        // Only the declaration tells intervals of months from those of seconds.
        let of_intervals = columns.iter().any(|(_, kind)| kind == "INTERVAL");
        let declaration = of_intervals.then(|| {
            let (schema, name) = columns::parts(relation);
            self.declaration(schema.as_deref().unwrap_or_default(), &name)
        });
        let declared = declaration.flatten();
        let interval = |name: &str| {
            let mut all = declared.iter().flat_map(|declared| &declared.columns);
            all.find(|column| column.name == name)
                .and_then(DeclaredColumn::known_type)
        };
        let columns = columns.into_iter().map(|(name, kind)| {
            let kind = match kind.as_str() {
                "INTERVAL" => interval(&name).unwrap_or(Type::Unknown),
                kind => type_of_engine(kind),
            };
            Column::new(SmolStr::from(name.to_lowercase()), kind)
        });
        CatalogAnswer::Table(Rc::new(Table {
            name: SmolStr::new(relation),
            kind: if has_objects {
                TableKind::External
            } else {
                TableKind::Table
            },
            columns: columns.collect(),
            open: false,
        }))
    }
}

impl KnownTables<'_> {
    /// What was said of a table, without a schema of the first that the session finds.
    fn declaration(&self, schema: &str, name: &str) -> Option<DeclaredRelation> {
        let mut found = self
            .connection
            .prepare(
                "select comment from duckdb_tables()
                 where (temporary or database_name = 'sfc_database') and table_name = $1
                   and case when $2 = '' then temporary or list_contains(current_schemas(false), schema_name)
                            else schema_name = $2 end
                 order by temporary desc, list_position(current_schemas(false), schema_name) limit 1",
            )
            .ok()?;
        let comment: Option<String> = found.query_row([name, schema], |row| row.get(0)).ok()?;
        serde_json::from_str(&comment?).ok()
    }

    fn is_external(&self, relation: &str) -> bool {
        let (schema, name) = columns::parts(relation);
        let found = self.declaration(schema.as_deref().unwrap_or_default(), &name);
        found.is_some_and(|declaration| declaration.external.is_some())
    }
}

impl Catalog for KnownTables<'_> {
    fn table(&self, name: &ObjectName) -> CatalogAnswer {
        let parts = match name.parts.as_slice() {
            [_, rest @ ..] if rest.len() == 2 => rest,
            parts => parts,
        };
        let quoted: Vec<String> = parts.iter().map(|part| quote_name(&part.text)).collect();
        let relation = quoted.join(".");
        if let Some(known) = self.seen.borrow().get(&relation) {
            return known.clone();
        }
        let system = match parts {
            [name] => Some(name.text.to_string()),
            [schema, name] if schema.is("pg_catalog") => Some(name.text.to_string()),
            [schema, name] if schema.is("information_schema") => {
                Some(format!("information_schema.{}", name.text))
            }
            _ => None,
        };
        let known = match system.filter(|name| is_system(name)) {
            Some(name) => self.system(&name),
            None => self.look_up(&relation),
        };
        self.seen.borrow_mut().insert(relation, known.clone());
        known
    }

    fn declared(&self, table: &str, column: &str) -> Option<Type> {
        let (schema, name) = table.rsplit_once('.').unwrap_or(("", table));
        let declaration = self.declaration(schema, name)?;
        let mut columns = declaration.columns.iter();
        columns.find(|one| one.name == column)?.known_type()
    }

    fn numbered(&self, table: &str) -> Vec<String> {
        let (schema, name) = table.rsplit_once('.').unwrap_or(("", table));
        let Some(declaration) = self.declaration(schema, name) else {
            return Vec::new();
        };
        let columns = declaration.columns.into_iter();
        columns
            .filter(|column| column.identity.is_some() && !column.by_default)
            .map(|column| column.name)
            .collect()
    }

    fn is_materialized(&self, name: &ObjectName) -> bool {
        let schema = name.schema().map_or("", |schema| schema.text.as_str());
        let table = name.name().map_or("", |name| name.text.as_str());
        // Their own list is short; that of all tables is not.
        let listed = self
            .connection
            .prepare_cached("select 1 from redshift.materialized_views where view_name = $1")
            .and_then(|mut found| found.exists([table]));
        if !listed.unwrap_or_default() {
            return false;
        }
        let declaration = self.declaration(schema, table);
        let view = declaration.and_then(|declaration| declaration.view);
        view.is_some_and(|view| view.kind == ViewKind::Materialized)
    }

    fn has_function(&self, name: &ObjectName) -> bool {
        !self.functions(name).is_empty()
    }

    fn functions(&self, name: &ObjectName) -> Vec<OwnFunction> {
        let text = name.name().map_or("", |name| name.text.as_str());
        if name.parts.len() == 1 && find(text).is_some() {
            return Vec::new();
        }
        let key = name.text();
        if let Some(known) = self.functions.borrow().get(&key) {
            return known.clone();
        }
        let found = own_functions::named(self.connection, name);
        self.functions.borrow_mut().insert(key, found.clone());
        found
    }
}
