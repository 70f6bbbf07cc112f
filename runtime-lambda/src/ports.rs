//! Where the actions meet the world: a trait for each, and nothing else.
//!
//! Whatever implements them (AWS, a laptop, a simulation) may fail at any call. A caller that is
//! dropped between two calls is a Lambda that was killed there.

mod clock;
mod custom_resources;
mod executions;
mod notifier;
mod secrets;
mod store;
mod warehouse;

use std::sync::Arc;

pub use clock::Clock;
pub use custom_resources::{CustomResources, CustomResourcesError, Response, ResponseStatus};
pub use executions::{Executions, ExecutionsError};
pub use notifier::{Mail, Notification, Notifier, NotifierError, Recipient};
pub use secrets::{Secrets, SecretsError};
pub use store::{
    ObjectWriter, Store, StoreError, StoredObject, Turn, Versioned, WriteCondition, state_body,
};
pub use warehouse::{
    Field, ResultColumn, ResultPage, StatementDescription, StatementStatus, SubStatement,
    Submission, Warehouse, WarehouseError,
};

/// The world of one Lambda.
#[derive(Clone)]
pub struct Ports {
    /// Runs statements: the Data API, the embedded warehouse, or a model.
    pub warehouse: Arc<dyn Warehouse>,
    /// The data bucket: global state, results, errors, manifests, reports.
    pub data: Arc<dyn Store>,
    /// The artifacts' bucket: plans and scripts under the hash of their content.
    pub artifacts: Arc<dyn Store>,
    /// Tells people how a run ended.
    pub notifier: Arc<dyn Notifier>,
    /// Returns task tokens and starts executions.
    pub executions: Arc<dyn Executions>,
    /// Tells CloudFormation how the run that it waits for has ended.
    pub custom_resources: Arc<dyn CustomResources>,
    /// Reads the values of secret parameters.
    pub secrets: Arc<dyn Secrets>,
    /// Tells the time and waits, so that a simulation can do both at once.
    pub clock: Arc<dyn Clock>,
}
