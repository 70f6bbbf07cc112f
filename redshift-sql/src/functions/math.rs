//! Math functions (AWS page: `Math functions`).

use super::{Chapter, scalar};

pub(super) const CHAPTER: Chapter = Chapter {
    title: "Math functions",
    page: "Math_functions",
    functions: &[
        scalar("abs", "(number) -> first", "r_ABS"),
        scalar("acos", "(number) -> double", "r_ACOS"),
        scalar("asin", "(number) -> double", "r_ASIN"),
        scalar("atan", "(number) -> double", "r_ATAN"),
        scalar("atan2", "(number, number) -> double", "r_ATAN2"),
        scalar("cbrt", "(number) -> double", "r_CBRT"),
        scalar("ceil", "(number) -> first", "r_CEILING_FLOOR"),
        scalar("ceiling", "(number) -> first", "r_CEILING_FLOOR"),
        scalar("cos", "(number) -> double", "r_COS"),
        scalar("cot", "(number) -> double", "r_COT"),
        scalar("degrees", "(number) -> double", "r_DEGREES"),
        scalar("dexp", "(number) -> double", "r_DEXP"),
        scalar("dlog1", "(number) -> double", "r_DLOG1"),
        scalar("dlog10", "(number) -> double", "r_DLOG10"),
        scalar("exp", "(number) -> double", "r_EXP"),
        scalar(
            "factorial",
            "(integer) -> numeric",
            "c_SQL_functions_leader_node_only",
        )
        .leader(),
        scalar("floor", "(number) -> first", "r_FLOOR"),
        scalar("ln", "(number) -> double", "r_LN"),
        scalar("log", "(number) -> double", "r_LOG"),
        scalar("mod", "(number, number) -> common", "r_MOD"),
        scalar("pi", "() -> double", "r_PI"),
        scalar("pow", "(number, number) -> double", "r_POWER"),
        scalar("power", "(number, number) -> double", "r_POWER"),
        scalar("radians", "(number) -> double", "r_RADIANS"),
        scalar("random", "() -> double", "r_RANDOM"),
        scalar("round", "(number, integer?) -> first", "r_ROUND"),
        scalar("sign", "(number) -> unknown", "r_SIGN"),
        scalar("sin", "(number) -> double", "r_SIN"),
        scalar("sqrt", "(number) -> double", "r_SQRT"),
        scalar("tan", "(number) -> double", "r_TAN"),
        scalar(
            "trunc",
            "(moment) -> date | (number, integer?) -> first",
            "r_TRUNC",
        )
        .note("of a date: page `r_TRUNC_date`"),
    ],
};
