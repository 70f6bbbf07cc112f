//! `ExecuteStatement` and `BatchExecuteStatement`.

use std::sync::Arc;
use std::time::Duration;

use runtime_lambda::plan::{self, Batch, Connection};
use runtime_lambda::ports::{Submission, WarehouseError};
use serde_json::{Map, Value};

use super::check;
use super::fault::ApiFault;
use super::limits::BATCH_STATEMENTS;
use super::record::{ResultFormat, StatementRecord, StatementRequest, put, timestamp};
use super::request::{BatchExecute, ExecuteRequest, StatementMembers, WarehousePlace};
use super::service::Service;
use crate::warehouse::{HeldSession, identifier};

/// Answers `ExecuteStatement`: takes one statement and waits as long as the request says.
pub(super) async fn execute(
    service: &Arc<Service>,
    request: ExecuteRequest,
) -> Result<Value, ApiFault> {
    let sql = check::required(request.sql, "sql")?;
    check::sql(&sql, "sql")?;
    run(service, vec![sql], None, request.order).await
}

/// Runs several, one behind the other.
pub(super) async fn batch(
    service: &Arc<Service>,
    request: BatchExecute,
) -> Result<Value, ApiFault> {
    let sqls = check::required(request.sqls, "sqls")?;
    let count = i64::try_from(sqls.len()).unwrap_or(i64::MAX);
    let most = i64::try_from(BATCH_STATEMENTS).unwrap_or(i64::MAX);
    if !(1..=most).contains(&count) {
        let bound = if count < 1 {
            "greater than or equal to 1".to_owned()
        } else {
            format!("less than or equal to {most}")
        };
        return Err(ApiFault::validation(format!(
            "1 validation error detected: Value at 'sqls' failed to satisfy constraint: \
             Member must have length {bound}"
        )));
    }
    for (number, sql) in sqls.iter().enumerate() {
        check::sql(sql, &format!("sqls.{}.member", number + 1))?;
    }
    let mode = request.execution_mode.as_deref().unwrap_or("TRANSACTION");
    let batch = match check::one_of(mode, "executionMode", &["TRANSACTION", "AUTO_COMMIT"])? {
        "AUTO_COMMIT" => Batch::AutoCommit,
        _ => Batch::Transaction,
    };
    run(service, sqls, Some(batch), request.order).await
}

async fn run(
    service: &Arc<Service>,
    statements: Vec<String>,
    batch: Option<Batch>,
    order: StatementMembers,
) -> Result<Value, ApiFault> {
    let wait = check::wait(order.wait_time_seconds)?;
    check::order(&order, &statements)?;
    match &order.session_id {
        None => {
            check::place(&order.place)?;
            database(service, order.place.database.as_deref())?;
        }
        Some(session) => in_session(session, &order.place)?,
    }
    let record = start(service, statements, batch, order)?;
    record.wait(wait, service.limits.waiting_requests).await?;
    Ok(answer(&record, wait.is_some()))
}

/// The database must be there: this warehouse has one.
pub(super) fn database(service: &Service, name: Option<&str>) -> Result<String, ApiFault> {
    let name = name.ok_or_else(|| ApiFault::validation("Database must be provided."))?;
    if name == service.warehouse.database() {
        Ok(name.to_owned())
    } else {
        Err(ApiFault::validation(format!(
            "FATAL: database \"{name}\" does not exist"
        )))
    }
}

/// A session knows where it is.
fn in_session(session: &str, place: &WarehousePlace) -> Result<(), ApiFault> {
    if !check::is_uuid(session) {
        return Err(ApiFault::validation(
            "sessionId must satisfy regex pattern: ^[a-z0-9]{8}(-[a-z0-9]{4}){3}-[a-z0-9]{12}$",
        ));
    }
    if place == &WarehousePlace::default() {
        return Ok(());
    }
    Err(ApiFault::validation(
        "ClusterIdentifier, WorkgroupName, Database, DbUser and SecretArn cannot be provided together with SessionId.",
    ))
}

/// Starts it, or finds what its token started before. Under one lock: the same token at the same
/// time starts one statement, and the limit is exact.
fn start(
    service: &Service,
    statements: Vec<String>,
    batch: Option<Batch>,
    order: StatementMembers,
) -> Result<Arc<StatementRecord>, ApiFault> {
    let request = serde_json::to_vec(&(&statements, batch, &order))
        .map_err(|error| ApiFault::internal(error.to_string()))?;
    let mut records = service.records();
    if let Some(token) = &order.client_token
        && let Some(known) = records.started_by(token, &request, service.limits.client_token)?
    {
        return Ok(known);
    }
    if service.is_closing() {
        return Err(ApiFault::unavailable());
    }
    if records.active() >= service.limits.active_statements {
        return Err(ApiFault::active_statements(
            service.limits.active_statements,
        ));
    }
    let (session, place) = session(service, &order)?;
    let format = match order.result_format.as_deref() {
        Some("CSV") => ResultFormat::Csv,
        _ => ResultFormat::Json,
    };
    let parameters = order.parameters.iter().flatten().map(|parameter| {
        (
            parameter.name.clone().unwrap_or_default(),
            parameter.value.clone().unwrap_or_default(),
        )
    });
    let execution = Submission {
        warehouse: warehouse(&place),
        statement_name: order.statement_name.clone().unwrap_or_default(),
        // Tokens are remembered here, not in the warehouse: not for ever, and with their request.
        client_token: String::new(),
        statements: statements.clone(),
        batch: batch.unwrap_or(Batch::AutoCommit),
        parameters: parameters.collect(),
        with_event: order.with_event.unwrap_or(false),
        continues: Vec::new(),
    };
    let (session_id, held) = session.unzip();
    let handle = service
        .warehouse
        .submit(&execution, held)
        .map_err(|error| match error {
            WarehouseError::Refused(message) => ApiFault::validation(message),
            other => ApiFault::internal(other.to_string()),
        })?;
    if let Some(id) = &session_id {
        service.sessions.lock().runs(id, handle.clone());
    }
    let number = records.number();
    let asked = StatementRequest {
        place,
        name: order.statement_name,
        statements,
        batch,
        parameters: order.parameters,
        format,
        session: session_id,
    };
    let record = Arc::new(StatementRecord::new(handle, number, asked));
    records.add(Arc::clone(&record));
    if let Some(token) = order.client_token {
        records.remember(token, &request, Arc::clone(&record));
    }
    Ok(record)
}

/// The session that a statement runs in, if it is to be one that goes on, and where it is.
#[expect(
    clippy::type_complexity,
    reason = "two things that are asked for together"
)]
fn session(
    service: &Service,
    order: &StatementMembers,
) -> Result<(Option<(String, Arc<HeldSession>)>, WarehousePlace), ApiFault> {
    let keep_alive = order
        .session_keep_alive_seconds
        .map(|seconds| Duration::from_secs(seconds.unsigned_abs()));
    let mut sessions = service.sessions.lock();
    if let Some(id) = &order.session_id {
        let (held, place) = sessions.take(id, keep_alive)?;
        return Ok((Some((id.clone(), held)), place));
    }
    let Some(keep_alive) = keep_alive else {
        return Ok((None, order.place.clone()));
    };
    if sessions.active() >= service.limits.active_sessions {
        return Err(ApiFault::active_sessions(service.limits.active_sessions));
    }
    let held = service
        .warehouse
        .hold_session()
        .map_err(|error| ApiFault::internal(error.to_string()))?;
    let held = Arc::new(held);
    let id = identifier(&format!("session {}", sessions.active()));
    sessions.open(
        id.clone(),
        order.place.clone(),
        Arc::clone(&held),
        keep_alive,
    );
    Ok((Some((id, held)), order.place.clone()))
}

/// The place in the port's words.
fn warehouse(place: &WarehousePlace) -> plan::Warehouse {
    let connection = match (&place.secret_arn, &place.cluster_identifier) {
        (Some(arn), cluster) => Connection::Secret {
            arn: arn.clone(),
            cluster: cluster.clone(),
            workgroup: place.workgroup_name.clone(),
        },
        (None, Some(cluster)) => Connection::Cluster {
            identifier: cluster.clone(),
            db_user: place.db_user.clone(),
        },
        (None, None) => Connection::Workgroup(place.workgroup_name.clone().unwrap_or_default()),
    };
    plan::Warehouse {
        database: place.database.clone().unwrap_or_default(),
        connection,
    }
}

/// `Status` and what comes with it is said to who waited for it.
fn answer(record: &StatementRecord, waited: bool) -> Value {
    let view = record.handle.view();
    let mut answer = Map::new();
    put(&mut answer, "Id", Some(record.id()));
    put(&mut answer, "CreatedAt", Some(timestamp(view.created)));
    record.say_where(&mut answer);
    if waited {
        put(
            &mut answer,
            "Status",
            Some(super::describe::status(view.status)),
        );
        put(&mut answer, "RedshiftPid", Some(view.process));
        put(&mut answer, "HasResultSet", Some(view.has_result_set()));
    }
    answer.into()
}
