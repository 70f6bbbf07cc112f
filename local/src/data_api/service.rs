//! The service's memory: statements in the order in which they were taken, and client tokens.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant, SystemTime};

use parking_lot::{Mutex, MutexGuard};
use sha2::{Digest as _, Sha256};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::fault::ApiFault;
use super::next_token::NextTokens;
use super::record::StatementRecord;
use super::session::Sessions;
use super::{Access, ServiceLimits};
use crate::warehouse::{EmbeddedWarehouse, identifier};

/// How often what is too old is looked for.
const TIDY: Duration = Duration::from_millis(500);
/// How long what was cancelled may take to end when the service ends.
const LAST_STATEMENTS: Duration = Duration::from_secs(10);

/// What all requests share: the warehouse, who may ask, and what is remembered.
pub(super) struct Service {
    pub(super) warehouse: EmbeddedWarehouse,
    pub(super) access: Access,
    pub(super) limits: ServiceLimits,
    pub(super) next_tokens: NextTokens,
    pub(super) sessions: Mutex<Sessions>,
    records: Mutex<StatementRecords>,
    closing: AtomicBool,
    /// A permit for each KiB of a request.
    requests: Semaphore,
}

/// Statements and client tokens that are remembered.
#[derive(Default)]
pub(super) struct StatementRecords {
    by_id: HashMap<String, Arc<StatementRecord>>,
    /// Statements in the order in which they were taken.
    order: VecDeque<Arc<StatementRecord>>,
    tokens: HashMap<String, Remembered>,
    taken: u64,
}

/// What a client token started, and for which request.
struct Remembered {
    /// Hash of the request.
    request: [u8; 32],
    record: Arc<StatementRecord>,
    at: Instant,
}

impl Service {
    pub(super) fn new(warehouse: EmbeddedWarehouse, access: Access, limits: ServiceLimits) -> Self {
        Self {
            warehouse,
            access,
            limits,
            next_tokens: NextTokens::new(identifier("next tokens")),
            sessions: Mutex::default(),
            records: Mutex::default(),
            closing: AtomicBool::new(false),
            requests: Semaphore::new(limits.request_memory / 1024),
        }
    }

    /// Room for a request of so many bytes, once there is some.
    pub(super) async fn memory(&self, bytes: usize) -> Result<SemaphorePermit<'_>, ApiFault> {
        let most = self.limits.request_memory / 1024;
        let kib = u32::try_from(bytes.div_ceil(1024).min(most)).unwrap_or(u32::MAX);
        let room = self.requests.acquire_many(kib);
        match tokio::time::timeout(self.limits.body, room).await {
            Ok(Ok(room)) => Ok(room),
            Ok(Err(_)) | Err(_) => Err(ApiFault::unavailable()),
        }
    }

    pub(super) fn records(&self) -> MutexGuard<'_, StatementRecords> {
        self.records.lock()
    }

    /// Whether new statements are refused.
    pub(super) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::SeqCst)
    }

    /// The record of a statement.
    pub(super) fn record(&self, id: &str) -> Result<Arc<StatementRecord>, ApiFault> {
        self.records()
            .by_id
            .get(id)
            .cloned()
            .ok_or_else(|| ApiFault::not_found("Query does not exist.", id))
    }

    /// Cancels what is under way and waits for its end.
    pub(super) async fn stop(&self) {
        self.closing.store(true, Ordering::SeqCst);
        let under_way: Vec<_> = self.records().under_way().cloned().collect();
        for record in &under_way {
            record.handle.cancel();
        }
        let all = async {
            for record in &under_way {
                record.handle.ended_within(LAST_STATEMENTS).await;
            }
        };
        let _ = tokio::time::timeout(LAST_STATEMENTS, all).await;
    }
}

impl StatementRecords {
    fn under_way(&self) -> impl Iterator<Item = &Arc<StatementRecord>> {
        self.order.iter().filter(|record| !record.handle.ended())
    }

    /// Number of statements that have not ended.
    pub(super) fn active(&self) -> usize {
        self.under_way().count()
    }

    /// A number for the next record.
    pub(super) fn number(&mut self) -> u64 {
        self.taken += 1;
        self.taken
    }

    pub(super) fn add(&mut self, record: Arc<StatementRecord>) {
        self.by_id
            .insert(record.id().to_owned(), Arc::clone(&record));
        self.order.push_back(record);
    }

    /// Statements, the newest of them first.
    pub(super) fn newest(&self) -> impl Iterator<Item = &Arc<StatementRecord>> {
        self.order.iter().rev()
    }

    /// What a token started, if it was for the same request.
    pub(super) fn started_by(
        &self,
        token: &str,
        request: &[u8],
        remembered: Duration,
    ) -> Result<Option<Arc<StatementRecord>>, ApiFault> {
        match self.tokens.get(token) {
            Some(known) if known.at.elapsed() < remembered => {
                if known.request == hash(request) {
                    Ok(Some(Arc::clone(&known.record)))
                } else {
                    Err(ApiFault::validation(
                        "The provided ClientToken was already used with a different request.",
                    ))
                }
            }
            _ => Ok(None),
        }
    }

    pub(super) fn remember(&mut self, token: String, request: &[u8], record: Arc<StatementRecord>) {
        let at = Instant::now();
        let request = hash(request);
        self.tokens.insert(
            token,
            Remembered {
                request,
                record,
                at,
            },
        );
    }

    /// Takes out what has ended longer than `retention` ago or is too much, and tokens that are too old.
    fn expire(&mut self, limits: &ServiceLimits) -> Vec<Arc<StatementRecord>> {
        self.tokens
            .retain(|_, token| token.at.elapsed() < limits.client_token);
        let now = SystemTime::now();
        let mut expired = Vec::new();
        let all: usize = self.order.iter().map(|record| record.size()).sum();
        let mut too_much = all.saturating_sub(limits.statement_memory);
        self.order.retain(|record| {
            let old = record.handle.ended()
                && (too_much > 0
                    || now
                        .duration_since(record.handle.updated())
                        .is_ok_and(|age| age > limits.retention));
            if old {
                too_much = too_much.saturating_sub(record.size());
                expired.push(Arc::clone(record));
            }
            !old
        });
        for record in &expired {
            self.by_id.remove(record.id());
        }
        if !expired.is_empty() {
            self.tokens
                .retain(|_, token| self.by_id.contains_key(token.record.id()));
        }
        expired
    }
}

fn hash(request: &[u8]) -> [u8; 32] {
    Sha256::digest(request).into()
}

/// Forgets what is too old, again and again.
pub(super) async fn tidy(service: Weak<Service>) {
    loop {
        tokio::time::sleep(TIDY).await;
        let Some(service) = service.upgrade() else {
            return;
        };
        let expired = service.records().expire(&service.limits);
        for record in expired {
            service.warehouse.forget(record.id());
        }
        service
            .sessions
            .lock()
            .expire(SystemTime::now(), service.limits.retention);
    }
}
