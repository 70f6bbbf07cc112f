//! A seed that breaks a promise is told with the fewest faults that break it.

use std::collections::BTreeSet;

use simulate::{Conditions, FaultKind, shrink, simulate};

use crate::pipelines;

#[test]
fn a_seed_is_shrunk_to_faults_of_which_none_can_be_spared() {
    let subject = pipelines::without_retries();
    let kinds: BTreeSet<FaultKind> = ["lambda", "store.slow", "topic"]
        .iter()
        .flat_map(|name| FaultKind::named(name))
        .collect();
    let conditions = Conditions {
        kinds,
        ..Conditions::default()
    };
    let broken = (1..300).filter(|seed| !simulate(&subject, *seed, &conditions).broken.is_empty());
    let mut shorter = 0;
    for seed in broken.take(5) {
        let wanted = simulate(&subject, seed, &conditions).broken;
        let shrunk = shrink(&subject, seed, &conditions).unwrap();
        let is_still = |faults: Vec<_>| {
            let conditions = Conditions {
                only: Some(faults),
                ..conditions.clone()
            };
            let report = simulate(&subject, seed, &conditions);
            let same = |broken: &simulate::BrokenPromise| {
                (broken.promise, broken.how) == (wanted[0].promise, wanted[0].how)
            };
            report.broken.iter().any(same)
        };
        assert!(is_still(shrunk.faults.clone()), "seed {seed}");
        for spared in &shrunk.faults {
            let mut others = shrunk.faults.clone();
            others.retain(|fault| fault != spared);
            assert!(!is_still(others), "seed {seed} needs no {spared}");
        }
        let told = shrunk.report.story.iter();
        assert!(told.clone().count() > 0);
        assert!(!shrunk.report.broken.is_empty());
        shorter += usize::from(shrunk.faults.len() < shrunk.of);
    }
    assert!(shorter > 0, "no seed was shrunk");
}

#[test]
fn a_seed_that_breaks_nothing_is_not_shrunk() {
    let conditions = Conditions {
        only: Some(Vec::new()),
        ..Conditions::default()
    };
    assert!(shrink(&pipelines::five("poll", ""), 1, &conditions).is_none());
}
