//! Every example, as an editor sees it; and a large pipeline.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may stop"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sfc::lsp::{self, AskedPlace, Model, PositionEncoding, Schemas, SqlFile};
use sfc::project::Project;
use sfc::source::SourceFile;

use crate::folder::Folder;

fn examples() -> Vec<PathBuf> {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let entries = std::fs::read_dir(specs).unwrap();
    let folders = entries.map(|entry| entry.unwrap().path());
    folders
        .filter(|path| path.join("pipeline.yaml").is_file())
        .collect()
}

/// Every kind of question at a byte. None may fail; the number of those with an answer.
fn ask(model: &Model, keys: &Schemas, asked: AskedPlace<'_>) -> usize {
    let hover = lsp::hover(model, keys, asked, PositionEncoding::Utf16).is_some();
    usize::from(hover) + usize::from(!lsp::definition(model, asked).is_empty())
}

/// Places of the tokens of a script.
fn tokens(script: &SqlFile) -> Vec<usize> {
    let tokens = script.parsed.tokens.iter();
    tokens.map(|token| token.span.start as usize).collect()
}

#[test]
fn every_example_has_no_mistake_and_an_answer_at_every_token() {
    let examples = examples();
    assert!(examples.len() >= 6);
    let keys = Schemas::default();
    for folder in examples {
        let project = Project::open(&folder).unwrap();
        let model = Model::new(&project.spec, &project);
        let found = lsp::shown(
            &model.diagnostics,
            PositionEncoding::Utf16,
            &|path| path.to_owned().into(),
            &|_| None,
        );
        assert!(found.is_empty(), "{}: {found:?}", folder.display());
        let mut answers = 0;
        for script in model.scripts.values() {
            for offset in tokens(script) {
                answers += ask(&model, &keys, AskedPlace::Script(script, offset));
            }
            // Completion reads the whole script anew: once a line is enough.
            let lines = script.file.text().match_indices('\n');
            for (offset, _) in lines.step_by(3) {
                let _ = lsp::completion_of_text(&model, script, offset, PositionEncoding::Utf16);
            }
            let _ = lsp::script_symbols(script, PositionEncoding::Utf16);
        }
        let spec = model.spec.text();
        for (offset, _) in spec.char_indices().step_by(3) {
            answers += ask(&model, &keys, AskedPlace::Spec(offset));
        }
        assert!(answers > 50, "{}: {answers} answers", folder.display());
    }
}

/// A pipeline of 200 steps, each of which makes a table of the one before.
fn large() -> (Folder, String) {
    let mut spec =
        "name: large\nwarehouse: { workgroup: analytics, database: dev }\nsteps:\n".to_owned();
    let mut folder = Folder::default();
    for number in 0..200_u32 {
        let _ = write!(spec, "  step_{number}:\n    sql: sql/{number}.sql\n");
        let source = match number.checked_sub(1) {
            Some(before) => {
                let _ = writeln!(spec, "    after: step_{before}");
                format!("table_{before}")
            }
            None => "raw_rows".to_owned(),
        };
        let columns = (0..20)
            .map(|column| format!("a{column}"))
            .collect::<Vec<_>>()
            .join(", ");
        let sql = format!(
            "drop table if exists table_{number};\ncreate table table_{number} as select {columns} from {source};\n"
        );
        folder = folder.with(&format!("sql/{number}.sql"), sql);
    }
    (folder, spec)
}

/// The least of several tries: other work on the machine counts as little as it can.
fn least(mut work: impl FnMut()) -> Duration {
    let tries = (0..5).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed()
    });
    tries.min().unwrap()
}

#[test]
fn answers_about_two_hundred_steps_are_quick() {
    let (folder, spec) = large();
    let file = SourceFile::new("pipeline.yaml", spec.clone().into_bytes());
    let model = Model::new(&file, &folder);
    assert!(!model.diagnostics.has_errors());
    let keys = Schemas::default();
    let script = model.scripts.get("sql/199.sql").unwrap();
    let at = script.file.text().find("a7").unwrap();
    let asked = AskedPlace::Script(script, at);
    let start = Instant::now();
    assert!(lsp::hover(&model, &keys, asked, PositionEncoding::Utf16).is_some());
    let first = start.elapsed();
    let hover =
        least(|| assert!(lsp::hover(&model, &keys, asked, PositionEncoding::Utf16).is_some()));
    let completion = least(|| {
        let found = lsp::completion_of_text(&model, script, at, PositionEncoding::Utf16);
        assert!(found.len() > 20);
    });
    let definition = least(|| drop(lsp::definition(&model, asked)));
    let compiled = least(|| drop(Model::new(&file, &folder)));
    let spec_at = AskedPlace::Spec(spec.rfind("step_198").unwrap());
    let in_spec = least(|| {
        let found = lsp::complete(&model, &keys, spec_at, PositionEncoding::Utf16, &Vec::new);
        assert_eq!(found.len(), 199);
    });
    println!(
        "first {first:?}, hover {hover:?}, completion {completion:?}, definition {definition:?}, in the spec {in_spec:?}, \
         compilation {compiled:?}"
    );
    // Beside one compilation of all of it; the first hover binds all scripts once more.
    assert!(first < compiled * 5, "{first:?} of {compiled:?}");
    for took in [hover, completion, definition, in_spec] {
        assert!(took < compiled, "{took:?} of {compiled:?}");
    }
}
