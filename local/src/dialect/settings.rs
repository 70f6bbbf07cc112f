//! SET, RESET and SHOW.

use redshift_sql::tree::{ExpressionKind, Reset, Set, SettingValue, Show, ShowKind};

use super::Refusal;
use super::fragment::quote_text;
use super::statement::{Sql, Statement};

/// Settings of Redshift that change nothing in what statements return.
const WITHOUT_MEANING: &[&str] = &[
    "query_group",
    "work_mem",
    "statement_timeout",
    "wlm_query_slot_count",
    "enable_result_cache_for_session",
    "analyze_threshold_percent",
    "application_name",
    "client_encoding",
    "extra_float_digits",
    "auto_analyze",
    "mv_enable_aqmv_for_session",
    "describe_field_name_in_uppercase",
    "session",
    "transaction",
    "lock_timeout",
    "error_on_nondeterministic_update",
    "cast_super_null_on_error",
    "json_serialization_enable",
    "spectrum_query_maxerror",
    "use_fips_ssl",
    "stored_proc_log_min_messages",
    "max_concurrency_scaling_clusters",
    "json_parse_truncate_strings",
    "query_priority",
    "seed",
    "role",
    "navigate_super_null_on_error",
];

/// `set name to value`
pub(super) fn set(set: &Set) -> Result<Statement, Refusal> {
    let Set::Setting { name, values, .. } = set else {
        // Who somebody is, and how transactions are isolated.
        return Ok(Statement::Nothing);
    };
    let values: Vec<&str> = values.iter().filter_map(text).collect();
    let is_default = |value: &str| value.eq_ignore_ascii_case("default");
    match name.as_str() {
        "search_path" if values.first().copied().is_some_and(is_default) => Ok(default_path()),
        "search_path" => {
            let schemas = values
                .iter()
                .flat_map(|value| value.split(','))
                .map(|name| name.trim().to_lowercase())
                // `$user`, who nobody is.
                .filter(|name| !name.is_empty() && name != "$user");
            Ok(Statement::SearchPath(schemas.collect()))
        }
        "timezone" | "time zone" => {
            let zone = values.first().copied().unwrap_or("UTC");
            let zone = if is_default(zone) { "UTC" } else { zone };
            Ok(Statement::Define(vec![Sql::plain(format!(
                "set TimeZone = {}",
                quote_text(zone)
            ))]))
        }
        "enable_case_sensitive_identifier" | "enable_case_sensitive_super_attribute" => {
            let on = |value: &&str| matches!(value.to_ascii_lowercase().as_str(), "true" | "on");
            if values.iter().any(on) {
                return Err(Refusal::Unsupported(format!("SET {name} TO true")));
            }
            Ok(Statement::Nothing)
        }
        name if WITHOUT_MEANING.contains(&name) => Ok(Statement::Nothing),
        name => Err(Refusal::Unsupported(format!("the setting {name}"))),
    }
}

/// `reset name`
pub(super) fn reset(reset: &Reset) -> Result<Statement, Refusal> {
    match reset {
        Reset::Setting(name) if name == "search_path" => Ok(default_path()),
        Reset::Setting(name) if matches!(name.as_str(), "timezone" | "time zone") => {
            Ok(Statement::Define(vec![Sql::plain("set TimeZone = 'UTC'")]))
        }
        _ => Ok(Statement::Nothing),
    }
}

fn default_path() -> Statement {
    Statement::SearchPath(vec!["public".to_owned()])
}

/// What a value says.
fn text(value: &SettingValue) -> Option<&str> {
    match value {
        SettingValue::Word(word) => Some(&word.text),
        SettingValue::Literal(literal) => match &literal.kind {
            ExpressionKind::Text(text) => Some(text),
            ExpressionKind::Number(number) => Some(number),
            ExpressionKind::Boolean(true) => Some("true"),
            ExpressionKind::Boolean(false) => Some("false"),
            _ => None,
        },
    }
}

/// `show name`
pub(super) fn show(show: &Show) -> Result<Statement, Refusal> {
    match &show.kind {
        ShowKind::Setting(name) if name == "search_path" => Ok(Statement::Query(Sql::plain(
            "select array_to_string(list_filter(current_schemas(false), \
                 lambda name: name <> 'main'), ', ') as search_path",
        ))),
        ShowKind::Setting(name) if matches!(name.as_str(), "timezone" | "time zone") => Ok(
            Statement::Query(Sql::plain("select current_setting('TimeZone') as timezone")),
        ),
        ShowKind::Setting(name) => Err(Refusal::Unsupported(format!("SHOW {name}"))),
        _ => Err(Refusal::Unsupported(
            "SHOW of the catalog: use SVV_TABLES or SVV_COLUMNS".to_owned(),
        )),
    }
}
