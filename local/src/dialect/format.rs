//! Formats: TO_CHAR, TO_DATE, TO_TIMESTAMP, TO_NUMBER.

use super::Refusal;
use super::dates::moment;
use super::fragment::Node;
use super::functions::{Call, arguments, call, own};

/// Rewrites a call that has a format.
pub(super) fn rewrite(name: &str, inner: &[Node]) -> Result<Option<Call>, Refusal> {
    if !matches!(name, "to_char" | "to_date" | "to_timestamp" | "to_number") {
        return Ok(None);
    }
    let all = arguments(inner);
    let (Some(value), Some(format)) = (all.first(), all.get(1)) else {
        return Err(Refusal::Syntax(format!(
            "{name} takes a value and a format"
        )));
    };
    let [format] = format.as_slice() else {
        return Err(not_literal(name));
    };
    let format = format.as_text().ok_or_else(|| not_literal(name))?;
    let nodes = match name {
        "to_char" if is_numeric(format) => number_to_char(value, format)?,
        "to_char" => moment_to_char(value, format)?,
        "to_number" => own("to_number", vec![value.clone()]),
        _ => {
            let mut text = value.clone();
            text.extend([Node::word("as"), Node::Ready("varchar".to_owned())]);
            let parsed = call(
                "strptime",
                vec![
                    call("cast", vec![text]),
                    vec![Node::text(parse_format(format)?)],
                ],
            );
            let kind = if name == "to_date" {
                "date"
            } else {
                "timestamptz"
            };
            let mut nodes = parsed;
            nodes.extend([Node::symbol("::"), Node::Ready(kind.to_owned())]);
            vec![Node::Round(nodes)]
        }
    };
    Ok(Some(Call::of(nodes)))
}

fn not_literal(name: &str) -> Refusal {
    Refusal::Unsupported(format!("{name} with a format that is not a literal"))
}

/// Pieces of a format of moments, longest first: the piece, what prints it, what reads it.
const PIECES: &[(&str, &str, &str)] = &[
    ("MONTH", "", "%B"),
    ("YYYY", "%Y", "%Y"),
    ("HH24", "%H", "%H"),
    ("HH12", "%I", "%I"),
    ("SSSS", "", ""),
    ("IYYY", "%G", "%G"),
    ("DAY", "", "%A"),
    ("DDD", "%j", "%j"),
    ("MON", "", "%b"),
    ("YYY", "", ""),
    ("A.M.", "", ""),
    ("P.M.", "", ""),
    ("FM", "", ""),
    ("TZ", "UTC", "%Z"),
    ("OF", "+00", "%z"),
    ("YY", "%y", "%y"),
    ("MM", "%m", "%m"),
    ("DD", "%d", "%d"),
    ("DY", "", "%a"),
    ("HH", "%I", "%I"),
    ("MI", "%M", "%M"),
    ("SS", "%S", "%S"),
    ("MS", "%g", "%g"),
    ("US", "%f", "%f"),
    ("IW", "%V", "%V"),
    ("AM", "%p", "%p"),
    ("PM", "%p", "%p"),
    ("WW", "", ""),
    ("CC", "", ""),
    ("ID", "%u", "%u"),
    ("TH", "", ""),
    ("Q", "", ""),
    ("D", "", ""),
    ("J", "", ""),
    ("W", "", ""),
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
        let known = PIECES.iter().position(|(piece, ..)| {
            rest.get(..piece.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(piece))
        });
        let length = match known {
            Some(index) => PIECES.get(index).map_or(1, |(piece, ..)| piece.len()),
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
            Some(("FM", ..)) => {}
            Some((_, _, "")) => {
                return Err(Refusal::Unsupported(format!(
                    "`{piece}` in a format that reads"
                )));
            }
            Some((_, _, specifier)) => text.push_str(specifier),
        }
    }
    Ok(text)
}

fn moment_to_char(value: &[Node], format: &str) -> Result<Vec<Node>, Refusal> {
    let mut parts: Vec<Vec<Node>> = Vec::new();
    let mut plain = String::new();
    let mut trimmed = false;
    let strftime = |specifiers: &str| {
        call(
            "strftime",
            vec![moment(value), vec![Node::text(specifiers)]],
        )
    };
    for (index, piece) in pieces(format)? {
        let Some((name, specifier, _)) = PIECES.get(index) else {
            plain.push_str(&piece.replace('%', "%%"));
            continue;
        };
        let special = match *name {
            "FM" => {
                trimmed = true;
                continue;
            }
            "AM" | "PM" if piece.chars().all(char::is_lowercase) => {
                call("lower", vec![strftime("%p")])
            }
            "MON" => cased(strftime("%b"), piece),
            "DY" => cased(strftime("%a"), piece),
            "MONTH" => padded(cased(strftime("%B"), piece), trimmed),
            "DAY" => padded(cased(strftime("%A"), piece), trimmed),
            "MM" if trimmed => strftime("%-m"),
            "DD" if trimmed => strftime("%-d"),
            "Q" => own("quarter_text", vec![value.to_vec()]),
            "D" => own("weekday_text", vec![value.to_vec()]),
            "WW" => own("week_text", vec![value.to_vec()]),
            _ if specifier.is_empty() => {
                return Err(Refusal::Unsupported(format!(
                    "`{piece}` in a format of TO_CHAR"
                )));
            }
            _ => {
                plain.push_str(specifier);
                continue;
            }
        };
        if !plain.is_empty() {
            parts.push(strftime(&std::mem::take(&mut plain)));
        }
        parts.push(special);
        trimmed = false;
    }
    if !plain.is_empty() || parts.is_empty() {
        parts.push(strftime(&plain));
    }
    let mut joined = Vec::new();
    for part in parts {
        if !joined.is_empty() {
            joined.push(Node::symbol("||"));
        }
        joined.extend(part);
    }
    Ok(vec![Node::Round(joined)])
}

/// A name in the case in which the format writes it.
fn cased(name: Vec<Node>, piece: &str) -> Vec<Node> {
    if piece.chars().all(char::is_uppercase) {
        call("upper", vec![name])
    } else if piece.chars().all(char::is_lowercase) {
        call("lower", vec![name])
    } else {
        name
    }
}

/// Names of months and days are filled up to nine characters unless FM stands in front.
fn padded(name: Vec<Node>, trimmed: bool) -> Vec<Node> {
    if trimmed {
        name
    } else {
        call(
            "rpad",
            vec![
                name,
                vec![Node::Ready("9".to_owned())],
                vec![Node::text(" ")],
            ],
        )
    }
}

/// Whether a format is one of numbers.
fn is_numeric(format: &str) -> bool {
    format.contains(['9', '0'])
}

fn number_to_char(value: &[Node], format: &str) -> Result<Vec<Node>, Refusal> {
    let upper = format.to_ascii_uppercase();
    let (trimmed, body) = match upper.strip_prefix("FM") {
        Some(body) => (true, body),
        None => (false, upper.as_str()),
    };
    let (dollar, body) = match body.strip_prefix(['$', 'L']) {
        Some(body) => (true, body),
        None => (false, body),
    };
    let (whole, fraction) = body.split_once(['.', 'D']).unwrap_or((body, ""));
    let whole_ok = whole.chars().all(|c| matches!(c, '9' | '0' | ',' | 'G'));
    if !whole_ok || !fraction.chars().all(|c| matches!(c, '9' | '0')) {
        return Err(Refusal::Unsupported(format!(
            "the format `{format}` of TO_CHAR"
        )));
    }
    let digits = whole.chars().filter(char::is_ascii_digit).count();
    let groups = whole.len() - digits;
    // From the first 0 on, digits are written even where there are none.
    let forced = whole
        .find('0')
        .and_then(|at| whole.get(at..))
        .map_or(0, |rest| rest.chars().filter(char::is_ascii_digit).count());
    let number = |n: usize| vec![Node::Ready(n.to_string())];
    let flag = |b: bool| vec![Node::Ready(b.to_string())];
    Ok(own(
        "number_text",
        vec![
            value.to_vec(),
            number(digits),
            number(fraction.len()),
            number(forced),
            flag(groups > 0),
            flag(trimmed),
            vec![Node::text(if dollar { "$" } else { "" })],
        ],
    ))
}
