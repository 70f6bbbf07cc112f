//! What somebody chooses on the command line, and where the rest comes from.

use super::Opened;
use crate::ci::{CiSettings, System, is_plain};
use crate::commands::pipeline_at::PipelineAt;
use crate::commands::session::EarlyEnd;
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::project::Checkout;

/// Address of the GitLab instance that most projects are on.
pub const GITLAB: &str = "https://gitlab.com";

/// Name of the CI's environment, if none is given.
const ENVIRONMENT: &str = "production";

/// What a CI has that is bound to a repository.
#[derive(Debug, Clone, clap::Args)]
pub struct Hosted {
    /// The repository; without it, the one that git calls `origin`. With ids where GitHub's tokens have them:
    /// `acme@123456/etl@456789`.
    #[arg(long, value_name = "OWNER/NAME")]
    repository: Option<String>,
    /// The CI's environment, in which somebody approves a deploy. `--env` is the spec's.
    #[arg(long, id = "approved", value_name = "NAME", default_value = ENVIRONMENT)]
    environment: String,
    /// The branch that is deployed.
    #[arg(long, value_name = "NAME", default_value = "main")]
    branch: String,
}

/// What every CI has.
#[derive(Debug, Clone, clap::Args)]
pub struct Anywhere {
    #[command(flatten)]
    pub at: PipelineAt,
    /// ARN of a policy that bounds the two roles.
    #[arg(long, value_name = "ARN")]
    boundary: Option<String>,
    /// Leaves the run on the data of `local.buckets` out of the checks.
    #[arg(long)]
    no_run: bool,
}

/// The settings of a command line.
///
/// # Errors
/// Nobody says which repository it is, or a word cannot stand in the files.
pub fn settings(
    system: System,
    hosted: Option<(Hosted, String)>,
    anywhere: Anywhere,
    opened: &Opened,
) -> Result<CiSettings, EarlyEnd> {
    let mut settings = CiSettings {
        system,
        folder: opened.folder.clone(),
        spec: opened.spec.clone(),
        overlay: anywhere.at.environment,
        repository: None,
        environment: ENVIRONMENT.to_owned(),
        branch: "main".to_owned(),
        server: GITLAB.to_owned(),
        boundary: anywhere.boundary,
        runs: !anywhere.no_run,
    };
    if let Some((hosted, server)) = hosted {
        let repository = match hosted.repository {
            Some(repository) => repository,
            None => of_origin(system, &server, opened)?,
        };
        settings.repository = Some(repository);
        settings.environment = hosted.environment;
        settings.branch = hosted.branch;
        settings.server = server;
    }
    let parts = settings.repository.as_deref().map(parts).unwrap_or(2);
    let is_whole = match system {
        System::Github => parts == 2 && settings.repository.as_deref().is_some_and(has_ids_or_none),
        System::Gitlab | System::Codebuild => parts >= 2,
    };
    if !is_whole {
        return Err(no_repository(settings.repository.as_deref()));
    }
    if !settings.server.starts_with("https://") {
        return Err(refused(
            &settings.server,
            "write `https://` and the host's name",
        ));
    }
    let not_plain = settings.words().find(|word| !is_plain(word));
    if let Some(word) = not_plain {
        return Err(refused(word, PLAIN));
    }
    Ok(settings)
}

/// The repository that git calls `origin`, if it is where the jobs run: a repository of the same name elsewhere
/// may be anybody's.
fn of_origin(system: System, server: &str, opened: &Opened) -> Result<String, EarlyEnd> {
    let origin = opened.checkout.as_ref().and_then(Checkout::origin);
    let Some(origin) = origin else {
        return Err(unknown(
            "the pipeline's folder has no checkout with a remote repository `origin`",
        ));
    };
    // The second address of GitHub is for networks that let nothing through to the first one's port of SSH.
    let addresses = match system {
        System::Github | System::Codebuild => ["github.com", "ssh.github.com"],
        System::Gitlab => [server, server],
    };
    let [address, _] = addresses;
    match addresses.iter().any(|address| origin.is_at(address)) {
        true => Ok(origin.repository),
        false => Err(unknown(&format!(
            "the remote repository `origin` is at `{}`, not at `{}`",
            origin.host.escape_debug(),
            address.escape_debug()
        ))),
    }
}

const PLAIN: &str = "use letters, digits and `._/@:+=,-`, and none of the signs in front";

/// Whether owner and name both have an id behind `@`, or neither (GitHub's page: "OpenID Connect", "Immutable
/// subject claims").
fn has_ids_or_none(repository: &str) -> bool {
    let is_id = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    let ids: Vec<Option<&str>> = repository
        .split('/')
        .map(|part| part.split_once('@').map(|(_, id)| id))
        .collect();
    ids.iter().all(Option::is_none) || ids.iter().all(|id| id.is_some_and(is_id))
}

/// How many names a repository's name has; 0 if one of them is empty.
fn parts(repository: &str) -> usize {
    let parts: Vec<&str> = repository.split('/').collect();
    match parts.iter().any(|part| part.is_empty()) {
        true => 0,
        false => parts.len(),
    }
}

fn unknown(why: &str) -> EarlyEnd {
    EarlyEnd::with(
        Exit::BadInput,
        Diagnostic::error(
            Code::CiRepository,
            "nobody says which repository the roles are for",
        )
        .note(why)
        .help("give it: `--repository OWNER/NAME`"),
    )
}

fn no_repository(given: Option<&str>) -> EarlyEnd {
    let given = given.unwrap_or_default();
    EarlyEnd::with(
        Exit::BadInput,
        Diagnostic::error(
            Code::CiRepository,
            format!("`{given}` is not the name of a repository"),
        )
        .help("give its owner and its name: `--repository OWNER/NAME`"),
    )
}

fn refused(word: &str, help: &str) -> EarlyEnd {
    EarlyEnd::with(
        Exit::BadInput,
        Diagnostic::error(
            Code::CiWord,
            format!(
                "`{}` cannot stand in the files of a CI",
                word.escape_debug()
            ),
        )
        .help(help),
    )
}
