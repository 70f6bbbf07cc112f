//! FROM: relations and joins.

use std::ops::Range;
use std::rc::Rc;

use smol_str::SmolStr;

use super::catalog::{CatalogAnswer, key};
use super::found::{OutputColumn, SourceColumn, TableRead, Typed, joined};
use super::scope::{NameMeaning, NameScope, RelationInScope};
use super::{Binder, Derivation, nowhere, shared};
use crate::Span;
use crate::mistake::MistakeKind;
use crate::tree::{
    self, FromItem, Join, JoinConstraint, JoinKind, ObjectName, Pivot, RelationKind, SelectItem,
    Unpivot,
};
use crate::types::{Type, common_type};

impl Binder<'_> {
    /// The relations of FROM in their order. A later one sees those in front of it, for arrays of
    /// SUPER values.
    pub(super) fn from(
        &mut self,
        items: &[FromItem],
        outer: &NameScope<'_>,
    ) -> Vec<RelationInScope> {
        let mut relations = Vec::new();
        for item in items {
            self.source_item(item, outer, &mut relations);
        }
        relations
    }

    fn source_item(
        &mut self,
        item: &FromItem,
        outer: &NameScope<'_>,
        into: &mut Vec<RelationInScope>,
    ) {
        let start = into.len();
        self.relation(&item.relation, outer, into);
        for join in &item.joins {
            let before = into.len();
            self.relation(&join.relation, outer, into);
            self.join(join, start..before, outer, into);
        }
        for relation in into.iter_mut().skip(start) {
            relation.item = start;
        }
    }

    /// A join of what stands behind the relations `left` with those.
    fn join(
        &mut self,
        join: &Join,
        left: Range<usize>,
        outer: &NameScope<'_>,
        all: &mut [RelationInScope],
    ) {
        let before = left.len();
        if let JoinConstraint::On(condition) = &join.constraint {
            let mut scope = NameScope::inside(outer, all.to_vec());
            scope.block = true;
            scope.outer_join =
                matches!(join.kind, JoinKind::Left | JoinKind::Right | JoinKind::Full);
            let condition = self.condition_in(condition, &scope);
            self.influenced(&condition, Derivation::Join);
            return;
        }
        let into = all.get_mut(left.start..).unwrap_or_default();
        let (left, right) = into.split_at(before);
        match &join.constraint {
            JoinConstraint::Using(columns) => {
                for column in columns {
                    for side in [left, right] {
                        let known = side
                            .iter()
                            .any(|one| one.open || one.column(&column.text).is_some());
                        if !known {
                            self.no_column(column.span, &column.text, side);
                        }
                    }
                }
                if let Some(name) = columns.iter().find(|name| self.watches(name.span)) {
                    self.note_shared(name, left, right, outer);
                }
                let names: Vec<SmolStr> = columns.iter().map(|name| name.text.clone()).collect();
                self.joined_by(&names, left, right);
                self.shared(join, before, &names, into);
            }
            JoinConstraint::None if join.natural => {
                let mut names: Vec<SmolStr> = Vec::new();
                let columns = left.iter().flat_map(|relation| relation.columns.iter());
                for name in columns.filter_map(|column| column.name.clone()) {
                    let both = right.iter().any(|one| one.column(&name).is_some());
                    if both && !names.contains(&name) {
                        names.push(name);
                    }
                }
                self.joined_by(&names, left, right);
                self.shared(join, before, &names, into);
            }
            JoinConstraint::None | JoinConstraint::On(_) => {}
        }
    }

    /// Notes the columns that a join shares.
    fn shared(
        &mut self,
        join: &Join,
        before: usize,
        names: &[SmolStr],
        all: &mut [RelationInScope],
    ) {
        if let Some(columns) = shared::merge(all, before, names, join.kind) {
            self.shared.joins.insert(std::ptr::from_ref(join), columns);
        }
    }

    /// A column that both sides of a join have, at the watched place.
    fn note_shared(
        &mut self,
        name: &tree::Name,
        left: &[RelationInScope],
        right: &[RelationInScope],
        outer: &NameScope<'_>,
    ) {
        let sides = [left, right].concat();
        let typed = sides
            .iter()
            .find_map(|relation| relation.column(&name.text))
            .map_or_else(
                || Typed::of(Type::Unknown),
                |column| Typed {
                    kind: column.kind,
                    sources: Rc::clone(&column.sources),
                },
            );
        let name = ObjectName {
            parts: name.clone().into(),
            span: name.span,
        };
        self.note_column(&name, &typed, &NameScope::inside(outer, sides));
    }

    /// Columns of both sides that USING or NATURAL joins by.
    fn joined_by(
        &mut self,
        names: &[SmolStr],
        left: &[RelationInScope],
        right: &[RelationInScope],
    ) {
        for name in names {
            let mut sides = Vec::with_capacity(2);
            for side in [left, right] {
                let known = side.iter().find(|one| one.column(name).is_some());
                let relation = known.or_else(|| side.iter().find(|one| one.open));
                if let Some(relation) = relation {
                    let by = relation.value(name);
                    self.influenced(&by, Derivation::Join);
                    sides.push(by);
                }
            }
            if let [one, other] = sides.as_slice() {
                self.equal(one, other);
            }
        }
    }

    fn no_column(&mut self, span: Span, name: &str, relations: &[RelationInScope]) {
        let names: Vec<&str> = relations
            .iter()
            .flat_map(|relation| relation.columns.iter())
            .filter_map(|column| column.name.as_deref())
            .collect();
        let help = super::expression::did_you_mean(name, &names);
        let sentence = format!("there is no column `{name}` on this side of the join");
        self.mistake(MistakeKind::UnknownColumn, span, sentence, help);
    }

    pub(super) fn relation(
        &mut self,
        relation: &tree::Relation,
        outer: &NameScope<'_>,
        into: &mut Vec<RelationInScope>,
    ) {
        let mut found = match &relation.kind {
            RelationKind::Table { name, .. } => self.table(name, outer, into),
            RelationKind::Query { query, .. } => {
                let mut scope = NameScope::inside(outer, Vec::new());
                scope.beside.clone_from(into);
                let bound = self.query(query, &scope);
                RelationInScope::of_result(&bound)
            }
            RelationKind::Path(path) => {
                let scope = NameScope::inside(outer, into.clone());
                let typed = self.expression(path, &scope);
                element(typed)
            }
            RelationKind::UnpivotObject(path) => {
                let scope = NameScope::inside(outer, into.clone());
                let typed = self.expression(path, &scope);
                element(typed)
            }
            RelationKind::Function(call) => {
                let scope = NameScope::inside(outer, into.clone());
                self.expression(call, &scope);
                RelationInScope {
                    name: called(call),
                    open: true,
                    ..nothing()
                }
            }
            RelationKind::Parenthesized(item) => {
                let before = into.len();
                self.source_item(item, outer, into);
                if relation.alias.is_none() {
                    return;
                }
                let inner = into.split_off(before);
                let columns: Vec<OutputColumn> = inner
                    .iter()
                    .flat_map(|one| one.columns.iter().cloned())
                    .collect();
                RelationInScope {
                    columns: Rc::from(columns),
                    open: inner.iter().any(|one| one.open),
                    rest: rest_of(&inner),
                    ..nothing()
                }
            }
            RelationKind::Pivot(pivot) => self.pivot(pivot, outer),
            RelationKind::Unpivot(unpivot) => self.unpivot(unpivot, outer),
        };
        let Some(alias) = &relation.alias else {
            if found.element
                && let Some(name) = relation.implied_name()
            {
                found.name = name.text.clone();
                found.columns = named(&found.columns, &name.text);
            }
            into.push(found);
            return;
        };
        found.name = alias.name.text.clone();
        found.schema = None;
        self.rename(&mut found, &alias.columns);
        if found.element {
            // The alias is the element itself.
            found.columns = named(&found.columns, &alias.name.text);
        }
        into.push(found);
        if let Some(at) = &alias.at {
            // The index of an array, or the name of an object's field.
            let kind = match relation.kind {
                RelationKind::UnpivotObject(_) => Type::VarChar(crate::types::MAX_VARCHAR),
                _ => Type::BigInt,
            };
            let column = OutputColumn {
                name: Some(at.text.clone()),
                kind,
                sources: nowhere(),
                span: at.span,
            };
            into.push(RelationInScope {
                name: SmolStr::from(format!("{}@", at.text)),
                columns: Rc::from([column]),
                ..nothing()
            });
        }
    }

    /// Names that an alias gives to columns.
    pub(super) fn rename(&mut self, relation: &mut RelationInScope, names: &[tree::Name]) {
        if names.is_empty() {
            return;
        }
        if !relation.open
            && let Some(first) = names.get(relation.columns.len())
        {
            let sentence = format!(
                "`{}` has {}, and here are names for {}",
                relation.name,
                count(relation.columns.len()),
                names.len()
            );
            self.mistake(MistakeKind::ColumnCount, first.span, sentence, None);
        }
        let mut columns: Vec<OutputColumn> = relation.columns.to_vec();
        for (index, name) in names.iter().enumerate() {
            match columns.get_mut(index) {
                Some(column) => column.name = Some(name.text.clone()),
                None => columns.push(OutputColumn {
                    name: Some(name.text.clone()),
                    kind: Type::Unknown,
                    sources: nowhere(),
                    span: name.span,
                }),
            }
        }
        // With a name for each, none is left to be found.
        if relation.open && columns.len() == names.len() && relation.columns.is_empty() {
            relation.open = false;
        }
        relation.columns = Rc::from(columns);
    }

    /// A table, a query of WITH, or an array in a SUPER value of a relation in front of it.
    fn table(
        &mut self,
        name: &ObjectName,
        outer: &NameScope<'_>,
        before: &[RelationInScope],
    ) -> RelationInScope {
        let relation = self.table_of(name, outer, before);
        if self.watches(name.span) {
            self.note_table(name, &relation, outer);
        }
        relation
    }

    fn table_of(
        &mut self,
        name: &ObjectName,
        outer: &NameScope<'_>,
        before: &[RelationInScope],
    ) -> RelationInScope {
        let scope = NameScope::inside(outer, before.to_vec());
        if let [only] = name.parts.as_slice()
            && let Some(value) = scope
                .relation(&only.text)
                .and_then(RelationInScope::as_element)
        {
            self.steps(name, 1, true);
            return element(value);
        }
        if let [only] = name.parts.as_slice()
            && let Some(common) = outer.common(&only.text)
        {
            return RelationInScope {
                name: only.text.clone(),
                columns: Rc::clone(&common.columns),
                open: common.open,
                rest: Rc::clone(&common.rest),
                ..nothing()
            };
        }
        if let Some((meaning, used)) = scope.qualified(&name.parts) {
            let value = scope.is_element(&name.parts);
            self.steps(name, used, value);
            return match meaning {
                NameMeaning::Value(typed) => element(typed),
                NameMeaning::NoColumn(relation) => {
                    if let Some(part) = name.parts.get(used - 1) {
                        self.relation_has_no(&relation, part);
                    }
                    element(Typed::of(Type::Unknown))
                }
                _ => element(Typed::of(Type::Unknown)),
            };
        }
        self.named_table(name)
    }

    /// A table of the catalog, as a relation under its own name.
    pub(super) fn named_table(&mut self, name: &ObjectName) -> RelationInScope {
        let key = key(name);
        let mut relation = RelationInScope {
            name: name
                .name()
                .map(|part| part.text.clone())
                .unwrap_or_default(),
            schema: name.schema().map(|part| part.text.clone()),
            table: (!name.is_inserted()).then(|| key.clone()),
            rest: Rc::from([key.clone()]),
            open: true,
            ..nothing()
        };
        let read = TableRead {
            name: key.clone(),
            span: name.span,
        };
        if name.is_inserted() {
            self.inserted.push(read);
        } else {
            self.reads.push(read);
        }
        match self.catalog.table(name) {
            CatalogAnswer::Table(table) => {
                relation.open = table.open || name.is_inserted();
                let columns = table.columns.iter().map(|column| OutputColumn {
                    name: Some(column.name.clone()),
                    kind: column.kind,
                    sources: Rc::from([SourceColumn {
                        table: table.name.clone(),
                        column: column.name.clone(),
                        derivation: Derivation::Identity,
                    }]),
                    span: name.span,
                });
                relation.columns = columns.collect();
            }
            CatalogAnswer::Unknown => {}
            CatalogAnswer::Absent(_) if name.is_inserted() => {}
            CatalogAnswer::Absent(near) => {
                let written = name.text();
                let sentence = format!("there is no table `{written}`");
                let near: Vec<&str> = near.iter().map(SmolStr::as_str).collect();
                let help = super::expression::did_you_mean(&written, &near);
                self.mistake(MistakeKind::UnknownTable, name.span, sentence, help);
            }
        }
        relation
    }

    fn pivot(&mut self, pivot: &Pivot, outer: &NameScope<'_>) -> RelationInScope {
        let mut inner = Vec::new();
        self.relation(&pivot.relation, outer, &mut inner);
        let open = inner.iter().any(|one| one.open);
        let rest = rest_of(&inner);
        let scope = NameScope::inside(outer, inner);
        let mut used: Vec<SmolStr> = Vec::new();
        let mut kinds = Vec::new();
        for aggregate in &pivot.aggregates {
            let typed = self.expression(&aggregate.expression, &scope);
            used.extend(typed.sources.iter().map(|source| source.column.clone()));
            used.extend(argument_names(&aggregate.expression));
            kinds.push((typed, aggregate.alias.as_ref()));
        }
        let by = self.expression(&pivot.column, &scope);
        self.influenced(&by, Derivation::GroupBy);
        used.extend(by.sources.iter().map(|source| source.column.clone()));
        if let tree::ExpressionKind::Column(name) = &pivot.column.kind
            && let Some(name) = name.name()
        {
            used.push(name.text.clone());
        }
        let mut columns: Vec<OutputColumn> = scope
            .relations
            .iter()
            .flat_map(|relation| relation.columns.iter().cloned())
            .filter(|column| !column.name.as_ref().is_some_and(|name| used.contains(name)))
            .collect();
        for value in &pivot.values {
            for (typed, aggregate) in &kinds {
                columns.push(OutputColumn {
                    name: pivoted_name(value, aggregate.map(|name| name.text.as_str())),
                    kind: typed.kind,
                    sources: Rc::clone(&typed.sources),
                    span: value.span,
                });
            }
        }
        // A name that is made of a value cannot always be told.
        let unnamed = columns.iter().any(|column| column.name.is_none());
        RelationInScope {
            columns: Rc::from(columns),
            open: open || unnamed,
            rest,
            ..nothing()
        }
    }

    fn unpivot(&mut self, unpivot: &Unpivot, outer: &NameScope<'_>) -> RelationInScope {
        let mut inner = Vec::new();
        self.relation(&unpivot.relation, outer, &mut inner);
        let open = inner.iter().any(|one| one.open);
        let rest = rest_of(&inner);
        let mut kind = Type::Null;
        let mut parts = Vec::new();
        for (column, _) in &unpivot.columns {
            let found = inner.iter().find_map(|one| one.column(&column.text));
            match found {
                Some(found) => {
                    kind = common_type(kind, found.kind).unwrap_or(Type::Unknown);
                    parts.push(Rc::clone(&found.sources));
                }
                None if open => {
                    kind = Type::Unknown;
                    parts.extend(
                        inner
                            .iter()
                            .find(|one| one.open)
                            .map(|one| one.value(&column.text).sources),
                    );
                }
                None => self.no_column(column.span, &column.text, &inner),
            }
        }
        let gone = |name: &SmolStr| {
            unpivot
                .columns
                .iter()
                .any(|(column, _)| column.text == *name)
        };
        let mut columns: Vec<OutputColumn> = inner
            .iter()
            .flat_map(|relation| relation.columns.iter().cloned())
            .filter(|column| !column.name.as_ref().is_some_and(gone))
            .collect();
        columns.push(OutputColumn {
            name: Some(unpivot.name.text.clone()),
            kind: Type::VarChar(crate::types::DEFAULT_VARCHAR),
            sources: nowhere(),
            span: unpivot.name.span,
        });
        columns.push(OutputColumn {
            name: Some(unpivot.value.text.clone()),
            kind,
            sources: super::found::merged(parts.iter()),
            span: unpivot.value.span,
        });
        RelationInScope {
            columns: Rc::from(columns),
            open,
            rest,
            ..nothing()
        }
    }
}

fn nothing() -> RelationInScope {
    RelationInScope {
        name: SmolStr::default(),
        schema: None,
        table: None,
        rest: Rc::from([]),
        columns: Rc::from([]),
        open: false,
        element: false,
        merged: Rc::from([]),
        item: 0,
    }
}

/// The tables that the columns come from which these relations do not list.
fn rest_of(relations: &[RelationInScope]) -> Rc<[SmolStr]> {
    let open = relations.iter().filter(|one| one.open);
    open.fold(Rc::from([]), |rest, one| joined(&rest, &one.rest))
}

/// The elements of an array in a SUPER value: one column that may be stepped into.
fn element(of: Typed) -> RelationInScope {
    let column = OutputColumn {
        name: None,
        kind: Type::Super,
        sources: of.sources,
        span: Span::default(),
    };
    RelationInScope {
        columns: Rc::from([column]),
        element: true,
        ..nothing()
    }
}

/// The only column of the elements of an array, under the name that they have.
fn named(columns: &[OutputColumn], name: &SmolStr) -> Rc<[OutputColumn]> {
    let named = columns.iter().map(|column| OutputColumn {
        name: Some(name.clone()),
        ..column.clone()
    });
    named.collect()
}

fn called(call: &tree::Expression) -> SmolStr {
    match &call.kind {
        tree::ExpressionKind::Call(call) => call
            .name
            .name()
            .map(|name| name.text.clone())
            .unwrap_or_default(),
        _ => SmolStr::default(),
    }
}

/// Names of the columns that are arguments of a call.
fn argument_names(aggregate: &tree::Expression) -> Vec<SmolStr> {
    let tree::ExpressionKind::Call(call) = &aggregate.kind else {
        return Vec::new();
    };
    let names = call
        .arguments
        .iter()
        .filter_map(|argument| match &argument.bare().kind {
            tree::ExpressionKind::Column(name) => name.name().map(|name| name.text.clone()),
            _ => None,
        });
    names.collect()
}

/// The column that PIVOT makes of a value: its alias or the value, and the aggregate's alias behind
/// it.
fn pivoted_name(value: &SelectItem, aggregate: Option<&str>) -> Option<SmolStr> {
    let own = match (&value.alias, &value.expression.kind) {
        (Some(alias), _) => alias.text.clone(),
        (None, tree::ExpressionKind::Text(text)) => SmolStr::from(text.to_lowercase()),
        (None, tree::ExpressionKind::Number(number)) => number.clone(),
        (None, tree::ExpressionKind::Null) => SmolStr::new_static("null"),
        _ => return None,
    };
    Some(match aggregate {
        Some(aggregate) => SmolStr::from(format!("{own}_{aggregate}")),
        None => own,
    })
}

/// "1 column", "3 columns".
pub(super) fn count(columns: usize) -> String {
    if columns == 1 {
        "1 column".to_owned()
    } else {
        format!("{columns} columns")
    }
}
