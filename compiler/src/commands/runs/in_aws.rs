//! Runs in AWS, in the data bucket of a pipeline's stack.

use std::path::Path;

use async_trait::async_trait;
use runtime_lambda::ids::RunId;
use runtime_lambda::keys;

use super::reads::{Reads, state};
use super::{Brief, Runs, RunsOf, RunsPlace};
use crate::aws::Aws;
use crate::commands::account::{Account, deployed, output};
use crate::commands::session::{EarlyEnd, KnownPipeline};
use crate::deploy::deployment::Deployment;
use crate::deploy::stack::DeployedStack;
use crate::execution::AwsExecution;
use crate::printer::Printer;

/// The stack whose executions and objects runs are.
#[derive(Debug)]
pub struct InAws {
    /// Clients for the account and Region of the stack.
    pub aws: Box<Aws>,
    /// The stack, as it was when the verb began.
    pub stack: Box<DeployedStack>,
    /// Name of the data bucket.
    bucket: String,
}

impl InAws {
    /// The runs of a stack.
    ///
    /// # Errors
    /// The stack names no data bucket: its first deploy did not end well.
    pub fn of(aws: Aws, stack: DeployedStack) -> Result<Self, EarlyEnd> {
        Ok(Self {
            bucket: output(&stack, "DataBucket")?.to_owned(),
            aws: Box::new(aws),
            stack: Box::new(stack),
        })
    }

    /// The runs of a pipeline, for a verb that says where it goes and as whom, if it has a printer.
    ///
    /// # Errors
    /// The pipeline is not deployed, or AWS cannot be reached.
    pub async fn open(
        of: &RunsOf,
        known: &KnownPipeline,
        printer: Option<&Printer>,
    ) -> Result<Self, EarlyEnd> {
        let connected = match printer {
            Some(printer) => of.account.connect_to_change(known, printer).await,
            None => of.account.connect(known).await,
        };
        let aws = connected.map_err(|early| or_here(early, known))?;
        let stack = deployed(&aws, known).await?;
        Self::of(aws, stack)
    }
}

impl Runs {
    /// The runs in AWS of a pipeline whose folder is not here.
    ///
    /// # Errors
    /// It is not deployed, or AWS cannot be reached.
    pub async fn by_name(account: &Account, pipeline: &str) -> Result<Self, EarlyEnd> {
        let known = KnownPipeline::by_name(pipeline)?;
        let aws = account.connect(&known).await?;
        let stack = deployed(&aws, &known).await?;
        Ok(Self {
            known,
            place: RunsPlace::InAws(InAws::of(aws, stack)?),
        })
    }

    /// Where in AWS the runs are, if they are there.
    #[must_use]
    pub fn in_aws(&self) -> Option<&InAws> {
        match &self.place {
            RunsPlace::Here(_) => None,
            RunsPlace::InAws(there) => Some(there),
        }
    }
}

#[async_trait]
impl Reads for InAws {
    fn home(&self) -> Option<&Path> {
        None
    }

    fn option(&self) -> &'static str {
        ""
    }

    fn how_to_begin(&self) -> &'static str {
        "`sfc start` starts one; `--local` is about those on this machine"
    }

    fn location(&self, key: &str) -> String {
        format!("s3://{}/{key}", self.bucket)
    }

    async fn latest(&self, _: &str, most: usize) -> Result<Vec<Brief>, EarlyEnd> {
        let machine = output(&self.stack, "RunStateMachineArn")?;
        let executions = self.aws.executions(machine, most).await?;
        Ok(executions
            .into_iter()
            .map(|execution| Brief {
                run: keys::run_id(&execution.arn, execution.started),
                started: Some(execution.started),
                execution: Some(execution),
            })
            .collect())
    }

    async fn ids(&self, pipeline: &str, most: usize) -> Result<Vec<RunId>, EarlyEnd> {
        let latest = self.latest(pipeline, most).await?;
        Ok(latest.into_iter().map(|brief| brief.run).collect())
    }

    async fn execution(
        &self,
        pipeline: &str,
        brief: &Brief,
    ) -> Result<Option<AwsExecution>, EarlyEnd> {
        let arn = match &brief.execution {
            Some(execution) => execution.arn.clone(),
            None => match state(self, pipeline, &brief.run).await? {
                Some(state) => String::from(state.execution),
                None => return Ok(None),
            },
        };
        Ok(self.aws.execution(&arn).await?)
    }

    async fn object(&self, key: &str) -> Result<Option<Vec<u8>>, EarlyEnd> {
        Ok(self.aws.object(&self.bucket, key).await?)
    }

    async fn artifact(&self, key: &str) -> Result<Option<Vec<u8>>, EarlyEnd> {
        let bucket = Deployment::artifacts_bucket(&self.aws.account, &self.aws.region);
        Ok(self.aws.object(&bucket, key).await?)
    }

    async fn beginning(&self, key: &str, most: u64) -> Result<Option<Vec<u8>>, EarlyEnd> {
        Ok(self.aws.beginning(&self.bucket, key, most).await?)
    }

    async fn stamp(&self, key: &str) -> Result<Option<String>, EarlyEnd> {
        Ok(self.aws.etag(&self.bucket, key).await?)
    }

    async fn keys(&self, folder: &str) -> Result<Vec<String>, EarlyEnd> {
        let objects = self.aws.objects(&self.bucket, folder).await?;
        Ok(objects.into_iter().map(|object| object.key).collect())
    }
}

/// Of a command that finds no account: says that there are runs on this machine.
fn or_here(early: EarlyEnd, known: &KnownPipeline) -> EarlyEnd {
    let bucket = known.local_folder.join("bucket");
    let has_runs = bucket.join(known.pipeline()).is_dir();
    if has_runs {
        early.note("there are runs on this machine: `--local` is about those")
    } else {
        early
    }
}
