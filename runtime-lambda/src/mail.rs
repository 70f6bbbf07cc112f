//! The message of a run's end: a text for everybody, and HTML for mail programs. Both are the first glance of
//! the run's page, what failed and what to do about it, and the signals.
//!
//! In HTML, styles stand at the elements, there is no script, no picture, and nothing that is fetched. Every
//! text in it is escaped.

use handlebars::{Handlebars, no_escape};
use serde::Serialize;

use crate::report::{Page, register_helpers};
use crate::state::RunStatus;

/// The text.
const TEXT: &str = include_str!("../../templates/mail.txt.hbs");

/// The HTML.
const HTML: &str = include_str!("../../templates/mail.html.hbs");

/// How grave the signals are, in a few words.
const SEVERITIES: &str = "{{#if counts.critical}}{{counts.critical}} critical{{#if (or counts.warning counts.info)}}, {{/if}}{{/if}}{{#if counts.warning}}{{counts.warning}} {{plural counts.warning \"warning\" \"warnings\"}}{{#if counts.info}}, {{/if}}{{/if}}{{#if counts.info}}{{counts.info}} info{{/if}}";

/// Steps and signals that a message names before it says how many more there are.
const NAMED: usize = 20;

/// What the templates are given.
#[derive(Debug, Serialize)]
struct Message<'a> {
    #[serde(flatten)]
    page: &'a Page,
    /// How the run ended, in words.
    ended: &'a str,
    /// Where its page lies.
    report: &'a str,
    /// Whether that is an address for a browser.
    is_link: bool,
    is_finished: bool,
    most: usize,
}

/// The message about the end of a run as text and as HTML; `ended` says in words how it ended, and `report`
/// is where its page lies.
#[must_use]
pub fn message(page: &Page, ended: &str, report: &str) -> (String, String) {
    let message = Message {
        page,
        ended,
        report,
        is_link: report.starts_with("https://"),
        is_finished: page.status == RunStatus::Finished,
        most: NAMED,
    };
    let mut handlebars = Handlebars::new();
    register_helpers(&mut handlebars);
    // The templates are this crate's own, and a test renders each.
    let _ = handlebars.register_partial("severities", SEVERITIES);
    let html = handlebars.render_template(HTML, &message);
    handlebars.register_escape_fn(no_escape);
    let text = handlebars.render_template(TEXT, &message);
    let bare = || format!("Pipeline {} {ended}.\n\nReport: {report}\n", page.pipeline);
    (text.unwrap_or_else(|_| bare()), html.unwrap_or_default())
}

/// A text as a mail.
#[must_use]
pub fn of_text(text: &str) -> String {
    let text = handlebars::html_escape(text);
    format!(
        "<pre style=\"font:14px/1.5 sans-serif;white-space:pre-wrap;margin:24px\">{text}</pre>\n"
    )
}
