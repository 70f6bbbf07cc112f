//! Views, external views and materialized views.
//!
//! Source: AWS pages `CREATE VIEW`, `CREATE EXTERNAL VIEW`, `ALTER EXTERNAL VIEW`, `CREATE
//! MATERIALIZED VIEW`, `REFRESH MATERIALIZED VIEW`, `ALTER MATERIALIZED VIEW`, `Streaming ingestion`.
//!
//! `create view v as select 1 a with no schema binding` has a query of one column.

use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::token::TokenKind;
use crate::tree::{
    AlterExternalView, AlterMaterializedView, AlterMaterializedViewAction, AlterTableKind,
    CreateExternalView, CreateMaterializedView, CreateView, RefreshMaterializedView, StatementKind,
};

impl Parser<'_> {
    /// Reads from VIEW to the end of CREATE VIEW.
    pub(super) fn create_view(&mut self, or_replace: bool) -> Parsed<StatementKind> {
        self.bump();
        if self.at_keyword(K::If) && self.ahead(1).keyword() == Some(K::Not) {
            let sentence = "Redshift has no CREATE VIEW IF NOT EXISTS";
            let help = "write `create or replace view`";
            return Err(self.refused(self.span(), sentence, help));
        }
        let name = self.object_name("the name of a view")?;
        let columns = if self.at(TokenKind::LeftParenthesis) {
            self.names_in_parentheses("the name of a column")?
        } else {
            Vec::new()
        };
        self.expect_keyword(K::As)?;
        let query = Box::new(self.query_behind_as()?);
        let no_schema_binding = self.no_schema_binding()?;
        Ok(StatementKind::CreateView(Box::new(CreateView {
            or_replace,
            name,
            columns,
            query,
            no_schema_binding,
        })))
    }

    /// `with no schema binding`
    fn no_schema_binding(&mut self) -> Parsed<bool> {
        if !self.at_keyword(K::With) {
            return Ok(false);
        }
        if self.is_word(1, "check") || self.is_word(1, "local") || self.is_word(1, "cascaded") {
            let sentence = "Redshift has no WITH CHECK OPTION";
            return Err(self.refused(self.span(), sentence, "leave it out"));
        }
        self.bump();
        for word in ["no", "schema", "binding"] {
            self.expect_word(word)?;
        }
        Ok(true)
    }

    /// Reads from PROTECTED or VIEW to the end of CREATE EXTERNAL VIEW.
    pub(super) fn create_external_view(&mut self) -> Parsed<StatementKind> {
        let protected = self.eat_word("protected");
        self.expect_keyword(K::View)?;
        let before = self.if_not_exists()?;
        let name = self.object_name("the name of a view")?;
        let if_not_exists = self.if_not_exists()? || before;
        self.expect_keyword(K::As)?;
        let query = Box::new(self.query_behind_as()?);
        Ok(StatementKind::CreateExternalView(Box::new(
            CreateExternalView {
                protected,
                if_not_exists,
                name,
                query,
            },
        )))
    }

    /// Reads from VIEW to the end of ALTER EXTERNAL VIEW.
    pub(super) fn alter_external_view(&mut self) -> Parsed<StatementKind> {
        self.bump();
        let name = self.object_name("the name of a view")?;
        let force = self.eat_word("force");
        let query = if self.eat_keyword(K::As) {
            Some(Box::new(self.query_behind_as()?))
        } else if self.eat_keyword(K::Remove) {
            self.expect_word("definition")?;
            None
        } else {
            return Err(self.unexpected(&["as", "remove definition", "force"]));
        };
        Ok(StatementKind::AlterExternalView(Box::new(
            AlterExternalView { name, force, query },
        )))
    }

    /// Reads from MATERIALIZED to the end of CREATE MATERIALIZED VIEW.
    pub(super) fn create_materialized_view(&mut self) -> Parsed<StatementKind> {
        self.bump();
        self.expect_keyword(K::View)?;
        if self.at_keyword(K::If) && self.ahead(1).keyword() == Some(K::Not) {
            let sentence = "Redshift has no CREATE MATERIALIZED VIEW IF NOT EXISTS";
            let help = "drop the view first: `drop materialized view if exists …`";
            return Err(self.refused(self.span(), sentence, help));
        }
        let name = self.object_name("the name of a view")?;
        if self.at(TokenKind::LeftParenthesis) {
            let sentence = "a materialized view takes the names of its columns from its query";
            let help = "name the columns in the query: `select a as x`";
            return Err(self.refused(self.span(), sentence, help));
        }
        let mut attributes = self.table_attributes()?;
        let mut auto_refresh = None;
        // The page has AUTO REFRESH last; public scripts have it first as well.
        if self.eat_word("auto") {
            self.expect_keyword(K::Refresh)?;
            auto_refresh = Some(self.yes_or_no()?);
            let rest = self.table_attributes()?;
            attributes.backup = attributes.backup.or(rest.backup);
            attributes.distribution = attributes.distribution.or(rest.distribution);
            attributes.distribution_key = attributes.distribution_key.or(rest.distribution_key);
            attributes.sort_key = attributes.sort_key.or(rest.sort_key);
            attributes.encode_auto |= rest.encode_auto;
        }
        if !self.at_keyword(K::As) {
            return Err(self.unexpected(&[
                "as",
                "auto",
                "backup",
                "diststyle",
                "distkey",
                "sortkey",
                "compound",
                "interleaved",
            ]));
        }
        self.bump();
        let query = Box::new(self.query_behind_as()?);
        if self.at_keyword(K::With) {
            let sentence = "a materialized view is bound to its tables and filled at once";
            return Err(self.refused(self.span(), sentence, "leave WITH out"));
        }
        Ok(StatementKind::CreateMaterializedView(Box::new(
            CreateMaterializedView {
                name,
                attributes,
                auto_refresh,
                query,
            },
        )))
    }

    /// `refresh materialized view name [restrict | cascade]`
    pub(super) fn refresh(&mut self) -> Parsed<StatementKind> {
        self.bump();
        self.expect_keyword(K::Materialized)?;
        self.expect_keyword(K::View)?;
        if self.at_word("concurrently") {
            let sentence = "Redshift has no REFRESH … CONCURRENTLY";
            return Err(self.refused(self.span(), sentence, "leave CONCURRENTLY out"));
        }
        let name = self.object_name("the name of a materialized view")?;
        let behavior = self.behavior()?;
        Ok(StatementKind::RefreshMaterializedView(
            RefreshMaterializedView { name, behavior },
        ))
    }

    /// Reads from MATERIALIZED to the end of ALTER MATERIALIZED VIEW.
    pub(super) fn alter_materialized_view(&mut self) -> Parsed<StatementKind> {
        self.bump();
        self.expect_keyword(K::View)?;
        let name = self.object_name("the name of a materialized view")?;
        let action = if self.at_word("auto") {
            self.bump();
            self.expect_keyword(K::Refresh)?;
            AlterMaterializedViewAction::AutoRefresh(self.yes_or_no()?)
        } else if matches!(self.keyword(), Some(K::Alter | K::Row)) || self.at_word("owner") {
            let first = self.alter_table_action()?;
            let ours = matches!(
                first.kind,
                AlterTableKind::Distribution { .. }
                    | AlterTableKind::SortKey(_)
                    | AlterTableKind::RowLevelSecurity(_)
                    | AlterTableKind::Owner(_)
            );
            if !ours {
                let sentence = "ALTER MATERIALIZED VIEW does not change this";
                let help = "drop the view and create it anew";
                return Err(self.refused(first.span, sentence, help));
            }
            let mut actions = vec![first];
            while self.at(TokenKind::Comma) && self.ahead(1).keyword() == Some(K::Alter) {
                self.bump();
                actions.push(self.alter_table_action()?);
            }
            AlterMaterializedViewAction::Table(actions)
        } else {
            return Err(self.unexpected(&["auto", "alter", "row", "owner"]));
        };
        Ok(StatementKind::AlterMaterializedView(Box::new(
            AlterMaterializedView { name, action },
        )))
    }
}
