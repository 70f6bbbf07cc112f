//! UNLOAD.

use redshift_sql::tree::{self, UnloadCompression, UnloadOptionKind, UnloadQuery};

use super::Refusal;
use super::load::{Location, text};
use super::statement::{Sql, Statement};
use super::writer::Writer;

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

/// Translates UNLOAD.
pub(super) fn unload(written: &tree::Unload, writer: Writer<'_>) -> Result<Statement, Refusal> {
    let UnloadQuery::Query(query) = &written.query else {
        return Err(Refusal::syntax("UNLOAD takes a query as a text"));
    };
    writer.shows_no_sketch(query)?;
    let mut unload = Unload {
        query: writer.sql(&writer.query(query, true)?)?,
        to: Location::parse(text(&written.target)?)?,
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
    let mut delimiter = None;
    let mut added_quotes = false;
    for option in &written.options {
        match &option.kind {
            UnloadOptionKind::Format(format) => {
                unload.format = match format {
                    tree::UnloadFormat::Csv => UnloadFormat::Csv,
                    tree::UnloadFormat::Parquet => UnloadFormat::Parquet,
                    tree::UnloadFormat::Json => UnloadFormat::Json,
                };
            }
            UnloadOptionKind::Delimiter(given) => delimiter = Some(text(given)?.to_owned()),
            UnloadOptionKind::AddQuotes => added_quotes = true,
            UnloadOptionKind::Header => unload.header = true,
            UnloadOptionKind::Null(given) => unload.null = text(given)?.to_owned(),
            UnloadOptionKind::Compression(UnloadCompression::Gzip) => unload.compression = "gzip",
            UnloadOptionKind::Compression(UnloadCompression::Zstd) => unload.compression = "zstd",
            UnloadOptionKind::Compression(UnloadCompression::Bzip2) => {
                return Err(refused("BZIP2"));
            }
            UnloadOptionKind::Extension(given) => {
                let extension = text(given)?.trim_start_matches('.');
                if extension.contains(['/', '\\']) {
                    return Err(Refusal::syntax("EXTENSION is the end of a name"));
                }
                unload.extension = Some(extension.to_owned());
            }
            UnloadOptionKind::AllowOverwrite => unload.allow_overwrite = true,
            UnloadOptionKind::CleanPath => unload.clean_path = true,
            UnloadOptionKind::Parallel(parallel) => unload.parallel = *parallel,
            UnloadOptionKind::Manifest { .. } => unload.manifest = true,
            UnloadOptionKind::PartitionBy { columns, include } => {
                unload.partition_by = columns.iter().map(|name| name.text.to_string()).collect();
                unload.include_partitions = *include;
            }
            // Who may, where, how it is stored, how large objects become: nobody asks on a laptop.
            UnloadOptionKind::Authorization(_)
            | UnloadOptionKind::Region(_)
            | UnloadOptionKind::KmsKeyId(_)
            | UnloadOptionKind::MasterSymmetricKey(_)
            | UnloadOptionKind::Encrypted { .. }
            | UnloadOptionKind::MaxFileSize(_)
            | UnloadOptionKind::RowGroupSize(_) => {}
            UnloadOptionKind::FixedWidth(_) => return Err(refused("FIXEDWIDTH")),
            UnloadOptionKind::Escape => return Err(refused("ESCAPE")),
            UnloadOptionKind::Inserted => {
                return Err(Refusal::syntax(
                    "nothing is inserted for an option of UNLOAD",
                ));
            }
        }
    }
    if let UnloadFormat::Delimited { quotes } = &mut unload.format {
        *quotes = added_quotes;
    }
    if let Some(delimiter) = delimiter {
        unload.delimiter = delimiter;
    } else if unload.format == UnloadFormat::Csv {
        unload.delimiter = ",".to_owned();
    }
    Ok(Statement::Unload(Box::new(unload)))
}

fn refused(option: &str) -> Refusal {
    Refusal::Unsupported(format!("{option} of UNLOAD"))
}
