//! What stands at a place of a statement: for whoever shows it, or completes it.
//!
//! A binder that watches a place keeps what the name at this place means, and all names that could stand
//! there. `select o.amount from orders o`, watched at `amount`, is a column of the relation `o`, which is
//! the table `orders`; what is visible there is `o` with its columns.

use std::rc::Rc;

use smol_str::SmolStr;

use super::found::{OutputColumn, Typed};
use super::scope::{NameScope, RelationInScope};
use super::{Binder, SourceColumn};
use crate::Span;
use crate::tree::{Name, ObjectName};
use crate::types::Type;

/// A name at a place, and what it means.
#[derive(Debug, Clone)]
pub struct NameAt {
    /// Place of the name, or of its part.
    pub span: Span,
    /// What the name means there.
    pub means: Means,
}

/// What a name at a place means.
#[derive(Debug, Clone)]
pub enum Means {
    /// A column, or a step into one.
    Column {
        /// Name of the column, folded.
        name: SmolStr,
        /// The name of the relation, where one stands in front of the column.
        of: Option<SmolStr>,
        /// Its type, and where it comes from.
        kind: Type,
        /// Columns of tables that it is computed from.
        sources: Rc<[SourceColumn]>,
        /// What could stand here.
        visible: Visible,
    },
    /// A relation of FROM, in front of one of its columns.
    Relation(Option<VisibleRelation>),
    /// A table or the like.
    Table {
        /// The table as the catalog keeps it, or the query of WITH.
        table: VisibleRelation,
        /// Queries of WITH that could stand here.
        common: Vec<SmolStr>,
    },
    /// A column of a table that is written.
    Written {
        /// The table as the catalog keeps it.
        table: SmolStr,
        /// Name of the column, folded.
        column: SmolStr,
    },
    /// A function that is called.
    Function {
        /// Its name without a schema.
        name: SmolStr,
    },
}

/// All that can be named at a place.
#[derive(Debug, Clone, Default)]
pub struct Visible {
    /// Relations, the innermost query's first.
    pub relations: Vec<VisibleRelation>,
    /// Names of the select list that stand in front of the place.
    pub aliases: Vec<(SmolStr, Type)>,
}

/// A relation that can be seen.
#[derive(Debug, Clone)]
pub struct VisibleRelation {
    /// The name that it has in the query; may be empty.
    pub name: SmolStr,
    /// The table as the catalog keeps it, where it is one.
    pub table: Option<SmolStr>,
    /// Its columns, as far as they are known.
    pub columns: Rc<[OutputColumn]>,
    /// Whether it may have others.
    pub open: bool,
}

/// A place that a binder watches, and what it found there.
#[derive(Debug)]
pub(super) struct WatchedPlace {
    offset: u32,
    found: Option<NameAt>,
}

impl WatchedPlace {
    pub(super) fn found(self) -> Option<NameAt> {
        self.found
    }
}

impl Binder<'_> {
    /// Keeps what stands at a byte of the text: [`super::Findings::at`].
    ///
    /// In `select amount from orders`, byte 7 finds the column `amount`, and byte 19 the table.
    #[must_use]
    pub fn watching(mut self, offset: u32) -> Self {
        self.watch = Some(WatchedPlace {
            offset,
            found: None,
        });
        self
    }

    /// Whether the watched byte lies here, and nothing was found for it yet.
    pub(super) fn watches(&self, span: Span) -> bool {
        let watch = self.watch.as_ref();
        watch.is_some_and(|watch| watch.found.is_none() && span.contains(watch.offset))
    }

    pub(super) fn note(&mut self, span: Span, means: Means) {
        if let Some(watch) = &mut self.watch {
            watch.found.get_or_insert(NameAt { span, means });
        }
    }

    /// The part of a name at the watched byte, and its number.
    fn watched_part<'n>(&self, name: &'n ObjectName) -> Option<(usize, &'n Name)> {
        let offset = self.watch.as_ref()?.offset;
        let mut parts = name.parts.iter().enumerate();
        parts.find(|(_, part)| part.span.contains(offset))
    }

    /// Notes a chain of names that stands for a value.
    pub(super) fn note_column(&mut self, name: &ObjectName, typed: &Typed, scope: &NameScope<'_>) {
        let Some((number, part)) = self.watched_part(name) else {
            return;
        };
        let column = match scope.qualified(&name.parts) {
            Some((_, used)) => used.saturating_sub(1),
            None => 0,
        };
        if number < column {
            // A schema in front of the relation means nothing here.
            if number + 1 == column {
                let relation = scope.relation(&part.text).map(VisibleRelation::of);
                self.note(part.span, Means::Relation(relation));
            }
            return;
        }
        let of = number
            .checked_sub(1)
            .and_then(|before| name.parts.get(before))
            .map(|before| before.text.clone());
        let means = Means::Column {
            name: part.text.clone(),
            of,
            kind: typed.kind,
            sources: Rc::clone(&typed.sources),
            visible: Visible::of(scope),
        };
        self.note(part.span, means);
    }

    /// Notes a relation of FROM.
    pub(super) fn note_table(
        &mut self,
        name: &ObjectName,
        found: &RelationInScope,
        scope: &NameScope<'_>,
    ) {
        let means = Means::Table {
            table: VisibleRelation::of(found),
            common: scope.common_names(),
        };
        self.note(name.span, means);
    }
}

impl VisibleRelation {
    fn of(relation: &RelationInScope) -> Self {
        Self {
            name: relation.name.clone(),
            table: relation.table.clone(),
            columns: Rc::clone(&relation.columns),
            open: relation.open,
        }
    }
}

impl Visible {
    fn of(scope: &NameScope<'_>) -> Self {
        let mut visible = Self::default();
        for scope in scope.scopes() {
            let relations = scope.relations.iter().map(VisibleRelation::of);
            visible.relations.extend(relations);
            let aliases = scope.aliases.iter();
            let aliases = aliases.map(|(name, typed, _)| (name.clone(), typed.kind));
            visible.aliases.extend(aliases);
        }
        visible
    }
}
