//! The data bucket: private, TLS only, encrypted, and kept when the stack goes.
//!
//! It keeps no old versions. Only the global state of a run is overwritten, at each of its changes. Of a
//! run of 10,000 steps that would be tens of gigabytes for as long as they are kept, and nobody reads them.

use runtime_lambda::keys;
use serde::Serialize;

use super::intrinsic::{Text, attribute, escaped, reference, substitution};
use super::names::DATA_BUCKET;
use super::parts::StackPart;
use super::policy::{PolicyDocument, PolicyStatement};
use super::resource::ResourceProperties;
use super::template::StackTemplate;
use crate::pipeline::{DataBucket, Stack};

/// How long what was overwritten is kept: what is left of a time in which the bucket kept versions.
const NONCURRENT_DAYS: u32 = 1;

/// How long it is known which event has started a run: whatever delivers one twice does so within a day.
const TRIGGER_DAYS: u32 = 7;

/// How long the parts of an upload that nobody finished are kept.
const UPLOAD_DAYS: u32 = 1;

/// Name of the bucket.
pub fn name(data: &DataBucket) -> Text {
    match data {
        DataBucket::Existing(name) => name.as_str().into(),
        DataBucket::Made { .. } => reference(DATA_BUCKET),
    }
}

/// ARN of the bucket.
pub fn arn(data: &DataBucket) -> Text {
    match data {
        DataBucket::Existing(name) => {
            substitution(format!("arn:${{AWS::Partition}}:s3:::{}", escaped(name)))
        }
        DataBucket::Made { .. } => attribute(DATA_BUCKET, "Arn"),
    }
}

/// ARN of the bucket's objects under this pattern of keys.
pub fn objects(data: &DataBucket, keys: &str) -> Text {
    let keys = escaped(keys);
    substitution(match data {
        DataBucket::Existing(name) => {
            format!("arn:${{AWS::Partition}}:s3:::{}/{keys}", escaped(name))
        }
        DataBucket::Made { .. } => format!("${{{DATA_BUCKET}.Arn}}/{keys}"),
    })
}

/// Adds the bucket and its policy, which stays with it; one that is there already is left as it is.
pub fn add(template: &mut StackTemplate, pipeline: &str, settings: &Stack) {
    let data = &settings.data;
    let DataBucket::Made {
        expire_days,
        retain,
    } = *data
    else {
        return;
    };
    let triggers = keys::triggers(pipeline);
    let bucket = bucket(expire_days, triggers, settings.kms_key.as_deref());
    template.add(StackPart::DataBucket, bucket).retained(retain);
    let policy = BucketPolicy {
        bucket: reference(DATA_BUCKET),
        policy_document: PolicyDocument::new(vec![PolicyStatement::deny_without_tls(
            "s3:*",
            vec![arn(data), objects(data, "*")],
        )]),
    };
    template
        .add(StackPart::DataBucketPolicy, policy)
        .retained(retain);
}

fn bucket(expire_days: Option<u32>, triggers: String, kms_key: Option<&str>) -> BucketProperties {
    let mut rules = vec![
        Rule {
            expired_object_delete_marker: Some(true),
            noncurrent_version_expiration: Some(NoncurrentVersionExpiration {
                noncurrent_days: NONCURRENT_DAYS,
            }),
            abort_incomplete_multipart_upload: Some(AbortIncompleteMultipartUpload {
                days_after_initiation: UPLOAD_DAYS,
            }),
            ..Rule::named("leftovers")
        },
        Rule {
            prefix: Some(triggers),
            expiration_in_days: Some(TRIGGER_DAYS),
            ..Rule::named("triggers")
        },
    ];
    if let Some(days) = expire_days {
        rules.push(Rule {
            expiration_in_days: Some(days),
            ..Rule::named("runs")
        });
    }
    BucketProperties {
        bucket_encryption: BucketEncryption {
            server_side_encryption_configuration: [ServerSideEncryptionRule {
                // A key of the bucket's own for some minutes, instead of a call for each object.
                bucket_key_enabled: kms_key.map(|_| true),
                server_side_encryption_by_default: ServerSideEncryption {
                    kms_master_key_id: kms_key.map(str::to_owned),
                    sse_algorithm: if kms_key.is_some() {
                        "aws:kms"
                    } else {
                        "AES256"
                    },
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
        versioning_configuration: Versioning {
            // A bucket that kept versions once cannot be told otherwise (AWS page: "Using versioning in S3 buckets").
            status: "Suspended",
        },
    }
}

/// Properties of `AWS::S3::Bucket`. It has no name of its own: CloudFormation finds a free one.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct BucketProperties {
    bucket_encryption: BucketEncryption,
    lifecycle_configuration: LifecycleConfiguration,
    ownership_controls: OwnershipControls,
    public_access_block_configuration: PublicAccessBlock,
    versioning_configuration: Versioning,
}

impl ResourceProperties for BucketProperties {
    const TYPE: &'static str = "AWS::S3::Bucket";
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct BucketEncryption {
    server_side_encryption_configuration: [ServerSideEncryptionRule; 1],
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ServerSideEncryptionRule {
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket_key_enabled: Option<bool>,
    server_side_encryption_by_default: ServerSideEncryption,
}

#[derive(Debug, Clone, Serialize)]
struct ServerSideEncryption {
    #[serde(rename = "KMSMasterKeyID", skip_serializing_if = "Option::is_none")]
    kms_master_key_id: Option<String>,
    #[serde(rename = "SSEAlgorithm")]
    sse_algorithm: &'static str,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct LifecycleConfiguration {
    rules: Vec<Rule>,
}

#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Rule {
    id: &'static str,
    status: &'static str,
    prefix: Option<String>,
    expiration_in_days: Option<u32>,
    expired_object_delete_marker: Option<bool>,
    noncurrent_version_expiration: Option<NoncurrentVersionExpiration>,
    abort_incomplete_multipart_upload: Option<AbortIncompleteMultipartUpload>,
}

impl Rule {
    /// A rule that does nothing yet.
    fn named(id: &'static str) -> Self {
        Self {
            id,
            status: "Enabled",
            prefix: None,
            expiration_in_days: None,
            expired_object_delete_marker: None,
            noncurrent_version_expiration: None,
            abort_incomplete_multipart_upload: None,
        }
    }
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

/// The properties that sfc sets of `AWS::S3::BucketPolicy`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct BucketPolicy {
    bucket: Text,
    policy_document: PolicyDocument,
}

impl ResourceProperties for BucketPolicy {
    const TYPE: &'static str = "AWS::S3::BucketPolicy";
}
