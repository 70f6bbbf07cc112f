//! What one statement reads and writes.

use smol_str::SmolStr;

use super::held::BindingContext;
use super::session::{Effect, SessionLineage};
use super::{Dataset, How, InputColumn, Why, WrittenColumn};
use crate::Span;
use crate::names::{
    ANY_COLUMN, Catalog as _, CatalogAnswer, Derivation, Findings, ResultColumns, SourceColumn,
};
use crate::tree::{
    AlterTable, AlterTableAppend, AlterTableKind, Body, Copy, CreateExternalTable, CreateTable,
    ExpressionKind, Into, ModelSource, Name, ObjectKind, ObjectName, OptionText, OptionTextKind,
    Query, Statement, StatementKind, TableElement, Unload, UnloadQuery,
};

impl SessionLineage<'_> {
    /// Binds a statement, and adds what it does.
    pub(super) fn bound(&mut self, statement: &Statement, context: BindingContext<'_>) {
        let found = context.binder().statement(statement);
        self.one(statement, &found, context);
        let writes = !matches!(statement.kind, StatementKind::Query(_));
        if let Some(held) = context.variables.filter(|_| writes) {
            for name in held.of_data(&found) {
                self.unknown(Why::Variable(name.clone()), statement.span);
            }
        }
    }

    /// Adds what a statement does that is bound.
    pub(super) fn one(
        &mut self,
        statement: &Statement,
        found: &Findings,
        context: BindingContext<'_>,
    ) {
        self.acts(statement);
        self.equalities(found);
        let rows = |how, table: &ObjectName| (how, table.key(), table.span);
        match &statement.kind {
            StatementKind::Query(query) => self.query(query, found),
            StatementKind::Insert(insert) => self.rows(rows(How::Insert, &insert.table), found),
            StatementKind::Update(update) => self.rows(rows(How::Update, &update.table), found),
            StatementKind::Delete(delete) => self.rows(rows(How::Delete, &delete.table), found),
            StatementKind::Merge(merge) => self.rows(rows(How::Merge, &merge.target), found),
            StatementKind::Truncate(truncate) => self.shape(How::Truncate, &truncate.table),
            StatementKind::CreateTable(create) => self.create_table(create, context),
            StatementKind::CreateTableAs(create) => {
                if is_temporary(&create.name, create.temporary) {
                    let reads = tables(found);
                    let columns = self.stored(&create.columns, found.stored.as_ref());
                    self.make_temporary(&create.name.key(), create.name.span);
                    self.read_all(&reads);
                    self.store(How::Create, &create.name, columns, &reads, found);
                } else {
                    self.create_as(How::Create, &create.name, &create.columns, found);
                }
            }
            StatementKind::CreateView(view) if view.no_schema_binding => {
                let found = whole(&view.query, context);
                self.create_as(How::CreateView, &view.name, &view.columns, &found);
            }
            StatementKind::CreateView(view) => {
                self.create_as(How::CreateView, &view.name, &view.columns, found);
            }
            StatementKind::CreateMaterializedView(view) => {
                self.create_as(How::CreateView, &view.name, &[], found);
            }
            StatementKind::CreateExternalView(view) => {
                let found = whole(&view.query, context);
                self.create_as(How::CreateView, &view.name, &[], &found);
            }
            StatementKind::AlterExternalView(view) => match &view.query {
                Some(query) => {
                    let found = whole(query, context);
                    self.create_as(How::CreateView, &view.name, &[], &found);
                }
                None => self.shape(How::Alter, &view.name),
            },
            StatementKind::RefreshMaterializedView(refresh) => {
                self.shape(How::Refresh, &refresh.name);
            }
            StatementKind::CreateExternalTable(create) => self.external_table(create, context),
            StatementKind::AlterTable(alter) => self.alter_table(alter),
            StatementKind::AlterTableAppend(append) => self.append(append),
            StatementKind::Drop(drop) => {
                let tables = matches!(
                    drop.kind,
                    ObjectKind::Table
                        | ObjectKind::View
                        | ObjectKind::MaterializedView
                        | ObjectKind::ExternalView
                );
                for name in drop.names.iter().filter(|_| tables) {
                    self.shape(How::Drop, name);
                }
            }
            StatementKind::Copy(copy) => self.copy(copy, context),
            StatementKind::Unload(unload) => self.unload(unload, found),
            StatementKind::CreateModel(model) => {
                if let Some(ModelSource::Query(query)) = &model.source {
                    let found = whole(query, context);
                    self.read_all(&tables(&found));
                }
            }
            StatementKind::Call(call) => self.call(call, statement.span, context),
            // EXPLAIN runs nothing, but what it names must be there.
            StatementKind::Explain(_) | StatementKind::DeclareCursor(_) => {
                self.read_all(&tables(found));
            }
            _ => {}
        }
    }

    pub(super) fn read_all(&mut self, reads: &[(Dataset, Span)]) {
        for (dataset, span) in reads {
            self.read(dataset, *span);
        }
    }

    fn query(&mut self, query: &Query, found: &Findings) {
        let reads = tables(found);
        self.read_all(&reads);
        // Within a procedure INTO names variables.
        if self.call.is_none()
            && let Some(into) = into(query)
            && let [name] = into.targets.as_slice()
        {
            let columns = self.stored(&[], found.result.as_ref());
            if is_temporary(name, into.temporary) {
                self.make_temporary(&name.key(), name.span);
            }
            self.store(How::Create, name, columns, &reads, found);
        }
    }

    /// INSERT, UPDATE, DELETE and MERGE.
    fn rows(&mut self, (how, table, span): (How, SmolStr, Span), found: &Findings) {
        let reads = tables(found);
        self.read_all(&reads);
        let flows = found.flows.iter();
        let columns = flows
            .map(|flow| self.column(flow.column.clone(), &flow.sources))
            .collect();
        self.write(Effect {
            dataset: Dataset::Table(table),
            how,
            span,
            from: &reads,
            columns,
            influences: &found.influences,
        });
    }

    /// Something that is done to a table without its columns.
    fn shape(&mut self, how: How, name: &ObjectName) {
        self.write(Effect {
            dataset: Dataset::Table(name.key()),
            how,
            span: name.span,
            from: &[],
            columns: Vec::new(),
            influences: &[],
        });
    }

    /// A table or view with the columns of a query.
    fn create_as(&mut self, how: How, name: &ObjectName, names: &[Name], found: &Findings) {
        let reads = tables(found);
        self.read_all(&reads);
        let stored = found.stored.as_ref().or(found.result.as_ref());
        let columns = self.stored(names, stored);
        self.store(how, name, columns, &reads, found);
    }

    fn store(
        &mut self,
        how: How,
        name: &ObjectName,
        columns: Vec<WrittenColumn>,
        reads: &[(Dataset, Span)],
        found: &Findings,
    ) {
        self.write(Effect {
            dataset: Dataset::Table(name.key()),
            how,
            span: name.span,
            from: reads,
            columns,
            influences: &found.influences,
        });
    }

    /// The columns of a table that stores a result.
    fn stored(&self, names: &[Name], bound: Option<&ResultColumns>) -> Vec<WrittenColumn> {
        let Some(bound) = bound else {
            return Vec::new();
        };
        let columns = bound.columns.iter().enumerate().map(|(index, column)| {
            let given = names.get(index).map(|name| name.text.clone());
            let name = given.or_else(|| column.name.clone());
            // PostgreSQL's name for a column that has none.
            let name = name.unwrap_or_else(|| SmolStr::new_static("?column?"));
            self.column(name, &column.sources)
        });
        let mut columns: Vec<WrittenColumn> = columns.collect();
        if bound.open {
            let rest: Vec<SourceColumn> = bound
                .rest
                .iter()
                .map(|table| SourceColumn {
                    table: table.clone(),
                    column: SmolStr::new_static(ANY_COLUMN),
                    derivation: Derivation::Identity,
                })
                .collect();
            columns.push(self.column(SmolStr::new_static(ANY_COLUMN), &rest));
        }
        columns
    }

    fn create_table(&mut self, create: &CreateTable, context: BindingContext<'_>) {
        let mut reads = Vec::new();
        let mut columns = Vec::new();
        for element in &create.elements {
            match element {
                TableElement::Column(column) => columns.push(column.name.text.clone()),
                TableElement::Like { table, .. } => {
                    reads.push((Dataset::Table(table.key()), table.span));
                    columns.extend(columns_of(table, context));
                }
                TableElement::Constraint(_) => {}
            }
        }
        self.read_all(&reads);
        if is_temporary(&create.name, create.temporary) {
            self.make_temporary(&create.name.key(), create.name.span);
        }
        let how = if create.if_not_exists {
            How::CreateIfMissing
        } else {
            How::Create
        };
        let columns = columns.into_iter().map(|name| self.column(name, &[]));
        let columns = columns.collect();
        self.write(Effect {
            dataset: Dataset::Table(create.name.key()),
            how,
            span: create.name.span,
            from: &[],
            columns,
            influences: &[],
        });
    }

    fn external_table(&mut self, create: &CreateExternalTable, context: BindingContext<'_>) {
        let how = if create.if_not_exists {
            How::CreateIfMissing
        } else {
            How::Create
        };
        let location = create.location.as_ref().and_then(|location| {
            let ExpressionKind::Text(text) = &location.kind else {
                return None;
            };
            Some((Dataset::Files(SmolStr::new(text)), location.span))
        });
        if let Some(query) = &create.query {
            let found = whole(query, context);
            self.create_as(how, &create.name, &[], &found);
            if let Some((files, span)) = location {
                let columns = self.stored(&[], found.result.as_ref());
                self.write(Effect {
                    dataset: files,
                    how: How::Unload,
                    span,
                    from: &tables(&found),
                    columns,
                    influences: &found.influences,
                });
            }
            return;
        }
        let reads: Vec<_> = location.into_iter().collect();
        self.read_all(&reads);
        let columns = create.columns.iter().map(|column| column.name.text.clone());
        let columns = from_files(columns.collect(), &reads);
        self.write(Effect {
            dataset: Dataset::Table(create.name.key()),
            how,
            span: create.name.span,
            from: &reads,
            columns,
            influences: &[],
        });
    }

    fn alter_table(&mut self, alter: &AlterTable) {
        let renamed = alter.actions.iter().find_map(|action| match &action.kind {
            AlterTableKind::Rename(to) => Some(to),
            _ => None,
        });
        let Some(to) = renamed else {
            self.shape(How::Alter, &alter.table);
            return;
        };
        let old = alter.table.key();
        let new = match old.rsplit_once('.') {
            Some((schema, _)) => SmolStr::from(format!("{schema}.{}", to.text)),
            None => to.text.clone(),
        };
        let reads = [(Dataset::Table(old.clone()), alter.table.span)];
        let columns = vec![self.column(SmolStr::new_static(ANY_COLUMN), &[same_name(&old)])];
        self.write(Effect {
            dataset: Dataset::Table(new),
            how: How::Rename,
            span: to.span,
            from: &reads,
            columns,
            influences: &[],
        });
        self.shape(How::RenameAway, &alter.table);
    }

    fn append(&mut self, append: &AlterTableAppend) {
        let source = append.source.key();
        let reads = [(Dataset::Table(source.clone()), append.source.span)];
        self.read_all(&reads);
        let columns = vec![self.column(SmolStr::new_static(ANY_COLUMN), &[same_name(&source)])];
        self.write(Effect {
            dataset: Dataset::Table(append.target.key()),
            how: How::Append,
            span: append.target.span,
            from: &reads,
            columns,
            influences: &[],
        });
        self.shape(How::Empty, &append.source);
    }

    fn copy(&mut self, copy: &Copy, context: BindingContext<'_>) {
        let reads = [(files(&copy.source), copy.source.span)];
        self.read_all(&reads);
        let named: Vec<SmolStr> = if copy.columns.is_empty() {
            columns_of(&copy.table, context)
        } else {
            copy.columns.iter().map(|name| name.text.clone()).collect()
        };
        self.write(Effect {
            dataset: Dataset::Table(copy.table.key()),
            how: How::Copy,
            span: copy.table.span,
            from: &reads,
            columns: from_files(named, &reads),
            influences: &[],
        });
    }

    fn unload(&mut self, unload: &Unload, found: &Findings) {
        if matches!(unload.query, UnloadQuery::Unknown) {
            self.unknown(Why::Query, unload.query_span);
        }
        let reads = tables(found);
        self.read_all(&reads);
        let columns = self.stored(&[], found.stored.as_ref());
        self.write(Effect {
            dataset: files(&unload.target),
            how: How::Unload,
            span: unload.target.span,
            from: &reads,
            columns,
            influences: &found.influences,
        });
    }
}

/// Binds a query that stands by itself.
pub(super) fn whole(query: &Query, context: BindingContext<'_>) -> Findings {
    context.binder().whole_query(query)
}

/// The tables that a statement reads.
pub(super) fn tables(found: &Findings) -> Vec<(Dataset, Span)> {
    let mut reads: Vec<_> = found.reads.iter().chain(&found.inserted).collect();
    reads.sort_by_key(|read| read.span.start);
    let reads = reads.into_iter();
    reads
        .map(|read| (Dataset::Table(read.name.clone()), read.span))
        .collect()
}

fn is_temporary(name: &ObjectName, temporary: bool) -> bool {
    temporary || name.name().is_some_and(|part| part.text.starts_with('#'))
}

/// Every column of the same name.
fn same_name(table: &SmolStr) -> SourceColumn {
    SourceColumn {
        table: table.clone(),
        column: SmolStr::new_static(ANY_COLUMN),
        derivation: Derivation::Identity,
    }
}

/// The columns of a table, if it is known to have no others.
fn columns_of(name: &ObjectName, context: BindingContext<'_>) -> Vec<SmolStr> {
    match context.catalog.table(name) {
        CatalogAnswer::Table(table) => table
            .columns
            .iter()
            .map(|column| column.name.clone())
            .chain(table.open.then(|| SmolStr::new_static(ANY_COLUMN)))
            .collect(),
        _ => Vec::new(),
    }
}

/// Columns that are filled from files, whose fields have no names here.
fn from_files(mut names: Vec<SmolStr>, reads: &[(Dataset, Span)]) -> Vec<WrittenColumn> {
    if names.is_empty() {
        names.push(SmolStr::new_static(ANY_COLUMN));
    }
    let inputs: Vec<InputColumn> = reads
        .iter()
        .map(|(dataset, _)| InputColumn {
            dataset: dataset.clone(),
            column: SmolStr::new_static(ANY_COLUMN),
            derivation: Derivation::Transformation,
        })
        .collect();
    let names = names.into_iter();
    names
        .map(|name| WrittenColumn {
            name,
            inputs: inputs.clone(),
        })
        .collect()
}

fn files(place: &OptionText) -> Dataset {
    Dataset::Files(match &place.kind {
        OptionTextKind::Literal(text) => SmolStr::new(text),
        OptionTextKind::Parameter(name) => SmolStr::from(format!(":{name}")),
        OptionTextKind::Insertion(text) => text.clone(),
    })
}

fn into(query: &Query) -> Option<&Into> {
    match &query.body {
        Body::Select(select) => select.into.as_ref(),
        _ => None,
    }
}
