//! The partition that the machines run in. A definition names integrations by ARNs, and an ARN
//! begins with its partition (AWS page: "Amazon Resource Names"). Outside of `aws` Step Functions
//! knows no `arn:aws:states:::lambda:invoke`.

use asl::definition::{State, States};
use strum::{Display, EnumString};

/// A partition of AWS, as an ARN spells it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Display, EnumString)]
pub enum AwsPartition {
    /// The Regions that most accounts are in.
    #[default]
    #[strum(serialize = "aws")]
    Aws,
    /// The Regions in China.
    #[strum(serialize = "aws-cn")]
    China,
    /// AWS GovCloud (US), for its government.
    #[strum(serialize = "aws-us-gov")]
    GovCloud,
    /// The European Sovereign Cloud.
    #[strum(serialize = "aws-eusc")]
    Europe,
    /// Regions for what is top secret.
    #[strum(serialize = "aws-iso")]
    Iso,
    /// Regions for what is secret.
    #[strum(serialize = "aws-iso-b")]
    IsoB,
    /// Secret Regions in Europe.
    #[strum(serialize = "aws-iso-e")]
    IsoE,
    /// Secret Regions of the US Intelligence Community.
    #[strum(serialize = "aws-iso-f")]
    IsoF,
}

impl AwsPartition {
    /// The partition of whatever has this ARN; none of one that is not known here.
    #[must_use]
    pub fn of_arn(arn: &str) -> Option<Self> {
        arn.split(':').nth(1)?.parse().ok()
    }
}

/// What stands before the partition, and behind it, in the ARN of an integration.
const AROUND: (&str, &str) = ("arn:", ":states:::");

/// An integration without its partition, such as `lambda:invoke`; none of what is no integration.
///
/// ```
/// use sfc::machines::integration;
/// assert_eq!(integration("arn:aws-cn:states:::lambda:invoke"), Some("lambda:invoke"));
/// assert_eq!(integration("arn:aws:lambda:eu-west-1:1:function:f"), None);
/// ```
#[must_use]
pub fn integration(resource: &str) -> Option<&str> {
    let (partition, name) = resource.strip_prefix(AROUND.0)?.split_once(AROUND.1)?;
    partition.parse::<AwsPartition>().is_ok().then_some(name)
}

/// Names the integrations of these states as they are named in `partition`.
pub(super) fn rename(states: &mut States, partition: AwsPartition) {
    for state in states.values_mut() {
        match state {
            State::Task(task) => {
                if let Some(name) = integration(&task.resource) {
                    task.resource = format!("{}{partition}{}{name}", AROUND.0, AROUND.1);
                }
            }
            State::Map(map) => rename(&mut map.item_processor.states, partition),
            State::Parallel(parallel) => {
                for branch in &mut parallel.branches {
                    rename(&mut branch.states, partition);
                }
            }
            State::Pass(_)
            | State::Choice(_)
            | State::Wait(_)
            | State::Succeed(_)
            | State::Fail(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_tells_its_partition() {
        let of = AwsPartition::of_arn;
        assert_eq!(of("arn:aws:iam::1:user/u"), Some(AwsPartition::Aws));
        assert_eq!(of("arn:aws-cn:iam::1:user/u"), Some(AwsPartition::China));
        assert_eq!(of("arn:aws-moon:iam::1:user/u"), None);
        assert_eq!(of("user"), None);
    }
}
