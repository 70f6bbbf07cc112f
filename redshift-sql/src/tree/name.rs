//! Names of things.

use std::fmt;
use std::ops::Deref;

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
    pub parts: Parts,
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

/// The parts of a name, as a slice. Most names have one part, and most of a tree is names: one part
/// stands in its place, without an allocation.
#[derive(Clone, PartialEq, Eq)]
pub struct Parts(Held);

#[derive(Clone, PartialEq, Eq)]
enum Held {
    One(Name),
    Several(Box<[Name]>),
}

impl Parts {
    pub fn as_slice(&self) -> &[Name] {
        match &self.0 {
            Held::One(name) => std::slice::from_ref(name),
            Held::Several(names) => names,
        }
    }
}

impl Deref for Parts {
    type Target = [Name];

    fn deref(&self) -> &[Name] {
        self.as_slice()
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_slice().fmt(formatter)
    }
}

impl From<Name> for Parts {
    fn from(name: Name) -> Self {
        Self(Held::One(name))
    }
}

impl From<Vec<Name>> for Parts {
    fn from(mut names: Vec<Name>) -> Self {
        match names.pop() {
            Some(only) if names.is_empty() => Self(Held::One(only)),
            last => {
                names.extend(last);
                Self(Held::Several(names.into_boxed_slice()))
            }
        }
    }
}

impl FromIterator<Name> for Parts {
    fn from_iter<I: IntoIterator<Item = Name>>(names: I) -> Self {
        Self::from(names.into_iter().collect::<Vec<_>>())
    }
}

impl IntoIterator for Parts {
    type Item = Name;
    type IntoIter = std::vec::IntoIter<Name>;

    fn into_iter(self) -> Self::IntoIter {
        match self.0 {
            Held::One(name) => vec![name].into_iter(),
            Held::Several(names) => names.into_vec().into_iter(),
        }
    }
}
