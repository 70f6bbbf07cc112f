//! UNLOAD.
//!
//! In: `unload ('select 1') to 's3://b/p' iam_role default csv`, out: [`Unload`] with the query as a
//! tree.
//!
//! Source: AWS page `UNLOAD`.

use super::load_option::AUTHORIZATION_CONFLICTS;
use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::mistake::{Mistake, MistakeKind};
use crate::token::TokenKind;
use crate::tree::{
    Name, Query, Size, SizeUnit, StatementKind, Unload, UnloadCompression, UnloadFormat,
    UnloadOption, UnloadOptionKind, UnloadQuery,
};

/// The options, for "did you mean".
const OPTIONS: &[&str] = &[
    "access_key_id",
    "addquotes",
    "allowoverwrite",
    "bzip2",
    "cleanpath",
    "credentials",
    "csv",
    "delimiter",
    "encrypted",
    "escape",
    "extension",
    "fixedwidth",
    "format",
    "gzip",
    "header",
    "iam_role",
    "json",
    "kms_key_id",
    "manifest",
    "master_symmetric_key",
    "maxfilesize",
    "null",
    "parallel",
    "parquet",
    "partition",
    "region",
    "rowgroupsize",
    "secret_access_key",
    "session_token",
    "zstd",
];

const FORMATS: &[&str] = &["csv", "parquet", "json"];

/// What other databases, and COPY, call the same.
const ELSEWHERE: &[(&str, &str)] = &[
    ("overwrite", "write `allowoverwrite` or `cleanpath`"),
    ("single", "write `parallel off`"),
    ("max_file_size", "write `maxfilesize 100 mb`"),
    (
        "file_format",
        "write the format by itself: `csv`, `json`, `parquet`",
    ),
    ("compression", "write `gzip`, `bzip2` or `zstd`"),
    ("orc", "UNLOAD writes text, `csv`, `json` and `parquet`"),
    ("avro", "UNLOAD writes text, `csv`, `json` and `parquet`"),
    ("lzop", "write `gzip`, `bzip2` or `zstd`"),
    ("snappy", "leave it out: Parquet is packed with it already"),
    ("quote", "write `addquotes` or `csv`"),
    ("removequotes", "it belongs to COPY; UNLOAD has `addquotes`"),
    ("ignoreheader", "it belongs to COPY; UNLOAD has `header`"),
    ("emptyasnull", "it belongs to COPY"),
    (
        "dateformat",
        "it belongs to COPY; convert with `to_char` in the query",
    ),
    (
        "timeformat",
        "it belongs to COPY; convert with `to_char` in the query",
    ),
];

/// Options that cannot stand together, by the names of [`name`].
const CONFLICTS: &[(&str, &str)] = &[
    ("csv", "fixedwidth"),
    ("csv", "addquotes"),
    ("csv", "escape"),
    ("header", "fixedwidth"),
    ("delimiter", "fixedwidth"),
    ("parquet", "delimiter"),
    ("parquet", "fixedwidth"),
    ("parquet", "addquotes"),
    ("parquet", "escape"),
    ("parquet", "null"),
    ("parquet", "header"),
    ("parquet", "gzip"),
    ("parquet", "bzip2"),
    ("parquet", "zstd"),
    ("parquet", "master_symmetric_key"),
    ("json", "delimiter"),
    ("json", "header"),
    ("json", "fixedwidth"),
    ("json", "addquotes"),
    ("json", "escape"),
    ("json", "null"),
    ("allowoverwrite", "cleanpath"),
    ("kms_key_id", "credentials"),
    ("kms_key_id", "master_symmetric_key"),
    ("master_symmetric_key", "credentials"),
    ("gzip", "bzip2"),
    ("gzip", "zstd"),
    ("bzip2", "zstd"),
];

/// Sizes in megabytes that MAXFILESIZE and ROWGROUPSIZE take.
const FILE_SIZE: (f64, f64) = (5.0, 6.2 * 1024.0);
const ROW_GROUP_SIZE: (f64, f64) = (32.0, 128.0);

impl Parser<'_> {
    /// `unload ('query') to 'place' …`
    pub(super) fn unload(&mut self) -> Parsed<StatementKind> {
        self.bump();
        self.expect(TokenKind::LeftParenthesis, "(")?;
        let start = self.span();
        let query = self.unload_query()?;
        let query_span = start.to(self.previous_span());
        self.close_parenthesis()?;
        self.expect_keyword(K::To)?;
        let Some(target) = self.try_option_text()? else {
            return Err(self.unexpected(&["a place such as 's3://bucket/prefix'"]));
        };
        let is_s3 = |place: &str| {
            place
                .get(..5)
                .is_some_and(|start| start.eq_ignore_ascii_case("s3://"))
        };
        if target.known().is_some_and(|place| !is_s3(place)) {
            let mistake =
                Mistake::new(MistakeKind::Syntax, target.span, "UNLOAD writes to S3 only");
            let help = "name a place in S3: `to 's3://bucket/prefix'`";
            return Err(Box::new(mistake.help(help)));
        }
        let mut options = Vec::new();
        while !self.at_statement_end() {
            if !options.is_empty() && self.eat(TokenKind::Comma) {
                continue;
            }
            let start = self.span();
            self.eat_keyword(K::With);
            let kind = self.unload_option()?;
            let span = start.to(self.previous_span());
            options.push(UnloadOption { span, kind });
        }
        let unload = Unload {
            query_span,
            query,
            target,
            options,
        };
        self.check_unload(&unload);
        Ok(StatementKind::Unload(Box::new(unload)))
    }

    fn unload_query(&mut self) -> Parsed<UnloadQuery> {
        match self.kind() {
            TokenKind::Text | TokenKind::Dollar => {
                let literals = self.literal("a query in quotes")?;
                let query = self.within(&literals, |inner| inner.query_alone())?;
                Ok(UnloadQuery::Query(Box::new(query)))
            }
            TokenKind::Parameter | TokenKind::Insertion => {
                self.bump();
                Ok(UnloadQuery::Unknown)
            }
            _ if self.at_query() || self.at(TokenKind::LeftParenthesis) => {
                let help =
                    "put the query in quotes: `unload ('select …')`, or `unload ($$select …$$)`";
                let sentence = "UNLOAD takes its query as a text";
                Err(self.refused(self.span(), sentence, help))
            }
            _ => Err(self.unexpected(&["a query in quotes"])),
        }
    }

    /// A query and nothing behind it but a semicolon.
    pub(super) fn query_alone(&mut self) -> Parsed<Query> {
        if !self.at_query() && !self.at_query_in_parentheses() {
            return Err(self.unexpected(&["select", "with"]));
        }
        let query = self.query()?;
        self.eat(TokenKind::Semicolon);
        if !self.at_end() {
            return Err(self.unexpected(&["the end of the query"]));
        }
        Ok(query)
    }

    fn unload_option(&mut self) -> Parsed<UnloadOptionKind> {
        if self.eat(TokenKind::Insertion) {
            return Ok(UnloadOptionKind::Inserted);
        }
        if let Some(authorization) = self.authorization()? {
            return Ok(UnloadOptionKind::Authorization(authorization));
        }
        let Some(mut word) = self.option_word() else {
            return Err(self.unexpected(&["an option"]));
        };
        if word == "format" || word == "as" {
            self.eat_word("format");
            self.eat_keyword(K::As);
            match self.option_word() {
                Some(format) if FORMATS.contains(&format.as_str()) => word = format,
                Some(format) if ELSEWHERE.iter().any(|(other, _)| format == *other) => {
                    return Err(self.unknown_option("UNLOAD", OPTIONS, ELSEWHERE));
                }
                _ => return Err(self.unexpected(FORMATS)),
            }
        }
        if OPTIONS.binary_search(&word.as_str()).is_err() {
            return Err(self.unknown_option("UNLOAD", OPTIONS, ELSEWHERE));
        }
        self.bump();
        Ok(match word.as_str() {
            "csv" => UnloadOptionKind::Format(UnloadFormat::Csv),
            "parquet" => UnloadOptionKind::Format(UnloadFormat::Parquet),
            "json" => UnloadOptionKind::Format(UnloadFormat::Json),
            "partition" => {
                self.expect_keyword(K::By)?;
                UnloadOptionKind::PartitionBy {
                    columns: self.names_in_parentheses("a column of the query")?,
                    include: self.eat_word("include"),
                }
            }
            "manifest" => UnloadOptionKind::Manifest {
                verbose: self.eat_word("verbose"),
            },
            "header" => UnloadOptionKind::Header,
            "delimiter" => UnloadOptionKind::Delimiter(self.option_text("a character in quotes")?),
            "fixedwidth" => {
                UnloadOptionKind::FixedWidth(self.option_text("a text such as '0:3,1:100'")?)
            }
            "encrypted" => UnloadOptionKind::Encrypted {
                auto: self.eat_word("auto"),
            },
            "kms_key_id" => UnloadOptionKind::KmsKeyId(self.option_text("a key in quotes")?),
            "master_symmetric_key" => {
                UnloadOptionKind::MasterSymmetricKey(self.option_text("a key in quotes")?)
            }
            "bzip2" => UnloadOptionKind::Compression(UnloadCompression::Bzip2),
            "gzip" => UnloadOptionKind::Compression(UnloadCompression::Gzip),
            "zstd" => UnloadOptionKind::Compression(UnloadCompression::Zstd),
            "addquotes" => UnloadOptionKind::AddQuotes,
            "null" => UnloadOptionKind::Null(self.option_text("a text in quotes")?),
            "escape" => UnloadOptionKind::Escape,
            "allowoverwrite" => UnloadOptionKind::AllowOverwrite,
            "cleanpath" => UnloadOptionKind::CleanPath,
            "parallel" => UnloadOptionKind::Parallel(self.option_switch(true)),
            "maxfilesize" => UnloadOptionKind::MaxFileSize(self.size("maxfilesize", FILE_SIZE)?),
            "rowgroupsize" => {
                UnloadOptionKind::RowGroupSize(self.size("rowgroupsize", ROW_GROUP_SIZE)?)
            }
            "region" => UnloadOptionKind::Region(self.option_text("a Region in quotes")?),
            _ => UnloadOptionKind::Extension(self.option_text("a text such as 'csv'")?),
        })
    }

    fn size(&mut self, name: &str, (least, most): (f64, f64)) -> Parsed<Size> {
        let number = self.option_number()?;
        let unit = self.size_unit().filter(|unit| *unit != SizeUnit::Kilobytes);
        if self
            .previous_span()
            .of(self.text)
            .eq_ignore_ascii_case("kb")
        {
            self.back_to(self.position().saturating_sub(1));
            return Err(self.unexpected(&["mb", "gb"]));
        }
        let megabytes = number.value.as_ref().map(|value| {
            let value: f64 = value.parse().unwrap_or(0.0);
            if unit == Some(SizeUnit::Gigabytes) {
                value * 1024.0
            } else {
                value
            }
        });
        if megabytes.is_some_and(|megabytes| megabytes < least || megabytes > most) {
            let (least, most) = (shown(least), shown(most));
            let sentence = format!("`{name}` is from {least} to {most}");
            let mistake = Mistake::new(MistakeKind::Syntax, number.span, sentence);
            return Err(Box::new(mistake));
        }
        Ok(Size { number, unit })
    }

    /// Notes options that cannot stand together.
    fn check_unload(&mut self, unload: &Unload) {
        let mut named: Vec<&str> = Vec::new();
        for option in &unload.options {
            let name = name(&option.kind);
            if name.is_empty() {
                continue;
            }
            let clash = named.iter().copied().find(|other| {
                let mut pairs = CONFLICTS.iter().chain(AUTHORIZATION_CONFLICTS).copied();
                *other == name
                    || FORMATS.contains(other) && FORMATS.contains(&name)
                    || pairs.any(|pair| pair == (*other, name) || pair == (name, *other))
            });
            match clash {
                Some(other) => self.note(Self::conflicting(other, name, option.span)),
                None => named.push(name),
            }
        }
        if unload.has(&UnloadOptionKind::Inserted) {
            return;
        }
        let authorized = [
            "iam_role",
            "credentials",
            "access_key_id",
            "secret_access_key",
        ];
        if !authorized.iter().any(|name| named.contains(name)) {
            let mistake = Mistake::new(
                MistakeKind::Syntax,
                unload.target.span,
                "this UNLOAD does not say in whose name it writes",
            );
            self.note(mistake.help("add `iam_role default`, or the ARN of a role"));
        }
        self.check_unload_values(unload, &named);
        for key in ["kms_key_id", "master_symmetric_key"] {
            if named.contains(&key) && !named.contains(&"encrypted") {
                let place = unload
                    .options
                    .iter()
                    .find(|option| name(&option.kind) == key);
                let span = place.map_or(unload.target.span, |option| option.span);
                let sentence = format!("`{key}` stands with `encrypted` only");
                self.note(
                    Mistake::new(MistakeKind::Syntax, span, sentence).help("add `encrypted`"),
                );
            }
        }
    }
}

impl Parser<'_> {
    /// Notes options whose value, or whose format, UNLOAD does not take.
    fn check_unload_values(&mut self, unload: &Unload, named: &[&str]) {
        for option in &unload.options {
            let (sentence, help) = match &option.kind {
                UnloadOptionKind::RowGroupSize(_) if !named.contains(&"parquet") => (
                    "`rowgroupsize` stands with `parquet` only",
                    "leave it out, or add `parquet`",
                ),
                UnloadOptionKind::Encrypted { auto: true }
                    if named.contains(&"kms_key_id") || named.contains(&"master_symmetric_key") =>
                {
                    (
                        "`encrypted auto` takes the key of the bucket, and no other",
                        "leave out `auto`, or the key",
                    )
                }
                UnloadOptionKind::Delimiter(given)
                    if given.known().is_some_and(|text| {
                        !is_one_character(text) && !is_escaped(given.span.of(self.text))
                    }) =>
                {
                    (
                        "UNLOAD takes one ASCII character as `delimiter`",
                        "write one, such as `delimiter '|'`",
                    )
                }
                UnloadOptionKind::PartitionBy { columns, .. } if has_twice(columns) => (
                    "a column stands in `partition by` twice",
                    "name each column once",
                ),
                _ => continue,
            };
            self.note(Mistake::new(MistakeKind::Syntax, option.span, sentence).help(help));
        }
    }
}

fn is_one_character(text: &str) -> bool {
    text.len() == 1 && text.is_ascii()
}

/// Whether a literal is an escape that stands for one character: `'\t'`, or an octal number, `'\001'`.
fn is_escaped(literal: &str) -> bool {
    let inner = literal
        .strip_prefix("'\\")
        .and_then(|rest| rest.strip_suffix('\''));
    inner.is_some_and(|inner| {
        let is_octal = inner.len() == 3 && inner.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
        is_octal || matches!(inner, "t" | "n" | "r" | "\\")
    })
}

/// Whether a name stands in a list twice.
fn has_twice(names: &[Name]) -> bool {
    names.iter().enumerate().any(|(at, name)| {
        let mut before = names.iter().take(at);
        before.any(|other| other.text == name.text)
    })
}

fn shown(megabytes: f64) -> String {
    if megabytes > 1024.0 {
        format!("{} GB", megabytes / 1024.0)
    } else {
        format!("{megabytes} MB")
    }
}

/// The word that an option begins with.
fn name(kind: &UnloadOptionKind) -> &'static str {
    match kind {
        UnloadOptionKind::Authorization(authorization) => authorization.option_name(),
        UnloadOptionKind::Format(UnloadFormat::Csv) => "csv",
        UnloadOptionKind::Format(UnloadFormat::Parquet) => "parquet",
        UnloadOptionKind::Format(UnloadFormat::Json) => "json",
        UnloadOptionKind::PartitionBy { .. } => "partition by",
        UnloadOptionKind::Manifest { .. } => "manifest",
        UnloadOptionKind::Header => "header",
        UnloadOptionKind::Delimiter(_) => "delimiter",
        UnloadOptionKind::FixedWidth(_) => "fixedwidth",
        UnloadOptionKind::Encrypted { .. } => "encrypted",
        UnloadOptionKind::KmsKeyId(_) => "kms_key_id",
        UnloadOptionKind::MasterSymmetricKey(_) => "master_symmetric_key",
        UnloadOptionKind::Compression(UnloadCompression::Bzip2) => "bzip2",
        UnloadOptionKind::Compression(UnloadCompression::Gzip) => "gzip",
        UnloadOptionKind::Compression(UnloadCompression::Zstd) => "zstd",
        UnloadOptionKind::AddQuotes => "addquotes",
        UnloadOptionKind::Null(_) => "null",
        UnloadOptionKind::Escape => "escape",
        UnloadOptionKind::AllowOverwrite => "allowoverwrite",
        UnloadOptionKind::CleanPath => "cleanpath",
        UnloadOptionKind::Parallel(_) => "parallel",
        UnloadOptionKind::MaxFileSize(_) => "maxfilesize",
        UnloadOptionKind::RowGroupSize(_) => "rowgroupsize",
        UnloadOptionKind::Region(_) => "region",
        UnloadOptionKind::Extension(_) => "extension",
        UnloadOptionKind::Inserted => "",
    }
}
