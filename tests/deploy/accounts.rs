//! In which account a verb acts: an explicit profile is that profile, and the spec's account is the only one.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use crate::peer::{ACCOUNT, Peer, REGION};
use crate::pipeline::{Ended, ended, folder, spec};

/// Every verb that talks to AWS, and whether it changes something there.
const VERBS: [(&[&str], bool); 12] = [
    (&["start"], true),
    (&["status"], false),
    (&["watch", "last"], false),
    (&["logs"], false),
    (&["results", "last"], false),
    (&["stop", "last"], true),
    (&["resume", "last"], true),
    (&["destroy", "--yes"], true),
    (&["deploy", "--yes"], true),
    (&["deploy", "--yes", "--hot"], true),
    (&["diff"], false),
    (&["verify", "--runs", "1"], false),
];

fn with_profiles(mut command: Command, folder: &TempDir) -> Command {
    let config = folder.path().join("config");
    let credentials = folder.path().join("credentials");
    fs::write(
        &config,
        "[profile production]\nregion = us-west-2\n\
         [profile staging]\naws_access_key_id = AKIDSTAGING\naws_secret_access_key = secret\n\
         [profile empty]\nregion = us-west-2\n\
         [profile through]\nsource_profile = production\nrole_arn = arn:aws:iam::1:role/r\n",
    )
    .unwrap();
    fs::write(
        &credentials,
        "[production]\naws_access_key_id = AKIDPRODUCTION\naws_secret_access_key = secret\n",
    )
    .unwrap();
    command
        .env("AWS_CONFIG_FILE", config)
        .env("AWS_SHARED_CREDENTIALS_FILE", credentials);
    command
}

fn run(peer: &Peer, folder: &TempDir, arguments: &[&str]) -> Ended {
    ended(with_profiles(peer.sfc(folder.path(), arguments), folder))
}

fn refused(ended: &Ended, exit: i32, words: &[&str]) {
    assert_eq!(ended.code, Some(exit), "{ended:?}");
    for word in words {
        assert!(ended.stderr.contains(word), "{word}: {}", ended.stderr);
    }
}

#[test]
fn an_explicit_profile_is_that_profile_whatever_the_environment_says() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    // The environment has other keys and another Region.
    let deployed = run(
        &peer,
        &folder,
        &["deploy", "--yes", "--profile", "production"],
    );
    assert_eq!(deployed.code, Some(0), "{deployed:?}");
    let signed = peer.world().signed.clone();
    assert!(signed.len() > 10, "{signed:?}");
    for by in signed {
        assert_eq!(by, ("AKIDPRODUCTION".to_owned(), "us-west-2".to_owned()));
    }
    peer.world().signed.clear();
    let arguments = ["status", "--profile", "staging", "--region", REGION];
    let looked = run(&peer, &folder, &arguments);
    assert_eq!(looked.code, Some(0), "{looked:?}");
    for by in &peer.world().signed {
        assert_eq!(by, &("AKIDSTAGING".to_owned(), REGION.to_owned()));
    }
}

#[test]
fn what_a_profile_lacks_comes_from_nowhere_else() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    let no_region = run(&peer, &folder, &["diff", "--profile", "staging"]);
    refused(
        &no_region,
        3,
        &["error[SFC0904]", "`staging` names no Region", "--region"],
    );
    let mut command = with_profiles(
        peer.sfc(folder.path(), &["diff", "--profile", "empty"]),
        &folder,
    );
    // An instance's role would be asked here.
    command
        .env_remove("AWS_EC2_METADATA_DISABLED")
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:9");
    let no_keys = ended(command);
    refused(&no_keys, 3, &["error[SFC0901]", "the profile `empty`"]);
    assert_eq!(peer.world().calls, Vec::<String>::new());
}

#[test]
fn a_profile_that_does_not_exist_is_an_error_with_the_nearest_names() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    let near = run(
        &peer,
        &folder,
        &["deploy", "--yes", "--profile", "prodution"],
    );
    refused(
        &near,
        3,
        &[
            "error[SFC0926]",
            "`prodution`",
            "did you mean `production`?",
            "`staging`",
        ],
    );
    let mut command = with_profiles(peer.sfc(folder.path(), &["status"]), &folder);
    command.env("AWS_PROFILE", "stagin");
    refused(
        &ended(command),
        3,
        &["error[SFC0926]", "`AWS_PROFILE`", "did you mean `staging`?"],
    );
    // Without any configuration file.
    let none = ended(peer.sfc(folder.path(), &["status", "--profile", "default"]));
    refused(&none, 3, &["error[SFC0926]", "have no profile"]);
    let command = peer.sfc(folder.path(), &["status", "--profile", "default"]);
    let mut command = with_profiles(command, &folder);
    fs::write(folder.path().join("config"), "[profile production\nregion").unwrap();
    command.env("NO_COLOR", "1");
    refused(&ended(command), 3, &["error[SFC0926]", "cannot be read"]);
    assert_eq!(peer.world().calls, Vec::<String>::new());
}

#[test]
fn every_verb_refuses_an_account_that_is_not_the_specs() {
    let peer = Peer::start();
    let ours = folder(&spec(""));
    let deployed = run(&peer, &ours, &["deploy", "--yes"]);
    assert_eq!(deployed.code, Some(0), "{deployed:?}");
    let folder = folder(&spec("").replace("stack: {", "stack: { account: \"999999999999\","));
    for (verb, _) in VERBS {
        peer.world().calls.clear();
        let other = run(&peer, &folder, verb);
        refused(
            &other,
            2,
            &[
                "error[SFC0927]",
                "account `999999999999`",
                ACCOUNT,
                "pipeline.yaml:",
                "--profile",
            ],
        );
        assert_eq!(peer.world().calls, ["GetCallerIdentity"], "{verb:?}");
    }
    assert!(peer.world().stacks.contains_key("demo"));

    // An environment may name another account than the spec.
    let overlay = format!("stack: {{ account: \"{ACCOUNT}\" }}\n");
    fs::write(folder.path().join("pipeline.test.yaml"), overlay).unwrap();
    let looked = run(&peer, &folder, &["status", "--env", "test"]);
    assert_eq!(looked.code, Some(0), "{looked:?}");
}

#[test]
fn an_account_that_cannot_be_read_is_no_leave_to_act_in_any() {
    let peer = Peer::start();
    for (account, code) in [
        ("account: 111122223333", "SFC0203"),
        ("account: \"1111-2222-3333\"", "SFC0927"),
        ("acount: \"999999999999\"", "SFC0201"),
    ] {
        let folder = folder(&spec("").replace("stack: {", &format!("stack: {{ {account},")));
        let stopped = run(&peer, &folder, &["stop", "last"]);
        refused(&stopped, 2, &[&format!("error[{code}]")]);
        let checked = run(&peer, &folder, &["validate"]);
        assert_eq!(checked.code, Some(2), "{checked:?}");
    }
}

#[test]
fn verbs_that_change_something_say_first_where_and_as_whom() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    let said = format!("account {ACCOUNT} in {REGION}, as arn:aws:iam::{ACCOUNT}:user/tester");
    for (verb, changes) in VERBS {
        let ended = run(&peer, &folder, verb);
        let first = ended.stderr.lines().next().unwrap_or_default();
        assert_eq!(first == said, changes, "{verb:?}: {ended:?}");
    }
}
