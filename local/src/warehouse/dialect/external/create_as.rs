//! CREATE EXTERNAL TABLE AS (AWS page: `CREATE EXTERNAL TABLE`, usage notes): the rows of a query become
//! objects, and a table over them.

use redshift_sql::tree::{
    Body, CreateExternalTable, DataType, Insert, InsertSource, PartitionColumn, Query, RowFormat,
    StoredAs, option_of,
};
use redshift_sql::types::Type;

use super::super::Refusal;
use super::super::statement::{ExternalAs, Statement};
use super::super::writer::Writer;
use super::{External, column};

/// Translates CREATE EXTERNAL TABLE … AS into objects that are written and a table over them.
pub(super) fn create(
    create: &CreateExternalTable,
    query: &Query,
    external: External,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    let parted = create.partitioned_by.iter().map(|part| match part {
        PartitionColumn::Name(name) => Ok((name.text.to_string(), None)),
        PartitionColumn::Column(definition) => {
            let name = definition.name.text.to_string();
            let kind = match &definition.data_type.kind {
                DataType::Inserted => return Err(Refusal::syntax("no type is inserted here")),
                written => Type::of(written),
            };
            column::check(&name, kind)?;
            Ok((name, Some(kind)))
        }
    });
    Ok(Statement::CreateExternalAs(Box::new(ExternalAs {
        name: writer.relation(&create.name)?,
        if_not_exists: create.if_not_exists,
        parted: parted.collect::<Result<_, Refusal>>()?,
        external,
        query: writer.sql(&writer.query(query, true)?)?,
        tree: Box::new(query.clone()),
    })))
}

/// Refuses what the usage notes forbid.
pub(super) fn check(create: &CreateExternalTable, query: &Query) -> Result<(), Refusal> {
    let wrong = |what: &str| Err(Refusal::syntax(format!("CREATE EXTERNAL TABLE AS {what}")));
    if !create.columns.is_empty() {
        return wrong("takes no list of columns: their names and types are those of the query");
    }
    match &create.stored_as {
        Some(StoredAs::Format(name)) if name.is("parquet") || name.is("textfile") => {}
        _ => return wrong("takes STORED AS PARQUET or STORED AS TEXTFILE"),
    }
    match &create.row_format {
        Some(RowFormat::Serde { .. }) => return wrong("takes no ROW FORMAT SERDE: leave it out"),
        Some(RowFormat::Delimited(options))
            if option_of(options, "lines terminated by").is_some() =>
        {
            return wrong("takes no LINES TERMINATED BY: leave it out");
        }
        _ => {}
    }
    if has_limit(query) {
        return wrong(
            "takes no LIMIT in its outer SELECT: write it around, `select * from (select … limit n)`",
        );
    }
    Ok(())
}

/// "The LIMIT clause isn't supported in the outer SELECT query" (AWS page: `INSERT (external table)`).
pub(in super::super) fn check_insert(insert: &Insert, writer: Writer<'_>) -> Result<(), Refusal> {
    match &insert.source {
        InsertSource::Query(query) if has_limit(query) && writer.is_external(&insert.table) => {
            Err(Refusal::syntax(
                "INSERT into an external table takes no LIMIT in its outer SELECT: write it around, `select * \
                 from (select … limit n)`",
            ))
        }
        _ => Ok(()),
    }
}

/// Whether the outermost query has LIMIT or TOP.
pub(in crate::warehouse::dialect) fn has_limit(query: &Query) -> bool {
    let inside = match &query.body {
        Body::Select(select) => select.top.is_some(),
        Body::Parenthesized(query) => has_limit(query),
        Body::Operation { .. } => false,
    };
    inside || query.limit.is_some()
}
