//! Blanks at the end of a text do not count where rows are grouped, made distinct, parted, united or looked for in
//! a query. The AWS page is `Character types`, "Significance of trailing blanks". `k` stands for a text without
//! such blanks:
//!
//! | in | out |
//! |---|---|
//! | `select name … group by name` | `select first(name) … group by k(name)` |
//! | `select distinct name, id` | `select distinct on (k(name), id) name, id` |
//! | `a union b` | `select distinct on (k(c1)) … from (a union all b)` |
//! | `a except b` | `select distinct on (k(c1)) … from (a) anti join (b) on k(l.c1) is not distinct from k(r.c1)` |
//! | `name in (select …)` | `k(name) in (select k(c1) from (select …))` |
//!
//! Each group shows one of its texts as it is. What cannot hold such blanks by its type stays as it is.

use redshift_sql::tree::{Expression, ExpressionKind, GroupItem, Query, Select};

use super::Refusal;
use super::blanks::{has_key, key_of, without_blanks};
use super::calls::call;
use super::comparison::Beside;
use super::fragment::TokenTree;
use super::keys::{GroupingKey, GroupingKeys};
use super::walk;
use super::writer::{Writer, separated};

/// The texts that a query groups by; nothing where no text is among them.
pub(super) fn keys<'a>(writer: Writer<'_>, select: &'a Select) -> Option<GroupingKeys<'a>> {
    let mut keys = Vec::new();
    collect(writer, select, &select.group_by, false, &mut keys);
    GroupingKeys::of(keys)
}

fn collect<'a>(
    writer: Writer<'_>,
    select: &'a Select,
    items: &'a [GroupItem],
    rolled_up: bool,
    keys: &mut Vec<GroupingKey<'a>>,
) {
    for item in items {
        match item {
            GroupItem::Expression(expression) => {
                keys.extend(key(writer, select, expression, rolled_up));
            }
            GroupItem::Rollup(list) | GroupItem::Cube(list) => {
                let all = list.iter();
                keys.extend(all.filter_map(|one| key(writer, select, one, true)));
            }
            GroupItem::GroupingSets(sets) => collect(writer, select, sets, true, keys),
            GroupItem::All(_) => {
                let all = grouped_by_all(select).into_iter().flatten();
                keys.extend(all.filter_map(|one| key(writer, select, one, false)));
            }
            GroupItem::Empty(_) => {}
        }
    }
}

/// What GROUP BY ALL groups by: the columns of the select list without an aggregate, but for literals, which are
/// the same in all rows. Nothing where a star stands among them.
pub(super) fn grouped_by_all(select: &Select) -> Option<Vec<&Expression>> {
    let all = select.items.iter().map(|item| &item.expression);
    let is_star = |one: &Expression| matches!(one.kind, ExpressionKind::Star(_));
    let kept = |one: &&Expression| {
        let literal = matches!(
            one.bare().kind,
            ExpressionKind::Number(_) | ExpressionKind::Text(_) | ExpressionKind::Null
        );
        !literal && !has_aggregate(one)
    };
    (!all.clone().any(is_star)).then(|| all.filter(kept).collect())
}

/// Or a function over a window, which comes after the groups.
fn has_aggregate(expression: &Expression) -> bool {
    let mut found = false;
    walk::each(expression, &mut |part| {
        if let ExpressionKind::Call(call) = &part.kind {
            found |= call.over.is_some() || super::call::aggregates(call);
        }
    });
    found
}

fn key<'a>(
    writer: Writer<'_>,
    select: &'a Select,
    item: &'a Expression,
    rolled_up: bool,
) -> Option<GroupingKey<'a>> {
    let expression = meant(writer, select, item)?;
    let is_constant = matches!(
        expression.bare().kind,
        ExpressionKind::Text(_) | ExpressionKind::Parameter(_) | ExpressionKind::Position(_)
    );
    (has_key(writer.type_of(expression)) && !is_constant).then_some(GroupingKey {
        expression,
        rolled_up,
    })
}

/// The expression that an item of GROUP BY or ORDER BY means: that of the select list which it numbers or
/// names, or itself.
pub(super) fn meant<'a>(
    writer: Writer<'_>,
    select: &'a Select,
    item: &'a Expression,
) -> Option<&'a Expression> {
    let Some(number) = writer.selected(item) else {
        return (!matches!(item.kind, ExpressionKind::Number(_))).then_some(item);
    };
    let has_star = select
        .items
        .iter()
        .any(|item| matches!(item.expression.kind, ExpressionKind::Star(_)));
    let item = select.items.get(number).filter(|_| !has_star)?;
    Some(&item.expression)
}

impl Writer<'_> {
    /// One of the texts that the query groups by: that of some row of the group. An alias beside such texts is
    /// what it stands for.
    pub(super) fn of_group(
        self,
        expression: &Expression,
    ) -> Result<Option<Vec<TokenTree>>, Refusal> {
        let Some(select) = self.aliases else {
            return Ok(None);
        };
        // With an aggregate in it, the engine could not follow an alias everywhere.
        if let ExpressionKind::Column(_) = &expression.kind
            && let Some(meant) = meant(self, select, expression)
            && !std::ptr::eq(meant, expression)
        {
            let meant = self.expression(meant)?;
            return Ok(Some(vec![TokenTree::Round(meant)]));
        }
        let Some(key) = self.keys.and_then(|keys| keys.find(expression)) else {
            return Ok(None);
        };
        let plain = self.ungrouped().expression(key.expression)?;
        let shown = call("first", vec![plain.clone()]);
        if !key.rolled_up {
            return Ok(Some(shown));
        }
        let mut nodes = ["case", "when"].map(TokenTree::word).to_vec();
        let kind = self.type_of(key.expression);
        nodes.extend(call("grouping", vec![key_of(plain, kind)]));
        nodes.extend([
            TokenTree::symbol("="),
            TokenTree::number("0"),
            TokenTree::word("then"),
        ]);
        nodes.extend(shown);
        nodes.push(TokenTree::word("end"));
        Ok(Some(vec![TokenTree::Round(nodes)]))
    }

    /// The name of a column that the query groups by: what is shown of it has another one in the engine.
    pub(super) fn name_of_group(self, expression: &Expression) -> Option<String> {
        self.keys?.find(expression)?;
        match &expression.kind {
            ExpressionKind::Column(name) => Some(name.name()?.text.to_string()),
            _ => None,
        }
    }

    /// An expression by which rows are told apart.
    pub(super) fn told_apart(self, expression: &Expression) -> Result<Vec<TokenTree>, Refusal> {
        let key = self.keys.and_then(|keys| keys.find(expression));
        if let Some(key) = key {
            let plain = self.ungrouped().expression(key.expression)?;
            return Ok(key_of(plain, self.type_of(key.expression)));
        }
        let nodes = self.expression(expression)?;
        let constant = matches!(expression.bare().kind, ExpressionKind::Text(_));
        let kind = self.type_of(expression);
        Ok(if has_key(kind) && !constant {
            key_of(nodes, kind)
        } else {
            nodes
        })
    }

    /// An item of GROUP BY.
    pub(super) fn grouped_by(
        self,
        select: &Select,
        item: &Expression,
    ) -> Result<Vec<TokenTree>, Refusal> {
        let meant = meant(self, select, item);
        match (self.keys, meant) {
            (Some(keys), Some(meant)) if keys.find(meant).is_some() => self.told_apart(meant),
            _ => self.ungrouped().expression(item),
        }
    }

    /// `value in (query)` and `value = any (query)`: the value, and the query in brackets.
    pub(super) fn looked_for(
        self,
        value: &Expression,
        written: Vec<TokenTree>,
        query: &Query,
    ) -> Result<(Vec<TokenTree>, TokenTree), Refusal> {
        let subquery = self.subquery(query)?;
        let Some(columns) = self.columns_of(&query.body) else {
            return Ok((written, subquery));
        };
        let values = match &value.bare().kind {
            ExpressionKind::Row(values) => values.as_slice(),
            _ => std::slice::from_ref(value),
        };
        let beside: Vec<Beside> = values
            .iter()
            .zip(columns)
            .map(|(value, column)| Beside::of(&[self.type_of(value), column.kind]))
            .collect();
        if values.len() != columns.len() || !beside.contains(&Beside::Text) {
            return Ok((written, subquery));
        }
        let list = if let [_] = values {
            let beside = beside.first().copied().unwrap_or(Beside::Any);
            self.compared(value, written, beside)
        } else {
            let mut parts = Vec::with_capacity(values.len());
            for (value, beside) in values.iter().zip(&beside) {
                let nodes = self.expression(value)?;
                parts.push(self.compared(value, nodes, *beside));
            }
            vec![TokenTree::Round(separated(parts))]
        };
        let mut inner = vec![TokenTree::word("select")];
        inner.extend(separated(beside.iter().enumerate().map(
            |(number, beside)| {
                let column = vec![TokenTree::quoted(&column(number))];
                match beside {
                    Beside::Text => without_blanks(column),
                    _ => column,
                }
            },
        )));
        inner.extend([
            TokenTree::word("from"),
            subquery,
            TokenTree::word("as"),
            TokenTree::quoted("looked for"),
            columns_named(beside.len()),
        ]);
        Ok((list, TokenTree::Round(inner)))
    }
}

/// The name of a column of a query that is read by another one.
pub(super) fn column(number: usize) -> String {
    format!("c{number}")
}

/// As many names as there are columns: `("c0", "c1")` for two.
pub(super) fn columns_named(count: usize) -> TokenTree {
    let names = (0..count).map(|number| vec![TokenTree::quoted(&column(number))]);
    TokenTree::Round(separated(names))
}
