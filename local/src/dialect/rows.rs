//! Statements that change rows.

use redshift_sql::names::{Known, OutputColumn};
use redshift_sql::tree::{
    Assignment, Body, Delete, Expression, ExpressionKind, Insert, InsertSource, Matched, Merge,
    MergeActions, Name, ObjectName, RelationKind, Update, ValuesRow,
};
use redshift_sql::types::Type;

use super::Refusal;
use super::fragment::Node;
use super::semistructured_call::assigned;
use super::statement::Statement;
use super::writer::{Writer, names, separated};

/// `insert into …`
pub(super) fn insert(insert: &Insert, writer: Writer<'_>) -> Result<Statement, Refusal> {
    let targets = writer.targets(&insert.table, &insert.columns);
    let (nodes, readable) = match &insert.source {
        InsertSource::DefaultValues => (["default", "values"].map(Node::word).to_vec(), false),
        InsertSource::Values(rows) => {
            let default = |value: &Expression| matches!(value.bare().kind, ExpressionKind::Default);
            let readable = !rows.iter().any(|row| row.values.iter().any(default));
            let mut nodes = vec![Node::word("values")];
            nodes.extend(separated(
                rows.iter()
                    .map(|row| writer.row(row, &targets).map(|row| vec![row]))
                    .collect::<Result<Vec<_>, _>>()?,
            ));
            (nodes, readable)
        }
        InsertSource::Query(query) => {
            let nodes = writer.query(query, false)?;
            (writer.rows_for(nodes, &query.body, &targets)?, true)
        }
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
    nodes.extend(writer.assignments(&update.table, &update.assignments)?);
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
                nodes.extend(writer.assignments(&merge.target, assignments)?);
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
        let targets = writer.targets(&merge.target, &not_matched.columns);
        nodes.push(writer.row(&not_matched.values, &targets)?);
    }
    writer.sql(&nodes).map(Statement::Change)
}

fn duplicates() -> Refusal {
    Refusal::syntax("MERGE … REMOVE DUPLICATES takes two tables without aliases, ON a condition")
}

impl Writer<'_> {
    /// The types of the columns that values go to, as far as they are known.
    fn targets(self, table: &ObjectName, named: &[Name]) -> Vec<Type> {
        let Known::Table(table) = self.context.catalog.table(table) else {
            return Vec::new();
        };
        if named.is_empty() {
            return table.columns.iter().map(|column| column.kind).collect();
        }
        let kind = |name: &Name| {
            let mut columns = table.columns.iter();
            let column = columns.find(|column| column.name == name.text);
            column.map_or(Type::Unknown, |column| column.kind)
        };
        named.iter().map(kind).collect()
    }

    fn row(self, row: &ValuesRow, targets: &[Type]) -> Result<Node, Refusal> {
        let mut parts = Vec::with_capacity(row.values.len());
        for (at, value) in row.values.iter().enumerate() {
            parts.push(self.value(value, targets.get(at).copied())?);
        }
        Ok(Node::Round(separated(parts)))
    }

    /// A value for a column.
    fn value(self, value: &Expression, column: Option<Type>) -> Result<Vec<Node>, Refusal> {
        let nodes = self.expression(value)?;
        match (&value.bare().kind, column) {
            (ExpressionKind::Default, _) | (_, None) => Ok(nodes),
            (_, Some(column)) => assigned(nodes, self.type_of(value), column),
        }
    }

    /// The rows of a query for columns of these types: what goes into a SUPER column becomes a SUPER value
    /// there.
    pub(super) fn rows_for(
        self,
        query: Vec<Node>,
        body: &Body,
        targets: &[Type],
    ) -> Result<Vec<Node>, Refusal> {
        let Some(columns) = self.columns_of(body) else {
            return Ok(query);
        };
        let pairs = || columns.iter().zip(targets);
        let differs = |(value, target): (&OutputColumn, &Type)| {
            value.kind != *target && (value.kind == Type::Super || *target == Type::Super)
        };
        if !pairs().any(differs) {
            return Ok(query);
        }
        let names: Vec<String> = (1..=columns.len()).map(|n| format!("c{n}")).collect();
        let mut parts = Vec::with_capacity(names.len());
        for (at, (name, column)) in names.iter().zip(columns).enumerate() {
            let nodes = vec![Node::quoted(name)];
            let mut nodes = match targets.get(at) {
                Some(target) => assigned(nodes, column.kind, *target)?,
                None => nodes,
            };
            if let Some(name) = &column.name {
                nodes.extend([Node::word("as"), Node::quoted(name)]);
            }
            parts.push(nodes);
        }
        let mut nodes = vec![Node::word("select")];
        nodes.extend(separated(parts));
        let names = names.iter().map(|name| vec![Node::quoted(name)]);
        nodes.extend([
            Node::word("from"),
            Node::Round(query),
            Node::word("as"),
            Node::quoted("source"),
            Node::Round(separated(names)),
        ]);
        Ok(nodes)
    }

    fn assignments(
        self,
        table: &ObjectName,
        assignments: &[Assignment],
    ) -> Result<Vec<Node>, Refusal> {
        let names: Vec<Name> = assignments.iter().map(|one| one.column.clone()).collect();
        let targets = self.targets(table, &names);
        let mut parts = Vec::with_capacity(assignments.len());
        for (at, assignment) in assignments.iter().enumerate() {
            let mut nodes = vec![Node::quoted(&assignment.column.text), Node::symbol("=")];
            nodes.extend(self.value(&assignment.value, targets.get(at).copied())?);
            parts.push(nodes);
        }
        Ok(separated(parts))
    }

    fn filter(self, condition: Option<&Expression>) -> Result<Vec<Node>, Refusal> {
        let Some(condition) = condition else {
            return Ok(Vec::new());
        };
        let mut nodes = vec![Node::word("where")];
        nodes.extend(self.condition(condition)?);
        Ok(nodes)
    }
}
