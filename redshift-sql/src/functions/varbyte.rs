//! VARBYTE functions (AWS page: `VARBYTE functions and operators`). Those that take texts as well are
//! among the string functions.

use super::{Chapter, scalar};

pub(super) const CHAPTER: Chapter = Chapter {
    title: "VARBYTE functions",
    page: "varbyte-functions",
    functions: &[
        scalar("from_hex", "(text) -> varbyte", "r_FROM_HEX"),
        scalar(
            "from_varbyte",
            "(varbyte, text) -> varchar",
            "r_FROM_VARBYTE",
        ),
        scalar("getbit", "(varbyte, integer) -> integer", "r_GETBIT"),
        scalar("to_hex", "(any) -> varchar", "r_TO_HEX"),
        scalar("to_varbyte", "(text, text) -> varbyte", "r_TO_VARBYTE"),
    ],
};
