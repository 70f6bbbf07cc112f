//! Transactions (AWS pages: `BEGIN`, `COMMIT`, `END`, `ROLLBACK`, `ABORT`).

/// `begin`, `start transaction isolation level serializable read only`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Begin {
    pub isolation: Option<IsolationLevel>,
    /// `read only` is true, `read write` false.
    pub read_only: Option<bool>,
}

/// How far transactions see each other. Redshift takes all four names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IsolationLevel {
    Serializable,
    Snapshot,
    ReadUncommitted,
    ReadCommitted,
    RepeatableRead,
}

/// Whether a statement may stand between BEGIN and COMMIT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransactionRule {
    /// It may stand there.
    Allowed,
    /// Redshift refuses it there.
    Refused,
    /// Redshift refuses it there if its table or schema is external, which only a catalog can tell.
    RefusedIfExternal,
    /// It commits what was done before it.
    Commits,
}
