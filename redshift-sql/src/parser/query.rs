//! Queries around their SELECT: WITH, UNION and its kin, ORDER BY, LIMIT.
//!
//! Source: AWS pages `SELECT`, `WITH clause`, `UNION, INTERSECT, and EXCEPT`, `ORDER BY clause`.

use super::{Parsed, Parser, recursion};
use crate::Span;
use crate::keyword::Keyword as K;
use crate::token::TokenKind;
use crate::tree::{Body, CommonTable, Limit, Query, SetLink, SetOperator, With};

impl Parser<'_> {
    /// Whether a query begins here.
    pub(crate) fn at_query(&self) -> bool {
        matches!(self.keyword(), Some(K::Select | K::With))
    }

    /// Whether a query in brackets begins here.
    pub(crate) fn at_query_in_parentheses(&self) -> bool {
        self.at(TokenKind::LeftParenthesis)
            && matches!(self.behind_opening().keyword(), Some(K::Select | K::With))
    }

    /// Reads `(select …)` with its brackets.
    pub(crate) fn query_in_parentheses(&mut self) -> Parsed<Query> {
        self.expect(TokenKind::LeftParenthesis, "(")?;
        if !self.at_query() && !self.at(TokenKind::LeftParenthesis) {
            return Err(self.unexpected(&["select", "with"]));
        }
        let query = self.query()?;
        self.close_parenthesis()?;
        Ok(query)
    }

    /// Reads a query, from WITH to its LIMIT.
    pub(crate) fn query(&mut self) -> Parsed<Query> {
        self.deeper(|parser| {
            let start = parser.span();
            let with = parser.with()?;
            parser.query_with(start, with)
        })
    }

    /// Reads a query whose WITH was read.
    pub(crate) fn query_with(&mut self, start: Span, with: Option<With>) -> Parsed<Query> {
        let body = self.body()?;
        self.behind_body(start, with, body)
    }

    /// Whether what was read as a value in brackets is the beginning of a query.
    pub(super) fn goes_on_as_query(&self) -> bool {
        Self::continues_query(self.token())
    }

    /// Whether a token goes on with a query behind its brackets.
    pub(super) fn continues_query(token: crate::token::Token) -> bool {
        matches!(
            token.keyword(),
            Some(K::Union | K::Intersect | K::Except | K::Minus | K::Order | K::Limit | K::Offset)
        )
    }

    /// Reads on behind a query in brackets: `(select 1) union select 2`.
    pub(super) fn query_behind(&mut self, start: Span, first: Query) -> Parsed<Query> {
        let first = Body::Parenthesized(Box::new(first));
        let body = self.set_operations(first)?;
        self.behind_body(start, None, body)
    }

    pub(super) fn behind_body(
        &mut self,
        start: Span,
        with: Option<With>,
        body: Body,
    ) -> Parsed<Query> {
        let mut query = Query {
            span: start,
            with,
            body,
            order_by: Vec::new(),
            limit: None,
            offset: None,
        };
        if let Body::Select(select) = &mut query.body {
            self.late_into(select)?;
        }
        if self.at_keyword(K::Order) {
            self.bump();
            if self.at_word("siblings") {
                let help = "order by columns of the hierarchy, such as `order by level`";
                return Err(self.refused(self.span(), "Redshift has no ORDER SIBLINGS BY", help));
            }
            self.expect_keyword(K::By)?;
            if self.at_keyword(K::All) {
                let help = "name the columns: `order by 1, 2`";
                return Err(self.refused(self.span(), "Redshift has no ORDER BY ALL", help));
            }
            query.order_by = self.order_items()?;
        }
        loop {
            if self.at_keyword(K::Limit) && query.limit.is_none() {
                self.bump();
                query.limit = Some(self.limit()?);
            } else if self.at_keyword(K::Offset) && query.offset.is_none() {
                self.bump();
                query.offset = Some(self.expression()?);
                if !self.eat_keyword(K::Row) {
                    self.eat_keyword(K::Rows);
                }
            } else {
                break;
            }
        }
        self.refuse_behind_query()?;
        if let Body::Select(select) = &mut query.body {
            self.late_into(select)?;
        }
        query.span = start.to(self.previous_span());
        Ok(query)
    }

    fn limit(&mut self) -> Parsed<Limit> {
        if self.eat_keyword(K::All) {
            return Ok(Limit::All);
        }
        let rows = self.expression()?;
        if self.at(TokenKind::Comma) {
            let help = "write `limit 10 offset 20`";
            return Err(self.refused(self.span(), "Redshift has no LIMIT with two numbers", help));
        }
        if self.at(TokenKind::Percent) || self.at_keyword(K::Percent) {
            let help = "give a number of rows";
            return Err(self.refused(
                self.span(),
                "Redshift limits rows by their number only",
                help,
            ));
        }
        Ok(Limit::Rows(rows))
    }

    /// Clauses of other databases behind a query.
    fn refuse_behind_query(&self) -> Parsed<()> {
        if self.at_keyword(K::Fetch) && matches!(self.ahead(1).keyword(), Some(K::First))
            || self.at_keyword(K::Fetch) && self.is_word(1, "next")
        {
            let help = "write `limit`";
            return Err(self.refused(self.span(), "Redshift has no FETCH FIRST in a query", help));
        }
        if self.at_keyword(K::For) && (self.is_word(1, "update") || self.is_word(1, "share")) {
            let help = "use LOCK, or leave it out: Redshift serializes transactions";
            return Err(self.refused(self.span(), "Redshift has no FOR UPDATE in a query", help));
        }
        if self.at_keyword(K::Window) && self.is_word(2, "as") {
            let sentence = "Redshift has no windows with a name";
            let help = "write the window where it is used: `over (partition by … order by …)`";
            return Err(self.refused(self.span(), sentence, help));
        }
        Ok(())
    }

    /// `with [recursive] name [(columns)] as (query), …`
    pub(crate) fn with(&mut self) -> Parsed<Option<With>> {
        if !self.at_keyword(K::With) {
            return Ok(None);
        }
        let start = self.bump().span;
        let recursive = self.at_keyword(K::Recursive) && self.ahead(1).keyword() != Some(K::As);
        if recursive {
            self.bump();
        }
        let tables = self.comma_separated(Self::common_table)?;
        if recursive && let Some((span, sentence, help)) = tables.iter().find_map(recursion::flaw) {
            return Err(self.refused(span, sentence, help));
        }
        Ok(Some(With {
            span: start.to(self.previous_span()),
            recursive,
            tables,
        }))
    }

    fn common_table(&mut self) -> Parsed<CommonTable> {
        let name = self.name("the name of a query of WITH")?;
        let columns = if self.at(TokenKind::LeftParenthesis) {
            self.names_in_parentheses("the name of a column")?
        } else {
            Vec::new()
        };
        self.expect_keyword(K::As)?;
        if self.at_keyword(K::Materialized) || self.at_keywords(&[K::Not, K::Materialized]) {
            let sentence = "Redshift has no MATERIALIZED in WITH";
            return Err(self.refused(self.span(), sentence, "leave it out"));
        }
        self.expect(TokenKind::LeftParenthesis, "(")?;
        if !self.at_query() && !self.at(TokenKind::LeftParenthesis) {
            let sentence = "a query of WITH is a SELECT in Redshift";
            if matches!(self.keyword(), Some(K::Insert | K::Update | K::Delete)) {
                let help = "write the change as a statement of its own";
                return Err(self.refused(self.span(), sentence, help));
            }
            return Err(self.unexpected(&["select", "with"]));
        }
        let query = self.query()?;
        self.close_parenthesis()?;
        Ok(CommonTable {
            span: name.span.to(self.previous_span()),
            name,
            columns,
            query,
        })
    }

    fn body(&mut self) -> Parsed<Body> {
        let first = self.intersection()?;
        self.unions(first)
    }

    fn set_operations(&mut self, first: Body) -> Parsed<Body> {
        let first = self.intersections(first)?;
        self.unions(first)
    }

    fn unions(&mut self, first: Body) -> Parsed<Body> {
        let mut rest = Vec::new();
        loop {
            let operator_span = self.span();
            let operator = match self.keyword() {
                Some(K::Union) => SetOperator::Union,
                Some(K::Except | K::Minus) => SetOperator::Except,
                _ => break,
            };
            self.bump();
            let all = self.set_quantifier(operator)?;
            let operator_span = operator_span.to(self.previous_span());
            let body = self.intersection()?;
            rest.push(SetLink {
                operator,
                all,
                operator_span,
                body,
            });
        }
        self.joined(first, rest)
    }

    fn set_quantifier(&mut self, operator: SetOperator) -> Parsed<bool> {
        if self.at_word("by") && self.is_word(1, "name") {
            let help = "write the columns of both queries in the same order";
            return Err(self.refused(self.span(), "Redshift has no UNION BY NAME", help));
        }
        if self.eat_keyword(K::Distinct) {
            return Ok(false);
        }
        if self.at_keyword(K::All) && operator != SetOperator::Union {
            let help = "leave ALL out, which keeps each row once";
            let sentence = "Redshift has ALL behind UNION only";
            return Err(self.refused(self.span(), sentence, help));
        }
        Ok(self.eat_keyword(K::All))
    }

    fn intersection(&mut self) -> Parsed<Body> {
        let first = self.operand_of_set()?;
        self.intersections(first)
    }

    fn intersections(&mut self, first: Body) -> Parsed<Body> {
        let mut rest = Vec::new();
        while self.at_keyword(K::Intersect) {
            let operator_span = self.bump().span;
            let all = self.set_quantifier(SetOperator::Intersect)?;
            let operator_span = operator_span.to(self.previous_span());
            let body = self.operand_of_set()?;
            rest.push(SetLink {
                operator: SetOperator::Intersect,
                all,
                operator_span,
                body,
            });
        }
        self.joined(first, rest)
    }

    fn operand_of_set(&mut self) -> Parsed<Body> {
        match self.kind() {
            TokenKind::LeftParenthesis => {
                self.bump();
                let query = self.query()?;
                self.close_parenthesis()?;
                Ok(Body::Parenthesized(Box::new(query)))
            }
            TokenKind::Word(Some(K::Select)) => Ok(Body::Select(Box::new(self.select()?))),
            TokenKind::Word(Some(K::Values)) => Err(self.values_refused()),
            TokenKind::Word(Some(K::Table)) => {
                let help = "write `select * from …`";
                Err(self.refused(self.span(), "Redshift has no TABLE as a query", help))
            }
            _ => Err(self.unexpected(&["select", "with", "("])),
        }
    }

    pub(super) fn values_refused(&self) -> Box<crate::Mistake> {
        let help = "write `select 1 union all select 2`, or insert the rows into a table first";
        self.refused(self.span(), "Redshift has no VALUES as a table", help)
    }

    fn joined(&self, first: Body, rest: Vec<SetLink>) -> Parsed<Body> {
        if rest.is_empty() {
            return Ok(first);
        }
        let mut inputs = std::iter::once(&first).chain(rest.iter().map(|link| &link.body));
        if let Some(span) = inputs.find_map(limited) {
            let sentence = "LIMIT may not be used within input to set operations";
            let help = "put the query into FROM: `select * from (select … limit 10) t`";
            return Err(self.refused(span, sentence, help));
        }
        Ok(Body::Operation {
            first: Box::new(first),
            rest,
        })
    }
}

/// The place of a query in brackets that has a LIMIT or an OFFSET.
fn limited(body: &Body) -> Option<Span> {
    let Body::Parenthesized(query) = body else {
        return None;
    };
    let own = matches!(query.limit, Some(Limit::Rows(_))) || query.offset.is_some();
    if own {
        Some(query.span)
    } else {
        limited(&query.body)
    }
}
