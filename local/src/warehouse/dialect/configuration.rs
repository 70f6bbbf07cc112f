//! The settings of a session: their defaults, the values that they take, and what a laptop makes of
//! them. AWS pages: `Configuration reference`, and the page of each setting.
//!
//! In: `datestyle`, `['SQL,DMY']`. Out: `SQL, DMY`, as SHOW shows it. A setting that changes what
//! statements mean acts in the warehouse, or is refused where it is set away from its default.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use super::Refusal;
use super::date_style::DateStyle;
use super::time_zone;

/// What a value must be.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Takes {
    /// `on`, `off`, and the other words for them.
    Switch,
    /// A whole number of a range.
    Whole(i64, i64),
    /// A number of a range.
    Number(f64, f64),
    /// One of these words.
    One(&'static [&'static str]),
    /// Any text at all.
    Text,
    /// The form in which dates are read and shown.
    Dates,
    /// Names of schemas, with commas between them.
    Schemas,
    /// A time zone, as SET takes it.
    Zone,
}

/// What a value other than the default does on a laptop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Elsewhere {
    /// It acts, or changes nothing in what statements return.
    Holds,
    /// It is refused, and what to do instead.
    Refused(&'static str),
}

/// A setting that Redshift has, and what it does here.
#[derive(Debug, Clone, Copy)]
struct Setting {
    name: &'static str,
    /// As SHOW shows it.
    default: &'static str,
    takes: Takes,
    elsewhere: Elsewhere,
}

const fn setting(name: &'static str, default: &'static str, takes: Takes) -> Setting {
    Setting {
        name,
        default,
        takes,
        elsewhere: Elsewhere::Holds,
    }
}

const fn fixed(
    name: &'static str,
    default: &'static str,
    takes: Takes,
    instead: &'static str,
) -> Setting {
    Setting {
        name,
        default,
        takes,
        elsewhere: Elsewhere::Refused(instead),
    }
}

const MOST: i64 = i32::MAX as i64;

const LEVELS: &[&str] = &["log", "info", "notice", "warning", "exception"];

/// All of them, by name.
const ALL: &[Setting] = &[
    setting("analyze_threshold_percent", "10", Takes::Number(0.0, 100.0)),
    setting("application_name", "", Takes::Text),
    setting("auto_analyze", "on", Takes::Switch),
    fixed(
        "cast_super_null_on_error",
        "on",
        Takes::Switch,
        "a cast that is not possible gives NULL on a laptop, test the value with IS_INTEGER and the like",
    ),
    setting("client_encoding", "UTF8", Takes::Text),
    setting("client_min_messages", "notice", Takes::Text),
    setting("datashare_break_glass_session_var", "", Takes::Text),
    setting("datestyle", "ISO, MDY", Takes::Dates),
    fixed(
        "default_array_search_null_handling",
        "on",
        Takes::Switch,
        "give the function its argument null_match",
    ),
    setting("default_geometry_encoding", "1", Takes::Whole(1, 2)),
    setting("describe_field_name_in_uppercase", "off", Takes::Switch),
    fixed(
        "downcase_delimited_identifier",
        "on",
        Takes::Switch,
        "the laptop's names have no upper case, write them in lower case",
    ),
    fixed(
        "enable_case_sensitive_identifier",
        "off",
        Takes::Switch,
        "the laptop's names have no upper case, use names that differ in more than that",
    ),
    setting(
        "enable_case_sensitive_super_attribute",
        "off",
        Takes::Switch,
    ),
    fixed(
        "enable_numeric_rounding",
        "on",
        Takes::Switch,
        "the laptop rounds in casts, write TRUNC",
    ),
    setting("enable_result_cache_for_session", "on", Takes::Switch),
    setting("enable_spectrum_oid", "on", Takes::Switch),
    setting("enable_vacuum_boost", "off", Takes::Switch),
    fixed(
        "error_on_nondeterministic_update",
        "off",
        Takes::Switch,
        "write MERGE, which refuses two rows for one",
    ),
    setting("extra_float_digits", "0", Takes::Whole(-15, 2)),
    fixed(
        "interval_forbid_composite_literals",
        "on",
        Takes::Switch,
        "write an interval of months and one of days, and add both",
    ),
    fixed(
        "json_parse_dedup_attributes",
        "off",
        Takes::Switch,
        "load documents without repeated attributes",
    ),
    fixed(
        "json_parse_truncate_strings",
        "off",
        Takes::Switch,
        "the laptop has no limit for texts in SUPER values, cut them with LEFT",
    ),
    setting("json_serialization_enable", "off", Takes::Switch),
    setting(
        "json_serialization_parse_nested_strings",
        "off",
        Takes::Switch,
    ),
    setting("lock_timeout", "0", Takes::Whole(0, MOST)),
    setting("max_concurrency_scaling_clusters", "1", Takes::Whole(0, 10)),
    setting(
        "max_cursor_result_set_size",
        "0",
        Takes::Whole(0, 14_400_000),
    ),
    setting("mv_enable_aqmv_for_session", "on", Takes::Switch),
    fixed(
        "navigate_super_null_on_error",
        "on",
        Takes::Switch,
        "a step that leads nowhere gives NULL on a laptop, test the value with IS_OBJECT or IS_ARRAY",
    ),
    fixed(
        "parse_super_null_on_error",
        "off",
        Takes::Switch,
        "test the text with CAN_JSON_PARSE",
    ),
    setting("pg_federation_repeatable_read", "on", Takes::Switch),
    setting("query_group", "unset", Takes::Text),
    setting("query_priority", "normal", Takes::Text),
    setting("role", "none", Takes::Text),
    setting("search_path", "$user,public", Takes::Schemas),
    setting("spectrum_enable_pseudo_columns", "on", Takes::Switch),
    setting("spectrum_query_maxerror", "-1", Takes::Whole(-1, MOST)),
    setting("statement_timeout", "0", Takes::Whole(0, MOST)),
    setting("stored_proc_log_min_messages", "LOG", Takes::One(LEVELS)),
    setting("timezone", "UTC", Takes::Zone),
    setting("use_fips_ssl", "off", Takes::Switch),
    setting("wlm_query_slot_count", "1", Takes::Whole(1, 50)),
    setting("work_mem", "0", Takes::Text),
];

fn find(name: &str) -> Option<&'static Setting> {
    ALL.iter().find(|setting| setting.name == name)
}

/// The settings and their defaults, by name.
pub(crate) fn defaults() -> impl Iterator<Item = (&'static str, &'static str)> {
    ALL.iter().map(|setting| (setting.name, setting.default))
}

/// Whether a name is that of a context variable: somebody's own (AWS page: `SET`, `variable_name`).
pub(crate) fn is_variable(name: &str) -> bool {
    name.contains('.')
}

/// Refuses a setting that there is not.
pub(crate) fn known(name: &str) -> Result<(), Refusal> {
    if is_variable(name) || find(name).is_some() {
        return Ok(());
    }
    Err(Refusal::Value(format!(
        "unrecognized configuration parameter \"{name}\""
    )))
}

/// The value of a setting as it is kept and shown.
///
/// `TRUE` for `enable_vacuum_boost` is kept as `on`; `$user`, `Public` and `a b` for `search_path` as `"$user",
/// public, "a b"`.
pub(crate) fn value(name: &str, given: &[String]) -> Result<String, Refusal> {
    known(name)?;
    let Some(setting) = find(name) else {
        return one(name, given).map(str::to_owned);
    };
    let kept = match setting.takes {
        Takes::Schemas => schemas(given),
        Takes::Dates => DateStyle::read(&given.join(","))?.shown(),
        Takes::Zone => time_zone::read(one(name, given)?)?,
        Takes::Text => one(name, given)?.to_owned(),
        Takes::Switch => switch(name, one(name, given)?)?.to_owned(),
        Takes::Whole(least, most) => number(name, one(name, given)?, "an integer", least..=most)?,
        Takes::Number(least, most) => number(name, one(name, given)?, "a numeric", least..=most)?,
        Takes::One(words) => {
            let given = one(name, given)?;
            if !words.iter().any(|word| word.eq_ignore_ascii_case(given)) {
                return Err(invalid(name, given));
            }
            given.to_uppercase()
        }
    };
    match setting.elsewhere {
        Elsewhere::Refused(instead) if kept != setting.default => Err(Refusal::Unsupported(
            format!("SET {name} TO {kept}: {instead}"),
        )),
        _ => Ok(kept),
    }
}

/// The same of a value that a function gives as one text.
pub(crate) fn value_of_text(name: &str, given: &str) -> Result<String, Refusal> {
    let list = find(name).is_some_and(|setting| setting.takes == Takes::Schemas);
    let values: Vec<String> = if list {
        let parts = given.split(',').map(|part| part.trim().trim_matches('"'));
        parts.map(str::to_owned).collect()
    } else {
        vec![given.to_owned()]
    };
    value(name, &values)
}

fn one<'a>(name: &str, given: &'a [String]) -> Result<&'a str, Refusal> {
    match given {
        [value] => Ok(value.as_str()),
        _ => Err(Refusal::Value(format!(
            "SET {name} takes only one argument"
        ))),
    }
}

fn invalid(name: &str, given: &str) -> Refusal {
    Refusal::Value(format!(
        "invalid value for parameter \"{name}\": \"{given}\""
    ))
}

/// The words that stand for a Boolean value may be cut short, but not to what could be either.
fn switch(name: &str, given: &str) -> Result<&'static str, Refusal> {
    let word = given.trim().to_ascii_lowercase();
    let is = |whole: &str, least: usize| word.len() >= least && whole.starts_with(word.as_str());
    if is("true", 1) || is("yes", 1) || is("on", 2) || word == "1" {
        Ok("on")
    } else if is("false", 1) || is("no", 1) || is("off", 2) || word == "0" {
        Ok("off")
    } else {
        Err(Refusal::Value(format!(
            "parameter \"{name}\" requires a Boolean value"
        )))
    }
}

/// A number of a range; `kind` is what it is called where there is none.
fn number<T: FromStr + PartialOrd + fmt::Display>(
    name: &str,
    given: &str,
    kind: &str,
    range: RangeInclusive<T>,
) -> Result<String, Refusal> {
    let number: T = given
        .trim()
        .parse()
        .map_err(|_| Refusal::Value(format!("parameter \"{name}\" requires {kind} value")))?;
    if range.contains(&number) {
        return Ok(number.to_string());
    }
    let (least, most) = range.into_inner();
    Err(Refusal::Value(format!(
        "{number} is outside the valid range for parameter \"{name}\" ({least} .. {most})"
    )))
}

/// Names of schemas, in quotes where the names need them.
fn schemas(given: &[String]) -> String {
    let shown = given.iter().map(|schema| {
        let schema = schema.to_lowercase();
        let plain = schema.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
            && schema
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if plain || schema.is_empty() {
            schema
        } else {
            format!("\"{}\"", schema.replace('"', "\"\""))
        }
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// The schemas of a search path that [`value`] gave.
///
/// `"$user", public, "a b"` gives `$user`, `public` and `a b`.
pub(crate) fn path(shown: &str) -> Vec<String> {
    let parts = shown.split(',').map(|part| {
        let part = part.trim();
        part.strip_prefix('"')
            .and_then(|part| part.strip_suffix('"'))
            .map_or_else(|| part.to_owned(), |name| name.replace("\"\"", "\""))
    });
    parts.filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &str, given: &[&str]) -> Result<String, String> {
        let given: Vec<String> = given.iter().map(|one| (*one).to_owned()).collect();
        value(name, &given).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn names_are_in_order_and_defaults_are_values() {
        assert!(ALL.windows(2).all(|two| two[0].name < two[1].name));
        for setting in ALL {
            if !matches!(setting.takes, Takes::Text | Takes::Schemas) {
                let kept = shown(setting.name, &[setting.default]);
                assert_eq!(kept.as_deref(), Ok(setting.default), "{}", setting.name);
            }
        }
    }

    #[test]
    fn values_are_checked() {
        for (name, given, expected) in [
            ("enable_vacuum_boost", "TRUE", Ok("on")),
            ("enable_vacuum_boost", "0", Ok("off")),
            ("enable_vacuum_boost", "o", Err("requires a Boolean value")),
            ("wlm_query_slot_count", "50", Ok("50")),
            ("wlm_query_slot_count", "51", Err("(1 .. 50)")),
            (
                "wlm_query_slot_count",
                "x",
                Err("requires an integer value"),
            ),
            ("analyze_threshold_percent", "0.5", Ok("0.5")),
            (
                "analyze_threshold_percent",
                "101",
                Err("outside the valid range"),
            ),
            ("stored_proc_log_min_messages", "Notice", Ok("NOTICE")),
            (
                "stored_proc_log_min_messages",
                "debug",
                Err("invalid value"),
            ),
            ("query_group", "6 p.m.", Ok("6 p.m.")),
            ("app_context.user_id", "x", Ok("x")),
            ("nonsense", "x", Err("unrecognized configuration parameter")),
            (
                "enable_case_sensitive_identifier",
                "true",
                Err("does not support"),
            ),
            ("enable_case_sensitive_identifier", "false", Ok("off")),
        ] {
            match (shown(name, &[given]), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{name}"),
                (Err(found), Err(expected)) => assert!(found.contains(expected), "{found}"),
                (found, _) => panic!("{name} to {given}: {found:?}"),
            }
        }
        assert!(shown("query_group", &["a", "b"]).is_err());
    }

    #[test]
    fn a_search_path_is_shown_as_it_is_given() {
        let kept = shown("search_path", &["$user", "Public", "a b"]).unwrap();
        assert_eq!(kept, "\"$user\", public, \"a b\"");
        assert_eq!(path(&kept), ["$user", "public", "a b"]);
        assert_eq!(path("$user,public"), ["$user", "public"]);
    }
}
