//! External schemas and tables (AWS pages: `CREATE EXTERNAL SCHEMA`, `CREATE EXTERNAL TABLE`,
//! `ALTER TABLE`). An external table is a table of the engine. The warehouse reads the objects into
//! it whenever they are others than before.

mod change;
mod column;
mod create_as;
mod declared;
mod format;
mod properties;
mod pseudo;

use redshift_sql::tree::{
    self, CreateExternalTable, CreateTable, DataType, Expression, ExpressionKind, PartitionColumn,
    TableElement, option_of,
};
use redshift_sql::types::Type;

use super::declare;
use super::fragment::quote_text;
use super::load::DEFAULT_NULL;
use super::statement::{Declare, EngineSql, Statement};
use super::writer::Writer;
use super::{Refusal, table};

pub(super) use change::change;
pub(crate) use column::column;
pub(super) use create_as::{check_insert, has_limit};
pub(crate) use declared::{External, ExternalPartition};
pub(crate) use format::{ExternalFormat, ExternalWritten};
pub(super) use pseudo::refuse as refuse_pseudocolumn;
pub(crate) use pseudo::{PSEUDOCOLUMNS, columns as pseudocolumns};

/// An external schema: its tables are whatever the laptop keeps in a schema of that name.
pub(super) fn schema(
    definition: &tree::ObjectDefinition,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    let name = definition.name.name().map(|name| name.text.to_string());
    let database = option_of(&definition.options, "database")
        .and_then(|option| option.values.first())
        .and_then(tree::OptionValue::text);
    let role = option_of(&definition.options, "iam_role")
        .and_then(|option| option.values.first())
        .and_then(tree::OptionValue::text);
    let made = table::schema(&definition.name, true, writer)?;
    let Statement::Define(mut statements) = made else {
        return Ok(made);
    };
    let name = quote_text(&name.unwrap_or_default());
    statements.push(EngineSql::plain(format!(
        "delete from redshift.external_schemas where schema_name = {name}"
    )));
    statements.push(EngineSql::plain(format!(
        "insert into redshift.external_schemas values ({name}, {}, {})",
        quote_text(database.unwrap_or_default()),
        quote_text(role.unwrap_or_default())
    )));
    Ok(Statement::Define(statements))
}

/// Translates CREATE EXTERNAL TABLE; columns of partitions stand behind the others. With AS, rows are written.
pub(super) fn create(
    create: &CreateExternalTable,
    script: &str,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    if let Some(query) = &create.query {
        create_as::check(create, query)?;
        return create_as::create(create, query, external(create, script)?, writer);
    }
    let external = external(create, script)?;
    let mut columns = create.columns.clone();
    for column in &create.partitioned_by {
        match column {
            PartitionColumn::Column(column) => columns.push(column.clone()),
            PartitionColumn::Name(name) => {
                return Err(Refusal::syntax(format!(
                    "the column `{}` of PARTITIONED BY has no type",
                    name.text
                )));
            }
        }
    }
    for column in &columns {
        match &column.data_type.kind {
            DataType::Inserted => {}
            DataType::Nested(written) => {
                return Err(Refusal::Unsupported(format!(
                    "the type {written}: write the values as JSON into a column of `varchar`, and read them \
                     with `json_parse`"
                )));
            }
            known => column::check(&column.name.text, Type::of(known))?,
        }
    }
    let plain = CreateTable {
        temporary: false,
        if_not_exists: create.if_not_exists,
        name: create.name.clone(),
        elements: columns.into_iter().map(TableElement::Column).collect(),
        attributes: tree::TableAttributes::default(),
        iceberg: None,
    };
    let mut engine = table::create(&plain, writer)?;
    if let Statement::Define(statements) = &mut engine
        && let Some(text) = statements.last_mut().map(|sql| &mut sql.text)
        && text.pop() == Some(')')
    {
        text.push_str(&format!(", {})", table::definitions(&pseudocolumns())));
    }
    let mut made = declare::table(engine, &plain, script, writer)?;
    if let Statement::Declare { declare, .. } = &mut made
        && let Declare::Table { declaration, .. } = declare.as_mut()
    {
        declaration.external = Some(Box::new(external));
    }
    Ok(made)
}

fn external(create: &CreateExternalTable, script: &str) -> Result<External, Refusal> {
    let written = format::of(create, script)?;
    let location = create.location.as_ref().ok_or_else(|| {
        Refusal::syntax("an external table has a LOCATION: write `location 's3://bucket/folder/'`")
    })?;
    let mut external = External {
        format: written.format,
        delimiter: None,
        location: change::place(location)?,
        header: 0,
        null: DEFAULT_NULL.to_owned(),
        keys: written.keys,
        packing: None,
        replacement: None,
        partitioned_by: create
            .partitioned_by
            .iter()
            .map(|column| match column {
                PartitionColumn::Column(column) => column.name.text.to_string(),
                PartitionColumn::Name(name) => name.text.to_string(),
            })
            .collect(),
        partitions: Vec::new(),
        input_format: written.input.to_owned(),
        output_format: written.output.to_owned(),
        serde: written.serde.to_owned(),
        parameters: "{}".to_owned(),
        seen: None,
    };
    let mut given = properties::given(&create.properties);
    if let Some(null) = format::null(create, script) {
        given.push(("serialization.null.format".to_owned(), null));
    }
    external.set_properties(&given)?;
    Ok(external)
}

fn literal(expression: &Expression) -> Option<&str> {
    match &expression.bare().kind {
        ExpressionKind::Text(text) => Some(text),
        _ => None,
    }
}
