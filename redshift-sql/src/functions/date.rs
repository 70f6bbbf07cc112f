//! Date and time functions (AWS page: `Date and time functions`).

use super::{Chapter, grammar, scalar};

pub(super) const CHAPTER: Chapter = Chapter {
    title: "Date and time functions",
    page: "Date_functions_header",
    functions: &[
        scalar(
            "add_months",
            "(moment, integer) -> timestamp",
            "r_ADD_MONTHS",
        ),
        grammar("at time zone", "time at time zone zone", "r_AT_TIME_ZONE"),
        scalar(
            "convert_timezone",
            "(text, moment) -> timestamp | (text, text, moment) -> timestamp",
            "CONVERT_TIMEZONE",
        ),
        grammar("current_date", "current_date", "r_CURRENT_DATE_function"),
        scalar("date_cmp", "(date, date) -> integer", "r_DATE_CMP"),
        scalar(
            "date_cmp_timestamp",
            "(date, timestamp) -> integer",
            "r_DATE_CMP_TIMESTAMP",
        ),
        scalar(
            "date_cmp_timestamptz",
            "(date, timestamptz) -> integer",
            "r_DATE_CMP_TIMESTAMPTZ",
        ),
        scalar(
            "date_part",
            "(datepart, any) -> double",
            "r_DATE_PART_function",
        ),
        scalar("date_part_year", "(date) -> integer", "r_DATE_PART_YEAR"),
        scalar(
            "date_trunc",
            "(datepart, timestamptz) -> timestamptz | (datepart, moment) -> timestamp",
            "r_DATE_TRUNC",
        ),
        scalar(
            "dateadd",
            "(datepart, number, timestamptz) -> timestamptz \
             | (datepart, number, time) -> time \
             | (datepart, number, timetz) -> timetz \
             | (datepart, number, moment) -> timestamp",
            "r_DATEADD_function",
        ),
        scalar(
            "datediff",
            "(datepart, any, any) -> bigint",
            "r_DATEDIFF_function",
        ),
        scalar(
            "extract",
            "(datepart, timestamptz) -> double | (datepart, any) -> integer",
            "r_EXTRACT_function",
        ),
        scalar("getdate", "() -> timestamp", "r_GETDATE"),
        scalar(
            "interval_cmp",
            "(interval, interval) -> integer",
            "r_INTERVAL_CMP",
        ),
        scalar("last_day", "(moment) -> date", "r_LAST_DAY"),
        scalar(
            "months_between",
            "(moment, moment) -> double",
            "r_MONTHS_BETWEEN_function",
        ),
        scalar("next_day", "(moment, text) -> date", "r_NEXT_DAY"),
        scalar(
            "pgdate_part",
            "(datepart, any) -> double",
            "r_DATE_PART_function",
        ),
        grammar("sysdate", "sysdate", "r_SYSDATE"),
        scalar("timeofday", "() -> varchar", "r_TIMEOFDAY_function"),
        scalar(
            "timestamp_cmp",
            "(timestamp, timestamp) -> integer",
            "r_TIMESTAMP_CMP",
        ),
        scalar(
            "timestamp_cmp_date",
            "(timestamp, date) -> integer",
            "r_TIMESTAMP_CMP_DATE",
        ),
        scalar(
            "timestamp_cmp_timestamptz",
            "(timestamp, timestamptz) -> integer",
            "r_TIMESTAMP_CMP_TIMESTAMPTZ",
        ),
        scalar(
            "timestamptz_cmp",
            "(timestamptz, timestamptz) -> integer",
            "r_TIMESTAMPTZ_CMP",
        ),
        scalar(
            "timestamptz_cmp_date",
            "(timestamptz, date) -> integer",
            "r_TIMESTAMPTZ_CMP_DATE",
        ),
        scalar(
            "timestamptz_cmp_timestamp",
            "(timestamptz, timestamp) -> integer",
            "r_TIMESTAMPTZ_CMP_TIMESTAMP",
        ),
        scalar(
            "timezone",
            "(text, timestamptz) -> timestamp | (text, timestamp) -> timestamptz",
            "r_TIMEZONE",
        ),
        scalar(
            "to_timestamp",
            "(text, text, boolean?) -> timestamptz",
            "r_TO_TIMESTAMP",
        ),
    ],
};

/// Functions that ran on the leader node alone (AWS page: `Leader node–only functions`).
pub(super) const ENDED: Chapter = Chapter {
    title: "Deprecated date functions of the leader node",
    page: "c_SQL_functions_leader_node_only",
    functions: &[
        scalar(
            "age",
            "(moment, moment?) -> unknown",
            "c_SQL_functions_leader_node_only",
        )
        .ended("`datediff` does this"),
        grammar(
            "current_time",
            "current_time",
            "c_SQL_functions_leader_node_only",
        )
        .leader()
        .note("deprecated: use `getdate()` or `sysdate`"),
        grammar(
            "current_timestamp",
            "current_timestamp",
            "c_SQL_functions_leader_node_only",
        )
        .leader()
        .note("deprecated: use `getdate()` or `sysdate`"),
        scalar(
            "isfinite",
            "(any) -> boolean",
            "c_SQL_functions_leader_node_only",
        )
        .ended("compare the value with `'infinity'`"),
        grammar("localtime", "localtime", "c_SQL_functions_leader_node_only")
            .leader()
            .note("deprecated: use `getdate()` or `sysdate`"),
        grammar(
            "localtimestamp",
            "localtimestamp",
            "c_SQL_functions_leader_node_only",
        )
        .leader()
        .note("deprecated: use `getdate()` or `sysdate`"),
        // The page of HLL's examples calls it with a table; so it is not refused.
        scalar(
            "now",
            "() -> timestamptz",
            "c_SQL_functions_leader_node_only",
        )
        .leader()
        .note("deprecated: use `getdate()` or `sysdate`"),
    ],
};
