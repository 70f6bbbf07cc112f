//! `specs/taxi-unload`: every end of a statement is learnt by an event, and what is unloaded is the same.

use std::path::Path;

use crate::aws::{Account, Deployed, copy_of, local_run, same};
use crate::tables::rows_with;

/// Rows of the Parquet files that a pipeline in `folder` has unloaded, read by the warehouse in `home`.
fn unloaded(home: &Path, folder: &Path) -> Vec<Vec<String>> {
    let lake = folder.join(".sfc/lake").to_str().unwrap().to_owned();
    let months: Vec<String> = std::fs::read_dir(format!("{lake}/volume"))
        .unwrap()
        .map(|month| month.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(months.len(), 3, "{months:?}");
    let mut statements = vec![
        "create temp table back (pickup_day date, pickup_borough varchar(20), trips bigint,
            miles decimal(38, 2), revenue decimal(38, 2))"
            .to_owned(),
    ];
    statements.extend(months.iter().map(|month| {
        format!("copy back from 's3://lake/volume/{month}/' iam_role default format as parquet")
    }));
    statements.push("select * from back order by 1, 2".to_owned());
    let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
    rows_with(home, &[("lake", &lake)], &statements)
}

#[test]
fn the_lake_is_the_same_and_nobody_had_to_ask() {
    let folder = copy_of("taxi-unload");
    let Some(account) = Account::of(folder.path()) else {
        return;
    };
    let local = copy_of("taxi-unload");
    let results = local_run(local.path(), &[]);

    let pipeline = Deployed::new(&account.aws, folder.path(), "taxi-unload");
    for _ in 0..2 {
        let run = pipeline.start(&[]);
        let state = pipeline.finished(&run);
        same(&pipeline.results(&run), &results);
        assert_eq!(
            unloaded(local.path(), folder.path()),
            unloaded(local.path(), local.path())
        );
        // Nobody asks before five minutes are over. A minute it may take, because the stand-in misses a
        // token that is returned before the Lambda has answered; a waiting lane finds that out.
        for (name, step) in &state.steps {
            let took = step.ended.unwrap().duration_since(step.started.unwrap());
            assert!(took.as_secs() < 120, "{name} took {took:?}");
        }
    }
    pipeline.destroy();
}
