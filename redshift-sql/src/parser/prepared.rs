//! Prepared statements and cursors.
//!
//! Source: AWS pages `PREPARE`, `EXECUTE`, `DEALLOCATE`, `DECLARE`, `FETCH`, `CLOSE`.
//!
//! `prepare p (int) as select $1` has one type; `fetch forward 5 from c` takes five rows.

use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::token::TokenKind;
use crate::tree::{DeclareCursor, Execute, Fetch, FetchCount, Prepare, StatementKind};

impl Parser<'_> {
    /// `prepare name [(types)] as statement`
    pub(super) fn prepare(&mut self) -> Parsed<StatementKind> {
        self.bump();
        let name = self.name("the name of a statement")?;
        let types = if self.at(TokenKind::LeftParenthesis) {
            self.in_parentheses(Self::type_name)?
        } else {
            Vec::new()
        };
        self.expect_keyword(K::As)?;
        let statement = Box::new(self.inner_statement()?);
        let prepared = matches!(
            statement.kind,
            StatementKind::Query(_)
                | StatementKind::Insert(_)
                | StatementKind::Update(_)
                | StatementKind::Delete(_)
        );
        if !prepared {
            let sentence = "Redshift prepares SELECT, INSERT, UPDATE and DELETE only";
            let help = "write the statement itself";
            return Err(self.refused(statement.span, sentence, help));
        }
        Ok(StatementKind::Prepare(Box::new(Prepare {
            name,
            types,
            statement,
        })))
    }

    /// Reads `execute name [(values)]` of a prepared statement.
    pub(super) fn execute(&mut self) -> Parsed<StatementKind> {
        self.bump();
        if self.at_keyword(K::Procedure) || self.at_word("immediate") {
            let sentence = "EXECUTE runs a prepared statement in Redshift";
            let help = "write `call procedure_name(…)`, or EXECUTE within a procedure";
            return Err(self.refused(self.span(), sentence, help));
        }
        let name = self.name("the name of a prepared statement")?;
        let values = if self.at(TokenKind::LeftParenthesis) {
            self.in_parentheses(Self::expression)?
        } else {
            Vec::new()
        };
        Ok(StatementKind::Execute(Box::new(Execute { name, values })))
    }

    /// Reads `deallocate [prepare] name`; it names one statement.
    pub(super) fn deallocate(&mut self) -> Parsed<StatementKind> {
        self.bump();
        if self.at_keyword(K::Prepare) && Self::may_be_name(self.ahead(1)) {
            self.bump();
        }
        if self.at_keyword(K::All) {
            let help = "name each statement";
            return Err(self.refused(self.span(), "Redshift has no DEALLOCATE ALL", help));
        }
        Ok(StatementKind::Deallocate(
            self.name("the name of a prepared statement")?,
        ))
    }

    /// `declare name cursor for query`
    pub(super) fn declare_cursor(&mut self) -> Parsed<StatementKind> {
        self.bump();
        let name = self.name("the name of a cursor")?;
        for word in ["binary", "insensitive", "scroll", "no"] {
            if self.at_word(word) {
                let written = self.shown_token(self.token()).to_uppercase();
                let sentence = format!("a cursor has no {written} in Redshift");
                let help = "write `declare c cursor for select …`: a cursor goes forward";
                return Err(self.refused(self.span(), sentence, help));
            }
        }
        self.expect_word("cursor")?;
        if self.at_keyword(K::With) || self.at_keyword(K::Without) {
            let sentence = "Redshift has no WITH HOLD";
            let help = "leave it out: a cursor lives as long as its transaction";
            return Err(self.refused(self.span(), sentence, help));
        }
        self.expect_keyword(K::For)?;
        if !self.at_query() && !self.at(TokenKind::LeftParenthesis) {
            return Err(self.unexpected(&["select", "with"]));
        }
        let query = Box::new(self.query()?);
        Ok(StatementKind::DeclareCursor(Box::new(DeclareCursor {
            name,
            query,
        })))
    }

    /// `fetch [next | all | forward [n | all]] from name`
    pub(super) fn fetch(&mut self) -> Parsed<StatementKind> {
        self.bump();
        for word in ["prior", "first", "last", "absolute", "relative", "backward"] {
            if self.at_word(word) {
                let written = self.shown_token(self.token()).to_uppercase();
                let sentence = format!("Redshift has no FETCH {written}");
                let help = "a cursor goes forward: `next`, `all`, `forward n` or `forward all`";
                return Err(self.refused(self.span(), sentence, help));
            }
        }
        let count = if self.eat_keyword(K::All) {
            FetchCount::All
        } else if self.eat_word("forward") {
            if self.eat_keyword(K::All) {
                FetchCount::All
            } else if self.at_keyword(K::From) {
                FetchCount::Next
            } else {
                FetchCount::Forward(self.number_value()?)
            }
        } else {
            self.eat_word("next");
            FetchCount::Next
        };
        self.expect_keyword(K::From)?;
        let cursor = self.name("the name of a cursor")?;
        Ok(StatementKind::Fetch(Box::new(Fetch { count, cursor })))
    }

    /// Reads `close name` of a cursor.
    pub(super) fn close(&mut self) -> Parsed<StatementKind> {
        self.bump();
        if self.at_keyword(K::All) {
            let help = "name each cursor";
            return Err(self.refused(self.span(), "Redshift has no CLOSE ALL", help));
        }
        Ok(StatementKind::Close(self.name("the name of a cursor")?))
    }
}
