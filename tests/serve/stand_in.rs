//! Step Functions and EventBridge, where their stand-in lies beside the checkout.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::aws_clients::aws_clients;
use super::served::Served;
use crate::program::checkout;

/// A stand-in for the rest of AWS, ended when dropped.
struct StandIn {
    home: PathBuf,
    state: tempfile::TempDir,
    port: u16,
}

impl StandIn {
    fn start(home: PathBuf, port: u16, data_api: &str) -> Self {
        let this = Self {
            home,
            state: tempfile::tempdir().unwrap(),
            port,
        };
        let up = this
            .command("up")
            .env("REDSHIFT_DATA_ENDPOINT", data_api)
            .output()
            .unwrap();
        assert!(
            up.status.success(),
            "{}",
            String::from_utf8_lossy(&up.stderr)
        );
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
}

impl Drop for StandIn {
    fn drop(&mut self) {
        let _ = self.command("down").arg(self.state.path()).output();
    }
}

#[test]
fn step_functions_and_eventbridge_cannot_tell_the_difference() {
    let home = checkout().join("../shared/aws-stand-in");
    if !home.join("up").exists() {
        println!("skipped: there is no stand-in for AWS beside the checkout");
        return;
    }
    let clients = match aws_clients() {
        Ok(clients) => clients,
        Err(why) => {
            println!("skipped: {why}");
            return;
        }
    };
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let bus = format!("http://127.0.0.1:{port}");
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(folder.path(), &["--events", &bus, "--access-key", "any"]);
    let _stand_in = StandIn::start(home, port, &served.url);
    let output = Command::new(clients.join("bin/python"))
        .arg(checkout().join("tests/aws-clients/stand_in.py"))
        .args([&bus, &served.url])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    println!("{printed}");
    assert!(
        output.status.success() && printed.matches("ok ").count() == 2,
        "{printed}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
