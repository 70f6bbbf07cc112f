//! The six clients: one connection pool, credentials from the environment, few retries.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_s3::config::{
    BehaviorVersion, IdentityCache, Region, RequestChecksumCalculation, ResponseChecksumValidation,
};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;

use super::settings::{EnvironmentVariables, FunctionSettings};

/// Time for a connection to be made.
const CONNECT: Duration = Duration::from_secs(3);

/// Time until an answer begins: longer than the longest `WaitTimeSeconds`, which is 30 s.
const READ: Duration = Duration::from_secs(45);

/// Time of one try of a small call.
const SMALL_CALL: Duration = Duration::from_secs(15);

/// Time of one try of a call that moves some MiB.
const LARGE_CALL: Duration = Duration::from_secs(60);

/// Tries of a call. The state machines try again too, and wait longer between two tries.
const TRIES: u32 = 3;

/// One client a service, with time limits of its own; all share one pool of connections.
pub struct Clients {
    /// Runs statements; it waits up to 45 s for an answer, because `WaitTimeSeconds` may hold one for 30 s.
    pub redshift: aws_sdk_redshiftdata::Client,
    /// Reads and writes both buckets.
    pub s3: aws_sdk_s3::Client,
    /// Publishes messages to topics of SNS.
    pub sns: aws_sdk_sns::Client,
    /// Sends mails by version 2 of SES's API.
    pub ses: aws_sdk_sesv2::Client,
    /// Reads the values of secret parameters.
    pub secrets: aws_sdk_secretsmanager::Client,
    /// Returns task tokens and starts executions.
    pub step_functions: aws_sdk_sfn::Client,
}

impl Clients {
    /// Makes the clients; nothing is sent.
    #[must_use]
    pub fn new(settings: &FunctionSettings) -> Self {
        // Connections that Lambda froze for long are not worth a try.
        let http_client = aws_smithy_http_client::Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .pool_idle_timeout(Duration::from_secs(20))
            .build_https();
        let shared = SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(settings.region.clone()))
            .http_client(http_client)
            .credentials_provider(SharedCredentialsProvider::new(FromEnvironment(
                settings.environment.clone(),
            )))
            .retry_config(
                RetryConfig::standard()
                    .with_max_attempts(TRIES)
                    .with_initial_backoff(Duration::from_millis(200))
                    .with_max_backoff(Duration::from_secs(3)),
            )
            .build();

        let mut redshift = aws_sdk_redshiftdata::config::Builder::from(&shared)
            .identity_cache(IdentityCache::no_cache())
            .timeout_config(timeouts(LARGE_CALL));
        redshift.set_endpoint_url(settings.endpoint("REDSHIFT_DATA"));

        let s3_endpoint = settings.endpoint("S3");
        let mut s3 = aws_sdk_s3::config::Builder::from(&shared)
            .identity_cache(IdentityCache::no_cache())
            .timeout_config(timeouts(LARGE_CALL))
            // TLS guards what is sent; checksums in trailers are not understood by every stand-in.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .force_path_style(s3_endpoint.is_some());
        s3.set_endpoint_url(s3_endpoint);

        let mut sns = aws_sdk_sns::config::Builder::from(&shared)
            .identity_cache(IdentityCache::no_cache())
            .timeout_config(timeouts(SMALL_CALL));
        sns.set_endpoint_url(settings.endpoint("SNS"));

        let mut ses = aws_sdk_sesv2::config::Builder::from(&shared)
            .identity_cache(IdentityCache::no_cache())
            .timeout_config(timeouts(SMALL_CALL));
        ses.set_endpoint_url(settings.endpoint("SESV2"));

        let mut secrets = aws_sdk_secretsmanager::config::Builder::from(&shared)
            .identity_cache(IdentityCache::no_cache())
            .timeout_config(timeouts(SMALL_CALL));
        secrets.set_endpoint_url(settings.endpoint("SECRETS_MANAGER"));

        let mut step_functions = aws_sdk_sfn::config::Builder::from(&shared)
            .identity_cache(IdentityCache::no_cache())
            .timeout_config(timeouts(SMALL_CALL));
        step_functions.set_endpoint_url(settings.endpoint("SFN"));

        Self {
            redshift: aws_sdk_redshiftdata::Client::from_conf(redshift.build()),
            s3: aws_sdk_s3::Client::from_conf(s3.build()),
            sns: aws_sdk_sns::Client::from_conf(sns.build()),
            ses: aws_sdk_sesv2::Client::from_conf(ses.build()),
            secrets: aws_sdk_secretsmanager::Client::from_conf(secrets.build()),
            step_functions: aws_sdk_sfn::Client::from_conf(step_functions.build()),
        }
    }
}

fn timeouts(of_one_try: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .read_timeout(READ)
        .operation_attempt_timeout(of_one_try)
        .build()
}

/// The role's credentials, as Lambda puts them into the environment; read for each request.
struct FromEnvironment(EnvironmentVariables);

impl std::fmt::Debug for FromEnvironment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("FromEnvironment")
    }
}

impl ProvideCredentials for FromEnvironment {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let credentials = match (
            self.0.get("AWS_ACCESS_KEY_ID"),
            self.0.get("AWS_SECRET_ACCESS_KEY"),
        ) {
            (Some(id), Some(key)) => Ok(Credentials::new(
                id,
                key,
                self.0.get("AWS_SESSION_TOKEN"),
                None,
                "environment",
            )),
            _ => Err(CredentialsError::not_loaded("no credentials are set")),
        };
        future::ProvideCredentials::ready(credentials)
    }
}
