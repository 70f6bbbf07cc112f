//! Statements that change rows.

use redshift_sql::names::{CatalogAnswer, OutputColumn};
use redshift_sql::tree::{
    Assignment, Body, Delete, Expression, ExpressionKind, Insert, InsertSource, JoinKind, Matched,
    Merge, MergeActions, Name, ObjectName, RelationKind, Update, ValuesRow,
};
use redshift_sql::types::Type;

use super::fragment::{TokenTree, quote_name, write};
use super::semistructured_call::assigned;
use super::statement::{EngineSql, Inserted, InsertedValue, Statement};
use super::writer::{Writer, names, separated};
use super::{Refusal, as_text, growth, merge_check, moment, number};

/// Translates INSERT into [`Statement::Insert`]: its values are checked against the columns when it runs.
pub(super) fn insert(insert: &Insert, writer: Writer<'_>) -> Result<Statement, Refusal> {
    let targets = writer.targets(&insert.table, &insert.columns);
    let source = match &insert.source {
        InsertSource::DefaultValues => Inserted::Defaults,
        InsertSource::Values(rows) => values(rows, &targets, writer)?,
        InsertSource::Query(query) => {
            let nodes = writer.query(query, false)?;
            Inserted::Query {
                texts: writer
                    .columns_of(&query.body)
                    .map(|all| all.iter().map(|column| column.kind.is_text()).collect()),
                query: writer.sql(&writer.rows_for(nodes, &query.body, &targets)?)?,
            }
        }
    };
    let columns = insert.columns.iter().map(|name| name.text.to_string());
    Ok(Statement::Insert {
        table: writer.relation(&insert.table)?,
        columns: columns.collect(),
        source,
    })
}

/// The rows of VALUES, each value by itself.
fn values(rows: &[ValuesRow], targets: &[Type], writer: Writer<'_>) -> Result<Inserted, Refusal> {
    let mut parameters = Vec::new();
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let mut values = Vec::with_capacity(row.values.len());
        for (at, value) in row.values.iter().enumerate() {
            let nodes = writer.value(value, targets.get(at).copied())?;
            growth::check(&nodes)?;
            let kind = &value.bare().kind;
            values.push(InsertedValue {
                text: write(&nodes, &mut parameters),
                may_be_moment: match kind {
                    ExpressionKind::Text(_)
                        if targets
                            .get(at)
                            .is_some_and(|target| target.is_interval() || target.is_time()) =>
                    {
                        true
                    }
                    ExpressionKind::Text(text) => {
                        text.len() > "2008-12-31".len()
                            || moment::read(text, writer.context.dates.order).is_some()
                            || moment::refused(text).is_some()
                    }
                    _ => writer.type_of(value).is_text(),
                },
                is_default: matches!(kind, ExpressionKind::Default),
                may_end_blank: match kind {
                    ExpressionKind::Text(text) => text.ends_with(' '),
                    ExpressionKind::Default
                    | ExpressionKind::Null
                    | ExpressionKind::Number(_)
                    | ExpressionKind::Boolean(_) => false,
                    _ => true,
                },
            });
        }
        all.push(values);
    }
    Ok(Inserted::Values {
        rows: all,
        parameters,
    })
}

/// Translates UPDATE: `update t set a = 1` becomes `update "t" set "a" = 1`.
pub(super) fn update(update: &Update, writer: Writer<'_>) -> Result<Statement, Refusal> {
    let mut nodes = writer.with(update.with.as_ref())?;
    nodes.push(TokenTree::word("update"));
    nodes.extend(writer.relation_nodes(&update.table)?);
    if let Some(alias) = &update.alias {
        nodes.extend([TokenTree::word("as"), TokenTree::quoted(&alias.text)]);
    }
    nodes.push(TokenTree::word("set"));
    nodes.extend(writer.assignments(&update.table, &update.assignments)?);
    if !update.from.is_empty() {
        let mut joins = update.from.iter().flat_map(|item| &item.joins);
        // AWS page: `UPDATE`, "Usage notes".
        if joins.any(|join| matches!(join.kind, JoinKind::Left | JoinKind::Right | JoinKind::Full))
        {
            return Err(Refusal::Value(
                "Target table must be part of an equijoin predicate: FROM of UPDATE takes no outer join, so \
                 write it in a subquery"
                    .to_owned(),
            ));
        }
        nodes.push(TokenTree::word("from"));
        nodes.extend(writer.from(&update.from)?);
    }
    nodes.extend(writer.filter(update.filter.as_ref())?);
    writer.sql(&nodes).map(Statement::Change)
}

/// Translates DELETE: `delete from t using u` becomes `delete from "t" using "u"`.
pub(super) fn delete(delete: &Delete, writer: Writer<'_>) -> Result<Statement, Refusal> {
    let mut nodes = writer.with(delete.with.as_ref())?;
    nodes.extend(["delete", "from"].map(TokenTree::word));
    nodes.extend(writer.relation_nodes(&delete.table)?);
    if !delete.using.is_empty() {
        nodes.push(TokenTree::word("using"));
        nodes.extend(writer.from(&delete.using)?);
    }
    nodes.extend(writer.filter(delete.filter.as_ref())?);
    writer.sql(&nodes).map(Statement::Change)
}

/// Translates MERGE, with a query that finds a row that several rows match.
pub(super) fn merge(merge: &Merge, writer: Writer<'_>) -> Result<Statement, Refusal> {
    merge_check::whole_values(merge)?;
    let condition = writer.expression(&merge.condition)?;
    let (matched, not_matched) = match &merge.actions {
        MergeActions::RemoveDuplicates => {
            let RelationKind::Table { name, .. } = &merge.source.kind else {
                return Err(duplicates());
            };
            merge_check::same_shape(&merge.target, name, writer)?;
            let mut source = writer.relation(name)?;
            if let Some(alias) = &merge.source.alias {
                if !alias.columns.is_empty() {
                    return Err(duplicates());
                }
                source = format!("{source} as {}", quote_name(&alias.name.text));
            }
            return Ok(Statement::MergeRemoveDuplicates {
                target: writer.relation(&merge.target)?,
                source,
                condition: writer.sql(&condition)?,
            });
        }
        MergeActions::When {
            matched,
            not_matched,
        } => (matched, not_matched),
    };
    let several = several(merge, &condition, writer)?;
    let mut nodes = ["merge", "into"].map(TokenTree::word).to_vec();
    nodes.extend(writer.relation_nodes(&merge.target)?);
    nodes.push(TokenTree::word("using"));
    nodes.extend(writer.relation_of(&merge.source)?);
    nodes.push(TokenTree::word("on"));
    nodes.push(TokenTree::Round(condition));
    if let Some(matched) = matched {
        nodes.extend(["when", "matched", "then"].map(TokenTree::word));
        match matched {
            Matched::Update(assignments) => {
                nodes.extend(["update", "set"].map(TokenTree::word));
                nodes.extend(writer.assignments(&merge.target, assignments)?);
            }
            Matched::Delete => nodes.push(TokenTree::word("delete")),
        }
    }
    if let Some(not_matched) = not_matched {
        nodes.extend(["when", "not", "matched", "then", "insert"].map(TokenTree::word));
        if !not_matched.columns.is_empty() {
            nodes.push(names(&not_matched.columns));
        }
        nodes.push(TokenTree::word("values"));
        let targets = writer.exact_targets(&merge.target, &not_matched.columns);
        nodes.push(writer.stored_row(&not_matched.values, &targets)?);
    }
    let merge = writer.sql(&nodes)?;
    Ok(match (matched, several) {
        (Some(_), Some(several)) => Statement::Merge { several, merge },
        _ => Statement::Change(merge),
    })
}

/// The query for rows of the target that have several matches.
fn several(
    merge: &Merge,
    condition: &[TokenTree],
    writer: Writer<'_>,
) -> Result<Option<EngineSql>, Refusal> {
    let Some(target) = merge.target.name() else {
        return Ok(None);
    };
    let mut nodes = ["select", "1", "from"].map(TokenTree::word).to_vec();
    nodes.extend(writer.relation_nodes(&merge.target)?);
    nodes.push(TokenTree::word("join"));
    nodes.extend(writer.relation_of(&merge.source)?);
    nodes.push(TokenTree::word("on"));
    nodes.push(TokenTree::Round(condition.to_vec()));
    nodes.extend(["group", "by"].map(TokenTree::word));
    nodes.extend([
        TokenTree::quoted(&target.text),
        TokenTree::symbol("."),
        TokenTree::word("rowid"),
    ]);
    nodes.push(TokenTree::Ready("having count(*) > 1 limit 1".to_owned()));
    writer.sql(&nodes).map(Some)
}

fn duplicates() -> Refusal {
    Refusal::Value(
        "MERGE … REMOVE DUPLICATES takes two tables: write the rows of the query into a temporary table, \
         and name that as the source"
            .to_owned(),
    )
}

impl Writer<'_> {
    /// The types of the columns that values go to, as far as they are known.
    fn targets(self, table: &ObjectName, named: &[Name]) -> Vec<Type> {
        let CatalogAnswer::Table(table) = self.context.catalog.table(table) else {
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

    /// The same with the lengths of texts, which only the declaration of a table tells.
    fn exact_targets(self, table: &ObjectName, named: &[Name]) -> Vec<Type> {
        let kinds = self.targets(table, named);
        let CatalogAnswer::Table(known) = self.context.catalog.table(table) else {
            return kinds;
        };
        let own = own_name(table);
        let name = |at: usize| match named {
            [] => known.columns.get(at).map(|column| column.name.clone()),
            named => named.get(at).map(|name| name.text.clone()),
        };
        let exact = kinds.into_iter().enumerate().map(|(at, kind)| {
            let declared = (kind.is_text())
                .then(|| self.context.catalog.declared(&own, &name(at)?))
                .flatten();
            declared.unwrap_or(kind)
        });
        exact.collect()
    }

    fn stored_row(self, row: &ValuesRow, targets: &[Type]) -> Result<TokenTree, Refusal> {
        let mut parts = Vec::with_capacity(row.values.len());
        for (at, value) in row.values.iter().enumerate() {
            parts.push(self.stored_value(value, targets.get(at).copied())?);
        }
        Ok(TokenTree::Round(separated(parts)))
    }

    /// A value on its way into a column, where no INSERT looks at it again.
    fn stored_value(
        self,
        value: &Expression,
        column: Option<Type>,
    ) -> Result<Vec<TokenTree>, Refusal> {
        let nodes = self.value(value, column)?;
        Ok(match column {
            Some(column) => self.stored(value, nodes, column),
            None => nodes,
        })
    }

    /// A value for a column.
    fn value(self, value: &Expression, column: Option<Type>) -> Result<Vec<TokenTree>, Refusal> {
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
        query: Vec<TokenTree>,
        body: &Body,
        targets: &[Type],
    ) -> Result<Vec<TokenTree>, Refusal> {
        let Some(columns) = self.columns_of(body) else {
            return Ok(query);
        };
        let pairs = || columns.iter().zip(targets);
        let differs = |(value, target): (&OutputColumn, &Type)| {
            let is_written = target.is_text() && as_text::exact(value.kind, &[]).is_some();
            let is_read = value.kind.is_text() && number::engine_name(*target).is_some();
            value.kind != *target
                && (value.kind == Type::Super
                    || *target == Type::Super
                    || target.is_time()
                    || is_written
                    || is_read)
        };
        if !pairs().any(differs) {
            return Ok(query);
        }
        each_column(query, columns, |at, column, nodes| match targets.get(at) {
            Some(target) => assigned(nodes, column.kind, *target),
            None => Ok(nodes),
        })
    }

    fn assignments(
        self,
        table: &ObjectName,
        assignments: &[Assignment],
    ) -> Result<Vec<TokenTree>, Refusal> {
        let numbered = self.context.catalog.numbered(&own_name(table));
        let mut given = assignments
            .iter()
            .filter(|one| !matches!(one.value.bare().kind, ExpressionKind::Default));
        // AWS page: `UPDATE`: only those GENERATED BY DEFAULT AS IDENTITY are updated.
        if let Some(one) = given.find(|one| numbered.iter().any(|name| one.column.is(name))) {
            return Err(Refusal::Value(format!(
                "cannot set an identity column to a value: leave \"{}\" out of SET",
                one.column.text
            )));
        }
        let names: Vec<Name> = assignments.iter().map(|one| one.column.clone()).collect();
        let targets = self.exact_targets(table, &names);
        let mut parts = Vec::with_capacity(assignments.len());
        for (at, assignment) in assignments.iter().enumerate() {
            let mut nodes = vec![
                TokenTree::quoted(&assignment.column.text),
                TokenTree::symbol("="),
            ];
            nodes.extend(self.stored_value(&assignment.value, targets.get(at).copied())?);
            parts.push(nodes);
        }
        Ok(separated(parts))
    }

    fn filter(self, condition: Option<&Expression>) -> Result<Vec<TokenTree>, Refusal> {
        let Some(condition) = condition else {
            return Ok(Vec::new());
        };
        let mut nodes = vec![TokenTree::word("where")];
        nodes.extend(self.condition(condition)?);
        Ok(nodes)
    }
}

/// The name of a table as the catalog keeps it: its schema, where it is given, and its own.
fn own_name(table: &ObjectName) -> String {
    let whole: Vec<&str> = table.parts.iter().map(|part| &*part.text).collect();
    whole
        .get(whole.len().saturating_sub(2)..)
        .unwrap_or(&whole)
        .join(".")
}

/// The rows of a query with each column changed: in `select a, b from t`, out
/// `select change("c1") as "a", change("c2") as "b" from (select a, b from t) as "source"("c1", "c2")`.
pub(super) fn each_column(
    query: Vec<TokenTree>,
    columns: &[OutputColumn],
    mut change: impl FnMut(usize, &OutputColumn, Vec<TokenTree>) -> Result<Vec<TokenTree>, Refusal>,
) -> Result<Vec<TokenTree>, Refusal> {
    let names: Vec<String> = (1..=columns.len()).map(|n| format!("c{n}")).collect();
    let mut parts = Vec::with_capacity(names.len());
    for (at, (name, column)) in names.iter().zip(columns).enumerate() {
        let mut nodes = change(at, column, vec![TokenTree::quoted(name)])?;
        if let Some(name) = &column.name {
            nodes.extend([TokenTree::word("as"), TokenTree::quoted(name)]);
        }
        parts.push(nodes);
    }
    let mut nodes = vec![TokenTree::word("select")];
    nodes.extend(separated(parts));
    let names = names.iter().map(|name| vec![TokenTree::quoted(name)]);
    nodes.extend([
        TokenTree::word("from"),
        TokenTree::Round(query),
        TokenTree::word("as"),
        TokenTree::quoted("source"),
        TokenTree::Round(separated(names)),
    ]);
    Ok(nodes)
}
