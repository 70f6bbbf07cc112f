//! EXPLAIN, ANALYZE, VACUUM, LOCK, CANCEL and DESC.
//!
//! Source: AWS pages `EXPLAIN`, `ANALYZE`, `ANALYZE COMPRESSION`, `VACUUM`, `LOCK`, `CANCEL`, `DESC
//! DATASHARE`, `DESC IDENTITY PROVIDER`.
//!
//! `vacuum sort only t to 75 percent` sorts; `explain select 1` has the query as its statement.

use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::token::TokenKind;
use crate::tree::{
    Analyze, Cancel, Describe, Explain, Lock, Statement, StatementKind, Vacuum, VacuumMode,
};

impl Parser<'_> {
    /// Reads `explain [verbose] statement`; EXPLAIN ANALYZE is refused by name.
    pub(super) fn explain(&mut self) -> Parsed<StatementKind> {
        self.bump();
        if self.at_keyword(K::Analyze) || self.at_keyword(K::Analyse) {
            let help = "run the statement and read `sys_query_detail`, or leave ANALYZE out";
            return Err(self.refused(self.span(), "Redshift has no EXPLAIN ANALYZE", help));
        }
        if self.at(TokenKind::LeftParenthesis) && !self.at_query_in_parentheses() {
            let sentence = "EXPLAIN has no options in brackets in Redshift";
            return Err(self.refused(self.span(), sentence, "leave them out"));
        }
        let verbose = self.eat_keyword(K::Verbose);
        let statement = Box::new(self.inner_statement()?);
        let explained = matches!(
            statement.kind,
            StatementKind::Query(_)
                | StatementKind::Insert(_)
                | StatementKind::Update(_)
                | StatementKind::Delete(_)
                | StatementKind::Merge(_)
                | StatementKind::CreateTableAs(_)
                | StatementKind::CreateTable(_)
                | StatementKind::CreateMaterializedView(_)
                | StatementKind::Execute(_)
        );
        if !explained {
            let sentence = "Redshift explains queries and changes of rows only";
            let help = "leave EXPLAIN out, or explain the query in the statement";
            return Err(self.refused(statement.span, sentence, help));
        }
        Ok(StatementKind::Explain(Box::new(Explain {
            verbose,
            statement,
        })))
    }

    /// A statement within another one.
    pub(super) fn inner_statement(&mut self) -> Parsed<Statement> {
        let start = self.span();
        let kind = self.deeper(Self::statement)?;
        Ok(Statement {
            span: start.to(self.previous_span()),
            kind,
        })
    }

    /// `analyze …`, `analyze compression …`
    pub(super) fn analyze(&mut self) -> Parsed<StatementKind> {
        self.bump();
        let compression = self.at_word("compression") && {
            let behind = self.ahead(1).kind;
            !matches!(behind, TokenKind::LeftParenthesis | TokenKind::Dot)
        };
        if compression {
            self.bump();
        }
        let mut analyze = Analyze {
            compression,
            verbose: !compression && self.eat_keyword(K::Verbose),
            table: None,
            columns: Vec::new(),
            predicate_columns: None,
            rows: None,
        };
        if self.at_keyword(K::Table) {
            let sentence = "nothing stands between ANALYZE and the table";
            return Err(self.refused(self.span(), sentence, "leave TABLE out"));
        }
        if self.at_name() && !self.at_words(&["predicate", "columns"]) {
            analyze.table = Some(self.object_name("the name of a table")?);
            if self.at(TokenKind::LeftParenthesis) {
                analyze.columns = self.names_in_parentheses("the name of a column")?;
            }
        }
        if self.at(TokenKind::Comma) {
            let help = "write an ANALYZE for each table";
            return Err(self.refused(self.span(), "ANALYZE takes one table", help));
        }
        if compression {
            if self.eat_word("comprows") {
                analyze.rows = Some(self.number_value()?);
            } else if !self.at_statement_end() {
                return Err(self.unexpected(&[";", "comprows"]));
            }
        } else if self.eat_word("predicate") {
            self.expect_word("columns")?;
            analyze.predicate_columns = Some(true);
        } else if self.eat_keyword(K::All) {
            self.expect_word("columns")?;
            analyze.predicate_columns = Some(false);
        } else if !self.at_statement_end() {
            return Err(self.unexpected(&[";", "predicate", "all", "("]));
        }
        Ok(StatementKind::Analyze(Box::new(analyze)))
    }

    /// Reads `vacuum …`; options in brackets are refused by name.
    pub(super) fn vacuum(&mut self) -> Parsed<StatementKind> {
        self.bump();
        if self.at(TokenKind::LeftParenthesis) {
            let sentence = "VACUUM has no options in brackets in Redshift";
            let help = "write `vacuum full`, `vacuum sort only`, `vacuum delete only`, `vacuum reindex` or `vacuum recluster`";
            return Err(self.refused(self.span(), sentence, help));
        }
        if self.at_keyword(K::Analyze) || self.at_keyword(K::Verbose) || self.at_keyword(K::Freeze)
        {
            let word = self.shown_token(self.token()).to_uppercase();
            let sentence = format!("Redshift has no VACUUM {word}");
            let help = "leave it out; write ANALYZE as a statement of its own";
            return Err(self.refused(self.span(), sentence, help));
        }
        let mode = self.vacuum_mode()?;
        let mut vacuum = Vacuum {
            mode,
            table: None,
            threshold: None,
            boost: false,
        };
        let boost = self.at_word("boost") && {
            let behind = self.ahead(1).kind;
            matches!(behind, TokenKind::Semicolon | TokenKind::End)
        };
        if !boost && self.at_name() {
            vacuum.table = Some(self.object_name("the name of a table")?);
        }
        if self.at(TokenKind::Comma) {
            let help = "write a VACUUM for each table";
            return Err(self.refused(self.span(), "VACUUM takes one table", help));
        }
        if self.eat_keyword(K::To) {
            vacuum.threshold = Some(self.number_value()?);
            self.expect_keyword(K::Percent)?;
        }
        vacuum.boost = self.eat_word("boost");
        if !self.at_statement_end() {
            return Err(self.unexpected(&[";", "to", "boost"]));
        }
        Ok(StatementKind::Vacuum(Box::new(vacuum)))
    }

    fn vacuum_mode(&mut self) -> Parsed<VacuumMode> {
        if self.eat_keyword(K::Full) {
            return Ok(VacuumMode::Full);
        }
        for (word, mode) in [
            ("sort", VacuumMode::SortOnly),
            ("delete", VacuumMode::DeleteOnly),
        ] {
            if self.at_word(word) && self.ahead(1).keyword() == Some(K::Only) {
                self.bump();
                self.bump();
                return Ok(mode);
            }
        }
        for (word, mode) in [
            ("reindex", VacuumMode::Reindex),
            ("recluster", VacuumMode::Recluster),
        ] {
            let behind = self.ahead(1).kind;
            if self.at_word(word) && behind != TokenKind::Dot {
                self.bump();
                return Ok(mode);
            }
        }
        if self.at_keyword(K::Delete) {
            self.bump();
            return Err(self.unexpected(&["only"]));
        }
        Ok(VacuumMode::Full)
    }

    /// `lock [table] a, b`
    pub(super) fn lock(&mut self) -> Parsed<StatementKind> {
        self.bump();
        self.eat_keyword(K::Table);
        let tables = self.comma_separated(|parser| parser.object_name("the name of a table"))?;
        if self.at_keyword(K::In) {
            let sentence = "LOCK has no mode in Redshift";
            let help = "leave IN … MODE out: the lock is always exclusive";
            return Err(self.refused(self.span(), sentence, help));
        }
        if self.at_word("nowait") {
            let sentence = "Redshift has no NOWAIT";
            return Err(self.refused(self.span(), sentence, "leave it out"));
        }
        Ok(StatementKind::Lock(Lock { tables }))
    }

    /// Reads `cancel pid ['message']` of a process.
    pub(super) fn cancel(&mut self) -> Parsed<StatementKind> {
        self.bump();
        let process = self.number_value()?;
        let message = if self.at_statement_end() {
            None
        } else {
            Some(self.text_value("a message in single quotes")?)
        };
        Ok(StatementKind::Cancel(Box::new(Cancel { process, message })))
    }

    /// `desc datashare …`, `desc identity provider …`
    pub(super) fn describe(&mut self) -> Parsed<StatementKind> {
        self.bump();
        let identity_provider = self.eat_words(&["identity", "provider"]);
        if !identity_provider && !self.eat_keyword(K::Datashare) {
            if self.at_name() || self.at_keyword(K::Table) {
                let sentence = "Redshift describes datashares and identity providers only";
                let help = "for a table, write `show columns from table …` or read `svv_columns`";
                return Err(self.refused(self.span(), sentence, help));
            }
            return Err(self.unexpected(&["datashare", "identity provider"]));
        }
        let name = self.object_name("a name")?;
        let mut describe = Describe {
            identity_provider,
            name,
            account: None,
            namespace: None,
        };
        if !identity_provider && self.eat_word("of") {
            if self.eat_word("account") {
                describe.account = Some(self.text_value("the id of an account")?);
            }
            self.expect_word("namespace")?;
            describe.namespace = Some(self.text_value("the id of a namespace")?);
        }
        Ok(StatementKind::Describe(Box::new(describe)))
    }
}
