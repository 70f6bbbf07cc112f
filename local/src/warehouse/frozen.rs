//! A warehouse whose clock stands still, and whose sessions begin with a seed: the same statements give
//! the same values whenever they run. Tests ask for it, see [`super::Options::now`].

use std::sync::Arc;

use duckdb::Connection;
use jiff::Timestamp;
use parking_lot::Mutex;

use super::Shared;
use super::failure::StatementFailure;

/// The clock that functions in Rust look at. One engine has one.
#[derive(Debug, Clone, Default)]
pub(super) struct EngineClock(Arc<Mutex<Option<Timestamp>>>);

impl EngineClock {
    /// Lets it stand still at a moment, or go on.
    pub(super) fn set(&self, moment: Option<Timestamp>) {
        *self.0.lock() = moment;
    }

    /// What the clock shows: its own moment, or the real time where it does not stand still.
    pub(super) fn now(&self) -> Timestamp {
        let moment = *self.0.lock();
        moment.unwrap_or_else(Timestamp::now)
    }
}

/// Tells a new session of the engine. Its macro `redshift.now` reads the variable.
pub(super) fn tell(shared: &Shared, connection: &Connection) -> Result<(), StatementFailure> {
    if let Some(now) = shared.options.now {
        connection.execute_batch(&format!(
            "set variable redshift_now = timestamptz '{}'",
            now.strftime("%Y-%m-%d %H:%M:%S%.6f+00")
        ))?;
    }
    if let Some(seed) = shared.options.seed {
        connection.execute_batch(&format!("select redshift.set_seed({seed:?}::double)"))?;
    }
    Ok(())
}
