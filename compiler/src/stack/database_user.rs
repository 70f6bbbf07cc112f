//! The database user that statements run as.
//!
//! Temporary credentials of an IAM role connect as the user `IAMR:<name of the role>` (AWS pages:
//! "Connecting to Amazon Redshift Serverless", `GetClusterCredentialsWithIAM`). CloudFormation
//! keeps a role, and with it its name, until the stack is deleted or its path or name changes.
//! Those two replace it (AWS page: `AWS::IAM::Role`).

use runtime_lambda::plan::{Connection, Warehouse};

use super::intrinsic::{Text, substitution};
use super::names::FUNCTION_ROLE;
use super::policy::RoleProperties;
use crate::pipeline::{Pipeline, ROLE_SEPARATOR};

/// What the name of such a user starts with.
pub const OF_ROLE: &str = "IAMR:";

/// Output: name of the database user.
pub const OUTPUT: &str = "DatabaseUser";

/// Output: name of the database user of RSQL scripts, which connect as their job's role.
pub const RSQL_OUTPUT: &str = "RsqlDatabaseUser";

/// The tag by which a workgroup gives its users roles of the database. AWS page: "Defining database
/// roles to grant to federated users in Amazon Redshift Serverless".
const ROLES_TAG: &str = "RedshiftDbRoles";

/// The role with the tag that gives its user roles of the database, where the spec names some.
pub fn with_roles(role: RoleProperties, pipeline: &Pipeline) -> RoleProperties {
    if pipeline.database_roles.is_empty() {
        return role;
    }
    role.tagged(ROLES_TAG, pipeline.database_roles.join(ROLE_SEPARATOR))
}

/// Name of the user that the Lambda's statements run as; none where only a secret knows it.
pub fn name(warehouse: &Warehouse) -> Option<Text> {
    of_role(warehouse, FUNCTION_ROLE)
}

/// Name of the user that somebody connects as who has the role of this logical id.
pub fn of_role(warehouse: &Warehouse, logical_id: &str) -> Option<Text> {
    match &warehouse.connection {
        Connection::Workgroup(_) | Connection::Cluster { db_user: None, .. } => {
            Some(substitution(format!("{OF_ROLE}${{{logical_id}}}")))
        }
        Connection::Cluster {
            db_user: Some(user),
            ..
        } => Some(user.as_str().into()),
        Connection::Secret { .. } => None,
    }
}
