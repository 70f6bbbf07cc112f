//! COPY and its jobs.
//!
//! In: `copy t from 's3://b/p' iam_role default csv`, out: [`Copy`] with a source and two options.
//!
//! Source: AWS pages `COPY`, `COPY JOB`, `Data format parameters`, `Data conversion parameters`,
//! `Data load operations`, `COPY from columnar data formats`.

use super::load_option::AUTHORIZATION_CONFLICTS;
use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::mistake::{Mistake, MistakeKind};
use crate::token::TokenKind;
use crate::tree::{
    CompUpdate, Copy, CopyCompression, CopyFormat, CopyJob, CopyJobAction, CopyOption,
    CopyOptionKind, CopySource, FieldMapping, OptionTextKind, Simplify, StatementKind,
    TextEncoding,
};

/// The options, for "did you mean".
const OPTIONS: &[&str] = &[
    "acceptanydate",
    "acceptinvchars",
    "access_key_id",
    "avro",
    "blanksasnull",
    "bzip2",
    "comprows",
    "compupdate",
    "credentials",
    "csv",
    "dateformat",
    "delimiter",
    "emptyasnull",
    "encoding",
    "encrypted",
    "escape",
    "explicit_ids",
    "fillrecord",
    "fixedwidth",
    "format",
    "gzip",
    "iam_role",
    "ignoreallerrors",
    "ignoreblanklines",
    "ignoreheader",
    "json",
    "lzop",
    "manifest",
    "master_symmetric_key",
    "maxerror",
    "noload",
    "null",
    "orc",
    "parquet",
    "quote",
    "readratio",
    "region",
    "removequotes",
    "roundec",
    "secret_access_key",
    "serializetojson",
    "session_token",
    "shapefile",
    "ssh",
    "statupdate",
    "timeformat",
    "trimblanks",
    "truncatecolumns",
    "zstd",
];

/// The formats, for "did you mean".
const FORMATS: &[&str] = &[
    "csv",
    "json",
    "avro",
    "parquet",
    "orc",
    "shapefile",
    "fixedwidth",
    "delimiter",
];

/// What other databases, and UNLOAD, call the same.
const ELSEWHERE: &[(&str, &str)] = &[
    ("header", "write `ignoreheader 1`"),
    ("skip_header", "write `ignoreheader 1`"),
    (
        "file_format",
        "write the format by itself: `csv`, `json 'auto'`, `parquet`",
    ),
    ("on_error", "write `maxerror` and a number"),
    ("on_errors", "write `maxerror` and a number"),
    ("pattern", "give a prefix in FROM, or a manifest"),
    ("files", "give a prefix in FROM, or a manifest"),
    ("compression", "write `gzip`, `bzip2`, `lzop` or `zstd`"),
    ("separator", "write `delimiter`"),
    ("field_delimiter", "write `delimiter`"),
    ("storage_integration", "write `iam_role`"),
    ("force", "leave it out: COPY loads what is there each time"),
    ("purge", "delete the objects in S3"),
    ("freeze", "leave it out"),
    ("force_not_null", "leave it out, or name `null as '…'`"),
    ("addquotes", "write `removequotes` or `csv`"),
    ("allowoverwrite", "it belongs to UNLOAD"),
    (
        "parallel",
        "it belongs to UNLOAD; COPY always reads in parallel",
    ),
    ("partition", "it belongs to UNLOAD"),
];

/// Options that cannot stand together, by the names of [`name`].
const CONFLICTS: &[(&str, &str)] = &[
    ("csv", "fixedwidth"),
    ("csv", "removequotes"),
    ("csv", "escape"),
    ("fixedwidth", "delimiter"),
    ("fixedwidth", "escape"),
    ("maxerror", "ignoreallerrors"),
    ("credentials", "master_symmetric_key"),
    ("bzip2", "gzip"),
    ("bzip2", "lzop"),
    ("bzip2", "zstd"),
    ("gzip", "lzop"),
    ("gzip", "zstd"),
    ("lzop", "zstd"),
];

/// Options that Parquet and ORC take. REGION and SERIALIZETOJSON are in examples of the pages only.
const COLUMNAR: &[&str] = &[
    "acceptinvchars",
    "fillrecord",
    "iam_role",
    "credentials",
    "access_key_id",
    "secret_access_key",
    "session_token",
    "statupdate",
    "manifest",
    "explicit_ids",
    "region",
    "serializetojson",
];

impl Parser<'_> {
    /// `copy table [(columns)] from 'place' …`, `copy job …`
    pub(super) fn copy(&mut self) -> Parsed<StatementKind> {
        self.bump();
        if self.at_word("job") && !matches!(self.ahead(1).keyword(), Some(K::From)) {
            let action = Box::new(self.copy_job_action()?);
            return Ok(StatementKind::CopyJob(action));
        }
        self.refuse_other_copies()?;
        let table = self.object_name("the name of a table")?;
        let columns = if self.at(TokenKind::LeftParenthesis) {
            self.names_in_parentheses("a column")?
        } else {
            Vec::new()
        };
        if self.at_keyword(K::To) {
            return Err(self.copy_to());
        }
        self.expect_keyword(K::From)?;
        if self.at_word("stdin") || self.at_word("program") {
            let help = "put the file into S3, and name its place";
            return Err(self.refused(self.span(), "Redshift's COPY reads no local data", help));
        }
        if self.at(TokenKind::At) {
            let help = "name a place in S3: `from 's3://bucket/prefix'`";
            return Err(self.refused(self.span(), "Redshift has no stages", help));
        }
        let Some(source) = self.try_option_text()? else {
            return Err(self.unexpected(&["a place such as 's3://bucket/prefix'"]));
        };
        if let Some(place) = source.known()
            && !["s3://", "emr://", "dynamodb://"].iter().any(|scheme| {
                place
                    .get(..scheme.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            })
        {
            let sentence = "COPY reads from `s3://`, `emr://` and `dynamodb://` only";
            let help = "name such a place: `from 's3://bucket/prefix'`";
            let mistake = Mistake::new(MistakeKind::Syntax, source.span, sentence).help(help);
            return Err(Box::new(mistake));
        }
        let (options, job) = self.copy_options()?;
        let copy = Copy {
            table,
            columns,
            source,
            options,
            job,
        };
        self.check_copy(&copy);
        Ok(StatementKind::Copy(Box::new(copy)))
    }

    /// What PostgreSQL and Snowflake write behind COPY.
    fn refuse_other_copies(&self) -> Parsed<()> {
        if self.at_keyword(K::Into) {
            let help = "write `copy table from 's3://bucket/prefix' iam_role default`";
            return Err(self.refused(self.span(), "Redshift's COPY has no INTO", help));
        }
        if self.at_query_in_parentheses() {
            return Err(self.copy_to());
        }
        Ok(())
    }

    fn copy_to(&self) -> Box<Mistake> {
        let help = "write `unload ('select …') to 's3://bucket/prefix' iam_role default`";
        self.refused(
            self.span(),
            "Redshift's COPY only reads; UNLOAD writes",
            help,
        )
    }

    fn copy_options(&mut self) -> Parsed<(Vec<CopyOption>, Option<CopyJob>)> {
        let mut options = Vec::new();
        while !self.at_statement_end() {
            // The page writes commas between parameters in its syntax, and none in its examples.
            if !options.is_empty() && self.eat(TokenKind::Comma) {
                continue;
            }
            if self.at(TokenKind::LeftParenthesis) {
                let help = "write the options without brackets and commas: `csv ignoreheader 1`";
                let sentence = "Redshift's COPY has no options in brackets";
                return Err(self.refused(self.span(), sentence, help));
            }
            if self.at_word("job") {
                let start = self.bump().span;
                self.expect_keyword(K::Create)?;
                let job = self.copy_job(start)?;
                return Ok((options, Some(job)));
            }
            let start = self.span();
            self.eat_keyword(K::With);
            let kind = self.copy_option()?;
            let span = start.to(self.previous_span());
            options.push(CopyOption { span, kind });
        }
        Ok((options, None))
    }

    fn copy_option(&mut self) -> Parsed<CopyOptionKind> {
        if self.eat(TokenKind::Insertion) {
            return Ok(CopyOptionKind::Inserted);
        }
        if let Some(authorization) = self.authorization()? {
            return Ok(CopyOptionKind::Authorization(authorization));
        }
        let Some(mut word) = self.option_word() else {
            return Err(self.unexpected(&["an option"]));
        };
        if word == "format" || word == "as" {
            self.eat_word("format");
            self.eat_keyword(K::As);
            let Some(format) = self.option_word() else {
                return Err(self.unexpected(FORMATS));
            };
            if !FORMATS.contains(&format.as_str()) {
                return Err(self.unexpected(FORMATS));
            }
            word = format;
        }
        if let Some(format) = self.copy_format(&word)? {
            return Ok(CopyOptionKind::Format(format));
        }
        let known = OPTIONS.binary_search(&word.as_str()).is_ok();
        if !known {
            return Err(self.unknown_option("COPY", OPTIONS, ELSEWHERE));
        }
        self.bump();
        Ok(match word.as_str() {
            "delimiter" => CopyOptionKind::Delimiter(self.option_text("a text in quotes")?),
            "quote" => CopyOptionKind::Quote(self.option_text("a character in quotes")?),
            "manifest" => CopyOptionKind::Manifest,
            "encrypted" => CopyOptionKind::Encrypted,
            "master_symmetric_key" => {
                CopyOptionKind::MasterSymmetricKey(self.option_text("a key in quotes")?)
            }
            "region" => CopyOptionKind::Region(self.option_text("a Region in quotes")?),
            "ssh" => CopyOptionKind::Ssh,
            "readratio" => {
                CopyOptionKind::ReadRatio(self.option_number_within("readratio", 1, 200)?)
            }
            "bzip2" => CopyOptionKind::Compression(CopyCompression::Bzip2),
            "gzip" => CopyOptionKind::Compression(CopyCompression::Gzip),
            "lzop" => CopyOptionKind::Compression(CopyCompression::Lzop),
            "zstd" => CopyOptionKind::Compression(CopyCompression::Zstd),
            "acceptanydate" => CopyOptionKind::AcceptAnyDate,
            "acceptinvchars" => {
                if self.eat_keyword(K::As)
                    && !matches!(self.kind(), TokenKind::Text | TokenKind::Dollar)
                {
                    return Err(self.unexpected(&["a character in quotes"]));
                }
                CopyOptionKind::AcceptInvChars(if self.at(TokenKind::Insertion) {
                    None
                } else {
                    self.try_option_text()?
                })
            }
            "blanksasnull" => CopyOptionKind::BlanksAsNull,
            "dateformat" => CopyOptionKind::DateFormat(self.option_text("a format in quotes")?),
            "emptyasnull" => CopyOptionKind::EmptyAsNull,
            "encoding" => CopyOptionKind::Encoding(self.copy_encoding()?),
            "escape" => CopyOptionKind::Escape,
            "explicit_ids" => CopyOptionKind::ExplicitIds,
            "fillrecord" => CopyOptionKind::FillRecord,
            "ignoreblanklines" => CopyOptionKind::IgnoreBlankLines,
            "ignoreheader" => {
                let most = u64::from(u32::MAX / 2);
                CopyOptionKind::IgnoreHeader(self.option_number_within("ignoreheader", 0, most)?)
            }
            "null" => CopyOptionKind::Null(self.option_text("a text in quotes")?),
            "removequotes" => CopyOptionKind::RemoveQuotes,
            "roundec" => CopyOptionKind::RoundDec,
            "timeformat" => CopyOptionKind::TimeFormat(self.option_text("a format in quotes")?),
            "trimblanks" => CopyOptionKind::TrimBlanks,
            "truncatecolumns" => CopyOptionKind::TruncateColumns,
            "serializetojson" => CopyOptionKind::SerializeToJson,
            "comprows" => {
                let most = u64::from(u32::MAX / 2);
                CopyOptionKind::CompRows(self.option_number_within("comprows", 1000, most)?)
            }
            "compupdate" => CopyOptionKind::CompUpdate(if self.eat_word("preset") {
                CompUpdate::Preset
            } else if self.option_switch(true) {
                CompUpdate::On
            } else {
                CompUpdate::Off
            }),
            "ignoreallerrors" => CopyOptionKind::IgnoreAllErrors,
            "maxerror" => {
                CopyOptionKind::MaxError(self.option_number_within("maxerror", 0, 100_000)?)
            }
            "noload" => CopyOptionKind::NoLoad,
            _ => CopyOptionKind::StatUpdate(self.option_switch(true)),
        })
    }

    fn copy_format(&mut self, word: &str) -> Parsed<Option<CopyFormat>> {
        if !FORMATS.contains(&word) || word == "delimiter" {
            return Ok(None);
        }
        self.bump();
        Ok(Some(match word {
            "csv" => CopyFormat::Csv,
            "json" | "avro" => {
                self.eat_keyword(K::As);
                let given = self.try_option_text()?;
                let span = self.previous_span();
                let format = if word == "json" {
                    CopyFormat::Json(given)
                } else {
                    CopyFormat::Avro(given)
                };
                if word == "avro" && format.mapping() == Some(FieldMapping::NoShred) {
                    let sentence = "`noshred` stands with `json` only";
                    let help = "write `avro 'auto'`, or name a file of JSONPaths";
                    self.note(Mistake::new(MistakeKind::Syntax, span, sentence).help(help));
                }
                format
            }
            "parquet" => CopyFormat::Parquet,
            "orc" => CopyFormat::Orc,
            "fixedwidth" => {
                CopyFormat::FixedWidth(self.option_text("a text such as 'id:3,name:20'")?)
            }
            _ => CopyFormat::Shapefile(if self.eat_word("simplify") {
                Some(Simplify {
                    auto: self.eat_word("auto"),
                    tolerance: self.try_option_number(),
                })
            } else {
                None
            }),
        }))
    }

    /// `utf8`, in quotes or not.
    fn copy_encoding(&mut self) -> Parsed<TextEncoding> {
        self.eat_keyword(K::As);
        let start = self.span();
        let name = match self.option_word() {
            Some(word) => {
                self.bump();
                word.to_string()
            }
            None => match self.option_text("an encoding such as utf8")?.kind {
                OptionTextKind::Literal(text) => text.to_ascii_lowercase(),
                _ => return Ok(TextEncoding::Unknown),
            },
        };
        Ok(match name.as_str() {
            "utf8" | "utf-8" => TextEncoding::Utf8,
            "utf16" | "utf-16" => TextEncoding::Utf16,
            "utf16le" => TextEncoding::Utf16Le,
            "utf16be" => TextEncoding::Utf16Be,
            "iso88591" => TextEncoding::Iso88591,
            _ => {
                let sentence = format!("COPY does not know the encoding `{name}`");
                let help = "it is one of utf8, utf16, utf16le, utf16be and iso88591";
                let mistake = Mistake::new(MistakeKind::Syntax, start, sentence).help(help);
                return Err(Box::new(mistake));
            }
        })
    }

    /// Notes options that cannot stand together.
    fn check_copy(&mut self, copy: &Copy) {
        let mut named: Vec<(&str, crate::Span)> = Vec::new();
        for option in &copy.options {
            let name = name(&option.kind);
            if name.is_empty() {
                continue;
            }
            let clash = named.iter().find_map(|(other, _)| {
                let pairs = CONFLICTS.iter().chain(AUTHORIZATION_CONFLICTS);
                let both_formats = is_format(other) && is_format(name);
                let found = *other == name
                    || both_formats
                    || pairs
                        .copied()
                        .any(|pair| pair == (*other, name) || pair == (name, *other));
                found.then_some(*other)
            });
            match clash {
                Some(other) => self.note(Self::conflicting(other, name, option.span)),
                None => named.push((name, option.span)),
            }
        }
        self.check_columnar(copy);
        self.check_copy_job(copy);
        self.check_copy_source(copy);
        let knows = |wanted: &str| named.iter().any(|(name, _)| *name == wanted);
        let inserted = copy.has(&CopyOptionKind::Inserted);
        let authorized = [
            "iam_role",
            "credentials",
            "access_key_id",
            "secret_access_key",
        ];
        if !inserted && !authorized.into_iter().any(knows) {
            let mistake = Mistake::new(
                MistakeKind::Syntax,
                copy.source.span,
                "this COPY does not say in whose name it reads",
            );
            self.note(mistake.help("add `iam_role default`, or the ARN of a role"));
        }
        if knows("quote") && !knows("csv") && !inserted {
            let quote = copy
                .options
                .iter()
                .find(|option| name(&option.kind) == "quote");
            if let Some(quote) = quote {
                let sentence = "`quote` stands with `csv` only";
                let mistake = Mistake::new(MistakeKind::Syntax, quote.span, sentence);
                self.note(mistake.help("write `csv quote …`"));
            }
        }
    }

    /// AWS page: `COPY from columnar data formats`.
    fn check_columnar(&mut self, copy: &Copy) {
        let format = match copy.format() {
            Some(CopyFormat::Parquet) => "parquet",
            Some(CopyFormat::Orc) => "orc",
            _ => return,
        };
        for option in &copy.options {
            let name = name(&option.kind);
            if !name.is_empty() && !is_format(name) && !COLUMNAR.contains(&name) {
                let sentence = format!("COPY does not take `{name}` with `{format}`");
                let mistake = Mistake::new(MistakeKind::Syntax, option.span, sentence);
                self.note(mistake.help("leave it out"));
            }
        }
    }

    /// Notes READRATIO, keys and encodings where they mean nothing (AWS pages: `COPY from Amazon S3`,
    /// `Data conversion parameters`, ENCODING).
    fn check_copy_source(&mut self, copy: &Copy) {
        if copy.has(&CopyOptionKind::Inserted) {
            return;
        }
        let find = |wanted: &str| {
            let mut options = copy.options.iter();
            options.find(|option| name(&option.kind) == wanted)
        };
        if let Some(ratio) = find("readratio")
            && copy.source_kind() == CopySource::S3
        {
            let sentence = "`readratio` stands with a table of DynamoDB only";
            let mistake = Mistake::new(MistakeKind::Syntax, ratio.span, sentence);
            self.note(mistake.help("leave it out"));
        }
        let other_encoding = copy.options.iter().find(|option| {
            matches!(
                option.kind,
                CopyOptionKind::Encoding(
                    TextEncoding::Utf16
                        | TextEncoding::Utf16Le
                        | TextEncoding::Utf16Be
                        | TextEncoding::Iso88591
                )
            )
        });
        if let Some(encoding) = other_encoding
            && find("fixedwidth").is_some()
        {
            let sentence = "`fixedwidth` reads UTF-8 only";
            let mistake = Mistake::new(MistakeKind::Syntax, encoding.span, sentence);
            self.note(mistake.help("leave `encoding` out"));
        }
        if let Some(key) = find("master_symmetric_key")
            && find("encrypted").is_none()
        {
            let sentence = "`master_symmetric_key` stands with `encrypted` only";
            let mistake = Mistake::new(MistakeKind::Syntax, key.span, sentence);
            self.note(mistake.help("add `encrypted`"));
        }
        if let Some(encrypted) = find("encrypted")
            && find("master_symmetric_key").is_none()
            && find("credentials").is_none()
        {
            let sentence = "`encrypted` needs the key that the objects are encrypted with";
            let mistake = Mistake::new(MistakeKind::Syntax, encrypted.span, sentence);
            let help =
                "add `master_symmetric_key`; leave `encrypted` out for objects that S3 encrypts";
            self.note(mistake.help(help));
        }
    }

    /// AWS page: `COPY JOB`.
    fn check_copy_job(&mut self, copy: &Copy) {
        if copy.job.is_none() {
            return;
        }
        for option in &copy.options {
            let name = name(&option.kind);
            let refused = [
                "maxerror",
                "ignoreallerrors",
                "manifest",
                "access_key_id",
                "secret_access_key",
                "session_token",
                "credentials",
            ];
            if refused.contains(&name) {
                let sentence = format!("a job of COPY does not take `{name}`");
                let mistake = Mistake::new(MistakeKind::Syntax, option.span, sentence);
                self.note(mistake.help("leave it out; authorize with `iam_role`"));
            }
        }
    }

    /// `name [auto on | off]`
    fn copy_job(&mut self, start: crate::Span) -> Parsed<CopyJob> {
        let name = self.name("the name of a job")?;
        let auto = if self.eat_word("auto") {
            Some(self.expect_one_of(&["on", "off"])? == 0)
        } else {
            None
        };
        Ok(CopyJob {
            span: start.to(self.previous_span()),
            name,
            auto,
        })
    }

    fn copy_job_action(&mut self) -> Parsed<CopyJobAction> {
        let start = self.bump().span;
        let action = self.expect_one_of(&["alter", "run", "show", "drop", "list"])?;
        Ok(match action {
            0 => CopyJobAction::Alter(self.copy_job(start)?),
            1 => CopyJobAction::Run(self.name("the name of a job")?),
            2 => CopyJobAction::Show(self.name("the name of a job")?),
            3 => CopyJobAction::Drop(self.name("the name of a job")?),
            _ => CopyJobAction::List,
        })
    }
}

fn is_format(name: &str) -> bool {
    FORMATS.contains(&name) && name != "delimiter"
}

/// The word that an option begins with; options of which one may stand share it.
fn name(kind: &CopyOptionKind) -> &'static str {
    match kind {
        CopyOptionKind::Authorization(authorization) => authorization.option_name(),
        CopyOptionKind::Format(format) => match format {
            CopyFormat::Csv => "csv",
            CopyFormat::FixedWidth(_) => "fixedwidth",
            CopyFormat::Json(_) => "json",
            CopyFormat::Avro(_) => "avro",
            CopyFormat::Parquet => "parquet",
            CopyFormat::Orc => "orc",
            CopyFormat::Shapefile(_) => "shapefile",
        },
        CopyOptionKind::Delimiter(_) => "delimiter",
        CopyOptionKind::Quote(_) => "quote",
        CopyOptionKind::Manifest => "manifest",
        CopyOptionKind::Encrypted => "encrypted",
        CopyOptionKind::MasterSymmetricKey(_) => "master_symmetric_key",
        CopyOptionKind::Region(_) => "region",
        CopyOptionKind::Ssh => "ssh",
        CopyOptionKind::ReadRatio(_) => "readratio",
        CopyOptionKind::Compression(compression) => match compression {
            CopyCompression::Bzip2 => "bzip2",
            CopyCompression::Gzip => "gzip",
            CopyCompression::Lzop => "lzop",
            CopyCompression::Zstd => "zstd",
        },
        CopyOptionKind::AcceptAnyDate => "acceptanydate",
        CopyOptionKind::AcceptInvChars(_) => "acceptinvchars",
        CopyOptionKind::BlanksAsNull => "blanksasnull",
        CopyOptionKind::DateFormat(_) => "dateformat",
        CopyOptionKind::EmptyAsNull => "emptyasnull",
        CopyOptionKind::Encoding(_) => "encoding",
        CopyOptionKind::Escape => "escape",
        CopyOptionKind::ExplicitIds => "explicit_ids",
        CopyOptionKind::FillRecord => "fillrecord",
        CopyOptionKind::IgnoreBlankLines => "ignoreblanklines",
        CopyOptionKind::IgnoreHeader(_) => "ignoreheader",
        CopyOptionKind::Null(_) => "null",
        CopyOptionKind::RemoveQuotes => "removequotes",
        CopyOptionKind::RoundDec => "roundec",
        CopyOptionKind::TimeFormat(_) => "timeformat",
        CopyOptionKind::TrimBlanks => "trimblanks",
        CopyOptionKind::TruncateColumns => "truncatecolumns",
        CopyOptionKind::SerializeToJson => "serializetojson",
        CopyOptionKind::CompRows(_) => "comprows",
        CopyOptionKind::CompUpdate(_) => "compupdate",
        CopyOptionKind::IgnoreAllErrors => "ignoreallerrors",
        CopyOptionKind::MaxError(_) => "maxerror",
        CopyOptionKind::NoLoad => "noload",
        CopyOptionKind::StatUpdate(_) => "statupdate",
        CopyOptionKind::Inserted => "",
    }
}
