//! Connections: how many there may be, and how long one may keep the server waiting.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

use super::ServiceLimits;

/// Most bytes of a request's head, and of a body that are read ahead.
const BUFFER: usize = 64 * 1024;
/// Pause after the system gave no connection, for want of file handles for instance.
const NO_CONNECTION: Duration = Duration::from_millis(100);

/// Answers connections until `stop`; returns when the last of them has ended.
pub(super) async fn answer(
    listener: TcpListener,
    router: Router,
    limits: ServiceLimits,
    stop: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let (stopping, stopped) = watch::channel(false);
    let accepting = async {
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                return;
            };
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                Err(_) => {
                    tokio::time::sleep(NO_CONNECTION).await;
                    continue;
                }
            };
            let router = router.clone();
            let stopped = stopped.clone();
            tokio::spawn(async move {
                connection(stream, router, limits.idle, stopped).await;
                drop(place);
            });
        }
    };
    tokio::select! {
        () = accepting => {}
        () = stop => {}
    }
    let _ = stopping.send(true);
    let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    let _ = places.acquire_many(all).await;
}

/// Answers one connection's requests. Between two requests, and for the head of one, `idle` is how long
/// it may take: then the connection is closed.
async fn connection(
    stream: TcpStream,
    router: Router,
    idle: Duration,
    mut stopped: watch::Receiver<bool>,
) {
    // A page is one write and its answer is waited for.
    let _ = stream.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(idle)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = std::pin::pin!(connection);
    // How a connection ends is its client's affair.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopped.wait_for(|stopped| *stopped) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
