//! Hash functions and HyperLogLog functions (AWS pages: `Hash functions`, `HyperLogLog functions`).

use super::{Chapter, aggregate, scalar};

pub(super) const CHAPTER: Chapter = Chapter {
    title: "Hash functions",
    page: "hash-functions",
    functions: &[
        scalar("checksum", "(any) -> integer", "r_CHECKSUM"),
        scalar(
            "farmfingerprint64",
            "(bytes) -> bigint",
            "r_FARMFINGERPRINT64",
        ),
        scalar("fnv_hash", "(any, integer?) -> bigint", "r_FNV_HASH"),
        scalar("func_sha1", "(bytes) -> varchar(40)", "FUNC_SHA1"),
        scalar("md5", "(bytes) -> varchar(32)", "r_MD5"),
        scalar(
            "murmur3_32_hash",
            "(any, integer?) -> integer",
            "MURMUR3_32_HASH",
        ),
        scalar("sha", "(bytes) -> varchar(40)", "SHA"),
        scalar("sha1", "(bytes) -> varchar(40)", "SHA1"),
        scalar("sha2", "(bytes, integer) -> varchar(128)", "SHA2"),
    ],
};

pub(super) const HYPER_LOG_LOG: Chapter = Chapter {
    title: "HyperLogLog functions",
    page: "hyperloglog-functions",
    functions: &[
        aggregate("hll", "(any) -> bigint", "r_HLL_function"),
        scalar(
            "hll_cardinality",
            "(hllsketch) -> bigint",
            "r_HLL_CARDINALITY",
        ),
        aggregate("hll_combine", "(hllsketch) -> hllsketch", "r_HLL_COMBINE"),
        scalar(
            "hll_combine_sketches",
            "(hllsketch, hllsketch) -> hllsketch",
            "r_HLL_COMBINE_SKETCHES",
        ),
        aggregate(
            "hll_create_sketch",
            "(any) -> hllsketch",
            "r_HLL_CREATE_SKETCH",
        ),
    ],
};
