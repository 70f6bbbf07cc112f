//! The embedded warehouse as the Redshift Data API over HTTP, on loopback: what an SDK, the AWS CLI or
//! the Lambda cannot tell from the real one, on the operations it has.
//!
//! Here are the protocol (AWS JSON 1.1), the checks of requests, and what belongs to the service and
//! not to a warehouse: sessions by id, idempotency tokens, who may wait for how long, how long a
//! statement is remembered, events. SQL is the warehouse's affair. Signatures are not checked; who
//! may ask is anybody on this machine, but no web page (see [`guard`]).

mod cancel;
mod catalog;
mod check;
mod column;
mod describe;
mod event;
mod execute;
mod fault;
mod guard;
mod http;
mod limits;
mod list;
mod next_token;
mod operation;
mod publish;
mod record;
mod request;
mod result;
mod service;
mod session;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;

pub use limits::Limits;
pub use operation::{MISSING, NAMES};
pub use publish::EventsUrl;

use crate::warehouse::EmbeddedWarehouse;
use service::Service;

/// How long connections may take to end once nothing runs any more.
const LAST_ANSWERS: Duration = Duration::from_secs(3);

/// How a warehouse is served.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Port on 127.0.0.1; 0 for a free one.
    pub port: u16,
    /// EventBridge endpoint that hears of ended statements.
    pub events: Option<EventsUrl>,
    /// Limits; the default is AWS's.
    pub limits: Limits,
}

/// Why a warehouse cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeFailure {
    /// The port is taken, or may not be used.
    #[error("port {port} of 127.0.0.1 cannot be listened on: {error}")]
    Port {
        /// The port.
        port: u16,
        /// The system's message.
        error: std::io::Error,
    },
    /// The server ended by itself.
    #[error("the server stopped: {0}")]
    Stopped(std::io::Error),
}

/// A server that listens and is about to answer.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    service: Arc<Service>,
    events: Option<EventsUrl>,
}

impl Server {
    /// Listens on loopback.
    ///
    /// # Errors
    ///
    /// The port cannot be listened on.
    pub async fn bind(
        warehouse: EmbeddedWarehouse,
        settings: Settings,
    ) -> Result<Self, ServeFailure> {
        let port = settings.port;
        let failed = |error| ServeFailure::Port { port, error };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self {
            listener,
            address,
            service: Arc::new(Service::new(warehouse, settings.limits)),
            events: settings.events,
        })
    }

    /// Where it answers.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers until `stop`, then cancels what runs and returns when all of it has ended. `note`
    /// hears of events that could not be delivered.
    ///
    /// # Errors
    ///
    /// The server ends by itself.
    pub async fn run(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
        note: impl Fn(&str) + Send + Sync + 'static,
    ) -> Result<(), ServeFailure> {
        let publisher = self.events.map(|url| {
            let ended = self.service.warehouse.ended();
            tokio::spawn(publish::publish(
                url,
                ended,
                Arc::clone(&self.service),
                note,
            ))
        });
        let tidying = tokio::spawn(service::tidy(Arc::downgrade(&self.service)));
        let listener = self.listener.tap_io(|stream| {
            // A page is one write and its answer is waited for.
            let _ = stream.set_nodelay(true);
        });
        let (quiet, mut hear_quiet) = tokio::sync::watch::channel(false);
        let service = Arc::clone(&self.service);
        let stopped = async move {
            stop.await;
            service.stop().await;
            let _ = quiet.send(true);
        };
        let answering = axum::serve(listener, http::router(Arc::clone(&self.service)))
            .with_graceful_shutdown(stopped);
        let outcome = tokio::select! {
            ended = answering.into_future() => ended.map_err(ServeFailure::Stopped),
            () = async {
                let _ = hear_quiet.wait_for(|quiet| *quiet).await;
                tokio::time::sleep(LAST_ANSWERS).await;
            } => Ok(()),
        };
        tidying.abort();
        if let Some(publisher) = publisher {
            // The events of what was cancelled just now.
            self.service.warehouse.stop_telling();
            let _ = tokio::time::timeout(LAST_ANSWERS, publisher).await;
        }
        outcome
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
