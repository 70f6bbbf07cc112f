//! `sfc ci`: what it writes, that it overwrites nothing unasked, what `check` finds, and that peers take the
//! files. Their jobs run here as shell, with the program itself.

mod jobs;
mod roles;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::guardrails;
use crate::program::{Ended, sfc};

/// A pipeline whose files for CI are short enough to be read in a test.
const SMALL: &str = "name: small
warehouse: { workgroup: analytics, database: dev }
steps:
  one: { sql: one.sql }
";

const SYSTEMS: [&str; 3] = ["github", "gitlab", "codebuild"];

/// A repository with one pipeline in the folder `etl/sales`.
struct Repository {
    folder: TempDir,
}

impl Repository {
    fn new(spec: &str) -> Self {
        let this = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        this.write(
            ".git/config",
            "[core]\n\tbare = false\n[remote \"origin\"]\n\turl = git@github.com:acme/etl.git\n",
        );
        this.write("etl/sales/pipeline.yaml", spec);
        this.write("etl/sales/one.sql", "select 1 as one;\n");
        this.write("etl/sales/three.rsql", "\\exit 0\n");
        this
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap()
    }

    fn sfc(&self, arguments: &[&str]) -> Ended {
        sfc(self.path(), arguments).output().unwrap().into()
    }

    /// Writes the files of a CI. `origin` is GitHub's.
    fn ci(&self, system: &str, more: &[&str]) -> Ended {
        let mut arguments = [&["ci", system, "etl/sales"], more].concat();
        if system == "gitlab" && !more.contains(&"--repository") {
            arguments.extend(["--repository", "acme/etl"]);
        }
        let ended = self.sfc(&arguments);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        ended
    }

    /// Every file but those of git and of the pipeline itself, by its path.
    fn files(&self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(self.path()).unwrap().to_str().unwrap();
                if path.is_dir() {
                    if name != ".git" {
                        folders.push(path.clone());
                    }
                } else if path.extension().is_some_and(|end| end == "yml")
                    || path
                        .file_name()
                        .unwrap()
                        .to_str()
                        .unwrap()
                        .starts_with("ci-roles.")
                {
                    found.insert(name.to_owned(), fs::read_to_string(&path).unwrap());
                }
            }
        }
        found
    }
}

/// A pipeline with a part of each kind, and with what a company demands of it.
fn large() -> String {
    guardrails::spec("large", &guardrails::all())
}

#[test]
fn what_is_written() {
    let boundary = ["--boundary", "arn:aws:iam::111122223333:policy/ci"];
    for (name, spec) in [("small", SMALL.to_owned()), ("large", large())] {
        for system in SYSTEMS {
            let repository = Repository::new(&spec);
            let more: &[&str] = if name == "large" { &boundary } else { &[] };
            repository.ci(system, more);
            for (path, text) in repository.files() {
                let file = path.rsplit('/').next().unwrap().trim_start_matches('.');
                insta::with_settings!({ snapshot_path => "snapshots/ci", prepend_module_to_snapshot => false, omit_expression => true, description => &path }, {
                    insta::assert_snapshot!(format!("{name}-{system}-{file}"), text);
                });
            }
        }
    }
}

#[test]
fn what_is_there_is_not_overwritten_unasked() {
    let repository = Repository::new(SMALL);
    let first = repository.ci("github", &[]);
    assert_eq!(first.stdout, "");
    assert!(
        first
            .stderr
            .contains("wrote .github/workflows/sfc-small.yml\n")
    );
    assert!(first.stderr.contains("wrote etl/sales/ci-roles.yaml\n"));
    assert!(first.stderr.contains("`stack.permissions_boundary`"));
    assert!(
        first
            .stderr
            .contains("set required reviewers of the environment `production` first")
    );
    assert!(
        first
            .stderr
            .contains("gh api repos/acme/etl --jq '\"\\(.owner.login)@")
    );
    let before = repository.files();
    let again = repository.ci("github", &[]);
    assert!(
        again
            .stderr
            .contains("unchanged .github/workflows/sfc-small.yml\n")
    );
    assert!(!again.stderr.contains("wrote"));
    assert_eq!(repository.files(), before);

    // A checkout may have other ends of lines.
    let workflow = ".github/workflows/sfc-small.yml";
    repository.write(workflow, &before[workflow].replace('\n', "\r\n"));
    let again = repository.ci("github", &[]);
    assert!(again.stderr.contains(&format!("unchanged {workflow}\n")));
    repository.write(workflow, &before[workflow]);

    // One that differs keeps all of them as they are.
    repository.write(workflow, "mine\n");
    fs::remove_file(repository.path().join("etl/sales/ci-roles.yaml")).unwrap();
    let refused = repository.sfc(&["ci", "github", "-C", "etl/sales"]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("SFC0950"), "{refused:?}");
    assert_eq!(repository.read(workflow), "mine\n");
    assert!(!repository.path().join("etl/sales/ci-roles.yaml").exists());
    repository.ci("github", &["--force"]);
    assert_eq!(repository.files(), before);
}

#[test]
fn the_roles_are_for_one_system() {
    let (workflow, roles) = (".github/workflows/sfc-small.yml", "etl/sales/ci-roles.yaml");
    let repository = Repository::new(SMALL);
    repository.ci("github", &[]);
    let of_github = repository.files();
    for more in [&[][..], &["--force"]] {
        let refused = repository.sfc(&[&["ci", "codebuild", "etl/sales"], more].concat());
        assert_eq!(refused.code, Some(2), "{refused:?}");
        for part in ["SFC0950", workflow, roles, "nothing was written"] {
            assert!(refused.stderr.contains(part), "{part}: {refused:?}");
        }
        assert_eq!(repository.files(), of_github);
    }

    // Where both are there nevertheless, no command of one of them mends the other.
    let other = Repository::new(SMALL);
    other.ci("codebuild", &[]);
    for (path, text) in other.files() {
        repository.write(&path, &text);
    }
    let check = || repository.sfc(&["ci", "check", "etl/sales"]);
    let both = check();
    assert_eq!((both.code, both.stdout.as_str()), (Some(2), ""), "{both:?}");
    let buildspecs = ["etl/sales/buildspec.yml", "etl/sales/buildspec-deploy.yml"];
    for part in [
        "SFC0950",
        "`etl/sales/ci-roles.yaml` has the roles of one",
        "`.github/workflows/sfc-small.yml` of github",
        "`etl/sales/buildspec.yml` and `etl/sales/buildspec-deploy.yml` of codebuild",
    ] {
        assert!(both.stderr.contains(part), "{part}: {both:?}");
    }

    // Without the jobs of one of them, the other is as it is to be, or can be written anew.
    fs::remove_file(repository.path().join(workflow)).unwrap();
    let one = check();
    assert_eq!(one.code, Some(0), "{one:?}");
    repository.write(workflow, &of_github[workflow]);
    for path in buildspecs {
        fs::remove_file(repository.path().join(path)).unwrap();
    }
    let differs = check();
    assert_eq!(differs.code, Some(4), "{differs:?}");
    assert!(differs.stdout.contains(roles), "{differs:?}");
    assert!(!differs.stdout.contains("is missing"), "{differs:?}");
    repository.ci("github", &["--force"]);
    assert_eq!(check().code, Some(0));
    assert_eq!(repository.files(), of_github);
}

#[test]
fn the_file_that_includes_is_its_owners() {
    let repository = Repository::new(SMALL);
    repository.write(".gitlab-ci.yml", "stages: [test, deploy]\n");
    let said = repository.ci("gitlab", &["--force"]).stderr;
    assert!(said.contains("left .gitlab-ci.yml"), "{said}");
    assert!(
        said.contains("include: [{ local: .gitlab/sfc-small.yml }]"),
        "{said}"
    );
    assert_eq!(
        repository.read(".gitlab-ci.yml"),
        "stages: [test, deploy]\n"
    );
    let check = || repository.sfc(&["ci", "check", "etl/sales"]);
    let differs = check();
    assert_eq!(differs.code, Some(4), "{differs:?}");
    for part in [
        ".gitlab-ci.yml differs from line 2 on\n",
        "  + include: [{ local: .gitlab/sfc-small.yml }]\n",
    ] {
        assert!(differs.stdout.contains(part), "{differs:?}");
    }
    repository.write(
        ".gitlab-ci.yml",
        "stages: [test, deploy]\ninclude: [{ local: .gitlab/sfc-small.yml }]\n",
    );
    assert_eq!(check().code, Some(0));
    fs::remove_file(repository.path().join(".gitlab-ci.yml")).unwrap();
    let missing = check();
    assert_eq!(
        (missing.code, missing.stdout.as_str()),
        (Some(4), ".gitlab-ci.yml is missing\n"),
        "{missing:?}"
    );
}

#[test]
fn each_environment_of_the_spec_has_files_of_its_own() {
    for system in SYSTEMS {
        let repository = Repository::new(SMALL);
        repository.write("etl/sales/pipeline.prod.yaml", "description: live\n");
        let check = |more: &[&str]| {
            let ended = repository.sfc(&[&["ci", "check", "etl/sales"], more].concat());
            (ended.code, ended)
        };
        repository.ci(system, &["--env", "prod"]);
        let of_prod = repository.files();
        for path in of_prod.keys() {
            let is_named = path.contains(".prod.") || path == ".gitlab-ci.yml";
            assert!(is_named, "{path}");
        }
        let (code, ended) = check(&[]);
        assert_eq!(code, Some(2), "{ended:?}");
        assert!(ended.stderr.contains("SFC0951"), "{ended:?}");
        let (code, ended) = check(&["--env", "prod"]);
        assert_eq!(code, Some(0), "{ended:?}");

        let said = repository.ci(system, &[]).stderr;
        for (path, text) in of_prod {
            assert_eq!(repository.read(&path), text);
        }
        if system == "gitlab" {
            let include = ".gitlab-ci.yml` is yours: let it have `include: [{ local: .gitlab/sfc-small.yml }]";
            assert!(said.contains(include), "{said}");
            repository.write(
                ".gitlab-ci.yml",
                "include: [{ local: .gitlab/sfc-small.yml }, { local: .gitlab/sfc-small.prod.yml }]\n",
            );
            let jobs = repository.read(".gitlab/sfc-small.prod.yml");
            assert!(jobs.contains("\nsfc-small-prod-deploy:\n"), "{jobs}");
            assert!(jobs.contains("$SFC_SMALL_PROD_PLAN_ROLE\n"), "{jobs}");
        }
        for more in [&[][..], &["--env", "prod"]] {
            let (code, ended) = check(more);
            assert_eq!(code, Some(0), "{ended:?}");
        }
    }
}

#[test]
fn what_cannot_be_written_is_refused() {
    let repository = Repository::new(SMALL);
    let refused = |arguments: &[&str], code: &str| {
        let arguments = [&["ci"], arguments].concat();
        let ended = repository.sfc(&arguments);
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.stderr.contains(code), "{ended:?}");
    };
    refused(&["check", "etl/sales"], "SFC0951");
    refused(&["github", "etl/sales", "--repository", "sales"], "SFC0949");
    for repository in ["a/b/c", "a@1/b", "a@x/b@2", "a//b"] {
        refused(
            &["github", "etl/sales", "--repository", repository],
            "SFC0949",
        );
    }
    refused(
        &["github", "etl/sales", "--environment", "to production"],
        "SFC0952",
    );
    refused(&["github", "etl/sales", "--branch=$(id)"], "SFC0952");
    refused(
        &[
            "gitlab",
            "etl/sales",
            "--server",
            "http://gitlab.example.com",
            "--repository",
            "acme/etl",
        ],
        "SFC0952",
    );
    // A repository of the same name elsewhere is somebody else's.
    refused(
        &["gitlab", "etl/sales"],
        "`github.com`, not at `https://gitlab.com`",
    );
    let remote = |url: &str| {
        repository.write(
            ".git/config",
            &format!("[remote \"origin\"]\n\turl = {url}\n"),
        );
    };
    remote("git@git.example.com:acme/etl.git");
    refused(
        &["github", "etl/sales"],
        "`git.example.com`, not at `github.com`",
    );
    refused(&["github", "etl/sales"], "SFC0949");
    repository.write(".git/config", "[core]\n\tbare = false\n");
    refused(&["github", "etl/sales"], "SFC0949");
    assert!(repository.files().is_empty());
}

#[test]
fn check_tells_what_differs() {
    let repository = Repository::new(SMALL);
    repository.ci("github", &["--environment", "live", "--no-run"]);
    let check = |more: &[&str]| repository.sfc(&[&["ci", "check", "etl/sales"], more].concat());
    let same = check(&[]);
    assert_eq!((same.code, same.stdout.as_str()), (Some(0), ""), "{same:?}");
    assert!(same.stderr.contains("2 files are as `sfc ci` writes them"));

    // A schedule in a time zone is a new type: the roles lack its actions.
    let with_schedule = SMALL.replace(
        "steps:",
        "triggers: [{ schedule: 'cron(0 5 * * ? *)', timezone: Europe/Berlin }]\nsteps:",
    );
    repository.write("etl/sales/pipeline.yaml", &with_schedule);
    let workflow = ".github/workflows/sfc-small.yml";
    repository.write(
        workflow,
        &repository.read(workflow).replace("sfc fmt", "echo fmt"),
    );
    let differs = check(&[]);
    assert_eq!(differs.code, Some(4), "{differs:?}");
    for part in [
        "etl/sales/ci-roles.yaml differs from line ",
        "  lacks DeployRole: scheduler:CreateSchedule\n",
        ".github/workflows/sfc-small.yml differs from line ",
        "  -       - run: echo fmt -C etl/sales --check\n",
        "  +       - run: sfc fmt -C etl/sales --check\n",
    ] {
        assert!(differs.stdout.contains(part), "{part}: {}", differs.stdout);
    }
    let command =
        "sfc ci github etl/sales --repository acme/etl --environment live --branch main --no-run";
    assert!(differs.stderr.contains(command), "{}", differs.stderr);

    let document: Value = serde_json::from_str(&check(&["--json"]).stdout).unwrap();
    assert_eq!(document["version"], 1);
    assert_eq!(document["files"][0]["path"], workflow);
    assert_eq!(document["files"][0]["command"], command);
    assert_eq!(document["files"][1]["is"], "different");
    let lacks = document["files"][1]["lacks"].as_array().unwrap();
    assert!(lacks.contains(&json!("DeployRole: scheduler:CreateSchedule")));

    // A type that is gone, and a file.
    repository.ci("github", &["--environment", "live", "--no-run", "--force"]);
    assert_eq!(check(&[]).code, Some(0));
    repository.write("etl/sales/pipeline.yaml", SMALL);
    fs::remove_file(repository.path().join(workflow)).unwrap();
    let differs = check(&[]);
    assert_eq!(differs.code, Some(4));
    assert!(
        differs.stdout.contains("sfc-small.yml is missing\n"),
        "{}",
        differs.stdout
    );
    let needless = "  needs no more DeployRole: scheduler:CreateSchedule\n";
    assert!(differs.stdout.contains(needless), "{}", differs.stdout);
}
