//! System administration and information, machine learning and masking (AWS pages: `System
//! administration functions`, `System information functions`, `Machine learning functions`,
//! `SVV_ATTACHED_MASKING_POLICY`).

use super::{Chapter, grammar, scalar, table};

pub(super) const MACHINE_LEARNING: Chapter = Chapter {
    title: "Machine learning functions",
    page: "ml-function",
    functions: &[scalar(
        "explain_model",
        "(text) -> super",
        "r_explain_model_function",
    )],
};

pub(super) const ADMINISTRATION: Chapter = Chapter {
    title: "System administration functions",
    page: "r_System_administration_functions",
    functions: &[
        scalar(
            "change_query_priority",
            "(integer, text) -> varchar",
            "r_CHANGE_QUERY_PRIORITY",
        ),
        scalar(
            "change_session_priority",
            "(integer, text) -> varchar",
            "r_CHANGE_SESSION_PRIORITY",
        ),
        scalar(
            "change_user_priority",
            "(text, text) -> varchar",
            "r_CHANGE_USER_PRIORITY",
        ),
        scalar(
            "current_setting",
            "(text, boolean?) -> varchar",
            "r_CURRENT_SETTING",
        ),
        scalar(
            "pg_cancel_backend",
            "(integer) -> unknown",
            "PG_CANCEL_BACKEND",
        ),
        scalar(
            "pg_terminate_backend",
            "(integer) -> unknown",
            "PG_TERMINATE_BACKEND",
        ),
        scalar("reboot_cluster", "() -> unknown", "r_REBOOT_CLUSTER"),
        scalar(
            "set_config",
            "(text, text, boolean) -> varchar",
            "r_SET_CONFIG",
        ),
    ],
};

pub(super) const INFORMATION: Chapter = Chapter {
    title: "System information functions",
    page: "r_System_information_functions",
    functions: &[
        grammar(
            "current_aws_account",
            "current_aws_account",
            "r_CURRENT_AWS_ACCOUNT",
        ),
        scalar("current_database", "() -> varchar", "r_CURRENT_DATABASE"),
        grammar(
            "current_namespace",
            "current_namespace",
            "r_CURRENT_NAMESPACE",
        ),
        scalar("current_schema", "() -> varchar", "r_CURRENT_SCHEMA").leader(),
        scalar(
            "current_schemas",
            "(boolean) -> unknown",
            "r_CURRENT_SCHEMAS",
        )
        .leader(),
        scalar(
            "current_session_arn",
            "() -> varchar",
            "r_CURRENT_SESSION_ARN",
        ),
        grammar("current_user", "current_user", "r_CURRENT_USER"),
        grammar("current_user_id", "current_user_id", "r_CURRENT_USER_ID"),
        scalar("db_collation", "() -> varchar", "r_DB_COLLATION"),
        scalar("default_iam_role", "() -> varchar", "r_DEFAULT_IAM_ROLE"),
        scalar("get_mounted_role", "() -> varchar", "GET_MOUNTED_ROLE"),
        scalar(
            "has_assumerole_privilege",
            "(text, text) -> boolean | (any, text, text) -> boolean",
            "r_HAS_ASSUMEROLE_PRIVILEGE",
        ),
        scalar(
            "has_database_privilege",
            "(any, text) -> boolean | (any, any, text) -> boolean",
            "r_HAS_DATABASE_PRIVILEGE",
        )
        .leader(),
        scalar(
            "has_schema_privilege",
            "(any, text) -> boolean | (any, any, text) -> boolean",
            "r_HAS_SCHEMA_PRIVILEGE",
        )
        .leader(),
        scalar(
            "has_table_privilege",
            "(any, text) -> boolean | (any, any, text) -> boolean",
            "r_HAS_TABLE_PRIVILEGE",
        )
        .leader(),
        scalar("last_user_query_id", "() -> bigint", "LAST_USER_QUERY_ID"),
        scalar("pg_backend_pid", "() -> integer", "PG_BACKEND_PID"),
        table("pg_get_cols", "(text) -> rows", "PG_GET_COLS"),
        table(
            "pg_get_grantee_by_iam_role",
            "(text) -> rows",
            "PG_GET_GRANTEE_BY_IAMROLE",
        ),
        table(
            "pg_get_iam_role_by_user",
            "(text) -> rows",
            "PG_GET_IAM_ROLE_BY_USER",
        ),
        table(
            "pg_get_late_binding_view_cols",
            "() -> rows",
            "PG_GET_LATE_BINDING_VIEW_COLS",
        ),
        table("pg_get_session_roles", "() -> rows", "PG_GET_SESSION_ROLES"),
        scalar("pg_last_copy_count", "() -> bigint", "PG_LAST_COPY_COUNT"),
        scalar("pg_last_copy_id", "() -> integer", "PG_LAST_COPY_ID"),
        scalar("pg_last_query_id", "() -> integer", "PG_LAST_QUERY_ID"),
        scalar(
            "pg_last_unload_count",
            "() -> bigint",
            "PG_LAST_UNLOAD_COUNT",
        ),
        scalar("pg_last_unload_id", "() -> integer", "PG_LAST_UNLOAD_ID"),
        table("pg_timezone_abbrevs", "() -> rows", "r_timezone_config"),
        table("pg_timezone_names", "() -> rows", "r_timezone_config"),
        scalar(
            "role_is_member_of",
            "(text, text) -> boolean",
            "r_ROLE_IS_MEMBER_OF",
        ),
        grammar("session_user", "session_user", "r_SESSION_USER"),
        scalar("slice_num", "() -> integer", "r_SLICE_NUM"),
        grammar("user", "user", "r_USER"),
        scalar(
            "user_is_member_of",
            "(text, text) -> boolean",
            "r_USER_IS_MEMBER_OF",
        ),
        scalar("version", "() -> varchar", "r_VERSION"),
    ],
};

pub(super) const MASKING: Chapter = Chapter {
    title: "Functions of dynamic data masking",
    page: "r_SVV_ATTACHED_MASKING_POLICY",
    functions: &[
        scalar(
            "mask_get_policy_for_role_on_column",
            "(text, text, text, text) -> varchar",
            "r_SVV_ATTACHED_MASKING_POLICY",
        ),
        scalar(
            "mask_get_policy_for_user_on_column",
            "(text, text, text, text) -> varchar",
            "r_SVV_ATTACHED_MASKING_POLICY",
        ),
    ],
};
