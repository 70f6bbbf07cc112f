//! Who may change a global state next. The lanes of a run share this process: one after the other writes,
//! and none writes in vain.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use runtime_lambda::ports::Turn;

type Queue = Arc<tokio::sync::Mutex<()>>;

/// The queue of each key.
#[derive(Debug, Default)]
pub struct Turns(Mutex<HashMap<String, Queue>>);

impl Turns {
    /// Waits for the turn to change `key`, first come, first served.
    pub async fn next(&self, key: &str) -> Turn {
        let queue = self.queue(key);
        Turn::new(queue.lock_owned().await)
    }

    fn queue(&self, key: &str) -> Queue {
        let mut queues = self.0.lock();
        if let Some(queue) = queues.get(key) {
            return Arc::clone(queue);
        }
        // Nobody holds or awaits the queues of runs that are over.
        queues.retain(|_, queue| Arc::strong_count(queue) > 1);
        Arc::clone(queues.entry(key.to_owned()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_turn_waits_for_the_one_before_it_and_for_no_other_key() {
        let turns = Turns::default();
        let first = turns.next("a").await;
        let other = turns.next("b").await;
        let mut second = std::pin::pin!(turns.next("a"));
        let waits = std::future::poll_fn(|context| {
            std::task::Poll::Ready(second.as_mut().poll(context).is_pending())
        });
        assert!(waits.await);
        drop(first);
        drop(second.await);
        drop(other);
        drop(turns.next("c").await);
        assert_eq!(turns.0.lock().len(), 1, "only the newest key is kept");
    }
}
