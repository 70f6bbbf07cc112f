//! `sfc import schema`: the tables of a warehouse, as the declarations that `sources` takes.

mod ask;
mod column;
mod declarations;
mod output;

use std::collections::BTreeSet;
use std::path::PathBuf;

use self::column::TableColumn;
use super::warehouse_of;
use crate::commands::account::Account;
use crate::commands::pipeline_at::PipelineAt;
use crate::commands::session::{self, EarlyEnd, KnownPipeline, command_line};
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::pipeline;
use crate::printer::Printer;
use crate::project::Project;

/// What was typed behind `sfc import schema`.
#[derive(Debug, Clone, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    at: PipelineAt,
    /// The local warehouse of `sfc run`, not the one in AWS.
    #[cfg(feature = "local")]
    #[arg(long)]
    local: bool,
    /// Schema whose tables are wanted; may be given several times. Without it, all but Redshift's own.
    #[arg(long = "schema", value_name = "NAME")]
    schemas: Vec<String>,
    /// File to write, inside of the pipeline's folder; without it, stdout.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Overwrites the file.
    #[arg(long, requires = "output")]
    force: bool,
    /// Where in AWS.
    #[command(flatten)]
    account: Account,
}

/// Reads the warehouse's tables and writes their declarations.
#[must_use]
pub fn schema(arguments: &Arguments, printer: &Printer) -> Exit {
    session::block_on(printer, async {
        let project = Project::open_for(&arguments.at.path, arguments.at.environment.as_deref())
            .map_err(|diagnostics| EarlyEnd {
                exit: Exit::BadInput,
                diagnostics,
            })?;
        let known = KnownPipeline::of(&project)?;
        let output = arguments
            .output
            .as_deref()
            .map(|file| output::admit(&project, file, arguments.force))
            .transpose()?;
        let warehouse = warehouse_of(&known)?;
        let wanted: BTreeSet<String> = arguments
            .schemas
            .iter()
            .map(|schema| schema.to_lowercase())
            .collect();
        let questions = ask::Questions::about(&wanted);
        let answers = async {
            #[cfg(feature = "local")]
            if arguments.local {
                return ask::locally(&project, &warehouse, &questions).await;
            }
            let aws = arguments.account.connect(&known).await?;
            ask::in_aws(&aws, &warehouse, &questions).await
        };
        let found = answers.await?;
        if let Some(why) = &found.no_external {
            printer.note(&format!("external tables are left out: {why}"));
        }
        let columns = column::columns(&found);
        all_found(&columns, &wanted)?;
        let made = pipeline::made_by_steps(&known.document, &project);
        let written = declarations::write(&columns, &made);
        for line in written.notes {
            printer.note(&line);
        }
        match output {
            None => printer.data(&written.text),
            Some(path) => {
                output::write(&path, &written.text)?;
                printer.note(&format!(
                    "wrote {} table{} to {}",
                    written.tables,
                    if written.tables == 1 { "" } else { "s" },
                    path.display()
                ));
            }
        }
        Ok(Exit::Success)
    })
}

/// Refuses to write a file without a table that somebody asked for.
fn all_found(columns: &[TableColumn], wanted: &BTreeSet<String>) -> Result<(), EarlyEnd> {
    let found: BTreeSet<String> = columns
        .iter()
        .map(|column| column.schema.to_lowercase())
        .collect();
    let sentence = match wanted.difference(&found).next() {
        Some(missing) => format!("the schema `{missing}` has no table that can be seen"),
        None if found.is_empty() => "the warehouse has no table that can be seen".to_owned(),
        None => return Ok(()),
    };
    Err(EarlyEnd::with(
        Exit::BadInput,
        command_line(Code::SchemaEmpty, sentence)
            .help("check the name, and that the database user may see the tables"),
    ))
}

/// The warehouse did not answer.
fn unread(why: impl Into<String>) -> EarlyEnd {
    EarlyEnd::with(
        Exit::Trouble,
        Diagnostic::error(
            Code::SchemaUnread,
            "the warehouse does not say which tables it has",
        )
        .note(why)
        .help("mend what it names, and do the same again"),
    )
}
