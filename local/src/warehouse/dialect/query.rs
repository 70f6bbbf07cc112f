//! Queries: clause by clause, each column under the name that Redshift gives it.

use redshift_sql::names::OutputColumn;
use redshift_sql::tree::{
    Body, Expression, ExpressionKind, GroupItem, Limit, OrderItem, Query, Select, SelectItem, With,
};
use redshift_sql::types::Type;

use super::blanks::may_end_blank;
use super::call::ordered;
use super::fragment::TokenTree;
use super::united::{United, UnitedColumns};
use super::writer::{Writer, names, separated};
use super::{Refusal, column_name, grouping, hierarchy};

/// A SELECT with what is known of it, and the ORDER BY behind it.
struct SelectParts<'a> {
    select: &'a Select,
    columns: Option<&'a [OutputColumn]>,
    order_by: &'a [OrderItem],
    outermost: bool,
}

impl Writer<'_> {
    /// A query. `outermost`: somebody reads its columns, so that even an expression has a name.
    pub(super) fn query(self, query: &Query, outermost: bool) -> Result<Vec<TokenTree>, Refusal> {
        // What a query around this one groups by is nothing to it.
        let writer = self.apart();
        let mut nodes = writer.with(query.with.as_ref())?;
        nodes.extend(match &query.body {
            Body::Select(select) => {
                let columns = writer.columns_of(&query.body);
                writer.select(select, columns, &query.order_by, outermost)?
            }
            body => {
                let mut nodes = writer.body(body, outermost)?;
                nodes.extend(writer.order_by(&query.order_by)?);
                nodes
            }
        });
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
            nodes.push(TokenTree::word("limit"));
            nodes.extend(self.expression(rows)?);
        }
        if let Some(offset) = &query.offset {
            nodes.push(TokenTree::word("offset"));
            nodes.extend(self.expression(offset)?);
        }
        Ok(nodes)
    }

    /// `with …`; nothing where there is none.
    pub(super) fn with(self, with: Option<&With>) -> Result<Vec<TokenTree>, Refusal> {
        let Some(with) = with else {
            return Ok(Vec::new());
        };
        let mut nodes = vec![TokenTree::word("with")];
        if with.recursive {
            nodes.push(TokenTree::word("recursive"));
        }
        let mut tables = Vec::with_capacity(with.tables.len());
        for table in &with.tables {
            let mut nodes = vec![TokenTree::quoted(&table.name.text)];
            // The engine passes over a name too many.
            if let Some(known) = self.columns_of(&table.query.body)
                && known.len() < table.columns.len()
            {
                return Err(Refusal::Value(format!(
                    "WITH query \"{}\" has {} columns available but {} columns specified",
                    table.name.text,
                    known.len(),
                    table.columns.len()
                )));
            }
            if !table.columns.is_empty() {
                nodes.push(names(&table.columns));
            }
            nodes.push(TokenTree::word("as"));
            nodes.push(TokenTree::Round(self.query(&table.query, false)?));
            tables.push(nodes);
        }
        nodes.extend(separated(tables));
        Ok(nodes)
    }

    fn body(self, body: &Body, outermost: bool) -> Result<Vec<TokenTree>, Refusal> {
        match body {
            Body::Select(select) => self.select(select, self.columns_of(body), &[], outermost),
            Body::Parenthesized(query) => Ok(vec![TokenTree::Round(self.query(query, outermost)?)]),
            Body::Operation { first, rest } => {
                let known = self.columns_of(body);
                let columns = UnitedColumns::of(first, known);
                let kinds = known.unwrap_or_default().iter();
                let kinds: Vec<Type> = kinds.map(|column| column.kind).collect();
                let branch = |one: &Body| {
                    let nodes = self.branch(one, outermost)?;
                    let nodes = self.rows_for(nodes, one, &kinds)?;
                    self.literals_as(nodes, one, &kinds)
                };
                let mut united = United::new(columns, branch(first)?);
                for link in rest {
                    let next = branch(&link.body)?;
                    united.with(link.operator, link.all, next);
                }
                Ok(united.written())
            }
        }
    }

    /// A query beside UNION or the like.
    fn branch(self, body: &Body, outermost: bool) -> Result<Vec<TokenTree>, Refusal> {
        let nodes = self.body(body, outermost)?;
        match body {
            Body::Select(select) if select.top.is_some() => Err(Refusal::Unsupported(
                "TOP beside UNION or the like: put the query into FROM".to_owned(),
            )),
            Body::Operation { .. } => Ok(vec![TokenTree::Round(nodes)]),
            Body::Select(_) | Body::Parenthesized(_) => Ok(nodes),
        }
    }

    /// A SELECT with the columns that it is known to have, and what is behind it.
    fn select(
        self,
        select: &Select,
        columns: Option<&[OutputColumn]>,
        order_by: &[OrderItem],
        outermost: bool,
    ) -> Result<Vec<TokenTree>, Refusal> {
        let parts = SelectParts {
            select,
            columns,
            order_by,
            outermost,
        };
        let Some(keys) = grouping::keys(self, select) else {
            return self.clauses(&parts);
        };
        let nodes = self.grouped(select, &keys).clauses(&parts)?;
        // The engine knows in a subquery only what is grouped by as it is.
        if keys.named_inside.get() {
            return self.clauses(&parts);
        }
        Ok(nodes)
    }

    fn clauses(self, parts: &SelectParts<'_>) -> Result<Vec<TokenTree>, Refusal> {
        let (select, outermost) = (parts.select, parts.outermost);
        if select.into.is_some() {
            return Err(Refusal::Unsupported(
                "SELECT INTO here: make the table with CREATE TABLE … AS".to_owned(),
            ));
        }
        let mut nodes = vec![TokenTree::word("select")];
        if select.distinct {
            nodes.push(TokenTree::word("distinct"));
            if let Some(by) = self.distinct_by(select, parts.columns)? {
                nodes.extend([TokenTree::word("on"), by]);
            }
        }
        // In front of GROUP BY stand rows.
        let rows = self.ungrouped();
        let marked = rows.marked(select)?;
        let star = marked.as_ref().map_or(&[][..], |marked| &marked.star);
        nodes.extend(self.items(select, star, outermost)?);
        if !select.from.is_empty() {
            nodes.push(TokenTree::word("from"));
            match (&select.connect_by, &marked) {
                (Some(_), Some(_)) => {
                    return Err(Refusal::Unsupported(
                        "the mark (+) of outer joins beside CONNECT BY: write LEFT JOIN in a subquery \
                         of FROM"
                            .to_owned(),
                    ));
                }
                (Some(connect_by), None) => {
                    nodes.extend(rows.hierarchy(&select.from, connect_by)?);
                }
                (None, Some(marked)) => nodes.extend(marked.from.iter().cloned()),
                (None, None) => nodes.extend(rows.from(&select.from)?),
            }
        }
        let clauses = [("where", &select.filter), ("having", &select.having)];
        let [filter, having] =
            clauses.map(|(word, condition)| -> Result<Vec<TokenTree>, Refusal> {
                let Some(condition) = condition else {
                    return Ok(Vec::new());
                };
                let mut nodes = vec![TokenTree::word(word)];
                match (&marked, word) {
                    (Some(marked), "where") if marked.filter.is_empty() => return Ok(Vec::new()),
                    (Some(marked), "where") => nodes.extend(marked.filter.iter().cloned()),
                    (None, "where") => nodes.extend(rows.condition(condition)?),
                    _ => nodes.extend(self.condition(condition)?),
                }
                Ok(nodes)
            });
        nodes.extend(filter?);
        if !select.group_by.is_empty() {
            nodes.extend(["group", "by"].map(TokenTree::word));
            nodes.extend(self.groups(select, &select.group_by)?);
        }
        nodes.extend(having?);
        if let Some(qualify) = &select.qualify {
            nodes.push(TokenTree::word("qualify"));
            nodes.extend(self.condition(qualify)?);
        }
        nodes.extend(self.select_order(select, parts.order_by)?);
        Ok(nodes)
    }

    /// ORDER BY of a SELECT. Texts that differ in blanks at their end are in the order of what comes next.
    fn select_order(self, select: &Select, items: &[OrderItem]) -> Result<Vec<TokenTree>, Refusal> {
        let last = items
            .last()
            .map(|item| std::ptr::from_ref(&item.expression));
        ordered(items, |item| {
            let meant = grouping::meant(self, select, item);
            if self.is_super(item) {
                return self.sorted(meant.unwrap_or(item));
            }
            let meant = meant.filter(|meant| may_end_blank(self.type_of(meant)));
            match meant {
                Some(meant) if last != Some(std::ptr::from_ref(item)) => self.told_apart(meant),
                _ => self.expression(item),
            }
        })
    }

    /// The select list. `star`: the tables whose columns a star stands for, where FROM has them in another
    /// order.
    fn items(
        self,
        select: &Select,
        star: &[String],
        outermost: bool,
    ) -> Result<Vec<TokenTree>, Refusal> {
        let mut parts = Vec::with_capacity(select.items.len());
        let mut stars = 0;
        for item in &select.items {
            if let Some(columns) = self.star(select, item) {
                stars += 1;
                parts.extend(columns);
                continue;
            }
            if matches!(item.expression.bare().kind, ExpressionKind::Row(_)) {
                return Err(Refusal::Value(
                    "ROW expression, implicit or explicit, is not supported in target list: select \
                     its values one by one"
                        .to_owned(),
                ));
            }
            let mut nodes = self.item(item)?;
            if matches!(item.expression.kind, ExpressionKind::Star(None)) && !star.is_empty() {
                let all = star.iter().map(|table| {
                    vec![
                        TokenTree::quoted(table),
                        TokenTree::symbol("."),
                        TokenTree::symbol("*"),
                    ]
                });
                nodes = separated(all);
            }
            if let ExpressionKind::Star(of) = &item.expression.kind {
                stars += 1;
                let named = select.exclude.iter().map(|name| name.text.to_string());
                let mut left_out: Vec<String> = named.collect();
                if select.connect_by.is_some() {
                    left_out.push(hierarchy::LEVEL.to_owned());
                }
                match of {
                    None => match self.star_by_relation(select, star) {
                        Some(by_relation) => nodes = by_relation,
                        None => {
                            left_out.extend(self.hidden(&select.from));
                            left_out.extend(self.pseudocolumns(None, &select.from));
                        }
                    },
                    Some(name) => left_out.extend(self.pseudocolumns(Some(name), &select.from)),
                }
                if !left_out.is_empty() {
                    let left_out = left_out.iter().map(|name| vec![TokenTree::quoted(name)]);
                    nodes.extend([
                        TokenTree::word("exclude"),
                        TokenTree::Round(separated(left_out)),
                    ]);
                }
            } else if item.alias.is_none()
                && let Some(name) = self
                    .column_name(&item.expression, outermost)
                    .or_else(|| self.name_of_group(&item.expression))
            {
                nodes.extend([TokenTree::word("as"), TokenTree::quoted(&name)]);
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
            ExpressionKind::Column(name) if self.is_step(name) || self.is_computed(name) => {
                name.name().map(|name| name.text.to_string())
            }
            _ => column_name::of(expression, outermost),
        }
    }

    /// An expression and its alias.
    pub(super) fn item(self, item: &SelectItem) -> Result<Vec<TokenTree>, Refusal> {
        let mut nodes = self.expression(&item.expression)?;
        if let Some(alias) = &item.alias {
            nodes.extend([TokenTree::word("as"), TokenTree::quoted(&alias.text)]);
        }
        Ok(nodes)
    }

    fn groups(self, select: &Select, items: &[GroupItem]) -> Result<Vec<TokenTree>, Refusal> {
        let mut parts = Vec::with_capacity(items.len());
        for item in items {
            parts.push(match item {
                GroupItem::Expression(expression) => self.grouped_by(select, expression)?,
                GroupItem::Rollup(list) => {
                    vec![TokenTree::word("rollup"), self.grouped_list(select, list)?]
                }
                GroupItem::Cube(list) => {
                    vec![TokenTree::word("cube"), self.grouped_list(select, list)?]
                }
                GroupItem::GroupingSets(sets) => {
                    let mut nodes = ["grouping", "sets"].map(TokenTree::word).to_vec();
                    nodes.push(TokenTree::Round(self.groups(select, sets)?));
                    nodes
                }
                GroupItem::Empty(_) => vec![TokenTree::Round(Vec::new())],
                GroupItem::All(_) if self.keys.is_some() => {
                    let all = grouping::grouped_by_all(select).unwrap_or_default();
                    let all = all.into_iter().map(|one| self.grouped_by(select, one));
                    separated(all.collect::<Result<Vec<_>, _>>()?)
                }
                GroupItem::All(_) => vec![TokenTree::word("all")],
            });
        }
        Ok(separated(parts))
    }

    fn grouped_list(self, select: &Select, list: &[Expression]) -> Result<TokenTree, Refusal> {
        let parts = list.iter().map(|one| self.grouped_by(select, one));
        Ok(TokenTree::Round(separated(
            parts.collect::<Result<Vec<_>, _>>()?,
        )))
    }
}
