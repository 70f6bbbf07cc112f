//! String functions (AWS page: `String functions`).

use super::{Chapter, scalar};

pub(super) const CHAPTER: Chapter = Chapter {
    title: "String functions",
    page: "String_functions_header",
    functions: &[
        scalar("ascii", "(text) -> integer", "r_ASCII"),
        scalar("bpcharcmp", "(text, text) -> integer", "r_BPCHARCMP"),
        scalar("btrim", "(text, text?) -> text", "r_BTRIM"),
        scalar(
            "bttext_pattern_cmp",
            "(text, text) -> integer",
            "r_BTTEXT_PATTERN_CMP",
        ),
        scalar("char_length", "(text) -> integer", "r_CHAR_LENGTH"),
        scalar(
            "character_length",
            "(text) -> integer",
            "r_CHARACTER_LENGTH",
        ),
        scalar("charindex", "(text, text) -> integer", "r_CHARINDEX"),
        scalar("chr", "(integer) -> varchar", "r_CHR"),
        scalar("collate", "(any, text) -> first", "r_COLLATE"),
        scalar(
            "concat",
            "(varbyte, varbyte) -> varbyte | (any, any) -> varchar",
            "r_CONCAT",
        ),
        scalar("crc32", "(text) -> char(8)", "crc32-function"),
        scalar("difference", "(text, text) -> integer", "DIFFERENCE"),
        scalar("initcap", "(text) -> text", "r_INITCAP"),
        scalar("left", "(text, integer) -> text", "r_LEFT"),
        scalar("len", "(bytes) -> integer", "r_LEN"),
        scalar("length", "(bytes) -> integer", "r_LENGTH"),
        scalar("lower", "(text) -> first", "r_LOWER"),
        scalar("lpad", "(text, integer, text?) -> varchar", "r_LPAD"),
        scalar("ltrim", "(text, text?) -> text", "r_LTRIM"),
        scalar("octet_length", "(bytes) -> integer", "r_OCTET_LENGTH"),
        scalar("octetindex", "(bytes, bytes) -> integer", "OCTETINDEX"),
        scalar("position", "(bytes, bytes) -> integer", "r_POSITION"),
        scalar("quote_ident", "(text) -> varchar", "r_QUOTE_IDENT"),
        scalar("quote_literal", "(text) -> varchar", "r_QUOTE_LITERAL"),
        scalar(
            "regexp_count",
            "(text, text, integer?, text?) -> integer",
            "REGEXP_COUNT",
        ),
        scalar(
            "regexp_instr",
            "(text, text, integer?, integer?, integer?, text?) -> integer",
            "REGEXP_INSTR",
        ),
        scalar(
            "regexp_replace",
            "(text, text, text?, integer?, text?) -> varchar",
            "REGEXP_REPLACE",
        ),
        scalar(
            "regexp_substr",
            "(text, text, integer?, integer?, text?) -> varchar",
            "REGEXP_SUBSTR",
        ),
        scalar("repeat", "(text, integer) -> varchar", "r_REPEAT"),
        scalar("replace", "(text, text, text) -> varchar", "r_REPLACE"),
        scalar("replicate", "(text, integer) -> varchar", "r_REPLICATE"),
        scalar("reverse", "(any) -> text", "r_REVERSE"),
        scalar("right", "(text, integer) -> text", "r_LEFT"),
        scalar("rpad", "(text, integer, text?) -> varchar", "r_LPAD"),
        scalar("rtrim", "(text, text?) -> text", "r_RTRIM"),
        scalar("soundex", "(text) -> char(4)", "SOUNDEX"),
        scalar("split_part", "(text, text, integer) -> text", "SPLIT_PART"),
        scalar("strpos", "(text, text) -> integer", "r_STRPOS"),
        scalar("strtol", "(text, integer) -> bigint", "r_STRTOL"),
        scalar("substr", "(bytes, integer, integer?) -> text", "r_SUBSTR"),
        scalar(
            "substring",
            "(bytes, integer, integer?) -> text",
            "r_SUBSTRING",
        ),
        scalar("textlen", "(text) -> integer", "r_TEXTLEN"),
        scalar("translate", "(text, text, text) -> varchar", "r_TRANSLATE"),
        scalar("trim", "(text, text?) -> text", "r_TRIM"),
        scalar("upper", "(text) -> first", "r_UPPER"),
    ],
};

/// Functions that ran on the leader node alone (AWS page: `String functions`).
pub(super) const ENDED: Chapter = Chapter {
    title: "Deprecated string functions of the leader node",
    page: "c_SQL_functions_leader_node_only",
    functions: &[
        scalar(
            "get_byte",
            "(any, integer) -> integer",
            "String_functions_header",
        )
        .ended("`getbit` reads a bit of a VARBYTE"),
        scalar(
            "set_bit",
            "(any, integer, integer) -> unknown",
            "String_functions_header",
        )
        .ended("there is nothing for it; change the value where it is made"),
        scalar(
            "set_byte",
            "(any, integer, integer) -> unknown",
            "String_functions_header",
        )
        .ended("there is nothing for it; change the value where it is made"),
        scalar(
            "to_ascii",
            "(text, text?) -> varchar",
            "String_functions_header",
        )
        .ended("`translate` replaces characters"),
    ],
};
