//! `sfc run --watch`: at each save, what changed is run, and everything that comes after it.

use std::path::Path;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc::{self, UnboundedReceiver};

use super::{Given, run};
use crate::commands::STOP_REQUEST;
use crate::commands::choosing::Choosing;
use crate::commands::interruption::Interruption;
use crate::compile::{Overrides, compile};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, json};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::project::Project;
use crate::source::SourceFile;

/// How long nothing must be saved before it is looked at: an editor writes several files at once.
const QUIET: Duration = Duration::from_millis(150);

/// What a pipeline comes to: the hash of its plan, if it has one, and what is said of it.
type Meaning = (Option<String>, String);

/// Runs what changed now and at each save, until somebody ends it. Whatever does not change what the
/// pipeline means starts nothing.
#[must_use]
pub fn on_save(path: &Path, environment: Option<&str>, given: &Given, printer: &Printer) -> Exit {
    let folder = match Project::open_for(path, environment) {
        Ok(project) => project.folder,
        Err(diagnostics) => {
            printer.diagnostics(&diagnostics);
            return Exit::BadInput;
        }
    };
    let (_watcher, mut saves) = match watch(&folder) {
        Ok(watching) => watching,
        Err(error) => return refused(&folder, &error, printer),
    };
    let given = Given {
        choosing: changed(&given.choosing),
        ..given.clone()
    };
    let mut known: Option<Meaning> = None;
    loop {
        let meaning = meaning(path, environment);
        if known.as_ref() != Some(&meaning) {
            if run(path, environment, &given, printer) == Exit::Interrupted {
                return Exit::Interrupted;
            }
            known = Some(meaning);
            printer.note("waiting for the next save; Ctrl-C ends");
        }
        match wait(&folder, &mut saves) {
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

type Watching = (RecommendedWatcher, UnboundedReceiver<()>);

/// Hears of what is saved in a folder, but for what runs leave in it.
fn watch(folder: &Path) -> notify::Result<Watching> {
    let (saved, saves) = mpsc::unbounded_channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        if event.is_ok_and(|event| is_save(&event)) {
            let _ = saved.send(());
        }
    })?;
    watcher.watch(folder, RecursiveMode::Recursive)?;
    Ok((watcher, saves))
}

fn is_save(event: &Event) -> bool {
    let changes = match event.kind {
        EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
        _ => true,
    };
    let is_ours = |path: &Path| {
        let mut parts = path.components();
        parts.any(|part| part.as_os_str() == ".sfc" || part.as_os_str() == ".git")
    };
    changes && !event.paths.iter().all(|path| is_ours(path))
}

/// Whether something was saved before somebody ended it.
fn wait(folder: &Path, saves: &mut UnboundedReceiver<()>) -> notify::Result<bool> {
    // One for each wait: with it ends whoever listens to signals.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let request = folder.join(".sfc").join(STOP_REQUEST);
        let interruption = Interruption::listen(|| {}, request)?;
        tokio::select! {
            () = interruption.asked() => return Ok(false),
            _ = saves.recv() => {}
        }
        while let Ok(Some(())) = tokio::time::timeout(QUIET, saves.recv()).await {}
        Ok(true)
    })
}

fn refused(folder: &Path, error: &notify::Error, printer: &Printer) -> Exit {
    let shown = folder.display().to_string();
    let diagnostic = Diagnostic::error(
        Code::FilesUnwatched,
        format!("the system does not tell of changes in `{shown}`"),
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
        let event = |kind, path: &str| Event::new(kind).add_path(path.into());
        let any = EventKind::Any;
        assert!(is_save(&event(any, "/p/sql/a.sql")));
        assert!(!is_save(&event(any, "/p/.sfc/bucket/x/state.json")));
        let read = EventKind::Access(AccessKind::Read);
        assert!(!is_save(&event(read, "/p/sql/a.sql")));
    }
}
