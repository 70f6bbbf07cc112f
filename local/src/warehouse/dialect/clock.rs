//! Times of day (AWS pages: `Datetime types`, "TIME" and "TIMETZ"; `Type compatibility and conversion`).
//!
//! In: `timetz '10:00+02'`, `z::time` of a TIMESTAMPTZ, `t::timetz`. Out: `cast('08:00:00+00' as timetz)`,
//! `cast(cast("z" as timestamp) as time)`, `redshift.clock_in_zone("t")`. A TIMETZ is kept in UTC.

use redshift_sql::tree::DataType;
use redshift_sql::types::Type;

use super::arithmetic::cast;
use super::calls::{call, own};
use super::fragment::TokenTree;
use super::moment;

/// A literal as a time of day; nothing for another type. What is no time fails where it is read.
pub(super) fn literal(text: &str, kind: &DataType) -> Option<Vec<TokenTree>> {
    let form = match kind {
        DataType::Time => moment::clock::local(text),
        DataType::TimeTz => moment::clock::normal(text),
        _ => return None,
    };
    let engine = if *kind == DataType::Time {
        "time"
    } else {
        "timetz"
    };
    let Some(form) = form else {
        let reason = format!("time field value out of range: \"{text}\"");
        return Some(cast(
            call("error", vec![vec![TokenTree::text(reason)]]),
            engine,
        ));
    };
    let is_in_utc = form.ends_with("+00");
    let form = vec![TokenTree::text(form)];
    Some(if *kind == DataType::TimeTz && !is_in_utc {
        own("clock_in_zone", vec![form])
    } else {
        cast(form, engine)
    })
}

/// A value of a type as a time of day; nothing where the engine's cast does it.
pub(super) fn of(nodes: &[TokenTree], from: Type, to: &DataType) -> Option<Vec<TokenTree>> {
    let text = || cast(nodes.to_vec(), "varchar");
    Some(match (from, to) {
        (Type::TimestampTz, DataType::Time) => cast(cast(nodes.to_vec(), "timestamp"), "time"),
        (Type::Timestamp | Type::TimestampTz, DataType::TimeTz) => {
            own("clock_tz", vec![nodes.to_vec()])
        }
        (Type::Time, DataType::TimeTz) => own("clock_in_zone", vec![nodes.to_vec()]),
        (from, DataType::Time) if from.is_text() => {
            cast(call("redshift_clock_local", vec![text()]), "time")
        }
        (from, DataType::TimeTz) if from.is_text() => own("text_timetz", vec![text()]),
        _ => return None,
    })
}
