//! PIVOT and UNPIVOT (AWS page: `PIVOT and UNPIVOT examples`).
//!
//! In: `sales pivot (sum(n) for dept in ('eng', 'ops'))`. Out:
//!
//! ```sql
//! (select * exclude ("n", "dept"), sum(case when "dept" = 'eng' then "n" end) as "eng", …
//!  from "sales" group by all)
//! ```
//!
//! In: `colors unpivot (n for color in (red, green))`. Out:
//!
//! ```sql
//! (with "rows" as (select * from "colors")
//!  select * exclude ("red", "green"), 'red' as "color", "red" as "n" from "rows" where "red" is not null
//!  union all …)
//! ```

use redshift_sql::tree::{Call, Expression, ExpressionKind, Pivot, Relation, SelectItem, Unpivot};

use super::comparison::Beside;
use super::fragment::TokenTree;
use super::token::EngineTokenKind;
use super::writer::{Writer, separated};
use super::{Refusal, calls};

/// What PIVOT takes (AWS page: "usage notes for PIVOT").
const AGGREGATES: &[&str] = &["avg", "count", "max", "min", "sum"];

impl Writer<'_> {
    /// A relation with PIVOT behind it.
    pub(super) fn pivoted(self, pivot: &Pivot) -> Result<Vec<TokenTree>, Refusal> {
        let by = self.expression(&pivot.column)?;
        let mut used = columns_in(&by);
        let mut columns = Vec::new();
        for value in &pivot.values {
            let condition = self.pivot_condition(pivot, &by, &value.expression)?;
            for aggregate in &pivot.aggregates {
                let call = aggregated(&aggregate.expression)?;
                let mut nodes = self.pivot_aggregate(call, &condition)?;
                let alias = aggregate.alias.as_ref().map(|alias| alias.text.as_str());
                nodes.extend([
                    TokenTree::word("as"),
                    TokenTree::quoted(&column_of(value, alias)),
                ]);
                columns.push(nodes);
                for argument in &call.arguments {
                    used.extend(columns_in(&self.expression(argument)?));
                }
            }
        }
        used.extend(self.pseudocolumns_of(&pivot.relation));
        let mut nodes = vec![TokenTree::word("select")];
        nodes.extend(star_without(used));
        nodes.push(TokenTree::symbol(","));
        nodes.extend(separated(columns));
        nodes.push(TokenTree::word("from"));
        nodes.extend(self.source(&pivot.relation)?);
        nodes.extend(["group", "by", "all"].map(TokenTree::word));
        Ok(vec![TokenTree::Round(nodes)])
    }

    /// The condition for the rows of one value: `by = value`.
    fn pivot_condition(
        self,
        pivot: &Pivot,
        by: &[TokenTree],
        value: &Expression,
    ) -> Result<Vec<TokenTree>, Refusal> {
        if matches!(value.bare().kind, ExpressionKind::Null) {
            let mut nodes = by.to_vec();
            nodes.extend(["is", "null"].map(TokenTree::word));
            return Ok(nodes);
        }
        if self.is_super(&pivot.column) {
            return Err(Refusal::Unsupported(
                "PIVOT by a SUPER value: cast it in a subquery, such as `…::varchar`".to_owned(),
            ));
        }
        let beside = Beside::of(&[self.type_of(&pivot.column), self.type_of(value)]);
        let mut nodes = self.compared(&pivot.column, by.to_vec(), beside);
        nodes.push(TokenTree::symbol("="));
        let written = vec![TokenTree::Round(self.expression(value)?)];
        nodes.extend(self.compared(value, written, beside));
        Ok(nodes)
    }

    /// An aggregate over the rows that a condition holds for.
    fn pivot_aggregate(
        self,
        call: &Call,
        condition: &[TokenTree],
    ) -> Result<Vec<TokenTree>, Refusal> {
        let name = call.name.name().map(|name| name.text.as_str());
        let name = name.unwrap_or_default();
        let star = |argument: &Expression| matches!(argument.kind, ExpressionKind::Star(_));
        let mut inner = Vec::new();
        if call.distinct {
            inner.push(TokenTree::word("distinct"));
        }
        let value = match call.arguments.as_slice() {
            [] => vec![TokenTree::number("1")],
            [only] if star(only) => vec![TokenTree::number("1")],
            [only] => self.expression(only)?,
            _ => return Err(only_aggregates()),
        };
        let mut when = vec![TokenTree::word("when")];
        when.extend(condition.iter().cloned());
        when.push(TokenTree::word("then"));
        inner.extend(calls::case([when, value]));
        self.call_of(name, call, inner, Vec::new())
    }

    /// A relation with UNPIVOT behind it. A value is of the type that all columns have in common.
    pub(super) fn unpivoted(self, unpivot: &Unpivot) -> Result<Vec<TokenTree>, Refusal> {
        const ROWS: &str = "rows of unpivot";
        let mut nodes = vec![
            TokenTree::word("with"),
            TokenTree::quoted(ROWS),
            TokenTree::word("as"),
        ];
        let mut inner = vec![TokenTree::word("select")];
        inner.extend(star_without(self.pseudocolumns_of(&unpivot.relation)));
        inner.push(TokenTree::word("from"));
        inner.extend(self.source(&unpivot.relation)?);
        nodes.push(TokenTree::Round(inner));
        let all: Vec<String> = unpivot
            .columns
            .iter()
            .map(|(column, _)| column.text.to_string())
            .collect();
        for (number, (column, called)) in unpivot.columns.iter().enumerate() {
            if number > 0 {
                nodes.extend(["union", "all"].map(TokenTree::word));
            }
            let name = match called.as_ref().map(|called| &called.bare().kind) {
                None => column.text.to_string(),
                Some(ExpressionKind::Text(text)) => text.to_string(),
                Some(ExpressionKind::Number(number)) => number.to_string(),
                Some(ExpressionKind::Column(name)) if name.parts.len() == 1 => name.text(),
                Some(_) => {
                    return Err(Refusal::Unsupported(
                        "UNPIVOT with a computed name of a column: write a name or a text"
                            .to_owned(),
                    ));
                }
            };
            nodes.push(TokenTree::word("select"));
            nodes.extend(star_without(all.clone()));
            nodes.push(TokenTree::symbol(","));
            nodes.extend(super::arithmetic::cast(
                vec![TokenTree::text(name)],
                "varchar",
            ));
            nodes.extend([
                TokenTree::word("as"),
                TokenTree::quoted(&unpivot.name.text),
                TokenTree::symbol(","),
            ]);
            nodes.push(TokenTree::quoted(&column.text));
            nodes.extend([
                TokenTree::word("as"),
                TokenTree::quoted(&unpivot.value.text),
            ]);
            nodes.extend([TokenTree::word("from"), TokenTree::quoted(ROWS)]);
            if !unpivot.include_nulls {
                nodes.extend([TokenTree::word("where"), TokenTree::quoted(&column.text)]);
                nodes.extend(["is", "not", "null"].map(TokenTree::word));
            }
        }
        Ok(vec![TokenTree::Round(nodes)])
    }

    /// What is turned around. A name of its own is no more than that: the columns stand under those of the
    /// result.
    fn source(self, relation: &Relation) -> Result<Vec<TokenTree>, Refusal> {
        if self.is_unnested(relation) {
            return Err(Refusal::Unsupported(
                "PIVOT and UNPIVOT of an array, and neither does Redshift: write a subquery"
                    .to_owned(),
            ));
        }
        self.relation_of(relation)
    }
}

fn aggregated(expression: &Expression) -> Result<&Call, Refusal> {
    match &expression.bare().kind {
        ExpressionKind::Call(call)
            if call.over.is_none()
                && call
                    .name
                    .name()
                    .is_some_and(|name| AGGREGATES.contains(&name.text.as_str())) =>
        {
            Ok(call)
        }
        _ => Err(only_aggregates()),
    }
}

fn only_aggregates() -> Refusal {
    Refusal::syntax("PIVOT takes a call of COUNT, SUM, MIN, MAX or AVG")
}

/// `* exclude (…)`, each name once.
fn star_without(mut names: Vec<String>) -> Vec<TokenTree> {
    names.sort_unstable();
    names.dedup();
    let mut nodes = vec![TokenTree::symbol("*")];
    if !names.is_empty() {
        let names = names.iter().map(|name| vec![TokenTree::quoted(name)]);
        nodes.extend([
            TokenTree::word("exclude"),
            TokenTree::Round(separated(names)),
        ]);
    }
    nodes
}

/// Names of the columns in an expression that was written.
fn columns_in(nodes: &[TokenTree]) -> Vec<String> {
    let mut names = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        let qualifies = nodes.get(at + 1).is_some_and(|next| next.is_symbol("."));
        match node {
            TokenTree::Round(inner) | TokenTree::Square(inner) => names.extend(columns_in(inner)),
            TokenTree::Token(token) if token.kind == EngineTokenKind::Quoted && !qualifies => {
                names.push(token.text.clone());
            }
            TokenTree::Token(_) | TokenTree::Ready(_) => {}
        }
    }
    names
}

/// The name of the column of a value: its alias or the value, and the aggregate's alias behind it.
fn column_of(value: &SelectItem, aggregate: Option<&str>) -> String {
    let own = match (&value.alias, &value.expression.bare().kind) {
        (Some(alias), _) => alias.text.to_string(),
        (None, ExpressionKind::Text(text)) => text.to_lowercase(),
        (None, ExpressionKind::Number(number)) => number.to_string(),
        (None, ExpressionKind::Null) => "null".to_owned(),
        (None, ExpressionKind::Boolean(value)) => value.to_string(),
        (None, _) => "?column?".to_owned(),
    };
    match aggregate {
        Some(aggregate) => format!("{own}_{aggregate}"),
        None => own,
    }
}
