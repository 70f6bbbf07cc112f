//! Writes a script's tokens and comments at their places in the layout.

use crate::Span;
use crate::format::roles::{Clause, Role, Roles};
use crate::format::{Unit, WIDTH};
use crate::token::{Kind, Token};

const STEP: usize = 4;

/// Tokens from one to another, the last not included.
type Range = std::ops::Range<usize>;

/// The text that is written, and where its last line stands.
pub(crate) struct Layout<'a> {
    text: &'a str,
    tokens: &'a [Token],
    comments: &'a [Span],
    roles: &'a Roles,
    out: String,
    column: usize,
    line_indent: usize,
    newline: &'static str,
}

impl<'a> Layout<'a> {
    pub fn new(text: &'a str, tokens: &'a [Token], comments: &'a [Span], roles: &'a Roles) -> Self {
        Self {
            text,
            tokens,
            comments,
            roles,
            out: String::with_capacity(text.len() + text.len() / 8),
            column: 0,
            line_indent: 0,
            newline: if text.contains("\r\n") { "\r\n" } else { "\n" },
        }
    }

    /// Writes the whole script.
    pub fn script(mut self, units: &[Unit]) -> String {
        let start = usize::from(self.text.starts_with('\u{feff}')) * 3;
        self.out
            .push_str(self.text.get(..start).unwrap_or_default());
        let mut behind = start;
        for unit in units {
            let begins = unit.span.start as usize;
            self.between(behind, begins, unit.start);
            if unit.is_left {
                self.raw(unit.span.of(self.text));
            } else {
                let end = match self.kind(unit.end.saturating_sub(1)) {
                    Kind::Semicolon => unit.end - 1,
                    _ => unit.end,
                };
                self.statement(unit.start..end);
                if end < unit.end {
                    self.token(end, None, STEP, end == unit.start);
                }
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

    fn kind(&self, at: usize) -> Kind {
        self.tokens.get(at).map_or(Kind::End, |token| token.kind)
    }

    fn role(&self, at: usize) -> Role {
        self.roles.role.get(at).copied().unwrap_or(Role::Plain)
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
        let is_start = self.out.trim_start_matches('\u{feff}').is_empty();
        let mut behind = from;
        let mut wrote = !is_start;
        let (first, last) = self.roles.comments.get(next).copied().unwrap_or_default();
        for comment in self.comments.get(first..last).unwrap_or_default() {
            let gap = self.slice(behind, comment.start as usize);
            if wrote && gap.contains('\n') {
                self.lines(gap);
            } else if wrote {
                self.raw(" ");
            }
            self.raw(comment.of(self.text).trim_end());
            wrote = true;
            behind = comment.end as usize;
        }
        if wrote {
            self.lines(self.slice(behind, to));
        }
    }

    /// Begins a line, behind an empty one where the author left one.
    fn lines(&mut self, gap: &str) {
        if gap.bytes().filter(|byte| *byte == b'\n').count() > 1 {
            self.out.push_str(self.newline);
        }
        self.line(0);
    }

    /// Writes a token behind its comments: at the beginning of a line where `line` says how far it is
    /// indented. `is_first` where the comments in front were written already.
    fn token(&mut self, at: usize, line: Option<usize>, otherwise: usize, is_first: bool) {
        let Some(token) = self.tokens.get(at) else {
            return;
        };
        if !is_first {
            let (first, last) = self.roles.comments.get(at).copied().unwrap_or_default();
            let mut behind = at.checked_sub(1).and_then(|at| self.tokens.get(at));
            let mut behind = behind.take().map_or(0, |token| token.span.end as usize);
            let indent = line.unwrap_or(otherwise);
            let mut must_end = false;
            for comment in self.comments.get(first..last).unwrap_or_default() {
                let own_line = self.slice(behind, comment.start as usize).contains('\n');
                if own_line || must_end {
                    self.line(indent);
                } else {
                    self.raw(" ");
                }
                let text = comment.of(self.text);
                self.raw(text.trim_end());
                must_end = text.starts_with("--");
                behind = comment.end as usize;
            }
            if line.is_some() || must_end {
                self.line(indent);
            } else if self.roles.blank.get(at) == Some(&true) {
                self.raw(" ");
            }
        }
        let text = token.span.of(self.text);
        if self.roles.lower.get(at) == Some(&true) {
            self.raw(&text.to_ascii_lowercase());
        } else {
            self.raw(text);
        }
    }

    /// Whether tokens stand on one line from the column on, or from where a new line begins.
    fn fits(&self, range: &Range, line: Option<usize>) -> bool {
        let sum = |sums: &[usize], at: usize| sums.get(at).copied().unwrap_or(0);
        let last = range.end.saturating_sub(1);
        let breaks =
            sum(&self.roles.breaks, last).saturating_sub(sum(&self.roles.breaks, range.start));
        let width =
            sum(&self.roles.width, range.end).saturating_sub(sum(&self.roles.width, range.start));
        breaks == 0 && line.unwrap_or(self.column) + width < WIDTH
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
        if self.fits(&range, Some(0)) {
            self.flat(range, None, STEP, true);
        } else {
            self.clauses(range, None, 0, true);
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
                .is_some_and(|before| layout.kind(before) == Kind::Comma)
        });
        parts.into_iter().filter(|part| !part.is_empty()).collect()
    }

    /// Writes clauses, each at the beginning of a line.
    fn clauses(&mut self, range: Range, line: Option<usize>, indent: usize, is_first: bool) {
        let parts = self.split(range, |layout, at| {
            matches!(layout.role(at), Role::Clause(_))
        });
        for (number, part) in parts.into_iter().enumerate() {
            let line = if number == 0 { line } else { Some(indent) };
            self.clause(part, line, indent, is_first && number == 0);
        }
    }

    fn clause(&mut self, range: Range, line: Option<usize>, indent: usize, is_first: bool) {
        match self.role(range.start) {
            Role::Clause(Clause::List(head)) if !self.fits(&range, line) => {
                let body = (range.start + head).min(range.end);
                self.flat(range.start..body, line, indent + STEP, is_first);
                for item in self.items(body..range.end) {
                    self.piece(item, Some(indent + STEP), indent + STEP, false);
                }
            }
            Role::Clause(Clause::With) => {
                for (number, table) in self.items(range).into_iter().enumerate() {
                    let line = if number == 0 { line } else { Some(indent) };
                    self.piece(table, line, indent, is_first && number == 0);
                }
            }
            _ => self.piece(range, line, indent, is_first),
        }
    }

    /// Writes what holds no clauses of its own: on one line, or with a line for each condition.
    fn piece(&mut self, range: Range, line: Option<usize>, indent: usize, is_first: bool) {
        if self.fits(&range, line) {
            self.flat(range, line, indent + STEP, is_first);
            return;
        }
        let parts = self.split(range, |layout, at| layout.role(at) == Role::Link);
        for (number, part) in parts.into_iter().enumerate() {
            let line = if number == 0 {
                line
            } else {
                Some(indent + STEP)
            };
            let mut at = part.start;
            while at < part.end {
                let line = line.filter(|_| at == part.start);
                self.token(
                    at,
                    line,
                    indent + STEP,
                    is_first && number == 0 && at == part.start,
                );
                let next = self.behind(at);
                if next > at + 1 {
                    self.group(at, next - 1);
                }
                at = next;
            }
        }
    }

    /// Writes what a bracket or `case`, which is written already, holds, and its end.
    fn group(&mut self, open: usize, close: usize) {
        let inner = open + 1..close;
        let indent = self.line_indent;
        let deeper = indent + STEP;
        if inner.is_empty() {
            self.token(close, None, deeper, false);
        } else if self.fits(&(open + 1..close + 1), None) && self.has_no_comment(open + 1) {
            self.flat(open + 1..close + 1, None, deeper, false);
        } else if self.kind(open) != Kind::LeftParenthesis {
            let parts = self.split(inner, |layout, at| layout.role(at) == Role::Arm);
            for part in parts {
                let line = (self.role(part.start) == Role::Arm).then_some(deeper);
                self.piece(part, line, deeper, false);
            }
            self.token(close, Some(indent), indent, false);
        } else {
            if self.roles.has_clauses.get(open) == Some(&true) {
                self.clauses(inner, Some(deeper), deeper, false);
            } else {
                for item in self.items(inner) {
                    self.piece(item, Some(deeper), deeper, false);
                }
            }
            self.token(close, Some(indent), indent, false);
        }
    }

    fn has_no_comment(&self, at: usize) -> bool {
        let sum = |at: usize| self.roles.breaks.get(at).copied().unwrap_or(0);
        at == 0 || sum(at) == sum(at - 1)
    }
}
