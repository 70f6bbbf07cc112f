//! Sessions by id: how long they are kept alive, and what runs in them (AWS page: `ListSessions`,
//! "Session reuse").

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use strum::IntoStaticStr;

use super::check::{self, is_uuid};
use super::fault::ApiFault;
use super::limits::KEEP_ALIVE_SECONDS;
use super::next_token::NextTokens;
use super::record::{put, timestamp};
use super::request::{ListSessions, WarehousePlace};
use crate::warehouse::{HeldSession, StatementHandle};

/// Most sessions of a page (AWS page: `ListSessions`).
const PAGE: i64 = 100;

/// Status of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "UPPERCASE")]
enum Status {
    Available,
    Busy,
    Closed,
}

impl Status {
    fn as_str(self) -> &'static str {
        self.into()
    }
}

/// A session that outlives the statement that opened it.
#[derive(Debug)]
struct Session {
    id: String,
    place: WarehousePlace,
    /// `None` once it is closed.
    held: Option<Arc<HeldSession>>,
    keep_alive: Duration,
    created: SystemTime,
    /// When it was closed, or last given something to do.
    changed: SystemTime,
    last: Option<StatementHandle>,
}

impl Session {
    fn status(&self) -> Status {
        match (&self.held, &self.last) {
            (None, _) => Status::Closed,
            (Some(_), Some(last)) if !last.ended() => Status::Busy,
            (Some(_), _) => Status::Available,
        }
    }

    /// When it was last changed by anybody.
    fn updated(&self) -> SystemTime {
        let last = self.last.as_ref().filter(|last| last.ended());
        let ended = last.map_or(self.changed, StatementHandle::updated);
        ended.max(self.changed)
    }

    /// When it ends if nothing more runs in it. No session lives longer than a day.
    fn ends(&self) -> SystemTime {
        let day = Duration::from_secs(KEEP_ALIVE_SECONDS.unsigned_abs());
        (self.updated() + self.keep_alive).min(self.created + day)
    }
}

/// All sessions, oldest first.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    all: Vec<Session>,
}

impl Sessions {
    /// Number of sessions that are not closed.
    pub(super) fn active(&self) -> usize {
        let open = |session: &&Session| session.status() != Status::Closed;
        self.all.iter().filter(open).count()
    }

    /// Remembers a session that a statement has just opened.
    pub(super) fn open(
        &mut self,
        id: String,
        place: WarehousePlace,
        held: Arc<HeldSession>,
        keep_alive: Duration,
    ) {
        let now = SystemTime::now();
        self.all.push(Session {
            id,
            place,
            held: Some(held),
            keep_alive,
            created: now,
            changed: now,
            last: None,
        });
    }

    /// The session of that id if nothing runs in it, and where it is.
    pub(super) fn take(
        &mut self,
        id: &str,
        keep_alive: Option<Duration>,
    ) -> Result<(Arc<HeldSession>, WarehousePlace), ApiFault> {
        self.expire(SystemTime::now(), Duration::MAX);
        let session = self.all.iter_mut().find(|session| session.id == id);
        let Some(session) = session else {
            return Err(ApiFault::validation(format!(
                "Session with Id: {id} is invalid."
            )));
        };
        match (session.status(), &session.held) {
            (Status::Available, Some(held)) => {
                if let Some(keep_alive) = keep_alive {
                    session.keep_alive = keep_alive;
                }
                Ok((Arc::clone(held), session.place.clone()))
            }
            _ => Err(ApiFault::validation("Session is not available.")),
        }
    }

    /// Says what runs in a session.
    pub(super) fn runs(&mut self, id: &str, statement: StatementHandle) {
        if let Some(session) = self.all.iter_mut().find(|session| session.id == id) {
            session.changed = SystemTime::now();
            session.last = Some(statement);
        }
    }

    /// Closes what nobody has used for long enough, and forgets what was closed long ago.
    pub(super) fn expire(&mut self, now: SystemTime, retention: Duration) {
        for session in &mut self.all {
            if session.status() == Status::Available && session.ends() <= now {
                session.held = None;
                session.changed = now;
            }
        }
        self.all.retain(|session| {
            session.status() != Status::Closed
                || now
                    .duration_since(session.changed)
                    .is_ok_and(|age| age <= retention)
        });
    }
}

/// Answers `ListSessions`, page by page.
pub(super) fn list(
    sessions: &Mutex<Sessions>,
    next_tokens: &NextTokens,
    retention: Duration,
    request: &ListSessions,
) -> Result<Value, ApiFault> {
    let most = check::within(request.max_results.unwrap_or(PAGE), "maxResults", 0, PAGE)?;
    let most = if most == 0 { PAGE } else { most };
    if let Some(status) = &request.status {
        check::one_of(status, "status", &["AVAILABLE", "BUSY", "CLOSED"])?;
    }
    check::one_target(
        request.cluster_identifier.as_deref(),
        request.workgroup_name.as_deref(),
    )?;
    let filters = [
        &request.status,
        &request.cluster_identifier,
        &request.workgroup_name,
        &request.database,
    ];
    if request.session_id.is_some() && filters.iter().any(|filter| filter.is_some()) {
        return Err(ApiFault::validation(
            "Status, ClusterIdentifier, WorkgroupName and Database cannot be provided together with SessionId.",
        ));
    }
    let kind = format!("sessions {filters:?}");
    let start = next_tokens.place(&kind, request.next_token.as_deref())?;
    let mut sessions = sessions.lock();
    sessions.expire(SystemTime::now(), retention);
    if let Some(id) = &request.session_id {
        if !is_uuid(id) {
            return Err(ApiFault::validation(
                "sessionId must satisfy regex pattern: ^[a-z0-9]{8}(-[a-z0-9]{4}){3}-[a-z0-9]{12}$",
            ));
        }
        let found = sessions.all.iter().find(|session| session.id == *id);
        let session = found.ok_or_else(|| ApiFault::not_found("Session does not exist.", id))?;
        return Ok(json!({ "Sessions": [describe(session)] }));
    }
    let same =
        |filter: &Option<String>, value: &Option<String>| filter.is_none() || filter == value;
    let mut matching = sessions.all.iter().rev().filter(|session| {
        let status = session.status();
        let wanted = match &request.status {
            Some(wanted) => wanted == status.as_str(),
            None => status != Status::Closed,
        };
        wanted
            && same(
                &request.cluster_identifier,
                &session.place.cluster_identifier,
            )
            && same(&request.workgroup_name, &session.place.workgroup_name)
            && same(&request.database, &session.place.database)
    });
    let skip = usize::try_from(start).unwrap_or(usize::MAX);
    let page: Vec<Value> = matching
        .by_ref()
        .skip(skip)
        .take(usize::try_from(most).unwrap_or(0))
        .map(describe)
        .collect();
    let end = start + page.len() as u64;
    let mut answer = Map::new();
    answer.insert("Sessions".to_owned(), page.into());
    if matching.next().is_some() {
        put(
            &mut answer,
            "NextToken",
            Some(next_tokens.issue(&kind, end)),
        );
    }
    Ok(answer.into())
}

fn describe(session: &Session) -> Value {
    let status = session.status();
    let mut answer = Map::new();
    put(&mut answer, "SessionId", Some(session.id.as_str()));
    put(&mut answer, "Status", Some(status.as_str()));
    put(&mut answer, "CreatedAt", Some(timestamp(session.created)));
    put(&mut answer, "UpdatedAt", Some(timestamp(session.updated())));
    put(&mut answer, "Database", session.place.database.as_deref());
    put(&mut answer, "DbUser", session.place.db_user.as_deref());
    put(
        &mut answer,
        "ClusterIdentifier",
        session.place.cluster_identifier.as_deref(),
    );
    put(
        &mut answer,
        "WorkgroupName",
        session.place.workgroup_name.as_deref(),
    );
    put(
        &mut answer,
        "SessionAliveSeconds",
        Some(session.keep_alive.as_secs()),
    );
    if status != Status::Closed {
        put(&mut answer, "SessionTtl", Some(timestamp(session.ends())));
    }
    if status == Status::Busy {
        let current = session.last.as_ref().map(StatementHandle::id);
        put(&mut answer, "CurrentStatementId", current);
    }
    answer.into()
}
