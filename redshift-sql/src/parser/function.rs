//! Columns and calls of functions.

use smol_str::SmolStr;

use super::{Parsed, Parser};
use crate::functions;
use crate::keyword::Keyword as K;
use crate::mistake::MistakeKind;
use crate::token::TokenKind;
use crate::tree::{
    Bound, Call, CallForm, CastForm, Expression, ExpressionKind, Frame, Name, NullTreatment,
    ObjectName, OrderItem, TrimSide, Window,
};

/// Functions whose first argument is a part of a date, written as a word (AWS page: `Date parts for
/// date or timestamp functions`).
const WITH_DATE_PART: &[&str] = &[
    "dateadd",
    "date_add",
    "datediff",
    "date_diff",
    "date_part",
    "datepart",
    "pgdate_part",
    "date_part_year",
    "date_trunc",
    "last_day",
    "timestampadd",
    "timestampdiff",
];

impl Parser<'_> {
    /// A column, a star of a relation, or a call.
    pub(super) fn column_or_call(&mut self) -> Parsed<Expression> {
        let first = self.token();
        if self.ahead(1).kind == TokenKind::Text
            && matches!(first.kind, TokenKind::Word(_))
            && self.begins_type(first)
        {
            return self.typed_literal();
        }
        let first = self.bump();
        let name = self.name_of(first);
        if !matches!(self.kind(), TokenKind::Dot | TokenKind::LeftParenthesis) {
            // The most frequent case.
            let kind = if first.kind == TokenKind::Insertion {
                ExpressionKind::Insertion(name.text)
            } else {
                ExpressionKind::Column(ObjectName {
                    span: first.span,
                    parts: name.into(),
                })
            };
            return Ok(Expression::new(first.span, kind));
        }
        let name = self.rest_of_name(name)?;
        if self.at(TokenKind::Dot) && self.ahead(1).kind == TokenKind::Star {
            self.bump();
            self.bump();
            let span = name.span.to(self.previous_span());
            return Ok(Expression::new(span, ExpressionKind::Star(Some(name))));
        }
        let outer_mark = self.ahead(1).kind == TokenKind::Plus
            && self.ahead(2).kind == TokenKind::RightParenthesis;
        if self.at(TokenKind::LeftParenthesis) && !outer_mark {
            return self.deeper(|parser| parser.call(name));
        }
        Ok(Expression::new(name.span, ExpressionKind::Column(name)))
    }

    /// Whether a word is the name of a type that a literal may stand behind.
    fn begins_type(&self, token: crate::token::Token) -> bool {
        let text = self.text_of(token);
        [
            "date",
            "time",
            "timetz",
            "timestamp",
            "timestamptz",
            "int",
            "int2",
            "int4",
            "int8",
            "integer",
            "bigint",
            "smallint",
            "float4",
            "float8",
            "bool",
            "boolean",
            "varchar",
            "char",
            "text",
            "numeric",
            "decimal",
            "geometry",
            "geography",
            "super",
            "varbyte",
        ]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(text))
    }

    /// A call of a function whose name is a word of the grammar.
    pub(super) fn call_of_word(&mut self) -> Parsed<Expression> {
        let token = self.bump();
        let name = self.name_of(token);
        let name = ObjectName {
            span: token.span,
            parts: name.into(),
        };
        self.deeper(|parser| parser.call(name))
    }

    /// Reads `approximate count(distinct a)` and the like.
    pub(super) fn approximate(&mut self) -> Parsed<Expression> {
        if !matches!(self.ahead(1).kind, TokenKind::Word(_))
            || self.ahead(2).kind != TokenKind::LeftParenthesis
        {
            return self.column_or_call();
        }
        let start = self.bump().span;
        let mut call = self.column_or_call()?;
        if let ExpressionKind::Call(call) = &mut call.kind {
            call.approximate = true;
        }
        call.span = start.to(call.span);
        Ok(call)
    }

    /// Reads from the opening bracket of a call to its end. Where that fails, a function of another
    /// database is the mistake, rather than its words in the brackets.
    fn call(&mut self, name: ObjectName) -> Parsed<Expression> {
        let only = match name.parts.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        };
        self.brackets(name).map_err(|mistake| {
            let read = matches!(mistake.kind, MistakeKind::Syntax | MistakeKind::NotRedshift);
            only.filter(|_| read)
                .and_then(|name| functions::of_elsewhere(&name))
                .map_or(mistake, Box::new)
        })
    }

    fn brackets(&mut self, name: ObjectName) -> Parsed<Expression> {
        let start = name.span;
        let function: SmolStr = match name.parts.as_slice() {
            [only] if !only.quoted => only.text.clone(),
            _ => SmolStr::default(),
        };
        if function == "try_cast" && self.ahead(1).kind != TokenKind::RightParenthesis {
            self.back_to(self.position() - 1);
            return self.cast(CastForm::TryCast);
        }
        self.expect(TokenKind::LeftParenthesis, "(")?;
        let mut call = Call {
            name,
            arguments: Vec::new(),
            form: CallForm::Plain,
            distinct: false,
            approximate: false,
            order_by: Vec::new(),
            within_group: Vec::new(),
            nulls: None,
            over: None,
        };
        match function.as_str() {
            "extract" => self.extract(&mut call)?,
            "position" => self.position_arguments(&mut call)?,
            "substring" => self.substring(&mut call)?,
            "trim" => self.trim(&mut call)?,
            "object_transform" => self.object_transform(&mut call)?,
            _ => self.arguments(&mut call, &function)?,
        }
        self.close_parenthesis()?;
        self.around_call(&mut call)?;
        let span = start.to(self.previous_span());
        Ok(Expression::new(span, ExpressionKind::Call(Box::new(call))))
    }

    fn arguments(&mut self, call: &mut Call, function: &str) -> Parsed<()> {
        if self.at(TokenKind::RightParenthesis) {
            return Ok(());
        }
        if self.at_keyword(K::Distinct) {
            self.bump();
            call.distinct = true;
        } else if self.at_keyword(K::All) {
            self.bump();
        }
        if WITH_DATE_PART.contains(&function)
            && matches!(self.kind(), TokenKind::Word(_))
            && self.ahead(1).kind == TokenKind::Comma
        {
            let part = self.any_name("a part of a date")?;
            call.arguments
                .push(Expression::new(part.span, ExpressionKind::DatePart(part)));
            self.bump();
        }
        loop {
            let argument = self.argument()?;
            call.arguments.push(argument);
            self.null_treatment(call);
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        if self.eat_keywords(&[K::Order, K::By]) {
            call.order_by = self.order_items()?;
        }
        Ok(())
    }

    /// An argument: an expression, or a query without brackets of its own.
    fn argument(&mut self) -> Parsed<Expression> {
        if matches!(self.keyword(), Some(K::Select | K::With)) {
            let query = self.query()?;
            return Ok(Expression::new(
                query.span,
                ExpressionKind::Subquery(Box::new(query)),
            ));
        }
        let argument = self.expression()?;
        if self.at(TokenKind::Arrow) || self.at(TokenKind::Assign) {
            let sentence = "Redshift has no arguments by name";
            let help = "give the arguments in the order of the signature";
            return Err(self.refused(self.span(), sentence, help));
        }
        Ok(argument)
    }

    fn null_treatment(&mut self, call: &mut Call) {
        if self.eat_keywords(&[K::Ignore, K::Nulls]) {
            call.nulls = Some(NullTreatment::Ignore);
        } else if self.eat_keywords(&[K::Respect, K::Nulls]) {
            call.nulls = Some(NullTreatment::Respect);
        }
    }

    /// Reads the arguments of `extract(part from value)`.
    fn extract(&mut self, call: &mut Call) -> Parsed<()> {
        let token = self.token();
        let part = match token.kind {
            TokenKind::Text => {
                self.bump();
                Name {
                    span: token.span,
                    text: super::text::fold(&super::decode(self.text_of(token))),
                    quoted: true,
                    inserted: false,
                }
            }
            _ => self.any_name("a part of a date")?,
        };
        call.form = CallForm::Extract;
        call.arguments
            .push(Expression::new(part.span, ExpressionKind::DatePart(part)));
        self.expect_keyword(K::From)?;
        let value = self.expression()?;
        call.arguments.push(value);
        Ok(())
    }

    /// Reads the arguments of `position(part in text)`.
    fn position_arguments(&mut self, call: &mut Call) -> Parsed<()> {
        // Above the level of IN, which is the word between the arguments.
        let first = self.operand_of_condition()?;
        call.arguments.push(first);
        if self.eat_keyword(K::In) {
            call.form = CallForm::Position;
            let text = self.expression()?;
            call.arguments.push(text);
        } else {
            while self.eat(TokenKind::Comma) {
                let next = self.expression()?;
                call.arguments.push(next);
            }
        }
        Ok(())
    }

    /// `substring(text from start for length)`, `substring(text, start, length)`
    fn substring(&mut self, call: &mut Call) -> Parsed<()> {
        let text = self.expression()?;
        call.arguments.push(text);
        if self.at_keyword(K::From) || self.at_keyword(K::For) {
            call.form = CallForm::Substring;
            let start = if self.eat_keyword(K::From) {
                self.expression()?
            } else {
                let one = ExpressionKind::Number(SmolStr::new_static("1"));
                Expression::new(self.span(), one)
            };
            call.arguments.push(start);
            if self.eat_keyword(K::For) {
                let length = self.expression()?;
                call.arguments.push(length);
            }
            return Ok(());
        }
        while self.eat(TokenKind::Comma) {
            let next = self.expression()?;
            call.arguments.push(next);
        }
        Ok(())
    }

    /// `trim(both characters from text)`, `trim(text)`, `trim(text, characters)`
    fn trim(&mut self, call: &mut Call) -> Parsed<()> {
        let side = match self.keyword() {
            Some(K::Both) => Some(TrimSide::Both),
            Some(K::Leading) => Some(TrimSide::Leading),
            Some(K::Trailing) => Some(TrimSide::Trailing),
            _ => None,
        };
        if side.is_some() {
            self.bump();
        }
        call.form = CallForm::Trim(side.unwrap_or(TrimSide::Both));
        if side.is_some() && self.eat_keyword(K::From) {
            let text = self.expression()?;
            call.arguments.push(text);
            return Ok(());
        }
        let first = self.expression()?;
        if self.eat_keyword(K::From) {
            let text = self.expression()?;
            call.arguments.push(text);
            call.arguments.push(first);
        } else {
            call.arguments.push(first);
            while self.eat(TokenKind::Comma) {
                let next = self.expression()?;
                call.arguments.push(next);
            }
        }
        Ok(())
    }

    /// `object_transform(object keep path, … set path, value, …)`
    fn object_transform(&mut self, call: &mut Call) -> Parsed<()> {
        let object = self.expression()?;
        call.arguments.push(object);
        if self.eat_word("keep") {
            call.arguments.append(&mut self.expressions()?);
        }
        call.form = CallForm::ObjectTransform {
            kept: call.arguments.len() - 1,
        };
        if self.eat_word("set") {
            let set = self.span();
            let mut pairs = self.expressions()?;
            if pairs.len() % 2 != 0 {
                let sentence = "a path behind `set` has no value";
                let help = "write a path, a value, and so on: `set '\"a\"', 1, '\"b\"', 2`";
                return Err(self.refused(set, sentence, help));
            }
            call.arguments.append(&mut pairs);
        } else if !self.at(TokenKind::RightParenthesis) {
            return Err(self.unexpected(&["keep", "set", ")"]));
        }
        Ok(())
    }

    /// WITHIN GROUP, IGNORE NULLS and OVER.
    fn around_call(&mut self, call: &mut Call) -> Parsed<()> {
        if self.eat_keywords(&[K::Within, K::Group]) {
            self.expect(TokenKind::LeftParenthesis, "(")?;
            self.expect_keyword(K::Order)?;
            self.expect_keyword(K::By)?;
            call.within_group = self.order_items()?;
            self.close_parenthesis()?;
        }
        if self.at_keyword(K::Filter) && self.ahead(1).kind == TokenKind::LeftParenthesis {
            let help = "put the condition into the argument: `sum(case when … then … end)`";
            return Err(self.refused(
                self.span(),
                "Redshift has no FILTER behind a function",
                help,
            ));
        }
        self.null_treatment(call);
        if self.at_keyword(K::Over) {
            if self.ahead(1).kind == TokenKind::LeftParenthesis {
                call.over = Some(Box::new(self.window()?));
            } else if matches!(self.ahead(1).kind, TokenKind::Word(_) | TokenKind::Quoted)
                && call.nulls.is_none()
                && !Self::may_end_expression(self.ahead(1).keyword())
            {
                let sentence = "Redshift has no windows with a name";
                let help = "write the window where it is used: `over (partition by … order by …)`";
                return Err(self.refused(self.ahead(1).span, sentence, help));
            }
        }
        Ok(())
    }

    /// Whether a word behind `over` shows that `over` is an alias.
    fn may_end_expression(keyword: Option<K>) -> bool {
        keyword.is_some_and(K::is_reserved)
    }

    /// `over (partition by … order by … rows …)`
    fn window(&mut self) -> Parsed<Window> {
        let start = self.bump().span;
        self.expect(TokenKind::LeftParenthesis, "(")?;
        let partition_by = if self.at_keyword(K::Partition) {
            self.bump();
            self.expect_keyword(K::By)?;
            self.expressions()?
        } else {
            Vec::new()
        };
        let order_by = if self.at_keyword(K::Order) {
            self.bump();
            self.expect_keyword(K::By)?;
            self.order_items()?
        } else {
            Vec::new()
        };
        let frame = match self.keyword() {
            Some(K::Rows | K::Range) => Some(self.frame()?),
            _ => None,
        };
        if self.at_word("groups") {
            let help = "use ROWS";
            return Err(self.refused(self.span(), "Redshift has no frame by GROUPS", help));
        }
        if !self.at(TokenKind::RightParenthesis) {
            return Err(self.unexpected(&["partition by", "order by", "rows", ")"]));
        }
        self.bump();
        Ok(Window {
            span: start.to(self.previous_span()),
            partition_by,
            order_by,
            frame,
        })
    }

    fn frame(&mut self) -> Parsed<Frame> {
        let token = self.bump();
        let range = token.keyword() == Some(K::Range);
        let between = self.eat_keyword(K::Between);
        let start = self.bound()?;
        let end = if between {
            self.expect_keyword(K::And)?;
            Some(self.bound()?)
        } else {
            None
        };
        if self.at_keyword(K::Exclude) {
            return Err(self.refused(
                self.span(),
                "Redshift has no EXCLUDE in a frame",
                "leave it out",
            ));
        }
        Ok(Frame {
            span: token.span.to(self.previous_span()),
            range,
            start,
            end,
        })
    }

    fn bound(&mut self) -> Parsed<Bound> {
        if self.eat_keywords(&[K::Current, K::Row]) {
            return Ok(Bound::CurrentRow);
        }
        if self.eat_keyword(K::Unbounded) {
            return if self.eat_keyword(K::Preceding) {
                Ok(Bound::UnboundedPreceding)
            } else if self.eat_keyword(K::Following) {
                Ok(Bound::UnboundedFollowing)
            } else {
                Err(self.unexpected(&["preceding", "following"]))
            };
        }
        let offset = Box::new(self.expression()?);
        if self.eat_keyword(K::Preceding) {
            Ok(Bound::Preceding(offset))
        } else if self.eat_keyword(K::Following) {
            Ok(Bound::Following(offset))
        } else {
            Err(self.unexpected(&["preceding", "following"]))
        }
    }

    /// Reads what stands behind ORDER BY.
    pub(crate) fn order_items(&mut self) -> Parsed<Vec<OrderItem>> {
        self.comma_separated(|parser| {
            let expression = parser.expression()?;
            let descending = if parser.eat_keyword(K::Desc) {
                true
            } else {
                parser.eat_keyword(K::Asc);
                false
            };
            let nulls_first = if parser.eat_keyword(K::Nulls) {
                if parser.eat_keyword(K::First) {
                    Some(true)
                } else if parser.eat_keyword(K::Last) {
                    Some(false)
                } else {
                    return Err(parser.unexpected(&["first", "last"]));
                }
            } else {
                None
            };
            Ok(OrderItem {
                span: expression.span.to(parser.previous_span()),
                expression,
                descending,
                nulls_first,
            })
        })
    }
}
