//! `specs/redshift-review`: the run that a deploy starts and two more at the same time, each with results,
//! state and page of its own.

use crate::aws::{Account, Deployed, copy_of, local_run, same};

#[test]
fn runs_that_meet_are_each_a_whole_review() {
    let folder = copy_of("redshift-review");
    let Some(account) = Account::of(folder.path()) else {
        return;
    };
    let local = copy_of("redshift-review");
    let results = local_run(local.path(), &[]);
    assert_eq!(results.len(), 54);

    let pipeline = Deployed::new(&account.aws, folder.path(), "redshift-review");
    let mut runs = vec![pipeline.start(&[]), pipeline.start(&[])];
    // The one that `deploy: true` among its triggers wants.
    runs.push(pipeline.next_run(&runs));
    let ended: Vec<_> = runs.iter().map(|run| pipeline.finished(run)).collect();
    let [one, other, _] = &ended[..] else {
        panic!("{ended:?}");
    };
    let both = one.started.max(other.started) < one.ended.min(other.ended).unwrap();
    assert!(both, "they ran at the same time");
    for (run, state) in runs.iter().zip(&ended) {
        assert_eq!(state.run, run.as_str());
        same(&pipeline.results(run), &results);
        assert_eq!(state.steps["table_health"].signals, [1, 2]);
        let page = pipeline.page(run);
        assert!(page.contains(run.as_str()), "{page}");
        assert!(page.contains("tables are badly sorted"), "{page}");
    }
    assert_eq!(pipeline.runs().len(), 3);
    pipeline.destroy();
}
