//! DISTINCT, and UNION, INTERSECT and EXCEPT between queries, where blanks at the end of a text do not
//! count. `grouping.rs` says what becomes of such blanks.

use redshift_sql::SmolStr;
use redshift_sql::names::OutputColumn;
use redshift_sql::tree::{Body, ExpressionKind, Select, SelectItem, SetOperator};
use redshift_sql::types::Type;

use super::blanks::{has_key, key_of};
use super::fragment::TokenTree;
use super::grouping::{column, columns_named};
use super::writer::{Writer, dotted, separated};
use super::{Refusal, column_name, shared};

/// The columns of queries with UNION or the like between them.
pub(super) struct UnitedColumns {
    /// The name and the type of each.
    all: Vec<(SmolStr, Type)>,
}

impl UnitedColumns {
    /// With the names of the first query. Nothing where they are not all known, or where none is a text.
    pub(super) fn of(first: &Body, columns: Option<&[OutputColumn]>) -> Option<Self> {
        let columns = columns.filter(|all| all.iter().any(|one| has_key(one.kind)))?;
        let items = items_of(first).filter(|items| items.len() == columns.len());
        let all = columns.iter().enumerate().map(|(number, column)| {
            let item = items.and_then(|items| items.get(number));
            let name = item.and_then(named).or_else(|| column.name.clone());
            let name = name.unwrap_or_else(|| SmolStr::new_static("?column?"));
            (name, column.kind)
        });
        Some(Self { all: all.collect() })
    }

    /// A column of one of the queries, for comparison.
    fn key(&self, side: &str, number: usize) -> Vec<TokenTree> {
        let nodes = vec![
            TokenTree::quoted(side),
            TokenTree::symbol("."),
            TokenTree::quoted(&column(number)),
        ];
        match self.all.get(number) {
            Some((_, kind)) if has_key(*kind) => key_of(nodes, *kind),
            _ => nodes,
        }
    }

    /// `select distinct on (keys) columns from (query) as l(…)`
    fn distinct(&self, query: Vec<TokenTree>) -> Vec<TokenTree> {
        let keys = (0..self.all.len()).map(|number| self.key(LEFT, number));
        let mut nodes = ["select", "distinct", "on"].map(TokenTree::word).to_vec();
        nodes.push(TokenTree::Round(separated(keys)));
        let shown = self.all.iter().enumerate().map(|(number, (name, _))| {
            vec![
                TokenTree::quoted(LEFT),
                TokenTree::symbol("."),
                TokenTree::quoted(&column(number)),
                TokenTree::word("as"),
                TokenTree::quoted(name),
            ]
        });
        nodes.extend(separated(shown));
        nodes.push(TokenTree::word("from"));
        nodes.extend(self.side(query, LEFT));
        nodes
    }

    /// `(query) as side(c0, …)`
    fn side(&self, query: Vec<TokenTree>, side: &str) -> Vec<TokenTree> {
        vec![
            TokenTree::Round(query),
            TokenTree::word("as"),
            TokenTree::quoted(side),
            columns_named(self.all.len()),
        ]
    }
}

/// The first query, and the one behind the operator.
const LEFT: &str = "first query";
const RIGHT: &str = "second query";

/// The select list of the first query, if no star is in it.
fn items_of(body: &Body) -> Option<&[SelectItem]> {
    match body {
        Body::Select(select) => {
            let star = |item: &SelectItem| column_name::is_star(&item.expression);
            (!select.items.iter().any(star)).then_some(&select.items)
        }
        Body::Parenthesized(query) => items_of(&query.body),
        Body::Operation { first, .. } => items_of(first),
    }
}

/// The name of a column as the query gives it.
fn named(item: &SelectItem) -> Option<SmolStr> {
    let alias = item.alias.as_ref().map(|alias| alias.text.clone());
    alias.or_else(|| column_name::of(&item.expression, true).map(SmolStr::from))
}

/// Queries with operators between them, so far.
pub(super) struct United {
    columns: Option<UnitedColumns>,
    nodes: Vec<TokenTree>,
    /// Rows of it that are the same are one, which is still to be written.
    distinct: bool,
}

impl United {
    /// The first of them.
    pub(super) fn new(columns: Option<UnitedColumns>, nodes: Vec<TokenTree>) -> Self {
        Self {
            columns,
            nodes,
            distinct: false,
        }
    }

    /// With the next one.
    pub(super) fn with(&mut self, operator: SetOperator, all: bool, next: Vec<TokenTree>) {
        let word = match operator {
            SetOperator::Union => "union",
            SetOperator::Intersect => "intersect",
            SetOperator::Except => "except",
        };
        let Some(columns) = self.columns.as_ref().filter(|_| !all) else {
            self.settle();
            self.nodes.push(TokenTree::word(word));
            if all {
                self.nodes.push(TokenTree::word("all"));
            }
            self.nodes.extend(next);
            return;
        };
        if operator == SetOperator::Union {
            // Of a row of rows with UNION between them, the same ones are looked for once.
            self.nodes.extend(["union", "all"].map(TokenTree::word));
            self.nodes.extend(next);
            self.distinct = true;
            return;
        }
        let join = if operator == SetOperator::Intersect {
            "semi"
        } else {
            "anti"
        };
        let mut nodes = columns.distinct(std::mem::take(&mut self.nodes));
        nodes.extend([join, "join"].map(TokenTree::word));
        nodes.extend(columns.side(next, RIGHT));
        nodes.push(TokenTree::word("on"));
        for number in 0..columns.all.len() {
            if number > 0 {
                nodes.push(TokenTree::word("and"));
            }
            nodes.push(TokenTree::Round(columns.key(LEFT, number)));
            nodes.extend(["is", "not", "distinct", "from"].map(TokenTree::word));
            nodes.push(TokenTree::Round(columns.key(RIGHT, number)));
        }
        self.nodes = nodes;
        self.distinct = false;
    }

    fn settle(&mut self) {
        if let (true, Some(columns)) = (self.distinct, &self.columns) {
            self.nodes = columns.distinct(std::mem::take(&mut self.nodes));
            self.distinct = false;
        }
    }

    /// The whole text, with the last of its queries.
    pub(super) fn written(mut self) -> Vec<TokenTree> {
        self.settle();
        self.nodes
    }
}

impl Writer<'_> {
    /// By what SELECT DISTINCT tells rows apart, in brackets; nothing where that is all columns as they are.
    pub(super) fn distinct_by(
        self,
        select: &Select,
        columns: Option<&[OutputColumn]>,
    ) -> Result<Option<TokenTree>, Refusal> {
        let Some(columns) = columns else {
            return Ok(None);
        };
        if !columns.iter().any(|column| has_key(column.kind)) {
            return Ok(None);
        }
        // So many columns a star stands for, if there is one.
        let spare = (columns.len() + 1).checked_sub(select.items.len());
        let mut stars = 0;
        let mut parts = Vec::with_capacity(columns.len());
        for item in &select.items {
            let ExpressionKind::Star(of) = &item.expression.kind else {
                parts.push(self.told_apart(&item.expression)?);
                continue;
            };
            stars += 1;
            let (1, Some(spare)) = (stars, spare) else {
                return Ok(None);
            };
            let shown = columns.iter().skip(parts.len()).take(spare);
            if let Some(all) = self.types().and_then(|types| types.star(item)) {
                for (shared, column) in all.iter().zip(shown) {
                    let nodes = shared::value(&shared.of, &shared.name);
                    parts.push(if has_key(column.kind) {
                        key_of(nodes, column.kind)
                    } else {
                        nodes
                    });
                }
                continue;
            }
            for (at, column) in shown.enumerate() {
                let Some(name) = &column.name else {
                    return Ok(None);
                };
                let before = columns.iter().skip(parts.len() - at).take(at);
                if before
                    .into_iter()
                    .any(|one| one.name.as_ref() == Some(name))
                {
                    return Ok(None);
                }
                let mut nodes = of.as_ref().map_or_else(Vec::new, |of| dotted(&of.parts));
                if !nodes.is_empty() {
                    nodes.push(TokenTree::symbol("."));
                }
                nodes.push(TokenTree::quoted(name));
                parts.push(if has_key(column.kind) {
                    key_of(nodes, column.kind)
                } else {
                    nodes
                });
            }
        }
        Ok(Some(TokenTree::Round(separated(parts))))
    }
}
