//! Functions that tell about the session and the catalog (AWS page: "System information functions";
//! PostgreSQL 8.0: "System Information Functions").

use redshift_sql::tree::{BareFunction, Call, ExpressionKind};

use super::TranslationContext;
use super::calls::{self, arguments, own};
use super::fragment::{TokenTree, quote_text};
use super::system_views::{self, USER};

/// What `version()` answers: the form is Redshift's, the number that of a recent release (AWS page:
/// `VERSION`).
const VERSION: &str = "PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 \
                       20041017 (Red Hat 3.4.2-6.fc3), Redshift 1.0.117891";

/// Functions of `redshift.sql` that are called as they are written.
const OWN: &[&str] = &[
    "current_schemas",
    "current_setting",
    "format_encoding",
    "format_type",
];

/// Numbers of the session, and their types (`warehouse/numbers.rs`).
const NUMBERS: &[(&str, &str, &str)] = &[
    ("last_user_query_id", "query", "bigint"),
    ("pg_backend_pid", "pid", "integer"),
    ("pg_last_copy_count", "copied", "bigint"),
    ("pg_last_copy_id", "copy", "integer"),
    ("pg_last_query_id", "query", "integer"),
    ("pg_last_unload_count", "unloaded", "bigint"),
    ("pg_last_unload_id", "unload", "integer"),
];

/// Names of relations as a text may give them, and their numbers.
const NAMES: &str = "select key, min(number) as value from (
     select schema_name || '.' || name as key, oid::varchar as number from catalog_relations
     union all select name, oid::varchar from catalog_relations
     where temporary or list_contains(current_schemas(false), schema_name)
     union all select oid::varchar, name from catalog_relations) group by key";

const DEFINITIONS: &str = "select oid::varchar as key, declared.\"view\".query || ';' as value
     from catalog_relations where kind <> 'r'
     union all select name, min(declared.\"view\".query) || ';' from catalog_relations
     where kind <> 'r' group by name
     union all select schema_name || '.' || name, declared.\"view\".query || ';'
     from catalog_relations where kind <> 'r'";

const COMMENTS: &str =
    "select oid::varchar as key, declared.comment as value from catalog_relations";

const COLUMN_COMMENTS: &str =
    "select oid::varchar || ' ' || position as key, remarks as value from catalog_columns";

const VISIBLE: &str = "select oid::varchar as key,
     temporary or list_contains(current_schemas(false), schema_name) as value from catalog_relations";

const CONSTRAINTS: &str = "select oid::varchar as key,
     case kind when 'p' then 'PRIMARY KEY (' when 'u' then 'UNIQUE (' else 'FOREIGN KEY (' end
     || array_to_string(columns, ', ') || ')'
     || case when kind = 'f'
             then ' REFERENCES ' || case when other_schema = 'public' then '' else other_schema || '.' end
                  || other_table || '(' || array_to_string(referenced, ', ') || ')' else '' end as value
     from catalog_keys";

const COLUMNS: &str = "select '(' || schema_name || ',' || table_name || ',' || column_name || ','
     || case when contains(type, ' ') or contains(type, ',') then '\"' || type || '\"' else type end
     || ',' || position || ')' as said from catalog_columns";

/// Rewrites a call of such a function.
pub(super) fn call(
    name: &str,
    inner: &[TokenTree],
    context: &TranslationContext<'_>,
) -> Option<Vec<TokenTree>> {
    let all = arguments(inner);
    let first = || all.first().cloned().unwrap_or_default();
    let found = |rows: &str, key: Vec<TokenTree>| Some(looked_up(rows, key, context));
    match name {
        "current_database" => Some(vec![TokenTree::text(context.database)]),
        "version" => Some(vec![TokenTree::text(VERSION)]),
        // Without COLLATE of the database (AWS page: `DB_COLLATION`).
        "db_collation" => Some(vec![TokenTree::text("case_sensitive")]),
        "pg_client_encoding" => Some(vec![TokenTree::text("UTF8")]),
        "pg_get_expr" => Some(first()),
        "pg_get_viewdef" => found(DEFINITIONS, first()),
        "obj_description" => found(COMMENTS, first()),
        "col_description" => {
            let mut key = vec![
                TokenTree::Round(first()),
                TokenTree::symbol("||"),
                TokenTree::text(" "),
            ];
            key.push(TokenTree::symbol("||"));
            key.push(TokenTree::Round(all.get(1).cloned().unwrap_or_default()));
            found(COLUMN_COMMENTS, key)
        }
        "pg_table_is_visible" => {
            let visible = looked_up(VISIBLE, first(), context);
            Some(calls::call(
                "coalesce",
                vec![visible, vec![TokenTree::word("false")]],
            ))
        }
        "pg_get_constraintdef" => found(CONSTRAINTS, first()),
        "pg_get_userbyid" => Some(own("pg_get_userbyid", vec![first()])),
        "pg_get_cols" => {
            let condition = relation_of(inner)?;
            Some(listed(
                &format!("{COLUMNS} where {condition} order by position"),
                context,
            ))
        }
        "pg_get_late_binding_view_cols" => Some(listed(
            &format!(
                "{COLUMNS} where declared.\"view\".kind = 'late' order by table_name, position"
            ),
            context,
        )),
        name if OWN.contains(&name) => Some(own(name, all)),
        name => {
            let (_, key, kind) = NUMBERS.iter().find(|(known, _, _)| *known == name)?;
            let number = own("session_number", vec![vec![TokenTree::text(*key)]]);
            let mut nodes = number;
            nodes.extend([
                TokenTree::symbol("::"),
                TokenTree::Ready((*kind).to_owned()),
            ]);
            Some(vec![TokenTree::Round(nodes)])
        }
    }
}

/// The number of the relation that a text names, as text; the name of the relation that has a number.
pub(super) fn regclass(
    operand: Vec<TokenTree>,
    context: &TranslationContext<'_>,
) -> Vec<TokenTree> {
    let key = calls::call(
        "replace",
        vec![
            calls::call("lower", vec![as_text(operand.clone())]),
            vec![TokenTree::text("\"")],
            vec![TokenTree::text("")],
        ],
    );
    found(looked_up(NAMES, key, context), "relation", operand)
}

/// What was looked up, or the error that there is no such thing.
pub(super) fn found(
    looked_up: Vec<TokenTree>,
    kind: &str,
    operand: Vec<TokenTree>,
) -> Vec<TokenTree> {
    let missing = vec![
        TokenTree::text(format!("{kind} \"")),
        TokenTree::symbol("||"),
        TokenTree::Round(as_text(operand)),
        TokenTree::symbol("||"),
        TokenTree::text("\" does not exist"),
    ];
    calls::call(
        "coalesce",
        vec![looked_up, calls::call("error", vec![missing])],
    )
}

pub(super) fn as_text(value: Vec<TokenTree>) -> Vec<TokenTree> {
    vec![
        TokenTree::Round(value),
        TokenTree::symbol("::"),
        TokenTree::Ready("varchar".to_owned()),
    ]
}

/// The value that rows of `key` and `value` have for a key. The key stands outside of their query, whose
/// columns it cannot name.
pub(super) fn looked_up(
    rows: &str,
    key: Vec<TokenTree>,
    context: &TranslationContext<'_>,
) -> Vec<TokenTree> {
    let query = format!("select map(list(key), list(value)) from ({rows})");
    vec![TokenTree::Round(vec![
        TokenTree::Round(vec![TokenTree::Ready(system_views::over_parts(
            &query, context,
        ))]),
        TokenTree::Square(as_text(key)),
    ])]
}

/// A row for each text that a query gives.
fn listed(query: &str, context: &TranslationContext<'_>) -> Vec<TokenTree> {
    let query = format!("select list(said) from ({query})");
    let rows = TokenTree::Round(vec![TokenTree::Ready(system_views::over_parts(
        &query, context,
    ))]);
    calls::call("unnest", vec![vec![rows]])
}

/// The condition that a column is one of the relation that a literal names.
fn relation_of(inner: &[TokenTree]) -> Option<String> {
    let [literal] = inner else {
        return None;
    };
    literal.as_text().map(of_relation)
}

fn of_relation(name: &str) -> String {
    let name = quote_text(&name.to_lowercase());
    format!(
        "(table_name = {name} and (temporary or list_contains(current_schemas(false), schema_name)) \
         or schema_name || '.' || table_name = {name})"
    )
}

/// Who the session is.
pub(super) fn user(function: BareFunction) -> Option<Vec<TokenTree>> {
    match function {
        BareFunction::User | BareFunction::CurrentUser | BareFunction::SessionUser => {
            Some(vec![TokenTree::text(USER)])
        }
        BareFunction::CurrentUserId => Some(vec![TokenTree::Ready("100".to_owned())]),
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
pub(super) fn rows(call: &Call, context: &TranslationContext<'_>) -> Option<String> {
    const ALL: &str =
        "select schema_name, table_name, column_name, type, position from catalog_columns";
    let [name] = call.name.parts.as_slice() else {
        return None;
    };
    let condition = match (name.text.as_str(), call.arguments.as_slice()) {
        ("pg_get_late_binding_view_cols", []) => "declared.\"view\".kind = 'late'".to_owned(),
        ("pg_get_cols", [relation]) => match &relation.bare().kind {
            ExpressionKind::Text(relation) => of_relation(relation),
            _ => return None,
        },
        _ => return None,
    };
    let query = format!("{ALL} where {condition} order by schema_name, table_name, position");
    Some(system_views::over_parts(&query, context))
}
