//! Everything that one deployment consists of, as a value: the same pipeline, package and tags give the
//! same deployment with the same hash.

use runtime_lambda::keys::sha256;

use super::stack::{self, OWNER_TAG};
use crate::bundle::artifacts;
use crate::compile::Compiled;
use crate::package::Package;

/// Longest template that a call takes (AWS page: "CloudFormation quotas").
pub const MOST_INLINE_BYTES: usize = 51_200;

/// Longest template in a bucket (same page).
pub const MOST_BYTES: usize = 1_048_576;

/// Most resources of a template (same page).
pub const MOST_RESOURCES: usize = 500;

/// An object of the artifacts' bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Its key, which names its content.
    pub key: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// A deployment.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// Name of the pipeline.
    pub pipeline: String,
    /// Name of its stack.
    pub stack: String,
    /// The template.
    pub template: String,
    /// What the actions read, and the Lambda's package.
    pub artifacts: Vec<Artifact>,
    /// The Lambda's package.
    pub package: Package,
    /// Tags of the stack.
    pub tags: Vec<(String, String)>,
}

/// Why a template cannot be deployed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateProblem {
    /// It is too long.
    #[error("the template has {bytes} bytes, and CloudFormation takes {MOST_BYTES}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// It has too many resources.
    #[error("the template has {resources} resources, and CloudFormation takes {MOST_RESOURCES}")]
    TooManyResources {
        /// Their number.
        resources: usize,
    },
    /// It is no JSON object with resources: a mistake of sfc.
    #[error("the template has no resources")]
    NoResources,
}

impl Deployment {
    /// The deployment of a compiled pipeline.
    ///
    /// # Errors
    /// CloudFormation would not take the template.
    pub fn new(
        compiled: &Compiled,
        template: String,
        package: Package,
        tags: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, TemplateProblem> {
        check(&template)?;
        let pipeline = compiled.plan.pipeline.clone();
        let mut artifacts: Vec<Artifact> = artifacts(compiled)
            .map(|(key, bytes)| Artifact {
                key,
                bytes: bytes.to_vec(),
            })
            .collect();
        artifacts.push(Artifact {
            key: package.key(),
            bytes: package.bytes.clone(),
        });
        let mut tags: Vec<(String, String)> = tags
            .into_iter()
            .filter(|(key, _)| key != OWNER_TAG)
            .collect();
        tags.push((OWNER_TAG.to_owned(), pipeline.clone()));
        Ok(Self {
            stack: stack::name(&pipeline),
            pipeline,
            template,
            artifacts,
            package,
            tags,
        })
    }

    /// The bucket that all deployments of an account and Region share.
    #[must_use]
    pub fn artifacts_bucket(account: &str, region: &str) -> String {
        format!("sfc-artifacts-{account}-{region}")
    }

    /// Parameters of the template.
    #[must_use]
    pub fn parameters(&self, artifacts_bucket: &str) -> Vec<(String, String)> {
        vec![
            ("ArtifactsBucket".to_owned(), artifacts_bucket.to_owned()),
            ("LambdaPackage".to_owned(), self.package.key()),
        ]
    }

    /// What tells this deployment from every other: template, package and tags.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut text = self.template.clone();
        text.push('\0');
        text.push_str(&self.package.key());
        for (key, value) in &self.tags {
            text.push('\0');
            text.push_str(key);
            text.push('=');
            text.push_str(value);
        }
        sha256(text.as_bytes())
    }

    /// How the tokens of its executions in CloudFormation start: an interrupted deploy knows its own
    /// by it.
    #[must_use]
    pub fn token_prefix(&self) -> String {
        let hash: String = self.hash().chars().take(40).collect();
        format!("sfc-{hash}-")
    }

    /// Key of the template, where it is too long for a call.
    #[must_use]
    pub fn template_key(&self) -> String {
        format!("stacks/{}.json", sha256(self.template.as_bytes()))
    }
}

fn check(template: &str) -> Result<(), TemplateProblem> {
    if template.len() > MOST_BYTES {
        return Err(TemplateProblem::TooLong {
            bytes: template.len(),
        });
    }
    let resources = serde_json::from_str::<serde_json::Value>(template)
        .ok()
        .and_then(|template| Some(template.get("Resources")?.as_object()?.len()))
        .ok_or(TemplateProblem::NoResources)?;
    if resources > MOST_RESOURCES {
        return Err(TemplateProblem::TooManyResources { resources });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_past_the_quotas_are_refused() {
        let resources = |count: usize| {
            let all: serde_json::Map<String, serde_json::Value> = (0..count)
                .map(|index| (format!("R{index}"), serde_json::json!({})))
                .collect();
            serde_json::json!({ "Resources": all }).to_string()
        };
        assert_eq!(check(&resources(500)), Ok(()));
        assert_eq!(
            check(&resources(501)),
            Err(TemplateProblem::TooManyResources { resources: 501 })
        );
        assert_eq!(
            check(&" ".repeat(MOST_BYTES + 1)),
            Err(TemplateProblem::TooLong {
                bytes: MOST_BYTES + 1
            })
        );
        assert_eq!(check("{}"), Err(TemplateProblem::NoResources));
    }
}
