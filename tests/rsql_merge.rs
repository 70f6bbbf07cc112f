//! `specs/rsql-merge`: its scripts through the very states that their jobs go through in AWS.

use runtime_lambda::state::{RunStatus, StepStatus};

use crate::program::Folder;
use crate::tables::rows;

fn log(folder: &Folder, step: &str, round: u32) -> String {
    let run = folder.runs().pop().unwrap();
    std::fs::read_to_string(run.join(format!("logs/{step}/round-{round}.txt"))).unwrap()
}

#[test]
fn the_scripts_merge_what_was_delivered_twice_in_a_row() {
    let folder = Folder::copy_of("specs/rsql-merge");
    for _ in 0..2 {
        let ended = folder.sfc(&["run", "."]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let state = folder.state();
        assert_eq!(state.status, RunStatus::Finished);
        let step = |name: &str| &state.steps[name];
        assert_ne!(step("load_customers").lane, step("load_places").lane);
        assert!(step("vacuum_analyze").started >= step("merge_customers").ended);
        assert!(step("vacuum_analyze").started >= step("merge_regions").ended);
        let result = folder.document("results/merge_customers.json");
        assert_eq!(result["output"]["ExitCode"], 0);
        // By hand from data/: customer n is of nation 7n mod 10, two nations make a region.
        assert_eq!(
            rows(
                folder.path(),
                "select r.name, count(*), sum(c.balance) from customer c
                 join nation n on n.nation_key = c.nation_key
                 join region r on r.region_key = n.region_key group by 1 order by 1"
            ),
            [
                ["Africa", "8", "1727.64"],
                ["Americas", "8", "1826.60"],
                ["Asia", "8", "1430.76"],
                ["Europe", "8", "1529.72"],
                ["Oceania", "8", "1628.68"],
            ]
        );
    }
    assert!(log(&folder, "merge_customers", 1).ends_with("40 customers merged\n"));
}

#[test]
fn a_script_that_exits_3_fails_its_step_and_says_why() {
    let folder = Folder::copy_of("specs/rsql-merge");
    folder.write(
        "data/customer/customer.csv",
        "customer_key,name,nation_key,balance\n",
    );
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let state = folder.state();
    assert_eq!((state.status, state.round), (RunStatus::Failed, 2));
    assert_eq!(state.steps["load_customers"].status, StepStatus::Failed);
    assert_eq!(state.steps["merge_customers"].status, StepStatus::Skipped);
    assert_eq!(state.steps["merge_regions"].status, StepStatus::Finished);
    let error = state.steps["load_customers"].error.clone().unwrap();
    assert!(
        error
            .message
            .contains("the script exited with 3: no customers were delivered"),
        "{error:?}"
    );
    assert!(log(&folder, "load_customers", 2).ends_with("no customers were delivered\n"));
    assert_eq!(folder.messages().len(), 1);
}

#[test]
fn a_script_past_its_limit_is_stopped() {
    let folder = Folder::copy_of("specs/rsql-merge");
    let spec = folder.read("pipeline.yaml");
    folder.write(
        "pipeline.yaml",
        &spec.replace(
            "{ rsql: rsql/vacuum_analyze.rsql,",
            "{ rsql: rsql/vacuum_analyze.rsql, limit: 1s,",
        ),
    );
    folder.write(
        "rsql/vacuum_analyze.rsql",
        &format!("{};\n", crate::program::SLOW),
    );
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let error = folder.state().steps["vacuum_analyze"]
        .error
        .clone()
        .unwrap();
    assert_eq!(error.error, "Sfc.TimeLimit");
}
