//! A bucket of S3.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::SdkBody;
use aws_smithy_types::retry::RetryConfig;

use super::failure::{CallFailure, FailureKind};
use super::object::{content_type, store_error};
use super::upload::{Aborts, Upload};
use crate::ports::{ObjectWriter, Store, StoreError, StoredObject, WriteCondition};

/// Tries of a conditional write.
const TRIES: u32 = 3;

/// The port [`Store`] over one bucket of S3. It refuses a bucket that another account owns.
pub struct BucketStore {
    client: Client,
    name: String,
    /// Number of the account that has it. A bucket of somebody else with this name is refused (AWS
    /// page: "Verifying bucket ownership with bucket owner condition").
    owner: String,
    region: String,
    aborts: Aborts,
}

impl BucketStore {
    /// The bucket `name` of the account `owner`.
    #[must_use]
    pub fn new(client: Client, name: &str, owner: &str, region: &str, aborts: Aborts) -> Self {
        Self {
            client,
            name: name.to_owned(),
            owner: owner.to_owned(),
            region: region.to_owned(),
            aborts,
        }
    }

    /// One try to write an object under a condition.
    async fn put_once(
        &self,
        key: &str,
        body: SdkBody,
        condition: WriteCondition<'_>,
    ) -> Result<Option<String>, CallFailure> {
        let mut put = self
            .client
            .put_object()
            .bucket(&self.name)
            .expected_bucket_owner(&self.owner)
            .key(key)
            .content_type(content_type(key))
            .body(body.into());
        put = match condition {
            WriteCondition::Always => put,
            WriteCondition::Absent => put.if_none_match("*"),
            WriteCondition::Matches(etag) => put.if_match(etag),
        };
        let sent = match condition {
            WriteCondition::Always => put.send().await,
            // Tried again here, where it is known that an earlier try may have had its effect.
            _ => {
                let alone = aws_sdk_s3::Config::builder().retry_config(RetryConfig::disabled());
                put.customize().config_override(alone).send().await
            }
        };
        sent.map(|output| output.e_tag)
            .map_err(|error| CallFailure::of("PutObject", &error))
    }
}

#[async_trait]
impl Store for BucketStore {
    async fn get(&self, key: &str) -> Result<Option<StoredObject>, StoreError> {
        let sent = self
            .client
            .get_object()
            .bucket(&self.name)
            .expected_bucket_owner(&self.owner)
            .key(key)
            .send()
            .await;
        let output = match sent {
            Ok(output) => output,
            Err(error) => return absent(&CallFailure::of("GetObject", &error)),
        };
        let etag = tagged(output.e_tag)?;
        let body = output.body.collect().await.map_err(cut_off)?;
        Ok(Some(StoredObject {
            body: body.to_vec(),
            etag,
        }))
    }

    async fn get_start(&self, key: &str, bytes: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let sent = self
            .client
            .get_object()
            .bucket(&self.name)
            .expected_bucket_owner(&self.owner)
            .key(key)
            .range(format!("bytes=0-{}", bytes.saturating_sub(1)))
            .send()
            .await;
        match sent {
            Ok(output) => {
                let body = output.body.collect().await.map_err(cut_off)?;
                Ok(Some(body.to_vec()))
            }
            Err(error) => {
                let failure = CallFailure::of("GetObject", &error);
                // An empty object has no first byte.
                if failure.status == 416 {
                    return Ok(Some(Vec::new()));
                }
                absent(&failure)
            }
        }
    }

    async fn put(
        &self,
        key: &str,
        body: Vec<u8>,
        condition: WriteCondition<'_>,
    ) -> Result<String, StoreError> {
        let body = aws_smithy_types::body::SdkBody::from(body);
        let mut perhaps_written = false;
        let mut count = 0;
        loop {
            count += 1;
            // A body of bytes can always be sent again.
            let copy = body.try_clone().unwrap_or_else(SdkBody::taken);
            let failure = match self.put_once(key, copy, condition).await {
                Ok(etag) => return tagged(etag),
                Err(failure) => failure,
            };
            let conditional = condition != WriteCondition::Always;
            if conditional && is_conflict(&failure) {
                // What somebody else seems to have changed may be what an earlier try wrote.
                if perhaps_written
                    && let Some(object) = self.get(key).await?
                    && body.bytes() == Some(object.body.as_slice())
                {
                    return Ok(object.etag);
                }
                return Err(StoreError::Conflict);
            }
            if failure.kind == FailureKind::Refused || !conditional || count == TRIES {
                return Err(store_error(&failure));
            }
            perhaps_written = true;
            tokio::time::sleep(pause(count)).await;
        }
    }

    async fn writer(&self, key: &str) -> Result<Box<dyn ObjectWriter>, StoreError> {
        Ok(Box::new(Upload::new(
            self.client.clone(),
            (&self.name, &self.owner),
            key,
            self.aborts.clone(),
        )))
    }

    fn uri(&self, key: &str) -> String {
        format!("s3://{}/{key}", self.name)
    }

    fn location(&self, key: &str) -> String {
        if ["cn-", "us-gov-", "us-iso"]
            .iter()
            .any(|partition| self.region.starts_with(partition))
        {
            return self.uri(key);
        }
        format!(
            "https://{region}.console.aws.amazon.com/s3/object/{bucket}?region={region}&prefix={key}",
            region = self.region,
            bucket = self.name,
        )
    }
}

/// 412: the condition does not hold. 409: another write is in flight. 404: the object is gone (AWS
/// page: conditional writes).
fn is_conflict(failure: &CallFailure) -> bool {
    failure.status == 412
        || failure.code == "ConditionalRequestConflict"
        || failure.code == "NoSuchKey"
}

fn absent<T>(failure: &CallFailure) -> Result<Option<T>, StoreError> {
    if failure.code == "NoSuchKey" {
        Ok(None)
    } else {
        Err(store_error(failure))
    }
}

/// The entity tag of an answer. Every object has one (AWS page: `GetObject`): without it, two versions of an object
/// would seem to be one.
fn tagged(etag: Option<String>) -> Result<String, StoreError> {
    etag.ok_or_else(|| StoreError::Unavailable("its answer has no entity tag".to_owned()))
}

fn cut_off(_: impl std::error::Error) -> StoreError {
    StoreError::Unavailable("the object was cut off".to_owned())
}

/// Grows with each try, and differs between functions that failed together.
fn pause(count: u32) -> Duration {
    let ceiling = 100_u32 << count.min(5);
    let spread = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |now| now.subsec_nanos());
    Duration::from_millis(u64::from(ceiling / 2 + spread % ceiling))
}
