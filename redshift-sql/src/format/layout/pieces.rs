//! What holds no clauses of its own: conditions, operators, brackets and CASE.

use super::{LayoutWriter, Range, SMALL, STEP};
use crate::format::roles::TokenRole;
use crate::token::TokenKind;

impl LayoutWriter<'_> {
    /// Writes what holds no clauses of its own: on one line, or with a line for each condition.
    pub(super) fn piece(
        &mut self,
        range: Range,
        line: Option<usize>,
        indent: usize,
        is_first: bool,
    ) {
        if self.fits(&range, line) {
            self.flat(range, line, indent + STEP, is_first);
            return;
        }
        let parts = self.split(range, |layout, at| layout.role(at) == TokenRole::Link);
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
                TokenRole::Until => indent + 2 * STEP,
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
    fn terms(&self, part: Range) -> (TokenRole, Vec<Range>) {
        for role in [TokenRole::Until, TokenRole::Operator, TokenRole::Factor] {
            let terms = self.split(part.clone(), |layout, at| layout.role(at) == role);
            if terms.len() > 1 {
                return (role, terms);
            }
        }
        (TokenRole::Plain, vec![part])
    }

    /// Writes tokens one behind the other, and what is in brackets as it has room. Where a line is
    /// too short, its widest brackets are broken first.
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
        } else if self.kind(open) != TokenKind::LeftParenthesis {
            let parts = self.split(inner, |layout, at| layout.role(at) == TokenRole::Arm);
            for part in parts {
                let line = (self.role(part.start) == TokenRole::Arm).then_some(deeper);
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
