//! FROM: relations and joins.
//!
//! Source: AWS pages `FROM clause`, `PIVOT and UNPIVOT examples`, `Querying semistructured data`.

use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::token::TokenKind;
use crate::tree::{
    Alias, ExpressionKind, FromItem, Join, JoinConstraint, JoinKind, Pivot, Relation, RelationKind,
    Unpivot,
};

impl Parser<'_> {
    /// Reads what stands behind FROM.
    pub(crate) fn relations(&mut self) -> Parsed<Vec<FromItem>> {
        self.comma_separated(Self::joined_relation)
    }

    fn joined_relation(&mut self) -> Parsed<FromItem> {
        self.deeper(|parser| {
            let relation = parser.relation()?;
            let start = relation.span;
            let mut joins = Vec::new();
            while let Some(join) = parser.join()? {
                joins.push(join);
            }
            Ok(FromItem {
                span: start.to(parser.previous_span()),
                relation,
                joins,
            })
        })
    }

    fn join(&mut self) -> Parsed<Option<Join>> {
        let start = self.span();
        let natural = self.at_keyword(K::Natural);
        if natural {
            self.bump();
        }
        let kind = match self.keyword() {
            Some(K::Join) => JoinKind::Inner,
            Some(K::Inner) => {
                self.bump();
                JoinKind::Inner
            }
            Some(K::Left) => self.outer(JoinKind::Left),
            Some(K::Right) => self.outer(JoinKind::Right),
            Some(K::Full) => self.outer(JoinKind::Full),
            Some(K::Cross) => {
                self.bump();
                JoinKind::Cross
            }
            _ if natural => return Err(self.unexpected(&["join"])),
            _ => {
                self.refuse_join()?;
                return Ok(None);
            }
        };
        self.expect_keyword(K::Join)?;
        let relation = self.relation()?;
        let constraint = if self.eat_keyword(K::On) {
            JoinConstraint::On(self.expression()?)
        } else if self.at_keyword(K::Using) && self.ahead(1).kind == TokenKind::LeftParenthesis {
            self.bump();
            JoinConstraint::Using(self.names_in_parentheses("a column")?)
        } else if natural || kind == JoinKind::Cross {
            JoinConstraint::None
        } else {
            return Err(self.unexpected(&["on", "using"]));
        };
        Ok(Some(Join {
            span: start.to(self.previous_span()),
            kind,
            natural,
            relation,
            constraint,
        }))
    }

    fn outer(&mut self, kind: JoinKind) -> JoinKind {
        self.bump();
        self.eat_keyword(K::Outer);
        kind
    }

    /// Joins of other databases.
    fn refuse_join(&self) -> Parsed<()> {
        let refused = [
            ("asof", "ASOF"),
            ("semi", "SEMI"),
            ("anti", "ANTI"),
            ("positional", "POSITIONAL"),
        ];
        for (word, shown) in refused {
            if self.at_word(word) && self.is_word(1, "join") {
                let sentence = format!("Redshift has no {shown} JOIN");
                let help = "use EXISTS, NOT EXISTS, or a join and `row_number()`";
                return Err(self.refused(self.span(), sentence, help));
            }
        }
        Ok(())
    }

    /// Reads a relation, its alias, and PIVOT or UNPIVOT behind it.
    pub(crate) fn relation(&mut self) -> Parsed<Relation> {
        let start = self.span();
        let kind = self.relation_kind()?;
        let mut relation = Relation {
            span: start.to(self.previous_span()),
            kind,
            alias: None,
        };
        let unpivots = matches!(relation.kind, RelationKind::UnpivotObject(_));
        relation.alias = self.alias(unpivots)?;
        relation.span = start.to(self.previous_span());
        loop {
            let kind = match self.keyword() {
                Some(K::Pivot) => self.pivot(relation)?,
                Some(K::Unpivot) => self.unpivot(relation)?,
                _ if self.at_word("tablesample") => {
                    let help = "order by `random()` and limit the rows";
                    return Err(self.refused(self.span(), "Redshift has no TABLESAMPLE", help));
                }
                _ => return Ok(relation),
            };
            relation = Relation {
                span: start,
                kind,
                alias: None,
            };
            relation.alias = self.alias(false)?;
            relation.span = start.to(self.previous_span());
        }
    }

    fn relation_kind(&mut self) -> Parsed<RelationKind> {
        if self.at(TokenKind::LeftParenthesis) {
            return self.relation_in_parentheses();
        }
        if self.at_keyword(K::Lateral) && self.ahead(1).kind == TokenKind::LeftParenthesis {
            let help =
                "join a query that groups by the key, or unnest a SUPER value: `from t, t.items`";
            return Err(self.refused(self.span(), "Redshift has no LATERAL", help));
        }
        if self.at_keyword(K::Lateral)
            && Self::may_be_name(self.ahead(1))
            && self.ahead(2).kind == TokenKind::LeftParenthesis
        {
            // `lateral flatten(input => t.items)`; behind LATERAL nothing of Redshift can stand.
            let function = self.name_of(self.ahead(1));
            return Err(match crate::functions::of_elsewhere(&function) {
                Some(mistake) => Box::new(mistake),
                None => {
                    let help = "remove LATERAL, or join a query";
                    self.refused(self.span(), "Redshift has no LATERAL", help)
                }
            });
        }
        match self.kind() {
            TokenKind::Word(Some(K::Unpivot)) => {
                self.bump();
                return Ok(RelationKind::UnpivotObject(self.path()?));
            }
            TokenKind::Word(Some(K::Values)) => return Err(self.values_refused()),
            TokenKind::Word(Some(K::Unnest)) => {
                let help = "list the array behind its table: `from t, t.items as item`";
                return Err(self.refused(self.span(), "Redshift has no UNNEST", help));
            }
            TokenKind::Word(Some(K::Table)) => {
                let help = "write the name of the table alone";
                return Err(self.refused(self.span(), "Redshift has no TABLE(…) in FROM", help));
            }
            TokenKind::Text => {
                let help = "load the file into a table with COPY";
                return Err(self.refused(
                    self.span(),
                    "Redshift cannot read from a file by its name",
                    help,
                ));
            }
            TokenKind::Parameter => {
                let name = self.shown_token(self.token());
                let name = name.trim_start_matches(':');
                let sentence = "a parameter that is bound cannot be the name of a table";
                let help =
                    format!("write `{{{{{name}}}}}`, and give the parameter `type: identifier`");
                return Err(self.refused(self.span(), sentence, help));
            }
            _ => {}
        }
        if self.at_keyword(K::Array)
            && !matches!(
                self.ahead(1).kind,
                TokenKind::LeftParenthesis | TokenKind::LeftBracket
            )
        {
            // The name that the guide itself gives to an array (AWS page: `Querying semistructured data`).
            let first = self.any_name("the name of a table")?;
            let name = self.rest_of_name(first)?;
            return Ok(RelationKind::Table { name, only: false });
        }
        let only = self.at_keyword(K::Only) && self.ahead(1).kind != TokenKind::Dot;
        if only {
            self.bump();
        }
        let name = self.object_name("the name of a table")?;
        match self.kind() {
            TokenKind::LeftParenthesis => {
                self.back_to_name(&name);
                let call = self.column_or_call()?;
                Ok(RelationKind::Function(Box::new(call)))
            }
            TokenKind::LeftBracket => {
                self.back_to_name(&name);
                Ok(RelationKind::Path(self.path()?))
            }
            _ => Ok(RelationKind::Table { name, only }),
        }
    }

    /// Goes back in front of a name that was just read.
    fn back_to_name(&mut self, name: &crate::tree::ObjectName) {
        let tokens = name.parts.len() * 2 - 1;
        self.back_to(self.position() - tokens);
    }

    /// A path into a SUPER value: `t.items[0].parts`.
    fn path(&mut self) -> Parsed<crate::tree::Expression> {
        let path = self.operand_of_condition()?;
        match &path.bare().kind {
            ExpressionKind::Chain { .. } | ExpressionKind::Case { .. } => {
                Err(self.unexpected(&["a path into a SUPER value"]))
            }
            _ => Ok(path),
        }
    }

    /// `(select …)`, `(a join b on …)`
    fn relation_in_parentheses(&mut self) -> Parsed<RelationKind> {
        self.deeper(|parser| {
            parser.bump();
            if parser.at_keyword(K::Values) {
                return Err(parser.values_refused());
            }
            if parser.at_query() {
                let query = Box::new(parser.query()?);
                parser.close_parenthesis()?;
                return Ok(RelationKind::Query {
                    query,
                    lateral: false,
                });
            }
            if parser.at(TokenKind::LeftParenthesis) && parser.at_query_in_parentheses() {
                return parser.query_or_join();
            }
            let item = parser.joined_relation()?;
            parser.close_parenthesis()?;
            Ok(RelationKind::Parenthesized(Box::new(item)))
        })
    }

    /// Behind `(` stands a query in brackets: the first operand of a UNION, or a relation that is
    /// joined.
    fn query_or_join(&mut self) -> Parsed<RelationKind> {
        if self.joins_query_in_parentheses() {
            let item = self.joined_relation()?;
            self.close_parenthesis()?;
            return Ok(RelationKind::Parenthesized(Box::new(item)));
        }
        let start = self.span();
        let first = self.query_in_parentheses()?;
        let query = Box::new(self.query_behind(start, first)?);
        self.close_parenthesis()?;
        Ok(RelationKind::Query {
            query,
            lateral: false,
        })
    }

    /// Whether the brackets that open here, and the query in them, are a relation of a join. Behind the
    /// bracket that closes one of them stands neither another one nor what goes on with a query.
    fn joins_query_in_parentheses(&self) -> bool {
        let (first, last) = (self.position(), self.last_opening());
        (first..=last).rev().any(|opening| {
            let behind = self
                .closing(opening)
                .map(|closing| self.token_at(closing + 1));
            behind.is_some_and(|token| {
                token.kind != TokenKind::RightParenthesis && !Self::continues_query(token)
            })
        })
    }

    /// `as name (columns)`, `name at index`, or nothing.
    fn alias(&mut self, unpivots: bool) -> Parsed<Option<Alias>> {
        let name = if self.eat_keyword(K::As) {
            self.any_name("a name")?
        } else if self.at_name() && !self.at_clause_word() && !self.at_relation_end_word() {
            self.bare_alias = Some(self.position());
            let token = self.bump();
            self.name_of(token)
        } else {
            return Ok(None);
        };
        let columns = if self.at(TokenKind::LeftParenthesis) && !unpivots {
            self.in_parentheses(Self::alias_column)?
        } else {
            Vec::new()
        };
        let at = if self.at_keyword(K::At) && self.ahead(1).keyword() != Some(K::Time) {
            self.bump();
            Some(self.name("the name of an index")?)
        } else {
            None
        };
        Ok(Some(Alias { name, columns, at }))
    }

    /// A column's name, and its type where a function of the catalog returns records:
    /// `pg_get_cols('t') cols(name text, number int)`.
    fn alias_column(&mut self) -> Parsed<crate::tree::Name> {
        let name = self.name("the name of a column")?;
        if !matches!(self.kind(), TokenKind::Comma | TokenKind::RightParenthesis) {
            self.type_name()?;
        }
        Ok(name)
    }

    /// Whether a word that is not reserved ends a relation here rather than naming it.
    fn at_relation_end_word(&self) -> bool {
        let next = self.ahead(1);
        match self.keyword() {
            Some(K::Remove) => self.is_word(1, "duplicates"),
            // `t.items at position`, but `(select 1) at, other`: an alias.
            Some(K::At) => {
                matches!(next.kind, TokenKind::Word(_) | TokenKind::Quoted)
                    && !next.keyword().is_some_and(K::is_reserved)
            }
            _ => {
                (self.at_word("asof")
                    || self.at_word("semi")
                    || self.at_word("anti")
                    || self.at_word("positional"))
                    && next.keyword() == Some(K::Join)
            }
        }
    }

    fn pivot(&mut self, relation: Relation) -> Parsed<RelationKind> {
        self.bump();
        self.expect(TokenKind::LeftParenthesis, "(")?;
        let aggregates = self.comma_separated(Self::select_item)?;
        self.expect_keyword(K::For)?;
        let column = self.column_or_call()?;
        self.expect_keyword(K::In)?;
        let values = self.in_parentheses(Self::select_item)?;
        self.close_parenthesis()?;
        Ok(RelationKind::Pivot(Box::new(Pivot {
            relation,
            aggregates,
            column,
            values,
        })))
    }

    fn unpivot(&mut self, relation: Relation) -> Parsed<RelationKind> {
        self.bump();
        let include_nulls = if self.at_keyword(K::Include) || self.at_keyword(K::Exclude) {
            let include = self.bump().keyword() == Some(K::Include);
            self.expect_keyword(K::Nulls)?;
            include
        } else {
            false
        };
        self.expect(TokenKind::LeftParenthesis, "(")?;
        let value = self.name("the name of a column")?;
        self.expect_keyword(K::For)?;
        let name = self.name("the name of a column")?;
        self.expect_keyword(K::In)?;
        let columns = self.in_parentheses(|parser| {
            let column = parser.name("a column")?;
            let named = parser.eat_keyword(K::As)
                || matches!(parser.kind(), TokenKind::Text | TokenKind::Number)
                || parser.at_name();
            let called = if named { Some(parser.called()?) } else { None };
            Ok((column, called))
        })?;
        self.close_parenthesis()?;
        Ok(RelationKind::Unpivot(Box::new(Unpivot {
            relation,
            include_nulls,
            value,
            name,
            columns,
        })))
    }

    fn called(&mut self) -> Parsed<crate::tree::Expression> {
        self.operand_of_condition()
    }
}
