//! The data bucket: private, TLS only, encrypted, versioned, and kept when the stack goes.

use serde::Serialize;

use super::intrinsic::{Text, attribute, reference, substitution};
use super::names::DATA_BUCKET;
use super::policy::{PolicyDocument, Statement};
use super::template::{Properties, Template};
use crate::pipeline::DataBucket;

/// How long what was overwritten is kept. The global state is overwritten at every change of a run.
const NONCURRENT_DAYS: u32 = 7;

/// How long the parts of an upload that nobody finished are kept.
const UPLOAD_DAYS: u32 = 1;

/// Adds the bucket and its policy, which stays with it.
pub fn add(template: &mut Template, data: &DataBucket) {
    template
        .add(DATA_BUCKET, Properties::Bucket(bucket(data)))
        .retained(data.retain);
    let objects = substitution(format!("${{{DATA_BUCKET}.Arn}}/*"));
    let policy = BucketPolicy {
        bucket: reference(DATA_BUCKET),
        policy_document: PolicyDocument::new(vec![Statement::deny_without_tls(
            "s3:*",
            vec![attribute(DATA_BUCKET, "Arn"), objects],
        )]),
    };
    template
        .add("DataBucketPolicy", Properties::BucketPolicy(policy))
        .retained(data.retain);
}

fn bucket(data: &DataBucket) -> Bucket {
    let mut rules = vec![Rule {
        id: "leftovers",
        status: "Enabled",
        expiration_in_days: None,
        expired_object_delete_marker: Some(true),
        noncurrent_version_expiration: Some(NoncurrentVersionExpiration {
            noncurrent_days: NONCURRENT_DAYS,
        }),
        abort_incomplete_multipart_upload: Some(AbortIncompleteMultipartUpload {
            days_after_initiation: UPLOAD_DAYS,
        }),
    }];
    if let Some(days) = data.expire_days {
        rules.push(Rule {
            id: "runs",
            status: "Enabled",
            expiration_in_days: Some(days),
            expired_object_delete_marker: None,
            noncurrent_version_expiration: None,
            abort_incomplete_multipart_upload: None,
        });
    }
    Bucket {
        bucket_encryption: BucketEncryption {
            server_side_encryption_configuration: [ServerSideEncryptionRule {
                server_side_encryption_by_default: ServerSideEncryption {
                    sse_algorithm: "AES256",
                },
            }],
        },
        lifecycle_configuration: LifecycleConfiguration { rules },
        ownership_controls: OwnershipControls {
            rules: [OwnershipRule {
                object_ownership: "BucketOwnerEnforced",
            }],
        },
        public_access_block_configuration: PublicAccessBlock {
            block_public_acls: true,
            block_public_policy: true,
            ignore_public_acls: true,
            restrict_public_buckets: true,
        },
        versioning_configuration: Versioning { status: "Enabled" },
    }
}

/// Properties of `AWS::S3::Bucket`. It has no name of its own: CloudFormation finds a free one.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Bucket {
    bucket_encryption: BucketEncryption,
    lifecycle_configuration: LifecycleConfiguration,
    ownership_controls: OwnershipControls,
    public_access_block_configuration: PublicAccessBlock,
    versioning_configuration: Versioning,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct BucketEncryption {
    server_side_encryption_configuration: [ServerSideEncryptionRule; 1],
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ServerSideEncryptionRule {
    server_side_encryption_by_default: ServerSideEncryption,
}

#[derive(Debug, Clone, Serialize)]
struct ServerSideEncryption {
    #[serde(rename = "SSEAlgorithm")]
    sse_algorithm: &'static str,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct LifecycleConfiguration {
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Rule {
    id: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration_in_days: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expired_object_delete_marker: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    noncurrent_version_expiration: Option<NoncurrentVersionExpiration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    abort_incomplete_multipart_upload: Option<AbortIncompleteMultipartUpload>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct NoncurrentVersionExpiration {
    noncurrent_days: u32,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AbortIncompleteMultipartUpload {
    days_after_initiation: u32,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct OwnershipControls {
    rules: [OwnershipRule; 1],
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct OwnershipRule {
    object_ownership: &'static str,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the four settings that AWS has"
)]
struct PublicAccessBlock {
    block_public_acls: bool,
    block_public_policy: bool,
    ignore_public_acls: bool,
    restrict_public_buckets: bool,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Versioning {
    status: &'static str,
}

/// Properties of `AWS::S3::BucketPolicy`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct BucketPolicy {
    bucket: Text,
    policy_document: PolicyDocument,
}
