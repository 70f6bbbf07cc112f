//! A scripted AWS on loopback: CloudFormation, S3, STS, Step Functions, Lambda and CloudWatch Logs
//! as far as `sfc` talks to them. Each speaks its own wire protocol. What goes wrong is set by the
//! test.

mod cloudformation;
mod json;
mod s3;
pub mod test_state;
mod world;
mod xml;

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};

pub use world::{Execution, World};

/// Account of everything here.
pub const ACCOUNT: &str = "111122223333";

/// The one Region that the peer answers for.
pub const REGION: &str = "eu-central-1";

type Shared = Arc<Mutex<World>>;

/// A running peer; it ends with the test.
pub struct Peer {
    world: Shared,
    url: String,
    _runtime: tokio::runtime::Runtime,
}

impl Peer {
    pub fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let world = Shared::default();
        let app = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&world));
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(async move { axum::serve(listener, app).await });
        Self {
            world,
            url,
            _runtime: runtime,
        }
    }

    /// What the peer has, to look at and to change.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// The address for `AWS_ENDPOINT_URL`: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The program with these arguments in `folder`, with this peer as its AWS.
    pub fn sfc(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = crate::pipeline::sfc(folder, arguments);
        command
            .env("AWS_ENDPOINT_URL", &self.url)
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_REGION", REGION);
        command
    }
}

async fn answer(
    State(world): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let header = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    let mut world = world.lock().unwrap();
    world.signed.extend(signer(&header("authorization")));
    let target = header("x-amz-target");
    if let Some((_, operation)) = target.rsplit_once('.') {
        return json::answer(&mut world, operation, &body);
    }
    if uri.path().starts_with("/2015-03-31/") {
        return json::lambda(&mut world, &method, uri.path(), &body);
    }
    if header("content-type").starts_with("application/x-www-form-urlencoded") {
        return cloudformation::answer(&mut world, &body);
    }
    s3::answer(&mut world, &method, &uri, &header, body)
}

/// Access key and Region of a signature: `… Credential=<key>/<day>/<region>/<service>/…`.
fn signer(authorization: &str) -> Option<(String, String)> {
    let (_, scope) = authorization.split_once("Credential=")?;
    let mut parts = scope.split('/');
    let key = parts.next()?.to_owned();
    Some((key, parts.nth(1)?.to_owned()))
}

fn xml_answer(status: u16, body: String) -> Response {
    (
        StatusCode::from_u16(status).unwrap(),
        [("content-type", "text/xml")],
        body,
    )
        .into_response()
}
