//! UNLOAD writes what Redshift writes, byte for byte where the page says so.

use crate::harness::Warehouse;

async fn unloaded(query: &str, options: &str) -> Result<String, String> {
    let warehouse = Warehouse::open();
    let query = query.replace('\'', "''");
    warehouse
        .script(&format!(
            "unload ('{query}') to 's3://bkt/u/f_' iam_role default {options} parallel off"
        ))
        .await?;
    let mut all = String::new();
    for entry in std::fs::read_dir(warehouse.path("u")).unwrap() {
        all.push_str(&std::fs::read_to_string(entry.unwrap().path()).unwrap());
    }
    Ok(all)
}

#[tokio::test]
async fn text_as_the_options_say() {
    let rows = "select 1 as a, 'x|y' as b union all select 2, null order by a";
    for (query, options, expected) in [
        (rows, "", "1|x|y\n2|\n"),
        (rows, "escape", "1|x\\|y\n2|\n"),
        (rows, "addquotes", "\"1\"|\"x|y\"\n\"2\"|\n"),
        (rows, "null as '@' delimiter '\\t'", "1\tx|y\n2\t@\n"),
        (rows, "header", "a|b\n1|x|y\n2|\n"),
        (
            rows,
            "header addquotes",
            "\"a\"|\"b\"\n\"1\"|\"x|y\"\n\"2\"|\n",
        ),
        (rows, "fixedwidth '0:3,1:5'", "1  x|y  \n2       \n"),
        (
            rows,
            "json",
            "{\"a\":1,\"b\":\"x|y\"}\n{\"a\":2,\"b\":null}\n",
        ),
        (
            "select 'a\\nb' as a, chr(92) || '\"' as b",
            "escape addquotes",
            "\"a\\\nb\"|\"\\\\\\\"\"\n",
        ),
        (
            "select 'a,b' as a, 'c\"d' as b, '' as c, null::varchar as d, 'e f' as e",
            "csv header",
            "a,b,c,d,e\n\"a,b\",\"c\"\"d\",\"\",,e f\n",
        ),
        (
            "select true as t, 1.0::float as w, 2.50::numeric(5,2) as n, '2026-01-02'::date as d, '2026-01-02 03:04:05'::timestamp as m",
            "",
            "t|1|2.50|2026-01-02|2026-01-02 03:04:05\n",
        ),
        (
            "select 1 / 3::float8 as d, 1::real / 3::real as r, 1e15::float8 as large, interval '1' day as i, timetz '10:00+02' as z",
            "",
            "0.333333333333333|0.333333|1e+15|1 days 0 hours 0 mins 0.0 secs|08:00:00+00\n",
        ),
        ("select 1 as a where false", "header", "a\n"),
        // Columns of one name, or of none, have values of their own.
        ("select 1, 2", "", "1|2\n"),
        ("select 1 as a, 2 as a", "csv header", "a,a\n1,2\n"),
        ("select 1 as a, 2 as a", "fixedwidth '0:2,1:2'", "1 2 \n"),
        (
            "select 'infinity'::float as i, '-infinity'::real as n, 'nan'::float as x",
            "csv",
            "Infinity,-Infinity,NaN\n",
        ),
        (
            "select '03:04:05'::timetz as z, '03:04:05+02'::timetz as o",
            "csv",
            "03:04:05+00,01:04:05+00\n",
        ),
        // Where the text for NULL is too long, a number's field is empty.
        (
            "select 1 as a, null::int as b",
            "fixedwidth '0:2,1:3' null as 'NULL'",
            "1    \n",
        ),
        (
            "select true as t, null::bool as n, 1.10::numeric(5,2) as d, 0.1::real as r, '2026-01-02'::date as y, 'a\"b' as s",
            "json",
            "{\"t\":\"t\",\"n\":null,\"d\":1.10,\"r\":0.1,\"y\":\"2026-01-02\",\"s\":\"a\\\"b\"}\n",
        ),
        (
            "select json_parse('{\"k\":[1,null]}') as s, null::super as n",
            "json",
            "{\"s\":{\"k\":[1,null]},\"n\":null}\n",
        ),
    ] {
        assert_eq!(
            unloaded(query, options).await,
            Ok(expected.to_owned()),
            "{query} {options}"
        );
    }
    for (options, part) in [
        (
            "fixedwidth '0:3'",
            "FIXEDWIDTH describes 1 columns, and 2 are unloaded",
        ),
        (
            "fixedwidth '0:3,1:2'",
            "a value of column b has more than 2 characters",
        ),
        ("maxfilesize 1 mb", "5 MB to 6.2 GB"),
    ] {
        let message = unloaded(rows, options).await.unwrap_err();
        assert!(message.contains(part), "{options}: {message}");
    }
    for (query, options, part) in [
        (
            "select 1 as a, null::varchar as b",
            "fixedwidth '0:2,1:3' null as 'NULL'",
            "a value of column b has more than 3 characters",
        ),
        (
            "select 1 as a, 2 as a",
            "json",
            "a name of its own for each column here, and \"a\" stands twice",
        ),
        ("select 1 as a, 2 as a", "parquet", "\"a\" stands twice"),
        (
            "select 'x'::varbyte as v",
            "parquet",
            "the VARBYTE column \"v\" as text or CSV only",
        ),
        (
            "select 'x'::varbyte as v",
            "json",
            "the VARBYTE column \"v\" as text or CSV only",
        ),
        (
            "select 'x'::varbyte as v",
            "fixedwidth '0:9'",
            "the VARBYTE column \"v\" as text or CSV only",
        ),
        (
            "select interval '1 day' as i",
            "json",
            "does not support UNLOAD of the INTERVAL column \"i\"",
        ),
        (
            "select 1 as a, 2.5::float as p",
            "csv partition by (p)",
            "UNLOAD cannot partition by column \"p\"",
        ),
        (
            "select 1 as a, '03:04:05'::time as p",
            "parquet partition by (p)",
            "UNLOAD cannot partition by column \"p\"",
        ),
    ] {
        let message = unloaded(query, options).await.unwrap_err();
        assert!(message.contains(part), "{query} {options}: {message}");
    }
}

#[tokio::test]
async fn partitions_of_text() {
    let warehouse = Warehouse::open();
    warehouse
        .script(
            "unload ('select 1 as a, ''x'' as p union all select 2, ''y/z'' union all select 3, null') \
             to 's3://bkt/parts/' iam_role default csv partition by (p) manifest verbose",
        )
        .await
        .unwrap();
    for (key, expected) in [
        ("parts/p=x/0000_part_00", "1\n"),
        ("parts/p=y%2Fz/0000_part_00", "2\n"),
        ("parts/p=__HIVE_DEFAULT_PARTITION__/0000_part_00", "3\n"),
    ] {
        assert_eq!(
            std::fs::read_to_string(warehouse.path(key)).unwrap(),
            expected,
            "{key}"
        );
    }
    let manifest = std::fs::read(warehouse.path("parts/manifest")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let at = |pointer: &str| {
        manifest
            .pointer(pointer)
            .cloned()
            .unwrap_or_default()
            .to_string()
    };
    assert_eq!(at("/entries/1/url"), "\"s3://bkt/parts/p=x/0000_part_00\"");
    assert_eq!(at("/entries/1/meta/record_count"), "1");
    assert_eq!(
        at("/schema/elements/0"),
        r#"{"name":"a","type":{"base":"integer"}}"#
    );
    assert_eq!(at("/meta/record_count"), "3");
}

#[tokio::test]
async fn cleanpath_removes_only_what_lies_in_partitions_that_are_written() {
    for format in ["csv", "format as parquet"] {
        let warehouse = Warehouse::open();
        for key in ["p=x/old", "p=x1/old", "p=y/old", "old"] {
            let path = warehouse.path(&format!("clean/{key}"));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "old").unwrap();
        }
        warehouse
            .script(&format!(
                "unload ('select 1 as a, ''x'' as p union all select 2, ''z''') \
                 to 's3://bkt/clean/' iam_role default {format} partition by (p) cleanpath"
            ))
            .await
            .unwrap();
        for (key, is_there) in [
            ("p=x/old", false),
            ("p=x1/old", true),
            ("p=y/old", true),
            ("old", true),
        ] {
            let path = warehouse.path(&format!("clean/{key}"));
            assert_eq!(path.exists(), is_there, "{format}: {key}");
        }
        assert!(warehouse.path("clean/p=z").is_dir());
        // Without partitions, all that lies there goes.
        warehouse
            .script(&format!(
                "unload ('select 1 as a') to 's3://bkt/clean/' iam_role default {format} cleanpath"
            ))
            .await
            .unwrap();
        assert!(!warehouse.path("clean/p=y/old").exists(), "{format}");
    }
}

#[tokio::test]
async fn a_prefix_of_partitions_is_a_folder_and_cleanpath_spares_the_other_partitions() {
    let warehouse = Warehouse::open();
    for key in ["sales/p=x", "sales/p=y", "salesmen"] {
        std::fs::create_dir_all(warehouse.path(key)).unwrap();
        std::fs::write(warehouse.path(key).join("old"), "0\n").unwrap();
    }
    warehouse
        .script(
            "unload ('select 1 as a, ''x'' as p') to 's3://bkt/sales' iam_role default csv \
             partition by (p) cleanpath",
        )
        .await
        .unwrap();
    for (key, expected) in [
        ("sales/p=x/0000_part_00", Some("1\n")),
        ("sales/p=x/old", None),
        ("sales/p=y/old", Some("0\n")),
        ("salesmen/old", Some("0\n")),
    ] {
        let found = std::fs::read_to_string(warehouse.path(key)).ok();
        assert_eq!(found.as_deref(), expected, "{key}");
    }
}

#[tokio::test]
async fn a_manifest_counts_the_line_of_the_header() {
    let warehouse = Warehouse::open();
    let ended = warehouse
        .script(
            "unload ('select 1 as a union all select 2') to 's3://bkt/h/' iam_role default header \
             manifest verbose; select pg_last_unload_count()",
        )
        .await;
    assert_eq!(ended, Ok(Some("2".to_owned())));
    let manifest = std::fs::read(warehouse.path("h/manifest")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    for pointer in ["/entries/0/meta/record_count", "/meta/record_count"] {
        assert_eq!(manifest.pointer(pointer), Some(&serde_json::json!(3)));
    }
}

#[tokio::test]
async fn objects_no_larger_than_maxfilesize_and_packed() {
    let warehouse = Warehouse::open();
    let rows = |last: u32| {
        format!(
            "select n, repeat(''x'', 1000) as t from generate_series(1, {last}) as g(n) order by n"
        )
    };
    warehouse
        .script(&format!(
            "unload ('{}') to 's3://bkt/big/f_' iam_role default maxfilesize 5 mb",
            rows(6000)
        ))
        .await
        .unwrap();
    let mut sizes = Vec::new();
    for number in 0..2 {
        let key = format!("big/f_{number:04}_part_00");
        sizes.push(std::fs::metadata(warehouse.path(&key)).unwrap().len());
    }
    assert!(
        sizes.iter().all(|size| *size <= 5 * 1024 * 1024),
        "{sizes:?}"
    );
    for option in ["gzip", "bzip2", "zstd"] {
        let found = warehouse
            .script(&format!(
                "unload ('{}') to 's3://bkt/{option}/f_' iam_role default {option}; \
                 create table {option}_t (n int, t varchar(1000)); \
                 copy {option}_t from 's3://bkt/{option}/f_' iam_role default {option}; \
                 select count(*), sum(n), min(len(t)) from {option}_t",
                rows(500)
            ))
            .await;
        assert_eq!(found, Ok(Some("500|125250|1000".to_owned())), "{option}");
    }
}
