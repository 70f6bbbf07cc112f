//! The tables of a session, as the front end's binder asks for them: for the types of their columns.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use duckdb::Connection;
use redshift_sql::SmolStr;
use redshift_sql::names::{Catalog, Column, Known, Table, TableKind};
use redshift_sql::tree::ObjectName;
use redshift_sql::types::{MAX_VARBYTE, MAX_VARCHAR, Type};

use crate::dialect::{quote_name, quote_text};

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

/// Redshift's type of a column that the engine calls so. What only Redshift knows, such as the length of
/// a text, is as large as it can be.
fn type_of_engine(kind: &str) -> Type {
    if let Some((precision, scale)) = kind
        .strip_prefix("DECIMAL(")
        .and_then(|rest| rest.strip_suffix(')'))
        .and_then(|inside| inside.split_once(','))
        .and_then(|(precision, scale)| Some((precision.parse().ok()?, scale.parse().ok()?)))
    {
        return Type::Decimal(precision, scale);
    }
    match kind {
        "BOOLEAN" => Type::Boolean,
        "TINYINT" | "SMALLINT" => Type::SmallInt,
        "INTEGER" => Type::Integer,
        "BIGINT" => Type::BigInt,
        "HUGEINT" => Type::Decimal(38, 0),
        "FLOAT" => Type::Real,
        "DOUBLE" => Type::Double,
        "VARCHAR" => Type::VarChar(MAX_VARCHAR),
        "DATE" => Type::Date,
        "TIME" => Type::Time,
        "TIME WITH TIME ZONE" => Type::TimeTz,
        "TIMESTAMP" => Type::Timestamp,
        "TIMESTAMP WITH TIME ZONE" => Type::TimestampTz,
        "BLOB" => Type::VarByte(MAX_VARBYTE),
        "JSON" => Type::Super,
        _ => Type::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_their_digits() {
        assert_eq!(type_of_engine("DECIMAL(18,2)"), Type::Decimal(18, 2));
        assert_eq!(type_of_engine("DECIMAL(x,2)"), Type::Unknown);
        assert_eq!(type_of_engine("INTEGER[]"), Type::Unknown);
    }
}
