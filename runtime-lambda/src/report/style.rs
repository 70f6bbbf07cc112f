//! What a pipeline says about the looks of its page.

use serde::{Deserialize, Serialize};

/// What a pipeline says about the looks of its page.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportStyle {
    /// The heading; without it the pipeline's name.
    pub title: Option<String>,
    /// A picture beside the heading, as an address of the kind `data:image/png;base64,…`.
    pub logo: Option<String>,
    /// The sections in their order; without it all of them.
    pub sections: Option<Vec<Section>>,
}

/// A section of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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

impl Section {
    /// All of them in their order.
    pub const ALL: [Self; 6] = [
        Self::Failures,
        Self::Signals,
        Self::Timeline,
        Self::Order,
        Self::Steps,
        Self::Details,
    ];
}

impl ReportStyle {
    /// Whether nothing is said.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// The sections in their order.
    #[must_use]
    pub fn sections(&self) -> Vec<Section> {
        self.sections
            .clone()
            .unwrap_or_else(|| Section::ALL.to_vec())
    }
}
