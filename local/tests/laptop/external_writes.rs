//! CREATE EXTERNAL TABLE AS, INSERT into external tables and ALTER TABLE of them.

use crate::harness::Warehouse;

const START: &str = "create external schema spectrum from data catalog database 'lake' \
                     iam_role default create external database if not exists; \
                     create table sales (id int, price numeric(5,2), month varchar(7), paid boolean); \
                     insert into sales values (1, 2.5, '2008-01', true), (2, 3, '2008-02', null), \
                     (3, null, null, false)";

async fn opened() -> Warehouse {
    let warehouse = Warehouse::open();
    warehouse.script(START).await.unwrap();
    warehouse
}

async fn rows(warehouse: &Warehouse, sql: &str) -> String {
    match warehouse.script(sql).await {
        Ok(rows) => rows.unwrap_or_default(),
        Err(message) => message,
    }
}

/// Names of the objects below a folder.
fn objects(warehouse: &Warehouse, folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut stack = vec![warehouse.path(folder)];
    while let Some(folder) = stack.pop() {
        let Ok(entries) = std::fs::read_dir(folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                stack.push(path);
            } else {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

#[tokio::test]
async fn a_query_becomes_objects_and_a_table() {
    let warehouse = opened().await;
    for (table, format, ends) in [
        ("parquet", "stored as parquet", "_0000_part_00.parquet"),
        (
            "tabs",
            "row format delimited fields terminated by '\\t' stored as textfile",
            ".txt",
        ),
        ("plain", "stored as textfile", ".txt"),
        (
            "commas",
            "row format delimited fields terminated by ',' stored as parquet",
            "_0000_part_00.parquet",
        ),
    ] {
        let create = format!(
            "create external table spectrum.{table} {format} location 's3://bkt/{table}/' \
             as select id, price, month, paid, current_date as today from sales"
        );
        warehouse.script(&create).await.unwrap();
        let found = objects(&warehouse, table);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found.iter().all(|name| name.ends_with(ends)), "{found:?}");
        let query = format!(
            "select id, price, month, paid, today = current_date from spectrum.{table} order by 1"
        );
        let expected = "1|2.50|2008-01|true|true;2|3.00|2008-02|NULL|true;3|NULL|NULL|false|true";
        assert_eq!(rows(&warehouse, &query).await, expected, "{table}");
        let columns = format!(
            "select columnname, external_type from svv_external_columns where tablename = '{table}' \
             order by columnnum"
        );
        let expected = "id|int;price|decimal(5,2);month|varchar(7);paid|boolean;today|date";
        assert_eq!(rows(&warehouse, &columns).await, expected, "{table}");
    }
    let known =
        "select tablename, location, parameters from svv_external_tables where tablename = 'tabs'";
    assert_eq!(
        rows(&warehouse, known).await,
        "tabs|s3://bkt/tabs|{\"numRows\":\"3\"}"
    );
}

#[tokio::test]
async fn parts_stand_behind_and_are_registered() {
    let warehouse = opened().await;
    warehouse
        .script(
            "create external table spectrum.parted partitioned by (month, paid boolean) stored as parquet \
             location 'S3://bkt/parted' as select paid, id, month, price from sales",
        )
        .await
        .unwrap();
    for (query, expected) in [
        (
            "select * from spectrum.parted order by id",
            "1|2.50|2008-01|true;2|3.00|2008-02|NULL;3|NULL|NULL|false",
        ),
        (
            "select columnname, part_key from svv_external_columns order by columnnum",
            "id|0;price|0;month|1;paid|2",
        ),
        (
            "select \"values\", location from svv_external_partitions order by 1 limit 1",
            "[\"2008-01\",\"true\"]|s3://bkt/parted/month=2008-01/paid=true",
        ),
    ] {
        assert_eq!(rows(&warehouse, query).await, expected, "{query}");
    }
    warehouse
        .script("insert into spectrum.parted select 4, 9.99, '2008-01', true union all select 5, 1, 'a/b', true")
        .await
        .unwrap();
    for (query, expected) in [
        (
            "select id, price from spectrum.parted where month = '2008-01' order by id",
            "1|2.50;4|9.99",
        ),
        ("select id from spectrum.parted where month = 'a/b'", "5"),
        ("select count(*) from svv_external_partitions", "4"),
        (
            "select parameters from svv_external_tables",
            "{\"numRows\":\"5\"}",
        ),
    ] {
        assert_eq!(rows(&warehouse, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn what_a_table_of_a_query_is_not() {
    let warehouse = opened().await;
    std::fs::create_dir_all(warehouse.path("full")).unwrap();
    std::fs::write(warehouse.path("full/a"), "x").unwrap();
    for (statement, part) in [
        (
            "stored as parquet location 's3://bkt/full/' as select 1 as a",
            "Specified unload destination on S3 is not empty",
        ),
        (
            "stored as parquet location 's3://bkt/full' as select 1 as a",
            "Specified unload destination on S3 is not empty",
        ),
        (
            "stored as orc location 's3://bkt/x/' as select 1 as a",
            "takes STORED AS PARQUET or STORED AS TEXTFILE",
        ),
        (
            "stored as avro location 's3://bkt/x/' as select 1 as a",
            "takes STORED AS PARQUET or STORED AS TEXTFILE",
        ),
        (
            "(a int) stored as parquet location 's3://bkt/x/' as select 1 as a",
            "takes no list of columns",
        ),
        (
            "row format delimited lines terminated by '\\n' stored as textfile location 's3://bkt/x/' \
             as select 1 as a",
            "takes no LINES TERMINATED BY",
        ),
        (
            "row format delimited lines terminated by ';' stored as textfile location 's3://bkt/x/' \
             as select 1 as a",
            "takes no LINES TERMINATED BY",
        ),
        (
            "row format delimited lines terminated by '\\n' stored as parquet location 's3://bkt/x/' \
             as select 1 as a",
            "takes no LINES TERMINATED BY",
        ),
        (
            "stored as parquet location 's3://bkt/x/' as select id from sales limit 1",
            "takes no LIMIT in its outer SELECT",
        ),
        (
            "stored as parquet location 's3://bkt/x/' as select id, id from sales",
            "column \"id\" duplicated",
        ),
        (
            "partitioned by (b) stored as parquet location 's3://bkt/x/' as select id from sales",
            "partition column \"b\" is not in the query",
        ),
        (
            "partitioned by (id) stored as parquet location 's3://bkt/x/' as select id from sales",
            "needs a column that is not in PARTITIONED BY",
        ),
        (
            "stored as parquet location 's3://bkt/x/' as select json_parse('1') as a",
            "Unsupported data type \"super\" at column \"a\"",
        ),
        (
            "stored as parquet location 's3://elsewhere/x/' as select 1 as a",
            "the bucket `elsewhere` is not mapped",
        ),
        (
            "stored as textfile location 's3://bkt/x/' table properties ('compression_type'='snappy') \
             as select 1 as a",
            "pack the objects with gzip or bzip2",
        ),
    ] {
        let found = rows(
            &warehouse,
            &format!("create external table spectrum.no {statement}"),
        )
        .await;
        assert!(found.contains(part), "{statement}: {found}");
    }
    assert_eq!(objects(&warehouse, "x"), Vec::<String>::new());
}

#[tokio::test]
async fn nothing_of_an_external_table_changes_in_a_transaction() {
    let warehouse = opened().await;
    warehouse
        .script("create external table spectrum.t (id int) partitioned by (p int) stored as parquet location 's3://bkt/t/'")
        .await
        .unwrap();
    for statement in [
        "create external table spectrum.no stored as parquet location 's3://bkt/x/' as select 1 as a",
        "create external table spectrum.no (id int) stored as parquet location 's3://bkt/x/'",
        "insert into spectrum.t select 1, 2",
        "alter table spectrum.t add partition (p=1) location 's3://bkt/t/p=1/'",
        "alter table spectrum.t add column b int",
        "drop table spectrum.t",
    ] {
        let found = rows(&warehouse, &format!("begin; {statement}; commit")).await;
        assert!(
            found.contains("cannot run inside a transaction block"),
            "{statement}: {found}"
        );
    }
    assert_eq!(objects(&warehouse, "x"), Vec::<String>::new());
    assert_eq!(objects(&warehouse, "t"), Vec::<String>::new());
}

#[tokio::test]
async fn rows_are_inserted_as_the_columns_take_them() {
    let warehouse = opened().await;
    warehouse
        .script(
            "create external table spectrum.text (id int, name varchar(3), day date) \
             row format delimited fields terminated by '|' stored as textfile location 's3://bkt/text/' \
             table properties ('numRows'='0', 'compression_type'='gzip'); \
             create external table spectrum.json (id int) row format serde 'org.openx.data.jsonserde.JsonSerDe' \
             location 's3://bkt/json/'; \
             create external table spectrum.headed (id int) stored as textfile location 's3://bkt/headed/' \
             table properties ('skip.header.line.count'='1')",
        )
        .await
        .unwrap();
    let insert = "insert into spectrum.text select '7', 'abc  ', 'Jan 2, 2026' union all select 8, null, null";
    warehouse.script(insert).await.unwrap();
    let all = "select id, name, day from spectrum.text order by 1";
    assert_eq!(rows(&warehouse, all).await, "7|abc|2026-01-02;8|NULL|NULL");
    let found = objects(&warehouse, "text");
    assert!(
        found.iter().all(|name| name.ends_with(".txt.gz")),
        "{found:?}"
    );
    warehouse
        .script("insert into spectrum.text select * from spectrum.text where id = 8")
        .await
        .unwrap();
    assert_eq!(
        rows(&warehouse, "select count(*) from spectrum.text").await,
        "3"
    );
    let count = "select parameters from svv_external_tables where tablename = 'text'";
    let found = rows(&warehouse, count).await;
    assert!(found.contains("\"numRows\":\"3\""), "{found}");
    for (insert, part) in [
        (
            "spectrum.text select 1, 'abcd', null::date",
            "alue too long",
        ),
        (
            "spectrum.text select 1, 'a'",
            "has 3 columns, and 2 are given",
        ),
        ("spectrum.text values (1, 'a', null)", "takes a query only"),
        ("spectrum.text (id) select 1", "takes no list of columns"),
        (
            "spectrum.text select id, month, null::date from sales limit 1",
            "takes no LIMIT in its outer SELECT",
        ),
        (
            "spectrum.json select 1",
            "takes text with a delimiter or Parquet",
        ),
        ("spectrum.headed select 1", "would lose rows"),
    ] {
        let found = rows(&warehouse, &format!("insert into {insert}")).await;
        assert!(found.contains(part), "{insert}: {found}");
    }
    assert_eq!(objects(&warehouse, "text").len(), 2);
    for (insert, count) in [
        (
            "with s as (select id from sales) select id, 'w', null::date from s",
            "6",
        ),
        (
            "(select * from (select id, 'l', null::date from sales order by id limit 1))",
            "7",
        ),
    ] {
        let insert = format!("insert into spectrum.text {insert}");
        warehouse.script(&insert).await.unwrap();
        let found = rows(&warehouse, "select count(*) from spectrum.text").await;
        assert_eq!(found, count, "{insert}");
    }
}

#[tokio::test]
async fn tables_change() {
    let warehouse = opened().await;
    std::fs::create_dir_all(warehouse.path("raw")).unwrap();
    std::fs::write(warehouse.path("raw/a.txt"), "head\n1|x|\u{e9}\n").unwrap();
    warehouse
        .script(
            "create external table spectrum.raw (id int, name varchar(5)) partitioned by (part int) \
             row format delimited fields terminated by '|' stored as textfile location 's3://bkt/raw/'; ",
        )
        .await
        .unwrap();
    let all = "select * from spectrum.raw order by 1 nulls first";
    for (change, expected) in [
        (
            "alter table spectrum.raw add partition (part=0) location 's3://bkt/raw/'",
            "NULL|NULL|0;1|x|0",
        ),
        (
            "alter table spectrum.raw set table properties ('skip.header.line.count'='1')",
            "1|x|0",
        ),
        // What is said of ORC changes nothing of a text.
        (
            "alter table spectrum.raw set table properties ('orc.schema.resolution'='position')",
            "1|x|0",
        ),
        (
            "alter table spectrum.raw add column more varchar(9)",
            "1|x|\u{e9}|0",
        ),
        ("alter table spectrum.raw drop column name", "1|x|0"),
        (
            "alter table spectrum.raw rename column more to less",
            "1|x|0",
        ),
        (
            "alter table spectrum.raw partition (part='0') set location 's3://bkt/nothing/'",
            "",
        ),
        (
            "alter table spectrum.raw partition (part='0') set location 's3://bkt/raw/'",
            "1|x|0",
        ),
        (
            "alter table spectrum.raw set file format parquet",
            "it is no Parquet",
        ),
        ("alter table spectrum.raw set file format textfile", "1|x|0"),
        ("alter table spectrum.raw drop partition (part='0')", ""),
    ] {
        warehouse.script(change).await.unwrap();
        let found = rows(&warehouse, all).await;
        assert!(
            found == expected || !expected.is_empty() && found.ends_with(expected),
            "{change}: {found}"
        );
    }
    let columns = "select columnname, external_type, columnnum, part_key from svv_external_columns order by columnnum";
    assert_eq!(
        rows(&warehouse, columns).await,
        "id|int|1|0;less|varchar(9)|2|0;part|int|3|1"
    );
    for (change, part) in [
        ("drop column part", "is in PARTITIONED BY"),
        ("rename column part to p", "is in PARTITIONED BY"),
        ("drop column nothing", "does not exist"),
        ("add column id int", "already exists"),
        (
            "add column b int default 1",
            "a column is added with its name and type only",
        ),
        (
            "alter column less type varchar(20)",
            "ADD, DROP and RENAME only",
        ),
        ("add column s super", "Unsupported data type \"super\""),
        (
            "set table properties ('skip.header.line.count'='x')",
            "a number of lines",
        ),
        (
            "set table properties ('data_cleansing_enabled'='true','invalid_char_handling'='DROP_ROW')",
            "`invalid_char_handling` = `DROP_ROW`",
        ),
        (
            "set file format orc",
            "create the table anew with STORED AS ORC",
        ),
        ("drop partition (part='9')", "does not exist"),
    ] {
        let found = rows(&warehouse, &format!("alter table spectrum.raw {change}")).await;
        assert!(found.contains(part), "{change}: {found}");
    }
    let renamed = "alter table spectrum.raw rename to cooked; alter table spectrum.cooked add partition (part=1) location 's3://bkt/raw/'; \
                   select * from spectrum.cooked";
    assert_eq!(rows(&warehouse, renamed).await, "1|x|1");
    let plain = "alter table sales set table properties ('numRows'='1')";
    assert!(
        rows(&warehouse, plain)
            .await
            .contains("is no external table")
    );
}

#[tokio::test]
async fn a_definition_makes_the_table_again() {
    let warehouse = opened().await;
    std::fs::create_dir_all(warehouse.path("shown/p=a")).unwrap();
    std::fs::write(warehouse.path("shown/p=a/x.txt"), "head\n1\t2.5\n").unwrap();
    warehouse
        .script(
            "create external table spectrum.shown (id int, \"select\" decimal(4,1)) partitioned by (p varchar(9)) \
             row format delimited fields terminated by '\\t' stored as textfile location 's3://bkt/shown/' \
             table properties ('skip.header.line.count'='1'); \
             alter table spectrum.shown add partition (p='a') location 's3://bkt/shown/p=a/'",
        )
        .await
        .unwrap();
    let shown = rows(&warehouse, "show external table spectrum.shown partition").await;
    assert_eq!(
        shown,
        "CREATE EXTERNAL TABLE spectrum.shown (\n    id int,\n    \"select\" decimal(4,1)\n)\n\
         PARTITIONED BY (p varchar(9))\n\
         ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe'\n\
         WITH SERDEPROPERTIES ('field.delim'='\\t')\n\
         STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat' \
         OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'\n\
         LOCATION 's3://bkt/shown/'\n\
         TABLE PROPERTIES ('skip.header.line.count'='1');\n\
         ALTER TABLE spectrum.shown ADD IF NOT EXISTS PARTITION (p='a') LOCATION 's3://bkt/shown/p=a/';"
            .replace('\n', "\\n")
    );
    let again = shown.replace("\\n", "\n");
    warehouse
        .script(&format!("drop table spectrum.shown; {again}"))
        .await
        .unwrap();
    let all = "select id, \"select\", p from spectrum.shown";
    assert_eq!(rows(&warehouse, all).await, "1|2.5|a");
    let plain = rows(&warehouse, "show external table sales").await;
    assert!(plain.contains("is not an external table"), "{plain}");
}
