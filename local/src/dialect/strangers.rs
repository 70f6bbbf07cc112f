//! What the engine has and Redshift has not, and what reaches beyond tables: functions that stand in
//! FROM, texts that stand for files, and the engine's own catalog. They are refused by name.
//!
//! This is for people, who get a sentence; the wall is the engine's sandbox (`warehouse/settings.rs`).

use super::Refusal;
use super::tree::Node;

/// Functions that may stand in FROM (AWS page: "Leader node–only functions").
const TABLE_FUNCTIONS: &[&str] = &["generate_series"];

/// Functions of the engine that stand in FROM, or that do something beside giving a value. A test
/// holds the list against the engine.
const STRANGERS: &[&str] = &[
    "add_parquet_key",
    "all_profiling_output",
    "arrow_scan",
    "arrow_scan_dumb",
    "check_peg_parser",
    "checkpoint",
    "collations",
    "copy_database",
    "currval",
    "database_list",
    "database_size",
    "disable_checkpoint_on_shutdown",
    "disable_logging",
    "disable_object_cache",
    "disable_optimizer",
    "disable_peg_parser",
    "disable_print_progress_bar",
    "disable_profile",
    "disable_profiling",
    "disable_progress_bar",
    "disable_verification",
    "disable_verify_external",
    "disable_verify_fetch_row",
    "disable_verify_parallelism",
    "disable_verify_serializer",
    "enable_checkpoint_on_shutdown",
    "enable_logging",
    "enable_object_cache",
    "enable_optimizer",
    "enable_peg_parser",
    "enable_print_progress_bar",
    "enable_profile",
    "enable_profiling",
    "enable_progress_bar",
    "enable_verification",
    "extension_versions",
    "force_checkpoint",
    "functions",
    "getenv",
    "getvariable",
    "glob",
    "histogram_values",
    "icu_calendar_names",
    "import_database",
    "json_deserialize_sql",
    "json_each",
    "json_execute_serialized_sql",
    "json_serialize_plan",
    "json_serialize_sql",
    "json_tree",
    "metadata_info",
    "nextval",
    "pg_timezone_names",
    "platform",
    "query",
    "query_table",
    "read_blob",
    "read_csv",
    "read_csv_auto",
    "read_duckdb",
    "read_json",
    "read_json_auto",
    "read_json_objects",
    "read_json_objects_auto",
    "read_ndjson",
    "read_ndjson_auto",
    "read_ndjson_objects",
    "read_parquet",
    "read_text",
    "repeat_row",
    "seq_scan",
    "show",
    "show_databases",
    "show_tables",
    "show_tables_expanded",
    "sleep_ms",
    "sniff_csv",
    "sql_auto_complete",
    "stats",
    "storage_info",
    "summary",
    "table_info",
    "test_all_types",
    "test_vector_types",
    "truncate_duckdb_logs",
    "unnest",
    "user_agent",
    "verify_external",
    "verify_fetch_row",
    "verify_parallelism",
    "verify_serializer",
    "which_secret",
    "write_log",
];

/// Beginnings of names of the engine's functions and views about itself.
const STRANGE_BEGINNINGS: &[&str] = &["duckdb_", "parquet_", "pragma_", "sqlite_"];

/// Settings that CURRENT_SETTING may be asked for: those that a session has in Redshift.
const SETTINGS: &[&str] = &["search_path", "timezone"];

/// Words that end the list of tables of a query.
const AFTER_TABLES: &[&str] = &[
    "where",
    "group",
    "order",
    "having",
    "limit",
    "offset",
    "union",
    "except",
    "minus",
    "intersect",
    "qualify",
    "window",
    "when",
    "returning",
    "select",
];

/// Refuses what is strange on one level.
pub(super) fn refuse(nodes: &[Node]) -> Result<(), Refusal> {
    if nodes.first().is_some_and(|node| node.is_word("from")) && nodes.len() > 1 {
        return Err(Refusal::syntax("a query begins with SELECT"));
    }
    for (position, node) in nodes.iter().enumerate() {
        if let Some(name) = node.as_name()
            && let Some(arguments) = nodes.get(position + 1).and_then(Node::as_round)
            && !is_definition(nodes, position)
        {
            call(name, arguments)?;
        }
    }
    tables(nodes)
}

/// Whether the name in front of brackets is given here: an alias or a common table expression with
/// names of columns, or the table of INSERT.
fn is_definition(nodes: &[Node], position: usize) -> bool {
    let before = position.checked_sub(1).and_then(|before| nodes.get(before));
    let word = |node: Option<&Node>, words: &[&str]| {
        node.and_then(Node::as_word)
            .is_some_and(|word| words.contains(&word))
    };
    word(before, &["as", "into", "table", "view"])
        || word(nodes.get(position + 2), &["as"])
            && (word(before, &["with", "recursive"])
                || before.is_some_and(|node| node.is_symbol(",")))
            && nodes.get(position + 3).and_then(Node::as_round).is_some()
}

fn call(name: &str, arguments: &[Node]) -> Result<(), Refusal> {
    if STRANGERS.contains(&name) || is_about_the_engine(name) {
        return Err(Refusal::Stranger(name.to_owned()));
    }
    if name == "current_setting" {
        let known = matches!(arguments, [one] if one.as_text().is_some_and(|setting|
            SETTINGS.iter().any(|known| setting.eq_ignore_ascii_case(known))));
        if !known {
            return Err(Refusal::Unsupported(
                "CURRENT_SETTING of other settings than search_path and timezone".to_owned(),
            ));
        }
    }
    Ok(())
}

fn is_about_the_engine(name: &str) -> bool {
    STRANGE_BEGINNINGS
        .iter()
        .any(|beginning| name.starts_with(beginning))
}

/// Refuses what stands where a table is named and is none.
fn tables(nodes: &[Node]) -> Result<(), Refusal> {
    // FROM stands in calls too: `extract(day from d)`.
    let mut in_statement = false;
    let mut in_tables = false;
    let mut expected = false;
    let mut position = 0;
    while let Some(node) = nodes.get(position) {
        let before = position.checked_sub(1).and_then(|before| nodes.get(before));
        position += 1;
        if let Some("select" | "delete" | "update" | "merge") = node.as_word() {
            in_statement = true;
        }
        match node.as_word() {
            Some("from") if in_statement && !before.is_some_and(|n| n.is_word("distinct")) => {
                (in_tables, expected) = (true, true);
                continue;
            }
            Some("join") => {
                (in_tables, expected) = (true, true);
                continue;
            }
            Some("using") if in_statement && !in_tables => {
                expected = true;
                continue;
            }
            Some("lateral" | "only") => continue,
            Some(word) if AFTER_TABLES.contains(&word) => {
                (in_tables, expected) = (false, false);
                continue;
            }
            _ => {}
        }
        if node.is_symbol(",") {
            expected = in_tables;
            continue;
        }
        if !std::mem::take(&mut expected) {
            continue;
        }
        if node.as_text().is_some() {
            return Err(Refusal::syntax("FROM takes names of tables, not texts"));
        }
        position += table(nodes.get(position - 1..).unwrap_or_default())?;
    }
    Ok(())
}

/// Refuses the name that nodes begin with if it is no table's; how many more nodes it has.
fn table(nodes: &[Node]) -> Result<usize, Refusal> {
    let Some(mut name) = nodes.first().and_then(Node::as_name) else {
        return Ok(0);
    };
    let mut taken = 1;
    while let [dot, part, ..] = nodes.get(taken..).unwrap_or_default()
        && dot.is_symbol(".")
        && let Some(part) = part.as_name()
    {
        name = part;
        taken += 2;
    }
    let called = nodes.get(taken).and_then(Node::as_round).is_some();
    if called && !TABLE_FUNCTIONS.contains(&name) && !nodes.first().is_some_and(is_values) {
        return Err(Refusal::Stranger(name.to_owned()));
    }
    if !called && taken == 1 && is_about_the_engine(name) {
        return Err(Refusal::Stranger(name.to_owned()));
    }
    Ok(taken - 1)
}

fn is_values(node: &Node) -> bool {
    node.is_word("values")
}

#[cfg(test)]
mod tests {
    use super::super::lexer::tokens;
    use super::super::tree::tree;
    use super::*;

    fn refused(sql: &str) -> Option<String> {
        refuse(&tree(tokens(sql).unwrap()).unwrap())
            .err()
            .map(|refusal| refusal.to_string())
    }

    #[test]
    fn strangers_are_refused_wherever_they_stand() {
        for sql in [
            "select * from read_csv('x')",
            "select * from READ_CSV('x')",
            "select * from \"read_csv\"('x')",
            "select * from system.main.read_csv('x')",
            "select * from a, lateral read_csv('x')",
            "select * from a join read_csv('x') b on true",
            "select ('x').read_text()",
            "select * from a where b = 1 union select * from glob('x')",
            "delete from a using glob('x') g where a.f = g.file",
            "select * from range(3)",
            "select * from a, repeat('x', 3)",
            "select * from unknown_function(3)",
            "select * from 'x.csv'",
            "select * from a, 'x.csv'",
            "from 'x.csv'",
            "select * from duckdb_settings",
            "select * from pragma_database_list",
            "select current_setting('home_directory')",
            "select current_setting(a) from b",
        ] {
            assert!(refused(sql).is_some(), "{sql}");
        }
    }

    #[test]
    fn what_redshift_has_is_not_refused() {
        for sql in [
            "select extract(day from d), trim(both from b) from t where a is distinct from f(b)",
            "select extract(day from f(d)) from generate_series(1, 2) g",
            "with query (a, b) as (select 1, 2), glob (c) as (select 3) select * from query, glob",
            "select * from t as query (a, b) join glob on f(a) = g(b), summary",
            "insert into glob (a, b) select 1, 2",
            "insert into glob (a) values (1)",
            "select repeat('a', 3), version(), current_setting('search_path') from t",
            "select * from (values (1)) v(a)",
            "select glob.query, duckdb_tables from glob where summary in (1, 2)",
            "update t set a = f(b), c = 'x' from s where t.a = s.a",
            "select a from t order by f(a), 'x'",
            "select substring(a from 2 for 3) from t",
            "select * from t join u using (a), v",
            "merge into t using s on t.a = s.a when matched then update set a = f(s.a)",
        ] {
            assert_eq!(refused(sql), None, "{sql}");
        }
    }

    /// Whoever raises the engine's version sees here what it has new.
    #[test]
    fn every_table_function_of_the_engine_is_known() {
        let connection = duckdb::Connection::open_in_memory().unwrap();
        let mut prepared = connection
            .prepare(
                "select distinct function_name from duckdb_functions()
                 where function_type in ('table', 'table_macro', 'pragma')",
            )
            .unwrap();
        let names: Vec<String> = prepared
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert!(names.len() > 100);
        // They give a value too, and are refused in FROM only.
        let values = ["generate_series", "histogram", "range", "repeat", "version"];
        let unknown: Vec<&String> = names
            .iter()
            .filter(|name| {
                !STRANGERS.contains(&name.as_str())
                    && !is_about_the_engine(name)
                    && !values.contains(&name.as_str())
            })
            .collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
