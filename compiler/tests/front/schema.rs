//! The schemas that editors use.
#![allow(clippy::unwrap_used, reason = "tests may stop")]

use std::path::Path;

use sfc::{pipeline_yaml, testing};

#[test]
fn the_copies_for_editors_are_not_stale() {
    is_fresh("pipeline.schema.json", &pipeline_yaml::render_schema());
    is_fresh("tests.schema.json", &testing::render_schema());
}

fn is_fresh(name: &str, fresh: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, fresh).unwrap();
    }
    let copy = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        copy == fresh,
        "docs/{name} is stale: run the tests with UPDATE_DOCS=1"
    );
}
