//! The schema that editors use.

use std::path::Path;

use sfc::spec;

#[test]
fn the_copy_for_editors_is_not_stale() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pipeline.schema.json");
    let fresh = spec::render_schema();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &fresh).unwrap();
    }
    let copy = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        copy == fresh,
        "docs/pipeline.schema.json is stale: run the tests with UPDATE_DOCS=1"
    );
}
