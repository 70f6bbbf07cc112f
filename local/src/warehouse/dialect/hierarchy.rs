//! START WITH and CONNECT BY, as a query that calls itself (AWS page: `CONNECT BY clause`).
//!
//! In: `select id, level from staff start with boss is null connect by prior id = boss`. Out:
//!
//! ```sql
//! select "id", "level" from (with recursive "hierarchy" as (
//!     select "staff".*, 1 as "level" from "staff" where "boss" is null
//!     union all
//!     select "staff".*, "prior"."level" from "staff",
//!         (select "prior t" as "prior row", "level" + 1 as "level" from "hierarchy" as "prior t") as "prior"
//!     where "prior"."prior row"."id" = "boss"
//! ) select * from "hierarchy") as "staff"
//! ```
//!
//! The level of a row without an end is an error. The condition comes before WHERE, as on the page: WHERE reads what is
//! written here.

use redshift_sql::names::CatalogAnswer;
use redshift_sql::tree::{ConnectBy, Expression, ExpressionKind, FromItem, RelationKind};

use super::Refusal;
use super::fragment::TokenTree;
use super::writer::Writer;

/// The rows of the parents: in each the parent, and the level of its children.
const PRIOR: &str = "prior";
const PRIOR_ROW: &str = "prior row";
const PRIOR_TABLE: &str = "prior t";
const ROWS: &str = "hierarchy";

/// How many levels a condition over LEVEL may go through a circle.
const SPARE: u32 = 100;

/// The pseudocolumn that counts from 1, for a root.
pub(super) const LEVEL: &str = "level";

impl Writer<'_> {
    /// The rows of a hierarchy, under the name that the table has in FROM.
    pub(super) fn hierarchy(
        self,
        from: &[FromItem],
        connect_by: &ConnectBy,
    ) -> Result<Vec<TokenTree>, Refusal> {
        let name = table_of(from)?;
        self.check_level(from)?;
        let source = self.from(from)?;
        let all = [
            TokenTree::quoted(&name),
            TokenTree::symbol("."),
            TokenTree::symbol("*"),
        ];
        let mut within = ["with", "recursive"].map(TokenTree::word).to_vec();
        within.extend([TokenTree::quoted(ROWS), TokenTree::word("as")]);
        let mut rows = vec![TokenTree::word("select")];
        rows.extend(all.iter().cloned());
        rows.extend([
            TokenTree::symbol(","),
            TokenTree::number("1"),
            TokenTree::word("as"),
        ]);
        rows.extend([TokenTree::quoted(LEVEL), TokenTree::word("from")]);
        rows.extend(source.iter().cloned());
        if let Some(condition) = &connect_by.start_with {
            rows.push(TokenTree::word("where"));
            rows.extend(self.condition(condition)?);
        }
        rows.extend(["union", "all", "select"].map(TokenTree::word));
        rows.extend(all);
        rows.push(TokenTree::symbol(","));
        rows.extend(dotted([PRIOR, LEVEL]));
        rows.push(TokenTree::word("from"));
        rows.extend(source.iter().cloned());
        rows.push(TokenTree::symbol(","));
        rows.push(TokenTree::Round(parents(&source)));
        rows.extend([
            TokenTree::word("as"),
            TokenTree::quoted(PRIOR),
            TokenTree::word("where"),
        ]);
        rows.extend(self.in_hierarchy().condition(&connect_by.condition)?);
        within.push(TokenTree::Round(rows));
        within.extend([
            TokenTree::word("select"),
            TokenTree::symbol("*"),
            TokenTree::word("from"),
        ]);
        within.push(TokenTree::quoted(ROWS));
        Ok(vec![
            TokenTree::Round(within),
            TokenTree::word("as"),
            TokenTree::quoted(&name),
        ])
    }

    /// `prior column`: a column of the parent.
    pub(super) fn prior(self, of: &Expression) -> Result<Vec<TokenTree>, Refusal> {
        let column = match &of.bare().kind {
            ExpressionKind::Column(name) if self.prior => name.name(),
            _ => None,
        };
        let column = column.ok_or_else(|| {
            Refusal::Unsupported(
                "PRIOR of anything but a column in CONNECT BY: write `prior column`, and compute \
                 beside it"
                    .to_owned(),
            )
        })?;
        Ok(dotted([PRIOR, PRIOR_ROW, column.text.as_str()]))
    }

    /// Refuses a table with a column that is called as the pseudocolumn is.
    fn check_level(self, from: &[FromItem]) -> Result<(), Refusal> {
        let has_level = match from.first().map(|item| &item.relation.kind) {
            Some(RelationKind::Query { query, .. }) => {
                let mut columns = self.columns_of(&query.body).unwrap_or_default().iter();
                columns.any(|column| column.name.as_deref() == Some(LEVEL))
            }
            Some(RelationKind::Table { name, .. }) => match self.context.catalog.table(name) {
                CatalogAnswer::Table(table) => {
                    let mut columns = table.columns.iter();
                    columns.any(|column| column.name == LEVEL)
                }
                _ => false,
            },
            _ => false,
        };
        if has_level {
            return Err(Refusal::Unsupported(
                "CONNECT BY over a table with a column `level`: give the column another name in a \
                 subquery of FROM"
                    .to_owned(),
            ));
        }
        Ok(())
    }
}

/// The name of the one table in FROM.
fn table_of(from: &[FromItem]) -> Result<String, Refusal> {
    let [item] = from else {
        return Err(over_a_join());
    };
    if !item.joins.is_empty() {
        return Err(over_a_join());
    }
    if let Some(alias) = &item.relation.alias {
        return Ok(alias.name.text.to_string());
    }
    match &item.relation.kind {
        RelationKind::Table { name, .. } => {
            let name = name.name().map(|name| name.text.to_string());
            name.ok_or_else(over_a_join)
        }
        _ => Err(over_a_join()),
    }
}

fn over_a_join() -> Refusal {
    Refusal::Unsupported(
        "CONNECT BY over a join: put the join into a subquery of FROM, with an alias".to_owned(),
    )
}

/// The parents, with the level of their children. Who has more ancestors than there are rows is among them:
/// such a query would have no end.
fn parents(source: &[TokenTree]) -> Vec<TokenTree> {
    let mut count = ["select", "count"].map(TokenTree::word).to_vec();
    count.extend([
        TokenTree::Round(vec![TokenTree::symbol("*")]),
        TokenTree::word("from"),
    ]);
    count.extend(source.iter().cloned());
    let mut level = vec![TokenTree::Ready(format!(
        "case when \"{LEVEL}\" > {SPARE} +"
    ))];
    level.push(TokenTree::Round(count));
    level.push(TokenTree::Ready(format!(
        "then error('CONNECT BY without an end: a row is its own ancestor') else \"{LEVEL}\" + 1 end"
    )));
    let mut nodes = vec![
        TokenTree::word("select"),
        TokenTree::quoted(PRIOR_TABLE),
        TokenTree::word("as"),
        TokenTree::quoted(PRIOR_ROW),
        TokenTree::symbol(","),
    ];
    nodes.extend(level);
    nodes.extend([
        TokenTree::word("as"),
        TokenTree::quoted(LEVEL),
        TokenTree::word("from"),
    ]);
    nodes.extend([TokenTree::quoted(ROWS), TokenTree::word("as")]);
    nodes.push(TokenTree::quoted(PRIOR_TABLE));
    nodes
}

/// Names, quoted, with dots between them.
fn dotted<const COUNT: usize>(names: [&str; COUNT]) -> Vec<TokenTree> {
    let mut nodes = Vec::with_capacity(COUNT * 2);
    for name in names {
        if !nodes.is_empty() {
            nodes.push(TokenTree::symbol("."));
        }
        nodes.push(TokenTree::quoted(name));
    }
    nodes
}
