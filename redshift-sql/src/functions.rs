//! Redshift's functions: one table, and what is wrong with a call that needs no names to be seen.
//!
//! Source: AWS page `SQL functions reference` and the pages under it; one file a chapter. A line
//! holds what the page says:
//!
//! ```text
//! scalar("lpad", "(text, integer, text?) -> varchar", "r_LPAD")
//! ```
//!
//! The language of signatures is that of [`Signature`]. Functions of somebody's own are not here: a
//! caller asks its catalog about a name that [`find`] does not know.

mod aggregate;
mod array;
mod check;
mod conditional;
mod date;
mod elsewhere;
mod formatting;
mod hash;
mod json;
mod kinds;
mod math;
mod postgres;
mod reference;
mod signature;
mod spatial;
mod string;
mod super_type;
mod system;
mod varbyte;
mod window;

pub(crate) use check::of_elsewhere;
pub use check::{PERHAPS_OWN, check};
pub use kinds::check_types;
pub use reference::reference;
pub use signature::{Accepts, FunctionParameter, Returns, Signature};

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::types::Type;

/// A function of Redshift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Function {
    /// Its name in lower case.
    pub name: &'static str,
    /// What it makes of rows.
    pub kind: FunctionKind,
    /// Where it runs, and whether it still does.
    pub standing: FunctionStanding,
    /// How it is called: signatures with ` | ` between them, or, of what the grammar knows, the way
    /// that it is written.
    written: &'static str,
    /// The file name of its page in the Developer Guide, without the ending.
    pub page: &'static str,
    /// What OVER may stand behind it.
    pub over: Over,
    /// Whether WITHIN GROUP may stand behind it.
    pub within_group: Clause,
    /// Whether IGNORE NULLS may stand behind it.
    pub ignores_nulls: bool,
    /// Why it is here although the guide does not document it, or what to use instead of it.
    pub note: &'static str,
}

/// What a function makes of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FunctionKind {
    /// A value of a row.
    Scalar,
    /// A value of many rows.
    Aggregate,
    /// A value of a row and those around it; only with OVER.
    Window,
    /// A call that gives rows, in FROM.
    Table,
    /// No call: it is written without brackets, or with words between its arguments that only it
    /// has, such as `cast(a as b)`.
    Grammar,
}

/// Where a function runs, and whether it still does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FunctionStanding {
    /// Wherever a query runs.
    Everywhere,
    /// Only in queries that read no tables but those of the catalog (AWS page: `Leader node–only
    /// functions`).
    LeaderNode,
    /// It runs, but the guide does not document it.
    Undocumented,
    /// The guide says that it is no longer supported.
    Ended,
}

/// What OVER may stand behind a function (AWS page: `Window functions`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Over {
    /// No OVER at all.
    Never,
    /// Any; ORDER BY needs a frame.
    Framed,
    /// OVER with PARTITION BY alone.
    Partitioned,
    /// Any, and no frame is needed.
    Ranked,
    /// ORDER BY must be there.
    Ordered,
}

/// Whether a clause may stand behind a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Clause {
    /// It may not stand there.
    Never,
    /// It may stand there, or not.
    Optional,
    /// It must stand there.
    Required,
}

/// A chapter of the guide.
#[derive(Debug, Clone, Copy)]
pub struct Chapter {
    /// Title of the chapter, as on its AWS page.
    pub title: &'static str,
    /// The file name of its page, without the ending.
    pub page: &'static str,
    /// Functions of the chapter, one line each.
    pub functions: &'static [Function],
}

/// All functions, by chapter.
pub const ALL: &[&Chapter] = &[
    &aggregate::CHAPTER,
    &aggregate::BIT_WISE,
    &array::CHAPTER,
    &conditional::CHAPTER,
    &formatting::CHAPTER,
    &date::CHAPTER,
    &hash::CHAPTER,
    &hash::HYPER_LOG_LOG,
    &json::CHAPTER,
    &json::OBJECT,
    &system::MACHINE_LEARNING,
    &math::CHAPTER,
    &spatial::CHAPTER,
    &string::CHAPTER,
    &super_type::CHAPTER,
    &varbyte::CHAPTER,
    &window::CHAPTER,
    &system::ADMINISTRATION,
    &system::INFORMATION,
    &system::MASKING,
    &date::ENDED,
    &string::ENDED,
    &postgres::CHAPTER,
    &postgres::CASTS,
];

/// What to write instead of a function that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What does the work of a function that another database has.
    pub instead: Option<&'static str>,
    /// Functions whose names are near, the nearest first; at most three.
    pub nearest: Vec<&'static str>,
}

/// The function of a name in lower case.
///
/// `find("nvl")` is the function, `find("NVL")` is nothing.
pub fn find(name: &str) -> Option<&'static Function> {
    index().get(name).copied()
}

/// All functions in the order of the chapters.
pub fn all() -> impl Iterator<Item = &'static Function> {
    ALL.iter().flat_map(|chapter| chapter.functions)
}

/// What to write instead of a function that is not there; its name in lower case.
///
/// `string_agg` has `listagg(value, ', ') within group (order by …)` instead; `lenght` is near `length`.
pub fn suggest(name: &str) -> Suggestion {
    let most = (name.chars().count() / 4).clamp(1, 3);
    let mut near: Vec<(usize, &'static str)> = all()
        .filter(|function| {
            // Names whose lengths differ more are further away: most are not compared.
            function.name.len().abs_diff(name.len()) <= most
                && function.standing != FunctionStanding::Ended
        })
        .map(|function| {
            (
                strsim::damerau_levenshtein(name, function.name),
                function.name,
            )
        })
        .filter(|(distance, _)| *distance <= most)
        .collect();
    near.sort_unstable();
    Suggestion {
        instead: elsewhere::instead(name),
        nearest: near.into_iter().take(3).map(|(_, name)| name).collect(),
    }
}

/// The type of a function's result for arguments of these types: one for each argument, that of a
/// part of a date included. None where the table does not tell.
///
/// `sum` of an `integer` is `bigint`.
pub fn result_type(function: &Function, arguments: &[Type]) -> Option<Type> {
    let signatures = function.signatures();
    signatures
        .iter()
        .find(|signature| signature.takes(arguments))
        .or_else(|| {
            signatures
                .iter()
                .find(|signature| signature.takes_number(arguments.len()))
        })?
        .result(arguments)
}

/// Functions that other databases have, and what does their work; sorted by name.
///
/// One of them is `ifnull`, with "`nvl(…)` does this".
pub fn elsewhere() -> impl Iterator<Item = (&'static str, &'static str)> {
    elsewhere::ELSEWHERE.iter().copied()
}

fn index() -> &'static HashMap<&'static str, &'static Function> {
    static INDEX: OnceLock<HashMap<&'static str, &'static Function>> = OnceLock::new();
    INDEX.get_or_init(|| all().map(|function| (function.name, function)).collect())
}

impl Function {
    /// Its signatures; none of what the grammar knows.
    pub fn signatures(&self) -> Vec<Signature> {
        if self.kind == FunctionKind::Grammar {
            return Vec::new();
        }
        self.written
            .split(" | ")
            .filter_map(Signature::read)
            .collect()
    }

    /// How it is called, each way: `lpad(text, integer [, text])`.
    pub fn usage(&self) -> Vec<String> {
        if self.kind == FunctionKind::Grammar {
            return vec![self.written.to_owned()];
        }
        self.signatures()
            .iter()
            .map(|signature| format!("{}{signature}", self.name))
            .collect()
    }

    /// Address of its page in the Developer Guide.
    pub fn address(&self) -> String {
        format!("{}/{}.html", reference::GUIDE, self.page)
    }

    /// What it makes of rows, where it runs, and what is to be noted: `scalar, leader node only`.
    pub fn kind_words(&self) -> String {
        reference::kind(self)
    }

    /// On the leader node alone.
    const fn leader(mut self) -> Self {
        self.standing = FunctionStanding::LeaderNode;
        self
    }

    /// Not documented, and why it is here.
    const fn undocumented(mut self, why: &'static str) -> Self {
        self.standing = FunctionStanding::Undocumented;
        self.note = why;
        self
    }

    /// Ended, and what to use instead.
    const fn ended(mut self, instead: &'static str) -> Self {
        self.standing = FunctionStanding::Ended;
        self.note = instead;
        self
    }

    const fn note(mut self, note: &'static str) -> Self {
        self.note = note;
        self
    }

    const fn over(mut self, over: Over) -> Self {
        self.over = over;
        self
    }

    const fn within_group(mut self, clause: Clause) -> Self {
        self.within_group = clause;
        self
    }

    const fn ignores_nulls(mut self) -> Self {
        self.ignores_nulls = true;
        self
    }
}

const fn function(
    name: &'static str,
    kind: FunctionKind,
    written: &'static str,
    page: &'static str,
) -> Function {
    Function {
        name,
        kind,
        standing: FunctionStanding::Everywhere,
        written,
        page,
        over: Over::Never,
        within_group: Clause::Never,
        ignores_nulls: false,
        note: "",
    }
}

const fn scalar(name: &'static str, signatures: &'static str, page: &'static str) -> Function {
    function(name, FunctionKind::Scalar, signatures, page)
}

const fn aggregate(name: &'static str, signatures: &'static str, page: &'static str) -> Function {
    function(name, FunctionKind::Aggregate, signatures, page)
}

const fn window(
    name: &'static str,
    signatures: &'static str,
    page: &'static str,
    over: Over,
) -> Function {
    function(name, FunctionKind::Window, signatures, page).over(over)
}

const fn table(name: &'static str, signatures: &'static str, page: &'static str) -> Function {
    function(name, FunctionKind::Table, signatures, page)
}

const fn grammar(name: &'static str, written: &'static str, page: &'static str) -> Function {
    function(name, FunctionKind::Grammar, written, page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_signature_is_of_the_language() {
        for function in all().filter(|function| function.kind != FunctionKind::Grammar) {
            for written in function.written.split(" | ") {
                assert!(
                    Signature::read(written).is_some(),
                    "{}: {written}",
                    function.name
                );
            }
        }
        for wrong in [
            "(text)",
            "(txt) -> text",
            "(text?, text) -> text",
            "() -> number",
        ] {
            assert!(Signature::read(wrong).is_none(), "{wrong}");
        }
    }
}
