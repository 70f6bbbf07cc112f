//! The runs of a pipeline, wherever they are: in AWS, or in the folder that local runs leave. The verbs below start
//! runs, look at them and end them, and see one thing: two places answer the same questions.

pub mod backfill;
pub(super) mod browser;
pub mod cost;
mod dead_runs;
pub mod here;
pub(super) mod home;
#[cfg(feature = "aws")]
pub mod in_aws;
pub mod logs;
pub(super) mod modified;
pub mod parameters;
pub mod progress;
mod reads;
pub mod results;
pub mod resume;
#[cfg(feature = "aws")]
pub mod start;
pub mod status;
pub mod stop;
pub mod ui;
pub mod watch;

use std::path::{Path, PathBuf};

use clap_complete::engine::ArgValueCompleter;
use jiff::Timestamp;
use runtime_lambda::ids::RunId;
use runtime_lambda::keys;
use runtime_lambda::state::GlobalState;

use self::here::Here;
#[cfg(feature = "aws")]
use self::in_aws::InAws;
use self::reads::Reads;
use super::complete;
use super::session::{EarlyEnd, KnownPipeline, command_line};
use crate::diagnostic::{Code, Nearest};
use crate::execution::AwsExecution;
use crate::exit::Exit;
use crate::printer::Printer;

/// Executions among which a run is searched for.
const SEARCHED: usize = 1_000;

/// Which runs a verb is about, as the command line says it.
#[derive(Debug, Clone, clap::Args)]
pub struct RunsOf {
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
    pub account: super::account::Account,
}

/// The runs of one pipeline.
#[derive(Debug)]
pub struct Runs {
    /// The pipeline, by name and spec.
    pub known: KnownPipeline,
    /// Where the runs lie, and how they are read.
    pub place: RunsPlace,
}

/// Where runs lie; all verbs about runs read both in the same way.
#[derive(Debug)]
pub enum RunsPlace {
    /// On this machine, in the folder that local runs leave.
    Here(Here),
    /// In AWS, in the data bucket of the pipeline's stack.
    #[cfg(feature = "aws")]
    InAws(InAws),
}

/// A run, without its steps.
#[derive(Debug, Clone)]
pub struct Brief {
    /// Id of the run, which begins with its start.
    pub run: RunId,
    /// When it started, by its state; none where that cannot be read.
    pub started: Option<Timestamp>,
    /// The execution that it is; local ones are gone with their process.
    pub execution: Option<AwsExecution>,
}

/// What is typed behind a verb to mean a run in this state.
#[must_use]
pub fn option_of(state: &GlobalState) -> &'static str {
    if state.is_local() { " --local" } else { "" }
}

impl RunsPlace {
    fn reads(&self) -> &dyn Reads {
        match self {
            Self::Here(here) => here,
            #[cfg(feature = "aws")]
            Self::InAws(there) => there,
        }
    }
}

impl Runs {
    /// Finds the runs that the command line is about.
    ///
    /// # Errors
    /// There is no spec, or the pipeline is not deployed.
    pub async fn open(of: &RunsOf) -> Result<Self, EarlyEnd> {
        Self::open_and_say(of, None).await
    }

    /// Finds the runs for a verb that changes something: where and as whom is said first.
    ///
    /// # Errors
    /// As of [`Self::open`].
    pub async fn open_to_change(of: &RunsOf, printer: &Printer) -> Result<Self, EarlyEnd> {
        Self::open_and_say(of, Some(printer)).await
    }

    #[cfg(feature = "aws")]
    async fn open_and_say(of: &RunsOf, printer: Option<&Printer>) -> Result<Self, EarlyEnd> {
        if of.local {
            return Self::on_this_machine(&of.path, of.environment.as_deref());
        }
        let known = KnownPipeline::open(&of.path, of.environment.as_deref())?;
        let place = RunsPlace::InAws(InAws::open(of, &known, printer).await?);
        Ok(Self { known, place })
    }

    #[cfg(not(feature = "aws"))]
    #[expect(clippy::unused_async, reason = "the other one awaits")]
    async fn open_and_say(of: &RunsOf, _: Option<&Printer>) -> Result<Self, EarlyEnd> {
        Self::on_this_machine(&of.path, of.environment.as_deref())
    }

    /// The runs on this machine of the pipeline at `path`.
    ///
    /// # Errors
    /// There is no spec, or its local folder leads elsewhere.
    pub fn on_this_machine(path: &Path, environment: Option<&str>) -> Result<Self, EarlyEnd> {
        Ok(Self {
            known: KnownPipeline::open(path, environment)?,
            place: RunsPlace::Here(Here::open(path, environment)?),
        })
    }

    /// The pipeline's `.sfc`, where its runs are there.
    #[must_use]
    pub fn home(&self) -> Option<&Path> {
        self.place.reads().home()
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
        self.place.reads().latest(self.pipeline(), most).await
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
                if self.state(&RunId::from(text)).await?.is_some() {
                    return Ok(Brief {
                        run: text.into(),
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
            .help(self.place.reads().how_to_begin()),
        )
    }

    /// The execution of a run as it is now, if it is one of AWS's.
    ///
    /// # Errors
    /// A call failed.
    pub async fn execution(&self, brief: &Brief) -> Result<Option<AwsExecution>, EarlyEnd> {
        let place = self.place.reads();
        place.execution(self.pipeline(), brief).await
    }

    /// The global state of a run; `None` before it has one.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn state(&self, run: &RunId) -> Result<Option<GlobalState>, EarlyEnd> {
        reads::state(self.place.reads(), self.pipeline(), run).await
    }

    /// An object of the runs' bucket; `None` if there is none.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn object(&self, key: &str) -> Result<Option<Vec<u8>>, EarlyEnd> {
        self.place.reads().object(key).await
    }

    /// An artifact, such as the plan that a run followed; `None` if there is none.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn artifact(&self, key: &str) -> Result<Option<Vec<u8>>, EarlyEnd> {
        self.place.reads().artifact(key).await
    }

    /// The first bytes of an object of the runs' bucket, `most` or one more; `None` if there is none. More
    /// than `most` bytes say that there may be more of it.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn beginning(&self, key: &str, most: u64) -> Result<Option<Vec<u8>>, EarlyEnd> {
        self.place.reads().beginning(key, most).await
    }

    /// What tells an object from what it was before, without reading it; `None` if there is none.
    ///
    /// # Errors
    /// The bucket cannot be asked.
    pub async fn stamp(&self, key: &str) -> Result<Option<String>, EarlyEnd> {
        self.place.reads().stamp(key).await
    }

    /// What tells the latest runs, and how they stand, from what they were before.
    ///
    /// # Errors
    /// The folder or AWS does not play along.
    pub async fn pulse(&self, most: usize) -> Result<String, EarlyEnd> {
        let runs = self.place.reads().ids(self.pipeline(), most).await?;
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
        self.place.reads().keys(folder).await
    }

    /// What is typed behind a verb to mean these runs.
    #[must_use]
    pub fn option(&self) -> &'static str {
        self.place.reads().option()
    }

    /// Where an object is, for people.
    #[must_use]
    pub fn location(&self, key: &str) -> String {
        self.place.reads().location(key)
    }
}
