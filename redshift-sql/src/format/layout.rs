//! Writes a script's tokens and comments at their places in the layout.

use std::collections::HashMap;

use crate::Span;
use crate::format::body::{Form, Segment};
use crate::format::clause::{Clause, Family};
use crate::format::reader::Reader;
use crate::format::roles::{Role, Roles};
use crate::format::{Unit, WIDTH};
use crate::token::{Kind, Token};

const STEP: usize = 4;

/// Brackets of fewer columns are not broken only because a line is too short.
const SMALL: usize = 20;

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
    reader: &'a Reader<'a>,
    /// Whether the lines of the author stay where a statement is too long for one.
    keeps_lines: bool,
    /// How far the statement is indented.
    base: usize,
}

impl<'a> Layout<'a> {
    pub fn new(reader: &'a Reader<'a>, roles: &'a Roles) -> Self {
        let text = reader.text;
        let first_end = text
            .find('\n')
            .map(|end| text.get(..end).unwrap_or_default());
        let is_windows = first_end.is_some_and(|line| line.ends_with('\r'));
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

    /// Writes the body of a procedure.
    pub fn body(mut self, segments: &[Segment]) -> String {
        let mut behind = self.reader.start as usize;
        for segment in segments {
            let place = |at: usize| {
                self.tokens
                    .get(at)
                    .map_or(behind, |token| token.span.start as usize)
            };
            let begins = place(segment.start);
            self.base = segment.level * STEP;
            let comments = match segment.form {
                Form::End => self.base + STEP,
                Form::Statement | Form::For => self.base,
            };
            self.between_at(behind, begins, segment.start, comments);
            let write = match segment.form {
                Form::For => Self::loop_head,
                Form::Statement | Form::End => Self::statement,
            };
            self.with_semicolon(segment.start..segment.end, write);
            let last = self.tokens.get(segment.end.saturating_sub(1));
            behind = last.map_or(behind, |token| token.span.end as usize);
        }
        self.base = 0;
        let end = self.tokens.len().saturating_sub(1);
        let at_end = self
            .tokens
            .get(end)
            .map_or(behind, |token| token.span.end as usize);
        self.between(behind, at_end, end);
        let written = self.out.trim_end_matches([' ', '\t', '\n', '\r']).len();
        self.out.truncate(written);
        self.out
    }

    /// Writes a statement, and its semicolon if it has one.
    fn with_semicolon(&mut self, range: Range, write: fn(&mut Self, Range)) {
        let end = match self.kind(range.end.saturating_sub(1)) {
            Kind::Semicolon => range.end - 1,
            _ => range.end,
        };
        write(self, range.start..end);
        if end < range.end {
            self.token(end, None, self.base + STEP, end == range.start);
        }
    }

    /// Writes a procedure around its body, which the literal `literal` holds.
    fn procedure(&mut self, unit: &Unit, literal: usize, body: &str) {
        let head = unit.start..literal;
        if self.fits(&head, None) {
            self.flat(head, None, STEP, true);
        } else {
            self.keeps_lines = false;
            self.piece(head, None, 0, true);
        }
        let written = self
            .tokens
            .get(literal)
            .map_or("", |token| token.span.of(self.text));
        let close = written
            .rfind('$')
            .and_then(|end| written.get(..end)?.rfind('$'));
        let tag = close.and_then(|at| written.get(at..)).unwrap_or_default();
        self.comments(literal, STEP, false);
        self.raw(tag);
        self.line(0);
        self.raw(body);
        self.line(0);
        self.raw(tag);
        self.with_semicolon(literal + 1..unit.end, |layout, tail| {
            layout.flat(tail, None, STEP, false);
        });
    }

    /// Writes `for … in … loop`, a query in it on lines of its own where it is long.
    fn loop_head(&mut self, range: Range) {
        let query = range.clone().find(|at| {
            self.reader.word(at.saturating_sub(1)) == "in"
                && matches!(self.reader.word(*at), "select" | "with")
        });
        let (indent, last) = (self.base, range.end.saturating_sub(1));
        match query.filter(|_| !self.fits(&range, Some(indent))) {
            Some(query) => {
                self.flat(range.start..query, None, indent + STEP, true);
                self.clauses(query..last, Some(indent + STEP), indent + STEP, false);
                self.token(last, Some(indent), indent, false);
            }
            None => self.statement(range),
        }
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

    /// Whether tokens stand on one line from the column on, or from where a new line begins, and
    /// neither their author nor a comment has broken them.
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
                .is_some_and(|before| layout.kind(before) == Kind::Comma)
                && layout.roles.verbatim.get(at) == Some(&false)
        });
        parts.into_iter().filter(|part| !part.is_empty()).collect()
    }

    /// Writes clauses, each at the beginning of a line.
    fn clauses(&mut self, range: Range, line: Option<usize>, indent: usize, is_first: bool) {
        let parts = self.split(range, |layout, at| {
            matches!(layout.role(at), Role::Clause(clause) if clause != Clause::Action)
        });
        let is_set = |part: &Range| {
            let word = self.reader.word(part.start);
            matches!(word, "union" | "intersect" | "except" | "minus")
        };
        let has_members = parts.iter().any(is_set);
        let mut number = 0;
        while let Some(part) = parts.get(number) {
            let line = if number == 0 { line } else { Some(indent) };
            let is_first = is_first && number == 0;
            // A query among others may stand on one line.
            let is_query = has_members && self.reader.word(part.start) == "select";
            let rest = parts.get(number + 1..).unwrap_or_default().iter();
            let more =
                rest.take_while(|part| is_query && !is_set(part) && self.is_of_member(part.start));
            let more = more.count();
            let end = parts.get(number + more).map_or(part.end, |last| last.end);
            if is_query && self.fits(&(part.start..end), Some(indent)) {
                self.flat(part.start..end, line, indent + STEP, is_first);
                number += more;
            } else {
                self.clause(part.clone(), line, indent, is_first);
            }
            number += 1;
        }
    }

    /// Whether a clause is one of a query among others, not of all of them.
    fn is_of_member(&self, at: usize) -> bool {
        !matches!(
            self.reader.word(at),
            "order" | "limit" | "offset" | "select"
        )
    }

    fn clause(&mut self, range: Range, line: Option<usize>, indent: usize, is_first: bool) {
        match self.role(range.start) {
            Role::Clause(Clause::List(head)) if !self.fits(&range, line) => {
                self.list(range, head, line, indent, is_first);
            }
            Role::Clause(Clause::Tables | Clause::Join) if !self.fits(&range, line) => {
                self.tables(range, line, indent, is_first);
            }
            Role::Clause(Clause::With) => {
                for (number, table) in self.items(range).into_iter().enumerate() {
                    let line = if number == 0 { line } else { Some(indent) };
                    self.piece(table, line, indent, is_first && number == 0);
                }
            }
            Role::Clause(_) if !self.fits(&range, line) => {
                self.actions(range, line, indent, is_first)
            }
            _ => self.piece(range, line, indent, is_first),
        }
    }

    /// Writes a clause whose items have a line each, behind so many tokens of its head.
    fn list(
        &mut self,
        range: Range,
        head: usize,
        line: Option<usize>,
        indent: usize,
        is_first: bool,
    ) {
        let body = (range.start + head).min(range.end);
        self.flat(range.start..body, line, indent + STEP, is_first);
        for item in self.items(body..range.end) {
            self.piece(item, Some(indent + STEP), indent + STEP, false);
        }
    }

    /// Writes FROM or JOIN: a line for each table where there are several.
    fn tables(&mut self, range: Range, line: Option<usize>, indent: usize, is_first: bool) {
        let mut tables = self.items(range.clone());
        let later = tables.split_off(1.min(tables.len()));
        if later.is_empty() {
            self.piece(range, line, indent, is_first);
        } else if self.role(range.start) == Role::Clause(Clause::Tables) {
            self.list(range, 1, line, indent, is_first);
        } else {
            for first in tables {
                self.piece(first, line, indent, is_first);
            }
            for table in later {
                self.piece(table, Some(indent + STEP), indent + STEP, false);
            }
        }
    }

    /// Writes a clause, and the lists that it holds under it.
    fn actions(&mut self, range: Range, line: Option<usize>, indent: usize, is_first: bool) {
        let mut parts = self.split(range, |layout, at| {
            layout.role(at) == Role::Clause(Clause::Action)
        });
        let actions = parts.split_off(1.min(parts.len()));
        for part in parts {
            self.piece(part, line, indent, is_first);
        }
        let deeper = indent + STEP;
        for action in actions {
            if self.fits(&action, Some(deeper)) {
                self.flat(action, Some(deeper), deeper + STEP, false);
            } else {
                self.list(action, 1, Some(deeper), deeper, false);
            }
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
            let (line, deeper) = match number {
                0 => (line, indent + STEP),
                _ => (Some(indent + STEP), indent + 2 * STEP),
            };
            if self.is_short(&part, line) {
                self.open(part, line, indent + STEP, is_first && number == 0);
                continue;
            }
            let (role, terms) = self.terms(part);
            // The `and` of a BETWEEN must not look like one between conditions.
            let deeper = match role {
                Role::Until => indent + 2 * STEP,
                _ => deeper,
            };
            for (term_number, term) in terms.into_iter().enumerate() {
                let is_first = is_first && number == 0 && term_number == 0;
                let line = if term_number == 0 { line } else { Some(deeper) };
                self.open(term, line, deeper, is_first);
            }
        }
    }

    /// Splits tokens at the operators between them that bind least.
    fn terms(&self, part: Range) -> (Role, Vec<Range>) {
        for role in [Role::Until, Role::Operator, Role::Factor] {
            let terms = self.split(part.clone(), |layout, at| layout.role(at) == role);
            if terms.len() > 1 {
                return (role, terms);
            }
        }
        (Role::Plain, vec![part])
    }

    /// Writes tokens one behind the other, and what is in brackets as it has room: where a line is too
    /// short, its widest brackets are broken first.
    fn open(&mut self, range: Range, line: Option<usize>, indent: usize, is_first: bool) {
        let keeps_lines = self.keeps_lines && !self.is_short(&range, line);
        let mut widest = self.widest(&range).into_iter();
        let mut at = range.start;
        while at < range.end {
            let line = if at == range.start {
                line
            } else {
                let own = keeps_lines && self.reader.gap(at).contains('\n');
                own.then_some(indent)
            };
            self.token(at, line, indent, is_first && at == range.start);
            let next = self.behind(at);
            if next > at + 1 {
                let width = self.width(&(at..next));
                let is_widest = widest.next().is_none_or(|widest| width >= widest);
                let must_break = is_widest && !self.is_short(&(at + 1..range.end), None);
                self.group(at, next - 1, must_break);
            }
            at = next;
        }
    }

    /// For each bracket of a part, the width of the widest from there on.
    fn widest(&self, range: &Range) -> Vec<usize> {
        let mut widths = Vec::new();
        let mut at = range.start;
        while at < range.end {
            let next = self.behind(at);
            if next > at + 1 {
                widths.push(self.width(&(at..next)));
            }
            at = next;
        }
        let mut most = 0;
        for width in widths.iter_mut().rev() {
            most = most.max(*width);
            *width = most;
        }
        widths
    }

    /// Writes what a bracket or `case`, which is written already, holds, and its end. `must_break` where
    /// the line has no room for what stands behind it.
    fn group(&mut self, open: usize, close: usize, must_break: bool) {
        let inner = open + 1..close;
        let is_small = self.width(&(open..close + 1)) < SMALL;
        let whole = open + 1..close + 1;
        let has_room = if is_small {
            self.fits(&whole, Some(0))
        } else {
            self.fits(&whole, None) && !must_break
        };
        let indent = self.line_indent;
        let deeper = indent + STEP;
        if inner.is_empty() {
            self.token(close, None, deeper, false);
        } else if has_room && self.has_no_comment(open + 1) {
            self.flat(whole, None, deeper, false);
        } else if self.kind(open) != Kind::LeftParenthesis {
            let parts = self.split(inner, |layout, at| layout.role(at) == Role::Arm);
            for part in parts {
                let line = (self.role(part.start) == Role::Arm).then_some(deeper);
                self.piece(part, line, deeper, false);
            }
            self.token(close, Some(indent), indent, false);
        } else {
            let has_clauses = self.roles.has_clauses.get(open) == Some(&true);
            let is_query = matches!(self.reader.word(open + 1), "select" | "with");
            if has_clauses && is_query && self.fits(&inner, Some(deeper)) {
                self.flat(inner, Some(deeper), deeper + STEP, false);
            } else if has_clauses {
                self.clauses(inner, Some(deeper), deeper, false);
            } else {
                let items = self.arguments(open, inner);
                // Links of a single condition stand under its beginning.
                let of_links = if items.len() == 1 { indent } else { deeper };
                for item in items {
                    self.piece(item, Some(deeper), of_links, false);
                }
            }
            self.token(close, Some(indent), indent, false);
        }
    }

    /// What brackets hold, cut at the commas. Behind the first argument of DECODE, a value and what stands
    /// for it are one.
    fn arguments(&self, open: usize, inner: Range) -> Vec<Range> {
        let items = self.items(inner);
        let of_decode = open
            .checked_sub(1)
            .is_some_and(|before| self.reader.word(before) == "decode");
        match items.split_first() {
            Some((first, pairs)) if of_decode => {
                let pairs = pairs.chunks(2).filter_map(|pair| {
                    let (first, last) = (pair.first()?, pair.last()?);
                    Some(first.start..last.end)
                });
                std::iter::once(first.clone()).chain(pairs).collect()
            }
            _ => items,
        }
    }

    fn has_no_comment(&self, at: usize) -> bool {
        let sum = |at: usize| self.roles.breaks.get(at).copied().unwrap_or(0);
        at == 0 || sum(at) == sum(at - 1)
    }
}
