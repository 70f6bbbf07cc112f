//! S3, path style.

use axum::body::Bytes;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};

use super::world::{Bucket, World};
use super::{xml, xml_answer};
use runtime_lambda::keys::sha256;

fn refused(method: &Method, status: u16, code: &str, message: &str) -> Response {
    if method == Method::HEAD {
        return StatusCode::from_u16(status).unwrap().into_response();
    }
    xml_answer(
        status,
        format!(
            "<Error><Code>{code}</Code><Message>{}</Message></Error>",
            xml::text(message)
        ),
    )
}

pub fn answer(
    world: &mut World,
    method: &Method,
    uri: &Uri,
    header: &dyn Fn(&str) -> String,
    body: Bytes,
) -> Response {
    let path = uri.path().trim_start_matches('/');
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    let query = uri.query().unwrap_or_default();
    let sub_resource = query
        .split('&')
        .find(|part| {
            let name = part.trim_end_matches('=');
            ["versioning", "publicAccessBlock", "encryption", "policy"].contains(&name)
        })
        .map(|part| part.trim_end_matches('=').to_owned());
    let operation = match (method.as_str(), key.is_empty(), &sub_resource) {
        ("HEAD", true, _) => "HeadBucket".to_owned(),
        ("HEAD", false, _) => "HeadObject".to_owned(),
        ("GET", true, Some(name)) => format!("Get {name}"),
        ("PUT", true, Some(name)) => format!("Put {name}"),
        ("GET", true, None) if bucket.is_empty() => "ListBuckets".to_owned(),
        ("GET", true, None) => "ListObjectsV2".to_owned(),
        ("PUT", true, None) => "CreateBucket".to_owned(),
        ("PUT", false, _) => "PutObject".to_owned(),
        _ => "GetObject".to_owned(),
    };
    if let Some((status, code, message)) = world.refuses(&operation) {
        // S3 has its own words for it.
        return match code {
            "Throttling" => refused(method, 503, "SlowDown", "Please reduce your request rate."),
            _ => refused(method, status, code, &message),
        };
    }
    if world.broken.bucket_taken && operation == "HeadBucket" {
        return refused(method, 403, "AccessDenied", "Access Denied");
    }
    let known = world.buckets.contains_key(bucket);
    match operation.as_str() {
        "ListBuckets" => {
            let names: String = world
                .buckets
                .keys()
                .map(|name| format!("<Bucket><Name>{name}</Name></Bucket>"))
                .collect();
            return xml_answer(
                200,
                format!(
                    "<ListAllMyBucketsResult><Buckets>{names}</Buckets></ListAllMyBucketsResult>"
                ),
            );
        }
        "CreateBucket" => {
            world.buckets.insert(bucket.to_owned(), Bucket::default());
            return StatusCode::OK.into_response();
        }
        _ if !known => return refused(method, 404, "NoSuchBucket", "no such bucket"),
        _ => {}
    }
    let found = world.buckets.get_mut(bucket).unwrap();
    match (operation.as_str(), sub_resource) {
        ("HeadBucket", _) => StatusCode::OK.into_response(),
        ("Get versioning", _) => {
            let status = if found.settings.contains_key("versioning") {
                "<Status>Enabled</Status>"
            } else {
                ""
            };
            xml_answer(
                200,
                format!("<VersioningConfiguration>{status}</VersioningConfiguration>"),
            )
        }
        ("Get publicAccessBlock" | "Get policy" | "Get encryption", Some(name)) => {
            let code = match name.as_str() {
                "policy" => "NoSuchBucketPolicy",
                "encryption" => "ServerSideEncryptionConfigurationNotFoundError",
                _ => "NoSuchPublicAccessBlockConfiguration",
            };
            match found.settings.get(&name) {
                Some(text) => xml_answer(200, text.clone()),
                None => refused(method, 404, code, "it is not there"),
            }
        }
        (_, Some(name)) => {
            let text = String::from_utf8_lossy(&body).into_owned();
            found.settings.insert(name, text);
            StatusCode::OK.into_response()
        }
        ("HeadObject", _) if found.objects.contains_key(key) => {
            let tag = format!("\"{}\"", sha256(&found.objects[key]));
            (StatusCode::OK, [("etag", tag)]).into_response()
        }
        ("GetObject", _) if found.objects.contains_key(key) => {
            (StatusCode::OK, found.objects[key].clone()).into_response()
        }
        ("PutObject", _) => {
            if header("if-none-match") == "*" && found.objects.contains_key(key) {
                return refused(method, 412, "PreconditionFailed", "it is there");
            }
            let bytes = if header("content-encoding").contains("aws-chunked") {
                unchunked(&body)
            } else {
                body.to_vec()
            };
            found.objects.insert(key.to_owned(), bytes);
            StatusCode::OK.into_response()
        }
        ("ListObjectsV2", _) => {
            let prefix = query
                .split('&')
                .find_map(|part| part.strip_prefix("prefix="))
                .unwrap_or_default()
                .replace("%2F", "/");
            let contents: String = found
                .objects
                .iter()
                .filter(|(key, _)| key.starts_with(&prefix))
                .map(|(key, bytes)| {
                    format!(
                        "<Contents><Key>{key}</Key><Size>{}</Size></Contents>",
                        bytes.len()
                    )
                })
                .collect();
            xml_answer(
                200,
                format!(
                    "<ListBucketResult>{contents}<IsTruncated>false</IsTruncated></ListBucketResult>"
                ),
            )
        }
        _ => refused(method, 404, "NoSuchKey", "no such key"),
    }
}

/// A body that was sent in chunks with trailing checksums: `<hex length>\r\n<bytes>\r\n`, until 0.
fn unchunked(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = body;
    while let Some(end) = rest.windows(2).position(|pair| pair == b"\r\n") {
        let head = std::str::from_utf8(&rest[..end]).unwrap();
        let digits = head.split(';').next().unwrap();
        let length = usize::from_str_radix(digits, 16).unwrap();
        if length == 0 {
            break;
        }
        bytes.extend_from_slice(&rest[end + 2..end + 2 + length]);
        rest = &rest[end + 2 + length + 2..];
    }
    bytes
}
