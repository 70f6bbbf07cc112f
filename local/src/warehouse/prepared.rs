//! The prepared statements of a session (AWS pages: `PREPARE`, `EXECUTE`, `DEALLOCATE`). They live until
//! they are deallocated, or until the session ends; a rollback does not undo them.

mod statements;

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::warehouse::dialect::PreparedStatement;

pub(super) use statements::{deallocate, executed, prepare};

/// The prepared statements of a session, by name.
#[derive(Debug, Default)]
pub(super) struct PreparedStatements {
    all: RefCell<BTreeMap<String, PreparedStatement>>,
}
