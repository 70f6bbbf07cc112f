//! The files, from the templates in `templates/ci/`.

use handlebars::{Handlebars, RenderError};
use serde_json::{Value, json};

use super::permissions::{of_deploy, of_plan};
use super::policy::AllowStatement;
use super::{CiSettings, CiSubject, File, System};

const GITHUB: &str = include_str!("../../../templates/ci/github.yml.hbs");
const GITLAB: &str = include_str!("../../../templates/ci/gitlab.yml.hbs");
const GITLAB_BEGINNING: &str = include_str!("../../../templates/ci/gitlab-ci.yml.hbs");
const CODEBUILD: &str = include_str!("../../../templates/ci/buildspec.yml.hbs");
const CODEBUILD_DEPLOY: &str = include_str!("../../../templates/ci/buildspec-deploy.yml.hbs");
const ROLES: &str = include_str!("../../../templates/ci/roles.yaml.hbs");

/// Seconds that a session of the role that deploys may take: a deploy may run steps.
const LONGEST_DEPLOY: u32 = 7200;

/// The issuer of the tokens of GitHub Actions (GitHub's page: "OpenID Connect reference").
const GITHUB_ISSUER: &str = "token.actions.githubusercontent.com";

/// Renders the files; [`super::files`] says which.
pub fn files(
    settings: &CiSettings,
    subject: &CiSubject<'_>,
) -> Result<Vec<File>, Box<RenderError>> {
    let mut registry = Handlebars::new();
    registry.register_escape_fn(handlebars::no_escape);
    registry.set_strict_mode(true);
    let data = data(settings, subject);
    let render = |path: String, template: &str| -> Result<File, Box<RenderError>> {
        Ok(File {
            path,
            text: registry.render_template(template, &data)?,
            is_beginning: false,
        })
    };
    let names = Names::of(settings, subject.deployed.pipeline);
    let mut files = match settings.system {
        System::Github => vec![render(names.workflow, GITHUB)?],
        System::Gitlab => vec![
            render(names.jobs, GITLAB)?,
            File {
                is_beginning: true,
                ..render(".gitlab-ci.yml".to_owned(), GITLAB_BEGINNING)?
            },
        ],
        System::Codebuild => vec![
            render(names.buildspec, CODEBUILD)?,
            render(names.buildspec_deploy, CODEBUILD_DEPLOY)?,
        ],
    };
    files.push(render(names.roles, ROLES)?);
    Ok(files)
}

/// Where files may be whose first line has the settings, whatever the system, from the repository's
/// first folder on. They are those of the jobs, and the roles, which are for one system. Those of
/// another environment of the spec have other names.
#[must_use]
pub fn homes(pipeline: &str, folder: &str, overlay: Option<&str>) -> (Vec<String>, String) {
    let names = Names::new(pipeline, folder, overlay);
    let jobs = vec![
        names.workflow,
        names.jobs,
        names.buildspec,
        names.buildspec_deploy,
    ];
    (jobs, names.roles)
}

/// The paths of all files, from the repository's first folder on.
struct Names {
    workflow: String,
    jobs: String,
    buildspec: String,
    buildspec_deploy: String,
    roles: String,
}

impl Names {
    fn of(settings: &CiSettings, pipeline: &str) -> Self {
        Self::new(pipeline, &settings.folder, settings.overlay.as_deref())
    }

    /// The spec's environment stands before the ending, so that each can have a CI of its own.
    fn new(pipeline: &str, folder: &str, overlay: Option<&str>) -> Self {
        let overlay = overlay.map(|name| format!(".{name}")).unwrap_or_default();
        let in_folder = |name: String| match folder {
            "" => name,
            folder => format!("{folder}/{name}"),
        };
        Self {
            workflow: format!(".github/workflows/sfc-{pipeline}{overlay}.yml"),
            jobs: format!(".gitlab/sfc-{pipeline}{overlay}.yml"),
            buildspec: in_folder(format!("buildspec{overlay}.yml")),
            buildspec_deploy: in_folder(format!("buildspec-deploy{overlay}.yml")),
            roles: in_folder(format!("ci-roles{overlay}.yaml")),
        }
    }
}

/// What the CI's jobs and projects are named after: the pipeline, and the spec's environment.
fn name(settings: &CiSettings, pipeline: &str) -> String {
    match &settings.overlay {
        Some(overlay) => format!("{pipeline}-{overlay}"),
        None => pipeline.to_owned(),
    }
}

/// A name as that of a variable.
fn variable(name: &str) -> String {
    let sign = |sign: char| match sign.is_ascii_alphanumeric() {
        true => sign.to_ascii_uppercase(),
        false => '_',
    };
    name.chars().map(sign).collect()
}

/// The stack of the two roles.
fn roles_stack(settings: &CiSettings, stack: &str) -> String {
    format!("sfc-ci-{}", name(settings, stack))
}

/// What the templates know.
fn data(settings: &CiSettings, subject: &CiSubject<'_>) -> Value {
    let deployed = &subject.deployed;
    let pipeline = deployed.pipeline;
    let name = name(settings, pipeline);
    let variable = variable(&name);
    let names = Names::of(settings, pipeline);
    json!({
        "command": settings.to_string(),
        "pipeline": pipeline,
        "name": name,
        "roles_stack": roles_stack(settings, deployed.stack),
        "longest": LONGEST_DEPLOY,
        "target": settings.target(),
        "option": settings.option(),
        "folder": settings.folder,
        "environment": settings.environment,
        "branch": settings.branch,
        "has_tests": subject.has_tests,
        "runs": settings.runs,
        "workflow": names.workflow,
        "jobs": names.jobs,
        "buildspec_deploy": names.buildspec_deploy,
        "plan_role": format!("SFC_{variable}_PLAN_ROLE"),
        "deploy_role": format!("SFC_{variable}_DEPLOY_ROLE"),
        "roles_file": names.roles,
        "boundary": settings.boundary,
        "token": token(settings),
        "roles": [
            role("Plan", "plan", "Plans deploys of", plan_subjects(settings), of_plan(deployed)),
            role("Deploy", "deploy", "Deploys", deploy_subjects(settings), of_deploy(deployed)),
        ],
    })
}

fn role(
    id: &str,
    job: &str,
    does: &str,
    subjects: Value,
    mut statements: Vec<AllowStatement>,
) -> Value {
    for statement in &mut statements {
        for resource in &mut statement.resources {
            *resource = filled_in(resource);
        }
    }
    json!({
        "id": id,
        "job": job,
        "does": does,
        "comments": job == "plan",
        // CodeBuild renews its credentials.
        "longest": (job == "deploy" && !subjects.is_null()).then_some(LONGEST_DEPLOY),
        "subjects": subjects,
        "statements": statements,
    })
}

/// Text as a template has it: CloudFormation fills in what has something to be filled in.
fn filled_in(text: &str) -> String {
    let text = text.replace('\'', "''");
    match text.contains("${") {
        true => format!("!Sub '{text}'"),
        false => format!("'{text}'"),
    }
}

/// Who issues the tokens that roles are given for; nothing for CodeBuild.
fn token(settings: &CiSettings) -> Option<Value> {
    let issuer = match settings.system {
        System::Github => GITHUB_ISSUER,
        System::Gitlab => {
            let server = settings.server.trim_end_matches('/');
            server.strip_prefix("https://").unwrap_or(server)
        }
        System::Codebuild => return None,
    };
    Some(json!({ "issuer": issuer }))
}

/// Subjects of the tokens of the job that plans: pull requests and the branch that is deployed. The
/// pages are GitHub's "OpenID Connect reference" and GitLab's "OpenID Connect (OIDC) Authentication
/// Using ID Tokens".
fn plan_subjects(settings: &CiSettings) -> Value {
    let repository = settings.repository.as_deref().unwrap_or_default();
    let branch = &settings.branch;
    match settings.system {
        System::Github => json!({
            "operator": "StringEquals",
            "values": [
                format!("repo:{repository}:pull_request"),
                format!("repo:{repository}:ref:refs/heads/{branch}"),
            ],
        }),
        // A merge request's token has the name of its own branch.
        System::Gitlab => json!({
            "operator": "StringLike",
            "values": [format!("project_path:{repository}:ref_type:branch:ref:*")],
        }),
        System::Codebuild => Value::Null,
    }
}

/// Subjects of the tokens of the job that deploys. A token of GitLab does not name the environment in its
/// subject, and AWS reads no other part of it. So there it is the protected branch.
fn deploy_subjects(settings: &CiSettings) -> Value {
    let repository = settings.repository.as_deref().unwrap_or_default();
    let value = match settings.system {
        System::Github => format!("repo:{repository}:environment:{}", settings.environment),
        System::Gitlab => {
            format!(
                "project_path:{repository}:ref_type:branch:ref:{}",
                settings.branch
            )
        }
        System::Codebuild => return Value::Null,
    };
    json!({ "operator": "StringEquals", "values": [value] })
}
