//! Expressions by precedence climbing.
//!
//! | level | operators | source |
//! |---|---|---|
//! | 1 | `or` | PostgreSQL 8.0's manual, section 4.1.6, which Redshift's grammar comes from |
//! | 2 | `and` | |
//! | 3 | `not` | |
//! | 4 | `=` `<>` `<` `<=` `>` `>=` `overlaps` | |
//! | 5 | `like` `ilike` `similar to` `between` `in` | |
//! | 6 | `\|\|` `~` `&` `\|` `#` `<<` `>>` | |
//! | 7 | `is` `isnull` `notnull` | |
//! | 8 | `+` `-` | |
//! | 9 | `*` `/` `%` | |
//! | 10 | `^` | |
//! | 11 | `at time zone` | |
//! | 12 | a sign | |
//! | 13 | `[…]` `.field` `::` `collate` | |

use smol_str::SmolStr;

use super::text::{decode, fold};
use super::{Parsed, Parser};
use crate::Span;
use crate::keyword::Keyword as K;
use crate::mistake::{Mistake, MistakeKind};
use crate::token::TokenKind;
use crate::tree::{
    BareFunction, CastForm, Expression, ExpressionKind, IntervalLiteral, IsTest, LikeKind,
    Operator, OperatorLink, SuperTest, UnaryOperator,
};

/// Casts, steps and conditions that stand behind one another, each taking all in front of it as its
/// operand: what they make is as deep as they are many.
const LONGEST_CHAIN: usize = 32;

const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARISON: u8 = 4;
const MATCH: u8 = 5;
const OTHER: u8 = 6;
const IS: u8 = 7;
const ADDITIVE: u8 = 8;
const MULTIPLICATIVE: u8 = 9;
const POWER: u8 = 10;
const ZONE: u8 = 11;
const SIGN: u8 = 12;

impl Parser<'_> {
    /// Reads an expression up to the first token that is no part of it.
    pub(crate) fn expression(&mut self) -> Parsed<Expression> {
        self.deeper(|parser| parser.climb(0))
    }

    /// Reads expressions with commas between them.
    pub(crate) fn expressions(&mut self) -> Parsed<Vec<Expression>> {
        self.comma_separated(Self::expression)
    }

    /// Reads an operand of a condition: `a || b` of `a || b in (c)`.
    pub(super) fn operand_of_condition(&mut self) -> Parsed<Expression> {
        self.deeper(|parser| parser.climb(MATCH))
    }

    /// Reads an expression whose operators all bind more tightly than `least`.
    fn climb(&mut self, least: u8) -> Parsed<Expression> {
        let mut left = self.prefixed(least)?;
        for _ in 0..LONGEST_CHAIN {
            if let Some((operator, level)) = self.infix()
                && level > least
            {
                left = self.chain(left, operator, level)?;
            } else if self.suffix_level()? > least {
                left = self.suffix(left)?;
            } else {
                return Ok(left);
            }
        }
        Err(self.too_long_a_chain())
    }

    fn too_long_a_chain(&self) -> Box<Mistake> {
        let sentence = format!("more than {LONGEST_CHAIN} operators stand behind each other here");
        let help = "put brackets around some of them, or remove what changes nothing";
        Box::new(Mistake::new(MistakeKind::TooDeep, self.span(), sentence).help(help))
    }

    /// Reads operators of one level and the operands behind them.
    fn chain(&mut self, first: Expression, operator: Operator, level: u8) -> Parsed<Expression> {
        let mut rest = Vec::with_capacity(1);
        let mut next = Some(operator);
        while let Some(operator) = next {
            let operator_span = self.span();
            self.bump();
            if level == COMPARISON
                && let Some(all) = self.quantifier()
            {
                let left = Self::fold_chain(first, rest);
                return self.quantified(left, operator, all);
            }
            let operand = self.deeper(|parser| parser.climb(level))?;
            rest.push(OperatorLink {
                operator,
                operator_span,
                operand,
            });
            next = match self.infix() {
                Some((operator, found)) if found == level => Some(operator),
                _ => None,
            };
        }
        Ok(Self::fold_chain(first, rest))
    }

    /// `(select …)` behind `a = any`, or an array of the catalog, such as `(grolist)`.
    fn quantified(
        &mut self,
        left: Expression,
        operator: Operator,
        all: bool,
    ) -> Parsed<Expression> {
        let start = left.span;
        let value = Box::new(left);
        let kind = if self.at_query_in_parentheses() {
            ExpressionKind::Quantified {
                value,
                operator,
                all,
                query: Box::new(self.query_in_parentheses()?),
            }
        } else {
            self.expect(TokenKind::LeftParenthesis, "(")?;
            let array = Box::new(self.expression()?);
            self.close_parenthesis()?;
            ExpressionKind::QuantifiedArray {
                value,
                operator,
                all,
                array,
            }
        };
        let span = start.to(self.previous_span());
        Ok(Expression::new(span, kind))
    }

    fn fold_chain(first: Expression, rest: Vec<OperatorLink>) -> Expression {
        match rest.last() {
            None => first,
            Some(last) => {
                let span = first.span.to(last.operand.span);
                let span = span.to(Span::new(span.start, last.operand.span.end));
                let first = Box::new(first);
                Expression::new(span, ExpressionKind::Chain { first, rest })
            }
        }
    }

    /// `any`, `some` or `all` in front of a query.
    fn quantifier(&mut self) -> Option<bool> {
        let all = match self.keyword()? {
            K::Any | K::Some => false,
            K::All => true,
            _ => return None,
        };
        if self.ahead(1).kind != TokenKind::LeftParenthesis {
            return None;
        }
        self.bump();
        Some(all)
    }

    /// The operator at the position and its level.
    fn infix(&self) -> Option<(Operator, u8)> {
        let token = self.token();
        Some(match token.kind {
            TokenKind::Equal => (Operator::Equal, COMPARISON),
            TokenKind::NotEqual => (Operator::NotEqual, COMPARISON),
            TokenKind::Less => (Operator::Less, COMPARISON),
            TokenKind::LessEqual => (Operator::LessEqual, COMPARISON),
            TokenKind::Greater => (Operator::Greater, COMPARISON),
            TokenKind::GreaterEqual => (Operator::GreaterEqual, COMPARISON),
            TokenKind::Plus => (Operator::Add, ADDITIVE),
            TokenKind::Minus => (Operator::Subtract, ADDITIVE),
            TokenKind::Star => (Operator::Multiply, MULTIPLICATIVE),
            TokenKind::Slash => (Operator::Divide, MULTIPLICATIVE),
            TokenKind::Percent => (Operator::Modulo, MULTIPLICATIVE),
            TokenKind::Caret => (Operator::Power, POWER),
            TokenKind::Concatenate => (Operator::Concatenate, OTHER),
            TokenKind::Pipe => (Operator::BitOr, OTHER),
            TokenKind::Ampersand => (Operator::BitAnd, OTHER),
            TokenKind::Hash => (Operator::BitXor, OTHER),
            TokenKind::ShiftLeft => (Operator::ShiftLeft, OTHER),
            TokenKind::ShiftRight => (Operator::ShiftRight, OTHER),
            TokenKind::Match => (self.match_operator(), OTHER),
            TokenKind::Word(Some(K::And)) => (Operator::And, AND),
            TokenKind::Word(Some(K::Or)) => (Operator::Or, OR),
            TokenKind::Word(Some(K::Overlaps)) => (Operator::Overlaps, COMPARISON),
            _ => return None,
        })
    }

    fn match_operator(&self) -> Operator {
        let text = self.text_of(self.token());
        let negated = text.starts_with('!');
        let ignores_case = text.ends_with('*');
        if text.contains("~~") {
            Operator::LikeOperator {
                negated,
                ignores_case,
            }
        } else {
            Operator::Posix {
                negated,
                ignores_case,
            }
        }
    }

    /// The level of what stands here, where it may stand behind an expression and is no operator with
    /// one operand on each side. Zero where nothing of that kind stands here.
    fn suffix_level(&self) -> Parsed<u8> {
        let Some(keyword) = self.keyword() else {
            if self.kind() == TokenKind::JsonArrow {
                let sentence = "Redshift has no operator `->`";
                let help = "step into a SUPER value with dots and brackets, such as `a.b[0]`";
                return Err(self.refused(self.span(), sentence, help));
            }
            return Ok(0);
        };
        let negated = keyword == K::Not;
        Ok(
            match if negated {
                self.ahead(1).keyword()
            } else {
                Some(keyword)
            } {
                Some(K::Like | K::Ilike | K::Similar | K::Between | K::In) => MATCH,
                Some(K::Is | K::Isnull | K::Notnull) if !negated => IS,
                Some(K::At) if !negated && self.ahead(1).keyword() == Some(K::Time) => ZONE,
                _ => 0,
            },
        )
    }

    /// Reads what stands behind an expression and has a level of [`Self::suffix_level`].
    fn suffix(&mut self, left: Expression) -> Parsed<Expression> {
        let start = left.span;
        let negated = self.at_keyword(K::Not);
        if negated {
            self.bump();
        }
        let value = Box::new(left);
        let kind = match self.bump().keyword() {
            Some(K::Between) => {
                let low = Box::new(self.deeper(|parser| parser.climb(MATCH))?);
                self.expect_keyword(K::And)?;
                let high = Box::new(self.deeper(|parser| parser.climb(MATCH))?);
                ExpressionKind::Between {
                    value,
                    negated,
                    low,
                    high,
                }
            }
            Some(K::In) => self.in_list(value, negated)?,
            Some(K::Is) => self.is(value)?,
            Some(K::Isnull) => ExpressionKind::Is {
                value,
                negated: false,
                test: IsTest::Null,
            },
            Some(K::Notnull) => ExpressionKind::Is {
                value,
                negated: true,
                test: IsTest::Null,
            },
            Some(K::At) => {
                self.expect_keyword(K::Time)?;
                self.expect_keyword(K::Zone)?;
                let zone = Box::new(self.deeper(|parser| parser.climb(ZONE))?);
                ExpressionKind::AtTimeZone { value, zone }
            }
            matching => {
                let kind = match matching {
                    Some(K::Ilike) => LikeKind::ILike,
                    Some(K::Similar) => {
                        self.expect_keyword(K::To)?;
                        LikeKind::SimilarTo
                    }
                    _ => LikeKind::Like,
                };
                if let Some(K::Any | K::All | K::Some) = self.keyword() {
                    let word = self.shown_token(self.token());
                    let sentence = format!("Redshift does not take `{word}` behind LIKE");
                    let help = "write one LIKE for each pattern, with OR or AND between them";
                    return Err(self.refused(self.span(), sentence, help));
                }
                let pattern = Box::new(self.deeper(|parser| parser.climb(MATCH))?);
                let escape = if self.eat_keyword(K::Escape) {
                    Some(Box::new(self.deeper(|parser| parser.climb(MATCH))?))
                } else {
                    None
                };
                ExpressionKind::Like {
                    value,
                    kind,
                    negated,
                    pattern,
                    escape,
                }
            }
        };
        let span = start.to(self.previous_span());
        Ok(Expression::new(span, kind))
    }

    fn in_list(&mut self, value: Box<Expression>, negated: bool) -> Parsed<ExpressionKind> {
        if !self.at(TokenKind::LeftParenthesis) {
            // `in {{list}}`
            if self.at(TokenKind::Insertion) {
                let list = vec![self.primary()?];
                return Ok(ExpressionKind::InList {
                    value,
                    negated,
                    list,
                });
            }
            return Err(self.unexpected(&["("]));
        }
        if self.at_query_in_parentheses() {
            let query = Box::new(self.query_in_parentheses()?);
            return Ok(ExpressionKind::InQuery {
                value,
                negated,
                query,
            });
        }
        let list = self.in_parentheses(Self::expression)?;
        Ok(ExpressionKind::InList {
            value,
            negated,
            list,
        })
    }

    fn is(&mut self, value: Box<Expression>) -> Parsed<ExpressionKind> {
        let negated = self.eat_keyword(K::Not);
        let test = match self.keyword() {
            Some(K::Null) => IsTest::Null,
            Some(K::True) => IsTest::True,
            Some(K::False) => IsTest::False,
            Some(K::Unknown) => IsTest::Unknown,
            Some(K::Array) => IsTest::Super(SuperTest::Array),
            Some(K::Distinct) => {
                let sentence = "Redshift does not have IS DISTINCT FROM";
                let help = "compare, and treat nulls: `a <> b or (a is null) <> (b is null)`";
                return Err(self.refused(self.span(), sentence, help));
            }
            _ if self.at_word("object") => IsTest::Super(SuperTest::Object),
            _ if self.at_word("scalar") => IsTest::Super(SuperTest::Scalar),
            _ => return Err(self.unexpected(&["null", "true", "false", "unknown"])),
        };
        self.bump();
        Ok(ExpressionKind::Is {
            value,
            negated,
            test,
        })
    }

    /// Reads operators in front of an operand, and the operand.
    fn prefixed(&mut self, least: u8) -> Parsed<Expression> {
        let operator_span = self.span();
        let (operator, level) = match self.kind() {
            TokenKind::Word(Some(K::Not)) => (UnaryOperator::Not, NOT),
            TokenKind::Minus => (UnaryOperator::Minus, SIGN),
            TokenKind::Plus => (UnaryOperator::Plus, SIGN),
            TokenKind::At => (UnaryOperator::Absolute, OTHER),
            TokenKind::SquareRoot => (UnaryOperator::SquareRoot, OTHER),
            TokenKind::CubeRoot => (UnaryOperator::CubeRoot, OTHER),
            TokenKind::Match if self.text_of(self.token()) == "~" => (UnaryOperator::BitNot, OTHER),
            TokenKind::Word(Some(K::Prior)) if Self::begins_operand(self.ahead(1).kind) => {
                self.bump();
                let operand = Box::new(self.deeper(|parser| parser.climb(SIGN))?);
                let span = operator_span.to(operand.span);
                return Ok(Expression::new(span, ExpressionKind::Prior(operand)));
            }
            _ => return self.postfixed(),
        };
        self.bump();
        // An operator of a low level as the operand of a higher one takes all that it can: `1 + not a`
        // is refused by the types, not by the grammar.
        let level = level.max(least.min(SIGN));
        let operand = Box::new(self.deeper(|parser| parser.climb(level))?);
        let span = operator_span.to(operand.span);
        let kind = ExpressionKind::Unary {
            operator,
            operator_span,
            operand,
        };
        Ok(Expression::new(span, kind))
    }

    fn begins_operand(kind: TokenKind) -> bool {
        match kind {
            TokenKind::Word(keyword) => !keyword.is_some_and(K::is_reserved),
            TokenKind::Quoted
            | TokenKind::Text
            | TokenKind::Number
            | TokenKind::LeftParenthesis => true,
            _ => false,
        }
    }

    /// Whether something stands here that takes the operand in front of it as its own.
    fn at_postfix(&self) -> bool {
        match self.kind() {
            TokenKind::DoubleColon | TokenKind::LeftBracket | TokenKind::Word(Some(K::Collate)) => {
                true
            }
            TokenKind::Dot => self.ahead(1).kind != TokenKind::Star,
            TokenKind::LeftParenthesis => {
                self.ahead(1).kind == TokenKind::Plus
                    && self.ahead(2).kind == TokenKind::RightParenthesis
            }
            _ => false,
        }
    }

    /// Reads an operand and what stands right behind it: `::type`, `[index]`, `.field`, `(+)`.
    fn postfixed(&mut self) -> Parsed<Expression> {
        let mut value = self.primary()?;
        for _ in 0..LONGEST_CHAIN {
            if !self.at_postfix() {
                return Ok(value);
            }
            let start = value.span;
            let of = Box::new(value);
            let kind = match self.kind() {
                TokenKind::DoubleColon => {
                    self.bump();
                    let data_type = Box::new(self.cast_type()?);
                    ExpressionKind::Cast {
                        value: of,
                        data_type,
                        written: CastForm::Colons,
                    }
                }
                TokenKind::LeftBracket => {
                    self.bump();
                    let index = Box::new(self.expression()?);
                    self.expect(TokenKind::RightBracket, "]")?;
                    ExpressionKind::Element { of, index }
                }
                TokenKind::Dot => {
                    self.bump();
                    let field = self.any_name("a field")?;
                    ExpressionKind::Field { of, field }
                }
                TokenKind::Word(Some(K::Collate)) => {
                    self.bump();
                    let collation = match self.kind() {
                        TokenKind::Text => {
                            let token = self.bump();
                            let mut name = self.name_of(token);
                            name.text = fold(&decode(self.text_of(token)));
                            name
                        }
                        _ => self.name("a collation")?,
                    };
                    ExpressionKind::Collate {
                        value: of,
                        collation,
                    }
                }
                // `(+)`
                _ => {
                    self.bump();
                    self.bump();
                    self.bump();
                    ExpressionKind::OuterMark(of)
                }
            };
            value = Expression::new(start.to(self.previous_span()), kind);
        }
        Err(self.too_long_a_chain())
    }

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

    /// String literals with only a line break between them are one.
    fn literals_in_a_row(&mut self, first: crate::token::Token) -> ExpressionKind {
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
