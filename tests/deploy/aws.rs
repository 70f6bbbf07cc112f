//! The stand-in for AWS beside the checkout, with `sfc serve` as its Redshift and the real Lambda as its
//! functions. Knows no pipeline.

mod deployed;
mod wire;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use tempfile::TempDir;

pub use self::deployed::{Deployed, same};
use crate::pipeline::{Ended, ended, sfc};

pub fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .unwrap()
}

/// The real Lambda: the one that the environment names, else built from the checkout.
pub fn bootstrap() -> PathBuf {
    if let Some(path) = std::env::var_os("LAMBDA_BOOTSTRAP") {
        return path.into();
    }
    let built = Command::new(env!("CARGO"))
        .args(["build", "-q", "-p", "runtime-lambda", "--features", "aws"])
        .args(["--bin", "bootstrap", "--message-format", "json"])
        .current_dir(checkout())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(built.status.success());
    String::from_utf8(built.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .unwrap()
}

/// `sfc serve`, ended when dropped.
pub struct Served {
    process: Child,
    pub url: String,
}

impl Served {
    pub fn start(folder: &Path, events: &str) -> Self {
        let mut command = sfc(
            folder,
            &[
                "serve",
                ".",
                "--port",
                "0",
                "--events",
                events,
                "--access-key",
                "any",
            ],
        );
        let mut process = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut url)
            .unwrap();
        let url = url.trim().to_owned();
        Self { process, url }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let id = self.process.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let _ = self.process.wait();
    }
}

/// The stand-in, ended when dropped.
pub struct StandIn {
    home: PathBuf,
    state: TempDir,
    port: u16,
    environment: Vec<(String, String)>,
}

impl StandIn {
    /// Starts it; none where it is not there.
    pub fn start(port: u16, data_api: &str, bootstrap: &Path) -> Self {
        let mut this = Self {
            home: checkout().join("../shared/aws-stand-in"),
            state: tempfile::tempdir().unwrap(),
            port,
            environment: Vec::new(),
        };
        let up = this
            .command("up")
            .env("REDSHIFT_DATA_ENDPOINT", data_api)
            .env("LAMBDA_BOOTSTRAP", bootstrap)
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&up.stdout).into_owned();
        assert!(
            up.status.success(),
            "{}",
            String::from_utf8_lossy(&up.stderr)
        );
        this.environment = printed
            .lines()
            .filter_map(|line| line.strip_prefix("export "))
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.trim_matches(['"', '\'']).to_owned()))
            .collect();
        let data_api = (
            "AWS_ENDPOINT_URL_REDSHIFT_DATA".to_owned(),
            data_api.to_owned(),
        );
        this.environment.push(data_api);
        this
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.home.join(name));
        command
            .env("PORT", self.port.to_string())
            .env("STAND_IN_STATE", self.state.path())
            .stdin(Stdio::null());
        command
    }

    pub fn sfc(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = sfc(folder, arguments);
        command.envs(self.environment.iter().cloned());
        command
    }

    pub fn run(&self, folder: &Path, arguments: &[&str]) -> Ended {
        let begun = Instant::now();
        let ended = ended(self.sfc(folder, arguments));
        println!("sfc {}: {:?}", arguments.join(" "), begun.elapsed());
        ended
    }

    /// What the Lambda has written, for a test that fails.
    pub fn lambda_logs(&self) -> String {
        let mut text = String::new();
        for entry in fs::read_dir(self.state.path().join("lambda-logs"))
            .into_iter()
            .flatten()
        {
            let mut file = fs::File::open(entry.unwrap().path()).unwrap();
            let _ = file.read_to_string(&mut text);
        }
        text
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        let _ = self.command("down").arg(self.state.path()).output();
    }
}

/// Every file of a folder by its name.
pub fn files(folder: &Path) -> BTreeMap<String, String> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

/// A stand-in with a warehouse that is a pipeline's on this machine.
pub struct Account {
    // Ended in this order.
    pub aws: StandIn,
    _served: Served,
}

impl Account {
    /// With the warehouse of the pipeline in `folder`; none where there is no stand-in, which is said.
    pub fn of(folder: &Path) -> Option<Self> {
        if !checkout().join("../shared/aws-stand-in/up").exists() {
            println!("skipped: there is no stand-in for AWS beside the checkout");
            return None;
        }
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let served = Served::start(folder, &format!("http://127.0.0.1:{port}"));
        let aws = StandIn::start(port, &served.url, &bootstrap());
        Some(Self {
            aws,
            _served: served,
        })
    }
}

/// A copy of an example, with what the stand-in lacks left out. What runs have left in the example
/// is not copied.
pub fn copy_of(example: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&checkout().join("specs").join(example), folder.path());
    let path = folder.path().join("pipeline.yaml");
    let spec = fs::read_to_string(&path).unwrap();
    assert!(!spec.contains("\nstack:"), "one `stack` is enough: {spec}");
    let stack = "stack: { architecture: x86_64, dashboard: false }";
    fs::write(path, format!("{spec}\n{stack}\n")).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if !entry.file_type().unwrap().is_dir() {
            fs::copy(entry.path(), target).unwrap();
        } else if entry.file_name() != ".sfc" {
            copy(&entry.path(), &target);
        }
    }
}

/// Runs the pipeline in `folder` on this machine, and returns its results.
pub fn local_run(folder: &Path, arguments: &[&str]) -> BTreeMap<String, String> {
    let run = ended(sfc(folder, &[&["run", "."], arguments].concat()));
    assert_eq!(run.code, Some(0), "{run:?}");
    let to = tempfile::tempdir().unwrap();
    let path = to.path().to_str().unwrap();
    let fetched = ended(sfc(folder, &["results", "last", "--local", "--to", path]));
    assert_eq!(fetched.code, Some(0), "{fetched:?}");
    files(to.path())
}
