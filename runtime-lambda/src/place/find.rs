//! Finds the place in a script that a message of the warehouse is about.
//!
//! The warehouse says which statement of a batch failed and often names what it stumbled over. The
//! plan knows where each statement stands in its file. Nothing is guessed: where the message names
//! nothing that stands in the statement, the place is the statement's beginning.

use indexmap::IndexMap;
use redshift_sql::lexer;
use redshift_sql::token::TokenKind;

use super::Place;
use crate::plan::{Insertion, Script, Statement};

/// Longest line of a snippet, in characters.
const LONGEST_LINE: usize = 160;

/// Finds the place that a message of the warehouse is about; none where the script does not say
/// which file it is.
#[must_use]
pub fn find(
    script: &Script,
    message: &str,
    parameters: &IndexMap<String, String>,
) -> Option<Place> {
    if script.file.is_empty() {
        return None;
    }
    let number = failed_statement(message).unwrap_or(1);
    let statement = script.statements.get(number.checked_sub(1)?)?;
    let offset = position(statement, message, parameters)
        .or_else(|| named(&statement.sql, message))
        .unwrap_or_else(|| beginning(&statement.sql));
    let (line, column) = statement.position(offset);
    let mut used = IndexMap::new();
    let inserted = statement
        .insertions
        .iter()
        .map(|insertion| &insertion.parameter);
    for name in statement.parameters.iter().chain(inserted) {
        if let Some(value) = parameters.get(name) {
            used.insert(name.clone(), value.clone());
        }
    }
    Some(Place {
        file: script.file.clone(),
        line,
        column,
        statement: u32::try_from(number).unwrap_or(u32::MAX),
        statements: u32::try_from(script.statements.len()).unwrap_or(u32::MAX),
        snippet: snippet(&statement.sql, offset, line),
        parameters: used,
    })
}

impl Statement {
    /// Line and column, in the file, of a byte of the statement.
    fn position(&self, offset: usize) -> (u32, u32) {
        let before = self.sql.get(..offset).unwrap_or_default();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let line_start = before.rfind('\n').map(|at| at + 1);
        let characters = before.get(line_start.unwrap_or(0)..).unwrap_or_default();
        let characters = count(characters.chars().count());
        let column = match line_start {
            Some(_) => characters + 1,
            None => self.column.max(1) + characters,
        };
        (
            self.line.max(1) + count(before.matches('\n').count()),
            column,
        )
    }
}

/// The number in `Query #2 failed with …`, which the Data API puts in front of the message of a
/// batch.
pub(crate) fn failed_statement(message: &str) -> Option<usize> {
    let (_, rest) = message.split_once("Query #")?;
    let digits = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    rest.get(..digits)?.parse().ok()
}

/// The byte that `Position: 15` means, which counts characters of the text that was sent, from 1.
fn position(
    statement: &Statement,
    message: &str,
    parameters: &IndexMap<String, String>,
) -> Option<usize> {
    let (_, rest) = message.split_once("Position: ")?;
    let digits = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let position: usize = rest.get(..digits)?.parse().ok()?;
    let sent = crate::parameters::insert(statement, parameters).ok()?;
    let (offset, _) = sent.char_indices().nth(position.checked_sub(1)?)?;
    // What is inserted has another length than the place that it is inserted in.
    let (mut read, mut written) = (0, 0);
    for insertion in &statement.insertions {
        let plain = insertion.start - read.min(insertion.start);
        if offset < written + plain {
            break;
        }
        let one = Statement {
            sql: statement
                .sql
                .get(insertion.start..insertion.end)?
                .to_owned(),
            insertions: vec![Insertion {
                start: 0,
                end: insertion.end - insertion.start,
                ..insertion.clone()
            }],
            ..Statement::default()
        };
        let inserted = crate::parameters::insert(&one, parameters).ok()?.len();
        if offset < written + plain + inserted {
            return Some(insertion.start);
        }
        read = insertion.end;
        written += plain + inserted;
    }
    Some((read + offset - written).min(statement.sql.len()))
}

/// The byte at which the statement names what the message names.
fn named(sql: &str, message: &str) -> Option<usize> {
    let tokens = lexer::lex(sql).tokens;
    for name in names(message) {
        let found = tokens.iter().find(|token| {
            let text = token.span.of(sql);
            match token.kind {
                TokenKind::Word(_) | TokenKind::Number => text.eq_ignore_ascii_case(name),
                TokenKind::Quoted => text.trim_matches('"').eq_ignore_ascii_case(name),
                TokenKind::Text => text.trim_matches('\'') == name,
                _ => false,
            }
        });
        if let Some(token) = found {
            return Some(token.span.start as usize);
        }
    }
    None
}

/// Words that a name follows without quotes.
const IN_FRONT: [&str; 4] = [
    "function ",
    "denied for relation ",
    "denied for schema ",
    "owner of relation ",
];

/// What a message names: in double quotes or backticks, or behind words such as `function`.
fn names(message: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for quote in ['"', '`'] {
        let quoted = message.split(quote).skip(1).step_by(2);
        // A name with its schema is found by its last part.
        names.extend(quoted.map(|name| name.rsplit('.').next().unwrap_or(name)));
    }
    for words in IN_FRONT {
        let Some((_, rest)) = message.split_once(words) else {
            continue;
        };
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')))
            .unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default();
        names.push(name.rsplit('.').next().unwrap_or(name));
    }
    names.retain(|name| !name.is_empty());
    names
}

/// The first byte that is neither blank nor comment.
#[must_use]
pub fn beginning(sql: &str) -> usize {
    let first = lexer::lex(sql).tokens.first().copied();
    first.map_or(0, |token| token.span.start as usize)
}

/// The line with the byte and up to two in front of it, numbered, and a caret below.
fn snippet(sql: &str, offset: usize, line: u32) -> String {
    let before = sql.get(..offset).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let end = sql
        .get(offset..)
        .and_then(|rest| rest.find('\n'))
        .map_or(sql.len(), |at| offset + at);
    let own = sql.get(start..end).unwrap_or_default();
    let earlier: Vec<&str> = sql
        .get(..start)
        .unwrap_or_default()
        .lines()
        .rev()
        .take(2)
        .collect();
    let mut text = String::new();
    let width = line.to_string().len();
    for (index, earlier) in earlier.iter().enumerate().rev() {
        let distance = u32::try_from(index).unwrap_or(0) + 1;
        let number = line.saturating_sub(distance);
        text.push_str(&format!("{number:>width$} | {}\n", cut(earlier)));
    }
    let own = cut(own);
    let column = before.get(start..).unwrap_or_default().chars().count();
    let caret = " ".repeat(column.min(LONGEST_LINE));
    text.push_str(&format!("{line:>width$} | {own}\n{:width$} | {caret}^", ""));
    text
}

/// The first characters of a line, tabs as blanks so that the caret stands where it should.
fn cut(line: &str) -> String {
    let line: String = line
        .trim_end()
        .chars()
        .take(LONGEST_LINE)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Batch, Quoting};

    fn script(statements: &[&str]) -> Script {
        let mut line = 1;
        let statements = statements.iter().map(|sql| {
            let statement = Statement {
                sql: (*sql).to_owned(),
                line,
                column: 1,
                ..Statement::default()
            };
            line += u32::try_from(sql.matches('\n').count()).unwrap() + 1;
            statement
        });
        Script {
            statements: statements.collect(),
            batch: Batch::Transaction,
            file: "sql/a.sql".to_owned(),
            checks: Vec::new(),
        }
    }

    fn place(statements: &[&str], message: &str) -> (String, u32) {
        let place = find(&script(statements), message, &IndexMap::new()).unwrap();
        (place.short(), place.statement)
    }

    #[test]
    fn what_the_message_names_is_found_outside_of_comments() {
        let statements = ["select 1", "select a, -- custmer\n  custmer\nfrom t"];
        let message = "Query #2 failed with ERROR: column \"custmer\" does not exist in t";
        assert_eq!(place(&statements, message), ("sql/a.sql:3:3".to_owned(), 2));
    }

    #[test]
    fn a_function_is_found_by_its_name() {
        let message = "ERROR: function string_agg(character varying) does not exist";
        let found = place(&["select\n  string_agg(a) from t"], message);
        assert_eq!(found, ("sql/a.sql:2:3".to_owned(), 1));
    }

    #[test]
    fn a_table_that_may_not_be_used_is_found_by_its_name() {
        let message = "ERROR: permission denied for relation orders (sfc: the database user IAMR:x lacks this)";
        let found = place(&["select *\nfrom orders"], message);
        assert_eq!(found, ("sql/a.sql:2:6".to_owned(), 1));
        let message = "ERROR: permission denied for schema staging";
        let found = place(&["select *\nfrom staging.orders"], message);
        assert_eq!(found, ("sql/a.sql:2:6".to_owned(), 1));
    }

    #[test]
    fn without_a_name_it_is_the_beginning_of_the_statement() {
        let found = place(
            &["select 1", "-- divides\nselect 1/0"],
            "Query #2 failed with ERROR: Divide by zero",
        );
        assert_eq!(found, ("sql/a.sql:3:1".to_owned(), 2));
    }

    #[test]
    fn a_position_counts_in_what_was_sent() {
        let sql = "select * from {{where}} whre a = 1";
        let start = sql.find("{{").unwrap();
        let mut script = script(&[sql]);
        script.statements[0].insertions = vec![Insertion {
            parameter: "where".to_owned(),
            start,
            end: start + "{{where}}".len(),
            quoting: Quoting::Identifier,
        }];
        let values =
            IndexMap::from([("where".to_owned(), "a_long_schema.with_a_table".to_owned())]);
        let sent = crate::parameters::insert(&script.statements[0], &values).unwrap();
        let at = sent.find("whre").unwrap() + 1;
        let message = format!("ERROR: syntax error\n  Position: {at}");
        let place = find(&script, &message, &values).unwrap();
        assert_eq!(place.column as usize, sql.find("whre").unwrap() + 1);
        assert_eq!(place.parameters["where"], "a_long_schema.with_a_table");
        assert!(place.snippet.ends_with("    ^"), "{}", place.snippet);
    }
}
