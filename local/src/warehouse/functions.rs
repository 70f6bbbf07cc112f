//! Functions that are written in Rust and registered with the engine, where its own SQL is not exact.
//!
//! Their names begin with `redshift_`, which no statement of a user can say: the dialect calls only
//! what the table of functions has. `redshift.sql` and the writer call them.

mod alternative;
mod arguments;
mod bytes;
mod clock;
mod farm_fingerprint;
mod hash;
mod moment;
mod murmur;
mod number;
mod pattern;
mod quotient;
mod random;
mod semistructured;
mod shift;
mod taken;
mod template;
mod text;

use duckdb::Connection;

use super::frozen::EngineClock;
use super::witness::Witness;

pub(super) use semistructured::without_blanks;

/// Registers all of them, once for a database.
pub(super) fn register(
    connection: &Connection,
    clock: &EngineClock,
    witness: &Witness,
) -> duckdb::Result<()> {
    alternative::register(connection)?;
    bytes::register(connection)?;
    clock::register(connection)?;
    farm_fingerprint::register(connection)?;
    hash::register(connection)?;
    murmur::register(connection)?;
    number::register(connection)?;
    moment::register(connection, clock)?;
    pattern::register(connection)?;
    quotient::register(connection)?;
    random::register(connection)?;
    semistructured::register(connection)?;
    shift::register(connection)?;
    taken::register(connection, witness)?;
    template::register(connection)?;
    text::register(connection)
}
