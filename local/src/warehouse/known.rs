//! The tables of a session, as the front end's binder asks for them: for the types of their columns.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use duckdb::Connection;
use redshift_sql::SmolStr;
use redshift_sql::names::{Catalog, Column, Known, Table, TableKind};
use redshift_sql::tree::ObjectName;

use crate::dialect::{quote_name, quote_text, type_of_engine};

/// The tables that a connection sees, each looked up once.
pub(super) struct KnownTables<'a> {
    connection: &'a Connection,
    seen: RefCell<HashMap<String, Known>>,
}

impl<'a> KnownTables<'a> {
    /// For one statement: the next one may find other tables.
    pub(super) fn of(connection: &'a Connection) -> Self {
        Self {
            connection,
            seen: RefCell::default(),
        }
    }

    /// A table that the engine does not find may be one that the dialect writes otherwise, such as a
    /// system view: nothing is known of it.
    fn look_up(&self, relation: &str) -> Known {
        let asked = format!(
            "select name, type from pragma_table_info({})",
            quote_text(relation)
        );
        let columns = self.connection.prepare(&asked).and_then(|mut statement| {
            statement
                .query_map([], |row| {
                    Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
                })?
                .collect::<duckdb::Result<Vec<_>>>()
        });
        let Ok(columns) = columns else {
            return Known::Unknown;
        };
        let columns = columns.into_iter().map(|(name, kind)| {
            Column::new(SmolStr::from(name.to_lowercase()), type_of_engine(&kind))
        });
        Known::Table(Rc::new(Table {
            name: SmolStr::new(relation),
            kind: TableKind::Table,
            columns: columns.collect(),
            open: false,
        }))
    }
}

impl Catalog for KnownTables<'_> {
    fn table(&self, name: &ObjectName) -> Known {
        let parts = match name.parts.as_slice() {
            [_, rest @ ..] if rest.len() == 2 => rest,
            parts => parts,
        };
        let parts: Vec<String> = parts.iter().map(|part| quote_name(&part.text)).collect();
        let relation = parts.join(".");
        if let Some(known) = self.seen.borrow().get(&relation) {
            return known.clone();
        }
        let known = self.look_up(&relation);
        self.seen.borrow_mut().insert(relation, known.clone());
        known
    }

    fn has_function(&self, _name: &ObjectName) -> bool {
        false
    }
}
