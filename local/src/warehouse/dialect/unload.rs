//! UNLOAD.

use redshift_sql::tree::{self, Size, SizeUnit, UnloadCompression, UnloadOptionKind, UnloadQuery};

use super::Refusal;
use super::load::{BucketLocation, Packing, as_written, text, unescaped};
use super::statement::{Statement, Unload, UnloadFormat};
use super::writer::Writer;

/// Translates UNLOAD; its query is a text, and is translated, too.
pub(super) fn unload(
    written: &tree::Unload,
    script: &str,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    let UnloadQuery::Query(query) = &written.query else {
        return Err(Refusal::syntax("UNLOAD takes a query as a text"));
    };
    // "The SELECT query can't use a LIMIT clause in the outer SELECT" (AWS page: `UNLOAD`).
    if super::external::has_limit(query) {
        return Err(Refusal::syntax(
            "UNLOAD takes no LIMIT in its outer SELECT: write it around, `select * from (select … limit n)`",
        ));
    }
    writer.shows_no_sketch(query)?;
    let mut unload = Unload {
        query: writer.sql(&writer.query(query, true)?)?,
        to: BucketLocation::parse(text(&written.target)?)?,
        format: UnloadFormat::Delimited {
            quotes: false,
            escape: false,
        },
        delimiter: "|".to_owned(),
        header: false,
        null: String::new(),
        packing: Packing::Plain,
        extension: None,
        allow_overwrite: false,
        clean_path: false,
        parallel: true,
        largest: LARGEST,
        manifest: false,
        verbose: false,
        partition_by: Vec::new(),
        include_partitions: false,
    };
    let mut delimiter = None;
    let (mut added_quotes, mut escaped, mut widths) = (false, false, None);
    for option in &written.options {
        match &option.kind {
            UnloadOptionKind::Format(format) => {
                unload.format = match format {
                    tree::UnloadFormat::Csv => UnloadFormat::Csv,
                    tree::UnloadFormat::Parquet => UnloadFormat::Parquet,
                    tree::UnloadFormat::Json => UnloadFormat::Json,
                };
            }
            UnloadOptionKind::Delimiter(given) => {
                delimiter = Some(unescaped(&as_written(given, script)?))
            }
            UnloadOptionKind::AddQuotes => added_quotes = true,
            UnloadOptionKind::Header => unload.header = true,
            UnloadOptionKind::Null(given) => unload.null = text(given)?.to_owned(),
            UnloadOptionKind::Compression(UnloadCompression::Gzip) => {
                unload.packing = Packing::Gzip
            }
            UnloadOptionKind::Compression(UnloadCompression::Zstd) => {
                unload.packing = Packing::Zstd
            }
            UnloadOptionKind::Compression(UnloadCompression::Bzip2) => {
                unload.packing = Packing::Bzip2
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
            UnloadOptionKind::Manifest { verbose } => {
                unload.manifest = true;
                unload.verbose = *verbose;
            }
            UnloadOptionKind::MaxFileSize(given) => unload.largest = largest(given)?,
            UnloadOptionKind::FixedWidth(given) => widths = Some(self::widths(text(given)?)?),
            UnloadOptionKind::Escape => escaped = true,
            UnloadOptionKind::PartitionBy { columns, include } => {
                unload.partition_by = columns.iter().map(|name| name.text.to_string()).collect();
                unload.include_partitions = *include;
            }
            // Who may, where, how it is stored: nobody asks on a laptop.
            UnloadOptionKind::Authorization(_)
            | UnloadOptionKind::Region(_)
            | UnloadOptionKind::KmsKeyId(_)
            | UnloadOptionKind::MasterSymmetricKey(_)
            | UnloadOptionKind::Encrypted { .. }
            | UnloadOptionKind::RowGroupSize(_) => {}
            UnloadOptionKind::Inserted => {
                return Err(Refusal::syntax(
                    "nothing is inserted for an option of UNLOAD",
                ));
            }
        }
    }
    // "A forward slash is automatically added" (AWS page: `UNLOAD`, TO).
    let is_folder = unload.to.key.is_empty() || unload.to.key.ends_with('/');
    if !unload.partition_by.is_empty() && !is_folder {
        unload.to.key.push('/');
    }
    if let UnloadFormat::Delimited { quotes, escape } = &mut unload.format {
        (*quotes, *escape) = (added_quotes, escaped);
        if let Some(widths) = widths {
            unload.format = UnloadFormat::FixedWidth(widths);
        }
    }
    if let Some(delimiter) = delimiter {
        unload.delimiter = delimiter;
    } else if unload.format == UnloadFormat::Csv {
        unload.delimiter = ",".to_owned();
    }
    Ok(Statement::Unload(Box::new(unload)))
}

/// Most bytes of an object where UNLOAD does not say: 6.2 GB.
const LARGEST: u64 = 6_200 * 1024 * 1024;

/// MAXFILESIZE: between 5 MB and 6.2 GB; megabytes where it does not say.
fn largest(given: &Size) -> Result<u64, Refusal> {
    let wrong = || Refusal::syntax("MAXFILESIZE takes a size from 5 MB to 6.2 GB");
    let number = given.number.value.as_ref();
    let number: f64 = number
        .and_then(|number| number.parse().ok())
        .ok_or_else(wrong)?;
    let megabytes = match given.unit {
        Some(SizeUnit::Gigabytes) => number * 1024.0,
        Some(SizeUnit::Kilobytes) => number / 1024.0,
        _ => number,
    };
    if !(5.0..=6349.0).contains(&megabytes) {
        return Err(wrong());
    }
    // Between 5 and 6349: nothing is lost.
    Ok((megabytes * 1024.0) as u64 * 1024)
}

/// `column:width, …`, in the order of the columns.
fn widths(text: &str) -> Result<Vec<u32>, Refusal> {
    let wrong = || Refusal::syntax("FIXEDWIDTH takes `column:width, …`");
    text.split(',')
        .map(|column| {
            let (_, width) = column.rsplit_once(':').ok_or_else(wrong)?;
            width.trim().parse().map_err(|_| wrong())
        })
        .collect()
}
