//! Pages: templates, the frame around them, and what is said where something went wrong.

use std::sync::LazyLock;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use handlebars::Handlebars;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use runtime_lambda::report::{pieces, register_helpers};
use serde::Serialize;
use serde_json::{Value, json};

use crate::commands::session::EarlyEnd;
use crate::diagnostic::human;
use crate::exit::Exit;

/// The looks: those of a run's page, and what the other pages have beside them.
const STYLE: &str = concat!(include_str!("../../../../../templates/ui/ui.css"));

/// Follows what goes on.
const LIVE: &str = include_str!("../../../../../templates/ui/live.js");

/// What an address quotes in a part between two slashes.
const QUOTED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The templates, read once.
static TEMPLATES: LazyLock<Result<Handlebars<'static>, String>> = LazyLock::new(|| {
    let mut templates = Handlebars::new();
    register_helpers(&mut templates);
    let parted = |text: &str| format!("{}{text}", pieces::PARTS);
    let all = [
        (
            "actions",
            include_str!("../../../../../templates/ui/actions.html.hbs").to_owned(),
        ),
        (
            "compare",
            include_str!("../../../../../templates/ui/compare.html.hbs").to_owned(),
        ),
        (
            "frame",
            include_str!("../../../../../templates/ui/frame.html.hbs").to_owned(),
        ),
        (
            "graph",
            parted(include_str!("../../../../../templates/ui/graph.html.hbs")),
        ),
        (
            "pipelines",
            include_str!("../../../../../templates/ui/pipelines.html.hbs").to_owned(),
        ),
        (
            "problem",
            include_str!("../../../../../templates/ui/problem.html.hbs").to_owned(),
        ),
        (
            "results",
            include_str!("../../../../../templates/ui/results.html.hbs").to_owned(),
        ),
        (
            "rows",
            parted(include_str!("../../../../../templates/ui/rows.html.hbs")),
        ),
        ("run", parted(pieces::RUN)),
        (
            "runs",
            include_str!("../../../../../templates/ui/runs.html.hbs").to_owned(),
        ),
        (
            "start",
            include_str!("../../../../../templates/ui/start.html.hbs").to_owned(),
        ),
        (
            "waiting",
            include_str!("../../../../../templates/ui/waiting.html.hbs").to_owned(),
        ),
    ];
    for (name, text) in all {
        templates
            .register_template_string(name, text)
            .map_err(|error| error.to_string())?;
    }
    Ok(templates)
});

/// A page that is not one.
#[derive(Debug)]
pub struct ProblemPage {
    /// How HTTP says it.
    pub status: StatusCode,
    /// What is said, in lines.
    pub said: String,
    /// The page to go back to.
    pub back: Option<String>,
}

impl From<EarlyEnd> for ProblemPage {
    fn from(early: EarlyEnd) -> Self {
        Self {
            status: match early.exit {
                Exit::BadInput => StatusCode::BAD_REQUEST,
                Exit::RunFailed => StatusCode::CONFLICT,
                _ => StatusCode::BAD_GATEWAY,
            },
            said: human::render(&early.diagnostics, false),
            back: None,
        }
    }
}

impl From<String> for ProblemPage {
    fn from(said: String) -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            said,
            back: None,
        }
    }
}

impl ProblemPage {
    /// There is no such page.
    pub fn no_page() -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            said: "There is no such page.\n".to_owned(),
            back: Some("/".to_owned()),
        }
    }

    /// The same, with a way back.
    #[must_use]
    pub fn back_to(self, page: &str) -> Self {
        Self {
            back: Some(page.to_owned()),
            ..self
        }
    }
}

impl IntoResponse for ProblemPage {
    fn into_response(self) -> Response {
        let heading = match self.status {
            StatusCode::NOT_FOUND => "Not here",
            StatusCode::FORBIDDEN => "Not allowed",
            _ => "That did not work",
        };
        let content = rendered(
            "problem",
            &json!({ "heading": heading, "said": self.said, "back": self.back }),
        );
        let page = content.and_then(|content| {
            PageFrame {
                title: heading.to_owned(),
                ..PageFrame::default()
            }
            .around(&content)
        });
        match page {
            Ok(page) => (self.status, page).into_response(),
            Err(_) => (self.status, self.said).into_response(),
        }
    }
}

/// What is around the content of a page.
#[derive(Debug, Default)]
pub struct PageFrame {
    /// The title of the window.
    pub title: String,
    /// Where the page is: text and address of each page above it.
    pub way: Vec<(String, String)>,
    /// The name of the page itself, behind those.
    pub here: String,
    /// Where the page hears that it is old.
    pub events: Option<String>,
    /// Where its content begins, if not at `main`.
    pub skip: Option<&'static str>,
}

impl PageFrame {
    /// The page with this content.
    ///
    /// # Errors
    /// The template cannot be given what it asks for.
    pub fn around(&self, content: &str) -> Result<Html<String>, String> {
        let mut way: Vec<Value> = vec![json!({ "href": "/", "text": "sfc" })];
        for (text, href) in &self.way {
            way.push(json!({ "href": href, "text": text }));
        }
        if !self.here.is_empty() {
            way.push(json!({ "text": self.here }));
        }
        let page = json!({
            "title": self.title,
            "way": way,
            "events": self.events,
            "skip": self.skip.unwrap_or("#main"),
            "content": content,
        });
        rendered("frame", &page).map(Html)
    }
}

/// A template with these values.
///
/// # Errors
/// What the template asks for and cannot be given.
pub fn rendered(template: &str, values: &impl Serialize) -> Result<String, String> {
    let templates = TEMPLATES.as_ref().map_err(Clone::clone)?;
    templates
        .render(template, values)
        .map_err(|error| error.to_string())
}

/// A text as a part of an address, between two slashes.
pub fn segment(text: &str) -> String {
    utf8_percent_encode(text, QUOTED).to_string()
}

/// The style of all pages.
pub async fn style() -> Response {
    file(
        "text/css; charset=utf-8",
        format!("{}{STYLE}", pieces::STYLE),
    )
}

/// The script of all pages.
pub async fn script() -> Response {
    file("text/javascript; charset=utf-8", pieces::SCRIPT.to_owned())
}

/// The script of pages that change.
pub async fn live() -> Response {
    file("text/javascript; charset=utf-8", LIVE.to_owned())
}

/// A file that a page needs.
fn file(kind: &'static str, text: String) -> Response {
    (
        [(header::CONTENT_TYPE, HeaderValue::from_static(kind))],
        text,
    )
        .into_response()
}
