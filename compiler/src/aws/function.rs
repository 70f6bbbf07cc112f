//! The Lambda's code and where it logs to.

use aws_sdk_lambda::types::{Architecture, LastUpdateStatus};

use super::{Aws, AwsFailure};

/// What a function runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionCode {
    /// SHA-256 of its package in Base64, as Lambda gives it.
    pub sha256: String,
    /// Whether an update of it is under way.
    pub updating: bool,
    /// Name of the log group that it writes to.
    pub log_group: String,
}

impl Aws {
    /// What a function runs at present.
    ///
    /// # Errors
    /// A call failed.
    pub async fn function_code(&self, name: &str) -> Result<FunctionCode, AwsFailure> {
        let found = self
            .lambda
            .get_function_configuration()
            .function_name(name)
            .send()
            .await
            .map_err(AwsFailure::of("lambda:GetFunctionConfiguration"))?;
        let log_group = found
            .logging_config()
            .and_then(|logging| logging.log_group())
            .map_or_else(|| format!("/aws/lambda/{name}"), str::to_owned);
        Ok(FunctionCode {
            sha256: found.code_sha256().unwrap_or_default().to_owned(),
            updating: found.last_update_status() == Some(&LastUpdateStatus::InProgress),
            log_group,
        })
    }

    /// Gives a function the package in a bucket.
    ///
    /// # Errors
    /// A call failed.
    pub async fn update_function_code(
        &self,
        name: &str,
        bucket: &str,
        key: &str,
        architecture: &str,
    ) -> Result<(), AwsFailure> {
        self.lambda
            .update_function_code()
            .function_name(name)
            .s3_bucket(bucket)
            .s3_key(key)
            .architectures(Architecture::from(architecture))
            .send()
            .await
            .map_err(AwsFailure::of("lambda:UpdateFunctionCode"))?;
        Ok(())
    }
}
