//! Names that a subquery takes from a query around it, where Redshift does not take them.
//!
//! Source: AWS page `Correlated subqueries`. On tables of the catalog such queries run on the leader node, as
//! PostgreSQL runs them.

use super::scope::{NameMeaning, NameScope, RelationInScope};
use super::{Binder, is_system};
use crate::Span;
use crate::functions::{FunctionKind, find};
use crate::mistake::MistakeKind;
use crate::tree::{Body, ExpressionKind, GroupItem, Name, ObjectName, Query};

impl Binder<'_> {
    /// Notes from which query around it a subquery takes a column, and says so where Redshift refuses that.
    ///
    /// ```text
    /// select a from t where exists (select 1 from u where not exists (select 1 from v where v.a = t.a))
    /// mistake at `t.a`: the query over `u` is skipped
    /// ```
    pub(super) fn correlation(&mut self, name: &ObjectName, scope: &NameScope<'_>) {
        let Some(at) = scope
            .scopes()
            .position(|one| has_name(one, name.parts.as_slice()))
        else {
            return;
        };
        let Some(outer) = scope.scopes().nth(at).filter(|outer| outer.block) else {
            return;
        };
        let inner: Vec<_> = scope.scopes().take(at).filter(|one| one.block).collect();
        let mut relations = inner
            .iter()
            .chain([&outer])
            .flat_map(|one| one.relations.iter());
        let exempt = |relation: &RelationInScope| relation.element || is_of_catalog(relation);
        if inner.is_empty() || relations.any(exempt) {
            return;
        }
        outer.taken.set(outer.taken.get() + 1);
        for one in &inner {
            one.correlated.set(true);
        }
        if inner.len() > 1 {
            let sentence = format!(
                "`{}` belongs to a query that is not the next one around this subquery",
                name.text()
            );
            let help = "Redshift skips no query between them: write the outer subquery as a join";
            self.refuse(name.span, sentence, help);
        } else if outer.outer_join {
            let sentence = format!(
                "a subquery in ON of an outer join takes `{}` from outside",
                name.text()
            );
            let help = "compute it in a query of FROM, and join that one";
            self.refuse(name.span, sentence, help);
        }
    }

    /// A subquery that takes columns from outside and has a window function.
    pub(super) fn correlated_window(&mut self, scope: &NameScope<'_>, span: Span) {
        if scope.correlated.get() && scope.windowed.get() {
            let sentence = "a subquery with a window function takes a column from outside";
            let help = "compute the window function in a query of FROM, and join that one";
            self.refuse(span, sentence.to_owned(), help);
        }
    }

    /// An item of GROUP BY that is, or names, a subquery that takes columns of this query.
    ///
    /// `columns` are the columns of the select list that hold such a subquery, and `taken` counts the names that
    /// subqueries had taken in front of the item.
    pub(super) fn correlated_group(
        &mut self,
        item: &GroupItem,
        columns: &[usize],
        scope: &NameScope<'_>,
        taken: usize,
    ) {
        let GroupItem::Expression(expression) = item else {
            return;
        };
        let listed = self.selected.get(&std::ptr::from_ref(expression));
        if scope.taken.get() > taken || listed.is_some_and(|at| columns.contains(at)) {
            let sentence = "GROUP BY takes the result of a correlated subquery".to_owned();
            let help = "compute it in a query of FROM, and group around that one";
            self.refuse(expression.span, sentence, help);
        }
    }

    /// `a in (select sum(b) … group by …)`, where the query takes columns from outside: of the aggregate
    /// functions only MIN and MAX may stand there.
    pub(super) fn correlated_in(&mut self, query: &Query, scope: &NameScope<'_>, taken: usize) {
        let Body::Select(select) = &query.body else {
            return;
        };
        if scope.taken.get() == taken || select.group_by.is_empty() {
            return;
        }
        let aggregate = select.items.iter().find(|item| {
            let ExpressionKind::Call(call) = &item.expression.bare().kind else {
                return false;
            };
            let function = call.name.name().and_then(|name| find(&name.text));
            function.is_some_and(|function| {
                function.kind == FunctionKind::Aggregate && !matches!(function.name, "min" | "max")
            })
        });
        if let Some(item) = aggregate {
            let sentence = "a correlated subquery behind IN has an aggregate function and GROUP BY";
            let help = "compute it in a query of FROM, and join that one";
            self.refuse(item.span, sentence.to_owned(), help);
        }
    }

    /// Whether a name that nothing has is one of a relation beside the query of FROM that holds it: then it
    /// says so.
    ///
    /// `select * from t, (select 1 from u where u.a = t.a) v` (PostgreSQL 8.0: `Table Expressions`).
    pub(super) fn beside(&mut self, name: &ObjectName, scope: &NameScope<'_>) -> bool {
        let found = match name.parts.as_slice() {
            [only] => {
                let has = |relation: &RelationInScope| relation.column(&only.text).is_some();
                scope.scopes().any(|one| one.beside.iter().any(has))
            }
            [first, ..] => scope
                .scopes()
                .any(|one| one.beside.iter().any(|it| it.name == first.text)),
            [] => false,
        };
        if found {
            let sentence = format!(
                "a query of FROM does not see `{}` of a table beside it",
                name.text()
            );
            let help = "Redshift has no LATERAL: select the column in the query, and join by it";
            self.refuse(name.span, sentence, help);
        }
        found
    }

    fn refuse(&mut self, span: Span, sentence: String, help: &str) {
        self.mistake(
            MistakeKind::NotRedshift,
            span,
            sentence,
            Some(help.to_owned()),
        );
    }
}

/// Whether a name is one of this very scope.
fn has_name(scope: &NameScope<'_>, parts: &[Name]) -> bool {
    match parts {
        [only] => !matches!(scope.own_column(&only.text), NameMeaning::Nothing),
        [first, second, ..] => scope.relations.iter().any(|relation| {
            let schema = relation.schema.as_deref();
            relation.name == first.text
                || relation.name == second.text && schema == Some(first.text.as_str())
        }),
        [] => false,
    }
}

/// Whether a relation has anything of the catalog.
fn is_of_catalog(relation: &RelationInScope) -> bool {
    let mut of_columns = relation.columns.iter().flat_map(|one| one.sources.iter());
    relation.table.iter().any(|name| is_system(name))
        || relation.rest.iter().any(|name| is_system(name))
        || of_columns.any(|source| is_system(&source.table))
}
