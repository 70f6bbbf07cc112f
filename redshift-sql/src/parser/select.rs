//! SELECT from its list to QUALIFY.
//!
//! Source: AWS pages `SELECT list`, `EXCLUDE column_list`, `WHERE clause`, `CONNECT BY clause`,
//! `GROUP BY clause`, `HAVING clause`, `QUALIFY clause`, `SELECT INTO`.

use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::token::TokenKind;
use crate::tree::{
    ConnectBy, Expression, ExpressionKind, GroupItem, Into, Name, Select, SelectItem,
};

impl Parser<'_> {
    /// Reads from SELECT to the end of its clauses.
    pub(super) fn select(&mut self) -> Parsed<Select> {
        let start = self.bump().span;
        let mut select = Select {
            span: start,
            top: None,
            distinct: false,
            items: Vec::new(),
            exclude: Vec::new(),
            into: None,
            from: Vec::new(),
            filter: None,
            connect_by: None,
            group_by: Vec::new(),
            having: None,
            qualify: None,
        };
        self.top_and_distinct(&mut select)?;
        if self.at_keyword(K::From) {
            let help = "name the columns, or `*`";
            return Err(self.refused(
                self.span(),
                "there is nothing between SELECT and FROM",
                help,
            ));
        }
        // A procedure may name its variables first.
        if self.at_keyword(K::Into) {
            select.into = Some(self.into()?);
        }
        self.select_list(&mut select)?;
        if self.at_keyword(K::Into) && select.into.is_none() {
            select.into = Some(self.into()?);
        }
        if self.at_keyword(K::From) {
            self.bump();
            select.from = self.relations()?;
        }
        self.clauses(&mut select)?;
        select.span = start.to(self.previous_span());
        Ok(select)
    }

    fn top_and_distinct(&mut self, select: &mut Select) -> Parsed<()> {
        // TOP comes first on the page; both orders are taken.
        for _ in 0..2 {
            if self.at_keyword(K::Top) && select.top.is_none() {
                self.bump();
                select.top = Some(self.top_rows()?);
            } else if self.at_keyword(K::Distinct) && !select.distinct {
                self.bump();
                if self.at_keyword(K::On) {
                    let sentence = "Redshift has no DISTINCT ON";
                    let help = "number the rows of each group and keep the first: `qualify row_number() over (partition by … order by …) = 1`";
                    return Err(self.refused(self.span(), sentence, help));
                }
                select.distinct = true;
            } else if self.at_keyword(K::All) {
                self.bump();
            }
        }
        Ok(())
    }

    fn top_rows(&mut self) -> Parsed<Expression> {
        if self.at(TokenKind::LeftParenthesis) {
            return self.expression();
        }
        match self.kind() {
            TokenKind::Number
            | TokenKind::Parameter
            | TokenKind::Insertion
            | TokenKind::Position => self.primary(),
            _ => Err(self.unexpected(&["a number of rows"])),
        }
    }

    fn select_list(&mut self, select: &mut Select) -> Parsed<()> {
        loop {
            select.items.push(self.select_item()?);
            if !self.eat(TokenKind::Comma) {
                // Another column: nothing else that may stand behind the list goes on like this.
                let next = self.ahead(1);
                let column = next.kind == TokenKind::Comma || next.keyword() == Some(K::From);
                if self.at_name() && column && !self.at_clause_word() {
                    return Err(self.unexpected(&[",", "from"]));
                }
                break;
            }
            if self.at_keyword(K::From) {
                let span = self.previous_span();
                let help = "remove the comma, or name another column behind it";
                let sentence = "a comma stands in front of FROM";
                let mistake = crate::Mistake::new(crate::MistakeKind::Syntax, span, sentence);
                return Err(Box::new(mistake.help(help)));
            }
        }
        if self.at_keyword(K::Exclude) {
            self.bump();
            select.exclude = self.excluded()?;
        }
        Ok(())
    }

    fn excluded(&mut self) -> Parsed<Vec<Name>> {
        if self.at(TokenKind::LeftParenthesis) {
            return self.names_in_parentheses("a column");
        }
        self.comma_separated(|parser| parser.name("a column"))
    }

    /// An expression and its name.
    pub(super) fn select_item(&mut self) -> Parsed<SelectItem> {
        let expression = self.expression()?;
        if matches!(expression.kind, ExpressionKind::Star(_)) {
            self.refuse_behind_star()?;
        }
        let alias = self.column_alias()?;
        Ok(SelectItem {
            span: expression.span.to(self.previous_span()),
            expression,
            alias,
        })
    }

    /// What DuckDB, BigQuery and Snowflake let stand behind a star.
    fn refuse_behind_star(&self) -> Parsed<()> {
        let refused = [
            ("replace", "REPLACE"),
            ("rename", "RENAME"),
            ("except", "EXCEPT"),
        ];
        for (word, shown) in refused {
            if self.at_word(word) && self.ahead(1).kind == TokenKind::LeftParenthesis {
                if word == "except" && matches!(self.ahead(2).keyword(), Some(K::Select | K::With))
                {
                    continue;
                }
                let sentence = format!("Redshift has no {shown} behind `*`");
                let help =
                    "leave columns out with `exclude (…)` behind the list, or name the columns";
                return Err(self.refused(self.span(), sentence, help));
            }
        }
        Ok(())
    }

    /// `as name`, `name`, or nothing.
    pub(super) fn column_alias(&mut self) -> Parsed<Option<Name>> {
        if self.eat_keyword(K::As) {
            return self.any_name("a name").map(Some);
        }
        if !self.at_name() || self.at_clause_word() {
            return Ok(None);
        }
        self.bare_alias = Some(self.position());
        let token = self.bump();
        Ok(Some(self.name_of(token)))
    }

    /// Whether a word that is not reserved begins a clause here rather than being an alias.
    pub(super) fn at_clause_word(&self) -> bool {
        let next = self.ahead(1);
        match self.keyword() {
            Some(K::Qualify) => {
                !matches!(
                    next.kind,
                    TokenKind::Comma
                        | TokenKind::Semicolon
                        | TokenKind::End
                        | TokenKind::RightParenthesis
                ) && next.keyword() != Some(K::From)
            }
            Some(K::Exclude) => next.kind == TokenKind::LeftParenthesis || Self::may_be_name(next),
            Some(K::Start) => next.keyword() == Some(K::With),
            Some(K::Connect) => next.keyword() == Some(K::By),
            Some(K::Fetch) => next.keyword() == Some(K::First) || self.is_word(1, "next"),
            Some(K::Window) => self.is_word(2, "as"),
            Some(K::Set | K::Values) => true,
            Some(K::At) => next.keyword() == Some(K::Time),
            _ => self.in_procedure && self.at_word("loop"),
        }
    }

    /// `into [temp | temporary] [table] name`
    fn into(&mut self) -> Parsed<Into> {
        let start = self.bump().span;
        self.refuse_strict()?;
        let temporary = self.eat_keyword(K::Temp) || self.eat_keyword(K::Temporary);
        self.eat_keyword(K::Table);
        let targets = self.comma_separated(|parser| parser.object_name("the name of a table"))?;
        Ok(Into {
            span: start.to(self.previous_span()),
            temporary,
            targets,
        })
    }

    /// INTO behind other clauses, which names variables of a procedure.
    pub(super) fn late_into(&mut self, select: &mut Select) -> Parsed<()> {
        if self.in_procedure && self.at_keyword(K::Into) && select.into.is_none() {
            select.into = Some(self.into()?);
        }
        Ok(())
    }

    fn clauses(&mut self, select: &mut Select) -> Parsed<()> {
        self.late_into(select)?;
        if self.eat_keyword(K::Where) {
            select.filter = Some(self.expression()?);
        }
        if self.at_keyword(K::Start) && self.ahead(1).keyword() == Some(K::With)
            || self.at_keyword(K::Connect) && self.ahead(1).keyword() == Some(K::By)
        {
            select.connect_by = Some(self.connect_by()?);
        }
        if self.at_keyword(K::Group) {
            self.bump();
            self.expect_keyword(K::By)?;
            select.group_by = self.comma_separated(Self::group_item)?;
        }
        if self.eat_keyword(K::Having) {
            select.having = Some(self.expression()?);
        }
        if self.at_keyword(K::Qualify) && self.at_clause_word() {
            self.bump();
            select.qualify = Some(self.expression()?);
        }
        if self.at_keyword(K::Where) && select.filter.is_some() {
            let help = "join both conditions with AND";
            let sentence = "this SELECT has two WHERE";
            let mistake = crate::Mistake::new(crate::MistakeKind::Syntax, self.span(), sentence);
            return Err(Box::new(mistake.help(help)));
        }
        Ok(())
    }

    fn connect_by(&mut self) -> Parsed<ConnectBy> {
        let start = self.span();
        let mut start_with = None;
        if self.eat_keywords(&[K::Start, K::With]) {
            start_with = Some(self.expression()?);
        }
        self.expect_keyword(K::Connect)?;
        self.expect_keyword(K::By)?;
        if self.at_word("nocycle") {
            let help = "stop the recursion with a condition on `level`";
            return Err(self.refused(self.span(), "Redshift has no NOCYCLE", help));
        }
        let condition = self.expression()?;
        if start_with.is_none() && self.eat_keywords(&[K::Start, K::With]) {
            start_with = Some(self.expression()?);
        }
        Ok(ConnectBy {
            span: start.to(self.previous_span()),
            start_with,
            condition,
        })
    }

    fn group_item(&mut self) -> Parsed<GroupItem> {
        let calls = self.ahead(1).kind == TokenKind::LeftParenthesis;
        match self.keyword() {
            Some(K::All) => Ok(GroupItem::All(self.bump().span)),
            Some(K::Rollup) if calls => {
                self.bump();
                Ok(GroupItem::Rollup(self.in_parentheses(Self::expression)?))
            }
            Some(K::Cube) if calls => {
                self.bump();
                Ok(GroupItem::Cube(self.in_parentheses(Self::expression)?))
            }
            Some(K::Grouping) if self.ahead(1).keyword() == Some(K::Sets) => {
                self.bump();
                self.bump();
                let sets = self.deeper(|parser| parser.in_parentheses(Self::group_item))?;
                Ok(GroupItem::GroupingSets(sets))
            }
            _ if self.at(TokenKind::LeftParenthesis)
                && self.ahead(1).kind == TokenKind::RightParenthesis =>
            {
                let start = self.bump().span;
                self.bump();
                Ok(GroupItem::Empty(start.to(self.previous_span())))
            }
            _ => Ok(GroupItem::Expression(self.expression()?)),
        }
    }
}
