//! The runs of a pipeline, wherever they are: in AWS, or in the folder that local runs leave. The verbs below start
//! runs, look at them and end them, and see one thing.

pub mod backfill;
pub(super) mod browser;
pub mod cost;
mod dead_runs;
pub(super) mod home;
pub mod logs;
pub mod parameters;
pub mod progress;
pub mod results;
pub mod resume;
#[cfg(feature = "aws")]
pub mod start;
pub mod status;
pub mod stop;
pub mod ui;
pub mod watch;

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use clap_complete::engine::ArgValueCompleter;
use jiff::Timestamp;
use runtime_lambda::keys;
use runtime_lambda::state::GlobalState;

#[cfg(feature = "aws")]
use super::account::{Account, deployed, output};
use super::complete;
use super::session::{EarlyEnd, Known, command_line};
#[cfg(feature = "aws")]
use crate::aws::Aws;
#[cfg(feature = "aws")]
use crate::deploy::deployment::Deployment;
#[cfg(feature = "aws")]
use crate::deploy::stack::Stack;
use crate::diagnostic::{Code, Diagnostic, Nearest};
use crate::execution::Execution;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::project::Project;

/// Executions among which a run is searched for.
const SEARCHED: usize = 1_000;

/// Local runs of one second, whose ids do not tell which came first, are told apart among this many.
const SAME_SECOND: usize = 32;

/// Which runs a verb is about, as the command line says it.
#[derive(Debug, Clone, clap::Args)]
pub struct Of {
    /// Folder of the pipeline, or its spec.
    #[arg(
        short = 'C',
        long = "pipeline",
        default_value = ".",
        value_name = "PIPELINE"
    )]
    pub path: PathBuf,
    /// Environment: what `pipeline.<ENV>.yaml` says lies over the spec.
    #[arg(long = "env", value_name = "ENV", add = ArgValueCompleter::new(complete::environments))]
    pub environment: Option<String>,
    /// Runs of `sfc run` on this machine, not those in AWS; a build without AWS has no others.
    #[arg(long)]
    pub local: bool,
    /// Where in AWS.
    #[cfg(feature = "aws")]
    #[command(flatten)]
    pub account: Account,
}

/// The runs of one pipeline.
#[derive(Debug)]
pub struct Runs {
    /// The pipeline, by name and spec.
    pub known: Known,
    /// Where the runs lie, and how they are read.
    pub place: Place,
}

/// Where runs lie; all verbs about runs read both in the same way.
#[derive(Debug)]
pub enum Place {
    /// On this machine, in the folder that local runs leave.
    Local {
        /// The folder `.sfc` of the pipeline.
        home: PathBuf,
    },
    /// In AWS, in the data bucket of the pipeline's stack.
    #[cfg(feature = "aws")]
    Aws {
        /// Clients for the account and Region of the stack.
        aws: Box<Aws>,
        /// The stack, as it was when the verb began.
        stack: Box<Stack>,
        /// Name of the data bucket.
        bucket: String,
    },
}

/// A run, without its steps.
#[derive(Debug, Clone)]
pub struct Brief {
    /// Id of the run, which begins with its start.
    pub run: String,
    /// When it started, by its state; none where that cannot be read.
    pub started: Option<Timestamp>,
    /// The execution that it is; local ones are gone with their process.
    pub execution: Option<Execution>,
}

/// What is typed behind a verb to mean a run in this state.
#[must_use]
pub fn option_of(state: &GlobalState) -> &'static str {
    if state.is_local() { " --local" } else { "" }
}

impl Runs {
    /// Finds the runs that the command line is about.
    ///
    /// # Errors
    /// There is no spec, or the pipeline is not deployed.
    pub async fn open(of: &Of) -> Result<Self, EarlyEnd> {
        Self::open_and_say(of, None).await
    }

    /// Finds the runs for a verb that changes something: where and as whom is said first.
    ///
    /// # Errors
    /// As of [`Self::open`].
    pub async fn open_to_change(of: &Of, printer: &Printer) -> Result<Self, EarlyEnd> {
        Self::open_and_say(of, Some(printer)).await
    }

    #[cfg(feature = "aws")]
    async fn open_and_say(of: &Of, printer: Option<&Printer>) -> Result<Self, EarlyEnd> {
        let environment = of.environment.as_deref();
        let known = Known::open(&of.path, environment)?;
        let place = if of.local {
            Place::Local {
                home: local_home(&of.path, environment)?,
            }
        } else {
            let connected = match printer {
                Some(printer) => of.account.connect_to_change(&known, printer).await,
                None => of.account.connect(&known).await,
            };
            let aws = connected.map_err(|early| or_here(early, &known))?;
            let stack = deployed(&aws, &known).await?;
            Place::Aws {
                bucket: output(&stack, "DataBucket")?.to_owned(),
                aws: Box::new(aws),
                stack: Box::new(stack),
            }
        };
        Ok(Self { known, place })
    }

    /// The runs in AWS of a pipeline whose folder is not here.
    ///
    /// # Errors
    /// It is not deployed, or AWS cannot be reached.
    #[cfg(feature = "aws")]
    pub async fn by_name(account: &Account, pipeline: &str) -> Result<Self, EarlyEnd> {
        let known = Known::by_name(pipeline)?;
        let aws = account.connect(&known).await?;
        let stack = deployed(&aws, &known).await?;
        let place = Place::Aws {
            bucket: output(&stack, "DataBucket")?.to_owned(),
            aws: Box::new(aws),
            stack: Box::new(stack),
        };
        Ok(Self { known, place })
    }

    #[cfg(not(feature = "aws"))]
    #[expect(clippy::unused_async, reason = "the other one awaits")]
    async fn open_and_say(of: &Of, _: Option<&Printer>) -> Result<Self, EarlyEnd> {
        Self::on_this_machine(&of.path, of.environment.as_deref())
    }

    /// The runs on this machine of the pipeline at `path`.
    ///
    /// # Errors
    /// There is no spec, or its local folder leads elsewhere.
    pub fn on_this_machine(path: &Path, environment: Option<&str>) -> Result<Self, EarlyEnd> {
        Ok(Self {
            known: Known::open(path, environment)?,
            place: Place::Local {
                home: local_home(path, environment)?,
            },
        })
    }

    /// The pipeline's `.sfc`, where its runs are there.
    #[must_use]
    pub fn home(&self) -> Option<&Path> {
        match &self.place {
            Place::Local { home } => Some(home),
            #[cfg(feature = "aws")]
            Place::Aws { .. } => None,
        }
    }

    /// Name of the pipeline.
    #[must_use]
    pub fn pipeline(&self) -> &str {
        self.known.pipeline()
    }

    /// The latest runs, the last one first.
    ///
    /// # Errors
    /// The folder or AWS does not play along.
    pub async fn latest(&self, most: usize) -> Result<Vec<Brief>, EarlyEnd> {
        match &self.place {
            Place::Local { home } => {
                let folder = home.join("bucket").join(self.pipeline());
                let mut runs = names(&folder).map_err(|error| unreadable(&folder, &error))?;
                runs.sort();
                runs.reverse();
                runs.truncate(most.saturating_add(SAME_SECOND));
                let mut briefs = Vec::new();
                for run in runs {
                    // Not everything in the pipeline's folder is a run.
                    if let Ok(Some(state)) = self.state(&run).await {
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
            #[cfg(feature = "aws")]
            Place::Aws { aws, stack, .. } => {
                let machine = output(stack, "RunStateMachineArn")?;
                let executions = aws.executions(machine, most).await?;
                Ok(executions
                    .into_iter()
                    .map(|execution| Brief {
                        run: keys::run_id(&execution.arn, execution.started),
                        started: Some(execution.started),
                        execution: Some(execution),
                    })
                    .collect())
            }
        }
    }

    /// The run that somebody means: its id, the start of it, or `last`.
    ///
    /// # Errors
    /// There is none, or there are several.
    pub async fn find(&self, text: &str) -> Result<Brief, EarlyEnd> {
        let runs = self
            .latest(if text == "last" { 1 } else { SEARCHED })
            .await?;
        if text == "last" {
            return runs.into_iter().next().ok_or_else(|| self.none());
        }
        let found: Vec<&Brief> = runs
            .iter()
            .filter(|brief| brief.run.starts_with(text))
            .collect();
        match found.as_slice() {
            [one] => Ok((*one).clone()),
            [] => {
                let known = runs.iter().map(|brief| brief.run.as_str());
                let help = Nearest::default()
                    .suggest(text, known)
                    .unwrap_or_else(|| "`sfc status` lists the latest runs".to_owned());
                // Executions are forgotten after ninety days, objects are not.
                if self.state(text).await?.is_some() {
                    return Ok(Brief {
                        run: text.to_owned(),
                        started: None,
                        execution: None,
                    });
                }
                Err(EarlyEnd::with(
                    Exit::BadInput,
                    command_line(
                        Code::UnknownRun,
                        format!("the pipeline `{}` has no run `{text}`", self.pipeline()),
                    )
                    .help(help),
                ))
            }
            several => Err(EarlyEnd::with(
                Exit::BadInput,
                command_line(
                    Code::UnknownRun,
                    format!("{} runs start with `{text}`", several.len()),
                )
                .help("give more of the id"),
            )),
        }
    }

    fn none(&self) -> EarlyEnd {
        EarlyEnd::with(
            Exit::BadInput,
            command_line(
                Code::UnknownRun,
                format!("the pipeline `{}` has no runs yet", self.pipeline()),
            )
            .help(match self.place {
                Place::Local { .. } => "`sfc run` runs it here",
                #[cfg(feature = "aws")]
                Place::Aws { .. } => {
                    "`sfc start` starts one; `--local` is about those on this machine"
                }
            }),
        )
    }

    /// The global state of a run; `None` before it has one.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn state(&self, run: &str) -> Result<Option<GlobalState>, EarlyEnd> {
        let key = keys::state(self.pipeline(), run);
        let Some(bytes) = self.object(&key).await? else {
            return Ok(None);
        };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| {
            EarlyEnd::with(
                Exit::Trouble,
                Diagnostic::error(
                    Code::AwsRefused,
                    format!("`{}` is no state of a run", self.location(&key)),
                )
                .note(error.to_string())
                .help("it may be of another version of sfc"),
            )
        })
    }

    /// An object of the runs' bucket; `None` if there is none.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn object(&self, key: &str) -> Result<Option<Vec<u8>>, EarlyEnd> {
        match &self.place {
            Place::Local { home } => file(&home.join("bucket").join(key)),
            #[cfg(feature = "aws")]
            Place::Aws { aws, bucket, .. } => Ok(aws.object(bucket, key).await?),
        }
    }

    /// An artifact, such as the plan that a run followed; `None` if there is none.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn artifact(&self, key: &str) -> Result<Option<Vec<u8>>, EarlyEnd> {
        match &self.place {
            Place::Local { home } => file(&home.join("artifacts").join(key)),
            #[cfg(feature = "aws")]
            Place::Aws { aws, .. } => {
                let bucket = Deployment::artifacts_bucket(&aws.account, &aws.region);
                Ok(aws.object(&bucket, key).await?)
            }
        }
    }

    /// The first bytes of an object of the runs' bucket, `most` or one more; `None` if there is none. More
    /// than `most` bytes say that there may be more of it.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn beginning(&self, key: &str, most: u64) -> Result<Option<Vec<u8>>, EarlyEnd> {
        match &self.place {
            Place::Local { home } => {
                let path = home.join("bucket").join(key);
                let read = || {
                    let mut bytes = Vec::new();
                    let file = fs::File::open(&path)?;
                    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
                    Ok(bytes)
                };
                match read() {
                    Ok(bytes) => Ok(Some(bytes)),
                    Err(error) if is_absence(&error) => Ok(None),
                    Err(error) => Err(unreadable(&path, &error)),
                }
            }
            #[cfg(feature = "aws")]
            Place::Aws { aws, bucket, .. } => Ok(aws.beginning(bucket, key, most).await?),
        }
    }

    /// What tells an object from what it was before, without reading it; `None` if there is none.
    ///
    /// # Errors
    /// The bucket cannot be asked.
    pub async fn stamp(&self, key: &str) -> Result<Option<String>, EarlyEnd> {
        match &self.place {
            Place::Local { home } => {
                let path = home.join("bucket").join(key);
                match fs::metadata(&path) {
                    Ok(metadata) => Ok(Some(format!(
                        "{:?} {}",
                        metadata.modified(),
                        metadata.len()
                    ))),
                    Err(error) if is_absence(&error) => Ok(None),
                    Err(error) => Err(unreadable(&path, &error)),
                }
            }
            #[cfg(feature = "aws")]
            Place::Aws { aws, bucket, .. } => Ok(aws.etag(bucket, key).await?),
        }
    }

    /// What tells the latest runs, and how they stand, from what they were before.
    ///
    /// # Errors
    /// The folder or AWS does not play along.
    pub async fn pulse(&self, most: usize) -> Result<String, EarlyEnd> {
        let runs = match &self.place {
            Place::Local { home } => {
                let folder = home.join("bucket").join(self.pipeline());
                let mut runs = names(&folder).map_err(|error| unreadable(&folder, &error))?;
                runs.sort();
                runs.reverse();
                runs
            }
            #[cfg(feature = "aws")]
            Place::Aws { .. } => {
                let latest = self.latest(most).await?;
                latest.into_iter().map(|brief| brief.run).collect()
            }
        };
        let mut pulse = String::new();
        for run in runs.into_iter().take(most) {
            let stamp = self.stamp(&keys::state(self.pipeline(), &run)).await?;
            pulse.push_str(&format!("{run} {stamp:?}\n"));
        }
        Ok(pulse)
    }

    /// Keys in a folder of the runs' bucket, in order; `folder` ends with a slash.
    ///
    /// # Errors
    /// The bucket cannot be read.
    pub async fn keys(&self, folder: &str) -> Result<Vec<String>, EarlyEnd> {
        match &self.place {
            Place::Local { home } => {
                let path = home.join("bucket").join(folder);
                let mut names = names(&path).map_err(|error| unreadable(&path, &error))?;
                names.sort();
                Ok(names
                    .into_iter()
                    .map(|name| format!("{folder}{name}"))
                    .collect())
            }
            #[cfg(feature = "aws")]
            Place::Aws { aws, bucket, .. } => Ok(aws
                .objects(bucket, folder)
                .await?
                .into_iter()
                .map(|object| object.key)
                .collect()),
        }
    }

    /// What is typed behind a verb to mean these runs.
    #[must_use]
    pub fn option(&self) -> &'static str {
        match &self.place {
            Place::Local { .. } => " --local",
            #[cfg(feature = "aws")]
            Place::Aws { .. } => "",
        }
    }

    /// Where an object is, for people.
    #[must_use]
    pub fn location(&self, key: &str) -> String {
        match &self.place {
            Place::Local { home } => home.join("bucket").join(key).display().to_string(),
            #[cfg(feature = "aws")]
            Place::Aws { bucket, .. } => format!("s3://{bucket}/{key}"),
        }
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
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
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

/// Of a command that finds no account: says that there are runs on this machine.
#[cfg(feature = "aws")]
fn or_here(early: EarlyEnd, known: &Known) -> EarlyEnd {
    let bucket = known.local_folder.join("bucket");
    let has_runs = bucket.join(known.pipeline()).is_dir();
    if has_runs {
        early.note("there are runs on this machine: `--local` is about those")
    } else {
        early
    }
}

/// The folder of a pipeline's local runs; one that a link leads out of is refused.
fn local_home(path: &Path, environment: Option<&str>) -> Result<PathBuf, EarlyEnd> {
    let project = Project::open_for(path, environment).map_err(|diagnostics| EarlyEnd {
        exit: Exit::BadInput,
        diagnostics,
    })?;
    project
        .home()
        .map_err(|diagnostic| EarlyEnd::with(Exit::BadInput, *diagnostic))
}
