//! COPY reads what Redshift reads, and says of the rest what `stl_load_errors` says.

use std::io::Write as _;

use crate::harness::Warehouse;

/// A table, an object, the options of COPY, and the rows or a part of the error.
struct Case {
    columns: &'static str,
    text: &'static [u8],
    options: &'static str,
    expected: &'static str,
}

const fn case(
    columns: &'static str,
    text: &'static [u8],
    options: &'static str,
    expected: &'static str,
) -> Case {
    Case {
        columns,
        text,
        options,
        expected,
    }
}

/// Runs each case on a table of its own. An expectation that begins with `!` is a part of the error.
async fn run(cases: &[Case]) {
    let warehouse = Warehouse::open();
    let mut failed = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let order = if case.columns.contains("super") {
            ""
        } else {
            " order by 1, 2"
        };
        let key = format!("object{number}.txt");
        std::fs::write(warehouse.path(&key), case.text).unwrap();
        let found = warehouse
            .script(&format!(
                "create table t{number} ({}); \
                 copy t{number} from 's3://bkt/{key}' iam_role default {}; \
                 select * from t{number}{order}",
                case.columns, case.options
            ))
            .await;
        let is_right = match (&found, case.expected.strip_prefix('!')) {
            (Ok(rows), None) => rows.as_deref().unwrap_or_default() == case.expected,
            (Err(message), Some(part)) => message.contains(part),
            _ => false,
        };
        if !is_right {
            let text = String::from_utf8_lossy(case.text);
            failed.push(format!(
                "{text:?} {}: expected {:?}, found {found:?}",
                case.options, case.expected
            ));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[tokio::test]
async fn delimited_text_and_its_options() {
    run(&[
        case("a int, b varchar(9)", b"1|x\n2|\n", "", "1|x;2|"),
        case("a int, b varchar(9)", b"1|x|\n2|y|\n", "", "1|x;2|y"),
        case("a int, b varchar(9)", b"1\tx\n", "delimiter '\\t'", "1|x"),
        case("a int, b varchar(9)", b"1\x01x\n", "delimiter '\\001'", "1|x"),
        case("a int, b varchar(9)", b"1|~|x|\n", "delimiter '|~|'", "1|x|"),
        case("a int, b varchar(9)", b"1|\\N\n", "", "1|NULL"),
        case("a int, b varchar(9)", b"1|NA\n", "null as 'NA'", "1|NULL"),
        case("a int, b varchar(9)", b"1|\\N\n2|N\n", "null as '\\N'", "1|NULL;2|N"),
        case("a int, b varchar(9)", b"1|\\N\n2|N\n", "null as '\\\\N'", "1|NULL;2|N"),
        case("a int, b varchar(9)", b"1|\0\n", "null as '\\000'", "1|NULL"),
        case("a int, b varchar(9)", b"1|x\\|y\n2|\\N\n", "escape", "1|x|y;2|NULL"),
        case("a int, b varchar(9)", b"1|x\\\ny\n", "escape", "1|x\\ny"),
        case("a int, b varchar(9)", b"1|\"x|y\"\n2|'z'\n", "removequotes", "1|x|y;2|z"),
        case("a int, b varchar(9)", b"1|'x\n", "removequotes", "!Delimited value missing end quote"),
        case("a int, b varchar(9)", b"1|  \n2|x \n", "blanksasnull", "1|NULL;2|x "),
        case("a int, b varchar(9)", b"1|\n", "emptyasnull", "1|NULL"),
        case("a int, b varchar(9)", b"1|x  \n", "trimblanks", "1|x"),
        case("a int, b varchar(2)", b"1|xyz\n", "truncatecolumns", "1|xy"),
        case("a int, b varchar(2)", b"1|xy  \n", "", "1|xy"),
        case("a int, b varchar(9)", b"h\n1|x\n", "ignoreheader 1", "1|x"),
        case("a int, b varchar(9)", b"1|x\n\n2|y\n", "ignoreblanklines", "1|x;2|y"),
        case("a int, b varchar(9)", b"1|x\n\n2|y\n", "", "!line 2, column a: Delimiter not found (1214)"),
        case("a int, b varchar(9), c int", b"1\n2|x|3\n", "fillrecord", "1||NULL;2|x|3"),
        case("a int, b varchar(9)", b"1\n", "", "!line 1, column a: Delimiter not found (1214)"),
        case("a int, b varchar(9)", b"1|x|y\n", "", "!line 1, column b: Extra column(s) found (1202)"),
        case("a int, b varchar(9)", b"\xef\xbb\xbf1|x\r\n2|y\r3|z", "", "1|x;2|y;3|z"),
        case("a int, b varchar(9)", b"1|x\xff\xe2\x82y\n", "acceptinvchars as '^'", "1|x^^^y"),
        case("a int, b varchar(9)", b"1|x\xffy\n", "acceptinvchars", "1|x?y"),
        case("a int, b char(9)", b"1|x\xffy\n", "acceptinvchars", "!column b: String contains invalid"),
        case("a int, b varchar(9)", b"1|\t \n2|x\t \n", "blanksasnull", "1|NULL;2|x\t "),
        case("a int, b char(9)", b"1|  \n", "blanksasnull", "1|NULL"),
        case("a int, b varchar(9)", b"1|x\t \n", "trimblanks", "1|x"),
        case("a int, b varchar(9)", b"1|x\n", "fixedwidth 'a:1,b:0'", "!FIXEDWIDTH takes"),
        case("a int, b varchar(9)", b"1|x\n", "csv delimiter '%' quote '%'", "!the quote and the delimiter of CSV are two characters"),
        case("a int, b timestamptz", b"1|x\n", "timeformat 'YYYY-MM-DD HH:MI:SSOF'", "!TIMEFORMAT takes no time zone"),
        case("a int, b varchar(9)", b"1|x\xffy\n", "", "!column b: String contains invalid or unsupported UTF8 codepoints. Bad UTF8 hex sequence: ff (error 3) (1220)"),
        case("a int, b varchar(9)", b"1\0|\0\xe9\0\n\0", "encoding utf16le", "1|é"),
        case("a int, b varchar(9)", b"\xfe\xff\x001\0|\0x\0\n", "encoding utf16", "1|x"),
        case("a int, b varchar(9)", b"1|\xe9\n", "encoding iso88591", "1|é"),
        case("a int, b varchar(9)", b"1\0|\0x\0\n\0", "encoding utf16", "!it has no byte order mark: name `utf16le` or `utf16be`"),
        case("a int, b char(3), c varchar(3), d int", b"1\n", "fillrecord", "1|NULL||NULL"),
        case("a int, b varchar(9)", b"?|y\n1|x\n2\n", "ignoreallerrors", "1|x"),
        case("a int, b varchar(9)", b"1|x\n", "null as '\\n'", "!NULL AS takes no line feed"),
        case("a int, b date", b"1|x\n", "dateformat 'AUTO'", "!DATEFORMAT takes no `AUTO`: it takes `auto` in lower case"),
        case("a int, b date", b"1|1199217600\n", "dateformat 'epochsecs'", "!DATEFORMAT takes no `epochsecs`"),
        case("a int, b timestamp", b"1|1199217600\n", "timeformat 'EPOCHSECS'", "!TIMEFORMAT takes no `EPOCHSECS`"),
        case("a int, b varchar(9)", include_bytes!("../../src/warehouse/copy/lzop/stored.lzo"), "lzop", "1|x"),
        case("a int, b varchar(9)", b"1|x\n", "lzop", "!cannot be read as LZOP: it does not begin as a file of lzop does"),
        case("a int, b varchar(9)", b"1|x\n", "gzip", "!cannot be read as GZIP"),
        case("a int, b varchar(9)", b"1|x\n", "noload", ""),
        case("a int, b varchar(9)", b"1|x\n?|y\n", "noload", "!line 2, column a: Invalid digit, Value '?', Pos 0, Type: Integer (1207)"),
    ])
    .await;
}

#[tokio::test]
async fn csv_and_its_options() {
    run(&[
        case(
            "a int, b varchar(9)",
            b"1,\"x,\"\"y\"\n2,\"a\nb\"\n",
            "csv",
            "1|x,\"y;2|a\\nb",
        ),
        case(
            "a int, b varchar(9)",
            b"1;%x;%%%\n",
            "csv quote as '%' delimiter ';'",
            "1|x;%",
        ),
        case(
            "a int, b varchar(9)",
            b"1, \"x,y\" \n\t\"2\" ,\" z \"\n3, z\n",
            "csv",
            "1|x,y;2| z ;3| z",
        ),
        case(
            "a int, b varchar(9)",
            b"1\t\"x\"\n2\t \"y\"\n",
            "csv delimiter '\\t'",
            "1|x;2|y",
        ),
        case(
            "a int, b varchar(9)",
            b"1,\"x\"y\n",
            "csv",
            "!line 1, column b: Invalid quote formatting for CSV (1216)",
        ),
        case(
            "a int, b varchar(9)",
            b"1,x,\n",
            "csv",
            "!Extra column(s) found",
        ),
        case(
            "a int, b varchar(9), c int",
            b"1,x\n",
            "csv",
            "!line 1, column b: Delimiter not found (1214)",
        ),
        case(
            "a int, b varchar(9)",
            b"h,h\nh,h\n1,x\n",
            "csv ignoreheader 2",
            "1|x",
        ),
        case(
            "a varchar(9), b varchar(9)",
            b"NA,\n",
            "csv null as 'NA'",
            "NULL|",
        ),
        case(
            "a varchar(9), b varchar(9)",
            b",x\n",
            "csv null as ''",
            "NULL|x",
        ),
    ])
    .await;
}

#[tokio::test]
async fn values_are_those_of_their_types() {
    run(&[
        case("a int, b int", b" 1 |\n", "", "1|NULL"),
        case("a int, b int", b"1.5|1\n", "", "!Invalid digit, Value '.', Pos 1, Type: Integer (1207)"),
        case("a int, b int", b"1|1e3\n", "", "!Invalid digit, Value 'e', Pos 1, Type: Integer (1207)"),
        case("a smallint, b int", b"40000|1\n", "", "!Integer value overflow, Type: Short (1222)"),
        case("a bool, b bool", b"y|0\n", "", "true|false"),
        case("a bool, b bool", b"YES|on\n", "", "!column b: Unknown boolean format (1210): `on`"),
        case("a bool, b bool", b"y|maybe\n", "", "!column b: Unknown boolean format (1210): `maybe`"),
        case("a numeric(5,2), b float", b"1.239|1e3\n", "", "1.23|1000"),
        case("a numeric(5,2), b float", b"1.239|1e3\n", "roundec", "1.24|1000"),
        case("a numeric(5,2), b int", b"x|1\n", "", "!Invalid digit, Value 'x', Pos 0, Type: Decimal (1207)"),
        case("a numeric(3,1), b int", b"1234.5|1\n", "", "!Numeric data overflow, Type: Decimal (1204)"),
        case("a float, b int", b"x|1\n", "", "!Invalid digit, Value 'x', Pos 0, Type: Double (1208)"),
        case("a date, b timestamp", b"2026-01-02|2026-01-02 03:04:05.5\n", "", "2026-01-02|2026-01-02 03:04:05.5"),
        case("a date, b int", b"2026-13-02|1\n", "", "!column a: Invalid Date Format (1205): `2026-13-02`"),
        case("a date, b int", b"x|1\n", "", "!Invalid Date Format - length must be 10 or more (1205)"),
        case("a date, b int", b"infinity|1\n", "", "!Invalid Date Format - length must be 10 or more (1205): `infinity`"),
        case("a date, b int", b"infinity|1\n", "dateformat 'auto'", "!(1205): `infinity`"),
        case("a date, b int", b"epoch|1\n", "", "!(1205): `epoch`"),
        case("a date, b int", b"2026-1-2|1\n", "", "!Invalid Date Format - length must be 10 or more (1205): `2026-1-2`"),
        case("a date, b int", b"2026-01-02x|1\n", "", "!Invalid Date Format (1205): `2026-01-02x`"),
        case("a date, b int", b"2026-01-02 BC|1\n", "dateformat 'auto'", "!Invalid Date Format (1205): `2026-01-02 BC`"),
        case("a date, b int", b"2026-01-02 03:04:05|1\n", "", "2026-01-02|1"),
        case("a timestamp, b int", b"infinity|1\n", "", "!(1206): `infinity`"),
        case("a timestamptz, b int", b"-infinity|1\n", "", "!(1206): `-infinity`"),
        case("a timestamp, b int", b"infinity|1\n", "timeformat 'auto'", "!(1206): `infinity`"),
        case("a float, b int", b"infinity|1\n", "", "Infinity|1"),
        case("a float, b int", b"1e400|1\n", "", "!column a: Numeric data overflow, Type: Double (1208): `1e400`"),
        case("a real, b int", b"1e39|1\n", "", "!column a: Numeric data overflow, Type: Double (1208): `1e39`"),
        case("a float, b int", b"1_000|1\n", "", "!Invalid digit, Value '_', Pos 1, Type: Double (1208)"),
        case("a numeric(9,2), b int", b"1_000|1\n", "", "!Invalid digit, Value '_', Pos 1, Type: Decimal (1207)"),
        case("a date, b int", b"J2451187|1\n1996.008|2\n960108 040809|3\n", "dateformat 'auto'", "1996-01-08|2;1996-01-08|3;1999-01-08|1"),
        case("a timestamp, b int", b"J2451187|1\n1996.008|2\n960108 040809|3\n19960109 040809|4\n12/17/1997 07:37:16.5|5\n", "timeformat 'auto'", "1996-01-08 00:00:00|2;1996-01-08 04:08:09|3;1996-01-09 04:08:09|4;1997-12-17 07:37:16.5|5;1999-01-08 00:00:00|1"),
        case("a time, b int", b"epoch|1\n", "", "!(1206): `epoch`"),
        case("a time, b int", b"03:04:05.5x|1\n", "", "!(1206): `03:04:05.5x`"),
        case("a time, b int", b"3:04|1\n", "", "03:04:00|1"),
        case("a timestamp, b int", b"x|1\n", "", "!Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS] (1206)"),
        case("a date, b timestamp", b"02.01.2026|02.01.2026 15:04:05\n", "dateformat 'DD.MM.YYYY' timeformat 'DD.MM.YYYY HH:MI:SS'", "2026-01-02|2026-01-02 15:04:05"),
        case("a date, b int", b"00/00/00|1\n", "dateformat 'MM/DD/YY' acceptanydate", "NULL|1"),
        case("a timestamp, b int", b"1199217600|1\n", "timeformat 'epochsecs'", "2008-01-01 20:00:00|1"),
        case("a timestamp, b int", b"1199217600500|1\n", "timeformat 'epochmillisecs'", "2008-01-01 20:00:00.5|1"),
        case("a char(3), b int", b"ab  |1\n", "", "ab|1"),
        case("a char(3), b int", b"abcd|1\n", "", "!Char length exceeds DDL length (1204)"),
        case("a char(9), b int", "é|1\n".as_bytes(), "", "!Multibyte character not supported for CHAR (Hint: Try using VARCHAR). Invalid char: c3 a9 (1220)"),
        case("a varchar(2) not null, b int", b"\\N|1\n", "", "!Missing data for not-null field (1213)"),
        case("a int not null, b int", b"|1\n", "", "!Missing data for not-null field (1213)"),
        case("a super, b int", b"{\"k\": 1}|1\n", "", "{\"k\":1}|1"),
        case("a super, b int", b"{k|1\n", "", "!column a: Invalid JSON format (1224)"),
    ])
    .await;
}

#[tokio::test]
async fn json_and_its_mappings() {
    run(&[
        case(
            "a int, b varchar(9)",
            b"{\"b\":\"x\",\"a\":1}\n{\"a\":2,\"z\":0}",
            "json 'auto'",
            "1|x;2|NULL",
        ),
        case(
            "a int, b varchar(9)",
            b"{\"B\":\"x\",\"A\":1}",
            "json 'auto'",
            "NULL|NULL",
        ),
        case(
            "a int, b varchar(9)",
            b"{\"B\":\"x\",\"A\":1}",
            "json 'auto ignorecase'",
            "1|x",
        ),
        case(
            "a numeric(20,0), b varchar(20)",
            b"{\"a\":12345678901234567890,\"b\":[1, {\"k\": null}]}",
            "json 'auto'",
            "12345678901234567890|[1,{\"k\":null}]",
        ),
        case(
            "a int, b super",
            b"{\"a\":1,\"b\":\"x\"}",
            "json 'auto'",
            "1|\"x\"",
        ),
        case(
            "a int, b varchar(2)",
            b"{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\n\"b\":\"xyz\"}",
            "json 'auto'",
            "!line 3, column b: String length exceeds DDL length (1204): `xyz`",
        ),
        case(
            "a int, b varchar(9)",
            b"{\"a\":1}\n{\"a\":\n",
            "json 'auto'",
            "!Invalid JSON (1224)",
        ),
        case(
            "a int, b varchar(9)",
            b"[{\"a\":1}]",
            "json 'auto'",
            "!Member is not an object",
        ),
        case(
            "a int, b int",
            b"{\"a\":1}\n{\"a\":\"x\"}\n{\"a\":3}",
            "json 'auto' maxerror 2",
            "1|NULL;3|NULL",
        ),
    ])
    .await;
}

#[tokio::test]
async fn replaced_characters_are_kept() {
    let warehouse = Warehouse::open();
    std::fs::write(warehouse.path("bytes"), b"1|x\n2|y\xff\xfe\n3|\xffz\n").unwrap();
    let found = warehouse
        .script(
            "create table t (a int, b varchar(9)); \
             copy t from 's3://bkt/bytes' iam_role default acceptinvchars; \
             select line_number, colname, raw_line, trim(filename), query = pg_last_copy_id() \
             from stl_replacements order by 1",
        )
        .await;
    let expected = "2|b|2|y..|s3://bkt/bytes|true;3|b|3|.z|s3://bkt/bytes|true";
    assert_eq!(found, Ok(Some(expected.to_owned())));
}

#[tokio::test]
async fn paths_ask_for_elements_that_are_there() {
    let warehouse = Warehouse::open();
    for (key, text) in [
        ("element", "{\"jsonpaths\": [\"$.a[0]\", \"$.b\"]}"),
        ("mixed", "{\"jsonpaths\": [\"$['a']\", \"$.b\"]}"),
        ("rows", "{\"a\":[7],\"b\":\"x\"}\n{\"b\":\"y\"}\n"),
        ("short", "{\"a\":[7],\"b\":\"x\"}\n{\"a\":[],\"b\":\"y\"}\n"),
        ("number", "{\"a\":7}\n"),
    ] {
        std::fs::write(warehouse.path(key), text).unwrap();
    }
    let create = "create table t (a int, b varchar(9))";
    warehouse.script(create).await.unwrap();
    let out_of_range = "Invalid JSONPath format: Not an array or index out of range. (1216)";
    for (object, paths, part) in [
        ("short", "element", out_of_range),
        ("short", "element", "line 2, column a"),
        ("number", "element", out_of_range),
        ("rows", "mixed", "mixes the notations"),
    ] {
        let copy =
            format!("copy t from 's3://bkt/{object}' iam_role default json 's3://bkt/{paths}'");
        let message = warehouse.script(&copy).await.unwrap_err();
        assert!(message.contains(part), "{object} {paths}: {message}");
    }
    let found = warehouse
        .script(
            "copy t from 's3://bkt/rows' iam_role default json 's3://bkt/element'; \
             select a, b from t order by b",
        )
        .await;
    assert_eq!(found, Ok(Some("7|x;NULL|y".to_owned())));
}

#[tokio::test]
async fn columns_of_parquet_fit_those_of_the_table() {
    let warehouse = Warehouse::open();
    warehouse
        .script(
            "unload ('select 1::bigint as a, ''x'' as b') to 's3://bkt/pq/' iam_role default parquet; \
             unload ('select 1::bigint as a, ''x'' as b') to 's3://bkt/listed/' iam_role default \
             parquet manifest",
        )
        .await
        .unwrap();
    std::fs::write(
        warehouse.path("bare"),
        "{\"entries\":[{\"url\":\"s3://bkt/pq/0000_part_00.parquet\"}]}",
    )
    .unwrap();
    let mut number = 0;
    for (columns, options, expected) in [
        ("a int, b varchar(9)", "", "1|x"),
        (
            "a int, b varchar(9), c varchar(9), d int",
            "fillrecord",
            "1|x|NULL|NULL",
        ),
        (
            "a int, b varchar(9), c int",
            "",
            "!has 2 columns, and 3 are loaded",
        ),
        ("a int", "fillrecord", "!has 2 columns, and 1 are loaded"),
        (
            "a varchar(9), b varchar(9)",
            "",
            "!column a of Parquet has a type that is not compatible with the column a",
        ),
        (
            "a numeric(9,2), b varchar(9)",
            "",
            "!column a of Parquet has a type that is not compatible",
        ),
        (
            "a int, b date",
            "",
            "!column b of Parquet has a type that is not compatible",
        ),
    ] {
        number += 1;
        let found = warehouse
            .script(&format!(
                "create table t{number} ({columns}); \
                 copy t{number} from 's3://bkt/pq/' iam_role default parquet {options}; \
                 select * from t{number}"
            ))
            .await;
        match expected.strip_prefix('!') {
            None => assert_eq!(found, Ok(Some(expected.to_owned())), "{columns}"),
            Some(part) => {
                let message = found.unwrap_err();
                assert!(message.contains(part), "{columns}: {message}");
            }
        }
    }
    warehouse
        .script("create table m (a int, b varchar(9))")
        .await
        .unwrap();
    let copy = |key: &str| {
        format!(
            "copy m from 's3://bkt/{key}' iam_role default parquet manifest; select a, b from m"
        )
    };
    let found = warehouse.script(&copy("listed/manifest")).await;
    assert_eq!(found, Ok(Some("1|x".to_owned())));
    let message = warehouse.script(&copy("bare")).await.unwrap_err();
    assert!(
        message.contains("no `meta` with a `content_length`"),
        "{message}"
    );
}

#[tokio::test]
async fn a_manifest_names_objects_that_exist() {
    let warehouse = Warehouse::open();
    for (key, text) in [
        ("one.txt", "1\n"),
        (
            "some",
            "{\"entries\":[{\"url\":\"s3://bkt/one.txt\"},{\"url\":\"s3://bkt/none\"}]}",
        ),
        (
            "must",
            "{\"entries\":[{\"url\":\"s3://bkt/none\",\"mandatory\":true}]}",
        ),
        (
            "none_of_them",
            "{\"entries\":[{\"url\":\"s3://bkt/none\"}]}",
        ),
    ] {
        std::fs::write(warehouse.path(key), text).unwrap();
    }
    warehouse.script("create table t (a int)").await.unwrap();
    let copy = |key: &str| format!("copy t from 's3://bkt/{key}' iam_role default manifest");
    for (key, part) in [
        ("must", "the object `s3://bkt/none` does not exist"),
        (
            "none_of_them",
            "No object that the manifest 'none_of_them' lists exists",
        ),
    ] {
        let message = warehouse.script(&copy(key)).await.unwrap_err();
        assert!(message.contains(part), "{key}: {message}");
    }
    let found = warehouse
        .script(&format!("{}; select a from t", copy("some")))
        .await;
    assert_eq!(found, Ok(Some("1".to_owned())));
    let twice = "copy t (a, a) from 's3://bkt/one.txt' iam_role default";
    let message = warehouse.script(twice).await.unwrap_err();
    assert!(
        message.contains("column \"a\" specified more than once"),
        "{message}"
    );
}

#[tokio::test]
async fn columns_that_are_numbered_by_default_take_values() {
    let warehouse = Warehouse::open();
    std::fs::write(warehouse.path("numbered"), "7|x\n8|y\n").unwrap();
    let copy =
        |table: &str| format!("copy {table} (id, name) from 's3://bkt/numbered' iam_role default");
    let found = warehouse
        .script(&format!(
            "create table d (id int generated by default as identity(1, 1), name varchar(9)); \
             {}; select id, name from d order by 1",
            copy("d")
        ))
        .await;
    assert_eq!(found, Ok(Some("7|x;8|y".to_owned())));
    let found = warehouse
        .script(&format!(
            "create table i (id int identity(1, 1), name varchar(9)); {}",
            copy("i")
        ))
        .await;
    let message = found.unwrap_err();
    let part = "cannot set an identity column to a value: \"id\" needs EXPLICIT_IDS";
    assert!(message.contains(part), "{message}");
}

#[tokio::test]
async fn large_csv_with_blanks_beside_quotes() {
    let warehouse = Warehouse::open();
    let mut text = String::new();
    for line in 1..=220_000 {
        let name = if line == 150_000 { " \"ann\" " } else { "ann" };
        text.push_str(&format!("{line},{name},2026-01-01\n"));
    }
    std::fs::write(warehouse.path("large.csv"), &text).unwrap();
    let found = warehouse
        .script(
            "create table t (id int, name varchar(9), day date); \
             copy t from 's3://bkt/large.csv' iam_role default csv; \
             select count(*), count(distinct name), max(name) from t",
        )
        .await;
    assert_eq!(found, Ok(Some("220000|1|ann".to_owned())));
}

#[tokio::test]
async fn maxerror_forgives_each_kind_of_error() {
    let columns = "id int, name varchar(3), day date";
    let text: &[u8] = b"1|ann|2026-01-01\n2|anna|2026-01-01\nx|bob|2026-01-01\n4|bob|yesterday\n5|bob\n6|b\xffb|\n7|eve|2026-01-07\n";
    run(&[
        case(columns, text, "maxerror 6", "1|ann|2026-01-01;7|eve|2026-01-07"),
        case(columns, text, "maxerror 5", "!5 errors, and MAXERROR is 5; the first is in s3://bkt/object1.txt, line 2, column name: String length exceeds DDL length (1204): `anna`"),
        case(columns, text, "", "!Load into table 't2' failed. Check 'stl_load_errors' system table for details. s3://bkt/object2.txt, line 2, column name"),
    ])
    .await;
}

#[tokio::test]
async fn errors_of_loads_are_kept() {
    let warehouse = Warehouse::open();
    std::fs::write(warehouse.path("people.txt"), "1|ann\n2|annabelle\nx|bob\n").unwrap();
    let create = "create table people (id int, name varchar(5))";
    warehouse.script(create).await.unwrap();
    let copy = "copy people from 's3://bkt/people.txt' iam_role default";
    // The transaction is rolled back, and the rows stay.
    let failed = warehouse.script(&format!("{copy}; select 1")).await;
    assert!(failed.unwrap_err().contains("Check 'stl_load_errors'"));
    let errors = "select line_number, colname, type, col_length, position, raw_line, raw_field_value, \
                  err_code, err_reason, trim(filename) from stl_load_errors order by query, line_number";
    assert_eq!(
        warehouse.script(errors).await.unwrap().unwrap(),
        "2|name|varchar|5|0|2|annabelle|annabelle|1204|String length exceeds DDL length|s3://bkt/people.txt"
    );
    // Both errors of a load that went on, in the same transaction.
    let found = warehouse
        .script(&format!(
            "{copy} maxerror 3; select line_number, err_code from stl_load_errors \
             where query = pg_last_copy_id() order by 1"
        ))
        .await;
    assert_eq!(found.unwrap().unwrap(), "2|1204;3|1207");
    for (query, expected) in [
        ("select count(*) from people", "1"),
        (
            "select line_number, column_name, error_code from sys_load_error_detail order by query_id, 1",
            "2|name|1204;2|name|1204;3|id|1207",
        ),
        (
            "select line_number, field, colname, value from stl_loaderror_detail order by query, 1, 2",
            "2|0|id|2;2|1|name|annabelle;2|0|id|2;2|1|name|annabelle;3|0|id|x",
        ),
        (
            "select status, table_name, loaded_rows, error_count, source_file_count from sys_load_history order by query_id",
            "aborted|people|0|1|1;completed|people|1|2|1",
        ),
        (
            "select trim(filename), lines_scanned, errors from stl_load_commits",
            "s3://bkt/people.txt|3|2",
        ),
        (
            "select tbl = 'people'::regclass::int from stl_load_errors limit 0",
            "",
        ),
    ] {
        let found = warehouse.script(query).await.unwrap().unwrap_or_default();
        assert_eq!(found, expected, "{query}");
    }
}

#[tokio::test]
async fn large_objects_fail_with_their_place_as_well() {
    let warehouse = Warehouse::open();
    let mut text = String::new();
    for line in 1..=220_000 {
        let name = if line == 150_000 { "too long" } else { "ann" };
        text.push_str(&format!("{line},{name},2026-01-01\n"));
    }
    std::fs::write(warehouse.path("large.csv"), &text).unwrap();
    let copy = |name: u32| {
        format!(
            "create table large (id int, name varchar({name}), day date); \
             copy large from 's3://bkt/large.csv' iam_role default csv; \
             select count(*), sum(id) from large"
        )
    };
    let failed = warehouse.script(&copy(5)).await.unwrap_err();
    assert!(
        failed.contains("s3://bkt/large.csv, line 150000, column name: String length exceeds DDL length (1204): `too long`"),
        "{failed}"
    );
    let found = warehouse.script(&copy(8)).await.unwrap().unwrap();
    assert_eq!(found, "220000|24200110000");
}

#[tokio::test]
async fn packed_objects() {
    let warehouse = Warehouse::open();
    let text = b"1|a\n2|b\n";
    let mut gzip = flate2_writer();
    gzip.write_all(text).unwrap();
    let mut gzipped = gzip.finish().unwrap();
    // Two members, one behind the other.
    gzipped.extend(gzipped.clone());
    std::fs::write(warehouse.path("x.gz"), gzipped).unwrap();
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    bzip2.write_all(text).unwrap();
    std::fs::write(warehouse.path("x.bz2"), bzip2.finish().unwrap()).unwrap();
    let unload = "unload ('select 1, ''a'' union all select 2, ''b'' order by 1') to 's3://bkt/z_' iam_role default zstd parallel off";
    warehouse.script(unload).await.unwrap();
    for (key, option, expected) in [
        ("x.gz", "gzip", "4"),
        ("x.bz2", "bzip2", "2"),
        ("z_", "zstd", "2"),
    ] {
        let found = warehouse
            .script(&format!(
                "create table {option}_table (a int, b varchar(5)); \
                 copy {option}_table from 's3://bkt/{key}' iam_role default {option}; \
                 select count(*) from {option}_table"
            ))
            .await;
        assert_eq!(found, Ok(Some(expected.to_owned())), "{option}");
    }
}

fn flate2_writer() -> flate2::write::GzEncoder<Vec<u8>> {
    flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default())
}

#[tokio::test]
async fn identity_columns_and_lists_of_columns() {
    let warehouse = Warehouse::open();
    std::fs::write(warehouse.path("ids.txt"), "50|a\n60|b\n").unwrap();
    std::fs::write(warehouse.path("names.txt"), "a\nb\n").unwrap();
    warehouse
        .script("create table c (id int identity(1,1), v varchar(5), d int default 7)")
        .await
        .unwrap();
    for (copy, expected) in [
        (
            "copy c (v) from 's3://bkt/names.txt' iam_role default",
            Ok(()),
        ),
        (
            "copy c (id, v) from 's3://bkt/ids.txt' iam_role default explicit_ids",
            Ok(()),
        ),
        (
            "copy c (id, v) from 's3://bkt/ids.txt' iam_role default",
            Err("needs EXPLICIT_IDS"),
        ),
        (
            "copy c (v) from 's3://bkt/names.txt' iam_role default explicit_ids",
            Err("needs the identity column"),
        ),
        (
            "copy c (w) from 's3://bkt/names.txt' iam_role default",
            Err("column \"w\" of relation \"c\" does not exist"),
        ),
    ] {
        let found = warehouse.script(copy).await;
        match expected {
            Ok(()) => assert!(found.is_ok(), "{copy}: {found:?}"),
            Err(part) => assert!(
                found.clone().unwrap_err().contains(part),
                "{copy}: {found:?}"
            ),
        }
    }
    let rows = "select count(*), max(id), min(d) from c";
    assert_eq!(warehouse.script(rows).await.unwrap().unwrap(), "4|60|7");
}

/// Files that pyarrow has written, with `zlib` and `zstd`.
#[tokio::test]
async fn orc_is_read_by_the_order_of_its_columns_and_their_kinds() {
    let kinds = include_bytes!("data/kinds.orc");
    let columns = "id int, name varchar(8), amount decimal(8,2), day date, at timestamp, ok boolean, ratio float, big bigint";
    run(&[
        case(
            columns,
            kinds,
            "format as orc",
            "1|Ada|1.50|2026-03-01|2026-03-01 08:00:00.123456|true|0.1|4611686018427387904;\
             2|Bo|\"q\"|-0.05|1969-12-31|1969-12-31 23:59:59|false|-2.5|-1;\
             3|NULL|NULL|NULL|NULL|NULL|NULL|NULL",
        ),
        case(
            "id bigint, name char(3)",
            include_bytes!("data/zstd.orc"),
            "format orc",
            "!line 2, column name: Char length exceeds DDL length",
        ),
        case(
            "id int",
            kinds,
            "format orc",
            "!has 8 columns, and 1 are loaded",
        ),
        case(
            "id varchar(8), name varchar(8)",
            include_bytes!("data/zstd.orc"),
            "format orc",
            "!column id of ORC has a type that is not compatible with the column id of the table",
        ),
        case(
            "id int, tags super",
            include_bytes!("data/nested.orc"),
            "format orc serializetojson",
            "!does not load the nested column tags of ORC: write the objects as Parquet",
        ),
        case("id int", b"1,2", "format orc", "!is no ORC"),
        case("id int", kinds.split_at(500).0, "format orc", "!is no ORC"),
    ])
    .await;
}

/// The bytes of its middle are gone, and its end still speaks of them.
#[tokio::test]
async fn an_orc_that_breaks_off_in_its_middle_is_refused_by_its_name() {
    let warehouse = Warehouse::open();
    warehouse
        .script(
            "create table t (id int, name varchar(8), amount decimal(8,2), day date, at timestamp, \
             ok boolean, ratio float, big bigint)",
        )
        .await
        .unwrap();
    // The rows are in front of byte 521, and what is said of them behind it.
    let (rows, end) = include_bytes!("data/kinds.orc").split_at(521);
    for kept in [0, 40, 100, 300] {
        let broken = [&rows[..kept], end].concat();
        std::fs::write(warehouse.path("broken.orc"), broken).unwrap();
        let copy = "copy t from 's3://bkt/broken.orc' iam_role default orc";
        let message = warehouse.script(copy).await.unwrap_err();
        assert!(
            message.contains("s3://bkt/broken.orc cannot be read: "),
            "{kept}: {message}"
        );
    }
    let count = "select count(*) from t";
    assert_eq!(warehouse.script(count).await.unwrap().unwrap(), "0");
}
