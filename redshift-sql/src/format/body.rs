//! The body of a procedure, cut into what has lines of its own: statements, and the beginnings and
//! ends of blocks.
//!
//! `begin if a then b := 1; end if; end;` is `begin`, `if a then`, `b := 1;`, `end if;`, `end;`, the
//! first and last at level 0, the second and fourth at 1, the third at 2.

use super::reader::TokenReader;
use crate::token::TokenKind;

/// Tokens that begin a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Segment {
    /// Index of the first token.
    pub start: usize,
    /// The token behind the last; a semicolon belongs to it.
    pub end: usize,
    /// How deep it lies, in steps.
    pub level: usize,
    /// What it is to the layout.
    pub form: BodyForm,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyForm {
    Statement,
    /// The head of a loop: `for … loop`.
    For,
    /// The end of a block: a comment in front of it is about what the block holds.
    End,
}

/// What is open where a token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kindred {
    Block,
    /// A block behind its EXCEPTION.
    Handlers,
    If,
    Case,
    Loop,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    kind: Kindred,
    level: usize,
}

impl Open {
    /// Level of the statements that it holds.
    fn inner(self) -> usize {
        match self.kind {
            Kindred::Case | Kindred::Handlers => self.level + 2,
            Kindred::Block | Kindred::If | Kindred::Loop => self.level + 1,
        }
    }
}

/// Cuts a body; none where its blocks do not close as they open.
pub(super) fn segments(reader: &TokenReader<'_>) -> Option<Vec<Segment>> {
    let mut cutter = Cutter {
        reader,
        at: 0,
        open: Vec::new(),
        segments: Vec::new(),
        declares: false,
    };
    while cutter.reader.kind(cutter.at) != TokenKind::End {
        cutter.next()?;
    }
    (cutter.open.is_empty() && !cutter.declares).then_some(cutter.segments)
}

struct Cutter<'r, 'a> {
    reader: &'r TokenReader<'a>,
    at: usize,
    open: Vec<Open>,
    segments: Vec<Segment>,
    /// Whether declarations stand here.
    declares: bool,
}

impl Cutter<'_, '_> {
    fn level(&self) -> usize {
        self.open.last().map_or(0, |open| open.inner())
    }

    /// Takes the tokens up to `end`.
    fn take(&mut self, end: usize, level: usize, form: BodyForm) {
        self.segments.push(Segment {
            start: self.at,
            end,
            level,
            form,
        });
        self.at = end;
    }

    fn push(&mut self, kind: Kindred) {
        let level = self.level();
        self.open.push(Open { kind, level });
    }

    fn next(&mut self) -> Option<()> {
        let (reader, at, level) = (self.reader, self.at, self.level());
        let top = self.open.last().copied();
        let is_variable = matches!(
            reader.kind(at + 1),
            TokenKind::Assign | TokenKind::Equal | TokenKind::Dot | TokenKind::LeftBracket
        );
        if reader.kind(at) == TokenKind::ShiftLeft {
            self.take(
                self.behind(TokenKind::ShiftRight)?,
                level,
                BodyForm::Statement,
            );
            return Some(());
        }
        let word = if is_variable { "" } else { reader.word(at) };
        if self.declares && !matches!(word, "declare" | "begin") {
            self.take(
                self.behind(TokenKind::Semicolon)?,
                level + 1,
                BodyForm::Statement,
            );
            return Some(());
        }
        match (word, top.map(|top| top.kind)) {
            ("declare", _) => {
                self.declares = true;
                self.take(at + 1, level, BodyForm::Statement);
            }
            ("begin", _) => {
                self.declares = false;
                self.take(at + 1, level, BodyForm::Statement);
                self.open.push(Open {
                    kind: Kindred::Block,
                    level,
                });
            }
            ("exception", Some(Kindred::Block)) if reader.word(at + 1) == "when" => {
                let top = self.open.last_mut()?;
                top.kind = Kindred::Handlers;
                let level = top.level;
                self.take(at + 1, level, BodyForm::End);
            }
            ("when", Some(Kindred::Handlers | Kindred::Case)) => {
                self.take(self.behind_word("then")?, level - 1, BodyForm::Statement);
            }
            ("else", Some(Kindred::If | Kindred::Case)) => {
                self.take(at + 1, level - 1, BodyForm::End);
            }
            ("elsif" | "elseif", Some(Kindred::If)) => {
                self.take(self.behind_word("then")?, level - 1, BodyForm::End);
            }
            ("if", _) => {
                let end = self.behind_word("then")?;
                self.push(Kindred::If);
                self.take(end, level, BodyForm::Statement);
            }
            ("case", _) => {
                let end = self.behind_word("when")? - 1;
                self.push(Kindred::Case);
                self.take(end, level, BodyForm::Statement);
            }
            ("for" | "while" | "loop", _) => {
                let form = match word {
                    "for" => BodyForm::For,
                    _ => BodyForm::Statement,
                };
                let end = self.behind_word("loop")?;
                self.push(Kindred::Loop);
                self.take(end, level, form);
            }
            ("end", _) => {
                let open = self.open.pop()?;
                let end = match self.behind(TokenKind::Semicolon) {
                    Some(end) => end,
                    None if self.open.is_empty() => reader.tokens.len() - 1,
                    None => return None,
                };
                self.take(end, open.level, BodyForm::End);
            }
            (_, None) => return None,
            _ => self.take(
                self.behind(TokenKind::Semicolon)?,
                level,
                BodyForm::Statement,
            ),
        }
        Some(())
    }

    /// The token behind the next one of a kind, brackets left out.
    fn behind(&self, wanted: TokenKind) -> Option<usize> {
        self.find(|reader, at, _| reader.kind(at) == wanted)
    }

    /// The token behind the next word of a statement, brackets and CASE expressions left out.
    fn behind_word(&self, wanted: &str) -> Option<usize> {
        let mut cases = 0_usize;
        self.find(|reader, at, is_first| {
            if reader.is_name(at) || reader.kind_before(at) == Some(TokenKind::Dot) {
                return false;
            }
            match reader.word(at) {
                word if word == wanted && cases == 0 => return true,
                "case" if !is_first => cases += 1,
                "end" => cases = cases.saturating_sub(1),
                _ => {}
            }
            false
        })
    }

    /// The token behind the next one outside of brackets that `is_it` says.
    fn find(&self, mut is_it: impl FnMut(&TokenReader<'_>, usize, bool) -> bool) -> Option<usize> {
        let mut depth = 0_usize;
        let mut at = self.at;
        loop {
            match self.reader.kind(at) {
                TokenKind::End => return None,
                TokenKind::LeftParenthesis => depth += 1,
                TokenKind::RightParenthesis => depth = depth.checked_sub(1)?,
                _ if depth == 0 && is_it(self.reader, at, at == self.at) => return Some(at + 1),
                _ => {}
            }
            at += 1;
        }
    }
}
