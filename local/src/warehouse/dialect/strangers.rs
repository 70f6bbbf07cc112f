//! What the engine has and Redshift has not, and what reaches beyond tables. These are functions
//! that stand in FROM, functions of another schema, and the engine's own catalog. They are refused
//! by name. A function that Redshift's table of functions does not have is refused in `call.rs`.
//!
//! This is for people, who get a sentence; the wall is the engine's sandbox (`warehouse/settings.rs`).

use redshift_sql::tree::{Call, Expression, ExpressionKind, Name, ObjectName};

use super::Refusal;

/// Functions that may stand in FROM (AWS page: "Leader node–only functions").
const TABLE_FUNCTIONS: &[&str] = &["generate_series"];

/// Beginnings of names of the engine's views about itself.
const STRANGE_BEGINNINGS: &[&str] = &["duckdb_", "parquet_", "pragma_", "sqlite_"];

/// Schemas that hold what the system made for itself.
const OWN_SCHEMAS: &[&str] = &[
    "information_schema",
    "pg_catalog",
    "redshift",
    "redshift_system",
    "main",
];

/// Beginnings of names of functions that need more than a laptop has, and what they are.
const ELSEWHERE: &[(&str, &str)] = &[
    ("st_", "spatial functions"),
    ("h3_", "spatial functions"),
    ("addbbox", "spatial functions"),
    ("dropbbox", "spatial functions"),
    ("supportsbbox", "spatial functions"),
    ("geometrytype", "spatial functions"),
    ("explain_model", "machine learning"),
    ("pg_cancel_backend", "control of other sessions"),
    ("pg_terminate_backend", "control of other sessions"),
    ("reboot_cluster", "control of a cluster"),
    ("change_query_priority", "priorities of queries"),
    ("change_session_priority", "priorities of queries"),
    ("change_user_priority", "priorities of queries"),
    ("slice_num", "slices of a cluster"),
    ("default_iam_role", "roles of IAM"),
    ("get_mounted_role", "roles of IAM"),
    ("has_assumerole_privilege", "roles of IAM"),
    ("pg_get_grantee_by_iam_role", "roles of IAM"),
    ("pg_get_iam_role_by_user", "roles of IAM"),
    ("pg_get_session_roles", "roles of users"),
    ("role_is_member_of", "roles of users"),
    ("user_is_member_of", "roles of users"),
    ("mask_get_policy", "policies of masking"),
    ("current_aws_account", "accounts of AWS"),
    ("current_namespace", "accounts of AWS"),
    ("current_session_arn", "accounts of AWS"),
    ("pg_timezone_", "lists of time zones"),
    (
        "set_config",
        "settings by a function within a query: write SET, or SELECT SET_CONFIG(…) alone",
    ),
];

/// Refuses a call of somebody's own function, and of one that tells about the engine.
pub(super) fn call(call: &Call) -> Result<(), Refusal> {
    if let [.., schema, name] = call.name.parts.as_slice()
        && !(schema.is("pg_catalog") && call.name.parts.len() == 2)
    {
        return Err(Refusal::Stranger(name.text.to_string()));
    }
    let name = call.name.name().map(|name| name.text.as_str());
    if let Some(refusal) = name.and_then(elsewhere) {
        return Err(refusal);
    }
    Ok(())
}

/// The refusal of a function that needs more than a laptop has.
fn elsewhere(name: &str) -> Option<Refusal> {
    let (_, what) = ELSEWHERE
        .iter()
        .find(|(start, _)| name.starts_with(start))?;
    Some(Refusal::Unsupported(format!(
        "{what}: {}",
        name.to_uppercase()
    )))
}

/// Functions that are written without brackets, and that no laptop has an answer to.
const BARE: &[&str] = &["current_aws_account", "current_namespace"];

/// Refuses a name that stands for such a function.
pub(super) fn bare(name: &ObjectName) -> Result<(), Refusal> {
    match name.parts.as_slice() {
        [only] if !only.quoted && BARE.contains(&only.text.as_str()) => {
            Err(elsewhere(&only.text).unwrap_or(Refusal::Stranger(name.text())))
        }
        _ => Ok(()),
    }
}

/// Refuses a call in FROM that gives no table.
pub(super) fn table_function(expression: &Expression) -> Result<&Call, Refusal> {
    let ExpressionKind::Call(call) = &expression.kind else {
        return Err(Refusal::syntax("FROM takes names of tables"));
    };
    match call.name.parts.as_slice() {
        [name] if TABLE_FUNCTIONS.contains(&name.text.as_str()) => Ok(call),
        [name] => Err(elsewhere(&name.text).unwrap_or(Refusal::Stranger(call.name.text()))),
        _ => Err(Refusal::Stranger(call.name.text())),
    }
}

/// Refuses the engine's views about itself, and catalogs that only the engine fills.
pub(super) fn table(parts: &[Name]) -> Result<(), Refusal> {
    match parts {
        [view]
            if STRANGE_BEGINNINGS
                .iter()
                .any(|beginning| view.text.starts_with(beginning)) =>
        {
            Err(Refusal::Stranger(view.text.to_string()))
        }
        [view] if view.text.starts_with("pg_") => Err(no_catalog(&view.text)),
        [schema, view] if OWN_SCHEMAS.contains(&schema.text.as_str()) => {
            Err(no_catalog(&format!("{}.{}", schema.text, view.text)))
        }
        _ => Ok(()),
    }
}

fn no_catalog(name: &str) -> Refusal {
    Refusal::Unsupported(format!(
        "the table `{name}` of the catalog: use SVV_TABLES, SVV_COLUMNS or PG_TABLE_DEF, or give it as \
         `{name}.csv` in the folder of `local.system_tables`"
    ))
}

#[cfg(test)]
mod tests {
    use crate::warehouse::dialect::{ALONE, translate};

    fn refused(sql: &str) -> Option<String> {
        translate(sql, &ALONE)
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
            "select getenv('HOME')",
            "select main.upper('a')",
        ] {
            assert!(refused(sql).is_some(), "{sql}");
        }
    }

    #[test]
    fn what_redshift_has_is_not_refused() {
        for sql in [
            "select extract(day from d), trim(both from b) from t where a > upper(b)",
            "select extract(day from trunc(d)) from generate_series(1, 2) g",
            "with query (a, b) as (select 1, 2), glob (c) as (select 3) select * from query, glob",
            "select * from t as query (a, b) join glob on upper(a) = lower(b), summary",
            "insert into glob (a, b) select 1, 2",
            "insert into glob (a) values (1)",
            "select repeat('a', 3), version(), current_setting('search_path') from t",
            "select glob.query, duckdb_tables from glob where summary in (1, 2)",
            "update t set a = upper(b), c = 'x' from s where t.a = s.a",
            "select a from t order by upper(a), 'x'",
            "select substring(a from 2 for 3) from t",
            "select * from t join u using (a), v",
            "merge into t using s on t.a = s.a when matched then update set a = upper(s.a) \
             when not matched then insert values (s.a)",
        ] {
            assert_eq!(refused(sql), None, "{sql}");
        }
    }

    /// Whoever raises the engine's version sees here what it has new.
    #[test]
    fn no_table_function_of_the_engine_may_stand_in_from() {
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
        for name in names {
            let allowed = refused(&format!("select * from {name}('x', 1)")).is_none();
            assert_eq!(allowed, name == "generate_series", "{name}");
        }
    }
}
