//! What each token is to the layout: the first word of a clause, a link of conditions, an arm of a
//! CASE. It also says which bracket closes which.

use crate::format::Unit;
use crate::format::clause::{ClauseBreaks, Family, clause, is_join_prefix};
use crate::format::reader::TokenReader;
use crate::format::words::{blank, is_lower};
use crate::token::TokenKind;

/// Where a line may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenRole {
    /// Nothing in particular to the layout.
    Plain,
    /// The first word of a clause.
    Clause(ClauseBreaks),
    /// `and`, `or`, the `on` of a join, and the `then` of a CASE.
    Link,
    /// The `and` of a BETWEEN: a line begins where a line is too short for both ends.
    Until,
    /// `||`, `+` or `-` between two values: a line begins where a line is too short for all of them.
    Operator,
    /// `*` or `/` between two values: a line begins where one is too short in spite of the others.
    Factor,
    /// `when`, `else` or `end` of a CASE.
    Arm,
}

/// Comments in front of a token: the first, and the one behind the last.
pub(super) type Comments = (usize, usize);

/// The roles of a script's tokens.
#[derive(Debug)]
pub(super) struct TokenRoles {
    /// A role for each token.
    pub role: Vec<TokenRole>,
    /// The closing bracket of an opening one, and `end` of a `case`.
    pub close: Vec<Option<usize>>,
    /// Whether the bracket that opens here holds clauses.
    pub has_clauses: Vec<bool>,
    /// Whether the token, and what lies in front of it, stays byte for byte: within `struct<…>`.
    pub verbatim: Vec<bool>,
    /// Whether a blank stands in front of the token where both are on one line.
    pub blank: Vec<bool>,
    /// Whether the token is written in lower case.
    pub lower: Vec<bool>,
    /// The comments in front of a token. Those in front of a comma or semicolon stand behind it.
    pub comments: Vec<Comments>,
    /// Whether a comment has a line of its own, or begins one.
    pub own_line: Vec<bool>,
    /// Sum of the widths of the tokens in front, with their blanks.
    pub width: Vec<usize>,
    /// Number of the breaks of the author, and of comments, up to the token.
    pub breaks: Vec<usize>,
}

/// A statement, a bracket or a CASE that is open.
struct Frame {
    open: usize,
    is_case: bool,
    clauses: bool,
    betweens: usize,
    in_join: bool,
    /// Whether an option of a table stood in it, so that AS has a line of its own.
    options: bool,
}

impl TokenRoles {
    pub fn of(reader: &TokenReader<'_>, units: &[Unit]) -> Self {
        let count = reader.tokens.len();
        let mut roles = Self {
            role: vec![TokenRole::Plain; count],
            close: vec![None; count],
            has_clauses: vec![false; count],
            verbatim: vec![false; count],
            blank: Vec::with_capacity(count),
            lower: Vec::with_capacity(count),
            comments: Vec::with_capacity(count),
            own_line: Vec::with_capacity(reader.comments.len()),
            width: Vec::with_capacity(count + 1),
            breaks: Vec::with_capacity(count),
        };
        let mut may_break = vec![false; count];
        let mut is_left = vec![false; count];
        for unit in units {
            if unit.is_left {
                is_left
                    .get_mut(unit.start..unit.end)
                    .iter_mut()
                    .for_each(|left| left.fill(true));
            } else {
                roles.nested_types(reader, unit);
                roles.unit(reader, unit, &mut may_break);
            }
        }
        roles.place_comments(reader, &is_left);
        roles.measure(reader, &may_break);
        roles
    }

    /// Marks what `struct<…>`, `array<…>` and `map<…>` hold.
    fn nested_types(&mut self, reader: &TokenReader<'_>, unit: &Unit) {
        let mut depth = 0_usize;
        for at in unit.start + 1..unit.end {
            let opens = matches!(reader.before(at), "struct" | "array" | "map")
                && !reader.is_name(at - 1)
                && reader.kind(at) == TokenKind::Less;
            if depth == 0 && !opens {
                continue;
            }
            match reader.kind(at) {
                TokenKind::Less => depth += 1,
                TokenKind::Greater => depth = depth.saturating_sub(1),
                TokenKind::ShiftRight => depth = depth.saturating_sub(2),
                _ => {}
            }
            mark(&mut self.verbatim, at);
        }
    }

    /// Says which comments stand in front of which token.
    fn place_comments(&mut self, reader: &TokenReader<'_>, is_left: &[bool]) {
        let mut next = 0;
        let mut behind = reader.start;
        let mut moved = None;
        for (at, token) in reader.tokens.iter().enumerate() {
            let first = next;
            let mut has_line = false;
            while let Some(comment) = reader.comments.get(next) {
                if comment.start >= token.span.start {
                    break;
                }
                let gap = crate::Span::new(behind, comment.start).of(reader.text);
                let own_line = gap.contains('\n');
                self.own_line.push(own_line);
                has_line |= own_line || comment.of(reader.text).starts_with("--");
                behind = comment.end;
                next += 1;
            }
            behind = token.span.end;
            let first = moved.take().unwrap_or(first);
            let separates = matches!(token.kind, TokenKind::Comma | TokenKind::Semicolon)
                && is_left.get(at) == Some(&false)
                && self.verbatim.get(at) == Some(&false)
                && at > 0;
            if separates && has_line {
                moved = Some(first);
                self.comments.push((first, first));
            } else {
                self.comments.push((first, next));
            }
        }
    }

    fn measure(&mut self, reader: &TokenReader<'_>, may_break: &[bool]) {
        let (mut width, mut breaks) = (0, 0);
        for (at, token) in reader.tokens.iter().enumerate() {
            let role = self.role.get(at).copied().unwrap_or(TokenRole::Plain);
            let breaks_here = !matches!(
                role,
                TokenRole::Plain | TokenRole::Until | TokenRole::Operator | TokenRole::Factor
            ) || may_break.get(at) == Some(&true);
            let verbatim = self.verbatim.get(at) == Some(&true);
            let (first, last) = self.comments.get(at).copied().unwrap_or_default();
            let gap = reader.gap(at);
            if last > first || (breaks_here || verbatim) && gap.contains('\n') {
                breaks += 1;
            }
            let blank = !verbatim && blank(reader, at);
            self.breaks.push(breaks);
            self.width.push(width);
            width += token.span.of(reader.text).chars().count() + usize::from(blank);
            if verbatim {
                width += gap.chars().count();
            }
            self.blank.push(blank);
            self.lower.push(!verbatim && is_lower(reader, at));
        }
        self.width.push(width);
    }

    fn unit(&mut self, reader: &TokenReader<'_>, unit: &Unit, may_break: &mut [bool]) {
        let family = Family::of(reader, unit.start);
        let frame = |open, is_case, clauses| Frame {
            open,
            is_case,
            clauses,
            betweens: 0,
            in_join: false,
            options: false,
        };
        let mut frames = vec![frame(unit.start, false, family != Family::Other)];
        for at in unit.start..unit.end {
            let depth = frames.len();
            let Some(top) = frames.last_mut() else { return };
            match reader.kind(at) {
                _ if self.verbatim.get(at) == Some(&true) => continue,
                TokenKind::LeftParenthesis => {
                    let clauses = matches!(
                        reader.word(at + 1),
                        "select" | "with" | "partition" | "order"
                    ) && !reader.is_name(at + 1);
                    if clauses {
                        mark(&mut self.has_clauses, at);
                    }
                    if reader.kind(at + 1) != TokenKind::RightParenthesis {
                        mark(may_break, at + 1);
                    }
                    frames.push(frame(at, false, clauses));
                    continue;
                }
                TokenKind::RightParenthesis => {
                    self.close(&mut frames, at);
                    continue;
                }
                TokenKind::Word(_) if reader.kind_before(at) != Some(TokenKind::Dot) => {}
                TokenKind::Word(_) => continue,
                TokenKind::Concatenate => {
                    self.set(at, TokenRole::Operator);
                    continue;
                }
                kind if reader.is_between_values(at) => {
                    self.set(
                        at,
                        match kind {
                            TokenKind::Plus | TokenKind::Minus => TokenRole::Operator,
                            _ => TokenRole::Factor,
                        },
                    );
                    continue;
                }
                _ => continue,
            }
            let role = match reader.word(at) {
                _ if reader.is_name(at) => continue,
                "case" => {
                    frames.push(frame(at, true, false));
                    continue;
                }
                "when" | "else" if top.is_case => TokenRole::Arm,
                "then" if top.is_case => TokenRole::Link,
                "end" if top.is_case => {
                    if let Some(close) = self.close.get_mut(top.open) {
                        *close = Some(at);
                    }
                    frames.pop();
                    TokenRole::Arm
                }
                "between" => {
                    top.betweens += 1;
                    continue;
                }
                "and" if top.betweens > 0 => {
                    top.betweens -= 1;
                    TokenRole::Until
                }
                "and" => TokenRole::Link,
                "or" if reader.before(at) != "create" => TokenRole::Link,
                "on" if top.in_join => {
                    top.in_join = false;
                    TokenRole::Link
                }
                "as" if top.options
                    && (matches!(reader.word(at + 1), "select" | "with")
                        || reader.kind(at + 1) == TokenKind::LeftParenthesis) =>
                {
                    top.options = false;
                    TokenRole::Clause(ClauseBreaks::Conditions)
                }
                word if top.clauses => match clause(reader, at, family, depth > 1, top.in_join) {
                    Some(clause) => {
                        if let ClauseBreaks::List(head) = clause {
                            mark(may_break, at + head);
                        }
                        top.betweens = 0;
                        top.options = family == Family::Table
                            && depth == 1
                            && !matches!(word, "select" | "with" | "from");
                        top.in_join = word == "join"
                            || is_join_prefix(word)
                            || word == "using" && family == Family::Merge;
                        TokenRole::Clause(clause)
                    }
                    None => continue,
                },
                _ => continue,
            };
            self.set(at, role);
        }
    }

    /// Ends the bracket that a closing one closes, with all that is open in it.
    fn close(&mut self, frames: &mut Vec<Frame>, at: usize) {
        while frames.len() > 1 {
            let Some(closed) = frames.pop() else { break };
            if !closed.is_case {
                if let Some(close) = self.close.get_mut(closed.open) {
                    *close = Some(at);
                }
                break;
            }
        }
    }

    fn set(&mut self, at: usize, role: TokenRole) {
        if let Some(slot) = self.role.get_mut(at) {
            *slot = role;
        }
    }
}

fn mark(marks: &mut [bool], at: usize) {
    if let Some(mark) = marks.get_mut(at) {
        *mark = true;
    }
}
