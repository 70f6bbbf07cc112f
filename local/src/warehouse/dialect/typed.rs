//! Calls whose meaning depends on the types of their arguments.

use redshift_sql::functions::{Accepts, Function, Signature, find};
use redshift_sql::tree::{Call, CallForm, DataType, Expression, ExpressionKind};
use redshift_sql::types::Type;

use super::arithmetic::{cast, divided};
use super::blanks::{may_end_blank, without_blanks};
use super::calls;
use super::comparison::literal;
use super::fragment::TokenTree;
use super::moment::Reading;
use super::writer::Writer;
use super::{Refusal, as_text, clock, comparison, interval_arithmetic, number};

/// Functions that take a moment, in every form that a literal of one may have.
const OF_MOMENTS: &[&str] = &[
    "add_months",
    "date_add",
    "date_cmp",
    "date_cmp_timestamp",
    "date_diff",
    "date_part",
    "date_part_year",
    "datepart",
    "date_trunc",
    "dateadd",
    "datediff",
    "extract",
    "last_day",
    "months_between",
    "next_day",
    "timestamp_cmp",
    "timestamp_cmp_date",
];

/// Makes of the arguments what the function takes, where their types tell.
pub(super) fn arguments(writer: Writer<'_>, call: &Call, all: &mut [Vec<TokenTree>]) {
    let name = call.name.name().map(|name| name.text.as_str());
    let name = name.unwrap_or_default();
    texts(writer, call, name, all);
    if OF_MOMENTS.contains(&name) {
        for (argument, nodes) in call.arguments.iter().zip(all.iter_mut()) {
            if let ExpressionKind::Text(text) = &argument.bare().kind
                && let Some(moment) = literal(text, Reading::Timestamp, writer.context.dates.order)
            {
                *nodes = cast(moment, "timestamp");
            }
        }
    }
    if matches!(name, "datediff" | "date_diff") {
        // The engine has no difference of times of day with a zone; those of one zone are as far apart.
        for (argument, nodes) in call.arguments.iter().zip(all.iter_mut()) {
            if writer.type_of(argument) == Type::TimeTz {
                let of_utc = vec![vec![TokenTree::text("UTC")], std::mem::take(nodes)];
                *nodes = cast(calls::call("timezone", of_utc), "time");
            }
        }
    }
    if matches!(name, "extract" | "date_part" | "datepart") {
        for (argument, nodes) in call.arguments.iter().zip(all.iter_mut()) {
            if writer.type_of(argument).is_interval() {
                *nodes = calls::own("interval_whole", vec![std::mem::take(nodes)]);
            }
        }
    }
    if matches!(name, "bool_and" | "bool_or") {
        // Whole numbers are true where they are not zero (AWS page: `BOOL_AND function`).
        for nodes in all.iter_mut() {
            *nodes = cast(std::mem::take(nodes), "boolean");
        }
    }
    if name == "listagg"
        && let Some((argument, nodes)) = call.arguments.first().zip(all.first_mut())
        && let Some(text) = as_text::exact(writer.type_of(argument), nodes)
    {
        *nodes = text;
    }
    if name == "mod"
        && let ([one, other], [left, right]) = (call.arguments.as_slice(), &mut *all)
    {
        let is_text =
            |argument: &Expression| matches!(argument.bare().kind, ExpressionKind::Text(_));
        // A literal is read as the number that stands beside it.
        if is_text(other)
            && let Some(read) = number::read(right.clone(), writer.type_of(one))
        {
            *right = read;
        } else if is_text(one)
            && let Some(read) = number::read(left.clone(), writer.type_of(other))
        {
            *left = read;
        }
    }
    if name == "decode" {
        compared_texts(writer, call, all);
    }
    if name == "listagg" && call.distinct {
        let first = call.arguments.first().zip(all.first_mut());
        if let Some((argument, nodes)) = first
            && may_end_blank(writer.type_of(argument))
        {
            *nodes = without_blanks(std::mem::take(nodes));
        }
    }
    let counts_texts =
        name == "count" && call.distinct && matches!(call.form, CallForm::Plain) && all.len() == 1;
    if counts_texts
        && let [argument] = call.arguments.as_slice()
        && let [nodes] = all
        && comparison::Beside::of(&[writer.type_of(argument)]) == comparison::Beside::Text
    {
        *nodes = without_blanks(std::mem::take(nodes));
    }
}

/// Numbers and moments where a function takes a text are the text that they are written as: they convert
/// implicitly (AWS page: `Type compatibility and conversion`). What has no known type, such as a column of a
/// table that nobody declared, may be one.
///
/// `left(12.5::float8, 2)` is `left(cast(12.5::float8 as varchar), 2)`.
fn texts(writer: Writer<'_>, call: &Call, name: &str, all: &mut [Vec<TokenTree>]) {
    let kinds: Vec<Type> = call
        .arguments
        .iter()
        .map(|argument| writer.type_of(argument))
        .collect();
    let is_bound = writer.types().is_some();
    let may_be_written = |kind: &Type| is_written(*kind) || is_bound && *kind == Type::Unknown;
    if !kinds.iter().any(may_be_written) {
        return;
    }
    let signatures = find(name).map_or_else(Vec::new, Function::signatures);
    let takes_text = |at: usize, kind: Type| {
        let is_text = |signature: &Signature| {
            let mut behind = signature.parameters.iter().skip(at);
            let Some(parameter) = behind.next() else {
                return false;
            };
            // Where a text may be left out, a number may be that of the next parameter.
            let is_left_out = parameter.optional
                && behind.any(|next| matches!(next.accepts, Accepts::Integer | Accepts::Number));
            // A value whose type is not known may be one of bytes.
            let takes = match parameter.accepts {
                Accepts::Text => true,
                Accepts::Bytes => kind != Type::Unknown,
                _ => false,
            };
            takes && !is_left_out
        };
        // REVERSE takes anything, and turns what is written.
        name == "reverse" && kind != Type::Unknown
            || !signatures.is_empty() && signatures.iter().all(is_text)
    };
    for (at, (kind, nodes)) in kinds.into_iter().zip(all).enumerate() {
        if may_be_written(&kind) && takes_text(at, kind) {
            *nodes = as_text::of(kind, std::mem::take(nodes));
        }
    }
}

/// DECODE compares its first argument with every second one.
fn compared_texts(writer: Writer<'_>, call: &Call, all: &mut [Vec<TokenTree>]) {
    let count = call.arguments.len();
    let compares = |at: usize| at == 0 || at % 2 == 1 && at + 1 < count;
    let compared = || (0..count).filter(|at| compares(*at));
    let kinds: Vec<Type> = compared()
        .filter_map(|at| call.arguments.get(at))
        .map(|argument| writer.type_of(argument))
        .collect();
    let beside = comparison::Beside::of(&kinds);
    for at in compared() {
        if let (Some(argument), Some(nodes)) = (call.arguments.get(at), all.get_mut(at)) {
            *nodes = writer.compared(argument, std::mem::take(nodes), beside);
        }
    }
}

/// Whether a value of a type is written as a text where a text is wanted.
pub(super) fn is_written(kind: Type) -> bool {
    kind.is_numeric() || matches!(kind, Type::Date | Type::Timestamp | Type::Time)
}

/// A call that is written by the type of its argument.
pub(super) fn call(
    writer: Writer<'_>,
    name: &str,
    call: &Call,
    inner: &[TokenTree],
    rest: &[TokenTree],
) -> Result<Option<Vec<TokenTree>>, Refusal> {
    Ok(match (name, kind(writer, call, 0)) {
        ("sum" | "avg", kind) if kind.is_interval() && !call.distinct => {
            Some(interval_arithmetic::aggregate(name, inner, rest))
        }
        ("avg", kind) => average(kind, inner, rest),
        ("trunc", Type::Date | Type::Timestamp | Type::TimestampTz)
            if call.arguments.len() == 1 =>
        {
            Some(cast(inner.to_vec(), "date"))
        }
        // In FROM it is a table, here it makes rows (AWS page: `Leader node–only functions`).
        ("generate_series", _) => Some(calls::call(
            "unnest",
            vec![calls::call("generate_series", vec![inner.to_vec()])],
        )),
        ("nullif", kind)
            if comparison::Beside::of(&[kind, self::kind(writer, call, 1)])
                == comparison::Beside::Text =>
        {
            Some(null_if(writer, call, inner))
        }
        ("octet_length" | "len" | "length", Type::VarByte(_)) => Some(cast(
            calls::call("octet_length", vec![inner.to_vec()]),
            "integer",
        )),
        ("octet_length", Type::Char(_) | Type::VarChar(_)) => filled(writer, call, inner),
        // A whole number is its own; the engine makes a DOUBLE PRECISION of it (AWS page: `CEILING function`).
        ("ceil" | "ceiling" | "floor", kind) if kind.is_integer() => {
            Some(vec![TokenTree::Round(inner.to_vec())])
        }
        // The engine has several functions of the name, and does not choose.
        ("abs" | "ceil" | "ceiling" | "floor" | "round" | "sign" | "trunc", _)
            if call
                .arguments
                .first()
                .is_some_and(|number| matches!(number.bare().kind, ExpressionKind::Text(_))) =>
        {
            return Err(Refusal::Unsupported(format!(
                "{} of a text in quotes: cast it to the type that is meant",
                name.to_uppercase()
            )));
        }
        ("substring" | "substr", Type::VarByte(_)) => {
            Some(calls::own("bytes_part", calls::arguments(inner)))
        }
        // A whole number has the digits of its four bytes (PostgreSQL 8.0's manual, `to_hex`).
        ("text", kind) => as_text::exact(kind, inner),
        ("timetz", kind) => clock::of(inner, kind, &DataType::TimeTz),
        ("to_hex", Type::SmallInt | Type::Integer) => {
            let mut nodes = cast(inner.to_vec(), "bigint");
            nodes.extend([TokenTree::symbol("&"), TokenTree::number("4294967295")]);
            Some(calls::own("to_hex", vec![nodes]))
        }
        ("fnv_hash", kind) => Some(hash(kind, calls::arguments(inner))?),
        ("murmur3_32_hash", kind) => Some(murmur(kind, calls::arguments(inner))?),
        ("farmfingerprint64", kind) => Some(farm_fingerprint(kind, inner)?),
        ("text_to_int_alt" | "text_to_numeric_alt", _) => Some(alternative(name, inner)?),
        ("collate", _) => Some(collated(calls::arguments(inner))?),
        ("checksum", kind) => Some(checksum(kind, inner)?),
        _ => None,
    })
}

/// OCTET_LENGTH of a CHAR, which is kept without the blanks that fill it: they count (AWS page: `OCTET_LENGTH
/// function`). Nothing for another text.
fn filled(writer: Writer<'_>, call: &Call, inner: &[TokenTree]) -> Option<Vec<TokenTree>> {
    let argument = call.arguments.first()?;
    let kind = match writer.type_of(argument) {
        Type::VarChar(_) => writer.declared(argument),
        known => known,
    };
    let Type::Char(length) = kind else {
        return None;
    };
    let text = cast(inner.to_vec(), "varchar");
    let length = vec![TokenTree::number(&length.to_string())];
    let padded = calls::own("padded", vec![text, length]);
    Some(calls::own("octet_length", vec![padded]))
}

/// The type of an argument.
fn kind(writer: Writer<'_>, call: &Call, at: usize) -> Type {
    let argument = call.arguments.get(at);
    argument.map_or(Type::Unknown, |argument| writer.type_of(argument))
}

/// NULLIF of texts: without the blanks at their end they may be one.
fn null_if(writer: Writer<'_>, call: &Call, inner: &[TokenTree]) -> Vec<TokenTree> {
    let mut all = calls::arguments(inner).into_iter();
    let (one, other) = (
        all.next().unwrap_or_default(),
        all.next().unwrap_or_default(),
    );
    let operand = |at: usize, nodes: Vec<TokenTree>| match call.arguments.get(at) {
        Some(argument) => writer.compared(argument, nodes, comparison::Beside::Text),
        None => nodes,
    };
    let mut condition = vec![TokenTree::word("when")];
    condition.extend(operand(0, one.clone()));
    condition.push(TokenTree::symbol("="));
    condition.extend(operand(1, other));
    condition.extend(["then", "null", "else"].map(TokenTree::word));
    calls::case([condition, one])
}

/// AVG of whole numbers is a whole number, and that of decimals keeps their scale: what is behind it is cut
/// off (AWS page: `AVG function`).
fn average(kind: Type, inner: &[TokenTree], rest: &[TokenTree]) -> Option<Vec<TokenTree>> {
    let aggregate = |name: &str| {
        let mut nodes = vec![TokenTree::word(name), TokenTree::Round(inner.to_vec())];
        nodes.extend(rest.iter().cloned());
        nodes
    };
    // Nothing was added up where nothing was counted: the average is NULL, not an error.
    let counted = || {
        calls::call(
            "nullif",
            vec![aggregate("count"), vec![TokenTree::number("0")]],
        )
    };
    match kind {
        Type::Decimal(_, scale) => Some(divided(
            (aggregate("sum"), scale),
            (counted(), 0),
            38,
            scale,
        )),
        kind if kind.is_integer() => {
            let mut quotient = aggregate("sum");
            quotient.push(TokenTree::symbol("/"));
            quotient.extend(counted());
            Some(cast(quotient, "bigint"))
        }
        Type::Real | Type::Double => Some(aggregate("avg")),
        _ => None,
    }
}

/// FNV_HASH of the bytes that a value of its type has. The guide says them of whole numbers and of texts only.
fn hash(kind: Type, all: Vec<Vec<TokenTree>>) -> Result<Vec<TokenTree>, Refusal> {
    let mut all = all.into_iter();
    let (Some(value), seed, None) = (all.next(), all.next(), all.next()) else {
        return Err(calls::wrong("FNV_HASH", "a value and a seed"));
    };
    let seed = seed.unwrap_or_else(|| vec![TokenTree::Ready(super::FNV_SEED.to_string())]);
    let seed = cast(seed, "bigint");
    let bytes = match kind {
        Type::SmallInt => Some(2),
        Type::Integer => Some(4),
        Type::BigInt => Some(8),
        Type::Char(_) | Type::VarChar(_) | Type::Literal => None,
        other => {
            return Err(Refusal::Unsupported(format!(
                "FNV_HASH of {other}: cast it to varchar, or to a whole number"
            )));
        }
    };
    Ok(match bytes {
        Some(bytes) => calls::call(
            "redshift_fnv_number",
            vec![
                cast(value, "bigint"),
                vec![TokenTree::Ready(format!("{bytes}"))],
                seed,
            ],
        ),
        None => calls::call("redshift_fnv_text", vec![cast(value, "varchar"), seed]),
    })
}

/// MURMUR3_32_HASH of a text or a whole number.
fn murmur(kind: Type, all: Vec<Vec<TokenTree>>) -> Result<Vec<TokenTree>, Refusal> {
    let mut all = all.into_iter();
    let (Some(value), seed, None) = (all.next(), all.next(), all.next()) else {
        return Err(calls::wrong("MURMUR3_32_HASH", "a value and a seed"));
    };
    let seed = cast(
        seed.unwrap_or_else(|| vec![TokenTree::number("0")]),
        "integer",
    );
    Ok(match kind {
        kind if kind.is_integer() => {
            calls::call("redshift_murmur_number", vec![cast(value, "bigint"), seed])
        }
        kind if kind.is_text() => {
            calls::call("redshift_murmur_text", vec![cast(value, "varchar"), seed])
        }
        other => {
            return Err(Refusal::Unsupported(format!(
                "MURMUR3_32_HASH of {other}: cast it to varchar, or to a whole number"
            )));
        }
    })
}

/// FARMFINGERPRINT64 of the bytes of a text, or of a binary value.
fn farm_fingerprint(kind: Type, inner: &[TokenTree]) -> Result<Vec<TokenTree>, Refusal> {
    let bytes = match kind {
        Type::VarByte(_) => inner.to_vec(),
        kind if kind.is_text() || kind == Type::Null || is_written(kind) => {
            calls::call("encode", vec![cast(inner.to_vec(), "varchar")])
        }
        other => {
            return Err(Refusal::Unsupported(format!(
                "FARMFINGERPRINT64 of {other}: cast it to varchar, or to varbyte"
            )));
        }
    };
    Ok(calls::call("redshift_farm_fingerprint", vec![bytes]))
}

/// TEXT_TO_INT_ALT cuts off what is behind the point, TEXT_TO_NUMERIC_ALT rounds what is behind the scale.
fn alternative(name: &str, inner: &[TokenTree]) -> Result<Vec<TokenTree>, Refusal> {
    let all = calls::arguments(inner);
    let whole = |nodes: &[TokenTree]| -> Option<u8> {
        match nodes {
            [one] => one.as_number()?.parse().ok(),
            _ => None,
        }
    };
    let of_numeric = name == "text_to_numeric_alt";
    let (text, precision, scale) = match all.as_slice() {
        [text] => (text, 38, 0),
        [text, precision, scale] if of_numeric => match (whole(precision), whole(scale)) {
            (Some(precision @ 1..=38), Some(scale)) if scale <= precision => {
                (text, precision, scale)
            }
            _ => {
                return Err(Refusal::Value(format!(
                    "{} takes a precision of 1 to 38 digits, and a scale",
                    name.to_uppercase()
                )));
            }
        },
        _ => {
            return Err(Refusal::Unsupported(format!(
                "{} with a format: use TO_NUMBER",
                name.to_uppercase()
            )));
        }
    };
    let read = calls::call(
        "redshift_text_number",
        vec![
            cast(text.clone(), "varchar"),
            vec![TokenTree::number(&scale.to_string())],
            vec![TokenTree::number(if of_numeric { "1" } else { "0" })],
        ],
    );
    Ok(if of_numeric {
        cast(read, &format!("decimal({precision},{scale})"))
    } else {
        cast(read, "integer")
    })
}

/// COLLATE as a function (AWS page: `COLLATE function`).
fn collated(all: Vec<Vec<TokenTree>>) -> Result<Vec<TokenTree>, Refusal> {
    let [value, collation] = <[Vec<TokenTree>; 2]>::try_from(all)
        .map_err(|_| calls::wrong("COLLATE", "a text and the name of a collation"))?;
    let name = match collation.as_slice() {
        [one] => one.as_text().map(str::to_ascii_lowercase),
        _ => None,
    };
    let mut nodes = vec![TokenTree::Round(value)];
    match name.as_deref() {
        Some("case_insensitive" | "ci") => nodes.extend(["collate", "nocase"].map(TokenTree::word)),
        Some("case_sensitive" | "cs") => {}
        _ => {
            return Err(Refusal::Value(
                "COLLATE takes 'case_sensitive' or 'case_insensitive'".to_owned(),
            ));
        }
    }
    Ok(vec![TokenTree::Round(nodes)])
}

/// CHECKSUM of a number is its digits without the point (AWS page: `CHECKSUM function`, whose example is
/// all that is known of it).
fn checksum(kind: Type, inner: &[TokenTree]) -> Result<Vec<TokenTree>, Refusal> {
    match kind {
        Type::Decimal(precision, scale) if precision <= 18 => {
            let digits = vec![
                TokenTree::Round(cast(inner.to_vec(), &format!("decimal(38,{scale})"))),
                TokenTree::symbol("*"),
                TokenTree::Ready(format!("1{}", "0".repeat(usize::from(scale)))),
            ];
            Ok(cast(digits, "bigint"))
        }
        kind if kind.is_integer() => Ok(cast(inner.to_vec(), "bigint")),
        other => Err(Refusal::Unsupported(format!("CHECKSUM of {other}"))),
    }
}
