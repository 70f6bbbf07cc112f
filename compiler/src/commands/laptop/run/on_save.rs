//! `sfc run --watch`: at each save, what changed is run, and everything that comes after it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fs, io};

use runtime_lambda::ids::Hash;

use super::{RunArguments, run};
use crate::commands::choosing::Choosing;
use crate::commands::laptop::interruption::Interruption;
use crate::commands::runs::home::STOP_REQUEST;
use crate::compile::{Overrides, compile};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, json};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::project::Project;
use crate::source::SourceFile;

/// Pause between two looks at the files. Nothing must be saved for so long before something is run,
/// because an editor writes several files at once.
const PAUSE: Duration = Duration::from_millis(200);

/// Folders whose files nobody saves.
const NOT_OURS: [&str; 2] = [".sfc", ".git"];

/// The files of a folder with the time and the length that each was saved with.
type Files = BTreeMap<PathBuf, (SystemTime, u64)>;

/// What a pipeline comes to: the hash of its plan, if it has one, and what is said of it.
type Meaning = (Option<Hash>, String);

/// Runs what changed now and at each save, until somebody ends it. Whatever does not change what the
/// pipeline means starts nothing.
#[must_use]
pub fn on_save(
    path: &Path,
    environment: Option<&str>,
    given: &RunArguments,
    printer: &Printer,
) -> Exit {
    let folder = match Project::open_for(path, environment) {
        Ok(project) => project.folder,
        Err(diagnostics) => {
            printer.diagnostics(&diagnostics);
            return Exit::BadInput;
        }
    };
    let given = RunArguments {
        choosing: changed(&given.choosing),
        ..given.clone()
    };
    let mut known: Option<Meaning> = None;
    loop {
        // Before they are read: what is saved while they are is seen at the next look.
        let read = files(&folder);
        let meaning = meaning(path, environment);
        if known.as_ref() != Some(&meaning) {
            if run(path, environment, &given, printer) == Exit::Interrupted {
                return Exit::Interrupted;
            }
            known = Some(meaning);
            printer.note("waiting for the next save; Ctrl-C ends");
        }
        match read.and_then(|read| wait(&folder, &read)) {
            Ok(true) => {}
            Ok(false) => return Exit::Interrupted,
            Err(error) => return refused(&folder, &error, printer),
        }
    }
}

/// Of what was chosen, what changed, with everything behind it.
fn changed(choosing: &Choosing) -> Choosing {
    const CHANGED: &str = "state:modified+";
    let words = choosing
        .select
        .iter()
        .flat_map(|text| text.split_whitespace());
    let mut select: Vec<String> = words.map(|word| format!("{CHANGED},{word}")).collect();
    if select.is_empty() {
        select.push(CHANGED.to_owned());
    }
    Choosing {
        select,
        exclude: choosing.exclude.clone(),
    }
}

fn meaning(path: &Path, environment: Option<&str>) -> Meaning {
    match Project::open_for(path, environment) {
        Ok(project) => {
            let outcome = compile(&project.spec, &project, Overrides::default());
            let hash = outcome.value.map(|compiled| compiled.plan_hash);
            (hash, json::render(&outcome.diagnostics))
        }
        Err(diagnostics) => (None, json::render(&diagnostics)),
    }
}

/// The files of a folder, but for those that runs leave in it. Links are not followed.
fn files(folder: &Path) -> io::Result<Files> {
    let mut files = Files::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            // What is gone by now is seen to be gone at the next look.
            let Ok(metadata) = entry.metadata() else {
                continue;
            };
            if metadata.is_dir() {
                if !NOT_OURS.iter().any(|name| entry.file_name() == *name) {
                    folders.push(entry.path());
                }
            } else {
                files.insert(entry.path(), (metadata.modified()?, metadata.len()));
            }
        }
    }
    Ok(files)
}

/// Whether something was saved before somebody ended it.
fn wait(folder: &Path, read: &Files) -> io::Result<bool> {
    // One for each wait: with it ends whoever listens to signals.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let request = folder.join(".sfc").join(STOP_REQUEST);
        let interruption = Interruption::listen(|| {}, request)?;
        let mut last = read.clone();
        loop {
            tokio::select! {
                () = interruption.asked() => return Ok(false),
                () = tokio::time::sleep(PAUSE) => {}
            }
            let now = files(folder)?;
            if now == last && now != *read {
                return Ok(true);
            }
            last = now;
        }
    })
}

fn refused(folder: &Path, error: &io::Error, printer: &Printer) -> Exit {
    let shown = folder.display().to_string();
    let diagnostic = Diagnostic::error(
        Code::FilesUnwatched,
        format!("the files in `{shown}` cannot be looked at"),
    )
    .in_file(&SourceFile::unread(&shown))
    .note(error.to_string())
    .help("without `--watch`, `sfc run --select state:modified+` runs what changed");
    printer.diagnostics(&std::iter::once(diagnostic).collect::<Diagnostics>());
    Exit::Trouble
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_narrowed_to_what_changed() {
        let of = |select: &[&str]| {
            let choosing = Choosing {
                select: select.iter().map(|text| (*text).to_owned()).collect(),
                exclude: vec!["x".to_owned()],
            };
            let changed = changed(&choosing);
            assert_eq!(changed.exclude, ["x"]);
            changed.select
        };
        assert_eq!(of(&[]), ["state:modified+"]);
        assert_eq!(
            of(&["a +b", "tag:c,d"]),
            [
                "state:modified+,a",
                "state:modified+,+b",
                "state:modified+,tag:c,d"
            ]
        );
    }

    #[test]
    fn what_runs_leave_is_no_save() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("sql/a.sql", "select 1");
        let before = files(folder.path()).unwrap();
        write(".sfc/bucket/x/state.json", "{}");
        assert_eq!(files(folder.path()).unwrap(), before);
        write("sql/a.sql", "select 11");
        assert_ne!(files(folder.path()).unwrap(), before);
    }
}
