//! A relation has another name. The views that read it use that name from now on: in Redshift a view
//! holds on to its tables whatever they are called.

use redshift_sql::keyword::Keyword;
use redshift_sql::lexer::lex;
use redshift_sql::parse;
use redshift_sql::token::TokenKind;
use redshift_sql::tree::StatementKind;

use super::{ExistingRelation, all, bind, dependents, find};
use crate::warehouse::dialect::{self, ViewKind, quote_name};
use crate::warehouse::failure::StatementFailure;
use crate::warehouse::known::KnownTables;
use crate::warehouse::outcome::RunStatement;
use crate::warehouse::scope::StatementScope;

/// A view, and the statement that makes it anew.
pub(super) struct Rewritten(String);

/// The views that read a relation, with its new name in their queries.
pub(super) fn rewritten(
    scope: &StatementScope<'_>,
    relation: &ExistingRelation,
    to: &str,
) -> Result<Vec<Rewritten>, StatementFailure> {
    let mut all = Vec::new();
    for view in dependents::views(scope, relation, None)? {
        if view.is_materialized() {
            return Err(refused(relation, &view));
        }
        let declared = view.declaration.view.as_ref();
        let query = declared.map_or("", |view| view.query.as_str());
        let query =
            with_name(scope, query, relation, to).ok_or_else(|| refused(relation, &view))?;
        let names: Vec<String> = view
            .declaration
            .columns
            .iter()
            .map(|column| quote_name(&column.name))
            .collect();
        let names = match names.as_slice() {
            [] => String::new(),
            names => format!(" ({})", names.join(", ")),
        };
        all.push(Rewritten(format!(
            "create or replace view {}.{}{names} as {query}",
            quote_name(&view.schema),
            quote_name(&view.name)
        )));
    }
    Ok(all)
}

fn refused(relation: &ExistingRelation, view: &ExistingRelation) -> StatementFailure {
    StatementFailure::Refused(format!(
        "the embedded warehouse does not rename {} while the view {} reads it: drop the view first",
        relation.name, view.name
    ))
}

/// Makes the views anew.
pub(super) fn renew(
    scope: &StatementScope<'_>,
    views: &[Rewritten],
    run: RunStatement,
) -> Result<(), StatementFailure> {
    for Rewritten(text) in views {
        let tables = KnownTables::of(scope.connection);
        let dates = scope.session.configuration.date_style();
        let context = scope.shared.context(&tables, &[], dates);
        let translated = dialect::translate(text, &context)?;
        run(scope, &translated)?;
    }
    Ok(())
}

/// A query with a relation's new name; its old one stays as its alias. `None`: it cannot be written.
fn with_name(
    scope: &StatementScope<'_>,
    query: &str,
    relation: &ExistingRelation,
    to: &str,
) -> Option<String> {
    let script = parse(query);
    let [one] = script.statements.as_slice() else {
        return None;
    };
    let StatementKind::Query(tree) = &one.kind else {
        return None;
    };
    let mut places: Vec<_> = bind::places(scope, tree)
        .into_iter()
        .filter(|(_, read)| read.is(&relation.schema, &relation.name))
        .map(|(span, _)| span)
        .collect();
    places.sort();
    places.dedup();
    let mut text = query.to_owned();
    for span in places.into_iter().rev() {
        let (start, end) = (span.start as usize, span.end as usize);
        let mut name = format!("{}.{}", quote_name(&relation.schema), quote_name(to));
        if !has_alias(query.get(end..)?) {
            name.push_str(" as ");
            name.push_str(&quote_name(&relation.name));
        }
        text.replace_range(start..end, &name);
    }
    parse(&text).mistakes.is_empty().then_some(text)
}

/// Whether an alias stands at the beginning of what follows a relation's name.
fn has_alias(rest: &str) -> bool {
    let lexed = lex(rest);
    let Some(token) = lexed.tokens.first() else {
        return false;
    };
    let text = token.span.of(rest);
    match token.kind {
        TokenKind::Quoted => true,
        TokenKind::Word(keyword) => {
            text.eq_ignore_ascii_case("as")
                || !keyword.is_some_and(Keyword::is_reserved)
                    && !["pivot", "unpivot"].contains(&text.to_ascii_lowercase().as_str())
        }
        _ => false,
    }
}

/// Lets views and keys that name a relation name it by its new name.
pub(super) fn follow(
    scope: &StatementScope<'_>,
    before: &ExistingRelation,
    to: &str,
) -> Result<(), StatementFailure> {
    for mut other in all(scope)? {
        let declaration = &mut other.declaration;
        let reads = declaration
            .view
            .iter_mut()
            .filter(|view| view.kind != ViewKind::Late)
            .flat_map(|view| &mut view.reads)
            .map(|read| (&read.schema, &mut read.name));
        let keys = declaration
            .keys
            .iter_mut()
            .filter_map(|key| key.table.as_mut())
            .map(|(schema, name)| (&*schema, name));
        let mut changed = false;
        for (schema, name) in reads.chain(keys) {
            if before.is(schema, name) {
                to.clone_into(name);
                changed = true;
            }
        }
        if changed {
            other.keep(scope)?;
        }
    }
    Ok(())
}

/// Renames a view, which the engine does with a statement of its own.
pub(super) fn view(
    scope: &StatementScope<'_>,
    relation: &ExistingRelation,
    to: &str,
) -> Result<(), StatementFailure> {
    scope.run(format!(
        "alter view {} rename to {}",
        relation.qualified(),
        quote_name(to)
    ))?;
    Ok(())
}

/// Refuses to rename a column that views read: the engine would leave them without it.
pub(super) fn column(
    scope: &StatementScope<'_>,
    relation: &ExistingRelation,
    name: &str,
) -> Result<(), StatementFailure> {
    match dependents::views(scope, relation, Some(name))?.first() {
        None => Ok(()),
        Some(view) => Err(StatementFailure::Refused(format!(
            "the embedded warehouse does not rename the column {name} of {} while the view {} reads it: \
             drop the view first",
            relation.name, view.name
        ))),
    }
}

/// Whether there is no relation of that name yet.
pub(super) fn free(
    scope: &StatementScope<'_>,
    relation: &ExistingRelation,
    to: &str,
) -> Result<(), StatementFailure> {
    let name = if relation.schema.is_empty() {
        quote_name(to)
    } else {
        format!("{}.{}", quote_name(&relation.schema), quote_name(to))
    };
    match find(scope, &name)? {
        Some(found) if found.schema == relation.schema => Err(StatementFailure::Engine(format!(
            "relation \"{to}\" already exists"
        ))),
        _ => Ok(()),
    }
}
