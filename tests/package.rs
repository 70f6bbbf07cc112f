//! The Lambda's package: found, checked, refused.

use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::program::{Folder, sfc, spec};

/// A package with the smallest program that is one for this architecture. Most tests have no use for
/// a real one, which takes minutes to build.
pub fn small() -> &'static Path {
    static PACKAGE: LazyLock<PathBuf> = LazyLock::new(|| {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("lambda-{}.zip", std::process::id()));
        fs::write(&path, zipped("bootstrap", &program(0x3e), 0o755)).unwrap();
        path
    });
    &PACKAGE
}

/// A header of an ELF program without anything behind it.
fn program(machine: u8) -> Vec<u8> {
    let mut header = vec![0; 64];
    header[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    header[16] = 3;
    header[18] = machine;
    header[20] = 1;
    header[52] = 64;
    header
}

fn zipped(name: &str, content: &[u8], permissions: u32) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .start_file(
            name,
            SimpleFileOptions::default().unix_permissions(permissions),
        )
        .unwrap();
    writer.write_all(content).unwrap();
    writer.finish().unwrap().into_inner()
}

fn pipeline() -> Folder {
    Folder::new(
        &spec("", "  one: { sql: one.sql }\n"),
        &[("one.sql", "select 1;")],
    )
}

#[test]
fn the_package_is_in_the_bundle_under_its_hash() {
    let folder = pipeline();
    let built = folder.sfc(&["build", ".", "--out", "bundle"]);
    assert_eq!(built.code, Some(0), "{built:?}");
    let list: serde_json::Value = serde_json::from_str(&folder.read("bundle/bundle.json")).unwrap();
    let key = list["lambda"]["package"].as_str().unwrap();
    let bytes = fs::read(folder.path().join("bundle/artifacts").join(key)).unwrap();
    let hash = runtime_lambda::keys::sha256(&bytes);
    assert_eq!(key, format!("lambda/{hash}-x86_64.zip"));
    assert_eq!(bytes, fs::read(small()).unwrap());
}

#[test]
fn a_package_that_would_not_run_is_refused() {
    let folder = pipeline();
    for (name, content, says) in [
        ("text.zip", b"text".to_vec(), "is no package"),
        (
            "empty.zip",
            zipped("main", &program(0x3e), 0o755),
            "there is no `bootstrap` in it",
        ),
        (
            "plain.zip",
            zipped("bootstrap", &program(0x3e), 0o644),
            "is not executable",
        ),
        (
            "script.zip",
            zipped("bootstrap", b"#!/bin/sh", 0o755),
            "no 64 bit Linux program",
        ),
        (
            "arm.zip",
            zipped("bootstrap", &program(0xb7), 0o755),
            "is not for x86_64",
        ),
    ] {
        fs::write(folder.path().join(name), content).unwrap();
        let built = folder.sfc(&["build", ".", "--lambda-package", name]);
        assert_eq!(built.code, Some(2), "{name}: {built:?}");
        assert!(built.stderr.contains("SFC0705"), "{name}: {built:?}");
        assert!(built.stderr.contains(says), "{name}: {built:?}");
        assert!(!folder.path().join(".sfc").exists(), "{name}");
    }
    let missing = folder.sfc(&["build", ".", "--lambda-package", "missing.zip"]);
    assert_eq!(missing.code, Some(3), "{missing:?}");
    assert!(missing.stderr.contains("SFC0704"), "{missing:?}");
}

#[test]
fn the_checkout_builds_a_package_that_runs_in_aws_and_is_small() {
    let folder = pipeline();
    let built = sfc(folder.path(), &["build", ".", "--out", "bundle"])
        .env_remove("SFC_LAMBDA_PACKAGE")
        .output()
        .unwrap();
    assert!(built.status.success(), "{built:?}");
    let list: serde_json::Value = serde_json::from_str(&folder.read("bundle/bundle.json")).unwrap();
    let key = list["lambda"]["package"].as_str().unwrap();
    let zip = fs::read(folder.path().join("bundle/artifacts").join(key)).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(&zip)).unwrap();
    assert_eq!(archive.len(), 1);
    let mut program = Vec::new();
    archive
        .by_name("bootstrap")
        .unwrap()
        .read_to_end(&mut program)
        .unwrap();
    ::sfc::package::check_binary(&program, ::sfc::pipeline::Architecture::X86_64).unwrap();
    println!(
        "package: {:.2} MB zipped, {:.2} MB unzipped",
        zip.len() as f64 / 1e6,
        program.len() as f64 / 1e6
    );
    assert!(zip.len() <= 5_000_000);
    assert!(program.len() <= 12_000_000);
}

#[test]
fn a_bundle_for_another_partition_names_integrations_as_it_does() {
    for folder in [pipeline(), Folder::copy_of("specs/rsql-merge")] {
        let package = small().to_str().unwrap();
        let built = folder.sfc(&[
            "build",
            ".",
            "--out",
            "bundle",
            "--lambda-package",
            package,
            "--partition",
            "aws-cn",
        ]);
        assert_eq!(built.code, Some(0), "{built:?}");
        let mut integrations = 0;
        for file in fs::read_dir(folder.path().join("bundle/definitions")).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            assert!(!text.contains("arn:aws:states:::"), "{text}");
            integrations += text.matches("arn:aws-cn:states:::").count();
        }
        assert!(integrations > 10);
        let template = folder.read("bundle/template.json");
        assert!(!template.contains("arn:aws:states:::"), "{template}");
    }
}
