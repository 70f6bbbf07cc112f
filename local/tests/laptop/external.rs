//! External tables show what lies in their folder when somebody asks.

use crate::harness::Warehouse;

const SCHEMA: &str = "create external schema spectrum from data catalog database 'lake' \
                      iam_role default create external database if not exists";

async fn rows(warehouse: &Warehouse, sql: &str) -> String {
    match warehouse.script(sql).await {
        Ok(rows) => rows.unwrap_or_default(),
        Err(message) => message,
    }
}

fn write(warehouse: &Warehouse, key: &str, text: &str) {
    let path = warehouse.path(key);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[tokio::test]
async fn formats_of_text() {
    let warehouse = Warehouse::open();
    warehouse.script(SCHEMA).await.unwrap();
    write(&warehouse, "tab/a.txt", "1\tx\t2026-01-02\nno\t\\N\n");
    write(&warehouse, "tab/_hidden", "9\tz\t2026-01-02\n");
    write(&warehouse, "table/b.txt", "8\ty\t2026-01-02\n");
    write(&warehouse, "csv/a.csv", "id,name\n1,\"x,y\"\n2,z\n");
    write(
        &warehouse,
        "json/a.json",
        "{\"ID\":1,\"name\":\"x\"}\n{\"id\":2}\n",
    );
    for (table, definition, query, expected) in [
        (
            "tab",
            "(id int, name varchar(5), day date) row format delimited fields terminated by '\\t' \
             stored as textfile location 's3://bkt/tab'",
            "select id, name, day from spectrum.tab order by 1",
            "1|x|2026-01-02;NULL|NULL|NULL",
        ),
        (
            "empty",
            "(id int) stored as textfile location 's3://bkt/nothing/'",
            "select count(*) from spectrum.empty",
            "0",
        ),
        (
            "csv",
            "(id int, name varchar(5)) row format serde 'org.apache.hadoop.hive.serde2.OpenCSVSerde' \
             with serdeproperties ('separatorChar' = ',', 'quoteChar' = '\"') stored as textfile \
             location 's3://bkt/csv/' table properties ('skip.header.line.count' = '1')",
            "select id, name from spectrum.csv order by id",
            "1|x,y;2|z",
        ),
        (
            "json",
            "(id int, name varchar(5)) row format serde 'org.openx.data.jsonserde.JsonSerDe' \
             location 's3://bkt/json/'",
            "select id, name from spectrum.json order by id",
            "1|x;2|NULL",
        ),
    ] {
        let create = format!("create external table spectrum.{table} {definition}");
        warehouse.script(&create).await.unwrap();
        assert_eq!(rows(&warehouse, query).await, expected, "{table}");
    }
    for (definition, part) in [
        (
            "(id int) stored as rcfile location 's3://bkt/x/'",
            "STORED AS RCFILE (RCFile): write the objects as Parquet",
        ),
        (
            "(id int) stored as inputformat 'org.apache.hudi.hadoop.HoodieParquetInputFormat' \
             outputformat 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat' location 's3://bkt/x/'",
            "tables of Apache Hudi): write the rows as plain Parquet",
        ),
        (
            "(id int) stored as inputformat 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat' \
             outputformat 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat' location 's3://bkt/x/'",
            "manifests of Delta Lake): write the rows as plain Parquet",
        ),
        (
            "(id int) row format serde 'com.amazon.ionhiveserde.IonHiveSerDe' stored as \
             inputformat 'com.amazon.ionhiveserde.formats.IonInputFormat' \
             outputformat 'com.amazon.ionhiveserde.formats.IonOutputFormat' location 's3://bkt/x/'",
            "Amazon Ion): write the objects as JSON",
        ),
        (
            "(id timestamptz) stored as parquet location 's3://bkt/x/'",
            "cast it to `timestamp`",
        ),
        (
            "(id int) stored as parquet",
            "write `location 's3://bucket/folder/'`",
        ),
        (
            "(id int) row format serde 'org.apache.hadoop.hive.serde2.RegexSerDe' location 's3://bkt/x/'",
            "ROW FORMAT SERDE `org.apache.hadoop.hive.serde2.RegexSerDe`",
        ),
        (
            "(id array<int>) stored as parquet location 's3://bkt/x/'",
            "does not support the type",
        ),
    ] {
        let found = rows(
            &warehouse,
            &format!("create external table spectrum.no {definition}"),
        )
        .await;
        assert!(found.contains(part), "{definition}: {found}");
    }
}

#[tokio::test]
async fn days_of_text_are_written_in_five_ways() {
    let warehouse = Warehouse::open();
    warehouse.script(SCHEMA).await.unwrap();
    write(
        &warehouse,
        "days/a.txt",
        "1,2017-05-01\n2,05-02-2017\n3,may-03-2017\n4,04-May-2017\n5,2017-may-05\n6,05-06-17\n\
         7,05-07-89\n8,13-01-2017\n9,infinity\n",
    );
    warehouse
        .script(
            "create external table spectrum.days (id int, day date) row format delimited fields \
             terminated by ',' stored as textfile location 's3://bkt/days/'",
        )
        .await
        .unwrap();
    assert_eq!(
        rows(&warehouse, "select id, day from spectrum.days order by id").await,
        "1|2017-05-01;2|2017-05-02;3|2017-05-03;4|2017-05-04;5|2017-05-05;6|2017-05-06;\
         7|1989-05-07;8|NULL;9|NULL"
    );
}

#[tokio::test]
async fn a_manifest_of_an_external_table_says_lengths() {
    let warehouse = Warehouse::open();
    warehouse.script(SCHEMA).await.unwrap();
    write(&warehouse, "data/a.txt", "1\n");
    let entries = "{\"entries\":[{\"url\":\"s3://bkt/data/a.txt\"}]}";
    write(&warehouse, "lists/bare", entries);
    warehouse
        .script(
            "create external table spectrum.bare (id int) stored as textfile location \
             's3://bkt/lists/bare'",
        )
        .await
        .unwrap();
    let found = rows(&warehouse, "select id from spectrum.bare").await;
    assert!(
        found.contains("no `meta` with a `content_length`"),
        "{found}"
    );
}

#[tokio::test]
async fn rows_are_those_of_the_moment() {
    let warehouse = Warehouse::open();
    warehouse.script(SCHEMA).await.unwrap();
    write(&warehouse, "lake/a.txt", "1|x\n");
    warehouse
        .script(
            "create external table spectrum.lake (id int, name varchar(5)) \
             row format delimited fields terminated by '|' stored as textfile location 's3://bkt/lake/'; \
             create table own (id int); insert into own values (1), (2)",
        )
        .await
        .unwrap();
    warehouse
        .script(
            "create view seen as select count(*) as n from spectrum.lake with no schema binding",
        )
        .await
        .unwrap();
    let count = "select count(*) from spectrum.lake";
    assert_eq!(rows(&warehouse, count).await, "1");
    write(&warehouse, "lake/b.txt", "2|y\n3|z\n");
    assert_eq!(rows(&warehouse, "select n from seen").await, "3");
    assert_eq!(rows(&warehouse, count).await, "3");
    let joined = "select l.name from spectrum.lake l join own o on o.id = l.id order by 1";
    assert_eq!(rows(&warehouse, joined).await, "x;y");
    std::fs::remove_file(warehouse.path("lake/a.txt")).unwrap();
    let made = "create table made as select id from spectrum.lake; select count(*) from made";
    assert_eq!(rows(&warehouse, made).await, "2");
    for change in [
        "delete from spectrum.lake",
        "update spectrum.lake set id = 1",
        "truncate spectrum.lake",
        "copy spectrum.lake from 's3://bkt/lake/' iam_role default",
    ] {
        let found = rows(&warehouse, change).await;
        assert!(
            found.contains("Redshift changes no rows of the external table"),
            "{change}: {found}"
        );
    }
}

#[tokio::test]
async fn parts_and_parquet() {
    let warehouse = Warehouse::open();
    warehouse.script(SCHEMA).await.unwrap();
    warehouse
        .script(
            "unload ('select 1 as id, 2.5::numeric(5,2) as price, ''2008-01'' as month union all select 2, 3, ''2008-02''') \
             to 's3://bkt/sales/' iam_role default parquet partition by (month)",
        )
        .await
        .unwrap();
    warehouse
        .script(
            "create external table spectrum.sales (id int, price numeric(5,2)) partitioned by (month char(10)) \
             stored as parquet location 's3://bkt/sales/'",
        )
        .await
        .unwrap();
    let all = "select id, price, month from spectrum.sales order by 1";
    assert_eq!(rows(&warehouse, all).await, "");
    for (change, expected) in [
        (
            "alter table spectrum.sales add partition (month='2008-01') location 's3://bkt/sales/month=2008-01/' \
             partition (month='2008-02') location 's3://bkt/sales/month=2008-02/'",
            "1|2.50|2008-01;2|3.00|2008-02",
        ),
        (
            "alter table spectrum.sales drop partition (month='2008-01')",
            "2|3.00|2008-02",
        ),
        (
            "alter table spectrum.sales add if not exists partition (month='2008-02') location 's3://bkt/nowhere/'",
            "2|3.00|2008-02",
        ),
    ] {
        warehouse.script(change).await.unwrap();
        assert_eq!(rows(&warehouse, all).await, expected, "{change}");
    }
    for (query, expected) in [
        (
            "select trim(schemaname), trim(databasename) from svv_external_schemas",
            "spectrum|lake",
        ),
        (
            "select schemaname, tablename, location from svv_external_tables",
            "spectrum|sales|s3://bkt/sales",
        ),
        (
            "select columnname, columnnum, part_key from svv_external_columns order by columnnum",
            "id|1|0;price|2|0;month|3|1",
        ),
        (
            "select \"values\", location from svv_external_partitions",
            "[\"2008-02\"]|s3://bkt/sales/month=2008-02",
        ),
    ] {
        assert_eq!(rows(&warehouse, query).await, expected, "{query}");
    }
    let oid = "select \"$spectrum_oid\" from spectrum.sales";
    assert!(
        rows(&warehouse, oid)
            .await
            .contains("the pseudocolumn \"$spectrum_oid\"")
    );
    let again = "alter table spectrum.sales add partition (month='2008-02') location 's3://bkt/x/'";
    assert!(rows(&warehouse, again).await.contains("already exists"));
}

/// The objects are those of the tests of COPY.
#[tokio::test]
async fn orc_is_read_by_name_or_by_position() {
    let warehouse = Warehouse::open();
    warehouse.script(SCHEMA).await.unwrap();
    let kinds = include_bytes!("data/kinds.orc").as_slice();
    let cut = [&kinds[..100], &kinds[521..]].concat();
    for (key, bytes) in [
        ("kinds/a.orc", kinds),
        ("zstd/a.orc", include_bytes!("data/zstd.orc").as_slice()),
        ("nested/a.orc", include_bytes!("data/nested.orc").as_slice()),
        ("short/a.orc", &kinds[..500]),
        ("cut/a.orc", cut.as_slice()),
    ] {
        let path = warehouse.path(key);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let by_position = "table properties ('orc.schema.resolution'='position')";
    for (table, columns, properties, expected) in [
        (
            "kinds",
            "name varchar(8), missing date, id bigint, amount decimal(8,2), at timestamp, ok boolean, \
             ratio float8, day date",
            "",
            "Ada|NULL|1|1.50|2026-03-01 08:00:00.123456|true|0.1|2026-03-01;\
             Bo|\"q\"|NULL|2|-0.05|1969-12-31 23:59:59|false|-2.5|1969-12-31;\
             NULL|NULL|3|NULL|NULL|NULL|NULL|NULL",
        ),
        // A number that is too large for its column is NULL.
        ("kinds", "id int, big int", "", "1|NULL;2|-1;3|NULL"),
        (
            "zstd",
            "number int, label varchar(8)",
            "",
            "NULL|NULL;NULL|NULL;NULL|NULL",
        ),
        (
            "zstd",
            "number int, label varchar(8), more int",
            by_position,
            "1|Ada|NULL;2|Bo|\"q\"|NULL;3|NULL|NULL",
        ),
        (
            "zstd",
            "name varchar(8), id int",
            "table properties ('orc.schema.resolution'='name', 'compression_type'='gzip')",
            "Ada|1;Bo|\"q\"|2;NULL|3",
        ),
        ("kinds", "number int", by_position, "1;2;3"),
        // Columns that nobody names may be nested.
        ("nested", "id int", "", "1"),
        (
            "nested",
            "id int, tags varchar(9)",
            "",
            "does not read the nested column tags of ORC: write its values as JSON into a text",
        ),
        (
            "zstd",
            "name varchar(8), id int",
            by_position,
            "column id of ORC has a type that is not compatible with the column name of the table",
        ),
        ("short", "id int", "", "s3://bkt/short/a.orc is no ORC"),
        ("cut", "id int", "", "s3://bkt/cut/a.orc cannot be read: "),
    ] {
        let create = format!(
            "create external table spectrum.t ({columns}) stored as orc location 's3://bkt/{table}/' \
             {properties}"
        );
        warehouse.script(&create).await.unwrap();
        let found = warehouse
            .script("select * from spectrum.t order by 1")
            .await;
        match &found {
            Ok(rows) => assert_eq!(rows.as_deref(), Some(expected), "{table} {columns}"),
            Err(message) => assert!(message.contains(expected), "{table} {columns}: {message}"),
        }
        warehouse.script("drop table spectrum.t").await.unwrap();
    }
}

#[tokio::test]
async fn an_orc_table_changes_how_its_columns_are_found() {
    let warehouse = Warehouse::open();
    warehouse.script(SCHEMA).await.unwrap();
    std::fs::create_dir_all(warehouse.path("zstd")).unwrap();
    std::fs::write(
        warehouse.path("zstd/a.orc"),
        include_bytes!("data/zstd.orc"),
    )
    .unwrap();
    warehouse
        .script(
            "create external table spectrum.t (number int, name varchar(8)) stored as orc \
             location 's3://bkt/zstd/'",
        )
        .await
        .unwrap();
    for (mapping, expected) in [
        ("name", "NULL|Ada;NULL|Bo|\"q\";NULL|NULL"),
        ("position", "1|Ada;2|Bo|\"q\";3|NULL"),
        ("name", "NULL|Ada;NULL|Bo|\"q\";NULL|NULL"),
        ("any other word", "1|Ada;2|Bo|\"q\";3|NULL"),
    ] {
        let change = format!(
            "alter table spectrum.t set table properties ('orc.schema.resolution'='{mapping}')"
        );
        warehouse.script(&change).await.unwrap();
        let all = "select * from spectrum.t order by 1, 2";
        assert_eq!(rows(&warehouse, all).await, expected, "{mapping}");
    }
    let shown = rows(&warehouse, "show external table spectrum.t").await;
    for part in [
        "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
        "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
        "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
    ] {
        assert!(shown.contains(part), "{shown}");
    }
    let again = format!("drop table spectrum.t; {}", shown.replace("\\n", "\n"));
    warehouse.script(&again).await.unwrap();
    let one = "select number, name from spectrum.t where number = 2";
    assert_eq!(rows(&warehouse, one).await, "2|Bo|\"q\"");
    for (statement, part) in [
        (
            "insert into spectrum.t select 4, 'd'",
            "takes text with a delimiter or Parquet",
        ),
        (
            "alter table spectrum.t set file format orc",
            "create the table anew with STORED AS ORC",
        ),
    ] {
        let found = rows(&warehouse, statement).await;
        assert!(found.contains(part), "{statement}: {found}");
    }
}

#[tokio::test]
async fn pseudocolumns_say_where_rows_are_from() {
    let warehouse = Warehouse::open();
    warehouse.script(SCHEMA).await.unwrap();
    write(&warehouse, "a/one.txt", "1|x\n");
    write(&warehouse, "a/two.txt", "2|yy\n3|z\n");
    warehouse
        .script(
            "create external table spectrum.a (id int, name varchar(5)) row format delimited \
             fields terminated by '|' stored as textfile location 's3://bkt/a/'; \
             create external table spectrum.b (id int, other varchar(5)) row format delimited \
             fields terminated by '|' stored as textfile location 's3://bkt/a/'; \
             create table own (id int); insert into own values (1), (3); \
             create table kept as select id, \"$path\", \"$size\" from spectrum.a; \
             create view shown as select \"$path\" as place, * from spectrum.a with no schema binding",
        )
        .await
        .unwrap();
    for (query, expected) in [
        (
            "select distinct \"$path\", \"$size\" from spectrum.a order by 1",
            "s3://bkt/a/one.txt|4;s3://bkt/a/two.txt|9",
        ),
        ("select * from spectrum.a order by id", "1|x;2|yy;3|z"),
        ("select a.* from spectrum.a order by id", "1|x;2|yy;3|z"),
        (
            "select s.*, s.\"$size\" from spectrum.a as s where \"$path\" like '%one.txt'",
            "1|x|4",
        ),
        (
            "select * from spectrum.a join own on own.id = a.id order by 1",
            "1|x|1;3|z|3",
        ),
        (
            "select * from spectrum.a join spectrum.b using (id) order by 1",
            "1|x|x;2|yy|yy;3|z|z",
        ),
        (
            "select * from spectrum.a, spectrum.b where a.id = b.id and a.id = 3",
            "3|z|3|z",
        ),
        (
            "select * from (select id, \"$path\" from spectrum.a) as x join spectrum.b on x.id = b.id where b.id = 1",
            "1|s3://bkt/a/one.txt|1|x",
        ),
        (
            "select * from own natural join spectrum.a order by 1",
            "1|x;3|z",
        ),
        (
            "with a as (select \"$path\", id from spectrum.a) select * from a where id = 1",
            "s3://bkt/a/one.txt|1",
        ),
        (
            "select * from kept order by id limit 1",
            "1|s3://bkt/a/one.txt|4",
        ),
        ("select \"$size\" from kept order by id limit 1", "4"),
        (
            "select * from shown order by id limit 1",
            "s3://bkt/a/one.txt|1|x",
        ),
        (
            "select * from (select id, name from spectrum.a) pivot (count(*) for name in ('x', 'z')) order by id",
            "1|1|0;2|0|0;3|0|1",
        ),
        (
            "select * from spectrum.a pivot (count(id) for name in ('x', 'z'))",
            "1|1",
        ),
        (
            "select * from spectrum.a unpivot (v for k in (name)) order by id",
            "1|name|x;2|name|yy;3|name|z",
        ),
        ("select count(*) from spectrum.a", "3"),
        (
            "select column_name from svv_columns where table_name = 'a' order by ordinal_position",
            "id;name",
        ),
        (
            "select column_name from svv_columns where table_name = 'kept' order by ordinal_position",
            "id;$path;$size",
        ),
        (
            "create table like_a (like spectrum.a); select count(*) from svv_columns where table_name = 'like_a'",
            "2",
        ),
        (
            "create table all_of_a as select * from spectrum.a union select * from spectrum.b; select count(*) from all_of_a",
            "3",
        ),
        (
            "set search_path to spectrum, public; select * from a order by 1",
            "1|x;2|yy;3|z",
        ),
    ] {
        assert_eq!(rows(&warehouse, query).await, expected, "{query}");
    }
    for (query, part) in [
        ("select \"$path\" from own", "$path"),
        (
            "select * from spectrum.a natural join spectrum.b",
            "NATURAL JOIN of external tables: write USING",
        ),
    ] {
        let found = rows(&warehouse, query).await;
        assert!(
            found.starts_with("ERROR") && found.contains(part),
            "{query}: {found}"
        );
    }
}

/// A number as Avro writes it.
fn long(number: i64) -> Vec<u8> {
    let mut rest = ((number << 1) ^ (number >> 63)).cast_unsigned();
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(rest & 0x7f).unwrap();
        rest >>= 7;
        if rest == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

fn text(bytes: &[u8]) -> Vec<u8> {
    let mut all = long(i64::try_from(bytes.len()).unwrap());
    all.extend_from_slice(bytes);
    all
}

#[tokio::test]
async fn objects_of_avro() {
    let warehouse = Warehouse::open();
    warehouse.script(SCHEMA).await.unwrap();
    let schema = br#"{"type":"record","name":"sale","fields":[{"name":"ID","type":"int"},
        {"name":"price","type":["null",{"type":"bytes","logicalType":"decimal","precision":8,"scale":2}]},
        {"name":"day","type":{"type":"int","logicalType":"date"}},
        {"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},
        {"name":"note","type":"string"}]}"#;
    let mut file = b"Obj\x01".to_vec();
    file.extend([long(1), text(b"avro.schema"), text(schema), long(0)].concat());
    file.extend([7; 16]);
    let rows = [
        [
            long(1),
            long(1),
            text(b"\x01\x00"),
            long(20_454),
            long(1_500),
            text(b"x,y"),
        ]
        .concat(),
        [long(2), long(0), long(-1), long(0), text(b"")].concat(),
    ]
    .concat();
    file.extend([long(2), text(&rows)].concat());
    file.extend([7; 16]);
    std::fs::create_dir_all(warehouse.path("avro")).unwrap();
    std::fs::write(warehouse.path("avro/a.avro"), file).unwrap();
    warehouse
        .script(
            "create external table spectrum.avro (id int, price decimal(8,2), day date, at timestamp, note varchar(9)) \
             row format serde 'org.apache.hadoop.hive.serde2.avro.AvroSerDe' \
             with serdeproperties ('avro.schema.literal'='{}') stored as avro location 's3://bkt/avro/'",
        )
        .await
        .unwrap();
    let query = "select id, price, day, at, note from spectrum.avro order by id";
    let expected =
        "1|2.56|2026-01-01|1970-01-01 00:00:01.5|x,y;2|NULL|1969-12-31|1970-01-01 00:00:00|";
    assert_eq!(self::rows(&warehouse, query).await, expected);
    for (change, part) in [
        (
            "alter table spectrum.avro add column b int",
            "no column is added to objects of Avro",
        ),
        (
            "alter table spectrum.avro drop column note",
            "no column is dropped from objects of Avro",
        ),
        (
            "insert into spectrum.avro select 1, null, null, null, null",
            "takes text with a delimiter or Parquet",
        ),
    ] {
        let found = self::rows(&warehouse, change).await;
        assert!(found.contains(part), "{change}: {found}");
    }
}

#[tokio::test]
async fn properties_act() {
    let warehouse = Warehouse::open();
    warehouse.script(SCHEMA).await.unwrap();
    write(&warehouse, "rows/a.gz", "1|x\n");
    write(
        &warehouse,
        "json/a.json",
        "{\"RequestTimestamp\":\"2026-01-02 03:04:05\",\"id\":1}\n",
    );
    std::fs::write(warehouse.path("rows/b.txt"), b"2|\xff|more\n3").unwrap();
    for (table, definition, query, expected) in [
        (
            "plain",
            "(id int, name varchar(5)) row format delimited fields terminated by '|' lines terminated by '\\n\\l' \
             null defined as 'x' stored as textfile location 's3://bkt/rows/' table properties \
             ('compression_type'='none', 'data_cleansing_enabled'='true', 'invalid_char_handling'='REPLACE', \
             'replacement_char'='#', 'column_count_mismatch_handling'='SET_TO_NULL')",
            "select id, name from spectrum.plain order by 1",
            "1|NULL;2|#;3|NULL",
        ),
        (
            "mapped",
            "(requesttime timestamp, id int) row format serde 'org.openx.data.jsonserde.JsonSerDe' \
             with serdeproperties ('dots.in.keys' = 'true', 'mapping.requesttime' = 'requesttimestamp') \
             location 's3://bkt/json'",
            "select requesttime, id from spectrum.mapped",
            "2026-01-02 03:04:05|1",
        ),
    ] {
        let create = format!("create external table spectrum.{table} {definition}");
        warehouse.script(&create).await.unwrap();
        assert_eq!(rows(&warehouse, query).await, expected, "{table}");
    }
}

#[tokio::test]
async fn a_location_is_a_folder_or_a_manifest() {
    let warehouse = Warehouse::open();
    warehouse.script(SCHEMA).await.unwrap();
    write(&warehouse, "data/a.txt", "1\n");
    write(&warehouse, "data/b.txt", "2\n");
    write(
        &warehouse,
        "lists/some.manifest",
        "{\"entries\":[{\"url\":\"s3://bkt/data/b.txt\",\"meta\":{\"content_length\":2}}]}",
    );
    for (table, location) in [
        ("folder", "data"),
        ("listed", "lists/some.manifest"),
        ("wrong", "data/a.txt"),
    ] {
        warehouse
            .script(&format!(
                "create external table spectrum.{table} (id int) stored as textfile location 's3://bkt/{location}'"
            ))
            .await
            .unwrap();
    }
    warehouse
        .script("create table wrong as select 7 as id")
        .await
        .unwrap();
    for (query, expected) in [
        ("select id from wrong", "7"),
        ("select id from spectrum.folder order by 1", "1;2"),
        (
            "select id, \"$path\" from spectrum.listed",
            "2|s3://bkt/data/b.txt",
        ),
    ] {
        assert_eq!(rows(&warehouse, query).await, expected, "{query}");
    }
    for (statement, part) in [
        (
            "select id from spectrum.wrong",
            "so it has to be a manifest",
        ),
        (
            "insert into spectrum.listed select 3",
            "finds a manifest at its location",
        ),
    ] {
        let found = rows(&warehouse, statement).await;
        assert!(found.contains(part), "{statement}: {found}");
    }
    write(&warehouse, "lists/some.manifest", "{\"entries\":[]}");
    assert_eq!(
        rows(&warehouse, "select count(*) from spectrum.listed").await,
        "0"
    );
}

#[tokio::test]
async fn a_call_reads_the_tables_that_its_procedures_name() {
    let warehouse = Warehouse::open();
    warehouse.script(SCHEMA).await.unwrap();
    write(&warehouse, "good/a.txt", "1\n");
    for (table, location) in [("good", "s3://bkt/good/"), ("broken", "s3://elsewhere/x/")] {
        warehouse
            .script(&format!(
                "create external table spectrum.{table} (id int) stored as textfile location '{location}'"
            ))
            .await
            .unwrap();
    }
    warehouse
        .script(
            "create table seen (n bigint);
             create procedure inner_one() as $$ declare n bigint; begin select into n count(*) from spectrum.GOOD; insert into seen values (n); end $$ language plpgsql;
             create procedure outer_one() as $$ begin call inner_one(); end $$ language plpgsql;
             create procedure nothing() as $$ begin perform 1; end $$ language plpgsql;
             create procedure broken_one() as $$ declare n bigint; begin select into n count(*) from spectrum.broken; end $$ language plpgsql",
        )
        .await
        .unwrap();
    assert_eq!(rows(&warehouse, "call nothing(); select 1").await, "1");
    write(&warehouse, "good/b.txt", "2\n");
    assert_eq!(
        rows(&warehouse, "call outer_one(); select n from seen").await,
        "2"
    );
    let refused = rows(&warehouse, "call broken_one()").await;
    assert!(refused.contains("`elsewhere` is not mapped"), "{refused}");
}
