//! Which names can be seen at a place.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use smol_str::SmolStr;

use super::Derivation;
use super::found::{ANY_COLUMN, OutputColumn, ResultColumns, SourceColumn, Typed, derived, joined};
use crate::tree::Name;
use crate::types::Type;

/// A relation of FROM, under the name that it has there.
#[derive(Debug, Clone)]
pub(super) struct RelationInScope {
    /// The alias, or the table's own name.
    pub name: SmolStr,
    /// The schema, where the table has no alias.
    pub schema: Option<SmolStr>,
    /// The table of a catalog that it is.
    pub table: Option<SmolStr>,
    /// The tables that columns come from which are not known.
    pub rest: Rc<[SmolStr]>,
    pub columns: Rc<[OutputColumn]>,
    pub open: bool,
    /// Whether it is the elements of an array in a SUPER value: its name is a value.
    pub element: bool,
    /// Columns that a join with USING or NATURAL has once, though both sides have them.
    pub merged: Rc<[Merged]>,
    /// The first relation of its item of FROM, counted from 0.
    pub item: usize,
}

/// A column of a relation that a join shares.
#[derive(Debug, Clone)]
pub(super) struct Merged {
    pub(super) name: SmolStr,
    /// Where its value comes from; empty where not all tables are known.
    pub(super) of: Rc<[SmolStr]>,
    /// Whether the relation stands on the right side of the join, so that its column is not shown again.
    pub(super) right: bool,
}

impl RelationInScope {
    /// The columns of a result, without a name.
    pub(super) fn of_result(columns: &ResultColumns) -> Self {
        Self {
            name: SmolStr::default(),
            schema: None,
            table: None,
            rest: Rc::clone(&columns.rest),
            columns: Rc::from(columns.columns.as_slice()),
            open: columns.open,
            element: false,
            merged: Rc::from([]),
            item: 0,
        }
    }

    pub(super) fn column(&self, name: &str) -> Option<&OutputColumn> {
        let mut columns = self.columns.iter();
        columns.find(|column| column.name.as_deref() == Some(name))
    }

    /// The value of a column, whether it is listed or not.
    pub(super) fn value(&self, name: &str) -> Typed {
        match self.column(name) {
            Some(column) => Typed {
                kind: column.kind,
                sources: Rc::clone(&column.sources),
            },
            None => self.unknown(name),
        }
    }

    /// The value that its name stands for, where it is the elements of an array.
    pub(super) fn as_element(&self) -> Option<Typed> {
        let value = self.columns.first().filter(|_| self.element)?;
        Some(Typed {
            kind: value.kind,
            sources: Rc::clone(&value.sources),
        })
    }

    /// A column that nobody knows of, of a relation that is open.
    fn unknown(&self, name: &str) -> Typed {
        // A step into the elements of an array.
        if let Some(element) = self.as_element() {
            return Typed {
                kind: Type::Super,
                sources: derived(&element.sources, Derivation::Transformation),
            };
        }
        of_rest(&self.rest, name)
    }
}

/// A column of one of these tables.
fn of_rest(rest: &[SmolStr], column: &str) -> Typed {
    let sources = rest.iter().map(|table| SourceColumn {
        table: table.clone(),
        column: SmolStr::new(column),
        derivation: Derivation::Identity,
    });
    Typed {
        kind: Type::Unknown,
        sources: sources.collect(),
    }
}

/// Queries of WITH that can be seen.
#[derive(Debug, Clone)]
pub(super) struct Common {
    pub name: SmolStr,
    pub columns: Rc<[OutputColumn]>,
    pub open: bool,
    pub rest: Rc<[SmolStr]>,
}

/// What can be seen at a place.
pub(super) struct NameScope<'s> {
    outer: Option<&'s NameScope<'s>>,
    pub(super) relations: Vec<RelationInScope>,
    pub(super) common: Vec<Common>,
    /// Names of the select list that stand in front of the place.
    pub(super) aliases: Vec<(SmolStr, Typed, usize)>,
    /// Whether `level` and `prior` mean something.
    pub(super) hierarchy: bool,
    /// Whether it is what a SELECT, or ON within it, reads from.
    pub(super) block: bool,
    /// Whether it is what ON of an outer join sees.
    pub(super) outer_join: bool,
    /// Relations in front of a query of FROM, which that query does not see.
    pub(super) beside: Vec<RelationInScope>,
    /// Whether something in it takes a column from a scope around it.
    pub(super) correlated: Cell<bool>,
    /// Whether a window function stands in it.
    pub(super) windowed: Cell<bool>,
    /// How many names subqueries have taken from it.
    pub(super) taken: Cell<usize>,
    /// The columns by which the first aggregate function that sorts its rows sorts them.
    pub(super) sorted_by: RefCell<Option<Vec<SmolStr>>>,
}

/// What a name means.
pub(super) enum NameMeaning {
    Value(Typed),
    /// Several relations have it: their names.
    Ambiguous(Vec<SmolStr>),
    /// A relation is named that does not have the column.
    NoColumn(RelationInScope),
    /// Nothing that can be seen has that name.
    Nothing,
}

impl<'s> NameScope<'s> {
    /// Where nothing can be seen.
    pub(super) fn top() -> Self {
        Self {
            outer: None,
            relations: Vec::new(),
            common: Vec::new(),
            aliases: Vec::new(),
            hierarchy: false,
            block: false,
            outer_join: false,
            beside: Vec::new(),
            correlated: Cell::new(false),
            windowed: Cell::new(false),
            taken: Cell::new(0),
            sorted_by: RefCell::new(None),
        }
    }

    /// Relations inside of another scope.
    pub(super) fn inside(outer: &'s NameScope<'s>, relations: Vec<RelationInScope>) -> Self {
        Self {
            outer: Some(outer),
            relations,
            ..Self::top()
        }
    }

    /// The query of WITH that has a name.
    pub(super) fn common(&self, name: &str) -> Option<&Common> {
        let own = self.common.iter().rev().find(|common| common.name == name);
        own.or_else(|| self.outer.and_then(|outer| outer.common(name)))
    }

    /// Names of all queries of WITH that can be seen.
    pub(super) fn common_names(&self) -> Vec<SmolStr> {
        self.scopes()
            .flat_map(|scope| scope.common.iter().map(|common| common.name.clone()))
            .collect()
    }

    /// This scope and those around it.
    pub(super) fn scopes(&self) -> impl Iterator<Item = &NameScope<'s>> {
        std::iter::successors(Some(self), |scope| scope.outer)
    }

    /// Whether a name that nothing has may still mean something: a relation is open.
    pub(super) fn is_open(&self) -> bool {
        self.scopes()
            .any(|scope| scope.relations.iter().any(|relation| relation.open))
    }

    /// Names of all columns that can be seen, for "did you mean".
    pub(super) fn column_names(&self) -> Vec<&str> {
        self.scopes()
            .flat_map(|scope| {
                let columns = scope
                    .relations
                    .iter()
                    .flat_map(|relation| relation.columns.iter());
                let aliases = scope.aliases.iter().map(|(name, ..)| name.as_str());
                columns
                    .filter_map(|column| column.name.as_deref())
                    .chain(aliases)
            })
            .collect()
    }

    /// Names of all relations that can be seen.
    pub(super) fn relation_names(&self) -> Vec<&str> {
        self.scopes()
            .flat_map(|scope| {
                scope
                    .relations
                    .iter()
                    .map(|relation| relation.name.as_str())
            })
            .collect()
    }

    /// What a name without a relation means.
    pub(super) fn column(&self, name: &str) -> NameMeaning {
        for scope in self.scopes() {
            match scope.own_column(name) {
                NameMeaning::Nothing => {}
                found => return found,
            }
        }
        NameMeaning::Nothing
    }

    /// The column of the select list, counted from 0, that a name means as an alias.
    pub(super) fn lateral(&self, name: &str) -> Option<usize> {
        let has = |relation: &RelationInScope| relation.column(name).is_some();
        let (.., at) = self
            .alias(name)
            .filter(|_| !self.relations.iter().any(has))?;
        Some(*at)
    }

    fn alias(&self, name: &str) -> Option<&(SmolStr, Typed, usize)> {
        self.aliases.iter().rev().find(|(alias, ..)| alias == name)
    }

    pub(super) fn own_column(&self, name: &str) -> NameMeaning {
        let having: Vec<&RelationInScope> = self
            .relations
            .iter()
            .filter(|relation| relation.column(name).is_some())
            .collect();
        if let [first, others @ ..] = having.as_slice() {
            let merged = others.iter().all(|other| other.is_merged(name));
            if (others.is_empty() || merged)
                && let Some(column) = first.column(name)
            {
                return NameMeaning::Value(Typed {
                    kind: column.kind,
                    sources: Rc::clone(&column.sources),
                });
            }
            let names = having.iter().map(|relation| relation.name.clone());
            return NameMeaning::Ambiguous(names.collect());
        }
        if let Some((_, found, _)) = self.alias(name) {
            return NameMeaning::Value(found.clone());
        }
        let open: Vec<&RelationInScope> = self
            .relations
            .iter()
            .filter(|relation| relation.open)
            .collect();
        match open.as_slice() {
            [] => NameMeaning::Nothing,
            [only] => NameMeaning::Value(only.unknown(name)),
            // Nobody knows which of them has it.
            [first, others @ ..] => {
                let rest = others
                    .iter()
                    .fold(Rc::clone(&first.rest), |rest, one| joined(&rest, &one.rest));
                let some = of_rest(&rest, ANY_COLUMN);
                NameMeaning::Value(some.derived(Derivation::Transformation))
            }
        }
    }

    /// What `relation.column` means, or `schema.relation.column`; the number of parts that were
    /// used.
    pub(super) fn qualified(&self, parts: &[Name]) -> Option<(NameMeaning, usize)> {
        let [first, second, rest @ ..] = parts else {
            return None;
        };
        for scope in self.scopes() {
            for relation in &scope.relations {
                if relation.name == first.text {
                    return Some(match relation.as_element() {
                        // What stands behind it is a step into the value.
                        Some(element) => (NameMeaning::Value(element), 1),
                        None => (of_relation(relation, &second.text), 2),
                    });
                }
            }
            if let [third, ..] = rest {
                for relation in &scope.relations {
                    let schema = relation.schema.as_deref();
                    if relation.name == second.text && schema == Some(first.text.as_str()) {
                        return Some((of_relation(relation, &third.text), 3));
                    }
                }
            }
            if let [third, fourth, ..] = rest {
                for relation in &scope.relations {
                    let schema = relation.schema.as_deref();
                    if relation.name == third.text && schema == Some(second.text.as_str()) {
                        return Some((of_relation(relation, &fourth.text), 4));
                    }
                }
            }
        }
        None
    }

    /// Whether the first part of a name stands for the elements of an array.
    pub(super) fn is_element(&self, parts: &[Name]) -> bool {
        let relation = parts.first().and_then(|first| self.relation(&first.text));
        relation.is_some_and(|relation| relation.element)
    }

    /// The relation of a name, in this scope or around it.
    pub(super) fn relation(&self, name: &str) -> Option<&RelationInScope> {
        self.scopes().find_map(|scope| {
            scope
                .relations
                .iter()
                .find(|relation| relation.name == name)
        })
    }

    /// Whether `level` and `prior` mean something here.
    pub(super) fn in_hierarchy(&self) -> bool {
        self.scopes().any(|scope| scope.hierarchy)
    }
}

fn of_relation(relation: &RelationInScope, column: &str) -> NameMeaning {
    match relation.column(column) {
        Some(found) => NameMeaning::Value(Typed {
            kind: found.kind,
            sources: Rc::clone(&found.sources),
        }),
        None if relation.open => NameMeaning::Value(relation.unknown(column)),
        None => NameMeaning::NoColumn(relation.clone()),
    }
}
