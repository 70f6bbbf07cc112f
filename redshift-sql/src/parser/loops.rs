//! Loops of PL/pgSQL.
//!
//! In: `for i in 1..3 loop … end loop`, out: [`LoopKind::Range`].
//!
//! Source: AWS page `Supported PL/pgSQL statements`, section `Loops`.

use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::token::TokenKind;
use crate::tree::{Loop, LoopKind, Name, StepKind, Variable};

impl Parser<'_> {
    /// `loop`, `while … loop`, `for … loop` behind a label, up to `end loop [label]`.
    pub(super) fn loop_with(&mut self, label: Option<Name>) -> Parsed<StepKind> {
        let opened = self.span();
        let kind = match self.option_word().as_deref() {
            Some("loop") => LoopKind::Endless,
            Some("while") => {
                self.bump();
                LoopKind::While(self.expression()?)
            }
            Some("for") => {
                self.bump();
                self.for_kind()?
            }
            _ => return Err(self.unexpected(&["loop", "while", "for", "begin"])),
        };
        self.expect_word("loop")?;
        let steps = self.body_of("loop", opened)?;
        if self.at_name() {
            self.bump();
        }
        Ok(StepKind::Loop(Box::new(Loop { label, kind, steps })))
    }

    fn for_kind(&mut self) -> Parsed<LoopKind> {
        let targets = self.comma_separated(Self::variable)?;
        self.expect_keyword(K::In)?;
        if self.at_query() || self.at_query_in_parentheses() {
            let query = Box::new(self.query()?);
            return Ok(LoopKind::Query { targets, query });
        }
        if self.eat_word("execute") {
            let statement = self.expression()?;
            self.refuse_using()?;
            return Ok(LoopKind::Execute { targets, statement });
        }
        let reverse = self.at_word("reverse") && self.ahead(1).kind != TokenKind::DotDot;
        if reverse {
            self.bump();
        }
        let from = self.expression()?;
        if self.at_word("loop") {
            let help = "loop over its query, or open it and FETCH in a loop";
            let sentence = "a loop of Redshift goes over a range, a query or EXECUTE";
            return Err(self.refused(from.span, sentence, help));
        }
        self.expect(TokenKind::DotDot, "..")?;
        let to = self.expression()?;
        let by = if self.eat_keyword(K::By) {
            Some(self.expression()?)
        } else {
            None
        };
        let mut names = targets.into_iter().filter_map(|target| match target {
            Variable::Name(name) => name.parts.into_iter().next_back(),
            Variable::Position(..) => None,
        });
        match (names.next(), names.next()) {
            (Some(variable), None) => Ok(LoopKind::Range {
                variable,
                reverse,
                from,
                to,
                by,
            }),
            _ => {
                let help = "write one name in front of IN";
                let sentence = "a loop over a range has one variable";
                Err(self.refused(from.span, sentence, help))
            }
        }
    }
}
