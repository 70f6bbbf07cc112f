//! JSON functions and object functions (AWS pages: `JSON functions`, `Object functions`).

use super::{Chapter, grammar, scalar};

pub(super) const CHAPTER: Chapter = Chapter {
    title: "JSON functions",
    page: "json-functions",
    functions: &[
        scalar("can_json_parse", "(bytes) -> boolean", "CAN_JSON_PARSE"),
        scalar("is_valid_json", "(text) -> boolean", "IS_VALID_JSON"),
        scalar(
            "is_valid_json_array",
            "(text) -> boolean",
            "IS_VALID_JSON_ARRAY",
        ),
        scalar(
            "json_array_length",
            "(text, boolean?) -> integer",
            "JSON_ARRAY_LENGTH",
        ),
        scalar(
            "json_extract_array_element_text",
            "(text, integer, boolean?) -> varchar",
            "JSON_EXTRACT_ARRAY_ELEMENT_TEXT",
        ),
        scalar(
            "json_extract_path_text",
            "(text, text, any...) -> varchar",
            "JSON_EXTRACT_PATH_TEXT",
        ),
        scalar("json_parse", "(bytes) -> super", "JSON_PARSE"),
        scalar("json_serialize", "(super) -> varchar", "JSON_SERIALIZE"),
        scalar(
            "json_serialize_to_varbyte",
            "(super) -> varbyte",
            "JSON_SERIALIZE_TO_VARBYTE",
        ),
    ],
};

pub(super) const OBJECT: Chapter = Chapter {
    title: "Object functions",
    page: "Object_Functions",
    functions: &[
        scalar(
            "lower_attribute_names",
            "(super) -> super",
            "r_lower_attribute_names",
        ),
        scalar("object", "(any...) -> super", "r_object_function"),
        grammar(
            "object_transform",
            "object_transform(object [keep path, …] [set path, value, …])",
            "r_object_transform_function",
        ),
        scalar(
            "upper_attribute_names",
            "(super) -> super",
            "r_upper_attribute_names",
        ),
    ],
};
