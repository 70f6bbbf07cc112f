//! INSERT, UPDATE, DELETE, MERGE and TRUNCATE.
//!
//! Source: AWS pages `INSERT`, `UPDATE`, `DELETE`, `MERGE`, `TRUNCATE`.

use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::token::TokenKind;
use crate::tree::{
    Assignment, Delete, Insert, InsertSource, Matched, Merge, MergeActions, Name, NotMatched,
    StatementKind, Truncate, Update, ValuesRow, With,
};

impl Parser<'_> {
    /// `insert into table [(columns)] values … | query | default values`
    pub(super) fn insert(&mut self) -> Parsed<StatementKind> {
        self.bump();
        if self.at_word("overwrite") || self.at_keyword(K::Or) {
            let help = "delete the rows first, or use MERGE";
            return Err(self.refused(self.span(), "Redshift inserts without replacing", help));
        }
        self.expect_keyword(K::Into)?;
        let table = self.object_name("the name of a table")?;
        if self.at_keyword(K::As) {
            return Err(self.refused(
                self.span(),
                "the table of INSERT gets no other name",
                "leave it out",
            ));
        }
        let columns = if self.at(TokenKind::LeftParenthesis) && !self.at_query_in_parentheses() {
            self.names_in_parentheses("a column")?
        } else {
            Vec::new()
        };
        let source = match self.keyword() {
            Some(K::Default) => {
                self.bump();
                self.expect_keyword(K::Values)?;
                InsertSource::DefaultValues
            }
            Some(K::Values) => {
                self.bump();
                InsertSource::Values(self.comma_separated(Self::values_row)?)
            }
            Some(K::Select | K::With) => InsertSource::Query(Box::new(self.query()?)),
            _ if self.at_query_in_parentheses() => InsertSource::Query(Box::new(self.query()?)),
            _ if columns.is_empty() => {
                return Err(self.unexpected(&["values", "select", "(", "with", "default"]));
            }
            _ => return Err(self.unexpected(&["values", "select", "with"])),
        };
        self.refuse_behind_change()?;
        Ok(StatementKind::Insert(Box::new(Insert {
            table,
            columns,
            source,
        })))
    }

    /// Clauses of PostgreSQL behind INSERT, UPDATE and DELETE.
    fn refuse_behind_change(&self) -> Parsed<()> {
        if self.at_keyword(K::Returning) {
            let help = "read the rows with a SELECT behind it";
            return Err(self.refused(self.span(), "Redshift has no RETURNING", help));
        }
        if self.at_keyword(K::On) && self.is_word(1, "conflict") {
            let help = "use MERGE, or delete the rows first";
            return Err(self.refused(self.span(), "Redshift has no ON CONFLICT", help));
        }
        if self.at_keyword(K::On) && self.is_word(1, "duplicate") {
            let help = "use MERGE, or delete the rows first";
            return Err(self.refused(self.span(), "Redshift has no ON DUPLICATE KEY", help));
        }
        Ok(())
    }

    fn values_row(&mut self) -> Parsed<ValuesRow> {
        let start = self.span();
        let values = self.in_parentheses(Self::expression)?;
        Ok(ValuesRow {
            span: start.to(self.previous_span()),
            values,
        })
    }

    /// `update table [[as] alias] set … [from …] [where …]`
    pub(super) fn update(&mut self, with: Option<With>) -> Parsed<StatementKind> {
        self.bump();
        self.eat_keyword(K::Only);
        let table = self.object_name("the name of a table")?;
        let alias = self.table_alias()?;
        self.expect_keyword(K::Set)?;
        let assignments = self.comma_separated(Self::assignment)?;
        let from = if self.eat_keyword(K::From) {
            self.relations()?
        } else {
            Vec::new()
        };
        let filter = if self.eat_keyword(K::Where) {
            Some(self.expression()?)
        } else {
            None
        };
        self.refuse_behind_change()?;
        Ok(StatementKind::Update(Box::new(Update {
            with,
            table,
            alias,
            assignments,
            from,
            filter,
        })))
    }

    /// `as name`, `name`, or nothing.
    fn table_alias(&mut self) -> Parsed<Option<Name>> {
        if self.eat_keyword(K::As) {
            return self.any_name("a name").map(Some);
        }
        if self.at_name() && !self.at_keyword(K::Set) {
            self.bare_alias = Some(self.position());
            return self.name("a name").map(Some);
        }
        Ok(None)
    }

    /// Reads `column = value` of one column.
    fn assignment(&mut self) -> Parsed<Assignment> {
        if self.at(TokenKind::LeftParenthesis) {
            let help = "set each column by itself";
            return Err(self.refused(self.span(), "Redshift sets one column at a time", help));
        }
        let column = self.name("a column")?;
        let start = column.span;
        // AWS pages `UPDATE` and `MERGE`: "UPDATE tab SET tab.col = 1 is invalid".
        if self.at(TokenKind::Dot) {
            let help = "leave the table and the dot out: `set column = …`";
            return Err(self.refused(start, "no table stands in front of a column of SET", help));
        }
        self.expect(TokenKind::Equal, "=")?;
        let value = self.expression()?;
        Ok(Assignment {
            span: start.to(self.previous_span()),
            column,
            value,
        })
    }

    /// `delete [from] table [using …] [where …]`
    pub(super) fn delete(&mut self, with: Option<With>) -> Parsed<StatementKind> {
        self.bump();
        let from = self.eat_keyword(K::From);
        self.eat_keyword(K::Only);
        let table = self.object_name("the name of a table")?;
        if self.at_keyword(K::As) || self.at_delete_alias() {
            if !from && let Some(typo) = self.typo_of(table.span, "from") {
                return Err(typo);
            }
            let word = self.shown_token(self.token());
            let sentence = format!(
                "syntax error at or near \"{word}\": the table of DELETE gets no other name"
            );
            let help = "name the table itself in the condition, or write `using` for other tables";
            return Err(self.refused(self.span(), sentence, help));
        }
        let using = if self.eat_keyword(K::Using) {
            self.relations()?
        } else {
            Vec::new()
        };
        let filter = if self.eat_keyword(K::Where) {
            Some(self.expression()?)
        } else {
            None
        };
        self.refuse_behind_change()?;
        Ok(StatementKind::Delete(Box::new(Delete {
            with,
            table,
            using,
            filter,
        })))
    }

    /// Whether a name stands where USING or WHERE could, and one of them or the end behind it.
    fn at_delete_alias(&self) -> bool {
        self.at_name()
            && !self.at_keyword(K::Returning)
            && matches!(
                (self.ahead(1).kind, self.ahead(1).keyword()),
                (TokenKind::Semicolon | TokenKind::End, _) | (_, Some(K::Where | K::Using))
            )
            && super::expected::nearest(
                &self.text_of(self.token()).to_ascii_lowercase(),
                &["where", "using"],
            )
            .is_none()
    }

    /// Reads `truncate [table] name` of one table.
    pub(super) fn truncate(&mut self) -> Parsed<StatementKind> {
        self.bump();
        self.eat_keyword(K::Table);
        let table = self.object_name("the name of a table")?;
        if self.at_word("cascade") || self.at_word("restrict") || self.at(TokenKind::Comma) {
            let help = "empty one table with each TRUNCATE";
            return Err(self.refused(
                self.span(),
                "Redshift empties one table, and no other with it",
                help,
            ));
        }
        Ok(StatementKind::Truncate(Truncate { table }))
    }

    /// `merge into target using source on … when …`
    pub(super) fn merge(&mut self) -> Parsed<StatementKind> {
        self.bump();
        self.expect_keyword(K::Into)?;
        let target = self.object_name("the name of a table")?;
        if !self.at_keyword(K::Using) && (self.at_keyword(K::As) || self.at_name()) {
            let help = "name the target itself; only the source gets another name";
            return Err(self.refused(self.span(), "the target of MERGE gets no other name", help));
        }
        self.expect_keyword(K::Using)?;
        let source = Box::new(self.relation()?);
        self.expect_keyword(K::On)?;
        let condition = self.expression()?;
        let actions = if self.eat_keywords(&[K::Remove, K::Duplicates]) {
            MergeActions::RemoveDuplicates
        } else {
            self.merge_actions()?
        };
        Ok(StatementKind::Merge(Box::new(Merge {
            target,
            source,
            condition,
            actions,
        })))
    }

    fn merge_actions(&mut self) -> Parsed<MergeActions> {
        let mut matched = None;
        let mut not_matched = None;
        while self.at_keyword(K::When) {
            let start = self.bump().span;
            let not = self.eat_keyword(K::Not);
            self.expect_keyword(K::Matched)?;
            if self.at_keyword(K::And) || self.at_keyword(K::By) {
                let help = "put the condition into ON or into the source's query";
                return Err(self.refused(
                    self.span(),
                    "MERGE takes no further condition in WHEN",
                    help,
                ));
            }
            self.expect_keyword(K::Then)?;
            if not && not_matched.is_none() {
                not_matched = Some(self.not_matched()?);
            } else if !not && matched.is_none() {
                matched = Some(self.matched()?);
            } else {
                let help = "MERGE has one WHEN MATCHED and one WHEN NOT MATCHED";
                return Err(self.refused(start, "this WHEN stands here twice", help));
            }
        }
        if matched.is_none() && not_matched.is_none() {
            return Err(self.unexpected(&["when", "remove duplicates"]));
        }
        if self.at_keyword(K::Remove) {
            let help = "leave out either the WHEN branches or REMOVE DUPLICATES";
            return Err(self.refused(
                self.span(),
                "MERGE with REMOVE DUPLICATES has no WHEN",
                help,
            ));
        }
        if matched.is_none() || not_matched.is_none() {
            let help =
                "a branch that changes nothing: `when matched then update set key = target.key`";
            return Err(self.refused(
                self.previous_span(),
                "MERGE needs both WHEN MATCHED and WHEN NOT MATCHED",
                help,
            ));
        }
        Ok(MergeActions::When {
            matched,
            not_matched,
        })
    }

    fn matched(&mut self) -> Parsed<Matched> {
        if self.eat_keyword(K::Delete) {
            return Ok(Matched::Delete);
        }
        if !self.eat_keyword(K::Update) {
            return Err(self.unexpected(&["update", "delete"]));
        }
        self.expect_keyword(K::Set)?;
        Ok(Matched::Update(self.comma_separated(Self::assignment)?))
    }

    fn not_matched(&mut self) -> Parsed<NotMatched> {
        self.expect_keyword(K::Insert)?;
        let columns = if self.at(TokenKind::LeftParenthesis) {
            self.names_in_parentheses("a column")?
        } else {
            Vec::new()
        };
        self.expect_keyword(K::Values)?;
        Ok(NotMatched {
            columns,
            values: self.values_row()?,
        })
    }
}
