//! UNLOAD (AWS page: `UNLOAD`).

use super::{Authorization, Name, OptionNumber, OptionText, Query, SizeUnit};
use crate::Span;
use crate::token::Token;

/// `unload ('select …') to 's3://…' iam_role default parquet`
#[derive(Debug, Clone, PartialEq)]
pub struct Unload {
    /// The literals that hold the query, quotes included.
    pub query_span: Span,
    pub query: UnloadQuery,
    /// Where the objects go: a prefix of their names.
    pub target: OptionText,
    /// How they are written, in the order of the text.
    pub options: Vec<UnloadOption>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum UnloadQuery {
    /// A query; its places are those of the script.
    Query(Box<Query>),
    /// A parameter or an insertion says it.
    Unknown,
}

/// An option of UNLOAD and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnloadOption {
    pub span: Span,
    pub kind: UnloadOptionKind,
}

/// What an option of UNLOAD says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnloadOptionKind {
    /// In whose name UNLOAD writes.
    Authorization(Authorization),
    /// `[format [as]] csv` and the others.
    Format(UnloadFormat),
    /// `partition by (a, b) [include]`
    PartitionBy {
        /// Columns of the query.
        columns: Vec<Name>,
        /// Whether the objects have these columns too.
        include: bool,
    },
    /// `manifest [verbose]`: one more file, which lists the others.
    Manifest {
        /// Whether it has columns and numbers of rows.
        verbose: bool,
    },
    Header,
    /// `delimiter [as] '|'`: what stands between two fields.
    Delimiter(OptionText),
    /// `fixedwidth [as] '0:3,1:100'`: columns, from 0, and their widths in characters.
    FixedWidth(OptionText),
    /// `encrypted [auto]`
    Encrypted {
        /// Whether the bucket's key is taken.
        auto: bool,
    },
    /// `kms_key_id '…'`: the key by which S3 encrypts the files.
    KmsKeyId(OptionText),
    /// `master_symmetric_key '…'`: by which Redshift itself encrypts the files, in base64.
    MasterSymmetricKey(OptionText),
    /// `gzip` and the others.
    Compression(UnloadCompression),
    AddQuotes,
    /// `null [as] ''`: the text that stands for NULL.
    Null(OptionText),
    Escape,
    AllowOverwrite,
    CleanPath,
    /// `parallel [on | off]`
    Parallel(bool),
    /// `maxfilesize [as] 100 mb`
    MaxFileSize(Size),
    /// `rowgroupsize [as] 64 mb`
    RowGroupSize(Size),
    /// `region [as] 'us-east-1'`: where the bucket is.
    Region(OptionText),
    /// `extension 'csv'`: how the names of the files end.
    Extension(OptionText),
    /// `{{name}}` in the place of options: nobody knows.
    Inserted,
}

/// How objects are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnloadFormat {
    Csv,
    Parquet,
    /// `json`: a document a line.
    Json,
}

/// How objects are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnloadCompression {
    Bzip2,
    Gzip,
    Zstd,
}

/// `100 mb`: how big a file or row group may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Size {
    pub number: OptionNumber,
    /// Of what; megabytes where it does not say.
    pub unit: Option<SizeUnit>,
}

impl Unload {
    /// The tokens of the query, each at its place in `text`, the script; the last is the query's end.
    ///
    /// Of `unload ('select ''a''') …` the second is `''a''`, a [`crate::token::TokenKind::Text`].
    pub fn query_tokens(&self, text: &str) -> Vec<Token> {
        crate::parser::tokens_within(text, self.query_span)
    }

    /// The first option of a kind.
    pub fn option<'a, T>(
        &'a self,
        mut find: impl FnMut(&'a UnloadOptionKind) -> Option<T>,
    ) -> Option<T> {
        self.options.iter().find_map(|option| find(&option.kind))
    }

    /// Whether it says this option, one without a value.
    pub fn has(&self, kind: &UnloadOptionKind) -> bool {
        self.options.iter().any(|option| option.kind == *kind)
    }

    /// How the objects are written; none for fields with a delimiter.
    pub fn format(&self) -> Option<UnloadFormat> {
        self.option(|kind| match kind {
            UnloadOptionKind::Format(format) => Some(*format),
            _ => None,
        })
    }

    /// Columns that name folders.
    pub fn partition_by(&self) -> &[Name] {
        let columns = self.option(|kind| match kind {
            UnloadOptionKind::PartitionBy { columns, .. } => Some(columns.as_slice()),
            _ => None,
        });
        columns.unwrap_or_default()
    }
}
