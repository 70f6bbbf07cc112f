//! The embedded warehouse: Redshift's dialect and the Redshift Data API's behaviour over an engine
//! that lives in this process and in one file.
//!
//! It knows nothing of pipelines. Each execution runs on a connection of its own, so temporary tables
//! and settings end with it, as a session of the Data API does.
//!
//! Here is all that SQL comes to on a laptop. `dialect` writes a statement anew for the engine, and
//! is all that `translation` measures. `template` reads the templates of TO_CHAR and its like, for
//! the dialect and for functions. [`branches`] finds where a statement may go on. The other files
//! carry out what the dialect makes: sessions and transactions, what a relation was declared as,
//! COPY and UNLOAD, procedures, results.

mod append;
pub mod branches;
mod bucket;
mod catalog;
mod columns;
mod configuration;
mod copy;
mod cursors;
mod deadline;
mod declared;
mod define;
mod detail;
pub(crate) mod dialect;
mod ended;
mod engine;
mod external;
mod failure;
mod frozen;
mod functions;
mod handle;
mod held;
mod insert;
mod isolation;
mod known;
mod materialized;
mod messages;
mod named;
mod numbers;
mod options;
mod outcome;
mod own_functions;
mod owner;
mod pages;
mod path;
mod prepared;
mod procedure;
mod query;
mod receipts;
mod registry;
mod remembered;
mod results;
mod rows;
mod schema;
mod scope;
mod scratch;
mod session;
mod settings;
mod statement;
mod system_tables;
mod template;
mod transaction;
pub mod translation;
mod unload;
mod witness;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use duckdb::Connection;
use parking_lot::Mutex;
use redshift_sql::names::Catalog;
use runtime_lambda::ports::{
    ResultPage, StatementDescription, StatementStatus, Submission, Warehouse, WarehouseError,
};

pub use catalog::{CatalogRelation, CatalogRelationKind};
pub use detail::ColumnDetail;
pub use ended::StatementEnded;
pub use engine::Engine;
pub(crate) use failure::sqlstate;
pub use handle::{NoPage, PartView, StatementHandle, StatementView, StoredPage};
pub use held::HeldSession;
pub use isolation::Isolation;
pub use options::Options;
pub(crate) use registry::identifier;
pub(crate) use witness::Witness;

use branches::StatementBranch;
use ended::Listeners;
use frozen::EngineClock;
use isolation::Transactions;
use owner::Owner;
use pages::Pages;
use registry::{Statement, StatementRegistry};
use scratch::Scratch;
use session::ExecutionSession;
use transaction::Turnstile;

use crate::folder::Folder;

/// Most statements of a batch (AWS page: `BatchExecuteStatement`).
const MOST_STATEMENTS: usize = 40;

/// Why a warehouse could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenFailure {
    /// Another process, or another warehouse of this one, has the file open.
    #[error("the warehouse `{path}` is in use: {message}")]
    InUse {
        /// Path of the warehouse's file.
        path: String,
        /// What the engine says about it.
        message: String,
    },
    /// The folder of a bucket cannot be opened.
    #[error("the folder `{path}` of the bucket `{bucket}` cannot be opened: {message}")]
    Bucket {
        /// Name of the bucket in `s3://`.
        bucket: String,
        /// The folder, or its bound.
        path: String,
        /// What the system says about it.
        message: String,
    },
    /// A file that stands in for a system table cannot be used.
    #[error(transparent)]
    SystemTable(#[from] system_tables::Unusable),
    /// The file cannot be opened or is not a warehouse.
    #[error("the warehouse `{path}` cannot be opened: {message}")]
    Unusable {
        /// Path of the warehouse's file.
        path: String,
        /// What the engine says about it.
        message: String,
    },
}

/// A warehouse in one file (and its write-ahead log beside it) of which one process at a time is the
/// owner.
pub struct EmbeddedWarehouse {
    shared: Arc<Shared>,
}

/// What all executions of a warehouse share.
struct Shared {
    root: Mutex<Connection>,
    registry: Mutex<StatementRegistry>,
    turnstile: Turnstile,
    transactions: Transactions,
    listeners: Listeners,
    options: Options,
    /// Folders that stand in for buckets, by the bucket's name.
    buckets: BTreeMap<String, Folder>,
    /// Where the engine finds what it reads and leaves what it writes.
    scratch: Arc<Scratch>,
    /// Pages of the results of all statements.
    pages: Arc<Pages>,
    /// Names of the system tables that the folder of [`Options::system_tables`] gives.
    system_tables: BTreeSet<String>,
    /// Whether there may be an external table.
    has_external: AtomicBool,
    /// Who knows which branches are taken, where somebody asks.
    witness: Option<Witness>,
    /// Numbers for names that must not exist yet, in this process or in an earlier one.
    fresh: AtomicU64,
    /// Last, so that the engine has closed the file before somebody else may open it.
    _owner: Option<Owner>,
}

impl Shared {
    /// What the translation of a statement may know.
    fn context<'a>(
        &'a self,
        catalog: &'a dyn Catalog,
        parameters: &'a [(String, String)],
        dates: dialect::DateStyle,
    ) -> dialect::TranslationContext<'a> {
        dialect::TranslationContext {
            catalog,
            parameters,
            database: &self.options.database,
            system_tables: &self.system_tables,
            fresh: self.fresh.fetch_add(1, Ordering::Relaxed),
            dates,
            attributes_as_written: false,
            witness: self.witness.as_ref(),
        }
    }
}

impl std::fmt::Debug for EmbeddedWarehouse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmbeddedWarehouse").finish_non_exhaustive()
    }
}

impl EmbeddedWarehouse {
    /// Opens the warehouse in a file, which is made if there is none.
    ///
    /// # Errors
    ///
    /// The file cannot be opened, is no warehouse, or belongs to another process.
    pub fn open(path: impl AsRef<Path>, options: Options) -> Result<Self, OpenFailure> {
        let path = path.as_ref();
        // Beside the warehouse there is room for results; a folder for temporary files may be memory.
        let mut options = options;
        if options.results_folder.is_none() {
            let folder = path
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty());
            options.results_folder = Some(folder.unwrap_or(Path::new(".")).to_path_buf());
        }
        let owner = Owner::of(path).ok_or_else(|| OpenFailure::InUse {
            path: path.display().to_string(),
            message: "this process has it open already".to_owned(),
        })?;
        let clock = EngineClock::default();
        clock.set(options.now);
        let witness = Witness::default();
        let connection = settings::open(Some(path), &options.database, &clock, &witness)
            .map_err(|error| open_failure(path, &error))?;
        let scratch = private(path).and_then(|()| Scratch::of(Some(path)));
        let scratch = scratch.map_err(|error| unusable(path, &error))?;
        settings::close_off(&connection, &scratch).map_err(|error| open_failure(path, &error))?;
        Self::over(
            connection,
            (Arc::new(scratch), witness),
            options,
            Some(owner),
        )
    }

    /// Opens a warehouse that ends with this value.
    ///
    /// # Errors
    ///
    /// The engine does not start.
    pub fn in_memory(options: Options) -> Result<Self, OpenFailure> {
        Engine::start(&options.database, None)?.warehouse(options)
    }

    fn over(
        connection: Connection,
        (scratch, witness): (Arc<Scratch>, Witness),
        options: Options,
        owner: Option<Owner>,
    ) -> Result<Self, OpenFailure> {
        let buckets = bucket::open(&options)?;
        let system_tables =
            system_tables::load(&connection, &scratch, options.system_tables.as_ref())?;
        // One in memory has nothing of an earlier process.
        let has_external = owner.is_some() && look_through(&connection);
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |now| now.as_micros().try_into().unwrap_or(u64::MAX / 2));
        Ok(Self {
            shared: Arc::new(Shared {
                root: Mutex::new(connection),
                registry: Mutex::default(),
                turnstile: Turnstile::default(),
                transactions: Transactions::default(),
                listeners: Listeners::default(),
                pages: Pages::new(options.result_memory, options.results_folder.clone()),
                witness: options.witness.then_some(witness),
                options,
                buckets,
                scratch,
                system_tables,
                has_external: AtomicBool::new(has_external),
                fresh: AtomicU64::new(now),
                _owner: owner,
            }),
        })
    }

    /// Starts statements. The same `client_token` again gives the execution that it started the
    /// first time; an empty one is never the same.
    ///
    /// # Errors
    ///
    /// There are no statements, or too many.
    pub fn submit(
        &self,
        execution: &Submission,
        session: Option<Arc<HeldSession>>,
    ) -> Result<StatementHandle, WarehouseError> {
        let size = execution.statements.len();
        if size == 0 || size > MOST_STATEMENTS {
            return Err(WarehouseError::Refused(format!(
                "a batch has one to {MOST_STATEMENTS} statements, not {size}"
            )));
        }
        let (statement, new) = self.shared.registry.lock().take(
            &execution.statement_name,
            &execution.client_token,
            size,
        );
        if new {
            if execution.with_event {
                self.shared.listeners.expect(&statement.id);
            }
            let shared = Arc::clone(&self.shared);
            let started = Arc::clone(&statement);
            let execution = execution.clone();
            tokio::task::spawn_blocking(move || {
                ExecutionSession::run(&shared, &started, &execution, session.as_deref());
            });
        }
        Ok(StatementHandle::new(statement))
    }

    /// Hears from now on of each statement that was executed `with_event`, once it has ended.
    #[must_use]
    pub fn ended(&self) -> tokio::sync::mpsc::UnboundedReceiver<StatementEnded> {
        self.shared.listeners.add()
    }

    /// Lets whoever hears of ended statements know that no more will be told, once those that are
    /// under way have been.
    pub fn stop_telling(&self) {
        self.shared.listeners.stop();
    }

    /// A session that outlives an execution.
    ///
    /// # Errors
    ///
    /// The engine gives no further connection.
    pub fn hold_session(&self) -> Result<HeldSession, WarehouseError> {
        let connection = settings::session(&self.shared.root.lock())
            .map_err(|error| WarehouseError::Unavailable(error.to_string()))?;
        Ok(HeldSession::new(Arc::clone(&self.shared), connection))
    }

    /// Forgets a statement that has ended, and its results.
    pub fn forget(&self, statement_id: &str) {
        self.shared.registry.lock().remove(statement_id);
    }

    /// Name of the database as statements write it.
    #[must_use]
    pub fn database(&self) -> &str {
        &self.shared.options.database
    }

    /// The branches that were taken so far; none unless [`Options::witness`] asks for them.
    #[must_use]
    pub fn taken(&self) -> BTreeSet<StatementBranch> {
        let witness = self.shared.witness.as_ref();
        witness.map(Witness::taken).unwrap_or_default()
    }

    fn statement(&self, id: &str) -> Result<Arc<Statement>, WarehouseError> {
        if let Some(known) = self.shared.registry.lock().get(id) {
            return Ok(known);
        }
        self.remember(receipts::By::Id(id))?;
        self.shared
            .registry
            .lock()
            .get(id)
            .ok_or_else(|| WarehouseError::NoSuchStatement("Query does not exist.".to_owned()))
    }

    /// Looks whether an earlier process has finished a statement.
    fn remember(&self, by: receipts::By<'_>) -> Result<(), WarehouseError> {
        receipts::remember(&self.shared, by)
            .map_err(|failure| WarehouseError::Unavailable(failure.to_string()))
    }
}

impl Drop for EmbeddedWarehouse {
    /// Interrupts what is running: nobody can ask for it any more.
    fn drop(&mut self) {
        for statement in self.shared.registry.lock().running() {
            statement.cancel();
        }
    }
}

#[async_trait]
impl Warehouse for EmbeddedWarehouse {
    async fn execute(
        &self,
        execution: &Submission,
        wait: Duration,
    ) -> Result<StatementDescription, WarehouseError> {
        let started = self.submit(execution, None)?;
        started.ended_within(wait).await;
        Ok(self.statement(started.id())?.describe())
    }

    fn longest_submission(&self) -> Duration {
        Duration::ZERO
    }

    async fn describe(
        &self,
        statement_id: &str,
        wait: Duration,
    ) -> Result<StatementDescription, WarehouseError> {
        let id = statement_id.split(':').next().unwrap_or(statement_id);
        let statement = self.statement(id)?;
        ended_within(&statement, wait).await;
        Ok(statement.describe())
    }

    async fn cancel(&self, statement_id: &str) -> Result<(), WarehouseError> {
        let statement = self.statement(statement_id)?;
        cancel(&statement);
        Ok(())
    }

    async fn find(&self, statement_name: &str) -> Result<Vec<String>, WarehouseError> {
        let known = self.shared.registry.lock().named(statement_name);
        if !known.is_empty() {
            return Ok(known);
        }
        self.remember(receipts::By::Name(statement_name))?;
        Ok(self.shared.registry.lock().named(statement_name))
    }

    async fn result(
        &self,
        statement_id: &str,
        next_token: Option<&str>,
    ) -> Result<ResultPage, WarehouseError> {
        let (id, number) = match statement_id.split_once(':') {
            Some((id, number)) => (id, number.parse().ok()),
            None => (statement_id, Some(1)),
        };
        let statement = self.statement(id)?;
        if statement.describe().status != StatementStatus::Finished {
            return Err(WarehouseError::Refused(
                "Query is not in a FINISHED state.".to_owned(),
            ));
        }
        let page: usize = match next_token.map(str::parse) {
            None => 0,
            Some(Ok(page)) => page,
            Some(Err(_)) => {
                return Err(WarehouseError::Refused("Invalid next token.".to_owned()));
            }
        };
        let results = statement.results.lock();
        let rows = number
            .and_then(|number: usize| results.get(&number))
            .ok_or_else(|| WarehouseError::Refused("Query does not have result.".to_owned()))?;
        if page >= rows.pages() {
            return Err(WarehouseError::Refused("Invalid next token.".to_owned()));
        }
        let (records, more) = rows
            .page(page)
            .map_err(|error| WarehouseError::Unavailable(error.to_string()))?;
        Ok(ResultPage {
            columns: rows.columns.clone(),
            records,
            total_rows: rows.total,
            next_token: more.then(|| (page + 1).to_string()),
        })
    }
}

/// Cancels until the statement has ended: one interrupt may come too early, see
/// [`Statement::cancel`].
fn cancel(statement: &Arc<Statement>) {
    statement.cancel();
    let statement = Arc::clone(statement);
    tokio::spawn(async move {
        while !statement.ended() {
            statement.cancel();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
}

/// Returns when the statement has ended or the time is over.
async fn ended_within(statement: &Statement, wait: Duration) {
    if wait.is_zero() {
        return;
    }
    let mut progress = statement.progress.subscribe();
    let ended = progress.wait_for(|progress| progress.status.is_terminal());
    let _ = tokio::time::timeout(wait, ended).await;
}

/// Takes the right to read the database from everybody else.
fn private(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Removes what nobody will ask for any more in a warehouse that an earlier process left. Whether there
/// may be an external table.
fn look_through(connection: &Connection) -> bool {
    // Receipts and messages that stay do no harm.
    let _ = connection.execute_batch(&format!(
        "delete from redshift.receipts where committed < now()::timestamp - {};
         delete from redshift.procedure_messages where recordtime < now()::timestamp - {};
         delete from redshift.load_errors where starttime < now()::timestamp - {kept};
         delete from redshift.replacements where starttime < now()::timestamp - {kept};
         delete from redshift.loads where starttime < now()::timestamp - {kept}",
        receipts::KEPT,
        messages::KEPT,
        kept = copy::log::KEPT
    ));
    connection
        .query_row(
            "select count(*) > 0 from duckdb_tables() where contains(comment, '\"external\":')",
            [],
            |row| row.get(0),
        )
        .unwrap_or(true)
}

fn unusable(path: &Path, error: &std::io::Error) -> OpenFailure {
    OpenFailure::Unusable {
        path: path.display().to_string(),
        message: error.to_string(),
    }
}

fn open_failure(path: &Path, error: &duckdb::Error) -> OpenFailure {
    let path = path.display().to_string();
    let message = error.to_string();
    if message.contains("lock on file") || message.contains("being used by another process") {
        OpenFailure::InUse { path, message }
    } else {
        OpenFailure::Unusable { path, message }
    }
}
