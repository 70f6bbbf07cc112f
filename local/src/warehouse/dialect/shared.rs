//! Columns that a join with USING or NATURAL shares.
//!
//! In: `select x, * from a join b using (x)`. Out: `select "a"."x", "a"."x", "a"."y", "b"."z" from
//! a join b on k("a"."x") = k("b"."x")`. The engine would compare texts with the blanks at their
//! end, and would show the columns in another order. Redshift shows what is shared first
//! (PostgreSQL 8.0's manual, "Joined Tables").

use redshift_sql::names::{JoinedColumn, SharedColumn};
use redshift_sql::tree::{ObjectName, Select, SelectItem};
use redshift_sql::types::Type;

use super::blanks::{key_of, without_blanks};
use super::calls::call;
use super::comparison::Beside;
use super::fragment::TokenTree;
use super::writer::Writer;

impl Writer<'_> {
    /// What a name without a table means, where that is such a column.
    pub(super) fn shared(self, name: &ObjectName) -> Option<Vec<TokenTree>> {
        let [only] = name.parts.as_slice() else {
            return None;
        };
        let of = self.types()?.shared(name)?;
        Some(value(of, &only.text))
    }

    /// Whether such a name is written as something that has none.
    pub(super) fn is_computed(self, name: &ObjectName) -> bool {
        let of = self.types().and_then(|types| types.shared(name));
        of.is_some_and(|of| of.len() > 1)
    }

    /// What `*` stands for behind such joins.
    pub(super) fn star(self, select: &Select, item: &SelectItem) -> Option<Vec<Vec<TokenTree>>> {
        let shown = self.types()?.star(item)?;
        let kept = shown.iter().filter(|column| {
            let mut left_out = select.exclude.iter();
            left_out.all(|name| name.text != column.name)
        });
        Some(kept.map(shown_as).collect())
    }
}

fn shown_as(column: &SharedColumn) -> Vec<TokenTree> {
    let mut nodes = value(&column.of, &column.name);
    if column.of.len() > 1 {
        nodes.extend([TokenTree::word("as"), TokenTree::quoted(&column.name)]);
    }
    nodes
}

/// The column of the only table, or the first value that is not NULL.
pub(super) fn value(tables: &[impl AsRef<str>], column: &str) -> Vec<TokenTree> {
    let of = |table: &dyn AsRef<str>| {
        vec![
            TokenTree::quoted(table.as_ref()),
            TokenTree::symbol("."),
            TokenTree::quoted(column),
        ]
    };
    match tables {
        [table] => of(table),
        tables => call("coalesce", tables.iter().map(|table| of(table)).collect()),
    }
}

/// The condition of such a join.
pub(super) fn condition(columns: &[JoinedColumn]) -> Vec<TokenTree> {
    if columns.is_empty() {
        return vec![TokenTree::word("true")];
    }
    let mut nodes = Vec::new();
    for column in columns {
        if !nodes.is_empty() {
            nodes.push(TokenTree::word("and"));
        }
        let [left, right] = &column.sides;
        let [left, right] =
            [left, right].map(|tables| compared(column, value(tables, &column.name)));
        nodes.extend(left);
        nodes.push(TokenTree::symbol("="));
        nodes.extend(right);
    }
    nodes
}

fn compared(column: &JoinedColumn, nodes: Vec<TokenTree>) -> Vec<TokenTree> {
    if Beside::of(&column.kinds) == Beside::Text {
        without_blanks(nodes)
    } else if column.kinds == [Type::Super; 2] {
        key_of(nodes, Type::Super)
    } else {
        nodes
    }
}
