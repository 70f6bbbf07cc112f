//! COPY.

use super::classify::relation;
use super::format::parse_format;
use super::load::{Location, Options};
use super::statement::Statement;
use super::tree::Node;
use super::{Context, Refusal};

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

/// Reads COPY.
pub(super) fn copy(nodes: &[Node], context: &Context<'_>) -> Result<Statement, Refusal> {
    let (table, taken) = relation(nodes.get(1..).unwrap_or_default(), context)?;
    let mut at = 1 + taken;
    let mut columns = Vec::new();
    if let Some(inner) = nodes.get(at).and_then(Node::as_round) {
        columns = inner
            .iter()
            .filter_map(Node::as_name)
            .map(str::to_owned)
            .collect();
        at += 1;
    }
    if !nodes.get(at).is_some_and(|node| node.is_word("from")) {
        return Err(Refusal::syntax("COPY a table FROM a place"));
    }
    let from = nodes
        .get(at + 1)
        .and_then(Node::as_text)
        .ok_or_else(|| Refusal::syntax("COPY … FROM takes a place as a text"))?;
    let mut copy = Copy {
        table,
        columns,
        from: Location::parse(from)?,
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
    let mut options = Options::new(nodes.get(at + 2..).unwrap_or_default());
    let mut delimiter = None;
    let (mut quotes, mut escape) = (false, false);
    while let Some(keyword) = options.keyword()? {
        if options.authorization(keyword) {
            continue;
        }
        match keyword {
            "format" => {
                options.take("as");
            }
            "as" => {}
            "csv" => {
                let quote = if options.take("quote") {
                    options.text("quote")?
                } else {
                    "\""
                };
                copy.format = Format::Csv {
                    quote: quote.to_owned(),
                };
            }
            "quote" => {
                copy.format = Format::Csv {
                    quote: options.text("quote")?.to_owned(),
                };
            }
            "parquet" => copy.format = Format::Parquet,
            "json" => {
                let how = options.optional_text().unwrap_or("auto");
                if !matches!(how, "auto" | "auto ignorecase") {
                    return Err(Refusal::Unsupported(format!("COPY … JSON '{how}'")));
                }
                copy.format = Format::Json;
            }
            "delimiter" => delimiter = Some(options.text("delimiter")?.to_owned()),
            "gzip" => copy.compression = "gzip",
            "zstd" => copy.compression = "zstd",
            "manifest" => copy.manifest = true,
            "ignoreheader" => copy.ignore_header = options.number(keyword)?,
            "null" => copy.null = options.text(keyword)?.to_owned(),
            "dateformat" => copy.dates = pattern(options.text(keyword)?)?,
            "timeformat" => copy.times = pattern(options.text(keyword)?)?,
            "maxerror" => copy.max_error = options.number(keyword)?,
            "emptyasnull" => copy.empty_as_null = true,
            "blanksasnull" => copy.blanks_as_null = true,
            "trimblanks" => copy.trim_blanks = true,
            "truncatecolumns" => copy.truncate_columns = true,
            "fillrecord" => copy.fill_record = true,
            "explicit_ids" => copy.explicit_ids = true,
            "roundec" => copy.round_decimals = true,
            "noload" => copy.no_load = true,
            "removequotes" => quotes = true,
            "escape" => escape = true,
            "acceptinvchars" => {
                let _ = options.optional_text();
            }
            "encoding" => {
                let encoding = options.one_of(&["utf8"]).is_some()
                    || options
                        .optional_text()
                        .is_some_and(|name| name.eq_ignore_ascii_case("utf8"));
                if !encoding {
                    return Err(Refusal::Unsupported(
                        "another ENCODING than UTF8".to_owned(),
                    ));
                }
            }
            "compupdate" | "statupdate" => {
                let _ = options.one_of(&["on", "off", "true", "false", "preset"]);
            }
            "comprows" | "readratio" => {
                options.number(keyword)?;
            }
            "ignoreblanklines" => {}
            other => {
                return Err(Refusal::Unsupported(format!(
                    "{} of COPY",
                    other.to_uppercase()
                )));
            }
        }
    }
    if let Format::Delimited { .. } = copy.format {
        copy.format = Format::Delimited { quotes, escape };
    }
    if let Some(delimiter) = delimiter {
        copy.delimiter = delimiter;
    } else if matches!(copy.format, Format::Csv { .. }) {
        copy.delimiter = ",".to_owned();
    }
    Ok(Statement::Copy(Box::new(copy)))
}

fn pattern(format: &str) -> Result<Pattern, Refusal> {
    Ok(match format.to_ascii_lowercase().as_str() {
        "auto" => Pattern::Auto,
        "epochsecs" => Pattern::EpochSeconds,
        "epochmillisecs" => Pattern::EpochMilliseconds,
        _ => Pattern::Strptime(parse_format(format)?),
    })
}
