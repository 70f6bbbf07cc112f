//! Stored procedures: kept as they were written, interpreted when they are called (AWS pages:
//! `Overview of stored procedures`, `PL/pgSQL language reference`).
//!
//! The interpreter walks the front end's tree of the body. Each expression and each statement of SQL
//! is translated by the dialect, as outside of procedures, and runs with the variables as parameters.
//!
//! | file | holds |
//! |---|---|
//! | `kept` | procedures in the catalog, and which one a call means |
//! | `call` | one call: arguments, body, what comes out |
//! | `frame` | what a call knows, and values of expressions |
//! | `variables`, `declare`, `assign` | variables |
//! | `step`, `branch`, `repeat`, `sql`, `dynamic`, `cursor`, `message` | statements |
//! | `block` | blocks and their handlers |
//! | `settings` | what CREATE PROCEDURE sets |
//! | `transaction` | COMMIT, ROLLBACK, NONATOMIC |
//! | `place` | where an error happened |

mod assign;
mod block;
mod branch;
mod call;
mod cursor;
mod declare;
mod dynamic;
mod frame;
mod kept;
mod message;
mod place;
mod repeat;
mod settings;
mod sql;
mod step;
mod transaction;
mod variables;

pub(super) use call::call;
pub(super) use kept::{create, first_schema, remove, rename};
