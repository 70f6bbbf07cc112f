//! Everything that one deployment consists of, as a value: the same pipeline, package and tags give the
//! same deployment with the same hash.

use runtime_lambda::keys::sha256;

use super::stack::{self, OWNER_TAG};
use crate::bundle::artifacts;
use crate::compile::Compiled;
use crate::package::Package;

/// An object of the artifacts' bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Its key, which names its content.
    pub key: String,
    /// Content of the object, byte by byte.
    pub bytes: Vec<u8>,
}

/// What one deploy brings into an account; its hash names it in the stack's events.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// Name of the pipeline.
    pub pipeline: String,
    /// Name of its stack.
    pub stack: String,
    /// The template as JSON text.
    pub template: String,
    /// What the actions read, and the Lambda's package.
    pub artifacts: Vec<Artifact>,
    /// The zip with the Lambda.
    pub package: Package,
    /// Tags of the stack.
    pub tags: Vec<(String, String)>,
    /// Whether its roles have names that the spec gives them.
    pub names_roles: bool,
}

impl Deployment {
    /// The deployment of a compiled pipeline, with this Lambda.
    #[must_use]
    pub fn new(compiled: &Compiled, package: Package) -> Self {
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
        let mut tags: Vec<(String, String)> = compiled
            .pipeline
            .stack
            .tags
            .iter()
            .filter(|(key, _)| *key != OWNER_TAG)
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        tags.push((OWNER_TAG.to_owned(), pipeline.clone()));
        Self {
            stack: stack::name(&pipeline),
            pipeline,
            template: compiled.stack.json.clone(),
            artifacts,
            package,
            tags,
            names_roles: compiled.pipeline.stack.role_prefix.is_some(),
        }
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

    /// What somebody has reviewed: this deployment over a stack whose runs follow this plan, if there is one. After
    /// another deploy it is something else, as this one may take back what that one did.
    #[must_use]
    pub fn over(&self, deployed_plan: Option<&str>) -> String {
        let text = format!("{}\0{}", self.hash(), deployed_plan.unwrap_or_default());
        sha256(text.as_bytes())
    }

    /// How the tokens of its executions in CloudFormation start: an interrupted deploy knows its own
    /// by it.
    #[must_use]
    pub fn token_prefix(&self) -> String {
        let hash: String = self.hash().chars().take(40).collect();
        format!("sfc-{hash}-")
    }

    /// Key of the template, where it is too long for a call. Whoever may only look writes to a place of their own,
    /// from which no deploy reads.
    #[must_use]
    pub fn template_key(&self, is_review: bool) -> String {
        let prefix = match is_review {
            true => "reviews",
            false => "stacks",
        };
        format!("{prefix}/{}.json", sha256(self.template.as_bytes()))
    }
}
