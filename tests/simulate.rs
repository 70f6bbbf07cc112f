//! `sfc simulate` as a process: a campaign, the story of a seed, and what it says of words that it does not know.

use crate::program::Folder;

#[test]
fn a_small_campaign_says_how_runs_ended_and_that_no_promise_is_broken() {
    let folder = Folder::copy_of("specs/flights");
    let ended = folder.sfc(&["simulate", "--runs", "30", "--seed", "7"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    for words in [
        "30 runs with the seeds from 7, in ",
        "ends      ",
        "FINISHED ",
        "faults    ",
        "promises  0 of 30 runs break one",
    ] {
        assert!(ended.stdout.contains(words), "{words}: {}", ended.stdout);
    }
}

#[test]
fn without_faults_every_run_is_finished() {
    let folder = Folder::copy_of("specs/flights");
    let ended = folder.sfc(&["simulate", "--runs", "5", "--faults", "none"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended.stdout.contains("ends      FINISHED 5\n"),
        "{}",
        ended.stdout
    );
    assert!(
        ended.stdout.contains("faults    0 of 0 kinds\n"),
        "{}",
        ended.stdout
    );
}

#[test]
fn the_story_of_a_seed_is_the_same_each_time() {
    let folder = Folder::copy_of("specs/flights");
    let tell = || folder.sfc(&["simulate", "--story", "3", "--faults", "lambda"]);
    let first = tell();
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    assert!(
        first.stdout.contains("creates the state of"),
        "{}",
        first.stdout
    );
    assert!(first.stdout.contains("```mermaid\nsequenceDiagram\n"));
    assert_eq!(first.stdout, tell().stdout);
}

#[test]
fn a_step_that_is_to_fail_shows_what_the_pipeline_does_then() {
    let folder = Folder::copy_of("specs/flights");
    let tell = |fail: &str| folder.sfc(&["simulate", "--fail", fail]);
    let healed = tell("create_stage=2");
    assert_eq!(healed.code, Some(0), "{}", healed.stderr);
    for words in [
        "create_stage Failed in round 1",
        "create_stage Failed in round 2",
        "create_stage Finished in round 3",
        "the run ends Finished",
    ] {
        assert!(healed.stdout.contains(words), "{words}: {}", healed.stdout);
    }
    // The third round is the last one.
    let failed = tell("create_stage=3");
    assert_eq!(failed.code, Some(1), "{}", failed.stderr);
    let words = "the run ends Failed";
    assert!(failed.stdout.contains(words), "{}", failed.stdout);
    assert_eq!(tell("nothing=1").code, Some(2));
    assert_eq!(tell("create_stage").code, Some(2));
}

#[test]
fn a_fault_that_does_not_exist_is_a_mistake() {
    let folder = Folder::copy_of("specs/flights");
    let ended = folder.sfc(&["simulate", "--faults", "lamda"]);
    assert_eq!(ended.code, Some(2), "{}", ended.stdout);
    assert!(ended.stderr.contains("`lamda`"), "{}", ended.stderr);
    // What may be written instead is all that the help offers.
    for words in [
        "`all`, `none`, ports (",
        "lambda, ",
        "store.put, ",
        "lambda.twice, ",
    ] {
        assert!(ended.stderr.contains(words), "{words}: {}", ended.stderr);
    }
}

#[test]
fn the_help_names_every_fault() {
    let folder = Folder::copy_of("specs/flights");
    let help = folder.sfc(&["simulate", "--help"]).stdout;
    let help: Vec<&str> = help.split_whitespace().collect();
    let help = help.join(" ");
    for words in [
        "`all`, `none`, ports (bus, ",
        "lambda.twice, ",
        "job.stop.slow, secrets.unavailable)",
    ] {
        assert!(help.contains(words), "{words}: {help}");
    }
}

#[test]
fn all_and_none_stand_beside_no_other_fault() {
    let folder = Folder::copy_of("specs/flights");
    for (faults, name) in [("all,lambda", "all"), ("store.put,none", "none")] {
        let ended = folder.sfc(&["simulate", "--faults", faults]);
        assert_eq!(ended.code, Some(2), "{}", ended.stdout);
        let sentence = format!("`{name}` cannot stand beside other names of faults");
        assert!(ended.stderr.contains(&sentence), "{}", ended.stderr);
        assert!(
            !ended.stderr.contains("there is no fault"),
            "{}",
            ended.stderr
        );
    }
}

#[test]
fn no_run_at_all_shows_nothing_and_is_refused() {
    let folder = Folder::copy_of("specs/flights");
    let ended = folder.sfc(&["simulate", "--runs", "0"]);
    assert_eq!(ended.code, Some(2), "{}", ended.stdout);
    assert!(ended.stderr.contains("--runs"), "{}", ended.stderr);
    assert_eq!(ended.stdout, "");
}
