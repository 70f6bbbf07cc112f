//! INSERT, UPDATE, DELETE, MERGE, COPY and TRUNCATE.

use super::at::Means;
use super::catalog::{CatalogAnswer, Column};
use super::found::{ANY_COLUMN, ColumnFlow, OutputColumn, ResultColumns, Typed, derived};
use super::relation::count;
use super::scope::{NameScope, RelationInScope};
use super::{Binder, Derivation, nowhere};
use crate::Span;
use crate::mistake::MistakeKind;
use crate::tree::{
    Assignment, Copy, Delete, Expression, ExpressionKind, Insert, InsertSource, Matched, Merge,
    MergeActions, Name, NotMatched, ObjectName, Truncate, Update,
};
use crate::types::{Assignable, Type, assignable};

/// A table that is written: its columns if all are known.
struct Target {
    /// As the catalog keeps it.
    key: smol_str::SmolStr,
    name: String,
    columns: Option<Vec<Column>>,
}

impl Binder<'_> {
    fn target(&mut self, name: &ObjectName) -> Target {
        if self.watches(name.span) {
            let relation = self.written(name, None);
            self.note_table(name, &relation, &NameScope::top());
        }
        let columns = match self.catalog.table(name) {
            CatalogAnswer::Table(table) if !table.open => Some(table.columns.clone()),
            CatalogAnswer::Table(_) | CatalogAnswer::Unknown => None,
            CatalogAnswer::Absent(near) => {
                let written = name.text();
                let sentence = format!("there is no table `{written}`");
                let near: Vec<&str> = near.iter().map(smol_str::SmolStr::as_str).collect();
                let help = super::expression::did_you_mean(&written, &near);
                self.mistake(MistakeKind::UnknownTable, name.span, sentence, help);
                None
            }
        };
        Target {
            key: name.key(),
            name: name
                .name()
                .map(|part| part.text.to_string())
                .unwrap_or_default(),
            columns,
        }
    }

    /// The table that is written, as a relation that its own conditions see. It is not read.
    fn written(&mut self, name: &ObjectName, alias: Option<&Name>) -> RelationInScope {
        let (reads, inserted) = (self.reads.len(), self.inserted.len());
        let mistakes = self.mistakes.len();
        let mut relation = self.named_table(name);
        self.reads.truncate(reads);
        self.inserted.truncate(inserted);
        self.mistakes.truncate(mistakes);
        if let Some(alias) = alias {
            relation.name = alias.text.clone();
            relation.schema = None;
        }
        relation
    }

    pub(super) fn insert(&mut self, insert: &Insert) {
        let target = self.target(&insert.table);
        let columns = self.inserted_columns(&target, &insert.columns);
        let top = NameScope::top();
        match &insert.source {
            InsertSource::DefaultValues => {}
            InsertSource::Values(rows) => {
                let width = rows.first().map_or(0, |row| row.values.len());
                for row in rows {
                    let found: Vec<(Typed, Span)> = row
                        .values
                        .iter()
                        .map(|value| (self.value(value, &top), value.span))
                        .collect();
                    self.flow(&target, &insert.columns, &found);
                    if row.values.len() != width {
                        let sentence = format!(
                            "this row has {} values, and the first has {width}",
                            row.values.len()
                        );
                        self.mistake(MistakeKind::ColumnCount, row.span, sentence, None);
                        continue;
                    }
                    self.fits(
                        &target,
                        columns.as_deref(),
                        !insert.columns.is_empty(),
                        &found,
                        row.span,
                    );
                }
            }
            InsertSource::Query(query) => {
                let bound = self.query(query, &top);
                if bound.open {
                    self.open_flow(&target, &insert.columns, &bound);
                    return;
                }
                let found: Vec<(Typed, Span)> = bound.columns.iter().map(of_output).collect();
                self.flow(&target, &insert.columns, &found);
                self.fits(
                    &target,
                    columns.as_deref(),
                    !insert.columns.is_empty(),
                    &found,
                    query.span,
                );
            }
        }
    }

    /// The table and the columns of COPY; what the files hold nobody knows.
    pub(super) fn copy(&mut self, copy: &Copy) {
        let target = self.target(&copy.table);
        self.inserted_columns(&target, &copy.columns);
    }

    pub(super) fn truncate(&mut self, truncate: &Truncate) {
        self.target(&truncate.table);
    }

    /// A value of VALUES; DEFAULT fits everything.
    fn value(&mut self, value: &Expression, scope: &NameScope<'_>) -> Typed {
        if matches!(value.kind, ExpressionKind::Default) {
            return Typed::of(Type::Unknown);
        }
        self.expression(value, scope)
    }

    /// The columns that values go to, in their order; none where they are not known.
    fn inserted_columns(&mut self, target: &Target, named: &[Name]) -> Option<Vec<Column>> {
        self.note_written(target, named.iter());
        let columns = target.columns.as_ref()?;
        if named.is_empty() {
            return Some(columns.clone());
        }
        let mut found = Vec::with_capacity(named.len());
        for name in named {
            if name.inserted {
                found.push(Column::new(name.text.clone(), Type::Unknown));
                continue;
            }
            match columns.iter().find(|column| column.name == name.text) {
                Some(column) => found.push(column.clone()),
                None => {
                    self.target_has_no(target, columns, name);
                    found.push(Column::new(name.text.clone(), Type::Unknown));
                }
            }
        }
        Some(found)
    }

    /// Notes the column of a target that stands at the watched place.
    fn note_written<'n>(&mut self, target: &Target, mut names: impl Iterator<Item = &'n Name>) {
        if let Some(name) = names.find(|name| self.watches(name.span)) {
            let means = Means::Written {
                table: target.key.clone(),
                column: name.text.clone(),
            };
            self.note(name.span, means);
        }
    }

    /// Notes which column each value goes to.
    fn flow(&mut self, target: &Target, named: &[Name], values: &[(Typed, Span)]) {
        for (index, (value, _)) in values.iter().enumerate() {
            let column = match (named.get(index), &target.columns) {
                (Some(name), _) => Some(&name.text),
                (None, Some(columns)) if named.is_empty() => {
                    // An identity gets no value, unless there is one for every column.
                    let all = values.len() == columns.len();
                    let mut takes = columns.iter().filter(|column| all || !column.identity);
                    takes.nth(index).map(|column| &column.name)
                }
                _ => None,
            };
            self.flows.push(match column {
                Some(column) => ColumnFlow {
                    column: column.clone(),
                    sources: std::rc::Rc::clone(&value.sources),
                },
                // Some column of the table.
                None => ColumnFlow {
                    column: smol_str::SmolStr::new_static(ANY_COLUMN),
                    sources: derived(&value.sources, Derivation::Transformation),
                },
            });
        }
    }

    /// The columns of a result that may have others go to whatever columns have their position.
    fn open_flow(&mut self, target: &Target, named: &[Name], bound: &ResultColumns) {
        let any = smol_str::SmolStr::new_static(ANY_COLUMN);
        let some = bound.columns.iter().flat_map(|column| {
            let sources = derived(&column.sources, Derivation::Transformation);
            sources.to_vec()
        });
        let rest = bound.rest.iter().map(|table| super::SourceColumn {
            table: table.clone(),
            column: any.clone(),
            derivation: Derivation::Transformation,
        });
        let mut all: Vec<super::SourceColumn> = some.chain(rest).collect();
        all.sort_unstable();
        all.dedup();
        let sources: std::rc::Rc<[super::SourceColumn]> = std::rc::Rc::from(all);
        let known = target.columns.iter().flatten().map(|column| &column.name);
        let columns: Vec<_> = if named.is_empty() {
            known.cloned().collect()
        } else {
            named.iter().map(|name| name.text.clone()).collect()
        };
        let columns = if columns.is_empty() {
            vec![any]
        } else {
            columns
        };
        for column in columns {
            self.flows.push(ColumnFlow {
                column,
                sources: std::rc::Rc::clone(&sources),
            });
        }
    }

    fn target_has_no(&mut self, target: &Target, columns: &[Column], name: &Name) {
        let known: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let sentence = format!("`{}` has no column `{}`", target.name, name.text);
        let help = super::expression::did_you_mean(&name.text, &known);
        self.mistake(MistakeKind::UnknownColumn, name.span, sentence, help);
    }

    /// Whether values fit columns in number and type. Without a list of columns there may be fewer
    /// values than columns (AWS page: `INSERT`).
    fn fits(
        &mut self,
        target: &Target,
        columns: Option<&[Column]>,
        named: bool,
        values: &[(Typed, Span)],
        span: Span,
    ) {
        let Some(columns) = columns else {
            return;
        };
        // An identity gets no value where no columns are named.
        let takes: Vec<&Column> = columns
            .iter()
            .filter(|column| named || !column.identity)
            .collect();
        let too_many = values.len() > columns.len();
        if too_many || named && values.len() < columns.len() {
            let (what, number) = if named {
                ("the list", count(columns.len()))
            } else {
                (target.name.as_str(), count(columns.len()))
            };
            let sentence = format!(
                "{} for {what}, which has {number}",
                if values.len() == 1 {
                    "here is 1 value".to_owned()
                } else {
                    format!("here are {} values", values.len())
                }
            );
            let at = match values.get(columns.len()) {
                Some((_, first)) => *first,
                None => span,
            };
            self.mistake(MistakeKind::ColumnCount, at, sentence, None);
            return;
        }
        let exact = values.len() == columns.len() && !named;
        let against: Vec<&Column> = if exact {
            columns.iter().collect()
        } else {
            takes
        };
        for ((value, at), column) in values.iter().zip(against) {
            self.assigned(value, column, *at);
        }
    }

    fn assigned(&mut self, value: &Typed, column: &Column, at: Span) {
        if assignable(value.kind, column.kind) == Assignable::No {
            let sentence = format!(
                "the column `{}` is {}, and this is {}",
                column.name, column.kind, value.kind
            );
            let help = "cast it, or check the order of the columns".to_owned();
            self.mistake(MistakeKind::Types, at, sentence, Some(help));
        }
    }

    fn assignments(&mut self, target: &Target, assignments: &[Assignment], scope: &NameScope<'_>) {
        for assignment in assignments {
            self.note_written(target, std::iter::once(&assignment.column));
            let value = self.value(&assignment.value, scope);
            self.flows.push(ColumnFlow {
                column: assignment.column.text.clone(),
                sources: std::rc::Rc::clone(&value.sources),
            });
            let Some(columns) = &target.columns else {
                continue;
            };
            let name = &assignment.column;
            if name.inserted {
                continue;
            }
            match columns.iter().find(|column| column.name == name.text) {
                Some(column) => {
                    let column = column.clone();
                    self.assigned(&value, &column, assignment.value.span);
                }
                None => self.target_has_no(target, columns, name),
            }
        }
    }

    pub(super) fn update(&mut self, update: &Update) {
        let target = self.target(&update.table);
        let mut outer = NameScope::top();
        if let Some(with) = &update.with {
            self.with(with, &mut outer);
        }
        let mut relations = vec![self.written(&update.table, update.alias.as_ref())];
        relations.extend(self.from(&update.from, &outer));
        let scope = NameScope::inside(&outer, relations);
        self.assignments(&target, &update.assignments, &scope);
        if let Some(filter) = &update.filter {
            let filter = self.condition_in(filter, &scope);
            self.influenced(&filter, Derivation::Filter);
        }
    }

    pub(super) fn delete(&mut self, delete: &Delete) {
        self.target(&delete.table);
        let mut outer = NameScope::top();
        if let Some(with) = &delete.with {
            self.with(with, &mut outer);
        }
        let mut relations = vec![self.written(&delete.table, None)];
        relations.extend(self.from(&delete.using, &outer));
        let scope = NameScope::inside(&outer, relations);
        if let Some(filter) = &delete.filter {
            let filter = self.condition_in(filter, &scope);
            self.influenced(&filter, Derivation::Filter);
        }
    }

    pub(super) fn merge(&mut self, merge: &Merge) {
        let target = self.target(&merge.target);
        let outer = NameScope::top();
        let mut relations = Vec::new();
        self.relation(&merge.source, &outer, &mut relations);
        let source_only = NameScope::inside(&outer, relations.clone());
        relations.insert(0, self.written(&merge.target, None));
        let both = NameScope::inside(&outer, relations);
        let condition = self.condition_in(&merge.condition, &both);
        self.influenced(&condition, Derivation::Join);
        if matches!(merge.actions, MergeActions::RemoveDuplicates) {
            let mut bound = ResultColumns::default();
            for relation in &source_only.relations {
                bound.open |= relation.open;
                bound.columns.extend(relation.columns.iter().cloned());
                bound.rest = super::found::joined(&bound.rest, &relation.rest);
            }
            if bound.open {
                self.open_flow(&target, &[], &bound);
            } else {
                let found: Vec<(Typed, Span)> = bound.columns.iter().map(of_output).collect();
                self.flow(&target, &[], &found);
            }
        }
        if let MergeActions::When {
            matched,
            not_matched,
        } = &merge.actions
        {
            if let Some(Matched::Update(assignments)) = matched {
                self.assignments(&target, assignments, &both);
            }
            if let Some(NotMatched { columns, values }) = not_matched {
                let known = self.inserted_columns(&target, columns);
                let found: Vec<(Typed, Span)> = values
                    .values
                    .iter()
                    .map(|value| (self.value(value, &source_only), value.span))
                    .collect();
                self.flow(&target, columns, &found);
                self.fits(
                    &target,
                    known.as_deref(),
                    !columns.is_empty(),
                    &found,
                    values.span,
                );
            }
        }
    }
}

fn of_output(column: &OutputColumn) -> (Typed, Span) {
    let typed = Typed {
        kind: column.kind,
        sources: if column.sources.is_empty() {
            nowhere()
        } else {
            std::rc::Rc::clone(&column.sources)
        },
    };
    (typed, column.span)
}
