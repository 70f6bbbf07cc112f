//! What the function is told by its environment, and nothing else.

use std::sync::Arc;

/// A way to read a variable, so that a test need not change its own process.
#[derive(Clone)]
pub struct EnvironmentVariables(Arc<Variables>);

/// The value of a variable by its name.
type Variables = dyn Fn(&str) -> Option<String> + Send + Sync;

impl EnvironmentVariables {
    /// The variables of this process, as they are at each look.
    #[must_use]
    pub fn of_process() -> Self {
        Self::new(|name| std::env::var(name).ok())
    }

    /// Variables from somewhere else.
    pub fn new(lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(lookup))
    }

    /// A variable's value; one that is empty counts as absent.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }
}

/// Settings of the function.
#[derive(Clone)]
pub struct FunctionSettings {
    /// Where credentials and endpoints are looked up.
    pub environment: EnvironmentVariables,
    /// Region of the function, such as `eu-central-1` (`AWS_REGION`).
    pub region: String,
    /// Number of the account that both buckets are in (`SFC_ACCOUNT`).
    pub account: String,
    /// Bucket of global state and results (`SFC_DATA_BUCKET`).
    pub data_bucket: String,
    /// Bucket of plans and scripts (`SFC_ARTIFACTS_BUCKET`).
    pub artifacts_bucket: String,
    /// ARN of the topic that hears of the ends of runs (`SFC_TOPIC_ARN`).
    pub topic: Option<String>,
    /// Name of the database user that statements run as (`SFC_DATABASE_USER`); none where a secret has it.
    pub database_user: Option<String>,
}

/// Variables that have to be set, and are not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the environment lacks {}", .0.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))]
pub struct Missing(pub Vec<&'static str>);

impl FunctionSettings {
    /// Reads the settings.
    ///
    /// # Errors
    /// All variables that are missing, at once.
    pub fn read(environment: EnvironmentVariables) -> Result<Self, Missing> {
        let mut missing = Vec::new();
        let mut required = |name: &'static str| {
            environment.get(name).unwrap_or_else(|| {
                missing.push(name);
                String::new()
            })
        };
        let region = required("AWS_REGION");
        let account = required("SFC_ACCOUNT");
        let data_bucket = required("SFC_DATA_BUCKET");
        let artifacts_bucket = required("SFC_ARTIFACTS_BUCKET");
        // Looked at again for each request; missing from the start, nothing can ever work.
        let _ = required("AWS_ACCESS_KEY_ID");
        let _ = required("AWS_SECRET_ACCESS_KEY");
        if !missing.is_empty() {
            return Err(Missing(missing));
        }
        Ok(Self {
            topic: environment.get("SFC_TOPIC_ARN"),
            database_user: environment.get("SFC_DATABASE_USER"),
            environment,
            region,
            account,
            data_bucket,
            artifacts_bucket,
        })
    }

    /// The endpoint of a service instead of AWS's own (AWS page: service-specific endpoints).
    #[must_use]
    pub fn endpoint(&self, service: &str) -> Option<String> {
        self.environment
            .get(&format!("AWS_ENDPOINT_URL_{service}"))
            .or_else(|| self.environment.get("AWS_ENDPOINT_URL"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(set: &'static [(&'static str, &'static str)]) -> EnvironmentVariables {
        EnvironmentVariables::new(move |wanted| {
            set.iter()
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn everything_that_is_missing_is_named_at_once() {
        let set = environment(&[("AWS_REGION", "eu-west-1"), ("SFC_DATA_BUCKET", "")]);
        assert_eq!(
            FunctionSettings::read(set).err().unwrap().to_string(),
            "the environment lacks `SFC_ACCOUNT`, `SFC_DATA_BUCKET`, `SFC_ARTIFACTS_BUCKET`, \
             `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`"
        );
    }

    #[test]
    fn a_services_own_endpoint_wins() {
        let set = environment(&[
            ("AWS_REGION", "eu-west-1"),
            ("SFC_ACCOUNT", "111122223333"),
            ("SFC_DATA_BUCKET", "data"),
            ("SFC_ARTIFACTS_BUCKET", "artifacts"),
            ("AWS_ACCESS_KEY_ID", "id"),
            ("AWS_SECRET_ACCESS_KEY", "key"),
            ("AWS_ENDPOINT_URL", "http://all"),
            ("AWS_ENDPOINT_URL_S3", "http://s3"),
        ]);
        let settings = FunctionSettings::read(set).unwrap();
        assert_eq!(settings.endpoint("S3").unwrap(), "http://s3");
        assert_eq!(settings.endpoint("SFN").unwrap(), "http://all");
        assert_eq!(settings.topic, None);
        assert_eq!(settings.database_user, None);
    }
}
