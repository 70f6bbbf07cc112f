//! Responses to CloudFormation, put to the URL that its request has signed.

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;

use crate::ports::{CustomResources, CustomResourcesError, Response};

/// Pauses between tries, so at most four tries.
const PAUSES: [Duration; 3] = [
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(5),
];

/// Time of one try.
const ONE_TRY: Duration = Duration::from_secs(15);

/// Signed URLs. Made at the first use: few processes ever need it.
#[derive(Default)]
pub struct SignedUrls(OnceLock<Connector>);

impl fmt::Debug for SignedUrls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SignedUrls")
    }
}

#[async_trait]
impl CustomResources for SignedUrls {
    async fn respond(&self, url: &str, response: &Response) -> Result<(), CustomResourcesError> {
        let body = serde_json::to_vec(response)
            .map_err(|error| CustomResourcesError::Refused(error.to_string()))?;
        let mut pauses = PAUSES.into_iter();
        loop {
            let put = self.put(url, body.clone()).await;
            match (&put, pauses.next()) {
                (Err(CustomResourcesError::Unavailable(sentence)), Some(pause)) => {
                    tracing::warn!(
                        operation = "PutResponse",
                        reason = sentence,
                        "a call failed"
                    );
                    tokio::time::sleep(pause).await;
                }
                _ => return put,
            }
        }
    }
}

impl SignedUrls {
    /// One try. Nothing of the URL stands in an error. There is no `Content-Type`: the signature is
    /// made for a request without (AWS page: "cfn-response module", whose header is empty).
    async fn put(&self, url: &str, body: Vec<u8>) -> Result<(), CustomResourcesError> {
        let connector = self.0.get_or_init(|| {
            Connector::builder()
                .tls_provider(Provider::Rustls(CryptoMode::Ring))
                .build()
        });
        let invalid = || CustomResourcesError::Refused("its URL cannot be read".to_owned());
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method("PUT").map_err(|_| invalid())?;
        request.set_uri(url).map_err(|_| invalid())?;
        let unavailable = |sentence: &str| CustomResourcesError::Unavailable(sentence.to_owned());
        let answer = tokio::time::timeout(ONE_TRY, connector.call(request))
            .await
            .map_err(|_| unavailable("no answer in time"))?
            .map_err(|_| unavailable("the connection failed"))?;
        let status = answer.status().as_u16();
        match status {
            200..=299 => Ok(()),
            408 | 429 | 500.. => Err(unavailable(&format!("status {status}"))),
            _ => Err(CustomResourcesError::Refused(format!("status {status}"))),
        }
    }
}
