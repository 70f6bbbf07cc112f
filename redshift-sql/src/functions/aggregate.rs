//! Aggregate functions and bit-wise aggregate functions (AWS pages: `Aggregate functions`, `Bit-wise
//! aggregate functions`, `Aggregation extensions`).
//!
//! Those that the page `Window functions` lists as well take OVER.

use super::{Chapter, Clause, Function, Over, aggregate, scalar};

pub(super) const CHAPTER: Chapter = Chapter {
    title: "Aggregate functions",
    page: "c_Aggregate_Functions",
    functions: &[
        aggregate("any_value", "(any) -> first", "r_ANY_VALUE"),
        framed("avg", "(number) -> average", "r_AVG"),
        framed("count", "(any) -> bigint", "r_COUNT"),
        scalar(
            "grouping",
            "(any, any...) -> integer",
            "r_GROUP_BY_aggregation-extensions",
        ),
        scalar(
            "grouping_id",
            "(any, any...) -> integer",
            "r_GROUP_BY_aggregation-extensions",
        ),
        aggregate("listagg", "(any, text?) -> varchar", "r_LISTAGG")
            .over(Over::Partitioned)
            .within_group(Clause::Optional),
        framed("max", "(any) -> first", "r_MAX"),
        aggregate(
            "median",
            "(moment) -> first | (number) -> unknown",
            "r_MEDIAN",
        )
        .over(Over::Partitioned),
        framed("min", "(any) -> first", "r_MIN"),
        aggregate(
            "percentile_cont",
            "(number) -> unknown",
            "r_PERCENTILE_CONT",
        )
        .over(Over::Partitioned)
        .within_group(Clause::Required),
        aggregate(
            "percentile_disc",
            "(number) -> unknown",
            "r_APPROXIMATE_PERCENTILE_DISC",
        )
        .over(Over::Partitioned)
        .within_group(Clause::Required),
        framed("stddev", "(number) -> double", "r_STDDEV_functions"),
        framed("stddev_pop", "(number) -> double", "r_STDDEV_functions"),
        framed("stddev_samp", "(number) -> double", "r_STDDEV_functions"),
        framed("sum", "(number) -> sum", "r_SUM"),
        framed("var_pop", "(number) -> double", "r_VARIANCE_functions"),
        framed("var_samp", "(number) -> double", "r_VARIANCE_functions"),
        framed("variance", "(number) -> double", "r_VARIANCE_functions"),
    ],
};

pub(super) const BIT_WISE: Chapter = Chapter {
    title: "Bit-wise aggregate functions",
    page: "c_bitwise_aggregate_functions",
    functions: &[
        aggregate("bit_and", "(integer) -> first", "r_BIT_AND"),
        aggregate("bit_or", "(integer) -> first", "r_BIT_OR"),
        aggregate("bool_and", "(any) -> boolean", "r_BOOL_AND"),
        aggregate("bool_or", "(any) -> boolean", "r_BOOL_OR"),
    ],
};

const fn framed(name: &'static str, signatures: &'static str, page: &'static str) -> Function {
    aggregate(name, signatures, page).over(Over::Framed)
}
