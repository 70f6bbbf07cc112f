//! Functions of dates and times, whose first argument is a bare word.

use super::Refusal;
use super::calls::{TranslatedCall, arguments, call, own};
use super::fragment::TokenTree;
use super::token::EngineTokenKind;

/// A part of a date in the engine's words.
fn part(nodes: &[TokenTree]) -> Option<&'static str> {
    let [node] = nodes else {
        return None;
    };
    let name = node.as_word().or_else(|| node.as_text())?;
    named(&name.to_ascii_lowercase())
}

/// A part of a date by its name or an abbreviation (AWS page: `Date parts for date or timestamp functions`).
pub(super) fn named(name: &str) -> Option<&'static str> {
    Some(match name {
        "millennium" | "millennia" | "mil" | "mils" => "millennium",
        "century" | "centuries" | "c" | "cent" | "cents" => "century",
        "decade" | "decades" | "dec" | "decs" => "decade",
        "epoch" => "epoch",
        "year" | "years" | "y" | "yr" | "yrs" => "year",
        "quarter" | "quarters" | "qtr" | "qtrs" => "quarter",
        "month" | "months" | "mon" | "mons" => "month",
        "week" | "weeks" | "w" => "week",
        "dayofweek" | "dow" | "dw" | "weekday" => "dow",
        "dayofyear" | "doy" | "dy" | "yearday" => "doy",
        "day" | "days" | "d" => "day",
        "hour" | "hours" | "h" | "hr" | "hrs" => "hour",
        "minute" | "minutes" | "m" | "min" | "mins" => "minute",
        "second" | "seconds" | "s" | "sec" | "secs" => "second",
        "millisecond" | "milliseconds" | "ms" | "msec" | "msecs" | "msecond" | "mseconds"
        | "millisec" | "millisecs" | "millisecon" => "millisecond",
        "microsecond" | "microseconds" | "microsec" | "microsecs" | "usecond" | "useconds"
        | "us" | "usec" | "usecs" => "microsecond",
        "timezone" => "timezone",
        "timezone_hour" => "timezone_hour",
        "timezone_minute" => "timezone_minute",
        _ => return None,
    })
}

/// The part of a date that a function is asked for.
fn wanted(function: &str, nodes: &[TokenTree]) -> Result<&'static str, Refusal> {
    let named = match nodes {
        [node] => node.as_word().or_else(|| node.as_text()),
        _ => None,
    };
    match (part(nodes), named) {
        (Some(part), _) => Ok(part),
        (None, Some(name))
            if name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') =>
        {
            Err(Refusal::Unsupported(format!(
                "the date part `{name}` of {function}: the parts are year, quarter, month, week, day, dow, doy, hour \
             and the others of `Date parts for date or timestamp functions`"
            )))
        }
        (None, _) => Err(shape(function)),
    }
}

/// A text that stands for a moment: a literal or a parameter, of which the engine would not know
/// what it is.
pub(super) fn moment(nodes: &[TokenTree]) -> Vec<TokenTree> {
    let untyped = matches!(nodes, [TokenTree::Token(token)] if matches!(token.kind, EngineTokenKind::Text | EngineTokenKind::Parameter));
    let mut nodes = nodes.to_vec();
    if untyped {
        nodes.extend([
            TokenTree::symbol("::"),
            TokenTree::Ready("timestamp".to_owned()),
        ]);
    }
    nodes
}

/// NULL as a moment, where the engine could not tell of which type it is.
fn typed(nodes: Vec<TokenTree>) -> Vec<TokenTree> {
    let is_null = matches!(nodes.as_slice(), [one] if one.is_word("null"));
    if is_null {
        super::arithmetic::cast(nodes, "timestamp")
    } else {
        nodes
    }
}

/// Rewrites a call of a function of dates.
pub(super) fn rewrite(name: &str, inner: &[TokenTree]) -> Result<Option<TranslatedCall>, Refusal> {
    let nodes = match name {
        "dateadd" | "date_add" => date_add(&arguments(inner))?,
        "datediff" | "date_diff" => {
            let all = arguments(inner);
            let [which, from, to] = all.as_slice() else {
                return Err(shape("DATEDIFF"));
            };
            let which = wanted("DATEDIFF", which)?;
            let (from, to) = (moment(from), moment(to));
            let part = vec![TokenTree::text(which)];
            // The engine counts whole weeks, and centuries from their year 0 on.
            match which {
                "week" => own("weeks_between", vec![typed(from), typed(to)]),
                "century" | "millennium" => {
                    own("parts_between", vec![part, typed(from), typed(to)])
                }
                _ => call("date_diff", vec![part, from, to]),
            }
        }
        "date_part" | "datepart" | "pgdate_part" => {
            let all = arguments(inner);
            let [which, of] = all.as_slice() else {
                return Err(shape("DATE_PART"));
            };
            let which = wanted("DATE_PART", which)?;
            match which {
                "second" => seconds(moment(of), "1000000.0"),
                "millisecond" => seconds(moment(of), "1000.0"),
                _ => part_of(which, moment(of)),
            }
        }
        "extract" => {
            let Some(from) = inner.iter().position(|node| node.is_word("from")) else {
                return Err(shape("EXTRACT"));
            };
            let (which, of) = inner.split_at(from);
            let which = wanted("EXTRACT", which)?;
            let of = moment(of.get(1..).unwrap_or_default());
            let mut nodes = part_of(which, of);
            // The seconds are in the engine's parts of a second, and not in Redshift's.
            if let Some(most) = match which {
                "millisecond" => Some("1000"),
                "microsecond" => Some("1000000"),
                _ => None,
            } {
                nodes.extend([TokenTree::symbol("%"), TokenTree::number(most)]);
                nodes = vec![TokenTree::Round(nodes)];
            }
            if which == "epoch" {
                nodes = call("floor", vec![nodes]);
                nodes.extend([
                    TokenTree::symbol("::"),
                    TokenTree::Ready("bigint".to_owned()),
                ]);
            }
            nodes
        }
        "date_trunc" => {
            let all = arguments(inner);
            let [which, of] = all.as_slice() else {
                return Err(shape("DATE_TRUNC"));
            };
            let which = wanted("DATE_TRUNC", which)?;
            own("date_trunc", vec![vec![TokenTree::text(which)], moment(of)])
        }
        "last_day" => call(
            "last_day",
            arguments(inner).iter().map(|of| moment(of)).collect(),
        ),
        "trunc" => match arguments(inner).as_slice() {
            [of] if is_moment(of) => {
                let mut cast = moment(of);
                cast.extend([TokenTree::word("as"), TokenTree::Ready("date".to_owned())]);
                call("cast", vec![cast])
            }
            _ => return Ok(None),
        },
        "timezone" => return Ok(None),
        _ => return Ok(None),
    };
    Ok(Some(TranslatedCall::of(nodes)))
}

/// A part of a moment. Decades are counted from 1 (AWS page: `Date parts for date or timestamp functions`:
/// 1999 is in the 200th).
fn part_of(which: &str, of: Vec<TokenTree>) -> Vec<TokenTree> {
    let mut nodes = call("date_part", vec![vec![TokenTree::text(which)], of]);
    if which == "decade" {
        nodes.extend([TokenTree::symbol("+"), TokenTree::number("1")]);
        nodes = vec![TokenTree::Round(nodes)];
    }
    nodes
}

/// DATE_PART of seconds and milliseconds has their fraction; the engine's microseconds have the seconds.
fn seconds(of: Vec<TokenTree>, microseconds: &str) -> Vec<TokenTree> {
    let mut nodes = call("date_part", vec![vec![TokenTree::text("microsecond")], of]);
    nodes.extend([
        TokenTree::symbol("/"),
        TokenTree::Ready(format!("{microseconds}::double")),
    ]);
    vec![TokenTree::Round(nodes)]
}

fn shape(function: &str) -> Refusal {
    Refusal::Syntax(format!(
        "{function} takes a part of a date and an expression"
    ))
}

/// `d + interval`, with the engine's constructor of the interval.
fn date_add(all: &[Vec<TokenTree>]) -> Result<Vec<TokenTree>, Refusal> {
    let [which, count, to] = all else {
        return Err(shape("DATEADD"));
    };
    let which = wanted("DATEADD", which)?;
    let (constructor, factor, kind) = match which {
        "millennium" => ("to_years", 1000, "integer"),
        "century" => ("to_years", 100, "integer"),
        "decade" => ("to_years", 10, "integer"),
        "year" => ("to_years", 1, "integer"),
        "quarter" => ("to_months", 3, "integer"),
        "month" => ("to_months", 1, "integer"),
        "week" => ("to_days", 7, "integer"),
        "day" | "dow" | "doy" => ("to_days", 1, "integer"),
        "hour" => ("to_hours", 1, "bigint"),
        "minute" => ("to_minutes", 1, "bigint"),
        "second" => ("to_seconds", 1, "double"),
        "millisecond" => ("to_milliseconds", 1, "double"),
        "microsecond" => ("to_microseconds", 1, "bigint"),
        _ => return Err(shape("DATEADD")),
    };
    let mut number = vec![
        TokenTree::Round(count.clone()),
        TokenTree::symbol("::"),
        TokenTree::Ready(kind.to_owned()),
    ];
    if factor != 1 {
        number.extend([TokenTree::symbol("*"), TokenTree::Ready(factor.to_string())]);
    }
    let mut sum = vec![TokenTree::Round(moment(to)), TokenTree::symbol("+")];
    sum.extend(call(constructor, vec![number]));
    Ok(vec![TokenTree::Round(sum)])
}

/// Whether an expression is a moment by its looks: TRUNC takes numbers too.
fn is_moment(nodes: &[TokenTree]) -> bool {
    const WORDS: &[&str] = &[
        "sysdate",
        "getdate",
        "current_timestamp",
        "current_date",
        "now",
        "date_trunc",
        "dateadd",
        "convert_timezone",
        "to_timestamp",
        "to_date",
        "last_day",
        "add_months",
        "to_days",
        "to_months",
        "to_years",
        "to_hours",
        "to_minutes",
        "to_seconds",
        "strptime",
    ];
    // A call that makes a number of moments hides them.
    let name = match nodes {
        [schema, _, name, ..] if schema.is_word("redshift") => name.as_word(),
        [name, ..] => name.as_word(),
        [] => None,
    };
    if matches!(
        name,
        Some(
            "date_diff"
                | "date_part"
                | "months_between"
                | "floor"
                | "weeks_between"
                | "parts_between"
        )
    ) {
        return false;
    }
    nodes.iter().any(|node| match node {
        TokenTree::Token(token) => {
            token.kind == EngineTokenKind::Word
                && (WORDS.contains(&token.text.as_str())
                    || matches!(token.text.as_str(), "timestamp" | "date" | "timestamptz"))
        }
        TokenTree::Ready(text) => matches!(text.as_str(), "timestamp" | "date" | "timestamptz"),
        TokenTree::Round(inner) | TokenTree::Square(inner) => is_moment(inner),
    })
}
