//! Writes a script's tokens and comments at their places in the layout.

mod clauses;
mod pieces;
mod procedure;

use std::collections::HashMap;

use crate::Span;
use crate::format::clause::Family;
use crate::format::reader::TokenReader;
use crate::format::roles::{TokenRole, TokenRoles};
use crate::format::{Unit, WIDTH};
use crate::token::{Token, TokenKind};

const STEP: usize = 4;

/// Brackets of fewer columns are not broken only because a line is too short.
const SMALL: usize = 20;

/// Tokens from one to another, the last not included.
type Range = std::ops::Range<usize>;

/// The text that is written, and where its last line stands.
pub(crate) struct LayoutWriter<'a> {
    text: &'a str,
    tokens: &'a [Token],
    comments: &'a [Span],
    roles: &'a TokenRoles,
    out: String,
    column: usize,
    line_indent: usize,
    newline: &'static str,
    reader: &'a TokenReader<'a>,
    /// Whether the lines of the author stay where a statement is too long for one.
    keeps_lines: bool,
    /// How far the statement is indented.
    base: usize,
}

impl<'a> LayoutWriter<'a> {
    pub fn new(reader: &'a TokenReader<'a>, roles: &'a TokenRoles) -> Self {
        let text = reader.text;
        // The last line's end: it is always there when the layout is laid out again.
        let last_end = text
            .rfind('\n')
            .map(|end| text.get(..end).unwrap_or_default());
        let is_windows = last_end.is_some_and(|line| line.ends_with('\r'));
        Self {
            text,
            tokens: reader.tokens,
            comments: reader.comments,
            reader,
            keeps_lines: false,
            base: 0,
            roles,
            out: String::with_capacity(text.len() + text.len() / 8),
            column: 0,
            line_indent: 0,
            newline: if is_windows { "\r\n" } else { "\n" },
        }
    }

    /// Writes the whole script.
    ///
    /// `bodies` holds what the literals of procedures hold, laid out, by their tokens.
    pub fn script(mut self, units: &[Unit], bodies: &HashMap<usize, String>) -> String {
        let start = usize::from(self.text.starts_with('\u{feff}')) * 3;
        self.out
            .push_str(self.text.get(..start).unwrap_or_default());
        let mut behind = start;
        for unit in units {
            let begins = unit.span.start as usize;
            self.between(behind, begins, unit.start);
            if unit.is_left {
                self.raw(unit.span.of(self.text));
            } else if let Some(body) = unit.body.and_then(|at| bodies.get(&at).zip(Some(at))) {
                self.procedure(unit, body.1, body.0);
            } else {
                self.with_semicolon(unit.start..unit.end, Self::statement);
            }
            behind = unit.span.end as usize;
        }
        let end = self.tokens.len().saturating_sub(1);
        self.between(behind, self.text.len(), end);
        let written = self.out.trim_end_matches([' ', '\t', '\n', '\r']).len();
        self.out.truncate(written);
        if written > start {
            self.out.push_str(self.newline);
        }
        self.out
    }

    /// Writes a statement, and its semicolon if it has one.
    fn with_semicolon(&mut self, range: Range, write: fn(&mut Self, Range)) {
        let end = match self.kind(range.end.saturating_sub(1)) {
            TokenKind::Semicolon => range.end - 1,
            _ => range.end,
        };
        write(self, range.start..end);
        if end < range.end {
            self.token(end, None, self.base + STEP, end == range.start);
        }
    }

    fn kind(&self, at: usize) -> TokenKind {
        self.tokens
            .get(at)
            .map_or(TokenKind::End, |token| token.kind)
    }

    fn role(&self, at: usize) -> TokenRole {
        self.roles.role.get(at).copied().unwrap_or(TokenRole::Plain)
    }

    fn line(&mut self, indent: usize) {
        self.out.push_str(self.newline);
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
        self.line_indent = indent;
    }

    fn raw(&mut self, text: &str) {
        self.out.push_str(text);
        match text.rfind('\n') {
            Some(at) => self.column = text.get(at + 1..).unwrap_or_default().chars().count(),
            None => self.column += text.chars().count(),
        }
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// Writes the comments between two statements, and the lines that part them.
    fn between(&mut self, from: usize, to: usize, next: usize) {
        self.between_at(from, to, next, self.base);
    }

    /// As [`Self::between`]; comments that begin lines are so far indented.
    fn between_at(&mut self, from: usize, to: usize, next: usize, indent: usize) {
        let is_start = self.out.trim_start_matches('\u{feff}').is_empty();
        let mut behind = from;
        let mut wrote = !is_start;
        let mut must_end = false;
        let (first, last) = self.roles.comments.get(next).copied().unwrap_or_default();
        for number in first..last {
            let Some(comment) = self.comments.get(number) else {
                continue;
            };
            let gap = self.slice(behind, comment.start as usize);
            if wrote && (must_end || self.begins_line(number)) {
                self.lines(gap, indent);
            } else if wrote {
                self.raw(" ");
            }
            let text = comment.of(self.text);
            self.raw(text.trim_end());
            must_end = text.starts_with("--");
            wrote = true;
            behind = behind.max(comment.end as usize);
        }
        if wrote {
            self.lines(self.slice(behind, to), self.base);
        }
    }

    /// Begins a line, behind an empty one where the author left one.
    fn lines(&mut self, gap: &str, indent: usize) {
        if gap.bytes().filter(|byte| *byte == b'\n').count() > 1 {
            self.out.push_str(self.newline);
        }
        self.line(indent);
    }

    /// Writes a token behind its comments: at the beginning of a line where `line` says how far it is
    /// indented. `is_first` where the comments in front were written already.
    fn token(&mut self, at: usize, line: Option<usize>, otherwise: usize, is_first: bool) {
        let Some(token) = self.tokens.get(at) else {
            return;
        };
        if self.roles.verbatim.get(at) == Some(&true) {
            self.raw(self.reader.gap(at));
        } else if !is_first {
            match line {
                Some(indent) => self.comments(at, indent, true),
                None => self.comments(at, otherwise, false),
            }
        }
        let text = token.span.of(self.text);
        if self.roles.lower.get(at) == Some(&true) {
            self.raw(&text.to_ascii_lowercase());
        } else {
            self.raw(text);
        }
    }

    /// Writes the comments in front of a token, and the blank or the line that parts the token from what
    /// is in front of it.
    fn comments(&mut self, at: usize, indent: usize, begins_line: bool) {
        let (first, last) = self.roles.comments.get(at).copied().unwrap_or_default();
        let mut must_end = false;
        for number in first..last {
            let Some(comment) = self.comments.get(number) else {
                continue;
            };
            if must_end || self.begins_line(number) {
                self.line(indent);
            } else {
                self.raw(" ");
            }
            let text = comment.of(self.text);
            self.raw(text.trim_end());
            must_end = text.starts_with("--");
        }
        if begins_line || must_end {
            self.line(indent);
        } else if self.has_blank(at) {
            self.raw(" ");
        }
    }

    fn begins_line(&self, comment: usize) -> bool {
        self.roles.own_line.get(comment) == Some(&true)
    }

    /// Whether tokens fit on one line, from the column on or from where a new line begins. They do not
    /// where their author or a comment has broken them.
    fn fits(&self, range: &Range, line: Option<usize>) -> bool {
        let sum = |at: usize| self.roles.breaks.get(at).copied().unwrap_or(0);
        let last = range.end.saturating_sub(1);
        sum(last) <= sum(range.start) && self.is_short(range, line)
    }

    /// Whether a line has room for tokens.
    fn is_short(&self, range: &Range, line: Option<usize>) -> bool {
        let before = match line {
            Some(indent) => indent,
            None => self.column + usize::from(self.has_blank(range.start)),
        };
        before + self.width(range) < WIDTH
    }

    /// Columns of tokens on one line.
    fn width(&self, range: &Range) -> usize {
        let sum = |at: usize| self.roles.width.get(at).copied().unwrap_or(0);
        let width = sum(range.end).saturating_sub(sum(range.start));
        width.saturating_sub(usize::from(self.has_blank(range.start)))
    }

    /// Whether a blank parts a token from the one before it on its line.
    fn has_blank(&self, at: usize) -> bool {
        self.roles.blank.get(at) == Some(&true)
    }

    fn flat(&mut self, range: Range, line: Option<usize>, indent: usize, is_first: bool) {
        for at in range.clone() {
            let is_first_token = at == range.start;
            let line = line.filter(|_| is_first_token);
            self.token(at, line, indent, is_first && is_first_token);
        }
    }

    fn statement(&mut self, range: Range) {
        if range.is_empty() {
            return;
        }
        self.keeps_lines = Family::of(self.reader, range.start) == Family::Other;
        let indent = self.base;
        if self.fits(&range, Some(indent)) {
            self.flat(range, None, indent + STEP, true);
        } else {
            self.clauses(range, None, indent, true);
        }
    }

    /// Splits tokens in front of those that `begins` says, brackets left out.
    fn split(&self, range: Range, begins: impl Fn(&Self, usize) -> bool) -> Vec<Range> {
        let mut parts = Vec::new();
        let (mut start, mut at) = (range.start, range.start);
        while at < range.end {
            if at > start && begins(self, at) {
                parts.push(start..at);
                start = at;
            }
            at = self.behind(at).min(range.end);
        }
        parts.push(start..range.end);
        parts
    }

    /// The token behind another one, or behind what that one opens.
    fn behind(&self, at: usize) -> usize {
        self.roles.close.get(at).copied().flatten().unwrap_or(at) + 1
    }

    fn items(&self, range: Range) -> Vec<Range> {
        let parts = self.split(range, |layout, at| {
            at.checked_sub(1)
                .is_some_and(|before| layout.kind(before) == TokenKind::Comma)
                && layout.roles.verbatim.get(at) == Some(&false)
        });
        parts.into_iter().filter(|part| !part.is_empty()).collect()
    }
}
