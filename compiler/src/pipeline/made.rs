//! Which table or view a statement makes, and which table it writes to.

use std::collections::BTreeSet;

use redshift_sql::tree::{AlterTableKind, Body, Name, ObjectName, StatementKind};

use super::scripts;
use crate::pipeline_yaml::Document;
use crate::source::{self, Files};

/// The tables and views that the SQL of the steps makes, as far as it can be read; their names as
/// catalogs keep them.
pub fn made_by_steps(document: &Document, files: &dyn Files) -> BTreeSet<String> {
    let steps = document.spec.steps.values();
    steps
        .filter_map(scripts::file_of)
        .filter_map(|(_, path)| source::relative(path).ok())
        .collect::<BTreeSet<String>>()
        .iter()
        .filter_map(|path| files.read(path, scripts::MAX_SCRIPT_BYTES).ok())
        .flat_map(|bytes| {
            let text = String::from_utf8_lossy(&bytes);
            let names = redshift_sql::parse(&text).statements.into_iter();
            names.filter_map(|statement| Some(made(&statement.kind)?.name.key().to_string()))
        })
        .collect()
}

/// A table or view that a statement makes.
#[derive(Debug, Clone, Copy)]
pub(super) struct MadeTable<'s> {
    /// Name of the table or view, as it is written.
    pub name: &'s ObjectName,
    /// Whether it ends with the session.
    pub temporary: bool,
}

/// What a statement makes.
pub(super) fn made(kind: &StatementKind) -> Option<MadeTable<'_>> {
    let (name, temporary) = match kind {
        StatementKind::CreateTable(create) => (&create.name, create.temporary),
        StatementKind::CreateTableAs(create) => (&create.name, create.temporary),
        StatementKind::CreateExternalTable(create) => (&create.name, false),
        StatementKind::CreateView(view) => (&view.name, false),
        StatementKind::CreateExternalView(view) => (&view.name, false),
        StatementKind::CreateMaterializedView(view) => (&view.name, false),
        StatementKind::Query(query) => match &query.body {
            Body::Select(select) => {
                let into = select.into.as_ref()?;
                let [name] = into.targets.as_slice() else {
                    return None;
                };
                (name, into.temporary)
            }
            _ => return None,
        },
        _ => return None,
    };
    let hash = name.name().is_some_and(|part| part.text.starts_with('#'));
    Some(MadeTable {
        name,
        temporary: temporary || hash,
    })
}

/// The name that a table has after `alter table … rename to`.
pub(super) fn renamed(kind: &StatementKind) -> Option<(&ObjectName, &Name)> {
    let StatementKind::AlterTable(alter) = kind else {
        return None;
    };
    alter.actions.iter().find_map(|action| match &action.kind {
        AlterTableKind::Rename(to) => Some((&alter.table, to)),
        _ => None,
    })
}

/// The table whose rows a statement changes.
pub(super) fn written(kind: &StatementKind) -> Option<&ObjectName> {
    match kind {
        StatementKind::Insert(insert) => Some(&insert.table),
        StatementKind::Update(update) => Some(&update.table),
        StatementKind::Delete(delete) => Some(&delete.table),
        StatementKind::Merge(merge) => Some(&merge.target),
        StatementKind::Truncate(truncate) => Some(&truncate.table),
        StatementKind::Copy(copy) => Some(&copy.table),
        _ => None,
    }
}
