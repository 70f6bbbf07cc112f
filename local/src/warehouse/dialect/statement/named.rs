//! What is done to a database or a schema as such.

/// What happens to a name of the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NameChange {
    CreateDatabase {
        name: String,
        /// `shared` where it comes from a datashare, an ARN or an integration.
        kind: &'static str,
    },
    DropDatabase {
        name: String,
        if_exists: bool,
    },
    RenameDatabase {
        name: String,
        to: String,
    },
    /// Its owner, its limit of connections, its collation.
    AlterDatabase {
        name: String,
    },
    RenameSchema {
        name: String,
        to: String,
    },
    /// Its owner, its quota.
    AlterSchema {
        name: String,
    },
}
