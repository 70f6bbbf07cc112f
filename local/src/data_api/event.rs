//! The event that says that a statement has ended (AWS page: "Monitoring events for the Amazon
//! Redshift Data API in Amazon EventBridge").

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::record::StatementRecord;
use crate::warehouse::StatementEnded;

/// An entry of `PutEvents`.
pub(super) fn entry(
    ended: &StatementEnded,
    record: Option<&StatementRecord>,
    retention: Duration,
) -> Value {
    let seconds = |moment: SystemTime| {
        moment
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs()
    };
    let detail = json!({
        "principal": crate::arn::PRINCIPAL,
        "statementName": ended.name,
        "statementId": ended.id,
        "redshiftQueryId": ended.query,
        "state": super::describe::status(ended.status),
        "rows": ended.rows.map_or(-1, |rows| i64::try_from(rows).unwrap_or(-1)),
        "expireAt": seconds(ended.at + retention),
    });
    let resource = record.and_then(|record| {
        match (
            &record.place.cluster_identifier,
            &record.place.workgroup_name,
        ) {
            (Some(cluster), _) => Some(crate::arn::cluster(cluster)),
            (None, Some(workgroup)) => Some(crate::arn::workgroup(workgroup)),
            (None, None) => None,
        }
    });
    json!({
        "Time": seconds(ended.at),
        "Source": "aws.redshift-data",
        "DetailType": "Redshift Data Statement Status Change",
        "Detail": detail.to_string(),
        "Resources": Vec::from_iter(resource),
    })
}
