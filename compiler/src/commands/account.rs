//! Where in AWS a verb goes: the clients of an account, the pipeline's stack there, and AWS's failures in a
//! person's words. The verbs below need an account and nothing of this machine but the pipeline's folder.

mod ask;
pub mod deploy;
pub mod destroy;
pub mod diff;
pub mod undelivered;
pub mod verify;

use super::session::{EarlyEnd, KnownPipeline};
use crate::aws::{Aws, AwsFailure, AwsOptions};
use crate::deploy::stack::{self, DeployedStack, StackStanding};
use crate::diagnostic::{Code, Diagnostic, Nearest};
use crate::exit::Exit;
use crate::printer::Printer;

/// Where to go, as the command line says it.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Account {
    /// Profile of the AWS configuration, with nothing of the environment; without it, the environment's.
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// AWS Region; without it, the profile's, or the environment's where no profile is given.
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
}

impl Account {
    /// The clients for a pipeline.
    ///
    /// # Errors
    /// AWS cannot be reached as who we are, or the pipeline belongs into another account.
    pub async fn connect(&self, known: &KnownPipeline) -> Result<Aws, EarlyEnd> {
        let options = AwsOptions {
            profile: self.profile.clone(),
            region: self.region.clone(),
        };
        let aws = Aws::connect(&options).await?;
        known.belongs_into(&aws)?;
        Ok(aws)
    }

    /// The clients for a verb that changes something: where and as whom is said first.
    ///
    /// # Errors
    /// As of [`Self::connect`].
    pub async fn connect_to_change(
        &self,
        known: &KnownPipeline,
        printer: &Printer,
    ) -> Result<Aws, EarlyEnd> {
        let aws = self.connect(known).await?;
        printer.note(&format!(
            "account {} in {}, as {}",
            aws.account, aws.region, aws.identity
        ));
        Ok(aws)
    }
}

impl From<AwsFailure> for EarlyEnd {
    fn from(failure: AwsFailure) -> Self {
        Self::with(Exit::Trouble, diagnostic(&failure))
    }
}

/// A failure of AWS in a person's words.
fn diagnostic(failure: &AwsFailure) -> Diagnostic {
    match failure {
        AwsFailure::NoCredentials(message) => {
            Diagnostic::error(Code::NoCredentials, "there are no AWS credentials")
                .note(message)
                .help("name a profile with `--profile` or `AWS_PROFILE`; `aws configure` and `aws sso login` make them")
        }
        AwsFailure::BadCredentials {
            expired: true,
            message,
        } => Diagnostic::error(Code::ExpiredCredentials, "the AWS credentials have expired")
            .note(message)
            .help("get new ones, for example by `aws sso login`, and do the same again"),
        AwsFailure::BadCredentials { message, .. } => {
            Diagnostic::error(Code::NoCredentials, "AWS does not know these credentials")
                .note(message)
                .help("check `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or the profile")
        }
        AwsFailure::NoRegion { profile: None } => {
            Diagnostic::error(Code::NoRegion, "no AWS Region is set")
                .help("give `--region`, or set `AWS_REGION` or the profile's `region`")
        }
        AwsFailure::NoRegion {
            profile: Some(profile),
        } => Diagnostic::error(
            Code::NoRegion,
            format!("the profile `{profile}` names no Region"),
        )
        .help("give `--region`, or set the profile's `region`; with `--profile`, sfc does not look at `AWS_REGION`"),
        AwsFailure::NoProfile {
            name,
            variable,
            known,
        } => no_profile(name, *variable, known),
        AwsFailure::BadProfiles(message) => Diagnostic::error(
            Code::NoProfile,
            "the AWS configuration files cannot be read",
        )
        .note(message)
        .help("mend the file; `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` say which files are read"),
        AwsFailure::Denied { action, message } => Diagnostic::error(
            Code::AccessDenied,
            format!("there is no permission for `{action}`"),
        )
        .note(message)
        .help(format!(
            "let somebody who may give you `{action}`, or use another `--profile`"
        )),
        AwsFailure::Unreachable { call, message } => Diagnostic::error(
            Code::Unreachable,
            format!("AWS does not answer `{call}`"),
        )
        .note(message)
        .help("check the network, `--region` and, if it is set, `AWS_ENDPOINT_URL`"),
        AwsFailure::Throttled { call, message } => Diagnostic::error(
            Code::AwsRefused,
            format!("AWS takes no more calls of `{call}` at present"),
        )
        .note(message)
        .help("do the same again in a minute: it goes on where it stopped"),
        AwsFailure::Refused {
            call,
            code,
            message,
        } if code == "PermanentRedirect" || code == "AuthorizationHeaderMalformed" => {
            Diagnostic::error(
                Code::NoRegion,
                format!("`{call}` asks the wrong Region"),
            )
            .note(message)
            .help("give the Region of the pipeline with `--region`")
        }
        AwsFailure::Refused {
            call,
            code,
            message,
        } => Diagnostic::error(Code::AwsRefused, format!("AWS refuses `{call}`"))
            .note(if code.is_empty() {
                message.clone()
            } else {
                format!("{code}: {message}")
            })
            .help("the sentence above is AWS's own; mend what it names and do the same again"),
    }
}

/// Profiles that are named where another one was asked for.
const NEAREST_PROFILES: usize = 5;

/// `known` has the nearest first.
fn no_profile(name: &str, variable: Option<&str>, known: &[String]) -> Diagnostic {
    let message = match variable {
        None => format!("no AWS profile has the name `{name}`"),
        Some(variable) => format!("no AWS profile has the name `{name}`, which `{variable}` gives"),
    };
    let suggestion = Nearest::default().suggest(name, known.iter().map(String::as_str));
    let shown: Vec<String> = known
        .iter()
        .take(NEAREST_PROFILES)
        .map(|profile| format!("`{profile}`"))
        .collect();
    let diagnostic = Diagnostic::error(Code::NoProfile, message);
    let diagnostic = match known.len().checked_sub(shown.len()) {
        _ if known.is_empty() => diagnostic.note("the AWS configuration files have no profile"),
        None | Some(0) => diagnostic.note(format!("there are {}", shown.join(", "))),
        Some(_) => diagnostic.note(format!(
            "the nearest of {} are {}",
            known.len(),
            shown.join(", ")
        )),
    };
    diagnostic.help(suggestion.unwrap_or_else(|| {
        "`aws configure list-profiles` lists them, `aws configure --profile NAME` makes one"
            .to_owned()
    }))
}

impl KnownPipeline {
    /// Refuses every account but the one that the spec names.
    fn belongs_into(&self, aws: &Aws) -> Result<(), EarlyEnd> {
        let Some(account) = &self.document.spec.stack.account else {
            return Ok(());
        };
        if *account == aws.account {
            return Ok(());
        }
        let place = self.document.at(&["stack", "account"]);
        Err(EarlyEnd::with(
            Exit::BadInput,
            Diagnostic::error(
                Code::OtherAccount,
                format!(
                    "the pipeline `{}` belongs into account `{account}`, and these credentials are of account `{}`",
                    self.pipeline(),
                    aws.account
                ),
            )
            .at(&self.document.file, place, "")
            .note(format!("they are of {}", aws.identity))
            .help("give the `--profile` of that account, or the `--env` whose file names this one"),
        ))
    }
}

/// The stack of a pipeline that was deployed.
///
/// # Errors
/// There is none, or it is somebody else's.
pub async fn deployed(aws: &Aws, known: &KnownPipeline) -> Result<DeployedStack, EarlyEnd> {
    let pipeline = known.pipeline();
    let name = stack::name(pipeline);
    let found = aws.stack(&name).await?;
    let Some(found) = found.filter(|stack| {
        !matches!(
            stack.standing(),
            StackStanding::Absent | StackStanding::Review
        )
    }) else {
        let mut diagnostic = Diagnostic::error(
            Code::NotDeployed,
            format!(
                "the pipeline `{pipeline}` is not deployed in account {} in {}",
                aws.account, aws.region
            ),
        );
        diagnostic = if known.local_folder.join("bucket").is_dir() {
            diagnostic.help("`sfc deploy` deploys it; `--local` is about the runs on this machine")
        } else {
            diagnostic
                .help("`sfc deploy` deploys it; if it is elsewhere, give `--profile` or `--region`")
        };
        return Err(EarlyEnd::with(Exit::BadInput, diagnostic));
    };
    owned(&found, pipeline)?;
    Ok(found)
}

/// Refuses a stack that was not made for this pipeline.
///
/// # Errors
/// It was not.
pub fn owned(found: &DeployedStack, pipeline: &str) -> Result<(), EarlyEnd> {
    if found.is_of(pipeline) {
        return Ok(());
    }
    let whose = match found.tags.get(stack::OWNER_TAG) {
        Some(other) => format!("it belongs to the pipeline `{other}`"),
        None => format!(
            "it has no tag `{}`, so sfc did not make it",
            stack::OWNER_TAG
        ),
    };
    Err(EarlyEnd::with(
        Exit::BadInput,
        Diagnostic::error(
            Code::StackNotOurs,
            format!("the stack `{}` is not this pipeline's", found.name),
        )
        .note(whose)
        .help("give the pipeline another `name`, or use another account or Region"),
    ))
}

/// An output of the stack.
///
/// # Errors
/// The stack has no such output: its first deploy did not end well.
pub fn output<'a>(found: &'a DeployedStack, name: &str) -> Result<&'a str, EarlyEnd> {
    found.outputs.get(name).map(String::as_str).ok_or_else(|| {
        EarlyEnd::with(
            Exit::Trouble,
            Diagnostic::error(
                Code::NotDeployed,
                format!("the stack `{}` has no output `{name}`", found.name),
            )
            .note(format!("its status is {}", found.status))
            .help("`sfc deploy` completes it"),
        )
    })
}
