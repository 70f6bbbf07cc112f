//! Queries to their columns.

use std::rc::Rc;

use smol_str::SmolStr;

use super::found::{ANY_COLUMN, OutputColumn, ResultColumns, SourceColumn, Typed, joined, merged};
use super::relation::count;
use super::scope::{Common, NameMeaning, NameScope, RelationInScope};
use super::{Binder, Derivation, nowhere, shared};
use crate::mistake::MistakeKind;
use crate::tree::{
    Body, Expression, ExpressionKind, GroupItem, Limit, ObjectName, OrderItem, Query, Select,
    SelectItem, With,
};
use crate::types::{Type, common_type};

impl Binder<'_> {
    /// Binds a query; its columns.
    pub(super) fn query(&mut self, query: &Query, outer: &NameScope<'_>) -> ResultColumns {
        let mut scope = NameScope::inside(outer, Vec::new());
        if let Some(with) = &query.with {
            self.with(with, &mut scope);
        }
        let bound = match &query.body {
            Body::Select(select) => {
                let bound = self.select(select, &query.order_by, &scope);
                if select.distinct && !bound.open {
                    self.distinct_order(select, &query.order_by, &bound);
                }
                bound
            }
            body => {
                let bound = self.body(body, &scope);
                // Behind UNION only the columns of the result can be seen.
                let result = NameScope::inside(&scope, vec![RelationInScope::of_result(&bound)]);
                self.order_by(&query.order_by, &bound, &result);
                bound
            }
        };
        self.keep(&query.body, &bound);
        for expression in query.offset.iter().chain(match &query.limit {
            Some(Limit::Rows(rows)) => Some(rows),
            _ => None,
        }) {
            self.expression(expression, &scope);
        }
        bound
    }

    /// Queries of WITH, each of which sees those in front of it.
    pub(super) fn with(&mut self, with: &With, scope: &mut NameScope<'_>) {
        for table in &with.tables {
            if with.recursive {
                // It sees itself, with the columns of its first part.
                let own = Common {
                    name: table.name.text.clone(),
                    columns: table
                        .columns
                        .iter()
                        .map(|name| OutputColumn {
                            name: Some(name.text.clone()),
                            kind: Type::Unknown,
                            sources: nowhere(),
                            span: name.span,
                        })
                        .collect(),
                    open: table.columns.is_empty(),
                    rest: Rc::from([]),
                };
                scope.common.push(own);
            }
            let bound = self.query(&table.query, scope);
            if with.recursive {
                scope.common.pop();
            }
            let mut relation = RelationInScope::of_result(&bound);
            relation.name = table.name.text.clone();
            self.rename(&mut relation, &table.columns);
            scope.common.push(Common {
                name: relation.name,
                columns: relation.columns,
                open: relation.open,
                rest: relation.rest,
            });
        }
    }

    fn body(&mut self, body: &Body, scope: &NameScope<'_>) -> ResultColumns {
        let bound = self.unkept(body, scope);
        self.keep(body, &bound);
        bound
    }

    fn unkept(&mut self, body: &Body, scope: &NameScope<'_>) -> ResultColumns {
        match body {
            Body::Select(select) => self.select(select, &[], scope),
            Body::Parenthesized(query) => self.query(query, scope),
            Body::Operation { first, rest } => {
                let mut bound = self.body(first, scope);
                for link in rest {
                    let next = self.body(&link.body, scope);
                    self.united(&mut bound, &next, link.operator_span);
                }
                bound
            }
        }
    }

    /// The columns of two queries with UNION or the like between them.
    fn united(&mut self, bound: &mut ResultColumns, next: &ResultColumns, span: crate::Span) {
        if bound.open || next.open {
            united_open(bound, next);
            return;
        }
        if bound.columns.len() != next.columns.len() {
            let sentence = format!(
                "the query in front has {}, the one behind has {}",
                count(bound.columns.len()),
                count(next.columns.len())
            );
            let help = "select the same number of columns in both".to_owned();
            self.mistake(MistakeKind::ColumnCount, span, sentence, Some(help));
            bound.open = true;
            return;
        }
        let mut wrong = None;
        for (column, other) in bound.columns.iter_mut().zip(&next.columns) {
            match common_type(column.kind, other.kind) {
                Some(kind) => column.kind = kind,
                None => {
                    wrong.get_or_insert((column.kind, other.kind, other.span));
                    column.kind = Type::Unknown;
                }
            }
            column.sources = merged([&column.sources, &other.sources].into_iter());
        }
        if let Some((one, other, span)) = wrong {
            let sentence = format!("this column is {other}, and {one} in the query in front");
            let help = "cast one of them".to_owned();
            self.mistake(MistakeKind::Types, span, sentence, Some(help));
        }
    }

    fn select(
        &mut self,
        select: &Select,
        order_by: &[OrderItem],
        outer: &NameScope<'_>,
    ) -> ResultColumns {
        let relations = self.from(&select.from, outer);
        let mut scope = NameScope::inside(outer, relations);
        scope.hierarchy = select.connect_by.is_some();
        scope.block = !scope.relations.is_empty();
        if let Some(top) = &select.top {
            self.expression(top, outer);
        }
        let mut bound = ResultColumns::default();
        let mut correlated = Vec::new();
        for item in &select.items {
            let taken = scope.taken.get();
            self.item(item, &mut scope, &mut bound);
            if scope.taken.get() > taken {
                correlated.push(bound.columns.len().saturating_sub(1));
            }
        }
        for name in &select.exclude {
            let before = bound.columns.len();
            bound
                .columns
                .retain(|column| column.name.as_deref() != Some(name.text.as_str()));
            if before == bound.columns.len() && !bound.open {
                let known: Vec<&str> = bound
                    .columns
                    .iter()
                    .filter_map(|column| column.name.as_deref())
                    .collect();
                let help = super::expression::did_you_mean(&name.text, &known);
                let sentence = format!("there is no column `{}` to exclude", name.text);
                self.mistake(MistakeKind::UnknownColumn, name.span, sentence, help);
            }
        }
        if let Some(filter) = &select.filter {
            let filter = self.condition_in(filter, &scope);
            self.influenced(&filter, Derivation::Filter);
        }
        if let Some(connect_by) = &select.connect_by {
            for condition in connect_by.start_with.iter().chain([&connect_by.condition]) {
                let condition = self.condition_in(condition, &scope);
                self.influenced(&condition, Derivation::Join);
            }
        }
        for item in &select.group_by {
            let taken = scope.taken.get();
            self.group_item(item, &bound, &scope);
            self.correlated_group(item, &correlated, &scope, taken);
        }
        for condition in select.having.iter().chain(&select.qualify) {
            let condition = self.condition_in(condition, &scope);
            self.influenced(&condition, Derivation::Filter);
        }
        self.order_by(order_by, &bound, &scope);
        self.correlated_window(&scope, select.span);
        bound
    }

    /// One item of a select list. Later items see its name.
    fn item(&mut self, item: &SelectItem, scope: &mut NameScope<'_>, bound: &mut ResultColumns) {
        if let ExpressionKind::Star(of) = &item.expression.kind {
            self.star(of.as_ref(), item, scope, bound);
            return;
        }
        let mistakes = self.mistakes.len();
        let typed = self.expression(&item.expression, scope);
        if bound.columns.is_empty() && is_nearly_distinct(item) {
            for mistake in self.mistakes.iter_mut().skip(mistakes) {
                mistake.help = Some("did you mean `distinct`?".to_owned());
            }
        }
        let name = item
            .alias
            .as_ref()
            .map(|alias| alias.text.clone())
            .or_else(|| implied_name(&item.expression));
        if let Some(alias) = &item.alias {
            let at = bound.columns.len();
            scope.aliases.push((alias.text.clone(), typed.clone(), at));
        }
        bound.columns.push(OutputColumn {
            name,
            kind: typed.kind,
            sources: typed.sources,
            span: item.span,
        });
    }

    fn star(
        &mut self,
        of: Option<&ObjectName>,
        item: &SelectItem,
        scope: &NameScope<'_>,
        bound: &mut ResultColumns,
    ) {
        let Some(of) = of else {
            if scope.relations.is_empty() {
                let sentence = "`*` stands for nothing without FROM".to_owned();
                self.mistake(MistakeKind::Syntax, item.span, sentence, None);
            }
            if let Some(shown) = shared::star(&scope.relations) {
                bound.columns.extend(shown.iter().filter_map(|one| {
                    let of = |relation: &&RelationInScope| one.of.first() == Some(&relation.name);
                    let relation = scope.relations.iter().find(of)?;
                    let column = relation.column(&one.name)?;
                    Some(OutputColumn {
                        span: item.span,
                        ..column.clone()
                    })
                }));
                self.shared.stars.insert(std::ptr::from_ref(item), shown);
                return;
            }
            for relation in &scope.relations {
                bound.open |= relation.open;
                if relation.open {
                    bound.rest = joined(&bound.rest, &relation.rest);
                }
                let columns = relation.columns.iter().filter(|column| {
                    let name = column.name.as_deref();
                    name.is_none_or(|name| !relation.is_merged(name))
                });
                bound.columns.extend(columns.map(|column| OutputColumn {
                    span: item.span,
                    ..column.clone()
                }));
            }
            return;
        };
        let name = of.name().map(|name| name.text.as_str()).unwrap_or_default();
        match scope.relation(name) {
            Some(relation) => {
                bound.open |= relation.open;
                if relation.open {
                    bound.rest = joined(&bound.rest, &relation.rest);
                }
                bound
                    .columns
                    .extend(relation.columns.iter().map(|column| OutputColumn {
                        span: item.span,
                        ..column.clone()
                    }));
            }
            None => {
                bound.open = true;
                if !scope.is_open() && !of.is_inserted() {
                    let sentence = format!("no table of this query is called `{}`", of.text());
                    let help = super::expression::did_you_mean(name, &scope.relation_names());
                    self.mistake(MistakeKind::UnknownTable, of.span, sentence, help);
                }
            }
        }
    }

    fn group_item(&mut self, item: &GroupItem, bound: &ResultColumns, scope: &NameScope<'_>) {
        match item {
            GroupItem::Expression(expression) => {
                let by = self.listed(expression, bound, scope, "group by");
                self.influenced(&by, Derivation::GroupBy);
            }
            GroupItem::Rollup(list) | GroupItem::Cube(list) => {
                for expression in list {
                    let by = self.listed(expression, bound, scope, "group by");
                    self.influenced(&by, Derivation::GroupBy);
                }
            }
            GroupItem::GroupingSets(sets) => {
                for set in sets {
                    self.group_item(set, bound, scope);
                }
            }
            GroupItem::Empty(_) | GroupItem::All(_) => {}
        }
    }

    fn order_by(&mut self, items: &[OrderItem], bound: &ResultColumns, scope: &NameScope<'_>) {
        for item in items {
            let by = self.listed(&item.expression, bound, scope, "order by");
            self.influenced(&by, Derivation::Sort);
        }
    }

    /// Rows of SELECT DISTINCT have no column to be ordered by that is not selected (PostgreSQL 8.0: `SELECT`).
    fn distinct_order(&mut self, select: &Select, order_by: &[OrderItem], bound: &ResultColumns) {
        for item in order_by {
            let ExpressionKind::Column(name) = &item.expression.bare().kind else {
                continue;
            };
            let Some(last) = name.parts.last() else {
                continue;
            };
            let is_last = |selected: &SelectItem| match &selected.expression.bare().kind {
                ExpressionKind::Column(column) => column
                    .parts
                    .last()
                    .is_some_and(|part| part.text == last.text),
                _ => false,
            };
            let is_named = |column: &OutputColumn| column.name.as_ref() == Some(&last.text);
            if name.is_inserted()
                || self.is_variable(&last.text)
                || bound.columns.iter().any(is_named)
                || select.items.iter().any(is_last)
            {
                continue;
            }
            let sentence = format!(
                "for SELECT DISTINCT, ORDER BY expressions must appear in select list, and `{}` does not",
                name.text()
            );
            let help = "select it too, or group instead".to_owned();
            self.mistake(MistakeKind::NotRedshift, item.span, sentence, Some(help));
        }
    }

    /// An expression that may be the number or the name of a column of the select list.
    fn listed(
        &mut self,
        expression: &Expression,
        bound: &ResultColumns,
        scope: &NameScope<'_>,
        clause: &str,
    ) -> Typed {
        if let ExpressionKind::Number(number) = &expression.kind
            && let Ok(position) = number.parse::<usize>()
        {
            if (position == 0 || position > bound.columns.len()) && !bound.open {
                let sentence = format!(
                    "`{clause} {position}`: the select list has {}",
                    count(bound.columns.len())
                );
                self.mistake(MistakeKind::ColumnCount, expression.span, sentence, None);
            }
            let index = position.checked_sub(1);
            let selected = index.and_then(|index| bound.columns.get(index));
            if let (Some(index), false) = (index, bound.open) {
                self.selected.insert(std::ptr::from_ref(expression), index);
            }
            let typed = selected.map_or(Typed::of(Type::Unknown), |column| Typed {
                kind: column.kind,
                sources: Rc::clone(&column.sources),
            });
            return self.known(expression, typed);
        }
        if let ExpressionKind::Column(name) = &expression.kind
            && let [only] = name.parts.as_slice()
        {
            // GROUP BY looks for a column of FROM first, ORDER BY for one of the list (PostgreSQL: `GROUP BY`).
            let has = |relation: &&RelationInScope| relation.column(&only.text).is_some();
            let of_from = clause == "group by" && scope.relations.iter().filter(has).count() == 1;
            let mut all = bound.columns.iter().enumerate();
            let selected = all.find(|(_, column)| column.name.as_ref() == Some(&only.text));
            if let Some((index, column)) = selected.filter(|_| !of_from) {
                if !bound.open {
                    self.selected.insert(std::ptr::from_ref(expression), index);
                }
                let typed = Typed {
                    kind: column.kind,
                    sources: Rc::clone(&column.sources),
                };
                if self.watches(name.span) {
                    self.note_column(name, &typed, scope);
                }
                return self.known(expression, typed);
            }
            if let NameMeaning::Nothing = scope.column(&only.text)
                && bound.open
            {
                return Typed::of(Type::Unknown);
            }
        }
        self.expression(expression, scope)
    }
}

/// The columns of two queries with UNION or the like between them, of which one is open. Which columns
/// stand at the same position, nobody knows.
fn united_open(bound: &mut ResultColumns, next: &ResultColumns) {
    if !bound.open {
        from_some(&mut bound.columns, &next.rest);
    } else if !next.open {
        let tables: Vec<SmolStr> = next
            .columns
            .iter()
            .flat_map(|column| column.sources.iter())
            .map(|source| source.table.clone())
            .collect();
        from_some(&mut bound.columns, &Rc::from(tables));
    }
    for column in &next.columns {
        let mut named = bound.columns.iter_mut();
        match named.find(|one| one.name.is_some() && one.name == column.name) {
            Some(one) => one.sources = merged([&one.sources, &column.sources].into_iter()),
            None if bound.open => bound.columns.push(OutputColumn {
                kind: Type::Unknown,
                ..column.clone()
            }),
            None => {}
        }
    }
    bound.open = true;
    bound.rest = joined(&bound.rest, &next.rest);
}

/// Says of columns that they may come from some column of these tables.
fn from_some(columns: &mut [OutputColumn], tables: &Rc<[SmolStr]>) {
    if tables.is_empty() {
        return;
    }
    let mut sources: Vec<SourceColumn> = tables
        .iter()
        .map(|table| SourceColumn {
            table: table.clone(),
            column: SmolStr::new_static(ANY_COLUMN),
            derivation: Derivation::Transformation,
        })
        .collect();
    sources.sort_unstable();
    sources.dedup();
    let sources: Rc<[SourceColumn]> = Rc::from(sources);
    for column in columns {
        column.sources = merged([&column.sources, &sources].into_iter());
    }
}

/// Whether the first item of a list may be `distinct a` with a typo. It is a column that is nearly
/// called so, with a name that has no AS in front.
fn is_nearly_distinct(item: &SelectItem) -> bool {
    let (ExpressionKind::Column(column), Some(alias)) = (&item.expression.kind, &item.alias) else {
        return false;
    };
    let [name] = column.parts.as_slice() else {
        return false;
    };
    let between = alias.span.start.saturating_sub(name.span.end) as usize;
    !name.quoted
        && between < " as ".len()
        && strsim::damerau_levenshtein(&name.text, "distinct") <= 2
}

/// The name that a column gets where the select list says none: that of its column, its function or
/// its type.
pub(super) fn implied_name(expression: &Expression) -> Option<SmolStr> {
    match &expression.kind {
        ExpressionKind::Column(name) => name.name().map(|name| name.text.clone()),
        ExpressionKind::Field { field, .. } => Some(field.text.clone()),
        ExpressionKind::Call(call) => call.name.name().map(|name| match name.text.as_str() {
            "nvl" => SmolStr::new_static("coalesce"),
            "decode" | "nvl2" => SmolStr::new_static("case"),
            "date_part" => SmolStr::new_static("pgdate_part"),
            "extract" => SmolStr::new_static("date_part"),
            _ => name.text.clone(),
        }),
        ExpressionKind::Cast { value, .. } => implied_name(value),
        ExpressionKind::Parenthesized(inner) => implied_name(inner),
        ExpressionKind::Case { .. } => Some(SmolStr::new_static("case")),
        _ => None,
    }
}
