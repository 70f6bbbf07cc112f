//! What ALTER may stand in front of.

use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::tree::StatementKind;

/// What Redshift alters, for the help of a mistake.
const ALTERED: &[&str] = &[
    "table",
    "materialized",
    "schema",
    "user",
    "default",
    "database",
    "datashare",
    "external",
    "function",
    "group",
    "identity",
    "masking",
    "procedure",
    "rls",
    "role",
    "system",
    "template",
];

/// What other databases alter.
const ELSEWHERE: &[(&[&str], &str, &str)] = &[
    (
        &["view"],
        "Redshift changes a view with ALTER TABLE or CREATE OR REPLACE VIEW",
        "write `alter table v rename to …`, `alter table v owner to …` or `create or replace view`",
    ),
    (
        &["index"],
        "Redshift has no indexes",
        "a sort key does this: `alter table … alter sortkey (…)`",
    ),
    (
        &["sequence"],
        "Redshift has no sequences",
        "give the column an identity: `id bigint identity(1, 1)`",
    ),
    (
        &["type"],
        "Redshift has no types of its own making",
        "leave the statement out",
    ),
    (
        &["domain"],
        "Redshift has no domains",
        "leave the statement out",
    ),
    (
        &["extension"],
        "Redshift has no extensions",
        "leave the statement out",
    ),
    (
        &["session"],
        "Redshift has no ALTER SESSION",
        "write `set name to value`",
    ),
    (
        &["warehouse"],
        "Redshift has no statement that changes a warehouse",
        "change the workgroup in AWS",
    ),
    (
        &["external", "table"],
        "Redshift changes an external table with ALTER TABLE",
        "write `alter table`",
    ),
];

impl Parser<'_> {
    /// Reads `alter …` of any object.
    pub(super) fn alter(&mut self) -> Parsed<StatementKind> {
        self.bump();
        self.refuse_elsewhere(ELSEWHERE)?;
        match self.keyword() {
            Some(K::Table) => self.alter_table(),
            Some(K::Materialized) => self.alter_materialized_view(),
            Some(K::External) if self.ahead(1).keyword() != Some(K::Schema) => {
                self.bump();
                match self.keyword() {
                    Some(K::View) => self.alter_external_view(),
                    _ => Err(self.unexpected(&["view", "schema"])),
                }
            }
            Some(K::Default) => self.alter_default_privileges(),
            Some(K::Datashare) => self.alter_datashare(),
            Some(K::System) => self.alter_system(),
            _ if self.at_word("template") => self.alter_template(),
            _ => {
                if let Some(kind) = self.policy_kind() {
                    return self.policy(true, kind);
                }
                let defined = self.definition(true, false)?;
                defined.ok_or_else(|| self.unexpected(ALTERED))
            }
        }
    }
}
