//! What the warehouse itself says that it has charged while a run went on.

use jiff::Timestamp;
use runtime_lambda::plan::Connection;
use runtime_lambda::state::GlobalState;

use super::Charged;
use crate::aws::{Aws, NoRows};
use crate::commands::session::EarlyEnd;
use crate::compile::Compiled;
use crate::cost::Charge;

/// What a serverless workgroup charged while the run went on, by `sys_serverless_usage`.
///
/// # Errors
/// A call failed.
pub async fn charged(
    aws: &Aws,
    compiled: &Compiled,
    state: &GlobalState,
) -> Result<Charged, EarlyEnd> {
    let warehouse = &compiled.plan.warehouse;
    let is_serverless = match &warehouse.connection {
        Connection::Workgroup(_) => true,
        Connection::Cluster { .. } => false,
        Connection::Secret { workgroup, .. } => workgroup.is_some(),
    };
    if !is_serverless {
        let why = "a cluster costs the same with and without the run";
        return Ok(Err(why.to_owned()));
    }
    let time = |time: Timestamp| time.strftime("%Y-%m-%d %H:%M:%S").to_string();
    let ended = state.ended.unwrap_or_else(Timestamp::now);
    let parameters = [
        ("from".to_owned(), time(state.started)),
        ("to".to_owned(), time(ended)),
    ];
    match aws.query(warehouse, USAGE, &parameters).await {
        Ok(rows) => Ok(Ok(rows.iter().filter_map(|row| charge(row)).collect())),
        Err(NoRows::Statement(why)) => Ok(Err(format!(
            "`sys_serverless_usage` cannot be read, which superusers may: {}",
            crate::terminal::one_line(&why)
        ))),
        Err(NoRows::Call(failure)) => Err(failure.into()),
    }
}

/// Begin and end of each minute in seconds since 1970, and what was charged in it.
const USAGE: &str = "select extract(epoch from start_time), extract(epoch from end_time), charged_seconds \
    from sys_serverless_usage \
    where end_time > cast(:from as timestamp) and start_time < cast(:to as timestamp) order by 1";

fn charge(row: &[Option<String>]) -> Option<Charge> {
    let [Some(from), Some(to), Some(charged)] = row else {
        return None;
    };
    let second = |text: &str| {
        let seconds: f64 = text.parse().ok()?;
        Timestamp::from_duration(jiff::SignedDuration::try_from_secs_f64(seconds).ok()?).ok()
    };
    Some(Charge {
        from: second(from)?,
        to: second(to)?,
        rpu_seconds: charged.parse().ok()?,
    })
}
