//! The branches of a statement: those of each CASE, and within the body of a procedure those of IF, CASE,
//! loops and handlers. `sfc test` says which of them no test has taken.

use std::collections::HashSet;

use redshift_sql::Span;
use redshift_sql::lexer::lex_part;
use redshift_sql::parse;
use redshift_sql::token::{Token, TokenKind};
use redshift_sql::tree::{Block, BodyStep, Loop, StatementKind, StepKind};

/// One way on from a place where there are several. The same text is the same place wherever it stands,
/// because GROUP BY has to find the CASE of the select list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementBranch {
    /// What branches, as [`Fork::text`].
    text: String,
    /// Which branch, from 0.
    index: usize,
}

impl StatementBranch {
    pub(crate) fn new(text: impl Into<String>, index: usize) -> Self {
        Self {
            text: text.into(),
            index,
        }
    }
}

/// A place from which there are several ways on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fork {
    /// What branches: its text, that of a CASE with one blank between its words.
    pub text: String,
    /// Whether it is in the body of a procedure, which may run in another step.
    pub in_procedure: bool,
    /// What each branch is.
    pub ways: Vec<Way>,
}

/// What a branch is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Where it stands: a byte of the statement.
    pub offset: usize,
    /// Where the next one begins, or what branches ends.
    pub end: usize,
    /// Whether nobody has written it: what happens where no condition holds.
    pub implied: bool,
}

impl Way {
    fn of(span: Span) -> Self {
        Self {
            offset: span.start as usize,
            end: span.end as usize,
            implied: false,
        }
    }

    fn implied(span: Span) -> Self {
        Self {
            implied: true,
            ..Self::of(span)
        }
    }
}

impl Fork {
    /// Its branches as the warehouse knows them.
    pub fn branches(&self) -> impl Iterator<Item = StatementBranch> {
        (0..self.ways.len()).map(|index| StatementBranch::new(self.text.as_str(), index))
    }
}

/// Every fork of a statement in the order of its text, and the same text once; none of one that cannot be
/// read.
#[must_use]
pub fn forks(sql: &str) -> Vec<Fork> {
    let whole = Span::new(0, u32::try_from(sql.len()).unwrap_or(u32::MAX));
    let mut all = cases(sql, whole, false);
    for statement in &parse(sql).statements {
        if let StatementKind::CreateProcedure(procedure) = &statement.kind {
            let body = procedure.body.span;
            all.extend(cases(sql, body, true));
            of_block(sql, &procedure.body, &mut all);
            procedure
                .body
                .each_step(&mut |step| of_step(sql, step, &mut all));
        }
    }
    all.sort_by_key(|fork| fork.ways.first().map(|way| way.offset));
    let mut known = HashSet::new();
    all.retain(|fork| known.insert(fork.text.clone()));
    all
}

/// The handlers of a block.
fn of_block(sql: &str, block: &Block, all: &mut Vec<Fork>) {
    for handler in &block.handlers {
        all.push(of_procedure(sql, handler.span, vec![Way::of(handler.span)]));
    }
}

/// What branches in a statement of a body, the statements within it left out.
fn of_step(sql: &str, step: &BodyStep, all: &mut Vec<Fork>) {
    let otherwise_of = |steps: &[BodyStep]| {
        let first = steps.first().map(|first| first.span.start);
        let start = first.unwrap_or(step.span.end);
        Way::of(Span::new(start, step.span.end))
    };
    let ways = match &step.kind {
        StepKind::If {
            branches,
            otherwise,
        } => {
            let written = branches.iter().map(|branch| Way::of(branch.span));
            let last = match otherwise {
                Some(steps) => otherwise_of(steps),
                None => Way::implied(step.span),
            };
            written.chain([last]).collect()
        }
        // Where nothing matches and there is no ELSE, that is an error.
        StepKind::Case {
            branches,
            otherwise,
            ..
        } => {
            let written = branches.iter().map(|branch| Way::of(branch.span));
            let last = otherwise.as_ref().map(|steps| otherwise_of(steps));
            written.chain(last).collect()
        }
        StepKind::Loop(inner) => {
            let span = rounds_of(inner);
            return all.push(of_procedure(sql, span, vec![Way::of(span)]));
        }
        StepKind::Block(block) => return of_block(sql, block, all),
        _ => return,
    };
    all.push(of_procedure(sql, step.span, ways));
}

/// The statements of a loop.
pub(crate) fn rounds_of(inner: &Loop) -> Span {
    let (first, last) = (inner.steps.first(), inner.steps.last());
    Span::new(
        first.map_or(0, |first| first.span.start),
        last.map_or(0, |last| last.span.end),
    )
}

fn of_procedure(sql: &str, span: Span, ways: Vec<Way>) -> Fork {
    Fork {
        text: span.of(sql).to_owned(),
        in_procedure: true,
        ways,
    }
}

/// An expression CASE that is being read.
struct Open {
    start: u32,
    /// Where each WHEN stands, and then ELSE.
    ways: Vec<u32>,
    has_else: bool,
}

/// Every CASE that is an expression in a part of a text. That of a procedure's statements has semicolons in
/// it.
fn cases(sql: &str, part: Span, in_procedure: bool) -> Vec<Fork> {
    let tokens = lex_part(sql, part).tokens;
    let mut open: Vec<Open> = Vec::new();
    let mut all = Vec::new();
    for (number, token) in tokens.iter().enumerate() {
        let word = word(sql, token);
        let before = number
            .checked_sub(1)
            .and_then(|before| tokens.get(before))
            .map(|before| self::word(sql, before));
        match word.as_str() {
            "case" if before.as_deref() != Some("end") => open.push(Open {
                start: token.span.start,
                ways: Vec::new(),
                has_else: false,
            }),
            "when" => {
                if let Some(case) = open.last_mut() {
                    case.ways.push(token.span.start);
                }
            }
            "else" => {
                if let Some(case) = open.last_mut() {
                    case.ways.push(token.span.start);
                    case.has_else = true;
                }
            }
            "end" => {
                let Some(case) = open.pop() else { continue };
                let ends = case.ways.iter().skip(1).chain([&token.span.start]);
                let written = case.ways.iter().zip(ends);
                let mut ways: Vec<Way> = written
                    .map(|(start, end)| Way::of(Span::new(*start, *end)))
                    .collect();
                let all_of_it = Span::new(case.start, token.span.end);
                if !case.has_else {
                    ways.push(Way::implied(all_of_it));
                }
                let text = text_of_case(sql, all_of_it);
                all.push(Fork {
                    text,
                    in_procedure,
                    ways,
                });
            }
            _ if token.kind == TokenKind::Semicolon => open.clear(),
            _ => {}
        }
    }
    all
}

/// A word in lower case; anything else is empty.
fn word(sql: &str, token: &Token) -> String {
    match token.kind {
        TokenKind::Word(_) => token.span.of(sql).to_ascii_lowercase(),
        _ => String::new(),
    }
}

/// The text of a CASE with one blank between its words, and words in lower case: as the engine compares it
/// with another one.
pub(crate) fn text_of_case(sql: &str, span: Span) -> String {
    let mut text = String::new();
    let tokens = lex_part(sql, span).tokens.into_iter();
    for token in tokens.filter(|token| token.kind != TokenKind::End) {
        if !text.is_empty() {
            text.push(' ');
        }
        match token.kind {
            TokenKind::Word(_) => text.push_str(&token.span.of(sql).to_ascii_lowercase()),
            _ => text.push_str(token.span.of(sql)),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each fork as the starts of its branches.
    fn shown(sql: &str) -> Vec<Vec<&str>> {
        let way = |way: &Way| {
            let rest = &sql[way.offset..way.end];
            let line = rest.lines().next().unwrap().trim_end();
            if way.implied { "(implied)" } else { line }
        };
        forks(sql)
            .iter()
            .map(|fork| fork.ways.iter().map(way).collect())
            .collect()
    }

    #[test]
    fn a_case_within_a_case_is_one_of_its_own() {
        let sql =
            "select case\nwhen a then case b\nwhen 1 then 2 end\nelse 3\nend, 'case when' from t";
        assert_eq!(
            shown(sql),
            [
                vec!["when a then case b", "else 3"],
                vec!["when 1 then 2", "(implied)"]
            ]
        );
        let texts: Vec<String> = forks(sql).into_iter().map(|fork| fork.text).collect();
        assert_eq!(texts[1], "case b when 1 then 2 end");
        // As GROUP BY may say it.
        let again = forks("select CASE B\n  WHEN 1 THEN 2 END group by case b when 1 then 2 end");
        assert_eq!(again.len(), 1);
        assert_eq!(again[0].text, texts[1]);
    }

    #[test]
    fn merge_has_whens_and_no_case() {
        let sql = "merge into t using s on t.a = s.a when matched then update set b = 1 \
                   when not matched then insert values (1)";
        assert!(forks(sql).is_empty());
    }

    #[test]
    fn the_statements_of_a_procedure_branch() {
        let sql = "create procedure p() as $$\nbegin\nif a > 1 then\nx := case\nwhen a then 1\nelse 2 end;\n\
                   elsif b then\ny := 1;\nend if;\ncase a\nwhen 1 then\nz := 1;\nend case;\n\
                   for i in 1..2 loop\nw := 1;\nend loop;\nexception\nwhen others then\nv := 1;\nend;\n$$ \
                   language plpgsql";
        assert_eq!(
            shown(sql),
            [
                vec!["if a > 1 then", "elsif b then", "(implied)"],
                vec!["when a then 1", "else 2"],
                vec!["when 1 then"],
                vec!["w := 1"],
                vec!["when others then"],
            ]
        );
        assert!(forks(sql).iter().all(|fork| fork.in_procedure));
    }
}
