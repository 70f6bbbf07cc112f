//! COPY (AWS pages: `COPY`, `COPY JOB`).

use super::{Authorization, Name, ObjectName, OptionNumber, OptionText};
use crate::Span;

/// `copy table from 's3://…' iam_role default csv`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    pub table: ObjectName,
    /// Its columns, where they are named.
    pub columns: Vec<Name>,
    /// Where the data is.
    pub source: OptionText,
    /// How it is written and what happens to it, in the order of the text.
    pub options: Vec<CopyOption>,
    /// `job create nightly auto on`: the statement becomes a job instead of a load.
    pub job: Option<CopyJob>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CopySource {
    /// `s3://bucket/prefix`
    S3,
    /// A file in S3 that says how to ask hosts: `s3://…` with SSH.
    Ssh,
    /// `emr://cluster/path`
    Emr,
    /// `dynamodb://table`
    DynamoDb,
    /// A parameter or an insertion says it.
    Unknown,
}

/// A job that goes on copying: `job create name auto on`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyJob {
    pub span: Span,
    pub name: Name,
    /// `auto on`, `auto off`.
    pub auto: Option<bool>,
}

/// `copy job …`: what happens to a job that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopyJobAction {
    /// `copy job alter name [auto on | off]`
    Alter(CopyJob),
    /// `copy job run name`
    Run(Name),
    /// `copy job show name`
    Show(Name),
    /// `copy job drop name`
    Drop(Name),
    /// `copy job list`
    List,
}

/// An option of COPY and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyOption {
    pub span: Span,
    pub kind: CopyOptionKind,
}

/// What an option of COPY says (AWS page: `COPY parameter reference`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopyOptionKind {
    /// In whose name COPY reads.
    Authorization(Authorization),
    /// `[format [as]] csv`, `json 'auto'` and the others.
    Format(CopyFormat),
    /// `delimiter [as] '|'`: what stands between two fields.
    Delimiter(OptionText),
    /// `quote [as] '"'`, of CSV.
    Quote(OptionText),
    /// `manifest`: the source is a list of the objects.
    Manifest,
    /// `encrypted`: on the side of the client.
    Encrypted,
    /// `master_symmetric_key '…'`: what opens files that a client has encrypted, in base64.
    MasterSymmetricKey(OptionText),
    /// `region [as] 'us-east-1'`: where the bucket or the table is.
    Region(OptionText),
    Ssh,
    /// `readratio [as] 50`, of DynamoDB.
    ReadRatio(OptionNumber),
    /// `gzip` and the others.
    Compression(CopyCompression),
    AcceptAnyDate,
    /// `acceptinvchars [as] ['^']`: what takes the place of bytes that are no UTF-8.
    AcceptInvChars(Option<OptionText>),
    BlanksAsNull,
    /// `dateformat [as] 'auto'`: how dates are written.
    DateFormat(OptionText),
    EmptyAsNull,
    /// `encoding [as] utf8`: in which bytes the text is written.
    Encoding(TextEncoding),
    Escape,
    ExplicitIds,
    FillRecord,
    IgnoreBlankLines,
    /// `ignoreheader [as] 1`: lines at the start of each file that are no rows.
    IgnoreHeader(OptionNumber),
    /// `null [as] '\N'`: the text that stands for NULL.
    Null(OptionText),
    RemoveQuotes,
    /// `roundec`: numbers are rounded where they have more decimals than the column.
    RoundDec,
    /// `timeformat [as] 'auto'`: how timestamps are written.
    TimeFormat(OptionText),
    TrimBlanks,
    TruncateColumns,
    /// `serializetojson`, of Parquet and ORC into SUPER.
    SerializeToJson,
    /// `comprows 100000`: rows by which COPY chooses encodings.
    CompRows(OptionNumber),
    /// `compupdate [preset | on | off]`
    CompUpdate(CompUpdate),
    IgnoreAllErrors,
    /// `maxerror [as] 10`: the load fails when so many rows or more are flawed.
    MaxError(OptionNumber),
    NoLoad,
    /// `statupdate [on | off]`
    StatUpdate(bool),
    /// `{{name}}` in the place of options: nobody knows.
    Inserted,
}

/// How the data is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopyFormat {
    Csv,
    /// `fixedwidth 'id:3,name:20'`: names of fields and their widths in characters.
    FixedWidth(OptionText),
    /// `json [as] 'auto'`; `'auto'` where it does not say.
    Json(Option<OptionText>),
    /// `avro [as] 'auto'`
    Avro(Option<OptionText>),
    Parquet,
    Orc,
    /// `shapefile [simplify [auto] [0.1]]`
    Shapefile(Option<Simplify>),
}

/// How shapes lose points so that they fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simplify {
    /// `auto`: only as much as is needed.
    pub auto: bool,
    pub tolerance: Option<OptionNumber>,
}

/// What JSON and AVRO take to map fields to columns (AWS page: `Data format parameters`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldMapping<'a> {
    /// `'auto'`: by name.
    Auto,
    /// `'auto ignorecase'`: by name, in whatever case.
    AutoIgnoreCase,
    /// `'noshred'`: each document into one SUPER column.
    NoShred,
    /// `'s3://…'`: a file of paths.
    Paths(&'a str),
    /// A parameter or an insertion says it.
    Unknown,
}

/// How objects are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CopyCompression {
    Bzip2,
    Gzip,
    Lzop,
    Zstd,
}

/// Characters of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextEncoding {
    Utf8,
    /// `utf16`: the byte order mark says which.
    Utf16,
    Utf16Le,
    Utf16Be,
    Iso88591,
    /// A parameter or an insertion says it.
    Unknown,
}

/// Whether COPY chooses encodings of columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompUpdate {
    /// `compupdate`, `compupdate on`
    On,
    /// `compupdate off`: the table keeps its encodings.
    Off,
    /// `compupdate preset`: by type, without a sample.
    Preset,
}

impl Copy {
    /// The first option of a kind.
    pub fn option<'a, T>(
        &'a self,
        mut find: impl FnMut(&'a CopyOptionKind) -> Option<T>,
    ) -> Option<T> {
        self.options.iter().find_map(|option| find(&option.kind))
    }

    /// Whether it says this option, one without a value.
    pub fn has(&self, kind: &CopyOptionKind) -> bool {
        self.options.iter().any(|option| option.kind == *kind)
    }

    /// How the data is written; none for fields with a delimiter.
    pub fn format(&self) -> Option<&CopyFormat> {
        self.option(|kind| match kind {
            CopyOptionKind::Format(format) => Some(format),
            _ => None,
        })
    }

    /// Where the data is.
    pub fn source_kind(&self) -> CopySource {
        let Some(place) = self.source.literal() else {
            return CopySource::Unknown;
        };
        let scheme = place.split_once("://").map(|(scheme, _)| scheme);
        match scheme.map(str::to_ascii_lowercase).as_deref() {
            Some("s3") if self.has(&CopyOptionKind::Ssh) => CopySource::Ssh,
            Some("s3") => CopySource::S3,
            Some("emr") => CopySource::Emr,
            Some("dynamodb") => CopySource::DynamoDb,
            _ => CopySource::Unknown,
        }
    }
}

impl CopyFormat {
    /// How fields of JSON and Avro find their columns; none for other formats.
    pub fn mapping(&self) -> Option<FieldMapping<'_>> {
        let (Self::Json(given) | Self::Avro(given)) = self else {
            return None;
        };
        let Some(given) = given else {
            return Some(FieldMapping::Auto);
        };
        Some(match given.known() {
            None => FieldMapping::Unknown,
            Some(text) => match text.trim().to_ascii_lowercase().as_str() {
                "auto" => FieldMapping::Auto,
                "auto ignorecase" => FieldMapping::AutoIgnoreCase,
                "noshred" => FieldMapping::NoShred,
                _ => FieldMapping::Paths(text),
            },
        })
    }
}
