//! SUPER type information functions (AWS page: `SUPER type information functions`).

use super::{Chapter, scalar};

pub(super) const CHAPTER: Chapter = Chapter {
    title: "SUPER type information functions",
    page: "c_Type_Info_Functions",
    functions: &[
        scalar(
            "decimal_precision",
            "(super) -> integer",
            "r_decimal_precision",
        ),
        scalar("decimal_scale", "(super) -> integer", "r_decimal_scale"),
        scalar("is_array", "(super) -> boolean", "r_is_array"),
        scalar("is_bigint", "(super) -> boolean", "r_is_bigint"),
        scalar("is_boolean", "(super) -> boolean", "r_is_boolean"),
        scalar("is_char", "(super) -> boolean", "r_is_char"),
        scalar("is_decimal", "(super) -> boolean", "r_is_decimal"),
        scalar("is_float", "(super) -> boolean", "r_is_float"),
        scalar("is_integer", "(super) -> boolean", "r_is_integer"),
        scalar("is_object", "(super) -> boolean", "r_is_object"),
        scalar("is_scalar", "(super) -> boolean", "r_is_scalar"),
        scalar("is_smallint", "(super) -> boolean", "r_is_smallint"),
        scalar("is_varchar", "(super) -> boolean", "r_is_varchar"),
        scalar("json_size", "(super) -> integer", "r_json_size"),
        scalar("json_typeof", "(super) -> varchar", "r_json_typeof"),
        scalar("size", "(super) -> integer", "r_SIZE"),
    ],
};
