//! What a query of WITH RECURSIVE that reads itself has to look like.
//!
//! Source: AWS page `WITH clause`, "Recursive common table expressions".

use crate::Span;
use crate::tree::{
    Body, CommonTable, FromItem, Limit, Relation, RelationKind, SetLink, SetOperator,
};

/// The place, the sentence and the help of what Redshift refuses in a recursive query.
///
/// `r as (select 1 union all select n + 1 from r)` gives its columns no names.
pub(super) fn flaw(table: &CommonTable) -> Option<(Span, &'static str, &'static str)> {
    let name = table.name.text.as_str();
    let query = &table.query;
    if !reads(&query.body, name) {
        return None;
    }
    if table.columns.is_empty() {
        return Some((
            table.name.span,
            "a recursive query of WITH needs names for its columns",
            "write them behind its name: `with recursive r (a, b) as (…)`",
        ));
    }
    let other = |link: &&SetLink| link.operator != SetOperator::Union || !link.all;
    if let Body::Operation { rest, .. } = &query.body
        && let Some(link) = rest.iter().find(other)
    {
        return Some((
            link.operator_span,
            "a recursive query of WITH has UNION ALL between its parts",
            "write `union all`, and select the distinct rows of the result",
        ));
    }
    let starts = match &query.body {
        Body::Operation { first, .. } => !reads(first, name),
        Body::Select(_) | Body::Parenthesized(_) => false,
    };
    if !starts {
        return Some((
            table.name.span,
            "a recursive query of WITH begins with a part that does not read it",
            "write `with recursive r (n) as (select 1 union all select n + 1 from r …)`",
        ));
    }
    let limited = matches!(query.limit, Some(Limit::Rows(_))) || query.offset.is_some();
    let ordered = query.order_by.first().map(|item| item.span);
    ordered.or(limited.then_some(query.span)).map(|span| {
        (
            span,
            "a recursive query of WITH takes neither ORDER BY nor LIMIT",
            "order and limit the query that reads it",
        )
    })
}

/// Whether a query reads a table of that name in its FROM.
fn reads(body: &Body, name: &str) -> bool {
    match body {
        Body::Select(select) => select.from.iter().any(|item| item_reads(item, name)),
        Body::Parenthesized(query) => reads(&query.body, name),
        Body::Operation { first, rest } => {
            reads(first, name) || rest.iter().any(|link| reads(&link.body, name))
        }
    }
}

fn item_reads(item: &FromItem, name: &str) -> bool {
    let mut joined = item.joins.iter();
    relation_reads(&item.relation, name) || joined.any(|join| relation_reads(&join.relation, name))
}

fn relation_reads(relation: &Relation, name: &str) -> bool {
    match &relation.kind {
        RelationKind::Table { name: table, .. } => {
            matches!(table.parts.as_slice(), [only] if only.text == name)
        }
        RelationKind::Query { query, .. } => reads(&query.body, name),
        RelationKind::Parenthesized(item) => item_reads(item, name),
        RelationKind::Pivot(pivot) => relation_reads(&pivot.relation, name),
        RelationKind::Unpivot(unpivot) => relation_reads(&unpivot.relation, name),
        RelationKind::Path(_) | RelationKind::Function(_) | RelationKind::UnpivotObject(_) => false,
    }
}
