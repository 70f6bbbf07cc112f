//! Scripts of Amazon Redshift RSQL: SQL with meta commands such as `\if` and `\exit`. AWS pages:
//! `Amazon Redshift RSQL meta commands`, `Amazon Redshift RSQL variables`; psql's manual, from
//! which RSQL has its rules.
//!
//! A script is cut, not parsed: a command may stand in the middle of a statement, and a variable may
//! hold any text. The lexer is that of SQL, so that both hide the same signs in quotes and comments.

mod argument;
pub(crate) mod backslash;
mod command;
mod structure;
pub(crate) mod variable;

pub use argument::{ArgumentPart, CommandArgument};
pub use command::{CommandKind, MetaCommand};
pub use structure::mistakes;
pub use variable::{VariableForm, VariableUse};

use crate::Span;
use crate::lexer;
use crate::mistake::Mistake;
use crate::token::{Token, TokenKind};

/// A script of RSQL, cut into pieces. Every byte lies in one of them; only marks of the byte order at
/// the beginning lie in none.
#[derive(Debug, Clone, Default)]
pub struct RsqlScript {
    /// Its pieces in their order.
    pub pieces: Vec<ScriptPiece>,
    /// What is opened in SQL and never closed: the piece in which it begins goes to the end of the text.
    pub mistake: Option<Mistake>,
}

/// A part of a script, and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct ScriptPiece {
    /// From its first byte to its last.
    pub span: Span,
    /// SQL, the end of a statement, or a meta command.
    pub kind: PieceKind,
}

/// What a part of a script is.
#[derive(Debug, Clone, PartialEq)]
pub enum PieceKind {
    /// A part of a statement, with blanks and comments, or nothing but these.
    Sql(SqlPart),
    /// The semicolon that ends a statement.
    End,
    /// A meta command, up to the end of its line, the next command, or with the `\\` behind it.
    Command(Box<MetaCommand>),
}

/// A part of a statement.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SqlPart {
    /// Its tokens; a variable is a [`TokenKind::Parameter`].
    pub tokens: Vec<Token>,
    /// The variables that are put into it.
    pub variables: Vec<VariableUse>,
}

/// Cuts a script into pieces.
///
/// `read("\\if :n = 1\nselect :'day';\n\\endif")` has two commands, and between them SQL with one
/// variable, an end, and a line break.
pub fn read(text: &str) -> RsqlScript {
    let mut script = RsqlScript::default();
    let behind_marks = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut at = place(behind_marks);
    let end = place(text.len());
    while at < end {
        let (lexed, stop) = lexer::lex_rsql(text, Span::new(at, end));
        script.sql(text, &lexed.tokens, Span::new(at, stop));
        if lexed.mistake.is_some() {
            script.mistake = lexed.mistake;
            break;
        }
        at = stop;
        if at < end {
            let (command, stop) = command::read(text, at);
            let span = Span::new(at, stop);
            script.push(span, PieceKind::Command(Box::new(command)));
            at = stop;
        }
    }
    script
}

impl RsqlScript {
    fn push(&mut self, span: Span, kind: PieceKind) {
        self.pieces.push(ScriptPiece { span, kind });
    }

    /// Takes the SQL at a place apart.
    fn sql(&mut self, text: &str, tokens: &[Token], part: Span) {
        let mut from = part.start;
        for tokens in tokens.split_inclusive(|token| token.kind == TokenKind::Semicolon) {
            let (tokens, end) = match tokens.split_last() {
                Some((end, tokens)) if end.kind == TokenKind::Semicolon => (tokens, Some(end.span)),
                Some((end, tokens)) if end.kind == TokenKind::End => (tokens, None),
                _ => (tokens, None),
            };
            let stop = end.map_or(part.end, |end| end.start);
            if from < stop {
                let sql = SqlPart {
                    tokens: tokens.to_vec(),
                    variables: variable::of_tokens(text, tokens),
                };
                self.push(Span::new(from, stop), PieceKind::Sql(sql));
            }
            if let Some(end) = end {
                self.push(end, PieceKind::End);
                from = end.end;
            }
        }
    }

    /// The commands in their order.
    pub fn commands(&self) -> impl Iterator<Item = &MetaCommand> {
        self.pieces.iter().filter_map(|piece| match &piece.kind {
            PieceKind::Command(command) => Some(command.as_ref()),
            PieceKind::Sql(_) | PieceKind::End => None,
        })
    }
}

fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
