//! Crawlers, each with its last crawl.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

/// One crawler and its last crawl.
#[derive(Debug, Clone)]
pub struct Crawler {
    /// When the crawl began.
    pub began: Instant,
    /// How long its longest crawl takes that is left alone.
    pub longest: Duration,
    /// When the crawl ends.
    pub end: Instant,
    /// Whether the crawl ends with an error.
    pub fails: bool,
    /// Whether somebody stops it.
    pub stopped: bool,
    /// Whether that was asked before the crawl began: the request names a crawler, not a crawl, and may come late
    /// (AWS page: `StopCrawler`).
    pub meant_another: bool,
    /// Since when somebody has asked in vain that it be stopped: how often.
    pub stops_lost: u32,
    /// Input of the execution that started it.
    pub starter: Arc<Value>,
    /// When the state said first that the try of its starter has started it.
    pub noted: Option<Instant>,
    /// When the last crawl before it ended that ended well.
    pub ended_well: Option<Instant>,
}

impl Crawler {
    /// When a crawl has ended well, the last time that one has.
    pub fn last_good(&self, now: Instant) -> Option<Instant> {
        let is_good = !self.fails && !self.stopped && now >= self.end;
        is_good.then_some(self.end).or(self.ended_well)
    }

    /// Whether it was started for this try.
    pub fn is_of(&self, run: &str, step: &str, round: u32) -> bool {
        let text = |field: &str| self.starter.get(field).and_then(Value::as_str);
        let of_round = self.starter.get("round").and_then(Value::as_u64);
        (text("run"), text("step")) == (Some(run), Some(step)) && of_round == Some(round.into())
    }
}
