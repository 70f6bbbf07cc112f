//! The pipelines of an account: its stacks that sfc has made.

use std::collections::HashSet;

use super::tree::{self, ListedPipeline};
use crate::aws::{Aws, AwsOptions};
use crate::commands::account::Account;
use crate::commands::session::{EarlyEnd, KnownPipeline};
use crate::deploy::stack::{OWNER_TAG, StackStanding};

/// Most pipelines that are shown.
const MOST: usize = 500;

/// What is asked of AWS.
#[derive(Debug, Clone, clap::Args)]
pub struct There {
    /// Shows the runs in AWS, too, and the account's pipelines that have no folder here.
    #[arg(long)]
    pub aws: bool,
    /// Where in AWS.
    #[command(flatten)]
    pub account: Account,
}

/// The deployed pipelines that none of these folders is of, by name.
///
/// # Errors
/// AWS cannot be asked.
pub async fn deployed(
    account: &Account,
    entries: &[ListedPipeline],
    environment: Option<&str>,
) -> Result<Vec<ListedPipeline>, EarlyEnd> {
    let aws = Aws::connect(&AwsOptions {
        profile: account.profile.clone(),
        region: account.region.clone(),
    })
    .await?;
    let stacks = aws.stacks_with_tag(OWNER_TAG).await?;
    let known: HashSet<String> = entries
        .iter()
        .filter_map(|entry| KnownPipeline::open(&entry.path, environment).ok())
        .map(|known| known.pipeline().to_owned())
        .collect();
    let mut names: Vec<&String> = stacks
        .iter()
        .filter(|stack| {
            !matches!(
                stack.standing(),
                StackStanding::Absent | StackStanding::Review
            )
        })
        .filter_map(|stack| stack.tags.get(OWNER_TAG))
        .filter(|name| !known.contains(*name))
        .collect();
    names.sort();
    names.dedup();
    names.truncate(MOST);
    Ok(names.into_iter().map(|name| tree::of_stack(name)).collect())
}
