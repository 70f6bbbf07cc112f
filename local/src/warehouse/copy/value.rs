//! What the engine makes of the text of a field.

use super::super::columns::Existing;
use crate::warehouse::dialect::{Copy, MomentPattern, quote_text};

/// The value of a column, from a text that is NULL where the field is.
pub(super) fn of(column: &Existing, copy: &Copy, text: &str) -> String {
    let value = strict(column, copy, text);
    if copy.lenient {
        format!("try({value})")
    } else {
        value
    }
}

/// Whether the column holds integers.
pub(super) fn is_integer(column: &Existing) -> bool {
    matches!(column.kind.as_str(), "SMALLINT" | "INTEGER" | "BIGINT")
}

/// The integer that a text is: of the first one, which has nothing but digits and `-`. Where `odd`
/// says that there is something else in the row, it is that of the second one.
pub(super) fn integer(
    column: &Existing,
    copy: &Copy,
    (plain, text): (&str, &str),
    odd: &str,
) -> String {
    let kind = column.kind.as_str();
    let value =
        format!("(case when {odd} then redshift.loaded_integer({text}) else {plain} end)::{kind}");
    if copy.lenient {
        format!("try({value})")
    } else {
        value
    }
}

fn strict(column: &Existing, copy: &Copy, text: &str) -> String {
    let kind = column.kind.as_str();
    if kind == "VARCHAR" {
        return characters(column, copy, text);
    }
    if is_integer(column) {
        return format!("redshift.loaded_integer({text})::{kind}");
    }
    // An empty field is NULL, whatever is no text.
    let text = format!("redshift.loaded_field({text})");
    match kind {
        "DATE" => moment(&copy.dates, "automatic_date", kind, &text, copy),
        "TIMESTAMP" | "TIMESTAMP WITH TIME ZONE" => {
            moment(&copy.times, "automatic_timestamp", kind, &text, copy)
        }
        "BOOLEAN" => format!("redshift.loaded_boolean({text})"),
        "TIME" => format!("redshift_clock_local({text})::TIME"),
        "TIME WITH TIME ZONE" => format!("redshift.text_timetz({text})"),
        "BLOB" => format!("unhex({text})"),
        "JSON" => format!("json({text})"),
        "FLOAT" | "DOUBLE" => float(kind, &format!("redshift.loaded_number({text})")),
        kind if kind.starts_with("DECIMAL") => {
            number(kind, copy, &format!("redshift.loaded_number({text})"))
        }
        kind => format!("{text}::{kind}"),
    }
}

fn number(kind: &str, copy: &Copy, text: &str) -> String {
    match decimal(kind).filter(|_| !copy.round_decimals) {
        // Digits beyond the scale are cut, not rounded, unless ROUNDEC says so.
        Some((precision, scale)) => {
            let wider = (scale + 4).min(38);
            let kept = (precision + 4).clamp(wider, 38);
            format!("trunc({text}::DECIMAL({kept},{wider}), {scale})::{kind}")
        }
        None => format!("{text}::{kind}"),
    }
}

/// A float: the engine makes infinity of digits that it cannot hold, which Redshift refuses. The condition
/// has a cast of its own: a cast that stands twice fails outside of TRY.
fn float(kind: &str, text: &str) -> String {
    format!(
        "(case when isinf(try_cast({text} as {kind})) and not contains(lower({text}), 'inf') \
         then '?'::{kind} else {text}::{kind} end)"
    )
}

fn moment(pattern: &MomentPattern, automatic: &str, kind: &str, text: &str, copy: &Copy) -> String {
    let value = match pattern {
        MomentPattern::Iso => {
            let checked = match (kind, copy.lenient) {
                ("DATE", false) => "loaded_date",
                ("DATE", true) => "loaded_external_date",
                _ => "loaded_moment",
            };
            format!("redshift.{checked}({text})::{kind}")
        }
        MomentPattern::Auto => {
            format!("redshift.{automatic}(redshift.loaded_automatic({text}))::{kind}")
        }
        MomentPattern::Strptime(format) if format.ends_with("%S") => format!(
            "strptime({text}, [{}, {}])::{kind}",
            quote_text(format),
            quote_text(&format!("{format}.%f"))
        ),
        MomentPattern::Strptime(format) => {
            format!("strptime({text}, {})::{kind}", quote_text(format))
        }
        MomentPattern::EpochSeconds => {
            format!("make_timestamp((({text})::DECIMAL(38,6) * 1000000)::BIGINT)::{kind}")
        }
        MomentPattern::EpochMilliseconds => {
            format!("make_timestamp((({text})::DECIMAL(38,6) * 1000)::BIGINT)::{kind}")
        }
    };
    // "COPY inserts a NULL value into that field" (AWS page: `Data conversion parameters`,
    // ACCEPTANYDATE).
    if copy.accept_any_date {
        format!("try({value})")
    } else {
        value
    }
}

fn decimal(kind: &str) -> Option<(u8, u8)> {
    let (precision, scale) = kind
        .strip_prefix("DECIMAL(")?
        .strip_suffix(')')?
        .split_once(',')?;
    Some((precision.trim().parse().ok()?, scale.trim().parse().ok()?))
}

/// A text: an empty field is an empty text unless an option says that it is NULL.
fn characters(column: &Existing, copy: &Copy, text: &str) -> String {
    let mut value = text.to_owned();
    if column.blank_padded {
        value = format!("rtrim({value})");
    } else if copy.trim_blanks {
        // "White space characters" (AWS page: `Data conversion parameters`, TRIMBLANKS).
        value = format!("rtrim({value}, redshift.white_space())");
    }
    if copy.blanks_as_null {
        value = format!(
            "case when trim({text}, redshift.white_space()) = '' and {text} <> '' then null \
             else {value} end"
        );
    }
    if copy.empty_as_null {
        value = format!("nullif({value}, '')");
    }
    if let Some(limit) = column.limit {
        let cut = if copy.truncate_columns {
            "cut"
        } else {
            "loaded_text"
        };
        value = format!("redshift.{cut}({value}, {limit})");
    }
    if column.blank_padded {
        value = format!("redshift.loaded_char({value})");
    }
    value
}
