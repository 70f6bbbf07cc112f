//! Statements that change rows.

use redshift_sql::tree::{
    Assignment, Delete, Expression, ExpressionKind, Insert, InsertSource, Matched, Merge,
    MergeActions, RelationKind, Update, ValuesRow,
};

use super::Refusal;
use super::fragment::Node;
use super::statement::Statement;
use super::writer::{Writer, names, separated};

/// `insert into …`
pub(super) fn insert(insert: &Insert, writer: Writer<'_>) -> Result<Statement, Refusal> {
    let (nodes, readable) = match &insert.source {
        InsertSource::DefaultValues => (["default", "values"].map(Node::word).to_vec(), false),
        InsertSource::Values(rows) => {
            let default = |value: &Expression| matches!(value.bare().kind, ExpressionKind::Default);
            let readable = !rows.iter().any(|row| row.values.iter().any(default));
            let mut nodes = vec![Node::word("values")];
            nodes.extend(separated(
                rows.iter()
                    .map(|row| writer.row(row).map(|row| vec![row]))
                    .collect::<Result<Vec<_>, _>>()?,
            ));
            (nodes, readable)
        }
        InsertSource::Query(query) => (writer.query(query, false)?, true),
    };
    let columns = insert.columns.iter().map(|name| name.text.to_string());
    Ok(Statement::Insert {
        table: writer.relation(&insert.table)?,
        columns: columns.collect(),
        readable,
        source: writer.sql(&nodes)?,
    })
}

/// `update …`
pub(super) fn update(update: &Update, writer: Writer<'_>) -> Result<Statement, Refusal> {
    let mut nodes = writer.with(update.with.as_ref())?;
    nodes.push(Node::word("update"));
    nodes.extend(writer.relation_nodes(&update.table)?);
    if let Some(alias) = &update.alias {
        nodes.extend([Node::word("as"), Node::quoted(&alias.text)]);
    }
    nodes.push(Node::word("set"));
    nodes.extend(writer.assignments(&update.assignments)?);
    if !update.from.is_empty() {
        nodes.push(Node::word("from"));
        nodes.extend(writer.from(&update.from)?);
    }
    nodes.extend(writer.filter(update.filter.as_ref())?);
    writer.sql(&nodes).map(Statement::Change)
}

/// `delete from …`
pub(super) fn delete(delete: &Delete, writer: Writer<'_>) -> Result<Statement, Refusal> {
    let mut nodes = writer.with(delete.with.as_ref())?;
    nodes.extend(["delete", "from"].map(Node::word));
    nodes.extend(writer.relation_nodes(&delete.table)?);
    if !delete.using.is_empty() {
        nodes.push(Node::word("using"));
        nodes.extend(writer.from(&delete.using)?);
    }
    nodes.extend(writer.filter(delete.filter.as_ref())?);
    writer.sql(&nodes).map(Statement::Change)
}

/// `merge into …`
pub(super) fn merge(merge: &Merge, writer: Writer<'_>) -> Result<Statement, Refusal> {
    let condition = writer.expression(&merge.condition)?;
    let (matched, not_matched) = match &merge.actions {
        MergeActions::RemoveDuplicates => {
            let RelationKind::Table { name, .. } = &merge.source.kind else {
                return Err(duplicates());
            };
            if merge.source.alias.is_some() {
                return Err(duplicates());
            }
            return Ok(Statement::MergeRemoveDuplicates {
                target: writer.relation(&merge.target)?,
                source: writer.relation(name)?,
                condition: writer.sql(&condition)?,
            });
        }
        MergeActions::When {
            matched,
            not_matched,
        } => (matched, not_matched),
    };
    let mut nodes = ["merge", "into"].map(Node::word).to_vec();
    nodes.extend(writer.relation_nodes(&merge.target)?);
    nodes.push(Node::word("using"));
    nodes.extend(writer.relation_of(&merge.source)?);
    nodes.push(Node::word("on"));
    nodes.push(Node::Round(condition));
    if let Some(matched) = matched {
        nodes.extend(["when", "matched", "then"].map(Node::word));
        match matched {
            Matched::Update(assignments) => {
                nodes.extend(["update", "set"].map(Node::word));
                nodes.extend(writer.assignments(assignments)?);
            }
            Matched::Delete => nodes.push(Node::word("delete")),
        }
    }
    if let Some(not_matched) = not_matched {
        nodes.extend(["when", "not", "matched", "then", "insert"].map(Node::word));
        if !not_matched.columns.is_empty() {
            nodes.push(names(&not_matched.columns));
        }
        nodes.push(Node::word("values"));
        nodes.push(writer.row(&not_matched.values)?);
    }
    writer.sql(&nodes).map(Statement::Change)
}

fn duplicates() -> Refusal {
    Refusal::syntax("MERGE … REMOVE DUPLICATES takes two tables without aliases, ON a condition")
}

impl Writer<'_> {
    fn row(self, row: &ValuesRow) -> Result<Node, Refusal> {
        self.list(&row.values)
    }

    fn assignments(self, assignments: &[Assignment]) -> Result<Vec<Node>, Refusal> {
        let mut parts = Vec::with_capacity(assignments.len());
        for assignment in assignments {
            let mut nodes = vec![Node::quoted(&assignment.column.text), Node::symbol("=")];
            nodes.extend(self.expression(&assignment.value)?);
            parts.push(nodes);
        }
        Ok(separated(parts))
    }

    fn filter(self, condition: Option<&Expression>) -> Result<Vec<Node>, Refusal> {
        let Some(condition) = condition else {
            return Ok(Vec::new());
        };
        let mut nodes = vec![Node::word("where")];
        nodes.extend(self.expression(condition)?);
        Ok(nodes)
    }
}
