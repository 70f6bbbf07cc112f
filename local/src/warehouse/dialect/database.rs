//! Databases and schemas as such (AWS pages: `CREATE DATABASE`, `ALTER DATABASE`, `DROP DATABASE`, `ALTER
//! SCHEMA`, `USE`). A laptop has one database: others are names in the catalog, and nothing is read in
//! them.

use redshift_sql::tree::{Drop, ObjectDefinition, ObjectName, StatementOption};

use super::statement::{NameChange, Statement};
use super::writer::Writer;
use super::{Refusal, TranslationContext, table};

/// CREATE or ALTER of a database.
pub(super) fn define(definition: &ObjectDefinition) -> Result<Statement, Refusal> {
    let name = last(&definition.name)?;
    let named = match (definition.alter, renamed(definition)) {
        (true, Some(to)) => NameChange::RenameDatabase { name, to },
        (true, None) => NameChange::AlterDatabase { name },
        (false, _) => NameChange::CreateDatabase {
            name,
            kind: if definition.options.iter().any(is_source) {
                "shared"
            } else {
                "local"
            },
        },
    };
    Ok(Statement::Named(named))
}

/// ALTER of a schema.
pub(super) fn alter_schema(definition: &ObjectDefinition) -> Result<Statement, Refusal> {
    let name = last(&definition.name)?;
    Ok(Statement::Named(match renamed(definition) {
        Some(to) => {
            table::schema_name(&to)?;
            NameChange::RenameSchema { name, to }
        }
        None => NameChange::AlterSchema { name },
    }))
}

/// Translates DROP DATABASE of one name.
pub(super) fn drop(drop: &Drop) -> Result<Statement, Refusal> {
    let [name] = drop.names.as_slice() else {
        return Err(Refusal::syntax("DROP DATABASE takes one name"));
    };
    Ok(Statement::Named(NameChange::DropDatabase {
        name: last(name)?,
        if_exists: drop.if_exists,
    }))
}

/// `use database`: a session of the laptop is in its only one.
pub(super) fn use_database(
    name: &ObjectName,
    context: &TranslationContext<'_>,
) -> Result<Statement, Refusal> {
    let name = last(name)?;
    if name.eq_ignore_ascii_case(context.database) {
        return Ok(Statement::Nothing);
    }
    Err(Refusal::Unsupported(format!(
        "other databases than {}: `{name}`",
        context.database
    )))
}

/// ALTER TABLE … APPEND.
pub(super) fn append(
    append: &redshift_sql::tree::AlterTableAppend,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    Ok(Statement::Append {
        to: writer.relation(&append.target)?,
        from: writer.relation(&append.source)?,
        ignore_extra: append.ignore_extra,
        fill_target: append.fill_target,
    })
}

fn is_source(option: &StatementOption) -> bool {
    option.name.starts_with("from")
}

fn renamed(definition: &ObjectDefinition) -> Option<String> {
    let option = definition
        .options
        .iter()
        .find(|option| option.name.starts_with("rename"))?;
    let to = option.values.first()?.text()?;
    Some(to.to_lowercase())
}

fn last(name: &ObjectName) -> Result<String, Refusal> {
    let last = name.name().map(|name| name.text.to_string());
    last.ok_or_else(|| Refusal::syntax("a name is missing"))
}
