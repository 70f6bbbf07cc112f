//! What a test of `sfc test` expects of objects that UNLOAD writes.

use crate::program::Folder;

/// A pipeline whose one step unloads orders in three ways, and a test of it with these expectations.
fn unloads(expect: &str) -> Folder {
    let spec = "name: lake
warehouse: { workgroup: analytics, database: dev }
steps:
  out: { sql: out.sql }
local: { buckets: { lake: lake } }
";
    let sql = "unload ('select * from orders order by id') to 's3://lake/text/orders_' iam_role default parallel off;
unload ('select * from orders') to 's3://lake/csv/' iam_role default csv header cleanpath;
unload ('select * from orders') to 's3://lake/parquet/' iam_role default format as parquet cleanpath;
";
    let folder = Folder::new(spec, &[("out.sql", sql)]);
    // What lies there of an earlier run is not what the step of the test writes.
    folder.write("lake/text/orders_000", "9|earlier\n");
    folder.write(
        "tests/lake.yaml",
        &format!(
            "tests:
  out:
    step: out
    given:
      orders: {{ types: {{ id: int, name: varchar(9) }}, rows: [{{ id: 1, name: a }}, {{ id: 2, name: b }}] }}
    expect:
      objects:
{expect}"
        ),
    );
    folder
}

const ROWS_OF_OBJECTS: &str = "        s3://lake/text/orders_000: |
          1|a
          2|b
        s3://lake/csv/:
          copy: csv ignoreheader 1
          types: { id: int, name: varchar(9) }
          rows:
            - { id: 1, name: a }
            - { id: 2, name: b }
        s3://lake/parquet/:
          types: { id: int, name: varchar(9) }
          subset: [{ id: 2, name: b }]
          count: 2
        s3://lake/other/: { absent: true }
";

#[test]
fn objects_are_expected_as_text_as_rows_or_absent() {
    let folder = unloads(ROWS_OF_OBJECTS);
    let ended = folder.sfc(&["test"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    // The pipeline's own folder is as it was.
    assert_eq!(folder.read("lake/text/orders_000"), "9|earlier\n");
    assert!(!folder.path().join("lake/csv").exists());
}

#[test]
fn an_object_of_an_earlier_run_is_not_what_a_step_writes() {
    // The step writes it no more.
    let folder = unloads("        s3://lake/text/orders_000: \"9|earlier\\n\"\n");
    folder.write("out.sql", "select count(*) from orders");
    let ended = folder.sfc(&["test"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended
            .stderr
            .contains("`s3://lake/text/orders_000` is not there"),
        "{ended:?}"
    );
    assert_eq!(folder.read("lake/text/orders_000"), "9|earlier\n");
}

#[test]
fn objects_that_are_not_as_expected_show_what_differs() {
    for (right, wrong, said) in [
        ("          2|b\n", "          2|c\n", "2|c → 2|b"),
        (
            "{ id: 2, name: b }\n        s3",
            "{ id: 2, name: c }\n        s3",
            "c → b",
        ),
        (
            "          count: 2\n",
            "          count: 3\n",
            "has 2 rows, not 3",
        ),
        (
            "s3://lake/other/:",
            "s3://lake/csv/0:",
            "`s3://lake/csv/0` is there",
        ),
        (
            "s3://lake/parquet/:",
            "s3://lake/parquets/:",
            "`s3://lake/parquets/` is not there",
        ),
        (
            "s3://lake/other/:",
            "s3://lakes/other/:",
            "neither the pipeline nor the test has a bucket `lakes`",
        ),
        (
            "          copy: csv ignoreheader 1\n",
            "",
            "nobody knows how to read `s3://lake/csv/`",
        ),
    ] {
        let expect = ROWS_OF_OBJECTS.replacen(right, wrong, 1);
        assert_ne!(expect, ROWS_OF_OBJECTS, "{right}");
        let folder = unloads(&expect);
        let ended = folder.sfc(&["test"]);
        assert_eq!(ended.code, Some(1), "{wrong}: {ended:?}");
        assert!(ended.stderr.contains("error[SFC1101]"), "{ended:?}");
        assert!(ended.stderr.contains(said), "{said}: {ended:?}");
    }
}

#[test]
fn rows_of_objects_are_updated_like_those_of_tables() {
    let expect = ROWS_OF_OBJECTS.replacen("name: a }\n", "name: x }\n", 1);
    let expect = expect.replacen("count: 2", "count: 5", 1);
    let folder = unloads(&expect);
    assert_eq!(folder.sfc(&["test"]).code, Some(1));
    folder.sfc(&["test", "--update"]);
    let written = folder.read("tests/lake.yaml");
    assert!(written.ends_with(ROWS_OF_OBJECTS), "{written}");
}
