//! The embedded warehouse as the Redshift Data API over HTTP, on loopback. On the operations it has, an SDK, the
//! AWS CLI or the Lambda cannot tell it from the real one.
//!
//! Here are the protocol (AWS JSON 1.1) and the checks of requests. Here is also what belongs to
//! the service and not to a warehouse: sessions by id, idempotency tokens and events. Here is, too,
//! who may wait for how long, and how long a statement is remembered. SQL is the warehouse's
//! affair. Who may ask is said by [`access`], and no web page may (see [`guard`]).

mod access;
mod cancel;
mod catalog;
mod check;
mod column;
mod connections;
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
mod signature;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

pub use access::{Access, NoAccessKey};
pub use limits::ServiceLimits;
pub use operation::{MISSING, NAMES};
pub use publish::EventsUrl;

use crate::warehouse::EmbeddedWarehouse;
use service::Service;

/// How long connections may take to end once nothing runs any more.
const LAST_ANSWERS: Duration = Duration::from_secs(3);

/// How a warehouse is served.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// Port on 127.0.0.1; 0 for a free one.
    pub port: u16,
    /// Which clients are answered.
    pub access: Access,
    /// EventBridge endpoint that hears of ended statements.
    pub events: Option<EventsUrl>,
    /// Limits; the default is AWS's.
    pub limits: ServiceLimits,
}

impl ServerSettings {
    /// A free port, no events and AWS's limits for those who have access.
    #[must_use]
    pub fn new(access: Access) -> Self {
        Self {
            port: 0,
            access,
            events: None,
            limits: ServiceLimits::default(),
        }
    }
}

/// Why a warehouse cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeFailure {
    /// The port is taken, or may not be used.
    #[error("port {port} of 127.0.0.1 cannot be listened on: {error}")]
    Port {
        /// The port that was asked for.
        port: u16,
        /// What the system says about it.
        error: std::io::Error,
    },
}

/// A server that listens and is about to answer.
pub struct DataApiServer {
    listener: TcpListener,
    address: SocketAddr,
    service: Arc<Service>,
    events: Option<EventsUrl>,
}

impl DataApiServer {
    /// Listens on loopback.
    ///
    /// # Errors
    ///
    /// The port cannot be listened on.
    pub async fn bind(
        warehouse: EmbeddedWarehouse,
        settings: ServerSettings,
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
            service: Arc::new(Service::new(warehouse, settings.access, settings.limits)),
            events: settings.events,
        })
    }

    /// Address for clients, such as `http://127.0.0.1:8099`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers until `stop`, then cancels what runs and returns when all of it has ended. `note`
    /// hears of events that could not be delivered.
    pub async fn run(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
        note: impl Fn(&str) + Send + Sync + 'static,
    ) {
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
        let (quiet, mut hear_quiet) = tokio::sync::watch::channel(false);
        let service = Arc::clone(&self.service);
        let stopped = async move {
            stop.await;
            service.stop().await;
            let _ = quiet.send(true);
        };
        let router = http::router(Arc::clone(&self.service));
        let limits = self.service.limits;
        tokio::select! {
            () = connections::answer(self.listener, router, limits, stopped) => {}
            () = async {
                let _ = hear_quiet.wait_for(|quiet| *quiet).await;
                tokio::time::sleep(LAST_ANSWERS).await;
            } => {}
        }
        tidying.abort();
        if let Some(publisher) = publisher {
            // The events of what was cancelled just now.
            self.service.warehouse.stop_telling();
            let _ = tokio::time::timeout(LAST_ANSWERS, publisher).await;
        }
    }
}

impl std::fmt::Debug for DataApiServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DataApiServer")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
