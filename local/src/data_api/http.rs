//! AWS JSON 1.1 over HTTP: one path, the operation in a header, an object in and an object out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;

use super::fault::ApiFault;
use super::guard;
use super::limits::REQUEST_BYTES;
use super::operation::{self, OperationAnswer};
use super::service::Service;
use crate::warehouse::identifier;

/// Prefix of the header `X-Amz-Target`, before the operation's name.
const TARGET: &str = "RedshiftData.";

pub(super) fn router(service: Arc<Service>) -> Router {
    Router::new().fallback(answer).with_state(service)
}

async fn answer(State(service): State<Arc<Service>>, request: Request) -> Response {
    static REQUESTS: AtomicU64 = AtomicU64::new(0);
    let number = REQUESTS.fetch_add(1, Ordering::Relaxed);
    let (status, error, body) = match perform(&service, request).await {
        Ok(OperationAnswer::Json(value)) => (StatusCode::OK, None, value.to_string().into_bytes()),
        Ok(OperationAnswer::Text(text)) => (StatusCode::OK, None, text),
        Err(fault) => (
            fault.status(),
            Some(fault.name()),
            fault.body().to_string().into_bytes(),
        ),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-amz-json-1.1"),
    );
    if let Ok(id) = HeaderValue::from_str(&identifier(&format!("request {number}"))) {
        headers.insert("x-amzn-requestid", id);
    }
    if let Some(error) = error {
        headers.insert("x-amzn-errortype", HeaderValue::from_static(error));
    }
    response
}

async fn perform(service: &Arc<Service>, request: Request) -> Result<OperationAnswer, ApiFault> {
    let (head, body) = request.into_parts();
    guard::admit(&head.headers)?;
    service.access.admit(&head.headers)?;
    if head.method != Method::POST || head.uri.path() != "/" {
        return Err(ApiFault::unknown_operation(
            "Operations are asked for by POST to /.",
        ));
    }
    let target = head
        .headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .unwrap_or_default();
    let Some(operation) = target.strip_prefix(TARGET) else {
        return Err(ApiFault::unknown_operation(format!(
            "`{target}` is no operation of the Redshift Data API."
        )));
    };
    let announced = head
        .headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > REQUEST_BYTES) {
        return Err(ApiFault::too_large());
    }
    // Other large requests may have to be answered first.
    let _memory = service.memory(announced.unwrap_or(REQUEST_BYTES)).await?;
    let body = tokio::time::timeout(service.limits.body, to_bytes(body, REQUEST_BYTES))
        .await
        .map_err(|_| ApiFault::timed_out())?
        .map_err(|_| ApiFault::too_large())?;
    service.access.verify(&head, &body)?;
    operation::perform(service, operation, &body).await
}
