//! SQL within string literals: the query of UNLOAD, the body of a procedure or function.
//!
//! In: `'select ''a'''`, out: the tree of `select 'a'`, with places in the script.
//!
//! A text without escapes is read where it stands. One with escapes is laid out anew, each token
//! where it begins in the script and blanks behind it, so that places stay true.

use std::borrow::Cow;

use super::text::{Unescaped, decode, unescape};
use super::{Parsed, Parser};
use crate::Span;
use crate::lexer::{Lexed, lex, lex_part};
use crate::mistake::{Mistake, MistakeKind};
use crate::token::{Token, TokenKind};

impl Parser<'_> {
    /// Reads a literal in single quotes or dollar signs. A literal in quotes may go on behind a line
    /// break.
    pub(super) fn literal(&mut self, what: &str) -> Parsed<Vec<Token>> {
        if !matches!(self.kind(), TokenKind::Text | TokenKind::Dollar) {
            return Err(self.unexpected(&[what]));
        }
        let mut literals = vec![self.bump()];
        while self.at(TokenKind::Text) && self.previous_is_text() {
            let between = Span::new(self.previous_span().end, self.span().start);
            if !between.of(self.text).contains('\n') {
                break;
            }
            literals.push(self.bump());
        }
        Ok(literals)
    }

    fn previous_is_text(&self) -> bool {
        self.previous_span().of(self.text).ends_with('\'')
    }

    /// The value of literals in a row.
    pub(super) fn value_of(&self, literals: &[Token]) -> String {
        let values = literals.iter().map(|token| decode(self.text_of(*token)));
        values.collect::<Vec<Cow<'_, str>>>().concat()
    }

    /// Reads the text within literals in a row.
    pub(super) fn within<T>(
        &mut self,
        literals: &[Token],
        read: impl FnOnce(&mut Parser<'_>) -> Parsed<T>,
    ) -> Parsed<T> {
        if self.depth() + 1 >= super::MAX_DEPTH {
            // Says that it is too deep.
            return self.deeper(|parser| Err(parser.unexpected(&[])));
        }
        let plain = match literals {
            [one] => self.plain_part(*one),
            _ => None,
        };
        match plain {
            Some(part) => {
                let lexed = lex_part(self.text, part);
                self.read_inner(self.text, &lexed, read)
            }
            None => {
                let unescaped = unescape(self.text, literals);
                let mut text = std::mem::take(&mut self.plain);
                let lexed = lay_out(&unescaped, &mut text);
                let parsed = self.read_inner(&text, &lexed, read);
                self.plain = text;
                parsed
            }
        }
    }

    /// Place of the text within a literal that has no escapes.
    fn plain_part(&self, literal: Token) -> Option<Span> {
        let written = self.text_of(literal);
        let value = decode(written);
        let Cow::Borrowed(value) = value else {
            return None;
        };
        let close = if literal.kind == TokenKind::Dollar {
            written.len().checked_sub(value.len())? / 2
        } else {
            1
        };
        let end = literal.span.end.checked_sub(u32::try_from(close).ok()?)?;
        let start = end.checked_sub(u32::try_from(value.len()).ok()?)?;
        Some(Span::new(start, end))
    }

    fn read_inner<T>(
        &mut self,
        text: &str,
        lexed: &Lexed,
        read: impl FnOnce(&mut Parser<'_>) -> Parsed<T>,
    ) -> Parsed<T> {
        if let Some(mistake) = &lexed.mistake {
            return Err(Box::new(mistake.clone()));
        }
        let mut inner = self.inner(text, &lexed.tokens);
        let parsed = read(&mut inner);
        let noted = inner.take_noted();
        let names = inner.take_names();
        // A text with escapes is read elsewhere, so its places say nothing.
        if std::ptr::eq(text, self.text) {
            names.into_iter().for_each(|start| self.note_name(start));
        }
        let parsed = parsed.map_err(|mistake| self.outside(mistake));
        for mistake in noted {
            self.note(mistake);
        }
        parsed
    }

    /// A mistake at a place without a length, at the end of an empty text, stands in front of it.
    fn outside(&self, mut mistake: Box<Mistake>) -> Box<Mistake> {
        if mistake.kind == MistakeKind::Syntax && mistake.span.start == mistake.span.end {
            mistake.span = self.previous_span();
        }
        mistake
    }
}

/// The tokens of the text within literals in a row, each at its place in the script, escapes included.
pub(crate) fn tokens_within(text: &str, literals: Span) -> Vec<Token> {
    let mut literals = lex_part(text, literals).tokens;
    literals.retain(|token| matches!(token.kind, TokenKind::Text | TokenKind::Dollar));
    let unescaped = unescape(text, &literals);
    let mut tokens = lex(&unescaped.value).tokens;
    for token in &mut tokens {
        let Span { start, end } = token.span;
        token.span = Span::new(unescaped.place(start), unescaped.place(end));
    }
    tokens
}

/// Lays the tokens of a text out where they stand in the script. `text` may hold what was laid out
/// in front of it.
fn lay_out(unescaped: &Unescaped, text: &mut String) -> Lexed {
    let mut lexed = lex(&unescaped.value);
    let first = unescaped.place(0) as usize;
    if text.len() > first {
        text.clear();
    }
    let mut behind = 0;
    for token in &mut lexed.tokens {
        let start = unescaped.place(token.span.start) as usize;
        let between = Span::new(behind, token.span.start).of(&unescaped.value);
        if between.contains('\n') && text.len() < start {
            text.push('\n');
        }
        let blanks = start.saturating_sub(text.len());
        text.extend(std::iter::repeat_n(' ', blanks));
        let written = token.span.of(&unescaped.value);
        text.push_str(written);
        behind = token.span.end;
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        token.span = Span::new(start, start + (token.span.end - token.span.start));
    }
    if let Some(mistake) = &mut lexed.mistake {
        let Span { start, end } = mistake.span;
        mistake.span = Span::new(unescaped.place(start), unescaped.place(end));
    }
    lexed
}
