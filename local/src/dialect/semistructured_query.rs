//! SUPER values in GROUP BY, DISTINCT and ORDER BY (AWS page: `Querying semistructured data`): values that
//! are equal make one group however they are written, and types have an order.
//!
//! In: `select c.v, count(*) from c group by c.v order by 1`. Out:
//!
//! ```sql
//! select any_value("c"."v"), count(*) from "c" group by redshift_super_key(…)
//! order by redshift_super_sorted(cast(any_value("c"."v") as varchar))
//! ```

use redshift_sql::tree::{
    Body, Expression, ExpressionKind, GroupItem, OrderItem, Query, Select, SelectItem,
};

use super::Refusal;
use super::fragment::Node;
use super::functions::call;
use super::semistructured::{key, sorted};
use super::writer::{Writer, separated};

impl Writer<'_> {
    /// What is written for each SUPER value that a query groups by.
    pub(super) fn grouped_values(self, select: &Select) -> Result<Vec<Vec<Node>>, Refusal> {
        let mut values = Vec::new();
        for item in &select.group_by {
            match item {
                GroupItem::Expression(expression) => {
                    let by = self.listed(expression, select)?;
                    if self.is_super(by) {
                        values.push(self.expression(by)?);
                    }
                }
                GroupItem::Rollup(list) | GroupItem::Cube(list)
                    if list.iter().any(|one| self.is_super(one)) =>
                {
                    return Err(Refusal::Unsupported(
                        "SUPER values in ROLLUP and CUBE: cast them, such as `…::varchar`"
                            .to_owned(),
                    ));
                }
                _ => {}
            }
        }
        Ok(values)
    }

    /// One expression of GROUP BY.
    pub(super) fn group(
        self,
        expression: &Expression,
        select: &Select,
    ) -> Result<Vec<Node>, Refusal> {
        let by = self.listed(expression, select)?;
        if self.is_super(by) {
            return Ok(key(self.expression(by)?));
        }
        self.expression(expression)
    }

    /// A value that stands for its group, where the query groups by it.
    pub(super) fn of_group(self, nodes: Vec<Node>) -> Vec<Node> {
        if self.grouped.contains(&nodes) {
            call("any_value", vec![nodes])
        } else {
            nodes
        }
    }

    /// `distinct`, `distinct on (…)` where SUPER values are selected, or nothing.
    pub(super) fn distinct(self, select: &Select) -> Result<Vec<Node>, Refusal> {
        if !select.distinct {
            return Ok(Vec::new());
        }
        let mut nodes = vec![Node::word("distinct")];
        let is_super = |item: &SelectItem| self.is_super(&item.expression);
        if select.items.iter().any(is_super) {
            let mut parts = Vec::with_capacity(select.items.len());
            for item in &select.items {
                let written = self.expression(&item.expression)?;
                parts.push(if is_super(item) {
                    key(written)
                } else {
                    written
                });
            }
            nodes.extend([Node::word("on"), Node::Round(separated(parts))]);
        }
        Ok(nodes)
    }

    /// ORDER BY of a query. A number or a name may stand for what is selected.
    pub(super) fn order_of(self, query: &Query) -> Result<Vec<Node>, Refusal> {
        let Body::Select(select) = &query.body else {
            return self.order_by(&query.order_by);
        };
        let mut of_super = |item: &OrderItem| -> Result<Option<Vec<Node>>, Refusal> {
            let by = self.listed(&item.expression, select)?;
            if !self.is_super(by) {
                return Ok(None);
            }
            self.expression(by).map(sorted).map(Some)
        };
        self.order_with(&query.order_by, &mut of_super)
    }

    /// The selected expression that a number or an alias stands for, or the expression itself.
    fn listed<'e>(
        self,
        expression: &'e Expression,
        select: &'e Select,
    ) -> Result<&'e Expression, Refusal> {
        match &expression.kind {
            ExpressionKind::Number(number) if self.is_super(expression) => {
                let position: usize = number.parse().unwrap_or_default();
                let in_front = select.items.get(..position).unwrap_or_default();
                let star =
                    |item: &SelectItem| matches!(item.expression.kind, ExpressionKind::Star(_));
                match in_front.last() {
                    Some(item) if !in_front.iter().any(star) => Ok(&item.expression),
                    _ => Err(Refusal::Unsupported(format!(
                        "{number} for a SUPER value behind a star: name the column"
                    ))),
                }
            }
            ExpressionKind::Column(name) => {
                let [only] = name.parts.as_slice() else {
                    return Ok(expression);
                };
                let named = |item: &&SelectItem| {
                    item.alias
                        .as_ref()
                        .is_some_and(|alias| alias.text == only.text)
                };
                let item = select.items.iter().find(named);
                Ok(item.map_or(expression, |item| &item.expression))
            }
            _ => Ok(expression),
        }
    }
}
