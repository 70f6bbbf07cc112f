//! Values as texts where the engine writes them otherwise than Redshift.
//!
//! In: `2::float8 || 'a'`, `(interval '1' day)::varchar`. Out: `redshift.double_text(…) || 'a'`, as the engine would write
//! `2.0`; `redshift.interval_text(…)`.

use redshift_sql::types::Type;

use super::arithmetic::cast;
use super::calls::own;
use super::fragment::TokenTree;

/// A value of a type as a text; nothing where the engine's cast is exact.
pub(super) fn exact(kind: Type, nodes: &[TokenTree]) -> Option<Vec<TokenTree>> {
    let function = match kind {
        Type::Real => "real_text",
        Type::Double => "double_text",
        Type::IntervalMonths | Type::IntervalSeconds => "interval_text",
        _ => return None,
    };
    Some(own(function, vec![nodes.to_vec()]))
}

/// A value of a type as a text.
pub(super) fn of(kind: Type, nodes: Vec<TokenTree>) -> Vec<TokenTree> {
    exact(kind, &nodes).unwrap_or_else(|| cast(nodes, "varchar"))
}
