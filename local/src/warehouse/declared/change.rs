//! ALTER TABLE and COMMENT: what was said of a relation changes with it.

use redshift_sql::tree::DistStyle;
use redshift_sql::types::Type;

use super::{ExistingRelation, dependents, dropped, existing, foreign, made, renamed};
use crate::warehouse::columns;
use crate::warehouse::dialect::{
    DeclaredChange, DeclaredKey, DeclaredRelation, KeyKind, encoding_fits,
};
use crate::warehouse::failure::StatementFailure;
use crate::warehouse::outcome::RunStatement;
use crate::warehouse::scope::StatementScope;

/// Makes the change of a relation, and changes its declaration. Views that read it by another name are made
/// anew by `run`.
pub(in crate::warehouse) fn change(
    scope: &StatementScope<'_>,
    name: &str,
    changes: &[DeclaredChange],
    make: impl FnOnce() -> Result<(), StatementFailure>,
    run: RunStatement,
) -> Result<(), StatementFailure> {
    let mut relation = existing(scope, name)?;
    for change in changes {
        allow(scope, name, &relation, change)?;
    }
    for change in changes {
        if let DeclaredChange::DropColumn {
            name,
            cascade: true,
        } = change
        {
            // The engine would leave them, unusable.
            for view in dependents::views(scope, &relation, Some(name))? {
                dropped::remove(scope, &view)?;
            }
        }
    }
    let before = relation.clone();
    let mut renewed = Vec::new();
    match changes {
        [DeclaredChange::Rename(to)] => {
            renamed::free(scope, &relation, to)?;
            renewed = renamed::rewritten(scope, &relation, to)?;
            if relation.is_view {
                renamed::view(scope, &relation, to)?;
            } else {
                make()?;
            }
        }
        _ => make()?,
    }
    for change in changes {
        apply(scope, &mut relation, change)?;
    }
    relation.keep(scope)?;
    if relation.name != before.name {
        renamed::follow(scope, &before, &relation.name)?;
        renamed::renew(scope, &renewed, run)?;
    }
    Ok(())
}

/// Refuses what Redshift refuses because of the declaration.
fn allow(
    scope: &StatementScope<'_>,
    name: &str,
    relation: &ExistingRelation,
    change: &DeclaredChange,
) -> Result<(), StatementFailure> {
    let declaration = &relation.declaration;
    match change {
        // AWS page: `ALTER MATERIALIZED VIEW`.
        DeclaredChange::AddColumn(_)
        | DeclaredChange::DropColumn { .. }
        | DeclaredChange::RenameColumn { .. }
        | DeclaredChange::Type { .. }
        | DeclaredChange::AddKey(_)
            if relation.is_materialized() =>
        {
            Err(StatementFailure::Engine(format!(
                "the columns of materialized view \"{}\" are those of its query: drop the view, and create it \
                 with another one",
                relation.name
            )))
        }
        DeclaredChange::DropColumn { name, cascade } => {
            if declaration.distkey.as_deref() == Some(name) {
                return Err(StatementFailure::Engine(format!(
                    "cannot drop distkey column \"{name}\""
                )));
            }
            if declaration.sortkey.contains(name) {
                return Err(StatementFailure::Engine(format!(
                    "cannot drop sortkey column \"{name}\""
                )));
            }
            let views = dependents::views(scope, relation, Some(name))?;
            if views.is_empty() || *cascade {
                return Ok(());
            }
            let what = format!("table {} column {name}", relation.name);
            let details: Vec<String> = views
                .iter()
                .map(|view| format!("view {} depends on {what}", view.name))
                .collect();
            Err(dependents::refused(&what, &details))
        }
        DeclaredChange::DropKey { name, cascade } => {
            let Some(key) = declaration.keys.iter().find(|key| key.name == *name) else {
                return Err(StatementFailure::Engine(format!(
                    "constraint \"{name}\" does not exist"
                )));
            };
            let pointing = dependents::pointing(scope, relation)?;
            let table = pointing.first().filter(|_| key.kind != KeyKind::Foreign);
            match table {
                Some(other) if !cascade => Err(dependents::refused(
                    &format!("constraint {name} on table {}", relation.name),
                    &[format!(
                        "a key of table {} depends on constraint {name}",
                        other.name
                    )],
                )),
                _ => Ok(()),
            }
        }
        DeclaredChange::RenameColumn { from, .. } => renamed::column(scope, relation, from),
        DeclaredChange::AddKey(key) => {
            has_columns(relation, &key.columns)?;
            is_another(relation, key)?;
            never_null(scope, name, key)
        }
        DeclaredChange::AutoRefresh(_) if !relation.is_materialized() => Err(
            StatementFailure::Engine(format!("\"{}\" is not a materialized view", relation.name)),
        ),
        DeclaredChange::Comment { on_view, .. }
            if *on_view != relation.is_view && !relation.is_materialized() =>
        {
            Err(StatementFailure::Engine(format!(
                "\"{}\" is not a {}",
                relation.name,
                if *on_view { "view" } else { "table" }
            )))
        }
        // AWS page: `ALTER TABLE`, RENAME TO.
        DeclaredChange::Rename(to) if to.starts_with('#') && !relation.schema.is_empty() => {
            Err(StatementFailure::Engine(format!(
                "a permanent table cannot be called \"{to}\": names that begin with # are those of \
                 temporary tables"
            )))
        }
        DeclaredChange::Type { column, .. } => keeps_length(declaration, column),
        DeclaredChange::Distribution { style, key } => {
            lies_otherwise(relation, *style)?;
            has_columns(relation, key.as_slice())
        }
        DeclaredChange::SortKey(sort) => {
            let mut sorted = declaration.clone();
            sorted.sort(sort);
            has_columns(relation, &sorted.sortkey)
        }
        DeclaredChange::Encoding { column, encoding } => {
            has_columns(relation, std::slice::from_ref(column))?;
            packs(relation, column, encoding)
        }
        DeclaredChange::ColumnComment { column, .. } => {
            has_columns(relation, std::slice::from_ref(column))
        }
        _ => Ok(()),
    }
}

/// A table has one primary key, and no two keys of one name (PostgreSQL 8.0's manual, ALTER TABLE).
fn is_another(relation: &ExistingRelation, key: &DeclaredKey) -> Result<(), StatementFailure> {
    let table = &relation.name;
    for known in &relation.declaration.keys {
        if key.kind == KeyKind::Primary && known.kind == KeyKind::Primary {
            return Err(StatementFailure::Engine(format!(
                "multiple primary keys for table \"{table}\" are not allowed: drop the other one first"
            )));
        }
        if !key.name.is_empty() && known.name == key.name {
            return Err(StatementFailure::Engine(format!(
                "constraint \"{}\" for relation \"{table}\" already exists: take another name",
                key.name
            )));
        }
    }
    Ok(())
}

/// Which layouts ALTER TABLE leaves alone (AWS page: `ALTER TABLE`): that of a table with an interleaved sort
/// key, and that of a temporary table.
fn lies_otherwise(relation: &ExistingRelation, style: DistStyle) -> Result<(), StatementFailure> {
    let why = match style {
        DistStyle::Auto => return Ok(()),
        _ if relation.declaration.interleaved => "has an interleaved sort key",
        DistStyle::All | DistStyle::Even if relation.schema.is_empty() => "is temporary",
        _ => return Ok(()),
    };
    Err(StatementFailure::Engine(format!(
        "ALTER TABLE does not change the distribution of \"{}\", which {why}: create the table anew",
        relation.name
    )))
}

/// Which compression a column does not get (AWS page: `ALTER TABLE`, ALTER COLUMN ENCODE).
fn packs(relation: &ExistingRelation, name: &str, encoding: &str) -> Result<(), StatementFailure> {
    let declaration = &relation.declaration;
    if declaration.interleaved {
        return Err(StatementFailure::Engine(format!(
            "ALTER TABLE does not change the ENCODE of a column of \"{}\", which has an interleaved sort key: \
             create the table anew",
            relation.name
        )));
    }
    let mut columns = declaration.columns.iter();
    let Some(column) = columns.find(|column| column.name == name) else {
        return Ok(());
    };
    // Where Redshift chooses, nobody knows which it has now.
    if declaration.encoded && column.encoding.as_deref() == Some(encoding) {
        return Err(StatementFailure::Engine(format!(
            "column \"{name}\" of \"{}\" has this ENCODE already: leave the statement out",
            relation.name
        )));
    }
    match column.known_type() {
        Some(kind) if !encoding_fits(encoding, kind) => Err(StatementFailure::Engine(format!(
            "invalid encoding type specified for column \"{name}\": it is not for {kind}"
        ))),
        _ => Ok(()),
    }
}

/// "You can't add a primary-key constraint to a nullable column" (AWS page: `ALTER TABLE`).
fn never_null(
    scope: &StatementScope<'_>,
    table: &str,
    key: &DeclaredKey,
) -> Result<(), StatementFailure> {
    if key.kind != KeyKind::Primary {
        return Ok(());
    }
    let known = columns::of(scope, table)?;
    let nullable = known
        .iter()
        .find(|column| column.nullable && key.columns.contains(&column.name));
    match nullable {
        None => Ok(()),
        Some(column) => Err(StatementFailure::Engine(format!(
            "column \"{}\" may be NULL, and a PRIMARY KEY may not: make the table anew with NOT NULL",
            column.name
        ))),
    }
}

/// Which columns ALTER COLUMN TYPE leaves alone (AWS page: `ALTER TABLE`).
fn keeps_length(declaration: &DeclaredRelation, name: &str) -> Result<(), StatementFailure> {
    let Some(column) = declaration
        .columns
        .iter()
        .find(|column| column.name == name)
    else {
        return Ok(());
    };
    let is_key = declaration
        .keys
        .iter()
        .any(|key| key.columns.iter().any(|one| one == name));
    if let Some(kind) = column.known_type()
        && !matches!(kind, Type::VarChar(_))
    {
        return Err(StatementFailure::Engine(format!(
            "ALTER COLUMN … TYPE changes the length of a VARCHAR only, and column \"{name}\" is {kind}: add \
             another column, fill it with UPDATE, and drop this one"
        )));
    }
    let why = match column.encoding.as_deref() {
        Some("bytedict" | "runlength" | "text255" | "text32k") => {
            "its ENCODE is BYTEDICT, RUNLENGTH, TEXT255 or TEXT32K"
        }
        _ if column.default.is_some() => "it has a DEFAULT",
        _ if is_key => "it belongs to a UNIQUE, PRIMARY KEY or FOREIGN KEY",
        _ => return Ok(()),
    };
    Err(StatementFailure::Engine(format!(
        "ALTER COLUMN … TYPE does not change column \"{name}\", because {why}: add another column, copy \
         the values with UPDATE, drop the old column and rename"
    )))
}

fn has_columns(relation: &ExistingRelation, names: &[String]) -> Result<(), StatementFailure> {
    let known = |name: &&String| {
        let columns = &relation.declaration.columns;
        !columns.iter().any(|column| column.name == **name)
    };
    match names.iter().find(known) {
        None => Ok(()),
        Some(name) => Err(StatementFailure::Engine(format!(
            "column \"{name}\" of relation \"{}\" does not exist",
            relation.name
        ))),
    }
}

fn apply(
    scope: &StatementScope<'_>,
    relation: &mut ExistingRelation,
    change: &DeclaredChange,
) -> Result<(), StatementFailure> {
    let table = relation.name.clone();
    let schema = relation.schema.clone();
    let declaration: &mut DeclaredRelation = &mut relation.declaration;
    match change {
        DeclaredChange::AddColumn(column) => {
            declaration.columns.push(column.as_ref().clone());
            declaration.encode();
        }
        DeclaredChange::DropColumn { name, .. } => declaration.drop_column(name),
        DeclaredChange::RenameColumn { from, to } => declaration.rename_column(from, to),
        DeclaredChange::Rename(to) => relation.name.clone_from(to),
        DeclaredChange::Type { column, kind } => {
            if let Some(column) = declaration.column(column) {
                column.kind.clone_from(kind);
            }
        }
        DeclaredChange::Encoding { column, encoding } => {
            if let Some(column) = declaration.column(column) {
                column.encoding = Some(encoding.clone());
            }
            declaration.encoded = true;
        }
        DeclaredChange::ChosenEncoding => declaration.encoded = false,
        DeclaredChange::Distribution { style, key } => declaration.distribute(*style, key.clone()),
        DeclaredChange::SortKey(sort) => declaration.sort(sort),
        DeclaredChange::AddKey(key) => {
            let mut key: DeclaredKey = key.clone();
            if let Some((other, name)) = &mut key.table {
                (*other, *name) = made::referenced(scope, &schema, &table, name)?;
            }
            if key.kind == KeyKind::Foreign && key.references.is_empty() {
                key.references = made::primary_key(scope, key.table.as_ref())?.unwrap_or_default();
            }
            declaration.keys.push(key.clone());
            declaration.name_keys(&table);
            foreign::points(scope, relation, &key)?;
        }
        DeclaredChange::DropKey { name, .. } => declaration.keys.retain(|key| key.name != *name),
        DeclaredChange::Owner(owner) => declaration.owner = Some(owner.clone()),
        DeclaredChange::AutoRefresh(on) => {
            if let Some(view) = &mut declaration.view {
                view.auto_refresh = *on;
            }
        }
        DeclaredChange::Comment { text, .. } => declaration.comment.clone_from(text),
        DeclaredChange::ColumnComment { column, text } => {
            if let Some(column) = declaration.column(column) {
                column.comment.clone_from(text);
            }
        }
    }
    Ok(())
}
