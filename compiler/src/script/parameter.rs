//! `:name`, the parameters that the warehouse binds.

use super::ParameterUse;
use super::tokens::{Kind, Token};
use crate::source::Span;

/// All of them, in order. `::type`, literals, comments and `$$` bodies are other tokens.
pub(super) fn find(tokens: &[Token]) -> Vec<ParameterUse> {
    tokens
        .iter()
        .zip(tokens.iter().skip(1))
        .filter(|(colon, _)| colon.kind == Kind::Colon)
        .filter_map(|(colon, word)| {
            Some(ParameterUse {
                name: word.word()?.to_owned(),
                span: Span::new(colon.span.start, word.span.end),
            })
        })
        .collect()
}
