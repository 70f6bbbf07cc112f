//! SET, RESET and SHOW.

use super::Refusal;
use super::statement::{Sql, Statement};
use super::tree::{Node, quote_text};

/// Settings of Redshift that change nothing in what statements return.
const WITHOUT_MEANING: &[&str] = &[
    "query_group",
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

/// `set name to value`, `reset name`.
pub(super) fn set(nodes: &[Node]) -> Result<Statement, Refusal> {
    let reset = nodes.first().is_some_and(|node| node.is_word("reset"));
    let mut rest = nodes.get(1..).unwrap_or_default();
    if rest
        .first()
        .is_some_and(|node| matches!(node.as_word(), Some("local" | "session")))
        && rest.len() > 2
        && !rest
            .get(1)
            .is_some_and(|node| node.is_word("authorization"))
    {
        rest = rest.get(1..).unwrap_or_default();
    }
    let name = rest.first().and_then(Node::as_name).unwrap_or_default();
    let mut values = rest.get(1..).unwrap_or_default();
    if values
        .first()
        .is_some_and(|node| node.is_word("to") || node.is_symbol("="))
    {
        values = values.get(1..).unwrap_or_default();
    }
    match name {
        "search_path" => {
            let default = reset || values.first().is_some_and(|node| node.is_word("default"));
            if default {
                return Ok(Statement::SearchPath(vec!["public".to_owned()]));
            }
            let mut schemas = Vec::new();
            for value in values.split(|node| node.is_symbol(",")) {
                let name = match value {
                    [node] => node.as_name().or_else(|| node.as_text()),
                    // `$user`, which nobody is.
                    _ => None,
                };
                schemas.extend(
                    name.into_iter()
                        .flat_map(|name| name.split(','))
                        .map(|name| name.trim().to_lowercase())
                        .filter(|name| !name.is_empty() && name != "$user"),
                );
            }
            Ok(Statement::SearchPath(schemas))
        }
        "timezone" | "time" => {
            let zone = values.iter().find_map(Node::as_text).unwrap_or("UTC");
            if zone.eq_ignore_ascii_case("utc") || zone.eq_ignore_ascii_case("default") {
                return Ok(Statement::Nothing);
            }
            Ok(Statement::Define(vec![Sql::plain(format!(
                "set TimeZone = {}",
                quote_text(zone)
            ))]))
        }
        "enable_case_sensitive_identifier" | "enable_case_sensitive_super_attribute" => {
            let on = values.iter().any(|node| {
                matches!(
                    node.as_name().or_else(|| node.as_text()),
                    Some("true" | "on")
                )
            });
            if on {
                return Err(Refusal::Unsupported(format!("SET {name} TO true")));
            }
            Ok(Statement::Nothing)
        }
        _ if reset || WITHOUT_MEANING.contains(&name) => Ok(Statement::Nothing),
        _ => Err(Refusal::Unsupported(format!("the setting {name}"))),
    }
}

/// `show name`.
pub(super) fn show(nodes: &[Node]) -> Result<Statement, Refusal> {
    match nodes.get(1).and_then(Node::as_word) {
        Some("search_path") => Ok(Statement::Query(Sql::plain(
            "select array_to_string(list_filter(current_schemas(false), \
             lambda name: name <> 'main'), ', ') as search_path",
        ))),
        Some("timezone") => Ok(Statement::Query(Sql::plain(
            "select current_setting('TimeZone') as timezone",
        ))),
        Some("tables" | "schemas" | "columns" | "databases") | None => Err(Refusal::Unsupported(
            "SHOW of the catalog: use SVV_TABLES or SVV_COLUMNS".to_owned(),
        )),
        Some(other) => Err(Refusal::Unsupported(format!("SHOW {other}"))),
    }
}
