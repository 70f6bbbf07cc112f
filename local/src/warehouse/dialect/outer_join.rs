//! The mark `(+)` of outer joins (AWS page: `Oracle-style outer joins in the WHERE clause`).
//!
//! In: `from a, b, c where a.x = b.x(+) and b.y(+) > 3 and a.z = c.z`. Out: `from a cross join c left join b on
//! (a.x = b.x) and (b.y > 3) where (a.z = c.z)`. The table whose columns have the mark is joined from the left; what
//! has no mark stays in WHERE. What the page forbids is refused, though a cluster ignores some of it.

use redshift_sql::tree::{
    Expression, ExpressionKind, FromItem, ObjectName, Operator, RelationKind, Select,
};

use super::fragment::TokenTree;
use super::writer::Writer;
use super::{Refusal, walk};

/// FROM and WHERE of a query with marks.
pub(super) struct Joined {
    pub(super) from: Vec<TokenTree>,
    /// Empty where no condition is left.
    pub(super) filter: Vec<TokenTree>,
    /// The names of the tables in the order in which they are written, if that is no longer theirs.
    pub(super) star: Vec<String>,
}

/// Whether an expression has a mark.
pub(super) fn has_mark(expression: &Expression) -> bool {
    let mut found = false;
    walk::each(expression, &mut |part| {
        found |= matches!(part.kind, ExpressionKind::OuterMark(_));
    });
    found
}

/// A table of FROM, and what joins it.
struct Table<'e> {
    name: String,
    item: &'e FromItem,
    /// Conditions with the mark at its columns.
    conditions: Vec<&'e Expression>,
    /// The table that it is joined to.
    other: Option<String>,
}

fn wrong(what: &str) -> Refusal {
    Refusal::syntax(format!(
        "the mark (+) of outer joins {what}: write LEFT JOIN"
    ))
}

impl Writer<'_> {
    /// FROM and WHERE of a query; nothing where WHERE has no mark.
    pub(super) fn marked(self, select: &Select) -> Result<Option<Joined>, Refusal> {
        let Some(filter) = select.filter.as_ref().filter(|filter| has_mark(filter)) else {
            return Ok(None);
        };
        let mut tables = Vec::with_capacity(select.from.len());
        for item in &select.from {
            if !item.joins.is_empty() {
                return Err(wrong("cannot stand in a query with JOIN"));
            }
            tables.push(Table {
                name: name_of(item)?,
                item,
                conditions: Vec::new(),
                other: None,
            });
        }
        let mut kept = Vec::new();
        for condition in conjuncts(filter) {
            if has_mark(condition) {
                assign(condition, &mut tables)?;
            } else {
                kept.push(condition);
            }
        }
        let order = ordered(&tables)?;
        let marked = self.with_marks();
        let mut from: Vec<TokenTree> = Vec::new();
        for at in &order {
            let Some(table) = tables.get(*at) else {
                continue;
            };
            let join: &[&str] = match (from.is_empty(), table.conditions.is_empty()) {
                (true, _) => &[],
                (false, true) => &["cross", "join"],
                (false, false) => &["left", "join"],
            };
            from.extend(join.iter().map(|word| TokenTree::word(word)));
            from.extend(self.relation_of(&table.item.relation)?);
            if !table.conditions.is_empty() {
                from.push(TokenTree::word("on"));
                from.extend(marked.all_of(&table.conditions)?);
            }
        }
        let moved = order.iter().enumerate().any(|(at, table)| at != *table);
        Ok(Some(Joined {
            from,
            filter: self.all_of(&kept)?,
            star: if moved {
                tables.into_iter().map(|table| table.name).collect()
            } else {
                Vec::new()
            },
        }))
    }

    /// Joins translated conditions with AND: `(a) and (b)`.
    fn all_of(self, conditions: &[&Expression]) -> Result<Vec<TokenTree>, Refusal> {
        let mut nodes = Vec::new();
        for condition in conditions {
            if !nodes.is_empty() {
                nodes.push(TokenTree::word("and"));
            }
            nodes.push(TokenTree::Round(self.expression(condition)?));
        }
        Ok(nodes)
    }
}

fn name_of(item: &FromItem) -> Result<String, Refusal> {
    let alias = item.relation.alias.as_ref().map(|alias| &alias.name);
    let name = match &item.relation.kind {
        RelationKind::Table { name, .. } => alias.or_else(|| name.name()),
        _ => alias,
    };
    name.map(|name| name.text.to_string())
        .ok_or_else(|| wrong("needs a name for each table and query of FROM"))
}

/// The parts that AND joins, in order; one of any other expression.
fn conjuncts(filter: &Expression) -> Vec<&Expression> {
    match &filter.bare().kind {
        ExpressionKind::Chain { first, rest }
            if rest.iter().all(|link| link.operator == Operator::And) =>
        {
            let operands = rest.iter().map(|link| &link.operand);
            std::iter::once(&**first)
                .chain(operands)
                .flat_map(conjuncts)
                .collect()
        }
        _ => vec![filter],
    }
}

/// Gives a condition to the table whose columns have the mark.
fn assign<'e>(condition: &'e Expression, tables: &mut [Table<'e>]) -> Result<(), Refusal> {
    let mut refusal = None;
    let mut marked: Option<String> = None;
    let mut named = Vec::new();
    walk::each(condition, &mut |part| {
        let found = match &part.kind {
            ExpressionKind::Chain { rest, .. }
                if rest.iter().any(|link| link.operator == Operator::Or) =>
            {
                Err(wrong("cannot stand beside OR"))
            }
            ExpressionKind::InList { .. } | ExpressionKind::InQuery { .. } => {
                Err(wrong("cannot stand beside IN"))
            }
            ExpressionKind::Subquery(_)
            | ExpressionKind::Exists(_)
            | ExpressionKind::Quantified { .. } => Err(wrong("cannot stand beside a subquery")),
            ExpressionKind::OuterMark(of) => match &of.kind {
                ExpressionKind::Column(name) => table_of(name).and_then(|table| match &marked {
                    Some(other) if *other != table => {
                        Err(wrong("stands on one side of a condition"))
                    }
                    _ => {
                        marked = Some(table);
                        Ok(())
                    }
                }),
                _ => Err(wrong("stands behind a column, not behind an expression")),
            },
            ExpressionKind::Column(name) => table_of(name).map(|table| named.push(table)),
            _ => Ok(()),
        };
        if let (Err(found), None) = (found, &refusal) {
            refusal = Some(found);
        }
    });
    if let Some(refusal) = refusal {
        return Err(refusal);
    }
    let Some(marked) = marked else {
        return Ok(());
    };
    let known = |name: &String| tables.iter().any(|table| table.name == *name);
    let others: Vec<String> = named
        .into_iter()
        .filter(|name| *name != marked && known(name))
        .collect();
    let Some(table) = tables.iter_mut().find(|table| table.name == marked) else {
        return Err(wrong("stands behind a column of a table of FROM"));
    };
    for other in others {
        match &table.other {
            Some(known) if *known != other => {
                return Err(wrong("joins a table to one other table only"));
            }
            _ => table.other = Some(other),
        }
    }
    table.conditions.push(condition);
    Ok(())
}

fn table_of(name: &ObjectName) -> Result<String, Refusal> {
    name.schema()
        .map(|table| table.text.to_string())
        .ok_or_else(|| wrong("needs the table in front of each column of its condition"))
}

/// The numbers of the tables: those without a mark, and then each behind the one that it is joined to.
fn ordered(tables: &[Table<'_>]) -> Result<Vec<usize>, Refusal> {
    let mut order: Vec<usize> = Vec::with_capacity(tables.len());
    let numbered = || tables.iter().enumerate();
    order.extend(
        numbered()
            .filter(|(_, table)| table.conditions.is_empty())
            .map(|(at, _)| at),
    );
    while order.len() < tables.len() {
        let written = |name: &String| {
            order
                .iter()
                .any(|at| tables.get(*at).is_some_and(|table| table.name == *name))
        };
        let next = numbered().find(|(at, table)| {
            !order.contains(at) && !order.is_empty() && table.other.as_ref().is_none_or(written)
        });
        let Some((at, _)) = next else {
            return Err(wrong(
                "cannot join tables to each other in a circle, nor all of them",
            ));
        };
        order.push(at);
    }
    Ok(order)
}
