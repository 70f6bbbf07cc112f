//! What Redshift asks of a query that reads itself (AWS page: `WITH clause`).

use redshift_sql::tree::{Body, CommonTable, FromItem, Query, Relation, RelationKind, SetOperator};

use super::Refusal;

/// Checks a query of WITH RECURSIVE. One that reads itself is a UNION ALL: a query that does not, and one that
/// does. It names its columns, and neither orders nor limits its rows.
pub(super) fn check(table: &CommonTable) -> Result<(), Refusal> {
    let name = table.name.text.as_str();
    let query = &table.query;
    if !reads(&query.body, name) {
        return Ok(());
    }
    let is_union_all = match &query.body {
        Body::Operation { first, rest } => {
            !reads(first, name)
                && rest
                    .iter()
                    .all(|link| link.all && link.operator == SetOperator::Union)
        }
        Body::Select(_) | Body::Parenthesized(_) => false,
    };
    let wrong = if !is_union_all {
        "is a UNION ALL of a query that does not read it and one that does: write UNION ALL, and \
         SELECT DISTINCT where you read it"
    } else if table.columns.is_empty() {
        "needs names for its columns: write them in brackets behind its name"
    } else if !query.order_by.is_empty() || query.limit.is_some() || query.offset.is_some() {
        "takes no ORDER BY and no LIMIT: write them in the query that reads it"
    } else {
        return Ok(());
    };
    Err(Refusal::Value(format!(
        "the recursive query \"{name}\" {wrong}"
    )))
}

/// "You can't specify a WITH RECURSIVE clause inside a subquery."
pub(super) fn outside(subquery: &Query) -> Result<(), Refusal> {
    if subquery.with.as_ref().is_some_and(|with| with.recursive) {
        return Err(Refusal::Value(
            "a subquery takes no WITH RECURSIVE: write it in front of the whole query".to_owned(),
        ));
    }
    Ok(())
}

/// Whether a query reads a table of this name in FROM.
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
    relation_reads(&item.relation, name)
        || item
            .joins
            .iter()
            .any(|join| relation_reads(&join.relation, name))
}

fn relation_reads(relation: &Relation, name: &str) -> bool {
    match &relation.kind {
        RelationKind::Table { name: table, .. } => match table.parts.as_slice() {
            [only] => only.text.as_str() == name,
            _ => false,
        },
        RelationKind::Query { query, .. } => reads(&query.body, name),
        RelationKind::Parenthesized(item) => item_reads(item, name),
        RelationKind::Pivot(pivot) => relation_reads(&pivot.relation, name),
        RelationKind::Unpivot(unpivot) => relation_reads(&unpivot.relation, name),
        RelationKind::Path(_) | RelationKind::Function(_) | RelationKind::UnpivotObject(_) => false,
    }
}
