//! Array functions (AWS page: `Array functions`).

use super::{Chapter, scalar};

pub(super) const CHAPTER: Chapter = Chapter {
    title: "Array functions",
    page: "c_Array_Functions",
    functions: &[
        scalar("array", "(any...) -> super", "r_array"),
        scalar("array_concat", "(super, super) -> super", "r_array_concat"),
        scalar(
            "array_contains",
            "(super, any, boolean?) -> boolean",
            "array_contains",
        ),
        scalar("array_distinct", "(super) -> super", "array_distinct"),
        scalar(
            "array_except",
            "(super, super, boolean?) -> super",
            "array_except",
        ),
        scalar("array_flatten", "(super) -> super", "array_flatten"),
        scalar(
            "array_intersection",
            "(super, super, boolean?) -> super",
            "array_intersection",
        ),
        scalar(
            "array_position",
            "(super, any, boolean?) -> integer",
            "array_position",
        ),
        scalar(
            "array_positions",
            "(super, any, boolean?) -> super",
            "array_positions",
        ),
        scalar(
            "array_sort",
            "(super, boolean?, boolean?) -> super",
            "array_sort",
        ),
        scalar("array_union", "(super, super) -> super", "array_union"),
        scalar(
            "arrays_overlap",
            "(super, super) -> boolean",
            "arrays_overlap",
        ),
        scalar("get_array_length", "(super) -> integer", "get_array_length"),
        scalar("split_to_array", "(text, text?) -> super", "split_to_array"),
        scalar(
            "subarray",
            "(super, integer, integer) -> super",
            "r_subarray",
        ),
    ],
};
