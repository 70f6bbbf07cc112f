//! Placeholders of templates and shells, which sfc does not fill in, and backticks.
//!
//! `{{ ref('orders') }}` is dbt, `{% if … %}` and `{# … #}` are Jinja, `${X}`, `$X` and `$(x)` are
//! shells and SQLCMD, `%(x)s` and `{x}` are clients of Python. A `{{name}}` is an insertion of sfc and
//! never comes here.

use crate::Span;
use crate::mistake::{Mistake, MistakeKind};

/// A placeholder is shown up to this many characters.
const SHOWN: usize = 60;

/// A placeholder ends within this many bytes, so that many of them are looked at in linear time.
const FAR: usize = 4_096;

/// A name stands within this many bytes behind a placeholder's beginning.
const NEAR: usize = 128;

/// A mistake in other words where it stands at a placeholder; else as it is.
pub(super) fn explain(mistake: Mistake, text: &str) -> Mistake {
    if !matches!(
        mistake.kind,
        MistakeKind::Syntax | MistakeKind::NotRedshift | MistakeKind::UnknownType
    ) {
        return mistake;
    }
    let place = mistake.span.start as usize;
    at(text, place)
        .or_else(|| backticks(text, place))
        .unwrap_or(mistake)
}

/// The mistake at a name in backticks, as MySQL, BigQuery and Spark write it.
fn backticks(text: &str, place: usize) -> Option<Mistake> {
    let rest = text.get(place..)?;
    let rest = rest.get(..rest.floor_char_boundary(FAR))?;
    let inside = rest.strip_prefix('`')?.lines().next()?;
    let name = inside.get(..inside.find('`')?)?;
    let parts: Vec<String> = name.split('.').map(|part| format!("\"{part}\"")).collect();
    let span = Span::new(
        u32::try_from(place).ok()?,
        u32::try_from(place + name.len() + 2).ok()?,
    );
    let sentence = format!("Redshift takes no backticks around `{name}`");
    let help = format!("write {}: double quotes hold a name", parts.join("."));
    Some(Mistake::new(MistakeKind::NotRedshift, span, sentence).help(help))
}

/// Whether a mistake is one of a placeholder in which a place lies.
pub(super) fn covers(mistake: &Mistake, text: &str, place: u32) -> bool {
    mistake.span.contains(place)
        && at(text, mistake.span.start as usize).is_some_and(|found| found == *mistake)
}

/// Who fills a placeholder in.
enum Filler<'t> {
    /// dbt's function of that name.
    Dbt(&'t str),
    Jinja,
    JinjaBlock,
    JinjaComment,
    /// The name of the variable.
    Shell(&'t str),
    ShellCommand,
    Python(&'t str),
}

/// The mistake at a place where a placeholder stands.
///
/// In `select * from {{ ref('orders') }}`, byte 14 gives a mistake about dbt's `ref`; byte 0 gives nothing.
pub fn at(text: &str, place: usize) -> Option<Mistake> {
    let bytes = text.as_bytes();
    // The sign of `stage_${X}` is cut off as the end of a word.
    let behind_dollar = place
        .checked_sub(1)
        .filter(|before| bytes.get(*before) == Some(&b'$'))
        .filter(|_| matches!(bytes.get(place), Some(b'{' | b'(')));
    let start = behind_dollar.unwrap_or(place);
    let rest = text.get(start..)?;
    let (filler, length) = filler(rest)?;
    let shown = shown(rest.get(..length)?);
    let (sentence, help) = filler.says(&shown);
    let span = Span::new(
        u32::try_from(start).ok()?,
        u32::try_from(start + length).ok()?,
    );
    Some(Mistake::new(MistakeKind::Syntax, span, sentence).help(help))
}

/// What a text begins with, and its length.
fn filler(rest: &str) -> Option<(Filler<'_>, usize)> {
    let rest = rest.get(..rest.floor_char_boundary(FAR))?;
    let closed = |open: &str, close: &str| {
        let inside = rest.strip_prefix(open)?;
        // Without its end it is as long as its line.
        let line = inside.lines().next().unwrap_or_default();
        match inside.find(close) {
            Some(end) => Some((inside.get(..end)?, open.len() + end + close.len())),
            None => Some((line, open.len() + line.len())),
        }
    };
    if let Some((inside, length)) = closed("{{", "}}") {
        let inside = inside.trim_matches(['-', ' ', '\n', '\t']);
        let function = word(inside);
        let dbt = ["ref", "source", "config", "var", "this", "env_var"].contains(&function);
        let filler = if dbt {
            Filler::Dbt(function)
        } else {
            Filler::Jinja
        };
        return Some((filler, length));
    }
    if let Some((_, length)) = closed("{%", "%}") {
        return Some((Filler::JinjaBlock, length));
    }
    if let Some((_, length)) = closed("{#", "#}") {
        return Some((Filler::JinjaComment, length));
    }
    if let Some((inside, length)) = closed("${", "}") {
        return Some((Filler::Shell(word(inside)), length));
    }
    if let Some((inside, length)) = closed("$(", ")") {
        let name = word(inside);
        let filler = if name.len() == inside.len() {
            Filler::Shell(name)
        } else {
            Filler::ShellCommand
        };
        return Some((filler, length));
    }
    if let Some(name) = rest.strip_prefix('$').map(word).filter(|it| !it.is_empty()) {
        return Some((Filler::Shell(name), 1 + name.len()));
    }
    if let Some(inside) = rest.strip_prefix("%(") {
        let name = word(inside);
        let whole = inside
            .get(name.len()..)
            .is_some_and(|end| end.starts_with(")s"));
        return (whole && !name.is_empty()).then(|| (Filler::Python(name), name.len() + 4));
    }
    let name = word(rest.strip_prefix('{')?);
    let whole = rest
        .get(1 + name.len()..)
        .is_some_and(|end| end.starts_with('}'));
    (whole && !name.is_empty()).then(|| (Filler::Python(name), name.len() + 2))
}

/// The word that a text begins with; empty where it begins with none.
fn word(text: &str) -> &str {
    let mut near = text.bytes().take(NEAR);
    let length = near.position(|byte| !byte.is_ascii_alphanumeric() && byte != b'_');
    let length = length.unwrap_or_else(|| text.len().min(NEAR));
    let word = text.get(..length).unwrap_or_default();
    if word.starts_with(|first: char| first.is_ascii_digit()) {
        ""
    } else {
        word
    }
}

/// A placeholder, cut where it is long.
fn shown(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let short: String = line.chars().take(SHOWN).collect();
    if short.len() < text.len() {
        format!("{short}…")
    } else {
        short
    }
}

impl Filler<'_> {
    /// The sentence and the help.
    fn says(&self, shown: &str) -> (String, String) {
        let either = |name: &str| {
            let name = if name.is_empty() { "name" } else { name };
            let name = name.to_ascii_lowercase();
            format!("`{{{{{name}}}}}` inserts a parameter of sfc, `:{name}` binds one as a value")
        };
        match self {
            Self::Dbt(function @ ("ref" | "source" | "this")) => (
                format!("`{shown}` is dbt's `{function}`, which sfc does not fill in"),
                format!("write the name of the table; {}", either("")),
            ),
            Self::Dbt("config") => (
                format!("`{shown}` is dbt's `config`, which sfc does not read"),
                "remove it, and write `create table … as` or `create view … as`".to_owned(),
            ),
            Self::Dbt(function) => (
                format!("`{shown}` is dbt's `{function}`, which sfc does not fill in"),
                either(""),
            ),
            Self::Jinja => (
                format!("`{shown}` is an expression of Jinja, which sfc does not fill in"),
                either(""),
            ),
            Self::JinjaBlock => (
                format!("`{shown}` is a block of Jinja, which sfc does not run"),
                format!("write the SQL out; {}", either("")),
            ),
            Self::JinjaComment => (
                format!("`{shown}` is a comment of Jinja, which Redshift does not know"),
                "write `/* … */`, or `--` in front of each line".to_owned(),
            ),
            Self::Shell(name) => (
                format!("`{shown}` is a variable of a shell, which sfc does not fill in"),
                either(name),
            ),
            Self::ShellCommand => (
                format!("`{shown}` is a command of a shell, which sfc does not run"),
                format!("pass its result as a parameter; {}", either("")),
            ),
            Self::Python(name) => (
                format!(
                    "`{shown}` is a placeholder of a Python client, which sfc does not fill in"
                ),
                either(name),
            ),
        }
    }
}
