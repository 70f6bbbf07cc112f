//! `set name to value` of CREATE PROCEDURE: it holds while the procedure runs, and the session has its
//! own value again behind it (AWS page: `CREATE PROCEDURE`).

use redshift_sql::tree::CreateProcedure;

use super::super::failure::StatementFailure;
use super::super::known::KnownTables;
use super::super::scope::StatementScope;
use super::super::statement;
use crate::warehouse::dialect;

/// Runs a procedure with its settings.
pub(super) fn with<T>(
    scope: &StatementScope<'_>,
    procedure: &CreateProcedure,
    run: impl FnOnce() -> Result<T, StatementFailure>,
) -> Result<T, StatementFailure> {
    if procedure.settings.is_empty() {
        return run();
    }
    let configuration = &scope.session.configuration;
    let tables = KnownTables::of(scope.connection);
    let context = scope
        .shared
        .context(&tables, &[], configuration.date_style());
    let before = configuration.save();
    for setting in &procedure.settings {
        statement::run(scope, &dialect::setting(setting, &context)?)?;
    }
    let outcome = run();
    configuration.restore(before);
    if configuration.tell(scope.connection).is_err() {
        // The transaction has failed, and takes no statement more.
        let _ = scope.connection.execute_batch("rollback");
        configuration.tell(scope.connection)?;
    }
    outcome
}
