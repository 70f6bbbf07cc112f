//! Binary values: operators and casts (AWS pages: `VARBYTE operators`, `VARBYTE type`).

use redshift_sql::tree::{CastForm, DataType, Expression, ExpressionKind, Operator};
use redshift_sql::types::Type;

use super::arithmetic::cast;
use super::calls::{call, own};
use super::fragment::TokenTree;
use super::writer::Writer;
use super::{Refusal, cast as casts};

/// An operator between two binary values; the operands are given back where it is none of them.
pub(super) fn operated(
    left: (Vec<TokenTree>, Type),
    operator: Operator,
    right: (Vec<TokenTree>, Type),
) -> Result<Vec<TokenTree>, (Vec<TokenTree>, Vec<TokenTree>)> {
    let are_bytes = matches!((left.1, right.1), (Type::VarByte(_), Type::VarByte(_)));
    let function = match operator {
        Operator::BitAnd => "redshift_bytes_and",
        Operator::BitOr => "redshift_bytes_or",
        Operator::BitXor => "redshift_bytes_xor",
        Operator::Add | Operator::Concatenate if are_bytes => {
            let mut nodes = vec![TokenTree::Round(left.0), TokenTree::symbol("||")];
            nodes.push(TokenTree::Round(right.0));
            return Ok(vec![TokenTree::Round(nodes)]);
        }
        _ => return Err((left.0, right.0)),
    };
    if are_bytes {
        Ok(call(function, vec![left.0, right.0]))
    } else {
        Err((left.0, right.0))
    }
}

/// Turns each bit of a binary value: `~value`.
pub(super) fn not(nodes: Vec<TokenTree>) -> Vec<TokenTree> {
    call("redshift_bytes_not", vec![nodes])
}

impl Writer<'_> {
    /// A cast between a text and a binary value, whose bytes are those of the text in UTF-8, and of a whole number;
    /// none of any other. A CHAR has the blanks that fill it.
    pub(super) fn cast_bytes(
        self,
        value: &Expression,
        kind: &DataType,
        form: CastForm,
    ) -> Result<Option<Vec<TokenTree>>, Refusal> {
        let from = match self.type_of(value) {
            // The length of a CHAR is asked for here and by OCTET_LENGTH: no other rule needs it.
            Type::VarChar(_) if matches!(kind, DataType::VarByte(_)) => self.declared(value),
            known => known,
        };
        let to = super::types::of(kind)?;
        match (from, kind) {
            (Type::Char(length), DataType::VarByte(_)) => {
                let text = cast(self.expression(value)?, "varchar");
                let padded = own(
                    "padded",
                    vec![text, vec![TokenTree::number(&length.to_string())]],
                );
                Ok(Some(call("encode", vec![padded])))
            }
            (Type::VarChar(_) | Type::Literal, DataType::VarByte(_)) => {
                let text = cast(self.expression(value)?, "varchar");
                Ok(Some(call("encode", vec![text])))
            }
            (Type::SmallInt | Type::Integer | Type::BigInt, DataType::VarByte(_)) => {
                let bytes = match from {
                    Type::SmallInt => "2",
                    Type::Integer => "4",
                    _ => "8",
                };
                let number = self.expression(value)?;
                Ok(Some(own(
                    "number_bytes",
                    vec![number, vec![TokenTree::number(bytes)]],
                )))
            }
            // The guide does not say what becomes of other lengths than those of the types.
            (Type::VarByte(_), DataType::SmallInt | DataType::Integer | DataType::BigInt) => {
                Err(Refusal::unsupported(
                    "a cast of VARBYTE to a whole number: write `strtol(to_hex(…), 16)`",
                ))
            }
            (Type::VarByte(_), _) if to.length.is_some() => {
                let text = call("decode", vec![self.expression(value)?]);
                casts::written(text, to, form).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The type that a text column was declared with; a VARCHAR where several tables have one of its name.
    pub(super) fn declared(self, value: &Expression) -> Type {
        let unknown = Type::VarChar(redshift_sql::types::MAX_VARCHAR);
        let ExpressionKind::Column(name) = &value.bare().kind else {
            return unknown;
        };
        let (Some(types), Some(column)) = (self.types(), name.name()) else {
            return unknown;
        };
        let reads = types.reads.iter();
        let mut all =
            reads.filter_map(|read| self.context.catalog.declared(&read.name, &column.text));
        match all.next() {
            Some(first) if all.all(|other| other == first) => first,
            _ => unknown,
        }
    }
}
