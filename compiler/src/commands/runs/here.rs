//! Runs on this machine, in the folder `.sfc` that local runs leave.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use runtime_lambda::ids::RunId;

use super::Brief;
use super::reads::{Reads, state};
use crate::commands::session::EarlyEnd;
use crate::diagnostic::{Code, Diagnostic};
use crate::execution::AwsExecution;
use crate::exit::Exit;
use crate::project::Project;

/// Local runs of one second, whose ids do not tell which came first, are told apart among this many.
const SAME_SECOND: usize = 32;

/// The folder in which local runs lie.
#[derive(Debug)]
pub struct Here {
    /// The folder `.sfc` of the pipeline.
    pub home: PathBuf,
}

impl Here {
    /// The runs of the pipeline at `path`.
    ///
    /// # Errors
    /// There is no spec, or a link leads from the local folder elsewhere.
    pub fn open(path: &Path, environment: Option<&str>) -> Result<Self, EarlyEnd> {
        let project = Project::open_for(path, environment).map_err(|diagnostics| EarlyEnd {
            exit: Exit::BadInput,
            diagnostics,
        })?;
        let home = project
            .home()
            .map_err(|diagnostic| EarlyEnd::with(Exit::BadInput, *diagnostic))?;
        Ok(Self { home })
    }

    /// Where an object of the runs' bucket is.
    fn path(&self, key: &str) -> PathBuf {
        self.home.join("bucket").join(key)
    }
}

#[async_trait]
impl Reads for Here {
    fn home(&self) -> Option<&Path> {
        Some(&self.home)
    }

    fn option(&self) -> &'static str {
        " --local"
    }

    fn how_to_begin(&self) -> &'static str {
        "`sfc run` runs it here"
    }

    fn location(&self, key: &str) -> String {
        self.path(key).display().to_string()
    }

    async fn latest(&self, pipeline: &str, most: usize) -> Result<Vec<Brief>, EarlyEnd> {
        let mut runs = self.ids(pipeline, most).await?;
        runs.truncate(most.saturating_add(SAME_SECOND));
        let mut briefs = Vec::new();
        for run in runs {
            // Not everything in the pipeline's folder is a run.
            if let Ok(Some(state)) = state(self, pipeline, &run).await {
                briefs.push(Brief {
                    run,
                    started: Some(state.started),
                    execution: None,
                });
            }
        }
        briefs.sort_by_key(|brief| std::cmp::Reverse(brief.started));
        briefs.truncate(most);
        Ok(briefs)
    }

    async fn ids(&self, pipeline: &str, _: usize) -> Result<Vec<RunId>, EarlyEnd> {
        let folder = self.path(pipeline);
        let mut runs = names(&folder).map_err(|error| unreadable(&folder, &error))?;
        runs.sort();
        runs.reverse();
        Ok(runs.into_iter().map(RunId::from).collect())
    }

    async fn execution(&self, _: &str, _: &Brief) -> Result<Option<AwsExecution>, EarlyEnd> {
        Ok(None)
    }

    async fn object(&self, key: &str) -> Result<Option<Vec<u8>>, EarlyEnd> {
        file(&self.path(key))
    }

    async fn artifact(&self, key: &str) -> Result<Option<Vec<u8>>, EarlyEnd> {
        file(&self.home.join("artifacts").join(key))
    }

    async fn beginning(&self, key: &str, most: u64) -> Result<Option<Vec<u8>>, EarlyEnd> {
        let path = self.path(key);
        let read = || {
            let mut bytes = Vec::new();
            let file = fs::File::open(&path)?;
            file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        found(&path, read())
    }

    async fn stamp(&self, key: &str) -> Result<Option<String>, EarlyEnd> {
        let path = self.path(key);
        let metadata = found(&path, fs::metadata(&path))?;
        Ok(metadata.map(|metadata| format!("{:?} {}", metadata.modified(), metadata.len())))
    }

    async fn keys(&self, folder: &str) -> Result<Vec<String>, EarlyEnd> {
        let path = self.path(folder);
        let mut names = names(&path).map_err(|error| unreadable(&path, &error))?;
        names.sort();
        Ok(names
            .into_iter()
            .map(|name| format!("{folder}{name}"))
            .collect())
    }
}

/// Names in a folder; none if there is no such folder.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if is_absence(&error) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect()
}

/// What a file holds; `None` if there is none.
fn file(path: &Path) -> Result<Option<Vec<u8>>, EarlyEnd> {
    found(path, fs::read(path))
}

/// What was found at `path`; `None` if nothing is there.
fn found<T>(path: &Path, read: io::Result<T>) -> Result<Option<T>, EarlyEnd> {
    match read {
        Ok(found) => Ok(Some(found)),
        Err(error) if is_absence(&error) => Ok(None),
        Err(error) => Err(unreadable(path, &error)),
    }
}

fn is_absence(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

fn unreadable(path: &Path, error: &io::Error) -> EarlyEnd {
    EarlyEnd::with(
        Exit::Trouble,
        Diagnostic::error(
            Code::LocalTrouble,
            format!("`{}` cannot be read", path.display()),
        )
        .note(error.to_string())
        .help("check the folder's permissions"),
    )
}
