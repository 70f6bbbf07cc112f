//! A pipeline in the stand-in: its runs, what they leave, and its end.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use runtime_lambda::keys;
use runtime_lambda::state::{GlobalState, RunStatus};

use super::{StandIn, files};
use crate::pipeline::Ended;

/// How long a run may take here.
const PATIENCE: Duration = Duration::from_secs(600);

/// A pipeline that `sfc deploy` has brought to the stand-in.
pub struct Deployed<'a> {
    aws: &'a StandIn,
    folder: &'a Path,
    pub name: &'static str,
    /// What the stack says about itself.
    pub outputs: BTreeMap<String, String>,
}

impl<'a> Deployed<'a> {
    /// Deploys the pipeline `name` in `folder`, and makes sure that nothing is left to deploy.
    pub fn new(aws: &'a StandIn, folder: &'a Path, name: &'static str) -> Self {
        let deployed = aws.run(folder, &["deploy", "--yes"]);
        assert_eq!(
            deployed.code,
            Some(0),
            "{deployed:?}\n{}",
            aws.lambda_logs()
        );
        let outputs = deployed
            .stdout
            .lines()
            .filter_map(|line| line.split_once("  "))
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect();
        let this = Self {
            aws,
            folder,
            name,
            outputs,
        };
        assert!(this.outputs.contains_key("DataBucket"), "{deployed:?}");
        let diff = this.sfc(&["diff"]);
        assert_eq!(diff.code, Some(0), "{diff:?}");
        assert!(diff.stderr.contains("nothing to change"), "{diff:?}");
        this
    }

    pub fn sfc(&self, arguments: &[&str]) -> Ended {
        self.aws.run(self.folder, arguments)
    }

    /// Starts a run; its id.
    pub fn start(&self, arguments: &[&str]) -> String {
        let started = self.sfc(&[&["start"], arguments].concat());
        assert_eq!(started.code, Some(0), "{started:?}");
        started.stdout.trim().to_owned()
    }

    /// Ids of the runs so far, the latest first.
    pub fn runs(&self) -> Vec<String> {
        let listed = self.sfc(&["status"]);
        assert_eq!(listed.code, Some(0), "{listed:?}");
        listed
            .stdout
            .lines()
            .filter_map(|line| line.split_whitespace().next())
            .filter(|word| word.starts_with("20"))
            .map(str::to_owned)
            .collect()
    }

    /// A run that is not one of `known`, as soon as there is one.
    pub fn next_run(&self, known: &[String]) -> String {
        let begun = Instant::now();
        loop {
            let mut runs = self.runs().into_iter();
            if let Some(run) = runs.find(|run| !known.contains(run)) {
                return run;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "nobody starts a run\n{}",
                self.aws.lambda_logs()
            );
            std::thread::sleep(Duration::from_millis(500));
        }
    }

    /// The state of a run once it has ended and been reported.
    pub fn ended(&self, run: &str) -> GlobalState {
        let begun = Instant::now();
        loop {
            let state = self.state(run);
            if let Some(state) = &state
                && state.status != RunStatus::Running
                && state.notified
            {
                return state.clone();
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "{run} does not end: {state:?}\n{}",
                self.aws.lambda_logs()
            );
            std::thread::sleep(Duration::from_millis(300));
        }
    }

    /// The state of a run that must have ended well.
    pub fn finished(&self, run: &str) -> GlobalState {
        let state = self.ended(run);
        assert_eq!(
            state.status,
            RunStatus::Finished,
            "{state:?}\n{}",
            self.aws.lambda_logs()
        );
        state
    }

    /// The state of a run as it is now.
    pub fn state(&self, run: &str) -> Option<GlobalState> {
        let bytes = self.object(&keys::state(self.name, &run.into()))?;
        Some(serde_json::from_slice(&bytes).unwrap())
    }

    /// The page about a run.
    pub fn page(&self, run: &str) -> String {
        let page = self.object(&keys::report(self.name, &run.into())).unwrap();
        String::from_utf8(page).unwrap()
    }

    fn object(&self, key: &str) -> Option<Vec<u8>> {
        self.aws.object(&self.outputs["DataBucket"], key)
    }

    /// The results of a run.
    pub fn results(&self, run: &str) -> BTreeMap<String, String> {
        let to = tempfile::tempdir().unwrap();
        let path = to.path().to_str().unwrap();
        let fetched = self.sfc(&["results", run, "--to", path]);
        assert_eq!(fetched.code, Some(0), "{fetched:?}");
        files(to.path())
    }

    /// Deletes the stack by `sfc destroy`; its data bucket stays.
    pub fn destroy(self) {
        let destroyed = self.sfc(&["destroy", "--yes"]);
        assert_eq!(destroyed.code, Some(0), "{destroyed:?}");
        assert!(
            destroyed.stdout.contains("stays: DataBucket"),
            "{destroyed:?}"
        );
        let gone = self.sfc(&["status"]);
        assert_eq!(gone.code, Some(2), "{gone:?}");
    }
}

/// Asserts that results are the same byte for byte; says which are not.
pub fn same(found: &BTreeMap<String, String>, expected: &BTreeMap<String, String>) {
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(found), names(expected));
    for (name, bytes) in expected {
        assert_eq!(&found[name], bytes, "{name}");
    }
}
