//! Data type formatting functions (AWS page: `Data type formatting functions`).

use super::{Chapter, grammar, scalar};

pub(super) const CHAPTER: Chapter = Chapter {
    title: "Data type formatting functions",
    page: "r_Data_type_formatting",
    functions: &[
        grammar("cast", "cast(value as type)", "r_CAST_function"),
        grammar("convert", "convert(type, value)", "r_CAST_function"),
        scalar(
            "text_to_int_alt",
            "(text, text?) -> integer",
            "r_TEXT_TO_INT_ALT",
        ),
        scalar(
            "text_to_numeric_alt",
            "(text, text?, integer?, integer?) -> unknown",
            "r_TEXT_TO_NUMERIC_ALT",
        ),
        scalar("to_char", "(any, text) -> varchar", "r_TO_CHAR"),
        scalar(
            "to_date",
            "(text, text, boolean?) -> date",
            "r_TO_DATE_function",
        ),
        scalar("to_number", "(text, text) -> unknown", "r_TO_NUMBER"),
        grammar("try_cast", "try_cast(value as type)", "r_TRY_CAST"),
    ],
};
