//! `specs/toll-events` and `specs/rsql-merge`: the stand-in has no Glue and no Batch. So their stacks are
//! deployed with the names of what would be there, and a run says that it is not.

use runtime_lambda::state::{GlobalState, RunStatus, StepStatus};
use serde_json::json;

use crate::aws::{Account, Deployed, copy_of};

/// A name that somebody may give to an object.
const OBJECT: &str = "toll/it's  march the \"2nd\" \\ 50% <äöü>.json";

#[test]
fn an_object_starts_a_run_that_knows_its_name_and_what_is_missing_is_said() {
    let tolls = copy_of("toll-events");
    let merge = copy_of("rsql-merge");
    let Some(account) = Account::of(tolls.path()) else {
        return;
    };
    let aws = &account.aws;

    let tolls = Deployed::new(aws, tolls.path(), "toll-events");
    let merge = Deployed::new(aws, merge.path(), "rsql-merge");
    for pipeline in [&tolls, &merge] {
        let resources = aws.resources(pipeline.name);
        assert!(resources.len() > 20, "{resources:?}");
        for (name, status) in resources {
            assert_eq!(status, "CREATE_COMPLETE", "{name}");
        }
        let machine = format!(":stateMachine:{}-retry", pipeline.name);
        assert!(pipeline.outputs["RunStateMachineArn"].ends_with(&machine));
    }

    let put = |bucket: &str, key: &str| {
        let detail = json!({ "bucket": { "name": bucket }, "object": { "key": key, "size": 7 } });
        aws.put_event("aws.s3", "Object Created", &detail);
    };
    put("toll-landing", "other/2026-03-01.json");
    put("toll-landing", "toll/2026-03-01.csv");
    put("another-bucket", "toll/2026-03-01.json");
    put("toll-landing", OBJECT);
    let started = merge.start(&[]);
    let run = tolls.next_run(&[]);
    let state = tolls.ended(&run);
    assert_eq!(state.parameters["object"], OBJECT);
    let page = tolls.page(&run);
    let shown = "toll/it&#x27;s  march the &quot;2nd&quot; \\ 50% &lt;äöü&gt;.json";
    assert!(page.contains(shown), "{page}");
    assert_eq!(tolls.runs(), [run], "nothing else has started a run");

    // Each round asks the service, which is not there.
    failed(&state, &["crawl"], "Glue.");
    failed(
        &merge.ended(&started),
        &["load_customers", "load_places"],
        "Batch.",
    );

    tolls.destroy();
    merge.destroy();
}

/// The run must have failed in its second round, by these steps, with an error that begins like this.
fn failed(state: &GlobalState, steps: &[&str], error: &str) {
    assert_eq!((state.status, state.round), (RunStatus::Failed, 2));
    for (name, step) in &state.steps {
        if !steps.contains(&name.as_str()) {
            assert_eq!(step.status, StepStatus::Skipped, "{name}");
            continue;
        }
        assert_eq!((step.status, step.round), (StepStatus::Failed, 2), "{name}");
        let found = step.error.as_ref().unwrap();
        assert_eq!(found.error, "Sfc.JobFailed", "{found:?}");
        assert!(found.message.starts_with(error), "{found:?}");
    }
}
