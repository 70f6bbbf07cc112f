//! What Redshift refuses of a MERGE, though each part of it is right by itself (AWS page: `MERGE`).

use redshift_sql::names::CatalogAnswer;
use redshift_sql::tree::{
    Expression, ExpressionKind, Matched, Merge, MergeActions, Name, ObjectName,
};
use redshift_sql::types::{Assignable, assignable};

use super::writer::Writer;
use super::{Refusal, walk};

/// REMOVE DUPLICATES asks for two tables with as many columns each, of compatible types, in one order.
pub(super) fn same_shape(
    target: &ObjectName,
    source: &ObjectName,
    writer: Writer<'_>,
) -> Result<(), Refusal> {
    let catalog = writer.context.catalog;
    let (CatalogAnswer::Table(into), CatalogAnswer::Table(from)) =
        (catalog.table(target), catalog.table(source))
    else {
        return Ok(());
    };
    if into.open || from.open {
        return Ok(());
    }
    let own = |name: &ObjectName| name.name().map(|name| name.text.to_string());
    let target = own(target).unwrap_or_default();
    let source = own(source).unwrap_or_default();
    if into.columns.len() != from.columns.len() {
        return Err(Refusal::Value(format!(
            "MERGE … REMOVE DUPLICATES takes two tables with the same columns: \"{target}\" has {}, and \
             \"{source}\" has {}",
            into.columns.len(),
            from.columns.len()
        )));
    }
    let mut pairs = into.columns.iter().zip(&from.columns);
    match pairs.find(|(into, from)| assignable(from.kind, into.kind) == Assignable::No) {
        None => Ok(()),
        Some((into, from)) => Err(Refusal::Value(format!(
            "MERGE … REMOVE DUPLICATES takes two tables with the same columns, in the same order: column \
             \"{}\" of \"{target}\" is {}, and column \"{}\" of \"{source}\" is {}",
            into.name, into.kind, from.name, from.kind
        ))),
    }
}

/// "match_condition and expr can't partially reference SUPER type columns."
pub(super) fn whole_values(merge: &Merge) -> Result<(), Refusal> {
    let mut all: Vec<&Expression> = vec![&merge.condition];
    if let MergeActions::When {
        matched,
        not_matched,
    } = &merge.actions
    {
        if let Some(Matched::Update(assignments)) = matched {
            all.extend(assignments.iter().map(|one| &one.value));
        }
        all.extend(not_matched.iter().flat_map(|row| &row.values.values));
    }
    let alias = merge.source.alias.as_ref().map(|alias| &alias.name);
    let tables = [
        merge.target.name(),
        alias.or_else(|| merge.source.implied_name()),
    ];
    let is_table = |name: &Name| {
        let mut tables = tables.iter().flatten();
        tables.any(|table| table.text == name.text)
    };
    let mut is_partial = false;
    for expression in all {
        walk::each(expression, &mut |part| {
            is_partial |= match &part.kind {
                ExpressionKind::Element { .. } | ExpressionKind::Field { .. } => true,
                ExpressionKind::Column(name) => match name.parts.as_slice() {
                    [first, _, _, ..] => is_table(first),
                    _ => false,
                },
                _ => false,
            };
        });
    }
    if is_partial {
        return Err(Refusal::Value(
            "Partial reference of SUPER column is not supported in MERGE statement: take the part out in \
             the source, with a table of its own"
                .to_owned(),
        ));
    }
    Ok(())
}
