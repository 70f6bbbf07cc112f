//! COPY.

use redshift_sql::tree::{
    self, CopyCompression, CopyFormat, CopyOptionKind, FieldMapping, OptionText,
};

use super::format::parse_format;
use super::load::{BucketLocation, DEFAULT_NULL, Packing, as_written, number, text, unescaped};
use super::statement::{Copy, MomentPattern, ObjectFormat, Statement};
use super::writer::Writer;
use super::{Refusal, aws_only};

/// Translates COPY; an option that a laptop cannot hold to is refused.
pub(super) fn copy(
    written: &tree::Copy,
    script: &str,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    if written.job.is_some() {
        return Err(Refusal::Unsupported("COPY JOB".to_owned()));
    }
    let columns = written.columns.iter().map(|name| name.text.to_string());
    let mut copy = Copy::new(
        writer.relation(&written.table)?,
        columns.collect(),
        BucketLocation::parse(text(&written.source)?)?,
    );
    let mut delimiter = None;
    let mut quote = None;
    let (mut quotes, mut escape, mut nested) = (false, false, false);
    for option in &written.options {
        match &option.kind {
            CopyOptionKind::Format(format) => {
                copy.avro = matches!(format, CopyFormat::Avro(_));
                copy.format = self::format(format)?;
            }
            CopyOptionKind::Quote(given) => quote = Some(text(given)?.to_owned()),
            CopyOptionKind::Delimiter(given) => {
                delimiter = Some(unescaped(&as_written(given, script)?))
            }
            CopyOptionKind::Compression(CopyCompression::Gzip) => copy.packing = Packing::Gzip,
            CopyOptionKind::Compression(CopyCompression::Zstd) => copy.packing = Packing::Zstd,
            CopyOptionKind::Compression(CopyCompression::Bzip2) => copy.packing = Packing::Bzip2,
            CopyOptionKind::Compression(CopyCompression::Lzop) => copy.packing = Packing::Lzop,
            CopyOptionKind::Manifest => copy.manifest = true,
            CopyOptionKind::IgnoreHeader(rows) => copy.ignore_header = number(rows)?,
            CopyOptionKind::Null(given) => copy.null = null(&as_written(given, script)?)?,
            CopyOptionKind::DateFormat(given) => {
                copy.dates = pattern("DATEFORMAT", &["auto"], text(given)?)?;
            }
            CopyOptionKind::TimeFormat(given) => {
                copy.times = pattern("TIMEFORMAT", WORDS, text(given)?)?;
            }
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
            CopyOptionKind::Encoding(encoding) => copy.encoding = *encoding,
            CopyOptionKind::AcceptInvChars(given) => copy.invalid_as = Some(replacement(given)?),
            CopyOptionKind::IgnoreBlankLines => copy.ignore_blank_lines = true,
            CopyOptionKind::AcceptAnyDate => copy.accept_any_date = true,
            CopyOptionKind::SerializeToJson => nested = true,
            CopyOptionKind::Ssh => return Err(aws_only::of_copy("SSH")),
            // No load has as many errors.
            CopyOptionKind::IgnoreAllErrors => copy.max_error = u64::from(u32::MAX),
            // Who may, where, how it is stored: nobody asks on a laptop.
            CopyOptionKind::Authorization(_)
            | CopyOptionKind::Region(_)
            | CopyOptionKind::MasterSymmetricKey(_)
            | CopyOptionKind::Encrypted
            | CopyOptionKind::CompUpdate(_)
            | CopyOptionKind::StatUpdate(_)
            | CopyOptionKind::CompRows(_)
            | CopyOptionKind::ReadRatio(_) => {}
            CopyOptionKind::Inserted => {
                return Err(Refusal::syntax("nothing is inserted for an option of COPY"));
            }
        }
    }
    match &mut copy.format {
        ObjectFormat::Delimited {
            quotes: removed,
            escape: escaped,
        } => (*removed, *escaped) = (quotes, escape),
        ObjectFormat::Csv { quote: given } => {
            if let Some(quote) = quote {
                *given = quote;
            }
        }
        ObjectFormat::Parquet { nested: given } => *given = nested,
        _ => {}
    }
    if let Some(delimiter) = delimiter {
        copy.delimiter = delimiter;
    } else if matches!(copy.format, ObjectFormat::Csv { .. }) {
        copy.delimiter = ",".to_owned();
    }
    Ok(Statement::Copy(Box::new(copy)))
}

fn format(written: &CopyFormat) -> Result<ObjectFormat, Refusal> {
    Ok(match written {
        CopyFormat::Csv => ObjectFormat::Csv {
            quote: "\"".to_owned(),
        },
        CopyFormat::Parquet => ObjectFormat::Parquet { nested: false },
        CopyFormat::Json(given) | CopyFormat::Avro(given) => match written.mapping() {
            Some(FieldMapping::Auto) => ObjectFormat::Json { exact: true },
            Some(FieldMapping::AutoIgnoreCase) => ObjectFormat::Json { exact: false },
            Some(FieldMapping::Paths(paths)) => {
                ObjectFormat::JsonPaths(BucketLocation::parse(paths)?)
            }
            Some(FieldMapping::NoShred) => ObjectFormat::JsonWhole,
            _ => {
                let how = given.as_ref().and_then(|given| given.literal());
                let how = how.unwrap_or_default();
                return Err(Refusal::Unsupported(format!(
                    "COPY … '{how}' as a mapping of fields"
                )));
            }
        },
        CopyFormat::FixedWidth(widths) => ObjectFormat::FixedWidth(self::widths(text(widths)?)?),
        CopyFormat::Orc => ObjectFormat::Orc { by_name: false },
        CopyFormat::Shapefile(_) => return Err(aws_only::of_copy("SHAPEFILE")),
    })
}

/// `label:width, …` (AWS page: `Data format parameters`, FIXEDWIDTH).
fn widths(text: &str) -> Result<Vec<(String, u32)>, Refusal> {
    let wrong = || Refusal::syntax("FIXEDWIDTH takes `label:width, …`");
    text.split(',')
        .map(|column| {
            let (label, width) = column.rsplit_once(':').ok_or_else(wrong)?;
            let width: u32 = width.trim().parse().map_err(|_| wrong())?;
            if width == 0 {
                return Err(wrong());
            }
            Ok((label.trim().to_lowercase(), width))
        })
        .collect()
}

/// The text of NULL AS: `\0` and `\000` are the character NUL, and a line feed is reserved as the end of
/// a line (AWS page: `Data conversion parameters`).
fn null(text: &str) -> Result<String, Refusal> {
    let null = match text {
        "\\0" => "\0".to_owned(),
        "\\N" => DEFAULT_NULL.to_owned(),
        other => unescaped(other),
    };
    if null.contains('\n') {
        let why = "NULL AS takes no line feed, which ends a line: name another text";
        return Err(Refusal::Value(why.to_owned()));
    }
    Ok(null)
}

/// "An ASCII character except NULL"; a question mark where none is given (AWS page: `Data conversion
/// parameters`, ACCEPTINVCHARS).
fn replacement(given: &Option<OptionText>) -> Result<char, Refusal> {
    let Some(given) = given else {
        return Ok('?');
    };
    let text = text(given)?;
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(one), None) if one.is_ascii() && one != '\0' => Ok(one),
        _ => Err(Refusal::Value(format!(
            "ACCEPTINVCHARS takes one ASCII character, not `{text}`"
        ))),
    }
}

/// The words that TIMEFORMAT takes for a format.
const WORDS: &[&str] = &["auto", "epochsecs", "epochmillisecs"];

/// A format, or a word for one. The words "are case-sensitive", and DATEFORMAT has `auto` alone (AWS
/// page: `Data conversion parameters`).
fn pattern(option: &str, words: &[&str], format: &str) -> Result<MomentPattern, Refusal> {
    let lower = format.to_ascii_lowercase();
    if WORDS.contains(&lower.as_str()) && !words.contains(&format) {
        let words = words.join("`, `");
        return Err(Refusal::Value(format!(
            "{option} takes no `{format}`: it takes `{words}` in lower case, or a format"
        )));
    }
    // "You can't include a time zone specifier" (AWS page: `DATEFORMAT and TIMEFORMAT strings`).
    if ["tz", "of"].iter().any(|zone| lower.contains(zone)) {
        return Err(Refusal::Value(format!(
            "{option} takes no time zone (TZ, tz or OF): write `auto` for `{format}`"
        )));
    }
    Ok(match format {
        "auto" => MomentPattern::Auto,
        "epochsecs" => MomentPattern::EpochSeconds,
        "epochmillisecs" => MomentPattern::EpochMilliseconds,
        _ => MomentPattern::Strptime(parse_format(&with_24_hours(format))?),
    })
}

/// In COPY, HH is HH24 (AWS page: `DATEFORMAT and TIMEFORMAT strings`); in functions it is HH12.
fn with_24_hours(format: &str) -> String {
    let mut written = String::with_capacity(format.len() + 2);
    let mut rest = format;
    while let Some(at) = rest.to_ascii_uppercase().find("HH") {
        let (before, hours) = rest.split_at(at);
        let (hours, behind) = hours.split_at(2);
        written.push_str(before);
        written.push_str(hours);
        if !behind.starts_with("24") && !behind.starts_with("12") {
            written.push_str("24");
        }
        rest = behind;
    }
    written.push_str(rest);
    written
}
