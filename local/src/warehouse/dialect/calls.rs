//! What calls of functions are made of, in the engine's words.

use super::Refusal;
use super::fragment::{TokenTree, split_commas};

/// What a call became.
pub(super) struct TranslatedCall {
    pub(super) nodes: Vec<TokenTree>,
    /// Nodes behind the arguments that were read too.
    pub(super) taken: usize,
}

impl TranslatedCall {
    pub(super) fn of(nodes: Vec<TokenTree>) -> Self {
        Self { nodes, taken: 0 }
    }
}

/// The arguments of a call.
pub(super) fn arguments(nodes: &[TokenTree]) -> Vec<Vec<TokenTree>> {
    split_commas(nodes)
        .into_iter()
        .map(<[TokenTree]>::to_vec)
        .collect()
}

/// A call of one of the functions in `redshift.sql`.
pub(super) fn own(name: &str, arguments: Vec<Vec<TokenTree>>) -> Vec<TokenTree> {
    let inner = arguments.join(&TokenTree::symbol(","));
    vec![
        TokenTree::word("redshift"),
        TokenTree::symbol("."),
        TokenTree::word(name),
        TokenTree::Round(inner),
    ]
}

/// A call of one of the engine's functions.
pub(super) fn call(name: &str, arguments: Vec<Vec<TokenTree>>) -> Vec<TokenTree> {
    vec![
        TokenTree::word(name),
        TokenTree::Round(arguments.join(&TokenTree::symbol(","))),
    ]
}

pub(super) fn wrong(function: &str, what: &str) -> Refusal {
    Refusal::Syntax(format!("{function} takes {what}"))
}

pub(super) fn case(parts: impl IntoIterator<Item = Vec<TokenTree>>) -> Vec<TokenTree> {
    let mut inner = vec![TokenTree::word("case")];
    inner.extend(parts.into_iter().flatten());
    inner.push(TokenTree::word("end"));
    vec![TokenTree::Round(inner)]
}
