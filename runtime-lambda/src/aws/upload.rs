//! An object written in pieces: a multipart upload, or a single write if it stays small.
//!
//! No more than one part is in memory.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::SdkBody;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use parking_lot::Mutex;
use tokio::task::JoinSet;

use super::failure::CallFailure;
use super::object::{content_type, store_error};
use crate::ports::{ObjectWriter, StoreError};

/// Bytes of a part: at least 5 MiB, at most 10,000 parts (AWS page: multipart upload limits).
const PART: usize = 6 * 1024 * 1024;

/// Uploads that are being aborted.
#[derive(Clone, Default)]
pub struct Aborts(Arc<Mutex<JoinSet<()>>>);

impl Aborts {
    /// Returns when all are aborted, or after `within`: what is left then falls to the bucket's
    /// lifecycle rule.
    pub async fn settle(&self, within: Duration) {
        let mut tasks = std::mem::take(&mut *self.0.lock());
        let all = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(within, all).await.is_err() {
            tracing::warn!("an upload could not be aborted in time");
        }
    }

    fn abort(&self, client: Client, upload: Started) {
        // Without a runtime nothing can be sent any more.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let mut tasks = self.0.lock();
        tasks.spawn_on(
            async move {
                let aborted = client
                    .abort_multipart_upload()
                    .bucket(upload.bucket)
                    .expected_bucket_owner(upload.owner)
                    .key(upload.key)
                    .upload_id(upload.id)
                    .send()
                    .await;
                if let Err(error) = aborted {
                    CallFailure::of("AbortMultipartUpload", &error);
                }
            },
            &runtime,
        );
    }
}

/// An object that is being written.
pub struct Upload {
    client: Client,
    bucket: String,
    owner: String,
    key: String,
    buffer: Vec<u8>,
    /// The upload, once there is more than a part.
    started: Option<Started>,
    parts: Vec<CompletedPart>,
    aborts: Aborts,
}

/// What S3 knows a multipart upload by.
#[derive(Clone)]
struct Started {
    bucket: String,
    owner: String,
    key: String,
    id: String,
}

impl Upload {
    /// An object under `key` in the bucket of the account `owner`; nothing is sent yet.
    #[must_use]
    pub fn new(client: Client, (bucket, owner): (&str, &str), key: &str, aborts: Aborts) -> Self {
        Self {
            client,
            bucket: bucket.to_owned(),
            owner: owner.to_owned(),
            key: key.to_owned(),
            buffer: Vec::new(),
            started: None,
            parts: Vec::new(),
            aborts,
        }
    }

    async fn start(&mut self) -> Result<Started, StoreError> {
        if let Some(started) = &self.started {
            return Ok(started.clone());
        }
        let output = self
            .client
            .create_multipart_upload()
            .bucket(&self.bucket)
            .expected_bucket_owner(&self.owner)
            .key(&self.key)
            .content_type(content_type(&self.key))
            .send()
            .await
            .map_err(|error| store_error(&CallFailure::of("CreateMultipartUpload", &error)))?;
        let id = output
            .upload_id
            .ok_or_else(|| StoreError::Unavailable("an upload without an id".to_owned()))?;
        let started = Started {
            bucket: self.bucket.clone(),
            owner: self.owner.clone(),
            key: self.key.clone(),
            id,
        };
        self.started = Some(started.clone());
        Ok(started)
    }

    /// Sends what is in the buffer as the next part.
    async fn send_part(&mut self) -> Result<(), StoreError> {
        let started = self.start().await?;
        let number = i32::try_from(self.parts.len() + 1)
            .map_err(|_| StoreError::Refused("too many parts".to_owned()))?;
        let body = std::mem::take(&mut self.buffer);
        let output = self
            .client
            .upload_part()
            .bucket(&started.bucket)
            .expected_bucket_owner(&started.owner)
            .key(&started.key)
            .upload_id(&started.id)
            .part_number(number)
            .body(SdkBody::from(body).into())
            .send()
            .await
            .map_err(|error| store_error(&CallFailure::of("UploadPart", &error)))?;
        self.parts.push(
            CompletedPart::builder()
                .part_number(number)
                .set_e_tag(output.e_tag)
                .build(),
        );
        Ok(())
    }

    async fn complete(&mut self, started: Started) -> Result<(), StoreError> {
        if !self.buffer.is_empty() {
            self.send_part().await?;
        }
        let parts = CompletedMultipartUpload::builder()
            .set_parts(Some(std::mem::take(&mut self.parts)))
            .build();
        self.client
            .complete_multipart_upload()
            .bucket(&started.bucket)
            .expected_bucket_owner(&started.owner)
            .key(&started.key)
            .upload_id(&started.id)
            .multipart_upload(parts)
            .send()
            .await
            .map_err(|error| {
                let failure = CallFailure::of("CompleteMultipartUpload", &error);
                // A try before this one may have completed it: the object has to be written anew.
                if failure.code == "NoSuchUpload" {
                    return StoreError::Unavailable(failure.sentence);
                }
                store_error(&failure)
            })?;
        self.started = None;
        Ok(())
    }
}

#[async_trait]
impl ObjectWriter for Upload {
    async fn write(&mut self, mut bytes: &[u8]) -> Result<(), StoreError> {
        while !bytes.is_empty() {
            let room = PART.saturating_sub(self.buffer.len());
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
            if self.buffer.len() >= PART {
                self.send_part().await?;
            }
        }
        Ok(())
    }

    async fn finish(mut self: Box<Self>) -> Result<(), StoreError> {
        if let Some(started) = self.started.clone() {
            return self.complete(started).await;
        }
        let body = std::mem::take(&mut self.buffer);
        self.client
            .put_object()
            .bucket(&self.bucket)
            .expected_bucket_owner(&self.owner)
            .key(&self.key)
            .content_type(content_type(&self.key))
            .body(SdkBody::from(body).into())
            .send()
            .await
            .map(|_| ())
            .map_err(|error| store_error(&CallFailure::of("PutObject", &error)))
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Some(started) = self.started.take() {
            self.aborts.abort(self.client.clone(), started);
        }
    }
}
