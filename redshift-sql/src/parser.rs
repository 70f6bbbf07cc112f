//! Tokens to a tree: recursive descent, and precedence climbing for expressions.
//!
//! A statement that cannot be read becomes [`StatementKind::Broken`] and one mistake; reading goes on
//! behind its semicolon. Depth is bounded by [`MAX_DEPTH`], work is linear in the number of tokens.

mod alter;
mod alter_table;
mod block;
mod copy;
mod create;
mod create_function;
mod cursor;
mod data_type;
mod definition;
mod drop;
mod elsewhere;
mod expected;
mod expression;
mod external_table;
mod from;
mod function;
mod grantee;
mod inner;
mod load_option;
mod loops;
mod maintenance;
mod model;
mod name;
mod operand;
mod option;
mod option_rules;
mod policy;
mod prepared;
mod privilege;
mod query;
mod recursion;
mod routine;
mod rows;
mod select;
mod setting;
mod show;
mod statement;
mod step;
#[cfg(test)]
mod steps;
mod table;
mod table_element;
pub(crate) mod template;
mod text;
mod transaction;
mod unload;
mod view;

pub(crate) use cursor::{Parsed, Parser};
pub(crate) use expected::nearest;
pub(crate) use inner::tokens_within;
pub use text::decode;
pub(crate) use text::{fold, unquote};

use crate::Span;
use crate::lexer;
use crate::mistake::Mistake;
use crate::token::{Token, TokenKind};
use crate::tree::{Statement, StatementKind};

/// Expressions, queries and blocks are nested at most this deep; the deepest statement of a person
/// is far from it.
pub const MAX_DEPTH: u32 = 150;

/// A script: its statements, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Script {
    /// Its statements in order, empty ones left out.
    pub statements: Vec<Statement>,
    /// Everything that is wrong, in the order of the text.
    pub mistakes: Vec<Mistake>,
    /// All tokens; the last is [`TokenKind::End`].
    pub tokens: Vec<Token>,
    /// Places of the comments.
    pub comments: Vec<Span>,
    /// What could not be read, to the end of the text, because something has no end.
    pub unread: Option<Span>,
    /// Bytes at which names begin, in order, those in bodies too. In a statement without a mistake, a
    /// word that begins elsewhere is one of the grammar.
    pub names: Vec<u32>,
}

/// Reads a script.
///
/// `parse("select 1; selct 2")` has two statements, the second of them broken, and one mistake.
pub fn parse(text: &str) -> Script {
    let lexed = lexer::lex(text);
    let mut script = Script {
        comments: lexed.comments,
        ..Script::default()
    };
    let mut parser = Parser::new(text, &lexed.tokens);
    loop {
        while parser.eat(TokenKind::Semicolon) {}
        if parser.at_end() {
            break;
        }
        let start = parser.span();
        let kind = match parser.whole_statement() {
            Ok(kind) => kind,
            Err(mistake) => {
                script.mistakes.push(template::explain(*mistake, text));
                parser.skip_statement();
                StatementKind::Broken
            }
        };
        let noted = parser.take_noted().into_iter();
        let noted = noted.map(|mistake| template::explain(mistake, text));
        script.mistakes.extend(noted);
        let span = start.to(parser.previous_span());
        script.statements.push(Statement { span, kind });
    }
    if let Some(mistake) = lexed.mistake {
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        script.unread = Some(Span::new(mistake.span.start, end));
        // What was read of the statement before the place that has no end is no mistake of its own.
        let at = mistake.span.start;
        let broken = script
            .statements
            .pop_if(|last| last.span.end >= at || { matches!(last.kind, StatementKind::Broken) });
        // A quote in a placeholder, as in `{# it's #}`, opens nothing.
        let mut mistakes = script.mistakes.iter();
        if mistakes.any(|other| template::covers(other, text, at)) {
            script.mistakes.retain(|other| other.span.start <= at);
        } else {
            if let Some(broken) = broken {
                script
                    .mistakes
                    .retain(|mistake| mistake.span.start < broken.span.start);
            }
            script.mistakes.push(mistake);
        }
    }
    script.mistakes.sort_by_key(|mistake| mistake.span);
    script.names = parser.take_names();
    script.names.sort_unstable();
    script.names.dedup();
    script.tokens = lexed.tokens;
    script
}
