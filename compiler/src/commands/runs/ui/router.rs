//! Which address is which page.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use super::pages::{self, ProblemPage};
use super::site::Site;
use super::{begin, compare, graph, guard, house, lists, results, run, runs};

/// The pages. The addresses of a run are those of its folder in the bucket, so that what its page links to
/// is found here, too.
pub fn router(site: Arc<Site>) -> Router {
    Router::new()
        .route("/", get(lists::page))
        .route("/events", get(lists::events))
        .route("/style.css", get(pages::style))
        .route("/script.js", get(pages::script))
        .route("/live.js", get(pages::live))
        .route("/{place}/{pipeline}/", get(runs::page))
        .route("/{place}/{pipeline}/events", get(runs::events))
        .route("/{place}/{pipeline}/graph", get(graph::page))
        .route("/{place}/{pipeline}/compare", get(compare::page))
        .route(
            "/{place}/{pipeline}/start",
            get(begin::start_page).post(begin::start),
        )
        .route("/{place}/{pipeline}/{run}/report/", get(run::page))
        .route("/{place}/{pipeline}/{run}/house/", get(house::page))
        .route("/{place}/{pipeline}/{run}/events", get(run::events))
        .route("/{place}/{pipeline}/{run}/stop", post(run::stop))
        .route(
            "/{place}/{pipeline}/{run}/resume",
            get(begin::resume_page).post(begin::resume),
        )
        .route("/{place}/{pipeline}/{run}/results/", get(results::page))
        .route(
            "/{place}/{pipeline}/{run}/results/{file}",
            get(results::file),
        )
        .route("/{place}/{pipeline}/{run}/rows/{step}", get(results::rows))
        .fallback(async || ProblemPage::no_page())
        .layer(from_fn_with_state(Arc::clone(&site.guard), guard::admit))
        .with_state(site)
}
