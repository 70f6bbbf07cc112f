//! Views that stand in for Redshift's system tables.

use super::Context;

/// Those that are built in, in the schema `redshift`.
const BUILT_IN: &[&str] = &[
    "svv_table_info",
    "svv_tables",
    "svv_columns",
    "svv_external_columns",
    "svv_all_tables",
    "svv_all_columns",
    "pg_table_def",
    "stl_load_errors",
    "sys_load_error_detail",
    "svl_user_info",
    "svl_stored_proc_messages",
];

/// Schema of the system tables that somebody gave.
pub(crate) const SYSTEM_TABLES: &str = "redshift_system";

/// The schema in which a system table or view is, if it is there: given by somebody, or built in.
pub(super) fn schema_of(name: &str, context: &Context<'_>) -> Option<&'static str> {
    if context.system_tables.contains(name) {
        Some(SYSTEM_TABLES)
    } else {
        BUILT_IN.contains(&name).then_some("redshift")
    }
}
