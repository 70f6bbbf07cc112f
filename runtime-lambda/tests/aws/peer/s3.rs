//! S3, path style: objects, conditional writes, ranges, multipart uploads.

use std::collections::{BTreeMap, HashMap};

use super::error;
use crate::artifacts::ACCOUNT;
use crate::http::{Reply, Request};

/// What lies in the buckets.
#[derive(Default)]
pub struct Objects {
    objects: BTreeMap<String, (Vec<u8>, String)>,
    /// Uploads that were neither completed nor aborted, by id.
    pub uploads: HashMap<String, BTreeMap<u32, Vec<u8>>>,
    writes: u64,
}

impl Objects {
    pub fn body(&self, bucket: &str, key: &str) -> Option<Vec<u8>> {
        self.objects
            .get(&format!("/{bucket}/{key}"))
            .map(|(body, _)| body.clone())
    }

    pub fn put(&mut self, bucket: &str, key: &str, body: Vec<u8>) {
        self.write(format!("/{bucket}/{key}"), body);
    }

    fn write(&mut self, path: String, body: Vec<u8>) -> String {
        self.writes += 1;
        let etag = format!("\"{:032x}\"", self.writes);
        self.objects.insert(path, (body, etag.clone()));
        etag
    }
}

pub fn answer(store: &mut Objects, operation: &str, request: &Request) -> Reply {
    let path = request.path.clone();
    // A call that does not say whose bucket it means may reach anybody's.
    if request
        .headers
        .get("x-amz-expected-bucket-owner")
        .map(String::as_str)
        != Some(ACCOUNT)
    {
        return error(operation, 403, "AccessDenied");
    }
    let upload = request.query.get("uploadId").cloned().unwrap_or_default();
    match operation {
        "GetObject" => {
            let Some((body, etag)) = store.objects.get(&path) else {
                return error(operation, 404, "NoSuchKey");
            };
            let Some(range) = request.headers.get("range") else {
                return Reply::new(200, "binary/octet-stream", body.clone()).header("etag", etag);
            };
            let last: usize = range.rsplit('-').next().unwrap().parse().unwrap();
            if body.is_empty() {
                return error(operation, 416, "InvalidRange");
            }
            let end = (last + 1).min(body.len());
            Reply::new(206, "binary/octet-stream", &body[..end]).header("etag", etag)
        }
        "PutObject" => {
            let present = store.objects.get(&path).map(|(_, etag)| etag.clone());
            if request.headers.contains_key("if-none-match") && present.is_some() {
                return error(operation, 412, "PreconditionFailed");
            }
            match (request.headers.get("if-match"), present) {
                (Some(_), None) => return error(operation, 404, "NoSuchKey"),
                (Some(wanted), Some(etag)) if *wanted != etag => {
                    return error(operation, 412, "PreconditionFailed");
                }
                _ => {}
            }
            let etag = store.write(path, request.body.clone());
            Reply::new(200, "application/xml", "").header("etag", etag)
        }
        "CreateMultipartUpload" => {
            store.writes += 1;
            let id = format!("upload-{}", store.writes);
            store.uploads.insert(id.clone(), BTreeMap::new());
            xml(&format!(
                "<InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>"
            ))
        }
        "UploadPart" => {
            let number: u32 = request.query["partNumber"].parse().unwrap();
            match store.uploads.get_mut(&upload) {
                Some(parts) => {
                    parts.insert(number, request.body.clone());
                    Reply::new(200, "application/xml", "").header("etag", format!("\"{number}\""))
                }
                None => error(operation, 404, "NoSuchUpload"),
            }
        }
        "CompleteMultipartUpload" => {
            let Some(parts) = store.uploads.remove(&upload) else {
                return error(operation, 404, "NoSuchUpload");
            };
            // AWS page: multipart upload limits. Every part but the last has 5 MiB or more.
            let count = parts.len();
            let small = parts
                .values()
                .take(count - 1)
                .any(|part| part.len() < 5 * 1024 * 1024);
            if small {
                return error(operation, 400, "EntityTooSmall");
            }
            let etag = store.write(path, parts.into_values().flatten().collect());
            xml(&format!(
                "<CompleteMultipartUploadResult><ETag>{etag}</ETag></CompleteMultipartUploadResult>"
            ))
        }
        "AbortMultipartUpload" => match store.uploads.remove(&upload) {
            Some(_) => Reply::new(204, "application/xml", ""),
            None => error(operation, 404, "NoSuchUpload"),
        },
        _ => error(operation, 405, "MethodNotAllowed"),
    }
}

fn xml(body: &str) -> Reply {
    Reply::new(200, "application/xml", body)
}
