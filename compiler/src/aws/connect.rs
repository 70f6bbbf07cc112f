//! From the environment to clients: the SDK's own chain of profiles, SSO, variables and metadata.

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::ProvideCredentials as _;
use aws_smithy_http_client::tls;

use super::{Aws, Failure};

/// Tries of one call, the first included. Throttled calls of CloudFormation need some patience.
const ATTEMPTS: u32 = 6;

/// What the command line says about where to go.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A profile of the AWS configuration files.
    pub profile: Option<String>,
    /// A Region, instead of the profile's or the environment's.
    pub region: Option<String>,
}

impl Aws {
    /// Finds credentials and Region, and asks who they are.
    ///
    /// # Errors
    /// There are no credentials, they are refused, or nobody answers.
    pub async fn connect(options: &Options) -> Result<Self, Failure> {
        let config = load(options).await;
        let region = config.region().ok_or(Failure::NoRegion)?.to_string();
        credentials(&config).await?;
        let identity = aws_sdk_sts::Client::new(&config)
            .get_caller_identity()
            .send()
            .await
            .map_err(Failure::of("sts:GetCallerIdentity"))
            .map_err(|failure| failure.in_region(&region))?;
        // Buckets are hosts in AWS; a host of one's own seldom has names for them.
        let own_endpoint = config.endpoint_url().is_some()
            || std::env::var_os("AWS_ENDPOINT_URL").is_some()
            || std::env::var_os("AWS_ENDPOINT_URL_S3").is_some();
        let s3 = aws_sdk_s3::config::Builder::from(&config)
            .force_path_style(own_endpoint)
            .build();
        Ok(Self {
            cloudformation: aws_sdk_cloudformation::Client::new(&config),
            lambda: aws_sdk_lambda::Client::new(&config),
            logs: aws_sdk_cloudwatchlogs::Client::new(&config),
            redshift_data: aws_sdk_redshiftdata::Client::new(&config),
            s3: aws_sdk_s3::Client::from_conf(s3),
            sfn: aws_sdk_sfn::Client::new(&config),
            account: identity.account().unwrap_or_default().to_owned(),
            identity: identity.arn().unwrap_or_default().to_owned(),
            region,
        })
    }
}

async fn load(options: &Options) -> SdkConfig {
    let http_client = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(
            tls::rustls_provider::CryptoMode::Ring,
        ))
        .build_https();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http_client)
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS));
    if let Some(profile) = &options.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = &options.region {
        loader = loader.region(Region::new(region.clone()));
    }
    loader.load().await
}

/// Asked for here, so that their absence is one clear failure and not one of the first call.
async fn credentials(config: &SdkConfig) -> Result<(), Failure> {
    let provider = config
        .credentials_provider()
        .ok_or_else(|| Failure::NoCredentials("no source of credentials is set up".to_owned()))?;
    match provider.provide_credentials().await {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::of_credentials(&error)),
    }
}
