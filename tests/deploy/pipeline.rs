//! The program under test, and a small pipeline for it.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The program with these arguments, started in `folder`, with nothing of AWS in its environment.
pub fn sfc(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sfc"));
    command
        .args(arguments)
        .current_dir(folder)
        .env("SFC_LAMBDA_PACKAGE", package())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", folder.join("no-config"))
        .env("AWS_SHARED_CREDENTIALS_FILE", folder.join("no-credentials"))
        .stdin(Stdio::null());
    for (name, _) in std::env::vars() {
        if name.starts_with("AWS_") && !name.starts_with("AWS_EC2") {
            command.env_remove(name);
        }
    }
    command
        .env("AWS_CONFIG_FILE", folder.join("no-config"))
        .env("AWS_SHARED_CREDENTIALS_FILE", folder.join("no-credentials"));
    command
}

/// A package with the header of a program, because nothing runs it here.
fn package() -> &'static Path {
    static PACKAGE: LazyLock<PathBuf> = LazyLock::new(|| package_of("lambda", 0));
    &PACKAGE
}

/// A package whose content depends on `version`.
pub fn package_of(name: &str, version: u8) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("{name}-{}-{version}.zip", std::process::id()));
    let mut program = vec![0; 80];
    program[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    program[16] = 3;
    program[18] = 0x3e;
    program[20] = 1;
    program[52] = 64;
    program[79] = version;
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().unix_permissions(0o755);
    writer.start_file("bootstrap", options).unwrap();
    writer.write_all(&program).unwrap();
    fs::write(&path, writer.finish().unwrap().into_inner()).unwrap();
    path
}

/// What a program that has ended left.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// The result of a command.
pub fn ended(mut command: Command) -> Ended {
    command.output().unwrap().into()
}

/// What the small pipeline says, with `more` fields at its top level.
pub fn spec(more: &str) -> String {
    format!(
        "name: demo\nwarehouse: {{ workgroup: w, database: dev }}\nparameters:\n  day: {{ type: date, default: 2026-01-01 }}\nstack: {{ architecture: x86_64, dashboard: false, tags: {{ team: data }} }}\n{more}steps:\n  one: {{ sql: one.sql }}\n  two: {{ sql: two.sql, after: one }}\n"
    )
}

/// A folder with the small pipeline.
pub fn folder(spec: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pipeline.yaml"), spec).unwrap();
    fs::write(folder.path().join("one.sql"), "select 1 as one").unwrap();
    fs::write(
        folder.path().join("two.sql"),
        "select 2 as two where :day > '2025-01-01'",
    )
    .unwrap();
    folder
}
