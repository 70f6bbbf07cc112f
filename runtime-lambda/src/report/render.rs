//! A template, read once and rendered for each run.

use std::sync::{Arc, LazyLock};

use handlebars::Handlebars;

use super::page::Page;
use super::template::TEMPLATE;
use super::template_helpers;

/// The name under which the template is registered.
const NAME: &str = "report";

static USUAL: LazyLock<Arc<Renderer>> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "a test reads the template that is compiled in"
    )]
    let usual = Renderer::read(TEMPLATE).expect("the usual template can be read");
    Arc::new(usual)
});

/// A template of the page. What it inserts with two braces is escaped, so that it stays text.
#[derive(Debug)]
pub struct Renderer(Handlebars<'static>);

impl Renderer {
    /// Reads a template.
    ///
    /// # Errors
    /// What is wrong with it, in one sentence.
    pub fn read(template: &str) -> Result<Self, String> {
        let mut handlebars = Handlebars::new();
        template_helpers::register(&mut handlebars);
        handlebars
            .register_template_string(NAME, template)
            .map_err(|error| error.to_string())?;
        Ok(Self(handlebars))
    }

    /// The usual template. It is read once, as reading takes longer than rendering.
    #[must_use]
    pub fn usual() -> Arc<Self> {
        Arc::clone(&USUAL)
    }

    /// The page as HTML.
    ///
    /// # Errors
    /// What the template asks for and cannot be given, in one sentence.
    pub fn render(&self, page: &Page) -> Result<String, String> {
        self.0.render(NAME, page).map_err(|error| error.to_string())
    }
}
