//! What COPY comes down to.

use redshift_sql::tree::TextEncoding;

use super::super::load::{BucketLocation, DEFAULT_NULL, Packing};

/// How the objects are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ObjectFormat {
    Csv {
        quote: String,
    },
    /// Fields without quotes, unless they are to be removed.
    Delimited {
        quotes: bool,
        escape: bool,
    },
    /// Columns by their order; whether nested ones become SUPER.
    Parquet {
        nested: bool,
    },
    /// None of its columns nested; whether they go by their names, or else by their order.
    Orc {
        by_name: bool,
    },
    /// Objects one behind the other, fields by name; whether the letter case of names counts.
    Json {
        exact: bool,
    },
    /// Objects, fields by the paths that a file lists.
    JsonPaths(BucketLocation),
    /// Each object into the one SUPER column that there is.
    JsonWhole,
    /// Lines whose fields have these widths, in characters, by the names of their columns.
    FixedWidth(Vec<(String, u32)>),
}

/// How days or moments are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MomentPattern {
    /// As the engine reads them: ISO 8601.
    Iso,
    /// In any of the usual ways.
    Auto,
    /// As this format of the engine says.
    Strptime(String),
    EpochSeconds,
    EpochMilliseconds,
}

/// COPY with every option looked at: what the warehouse loads, from where, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Copy {
    pub(crate) table: String,
    /// As they are called in the table; none: all of its columns.
    pub(crate) columns: Vec<String>,
    pub(crate) from: BucketLocation,
    pub(crate) manifest: bool,
    pub(crate) format: ObjectFormat,
    pub(crate) delimiter: String,
    pub(crate) packing: Packing,
    pub(crate) encoding: TextEncoding,
    pub(crate) ignore_header: u64,
    pub(crate) ignore_blank_lines: bool,
    pub(crate) null: String,
    pub(crate) dates: MomentPattern,
    pub(crate) times: MomentPattern,
    pub(crate) max_error: u64,
    pub(crate) empty_as_null: bool,
    pub(crate) blanks_as_null: bool,
    pub(crate) trim_blanks: bool,
    pub(crate) truncate_columns: bool,
    pub(crate) fill_record: bool,
    /// What stands for each byte that is no character; without, such a byte is an error.
    pub(crate) invalid_as: Option<char>,
    /// A day that cannot be read is NULL.
    pub(crate) accept_any_date: bool,
    pub(crate) explicit_ids: bool,
    pub(crate) round_decimals: bool,
    /// Read everything, keep nothing.
    pub(crate) no_load: bool,
    /// As external tables are read: further fields are passed over, and a value that is none of its
    /// type is NULL.
    pub(crate) lenient: bool,
    /// What is mapped as JSON is written as Avro.
    pub(crate) avro: bool,
}

impl Copy {
    /// COPY without an option.
    pub(crate) fn new(table: String, columns: Vec<String>, from: BucketLocation) -> Self {
        Self {
            table,
            columns,
            from,
            manifest: false,
            format: ObjectFormat::Delimited {
                quotes: false,
                escape: false,
            },
            delimiter: "|".to_owned(),
            packing: Packing::Plain,
            encoding: TextEncoding::Utf8,
            ignore_header: 0,
            ignore_blank_lines: false,
            null: DEFAULT_NULL.to_owned(),
            dates: MomentPattern::Iso,
            times: MomentPattern::Iso,
            max_error: 0,
            empty_as_null: false,
            blanks_as_null: false,
            trim_blanks: false,
            truncate_columns: false,
            fill_record: false,
            invalid_as: None,
            accept_any_date: false,
            explicit_ids: false,
            round_decimals: false,
            no_load: false,
            lenient: false,
            avro: false,
        }
    }
}
