//! `sfc sql`: statements in the local warehouse of a pipeline, or in the real one.

mod answer;
mod catalog;
mod completion;
#[cfg(feature = "aws")]
mod data_api;
mod describe;
#[cfg(feature = "local")]
mod embedded;
mod failure;
mod interactive;
mod place;
mod print;
mod statements;
mod warehouse;

use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::answer::StatementAnswer;
use self::print::AnswerPrinter;
use self::statements::statements;
use self::warehouse::SqlSession;
use crate::commands::rows::RowShape;
use crate::commands::session::{self, EarlyEnd, command_line};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::source::SourceFile;

/// What `sfc sql --help` shows.
pub const EXAMPLES: &str = "\
Examples:
  sfc sql                                        a conversation; \\? helps
  sfc sql \"select count(*) from orders\"         one statement, as a table
  sfc sql -C shop --csv -f check.sql > check.csv a file, for a spreadsheet
  sfc sql -p day=2026-01-01 \"select :day\"       with the value of a parameter
  sfc sql --aws \"select current_user\"           in the warehouse that the pipeline names";

/// What was typed behind `sfc sql`.
#[derive(Debug, Clone, clap::Args)]
pub struct Arguments {
    /// The statements. Without them, those of stdin, or, on a terminal, a conversation.
    #[arg(value_name = "SQL", conflicts_with = "file")]
    text: Option<String>,
    /// File with the statements.
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Value of a parameter that the statements mention as `:name`; may be given several times.
    #[arg(short, long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    #[command(flatten)]
    shape: RowShape,
    /// Folder of the pipeline, or its spec.
    #[arg(
        short = 'C',
        long = "pipeline",
        default_value = ".",
        value_name = "PIPELINE"
    )]
    path: PathBuf,
    /// Environment: what `pipeline.<ENV>.yaml` says lies over the spec.
    #[arg(long = "env", value_name = "ENV")]
    environment: Option<String>,
    /// Folder outside of the pipeline's that links of mapped folders may lead to; may be given several
    /// times.
    #[cfg(feature = "local")]
    #[arg(long, value_name = "FOLDER")]
    allow_outside: Vec<PathBuf>,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    there: data_api::There,
}

/// Runs statements and prints what they return.
#[must_use]
pub fn sql(arguments: &Arguments, printer: &Printer) -> Exit {
    session::block_on(printer, async {
        let parameters = parameters(&arguments.parameters)?;
        let source = arguments.source()?;
        let mut session = SqlSession::open(arguments, printer).await?;
        session.parameters = parameters;
        let mut output = AnswerPrinter::new(arguments.shape.clone(), *printer);
        match source {
            None => interactive::converse(session, output, printer).await,
            Some(source) => {
                let ended = all(&mut session, &source, &mut output, printer).await;
                output.finish();
                session.close().await;
                ended
            }
        }
    })
}

impl Arguments {
    /// The text with the statements; `None`: somebody types them.
    fn source(&self) -> Result<Option<Arc<SourceFile>>, EarlyEnd> {
        if let Some(text) = &self.text {
            return Ok(Some(SourceFile::new("sql", text.clone().into_bytes())));
        }
        if let Some(path) = &self.file {
            return std::fs::read(path)
                .map(|bytes| Some(SourceFile::new(path.display().to_string(), bytes)))
                .map_err(|error| unread(path, &error));
        }
        if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
            if self.shape.csv || self.shape.json {
                return Err(EarlyEnd::with(
                    Exit::BadInput,
                    command_line(Code::RunParameter, "a conversation prints tables")
                        .help("give the statements as well: `sfc sql --csv \"select …\"`"),
                ));
            }
            return Ok(None);
        }
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .map_err(|error| unread(Path::new("stdin"), &error))?;
        Ok(Some(SourceFile::new("stdin", bytes)))
    }
}

fn unread(path: &Path, error: &std::io::Error) -> EarlyEnd {
    EarlyEnd::with(
        Exit::BadInput,
        command_line(
            Code::ScriptUnreadable,
            format!("`{}` cannot be read", path.display()),
        )
        .note(error.to_string())
        .help("check the path, and that you may read the file"),
    )
}

/// `name=value` of each parameter.
fn parameters(given: &[String]) -> Result<Vec<(String, String)>, EarlyEnd> {
    let mut parameters = Vec::new();
    let mut wrong = Diagnostics::new();
    for text in given {
        match text.split_once('=') {
            Some((name, value)) => parameters.push((name.to_owned(), value.to_owned())),
            None => wrong.push(
                command_line(
                    Code::RunParameter,
                    format!("`{text}` is no parameter with its value"),
                )
                .help("write `--param name=value`"),
            ),
        }
    }
    if wrong.is_empty() {
        Ok(parameters)
    } else {
        Err(EarlyEnd {
            exit: Exit::BadInput,
            diagnostics: wrong,
        })
    }
}

/// Runs the statements one after the other, up to the first that fails.
async fn all(
    session: &mut SqlSession,
    source: &Arc<SourceFile>,
    output: &mut AnswerPrinter,
    printer: &Printer,
) -> Result<Exit, EarlyEnd> {
    let statements = statements(source).map_err(|diagnostic| EarlyEnd {
        exit: Exit::BadInput,
        diagnostics: std::iter::once(diagnostic).collect(),
    })?;
    if statements.is_empty() {
        return Err(EarlyEnd::with(
            Exit::BadInput,
            Diagnostic::error(Code::ScriptEmpty, "there is no statement to run")
                .in_file(source)
                .help("write one, such as `select 1`"),
        ));
    }
    for statement in statements {
        let most = output.most();
        match session.run(&statement, most, interrupted()).await? {
            StatementAnswer::Failed(message) => {
                printer.diagnostics(&failure::diagnostics(source, &statement, &message, session));
                return Ok(Exit::RunFailed);
            }
            StatementAnswer::Cancelled => {
                printer.note("cancelled; what was not committed is taken back");
                return Ok(Exit::Interrupted);
            }
            answer => output.print(&statement, answer),
        }
    }
    Ok(Exit::Success)
}

/// Ends once somebody presses Ctrl-C.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
