//! Values of secret parameters: read where they are used, and kept nowhere.

use async_trait::async_trait;

/// Reads the values of secrets.
#[async_trait]
pub trait Secrets: Send + Sync {
    /// The present value of the secret with this ARN; `parameter` is the name of the parameter that it
    /// is the value of.
    async fn value(&self, parameter: &str, arn: &str) -> Result<String, SecretsError>;

    /// The value that it had before it was last changed, if that is known: a statement may have been
    /// submitted with it.
    async fn earlier(&self, parameter: &str, arn: &str) -> Result<Option<String>, SecretsError>;
}

/// Why a secret cannot be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SecretsError {
    /// Too many calls at present: again later.
    #[error("the secret of the parameter `{0}` cannot be read at present: too many calls")]
    Throttled(String),
    /// The call may work if it is made again.
    #[error("the secret of the parameter `{0}` cannot be read at present")]
    Unavailable(String),
    /// The call will not work: no permission, no such secret.
    #[error("the secret of the parameter `{parameter}` cannot be read: {reason}")]
    Refused {
        /// Name of the parameter.
        parameter: String,
        /// Why; never a part of the value.
        reason: String,
    },
}
