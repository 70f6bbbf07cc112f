//! Which pipeline a verb is about. Verbs whose first argument it is take it behind `-C` as well, like those
//! whose first argument is something else.

use std::fs;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, Command, FromArgMatches};
use clap_complete::engine::ArgValueCompleter;

use super::complete;
use crate::diagnostic::Code;

/// The pipeline, as the command line says it.
#[derive(Debug, Clone)]
pub struct PipelineAt {
    /// Folder of the pipeline, or its spec.
    pub path: PathBuf,
    /// Environment: what `pipeline.<ENV>.yaml` says lies over the spec.
    pub environment: Option<String>,
}

/// The same as it is typed.
#[derive(Debug, Args)]
struct Typed {
    /// Folder of the pipeline, or its spec; without it, `.`.
    #[arg(value_name = "PIPELINE")]
    pipeline: Option<PathBuf>,
    /// The same behind an option, as the verbs about runs have it.
    #[arg(
        short = 'C',
        long = "pipeline",
        value_name = "PIPELINE",
        id = "pipeline_option"
    )]
    named: Option<PathBuf>,
    /// Environment: what `pipeline.<ENV>.yaml` says lies over the spec.
    #[arg(long = "env", value_name = "ENV", add = ArgValueCompleter::new(complete::environments))]
    environment: Option<String>,
}

impl PipelineAt {
    /// The environment's name, if there is one.
    #[must_use]
    pub fn environment(&self) -> Option<&str> {
        self.environment.as_deref()
    }
}

impl TryFrom<Typed> for PipelineAt {
    type Error = clap::Error;

    fn try_from(typed: Typed) -> Result<Self, clap::Error> {
        let path = match (typed.pipeline, typed.named) {
            (Some(one), Some(other)) if !is_same(&one, &other) => {
                return Err(two(&one, &other));
            }
            (Some(path), _) | (None, Some(path)) => path,
            (None, None) => PathBuf::from("."),
        };
        Ok(Self {
            path,
            environment: typed.environment,
        })
    }
}

impl Args for PipelineAt {
    fn augment_args(command: Command) -> Command {
        Typed::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Typed::augment_args_for_update(command)
    }
}

impl FromArgMatches for PipelineAt {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Typed::from_arg_matches(matches)?.try_into()
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, clap::Error> {
        Typed::from_arg_matches_mut(matches)?.try_into()
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Whether two paths lead to the same file or folder.
fn is_same(one: &Path, other: &Path) -> bool {
    let both = fs::canonicalize(one).ok().zip(fs::canonicalize(other).ok());
    both.map_or(one == other, |(one, other)| one == other)
}

/// Two pipelines were named. The command line is not read yet, so that this is clap's to say.
fn two(one: &Path, other: &Path) -> clap::Error {
    let sentence = format!(
        "the pipeline is `{}`, and `{}` behind `-C` [{}]\n\n  tip: write one of them; `sfc explain {}` says more\n",
        one.display(),
        other.display(),
        Code::PipelineTwice,
        Code::PipelineTwice,
    );
    clap::Error::raw(ErrorKind::ArgumentConflict, sentence)
}
