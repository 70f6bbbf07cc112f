//! `sfc watch --web`, and pages that open by themselves.

#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::client::Console;
use crate::program::{Folder, sfc, spec};

fn pipeline() -> Folder {
    Folder::new(
        &spec("lanes: 1", "  one: { sql: one.sql }\n"),
        &[("one.sql", "select 1 as one")],
    )
}

/// What opens pages on this desktop: it writes what it is given into a pipe that is read until then.
fn desktop(folder: &Path) -> (std::ffi::OsString, std::path::PathBuf) {
    let pipe = folder.join("opened");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let program = folder.join("bin/xdg-open");
    fs::create_dir_all(folder.join("bin")).unwrap();
    fs::write(
        &program,
        format!("#!/bin/sh\nprintf %s \"$1\" > '{}'\n", pipe.display()),
    )
    .unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let mut path = folder.join("bin").into_os_string();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap());
    (path, pipe)
}

#[test]
fn a_run_is_watched_on_its_page() {
    let folder = pipeline();
    assert_eq!(folder.sfc(&["run"]).code, Some(0));
    let run = folder.state().run.to_string();
    let console = Console::start(sfc(folder.path(), &["watch", "--web", "--local"]));
    assert_eq!(console.page, format!("/local/demo/{run}/report/"));
    let text = console.page(&console.page);
    assert!(text.contains("<span class=\"status FINISHED\">"), "{text}");
    // The pipeline's other pages are there, too.
    assert!(console.page("/local/demo/").contains(&run));
}

#[test]
fn a_run_opens_its_page_at_its_end() {
    let folder = pipeline();
    let (path, pipe) = desktop(folder.path());
    let mut child = sfc(folder.path(), &["run", "--open"])
        .env("PATH", path)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let opened = fs::read_to_string(pipe).unwrap();
    assert!(child.wait().unwrap().success());
    let run = folder.state().run.to_string();
    assert!(
        opened.ends_with(&format!("/{run}/report/index.html")),
        "{opened}"
    );
    assert!(
        fs::read_to_string(folder.path().join(&opened))
            .unwrap()
            .contains(&run)
    );
}
