//! Tells a page that it is old, by server-sent events. The page then asks for itself again.
//!
//! A look costs a system call on this machine, or one small call of AWS. A page that took one second is
//! made again after [`SHARE`] seconds at the earliest. So following a run takes a small part of a core
//! whatever the run's size.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use runtime_lambda::keys::sha256;

use super::site::{PlaceName, Site};
use crate::commands::session::EarlyEnd;

/// Making a page takes at most one part in so many of the time.
const SHARE: u32 = 30;

/// How often somebody looks, and how old a page of something that goes on may get: times in it pass.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    look: Duration,
    least: Duration,
}

impl Pace {
    /// The pace for a run.
    pub fn of_run(place: PlaceName) -> Self {
        match place {
            PlaceName::Local => Self::of(500, 10),
            PlaceName::Aws => Self::of(2_000, 15),
        }
    }

    /// The pace for a list of runs.
    pub fn of_list(places: &[PlaceName]) -> Self {
        if places.contains(&PlaceName::Aws) {
            Self::of(10_000, 60)
        } else {
            Self::of(1_000, 30)
        }
    }

    fn of(look_milliseconds: u64, least_seconds: u64) -> Self {
        Self {
            look: Duration::from_millis(look_milliseconds),
            least: Duration::from_secs(least_seconds),
        }
    }
}

/// What a page is about, as short as an address needs it.
pub fn mark(pulse: &str) -> String {
    sha256(pulse.as_bytes()).chars().take(16).collect()
}

/// The events of a page that was made when its mark was `seen`. One named `changed` comes whenever
/// `pulse` says something else, or some time has passed.
pub fn follow<F>(
    site: Arc<Site>,
    page: String,
    seen: String,
    pace: Pace,
    pulse: impl Fn(Arc<Site>) -> F + Send + 'static,
) -> Sse<impl Stream<Item = Result<Event, Infallible>> + Send>
where
    F: Future<Output = Result<String, EarlyEnd>> + Send,
{
    let start = (seen, Instant::now(), pulse);
    let events = stream::unfold(start, move |(seen, told, pulse)| {
        let (site, page) = (Arc::clone(&site), page.clone());
        async move {
            loop {
                // What cannot be read now may be read later, and the page says why not.
                let now = match pulse(Arc::clone(&site)).await {
                    Ok(now) => mark(&now),
                    Err(_) => "unreadable".to_owned(),
                };
                let is_news = now != seen || told.elapsed() >= pace.least;
                if is_news && told.elapsed() >= site.cost(&page) * SHARE {
                    let event = Event::default().event("changed").data(&now);
                    return Some((Ok(event), (now, Instant::now(), pulse)));
                }
                tokio::time::sleep(pace.look).await;
            }
        }
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}
