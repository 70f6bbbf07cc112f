//! What Redshift refuses of a definition, though each part of it is right by itself (AWS pages: `CREATE TABLE`,
//! `Compression encodings`, `CREATE VIEW`).

use redshift_sql::tree::{
    Body, ColumnAttributeKind, ColumnDefinition, CreateTable, DistStyle, Encoding, Expression,
    ExpressionKind, KeyColumn, Name, Query, SortKey, TableAttributes, TableConstraintKind,
    TableElement,
};
use redshift_sql::types::{Assignable, Type, assignable};

use super::writer::Writer;
use super::{Refusal, column_name};

/// Names that no column gets: every table has such columns (PostgreSQL 8.0's manual, "System Columns").
const SYSTEM_COLUMNS: &[&str] = &["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"];

/// Checks a CREATE TABLE.
pub(super) fn table(create: &CreateTable) -> Result<(), Refusal> {
    let (mut keys, mut spread) = (0_usize, 0_usize);
    for element in &create.elements {
        match element {
            TableElement::Column(definition) => {
                column(definition)?;
                let has = |wanted: fn(&ColumnAttributeKind) -> bool| {
                    let mut all = definition.attributes.iter();
                    usize::from(all.any(|attribute| wanted(&attribute.kind)))
                };
                keys += has(|kind| matches!(kind, ColumnAttributeKind::PrimaryKey));
                spread += has(|kind| matches!(kind, ColumnAttributeKind::DistKey));
            }
            TableElement::Constraint(constraint) => {
                let is_primary = matches!(constraint.kind, TableConstraintKind::PrimaryKey(_));
                keys += usize::from(is_primary);
            }
            TableElement::Like { .. } => {}
        }
    }
    super_keys(create)?;
    like_stays(create)?;
    keys_of_columns(create)?;
    let table = create.name.name().map_or("", |name| name.text.as_str());
    if keys > 1 {
        return Err(Refusal::Value(format!(
            "multiple primary keys for table \"{table}\" are not allowed"
        )));
    }
    layout(&create.attributes, spread)
}

/// Checks what stands behind the brackets of a table, or in front of a query; `spread` columns have a DISTKEY
/// of their own (AWS pages: `CREATE TABLE`, `CREATE TABLE AS`, `CREATE MATERIALIZED VIEW`).
pub(super) fn layout(attributes: &TableAttributes, spread: usize) -> Result<(), Refusal> {
    let spread = spread + usize::from(attributes.distribution_key.is_some());
    if spread > 1 {
        return Err(Refusal::Value(
            "a table has one DISTKEY, of one column: leave the others out".to_owned(),
        ));
    }
    let (what, keys, most) = match &attributes.sort_key {
        Some(SortKey::Interleaved(keys)) => ("an INTERLEAVED SORTKEY", keys.len(), 8),
        Some(SortKey::Compound(keys)) => ("a SORTKEY", keys.len(), 400),
        _ => ("", 0, 0),
    };
    if keys > most {
        return Err(Refusal::Value(format!(
            "{what} has at most {most} columns, and {keys} are given: leave some out"
        )));
    }
    match attributes.distribution {
        Some(DistStyle::All | DistStyle::Even) if spread > 0 => Err(Refusal::Value(
            "DISTKEY belongs to DISTSTYLE KEY: leave DISTKEY out, or the other DISTSTYLE"
                .to_owned(),
        )),
        Some(DistStyle::Key) if spread == 0 => Err(Refusal::Value(
            "DISTSTYLE KEY needs a DISTKEY: name the column, `distkey (…)`".to_owned(),
        )),
        _ => Ok(()),
    }
}

/// A key of the table names its columns, each once (PostgreSQL 8.0's words). What LIKE brings is not known here.
fn keys_of_columns(create: &CreateTable) -> Result<(), Refusal> {
    let mut elements = create.elements.iter();
    if elements.any(|element| matches!(element, TableElement::Like { .. })) {
        return Ok(());
    }
    for element in &create.elements {
        let TableElement::Constraint(constraint) = element else {
            continue;
        };
        let (columns, what) = match &constraint.kind {
            TableConstraintKind::PrimaryKey(columns) => (columns, "primary key"),
            TableConstraintKind::Unique(columns) => (columns, "unique"),
            TableConstraintKind::ForeignKey { columns, .. } => (columns, "foreign key"),
        };
        for (at, name) in columns.iter().enumerate() {
            if !create.columns().any(|column| column.name.text == name.text) {
                return Err(Refusal::Value(format!(
                    "column \"{}\" named in key does not exist",
                    name.text
                )));
            }
            if columns.iter().take(at).any(|other| other.text == name.text) {
                return Err(Refusal::Value(format!(
                    "column \"{}\" appears twice in {what} constraint",
                    name.text
                )));
            }
        }
    }
    Ok(())
}

/// The layout is inherited with LIKE, "but you can't explicitly set them in the CREATE TABLE ... LIKE
/// statement" (AWS page: `CREATE TABLE`).
fn like_stays(create: &CreateTable) -> Result<(), Refusal> {
    let attributes = &create.attributes;
    let set = attributes.backup.is_some()
        || attributes.distribution.is_some()
        || attributes.distribution_key.is_some()
        || attributes.sort_key.is_some();
    let mut elements = create.elements.iter();
    if set && elements.any(|element| matches!(element, TableElement::Like { .. })) {
        return Err(Refusal::Value(
            "LIKE inherits DISTSTYLE, DISTKEY, SORTKEY and BACKUP: leave them out, and change the table \
             with ALTER TABLE"
                .to_owned(),
        ));
    }
    Ok(())
}

/// "You can't define SUPER columns as either a distribution or sort key" (AWS page: `Limitations` of
/// SUPER), here of the keys behind the brackets.
fn super_keys(create: &CreateTable) -> Result<(), Refusal> {
    let attributes = &create.attributes;
    let sorted = match &attributes.sort_key {
        Some(SortKey::Compound(keys) | SortKey::Interleaved(keys)) => keys.as_slice(),
        _ => &[],
    };
    let spread = attributes
        .distribution_key
        .iter()
        .map(|key| (key, "DISTKEY"));
    for (key, what) in spread.chain(sorted.iter().map(|key| (key, "SORTKEY"))) {
        let KeyColumn::Name(name) = key else {
            continue;
        };
        let is_super = create.columns().any(|column| {
            column.name.text == name.text && Type::of(&column.data_type.kind) == Type::Super
        });
        if is_super {
            return Err(Refusal::Value(format!(
                "column \"{}\" is a SUPER, which is no {what}: take another column",
                name.text
            )));
        }
    }
    Ok(())
}

/// Checks the definition of a column.
pub(super) fn column(definition: &ColumnDefinition) -> Result<(), Refusal> {
    let kind = Type::of(&definition.data_type.kind);
    let name = &definition.name.text;
    if SYSTEM_COLUMNS.contains(&name.as_str()) {
        return Err(Refusal::Value(format!(
            "column name \"{name}\" conflicts with a system column name: take another name"
        )));
    }
    let mut has_default = false;
    let mut is_numbered = false;
    let (mut may_be_null, mut is_never_null) = (false, false);
    for attribute in &definition.attributes {
        match &attribute.kind {
            ColumnAttributeKind::Null => may_be_null = true,
            ColumnAttributeKind::NotNull => is_never_null = true,
            ColumnAttributeKind::Default(value) => {
                has_default = true;
                default_fits(value, name, kind)?;
            }
            ColumnAttributeKind::Identity { .. } => is_numbered = true,
            // AWS page: `Limitations` of SUPER.
            ColumnAttributeKind::DistKey if kind == Type::Super => {
                return Err(Refusal::Value(format!(
                    "column \"{name}\" is a SUPER, which is no DISTKEY: take another column"
                )));
            }
            ColumnAttributeKind::SortKey if kind == Type::Super => {
                return Err(Refusal::Value(format!(
                    "column \"{name}\" is a SUPER, which is no SORTKEY: take another column"
                )));
            }
            ColumnAttributeKind::Encode(encoding) if !fits(*encoding, kind) => {
                return Err(Refusal::Value(format!(
                    "invalid encoding type specified for column \"{name}\": it is not for {kind}"
                )));
            }
            _ => {}
        }
    }
    if may_be_null && is_never_null {
        return Err(Refusal::Value(format!(
            "conflicting NULL/NOT NULL declarations for column \"{name}\": leave one of them out"
        )));
    }
    if is_numbered && has_default {
        return Err(Refusal::Value(format!(
            "column \"{name}\" has an identity and a default: leave one of them out"
        )));
    }
    if is_numbered && !matches!(kind, Type::Integer | Type::BigInt | Type::Unknown) {
        return Err(Refusal::Value(format!(
            "identity column \"{name}\" must be of type INT or BIGINT, and is {kind}"
        )));
    }
    Ok(())
}

/// "The data type of default_expr must match the data type of the column" (AWS page: `CREATE TABLE`), here of
/// literals.
fn default_fits(value: &Expression, name: &str, kind: Type) -> Result<(), Refusal> {
    let given = match &value.bare().kind {
        ExpressionKind::Text(text) if kind.is_integer() => {
            return match text.trim().parse::<i64>() {
                Ok(_) => Ok(()),
                Err(_) => Err(Refusal::Value(format!(
                    "invalid input syntax for integer: \"{text}\", the default of column \"{name}\""
                ))),
            };
        }
        ExpressionKind::Number(_) => Type::Integer,
        ExpressionKind::Boolean(_) => Type::Boolean,
        _ => return Ok(()),
    };
    if assignable(given, kind) == Assignable::Yes {
        return Ok(());
    }
    Err(Refusal::Value(format!(
        "column \"{name}\" is of type {kind} but default expression is of type {given}: write a value of that \
         type"
    )))
}

/// Checks the column of ADD COLUMN: it can have no key (AWS page: `ALTER TABLE`, ADD COLUMN).
pub(super) fn added(definition: &ColumnDefinition) -> Result<(), Refusal> {
    let place = definition
        .attributes
        .iter()
        .find_map(|attribute| match attribute.kind {
            ColumnAttributeKind::DistKey => Some(("DISTKEY", "ALTER DISTKEY")),
            ColumnAttributeKind::SortKey => Some(("SORTKEY", "ALTER SORTKEY")),
            _ => None,
        });
    if let Some((word, statement)) = place {
        return Err(Refusal::Value(format!(
            "ADD COLUMN takes no {word}: add the column first, and then write ALTER TABLE … {statement}"
        )));
    }
    let key = definition
        .attributes
        .iter()
        .find_map(|attribute| match attribute.kind {
            ColumnAttributeKind::Unique => Some("UNIQUE"),
            ColumnAttributeKind::PrimaryKey => Some("PRIMARY KEY"),
            ColumnAttributeKind::References { .. } => Some("REFERENCES"),
            _ => None,
        });
    match key {
        Some(key) => Err(Refusal::Value(format!(
            "ADD COLUMN takes no {key}: add the column first, and then the key with ALTER TABLE … \
             ADD CONSTRAINT"
        ))),
        None => Ok(()),
    }
}

/// A materialized view has no order and shows all rows (AWS page: `CREATE MATERIALIZED VIEW`,
/// "Limitations").
pub(super) fn materialized(query: &Query) -> Result<(), Refusal> {
    let clause = if !query.order_by.is_empty() {
        "ORDER BY"
    } else if query.limit.is_some() {
        "LIMIT"
    } else if query.offset.is_some() {
        "OFFSET"
    } else {
        return Ok(());
    };
    Err(Refusal::Value(format!(
        "a materialized view has no {clause}: write it in the query that reads the view"
    )))
}

/// The same of an encoding by the name that the catalog has for it.
pub(crate) fn encoding_fits(name: &str, kind: Type) -> bool {
    let encoding = match name {
        "text255" => Encoding::Text255,
        "text32k" => Encoding::Text32k,
        "delta" => Encoding::Delta,
        "delta32k" => Encoding::Delta32k,
        "mostly8" => Encoding::Mostly8,
        "mostly16" => Encoding::Mostly16,
        "mostly32" => Encoding::Mostly32,
        "az64" => Encoding::Az64,
        "bytedict" => Encoding::ByteDict,
        _ => return true,
    };
    fits(encoding, kind)
}

/// Whether an encoding compresses values of a type; what the page does not settle is taken.
fn fits(encoding: Encoding, kind: Type) -> bool {
    let text = matches!(kind, Type::Char(_) | Type::VarChar(_));
    let inexact = matches!(kind, Type::Real | Type::Double);
    match encoding {
        Encoding::Text255 | Encoding::Text32k => {
            matches!(kind, Type::VarChar(_) | Type::Unknown)
        }
        Encoding::Delta
        | Encoding::Delta32k
        | Encoding::Mostly8
        | Encoding::Mostly16
        | Encoding::Mostly32 => !text && !inexact && kind != Type::Boolean,
        Encoding::Az64 => !text && !inexact && !matches!(kind, Type::Boolean | Type::Super),
        Encoding::ByteDict => kind != Type::Boolean,
        _ => true,
    }
}

impl Writer<'_> {
    /// Refuses a relation of a query two of whose columns have one name.
    pub(super) fn check_names(self, columns: &[Name], query: &Query) -> Result<(), Refusal> {
        let listed = columns.iter().map(|name| name.text.as_str());
        let own = self.columns_of(&query.body).unwrap_or_default();
        let own = own.iter().skip(columns.len());
        let names = listed.chain(own.filter_map(|column| column.name.as_deref()));
        let mut seen = std::collections::HashSet::new();
        for name in names {
            if !seen.insert(name) {
                return Err(Refusal::Value(format!(
                    "column \"{name}\" specified more than once"
                )));
            }
        }
        let mut body = &query.body;
        while let Body::Parenthesized(inner) = body {
            body = &inner.body;
        }
        let Body::Select(select) = body else {
            return Ok(());
        };
        if !columns.is_empty() {
            return Ok(());
        }
        // The binder has no name for an expression; Redshift has, and calls many by the same one.
        let mut seen = std::collections::HashSet::new();
        let unnamed = select.items.iter().filter(|item| item.alias.is_none());
        for name in unnamed.filter_map(|item| column_name::of(&item.expression, true)) {
            if !seen.insert(name.clone()) {
                return Err(Refusal::Value(format!(
                    "column \"{name}\" specified more than once: give each expression a name with AS"
                )));
            }
        }
        Ok(())
    }
}
