//! COPY.

use redshift_sql::tree::{
    self, CopyCompression, CopyFormat, CopyOptionKind, FieldMapping, TextEncoding,
};

use super::Refusal;
use super::format::parse_format;
use super::load::{Location, number, text};
use super::statement::Statement;
use super::writer::Writer;

/// How the objects are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Format {
    Csv {
        quote: String,
    },
    /// Fields without quotes, unless they are to be removed.
    Delimited {
        quotes: bool,
        escape: bool,
    },
    Parquet,
    /// Objects one behind the other, fields by name.
    Json,
    /// Objects, fields by the paths that a file lists.
    JsonPaths(Location),
    /// Each object into the one SUPER column that there is.
    JsonWhole,
    /// Lines whose fields have these widths, in characters, by the names of their columns.
    FixedWidth(Vec<(String, u32)>),
}

/// How days or moments are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// As the engine reads them: ISO 8601.
    Iso,
    /// In any of the usual ways.
    Auto,
    /// As this format of the engine says.
    Strptime(String),
    EpochSeconds,
    EpochMilliseconds,
}

/// What stands for NULL in a text where COPY does not say (AWS page: "Data conversion parameters").
pub(crate) const DEFAULT_NULL: &str = "\\N";

/// COPY, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Copy {
    pub(crate) table: String,
    /// As they are called in the table; none: all of its columns.
    pub(crate) columns: Vec<String>,
    pub(crate) from: Location,
    pub(crate) manifest: bool,
    pub(crate) format: Format,
    pub(crate) delimiter: String,
    pub(crate) compression: &'static str,
    pub(crate) ignore_header: u64,
    pub(crate) null: String,
    pub(crate) dates: Pattern,
    pub(crate) times: Pattern,
    pub(crate) max_error: u64,
    pub(crate) empty_as_null: bool,
    pub(crate) blanks_as_null: bool,
    pub(crate) trim_blanks: bool,
    pub(crate) truncate_columns: bool,
    pub(crate) fill_record: bool,
    pub(crate) explicit_ids: bool,
    pub(crate) round_decimals: bool,
    /// Read everything, keep nothing.
    pub(crate) no_load: bool,
}

/// Translates COPY.
pub(super) fn copy(written: &tree::Copy, writer: Writer<'_>) -> Result<Statement, Refusal> {
    if written.job.is_some() {
        return Err(Refusal::Unsupported("COPY JOB".to_owned()));
    }
    let mut copy = Copy {
        table: writer.relation(&written.table)?,
        columns: written
            .columns
            .iter()
            .map(|name| name.text.to_string())
            .collect(),
        from: Location::parse(text(&written.source)?)?,
        manifest: false,
        format: Format::Delimited {
            quotes: false,
            escape: false,
        },
        delimiter: "|".to_owned(),
        compression: "none",
        ignore_header: 0,
        null: DEFAULT_NULL.to_owned(),
        dates: Pattern::Iso,
        times: Pattern::Iso,
        max_error: 0,
        empty_as_null: false,
        blanks_as_null: false,
        trim_blanks: false,
        truncate_columns: false,
        fill_record: false,
        explicit_ids: false,
        round_decimals: false,
        no_load: false,
    };
    let mut delimiter = None;
    let mut quote = None;
    let (mut quotes, mut escape) = (false, false);
    for option in &written.options {
        match &option.kind {
            CopyOptionKind::Format(format) => copy.format = self::format(format)?,
            CopyOptionKind::Quote(given) => quote = Some(text(given)?.to_owned()),
            CopyOptionKind::Delimiter(given) => delimiter = Some(text(given)?.to_owned()),
            CopyOptionKind::Compression(CopyCompression::Gzip) => copy.compression = "gzip",
            CopyOptionKind::Compression(CopyCompression::Zstd) => copy.compression = "zstd",
            CopyOptionKind::Compression(CopyCompression::Bzip2) => return Err(refused("BZIP2")),
            CopyOptionKind::Compression(CopyCompression::Lzop) => return Err(refused("LZOP")),
            CopyOptionKind::Manifest => copy.manifest = true,
            CopyOptionKind::IgnoreHeader(rows) => copy.ignore_header = number(rows)?,
            CopyOptionKind::Null(given) => copy.null = text(given)?.to_owned(),
            CopyOptionKind::DateFormat(given) => copy.dates = pattern(text(given)?)?,
            CopyOptionKind::TimeFormat(given) => copy.times = pattern(text(given)?)?,
            CopyOptionKind::MaxError(rows) => copy.max_error = number(rows)?,
            CopyOptionKind::EmptyAsNull => copy.empty_as_null = true,
            CopyOptionKind::BlanksAsNull => copy.blanks_as_null = true,
            CopyOptionKind::TrimBlanks => copy.trim_blanks = true,
            CopyOptionKind::TruncateColumns => copy.truncate_columns = true,
            CopyOptionKind::FillRecord => copy.fill_record = true,
            CopyOptionKind::ExplicitIds => copy.explicit_ids = true,
            CopyOptionKind::RoundDec => copy.round_decimals = true,
            CopyOptionKind::NoLoad => copy.no_load = true,
            CopyOptionKind::RemoveQuotes => quotes = true,
            CopyOptionKind::Escape => escape = true,
            CopyOptionKind::Encoding(TextEncoding::Utf8)
            // Who may, where, how it is stored: nobody asks on a laptop.
            | CopyOptionKind::Authorization(_)
            | CopyOptionKind::Region(_)
            | CopyOptionKind::MasterSymmetricKey(_)
            | CopyOptionKind::Encrypted
            | CopyOptionKind::AcceptInvChars(_)
            | CopyOptionKind::CompUpdate(_)
            | CopyOptionKind::StatUpdate(_)
            | CopyOptionKind::CompRows(_)
            | CopyOptionKind::ReadRatio(_)
            | CopyOptionKind::IgnoreBlankLines => {}
            CopyOptionKind::Encoding(_) => {
                return Err(Refusal::Unsupported(
                    "another ENCODING than UTF8".to_owned(),
                ));
            }
            CopyOptionKind::AcceptAnyDate => return Err(refused("ACCEPTANYDATE")),
            CopyOptionKind::Ssh => return Err(refused("SSH")),
            CopyOptionKind::SerializeToJson => return Err(refused("SERIALIZETOJSON")),
            CopyOptionKind::IgnoreAllErrors => return Err(refused("IGNOREALLERRORS")),
            CopyOptionKind::Inserted => {
                return Err(Refusal::syntax("nothing is inserted for an option of COPY"));
            }
        }
    }
    match &mut copy.format {
        Format::Delimited {
            quotes: removed,
            escape: escaped,
        } => (*removed, *escaped) = (quotes, escape),
        Format::Csv { quote: given } => {
            if let Some(quote) = quote {
                *given = quote;
            }
        }
        _ => {}
    }
    if let Some(delimiter) = delimiter {
        copy.delimiter = delimiter;
    } else if matches!(copy.format, Format::Csv { .. }) {
        copy.delimiter = ",".to_owned();
    }
    Ok(Statement::Copy(Box::new(copy)))
}

fn format(written: &CopyFormat) -> Result<Format, Refusal> {
    Ok(match written {
        CopyFormat::Csv => Format::Csv {
            quote: "\"".to_owned(),
        },
        CopyFormat::Parquet => Format::Parquet,
        CopyFormat::Json(given) => match written.mapping() {
            Some(FieldMapping::Auto | FieldMapping::AutoIgnoreCase) => Format::Json,
            Some(FieldMapping::Paths(paths)) => Format::JsonPaths(Location::parse(paths)?),
            Some(FieldMapping::NoShred) => Format::JsonWhole,
            _ => {
                let how = given.as_ref().and_then(|given| given.literal());
                let how = how.unwrap_or_default();
                return Err(Refusal::Unsupported(format!("COPY … JSON '{how}'")));
            }
        },
        CopyFormat::FixedWidth(widths) => Format::FixedWidth(self::widths(text(widths)?)?),
        CopyFormat::Avro(_) => return Err(refused("AVRO")),
        CopyFormat::Orc => return Err(refused("ORC")),
        CopyFormat::Shapefile(_) => return Err(refused("SHAPEFILE")),
    })
}

/// `label:width, …` (AWS page: `Data format parameters`, FIXEDWIDTH).
fn widths(text: &str) -> Result<Vec<(String, u32)>, Refusal> {
    let wrong = || Refusal::syntax("FIXEDWIDTH takes `label:width, …`");
    text.split(',')
        .map(|column| {
            let (label, width) = column.rsplit_once(':').ok_or_else(wrong)?;
            let width = width.trim().parse().map_err(|_| wrong())?;
            Ok((label.trim().to_lowercase(), width))
        })
        .collect()
}

fn refused(option: &str) -> Refusal {
    Refusal::Unsupported(format!("{option} of COPY"))
}

fn pattern(format: &str) -> Result<Pattern, Refusal> {
    Ok(match format.to_ascii_lowercase().as_str() {
        "auto" => Pattern::Auto,
        "epochsecs" => Pattern::EpochSeconds,
        "epochmillisecs" => Pattern::EpochMilliseconds,
        _ => Pattern::Strptime(parse_format(format)?),
    })
}
