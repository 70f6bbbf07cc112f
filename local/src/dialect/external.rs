//! External schemas and tables (AWS pages: `CREATE EXTERNAL SCHEMA`, `CREATE EXTERNAL TABLE`, `ALTER
//! TABLE`): an external table is a table of the engine, into which the warehouse reads the objects
//! whenever they are others than before.

use redshift_sql::tree::{
    self, AlterTable, AlterTableKind, CreateExternalTable, CreateTable, Expression, ExpressionKind,
    ObjectName, Partition, PartitionColumn, RowFormat, StatementOption, StoredAs, TableElement,
    option_of,
};
use serde::{Deserialize, Serialize};

use super::declare::{self, Declare};
use super::fragment::quote_text;
use super::load::{Location, unescaped};
use super::statement::{Sql, Statement};
use super::writer::Writer;
use super::{Refusal, table};

/// Where the rows of an external table are, and how they are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct External {
    pub(crate) format: ExternalFormat,
    /// `s3://bucket/prefix`
    pub(crate) location: String,
    /// Lines at the start of each object that are no rows.
    pub(crate) header: u64,
    /// What stands for NULL in a text.
    pub(crate) null: String,
    /// Columns behind the others, by which objects are parted.
    pub(crate) partitioned_by: Vec<String>,
    pub(crate) partitions: Vec<ExternalPartition>,
    /// Classes of Hive, as the catalog shows them.
    pub(crate) input_format: String,
    pub(crate) output_format: String,
    pub(crate) serde: String,
    /// TABLE PROPERTIES, as JSON.
    pub(crate) parameters: String,
    /// The objects that the rows were read from; none: they have not been read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seen: Option<String>,
}

/// A part of an external table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ExternalPartition {
    /// Of each column that objects are parted by.
    pub(crate) values: Vec<String>,
    pub(crate) location: String,
}

/// How the objects of an external table are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ExternalFormat {
    Text { delimiter: String },
    Csv { delimiter: String, quote: String },
    Json,
    Parquet,
}

/// What changes of an external table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ExternalChange {
    Add {
        if_not_exists: bool,
        partitions: Vec<(PartitionValues, String)>,
    },
    Drop(PartitionValues),
    Place {
        partition: PartitionValues,
        location: String,
    },
    Location(String),
}

/// Columns and their values.
pub(crate) type PartitionValues = Vec<(String, String)>;

const TEXT_INPUT: &str = "org.apache.hadoop.mapred.TextInputFormat";
const TEXT_OUTPUT: &str = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat";
const PARQUET_INPUT: &str = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat";
const PARQUET_OUTPUT: &str = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat";
const PARQUET_SERDE: &str = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe";
const TEXT_SERDE: &str = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe";
const CSV_SERDE: &str = "org.apache.hadoop.hive.serde2.OpenCSVSerde";
const JSON_SERDES: [&str; 2] = [
    "org.openx.data.jsonserde.JsonSerDe",
    "org.apache.hive.hcatalog.data.JsonSerDe",
];

/// What separates fields where nobody says (AWS page: `CREATE EXTERNAL TABLE`).
const FIELD_END: &str = "\u{1}";

/// Columns that external tables have beside their own (AWS page: `CREATE EXTERNAL TABLE`).
const PSEUDOCOLUMNS: [&str; 3] = ["$path", "$size", "$spectrum_oid"];

/// A name that only such a column can have.
pub(super) fn refuse_pseudocolumn(name: &ObjectName) -> Result<(), Refusal> {
    match name.name() {
        Some(column) if PSEUDOCOLUMNS.contains(&column.text.as_str()) => Err(Refusal::Unsupported(
            format!("the pseudocolumn \"{}\" of external tables", column.text),
        )),
        _ => Ok(()),
    }
}

/// An external schema: its tables are whatever the laptop keeps in a schema of that name.
pub(super) fn schema(
    definition: &tree::Definition,
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
    statements.push(Sql::plain(format!(
        "delete from redshift.external_schemas where schema_name = {name}"
    )));
    statements.push(Sql::plain(format!(
        "insert into redshift.external_schemas values ({name}, {}, {})",
        quote_text(database.unwrap_or_default()),
        quote_text(role.unwrap_or_default())
    )));
    Ok(Statement::Define(statements))
}

/// An external table.
pub(super) fn create(
    create: &CreateExternalTable,
    script: &str,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    if create.query.is_some() {
        return Err(Refusal::Unsupported(
            "CREATE EXTERNAL TABLE AS: UNLOAD the query, and create the table over its objects"
                .to_owned(),
        ));
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
    let plain = CreateTable {
        temporary: false,
        if_not_exists: create.if_not_exists,
        name: create.name.clone(),
        elements: columns.into_iter().map(TableElement::Column).collect(),
        attributes: tree::TableAttributes::default(),
        iceberg: None,
    };
    let mut made = declare::table(table::create(&plain, writer)?, &plain, script, writer)?;
    if let Statement::Declare { declare, .. } = &mut made
        && let Declare::Table { declaration, .. } = declare.as_mut()
    {
        declaration.external = Some(Box::new(external));
    }
    Ok(made)
}

fn external(create: &CreateExternalTable, script: &str) -> Result<External, Refusal> {
    let location = create
        .location
        .as_ref()
        .ok_or_else(|| Refusal::syntax("an external table has a LOCATION"))?;
    let property = |name: &str| value(&create.properties, name);
    let kind = format(create, script)?;
    let (input_format, output_format) = match kind.0 {
        ExternalFormat::Parquet => (PARQUET_INPUT, PARQUET_OUTPUT),
        _ => (TEXT_INPUT, TEXT_OUTPUT),
    };
    let header = match property("skip.header.line.count") {
        None => 0,
        Some(lines) => lines.trim().parse().map_err(|_| {
            Refusal::Value(format!("skip.header.line.count is a number, not `{lines}`"))
        })?,
    };
    if let Some(packed) = property("compression_type")
        && !matches!(packed.to_lowercase().as_str(), "none" | "gzip")
    {
        return Err(unsupported(&format!("compression_type {packed}")));
    }
    let parameters: serde_json::Map<String, serde_json::Value> = create
        .properties
        .iter()
        .map(|property| {
            let value = property.values.first().and_then(tree::OptionValue::text);
            (property.name.to_string(), value.unwrap_or_default().into())
        })
        .collect();
    Ok(External {
        format: kind.0,
        location: place(location)?,
        header,
        null: property("serialization.null.format")
            .unwrap_or_else(|| super::copy::DEFAULT_NULL.to_owned()),
        partitioned_by: create
            .partitioned_by
            .iter()
            .filter_map(|column| match column {
                PartitionColumn::Column(column) => Some(column.name.text.to_string()),
                PartitionColumn::Name(_) => None,
            })
            .collect(),
        partitions: Vec::new(),
        input_format: input_format.to_owned(),
        output_format: output_format.to_owned(),
        serde: kind.1.to_owned(),
        parameters: serde_json::Value::from(parameters).to_string(),
        seen: None,
    })
}

/// How the objects are written, and the class of Hive that reads it.
fn format(
    create: &CreateExternalTable,
    script: &str,
) -> Result<(ExternalFormat, &'static str), Refusal> {
    match &create.stored_as {
        Some(StoredAs::Format(name)) if name.is("parquet") => {
            return Ok((ExternalFormat::Parquet, PARQUET_SERDE));
        }
        Some(StoredAs::Format(name)) if !name.is("textfile") => {
            return Err(unsupported(&format!(
                "STORED AS {}",
                name.text.to_uppercase()
            )));
        }
        Some(StoredAs::Classes { input, .. }) => match literal(input) {
            Some(PARQUET_INPUT) => return Ok((ExternalFormat::Parquet, PARQUET_SERDE)),
            Some(TEXT_INPUT) => {}
            other => {
                return Err(unsupported(&format!(
                    "INPUTFORMAT `{}`",
                    other.unwrap_or_default()
                )));
            }
        },
        _ => {}
    }
    let Some(row_format) = &create.row_format else {
        let delimiter = FIELD_END.to_owned();
        return Ok((ExternalFormat::Text { delimiter }, TEXT_SERDE));
    };
    match row_format {
        RowFormat::Delimited(options) => {
            if let Some(end) = raw(options, "lines terminated by", script)
                && end != "\n"
            {
                return Err(unsupported(
                    "LINES TERMINATED BY another character than \\n",
                ));
            }
            let delimiter = raw(options, "fields terminated by", script);
            let delimiter = delimiter.unwrap_or_else(|| FIELD_END.to_owned());
            Ok((ExternalFormat::Text { delimiter }, TEXT_SERDE))
        }
        RowFormat::Serde { class, properties } => {
            let given = |name: &str| raw(properties, name, script);
            match literal(class) {
                Some(TEXT_SERDE) => {
                    let delimiter = given("field.delim").or_else(|| given("serialization.format"));
                    let delimiter = delimiter.unwrap_or_else(|| FIELD_END.to_owned());
                    Ok((ExternalFormat::Text { delimiter }, TEXT_SERDE))
                }
                Some(CSV_SERDE) => {
                    let csv = ExternalFormat::Csv {
                        delimiter: given("separatorChar").unwrap_or_else(|| ",".to_owned()),
                        quote: given("quoteChar").unwrap_or_else(|| "\"".to_owned()),
                    };
                    Ok((csv, CSV_SERDE))
                }
                Some(PARQUET_SERDE) => Ok((ExternalFormat::Parquet, PARQUET_SERDE)),
                Some(json) if JSON_SERDES.contains(&json) => {
                    let known = JSON_SERDES.into_iter().find(|known| *known == json);
                    Ok((ExternalFormat::Json, known.unwrap_or_default()))
                }
                other => Err(unsupported(&format!(
                    "ROW FORMAT SERDE `{}`",
                    other.unwrap_or_default()
                ))),
            }
        }
    }
}

/// What ALTER TABLE changes of an external table, where it is such a change.
pub(super) fn change(alter: &AlterTable, writer: Writer<'_>) -> Result<Option<Statement>, Refusal> {
    let [action] = alter.actions.as_slice() else {
        return Ok(None);
    };
    let change = match &action.kind {
        AlterTableKind::AddPartitions {
            if_not_exists,
            partitions,
        } => ExternalChange::Add {
            if_not_exists: *if_not_exists,
            partitions: partitions
                .iter()
                .map(|(partition, location)| Ok((values(partition)?, place(location)?)))
                .collect::<Result<_, Refusal>>()?,
        },
        AlterTableKind::DropPartition(partition) => ExternalChange::Drop(values(partition)?),
        AlterTableKind::PartitionLocation {
            partition,
            location,
        } => ExternalChange::Place {
            partition: values(partition)?,
            location: place(location)?,
        },
        AlterTableKind::Location(location) => ExternalChange::Location(place(location)?),
        _ => return Ok(None),
    };
    Ok(Some(Statement::ChangeExternal {
        table: writer.relation(&alter.table)?,
        change,
    }))
}

fn values(partition: &Partition) -> Result<PartitionValues, Refusal> {
    let values = partition.values.iter().map(|(name, value)| {
        let value = match &value.bare().kind {
            ExpressionKind::Text(text) => text.to_string(),
            ExpressionKind::Number(number) => number.to_string(),
            _ => return Err(Refusal::syntax("the value of a partition is a literal")),
        };
        Ok((name.text.to_string(), value))
    });
    values.collect()
}

fn place(location: &Expression) -> Result<String, Refusal> {
    let url = literal(location).ok_or_else(|| Refusal::syntax("a LOCATION is a text"))?;
    Location::parse(url)?;
    Ok(url.to_owned())
}

fn literal(expression: &Expression) -> Option<&str> {
    match &expression.bare().kind {
        ExpressionKind::Text(text) => Some(text),
        _ => None,
    }
}

fn value(options: &[StatementOption], name: &str) -> Option<String> {
    let option = options
        .iter()
        .find(|option| option.name.eq_ignore_ascii_case(name))?;
    let value = option.values.first().and_then(tree::OptionValue::text)?;
    Some(value.to_owned())
}

/// The value of an option with the escapes that its text has.
fn raw(options: &[StatementOption], name: &str, script: &str) -> Option<String> {
    let option = options
        .iter()
        .find(|option| option.name.eq_ignore_ascii_case(name))?;
    let value = option.values.first().and_then(tree::OptionValue::text)?;
    let written = option.span.of(script);
    let inner = written
        .strip_suffix('\'')
        .and_then(|written| written.rsplit_once('\''))
        .map(|(_, inner)| inner);
    Some(match inner {
        Some(inner) if inner.contains('\\') => unescaped(inner),
        _ => value.to_owned(),
    })
}

fn unsupported(what: &str) -> Refusal {
    Refusal::Unsupported(format!("external tables with {what}"))
}
