//! What a word of a statement could become: keywords, functions, tables, columns.

use redshift_sql::functions::{self, FunctionStanding};
use redshift_sql::keyword::Keyword;
use redshift_sql::lexer;
use redshift_sql::names::sketch;
use redshift_sql::token::TokenKind;
use rustyline::completion::Completer;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};

use super::catalog::SharedCatalog;
use super::statements::is_complete;

/// Most proposals at a time.
const MOST: usize = 200;

/// What the editor of a line asks.
#[derive(Default)]
pub struct Assistant {
    /// What the warehouse has.
    pub catalog: SharedCatalog,
}

impl Assistant {
    /// The first byte of the word in front of `position`, and what it could become.
    #[must_use]
    pub fn propose(&self, text: &str, position: usize) -> (usize, Vec<String>) {
        let before = text.get(..position).unwrap_or_default();
        let is_name = |character: char| {
            character.is_alphanumeric() || matches!(character, '_' | '$' | '.' | '"')
        };
        let start = before
            .char_indices()
            .rev()
            .take_while(|(_, character)| is_name(*character))
            .last()
            .map_or(position, |(at, _)| at);
        let word = before.get(start..).unwrap_or_default();
        let line = before.trim_start();
        let catalog = self.catalog.lock();
        if line.starts_with('\\') {
            let names = catalog.tables().map(str::to_owned);
            return (start, starting(word, names));
        }
        let lexed = lexer::lex(text);
        let at = u32::try_from(start).unwrap_or(u32::MAX);
        let inside = |span: redshift_sql::Span| span.start < at && at < span.end;
        let in_comment = lexed
            .comments
            .iter()
            .any(|span| inside(*span) || (span.end == at && span.start < at));
        let in_text = lexed.tokens.iter().any(|token| {
            matches!(token.kind, TokenKind::Text | TokenKind::Dollar) && inside(token.span)
        });
        if in_comment || in_text || lexed.mistake.is_some_and(|open| open.span.start < at) {
            return (start, Vec::new());
        }
        let tokens = sketch::around(&lexed.tokens, at);
        let mentions = sketch::mentions(text, tokens);
        // `o.am`: a column of the table that `o` means.
        if let Some((owner, part)) = word.rsplit_once('.') {
            let meant = mentions.iter().find(|mention| mention.name == owner);
            let table = meant.map_or(owner, |mention| mention.table.as_str());
            if let Some(columns) = catalog.columns(table) {
                let start = start + owner.len() + 1;
                return (start, starting(part, columns.iter().map(quoted)));
            }
            return (start, starting(word, catalog.tables().map(str::to_owned)));
        }
        let word_before = lexed
            .tokens
            .iter()
            .rev()
            .find(|token| token.span.end <= at && token.kind != TokenKind::End)
            .map(|token| token.span.of(text).to_lowercase());
        if word_before.as_deref().is_some_and(sketch::precedes_table) {
            return (start, starting(word, catalog.tables().map(str::to_owned)));
        }
        if word.is_empty() {
            return (start, Vec::new());
        }
        let mut known = mentions
            .iter()
            .filter_map(|mention| catalog.columns(&mention.table))
            .peekable();
        let mut found = if known.peek().is_some() {
            starting(word, known.flatten().map(quoted))
        } else {
            starting(word, catalog.all_columns().into_iter().map(quoted))
        };
        found.extend(starting(word, catalog.tables().map(str::to_owned)));
        let functions =
            functions::all().filter(|function| function.standing != FunctionStanding::Ended);
        found.extend(starting(
            word,
            functions.map(|function| function.name.to_owned()),
        ));
        let keywords = Keyword::all().map(|keyword| keyword.text().to_owned());
        found.extend(starting(word, keywords));
        let mut seen = std::collections::HashSet::new();
        found.retain(|name| seen.insert(name.clone()));
        found.truncate(MOST);
        (start, found)
    }
}

/// Those that begin with the word, whatever its letter case.
fn starting(word: &str, names: impl Iterator<Item = String>) -> Vec<String> {
    let word = word.to_lowercase();
    names
        .filter(|name| name.to_lowercase().starts_with(&word))
        .collect()
}

/// A name as a statement must write it.
fn quoted(name: impl AsRef<str>) -> String {
    let name = name.as_ref();
    let is_plain = name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && !Keyword::of(name.as_bytes()).is_some_and(Keyword::is_reserved);
    if is_plain {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

impl Completer for Assistant {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(self.propose(line, position))
    }
}

impl Hinter for Assistant {
    type Hint = String;
}

impl Highlighter for Assistant {}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input();
        let is_command = text.trim_start().starts_with('\\');
        Ok(if is_command || is_complete(text) {
            ValidationResult::Valid(None)
        } else {
            ValidationResult::Incomplete
        })
    }
}

impl Helper for Assistant {}

#[cfg(test)]
mod tests {
    use runtime_lambda::ports::Field;

    use super::super::catalog::CompletionCatalog;
    use super::*;
    use crate::commands::rows::ResultRows;

    fn assistant() -> Assistant {
        let row = |names: [&str; 3]| {
            names
                .map(|name| Field::StringValue(name.to_owned()))
                .to_vec()
        };
        let rows = ResultRows {
            records: vec![
                row(["public", "orders", "id"]),
                row(["public", "orders", "amount"]),
                row(["public", "orders", "Odd one"]),
                row(["sales", "customers", "name"]),
                row(["sales", "customers", "amiable"]),
            ],
            ..ResultRows::default()
        };
        Assistant {
            catalog: SharedCatalog::new(CompletionCatalog::of(&rows).into()),
        }
    }

    fn proposed(text: &str) -> Vec<String> {
        let position = text.find('|').unwrap_or(text.len());
        assistant().propose(&text.replace('|', ""), position).1
    }

    #[test]
    fn a_word_becomes_what_may_stand_in_its_place() {
        assert_eq!(proposed("select * from "), ["orders", "sales.customers"]);
        assert_eq!(proposed("select * from or"), ["orders"]);
        assert_eq!(proposed("select * from sales.c"), ["sales.customers"]);
        assert_eq!(proposed("select am| from orders"), ["amount"]);
        assert_eq!(
            proposed("select o.| from orders o"),
            ["id", "amount", "\"Odd one\""]
        );
        assert_eq!(
            proposed("select c.am| from orders o, sales.customers c"),
            ["amiable"]
        );
        assert_eq!(proposed("\\d sa"), ["sales.customers"]);
        assert!(proposed("select coale").contains(&"coalesce".to_owned()));
        assert!(proposed("sel").contains(&"select".to_owned()));
        for silent in ["select 'am|' from orders", "select 1 -- am", "select 'am"] {
            assert_eq!(proposed(silent), [""; 0], "{silent}");
        }
    }
}
