//! The warehouse that statements are sent to: one session for all of them, whichever warehouse it is.

use std::path::PathBuf;
use std::pin::pin;

use super::Arguments;
use super::answer::StatementAnswer;
use super::catalog::SharedCatalog;
use super::place::SessionWarehouse;
use super::statements::StatementOfText;
use crate::commands::session::{EarlyEnd, KnownPipeline, command_line};
use crate::commands::warehouse::warehouse_of;
use crate::diagnostic::Code;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::project::Project;

/// A session in which statements run one after the other: temporary tables, settings and transactions
/// stay.
pub struct SqlSession {
    /// Name of the pipeline.
    pub pipeline: String,
    /// Values of parameters, by name.
    pub parameters: Vec<(String, String)>,
    /// The pipeline's `.sfc`, which keeps what was typed.
    pub home: PathBuf,
    place: Box<dyn SessionWarehouse>,
}

impl SqlSession {
    /// Opens the warehouse that the command line is about.
    ///
    /// # Errors
    /// There is no pipeline, or its warehouse does not open.
    pub async fn open(arguments: &Arguments, printer: &Printer) -> Result<Self, EarlyEnd> {
        let environment = arguments.environment.as_deref();
        let project =
            Project::open_for(&arguments.path, environment).map_err(|diagnostics| EarlyEnd {
                exit: Exit::BadInput,
                diagnostics,
            })?;
        let known = KnownPipeline::of(&project)?;
        let warehouse = warehouse_of(&known)?;
        let home = project
            .home()
            .map_err(|diagnostic| EarlyEnd::with(Exit::BadInput, *diagnostic))?;
        let place = place(arguments, &project, &known, warehouse, printer).await?;
        Ok(Self {
            pipeline: known.pipeline().to_owned(),
            parameters: Vec::new(),
            home,
            place,
        })
    }

    /// Runs one statement, and fetches at most `most` rows of what it returns. It is cancelled once
    /// `interrupted` is ready, and what it has become is awaited.
    ///
    /// # Errors
    /// The warehouse does not play along.
    pub async fn run(
        &mut self,
        statement: &StatementOfText,
        most: Option<u64>,
        interrupted: impl Future<Output = ()>,
    ) -> Result<StatementAnswer, EarlyEnd> {
        let parameters = self.values(statement)?;
        self.ask(&statement.text, parameters, most, interrupted)
            .await
    }

    /// Runs a statement of ours.
    ///
    /// # Errors
    /// The warehouse does not play along.
    pub async fn ask(
        &mut self,
        text: &str,
        parameters: Vec<(String, String)>,
        most: Option<u64>,
        interrupted: impl Future<Output = ()>,
    ) -> Result<StatementAnswer, EarlyEnd> {
        let interrupted = pin!(interrupted);
        self.place.run(text, parameters, most, interrupted).await
    }

    /// Values of the parameters that the statement mentions.
    fn values(&self, statement: &StatementOfText) -> Result<Vec<(String, String)>, EarlyEnd> {
        let mentioned = statement.parameters.iter().map(|name| {
            let known = self
                .parameters
                .iter()
                .rev()
                .find(|(known, _)| known == name);
            known.cloned().ok_or_else(|| {
                EarlyEnd::with(
                    Exit::BadInput,
                    command_line(
                        Code::RunParameter,
                        format!("the statement asks for the parameter `{name}`"),
                    )
                    .help(format!("write `--param {name}=…`")),
                )
            })
        });
        mentioned.collect()
    }

    /// Whether the warehouse was made for this session, and so holds nothing of the pipeline.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.place.is_new()
    }

    /// Whether it is a warehouse in AWS.
    #[must_use]
    pub fn is_in_aws(&self) -> bool {
        self.place.is_in_aws()
    }

    /// Has the catalog of a warehouse in AWS read beside the session; whether it is one.
    pub fn look_beside(&self, catalog: &SharedCatalog) -> bool {
        self.place.look_beside(catalog)
    }

    /// Ends the session. What was not committed is taken back.
    pub async fn close(self) {
        self.place.close().await;
    }
}

/// The local warehouse, or, with `--aws`, the one that the pipeline names.
#[cfg(all(feature = "aws", feature = "local"))]
async fn place(
    arguments: &Arguments,
    project: &Project,
    known: &KnownPipeline,
    warehouse: runtime_lambda::plan::Warehouse,
    printer: &Printer,
) -> Result<Box<dyn SessionWarehouse>, EarlyEnd> {
    if arguments.there.aws {
        let aws = arguments
            .there
            .account
            .connect_to_change(known, printer)
            .await?;
        return Ok(Box::new(super::data_api::DataApi::new(aws, warehouse)));
    }
    let embedded = super::embedded::Embedded::open(arguments, project, warehouse, printer)?;
    Ok(Box::new(embedded))
}

#[cfg(all(feature = "aws", not(feature = "local")))]
async fn place(
    arguments: &Arguments,
    _: &Project,
    known: &KnownPipeline,
    warehouse: runtime_lambda::plan::Warehouse,
    printer: &Printer,
) -> Result<Box<dyn SessionWarehouse>, EarlyEnd> {
    if !arguments.there.aws {
        return Err(EarlyEnd::with(
            Exit::BadInput,
            command_line(
                Code::RunParameter,
                "this sfc was built without the local warehouse",
            )
            .help("write `sfc sql --aws`"),
        ));
    }
    let aws = arguments
        .there
        .account
        .connect_to_change(known, printer)
        .await?;
    Ok(Box::new(super::data_api::DataApi::new(aws, warehouse)))
}

#[cfg(not(feature = "aws"))]
#[expect(clippy::unused_async, reason = "the other one awaits")]
async fn place(
    arguments: &Arguments,
    project: &Project,
    _: &KnownPipeline,
    warehouse: runtime_lambda::plan::Warehouse,
    printer: &Printer,
) -> Result<Box<dyn SessionWarehouse>, EarlyEnd> {
    let embedded = super::embedded::Embedded::open(arguments, project, warehouse, printer)?;
    Ok(Box::new(embedded))
}
