//! Which delivery of an event is at work: a value of the task that it runs in; and whether one outlives its caller.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// What becomes of a delivery when its caller is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calling {
    /// It goes on, as in AWS.
    Outlives,
    /// It ends, as on a laptop.
    Aborts,
}

/// One delivery of an event to the Lambda; the same event may have several.
#[derive(Debug, Default)]
pub struct EventDelivery {
    /// What it is for, such as `submit load r1`.
    pub label: String,
    /// What tells it from others of the same label.
    pub tag: String,
    /// Whether it was killed: what it had in mind to do is not done.
    died: AtomicBool,
    /// How often it has read the global state of its run.
    reads: AtomicU32,
    /// How often it has written it.
    writes: AtomicU32,
}

/// How often a delivery has read and written the global state of its run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Touched {
    /// How often it has read the state.
    pub reads: u32,
    /// How often it has written the state.
    pub writes: u32,
}

impl Touched {
    /// As many as either has.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self {
            reads: self.reads.max(other.reads),
            writes: self.writes.max(other.writes),
        }
    }
}

impl EventDelivery {
    /// A delivery of the event with this label.
    pub fn new(label: &str, tag: String) -> Arc<Self> {
        Arc::new(Self {
            label: label.to_owned(),
            tag,
            died: AtomicBool::new(false),
            reads: AtomicU32::new(0),
            writes: AtomicU32::new(0),
        })
    }

    /// Notes that it has asked for the state.
    pub fn reads(&self) {
        self.reads.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes that it has sent the state.
    pub fn writes(&self) {
        self.writes.fetch_add(1, Ordering::Relaxed);
    }

    /// How often it has done so.
    pub fn touched(&self) -> Touched {
        Touched {
            reads: self.reads.load(Ordering::Relaxed),
            writes: self.writes.load(Ordering::Relaxed),
        }
    }

    /// Notes that it was killed.
    pub fn dies(&self) {
        self.died.store(true, Ordering::Relaxed);
    }

    /// Whether it was killed.
    pub fn is_dead(&self) -> bool {
        self.died.load(Ordering::Relaxed)
    }
}

tokio::task_local! {
    /// The delivery whose future is polled.
    pub static HERE: Arc<EventDelivery>;
}

/// The delivery at work, if one is.
pub fn here() -> Option<Arc<EventDelivery>> {
    HERE.try_with(Arc::clone).ok()
}

/// Its name in a story.
pub fn who() -> String {
    HERE.try_with(|delivery| format!("{}{}", delivery.label, delivery.tag))
        .unwrap_or_else(|_| "-".to_owned())
}
