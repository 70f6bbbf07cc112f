//! The shapes of requests (AWS page: "Redshift Data API Reference"). What a member may hold is
//! checked in [`super::check`]; members that are unknown are passed over, as AWS does.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::fault::ApiFault;

/// Reads the body of a request; an empty one is `{}`.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiFault> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| ApiFault::serialization(error.to_string()))
}

/// A parameter of a statement (`SqlParameter`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(expecting = "struct Parameter")]
pub(super) struct StatementParameter {
    pub(super) name: Option<String>,
    pub(super) value: Option<String>,
}

/// Where statements run: members that several requests have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct WarehousePlace {
    pub(super) cluster_identifier: Option<String>,
    pub(super) workgroup_name: Option<String>,
    pub(super) database: Option<String>,
    pub(super) db_user: Option<String>,
    pub(super) secret_arn: Option<String>,
}

/// Members that `ExecuteStatement` and `BatchExecuteStatement` share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct StatementMembers {
    #[serde(flatten)]
    pub(super) place: WarehousePlace,
    pub(super) parameters: Option<Vec<StatementParameter>>,
    pub(super) statement_name: Option<String>,
    pub(super) with_event: Option<bool>,
    pub(super) result_format: Option<String>,
    pub(super) session_id: Option<String>,
    pub(super) session_keep_alive_seconds: Option<i64>,
    #[serde(skip_serializing)]
    pub(super) client_token: Option<String>,
    #[serde(skip_serializing)]
    pub(super) wait_time_seconds: Option<i64>,
}

/// Members of a request `ExecuteStatement`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "struct Execute")]
pub(super) struct ExecuteRequest {
    pub(super) sql: Option<String>,
    #[serde(flatten)]
    pub(super) order: StatementMembers,
}

/// Members of a request `BatchExecuteStatement`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct BatchExecute {
    pub(super) sqls: Option<Vec<String>>,
    pub(super) execution_mode: Option<String>,
    #[serde(flatten)]
    pub(super) order: StatementMembers,
}

/// `DescribeStatement`, `CancelStatement`, `GetStatementResult`, `GetStatementResultV2`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ById {
    pub(super) id: Option<String>,
    pub(super) next_token: Option<String>,
    pub(super) wait_time_seconds: Option<i64>,
}

/// Members of a request `ListStatements`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListStatements {
    pub(super) statement_name: Option<String>,
    pub(super) status: Option<String>,
    pub(super) database: Option<String>,
    pub(super) cluster_identifier: Option<String>,
    pub(super) workgroup_name: Option<String>,
    pub(super) next_token: Option<String>,
    pub(super) max_results: Option<i64>,
    /// Read, so that its type is checked: there is one role and one session here.
    #[serde(rename = "RoleLevel")]
    pub(super) _role_level: Option<bool>,
}

/// Members of a request `ListSessions`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListSessions {
    pub(super) session_id: Option<String>,
    pub(super) status: Option<String>,
    pub(super) database: Option<String>,
    pub(super) cluster_identifier: Option<String>,
    pub(super) workgroup_name: Option<String>,
    pub(super) next_token: Option<String>,
    pub(super) max_results: Option<i64>,
}

/// `ListDatabases`, `ListSchemas`, `ListTables`, `DescribeTable`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "struct Look")]
pub(super) struct CatalogRequest {
    #[serde(flatten)]
    pub(super) place: WarehousePlace,
    pub(super) connected_database: Option<String>,
    pub(super) schema: Option<String>,
    pub(super) table: Option<String>,
    pub(super) schema_pattern: Option<String>,
    pub(super) table_pattern: Option<String>,
    pub(super) next_token: Option<String>,
    pub(super) max_results: Option<i64>,
}
