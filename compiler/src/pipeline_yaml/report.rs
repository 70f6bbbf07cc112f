//! What the page of a run looks like in this house.

use schemars::JsonSchema;
use serde::Deserialize;

/// What the page of a run looks like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// A handlebars template that takes the place of sfc's own, relative to the folder of this file.
    /// `docs/report.md` says what it is given.
    #[serde(default)]
    #[schemars(example = &"house.html.hbs")]
    pub template: Option<String>,
    /// The heading; without it the pipeline's name.
    #[serde(default)]
    #[schemars(example = &"Nightly sales")]
    pub title: Option<String>,
    /// A picture that stands beside the heading: a file of SVG or PNG of at most 32 KiB, which becomes a
    /// part of the page.
    #[serde(default)]
    #[schemars(example = &"logo.svg")]
    pub logo: Option<String>,
    /// The sections of the page in their order; without it all of them.
    #[serde(default)]
    pub sections: Option<Vec<Section>>,
}

/// A section of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// What failed, and what to do about it.
    Failures,
    /// The signals that were seen.
    Signals,
    /// What each lane did when.
    Timeline,
    /// The order of the steps as a picture.
    Order,
    /// The steps, one line each.
    Steps,
    /// SQL, tries and results of each step.
    Details,
}
