//! `sfc verify` against a peer: one that answers as the interpreter does, one that does not, and AWS's own
//! recorded answers.

use std::path::Path;

use serde_json::{Value, json};

use crate::peer::Peer;
use crate::pipeline::{Ended, ended, folder, spec};

fn verify(peer: &Peer, folder: &Path, arguments: &[&str]) -> Ended {
    let mut all = vec!["verify"];
    all.extend(arguments);
    ended(peer.sfc(folder, &all))
}

fn specs() -> Vec<std::path::PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let mut specs: Vec<_> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    specs.sort();
    specs
}

#[test]
fn every_state_of_every_example_is_the_same_where_the_peer_is_our_interpreter() {
    let peer = Peer::start();
    for spec in specs() {
        let ended = verify(&peer, &spec, &["--json", "--runs", "60"]);
        assert_eq!(ended.code, Some(0), "{}: {ended:?}", spec.display());
        let result: Value = serde_json::from_str(&ended.stdout).unwrap();
        println!("{}: {}", spec.display(), ended.stderr);
        for state in result["states"].as_array().unwrap() {
            println!(
                "{} {} {} {}",
                state["machine"], state["state"], state["verdict"], state["reason"]
            );
        }
    }
}

#[test]
fn a_small_pipeline() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    let ended = verify(&peer, folder.path(), &["--runs", "20"]);
    println!("{}\n{}", ended.stdout, ended.stderr);
    assert_eq!(ended.code, Some(0), "{ended:?}");
}
