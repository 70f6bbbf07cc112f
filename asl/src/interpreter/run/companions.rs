//! Executions that were started without waiting for them. Whoever is polled
//! polls them too.

use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;

use crate::interpreter::registry::Registry;

/// Detached executions in the care of one future. Those that outlive it go
/// back to the registry.
pub struct Companions {
    registry: Arc<Registry>,
    running: FuturesUnordered<BoxFuture<'static, ()>>,
}

impl Companions {
    pub fn new(registry: Arc<Registry>) -> Self {
        Self {
            registry,
            running: FuturesUnordered::new(),
        }
    }

    /// Moves them all; ready once none is left.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let new = std::mem::take(&mut *self.registry.detached.lock());
            self.running.extend(new);
            match self.running.poll_next_unpin(context) {
                Poll::Ready(Some(())) => {}
                Poll::Ready(None) if self.registry.detached.lock().is_empty() => {
                    return Poll::Ready(());
                }
                Poll::Ready(None) => {}
                Poll::Pending if self.registry.detached.lock().is_empty() => {
                    return Poll::Pending;
                }
                Poll::Pending => {}
            }
        }
    }
}

impl Drop for Companions {
    fn drop(&mut self) {
        let left = std::mem::take(&mut self.running);
        self.registry.detached.lock().extend(left);
    }
}
