//! Templates: what TO_CHAR, TO_NUMBER, TO_DATE and TO_TIMESTAMP write and read by (AWS pages: `Numeric
//! format strings`, `Datetime format strings`; how they mean it is PostgreSQL's, `formatting.c`).
//!
//! `number` is a template of numbers, `write_number` and `read_number` are TO_CHAR and TO_NUMBER
//! with it. `moment` is a template of dates and times, `write_moment` and `read_moment` are the
//! others. The dialect reads templates to refuse bad ones by name; the functions of the warehouse
//! write and read values by them.

pub(crate) mod moment;
pub(crate) mod number;
pub(crate) mod read_moment;
pub(crate) mod read_number;
mod roman;
pub(crate) mod write_moment;
pub(crate) mod write_number;

/// The text up to the quote that ends it, and what is behind it.
fn literal(quoted: &str) -> Result<(&str, &str), String> {
    quoted
        .split_once('"')
        .ok_or_else(|| "a quoted part of a template has no end".to_owned())
}
