//! The texts that a query groups by, as the writer of the query knows them.

use std::cell::Cell;

use redshift_sql::tree::{Expression, ExpressionKind, ObjectName};

use super::alike::alike;

/// The texts that a query groups by.
pub(super) struct GroupingKeys<'a> {
    keys: Vec<GroupingKey<'a>>,
    /// A subquery names one of them. The engine knows there only what is grouped by as it is.
    pub(super) named_inside: Cell<bool>,
}

/// A text that a query groups by.
pub(super) struct GroupingKey<'a> {
    pub(super) expression: &'a Expression,
    /// It is NULL in rows of ROLLUP and the like.
    pub(super) rolled_up: bool,
}

impl<'a> GroupingKeys<'a> {
    /// These; nothing where there is none.
    pub(super) fn of(keys: Vec<GroupingKey<'a>>) -> Option<Self> {
        (!keys.is_empty()).then_some(Self {
            keys,
            named_inside: Cell::new(false),
        })
    }

    pub(super) fn find(&self, expression: &Expression) -> Option<&GroupingKey<'a>> {
        self.keys
            .iter()
            .find(|key| alike(key.expression, expression))
    }

    /// Notes that a subquery names a column with its table, if that is a key.
    pub(super) fn note(&self, column: &ObjectName) {
        let is = |key: &GroupingKey<'_>| match &key.expression.bare().kind {
            ExpressionKind::Column(name) => {
                let texts = |name: &ObjectName| {
                    let parts = name.parts.iter().rev().take(2);
                    parts.map(|part| part.text.clone()).collect::<Vec<_>>()
                };
                column.parts.len() > 1 && texts(name) == texts(column)
            }
            _ => false,
        };
        if self.keys.iter().any(is) {
            self.named_inside.set(true);
        }
    }
}
