//! The first page: all pipelines, each with its last run.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{RawQuery, State};
use axum::response::{Html, IntoResponse};
use futures_util::stream::{self, StreamExt as _};
use serde_json::{Value, json};

use super::live::{self, Pace};
use super::pages::{PageFrame, ProblemPage, rendered};
use super::runs::{end_dead, listed, seen_in};
use super::site::{Opened, PlaceName, Site};
use super::tree::ListedPipeline;
use crate::commands::runs::status;
use crate::commands::session::EarlyEnd;
use crate::diagnostic::Diagnostic;

/// Pipelines that are read at the same time.
const AT_ONCE: usize = 8;

/// Address of the first page.
const PAGE: &str = "/";

/// The page that lists every pipeline with its last run.
pub async fn page(State(site): State<Arc<Site>>) -> Result<Html<String>, ProblemPage> {
    let began = Instant::now();
    let (entries, is_cut) = site.entries();
    let seen = live::mark(&pulse(&site).await);
    let pipelines: Vec<Value> = stream::iter(with_places(&site, entries))
        .map(|(place, entry)| line(&site, place, entry))
        .buffered(AT_ONCE)
        .collect()
        .await;
    let content = rendered(
        "pipelines",
        &json!({
            "pipelines": pipelines,
            "folder": std::fs::canonicalize(&site.of.path).unwrap_or_else(|_| site.of.path.clone()),
            "is_cut": is_cut,
            "deployed": site.deployed.len(),
        }),
    )?;
    site.costed(PAGE, began.elapsed());
    let frame = PageFrame {
        title: "Pipelines".to_owned(),
        here: "pipelines".to_owned(),
        events: Some(format!("/events?seen={seen}")),
        ..PageFrame::default()
    };
    Ok(frame.around(&content)?)
}

/// What tells the page that it is old.
pub async fn events(State(site): State<Arc<Site>>, RawQuery(query): RawQuery) -> impl IntoResponse {
    let pace = Pace::of_list(&site.places);
    live::follow(site, PAGE.to_owned(), seen_in(query), pace, async |site| {
        Ok(pulse(&site).await)
    })
}

/// Each pipeline at each place.
fn with_places(site: &Site, entries: Vec<ListedPipeline>) -> Vec<(PlaceName, ListedPipeline)> {
    let places = &site.places;
    let deployed = site.deployed.iter();
    entries
        .into_iter()
        .flat_map(|entry| places.iter().map(move |place| (*place, entry.clone())))
        .chain(deployed.map(|entry| (PlaceName::Aws, entry.clone())))
        .collect()
}

/// The last run of each pipeline, as it stands.
async fn pulse(site: &Site) -> String {
    let entries = site.kept();
    let pulses: Vec<String> = stream::iter(with_places(site, entries))
        .map(async |(place, entry)| {
            let name = format!("{place} {}", entry.id);
            let pulse = match site.opened(place, entry).await {
                Ok(opened) => opened.runs.pulse(1).await.ok(),
                Err(_) => None,
            };
            format!("{name} {pulse:?}\n")
        })
        .buffered(AT_ONCE)
        .collect()
        .await;
    pulses.concat()
}

async fn line(site: &Site, place: PlaceName, entry: ListedPipeline) -> Value {
    let folder = entry.folder.clone();
    let href = format!("/{place}/{}/", entry.id);
    let unnamed = match folder.is_empty() {
        true => entry.id.clone(),
        false => folder.clone(),
    };
    let opened = match site.opened(place, entry).await {
        Ok(opened) => opened,
        Err(early) => {
            return json!({
                "name": unnamed,
                "href": href,
                "place": place.in_words(),
                "trouble": first(&early),
            });
        }
    };
    let last = match last(site, &opened).await {
        Ok(last) => last,
        Err(early) => json!({ "trouble": first(&early) }),
    };
    json!({
        "name": opened.runs.pipeline(),
        "href": href,
        "folder": folder,
        "place": place.in_words(),
        "trouble": last.get("trouble"),
        "last": last.get("run").map(|_| &last),
    })
}

async fn last(site: &Site, opened: &Opened) -> Result<Value, EarlyEnd> {
    end_dead(site, opened).await?;
    let (briefs, states) = status::latest(&opened.runs, 1).await?;
    let mut runs = briefs.iter().zip(&states);
    let last = runs
        .next()
        .map(|(brief, state)| listed(opened, brief, state));
    Ok(last.unwrap_or_default())
}

/// The first thing that is wrong, in a line.
fn first(early: &EarlyEnd) -> String {
    let mut all = early.diagnostics.iter();
    let first = all.next();
    first.map_or_else(String::new, |Diagnostic { code, message, .. }| {
        format!("{code}: {message}")
    })
}
