//! Which parts of a value are referred to.

use indexmap::IndexMap;

/// Which parts of a value are referred to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WantedParts {
    /// Whether all of the value is referred to.
    pub whole: bool,
    /// Only these fields of it.
    pub fields: IndexMap<String, WantedParts>,
}

impl WantedParts {
    /// Adds what these names lead to, or all of it if there are none.
    pub(super) fn add<'a>(&mut self, mut names: impl Iterator<Item = &'a str>) {
        match names.next() {
            None => self.whole = true,
            Some(name) => self.fields.entry(name.to_owned()).or_default().add(names),
        }
    }
}
