//! `specs/toll-events` and `specs/rsql-merge`: the stand-in has no Glue and no Batch, so their stacks are
//! deployed with the names of what would be there, and a run says that it is not.

use runtime_lambda::state::{RunStatus, StepStatus};
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
        for output in ["DataBucket", "RunStateMachineArn"] {
            assert!(pipeline.outputs[output].contains(pipeline.name) || output == "DataBucket");
        }
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
    println!("{state:#?}");
    let other = merge.ended(&started);
    println!("{other:#?}");
    assert_eq!(state.parameters["object"], OBJECT);
    assert_eq!(tolls.runs(), [run.clone()]);

    assert_eq!(state.status, RunStatus::Failed);
    assert_eq!(state.steps["crawl"].status, StepStatus::Failed);
    assert_eq!(state.steps["load"].status, StepStatus::Skipped);
    assert_eq!(other.status, RunStatus::Failed);
    assert_eq!(other.steps["load_customers"].status, StepStatus::Failed);

    tolls.destroy();
    merge.destroy();
}
