//! One fault at a time, at every call at which it can happen. People hear of a run's end once, and both ways of
//! calling the Lambda lead to the same end of each step.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use runtime_lambda::plan::Completion;
use runtime_lambda::protocol::errors;
use runtime_lambda::state::{RunStatus, StepStatus};
use simulate::{
    Calling, Conditions, FaultKind, Fired, SeedOutcome, StepEnd, Subject, compare, simulate,
};

use crate::pipelines;

/// Who hears of the end of runs, in the ways that a pipeline can say it.
const NOTIFY: [&str; 5] = [
    "",
    "notify: [{ email: a@example.com }]\n",
    "notify: [{ email: a@example.com, on: failure }, { topic: \"arn:aws:sns:us-east-1:111122223333:all\" }]\n",
    "notify:\n  - { email: a@example.com, from: sfc@example.com }\n  - { email: b@example.com, from: sfc@example.com, on: failure }\n",
    "notify:\n  - { topic: \"arn:aws:sns:us-east-1:111122223333:one\" }\n  - { topic: \"arn:aws:sns:us-east-1:111122223333:two\", on: success }\n  - { email: a@example.com, from: sfc@example.com }\n  - email: b@example.com\n",
];

/// Seeds for each fault: the seed shapes it, such as when a process dies.
const SEEDS: u64 = 1;

fn with(
    seed: u64,
    subject: &Arc<Subject>,
    forced: &[Fired],
    conditions: &Conditions,
) -> SeedOutcome {
    let conditions = Conditions {
        forced: Some(forced.to_vec()),
        ..conditions.clone()
    };
    simulate(subject, seed, &conditions)
}

/// Every fault that could have happened, each alone.
fn each_fault(
    subject: &Arc<Subject>,
    conditions: &Conditions,
    is_meant: impl Fn(&Fired) -> bool,
    mut then: impl FnMut(u64, &Fired, &SeedOutcome),
) -> usize {
    let mut count = 0;
    for seed in 1..=SEEDS {
        let asked = with(seed, subject, &[], conditions).asked;
        for fault in asked.iter().filter(|fault| is_meant(fault)) {
            let report = with(seed, subject, std::slice::from_ref(fault), conditions);
            assert_eq!(report.fired.as_slice(), std::slice::from_ref(fault));
            then(seed, fault, &report);
            count += 1;
        }
    }
    count
}

/// Whether it is a fault of the end of a run: of the report, of the message, of what is read and written then.
fn is_of_the_end(fault: &Fired, first_write: u32) -> bool {
    let place = fault.place.as_str();
    match fault.kind {
        FaultKind::NotifierBefore | FaultKind::NotifierAfter => true,
        FaultKind::RunAbort | FaultKind::RunTimesOut | FaultKind::SecondRun | FaultKind::Resume => {
            false
        }
        _ if place == "state.json" => fault.nth >= first_write,
        _ => {
            [
                "notify",
                "report",
                "close_round",
                "artifact",
                "manifests",
                "history",
            ]
            .iter()
            .any(|part| place.contains(part))
                || place == "token"
                || place.ends_with("-sweep-0")
                || is_run(place)
        }
    }
}

/// Whether a second message may follow: nobody but the topic knows that the first one went out. Its answer is lost or
/// too late, or its sender dies before it can note that.
fn may_double(fault: &Fired) -> bool {
    match fault.kind {
        FaultKind::NotifierAfter | FaultKind::LambdaKilled => true,
        FaultKind::StoreSlow => !["state", "json", "html", "csv"]
            .iter()
            .any(|end| fault.place.contains(end)),
        _ => false,
    }
}

/// Whether this is the id of a run, which is the name of its report's execution.
fn is_run(place: &str) -> bool {
    let is_of_id = |c: char| c.is_ascii_alphanumeric();
    place.len() == 25 && place.chars().all(|c| is_of_id(c) || c == '-')
}

#[test]
fn everybody_hears_once_of_a_runs_end_whichever_fault_happens() {
    let (mut faults, mut doubled) = (0, 0);
    for notify in NOTIFY {
        for times in [0, 2] {
            let subject = pipelines::five("poll", notify);
            let conditions = Conditions {
                failing: [("s01".to_owned(), times)].into(),
                calling: Some(Calling::Outlives),
                ..Conditions::default()
            };
            let usual = with(1, &subject, &[], &conditions);
            assert!(usual.broken.is_empty(), "{notify}: {:?}", usual.broken);
            let writes = usual.asked.iter().filter(|fault| {
                fault.kind == FaultKind::StorePutBefore && fault.place == "state.json"
            });
            let last = writes.map(|fault| fault.nth).max().unwrap_or(0);
            let is_meant = |fault: &Fired| is_of_the_end(fault, last.saturating_sub(8));
            faults += each_fault(&subject, &conditions, is_meant, |seed, fault, report| {
                assert!(
                    report.broken.is_empty(),
                    "{notify}, seed {seed}, {fault}: {:?}",
                    report.broken
                );
                let most = report.messages.values().max().copied().unwrap_or(0);
                let allowed = 1 + usize::from(may_double(fault));
                assert!(
                    most <= allowed,
                    "{notify}, seed {seed}, {fault}: {most} messages"
                );
                doubled += usize::from(most > 1);
            });
        }
    }
    println!("{faults} single faults at the end of a run, {doubled} second messages");
    assert!(faults > 1_000, "{faults}");
}

/// Ports whose faults are of the machinery: work that can be done is done whichever of them happens.
const OF_THE_MACHINERY: [&str; 6] = ["lambda", "clock", "store", "warehouse", "executions", "bus"];

#[test]
fn each_step_ends_on_a_laptop_as_in_aws_without_faults_and_with_any_single_one() {
    let (mut faultless, mut faults) = (0, 0);
    for (_, subject) in pipelines::examples(Completion::Event) {
        for seed in 1..=20 {
            let compared = compare(&subject, seed, &[]);
            assert!(compared.is_fair());
            assert_eq!(compared.broken, [], "seed {seed}");
            faultless += 1;
        }
    }
    let kinds: BTreeSet<FaultKind> = OF_THE_MACHINERY
        .iter()
        .flat_map(|name| FaultKind::named(name))
        .collect();
    for completion in ["poll", "event"] {
        let subject = pipelines::five(completion, "");
        let conditions = Conditions {
            calling: Some(Calling::Aborts),
            ..Conditions::default()
        };
        for fault in with(1, &subject, &[], &conditions).asked {
            if !kinds.contains(&fault.kind) {
                continue;
            }
            let compared = compare(&subject, 1, std::slice::from_ref(&fault));
            assert_eq!(compared.broken, [], "{completion}, {fault}");
            faults += usize::from(compared.is_fair());
        }
    }
    println!("{faultless} seeds without faults and {faults} single faults, in both ways");
    assert!(faults > 500, "{faults}");
}

/// The fault of this kind at this place.
fn fault(kind: FaultKind, place: &str, nth: u32) -> Fired {
    Fired {
        kind,
        place: place.to_owned(),
        nth,
    }
}

#[test]
fn a_sweep_gives_up_a_statement_that_does_not_end_and_people_hear_of_it() {
    let subject = pipelines::five("poll", "");
    let conditions = Conditions {
        calling: Some(Calling::Outlives),
        // Longer than a sweep is tried again.
        statement: Some(Duration::from_secs(20 * 3_600)),
        telling: true,
        ..Conditions::default()
    };
    let mut forced = vec![fault(FaultKind::RunAbort, "run", 1)];
    for id in ["0001", "0002"] {
        forced.push(fault(FaultKind::CancelNever, id, 1));
    }
    let given_up = (1..=20).filter(|seed| {
        let report = with(*seed, &subject, &forced, &conditions);
        assert_eq!(report.broken, [], "seed {seed}");
        let tells = |words: &str| report.story.iter().any(|line| line.text.contains(words));
        let left: Vec<&StepEnd> = report.steps[0]
            .values()
            .filter(|step| step.status == StepStatus::Failed)
            .collect();
        let is_left = tells("does not end or cannot be asked about");
        if is_left {
            assert_eq!(report.ends, [Some(RunStatus::Stopped)]);
            assert!(tells("sends the message to topic: STOPPED"));
            assert!(
                left.iter()
                    .all(|step| step.error.as_deref() == Some(errors::STOPPED))
            );
        }
        is_left && !left.is_empty()
    });
    assert!(given_up.count() > 5);
}
