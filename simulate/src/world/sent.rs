//! Messages that went out.

use std::sync::Arc;

use crate::delivery::EventDelivery;

/// A message that went out.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The run that it is about: `<pipeline>/<run id>`.
    pub key: String,
    /// Name of the recipient.
    pub to: String,
    /// How it says that the run ended.
    pub status: String,
    /// Whether its sender heard that it went out.
    pub answered: bool,
    /// Its sender, who may have died before it could note that.
    pub sender: Option<Arc<EventDelivery>>,
}
