//! Which statements may stand between BEGIN and COMMIT.

use super::{
    AlterTableKind, GrantKind, GrantObjects, InsertSource, ObjectKind, Set, StatementKind,
    TransactionRule, option_of,
};

impl StatementKind {
    /// Whether Redshift takes it in a transaction with others.
    ///
    /// `create database d` is [`TransactionRule::Refused`], `truncate t` is
    /// [`TransactionRule::Commits`].
    pub fn transaction_rule(&self) -> TransactionRule {
        match self {
            // AWS page `TRUNCATE`: it commits the transaction in which it runs.
            Self::Truncate(_) => TransactionRule::Commits,
            // AWS page `VACUUM`.
            Self::Vacuum(_)
            // AWS page `ALTER TABLE APPEND`.
            | Self::AlterTableAppend(_)
            // AWS page `CREATE EXTERNAL TABLE`.
            | Self::CreateExternalTable(_) => TransactionRule::Refused,
            Self::AlterTable(alter) => alter
                .actions
                .iter()
                .map(|action| alter_rule(&action.kind))
                .find(|rule| *rule == TransactionRule::Refused)
                // AWS page `ALTER TABLE`: an external table is not altered in a transaction.
                .unwrap_or(TransactionRule::RefusedIfExternal),
            Self::Definition(definition) => match definition.kind {
                // AWS pages `CREATE DATABASE`, `CREATE LIBRARY`.
                ObjectKind::Database | ObjectKind::Library if !definition.alter => {
                    TransactionRule::Refused
                }
                // AWS page `ALTER DATABASE`: its isolation level is not altered in a transaction.
                ObjectKind::Database
                    if option_of(&definition.options, "isolation level").is_some() =>
                {
                    TransactionRule::Refused
                }
                _ => TransactionRule::Allowed,
            },
            Self::Drop(drop) => match drop.kind {
                // AWS pages `DROP DATABASE`, `DROP LIBRARY`.
                ObjectKind::Database | ObjectKind::Library => TransactionRule::Refused,
                // AWS page `DROP TABLE`: an external table is not dropped in a transaction.
                ObjectKind::Table => TransactionRule::RefusedIfExternal,
                // AWS page `DROP SCHEMA`: neither is the database of an external schema.
                ObjectKind::Schema if drop.external_database => TransactionRule::Refused,
                _ => TransactionRule::Allowed,
            },
            // AWS page `INSERT (external table)`.
            Self::Insert(insert) => match insert.source {
                InsertSource::Query(_) | InsertSource::Values(_) => {
                    TransactionRule::RefusedIfExternal
                }
                InsertSource::DefaultValues => TransactionRule::Allowed,
            },
            // AWS pages `GRANT` and `REVOKE`: not on an external resource.
            Self::Grant(grant) => grant_rule(&grant.objects),
            Self::Revoke(revoke) => grant_rule(&revoke.objects),
            _ => TransactionRule::Allowed,
        }
    }

    /// What it is called, if no procedure may run it: it needs a transaction of its own (AWS page:
    /// `Stored procedure limitations`). COMMIT and ROLLBACK are steps of a body and none of its
    /// statements. A statement that the page does not name may run where each is a transaction.
    ///
    /// `vacuum t` is `VACUUM`, `insert into t values (1)` nothing.
    pub fn refused_in_procedure(&self, nonatomic: bool) -> Option<&'static str> {
        match self {
            Self::Prepare(_) => return Some("PREPARE"),
            Self::Begin(_) => return Some("BEGIN"),
            Self::Set(set) => {
                return match &**set {
                    Set::Setting { local: true, .. } | Set::Authorization { local: true, .. } => {
                        Some("SET LOCAL")
                    }
                    _ => None,
                };
            }
            _ => {}
        }
        if self.transaction_rule() != TransactionRule::Refused {
            return None;
        }
        match self {
            Self::Vacuum(_) => Some("VACUUM"),
            Self::AlterTableAppend(_) => Some("ALTER TABLE APPEND"),
            Self::CreateExternalTable(_) => Some("CREATE EXTERNAL TABLE"),
            Self::Definition(definition)
                if definition.kind == ObjectKind::Database && !definition.alter =>
            {
                Some("CREATE DATABASE")
            }
            Self::Drop(drop) if drop.kind == ObjectKind::Database => Some("DROP DATABASE"),
            _ if nonatomic => None,
            Self::AlterTable(_) => Some("this ALTER TABLE"),
            Self::Drop(_) => Some("this DROP"),
            Self::Grant(_) => Some("this GRANT"),
            Self::Revoke(_) => Some("this REVOKE"),
            _ => Some("this statement"),
        }
    }
}

/// AWS page `ALTER TABLE`: the type of a column is not altered in a transaction; partitions, places
/// and properties are those of external tables.
fn alter_rule(kind: &AlterTableKind) -> TransactionRule {
    match kind {
        AlterTableKind::ColumnType { .. }
        | AlterTableKind::Location(_)
        | AlterTableKind::FileFormat(_)
        | AlterTableKind::Properties(_)
        | AlterTableKind::AddPartitions { .. }
        | AlterTableKind::DropPartition(_)
        | AlterTableKind::PartitionLocation { .. } => TransactionRule::Refused,
        _ => TransactionRule::RefusedIfExternal,
    }
}

fn grant_rule(objects: &GrantObjects) -> TransactionRule {
    match objects {
        GrantObjects::Named {
            kind: GrantKind::ExternalTable | GrantKind::ExternalSchema,
            ..
        } => TransactionRule::Refused,
        GrantObjects::Named {
            kind: GrantKind::Table | GrantKind::Schema,
            ..
        } => TransactionRule::RefusedIfExternal,
        _ => TransactionRule::Allowed,
    }
}
