//! Arrays and objects of SUPER values as rows (AWS page: `Querying semistructured data`, "Unnesting" and
//! "Object unpivoting").
//!
//! In: `from c, c.orders o at i`. Out, for the second item:
//!
//! ```sql
//! cross join (select cast(redshift_super_elements(…) as json[]) as "o list") as "o list"
//! cross join (select unnest("o list"."o list") as "o", unnest(range(len("o list"."o list"))) as "i") as "o"
//! ```
//!
//! The list stands in a column of its own so that the engine takes it apart row by row, in the order of the
//! table. A star leaves these columns out.

use redshift_sql::tree::{FromItem, Join, JoinConstraint, JoinKind, Relation, RelationKind};

use super::Refusal;
use super::arithmetic::cast;
use super::calls::call;
use super::fragment::TokenTree;
use super::writer::Writer;

/// An array or an object whose parts are rows.
struct Unnested {
    /// The SUPER value, as a text.
    source: Vec<TokenTree>,
    /// Whether its attributes become rows, rather than its elements.
    object: bool,
    /// The name of the rows, which is that of their value.
    name: String,
    /// The name for the index or the attribute.
    at: Option<String>,
}

impl Writer<'_> {
    /// Whether a relation is a part of a SUPER value.
    pub(super) fn is_unnested(self, relation: &Relation) -> bool {
        match &relation.kind {
            RelationKind::Path(_) | RelationKind::UnpivotObject(_) => true,
            RelationKind::Table { name, .. } => self.steps_of(name).is_some(),
            _ => false,
        }
    }

    /// Items of which at least one is a part of a SUPER value. None where none is.
    pub(super) fn unnested_items(
        self,
        items: &[FromItem],
    ) -> Result<Option<Vec<TokenTree>>, Refusal> {
        if !items.iter().any(|item| self.unnests(item)) {
            return Ok(None);
        }
        let mut nodes = Vec::new();
        for (number, item) in items.iter().enumerate() {
            let crossed = number > 0;
            if crossed {
                nodes.extend(["cross", "join"].map(TokenTree::word));
            }
            let outer = |join: &Join| matches!(join.kind, JoinKind::Right | JoinKind::Full);
            if crossed && item.joins.iter().any(outer) {
                nodes.push(TokenTree::Round(self.joined(item)?));
                continue;
            }
            match self.unnested(&item.relation)? {
                Some(unnested) if crossed => nodes.extend(unnested.in_order()),
                _ => nodes.extend(self.relation_of(&item.relation)?),
            }
            for join in &item.joins {
                nodes.extend(self.join_unnested(join)?);
            }
        }
        Ok(Some(nodes))
    }

    fn join_unnested(self, join: &Join) -> Result<Vec<TokenTree>, Refusal> {
        let Some(unnested) = self.unnested(&join.relation)? else {
            return self.join(join);
        };
        match (join.kind, &join.constraint) {
            (JoinKind::Right | JoinKind::Full, _) => Err(Refusal::Unsupported(
                "a SUPER value in a RIGHT or FULL JOIN, and neither does Redshift: write a LEFT JOIN"
                    .to_owned(),
            )),
            (JoinKind::Cross, JoinConstraint::None) => {
                let mut nodes = ["cross", "join"].map(TokenTree::word).to_vec();
                nodes.extend(unnested.in_order());
                Ok(nodes)
            }
            _ => self.join(join),
        }
    }

    fn unnests(self, item: &FromItem) -> bool {
        self.is_unnested(&item.relation)
            || item
                .joins
                .iter()
                .any(|join| self.is_unnested(&join.relation))
    }

    /// The columns that stand in FROM beside what the query selects from.
    pub(super) fn hidden(self, items: &[FromItem]) -> Vec<String> {
        let mut hidden = Vec::new();
        for (number, item) in items.iter().enumerate() {
            let first = (number > 0).then_some(&item.relation);
            let crossed = item
                .joins
                .iter()
                .filter(|join| join.kind == JoinKind::Cross);
            let all = first.into_iter().chain(crossed.map(|join| &join.relation));
            for relation in all.filter(|relation| self.is_unnested(relation)) {
                let name = name_of(relation);
                hidden.push(list(&name));
                if matches!(relation.kind, RelationKind::UnpivotObject(_)) {
                    hidden.push(attributes(&name));
                }
            }
        }
        hidden
    }

    /// The rows of a part of a SUPER value, where a relation is one.
    pub(super) fn rows_of(self, relation: &Relation) -> Result<Option<Vec<TokenTree>>, Refusal> {
        Ok(self.unnested(relation)?.map(Unnested::at_once))
    }

    fn unnested(self, relation: &Relation) -> Result<Option<Unnested>, Refusal> {
        let source = match &relation.kind {
            RelationKind::Table { name, .. } => match self.steps_of(name) {
                Some(_) => self.stepped_column(name)?,
                None => return Ok(None),
            },
            RelationKind::Path(path) | RelationKind::UnpivotObject(path) => {
                self.expression(path)?
            }
            _ => return Ok(None),
        };
        let at = relation.alias.as_ref().and_then(|alias| alias.at.as_ref());
        Ok(Some(Unnested {
            source: cast(source, "varchar"),
            object: matches!(relation.kind, RelationKind::UnpivotObject(_)),
            name: name_of(relation),
            at: at.map(|at| at.text.to_string()),
        }))
    }
}

/// The name of what is unnested.
fn name_of(relation: &Relation) -> String {
    let alias = relation.alias.as_ref().map(|alias| &alias.name);
    alias
        .or_else(|| relation.implied_name())
        .map(|name| name.text.to_string())
        .unwrap_or_default()
}

/// The name of the column that holds a list.
fn list(name: &str) -> String {
    format!("{name} list")
}

/// The name of the column that holds the names of an object's attributes.
fn attributes(name: &str) -> String {
    format!("{name} names")
}

impl Unnested {
    fn values(&self) -> Vec<TokenTree> {
        let function = if self.object {
            "redshift_super_values"
        } else {
            "redshift_super_elements"
        };
        cast(call(function, vec![self.source.clone()]), "json[]")
    }

    fn names(&self) -> Vec<TokenTree> {
        call("redshift_super_names", vec![self.source.clone()])
    }

    /// `(select unnest(list) as name, … as at) as name`
    fn rows(&self, values: Vec<TokenTree>, names: Vec<TokenTree>) -> Vec<TokenTree> {
        let mut inner = vec![TokenTree::word("select")];
        if let Some(at) = &self.at {
            let numbers = if self.object {
                names
            } else {
                call("range", vec![call("len", vec![values.clone()])])
            };
            inner.extend(call("unnest", vec![values]));
            inner.extend([
                TokenTree::word("as"),
                TokenTree::quoted(&self.name),
                TokenTree::symbol(","),
            ]);
            inner.extend(call("unnest", vec![numbers]));
            inner.extend([TokenTree::word("as"), TokenTree::quoted(at)]);
        } else {
            inner.extend(call("unnest", vec![values]));
            inner.extend([TokenTree::word("as"), TokenTree::quoted(&self.name)]);
        }
        vec![
            TokenTree::Round(inner),
            TokenTree::word("as"),
            TokenTree::quoted(&self.name),
        ]
    }

    /// In one step: the engine joins the rows to the others by the value.
    fn at_once(self) -> Vec<TokenTree> {
        self.rows(self.values(), self.names())
    }

    /// In two steps, with the lists in columns of their own.
    fn in_order(self) -> Vec<TokenTree> {
        let (list, attributes) = (list(&self.name), attributes(&self.name));
        let mut inner = vec![TokenTree::word("select")];
        inner.extend(self.values());
        inner.extend([TokenTree::word("as"), TokenTree::quoted(&list)]);
        if self.object {
            inner.push(TokenTree::symbol(","));
            inner.extend(self.names());
            inner.extend([TokenTree::word("as"), TokenTree::quoted(&attributes)]);
        }
        let mut nodes = vec![
            TokenTree::Round(inner),
            TokenTree::word("as"),
            TokenTree::quoted(&list),
        ];
        nodes.extend(["cross", "join"].map(TokenTree::word));
        let column = |name: &str| {
            vec![
                TokenTree::quoted(&list),
                TokenTree::symbol("."),
                TokenTree::quoted(name),
            ]
        };
        nodes.extend(self.rows(column(&list), column(&attributes)));
        nodes
    }
}
