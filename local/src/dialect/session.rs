//! Functions that tell about the session and the catalog (AWS page: "System information functions";
//! PostgreSQL 8.0: "System Information Functions").

use redshift_sql::tree::{BareFunction, Call, ExpressionKind};

use super::Context;
use super::fragment::{Node, quote_text};
use super::functions::{arguments, own};
use super::system_views::USER;

/// What `version()` answers: the form is Redshift's, the number that of a recent release (AWS page:
/// `VERSION`).
const VERSION: &str = "PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 \
                       20041017 (Red Hat 3.4.2-6.fc3), Redshift 1.0.117891";

/// Functions of `redshift.sql` that read the catalog.
const CATALOG: &[&str] = &[
    "col_description",
    "current_schemas",
    "format_encoding",
    "format_type",
    "obj_description",
    "pg_get_cols",
    "pg_get_constraintdef",
    "pg_get_expr",
    "pg_get_late_binding_view_cols",
    "pg_get_userbyid",
    "pg_get_viewdef",
    "pg_table_is_visible",
];

/// Rewrites a call of such a function.
pub(super) fn call(name: &str, inner: &[Node], context: &Context<'_>) -> Option<Vec<Node>> {
    match name {
        "current_database" => Some(vec![Node::text(context.database)]),
        "version" => Some(vec![Node::text(VERSION)]),
        "pg_client_encoding" => Some(vec![Node::text("UTF8")]),
        name if CATALOG.contains(&name) => Some(own(name, arguments(inner))),
        _ => None,
    }
}

/// Who the session is.
pub(super) fn user(function: BareFunction) -> Option<Vec<Node>> {
    match function {
        BareFunction::User | BareFunction::CurrentUser | BareFunction::SessionUser => {
            Some(vec![Node::text(USER)])
        }
        BareFunction::CurrentUserId => Some(vec![Node::Ready("100".to_owned())]),
        _ => None,
    }
}

/// The name of the column that such a function gives.
pub(super) fn column_name(function: BareFunction) -> Option<&'static str> {
    match function {
        BareFunction::User | BareFunction::CurrentUser => Some("current_user"),
        BareFunction::SessionUser => Some("session_user"),
        BareFunction::CurrentUserId => Some("current_user_id"),
        _ => None,
    }
}

/// The rows of a function of the catalog that stands in FROM.
pub(super) fn rows(call: &Call) -> Option<String> {
    let [name] = call.name.parts.as_slice() else {
        return None;
    };
    const COLUMNS: &str =
        "select schema_name, table_name, column_name, type, position from redshift.columns";
    match (name.text.as_str(), call.arguments.as_slice()) {
        ("pg_get_late_binding_view_cols", []) => {
            Some(format!(
                "{COLUMNS} where declared.\"view\".kind = 'late' order by table_name, position"
            ))
        }
        ("pg_get_cols", [relation]) => match &relation.bare().kind {
            ExpressionKind::Text(relation) => Some(format!(
                "{COLUMNS} where oid::varchar = redshift.regclass({}) order by position",
                quote_text(relation)
            )),
            _ => None,
        },
        _ => None,
    }
}
