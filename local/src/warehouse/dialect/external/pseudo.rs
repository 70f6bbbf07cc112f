//! The pseudocolumns of external tables (AWS page: `Creating external tables for Redshift Spectrum`,
//! "Pseudocolumns"): `"$path"` and `"$size"` say which object a row is from and how large that is.
//!
//! The engine's table has them behind its other columns. A star does not show them, so each star over such a
//! table leaves them out.

use redshift_sql::names::{CatalogAnswer, TableKind};
use redshift_sql::tree::{FromItem, JoinConstraint, ObjectName, Relation, RelationKind, Select};

use super::super::Refusal;
use super::super::fragment::TokenTree;
use super::super::statement::DefinedColumn;
use super::super::writer::{Writer, separated};

/// The pseudocolumns that a table of the engine has, behind its own columns.
pub(crate) const PSEUDOCOLUMNS: [&str; 2] = ["$path", "$size"];

/// The one that nobody fills here.
const OBJECT_OWNER: &str = "$spectrum_oid";

/// Definitions of `$path` and `$size`, behind the table's own columns.
pub(crate) fn columns() -> [DefinedColumn; 2] {
    let [path, size] = PSEUDOCOLUMNS;
    [(path, "varchar"), (size, "bigint")].map(|(name, kind)| DefinedColumn {
        name: name.to_owned(),
        kind: kind.to_owned(),
        rest: String::new(),
    })
}

/// A pseudocolumn that the laptop does not have.
pub(in super::super) fn refuse(name: &ObjectName) -> Result<(), Refusal> {
    match name.name() {
        Some(column) if column.text == OBJECT_OWNER => Err(Refusal::Unsupported(format!(
            "the pseudocolumn \"{OBJECT_OWNER}\": a query has no number in S3, so write \"$path\" or leave \
             it out"
        ))),
        _ => Ok(()),
    }
}

impl Writer<'_> {
    /// Whether a name in FROM is an external table's.
    fn is_external_here(self, name: &ObjectName) -> bool {
        // A query of WITH may have the same name.
        let is_read = name.parts.len() > 1
            || self
                .types()
                .is_none_or(|types| types.reads.iter().any(|read| read.span == name.span));
        is_read && self.is_external(name)
    }

    /// Whether a name is an external table's.
    pub(super) fn is_external(self, name: &ObjectName) -> bool {
        let table = self.context.catalog.table(name);
        matches!(table, CatalogAnswer::Table(table) if table.kind == TableKind::External)
    }

    fn has_pseudocolumns(self, relation: &Relation) -> bool {
        match &relation.kind {
            RelationKind::Table { name, .. } => self.is_external_here(name),
            RelationKind::Parenthesized(item) => self.external_tables(item) > 0,
            _ => false,
        }
    }

    fn external_tables(self, item: &FromItem) -> usize {
        let joined = item.joins.iter().map(|join| &join.relation);
        let all = std::iter::once(&item.relation).chain(joined);
        all.filter(|relation| self.has_pseudocolumns(relation))
            .count()
    }

    /// A NATURAL JOIN of two external tables would join by their pseudocolumns.
    pub(in super::super) fn refuse_natural(self, item: &FromItem) -> Result<(), Refusal> {
        if item.joins.iter().any(|join| join.natural) && self.external_tables(item) > 1 {
            return Err(Refusal::Unsupported(
                "a NATURAL JOIN of external tables: write USING with the columns".to_owned(),
            ));
        }
        Ok(())
    }

    /// The pseudocolumns that the columns of a relation have behind them.
    pub(in super::super) fn pseudocolumns_of(self, relation: &Relation) -> Vec<String> {
        if self.has_pseudocolumns(relation) {
            PSEUDOCOLUMNS.map(str::to_owned).to_vec()
        } else {
            Vec::new()
        }
    }

    /// Those that a star must leave out: `*`, or `name.*`.
    pub(in super::super) fn pseudocolumns(
        self,
        star: Option<&ObjectName>,
        from: &[FromItem],
    ) -> Vec<String> {
        let mut relations = relations(from);
        let meant = star.and_then(ObjectName::name);
        relations.retain(|relation| {
            meant.is_none_or(|name| called(relation).is_some_and(|called| called == name.text))
                || matches!(relation.kind, RelationKind::Parenthesized(_))
        });
        let found = relations
            .into_iter()
            .find(|relation| self.has_pseudocolumns(relation));
        found.map_or_else(Vec::new, |relation| self.pseudocolumns_of(relation))
    }

    /// A star over external tables and others that may have columns of the same names: each by itself.
    /// Nothing where the star can leave out the pseudocolumns at once.
    pub(in super::super) fn star_by_relation(
        self,
        select: &Select,
        names: &[String],
    ) -> Option<Vec<TokenTree>> {
        let all = relations(&select.from);
        if !all.iter().any(|relation| self.has_pseudocolumns(relation)) {
            return None;
        }
        let merges = select.from.iter().flat_map(|item| &item.joins);
        let mut merges = merges
            .filter(|join| join.natural || matches!(join.constraint, JoinConstraint::Using(_)));
        let only_tables = all
            .iter()
            .all(|relation| matches!(relation.kind, RelationKind::Table { .. }));
        let plain = names.is_empty() && only_tables;
        if plain || merges.next().is_some() || !select.exclude.is_empty() {
            return None;
        }
        let mut parts: Vec<(String, Vec<TokenTree>)> = Vec::with_capacity(all.len());
        for relation in all {
            let name = called(relation)?.to_owned();
            let mut nodes = vec![
                TokenTree::quoted(&name),
                TokenTree::symbol("."),
                TokenTree::symbol("*"),
            ];
            nodes.extend(without(&self.pseudocolumns_of(relation)));
            parts.push((name, nodes));
        }
        // The order in which they are written, where FROM has another.
        let at = |name: &String| {
            names
                .iter()
                .position(|one| one == name)
                .unwrap_or(usize::MAX)
        };
        parts.sort_by_key(|(name, _)| at(name));
        Some(separated(parts.into_iter().map(|(_, nodes)| nodes)))
    }
}

/// `exclude (…)`; nothing without a name.
fn without(names: &[String]) -> Vec<TokenTree> {
    if names.is_empty() {
        return Vec::new();
    }
    let names = names.iter().map(|name| vec![TokenTree::quoted(name)]);
    vec![
        TokenTree::word("exclude"),
        TokenTree::Round(separated(names)),
    ]
}

/// The relations of FROM, in their order.
fn relations(from: &[FromItem]) -> Vec<&Relation> {
    let items = from.iter();
    items
        .flat_map(|item| {
            let joined = item.joins.iter().map(|join| &join.relation);
            std::iter::once(&item.relation).chain(joined)
        })
        .collect()
}

/// What a relation is called in FROM.
fn called(relation: &Relation) -> Option<&str> {
    let alias = relation.alias.as_ref().map(|alias| &alias.name);
    alias
        .or_else(|| relation.implied_name())
        .map(|name| name.text.as_str())
}
