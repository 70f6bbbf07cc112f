//! Which delivery of an event is at work: a value of the task that it runs in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// One delivery of an event to the Lambda; the same event may have several.
#[derive(Debug, Default)]
pub struct Delivery {
    /// What it is for, such as `submit load r1`.
    pub label: String,
    /// What tells it from others of the same label.
    pub tag: String,
    /// Whether it was killed: what it had in mind to do is not done.
    died: AtomicBool,
}

impl Delivery {
    /// A delivery of the event with this label.
    pub fn new(label: &str, tag: String) -> Arc<Self> {
        Arc::new(Self {
            label: label.to_owned(),
            tag,
            died: AtomicBool::new(false),
        })
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
    pub static HERE: Arc<Delivery>;
}

/// The delivery at work, if one is.
pub fn here() -> Option<Arc<Delivery>> {
    HERE.try_with(Arc::clone).ok()
}

/// Its name in a story.
pub fn who() -> String {
    HERE.try_with(|delivery| format!("{}{}", delivery.label, delivery.tag))
        .unwrap_or_else(|_| "-".to_owned())
}
