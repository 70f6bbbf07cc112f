//! Names that a local run gives to what would have an ARN in AWS.

/// Region and account of everything local.
const PLACE: &str = "local:000000000000";

/// ARN of a state machine.
#[must_use]
pub fn state_machine(name: &str) -> String {
    format!("arn:aws:states:{PLACE}:stateMachine:{name}")
}

/// Who asks a warehouse that is served.
pub const PRINCIPAL: &str = "arn:aws:iam::000000000000:user/local";

/// ARN of a cluster.
#[must_use]
pub fn cluster(name: &str) -> String {
    format!("arn:aws:redshift:{PLACE}:cluster:{name}")
}

/// ARN of a workgroup, which may already be one.
#[must_use]
pub fn workgroup(name: &str) -> String {
    if name.starts_with("arn:") {
        return name.to_owned();
    }
    format!("arn:aws:redshift-serverless:{PLACE}:workgroup/{name}")
}
