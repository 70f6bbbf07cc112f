//! Links in words.

use redshift_sql::lineage::{How, InputColumn};
use redshift_sql::names::{ANY_COLUMN, Derivation};

use super::graph::{Edge, LineageLink};

/// What stands in front of a column or table: `aggregation of`.
pub(super) fn of_link(edge: &Edge<'_>) -> &'static str {
    match edge.link {
        // What comes out of files has no names there.
        LineageLink::Derived(_) if edge.written.write.how == How::Copy => "copy of",
        LineageLink::Derived(derivation) => of_derivation(derivation),
        LineageLink::Statement(how) => match how {
            How::Insert => "insert of",
            How::Update => "update by",
            How::Delete => "delete by",
            How::Merge => "merge of",
            How::Create | How::CreateIfMissing | How::CreateView => "created from",
            How::Append => "append of",
            How::Rename => "rename of",
            How::Copy => "copy of",
            How::Unload => "unload of",
            How::Truncate
            | How::Refresh
            | How::Drop
            | How::Alter
            | How::Empty
            | How::RenameAway => "from",
        },
    }
}

pub(super) fn of_derivation(derivation: Derivation) -> &'static str {
    match derivation {
        Derivation::Identity => "identity of",
        Derivation::Transformation => "transformation of",
        Derivation::Aggregation => "aggregation of",
        Derivation::Conditional => "condition on",
        Derivation::Window => "window over",
        Derivation::Filter => "filter on",
        Derivation::Join => "join on",
        Derivation::GroupBy => "group by",
        Derivation::Sort => "sort by",
    }
}

/// What is done to a table, of one who does it: `created`.
pub(super) fn done(how: How) -> &'static str {
    match how {
        How::Insert => "inserted",
        How::Update => "updated",
        How::Delete => "rows deleted",
        How::Merge => "merged",
        How::Truncate => "truncated",
        How::Create | How::CreateIfMissing | How::CreateView => "created",
        How::Refresh => "refreshed",
        How::Drop => "dropped",
        How::Alter => "altered",
        How::Append => "appended",
        How::Empty => "emptied",
        How::Rename => "renamed from another",
        How::RenameAway => "renamed to another",
        How::Copy => "copied",
        How::Unload => "unloaded",
    }
}

/// Columns that decide which rows there are: `filter on orders.status, group by orders.day`.
pub(super) fn of_influences(influences: &[InputColumn]) -> String {
    let mut text = String::new();
    let mut last = None;
    for input in influences_in_order(influences) {
        if last != Some(input.derivation) {
            text.push_str(if last.is_some() { "; " } else { "" });
            text.push_str(of_derivation(input.derivation));
            text.push(' ');
        } else {
            text.push_str(", ");
        }
        last = Some(input.derivation);
        text.push_str(input.dataset.name());
        if input.column != ANY_COLUMN {
            text.push('.');
            text.push_str(&input.column);
        }
    }
    text
}

fn influences_in_order(influences: &[InputColumn]) -> Vec<&InputColumn> {
    let mut all: Vec<&InputColumn> = influences.iter().collect();
    all.sort_by_key(|input| input.derivation);
    all
}
