//! Time, so that a simulation can own it.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

/// Tells the time and waits.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The present moment, in UTC. It may differ from the clocks of other processes.
    fn now(&self) -> Timestamp;
    /// Returns once `duration` has passed on this clock.
    async fn sleep(&self, duration: Duration);
}
