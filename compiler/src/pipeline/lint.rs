//! What becomes of warnings. `lint` of the spec gives a rule a level. A comment in front of a
//! statement allows the statement what a rule warns of.
//!
//! Errors stay errors.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::mistake;
use super::resolver::Resolver;
use super::scripts::Scripted;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Gravity};
use crate::pipeline_yaml::LintLevel;
use crate::source::{SourceFile, Span};

/// What a comment of sfc begins with, and what it asks for.
const MARK: &str = "sfc:";
const ALLOW: &str = "allow";

/// What is done with warnings.
#[derive(Default)]
pub(super) struct Lint {
    levels: HashMap<Code, LintLevel>,
    allowed: Vec<Allowed>,
}

/// A statement that is allowed what a rule warns of.
struct Allowed {
    rule: Code,
    file: Arc<SourceFile>,
    statement: Span,
}

/// Reads the levels of the spec and the comments of the scripts.
pub(super) fn resolve(resolver: &mut Resolver<'_>, scripts: &[Option<Scripted>]) -> Lint {
    let document = resolver.document;
    let mut lint = Lint::default();
    for (written, level) in &document.spec.lint.0 {
        let keys = ["lint", written.as_str()];
        match rule(resolver, written) {
            _ if document.is_mended(&keys) => {}
            Ok(rule) => {
                lint.levels.insert(rule, *level);
            }
            Err(diagnostic) => {
                resolver.push(diagnostic.at(&document.file, document.key_at(&keys), ""));
            }
        }
    }
    let mut seen = HashSet::new();
    for script in scripts.iter().flatten() {
        if script.file.text().contains(MARK) && seen.insert(script.path.as_str()) {
            comments(resolver, script, &mut lint.allowed);
        }
    }
    lint
}

/// The rule of a code.
fn rule(resolver: &Resolver<'_>, written: &str) -> Result<Code, Diagnostic> {
    let rules = Code::RULES.iter().map(|code| code.as_str());
    if let Some(rule) = Code::RULES.iter().find(|code| code.as_str() == written) {
        return Ok(*rule);
    }
    let is_code = Code::ALL.iter().any(|code| code.as_str() == written);
    Err(if is_code {
        Diagnostic::error(
            Code::LintRule,
            format!("`{written}` is always an error: it has no level"),
        )
        .help("mend what it reports; only what warns can be switched off")
    } else {
        let names: Vec<&str> = rules.collect();
        let help = resolver
            .nearest
            .suggest(written, names.iter().copied())
            .unwrap_or_else(|| format!("the rules are {}", names.join(", ")));
        Diagnostic::error(Code::LintRule, format!("there is no rule `{written}`")).help(help)
    })
}

/// Reads lines such as `-- sfc: allow SFC0309, SFC0425`. Each is about the statement that follows, or
/// that it stands in.
fn comments(resolver: &mut Resolver<'_>, script: &Scripted, allowed: &mut Vec<Allowed>) {
    let text = script.file.text();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let Some(rest) = after(line, "--").and_then(|rest| after(rest, MARK)) else {
            continue;
        };
        let rest = rest.trim();
        let word = rest.split_whitespace().next().unwrap_or_default();
        if word != ALLOW {
            if resolver.nearest.find(word, [ALLOW]).is_some() {
                let diagnostic =
                    Diagnostic::error(Code::LintRule, format!("`{word}` asks sfc for nothing"))
                        .help(format!("did you mean `{ALLOW}`?"));
                resolver.push(diagnostic.at(&script.file, place(text, at, word), ""));
            }
            continue;
        }
        let names = rest.strip_prefix(ALLOW).unwrap_or_default();
        let names: Vec<&str> = names
            .split(|c: char| c == ',' || c.is_whitespace())
            .filter(|name| !name.is_empty())
            .collect();
        if names.is_empty() {
            let diagnostic = Diagnostic::error(Code::LintRule, "this comment allows nothing")
                .help("name the rule: `-- sfc: allow SFC0309`");
            resolver.push(diagnostic.at(&script.file, place(text, at, ALLOW), ""));
        }
        let statement = script
            .parsed
            .statements
            .iter()
            .map(|statement| mistake::span(statement.span))
            .find(|span| span.end > at);
        for name in names {
            match (rule(resolver, name), statement) {
                (Ok(rule), Some(statement)) => allowed.push(Allowed {
                    rule,
                    file: Arc::clone(&script.file),
                    statement,
                }),
                (Ok(_), None) => {}
                (Err(diagnostic), _) => {
                    resolver.push(diagnostic.at(&script.file, place(text, at, name), ""));
                }
            }
        }
    }
}

fn after<'t>(text: &'t str, mark: &str) -> Option<&'t str> {
    text.trim_start().strip_prefix(mark)
}

/// The place of a word in the line that starts at `line`.
fn place(text: &str, line: usize, word: &str) -> Span {
    let rest = text.get(line..).unwrap_or_default();
    let from = rest.find(MARK).map_or(0, |mark| mark + MARK.len());
    let at = rest
        .get(from..)
        .and_then(|rest| rest.find(word))
        .map_or(0, |at| from + at);
    Span::new(line + at, line + at + word.len())
}

impl Lint {
    /// The diagnostics as this pipeline wants them.
    pub fn apply(&self, diagnostics: Diagnostics) -> Diagnostics {
        if self.levels.is_empty() && self.allowed.is_empty() {
            return diagnostics;
        }
        diagnostics.judged(|diagnostic| self.judged(diagnostic))
    }

    fn judged(&self, diagnostic: Diagnostic) -> Option<Diagnostic> {
        if diagnostic.severity != Gravity::Warning {
            return Some(diagnostic);
        }
        if self.is_allowed(&diagnostic) {
            return None;
        }
        match self.levels.get(&diagnostic.code) {
            None | Some(LintLevel::Warning) => Some(diagnostic),
            Some(LintLevel::Off) => None,
            Some(LintLevel::Error) => {
                let note = format!("`lint` of the spec makes {} an error", diagnostic.code);
                Some(Diagnostic {
                    severity: Gravity::Error,
                    ..diagnostic.note(note)
                })
            }
        }
    }

    /// Whether one of its places lies in a statement that is allowed it.
    fn is_allowed(&self, diagnostic: &Diagnostic) -> bool {
        self.allowed
            .iter()
            .filter(|allowed| allowed.rule == diagnostic.code)
            .any(|allowed| {
                diagnostic.labels.iter().any(|label| {
                    let statement = allowed.statement;
                    Arc::ptr_eq(&label.file, &allowed.file)
                        && label.span.is_some_and(|at| {
                            statement.start <= at.start && at.start < statement.end
                        })
                })
            })
    }
}
