//! Window functions (AWS page: `Window functions`). Aggregates that take OVER are among the aggregate
//! functions.

use super::{Chapter, Over, window};

pub(super) const CHAPTER: Chapter = Chapter {
    title: "Window functions",
    page: "c_Window_functions",
    functions: &[
        window("cume_dist", "() -> double", "r_WF_CUME_DIST", Over::Ranked),
        window(
            "dense_rank",
            "() -> bigint",
            "r_WF_DENSE_RANK",
            Over::Ranked,
        ),
        window(
            "first_value",
            "(any) -> first",
            "r_WF_first_value",
            Over::Framed,
        )
        .ignores_nulls(),
        window("lag", "(any, integer?) -> first", "r_WF_LAG", Over::Ordered).ignores_nulls(),
        window(
            "last_value",
            "(any) -> first",
            "r_WF_first_value",
            Over::Framed,
        )
        .ignores_nulls(),
        window(
            "lead",
            "(any, integer?) -> first",
            "r_WF_LEAD",
            Over::Ordered,
        )
        .ignores_nulls(),
        window(
            "nth_value",
            "(any, integer) -> first",
            "r_WF_NTH",
            Over::Framed,
        )
        .ignores_nulls(),
        window("ntile", "(integer) -> bigint", "r_WF_NTILE", Over::Ranked),
        window(
            "percent_rank",
            "() -> double",
            "r_WF_PERCENT_RANK",
            Over::Ranked,
        ),
        window("rank", "() -> bigint", "r_WF_RANK", Over::Ranked),
        window(
            "ratio_to_report",
            "(number) -> unknown",
            "r_WF_RATIO_TO_REPORT",
            Over::Partitioned,
        ),
        window(
            "row_number",
            "() -> bigint",
            "r_WF_ROW_NUMBER",
            Over::Ranked,
        ),
    ],
};
