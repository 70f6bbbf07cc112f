//! The server under test.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aws_sdk_redshiftdata::Client;
use aws_sdk_redshiftdata::config::{BehaviorVersion, Credentials, Region};

use crate::program::sfc;

/// A server, ended with SIGTERM when dropped.
pub struct Served {
    pub process: Child,
    pub url: String,
    /// Access key id and secret that it printed.
    pub key: (String, String),
    /// What it printed on stderr until it answered.
    printed: String,
}

impl Served {
    pub fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut all = vec!["serve"];
        all.extend_from_slice(arguments);
        all.extend_from_slice(&["--port", "0"]);
        let mut process = sfc(folder, &all)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut url)
            .unwrap();
        let mut printed = String::new();
        let mut stderr = process.stderr.take().unwrap();
        while !printed.contains("Ctrl-C ends it\n") {
            let mut byte = [0];
            stderr.read_exact(&mut byte).unwrap();
            printed.push(char::from(byte[0]));
        }
        process.stderr = Some(stderr);
        let value = |name: &str| {
            let (_, rest) = printed.split_once(name).unwrap();
            rest.split_whitespace().next().unwrap().to_owned()
        };
        let key = (value("AWS_ACCESS_KEY_ID="), value("AWS_SECRET_ACCESS_KEY="));
        Self {
            process,
            url: url.trim().to_owned(),
            key,
            printed,
        }
    }

    /// The variables that a client is given.
    pub fn variables(&self) -> [(&'static str, &str); 3] {
        [
            ("AWS_ENDPOINT_URL_REDSHIFT_DATA", &self.url),
            ("AWS_ACCESS_KEY_ID", &self.key.0),
            ("AWS_SECRET_ACCESS_KEY", &self.key.1),
        ]
    }

    pub fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        let sent = Command::new("kill").args([name, &id]).status().unwrap();
        assert!(sent.success());
    }

    pub fn ended(&mut self) -> (Option<i32>, String) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.process.try_wait().unwrap().is_none() {
            assert!(Instant::now() < deadline, "the server does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut stderr = std::mem::take(&mut self.printed);
        if let Some(mut pipe) = self.process.stderr.take() {
            pipe.read_to_string(&mut stderr).unwrap();
        }
        (self.process.wait().unwrap().code(), stderr)
    }

    /// A client with the key that was printed.
    pub fn client(&self) -> Client {
        self.client_with(&self.key.0, &self.key.1)
    }

    /// A client with this access key.
    pub fn client_with(&self, id: &str, secret: &str) -> Client {
        let http = aws_smithy_http_client::Builder::new().build_http();
        let config = aws_sdk_redshiftdata::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&self.url)
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new(id, secret, None, None, "test"))
            .http_client(http)
            .build();
        Client::from_conf(config)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if self.process.try_wait().is_ok_and(|ended| ended.is_none()) {
            self.signal("-TERM");
            let _ = self.process.wait();
        }
    }
}
