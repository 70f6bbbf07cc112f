//! Deploys, updates, differences and the end of a stack, on good days.

use std::fs;

use crate::peer::{ACCOUNT, Peer, REGION};
use crate::pipeline::{Ended, ended, folder, package_of, spec};

const BUCKET: &str = "sfc-artifacts-111122223333-eu-central-1";

fn run(peer: &Peer, folder: &tempfile::TempDir, arguments: &[&str]) -> Ended {
    ended(peer.sfc(folder.path(), arguments))
}

#[test]
fn a_first_deploy_makes_everything_and_the_second_nothing() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    let first = run(&peer, &folder, &["deploy", "--yes"]);
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(first.stdout.contains("! + add"), "{}", first.stdout);
    assert!(
        first.stdout.contains("change permissions"),
        "{}",
        first.stdout
    );
    assert!(first.stderr.contains("CREATE_COMPLETE"), "{}", first.stderr);
    let run_machine = format!(
        "RunStateMachineArn           arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:demo-retry"
    );
    assert!(first.stdout.contains(&run_machine), "{}", first.stdout);
    {
        let world = peer.world();
        assert_eq!(world.stacks["demo"].status, "CREATE_COMPLETE");
        assert_eq!(world.stacks["demo"].tags["sfc:pipeline"], "demo");
        assert_eq!(world.stacks["demo"].tags["team"], "data");
        let bucket = &world.buckets[BUCKET];
        let settings: Vec<&String> = bucket.settings.keys().collect();
        assert_eq!(
            settings,
            ["encryption", "policy", "publicAccessBlock", "versioning"]
        );
        assert!(bucket.settings["policy"].contains("aws:SecureTransport"));
        for (key, bytes) in &bucket.objects {
            let hash = runtime_lambda::keys::sha256(bytes);
            assert!(
                key.contains(&hash),
                "{key} does not name its content {hash}"
            );
        }
        for folder in ["plans/", "scripts/", "templates/", "lambda/"] {
            assert!(
                bucket.objects.keys().any(|key| key.starts_with(folder)),
                "{folder}"
            );
        }
        assert_eq!(world.count("ValidateStateMachineDefinition"), 6);
        let validated = world
            .calls
            .iter()
            .rposition(|call| call == "ValidateStateMachineDefinition");
        let changed = world
            .calls
            .iter()
            .position(|call| call == "CreateChangeSet");
        assert!(validated < changed);
    }
    peer.world().calls.clear();
    let second = run(&peer, &folder, &["deploy", "--yes"]);
    assert_eq!(second.code, Some(0), "{second:?}");
    assert!(
        second.stderr.contains("nothing to change"),
        "{}",
        second.stderr
    );
    assert!(second.stdout.contains(&run_machine), "{}", second.stdout);
    let world = peer.world();
    assert_eq!(world.count("PutObject"), 0);
    assert_eq!(world.count("ExecuteChangeSet"), 0);
    assert_eq!(
        world.count("UpdateStateMachine") + world.count("UpdateFunctionCode"),
        0
    );
    assert!(world.change_sets.is_empty());
}

#[test]
fn the_database_user_is_named_once_it_is_new_and_takes_the_grants() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    let before = run(&peer, &folder, &["grants"]);
    assert_eq!(before.code, Some(0), "{before:?}");
    assert!(
        before.stdout.contains("IAMR:NAME_OF_THE_ROLE"),
        "{before:?}"
    );
    assert!(before.stderr.contains("is not deployed"), "{before:?}");

    let first = run(&peer, &folder, &["deploy", "--yes"]);
    assert_eq!(first.code, Some(0), "{first:?}");
    let user = "IAMR:demo-FunctionRole";
    let output = format!("DatabaseUser                 {user}");
    assert!(first.stdout.contains(&output), "{}", first.stdout);
    let note = format!("run as the database user `{user}`, which needs these GRANTs");
    assert!(first.stderr.contains(&note), "{}", first.stderr);
    let create = format!("create user \"{user}\"");
    assert!(first.stderr.contains(&create), "{}", first.stderr);

    let granted = run(&peer, &folder, &["grants"]);
    assert_eq!(granted.code, Some(0), "{granted:?}");
    assert!(
        granted.stdout.contains(&format!("create user \"{user}\"")),
        "{granted:?}"
    );
    assert!(!granted.stdout.contains("NAME_OF_THE_ROLE"), "{granted:?}");
    assert_eq!(granted.stderr, "");
    let other = run(&peer, &folder, &["grants", "--user", "etl"]);
    assert!(other.stdout.contains("create user etl"), "{other:?}");

    let earlier = ("DatabaseUser".to_owned(), "IAMR:earlier".to_owned());
    let mut world = peer.world();
    world
        .stacks
        .get_mut("demo")
        .unwrap()
        .outputs
        .extend([earlier]);
    drop(world);
    let changed = spec("description: changed\n");
    fs::write(folder.path().join("pipeline.yaml"), changed).unwrap();
    let again = run(&peer, &folder, &["deploy", "--yes"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(
        again.stderr.contains("no longer as `IAMR:earlier`"),
        "{again:?}"
    );
}

#[test]
fn only_what_has_changed_is_uploaded_and_updated() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    assert_eq!(run(&peer, &folder, &["deploy", "--yes"]).code, Some(0));
    peer.world().calls.clear();
    fs::write(folder.path().join("one.sql"), "select 11 as one").unwrap();
    let diff = run(&peer, &folder, &["diff"]);
    assert_eq!(diff.code, Some(4), "{diff:?}");
    assert!(
        diff.stdout.contains("~ change       RetryStateMachine"),
        "{}",
        diff.stdout
    );
    assert!(peer.world().change_sets.is_empty());
    assert_eq!(peer.world().count("ExecuteChangeSet"), 0);
    let hash = diff
        .stdout
        .lines()
        .last()
        .unwrap()
        .strip_prefix("deployment ")
        .unwrap();

    let other = run(
        &peer,
        &folder,
        &["deploy", "--yes", "--expect", "0123456789abcdef"],
    );
    assert_eq!(other.code, Some(2), "{other:?}");
    assert!(other.stderr.contains("error[SFC0915]"), "{}", other.stderr);
    peer.world().calls.clear();
    let update = run(&peer, &folder, &["deploy", "--yes", "--expect", hash]);
    assert_eq!(update.code, Some(0), "{update:?}");
    assert!(update.stderr.contains("uploaded 2 of"), "{}", update.stderr);
    assert_eq!(peer.world().count("PutObject"), 2);
    assert_eq!(peer.world().stacks["demo"].status, "UPDATE_COMPLETE");
    assert_eq!(run(&peer, &folder, &["diff"]).code, Some(0));
}

#[test]
fn what_was_reviewed_before_another_deploy_takes_nothing_back() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    let write = |sql: &str| fs::write(folder.path().join("one.sql"), sql).unwrap();
    assert_eq!(run(&peer, &folder, &["deploy", "--yes"]).code, Some(0));
    write("select 2 as one");
    let reviewed = run(&peer, &folder, &["diff"]);
    let hash = reviewed.stdout.lines().last().unwrap();
    let hash = hash.strip_prefix("deployment ").unwrap();
    write("select 3 as one");
    assert_eq!(run(&peer, &folder, &["deploy", "--yes"]).code, Some(0));
    write("select 2 as one");
    let late = run(&peer, &folder, &["deploy", "--yes", "--expect", hash]);
    assert_eq!(late.code, Some(2), "{late:?}");
    assert!(late.stderr.contains("error[SFC0915]"), "{}", late.stderr);
    assert_eq!(peer.world().count("ExecuteChangeSet"), 2);
}

#[test]
fn a_diff_of_what_is_not_deployed_leaves_nothing() {
    let peer = Peer::start();
    peer.world().broken.looks = 1;
    let folder = folder(&spec(""));
    let diff = run(&peer, &folder, &["diff"]);
    assert_eq!(diff.code, Some(4), "{diff:?}");
    let world = peer.world();
    assert!(world.change_sets.is_empty());
    assert!(world.buckets.is_empty());
    assert!(
        world.stacks["demo"].status.starts_with("DELETE"),
        "{}",
        world.stacks["demo"].status
    );
}

#[test]
fn without_a_terminal_and_without_yes_nothing_changes() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    let asked = run(&peer, &folder, &["deploy"]);
    assert_eq!(asked.code, Some(2), "{asked:?}");
    assert!(asked.stderr.contains("error[SFC0914]"), "{}", asked.stderr);
    assert!(asked.stdout.contains("to add"), "{}", asked.stdout);
    let world = peer.world();
    assert_eq!(world.count("ExecuteChangeSet"), 0);
    assert!(world.change_sets.is_empty());
}

#[test]
fn what_was_changed_hot_is_healed_by_the_next_deploy() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    let early = run(&peer, &folder, &["deploy", "--hot"]);
    assert_eq!(early.code, Some(2), "{early:?}");
    assert!(early.stderr.contains("error[SFC0916]"), "{}", early.stderr);
    assert_eq!(run(&peer, &folder, &["deploy", "--yes"]).code, Some(0));
    let (definitions, code) = {
        let world = peer.world();
        (world.definitions.clone(), world.code.clone())
    };

    fs::write(folder.path().join("one.sql"), "select 11 as one").unwrap();
    let package = package_of("hot", 1);
    let hot = [
        "deploy",
        "--hot",
        "--lambda-package",
        package.to_str().unwrap(),
    ];
    let changed = run(&peer, &folder, &hot);
    assert_eq!(changed.code, Some(0), "{changed:?}");
    assert!(changed.stderr.contains("has drifted"), "{}", changed.stderr);
    assert!(
        changed
            .stdout
            .contains("changed the code of `demo-actions`"),
        "{}",
        changed.stdout
    );
    assert!(
        changed
            .stdout
            .contains("changed the definition of `demo-retry`"),
        "{}",
        changed.stdout
    );
    assert_ne!(peer.world().definitions, definitions);
    assert_ne!(peer.world().code, code);
    let again = run(&peer, &folder, &hot);
    assert!(
        again.stderr.contains("nothing to change"),
        "{}",
        again.stderr
    );

    // Back to what is deployed: for CloudFormation there is nothing to change.
    fs::write(folder.path().join("one.sql"), "select 1 as one").unwrap();
    let healed = run(&peer, &folder, &["deploy", "--yes"]);
    assert_eq!(healed.code, Some(0), "{healed:?}");
    assert!(
        healed.stderr.contains("is as the pipeline says again"),
        "{}",
        healed.stderr
    );
    assert_eq!(peer.world().code, code);
    for (arn, definition) in &definitions {
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(
            value(&peer.world().definitions[arn]),
            value(definition),
            "{arn}"
        );
    }
}

#[test]
fn a_stack_is_deleted_and_its_data_stays() {
    let peer = Peer::start();
    peer.world().broken.looks = 2;
    let folder = folder(&spec(""));
    let nothing = run(&peer, &folder, &["destroy", "--yes"]);
    assert_eq!(nothing.code, Some(0), "{nothing:?}");
    assert!(
        nothing.stderr.contains("nothing to do"),
        "{}",
        nothing.stderr
    );
    assert_eq!(run(&peer, &folder, &["deploy", "--yes"]).code, Some(0));
    let asked = run(&peer, &folder, &["destroy"]);
    assert_eq!(asked.code, Some(2), "{asked:?}");
    assert_eq!(peer.world().count("DeleteStack"), 0);
    let gone = run(&peer, &folder, &["destroy", "--yes"]);
    assert_eq!(gone.code, Some(0), "{gone:?}");
    assert!(
        gone.stdout
            .contains("stays: DataBucket physical-DataBucket"),
        "{}",
        gone.stdout
    );
    assert!(
        gone.stderr.contains("the stack `demo` is deleted"),
        "{}",
        gone.stderr
    );
    assert_eq!(peer.world().stacks["demo"].status, "DELETE_COMPLETE");
    let status = run(&peer, &folder, &["status"]);
    assert_eq!(status.code, Some(2), "{status:?}");
    assert!(
        status.stderr.contains("error[SFC0916]"),
        "{}",
        status.stderr
    );
}

#[test]
fn a_long_template_goes_by_the_bucket() {
    let peer = Peer::start();
    let schedules: String = (0..400)
        .map(|index| format!("  - {{ schedule: \"cron({} 5 * * ? *)\" }}\n", index % 60))
        .collect();
    let folder = folder(&spec(&format!("triggers:\n{schedules}")));
    let deployed = run(&peer, &folder, &["deploy", "--yes"]);
    assert_eq!(deployed.code, Some(0), "{deployed:?}");
    let world = peer.world();
    assert!(world.stacks["demo"].template.len() > 51_200);
    assert!(
        world.buckets[BUCKET]
            .objects
            .keys()
            .any(|key| key.starts_with("stacks/"))
    );
    drop(world);
    // Who only looks writes nothing that a deploy reads.
    fs::write(folder.path().join("one.sql"), "select 2 as one").unwrap();
    assert_eq!(run(&peer, &folder, &["diff"]).code, Some(4));
    let world = peer.world();
    let below = |prefix: &str| {
        let keys = world.buckets[BUCKET].objects.keys();
        keys.filter(|key| key.starts_with(prefix)).count()
    };
    assert_eq!((below("stacks/"), below("reviews/")), (1, 1));
}

#[test]
fn the_artifacts_bucket_gets_back_what_was_taken_away() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    run(&peer, &folder, &["deploy", "--yes"]);
    let whole = peer.world().buckets[BUCKET].settings.clone();
    for (setting, left, words) in [
        (
            "publicAccessBlock",
            None,
            "the public access block of the bucket",
        ),
        (
            "publicAccessBlock",
            Some(
                "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>",
            ),
            "the public access block of the bucket",
        ),
        ("policy", None, "the policy of the bucket"),
    ] {
        {
            let mut world = peer.world();
            let settings = &mut world.buckets.get_mut(BUCKET).unwrap().settings;
            settings.remove(setting);
            settings.extend(left.map(|left| (setting.to_owned(), left.to_owned())));
        }
        let again = run(&peer, &folder, &["deploy", "--yes"]);
        assert_eq!(again.code, Some(0), "{again:?}");
        assert!(again.stderr.contains(words), "{}", again.stderr);
        assert_eq!(peer.world().buckets[BUCKET].settings, whole);
        let third = run(&peer, &folder, &["deploy", "--yes"]);
        assert!(!third.stderr.contains("away"), "{}", third.stderr);
    }
}

#[test]
fn only_unnamed_roles_are_acknowledged() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    run(&peer, &folder, &["deploy", "--yes"]);
    assert_eq!(peer.world().capabilities, ["CAPABILITY_IAM"]);
}
