//! Names of things.

use smol_str::SmolStr;

use crate::Span;

/// A name as it is compared: folded to lower case, without its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Its place, quotes included.
    pub span: Span,
    /// `Sales` and `"Sales"` are `sales` (AWS page: `Names and identifiers`; the session setting
    /// `enable_case_sensitive_identifier` is off unless somebody sets it). `{{name}}` stays as it is
    /// written.
    pub text: SmolStr,
    /// Whether it stands in double quotes.
    pub quoted: bool,
    /// Whether something is inserted into it, so that nobody knows what it says.
    pub inserted: bool,
}

impl Name {
    /// Whether it says this, given in lower case.
    pub fn is(&self, text: &str) -> bool {
        self.text == text
    }
}

/// The name of a table, function or the like: `name`, `schema.name` or `database.schema.name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectName {
    /// From the outermost to the name itself; never empty.
    pub parts: Vec<Name>,
    /// All of it.
    pub span: Span,
}

impl ObjectName {
    /// The last part: what it is called in its schema.
    pub fn name(&self) -> Option<&Name> {
        self.parts.last()
    }

    /// The schema, where it is given.
    pub fn schema(&self) -> Option<&Name> {
        self.parts
            .len()
            .checked_sub(2)
            .and_then(|at| self.parts.get(at))
    }

    /// The parts with dots between them, folded.
    pub fn text(&self) -> String {
        let parts: Vec<&str> = self.parts.iter().map(|part| part.text.as_str()).collect();
        parts.join(".")
    }

    /// Whether something is inserted into one of its parts.
    pub fn is_inserted(&self) -> bool {
        self.parts.iter().any(|part| part.inserted)
    }
}
