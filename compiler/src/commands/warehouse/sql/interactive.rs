//! A conversation: statements that somebody types, one after the other.

use std::path::Path;
use std::sync::Arc;

use rustyline::error::ReadlineError;
use rustyline::history::{FileHistory, History as _};
use rustyline::{CompletionType, Config, Editor};

use super::answer::StatementAnswer;
use super::catalog::{CompletionCatalog, SharedCatalog};
use super::completion::Assistant;
use super::describe::{self, BackslashCommand, HELP};
use super::failure;
use super::interrupted;
use super::print::AnswerPrinter;
use super::statements::statements;
use super::warehouse::SqlSession;
use crate::commands::rows::ResultRows;
use crate::commands::runs::home;
use crate::commands::session::{EarlyEnd, command_line};
use crate::diagnostic::{Code, Diagnostics};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::source::SourceFile;

/// The file in `.sfc` that keeps what was typed.
const HISTORY: &str = "sql_history";

/// Lines of the history that are kept.
const KEPT: usize = 1_000;

/// What goes on after a line.
enum Next {
    Line,
    End,
}

/// Talks until somebody ends it.
///
/// # Errors
/// The terminal or the warehouse does not play along.
pub async fn converse(
    mut session: SqlSession,
    mut output: AnswerPrinter,
    printer: &Printer,
) -> Result<Exit, EarlyEnd> {
    let assistant = Assistant::default();
    let catalog = Arc::clone(&assistant.catalog);
    let mut editor = editor(assistant)?;
    let history = session.home.join(HISTORY);
    // There is none before the first time.
    let _ = home::private(&session.home);
    let _ = editor.load_history(&history);
    let place = if session.is_in_aws() { "@aws" } else { "" };
    let prompt = format!("{}{place}=> ", session.pipeline);
    printer.note(&format!(
        "{}; \\? helps, \\q ends",
        if session.is_in_aws() {
            "the warehouse in AWS"
        } else if session.is_new() {
            "a new local warehouse, which `sfc run` fills"
        } else {
            "the local warehouse"
        }
    ));
    output.timing = true;
    look(&mut session, &catalog).await?;
    loop {
        let line = tokio::task::block_in_place(|| editor.readline(&prompt));
        let text = match line {
            Ok(text) => text,
            // What was typed is gone, the session is not.
            Err(ReadlineError::Interrupted) => continue,
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(untypable(&error)),
        };
        if text.trim().is_empty() {
            continue;
        }
        remember(&mut editor, &history, &text);
        let next = match BackslashCommand::of(&text) {
            Some(command) => obey(command, &mut session, &mut output, printer).await,
            None => run(&text, &mut session, &mut output, &catalog, printer).await,
        };
        match next {
            Ok(Next::Line) => {}
            Ok(Next::End) => break,
            // A statement of a conversation may miss a parameter or a call; the next one may not.
            Err(early) if early.exit != Exit::Trouble || session.is_in_aws() => {
                printer.diagnostics(&early.diagnostics);
            }
            Err(early) => return Err(early),
        }
    }
    session.close().await;
    Ok(Exit::Success)
}

fn editor(assistant: Assistant) -> Result<Editor<Assistant, FileHistory>, EarlyEnd> {
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .max_history_size(KEPT)
        .map_err(|error| untypable(&error))?
        .auto_add_history(false)
        .build();
    let mut editor = Editor::with_config(config).map_err(|error| untypable(&error))?;
    editor.set_helper(Some(assistant));
    Ok(editor)
}

fn remember(editor: &mut Editor<Assistant, FileHistory>, path: &Path, text: &str) {
    // A history that cannot be written is no reason to end.
    if editor.add_history_entry(text).unwrap_or(false) {
        let _ = editor.history_mut().append(path);
    }
}

fn untypable(error: &ReadlineError) -> EarlyEnd {
    EarlyEnd::with(
        Exit::Trouble,
        command_line(Code::LocalTrouble, "the terminal cannot be read")
            .note(error.to_string())
            .help("give the statements on the command line: `sfc sql \"select 1\"`"),
    )
}

/// Runs the statements of one input, up to the first that fails.
async fn run(
    text: &str,
    session: &mut SqlSession,
    output: &mut AnswerPrinter,
    catalog: &SharedCatalog,
    printer: &Printer,
) -> Result<Next, EarlyEnd> {
    let source = SourceFile::new("sql", text.as_bytes().to_vec());
    let statements = match statements(&source) {
        Ok(statements) => statements,
        Err(diagnostic) => {
            printer.diagnostics(&std::iter::once(diagnostic).collect::<Diagnostics>());
            return Ok(Next::Line);
        }
    };
    let mut is_stale = false;
    for statement in statements {
        let most = output.most();
        match session.run(&statement, most, interrupted()).await? {
            StatementAnswer::Failed(message) => {
                printer.diagnostics(&failure::diagnostics(
                    &source, &statement, &message, session,
                ));
                break;
            }
            StatementAnswer::Cancelled => {
                printer.note("cancelled");
                break;
            }
            answer => output.print(&statement, answer),
        }
        is_stale |= statement.changes_catalog;
    }
    if is_stale {
        look(session, catalog).await?;
    }
    Ok(Next::Line)
}

async fn obey(
    command: BackslashCommand,
    session: &mut SqlSession,
    output: &mut AnswerPrinter,
    printer: &Printer,
) -> Result<Next, EarlyEnd> {
    match command {
        BackslashCommand::Quit => return Ok(Next::End),
        BackslashCommand::Help => printer.data(HELP),
        BackslashCommand::Expanded => {
            output.shape.expanded = !output.shape.expanded;
            printer.note(if output.shape.expanded {
                "each value has a line of its own now"
            } else {
                "results are tables again"
            });
        }
        BackslashCommand::Timing => {
            output.timing = !output.timing;
            printer.note(if output.timing {
                "each statement says how long it took"
            } else {
                "nothing says how long it took"
            });
        }
        BackslashCommand::Relations { tables_only } => {
            let rows = ask(session, &describe::relations(tables_only), Vec::new()).await?;
            match rows {
                Some(rows) if rows.total == 0 => printer.note("there are no tables yet"),
                Some(rows) => printer.data(&rows.table(false, printer.look())),
                None => printer.note("cancelled"),
            }
        }
        BackslashCommand::Columns { schema, name } => {
            let (text, parameters) = describe::columns(schema.as_deref(), &name);
            match ask(session, &text, parameters).await? {
                Some(rows) if rows.total == 0 => {
                    let schema = schema.map_or_else(String::new, |schema| format!("{schema}."));
                    printer.note(&format!(
                        "there is no table or view `{schema}{name}`; `\\d` lists them"
                    ));
                }
                Some(rows) => printer.data(&rows.table(false, printer.look())),
                None => printer.note("cancelled"),
            }
        }
        BackslashCommand::Unknown(word) => {
            printer.note(&format!("there is no command `\\{word}`; `\\?` lists them"));
        }
    }
    Ok(Next::Line)
}

/// Asks the catalog; `None` if somebody cancelled it.
async fn ask(
    session: &mut SqlSession,
    text: &str,
    parameters: Vec<(String, String)>,
) -> Result<Option<ResultRows>, EarlyEnd> {
    match session.ask(text, parameters, None, interrupted()).await? {
        StatementAnswer::Rows { rows, .. } => Ok(Some(rows)),
        StatementAnswer::Done { .. } => Ok(Some(ResultRows::default())),
        StatementAnswer::Cancelled => Ok(None),
        StatementAnswer::Failed(message) => Err(EarlyEnd::with(
            Exit::RunFailed,
            command_line(
                Code::StatementFailed,
                "the warehouse does not say what it has",
            )
            .note(crate::terminal::one_line(&message))
            .help("a transaction that has failed ends with `rollback;`"),
        )),
    }
}

/// Looks what the warehouse has, for completion: nobody waits for one in AWS. A transaction that has
/// failed answers nothing.
async fn look(session: &mut SqlSession, catalog: &SharedCatalog) -> Result<(), EarlyEnd> {
    if session.look_beside(catalog) {
        return Ok(());
    }
    let answer = session
        .ask(describe::CATALOG, Vec::new(), None, interrupted())
        .await?;
    if let StatementAnswer::Rows { rows, .. } = answer {
        *catalog.lock() = CompletionCatalog::of(&rows);
    }
    Ok(())
}
