//! The message of a run's end: a text for everybody, and HTML for mail programs. Both are the first glance of
//! the run's page, what failed and what to do about it, and the signals.
//!
//! In HTML, styles stand at the elements, there is no script, no picture, and nothing that is fetched. Every
//! text in it is escaped.

use std::sync::LazyLock;

use handlebars::{Handlebars, no_escape};
use serde::Serialize;

use crate::report::{Page, register_helpers};
use crate::state::RunStatus;

/// Template of the message as plain text.
const TEXT: &str = include_str!("../../templates/mail.txt.hbs");

/// Template of the message as HTML.
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

/// The templates, read once. They are this crate's own, and a test renders each.
static TEMPLATES: LazyLock<Handlebars<'static>> = LazyLock::new(|| {
    let mut handlebars = Handlebars::new();
    register_helpers(&mut handlebars);
    for (name, template) in [("severities", SEVERITIES), ("html", HTML), ("text", TEXT)] {
        let _ = handlebars.register_template_string(name, template);
    }
    handlebars
});

/// The same for texts, in which nothing is escaped.
static TEXTS: LazyLock<Handlebars<'static>> = LazyLock::new(|| {
    let mut handlebars = TEMPLATES.clone();
    handlebars.register_escape_fn(no_escape);
    handlebars
});

/// The end of a run, to be told.
#[derive(Debug, Clone, Copy)]
pub struct RunEnd<'a> {
    /// What is known of it.
    pub page: &'a Page,
    /// How it ended, in words.
    pub ended: &'a str,
    /// Where its page lies.
    pub report: &'a str,
}

impl RunEnd<'_> {
    /// The message as a text.
    #[must_use]
    pub fn text(&self) -> String {
        let text = TEXTS.render("text", &self.message());
        text.unwrap_or_else(|_| {
            let (pipeline, ended) = (&self.page.pipeline, self.ended);
            format!("Pipeline {pipeline} {ended}.\n\nReport: {}\n", self.report)
        })
    }

    /// The message as HTML.
    #[must_use]
    pub fn html(&self) -> String {
        let html = TEMPLATES.render("html", &self.message());
        html.unwrap_or_default()
    }

    fn message(&self) -> Message<'_> {
        Message {
            page: self.page,
            ended: self.ended,
            report: self.report,
            is_link: self.report.starts_with("https://"),
            is_finished: self.page.status == RunStatus::Finished,
            most: NAMED,
        }
    }
}

/// A text as a mail.
#[must_use]
pub fn of_text(text: &str) -> String {
    let text = handlebars::html_escape(text);
    format!(
        "<pre style=\"font:14px/1.5 sans-serif;white-space:pre-wrap;margin:24px\">{text}</pre>\n"
    )
}
