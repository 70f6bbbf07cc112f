//! Procedures: the head, the body segment by segment, and what stands behind it.

use super::{LayoutWriter, Range, STEP};
use crate::format::Unit;
use crate::format::body::{BodyForm, Segment};

impl LayoutWriter<'_> {
    /// Writes the body of a procedure.
    pub(in crate::format) fn body(mut self, segments: &[Segment]) -> String {
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
                BodyForm::End => self.base + STEP,
                BodyForm::Statement | BodyForm::For => self.base,
            };
            self.between_at(behind, begins, segment.start, comments);
            let write = match segment.form {
                BodyForm::For => Self::loop_head,
                BodyForm::Statement | BodyForm::End => Self::statement,
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

    /// Writes a procedure around its body, which the literal `literal` holds.
    pub(super) fn procedure(&mut self, unit: &Unit, literal: usize, body: &str) {
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
}
