//! Conditions on SUPER values, and casts of them (AWS page: `Querying semistructured data`).

use redshift_sql::tree::{
    Body, CastForm, DataType, Expression, IsTest, Query, SuperTest, UnaryOperator,
};
use redshift_sql::types::Type;

use super::arithmetic::cast as engine_cast;
use super::calls::{call, own};
use super::fragment::TokenTree;
use super::semistructured::{SuperReading, as_type, key, ordered, scalar, to_super};
use super::writer::{Writer, separated};
use super::{Refusal, cast};

impl Writer<'_> {
    /// `value between low and high`
    pub(super) fn between_super(
        self,
        value: &Expression,
        negated: bool,
        low: &Expression,
        high: &Expression,
    ) -> Result<Vec<TokenTree>, Refusal> {
        let value = self.as_super(value)?;
        let mut within = ordered(value.clone(), TokenTree::symbol(">="), self.as_super(low)?);
        within.push(TokenTree::word("and"));
        within.extend(ordered(
            value,
            TokenTree::symbol("<="),
            self.as_super(high)?,
        ));
        Ok(negate(vec![TokenTree::Round(within)], negated))
    }

    /// `value in (a, b)`
    pub(super) fn in_list_super(
        self,
        value: &Expression,
        negated: bool,
        list: &[Expression],
    ) -> Result<Vec<TokenTree>, Refusal> {
        let mut nodes = self.key_of(value)?;
        if negated {
            nodes.push(TokenTree::word("not"));
        }
        let keys: Result<Vec<_>, _> = list.iter().map(|one| self.key_of(one)).collect();
        nodes.extend([TokenTree::word("in"), TokenTree::Round(separated(keys?))]);
        Ok(vec![TokenTree::Round(nodes)])
    }

    /// `value in (select …)`
    pub(super) fn in_query_super(
        self,
        value: &Expression,
        negated: bool,
        query: &Query,
    ) -> Result<Vec<TokenTree>, Refusal> {
        let mut nodes = self.key_of(value)?;
        if negated {
            nodes.push(TokenTree::word("not"));
        }
        let column = to_super(vec![TokenTree::quoted("value")], self.only_type(query))?;
        let mut inner = vec![TokenTree::word("select")];
        inner.extend(key(column));
        inner.extend([
            TokenTree::word("from"),
            self.subquery(query)?,
            TokenTree::word("as"),
        ]);
        inner.extend([
            TokenTree::quoted("source"),
            TokenTree::Round(vec![TokenTree::quoted("value")]),
        ]);
        nodes.extend([TokenTree::word("in"), TokenTree::Round(inner)]);
        Ok(vec![TokenTree::Round(nodes)])
    }

    /// The type of the only column of a query.
    fn only_type(self, query: &Query) -> Type {
        match &query.body {
            Body::Select(select) => match select.items.as_slice() {
                [only] => self.type_of(&only.expression),
                _ => Type::Unknown,
            },
            Body::Parenthesized(query) => self.only_type(query),
            Body::Operation { .. } => Type::Unknown,
        }
    }

    /// `value is array`, `value is true`; none of other tests and values.
    pub(super) fn tested_super(
        self,
        value: &Expression,
        negated: bool,
        test: IsTest,
    ) -> Result<Option<Vec<TokenTree>>, Refusal> {
        if !self.is_super(value) {
            return Ok(None);
        }
        let nodes = self.expression(value)?;
        let function = match test {
            IsTest::Super(SuperTest::Array) => "is_array",
            IsTest::Super(SuperTest::Object) => "is_object",
            IsTest::Super(SuperTest::Scalar) => "is_scalar",
            IsTest::True | IsTest::False => {
                let mut nodes = as_type(nodes, &DataType::Boolean)?;
                nodes.push(TokenTree::word("is"));
                if negated {
                    nodes.push(TokenTree::word("not"));
                }
                nodes.push(TokenTree::word(if test == IsTest::True {
                    "true"
                } else {
                    "false"
                }));
                return Ok(Some(vec![TokenTree::Round(nodes)]));
            }
            IsTest::Null | IsTest::Unknown => return Ok(None),
        };
        Ok(Some(negate(own(function, vec![nodes]), negated)))
    }

    /// An operator in front of a SUPER value; none of one that takes it as it is.
    pub(super) fn unary_super(
        self,
        operator: UnaryOperator,
        operand: &Expression,
    ) -> Result<Option<Vec<TokenTree>>, Refusal> {
        let nodes = self.expression(operand)?;
        Ok(match operator {
            UnaryOperator::Not => {
                let mut all = vec![TokenTree::word("not")];
                all.extend(as_type(nodes, &DataType::Boolean)?);
                Some(vec![TokenTree::Round(all)])
            }
            UnaryOperator::Plus => Some(nodes),
            UnaryOperator::Minus => {
                let zero = vec![TokenTree::text("0")];
                let nodes = engine_cast(nodes, "varchar");
                let negative = call(
                    "redshift_super_operator",
                    vec![zero, vec![TokenTree::text("-")], nodes],
                );
                Some(engine_cast(negative, "json"))
            }
            _ => {
                return Err(Refusal::Unsupported(
                    "that operator of a SUPER value: cast the value, such as `…::decimal(18,2)`"
                        .to_owned(),
                ));
            }
        })
    }

    /// A cast from or to SUPER; none of any other.
    pub(super) fn cast_super(
        self,
        value: &Expression,
        kind: &DataType,
        form: CastForm,
    ) -> Result<Option<Vec<TokenTree>>, Refusal> {
        if matches!(kind, DataType::HllSketch) {
            return Err(Refusal::Unsupported(
                "a cast to HLLSKETCH, whose bits Redshift does not publish: use HLL_CREATE_SKETCH"
                    .to_owned(),
            ));
        }
        if matches!(kind, DataType::Super) {
            return self.as_super(value).map(Some);
        }
        if !self.is_super(value) {
            return Ok(None);
        }
        let nodes = self.expression(value)?;
        let to = super::types::of(kind)?;
        if to.length.is_some() {
            return cast::written(scalar(nodes, SuperReading::Text), to, form).map(Some);
        }
        as_type(nodes, kind).map(Some)
    }
}

fn negate(nodes: Vec<TokenTree>, negated: bool) -> Vec<TokenTree> {
    if !negated {
        return nodes;
    }
    let mut inner = vec![TokenTree::word("not")];
    inner.extend(nodes);
    vec![TokenTree::Round(inner)]
}
