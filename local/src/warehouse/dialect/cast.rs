//! Casts. One to a limited text cuts what is too long.

use redshift_sql::tree::CastForm;

use super::Refusal;
use super::calls::{call, own};
use super::fragment::TokenTree;
use super::types::{EngineType, TextLimit};

/// A cast of an operand, which is in brackets where it has to be for `::`.
pub(super) fn written(
    operand: Vec<TokenTree>,
    kind: EngineType,
    form: CastForm,
) -> Result<Vec<TokenTree>, Refusal> {
    check_integer_literal(&operand, &kind)?;
    if form == CastForm::TryCast {
        let tried = |name: String| {
            let mut inner = operand.clone();
            inner.extend([TokenTree::word("as"), TokenTree::Ready(name)]);
            call("try_cast", vec![inner])
        };
        return Ok(match kind.length.filter(|length| length.explicit) {
            Some(length) => cut(tried("varchar".to_owned()), length),
            None => tried(kind.name),
        });
    }
    if let Some(length) = kind.length.filter(|length| length.explicit) {
        return Ok(cut(operand, length));
    }
    Ok(match form {
        CastForm::Colons => {
            let mut nodes = operand;
            nodes.extend([TokenTree::symbol("::"), TokenTree::Ready(kind.name)]);
            nodes
        }
        _ => {
            let mut inner = operand;
            inner.extend([TokenTree::word("as"), TokenTree::Ready(kind.name)]);
            call("cast", vec![inner])
        }
    })
}

/// A text literal that is no whole number is none in Redshift; the engine would round it.
fn check_integer_literal(operand: &[TokenTree], kind: &EngineType) -> Result<(), Refusal> {
    if !matches!(kind.short.as_str(), "int2" | "int4" | "int8") {
        return Ok(());
    }
    let [literal] = operand else {
        return Ok(());
    };
    match literal.as_text() {
        Some(text) if text.contains(['.', 'e', 'E']) => Err(Refusal::Value(format!(
            "invalid input syntax for integer: \"{text}\""
        ))),
        _ => Ok(()),
    }
}

fn cut(operand: Vec<TokenTree>, length: TextLimit) -> Vec<TokenTree> {
    let function = if length.blank_padded {
        "cut_blank_padded"
    } else {
        "cut"
    };
    let as_text = vec![
        TokenTree::Round(operand),
        TokenTree::symbol("::"),
        TokenTree::Ready("varchar".to_owned()),
    ];
    let bytes = vec![TokenTree::Ready(length.bytes.to_string())];
    own(function, vec![as_text, bytes])
}
