//! The ports over AWS: Redshift Data API, S3, SNS, Step Functions, Secrets
//! Manager, CloudFormation.
//!
//! One file a port. It knows no action; what an action may not see (AWS's error codes, retries,
//! time-outs) ends here.

mod clients;
mod clock;
mod custom_resources;
mod executions;
mod failure;
mod mailer;
mod notifier;
mod object;
mod secrets;
mod settings;
mod store;
mod upload;
mod warehouse;

use std::sync::Arc;

pub use clients::Clients;
pub use clock::SystemClock;
pub use custom_resources::SignedUrls;
pub use executions::StepFunctions;
pub use mailer::Mailer;
pub use notifier::SnsNotifier;
pub use secrets::SecretsManager;
pub use settings::{EnvironmentVariables, FunctionSettings, Missing};
pub use store::BucketStore;
pub use upload::Aborts;
pub use warehouse::Redshift;

use crate::ports::Ports;

/// The world of this Lambda, and what has to be waited for before an answer is given.
pub struct AwsPorts {
    /// The world, over clients of AWS; making them sends nothing.
    pub ports: Ports,
    /// Uploads that were given up, and are not yet aborted.
    pub aborts: Aborts,
}

impl AwsPorts {
    /// Makes the clients; nothing is sent.
    #[must_use]
    pub fn new(settings: &FunctionSettings) -> Self {
        let clients = Clients::new(settings);
        let aborts = Aborts::default();
        let bucket = |name: &str| {
            Arc::new(BucketStore::new(
                clients.s3.clone(),
                name,
                &settings.account,
                &settings.region,
                aborts.clone(),
            ))
        };
        Self {
            ports: Ports {
                warehouse: Arc::new(Redshift::new(
                    clients.redshift.clone(),
                    settings.database_user.clone(),
                )),
                data: bucket(&settings.data_bucket),
                artifacts: bucket(&settings.artifacts_bucket),
                notifier: Arc::new(SnsNotifier::new(
                    clients.sns.clone(),
                    settings.topic.clone(),
                    Mailer::new(clients.ses.clone()),
                )),
                executions: Arc::new(StepFunctions::new(clients.step_functions.clone())),
                custom_resources: Arc::new(SignedUrls::default()),
                secrets: Arc::new(SecretsManager::new(clients.secrets.clone())),
                clock: Arc::new(SystemClock),
            },
            aborts,
        }
    }
}
