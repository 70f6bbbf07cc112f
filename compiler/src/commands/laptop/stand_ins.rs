//! What stands in for AWS where a pipeline runs on this machine: buckets, a mailbox, the warehouse.

use std::path::Path;
use std::sync::Arc;

use local::bucket::FolderBucket;
use local::folder::Within;
use local::run::clock::SystemClock;
use local::run::jobs::Scripts;
use local::run::outbox::Outbox;
use local::run::secrets::EnvironmentSecrets;
use local::run::{NoExecutions, NoStack};
use local::warehouse::{EmbeddedWarehouse, Options};
use runtime_lambda::plan::Job;
use runtime_lambda::ports::{Ports, Store, StoreError, WriteCondition};

use crate::bundle::artifacts;
use crate::compile::Compiled;

/// What could not be opened, and why.
pub type Trouble = (&'static str, Box<dyn std::error::Error>);

/// What stands in for AWS in a pipeline's local folder.
pub struct StandIns {
    pub bucket: Arc<FolderBucket>,
    artifacts: Arc<FolderBucket>,
    outbox: Arc<Outbox>,
    pub warehouse: Arc<EmbeddedWarehouse>,
}

impl StandIns {
    /// Those in a pipeline's local folder.
    pub fn open(home: &Path, options: Options) -> Result<Self, Trouble> {
        let warehouse = || {
            EmbeddedWarehouse::open(home.join("warehouse.duckdb"), options)
                .map(Arc::new)
                .map_err(failed("the embedded warehouse cannot be opened"))
        };
        let stand_ins = Self::with(home, warehouse)?;
        local::folder::sweep::parts(in_home(home, "")).map_err(failed(
            "what a process that died left behind cannot be removed",
        ))?;
        Ok(stand_ins)
    }

    /// Those in a folder, with a warehouse that lies elsewhere.
    pub fn over(home: &Path, warehouse: Arc<EmbeddedWarehouse>) -> Result<Self, Trouble> {
        Self::with(home, || Ok(warehouse))
    }

    fn with(
        home: &Path,
        warehouse: impl FnOnce() -> Result<Arc<EmbeddedWarehouse>, Trouble>,
    ) -> Result<Self, Trouble> {
        let bucket = FolderBucket::open(in_home(home, "bucket"))
            .map_err(failed("the local bucket cannot be opened"))?;
        let artifacts = FolderBucket::open(in_home(home, "artifacts"))
            .map_err(failed("the local artifacts cannot be opened"))?;
        let outbox = Outbox::open(in_home(home, "outbox"))
            .map_err(failed("the local outbox cannot be opened"))?;
        Ok(Self {
            bucket: Arc::new(bucket),
            artifacts: Arc::new(artifacts),
            outbox: Arc::new(outbox),
            warehouse: warehouse()?,
        })
    }

    /// Puts the artifacts of a pipeline where its runs read them.
    pub async fn publish(&self, compiled: &Compiled) -> Result<(), StoreError> {
        for (key, bytes) in artifacts(compiled) {
            let bytes = bytes.to_vec();
            self.artifacts
                .put(&key, bytes, WriteCondition::Always)
                .await?;
        }
        Ok(())
    }

    /// The ports of a run.
    pub fn ports(&self, data: Arc<dyn Store>) -> Ports {
        Ports {
            warehouse: self.warehouse.clone(),
            data,
            artifacts: self.artifacts.clone(),
            notifier: self.outbox.clone(),
            executions: Arc::new(NoExecutions),
            custom_resources: Arc::new(NoStack),
            secrets: Arc::new(EnvironmentSecrets),
            clock: Arc::new(SystemClock),
        }
    }
}

fn failed<E: std::error::Error + 'static>(message: &'static str) -> impl FnOnce(E) -> Trouble {
    move |error| (message, Box::new(error))
}

/// A folder in the local one. Nothing of it lies behind a link that leads out of the pipeline's folder.
fn in_home(home: &Path, name: &str) -> Within {
    let folder = match home.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    Within::new(
        folder,
        Path::new(home.file_name().unwrap_or_default()).join(name),
    )
}

/// Where RSQL scripts run: in the embedded warehouse, unless the spec has SQL that stands in for them.
pub fn scripts(compiled: &Compiled, warehouse: Arc<EmbeddedWarehouse>) -> Scripts {
    let steps = compiled.plan.steps.iter();
    let steps =
        steps.filter(|step| step.script.is_empty() && matches!(step.job, Some(Job::Rsql { .. })));
    Scripts {
        warehouse,
        place: compiled.plan.warehouse.clone(),
        steps: steps.map(|step| step.name.clone()).collect(),
        faults: None,
    }
}
