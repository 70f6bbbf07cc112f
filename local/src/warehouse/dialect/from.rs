//! What stands behind FROM: tables, queries, joins.

use redshift_sql::tree::{
    Alias, ExpressionKind, FromItem, Join, JoinConstraint, JoinKind, ObjectName, Relation,
    RelationKind,
};

use super::fragment::TokenTree;
use super::system_views::{self, Instead};
use super::writer::{Writer, names, separated};
use super::{Refusal, calls, recursion, session, shared, strangers};

impl Writer<'_> {
    /// Items with commas between them.
    pub(super) fn from(self, items: &[FromItem]) -> Result<Vec<TokenTree>, Refusal> {
        if let Some(nodes) = self.unnested_items(items)? {
            return Ok(nodes);
        }
        let parts: Result<Vec<Vec<TokenTree>>, Refusal> =
            items.iter().map(|item| self.joined(item)).collect();
        Ok(separated(parts?))
    }

    pub(super) fn joined(self, item: &FromItem) -> Result<Vec<TokenTree>, Refusal> {
        self.refuse_natural(item)?;
        let mut nodes = self.relation_of(&item.relation)?;
        for join in &item.joins {
            nodes.extend(self.join(join)?);
        }
        Ok(nodes)
    }

    pub(super) fn join(self, join: &Join) -> Result<Vec<TokenTree>, Refusal> {
        let mut nodes = Vec::new();
        let by = self.types().and_then(|types| types.joined_by(join));
        if join.natural && by.is_none() {
            nodes.push(TokenTree::word("natural"));
        }
        match join.kind {
            JoinKind::Inner => {}
            JoinKind::Left => nodes.push(TokenTree::word("left")),
            JoinKind::Right => nodes.push(TokenTree::word("right")),
            JoinKind::Full => nodes.push(TokenTree::word("full")),
            JoinKind::Cross => nodes.push(TokenTree::word("cross")),
        }
        nodes.push(TokenTree::word("join"));
        nodes.extend(self.relation_of(&join.relation)?);
        if let Some(columns) = by {
            nodes.push(TokenTree::word("on"));
            nodes.extend(shared::condition(columns));
            return Ok(nodes);
        }
        match &join.constraint {
            JoinConstraint::None => {}
            JoinConstraint::On(condition) => {
                nodes.push(TokenTree::word("on"));
                nodes.extend(self.condition(condition)?);
            }
            JoinConstraint::Using(columns) => {
                nodes.extend([TokenTree::word("using"), names(columns)]);
            }
        }
        Ok(nodes)
    }

    /// A relation and its alias.
    pub(super) fn relation_of(self, relation: &Relation) -> Result<Vec<TokenTree>, Refusal> {
        if let Some(rows) = self.rows_of(relation)? {
            return Ok(rows);
        }
        let mut nodes = match &relation.kind {
            RelationKind::Table { name, .. } => self.table(name, relation.alias.is_some())?,
            RelationKind::Query { lateral: true, .. } => {
                return Err(Refusal::syntax("Redshift has no LATERAL"));
            }
            RelationKind::Query { query, .. } => {
                recursion::outside(query)?;
                vec![TokenTree::Round(self.query(query, false)?)]
            }
            RelationKind::Function(call)
                if let ExpressionKind::Call(call) = &call.kind
                    && let Some(rows) = session::rows(call, self.context) =>
            {
                vec![TokenTree::Round(vec![TokenTree::Ready(rows)])]
            }
            RelationKind::Function(call) => {
                let call = strangers::table_function(call)?;
                calls::call("generate_series", self.expressions(&call.arguments)?)
            }
            RelationKind::Parenthesized(item) => vec![TokenTree::Round(self.joined(item)?)],
            RelationKind::Pivot(pivot) => self.pivoted(pivot)?,
            RelationKind::Unpivot(unpivot) => self.unpivoted(unpivot)?,
            RelationKind::Path(_) | RelationKind::UnpivotObject(_) => {
                return Err(Refusal::Unsupported(
                    "SUPER values in FROM: arrays and objects as rows".to_owned(),
                ));
            }
        };
        if let Some(alias) = &relation.alias {
            nodes.extend(self.alias(alias)?);
        }
        Ok(nodes)
    }

    fn alias(self, alias: &Alias) -> Result<Vec<TokenTree>, Refusal> {
        if alias.at.is_some() {
            return Err(Refusal::Unsupported(
                "SUPER values in FROM: AT an index".to_owned(),
            ));
        }
        let mut nodes = vec![TokenTree::word("as"), TokenTree::quoted(&alias.name.text)];
        if !alias.columns.is_empty() {
            nodes.push(names(&alias.columns));
        }
        Ok(nodes)
    }

    /// A relation by its name. One of the system's is read as a query, under its own name unless an
    /// alias follows.
    fn table(self, name: &ObjectName, aliased: bool) -> Result<Vec<TokenTree>, Refusal> {
        let own = match name.parts.as_slice() {
            [database, rest @ ..] if rest.len() == 2 && database.is(self.context.database) => rest,
            parts => parts,
        };
        let (schema, view) = match own {
            [view] => (None, Some(view)),
            [schema, view] => (Some(schema.text.as_str()), Some(view)),
            _ => (None, None),
        };
        let Some(view) = view else {
            return self.relation_nodes(name);
        };
        let mut nodes = match system_views::instead(schema, &view.text, self.context) {
            Some(Instead::Given(table)) => vec![
                TokenTree::word(system_views::SYSTEM_TABLES),
                TokenTree::symbol("."),
                TokenTree::quoted(&table),
            ],
            Some(Instead::Query(query)) => vec![TokenTree::Round(vec![TokenTree::Ready(query)])],
            None => {
                strangers::table(own)?;
                return self.relation_nodes(name);
            }
        };
        if !aliased {
            nodes.extend([TokenTree::word("as"), TokenTree::quoted(&view.text)]);
        }
        Ok(nodes)
    }
}
