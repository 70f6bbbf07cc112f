//! UNLOAD.

use super::classify::{sql, translate};
use super::load::{Location, Options};
use super::statement::{Sql, Statement};
use super::tree::Node;
use super::{Context, Refusal};

/// How the objects are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnloadFormat {
    Csv,
    /// Fields without quotes, unless they are asked for.
    Delimited {
        quotes: bool,
    },
    Parquet,
    Json,
}

/// UNLOAD, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unload {
    pub(crate) query: Sql,
    pub(crate) to: Location,
    pub(crate) format: UnloadFormat,
    pub(crate) delimiter: String,
    pub(crate) header: bool,
    pub(crate) null: String,
    /// `gzip`, `zstd` or empty.
    pub(crate) compression: &'static str,
    /// Ending of the names of the objects, without the dot, where one was asked for.
    pub(crate) extension: Option<String>,
    pub(crate) allow_overwrite: bool,
    pub(crate) clean_path: bool,
    pub(crate) parallel: bool,
    pub(crate) manifest: bool,
    pub(crate) partition_by: Vec<String>,
    /// Whether the columns of the partitions are in the objects too.
    pub(crate) include_partitions: bool,
}

/// Reads UNLOAD.
pub(super) fn unload(nodes: &[Node], context: &Context<'_>) -> Result<Statement, Refusal> {
    let query = match nodes.get(1).and_then(Node::as_round) {
        Some([one]) if one.as_text().is_some() => {
            match translate(one.as_text().unwrap_or_default(), context)? {
                Statement::Query(query) => query,
                _ => return Err(Refusal::syntax("UNLOAD takes a query")),
            }
        }
        Some(inner) if !inner.is_empty() => sql(inner.to_vec(), context)?,
        _ => return Err(Refusal::syntax("UNLOAD ('a query') TO a place")),
    };
    if !nodes.get(2).is_some_and(|node| node.is_word("to")) {
        return Err(Refusal::syntax("UNLOAD ('a query') TO a place"));
    }
    let to = nodes
        .get(3)
        .and_then(Node::as_text)
        .ok_or_else(|| Refusal::syntax("UNLOAD … TO takes a place as a text"))?;
    let mut unload = Unload {
        query,
        to: Location::parse(to)?,
        format: UnloadFormat::Delimited { quotes: false },
        delimiter: "|".to_owned(),
        header: false,
        null: String::new(),
        compression: "",
        extension: None,
        allow_overwrite: false,
        clean_path: false,
        parallel: true,
        manifest: false,
        partition_by: Vec::new(),
        include_partitions: false,
    };
    let mut options = Options::new(nodes.get(4..).unwrap_or_default());
    let mut delimiter = None;
    let mut quotes = false;
    while let Some(keyword) = options.keyword()? {
        if options.authorization(keyword) {
            continue;
        }
        match keyword {
            "format" => {
                options.take("as");
            }
            "as" => {}
            "csv" => unload.format = UnloadFormat::Csv,
            "parquet" => unload.format = UnloadFormat::Parquet,
            "json" => unload.format = UnloadFormat::Json,
            "delimiter" => delimiter = Some(options.text(keyword)?.to_owned()),
            "addquotes" => quotes = true,
            "header" => unload.header = true,
            "null" => unload.null = options.text(keyword)?.to_owned(),
            "gzip" => unload.compression = "gzip",
            "zstd" => unload.compression = "zstd",
            "extension" => {
                unload.extension = Some(options.text(keyword)?.trim_start_matches('.').to_owned());
            }
            "allowoverwrite" => unload.allow_overwrite = true,
            "cleanpath" => unload.clean_path = true,
            "parallel" => {
                unload.parallel = !matches!(
                    options.one_of(&["on", "off", "true", "false"]),
                    Some("off" | "false")
                );
            }
            "manifest" => {
                unload.manifest = true;
                options.take("verbose");
            }
            "maxfilesize" | "rowgroupsize" => {
                options.number(keyword)?;
                let _ = options.one_of(&["mb", "gb"]);
            }
            "partition" => {
                options.take("by");
                let inner = options
                    .brackets()
                    .ok_or_else(|| Refusal::syntax("PARTITION BY takes columns in brackets"))?;
                unload.partition_by = inner
                    .iter()
                    .filter_map(Node::as_name)
                    .map(str::to_owned)
                    .collect();
                unload.include_partitions = options.take("include");
            }
            other => {
                return Err(Refusal::Unsupported(format!(
                    "{} of UNLOAD",
                    other.to_uppercase()
                )));
            }
        }
    }
    if let UnloadFormat::Delimited { .. } = unload.format {
        unload.format = UnloadFormat::Delimited { quotes };
    }
    if unload
        .extension
        .as_deref()
        .is_some_and(|e| e.contains(['/', '\\']))
    {
        return Err(Refusal::syntax("EXTENSION is the end of a name"));
    }
    if let Some(delimiter) = delimiter {
        unload.delimiter = delimiter;
    } else if unload.format == UnloadFormat::Csv {
        unload.delimiter = ",".to_owned();
    }
    Ok(Statement::Unload(Box::new(unload)))
}
