//! CREATE: tables, views, schemas.

use redshift_sql::tree::{
    Body, Collation, ColumnAttributeKind, ColumnDefinition, CreateMaterializedView, CreateSchema,
    CreateTable, CreateTableAs, CreateView, Expression, ExpressionKind, Name, ObjectName, Query,
    TableConstraintKind, TableElement, UnaryOperator,
};

use super::fragment::{quote_name, write};
use super::statement::{DefinedColumn, EngineSql, Statement};
use super::writer::{Writer, names};
use super::{Refusal, types};

/// `create table …` with columns.
pub(super) fn create(create: &CreateTable, writer: Writer<'_>) -> Result<Statement, Refusal> {
    if create.iceberg.is_some() {
        return Err(Refusal::Unsupported("tables of Apache Iceberg".to_owned()));
    }
    let existing = if create.if_not_exists {
        " if not exists"
    } else {
        ""
    };
    let text = create_text(&create.name, create.temporary, existing, writer)?;
    let mut own: Vec<DefinedColumn> = Vec::new();
    let mut statements = Vec::new();
    let mut like = None;
    let mut keys: Vec<&Name> = Vec::new();
    for element in &create.elements {
        match element {
            TableElement::Column(definition) => {
                let defined = column(definition, writer, own.len())?;
                own.push(defined.column);
                statements.extend(defined.sequence);
            }
            // Redshift knows keys and does not enforce them, except that a primary key is not NULL.
            TableElement::Constraint(constraint) => {
                if let TableConstraintKind::PrimaryKey(columns) = &constraint.kind {
                    keys.extend(columns);
                }
            }
            TableElement::Like {
                table,
                including_defaults,
                ..
            } => {
                if like.is_some() {
                    return Err(Refusal::Unsupported(
                        "LIKE of several tables: write the columns of all but one of them"
                            .to_owned(),
                    ));
                }
                like = Some((writer.relation(table)?, *including_defaults, own.len()));
            }
        }
    }
    for column in &mut own {
        if keys.iter().any(|key| key.is(&column.name)) && !column.rest.contains("not null") {
            column.rest.push_str(" not null");
        }
    }
    if let Some((like, defaults, before)) = like {
        return Ok(Statement::CreateLike {
            create: text,
            like,
            defaults,
            before,
            columns: own,
        });
    }
    statements.push(EngineSql::plain(format!("{text} ({})", definitions(&own))));
    Ok(Statement::Define(statements))
}

/// `create table … as query`
pub(super) fn create_as(create: &CreateTableAs, writer: Writer<'_>) -> Result<Statement, Refusal> {
    if create.iceberg.is_some() {
        return Err(Refusal::Unsupported("tables of Apache Iceberg".to_owned()));
    }
    let mut text = create_text(&create.name, create.temporary, "", writer)?;
    if !create.columns.is_empty() {
        text = format!("{text} {}", listed(&create.columns));
    }
    Ok(Statement::CreateAs {
        create: text,
        query: writer.sql(&writer.query(&create.query, create.columns.is_empty())?)?,
    })
}

/// `select … into table …`: the creation of the table, and the query without it.
pub(super) fn select_into(query: &Query, writer: Writer<'_>) -> Result<Statement, Refusal> {
    let mut query = query.clone();
    let into = match &mut query.body {
        Body::Select(select) => select.into.take(),
        _ => None,
    };
    let Some(into) = into else {
        return Err(Refusal::syntax("SELECT INTO takes a table"));
    };
    let [table] = into.targets.as_slice() else {
        return Err(Refusal::syntax("SELECT INTO takes one table"));
    };
    Ok(Statement::CreateAs {
        create: create_text(table, into.temporary, "", writer)?,
        query: writer.sql(&writer.query(&query, true)?)?,
    })
}

/// Translates CREATE VIEW: `create view v as select a from t` becomes one over `"t"`.
pub(super) fn create_view(create: &CreateView, writer: Writer<'_>) -> Result<Statement, Refusal> {
    let name = writer.relation(&create.name)?;
    let columns = match create.columns.as_slice() {
        [] => String::new(),
        columns => format!(" {}", listed(columns)),
    };
    let query = writer.sql(&writer.query(&create.query, create.columns.is_empty())?)?;
    let replace = if create.or_replace { " or replace" } else { "" };
    Ok(Statement::Define(vec![EngineSql {
        text: format!("create{replace} view {name}{columns} as {}", query.text),
        parameters: query.parameters,
    }]))
}

/// `create materialized view …`
pub(super) fn create_materialized(
    create: &CreateMaterializedView,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    let query = writer.sql(&writer.query(&create.query, true)?)?;
    if !query.parameters.is_empty() {
        return Err(Refusal::syntax("a materialized view takes no parameters"));
    }
    Ok(Statement::CreateMaterialized {
        name: writer.relation(&create.name)?,
        query: query.text,
    })
}

/// Translates CREATE SCHEMA; without a name it has that of its owner.
pub(super) fn create_schema(
    create: &CreateSchema,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    // Without a name it has that of its owner (AWS page: `CREATE SCHEMA`).
    let owner = create.authorization.as_ref().map(|owner| ObjectName {
        parts: vec![owner.clone()].into(),
        span: owner.span,
    });
    let Some(name) = create.name.as_ref().or(owner.as_ref()) else {
        return Err(Refusal::syntax("CREATE SCHEMA takes a name"));
    };
    if !create.elements.is_empty() {
        return Err(Refusal::Unsupported(
            "CREATE SCHEMA with what is in it: create that in statements of its own".to_owned(),
        ));
    }
    schema(name, create.if_not_exists, writer)
}

/// The engine's statement that creates a schema.
pub(super) fn schema(
    name: &ObjectName,
    if_not_exists: bool,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    let existing = if if_not_exists { " if not exists" } else { "" };
    schema_name(name.name().map_or("", |name| name.text.as_str()))?;
    let name = writer.relation(name)?;
    Ok(Statement::Define(vec![EngineSql::plain(format!(
        "create schema{existing} {name}"
    ))]))
}

/// "The name cannot begin with pg_" (PostgreSQL 8.0's manual, CREATE SCHEMA).
pub(super) fn schema_name(name: &str) -> Result<(), Refusal> {
    if name.starts_with("pg_") {
        return Err(Refusal::Value(format!(
            "unacceptable schema name \"{name}\": names that begin with pg_ are those of system schemas, \
             so take another one"
        )));
    }
    Ok(())
}

fn create_text(
    name: &ObjectName,
    temporary: bool,
    existing: &str,
    writer: Writer<'_>,
) -> Result<String, Refusal> {
    let named_so = name.name().is_some_and(|name| name.text.starts_with('#'));
    // "You can't specify a name for this schema" (AWS page: `CREATE TABLE`, TEMPORARY).
    let given = name.schema().map(|schema| schema.text.as_str());
    if temporary && given.is_some_and(|schema| !schema.starts_with("pg_temp")) {
        return Err(Refusal::Value(
            "temporary tables may not specify a schema name: leave the schema out".to_owned(),
        ));
    }
    let temporary = if temporary || named_so { " temp" } else { "" };
    let name = writer.relation(name)?;
    Ok(format!("create{temporary} table{existing} {name}"))
}

fn listed(columns: &[Name]) -> String {
    write(&[names(columns)], &mut Vec::new())
}

/// Columns as a definition lists them.
///
/// Two columns become `"id" integer, "name" varchar`.
pub(crate) fn definitions(columns: &[DefinedColumn]) -> String {
    let all: Vec<String> = columns
        .iter()
        .map(|column| {
            format!(
                "{} {}{}",
                quote_name(&column.name),
                column.kind,
                column.rest
            )
        })
        .collect();
    all.join(", ")
}

/// A column and the sequence that numbers it.
pub(super) struct Defined {
    pub(super) column: DefinedColumn,
    sequence: Option<EngineSql>,
}

/// The `number`th column of a table.
pub(super) fn column(
    definition: &ColumnDefinition,
    writer: Writer<'_>,
    number: usize,
) -> Result<Defined, Refusal> {
    let kind = types::of(&definition.data_type.kind)?;
    let mut rest = String::new();
    let mut sequence = None;
    for attribute in &definition.attributes {
        match &attribute.kind {
            ColumnAttributeKind::NotNull | ColumnAttributeKind::PrimaryKey => {
                if !rest.contains(" not null") {
                    rest.push_str(" not null");
                }
            }
            ColumnAttributeKind::Default(value) => {
                let value = writer.without_lambda().expression(value)?;
                let value = writer.sql(&value)?;
                rest.push_str(&format!(" default ({})", value.text));
            }
            ColumnAttributeKind::Identity { seed, step, .. } => {
                let seed = whole(seed.as_deref())?;
                let step = whole(step.as_deref())?;
                let name = format!("redshift.identity_{}_{number}", writer.context.fresh);
                let lowest = if step < 0 {
                    " minvalue -9223372036854775808 maxvalue 9223372036854775807"
                } else {
                    " minvalue -9223372036854775808"
                };
                sequence = Some(EngineSql::plain(format!(
                    "create sequence {name} increment by {step}{lowest} start with {seed}"
                )));
                rest.push_str(&format!(" default nextval('{name}')"));
                // "IDENTITY columns are declared NOT NULL by default" (AWS page: `CREATE TABLE`).
                if !rest.contains(" not null") {
                    rest.push_str(" not null");
                }
            }
            ColumnAttributeKind::Collate(Collation::CaseInsensitive) => {
                rest.push_str(" collate nocase");
            }
            ColumnAttributeKind::Collate(Collation::CaseSensitive)
            | ColumnAttributeKind::Encode(_)
            | ColumnAttributeKind::DistKey
            | ColumnAttributeKind::SortKey
            | ColumnAttributeKind::Null
            | ColumnAttributeKind::Unique
            | ColumnAttributeKind::References { .. } => {}
        }
    }
    let name = definition.name.text.to_string();
    if let Some(length) = kind.length {
        rest = format!("{rest} {}", length.check(&name));
    }
    Ok(Defined {
        column: DefinedColumn {
            name,
            kind: kind.name,
            rest,
        },
        sequence,
    })
}

/// The whole number that an expression is; 1 where there is none.
pub(super) fn whole(expression: Option<&Expression>) -> Result<i64, Refusal> {
    let Some(expression) = expression else {
        return Ok(1);
    };
    let expression = expression.bare();
    let number = match &expression.kind {
        ExpressionKind::Number(digits) => digits.parse().ok(),
        ExpressionKind::Unary {
            operator: UnaryOperator::Minus,
            operand,
            ..
        } => match &operand.bare().kind {
            ExpressionKind::Number(digits) => format!("-{digits}").parse().ok(),
            _ => None,
        },
        _ => None,
    };
    number.ok_or_else(|| Refusal::syntax("IDENTITY takes a seed and a step"))
}
