//! Conditional expressions (AWS page: `Conditional expressions`).

use super::{Chapter, grammar, scalar};

pub(super) const CHAPTER: Chapter = Chapter {
    title: "Conditional expressions",
    page: "c_conditional_expressions",
    functions: &[
        grammar(
            "case",
            "case [value] when condition then value … [else value] end",
            "r_CASE_function",
        ),
        scalar("coalesce", "(any, any...) -> common", "r_NVL_function"),
        scalar(
            "decode",
            "(any, any, any, any...) -> decoded",
            "r_DECODE_expression",
        ),
        scalar("greatest", "(any, any...) -> common", "r_GREATEST_LEAST"),
        scalar("least", "(any, any...) -> common", "r_GREATEST_LEAST"),
        scalar("nullif", "(any, any) -> first", "r_NULLIF_function"),
        scalar("nvl", "(any, any...) -> common", "r_NVL_function"),
        scalar("nvl2", "(any, any, any) -> rest", "r_NVL2"),
    ],
};
