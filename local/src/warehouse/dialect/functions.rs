//! Calls of functions that the engine does not have, or has with another meaning.

use super::calls::{TranslatedCall, arguments, call, case, own, wrong};
use super::fragment::{TokenTree, nodes_in};
use super::{Refusal, dates, decode};

/// Functions of `redshift.sql` that are called as they are written.
const OWN: &[&str] = &[
    "add_months",
    "btrim",
    "cbrt",
    "charindex",
    "convert_timezone",
    "getdate",
    "initcap",
    "is_valid_json",
    "is_valid_json_array",
    "json_array_length",
    "json_parse",
    "json_serialize",
    "can_json_parse",
    "lpad",
    "months_between",
    "octet_length",
    "random",
    "regexp_count",
    "regexp_instr",
    "replicate",
    "rpad",
    "sha2",
    "split_part",
    "strtol",
    "quote_ident",
    "quote_literal",
    "sha",
    "func_sha1",
    "get_array_length",
    "json_typeof",
    "json_size",
    "decimal_precision",
    "decimal_scale",
    "len",
    "length",
    "json_extract_array_element_text",
    "next_day",
    "dlog1",
    "dlog10",
    "dexp",
    "exp",
    "pow",
    "power",
    "textlen",
    "to_hex",
    "ascii",
    "sign",
    "crc32",
    "soundex",
    "difference",
    "quote_literal",
    "bpcharcmp",
    "bttext_pattern_cmp",
    "date_cmp",
    "date_cmp_timestamp",
    "timestamp_cmp",
    "timestamp_cmp_date",
    "interval_cmp",
    "date_part_year",
    "to_varbyte",
    "from_varbyte",
    "getbit",
    "is_array",
    "is_object",
    "is_boolean",
    "is_char",
    "is_varchar",
    "is_scalar",
    "is_bigint",
    "is_integer",
    "is_smallint",
    "is_decimal",
    "is_float",
    "array_concat",
    "array_contains",
    "array_position",
    "array_positions",
    "array_distinct",
    "array_sort",
    "array_union",
    "array_intersection",
    "array_except",
    "arrays_overlap",
    "lower_attribute_names",
    "upper_attribute_names",
    "subarray",
    "split_to_array",
    "array_flatten",
    "json_serialize_to_varbyte",
    "regexp_substr",
    "regexp_replace",
    "date_cmp_timestamptz",
    "timestamp_cmp_timestamptz",
    "timestamptz_cmp",
    "timestamptz_cmp_date",
    "timestamptz_cmp_timestamp",
    "timeofday",
    "octetindex",
    "split_part",
    "bool",
    "bpchar",
    "float4",
    "float8",
    "int2",
    "int4",
    "int8",
    "timestamptz",
    "timetz",
    "text",
];

/// Rewrites a call, if it is one that has to be.
///
/// `lambda`: whether the engine takes a lambda where the call stands.
pub(super) fn rewrite(
    name: &str,
    inner: &[TokenTree],
    rest: &[TokenTree],
    lambda: bool,
) -> Result<Option<TranslatedCall>, Refusal> {
    if let Some(call) = dates::rewrite(name, inner)? {
        return Ok(Some(call));
    }
    let nodes = match name {
        "nvl" => call("coalesce", arguments(inner)),
        "nvl2" => nvl2(inner)?,
        "decode" => decode::decode(inner, lambda)?,
        "concat" => concat(inner),
        "mod" => modulo(inner)?,
        "substring" | "substr" => return Ok(substring(inner)),
        // Their results are of type INTEGER (AWS pages: `STRPOS function` and those beside it).
        "char_length" | "character_length" | "position" | "strpos" => {
            let nodes = vec![TokenTree::word(name), TokenTree::Round(inner.to_vec())];
            super::arithmetic::cast(nodes, "integer")
        }
        "json_extract_path_text" => json_path(inner)?,
        "array" => call("json_array", arguments(inner)),
        "object" => call("json_object", arguments(inner)),
        "listagg" => return listagg(inner, rest).map(Some),
        "avg" => return average(inner, rest).map(Some),
        "ratio_to_report" => return ratio_to_report(inner, rest).map(Some),
        "percentile_cont" | "percentile_disc" => return Ok(percentile(name, inner, rest)),
        "lag" | "lead" | "first_value" | "last_value" | "nth_value" => {
            return Ok(ignore_nulls(name, inner, rest));
        }
        "numeric" | "decimal" | "varchar" | "char" | "float" => return Ok(None),
        _ if OWN.contains(&name) => own(name, arguments(inner)),
        _ => return Ok(None),
    };
    Ok(Some(TranslatedCall::of(nodes)))
}

fn nvl2(inner: &[TokenTree]) -> Result<Vec<TokenTree>, Refusal> {
    let Ok([tested, set, unset]) = <[Vec<TokenTree>; 3]>::try_from(arguments(inner)) else {
        return Err(wrong("NVL2", "three arguments"));
    };
    let words = |words: &[&str]| words.iter().map(|word| TokenTree::word(word)).collect();
    Ok(case([
        vec![TokenTree::word("when"), TokenTree::Round(tested)],
        words(&["is", "not", "null", "then"]),
        set,
        words(&["else"]),
        unset,
    ]))
}

/// CONCAT with NULL is NULL.
fn concat(inner: &[TokenTree]) -> Vec<TokenTree> {
    let parts: Vec<TokenTree> = arguments(inner).into_iter().map(TokenTree::Round).collect();
    let mut joined = Vec::new();
    for part in parts {
        if !joined.is_empty() {
            joined.push(TokenTree::symbol("||"));
        }
        joined.push(part);
    }
    vec![TokenTree::Round(joined)]
}

fn modulo(inner: &[TokenTree]) -> Result<Vec<TokenTree>, Refusal> {
    let Ok([a, b]) = <[Vec<TokenTree>; 2]>::try_from(arguments(inner)) else {
        return Err(wrong("MOD", "two arguments"));
    };
    Ok(vec![TokenTree::Round(vec![
        TokenTree::Round(a),
        TokenTree::symbol("%"),
        TokenTree::Round(b),
    ])])
}

/// Positions below 1 count: there is nothing there, but they use the length up. A negative length is an error
/// (AWS page: `SUBSTRING function`).
fn substring(inner: &[TokenTree]) -> Option<TranslatedCall> {
    let all = arguments(inner);
    let at_literal = all.get(1).is_some_and(
        |from| matches!(from.as_slice(), [one] if one.as_number().is_some_and(|n| n != "0")),
    );
    let of_literal = all
        .get(2)
        .is_none_or(|length| matches!(length.as_slice(), [one] if one.as_number().is_some()));
    let is_plain = at_literal && of_literal;
    (!is_plain && (2..=3).contains(&all.len())).then(|| TranslatedCall::of(own("substring", all)))
}

/// The path goes to the engine as one literal where it can.
fn json_path(inner: &[TokenTree]) -> Result<Vec<TokenTree>, Refusal> {
    let mut all = arguments(inner);
    let lenient = match all.last().map(Vec::as_slice) {
        Some([one]) if one.is_word("true") => Some(true),
        Some([one]) if one.is_word("false") => Some(false),
        _ => None,
    };
    if lenient.is_some() {
        all.pop();
    }
    if all.len() < 2 {
        return Err(wrong("JSON_EXTRACT_PATH_TEXT", "a text and a path"));
    }
    let mut parts = all.into_iter();
    let document = parts.next().unwrap_or_default();
    let mut path = vec![TokenTree::text("$")];
    for part in parts {
        path.push(TokenTree::symbol("||"));
        match part.as_slice() {
            [one] if one.as_text().is_some() => {
                let key = one.as_text().unwrap_or_default().replace('"', "\\\"");
                path.push(TokenTree::text(format!(".\"{key}\"")));
            }
            _ => path.extend([
                TokenTree::text(".\""),
                TokenTree::symbol("||"),
                TokenTree::Round(part),
                TokenTree::symbol("||"),
                TokenTree::text("\""),
            ]),
        }
    }
    let function = if lenient == Some(true) {
        "json_path_or_null"
    } else {
        "json_path"
    };
    Ok(own(function, vec![document, path]))
}

/// The nodes of `WITHIN GROUP (ORDER BY …)` if `rest` begins with it.
fn within_group(rest: &[TokenTree]) -> Option<&[TokenTree]> {
    match rest {
        [within, group, order, ..] if within.is_word("within") && group.is_word("group") => {
            order.as_round()
        }
        _ => None,
    }
}

/// The window if `rest` begins with `OVER`.
fn over(rest: &[TokenTree]) -> Option<&[TokenTree]> {
    rest.first()
        .filter(|node| node.is_word("over"))
        .and(rest.get(..2))
}

fn listagg(inner: &[TokenTree], rest: &[TokenTree]) -> Result<TranslatedCall, Refusal> {
    let mut all = arguments(inner);
    if all.len() == 1 {
        all.push(vec![TokenTree::text("")]);
    }
    // NULL is the default.
    if let Some([null]) = all.get(1).map(Vec::as_slice)
        && null.is_word("null")
    {
        all.truncate(1);
        all.push(vec![TokenTree::text("")]);
    }
    let [value, delimiter] = all.as_slice() else {
        return Err(wrong("LISTAGG", "an expression and a delimiter"));
    };
    may_be_copied("LISTAGG", value)?;
    let order = within_group(rest);
    if let [distinct, value @ ..] = value.as_slice()
        && let Some([_, _, by @ ..]) = order
        && distinct.is_word("distinct")
        && by != value
        && !rest.get(3).is_some_and(|node| node.is_word("over"))
    {
        // The engine orders distinct values only by themselves.
        let mut kept = super::arithmetic::cast(value.to_vec(), "varchar");
        kept.extend(order.unwrap_or_default().iter().cloned());
        let kept = call("list", vec![kept]);
        return Ok(TranslatedCall {
            nodes: own("joined_once", vec![kept, delimiter.clone()]),
            taken: 3,
        });
    }
    let mut aggregated = value.clone();
    aggregated.push(TokenTree::symbol(","));
    aggregated.extend(delimiter.iter().cloned());
    let mut taken = 0;
    if let Some(order) = order {
        aggregated.extend(order.iter().cloned());
        taken = 3;
    }
    Ok(TranslatedCall {
        nodes: vec![
            TokenTree::word("string_agg"),
            TokenTree::Round(aggregated),
            TokenTree::word("filter"),
            TokenTree::Round(is_not_empty(value)),
        ],
        taken,
    })
}

/// LISTAGG leaves out empty texts, as it leaves out NULL (AWS page: `LISTAGG function`).
fn is_not_empty(value: &[TokenTree]) -> Vec<TokenTree> {
    let words = value.iter().take_while(|node| node.is_word("distinct"));
    let value: Vec<TokenTree> = value.iter().skip(words.count()).cloned().collect();
    let mut condition = vec![TokenTree::word("where")];
    condition.extend(super::arithmetic::cast(value, "varchar"));
    condition.extend([TokenTree::symbol("<>"), TokenTree::text("")]);
    condition
}

/// Most nodes of an argument that has to be copied.
const MOST_COPIED: usize = 20_000;

/// Copies of copies double a statement with each level.
fn may_be_copied(function: &str, argument: &[TokenTree]) -> Result<(), Refusal> {
    if nodes_in(argument) > MOST_COPIED {
        return Err(Refusal::Unsupported(format!(
            "{function} calls nested this deep in each other"
        )));
    }
    Ok(())
}

/// The average has the type of what it is taken of: whole numbers lose their fraction.
fn average(inner: &[TokenTree], rest: &[TokenTree]) -> Result<TranslatedCall, Refusal> {
    may_be_copied("AVG", inner)?;
    let window = over(rest).unwrap_or_default();
    let aggregate = |name: &str| {
        let mut nodes = vec![TokenTree::word(name), TokenTree::Round(inner.to_vec())];
        nodes.extend(window.iter().cloned());
        nodes
    };
    let mut quotient = aggregate("sum");
    quotient.push(TokenTree::symbol("/"));
    // Nothing was added up where nothing was counted: the average is NULL, not an error.
    let mut count = aggregate("count");
    count.push(TokenTree::symbol(","));
    count.push(TokenTree::Ready("0".to_owned()));
    quotient.extend([TokenTree::word("nullif"), TokenTree::Round(count)]);
    Ok(TranslatedCall {
        nodes: call("cast_to_type", vec![quotient, aggregate("max")]),
        taken: window.len(),
    })
}

fn ratio_to_report(inner: &[TokenTree], rest: &[TokenTree]) -> Result<TranslatedCall, Refusal> {
    may_be_copied("RATIO_TO_REPORT", inner)?;
    let window = over(rest).ok_or_else(|| wrong("RATIO_TO_REPORT", "a window: OVER (…)"))?;
    let mut nodes = vec![
        TokenTree::Round(inner.to_vec()),
        TokenTree::symbol("::"),
        TokenTree::Ready("double".to_owned()),
        TokenTree::symbol("/"),
        TokenTree::word("sum"),
        TokenTree::Round(inner.to_vec()),
    ];
    nodes.extend(window.iter().cloned());
    Ok(TranslatedCall {
        nodes: vec![TokenTree::Round(nodes)],
        taken: window.len(),
    })
}

/// As a window function, a percentile takes its expression as an argument.
fn percentile(name: &str, inner: &[TokenTree], rest: &[TokenTree]) -> Option<TranslatedCall> {
    let order = within_group(rest)?;
    let window = over(rest.get(3..)?)?;
    let [first, by, expression @ ..] = order else {
        return None;
    };
    if !first.is_word("order") || !by.is_word("by") {
        return None;
    }
    let descending = expression.last().is_some_and(|node| node.is_word("desc"));
    let ends = usize::from(descending || expression.last().is_some_and(|n| n.is_word("asc")));
    let value = expression.get(..expression.len() - ends)?.to_vec();
    let fraction = if descending {
        vec![
            TokenTree::Ready("1 -".to_owned()),
            TokenTree::Round(inner.to_vec()),
        ]
    } else {
        inner.to_vec()
    };
    let function = if name == "percentile_cont" {
        "quantile_cont"
    } else {
        "quantile_disc"
    };
    let mut nodes = call(function, vec![value, fraction]);
    nodes.extend(window.iter().cloned());
    Some(TranslatedCall { nodes, taken: 5 })
}

/// `f(x) IGNORE NULLS OVER …` is `f(x IGNORE NULLS) OVER …`.
fn ignore_nulls(name: &str, inner: &[TokenTree], rest: &[TokenTree]) -> Option<TranslatedCall> {
    let [which, nulls, ..] = rest else {
        return None;
    };
    if !matches!(which.as_word(), Some("ignore" | "respect")) || !nulls.is_word("nulls") {
        return None;
    }
    let mut inner = inner.to_vec();
    inner.extend([which.clone(), nulls.clone()]);
    Some(TranslatedCall {
        nodes: vec![TokenTree::word(name), TokenTree::Round(inner)],
        taken: 2,
    })
}

#[cfg(test)]
mod tests {
    use super::OWN;

    #[test]
    fn what_is_called_is_defined() {
        let defined = include_str!("../redshift.sql");
        for name in OWN {
            let start = format!("macro redshift.{name}");
            assert!(
                defined.contains(&format!("{start}(")) || defined.contains(&format!("{start}\n")),
                "{name}"
            );
        }
    }
}
