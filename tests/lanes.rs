//! Lanes share one DAG without barriers.

use runtime_lambda::state::StepStatus;

use crate::program::{Folder, spec};

#[test]
fn no_step_starts_before_everything_in_its_after_is_finished() {
    // Three chains that meet twice, over more lanes than can be busy at once.
    let mut steps = String::new();
    for chain in 0..3 {
        for link in 0..5 {
            let mut after = Vec::new();
            if link > 0 {
                after.push(format!("s{chain}_{}", link - 1));
            }
            if link == 3 {
                after.push(format!("s{}_2", (chain + 1) % 3));
            }
            steps.push_str(&format!(
                "  s{chain}_{link}: {{ sql: one.sql, after: [{}] }}\n",
                after.join(", ")
            ));
        }
    }
    for lanes in [1, 3, 8] {
        let folder = Folder::new(
            &spec(&format!("lanes: {lanes}, rounds: 1"), &steps),
            &[(
                "one.sql",
                "select count(*) as n from (select 1 as x union all select 2) as t",
            )],
        );
        let ended = folder.sfc(&["run", "."]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let state = folder.state();
        let plan: runtime_lambda::plan::Plan =
            serde_json::from_str(&folder.sfc(&["plan", "--json"]).stdout).unwrap();
        for step in &plan.steps {
            let this = &state.steps[&step.name];
            assert_eq!(this.status, StepStatus::Finished);
            assert!(this.lane.unwrap() <= lanes);
            for name in &step.after {
                assert!(
                    state.steps[name].ended.unwrap() <= this.started.unwrap(),
                    "{name} before {}",
                    step.name
                );
            }
        }
    }
}

#[test]
fn a_lane_hands_over_to_a_fresh_execution_and_the_run_goes_on() {
    // One lane takes 200 turns in one execution of the loop.
    let steps: String = (0..230)
        .map(|n| format!("  s{n}: {{ sql: one.sql }}\n"))
        .collect();
    let folder = Folder::new(
        &spec("lanes: 1, rounds: 1", &steps),
        &[("one.sql", "select 1 as one")],
    );
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let state = folder.state();
    assert!(
        state
            .steps
            .values()
            .all(|step| step.status == StepStatus::Finished)
    );
    assert!(state.lanes[&1].turn > 230);
}
