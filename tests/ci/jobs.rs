//! The jobs that `sfc ci` writes, run here as shell. Some check with the program itself, others
//! talk to AWS with a stand-in for it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Repository, SMALL, SYSTEMS};
use crate::peers::Peers;
use crate::program::checkout;

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

/// Lines that one shell runs, with variables.
type Shell = (Vec<String>, BTreeMap<String, String>);

/// The jobs of a file.
type Jobs = BTreeMap<String, Vec<Shell>>;

fn jobs(peers: &Peers, file: &Path) -> Jobs {
    let read = peers
        .python()
        .arg(checkout().join("tests/peers/ci_jobs.py"))
        .arg(file)
        .output()
        .unwrap();
    assert!(read.status.success(), "{read:?}");
    serde_json::from_slice(&read.stdout).unwrap()
}

/// Runs what a job runs, as the system does; whether all went well, and what was said.
fn run(
    job: &[Shell],
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
        if system == "codebuild" {
            // What CodePipeline hands on has nothing of git.
            fs::remove_dir_all(repository.path().join(".git")).unwrap();
        }
        let mut jobs = jobs(&peers, &repository.path().join(file_of(system)));
        let mut check = jobs
            .remove("check")
            .unwrap_or_else(|| jobs.remove("build").unwrap());
        // What a build does afterwards talks to AWS.
        for (lines, _) in &mut check {
            lines.retain(|line| !line.contains("sfc diff") && !line.contains("python3"));
        }
        let lines: Vec<&str> = check
            .iter()
            .flat_map(|(lines, _)| lines.iter().map(String::as_str))
            .collect();
        let verbs = lines.join("\n");
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
    for (found, request) in [
        (
            json!([{ "id": 5, "body": "hello" }]),
            "POST /repos/acme/etl/issues/7/comments ",
        ),
        (
            json!([{ "id": 6, "body": "<!-- sfc: small -->\nold" }]),
            "PATCH /repos/acme/etl/issues/comments/6 ",
        ),
    ] {
        let (address, requests) = comments(found);
        let variables = [
            ("GITHUB_API_URL", address.as_str()),
            ("GITHUB_TOKEN", "ghs"),
            ("CODEBUILD_WEBHOOK_TRIGGER", "pr/7"),
            (
                "CODEBUILD_SOURCE_REPO_URL",
                "https://github.com/acme/etl.git",
            ),
        ];
        let (is_well, said) = run(&plan, repository.path(), &programs, &variables);
        assert!(is_well, "{said}");
        let requests = requests.join().unwrap();
        assert!(requests[1].starts_with(request), "{requests:?}");
        assert!(requests[1].contains("0123456789abcdef"), "{requests:?}");
    }
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
        let (address, requests) = comments(notes);
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

/// Answers two requests as GitLab and GitHub do about comments: the list, then what is written.
fn comments(there: Value) -> (String, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answers = thread::spawn(move || {
        let mut requests = Vec::new();
        for answer in [there.to_string(), "{}".to_owned()] {
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
