//! `sfc diff --markdown`: the comment of a pull request.

use std::fs;

use crate::peer::Peer;
use crate::pipeline::{Ended, ended, folder, spec};

fn run(peer: &Peer, folder: &tempfile::TempDir, arguments: &[&str]) -> Ended {
    ended(peer.sfc(folder.path(), arguments))
}

/// A comment without the digits that change with every release.
fn comment(peer: &Peer, folder: &tempfile::TempDir) -> String {
    let diff = run(peer, folder, &["diff", "--markdown"]);
    assert_eq!(diff.code, Some(4), "{diff:?}");
    let told = diff.stdout.trim_end().lines().last().unwrap().to_owned();
    let hash = told
        .strip_prefix("`sfc deploy --yes --expect ")
        .and_then(|rest| rest.split('`').next())
        .unwrap();
    assert_eq!(hash.len(), 16, "{told}");
    diff.stdout.replace(hash, "HASH")
}

#[test]
fn a_change_is_told_as_the_people_who_review_it_want_to_know_it() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    let new = comment(&peer, &folder);
    assert!(new.contains("The stack is new."), "{new}");
    assert!(new.contains("| added | `one` |"), "{new}");
    assert!(new.contains("- `FunctionRole` gains "), "{new}");

    assert_eq!(run(&peer, &folder, &["deploy", "--yes"]).code, Some(0));
    let same = run(&peer, &folder, &["diff", "--markdown"]);
    assert_eq!(same.code, Some(0), "{same:?}");
    assert!(same.stdout.contains("Nothing changes"), "{}", same.stdout);

    // A stack of an earlier release does not say its plan; its permissions are known all the same.
    let outputs = peer.world().stacks["demo"].outputs.clone();
    peer.world()
        .stacks
        .get_mut("demo")
        .unwrap()
        .outputs
        .remove("Plan");
    fs::write(folder.path().join("one.sql"), "select 11 as one").unwrap();
    let older = comment(&peer, &folder);
    assert!(
        older.contains("The deployed plan cannot be read"),
        "{older}"
    );
    assert!(!older.contains("**Permissions**"), "{older}");
    peer.world().stacks.get_mut("demo").unwrap().outputs = outputs;

    let script =
        "truncate stage.orders;\ndelete from orders where day = '2026-01-01';\nselect 11 as one";
    fs::write(folder.path().join("one.sql"), script).unwrap();
    let yaml = fs::read_to_string(folder.path().join("pipeline.yaml")).unwrap();
    let yaml = format!("{yaml}  last: {{ sql: one.sql, after: one }}\n");
    fs::write(folder.path().join("pipeline.yaml"), yaml).unwrap();
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("comment", comment(&peer, &folder));
    });
    assert!(peer.world().change_sets.is_empty());
}
