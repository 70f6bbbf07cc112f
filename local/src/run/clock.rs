//! The real time, for actions and interpreter alike.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

/// The clock of this process, in UTC.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl runtime_lambda::ports::Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
