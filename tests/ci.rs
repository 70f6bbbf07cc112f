//! `sfc ci`: what it writes, that it overwrites nothing unasked, what `check` finds, and that peers take the
//! files. Their jobs run here as shell, with the program itself.

#![expect(
    clippy::print_stdout,
    reason = "what a test cannot do, it says that it was skipped"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::guardrails;
use crate::peers::Peers;
use crate::program::{Ended, sfc};

/// A small pipeline.
const SMALL: &str = "name: small
warehouse: { workgroup: analytics, database: dev }
steps:
  one: { sql: one.sql }
";

const SYSTEMS: [&str; 3] = ["github", "gitlab", "codebuild"];

/// Bytes without blanks that the policies of a role may have (AWS page: "IAM and AWS STS quotas").
const LONGEST_POLICY: usize = 10_240;

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

    /// Writes the files of a CI.
    fn ci(&self, system: &str, more: &[&str]) -> Ended {
        let arguments = [&["ci", system, "etl/sales"], more].concat();
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
                    || name.ends_with("ci-roles.yaml")
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

/// One with all parts and no guardrails.
fn unguarded() -> String {
    guardrails::spec("unguarded", "alarms: true").replace("dashboard: false, ", "")
}

fn specs() -> [(&'static str, String); 3] {
    [
        ("small", SMALL.to_owned()),
        ("large", large()),
        ("unguarded", unguarded()),
    ]
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
    let before = repository.files();
    let again = repository.ci("github", &[]);
    assert!(
        again
            .stderr
            .contains("unchanged .github/workflows/sfc-small.yml\n")
    );
    assert!(!again.stderr.contains("wrote"));
    assert_eq!(repository.files(), before);

    // One that differs keeps all of them as they are.
    let workflow = ".github/workflows/sfc-small.yml";
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
    assert_eq!(repository.sfc(&["ci", "check", "etl/sales"]).code, Some(0));
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
    refused(&["github", "etl/sales", "--repository", "a/b/c"], "SFC0949");
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
        ],
        "SFC0952",
    );
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

/// What parliament says of a role that makes roles, buckets and their policies, whatever the role is.
const OF_A_ROLE_THAT_DEPLOYS: [(&str, &str); 4] = [
    (
        "RESOURCE_MISMATCH",
        "parliament wants a cluster and a workgroup for redshift-data:ListDatabases; a warehouse is one of them",
    ),
    (
        "RESOURCE_POLICY_PRIVILEGE_ESCALATION",
        "whoever makes a bucket's policy may allow itself more",
    ),
    ("PERMISSIONS_MANAGEMENT_ACTIONS", "a deploy makes roles"),
    (
        "PRIVILEGE_ESCALATION",
        "whoever makes roles without a boundary may make any; `stack.permissions_boundary` bounds them",
    ),
];

#[test]
fn peers_take_the_roles_and_no_action_is_a_pattern() {
    let Some(peers) = Peers::get() else { return };
    let mut repositories = Vec::new();
    for (_, spec) in specs() {
        for system in SYSTEMS {
            let repository = Repository::new(&spec);
            repository.ci(system, &[]);
            repositories.push(repository);
        }
    }
    let paths: Vec<PathBuf> = repositories
        .iter()
        .map(|repository| repository.path().join("etl/sales/ci-roles.yaml"))
        .collect();
    let found = peers.cfn_lint(&paths);
    assert!(found.is_empty(), "{found:#?}");

    let read = peers
        .python()
        .arg(crate::program::checkout().join("tests/peers/ci_roles.py"))
        .args(&paths)
        .output()
        .unwrap();
    assert!(read.status.success(), "{read:?}");
    let roles: BTreeMap<String, Value> = serde_json::from_slice(&read.stdout).unwrap();
    assert_eq!(roles.len(), 2 * paths.len());
    let mut policies = serde_json::Map::new();
    for (name, role) in &roles {
        let bytes = role["policy"].to_string().len();
        assert!(bytes <= LONGEST_POLICY, "{name}: {bytes}");
        for statement in role["policy"]["Statement"].as_array().unwrap() {
            let sid = statement["Sid"].as_str().unwrap();
            for action in statement["Action"].as_array().unwrap() {
                assert!(!action.as_str().unwrap().contains('*'), "{name}: {action}");
            }
            let is_anywhere = statement["Resource"] == "*";
            assert_eq!(
                is_anywhere,
                sid == "NoResourceLevelPermission",
                "{name}: {sid}"
            );
        }
        // A plan must not be able to change anything.
        if name.ends_with("PlanRole") {
            let text = role["policy"].to_string();
            for forbidden in [
                "ExecuteChangeSet",
                "DeleteStack",
                "iam:",
                "lambda:",
                "states:",
            ] {
                assert!(!text.contains(forbidden), "{name}: {forbidden}");
            }
        }
        policies.insert(name.clone(), role["policy"].clone());
    }
    let mut findings = peers.parliament(&Value::Object(policies));
    findings.retain(|finding| {
        !OF_A_ROLE_THAT_DEPLOYS
            .iter()
            .any(|(code, _)| *code == finding.code)
    });
    println!(
        "parliament: {} roles, {} findings",
        roles.len(),
        findings.len()
    );
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn subjects_and_bounds_are_bound() {
    let Some(peers) = Peers::get() else { return };
    let roles = |repository: &Repository| -> BTreeMap<String, Value> {
        let path = repository.path().join("etl/sales/ci-roles.yaml");
        let read = peers
            .python()
            .arg(crate::program::checkout().join("tests/peers/ci_roles.py"))
            .arg(&path)
            .output()
            .unwrap();
        let roles: BTreeMap<String, Value> = serde_json::from_slice(&read.stdout).unwrap();
        let short =
            |(name, role): (String, Value)| (name.rsplit('/').next().unwrap().to_owned(), role);
        roles.into_iter().map(short).collect()
    };
    let repository = Repository::new(&large());
    repository.ci("github", &["--environment", "live"]);
    let both = roles(&repository);
    let issuer = "token.actions.githubusercontent.com";
    assert_eq!(
        both["DeployRole"]["trust"]["Statement"][0]["Condition"],
        json!({ "StringEquals": {
            format!("{issuer}:aud"): "sts.amazonaws.com",
            format!("{issuer}:sub"): ["repo:acme/etl:environment:live"],
        } })
    );
    assert_eq!(
        both["PlanRole"]["trust"]["Statement"][0]["Condition"]["StringEquals"]
            [format!("{issuer}:sub")],
        json!([
            "repo:acme/etl:pull_request",
            "repo:acme/etl:ref:refs/heads/main"
        ])
    );
    let statements = both["DeployRole"]["policy"]["Statement"]
        .as_array()
        .unwrap();
    let statement = |sid: &str| statements.iter().find(|one| one["Sid"] == sid).unwrap();
    // Roles come with the spec's boundary or not at all.
    let bounded = statement("BoundedRole");
    assert_eq!(
        bounded["Condition"]["StringEquals"]["iam:PermissionsBoundary"],
        json!(["arn:aws:iam::111122223333:policy/boundary"])
    );
    let unbounded: BTreeSet<&str> = statement("Role")["Action"]
        .as_array()
        .unwrap()
        .iter()
        .map(|action| action.as_str().unwrap())
        .collect();
    for action in [
        "iam:CreateRole",
        "iam:PutRolePolicy",
        "iam:AttachRolePolicy",
    ] {
        assert!(!unbounded.contains(action), "{action}");
    }
    let passed = statement("PassRole");
    assert_eq!(
        passed["Resource"],
        json!(["arn:aws:iam::111122223333:role/data/data-large-*"])
    );
    assert_eq!(
        passed["Condition"]["StringEquals"]["iam:PassedToService"],
        json!([
            "ecs-tasks.amazonaws.com",
            "events.amazonaws.com",
            "lambda.amazonaws.com",
            "scheduler.amazonaws.com",
            "states.amazonaws.com"
        ])
    );
    assert!(
        statement("Key")["Resource"][0]
            .as_str()
            .unwrap()
            .contains(":key/")
    );

    let repository = Repository::new(SMALL);
    repository.ci(
        "gitlab",
        &[
            "--server",
            "https://gitlab.example.com/",
            "--repository",
            "group/sub/etl",
        ],
    );
    let both = roles(&repository);
    assert_eq!(
        both["PlanRole"]["trust"]["Statement"][0]["Condition"],
        json!({
            "StringEquals": { "gitlab.example.com:aud": "sts.amazonaws.com" },
            "StringLike": { "gitlab.example.com:sub": ["project_path:group/sub/etl:ref_type:branch:ref:*"] },
        })
    );
    assert_eq!(
        both["DeployRole"]["trust"]["Statement"][0]["Condition"]["StringEquals"]["gitlab.example.com:sub"],
        json!(["project_path:group/sub/etl:ref_type:branch:ref:main"])
    );
}

/// The comment that a plan makes here.
const COMMENT: &str = "<!-- sfc: small -->\n- `one`: `drop table a -- expect fedcba9876543210`\n`sfc deploy --yes --expect 0123456789abcdef` deploys this, and nothing else.\n";

/// A folder with programs that note how they were called, in place of those that a machine of a CI has.
struct Programs {
    folder: TempDir,
}

impl Programs {
    fn new() -> Self {
        let this = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for name in ["pip", "pipx"] {
            this.add(name, "exit 0");
        }
        this.add(
            "gh",
            "echo \"$0 $*\" >>\"$CALLS\"; case \"$*\" in *--paginate*) echo \"$BEFORE\";; esac",
        );
        this
    }

    fn add(&self, name: &str, shell: &str) {
        let path = self.folder.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{shell}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A program that stands for sfc where it would talk to AWS.
    fn with_sfc(self) -> Self {
        let comment = self.folder.path().join("comment");
        fs::write(&comment, COMMENT).unwrap();
        self.add(
            "sfc",
            &format!(
                "echo \"sfc $*\" >>\"$CALLS\"; case \"$*\" in *diff*) cat {}; exit 4;; esac",
                comment.display()
            ),
        );
        self
    }

    fn calls(&self) -> PathBuf {
        self.folder.path().join("calls")
    }
}

/// The jobs of a file.
type Jobs = BTreeMap<String, Vec<(Vec<String>, BTreeMap<String, String>)>>;

fn jobs(peers: &Peers, file: &Path) -> Jobs {
    let read = peers
        .python()
        .arg(crate::program::checkout().join("tests/peers/ci_jobs.py"))
        .arg(file)
        .output()
        .unwrap();
    assert!(read.status.success(), "{read:?}");
    serde_json::from_slice(&read.stdout).unwrap()
}

/// Runs what a job runs, as the system does; whether all went well, and what was said.
fn run(
    job: &[(Vec<String>, BTreeMap<String, String>)],
    folder: &Path,
    programs: &Programs,
    variables: &[(&str, &str)],
) -> (bool, String) {
    let own = Path::new(env!("CARGO_BIN_EXE_sfc")).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    let path = format!(
        "{}:{}:{path}",
        programs.folder.path().display(),
        own.display()
    );
    let mut said = String::new();
    for (lines, given) in job {
        let given = given.iter().filter(|(_, value)| !value.contains("$"));
        let output = Command::new("bash")
            .args(["-eo", "pipefail", "-c", &lines.join("\n")])
            .current_dir(folder)
            .env("PATH", &path)
            .env("CALLS", programs.calls())
            .env("SFC_WHEEL", "sfc.whl")
            .envs(given)
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        said.push_str(&String::from_utf8_lossy(&output.stdout));
        said.push_str(&String::from_utf8_lossy(&output.stderr));
        if !output.status.success() {
            return (false, said);
        }
    }
    (true, said)
}

/// The file with the jobs that check and plan.
fn file_of(system: &str) -> &'static str {
    match system {
        "github" => ".github/workflows/sfc-small.yml",
        "gitlab" => ".gitlab/sfc-small.yml",
        _ => "etl/sales/buildspec.yml",
    }
}

/// A pipeline whose tests pass.
fn tested() -> Repository {
    let repository = Repository::new(SMALL);
    repository.write(
        "etl/sales/tests/one.yaml",
"tests:\n  one is one:\n    step: one\n    expect:\n      result:\n        in_order: [{ one: 1 }]\n",
    );
    repository
}

#[test]
fn the_jobs_that_check_run_here() {
    let Some(peers) = Peers::get() else { return };
    for system in SYSTEMS {
        let repository = tested();
        repository.ci(system, &[]);
        let mut jobs = jobs(&peers, &repository.path().join(file_of(system)));
        let mut check = jobs
            .remove("check")
            .unwrap_or_else(|| jobs.remove("build").unwrap());
        // What a build does afterwards talks to AWS.
        for (lines, _) in &mut check {
            lines.retain(|line| !line.contains("sfc diff"));
        }
        let verbs: String = check
            .iter()
            .flat_map(|(lines, _)| {
                lines
                    .join("\n")
                    .chars()
                    .chain("\n".chars())
                    .collect::<Vec<_>>()
            })
            .collect();
        for verb in ["validate", "fmt", "test", "run", "ci check"] {
            assert!(verbs.contains(&format!("sfc {verb} ")), "{system}: {verbs}");
        }
        let programs = Programs::new();
        let (is_well, said) = run(&check, repository.path(), &programs, &[]);
        assert!(is_well, "{system}: {said}");
        repository.write("etl/sales/one.sql", "SELECT   1 as one;\n");
        let (is_well, said) = run(&check, repository.path(), &programs, &[]);
        assert!(!is_well, "{system}: {said}");
        repository.write("etl/sales/one.sql", "select 1 as one;\n");
        repository.write("etl/sales/ci-roles.yaml", "changed\n");
        let (is_well, said) = run(&check, repository.path(), &programs, &[]);
        assert!(!is_well, "{system}: {said}");
    }
}

#[test]
fn the_jobs_that_plan_and_deploy_take_what_was_reviewed() {
    let Some(peers) = Peers::get() else { return };
    let calls = |programs: &Programs| {
        let calls = fs::read_to_string(programs.calls()).unwrap_or_default();
        fs::remove_file(programs.calls()).ok();
        calls
    };
    let deployed = "sfc deploy etl/sales --yes --expect 0123456789abcdef\n";

    let repository = Repository::new(SMALL);
    repository.ci("github", &[]);
    let all = jobs(&peers, &repository.path().join(file_of("github")));
    let programs = Programs::new().with_sfc();
    let told = repository.path().join("output");
    let variables = [
        ("GITHUB_OUTPUT", told.to_str().unwrap()),
        ("GITHUB_STEP_SUMMARY", "/dev/null"),
        ("GITHUB_REPOSITORY", "acme/etl"),
        ("ISSUE", "7"),
        ("BEFORE", "41"),
    ];
    let (is_well, said) = run(&all["plan"], repository.path(), &programs, &variables);
    assert!(is_well, "{said}");
    assert_eq!(repository.read("output"), "deployment=0123456789abcdef\n");
    let called = calls(&programs);
    assert!(
        called.contains("--method PATCH repos/acme/etl/issues/comments/41"),
        "{called}"
    );
    let first = [&variables[..4], &[("BEFORE", "")]].concat();
    let (is_well, said) = run(&all["plan"], repository.path(), &programs, &first);
    assert!(is_well, "{said}");
    let called = calls(&programs);
    assert!(
        called.contains("api repos/acme/etl/issues/7/comments --field"),
        "{called}"
    );
    let reviewed = [("DEPLOYMENT", "0123456789abcdef")];
    let deploy: Vec<_> = all["deploy"]
        .iter()
        .map(|(lines, _)| (lines.clone(), BTreeMap::new()))
        .collect();
    assert!(run(&deploy, repository.path(), &programs, &reviewed).0);
    assert_eq!(calls(&programs), deployed);

    let repository = Repository::new(SMALL);
    repository.ci("codebuild", &[]);
    let plan = jobs(&peers, &repository.path().join("etl/sales/buildspec.yml"));
    let mut plan = plan["build"].clone();
    plan[0].0.push("echo \"it is $DEPLOYMENT\"".to_owned());
    let (is_well, said) = run(&plan, repository.path(), &programs, &[]);
    assert!(
        is_well && said.contains("it is 0123456789abcdef\n"),
        "{said}"
    );
    calls(&programs);
    let deploy = jobs(
        &peers,
        &repository.path().join("etl/sales/buildspec-deploy.yml"),
    );
    assert!(run(&deploy["build"], repository.path(), &programs, &reviewed).0);
    assert_eq!(calls(&programs), deployed);
    let nothing = [("DEPLOYMENT", "none")];
    assert!(run(&deploy["build"], repository.path(), &programs, &nothing).0);
    assert_eq!(calls(&programs), "");

    let repository = Repository::new(SMALL);
    repository.ci("gitlab", &[]);
    let all = jobs(&peers, &repository.path().join(file_of("gitlab")));
    let token = repository.path().join("token");
    let aws = [
        ("SFC_AWS_TOKEN", "a.b.c"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", token.to_str().unwrap()),
    ];
    for (notes, method) in [
        (json!([{ "id": 5, "body": "hello" }]), "POST"),
        (
            json!([{ "id": 6, "body": "<!-- sfc: small -->\nold" }]),
            "PUT",
        ),
    ] {
        let (address, requests) = notes_of_gitlab(notes);
        let merge_request = [
            ("CI_API_V4_URL", address.as_str()),
            ("CI_PROJECT_ID", "3"),
            ("CI_MERGE_REQUEST_IID", "7"),
            ("SFC_GITLAB_TOKEN", "glpat"),
        ];
        let variables = [&aws[..], &merge_request].concat();
        let (is_well, said) = run(&all["plan"], repository.path(), &programs, &variables);
        assert!(is_well, "{said}");
        let requests = requests.join().unwrap();
        assert!(
            requests[1].starts_with(&format!("{method} /projects/3/merge_requests/7/notes")),
            "{requests:?}"
        );
        assert!(requests[1].contains("0123456789abcdef"), "{requests:?}");
        assert!(
            requests[1].to_lowercase().contains("private-token: glpat"),
            "{requests:?}"
        );
    }
    assert_eq!(repository.read("token"), "a.b.c");
    assert_eq!(repository.read("sfc.env"), "DEPLOYMENT=0123456789abcdef\n");
    calls(&programs);
    let variables = [&aws[..], &reviewed].concat();
    assert!(run(&all["deploy"], repository.path(), &programs, &variables).0);
    assert_eq!(calls(&programs), deployed);
}

/// Answers two requests as GitLab's notes: the list, then what is written.
fn notes_of_gitlab(notes: Value) -> (String, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answers = thread::spawn(move || {
        let mut requests = Vec::new();
        for answer in [notes.to_string(), "{}".to_owned()] {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream);
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                let lower = line.to_lowercase();
                if let Some(value) = lower.strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                if line == "\r\n" || line.is_empty() {
                    break;
                }
                head.push_str(&line);
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            requests.push(format!("{head}{}", String::from_utf8(body).unwrap()));
            let stream = reader.get_mut();
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}",
                answer.len()
            )
            .unwrap();
        }
        requests
    });
    (address, answers)
}
