//! A template, read once and rendered for each run.

use handlebars::Handlebars;

use super::page::Page;
use super::template_helpers;

/// The name under which the template is registered.
const NAME: &str = "report";

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

    /// The page as HTML.
    ///
    /// # Errors
    /// What the template asks for and cannot be given, in one sentence.
    pub fn render(&self, page: &Page) -> Result<String, String> {
        self.0.render(NAME, page).map_err(|error| error.to_string())
    }
}
