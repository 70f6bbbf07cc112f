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

use super::text::{decode, fold};
use super::{Parsed, Parser};
use crate::Span;
use crate::keyword::Keyword as K;
use crate::mistake::{Mistake, MistakeKind};
use crate::token::TokenKind;
use crate::tree::{
    CastForm, Expression, ExpressionKind, IsTest, LikeKind, Operator, OperatorLink, SuperTest,
    UnaryOperator,
};

/// How many casts, steps and conditions may stand behind one another. Each takes all in front of it
/// as its operand, so what they make is as deep as they are many.
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
        // An operator of a low level as the operand of a higher one takes all that it can.
        // `1 + not a` is refused by the types, not by the grammar.
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
}
