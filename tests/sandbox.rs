//! A pipeline stays in its folder: SQL, links and permissions, by the program itself.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use crate::program::{Ended, Folder, sfc};

const WAREHOUSE: &str = "warehouse: { workgroup: analytics, database: dev }\n";

fn run(folder: &Folder, arguments: &[&str]) -> Ended {
    sfc(folder.path(), arguments).output().unwrap().into()
}

/// A folder with one file that nobody may touch.
fn victim() -> tempfile::TempDir {
    let victim = tempfile::tempdir().unwrap();
    fs::write(victim.path().join("precious.csv"), "precious\n").unwrap();
    victim
}

fn assert_untouched(victim: &Path) {
    let text = fs::read_to_string(victim.join("precious.csv")).unwrap();
    assert_eq!(text, "precious\n");
    assert_eq!(fs::read_dir(victim).unwrap().count(), 1);
}

#[test]
fn sql_that_reaches_outside_fails_its_step_and_touches_nothing() {
    let victim = victim();
    let out = victim.path().display();
    let steps = [
        (
            "read",
            format!("select content from read_text('{out}/precious.csv')"),
        ),
        ("name", format!("select * from \"{out}/precious.csv\"")),
        (
            "write",
            format!("explain analyze copy (select 1) to '{out}/pwned' (format csv)"),
        ),
        (
            "procedure",
            format!(
                "create procedure p() as $$ begin create table loot as select * from '{out}/precious.csv'; end $$ language plpgsql;\ncall p()"
            ),
        ),
        ("attach", format!("attach '{out}/new.duckdb' as n")),
    ];
    let mut results = String::new();
    for (name, sql) in &steps {
        let spec = format!("name: hostile\n{WAREHOUSE}steps:\n  {name}: {{ sql: {name}.sql }}\n");
        let file = format!("{name}.sql");
        let text = format!("{sql};\n");
        let folder = Folder::new(&spec, &[(file.as_str(), text.as_str())]);
        let ended = run(&folder, &["run"]);
        // Refused before anything runs where the front end knows it, else by the warehouse.
        assert!(matches!(ended.code, Some(1 | 2)), "{name}: {ended:?}");
        let told = match ended.code {
            Some(2) => ended.stderr.contains(&file),
            _ => ended.stdout.contains("FAILED"),
        };
        assert!(told, "{name}: {ended:?}");
        if ended.code == Some(1) {
            let kept = Command::new("grep")
                .args(["-r", "precious\\b", ".sfc/bucket", "--include=*.json"])
                .arg("-l")
                .current_dir(folder.path())
                .output()
                .unwrap();
            results.push_str(&String::from_utf8(kept.stdout).unwrap());
        }
    }
    assert_untouched(victim.path());
    assert!(!results.contains("results/"), "{results}");
}

const CLEAN: &str = "unload ('select 1 as a') to 's3://b/' iam_role default csv cleanpath;\n";

#[test]
fn a_bucket_that_is_a_link_out_needs_the_word_of_whoever_runs() {
    let victim = victim();
    let spec = format!(
        "name: linked\n{WAREHOUSE}local: {{ buckets: {{ b: linked }} }}\nsteps:\n  clean: {{ sql: clean.sql }}\n"
    );
    let folder = Folder::new(&spec, &[("clean.sql", CLEAN)]);
    symlink(victim.path(), folder.path().join("linked")).unwrap();
    let ended = run(&folder, &["run"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("SFC0803"), "{ended:?}");
    assert!(ended.stderr.contains("pipeline.yaml:3:"), "{ended:?}");
    assert_untouched(victim.path());

    // Another folder than the link's is no leave for it.
    let other = tempfile::tempdir().unwrap();
    let allow = |path: &Path| format!("--allow-outside={}", path.display());
    let ended = run(&folder, &["run", &allow(other.path())]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert_untouched(victim.path());
    let ended = run(&folder, &["run", "--allow-outside", "missing"]);
    assert!(ended.stderr.contains("SFC0806"), "{ended:?}");

    let ended = run(&folder, &["run", &allow(victim.path())]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(!victim.path().join("precious.csv").exists());
    assert_eq!(
        fs::read_to_string(victim.path().join("0000_part_00")).unwrap(),
        "1\n"
    );
}

#[test]
fn a_link_below_a_bucket_fails_its_step_and_one_that_stays_inside_works() {
    let victim = victim();
    let spec = format!(
        "name: linked\n{WAREHOUSE}local: {{ buckets: {{ b: data }} }}\nsteps:\n  clean: {{ sql: clean.sql }}\n"
    );
    let folder = Folder::new(&spec, &[("clean.sql", CLEAN), ("data/mine.csv", "1\n")]);
    symlink(victim.path(), folder.path().join("data/linked")).unwrap();
    let ended = run(&folder, &["run"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        format!("{ended:?}").contains("a link leads out of the folder"),
        "{ended:?}"
    );
    assert_untouched(victim.path());
    assert!(folder.path().join("data/mine.csv").exists());

    fs::remove_file(folder.path().join("data/linked")).unwrap();
    fs::rename(folder.path().join("data"), folder.path().join("real")).unwrap();
    symlink("real", folder.path().join("data")).unwrap();
    let ended = run(&folder, &["run"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(!folder.path().join("real/mine.csv").exists());
}

#[test]
fn links_of_sfc_that_lead_out_are_refused_by_every_verb_that_goes_there() {
    let victim = victim();
    let spec = format!("name: linked\n{WAREHOUSE}steps:\n  one: {{ sql: one.sql }}\n");
    for link in [
        ".sfc",
        ".sfc/bucket",
        ".sfc/warehouse.duckdb",
        ".sfc/bundle",
        ".sfc/bucket/linked",
    ] {
        let folder = Folder::new(&spec, &[("one.sql", "select 1;\n")]);
        let path = folder.path().join(link);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(victim.path(), &path).unwrap();
        for verb in [
            &["run"][..],
            &["build"],
            &["status", "--local"],
            &["serve", ".", "--port", "0"],
        ] {
            let ended = run(&folder, verb);
            assert_eq!(ended.code, Some(2), "{link} {verb:?}: {ended:?}");
            assert!(
                ended.stderr.contains("SFC0804"),
                "{link} {verb:?}: {ended:?}"
            );
        }
        assert_untouched(victim.path());
    }
}

#[test]
fn the_warehouse_is_for_its_owner_and_git_is_warned_of() {
    let spec = format!("name: kept\n{WAREHOUSE}steps:\n  one: {{ sql: one.sql }}\n");
    let folder = Folder::new(
        &spec,
        &[("one.sql", "create table if not exists t (a int);\n")],
    );
    let first = run(&folder, &["run"]);
    assert_eq!(first.code, Some(0), "{first:?}");
    let warehouse = folder.path().join(".sfc/warehouse.duckdb");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&warehouse), 0o600);
    fs::set_permissions(&warehouse, fs::Permissions::from_mode(0o644)).unwrap();
    let git = |arguments: &[&str]| {
        let git = Command::new("git")
            .args(arguments)
            .current_dir(folder.path())
            .output();
        git.is_ok_and(|git| git.status.success())
    };
    let tracked = git(&["init", "-q"]) && git(&["add", "--force", ".sfc"]);
    let again = run(&folder, &["run"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert_eq!(mode(&warehouse), 0o600);
    assert!(!first.stderr.contains("SFC0805"), "{first:?}");
    if tracked {
        assert!(again.stderr.contains("warning[SFC0805]"), "{again:?}");
    } else {
        println!("skipped: there is no git on this machine");
    }
}
