//! How the objects of an external table are written: STORED AS, ROW FORMAT and the classes of Hive (AWS
//! page: `CREATE EXTERNAL TABLE`).

use std::collections::BTreeMap;

use redshift_sql::tree::{self, CreateExternalTable, RowFormat, StatementOption, StoredAs};
use serde::{Deserialize, Serialize};

use super::super::Refusal;
use super::super::load::unescaped;
use super::literal;

/// How the objects of an external table are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ExternalFormat {
    Text { delimiter: String },
    Csv { delimiter: String, quote: String },
    Json,
    Avro,
    Orc,
    Parquet,
}

/// How the objects are written, and the classes of Hive that say so in the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExternalWritten {
    pub(crate) format: ExternalFormat,
    /// Keys in the objects of columns that are called otherwise.
    pub(crate) keys: BTreeMap<String, String>,
    pub(crate) input: &'static str,
    pub(crate) output: &'static str,
    pub(crate) serde: &'static str,
}

const TEXT_INPUT: &str = "org.apache.hadoop.mapred.TextInputFormat";
const TEXT_OUTPUT: &str = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat";
const PARQUET_INPUT: &str = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat";
const PARQUET_OUTPUT: &str = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat";
const AVRO_INPUT: &str = "org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat";
const AVRO_OUTPUT: &str = "org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat";
const ORC_INPUT: &str = "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat";
const ORC_OUTPUT: &str = "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat";
const ORC_SERDE: &str = "org.apache.hadoop.hive.ql.io.orc.OrcSerde";
const PARQUET_SERDE: &str = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe";
const TEXT_SERDE: &str = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe";
const CSV_SERDE: &str = "org.apache.hadoop.hive.serde2.OpenCSVSerde";
const AVRO_SERDE: &str = "org.apache.hadoop.hive.serde2.avro.AvroSerDe";
const JSON_SERDES: [&str; 2] = [
    "org.openx.data.jsonserde.JsonSerDe",
    "org.apache.hive.hcatalog.data.JsonSerDe",
];

/// What separates fields where nobody says (AWS page: `CREATE EXTERNAL TABLE`).
const FIELD_END: &str = "\u{1}";

/// What ends lines. An example of the page writes the second, and its objects have lines like others.
const LINE_ENDS: [&str; 2] = ["\n", "\n\\l"];

/// Words in the classes of formats that nobody reads here, what they are, and what to do instead.
const ELSEWHERE: [(&str, &str, &str); 6] = [
    (
        "hudi",
        "tables of Apache Hudi",
        "write the rows as plain Parquet, and create the table with STORED AS PARQUET",
    ),
    (
        "symlinktext",
        "manifests of Delta Lake",
        "write the rows as plain Parquet, and create the table with STORED AS PARQUET",
    ),
    (
        "ion",
        "Amazon Ion",
        "write the objects as JSON, and name the class of a JSON SerDe",
    ),
    (
        "rc",
        "RCFile",
        "write the objects as Parquet, and create the table with STORED AS PARQUET",
    ),
    (
        "sequence",
        "sequence files",
        "write the objects as Parquet, and create the table with STORED AS PARQUET",
    ),
    (
        "regexserde",
        "rows by a regular expression",
        "read each line into one column, and take it apart with REGEXP_SUBSTR",
    ),
];

impl ExternalWritten {
    fn text(format: ExternalFormat, serde: &'static str) -> Self {
        Self {
            format,
            keys: BTreeMap::new(),
            input: TEXT_INPUT,
            output: TEXT_OUTPUT,
            serde,
        }
    }

    fn delimited(delimiter: Option<String>) -> Self {
        let delimiter = delimiter.unwrap_or_else(|| FIELD_END.to_owned());
        Self::text(ExternalFormat::Text { delimiter }, TEXT_SERDE)
    }

    fn parquet() -> Self {
        Self {
            format: ExternalFormat::Parquet,
            keys: BTreeMap::new(),
            input: PARQUET_INPUT,
            output: PARQUET_OUTPUT,
            serde: PARQUET_SERDE,
        }
    }

    fn avro() -> Self {
        Self {
            format: ExternalFormat::Avro,
            keys: BTreeMap::new(),
            input: AVRO_INPUT,
            output: AVRO_OUTPUT,
            serde: AVRO_SERDE,
        }
    }

    fn orc() -> Self {
        Self {
            format: ExternalFormat::Orc,
            keys: BTreeMap::new(),
            input: ORC_INPUT,
            output: ORC_OUTPUT,
            serde: ORC_SERDE,
        }
    }
}

/// The format of a name: of STORED AS, or of SET FILE FORMAT.
pub(super) fn of_name(name: &str) -> Result<ExternalWritten, Refusal> {
    match name.to_lowercase().as_str() {
        "parquet" => Ok(ExternalWritten::parquet()),
        "avro" => Ok(ExternalWritten::avro()),
        "orc" => Ok(ExternalWritten::orc()),
        "textfile" => Ok(ExternalWritten::delimited(None)),
        other => Err(elsewhere(
            &format!("STORED AS {}", other.to_uppercase()),
            other,
        )),
    }
}

/// How the objects of a table are written.
pub(super) fn of(create: &CreateExternalTable, script: &str) -> Result<ExternalWritten, Refusal> {
    let row_format = create.row_format.as_ref();
    match &create.stored_as {
        Some(StoredAs::Format(name)) => {
            let written = of_name(&name.text)?;
            if written.serde != TEXT_SERDE {
                return Ok(written);
            }
        }
        Some(StoredAs::Classes { input, .. }) => match literal(input).unwrap_or_default() {
            PARQUET_INPUT => return Ok(ExternalWritten::parquet()),
            AVRO_INPUT => return Ok(ExternalWritten::avro()),
            ORC_INPUT => return Ok(ExternalWritten::orc()),
            TEXT_INPUT => {}
            other => return Err(elsewhere(&format!("INPUTFORMAT `{other}`"), other)),
        },
        None => {}
    }
    match row_format {
        None => Ok(ExternalWritten::delimited(None)),
        Some(RowFormat::Delimited(options)) => {
            if let Some(end) = raw(options, "lines terminated by", script)
                && !LINE_ENDS.contains(&end.as_str())
            {
                return Err(unsupported(
                    "LINES TERMINATED BY another character than \\n: end the lines of the objects with \
                     \\n",
                ));
            }
            for option in ["collection items terminated by", "map keys terminated by"] {
                if raw(options, option, script).is_some() {
                    return Err(unsupported(&format!(
                        "{}: leave it out, or write the objects as JSON",
                        option.to_uppercase()
                    )));
                }
            }
            if raw(options, "escaped by", script).is_some() {
                return Err(unsupported(
                    "ESCAPED BY: write the objects as CSV with quotes, or as Parquet",
                ));
            }
            Ok(ExternalWritten::delimited(raw(
                options,
                "fields terminated by",
                script,
            )))
        }
        Some(RowFormat::Serde { class, properties }) => {
            of_class(literal(class).unwrap_or_default(), properties, script)
        }
    }
}

/// The format that the class of a SerDe reads.
fn of_class(
    class: &str,
    properties: &[StatementOption],
    script: &str,
) -> Result<ExternalWritten, Refusal> {
    let given = |name: &str| raw(properties, name, script);
    match class {
        TEXT_SERDE => Ok(ExternalWritten::delimited(
            given("field.delim").or_else(|| given("serialization.format")),
        )),
        CSV_SERDE => Ok(ExternalWritten::text(
            ExternalFormat::Csv {
                delimiter: given("separatorChar").unwrap_or_else(|| ",".to_owned()),
                quote: given("quoteChar").unwrap_or_else(|| "\"".to_owned()),
            },
            CSV_SERDE,
        )),
        PARQUET_SERDE => Ok(ExternalWritten::parquet()),
        AVRO_SERDE => Ok(ExternalWritten::avro()),
        ORC_SERDE => Ok(ExternalWritten::orc()),
        other => {
            let Some(json) = JSON_SERDES.into_iter().find(|known| *known == other) else {
                return Err(elsewhere(&format!("ROW FORMAT SERDE `{other}`"), other));
            };
            let keys = properties.iter().filter_map(|property| {
                let column = property.name.to_lowercase();
                let column = column.strip_prefix("mapping.")?.to_owned();
                let key = property.values.first().and_then(tree::OptionValue::text)?;
                Some((column, key.to_owned()))
            });
            Ok(ExternalWritten {
                keys: keys.collect(),
                ..ExternalWritten::text(ExternalFormat::Json, json)
            })
        }
    }
}

/// What NULL DEFINED AS says.
pub(super) fn null(create: &CreateExternalTable, script: &str) -> Option<String> {
    match &create.row_format {
        Some(RowFormat::Delimited(options)) => raw(options, "null defined as", script),
        _ => None,
    }
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

/// A format that nobody reads here, by its name or its class.
fn elsewhere(what: &str, class: &str) -> Refusal {
    let class = class.to_lowercase();
    // The last part of a class says what it is; `org.apache.hadoop…` says nothing.
    let name = class.rsplit('.').next().unwrap_or_default();
    let found = ELSEWHERE.iter().find(|(word, ..)| {
        if *word == "hudi" {
            class.contains(".hudi.")
        } else {
            name.starts_with(word)
        }
    });
    match found {
        Some((_, meant, instead)) => unsupported(&format!("{what} ({meant}): {instead}")),
        None => unsupported(&format!(
            "{what}: write the objects as text, JSON, Avro, ORC or Parquet"
        )),
    }
}

pub(super) fn unsupported(what: &str) -> Refusal {
    Refusal::Unsupported(format!("external tables with {what}"))
}
