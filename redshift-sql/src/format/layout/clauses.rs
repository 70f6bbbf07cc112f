//! Clauses, each at the beginning of a line, and their lists.

use super::{LayoutWriter, Range, STEP};
use crate::format::clause::ClauseBreaks;
use crate::format::roles::TokenRole;

impl LayoutWriter<'_> {
    /// Writes clauses, each at the beginning of a line.
    pub(super) fn clauses(
        &mut self,
        range: Range,
        line: Option<usize>,
        indent: usize,
        is_first: bool,
    ) {
        let parts = self.split(range, |layout, at| {
            matches!(layout.role(at), TokenRole::Clause(clause) if clause != ClauseBreaks::Action)
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
            TokenRole::Clause(ClauseBreaks::List(head)) if !self.fits(&range, line) => {
                self.list(range, head, line, indent, is_first);
            }
            TokenRole::Clause(ClauseBreaks::Tables | ClauseBreaks::Join)
                if !self.fits(&range, line) =>
            {
                self.tables(range, line, indent, is_first);
            }
            TokenRole::Clause(ClauseBreaks::With) => {
                for (number, table) in self.items(range).into_iter().enumerate() {
                    let line = if number == 0 { line } else { Some(indent) };
                    self.piece(table, line, indent, is_first && number == 0);
                }
            }
            TokenRole::Clause(_) if !self.fits(&range, line) => {
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
        } else if self.role(range.start) == TokenRole::Clause(ClauseBreaks::Tables) {
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
            layout.role(at) == TokenRole::Clause(ClauseBreaks::Action)
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
}
