//! Formats: TO_CHAR, TO_NUMBER, TO_DATE and TO_TIMESTAMP, which functions of the warehouse carry out by
//! `template`; and DATEFORMAT of COPY, in the engine's own words.

use redshift_sql::tree::Call;
use redshift_sql::types::Type;

use super::Refusal;
use super::arithmetic::cast;
use super::calls::{arguments, call as called};
use super::dates::moment;
use super::fragment::TokenTree;
use super::writer::Writer;
use crate::warehouse::template::number::Number;
use crate::warehouse::template::{moment as moments, read_moment};

/// A call that has a template, by the type of its value.
pub(super) fn written(
    writer: Writer<'_>,
    name: &str,
    call: &Call,
    inner: &[TokenTree],
) -> Result<Option<Vec<TokenTree>>, Refusal> {
    if !matches!(name, "to_char" | "to_date" | "to_timestamp" | "to_number") {
        return Ok(None);
    }
    let mut all = arguments(inner).into_iter();
    let (Some(value), Some(template), strict, None) =
        (all.next(), all.next(), all.next(), all.next())
    else {
        return Err(Refusal::Syntax(format!(
            "{name} takes a value and a format"
        )));
    };
    let literal = match template.as_slice() {
        [one] => one.as_text().map(str::to_owned),
        _ => None,
    };
    let literal = literal.as_deref();
    let kind = call
        .arguments
        .first()
        .map_or(Type::Unknown, |value| writer.type_of(value));
    let template = match literal {
        Some(_) => template,
        None => cast(template, "varchar"),
    };
    Ok(Some(match name {
        "to_char" if of_numbers(kind, literal)? => number_text(kind, value, template, literal)?,
        "to_char" => moment_text(kind, value, template, literal)?,
        "to_number" => number(value, template, literal)?,
        _ => {
            if let Some(literal) = literal {
                let pieces = moments::parse(literal).map_err(|what| bad(literal, &what))?;
                if let Some(part) = read_moment::unreadable(&pieces) {
                    return Err(Refusal::Value(format!(
                        "\"{part}\" is a format of TO_CHAR only: it cannot be read"
                    )));
                }
            }
            let strict = strict.map_or_else(
                || vec![TokenTree::number("0")],
                |strict| cast(strict, "integer"),
            );
            let read = called(
                "redshift_moment",
                vec![cast(value, "varchar"), template, strict],
            );
            cast(
                read,
                if name == "to_date" {
                    "date"
                } else {
                    "timestamptz"
                },
            )
        }
    }))
}

fn bad(template: &str, what: &str) -> Refusal {
    Refusal::Value(format!("invalid format \"{template}\": {what}"))
}

/// Whether TO_CHAR writes a number: by the type of the value, and by the template where nobody knows that.
fn of_numbers(kind: Type, literal: Option<&str>) -> Result<bool, Refusal> {
    match (kind, literal) {
        (kind, _) if kind.is_numeric() => Ok(true),
        (kind, _) if kind.is_date() || kind.is_time() => Ok(false),
        (kind, _) if kind.is_interval() => Err(Refusal::Unsupported(
            "TO_CHAR of an interval: take its parts with EXTRACT".to_owned(),
        )),
        (Type::Boolean, _) => Err(Refusal::Value(
            "function to_char(boolean, unknown) does not exist: TO_CHAR takes a number or a moment".to_owned(),
        )),
        (_, Some(template)) => {
            let upper = template.to_ascii_uppercase();
            Ok(upper.contains(['9', '0']) || matches!(upper.as_str(), "RN" | "FMRN"))
        }
        (_, None) => Err(Refusal::Unsupported(
            "TO_CHAR of a value whose type nobody knows, with a format that is no literal: cast the value"
                .to_owned(),
        )),
    }
}

/// The digits of a number, by a template.
fn number_text(
    kind: Type,
    value: Vec<TokenTree>,
    template: Vec<TokenTree>,
    literal: Option<&str>,
) -> Result<Vec<TokenTree>, Refusal> {
    let parsed = literal.map(|literal| Number::parse(literal).map_err(|what| bad(literal, &what)));
    let parsed = parsed.transpose()?;
    let digits = match (kind, parsed) {
        // What is behind the digits that are shown is cut by the value itself, not by its shortest text.
        (Type::Real | Type::Double, Some(template)) => {
            let digits = template.fraction + template.shift;
            let format = vec![TokenTree::text(format!("%.{digits}f"))];
            called("printf", vec![format, cast(value, "double")])
        }
        _ => cast(value, "varchar"),
    };
    Ok(called("redshift_number_text", vec![digits, template]))
}

/// A moment, by a template. Without a time zone of its own it is in UTC.
fn moment_text(
    kind: Type,
    value: Vec<TokenTree>,
    template: Vec<TokenTree>,
    literal: Option<&str>,
) -> Result<Vec<TokenTree>, Refusal> {
    if let Some(literal) = literal {
        moments::parse(literal).map_err(|what| bad(literal, &what))?;
    }
    let (value, zone) = match kind {
        Type::TimestampTz => {
            let setting = vec![vec![TokenTree::text("TimeZone")]];
            (value, called("current_setting", setting))
        }
        kind if kind.is_time() => {
            let mut sum = vec![TokenTree::Ready("date '1970-01-01' +".to_owned())];
            sum.extend(cast(value, "time"));
            (sum, vec![TokenTree::text("UTC")])
        }
        _ => (
            cast(moment(&value), "timestamp"),
            vec![TokenTree::text("UTC")],
        ),
    };
    let microseconds = called("epoch_us", vec![value]);
    Ok(called(
        "redshift_moment_text",
        vec![microseconds, zone, template],
    ))
}

/// TO_NUMBER has as many digits as its template.
fn number(
    value: Vec<TokenTree>,
    template: Vec<TokenTree>,
    literal: Option<&str>,
) -> Result<Vec<TokenTree>, Refusal> {
    let (precision, scale) = match literal {
        None => (38, 10),
        Some(literal) => {
            let parsed = Number::parse(literal).map_err(|what| bad(literal, &what))?;
            let scale = parsed.fraction.min(37);
            ((parsed.whole + parsed.shift + scale).clamp(1, 38), scale)
        }
    };
    let read = called("redshift_number", vec![cast(value, "varchar"), template]);
    Ok(cast(read, &format!("decimal({precision},{scale})")))
}

/// Pieces of a format of moments, longest first: the piece, and what the engine reads it with.
const PIECES: &[(&str, &str)] = &[
    ("MONTH", "%B"),
    ("YYYY", "%Y"),
    ("HH24", "%H"),
    ("HH12", "%I"),
    ("SSSS", ""),
    ("IYYY", "%G"),
    ("DAY", "%A"),
    ("DDD", "%j"),
    ("MON", "%b"),
    ("YYY", ""),
    ("A.M.", ""),
    ("P.M.", ""),
    ("FM", ""),
    ("TZ", "%Z"),
    ("OF", "%z"),
    ("YY", "%y"),
    ("MM", "%m"),
    ("DD", "%d"),
    ("DY", "%a"),
    ("HH", "%I"),
    ("MI", "%M"),
    ("SS", "%S"),
    ("MS", "%g"),
    ("US", "%f"),
    ("IW", "%V"),
    ("AM", "%p"),
    ("PM", "%p"),
    ("WW", ""),
    ("CC", ""),
    ("ID", "%u"),
    ("TH", ""),
    ("Q", ""),
    ("D", ""),
    ("J", ""),
    ("W", ""),
];

/// Cuts a format into pieces (with how they are written in it) and the text between them.
fn pieces(format: &str) -> Result<Vec<(usize, &str)>, Refusal> {
    let mut found = Vec::new();
    let mut rest = format;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted
                .find('"')
                .ok_or_else(|| Refusal::syntax("a quoted part of a format has no end"))?;
            found.push((usize::MAX, quoted.get(..end).unwrap_or_default()));
            rest = quoted.get(end + 1..).unwrap_or_default();
            continue;
        }
        let known = PIECES.iter().position(|(piece, _)| {
            rest.get(..piece.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(piece))
        });
        let length = match known {
            Some(index) => PIECES.get(index).map_or(1, |(piece, _)| piece.len()),
            None => rest.chars().next().map_or(1, char::len_utf8),
        };
        let (piece, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        found.push((known.unwrap_or(usize::MAX), piece));
        rest = after;
    }
    Ok(found)
}

/// The format that reads what a Redshift format describes.
pub(super) fn parse_format(format: &str) -> Result<String, Refusal> {
    let mut text = String::new();
    for (index, piece) in pieces(format)? {
        match PIECES.get(index) {
            None => text.push_str(&piece.replace('%', "%%")),
            Some(("FM", _)) => {}
            Some((_, "")) => {
                return Err(Refusal::Unsupported(format!(
                    "`{piece}` in a format that reads"
                )));
            }
            Some((_, specifier)) => text.push_str(specifier),
        }
    }
    Ok(text)
}
