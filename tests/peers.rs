//! Peers that nobody here wrote, at the versions that `tests/peers/` pins: `cfn-lint` and `parliament`
//! from PyPI, `asl-validator` from npm. They are installed once, outside of the checkout.

#![expect(
    clippy::panic,
    clippy::print_stdout,
    reason = "what a test cannot do, it fails with, or says that it was skipped"
)]

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::program::checkout;

/// Files that say which peers in which versions.
const PINS: [&str; 3] = ["requirements.txt", "package.json", "package-lock.json"];

/// Where the peers are installed.
pub struct Peers {
    folder: PathBuf,
}

impl Peers {
    /// The peers, installed if they are not yet; none, with a line that says why, where this machine
    /// cannot have them. In CI that is a failure.
    pub fn get() -> Option<Self> {
        match Self::installed() {
            Ok(peers) => Some(peers),
            Err(why) if std::env::var("CI").is_ok_and(|ci| ci == "true") => {
                panic!("the peers are not there: {why}")
            }
            Err(why) => {
                println!("skipped: {why}");
                None
            }
        }
    }

    fn installed() -> Result<Self, String> {
        let pins = checkout().join("tests/peers");
        let mut hash = Sha256::new();
        for pin in PINS {
            hash.update(fs::read(pins.join(pin)).unwrap());
        }
        let hash: String = format!("{:x}", hash.finalize()).chars().take(12).collect();
        let cache = std::env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(Path::new(&std::env::var_os("HOME")?).join(".cache")))
            .ok_or("neither XDG_CACHE_HOME nor HOME is set")?;
        let folder = cache.join("sfc/peers").join(hash);
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        // Tests run side by side.
        let lock = File::create(folder.join("lock")).map_err(|error| error.to_string())?;
        lock.lock().map_err(|error| error.to_string())?;
        let complete = folder.join("complete");
        if !complete.exists() {
            for pin in PINS {
                fs::copy(pins.join(pin), folder.join(pin)).map_err(|error| error.to_string())?;
            }
            install("python3", &["-m", "venv", "--clear", "python"], &folder)?;
            let pip = folder.join("python/bin/pip");
            let pip = pip.to_str().unwrap();
            install(
                pip,
                &["install", "--quiet", "-r", "requirements.txt"],
                &folder,
            )?;
            install("npm", &["ci", "--no-audit", "--no-fund"], &folder)?;
            File::create(complete).map_err(|error| error.to_string())?;
        }
        Ok(Self { folder })
    }

    /// Python with the peers from PyPI, boto3 among them.
    pub fn python(&self) -> Command {
        Command::new(self.folder.join("python/bin/python"))
    }

    /// Whether `asl-validator` takes these definitions; what it says.
    pub fn asl_validator(&self, definitions: &[PathBuf]) -> Output {
        let program = "node_modules/asl-validator/dist/bin/asl-validator.js";
        Command::new("node")
            .arg(self.folder.join(program))
            .args(
                definitions
                    .iter()
                    .flat_map(|path| [Path::new("--json-path"), path]),
            )
            .output()
            .unwrap()
    }

    /// What `cfn-lint` finds in these templates.
    pub fn cfn_lint(&self, templates: &[PathBuf]) -> Vec<Finding> {
        let output = Command::new(self.folder.join("python/bin/cfn-lint"))
            .args(["--format", "json", "--"])
            .args(templates)
            .output()
            .unwrap();
        let found: Vec<CfnLint> = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {output:?}"));
        found
            .into_iter()
            .map(|found| Finding {
                peer: "cfn-lint",
                code: found.rule.id,
                about: found
                    .location
                    .path
                    .iter()
                    .map(|part| {
                        part.as_str()
                            .map_or_else(|| part.to_string(), str::to_owned)
                    })
                    .collect::<Vec<_>>()
                    .join("/"),
                detail: format!("{}: {}", found.filename, found.message),
            })
            .collect()
    }

    /// What `parliament` finds in these policy documents, by name.
    pub fn parliament(&self, policies: &serde_json::Value) -> Vec<Finding> {
        let mut child = self
            .python()
            .arg(checkout().join("tests/peers/check_policies.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(policies.to_string().as_bytes()).unwrap();
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        let found: Vec<Parliament> = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {output:?}"));
        found
            .into_iter()
            .map(|found| Finding {
                peer: "parliament",
                code: found.finding,
                about: found.policy,
                detail: format!("{} {}", found.detail, found.where_),
            })
            .collect()
    }
}

fn install(program: &str, arguments: &[&str], folder: &Path) -> Result<(), String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .map_err(|error| format!("{program} cannot be started: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "`{program} {}` failed: {}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr).trim()
    ))
}

/// Something that a peer says.
#[derive(Debug)]
pub struct Finding {
    pub peer: &'static str,
    pub code: String,
    /// Path in the template, or name of the policy.
    pub about: String,
    pub detail: String,
}

/// A finding that is known to be wrong, from `tests/peers/false-alarms.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FalseAlarm {
    peer: String,
    code: String,
    /// What `about` ends with.
    about: String,
    /// Part of what the peer says.
    detail: String,
    #[expect(dead_code, reason = "for whoever reads the file")]
    reason: String,
}

impl FalseAlarm {
    fn is(&self, finding: &Finding) -> bool {
        self.peer == finding.peer
            && self.code == finding.code
            && finding.about.ends_with(&self.about)
            && finding.detail.contains(&self.detail)
    }
}

/// Fails if a finding is no known false alarm, or if one that is listed is not found any more.
pub fn only_false_alarms(peer: &str, findings: &[Finding]) {
    let list = fs::read(checkout().join("tests/peers/false-alarms.json")).unwrap();
    let mut known: Vec<FalseAlarm> = serde_json::from_slice(&list).unwrap();
    known.retain(|alarm| alarm.peer == peer);
    let real: Vec<&Finding> = findings
        .iter()
        .filter(|finding| !known.iter().any(|alarm| alarm.is(finding)))
        .collect();
    assert!(real.is_empty(), "{real:#?}");
    let gone: Vec<&FalseAlarm> = known
        .iter()
        .filter(|alarm| !findings.iter().any(|finding| alarm.is(finding)))
        .collect();
    assert!(gone.is_empty(), "no false alarms any more: {gone:#?}");
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CfnLint {
    rule: CfnLintRule,
    location: CfnLintLocation,
    filename: String,
    message: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CfnLintRule {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CfnLintLocation {
    #[serde(default)]
    path: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Parliament {
    policy: String,
    finding: String,
    detail: String,
    #[serde(rename = "where")]
    where_: String,
}
