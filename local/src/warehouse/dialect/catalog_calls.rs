//! PostgreSQL's functions over the columns of the catalog: privileges as they are kept, arrays, and
//! what types of the catalog are written as. PostgreSQL 8.0's manual has them ("System Information
//! Functions", "Array Functions and Operators"). Scripts that look through the catalog use them,
//! although AWS's guide does not list them.

use super::TranslationContext;
use super::arithmetic::cast;
use super::calls::{self, arguments, own};
use super::fragment::TokenTree;
use super::session::{found, looked_up};

/// Functions of `redshift.sql` that are called as they are written.
const OWN: &[&str] = &[
    "aclcontains",
    "array_dims",
    "array_lower",
    "array_upper",
    "makeaclitem",
    "oidvectortypes",
    "pg_encoding_to_char",
];

/// Functions that write a value of a type of the catalog as text.
const WRITTEN: &[&str] = &[
    "nameout",
    "oidout",
    "regclassout",
    "regprocedureout",
    "regprocout",
    "regtypeout",
    "textin",
    "textout",
];

/// Procedures by their numbers, with the types that they take, and their numbers by what is written.
const PROCEDURES: &str = "select oid::varchar as key,
     case when list_contains(current_schemas(false), schema_name) then '' else schema_name || '.' end
     || name || '(' || types || ')' as value from catalog_procedures
     union all select name || '(' || types || ')', min(oid)::varchar from catalog_procedures group by 1
     union all select schema_name || '.' || name || '(' || types || ')', oid::varchar
     from catalog_procedures";

/// The same without the types. A name that several procedures have means none of them.
const NAMES: &str = "select oid::varchar as key,
     case when list_contains(current_schemas(false), schema_name) then '' else schema_name || '.' end
     || name as value from catalog_procedures
     union all select name, min(oid)::varchar from catalog_procedures group by 1 having count(*) = 1
     union all select schema_name || '.' || name, min(oid)::varchar from catalog_procedures
     group by 1 having count(*) = 1";

const VISIBLE: &str = "select oid::varchar as key,
     list_contains(current_schemas(false), schema_name) as value from catalog_procedures";

/// Rewrites a call of such a function.
pub(super) fn call(
    name: &str,
    inner: &[TokenTree],
    context: &TranslationContext<'_>,
) -> Option<Vec<TokenTree>> {
    let all = arguments(inner);
    let first = || all.first().cloned().unwrap_or_default();
    Some(match name {
        "array_append" => calls::call("list_append", all),
        "array_prepend" => calls::call("list_prepend", all),
        "array_cat" => calls::call("list_concat", all),
        // A session's user may do everything (AWS page: `Superusers`).
        "has_function_privilege" | "has_language_privilege" => vec![TokenTree::word("true")],
        // Redshift has no indexes, and only views have rules.
        "pg_get_indexdef" | "pg_get_ruledef" => cast(vec![TokenTree::word("null")], "varchar"),
        "pg_function_is_visible" => {
            let visible = looked_up(VISIBLE, first(), context);
            calls::call("coalesce", vec![visible, vec![TokenTree::word("false")]])
        }
        "pg_type_is_visible" => {
            let mut shown = own("format_type", vec![first(), vec![TokenTree::word("null")]]);
            shown.extend([TokenTree::symbol("<>"), TokenTree::text("???")]);
            vec![TokenTree::Round(shown)]
        }
        name if WRITTEN.contains(&name) => cast(first(), "varchar"),
        name if OWN.contains(&name) => own(name, all),
        _ => return None,
    })
}

/// A procedure by its number, as `name(integer,date)`; its number by such a text.
pub(super) fn regprocedure(
    operand: Vec<TokenTree>,
    context: &TranslationContext<'_>,
) -> Vec<TokenTree> {
    found(
        looked_up(PROCEDURES, operand.clone(), context),
        "function",
        operand,
    )
}

/// A procedure by its number, as its name; its number by its name.
pub(super) fn regproc(operand: Vec<TokenTree>, context: &TranslationContext<'_>) -> Vec<TokenTree> {
    found(
        looked_up(NAMES, operand.clone(), context),
        "function",
        operand,
    )
}

#[cfg(test)]
mod tests {
    use super::OWN;

    #[test]
    fn what_is_called_is_defined() {
        let defined = include_str!("../redshift.sql");
        for name in OWN {
            assert!(
                defined.contains(&format!("macro redshift.{name}(")),
                "{name}"
            );
        }
    }
}
