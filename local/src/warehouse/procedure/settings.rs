//! `set name to value` of CREATE PROCEDURE: it holds while the procedure runs, and the session has its
//! own value again behind it (AWS page: `CREATE PROCEDURE`).

use redshift_sql::tree::CreateProcedure;

use super::super::failure::Failure;
use super::super::known::KnownTables;
use super::super::scope::Scope;
use super::super::statement;
use crate::dialect::{self, Statement, quote_text};

/// Runs a procedure with its settings.
pub(super) fn with<T>(
    scope: &Scope<'_>,
    procedure: &CreateProcedure,
    run: impl FnOnce() -> Result<T, Failure>,
) -> Result<T, Failure> {
    let tables = KnownTables::of(scope.connection);
    let context = scope.shared.context(&tables, &[]);
    let mut paths = Vec::new();
    for setting in &procedure.settings {
        let translated = dialect::setting(setting, &context)?;
        if matches!(translated, Statement::SearchPath(_)) {
            paths.push(translated);
        }
    }
    if paths.is_empty() {
        return run();
    }
    let before = scope.texts::<1>("select current_setting('search_path')", &[])?;
    let before = before.into_iter().next().and_then(|[path]| path);
    let restore = format!(
        "set search_path = {}",
        quote_text(&before.unwrap_or_default())
    );
    for path in &paths {
        statement::run(scope, path)?;
    }
    let outcome = run();
    if scope.connection.execute_batch(&restore).is_err() {
        // The transaction has failed, and takes no statement more.
        let _ = scope.connection.execute_batch("rollback");
        scope.connection.execute_batch(&restore)?;
    }
    outcome
}
