//! Columns that USING and NATURAL join by (PostgreSQL 8.0's manual, "Joined Tables"): the result has each of
//! them once, in front of the others.

use std::collections::HashMap;
use std::rc::Rc;

use smol_str::SmolStr;

use crate::tree::{Join, JoinKind, ObjectName, SelectItem};
use crate::types::Type;

use super::scope::{Merged, NameMeaning, NameScope, RelationInScope};

/// A column of a result, by the tables that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedColumn {
    /// Name that USING or NATURAL joins by.
    pub name: SmolStr,
    /// Its tables. Of several, as FULL JOIN has them, the first value that is not NULL counts.
    pub of: Rc<[SmolStr]>,
}

/// A column that two sides of a join have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinedColumn {
    /// Name that USING or NATURAL joins by.
    pub name: SmolStr,
    /// The tables of the left side and of the right one, as in [`SharedColumn::of`].
    pub sides: [Rc<[SmolStr]>; 2],
    /// The types on both sides.
    pub kinds: [Type; 2],
}

/// Joins, names and stars that have to do with such columns, each by its address in the tree.
#[derive(Debug, Default)]
pub(super) struct SharedUses {
    pub(super) joins: HashMap<*const Join, Rc<[JoinedColumn]>>,
    pub(super) names: HashMap<*const ObjectName, Rc<[SmolStr]>>,
    pub(super) stars: HashMap<*const SelectItem, Rc<[SharedColumn]>>,
}

impl RelationInScope {
    /// Whether a column of it is shown as that of a relation in front.
    pub(super) fn is_merged(&self, name: &str) -> bool {
        self.merged.iter().any(|one| one.right && one.name == name)
    }

    fn share(&mut self, merged: Merged) {
        let mut all = self.merged.to_vec();
        all.push(merged);
        self.merged = Rc::from(all);
    }
}

/// The tables that give a column of one side its value.
fn owners(side: &[RelationInScope], name: &str) -> Option<Rc<[SmolStr]>> {
    let shared = side
        .iter()
        .rev()
        .find_map(|relation| relation.merged.iter().rev().find(|one| one.name == name));
    if let Some(shared) = shared {
        return Some(Rc::clone(&shared.of));
    }
    let relation = side.iter().find(|one| one.column(name).is_some())?;
    Some(Rc::from([relation.name.clone()]))
}

fn kind(side: &[RelationInScope], name: &str) -> Type {
    side.iter()
        .find_map(|relation| relation.column(name))
        .map_or(Type::Unknown, |column| column.kind)
}

/// Whether each relation can be named, and all their columns are known.
fn are_known(relations: &[RelationInScope]) -> bool {
    relations.iter().enumerate().all(|(at, one)| {
        let before = relations.iter().take(at);
        !one.open && !one.name.is_empty() && before.into_iter().all(|other| other.name != one.name)
    })
}

/// Marks the columns that a join shares, and gives them if all tables are known.
pub(super) fn merge(
    relations: &mut [RelationInScope],
    before: usize,
    names: &[SmolStr],
    how: JoinKind,
) -> Option<Rc<[JoinedColumn]>> {
    let known = are_known(relations);
    let mut joined = Vec::with_capacity(names.len());
    for name in names {
        let (left, right) = relations.split_at(before);
        let sides = [left, right].map(|side| owners(side, name).unwrap_or_else(|| Rc::from([])));
        let kinds = [left, right].map(|side| kind(side, name));
        let [of_left, of_right] = &sides;
        let known = known && !of_left.is_empty() && !of_right.is_empty();
        let of: Rc<[SmolStr]> = match how {
            _ if !known => Rc::from([]),
            JoinKind::Inner | JoinKind::Left | JoinKind::Cross => Rc::clone(of_left),
            JoinKind::Right => Rc::clone(of_right),
            JoinKind::Full => of_left.iter().chain(of_right.iter()).cloned().collect(),
        };
        for (at, relation) in relations.iter_mut().enumerate() {
            if relation.column(name).is_some() || (relation.open && at >= before) {
                relation.share(Merged {
                    name: name.clone(),
                    of: Rc::clone(&of),
                    right: at >= before,
                });
            }
        }
        joined.push(JoinedColumn {
            name: name.clone(),
            sides,
            kinds,
        });
    }
    let complete = joined
        .iter()
        .all(|one| one.sides.iter().all(|side| !side.is_empty()));
    (known && complete).then(|| Rc::from(joined))
}

impl NameScope<'_> {
    /// The tables of a column that a join with USING or NATURAL shares, which a name without a table means.
    pub(super) fn shared(&self, name: &str) -> Option<Rc<[SmolStr]>> {
        let has = |scope: &&NameScope<'_>| !matches!(scope.own_column(name), NameMeaning::Nothing);
        let scope = self.scopes().find(has)?;
        tables_of(&scope.relations, name)
    }
}

/// The tables of a column that a name without a table means, if a join shares it and they are known.
fn tables_of(relations: &[RelationInScope], name: &str) -> Option<Rc<[SmolStr]>> {
    let is_shared = relations
        .iter()
        .any(|relation| relation.merged.iter().any(|one| one.name == name));
    owners(relations, name).filter(|of| is_shared && !of.is_empty())
}

/// What a star stands for: of each item of FROM the shared columns, the last join's first, and then the others.
/// Nothing where no join shares a column, or a table is not known.
pub(super) fn star(relations: &[RelationInScope]) -> Option<Rc<[SharedColumn]>> {
    if !are_known(relations) || relations.iter().all(|one| one.merged.is_empty()) {
        return None;
    }
    let mut columns: Vec<SharedColumn> = Vec::new();
    for item in relations.chunk_by(|one, next| one.item == next.item) {
        let start = columns.len();
        for merged in item.iter().rev().flat_map(|one| one.merged.iter()) {
            let own = columns.iter().skip(start);
            if own.into_iter().all(|column| column.name != merged.name) {
                columns.push(SharedColumn {
                    name: merged.name.clone(),
                    of: owners(item, &merged.name).filter(|of| !of.is_empty())?,
                });
            }
        }
        for relation in item {
            for column in relation.columns.iter() {
                let name = column.name.clone()?;
                if relation.merged.iter().all(|one| one.name != name) {
                    columns.push(SharedColumn {
                        name,
                        of: Rc::from([relation.name.clone()]),
                    });
                }
            }
        }
    }
    Some(Rc::from(columns))
}
