//! From the environment to clients: the SDK's own chain of profiles, SSO, variables and metadata.
//! Where the command line names a profile, it is that one and nothing else.

use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_credential_types::provider::ProvideCredentials as _;
use aws_smithy_http_client::tls;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::{Aws, AwsFailure, profile};

/// Tries of one call, the first included. Throttled calls of CloudFormation need some patience.
const ATTEMPTS: u32 = 6;

/// What the command line says about where to go.
#[derive(Debug, Clone, Default)]
pub struct AwsOptions {
    /// A profile of the AWS configuration files: its credentials and its Region, and nobody else's.
    pub profile: Option<String>,
    /// A Region, instead of the profile's or the environment's.
    pub region: Option<String>,
}

impl Aws {
    /// Finds credentials and Region, and asks who they are.
    ///
    /// # Errors
    /// There is no such profile, there are no credentials, they are refused, or nobody answers.
    pub async fn connect(options: &AwsOptions) -> Result<Self, AwsFailure> {
        let config = match &options.profile {
            Some(name) => of_profile(name, options).await?,
            None => of_environment(options).await?,
        };
        let no_region = || AwsFailure::NoRegion {
            profile: options.profile.clone(),
        };
        let region = config.region().ok_or_else(no_region)?.to_string();
        credentials(&config)
            .await
            .map_err(|failure| failure.in_profile(options.profile.as_deref()))?;
        Self::of(&config, region).await
    }

    /// The clients of this configuration, after asking who they are.
    ///
    /// # Errors
    /// The credentials are refused, or nobody answers.
    pub async fn of(config: &SdkConfig, region: String) -> Result<Self, AwsFailure> {
        let identity = aws_sdk_sts::Client::new(config)
            .get_caller_identity()
            .send()
            .await
            .map_err(AwsFailure::of("sts:GetCallerIdentity"))
            .map_err(|failure| failure.in_region(&region))?;
        // Buckets are hosts in AWS; a host of one's own seldom has names for them.
        let own_endpoint = config.endpoint_url().is_some()
            || std::env::var_os("AWS_ENDPOINT_URL").is_some()
            || std::env::var_os("AWS_ENDPOINT_URL_S3").is_some();
        let s3 = aws_sdk_s3::config::Builder::from(config)
            .force_path_style(own_endpoint)
            .build();
        Ok(Self {
            cloudformation: aws_sdk_cloudformation::Client::new(config),
            lambda: aws_sdk_lambda::Client::new(config),
            logs: aws_sdk_cloudwatchlogs::Client::new(config),
            redshift_data: aws_sdk_redshiftdata::Client::new(config),
            s3: aws_sdk_s3::Client::from_conf(s3),
            sfn: aws_sdk_sfn::Client::new(config),
            sqs: aws_sdk_sqs::Client::new(config),
            account: identity.account().unwrap_or_default().to_owned(),
            identity: identity.arn().unwrap_or_default().to_owned(),
            region,
        })
    }
}

/// What the environment says, by the SDK's own chain.
async fn of_environment(options: &AwsOptions) -> Result<SdkConfig, AwsFailure> {
    if let Ok(name) = std::env::var(profile::VARIABLE)
        && !name.is_empty()
    {
        profile::must_exist(&name, Some(profile::VARIABLE)).await?;
    }
    let mut loader = loader();
    if let Some(region) = &options.region {
        loader = loader.region(Region::new(region.clone()));
    }
    Ok(loader.load().await)
}

/// What this profile says, and no variable of the environment but those that name an endpoint.
async fn of_profile(name: &str, options: &AwsOptions) -> Result<SdkConfig, AwsFailure> {
    profile::must_exist(name, None).await?;
    let region = match &options.region {
        Some(region) => Region::new(region.clone()),
        None => profile::region(name)
            .await
            .ok_or_else(|| AwsFailure::NoRegion {
                profile: Some(name.to_owned()),
            })?,
    };
    let own = ProviderConfig::without_region()
        .with_region(Some(region.clone()))
        .with_http_client(https())
        .with_retry_config(patient());
    let credentials = profile::credentials(name, &own);
    Ok(loader()
        .profile_name(name)
        .region(region)
        .credentials_provider(credentials)
        .load()
        .await)
}

fn loader() -> ConfigLoader {
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(https())
        .retry_config(patient())
}

fn patient() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(ATTEMPTS)
}

fn https() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(
            tls::rustls_provider::CryptoMode::Ring,
        ))
        .build_https()
}

/// Asked for here, so that their absence is one clear failure and not one of the first call.
async fn credentials(config: &SdkConfig) -> Result<(), AwsFailure> {
    let provider = config.credentials_provider().ok_or_else(|| {
        AwsFailure::NoCredentials("no source of credentials is set up".to_owned())
    })?;
    match provider.provide_credentials().await {
        Ok(_) => Ok(()),
        Err(error) => Err(AwsFailure::of_credentials(&error)),
    }
}
