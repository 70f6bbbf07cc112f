//! Names.

use super::text::{fold, unquote};
use super::{Parsed, Parser};
use crate::token::{Token, TokenKind};
use crate::tree::{Name, ObjectName};

impl Parser<'_> {
    /// Whether the next token may be a name: no reserved word.
    pub(crate) fn at_name(&self) -> bool {
        Self::may_be_name(self.token())
    }

    pub(crate) fn may_be_name(token: Token) -> bool {
        match token.kind {
            TokenKind::Word(keyword) => !keyword.is_some_and(crate::keyword::Keyword::is_reserved),
            TokenKind::Quoted | TokenKind::Insertion => true,
            _ => false,
        }
    }

    /// The name that a token is; the script remembers that it is one.
    pub(crate) fn name_of(&mut self, token: Token) -> Name {
        self.note_name(token.span.start);
        self.word_of(token)
    }

    /// What a token says as a name would; it may be a word of the grammar.
    pub(super) fn word_of(&self, token: Token) -> Name {
        let written = self.text_of(token);
        let (text, quoted) = match token.kind {
            TokenKind::Quoted => (unquote(written), true),
            _ => (fold(written), false),
        };
        Name {
            span: token.span,
            inserted: token.kind == TokenKind::Insertion || (quoted && text.contains("{{")),
            text,
            quoted,
        }
    }

    /// Reads a name. `what` says whose: "the name of a table".
    pub(crate) fn name(&mut self, what: &str) -> Parsed<Name> {
        if self.at_name() {
            let token = self.bump();
            return Ok(self.name_of(token));
        }
        Err(self.no_name(what))
    }

    pub(crate) fn no_name(&self, what: &str) -> Box<crate::Mistake> {
        let token = self.token();
        if let TokenKind::Word(Some(_)) = token.kind {
            let word = self.shown_token(token);
            let sentence = format!("`{word}` is a reserved word and cannot be {what}");
            let mistake = crate::Mistake::new(crate::MistakeKind::Syntax, token.span, sentence)
                .help(format!(
                    "write it in double quotes, `\"{word}\"`, or take another name"
                ));
            return Box::new(mistake);
        }
        self.unexpected(&[what])
    }

    /// Reads a name where every word may stand, because nothing else can: behind a dot, behind AS.
    pub(crate) fn any_name(&mut self, what: &str) -> Parsed<Name> {
        match self.kind() {
            TokenKind::Word(_) | TokenKind::Quoted | TokenKind::Insertion => {
                let token = self.bump();
                Ok(self.name_of(token))
            }
            _ => Err(self.unexpected(&[what])),
        }
    }

    /// Reads `name`, `schema.name` or a longer chain.
    pub(crate) fn object_name(&mut self, what: &str) -> Parsed<ObjectName> {
        let first = self.name(what)?;
        self.rest_of_name(first)
    }

    /// Reads what comes behind the first part of a name.
    pub(crate) fn rest_of_name(&mut self, first: Name) -> Parsed<ObjectName> {
        let start = first.span;
        if !self.at(TokenKind::Dot) {
            return Ok(ObjectName {
                span: start,
                parts: first.into(),
            });
        }
        let mut parts = Vec::with_capacity(2);
        parts.push(first);
        while self.at(TokenKind::Dot)
            && matches!(
                self.ahead(1).kind,
                TokenKind::Word(_) | TokenKind::Quoted | TokenKind::Insertion
            )
        {
            self.bump();
            parts.push(self.any_name("a name")?);
        }
        Ok(ObjectName {
            span: start.to(self.previous_span()),
            parts: parts.into(),
        })
    }

    /// Reads names in round brackets with commas between them.
    pub(crate) fn names_in_parentheses(&mut self, what: &str) -> Parsed<Vec<Name>> {
        self.in_parentheses(|parser| parser.name(what))
    }
}
