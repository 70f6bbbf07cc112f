//! Whether the warehouse that a pipeline names is there.

use runtime_lambda::plan::Warehouse;
use runtime_lambda::sdk::data_api::Reach;

use super::{Aws, AwsFailure};

/// How the Data API says that there is no such cluster or workgroup, whichever of the two was named. The
/// code is that of any request that is wrong.
const NO_ENDPOINT: &str = "endpoint doesn't exist in this region";

/// What the Data API says about a warehouse.
#[derive(Debug, Clone)]
pub enum Presence {
    /// The warehouse answers under this name.
    There,
    /// The Region has none of this name; the service's sentence.
    Missing(String),
    /// Nobody can tell; why.
    Unknown(AwsFailure),
}

impl Aws {
    /// Looks for a warehouse, by asking it for the name of one database (AWS page: `ListDatabases`).
    /// Nothing is run that somebody wrote.
    pub async fn warehouse(&self, warehouse: &Warehouse) -> Presence {
        let reach = Reach::to(&warehouse.connection);
        let answer = self
            .redshift_data
            .list_databases()
            .max_results(1)
            .set_cluster_identifier(reach.cluster)
            .set_workgroup_name(reach.workgroup)
            .set_db_user(reach.db_user)
            .set_secret_arn(reach.secret)
            .database(&warehouse.database)
            .send()
            .await
            .map_err(AwsFailure::of("redshift-data:ListDatabases"));
        match answer {
            Ok(_) => Presence::There,
            Err(failure) => presence(failure),
        }
    }
}

fn presence(failure: AwsFailure) -> Presence {
    match failure {
        AwsFailure::Refused { code, message, .. }
            if code == "ResourceNotFoundException" || message.contains(NO_ENDPOINT) =>
        {
            Presence::Missing(message)
        }
        failure => Presence::Unknown(failure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_told_from_what_cannot_be_asked() {
        let refused = |code: &str, message: &str| {
            presence(AwsFailure::Refused {
                call: "redshift-data:ListDatabases",
                code: code.to_owned(),
                message: message.to_owned(),
            })
        };
        let missing = refused(
            "ValidationException",
            "Redshift endpoint doesn't exist in this region.",
        );
        assert!(matches!(missing, Presence::Missing(_)));
        let other = refused("ValidationException", "username cannot be empty");
        assert!(matches!(other, Presence::Unknown(_)));
    }
}
