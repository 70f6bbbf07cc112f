//! The program under test, and pipelines for it to work on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use runtime_lambda::keys;
use runtime_lambda::state::GlobalState;
use tempfile::TempDir;

use crate::package;

/// A query that takes far longer than any test.
pub const SLOW: &str = "with recursive r(n) as (select 1 union all select n + 1 from r where n < 2000000000) select count(*) from r";

/// Root of the checkout.
pub fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .unwrap()
}

/// The program with these arguments, started in `folder`.
pub fn sfc(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sfc"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env("SFC_LAMBDA_PACKAGE", package::small())
        .stdin(Stdio::null());
    command
}

/// Whether a key has this form; a part in braces is anything without a slash.
fn is_of(key: &str, form: &str) -> bool {
    let (keys, forms) = (key.split('/'), form.split('/'));
    keys.clone().count() == forms.clone().count()
        && keys.zip(forms).all(|(key, form)| {
            let Some((before, rest)) = form.split_once('{') else {
                return key == form;
            };
            let (_, after) = rest.split_once('}').unwrap();
            key.len() > before.len() + after.len()
                && key.starts_with(before)
                && key.ends_with(after)
        })
}

/// What a program that has ended left.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A folder with a pipeline, gone when dropped.
pub struct Folder {
    folder: TempDir,
}

impl Folder {
    /// A pipeline with this spec and these other files.
    pub fn new(spec: &str, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let this = Self { folder };
        this.write("pipeline.yaml", spec);
        for (path, text) in files {
            this.write(path, text);
        }
        this
    }

    /// A copy of a folder of the checkout, without what runs left there.
    pub fn copy_of(path: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&checkout().join(path), folder.path());
        Self { folder }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, path: impl AsRef<Path>) -> String {
        fs::read_to_string(self.path().join(path)).unwrap()
    }

    pub fn sfc(&self, arguments: &[&str]) -> Ended {
        sfc(self.path(), arguments).output().unwrap().into()
    }

    /// Folders of the runs so far, oldest first.
    pub fn runs(&self) -> Vec<PathBuf> {
        let pipelines = self.path().join(".sfc/bucket");
        let mut runs: Vec<PathBuf> = fs::read_dir(pipelines)
            .unwrap()
            .filter_map(|entry| {
                let path = entry.unwrap().path();
                path.is_dir().then_some(path)
            })
            .flat_map(|pipeline| fs::read_dir(pipeline).unwrap())
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_dir())
            .collect();
        // A run's name has no fractions of a second, so its state tells what came first.
        runs.sort_by_cached_key(|run| {
            let state = fs::read(run.join("state.json")).ok();
            let state: Option<GlobalState> =
                state.and_then(|bytes| serde_json::from_slice(&bytes).ok());
            (state.map(|state| state.started), run.clone())
        });
        runs
    }

    /// Objects of the data bucket that the table of keys, and so the reference, does not know.
    pub fn unknown_objects(&self) -> Vec<String> {
        let known = [keys::OF_A_RUN, keys::OF_A_PIPELINE].concat();
        let bucket = self.path().join(".sfc/bucket");
        let mut open = vec![bucket.clone()];
        let mut unknown = Vec::new();
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                    continue;
                }
                let key = path.strip_prefix(&bucket).unwrap();
                let key = key.to_string_lossy().replace('\\', "/");
                // The folder that stands in for the bucket has a lock of its own.
                if key != ".lock" && !known.iter().any(|kind| is_of(&key, kind.form)) {
                    unknown.push(key);
                }
            }
        }
        unknown
    }

    /// Global state of the last run.
    pub fn state(&self) -> GlobalState {
        let run = self.runs().pop().unwrap();
        serde_json::from_slice(&fs::read(run.join("state.json")).unwrap()).unwrap()
    }

    /// A document of the last run.
    pub fn document(&self, path: &str) -> serde_json::Value {
        let run = self.runs().pop().unwrap();
        serde_json::from_slice(&fs::read(run.join(path)).unwrap()).unwrap()
    }

    /// Texts of the messages that were sent.
    pub fn messages(&self) -> Vec<String> {
        let mut messages: Vec<String> = fs::read_dir(self.path().join(".sfc/outbox"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
            .map(|path| fs::read_to_string(path).unwrap())
            .collect();
        messages.sort();
        messages
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name() == ".sfc" {
            continue;
        }
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A spec of steps given as lines, with what every spec must have.
pub fn spec(limits: &str, steps: &str) -> String {
    format!(
        "name: demo\nwarehouse: {{ workgroup: w, database: dev }}\nlimits: {{ {limits} }}\nsteps:\n{steps}"
    )
}
