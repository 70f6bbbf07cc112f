//! Time as a Lambda sees it: the world's, perhaps a little off.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use runtime_lambda::ports::Clock;

use crate::world::World;

/// The clock of one Lambda.
pub struct WorldClock {
    world: Arc<World>,
    skew: SignedDuration,
}

impl WorldClock {
    /// A clock that is off by so many milliseconds.
    pub fn new(world: &Arc<World>, skew_ms: i64) -> Self {
        Self {
            world: Arc::clone(world),
            skew: SignedDuration::from_millis(skew_ms),
        }
    }
}

#[async_trait]
impl Clock for WorldClock {
    fn now(&self) -> Timestamp {
        let now = self.world.now();
        now.checked_add(self.skew).unwrap_or(now)
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
