//! Functions that come from PostgreSQL 8.0 and run in Redshift although the guide does not document
//! them. Each with the reason why it is not refused.

use super::{Chapter, Function, scalar, table};

/// The page that says that some functions run though they are not supported.
const PAGE: &str = "c_unsupported-postgresql-functions";

const CATALOG: &str = "views of the catalog's tables need it; it runs on the leader node";
const ARRAYS: &str = "reads the arrays of the catalog's tables, on the leader node";
const SERIES: &str = "runs on the leader node; a query that reads tables cannot use it";
const OLD_NAME: &str = "another name of a documented function";
const TYPE: &str = "the name of a type as a function: a cast";
const TYPE_TEXT: &str = "writes a value of the catalog's types as text, on the leader node";

pub(super) const CHAPTER: Chapter = Chapter {
    title: "PostgreSQL's functions that run without being documented",
    page: PAGE,
    functions: &[
        catalog("aclcontains", "(any, any) -> boolean", CATALOG),
        catalog("array_append", "(any, any) -> unknown", ARRAYS),
        catalog("array_cat", "(any, any) -> unknown", ARRAYS),
        catalog("array_dims", "(any) -> varchar", ARRAYS),
        catalog("array_lower", "(any, integer) -> integer", ARRAYS),
        catalog("array_prepend", "(any, any) -> unknown", ARRAYS),
        catalog("array_to_string", "(any, text) -> varchar", ARRAYS),
        catalog("array_upper", "(any, integer) -> integer", ARRAYS),
        catalog("col_description", "(any, integer) -> varchar", CATALOG),
        scalar(
            "date_add",
            "(datepart, number, timestamptz) -> timestamptz | (datepart, number, any) -> timestamp",
            "r_DATEADD_function",
        )
        .undocumented(OLD_NAME),
        scalar(
            "date_diff",
            "(datepart, any, any) -> bigint",
            "r_DATEDIFF_function",
        )
        .undocumented(OLD_NAME),
        scalar(
            "datepart",
            "(datepart, any) -> double",
            "r_DATE_PART_function",
        )
        .undocumented(OLD_NAME),
        catalog("format_encoding", "(integer) -> varchar", CATALOG),
        catalog("format_type", "(any, any) -> varchar", CATALOG),
        table("generate_series", "(any, any, any?) -> rows", PAGE).undocumented(SERIES),
        catalog(
            "has_function_privilege",
            "(any, text) -> boolean | (any, any, text) -> boolean",
            CATALOG,
        ),
        catalog(
            "has_language_privilege",
            "(any, text) -> boolean | (any, any, text) -> boolean",
            CATALOG,
        ),
        catalog(
            "makeaclitem",
            "(any, any, any, text, boolean) -> varchar",
            CATALOG,
        ),
        catalog("obj_description", "(any, text?) -> varchar", CATALOG),
        catalog("oidvectortypes", "(any) -> varchar", CATALOG),
        catalog("pg_client_encoding", "() -> varchar", CATALOG),
        catalog("pg_encoding_to_char", "(integer) -> varchar", CATALOG),
        catalog("pg_function_is_visible", "(any) -> boolean", CATALOG),
        catalog(
            "pg_get_constraintdef",
            "(any, boolean?) -> varchar",
            CATALOG,
        ),
        catalog("pg_get_expr", "(any, any, boolean?) -> varchar", CATALOG),
        catalog(
            "pg_get_indexdef",
            "(any, integer?, boolean?) -> varchar",
            CATALOG,
        ),
        catalog("pg_get_ruledef", "(any, boolean?) -> varchar", CATALOG),
        catalog("pg_get_userbyid", "(any) -> varchar", CATALOG),
        catalog("pg_get_viewdef", "(any, boolean?) -> varchar", CATALOG),
        catalog("pg_opclass_is_visible", "(any) -> boolean", CATALOG),
        catalog("pg_operator_is_visible", "(any) -> boolean", CATALOG),
        catalog("pg_table_is_visible", "(any) -> boolean", CATALOG),
        catalog("pg_type_is_visible", "(any) -> boolean", CATALOG),
        catalog("string_to_array", "(text, text) -> unknown", ARRAYS),
        catalog("nameout", "(any) -> varchar", TYPE_TEXT),
        catalog("oidout", "(any) -> varchar", TYPE_TEXT),
        catalog("regclassout", "(any) -> varchar", TYPE_TEXT),
        catalog("regprocedureout", "(any) -> varchar", TYPE_TEXT),
        catalog("regprocout", "(any) -> varchar", TYPE_TEXT),
        catalog("regtypeout", "(any) -> varchar", TYPE_TEXT),
        catalog("textin", "(any) -> varchar", TYPE_TEXT),
        catalog("textout", "(any) -> varchar", TYPE_TEXT),
    ],
};

/// Names of types, called as functions.
pub(super) const CASTS: Chapter = Chapter {
    title: "Types as functions",
    page: "r_CAST_function",
    functions: &[
        cast("bool", "(any) -> boolean"),
        cast("bpchar", "(any) -> unknown"),
        cast("date", "(any) -> date"),
        cast("float4", "(any) -> real"),
        cast("float8", "(any) -> double"),
        cast("int2", "(any) -> smallint"),
        cast("int4", "(any) -> integer"),
        cast("int8", "(any) -> bigint"),
        cast("text", "(any) -> varchar"),
        cast("timestamptz", "(any) -> timestamptz"),
        cast("timetz", "(any) -> timetz"),
    ],
};

const fn catalog(name: &'static str, signatures: &'static str, why: &'static str) -> Function {
    scalar(name, signatures, PAGE).undocumented(why)
}

const fn cast(name: &'static str, signatures: &'static str) -> Function {
    scalar(name, signatures, "r_CAST_function").undocumented(TYPE)
}
