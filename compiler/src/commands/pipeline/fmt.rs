//! `sfc fmt`: SQL files in one layout.
//!
//! All files are read and laid out before the first is written, so a file that cannot be read keeps
//! the others as they are.

mod files;
mod write;

use std::io::{self, Read as _};
use std::path::PathBuf;
use std::time::Duration;

use similar::TextDiff;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::exit::Exit;
use crate::layout::{is_rsql, lay_out};
use crate::pipeline::MAX_SCRIPT_BYTES;
use crate::printer::Printer;
use crate::source::SourceFile;
use files::ChosenFile;

/// The mark that some editors put in front of UTF-8.
const MARK: &str = "\u{feff}";

/// Lines of a diff's context.
const CONTEXT: usize = 3;

/// How long a diff may look for the fewest lines; afterwards it takes more.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is asked for.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// SQL files, or folders of them. Without one, the files that the pipeline names.
    #[arg(value_name = "PATHS")]
    paths: Vec<PathBuf>,
    /// Changes nothing; lists the files that would change and ends with exit code 4 if there are any.
    #[arg(long)]
    check: bool,
    /// Changes nothing; prints what would change as a diff and ends with exit code 4 if anything would.
    #[arg(long)]
    diff: bool,
    /// Reads a script from stdin and prints it.
    #[arg(long, conflicts_with = "paths")]
    stdin: bool,
    /// Folder of the pipeline, or its spec. Files outside of it are never changed.
    #[arg(
        short = 'C',
        long = "pipeline",
        default_value = ".",
        value_name = "PIPELINE"
    )]
    pipeline: PathBuf,
    /// Environment: what `pipeline.<ENV>.yaml` says lies over the spec.
    #[arg(long = "env", value_name = "ENV")]
    environment: Option<String>,
}

/// A file before and after.
struct Script {
    chosen: ChosenFile,
    before: String,
    after: String,
}

impl Script {
    fn changes(&self) -> bool {
        self.before != self.after
    }
}

/// Lays out what was asked for.
#[must_use]
pub fn fmt(arguments: &Arguments, printer: &Printer) -> Exit {
    if arguments.stdin {
        return from_stdin(arguments, printer);
    }
    let mut found = files::choose(
        &arguments.paths,
        &arguments.pipeline,
        arguments.environment.as_deref(),
    );
    let mut scripts = Vec::new();
    for chosen in found.files {
        match files::read(&chosen) {
            Ok(bytes) => match laid_out(&chosen.shown, bytes, &mut found.diagnostics) {
                Some((before, after)) => scripts.push(Script {
                    chosen,
                    before,
                    after,
                }),
                None => found.rsql.push(chosen.shown),
            },
            Err(diagnostic) => found.diagnostics.push(*diagnostic),
        }
    }
    let looks_only = arguments.check || arguments.diff;
    let has_errors = found.diagnostics.has_errors();
    // A machine's list of warnings is not mixed into the data that the verb prints.
    if has_errors || !looks_only || printer.is_for_people() {
        printer.diagnostics(&found.diagnostics);
    }
    if has_errors {
        return Exit::BadInput;
    }
    for path in &found.rsql {
        printer.note(&format!("{path}: an RSQL script, which stays as it is"));
    }
    if looks_only {
        show(&scripts, arguments, printer)
    } else {
        write(&scripts, printer)
    }
}

/// The texts of a file before and after; none where it is an RSQL script, or cannot be read as text.
fn laid_out(
    shown: &str,
    bytes: Vec<u8>,
    diagnostics: &mut Diagnostics,
) -> Option<(String, String)> {
    let has_mark = bytes.starts_with(MARK.as_bytes());
    let file = SourceFile::new(shown, bytes);
    if let Some(at) = file.first_invalid() {
        let sentence = format!("`{shown}` is not UTF-8 from its byte {} on", at + 1);
        diagnostics.push(
            Diagnostic::error(Code::LayoutFile, sentence)
                .in_file(&file)
                .help("save the file as UTF-8"),
        );
        return Some((String::new(), String::new()));
    }
    if is_rsql(file.text()) {
        return None;
    }
    let layout = lay_out(&file);
    diagnostics.append(layout.diagnostics);
    let mark = if has_mark { MARK } else { "" };
    Some((
        format!("{mark}{}", file.text()),
        format!("{mark}{}", layout.text),
    ))
}

/// Prints what would change.
fn show(scripts: &[Script], arguments: &Arguments, printer: &Printer) -> Exit {
    let changing: Vec<&Script> = scripts.iter().filter(|script| script.changes()).collect();
    for script in &changing {
        if arguments.diff {
            printer.data(&diff(&script.chosen.shown, &script.before, &script.after));
        } else {
            printer.data(&format!("{}\n", script.chosen.shown));
        }
    }
    let same = scripts.len() - changing.len();
    printer.note(&format!(
        "{} would change, {same} in the layout already",
        files_of(changing.len())
    ));
    if changing.is_empty() {
        Exit::Success
    } else {
        Exit::Changes
    }
}

/// Writes what has changed.
fn write(scripts: &[Script], printer: &Printer) -> Exit {
    let mut problems = Diagnostics::new();
    let mut changed = 0;
    for script in scripts.iter().filter(|script| script.changes()) {
        match write::replace(&script.chosen.path, script.after.as_bytes()) {
            Ok(()) => {
                changed += 1;
                printer.note(&format!("laid out {}", script.chosen.shown));
            }
            Err(error) => problems.push(unwritten(&script.chosen.shown, &error)),
        }
    }
    let same = scripts.iter().filter(|script| !script.changes()).count();
    printer.note(&format!(
        "{} changed, {same} in the layout already",
        files_of(changed)
    ));
    if problems.is_empty() {
        return Exit::Success;
    }
    printer.diagnostics(&problems);
    Exit::Trouble
}

fn unwritten(shown: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::LayoutFile, format!("`{shown}` cannot be written"))
        .in_file(&SourceFile::unread(shown))
        .note(error.to_string())
        .help("check the permissions of the file and its folder, and the space on the disk")
}

fn from_stdin(arguments: &Arguments, printer: &Printer) -> Exit {
    let mut bytes = Vec::new();
    let read = io::stdin()
        .lock()
        .take(MAX_SCRIPT_BYTES + 1)
        .read_to_end(&mut bytes);
    let refused = |sentence: String, note: Option<String>| {
        let mut diagnostic = Diagnostic::error(Code::LayoutFile, sentence)
            .in_file(&SourceFile::unread("stdin"))
            .help("give it a SQL script of at most 8 MB");
        diagnostic.notes.extend(note);
        diagnostic
    };
    let mut diagnostics = Diagnostics::new();
    match read {
        Err(error) => diagnostics.push(refused(
            "stdin cannot be read".into(),
            Some(error.to_string()),
        )),
        Ok(_) if bytes.len() as u64 > MAX_SCRIPT_BYTES => diagnostics.push(refused(
            format!("stdin holds more than {MAX_SCRIPT_BYTES} bytes"),
            None,
        )),
        Ok(_) => {}
    }
    let texts = if diagnostics.has_errors() {
        None
    } else {
        let as_it_was = String::from_utf8_lossy(&bytes).into_owned();
        let texts = laid_out("stdin", bytes, &mut diagnostics);
        if texts.is_none() {
            printer.note("stdin: an RSQL script, which stays as it is");
        }
        texts.or_else(|| Some((as_it_was.clone(), as_it_was)))
    };
    if diagnostics.has_errors() || printer.is_for_people() {
        printer.diagnostics(&diagnostics);
    }
    let Some((before, after)) = texts.filter(|_| !diagnostics.has_errors()) else {
        return Exit::BadInput;
    };
    if arguments.diff && before != after {
        printer.data(&diff("stdin", &before, &after));
    } else if !arguments.check && !arguments.diff {
        printer.data(&after);
    }
    let looks_only = arguments.check || arguments.diff;
    if looks_only && before != after {
        Exit::Changes
    } else {
        Exit::Success
    }
}

fn diff(shown: &str, before: &str, after: &str) -> String {
    TextDiff::configure()
        .timeout(PATIENCE)
        .diff_lines(before, after)
        .unified_diff()
        .context_radius(CONTEXT)
        .header(shown, shown)
        .to_string()
}

fn files_of(count: usize) -> String {
    match count {
        1 => "1 file".to_owned(),
        count => format!("{count} files"),
    }
}
