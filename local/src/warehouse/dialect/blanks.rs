//! Blanks at the end of a text, which do not count (AWS page: `Character types`, "Significance of
//! trailing blanks"). Here are a text without them, and what tells a value apart from others.

use redshift_sql::types::Type;

use super::calls::call;
use super::fragment::TokenTree;

/// A text without the blanks at its end.
///
/// Most texts have none, and the engine is much faster to see that than to cut: a column is looked at
/// before. What is computed is written once only, as texts within texts would double.
pub(super) fn without_blanks(nodes: Vec<TokenTree>) -> Vec<TokenTree> {
    let blank = || vec![TokenTree::text(" ")];
    if !is_column(&nodes) {
        return call("rtrim", vec![nodes, blank()]);
    }
    let mut inner = vec![TokenTree::word("case"), TokenTree::word("when")];
    inner.extend(call("suffix", vec![nodes.clone(), blank()]));
    inner.push(TokenTree::word("then"));
    inner.extend(call("rtrim", vec![nodes.clone(), blank()]));
    inner.push(TokenTree::word("else"));
    inner.extend(nodes);
    inner.push(TokenTree::word("end"));
    vec![TokenTree::Round(inner)]
}

/// Whether it is a column by its name: `"a"` and `"t"."a"` are.
pub(super) fn is_column(nodes: &[TokenTree]) -> bool {
    nodes.len() % 2 == 1
        && nodes.iter().enumerate().all(|(at, node)| match at % 2 {
            0 => matches!(node, TokenTree::Token(token) if token.kind == super::token::EngineTokenKind::Quoted),
            _ => node.is_symbol("."),
        })
}

/// Whether a type holds texts that may end with blanks.
pub(super) fn may_end_blank(kind: Type) -> bool {
    matches!(kind, Type::Char(_) | Type::VarChar(_))
}

/// Whether rows are told apart by something else than the values of a type. Texts are told apart
/// without their blanks, SUPER values by what equal ones have in common.
pub(super) fn has_key(kind: Type) -> bool {
    may_end_blank(kind) || kind == Type::Super
}

/// What tells a value of such a type apart from others.
pub(super) fn key_of(nodes: Vec<TokenTree>, kind: Type) -> Vec<TokenTree> {
    if kind == Type::Super {
        super::semistructured::key(nodes)
    } else {
        without_blanks(nodes)
    }
}
