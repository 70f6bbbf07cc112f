//! Why a call to AWS did not do what it should, told apart by what a person has to do about it.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use runtime_lambda::sdk::THROTTLES;

/// Codes of credentials that were good once (AWS page: "Common Errors").
const EXPIRED: [&str; 5] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "TokenRefreshRequired",
    "ExpiredTokenError",
];

/// Codes of credentials that nobody knows.
const UNKNOWN: [&str; 6] = [
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "AuthFailure",
    "MissingAuthenticationToken",
];

/// Codes of a permission that is missing.
const DENIED: [&str; 5] = [
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedOperation",
    "Forbidden",
    "AllAccessDisabled",
];

/// Why a call did not do what it should.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AwsFailure {
    /// No source has credentials.
    #[error("{0}")]
    NoCredentials(String),
    /// The credentials are too old, or unknown.
    #[error("{message}")]
    BadCredentials {
        /// Whether they were good once.
        expired: bool,
        /// What the service says about them.
        message: String,
    },
    /// No source names a Region; of a profile that was asked for, only the profile itself is asked.
    #[error("no Region is set")]
    NoRegion {
        /// The profile that the command line names.
        profile: Option<String>,
    },
    /// No configuration file has this profile.
    #[error("there is no profile `{name}`")]
    NoProfile {
        /// Name that was asked for.
        name: String,
        /// The variable of the environment that names it, where it is not the command line.
        variable: Option<&'static str>,
        /// The profiles that there are, the nearest first.
        known: Vec<String>,
    },
    /// The configuration files cannot be read.
    #[error("{0}")]
    BadProfiles(String),
    /// The identity may not do this.
    #[error("{message}")]
    Denied {
        /// The IAM action that is missing.
        action: String,
        /// What the service says, which names the identity and the resource.
        message: String,
    },
    /// Nobody answers: no network, no such host, or a time-out.
    #[error("{message}")]
    Unreachable {
        /// The call, as an IAM action.
        call: &'static str,
        /// What the network says.
        message: String,
    },
    /// Too many calls, even after several tries.
    #[error("{message}")]
    Throttled {
        /// The call, as an IAM action.
        call: &'static str,
        /// What the service says about its limit.
        message: String,
    },
    /// Anything else that the service says.
    #[error("{message}")]
    Refused {
        /// The call, as an IAM action.
        call: &'static str,
        /// The service's name for it; empty if it gave none.
        code: String,
        /// What the service says, as it stands.
        message: String,
    },
}

impl AwsFailure {
    /// What turns the error of `call`, named as IAM names its action, into a failure.
    pub fn of<E>(call: &'static str) -> impl FnOnce(SdkError<E>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        move |error| Self::from_sdk(call, &error)
    }

    fn from_sdk<E>(call: &'static str, error: &SdkError<E>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        match error {
            SdkError::ServiceError(service) => {
                let status = service.raw().status().as_u16();
                let inner = service.err();
                // An answer to HEAD has no body, so its status is all there is.
                let code = inner.code().unwrap_or(match status {
                    301 => "PermanentRedirect",
                    403 => "AccessDenied",
                    404 => "NotFound",
                    409 => "Conflict",
                    412 => "PreconditionFailed",
                    _ => "",
                });
                let message = inner
                    .message()
                    .map_or_else(|| format!("the service answered {status}"), str::to_owned);
                Self::from_code(call, code, message)
            }
            SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) => Self::Unreachable {
                call,
                message: chain(error),
            },
            _ => Self::Refused {
                call,
                code: String::new(),
                message: chain(error),
            },
        }
    }

    fn from_code(call: &'static str, code: &str, message: String) -> Self {
        if EXPIRED.contains(&code) || UNKNOWN.contains(&code) {
            Self::BadCredentials {
                expired: EXPIRED.contains(&code),
                message,
            }
        } else if DENIED.contains(&code) {
            Self::Denied {
                action: denied_action(&message).unwrap_or(call).to_owned(),
                message,
            }
        } else if THROTTLES.contains(&code) {
            Self::Throttled { call, message }
        } else {
            Self::Refused {
                call,
                code: code.to_owned(),
                message,
            }
        }
    }

    /// Where nobody has answered. The first call of all finds out about a Region that does not exist: its
    /// endpoint has no address.
    #[must_use]
    pub fn in_region(self, region: &str) -> Self {
        match self {
            Self::Unreachable { call, message } => Self::Unreachable {
                call,
                message: format!("{message}; the Region is `{region}`"),
            },
            other => other,
        }
    }

    /// Whose credentials there are none of, where only one profile was asked.
    #[must_use]
    pub fn in_profile(self, profile: Option<&str>) -> Self {
        match (self, profile) {
            (Self::NoCredentials(message), Some(profile)) => {
                Self::NoCredentials(format!("{message}; only the profile `{profile}` was asked"))
            }
            (other, _) => other,
        }
    }

    /// The failure of a source of credentials.
    pub fn of_credentials(error: &CredentialsError) -> Self {
        let message = chain(error);
        if EXPIRED.iter().any(|code| message.contains(code)) || message.contains("expired") {
            Self::BadCredentials {
                expired: true,
                message,
            }
        } else {
            Self::NoCredentials(message)
        }
    }

    /// The service's name for what went wrong; empty if it is no answer of a service.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused { code, .. } => code,
            _ => "",
        }
    }

    /// Whether the peer does not know the call at all, as emulators may not.
    pub fn is_unknown_call(&self) -> bool {
        let Self::Refused { code, message, .. } = self else {
            return false;
        };
        matches!(
            code.as_str(),
            "UnknownOperationException"
                | "UnknownOperation"
                | "InvalidAction"
                | "NotImplemented"
                | "NotImplementedException"
                | "InternalFailure"
                | "501"
        ) && (code != "InternalFailure" || message.contains("not") && message.contains("implement"))
    }
}

/// The action that a refusal names: "… is not authorized to perform: iam:PassRole on resource …". It
/// may be another than the call's own.
fn denied_action(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("to perform: ")?;
    let action = rest.split_whitespace().next()?;
    action.contains(':').then_some(action)
}

/// An error with all its causes, in one line, each said once.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let said = cause.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_action_that_is_missing() {
        let message =
            "User: arn:aws:iam::1:user/u is not authorized to perform: iam:PassRole on resource: x";
        let failure = AwsFailure::from_code(
            "cloudformation:CreateChangeSet",
            "AccessDenied",
            message.to_owned(),
        );
        assert!(matches!(failure, AwsFailure::Denied { action, .. } if action == "iam:PassRole"));
        let failure =
            AwsFailure::from_code("s3:PutObject", "AccessDenied", "Access Denied".to_owned());
        assert!(matches!(failure, AwsFailure::Denied { action, .. } if action == "s3:PutObject"));
    }

    #[test]
    fn credentials_that_ran_out_are_told_from_unknown_ones() {
        for (code, expected) in [("ExpiredToken", true), ("InvalidClientTokenId", false)] {
            let failure = AwsFailure::from_code("sts:GetCallerIdentity", code, String::new());
            assert!(
                matches!(failure, AwsFailure::BadCredentials { expired, .. } if expired == expected),
                "{code}"
            );
        }
    }
}
