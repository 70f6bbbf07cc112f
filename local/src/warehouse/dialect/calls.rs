//! What calls of functions are made of, in the engine's words.

use super::Refusal;
use super::fragment::{Node, split_commas};

/// What a call became.
pub(super) struct TranslatedCall {
    pub(super) nodes: Vec<Node>,
    /// Nodes behind the arguments that were read too.
    pub(super) taken: usize,
}

impl TranslatedCall {
    pub(super) fn of(nodes: Vec<Node>) -> Self {
        Self { nodes, taken: 0 }
    }
}

/// The arguments of a call.
pub(super) fn arguments(nodes: &[Node]) -> Vec<Vec<Node>> {
    split_commas(nodes)
        .into_iter()
        .map(<[Node]>::to_vec)
        .collect()
}

/// A call of one of the functions in `redshift.sql`.
pub(super) fn own(name: &str, arguments: Vec<Vec<Node>>) -> Vec<Node> {
    let inner = arguments.join(&Node::symbol(","));
    vec![
        Node::word("redshift"),
        Node::symbol("."),
        Node::word(name),
        Node::Round(inner),
    ]
}

/// A call of one of the engine's functions.
pub(super) fn call(name: &str, arguments: Vec<Vec<Node>>) -> Vec<Node> {
    vec![
        Node::word(name),
        Node::Round(arguments.join(&Node::symbol(","))),
    ]
}

pub(super) fn wrong(function: &str, what: &str) -> Refusal {
    Refusal::Syntax(format!("{function} takes {what}"))
}

pub(super) fn case(parts: impl IntoIterator<Item = Vec<Node>>) -> Vec<Node> {
    let mut inner = vec![Node::word("case")];
    inner.extend(parts.into_iter().flatten());
    inner.push(Node::word("end"));
    vec![Node::Round(inner)]
}
