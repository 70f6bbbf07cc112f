//! Operands: what stands between the operators of an expression.
//!
//! | begins with | examples |
//! |---|---|
//! | a literal | `1`, `'a'`, `date '2026-01-01'`, `interval '1 day'` |
//! | a bracket | `(a)`, `(a, b)`, `(select 1)` |
//! | a word of the grammar | `null`, `sysdate`, `case when a then 1 end`, `cast(a as int)` |
//! | a name | `a`, `t.a`, `f(a)`; the file `function.rs` reads these |

use smol_str::SmolStr;

use super::text::decode;
use super::{Parsed, Parser};
use crate::Span;
use crate::keyword::Keyword as K;
use crate::mistake::{Mistake, MistakeKind};
use crate::token::{Token, TokenKind};
use crate::tree::{BareFunction, CastForm, Expression, ExpressionKind, IntervalLiteral};

impl Parser<'_> {
    /// Reads an operand: a literal, a name, a call, or brackets.
    pub(super) fn primary(&mut self) -> Parsed<Expression> {
        let token = self.token();
        let start = token.span;
        let kind = match token.kind {
            TokenKind::Number => {
                self.bump();
                let follows = self.token();
                if matches!(follows.kind, TokenKind::Word(_)) && follows.span.start == start.end {
                    let written = start.to(follows.span);
                    let sentence =
                        format!("`{}` is neither a number nor a name", written.of(self.text));
                    let help = "put a blank behind the number, or the name in double quotes";
                    let mistake = Mistake::new(MistakeKind::Syntax, written, sentence).help(help);
                    return Err(Box::new(mistake));
                }
                ExpressionKind::Number(SmolStr::new(self.text_of(token)))
            }
            TokenKind::Text | TokenKind::Dollar => {
                self.bump();
                self.literals_in_a_row(token)
            }
            TokenKind::Parameter => {
                self.bump();
                let name = self.text_of(token).trim_start_matches(':');
                ExpressionKind::Parameter(SmolStr::new(name))
            }
            TokenKind::Position => {
                self.bump();
                let number = self.text_of(token).trim_start_matches('$').parse();
                ExpressionKind::Position(number.unwrap_or(u32::MAX))
            }
            TokenKind::LeftParenthesis => return self.parenthesized(),
            TokenKind::Star => {
                self.bump();
                ExpressionKind::Star(None)
            }
            TokenKind::LeftBracket => {
                let sentence = "Redshift has no list literals";
                let help = "use `array(1, 2)`, which gives a SUPER value";
                return Err(self.refused(start, sentence, help));
            }
            TokenKind::LeftBrace => {
                let sentence = "Redshift has no literals in braces";
                let help = "use `object('key', value)`, which gives a SUPER value";
                return Err(self.refused(start, sentence, help));
            }
            TokenKind::Word(Some(keyword)) => return self.keyword_operand(keyword),
            TokenKind::Word(None) | TokenKind::Quoted | TokenKind::Insertion => {
                return self.column_or_call();
            }
            _ => return Err(self.unexpected(&["an expression"])),
        };
        Ok(Expression::new(start.to(self.previous_span()), kind))
    }

    /// Reads string literals with only a line break between them as one literal.
    fn literals_in_a_row(&mut self, first: Token) -> ExpressionKind {
        let mut value = decode(self.text_of(first)).into_owned();
        let mut end = first.span.end;
        while self.at(TokenKind::Text) {
            let between = Span::new(end, self.span().start).of(self.text);
            if !between.contains('\n') {
                break;
            }
            let next = self.bump();
            value.push_str(&decode(self.text_of(next)));
            end = next.span.end;
        }
        ExpressionKind::Text(value.into_boxed_str())
    }

    /// `(a)`, `(a, b)`, `(select …)`.
    fn parenthesized(&mut self) -> Parsed<Expression> {
        let start = self.span();
        self.bump();
        if self.at_query() {
            let query = self.query()?;
            self.close_parenthesis()?;
            let span = start.to(self.previous_span());
            return Ok(Expression::new(
                span,
                ExpressionKind::Subquery(Box::new(query)),
            ));
        }
        let first = self.expression()?;
        if self.goes_on_as_query()
            && let ExpressionKind::Subquery(query) = first.kind
        {
            // `((select 1) union select 2)`
            let query = self.query_behind(first.span, *query)?;
            self.close_parenthesis()?;
            let span = start.to(self.previous_span());
            return Ok(Expression::new(
                span,
                ExpressionKind::Subquery(Box::new(query)),
            ));
        }
        let kind = if self.eat(TokenKind::Comma) {
            let mut values = vec![first];
            values.append(&mut self.expressions()?);
            ExpressionKind::Row(values)
        } else {
            ExpressionKind::Parenthesized(Box::new(first))
        };
        self.close_parenthesis()?;
        Ok(Expression::new(start.to(self.previous_span()), kind))
    }

    /// An operand that begins with a word of the grammar.
    fn keyword_operand(&mut self, keyword: K) -> Parsed<Expression> {
        let start = self.span();
        let calls = self.ahead(1).kind == TokenKind::LeftParenthesis;
        let bare = match keyword {
            K::CurrentDate => Some(BareFunction::CurrentDate),
            K::CurrentTime => Some(BareFunction::CurrentTime),
            K::CurrentTimestamp => Some(BareFunction::CurrentTimestamp),
            K::Localtime => Some(BareFunction::LocalTime),
            K::Localtimestamp => Some(BareFunction::LocalTimestamp),
            K::Sysdate => Some(BareFunction::SysDate),
            K::User => Some(BareFunction::User),
            K::CurrentUser => Some(BareFunction::CurrentUser),
            K::SessionUser => Some(BareFunction::SessionUser),
            K::CurrentUserId => Some(BareFunction::CurrentUserId),
            _ => None,
        };
        if let Some(bare) = bare.filter(|_| !calls) {
            self.bump();
            return Ok(Expression::new(start, ExpressionKind::Bare(bare)));
        }
        if bare.is_some() {
            return self.call_of_word();
        }
        let kind = match keyword {
            K::Null => ExpressionKind::Null,
            K::True => ExpressionKind::Boolean(true),
            K::False => ExpressionKind::Boolean(false),
            K::Default => ExpressionKind::Default,
            K::Case => return self.deeper(Self::case),
            K::Cast if calls => return self.cast(CastForm::Cast),
            K::Convert if calls && self.at_convert() => return self.convert(),
            K::Exists if calls => {
                self.bump();
                let query = Box::new(self.query_in_parentheses()?);
                let span = start.to(self.previous_span());
                return Ok(Expression::new(span, ExpressionKind::Exists(query)));
            }
            K::Interval => return self.interval(),
            K::Array if calls => return self.array(),
            K::Array if self.ahead(1).kind == TokenKind::LeftBracket => {
                let sentence = "Redshift has no `array[…]`";
                let help = "use `array(1, 2)`, which gives a SUPER value";
                return Err(self.refused(start, sentence, help));
            }
            // Reserved on the page, and still a column of the catalog or of a SUPER value.
            K::Oid | K::Array | K::Tag | K::Open | K::Backup => return self.column_or_call(),
            K::Approximate => return self.approximate(),
            K::Date
            | K::Time
            | K::Timestamp
            | K::Timestamptz
            | K::Timetz
            | K::Bool
            | K::Boolean
                if self.at_typed_literal() =>
            {
                return self.typed_literal();
            }
            // Functions whose names are reserved words.
            K::Left | K::Right | K::System | K::Identity | K::Collate if calls => {
                return self.call_of_word();
            }
            _ if !keyword.is_reserved() => return self.column_or_call(),
            _ => return Err(self.unexpected(&["an expression"])),
        };
        self.bump();
        Ok(Expression::new(start, kind))
    }

    /// Whether a type and then a literal stand here: `date '2026-01-01'`.
    pub(super) fn at_typed_literal(&self) -> bool {
        let mut behind = 1;
        if matches!(
            (
                self.ahead(1).keyword(),
                self.ahead(2).keyword(),
                self.ahead(3).keyword()
            ),
            (Some(K::With | K::Without), Some(K::Time), Some(K::Zone))
        ) {
            behind = 4;
        }
        self.ahead(behind).kind == TokenKind::Text
    }

    pub(super) fn typed_literal(&mut self) -> Parsed<Expression> {
        let start = self.span();
        let data_type = Box::new(self.type_name()?);
        let token = self.expect(TokenKind::Text, "a literal in quotes")?;
        let text = decode(self.text_of(token)).into();
        let span = start.to(token.span);
        Ok(Expression::new(
            span,
            ExpressionKind::Typed { data_type, text },
        ))
    }

    /// `interval '1 day'`, `interval '1' year`, `interval '1-2' year to month`.
    fn interval(&mut self) -> Parsed<Expression> {
        let start = self.bump().span;
        // Redshift's own form with the fields in front: `interval year to month '1-2'`.
        let before = self.interval_fields()?;
        let token = self.token();
        let text: Box<str> = match token.kind {
            TokenKind::Text => decode(self.text_of(token)).into(),
            TokenKind::Number => self.text_of(token).into(),
            TokenKind::Parameter | TokenKind::Insertion => self.text_of(token).into(),
            _ => return Err(self.unexpected(&["a text in quotes, such as '1 day'"])),
        };
        self.bump();
        let behind = self.interval_fields()?;
        let literal = IntervalLiteral {
            text,
            text_span: token.span,
            fields: before.or(behind),
        };
        let span = start.to(self.previous_span());
        Ok(Expression::new(
            span,
            ExpressionKind::Interval(Box::new(literal)),
        ))
    }

    fn array(&mut self) -> Parsed<Expression> {
        let start = self.bump().span;
        self.bump();
        let values = if self.at(TokenKind::RightParenthesis) {
            Vec::new()
        } else {
            self.expressions()?
        };
        self.close_parenthesis()?;
        let span = start.to(self.previous_span());
        Ok(Expression::new(span, ExpressionKind::Array(values)))
    }

    /// Reads `case … end`, with an operand or without.
    fn case(&mut self) -> Parsed<Expression> {
        let start = self.bump().span;
        let operand = if self.at_keyword(K::When) {
            None
        } else {
            Some(Box::new(self.expression()?))
        };
        let mut branches = Vec::new();
        while self.eat_keyword(K::When) {
            let when = self.expression()?;
            self.expect_keyword(K::Then)?;
            branches.push((when, self.expression()?));
        }
        if branches.is_empty() {
            // `case whn a = 1`: the typo was read as what is compared.
            let typo = operand.as_ref().map(|operand| operand.span);
            let typo = typo.and_then(|span| self.typo_of(span, "when"));
            return Err(typo.unwrap_or_else(|| self.unexpected(&["when"])));
        }
        let otherwise = if self.eat_keyword(K::Else) {
            Some(Box::new(self.expression()?))
        } else {
            None
        };
        if !self.eat_keyword(K::End) {
            return Err(self.unexpected(&["end", "when", "else"]));
        }
        let kind = ExpressionKind::Case {
            operand,
            branches,
            otherwise,
        };
        Ok(Expression::new(start.to(self.previous_span()), kind))
    }

    /// Reads `cast(value as type)` and `try_cast(value as type)`.
    pub(super) fn cast(&mut self, written: CastForm) -> Parsed<Expression> {
        let start = self.bump().span;
        self.expect(TokenKind::LeftParenthesis, "(")?;
        let value = Box::new(self.expression()?);
        self.expect_keyword(K::As)?;
        let data_type = Box::new(self.cast_type()?);
        self.close_parenthesis()?;
        let kind = ExpressionKind::Cast {
            value,
            data_type,
            written,
        };
        Ok(Expression::new(start.to(self.previous_span()), kind))
    }

    /// Whether CONVERT is given a type first.
    fn at_convert(&self) -> bool {
        matches!(self.ahead(2).kind, TokenKind::Word(_) | TokenKind::Quoted)
    }

    /// Reads `convert(type, value)`, which is a cast.
    fn convert(&mut self) -> Parsed<Expression> {
        let start = self.bump().span;
        self.bump();
        let data_type = Box::new(self.cast_type()?);
        self.expect(TokenKind::Comma, ",")?;
        let value = Box::new(self.expression()?);
        self.close_parenthesis()?;
        let written = CastForm::Convert;
        let kind = ExpressionKind::Cast {
            value,
            data_type,
            written,
        };
        Ok(Expression::new(start.to(self.previous_span()), kind))
    }
}
