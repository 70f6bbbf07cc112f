//! Transactions.
//!
//! Source: AWS pages `BEGIN`, `COMMIT`, `END`, `ROLLBACK`, `ABORT`, `Isolation levels in Amazon
//! Redshift`.
//!
//! `begin isolation level serializable read only`; `end` is `commit`, `abort` is `rollback`.

use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::mistake::{Mistake, MistakeKind};
use crate::token::TokenKind;
use crate::tree::{Begin, IsolationLevel, StatementKind};

impl Parser<'_> {
    /// `begin [work | transaction] …`, `start transaction …`
    pub(super) fn begin(&mut self) -> Parsed<StatementKind> {
        if self.bump().keyword() == Some(K::Start) {
            self.expect_word("transaction")?;
        } else if !self.eat_keyword(K::Work) {
            self.eat_word("transaction");
        }
        Ok(StatementKind::Begin(self.transaction_modes()?))
    }

    /// `[isolation level …] [read write | read only]`
    pub(super) fn transaction_modes(&mut self) -> Parsed<Begin> {
        let mut begin = Begin::default();
        while !self.at_statement_end() {
            let start = self.span();
            let twice = if self.eat_word("isolation") {
                self.expect_word("level")?;
                let level = self.isolation()?;
                begin.isolation.replace(level).is_some()
            } else if self.eat_word("read") {
                let read_only = self.expect_one_of(&["write", "only"])? == 1;
                begin.read_only.replace(read_only).is_some()
            } else {
                if self.at_keyword(K::Deferrable) {
                    let sentence = "Redshift has no DEFERRABLE transactions";
                    return Err(self.refused(self.span(), sentence, "leave it out"));
                }
                return Err(self.unexpected(&[";", "isolation", "read"]));
            };
            if twice {
                let sentence = "this stands here twice";
                let mistake = Mistake::new(
                    MistakeKind::Syntax,
                    start.to(self.previous_span()),
                    sentence,
                );
                return Err(Box::new(mistake.help("leave one of them out")));
            }
            if self.at(TokenKind::Comma) && matches!(self.ahead(1).kind, TokenKind::Word(_)) {
                self.bump();
            }
        }
        Ok(begin)
    }

    /// The name of an isolation level.
    pub(super) fn isolation(&mut self) -> Parsed<IsolationLevel> {
        let index = self.expect_one_of(&["serializable", "snapshot", "read", "repeatable"])?;
        Ok(match index {
            0 => IsolationLevel::Serializable,
            1 => IsolationLevel::Snapshot,
            2 if self.expect_one_of(&["uncommitted", "committed"])? == 0 => {
                IsolationLevel::ReadUncommitted
            }
            2 => IsolationLevel::ReadCommitted,
            _ => {
                self.expect_word("read")?;
                IsolationLevel::RepeatableRead
            }
        })
    }

    /// `commit`, `end`, `rollback`, `abort`, each with `[work | transaction]`
    pub(super) fn end_of_transaction(&mut self) -> Parsed<StatementKind> {
        let keyword = self.bump().keyword();
        if !self.eat_keyword(K::Work) {
            self.eat_word("transaction");
        }
        let rollback = matches!(keyword, Some(K::Rollback | K::Abort));
        if rollback && self.at_keyword(K::To) {
            let sentence = "Redshift has no savepoints";
            let help = "roll back the whole transaction, or write several transactions";
            return Err(self.refused(self.span(), sentence, help));
        }
        if self.at_keyword(K::And) || self.at_word("prepared") {
            let sentence = "nothing stands behind the end of a transaction in Redshift";
            return Err(self.refused(self.span(), sentence, "leave it out"));
        }
        if !self.at_statement_end() {
            return Err(self.unexpected(&[";", "work", "transaction"]));
        }
        Ok(if rollback {
            StatementKind::Rollback
        } else {
            StatementKind::Commit
        })
    }
}
