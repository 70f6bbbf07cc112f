//! The page of a run in its house style: the pipeline's own template.
//!
//! A template is somebody's text, and may have scripts. So its page is in a sandbox of the browser,
//! as if it came from elsewhere. It has no cookie, asks nobody, and starts and stops nothing.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;
use runtime_lambda::keys;
use runtime_lambda::report::{self, Facts, Renderer, TEMPLATE};

use super::address::{RunAddress, known, run_in};
use super::pages::ProblemPage;
use super::site::Site;

/// What the page may do: show what is in it, and run what is in it.
const POLICY: &str = "sandbox allow-scripts allow-downloads; default-src 'none'; script-src 'unsafe-inline'; \
    style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; base-uri 'none'; \
    frame-ancestors 'none'";

/// Whether a run's pipeline has a template of its own.
pub fn has_one(facts: &Facts<'_>) -> bool {
    facts.plan.report_template.as_str() != keys::sha256(TEMPLATE.as_bytes())
}

/// The page of a run by the pipeline's own template.
pub async fn page(
    State(site): State<Arc<Site>>,
    Path((place, pipeline, run)): Path<RunAddress>,
) -> Result<Response, ProblemPage> {
    let opened = site.open(&place, &pipeline).await?;
    let run = run_in(&run)?;
    let back = format!("{}report/", opened.href_of(&run));
    let state = known(&site, &opened, &run).await?;
    let gathered = site.gathered(&opened, state).await?;
    let facts = gathered.facts(Timestamp::now());
    let key = keys::template(&facts.plan.report_template);
    let template = opened.runs.artifact(&key).await;
    let template = template.map_err(|early| ProblemPage::from(early).back_to(&back))?;
    let Some(template) = template else {
        return Err(ProblemPage::no_page().back_to(&back));
    };
    let html = String::from_utf8(template)
        .map_err(|error| error.to_string())
        .and_then(|template| Renderer::read(&template))
        .and_then(|template| template.render(&report::page(&facts)));
    let html = html.map_err(|why| {
        let said = format!("The template of this run cannot be used: {why}\n");
        ProblemPage::from(said).back_to(&back)
    })?;
    site.keep(&opened, gathered);
    let policy = [(header::CONTENT_SECURITY_POLICY, POLICY)];
    Ok((policy, Html(html)).into_response())
}
