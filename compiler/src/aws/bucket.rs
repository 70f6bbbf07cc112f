//! Buckets and their objects.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    BucketLocationConstraint, BucketVersioningStatus, CreateBucketConfiguration,
    PublicAccessBlockConfiguration, ServerSideEncryption, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule, VersioningConfiguration,
};
use serde_json::json;

use super::{Aws, AwsFailure};
use crate::machines::AwsPartition;

/// An object in a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketObject {
    /// Key of the object, without a leading slash.
    pub key: String,
    /// Its length in bytes.
    pub bytes: u64,
}

/// Why a bucket of ours cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BucketProblem {
    /// Another account has a bucket of this name.
    #[error("another account has the bucket")]
    Taken,
    /// A call about the bucket failed.
    #[error(transparent)]
    Failed(#[from] AwsFailure),
}

/// What protecting a bucket has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Protected {
    /// Everything was set for the first time.
    First,
    /// It was protected before; this had been taken away and is set again.
    Again(Vec<&'static str>),
}

impl Aws {
    /// Whether the bucket is there and ours.
    ///
    /// # Errors
    /// It is somebody else's, or a call failed.
    pub async fn bucket_exists(&self, bucket: &str) -> Result<bool, BucketProblem> {
        let head = self
            .s3
            .head_bucket()
            .bucket(bucket)
            .expected_bucket_owner(&self.account)
            .send()
            .await
            .map_err(AwsFailure::of("s3:ListBucket"));
        match head {
            Ok(_) => Ok(true),
            Err(AwsFailure::Refused { code, .. })
                if matches!(code.as_str(), "NotFound" | "NoSuchBucket" | "404") =>
            {
                Ok(false)
            }
            Err(AwsFailure::Denied { .. }) if !self.owns(bucket).await? => {
                Err(BucketProblem::Taken)
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// Whether the list of this account's buckets has it: tells a bucket of somebody else from one of
    /// ours that we may not look at.
    async fn owns(&self, bucket: &str) -> Result<bool, AwsFailure> {
        let mut pages = self
            .s3
            .list_buckets()
            .prefix(bucket)
            .into_paginator()
            .send();
        while let Some(page) = pages.next().await {
            // Without this permission nothing is known, and the first failure is the one to tell.
            let Ok(page) = page else { return Ok(true) };
            if page
                .buckets()
                .iter()
                .any(|found| found.name() == Some(bucket))
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Makes the bucket.
    ///
    /// # Errors
    /// Another account has one of this name, or the call failed.
    pub async fn create_bucket(&self, bucket: &str) -> Result<(), BucketProblem> {
        // This Region alone must not be named (AWS page: `CreateBucket`).
        let configuration = (self.region != "us-east-1").then(|| {
            CreateBucketConfiguration::builder()
                .location_constraint(BucketLocationConstraint::from(self.region.as_str()))
                .build()
        });
        let made = self
            .s3
            .create_bucket()
            .bucket(bucket)
            .set_create_bucket_configuration(configuration)
            .send()
            .await
            .map_err(AwsFailure::of("s3:CreateBucket"));
        match made {
            Ok(_) => Ok(()),
            // Somebody deploys another pipeline at the same time.
            Err(failure) if failure.code() == "BucketAlreadyOwnedByYou" => Ok(()),
            Err(failure) if failure.code() == "BucketAlreadyExists" => Err(BucketProblem::Taken),
            Err(failure) => Err(failure.into()),
        }
    }

    /// Versioned, private, encrypted, over TLS only. May be called again; what holds is left alone, and
    /// what somebody has taken away comes back.
    ///
    /// # Errors
    /// A call failed.
    pub async fn protect_bucket(&self, bucket: &str) -> Result<Protected, AwsFailure> {
        let versioning = self
            .s3
            .get_bucket_versioning()
            .bucket(bucket)
            .expected_bucket_owner(&self.account)
            .send()
            .await
            .map_err(AwsFailure::of("s3:GetBucketVersioning"))?;
        // It is set last, so where it is on, everything else was set, too.
        if versioning.status() == Some(&BucketVersioningStatus::Enabled) {
            let mut mended = Vec::new();
            if !self.is_private(bucket).await? {
                self.make_private(bucket).await?;
                mended.push("public access block");
            }
            if !self.has_policy(bucket).await? {
                self.require_tls(bucket).await?;
                mended.push("policy");
            }
            return Ok(Protected::Again(mended));
        }
        self.make_private(bucket).await?;
        self.encrypt(bucket).await?;
        self.require_tls(bucket).await?;
        self.s3
            .put_bucket_versioning()
            .bucket(bucket)
            .expected_bucket_owner(&self.account)
            .versioning_configuration(
                VersioningConfiguration::builder()
                    .status(BucketVersioningStatus::Enabled)
                    .build(),
            )
            .send()
            .await
            .map_err(AwsFailure::of("s3:PutBucketVersioning"))?;
        Ok(Protected::First)
    }

    /// Whether all four parts of the public access block are on.
    async fn is_private(&self, bucket: &str) -> Result<bool, AwsFailure> {
        let asked = self
            .s3
            .get_public_access_block()
            .bucket(bucket)
            .expected_bucket_owner(&self.account)
            .send()
            .await
            .map_err(AwsFailure::of("s3:GetBucketPublicAccessBlock"));
        let block = match asked {
            Ok(answer) => answer.public_access_block_configuration,
            Err(failure) if failure.code() == "NoSuchPublicAccessBlockConfiguration" => None,
            Err(failure) if failure.is_unknown_call() => None,
            Err(failure) => return Err(failure),
        };
        Ok(block.is_some_and(|block| {
            [
                block.block_public_acls,
                block.block_public_policy,
                block.ignore_public_acls,
                block.restrict_public_buckets,
            ]
            .into_iter()
            .all(|part| part == Some(true))
        }))
    }

    async fn make_private(&self, bucket: &str) -> Result<(), AwsFailure> {
        let private = PublicAccessBlockConfiguration::builder()
            .block_public_acls(true)
            .block_public_policy(true)
            .ignore_public_acls(true)
            .restrict_public_buckets(true)
            .build();
        self.s3
            .put_public_access_block()
            .bucket(bucket)
            .expected_bucket_owner(&self.account)
            .public_access_block_configuration(private)
            .send()
            .await
            .map_err(AwsFailure::of("s3:PutBucketPublicAccessBlock"))?;
        Ok(())
    }

    /// Whether the bucket has a policy; one that somebody has changed is theirs.
    async fn has_policy(&self, bucket: &str) -> Result<bool, AwsFailure> {
        let asked = self
            .s3
            .get_bucket_policy()
            .bucket(bucket)
            .expected_bucket_owner(&self.account)
            .send()
            .await
            .map_err(AwsFailure::of("s3:GetBucketPolicy"));
        match asked {
            Ok(_) => Ok(true),
            Err(failure) if failure.code() == "NoSuchBucketPolicy" => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    async fn require_tls(&self, bucket: &str) -> Result<(), AwsFailure> {
        self.s3
            .put_bucket_policy()
            .bucket(bucket)
            .expected_bucket_owner(&self.account)
            .policy(tls_only(bucket, self.partition().unwrap_or_default()))
            .send()
            .await
            .map_err(AwsFailure::of("s3:PutBucketPolicy"))?;
        Ok(())
    }

    async fn encrypt(&self, bucket: &str) -> Result<(), AwsFailure> {
        let unbuilt = |error: aws_sdk_s3::error::BuildError| AwsFailure::Refused {
            call: "s3:PutEncryptionConfiguration",
            code: String::new(),
            message: error.to_string(),
        };
        let rule = ServerSideEncryptionRule::builder()
            .apply_server_side_encryption_by_default(
                ServerSideEncryptionByDefault::builder()
                    .sse_algorithm(ServerSideEncryption::Aes256)
                    .build()
                    .map_err(unbuilt)?,
            )
            .build();
        self.s3
            .put_bucket_encryption()
            .bucket(bucket)
            .expected_bucket_owner(&self.account)
            .server_side_encryption_configuration(
                ServerSideEncryptionConfiguration::builder()
                    .rules(rule)
                    .build()
                    .map_err(unbuilt)?,
            )
            .send()
            .await
            .map_err(AwsFailure::of("s3:PutEncryptionConfiguration"))?;
        Ok(())
    }

    /// Whether the object is there.
    ///
    /// # Errors
    /// A call failed.
    pub async fn has_object(&self, bucket: &str, key: &str) -> Result<bool, AwsFailure> {
        Ok(self.etag(bucket, key).await?.is_some())
    }

    /// The entity tag of an object; `None` if there is no object.
    ///
    /// # Errors
    /// A call failed.
    pub async fn etag(&self, bucket: &str, key: &str) -> Result<Option<String>, AwsFailure> {
        let head = self
            .s3
            .head_object()
            .bucket(bucket)
            .key(key)
            .expected_bucket_owner(&self.account)
            .send()
            .await
            .map_err(AwsFailure::of("s3:GetObject"));
        match head {
            Ok(found) => Ok(Some(found.e_tag().unwrap_or_default().to_owned())),
            Err(failure) if matches!(failure.code(), "NotFound" | "NoSuchKey") => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Writes an object that is named by its content; one that is there already is the same.
    ///
    /// # Errors
    /// A call failed.
    pub async fn put_once(
        &self,
        bucket: &str,
        key: &str,
        bytes: Vec<u8>,
    ) -> Result<(), AwsFailure> {
        let put = self
            .s3
            .put_object()
            .bucket(bucket)
            .key(key)
            .expected_bucket_owner(&self.account)
            .if_none_match("*")
            .body(ByteStream::from(bytes))
            .send()
            .await
            .map_err(AwsFailure::of("s3:PutObject"));
        match put {
            Ok(_) => Ok(()),
            Err(failure)
                if matches!(
                    failure.code(),
                    "PreconditionFailed" | "ConditionalRequestConflict"
                ) =>
            {
                Ok(())
            }
            Err(failure) => Err(failure),
        }
    }

    /// Reads an object; `None` if there is none.
    ///
    /// # Errors
    /// A call failed.
    pub async fn object(&self, bucket: &str, key: &str) -> Result<Option<Vec<u8>>, AwsFailure> {
        self.read(bucket, key, None).await
    }

    /// Reads the first bytes of an object, `most` or a few more; `None` if there is no object. It must
    /// not be empty.
    ///
    /// # Errors
    /// A call failed.
    pub async fn beginning(
        &self,
        bucket: &str,
        key: &str,
        most: u64,
    ) -> Result<Option<Vec<u8>>, AwsFailure> {
        self.read(bucket, key, Some(format!("bytes=0-{most}")))
            .await
    }

    async fn read(
        &self,
        bucket: &str,
        key: &str,
        range: Option<String>,
    ) -> Result<Option<Vec<u8>>, AwsFailure> {
        let got = self
            .s3
            .get_object()
            .bucket(bucket)
            .key(key)
            .set_range(range)
            .expected_bucket_owner(&self.account)
            .send()
            .await
            .map_err(AwsFailure::of("s3:GetObject"));
        match got {
            Ok(object) => match object.body.collect().await {
                Ok(body) => Ok(Some(body.to_vec())),
                Err(error) => Err(AwsFailure::Unreachable {
                    call: "s3:GetObject",
                    message: error.to_string(),
                }),
            },
            Err(failure) if matches!(failure.code(), "NoSuchKey" | "NotFound") => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Objects whose key starts with `prefix`, in the order of their keys.
    ///
    /// # Errors
    /// A call failed.
    pub async fn objects(
        &self,
        bucket: &str,
        prefix: &str,
    ) -> Result<Vec<BucketObject>, AwsFailure> {
        let mut pages = self
            .s3
            .list_objects_v2()
            .bucket(bucket)
            .prefix(prefix)
            .expected_bucket_owner(&self.account)
            .into_paginator()
            .send();
        let mut objects = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(AwsFailure::of("s3:ListBucket"))?;
            objects.extend(page.contents().iter().map(|object| {
                BucketObject {
                    key: object.key().unwrap_or_default().to_owned(),
                    bytes: object
                        .size()
                        .and_then(|bytes| u64::try_from(bytes).ok())
                        .unwrap_or(0),
                }
            }));
        }
        Ok(objects)
    }
}

fn tls_only(bucket: &str, partition: AwsPartition) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [
                format!("arn:{partition}:s3:::{bucket}"),
                format!("arn:{partition}:s3:::{bucket}/*"),
            ],
            "Condition": { "Bool": { "aws:SecureTransport": "false" } },
        }],
    })
    .to_string()
}
