//! Queries: clause by clause, each column under the name that Redshift gives it.

use redshift_sql::tree::{
    Body, Expression, ExpressionKind, GroupItem, Limit, Query, Select, SelectItem, SetOperator,
    Unpivot, With,
};

use super::fragment::Node;
use super::writer::{Writer, names, separated};
use super::{Refusal, column_name};

impl Writer<'_> {
    /// A query. `outermost`: somebody reads its columns, so that even an expression has a name.
    pub(super) fn query(self, query: &Query, outermost: bool) -> Result<Vec<Node>, Refusal> {
        let mut nodes = self.with(query.with.as_ref())?;
        nodes.extend(self.body(&query.body, outermost)?);
        let grouped = match &query.body {
            Body::Select(select) => self.grouped_values(select)?,
            _ => Vec::new(),
        };
        nodes.extend(self.grouping(&grouped).order_of(query)?);
        let top = match &query.body {
            Body::Select(select) => select.top.as_ref(),
            _ => None,
        };
        let limit = match &query.limit {
            Some(Limit::Rows(rows)) => Some(rows),
            Some(Limit::All) | None => None,
        };
        if top.is_some() && limit.is_some() {
            return Err(Refusal::syntax("TOP and LIMIT in one query"));
        }
        if let Some(rows) = top.or(limit) {
            nodes.push(Node::word("limit"));
            nodes.extend(self.expression(rows)?);
        }
        if let Some(offset) = &query.offset {
            nodes.push(Node::word("offset"));
            nodes.extend(self.expression(offset)?);
        }
        Ok(nodes)
    }

    /// `with …`; nothing where there is none.
    pub(super) fn with(self, with: Option<&With>) -> Result<Vec<Node>, Refusal> {
        let Some(with) = with else {
            return Ok(Vec::new());
        };
        let mut nodes = vec![Node::word("with")];
        if with.recursive {
            nodes.push(Node::word("recursive"));
        }
        let mut tables = Vec::with_capacity(with.tables.len());
        for table in &with.tables {
            let mut nodes = vec![Node::quoted(&table.name.text)];
            if !table.columns.is_empty() {
                nodes.push(names(&table.columns));
            }
            nodes.push(Node::word("as"));
            nodes.push(Node::Round(self.query(&table.query, false)?));
            tables.push(nodes);
        }
        nodes.extend(separated(tables));
        Ok(nodes)
    }

    fn body(self, body: &Body, outermost: bool) -> Result<Vec<Node>, Refusal> {
        match body {
            Body::Select(select) => self.select(select, outermost),
            Body::Parenthesized(query) => Ok(vec![Node::Round(self.query(query, outermost)?)]),
            Body::Operation { first, rest } => {
                let mut nodes = self.branch(first, outermost)?;
                for link in rest {
                    nodes.push(Node::word(match link.operator {
                        SetOperator::Union => "union",
                        SetOperator::Intersect => "intersect",
                        SetOperator::Except => "except",
                    }));
                    if link.all {
                        nodes.push(Node::word("all"));
                    }
                    nodes.extend(self.branch(&link.body, outermost)?);
                }
                Ok(nodes)
            }
        }
    }

    /// A query beside UNION or the like.
    fn branch(self, body: &Body, outermost: bool) -> Result<Vec<Node>, Refusal> {
        let nodes = self.body(body, outermost)?;
        match body {
            Body::Select(select) if select.top.is_some() => Err(Refusal::Unsupported(
                "TOP beside UNION or the like: use LIMIT".to_owned(),
            )),
            Body::Operation { .. } => Ok(vec![Node::Round(nodes)]),
            Body::Select(_) | Body::Parenthesized(_) => Ok(nodes),
        }
    }

    fn select(self, select: &Select, outermost: bool) -> Result<Vec<Node>, Refusal> {
        if select.into.is_some() {
            return Err(Refusal::Unsupported("SELECT INTO here".to_owned()));
        }
        if select.connect_by.is_some() {
            return Err(Refusal::Unsupported("CONNECT BY".to_owned()));
        }
        let grouped = self.grouping(&[]).grouped_values(select)?;
        let grouping = self.grouping(&grouped);
        let mut nodes = vec![Node::word("select")];
        nodes.extend(grouping.distinct(select)?);
        nodes.extend(grouping.items(select, outermost)?);
        if !select.from.is_empty() {
            nodes.push(Node::word("from"));
            nodes.extend(self.from(&select.from)?);
        }
        let clauses = [
            ("where", &select.filter, self),
            ("having", &select.having, grouping),
        ];
        let [filter, having] = clauses.map(|(word, condition, writer)| {
            let Some(condition) = condition else {
                return Ok(Vec::new());
            };
            let mut nodes = vec![Node::word(word)];
            nodes.extend(writer.condition(condition)?);
            Ok::<_, Refusal>(nodes)
        });
        nodes.extend(filter?);
        if !select.group_by.is_empty() {
            nodes.extend(["group", "by"].map(Node::word));
            nodes.extend(self.groups(&select.group_by, select)?);
        }
        nodes.extend(having?);
        if let Some(qualify) = &select.qualify {
            nodes.push(Node::word("qualify"));
            nodes.extend(grouping.condition(qualify)?);
        }
        Ok(nodes)
    }

    fn items(self, select: &Select, outermost: bool) -> Result<Vec<Node>, Refusal> {
        let mut parts = Vec::with_capacity(select.items.len());
        let mut stars = 0;
        for item in &select.items {
            let mut nodes = self.item(item)?;
            if let ExpressionKind::Star(of) = &item.expression.kind {
                stars += 1;
                let named = select.exclude.iter().map(|name| name.text.to_string());
                let mut left_out: Vec<String> = named.collect();
                if of.is_none() {
                    left_out.extend(self.hidden(&select.from));
                }
                if !left_out.is_empty() {
                    let left_out = left_out.iter().map(|name| vec![Node::quoted(name)]);
                    nodes.extend([Node::word("exclude"), Node::Round(separated(left_out))]);
                }
            } else if item.alias.is_none()
                && let Some(name) = self.column_name(&item.expression, outermost)
            {
                nodes.extend([Node::word("as"), Node::quoted(&name)]);
            }
            parts.push(nodes);
        }
        if !select.exclude.is_empty() && stars != 1 {
            return Err(Refusal::Unsupported(
                "EXCLUDE with another number of stars than one".to_owned(),
            ));
        }
        Ok(separated(parts))
    }

    /// The name of a column that was given none, where the engine would choose another.
    fn column_name(self, expression: &Expression, outermost: bool) -> Option<String> {
        match &expression.bare().kind {
            ExpressionKind::Column(name) if self.is_step(name) => {
                name.name().map(|name| name.text.to_string())
            }
            _ => column_name::of(expression, outermost),
        }
    }

    /// An expression and its alias.
    pub(super) fn item(self, item: &SelectItem) -> Result<Vec<Node>, Refusal> {
        let mut nodes = self.expression(&item.expression)?;
        if let Some(alias) = &item.alias {
            nodes.extend([Node::word("as"), Node::quoted(&alias.text)]);
        }
        Ok(nodes)
    }

    fn groups(self, items: &[GroupItem], select: &Select) -> Result<Vec<Node>, Refusal> {
        let mut parts = Vec::with_capacity(items.len());
        for item in items {
            parts.push(match item {
                GroupItem::Expression(expression) => self.group(expression, select)?,
                GroupItem::Rollup(list) => vec![Node::word("rollup"), self.list(list)?],
                GroupItem::Cube(list) => vec![Node::word("cube"), self.list(list)?],
                GroupItem::GroupingSets(sets) => {
                    let mut nodes = ["grouping", "sets"].map(Node::word).to_vec();
                    nodes.push(Node::Round(self.groups(sets, select)?));
                    nodes
                }
                GroupItem::Empty(_) => vec![Node::Round(Vec::new())],
                GroupItem::All(_) => vec![Node::word("all")],
            });
        }
        Ok(separated(parts))
    }

    /// `(value for name in (columns))`
    pub(super) fn unpivot(self, unpivot: &Unpivot) -> Result<Vec<Node>, Refusal> {
        let mut columns = Vec::with_capacity(unpivot.columns.len());
        for (column, name) in &unpivot.columns {
            let mut nodes = vec![Node::quoted(&column.text)];
            if let Some(name) = name {
                nodes.push(Node::word("as"));
                nodes.extend(self.expression(name)?);
            }
            columns.push(nodes);
        }
        Ok(vec![
            Node::quoted(&unpivot.value.text),
            Node::word("for"),
            Node::quoted(&unpivot.name.text),
            Node::word("in"),
            Node::Round(separated(columns)),
        ])
    }
}
