//! The local warehouse of a pipeline, as `sfc run` leaves it.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use local::warehouse::{EmbeddedWarehouse, HeldSession, OpenFailure, Options, StatementHandle};
use runtime_lambda::plan::{Batch, Warehouse};
use runtime_lambda::ports::{Field, ResultColumn, StatementStatus, Submission};

use super::Arguments;
use super::answer::StatementAnswer;
use super::catalog::SharedCatalog;
use super::place::SessionWarehouse;
use crate::commands::laptop::folders::{folders, isolation};
use crate::commands::rows::ResultRows;
use crate::commands::runs::home;
use crate::commands::session::EarlyEnd;
use crate::compile::{Overrides, compile};
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::project::Project;

/// How long one wait for a statement lasts.
const WAIT: Duration = Duration::from_secs(3600);

/// A session of the local warehouse.
pub struct Embedded {
    warehouse: EmbeddedWarehouse,
    session: Arc<HeldSession>,
    place: Warehouse,
    /// Whether there was no warehouse before.
    is_new: bool,
}

impl Embedded {
    /// Opens the warehouse, and makes it if there is none. COPY and UNLOAD reach the mapped folders, as
    /// in a run, unless the spec has mistakes.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn open(
        arguments: &Arguments,
        project: &Project,
        place: Warehouse,
        printer: &Printer,
    ) -> Result<Self, EarlyEnd> {
        let home = project
            .home()
            .map_err(|diagnostic| EarlyEnd::with(Exit::BadInput, *diagnostic))?;
        let mut options = Options::default().database(&place.database);
        match compile(&project.spec, project, Overrides::default()).value {
            Some(compiled) => {
                let folders = folders(project, &compiled, &arguments.allow_outside, printer)
                    .map_err(|diagnostics| EarlyEnd {
                        exit: Exit::BadInput,
                        diagnostics,
                    })?;
                options.buckets = folders.buckets;
                options.system_tables = folders.system_tables;
                options.isolation = isolation(&compiled);
            }
            None => printer.note(
                "the pipeline has mistakes, which `sfc validate` names: no bucket is mapped here",
            ),
        }
        let file = home.join("warehouse.duckdb");
        let is_new = !file.exists();
        home::private(&home).map_err(|error| trouble(project, &error.to_string(), None))?;
        let warehouse = EmbeddedWarehouse::open(&file, options).map_err(|failure| {
            let help = match failure {
                OpenFailure::InUse { .. } => {
                    "wait for the run, or end the `sfc serve` or `sfc sql` that uses it"
                }
                _ => "mend what it names, or remove `.sfc` if nothing in it is needed",
            };
            trouble(project, &failure.to_string(), Some(help))
        })?;
        let session = warehouse
            .hold_session()
            .map_err(|error| trouble(project, &error.to_string(), None))?;
        Ok(Self {
            session: Arc::new(session.without_data_api()),
            warehouse,
            place,
            is_new,
        })
    }
}

#[async_trait(?Send)]
impl SessionWarehouse for Embedded {
    fn is_new(&self) -> bool {
        self.is_new
    }

    fn is_in_aws(&self) -> bool {
        false
    }

    fn look_beside(&self, _: &SharedCatalog) -> bool {
        false
    }

    async fn run(
        &mut self,
        text: &str,
        parameters: Vec<(String, String)>,
        most: Option<u64>,
        interrupted: Pin<&mut dyn Future<Output = ()>>,
    ) -> Result<StatementAnswer, EarlyEnd> {
        let execution = Submission {
            warehouse: self.place.clone(),
            statement_name: "sfc-sql".to_owned(),
            client_token: String::new(),
            statements: vec![text.to_owned()],
            batch: Batch::AutoCommit,
            parameters,
            with_event: false,
            continues: Vec::new(),
        };
        let handle = self
            .warehouse
            .submit(&execution, Some(Arc::clone(&self.session)))
            .map_err(|error| unanswered(&error.to_string()))?;
        let answer = answer(&handle, most, interrupted).await;
        // Nobody asks for its rows again.
        self.warehouse.forget(handle.id());
        answer
    }

    async fn close(self: Box<Self>) {}
}

async fn answer(
    handle: &StatementHandle,
    most: Option<u64>,
    interrupted: impl Future<Output = ()>,
) -> Result<StatementAnswer, EarlyEnd> {
    let asked = Instant::now();
    tokio::select! {
        () = ended(handle) => {}
        () = interrupted => {
            handle.cancel();
            ended(handle).await;
        }
    }
    let view = handle.view();
    let took = asked.elapsed();
    match view.status {
        StatementStatus::Finished => {}
        StatementStatus::Aborted => return Ok(StatementAnswer::Cancelled),
        _ => return Ok(StatementAnswer::failed(&view.error.unwrap_or_default())),
    }
    if !view.has_result_set() {
        let rows = view.parts.first().and_then(|part| part.rows);
        return Ok(StatementAnswer::Done { rows, took });
    }
    let mut rows = ResultRows::default();
    for number in 0.. {
        let page = handle
            .page(1, number)
            .map_err(|error| unanswered(&error.to_string()))?;
        rows.total = page.total_rows;
        if number == 0 {
            let columns = page.columns.iter().map(|column| ResultColumn {
                name: column.name.clone(),
                type_name: column.type_name.clone(),
            });
            rows.columns = columns.collect();
        }
        let records: Vec<Vec<Field>> = serde_json::from_slice(&page.records)
            .map_err(|error| unanswered(&error.to_string()))?;
        rows.records.extend(records);
        let enough = most.is_some_and(|most| rows.records.len() as u64 >= most);
        if enough || !page.more {
            break;
        }
    }
    if let Some(most) = most {
        rows.records
            .truncate(usize::try_from(most).unwrap_or(usize::MAX));
    }
    Ok(StatementAnswer::Rows { rows, took })
}

async fn ended(handle: &StatementHandle) {
    while !handle.ended() {
        handle.ended_within(WAIT).await;
    }
}

fn unanswered(why: &str) -> EarlyEnd {
    EarlyEnd::with(
        Exit::Trouble,
        Diagnostic::error(Code::LocalTrouble, "the local warehouse does not answer")
            .note(why)
            .help("start `sfc sql` again; what was committed is there"),
    )
}

fn trouble(project: &Project, why: &str, help: Option<&str>) -> EarlyEnd {
    EarlyEnd::with(
        Exit::Trouble,
        Diagnostic::error(Code::LocalTrouble, "the local warehouse cannot be opened")
            .in_file(&project.spec)
            .note(why)
            .help(help.unwrap_or("check the permissions of `.sfc`, and the space on its disk")),
    )
}
