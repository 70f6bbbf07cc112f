//! The ten causes of most answers that were once wrong without a word, each under its name.

use crate::harness::Warehouse;

/// Runs `made`, then holds each query against its rows.
async fn answers(made: &str, queries: &[(&str, &str)]) {
    let warehouse = Warehouse::open();
    warehouse.script(made).await.unwrap();
    let mut wrong = Vec::new();
    for (query, expected) in queries {
        if let Err(error) = warehouse.case(query, Some(expected)).await {
            wrong.push(format!("{query}: {error}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn blanks() {
    answers(
        "create table a (x varchar(10), c char(4)); create table b (x varchar(10));
         insert into a values ('k ', 'k'), ('k', 'k '), (' k', 'l'); insert into b values ('k   ')",
        &[
            ("select count(*) from a where x = 'k'", "2"),
            ("select count(*) from a join b on a.x = b.x", "2"),
            ("select count(*) from a join b using (x)", "2"),
            ("select count(*) from a natural join b", "2"),
            (
                "select x, len(x) from b full join a using (x) where a.x is not null order by 2, 1",
                " k|2;k   |4;k   |4",
            ),
            ("select count(*) from a where x in (select x from b)", "2"),
            ("select count(distinct x), count(distinct c) from a", "2|2"),
            ("select count(*) from (select x from a group by x) g", "2"),
            (
                "select count(*) from (select x from a union select x from b) u",
                "2",
            ),
            (
                "select len(x), len(c) from a where x = 'k' order by 1",
                "1|1;2|1",
            ),
            ("select count(*) from a where x like 'k'", "1"),
        ],
    )
    .await;
}

#[tokio::test]
async fn truncate() {
    answers(
        "create table t (a int); create table u (a int); insert into t values (1)",
        &[
            ("begin; insert into u values (1); truncate t; rollback; select (select count(*) from t), (select count(*) from u)", "0|1"),
        ],
    )
    .await;
}

#[tokio::test]
async fn time_zone() {
    answers(
        "create table t (z timestamptz, p timestamp); insert into t values ('2008-06-01 12:00:00+00', '2008-06-01 12:00:00')",
        &[
            ("select z from t", "2008-06-01 12:00:00+00"),
            ("set timezone to 'America/New_York'; select z, p, z::timestamp, extract(hour from z), z::date from t", "2008-06-01 08:00:00-04|2008-06-01 12:00:00|2008-06-01 08:00:00|8|2008-06-01"),
            ("set timezone to 'America/New_York'; select z at time zone 'UTC', p at time zone 'UTC' from t", "2008-06-01 12:00:00|2008-06-01 08:00:00-04"),
            ("set timezone to 'America/New_York'; select z = p from t", "false"),
            ("select '2008-06-01 12:00:00-08'::timestamp, v::timestamp, v::timestamptz from (select '12/17/1997 07:37:16.00 PST'::varchar as v)", "2008-06-01 12:00:00|1997-12-17 07:37:16|1997-12-17 15:37:16+00"),
            ("select count(*) from t where z = '2008-06-01 05:00:00 PDT' and p = '2008-06-01 12:00:00 PDT'", "1"),
            ("select convert_timezone('EST', 'PST', p), p at time zone 'BST' from t", "2008-06-01 09:00:00|2008-06-01 11:00:00+00"),
            ("select timestamptz '2008-06-01 12:00:00 PST', '2008-06-01 12:00:00 EDT'::timestamptz", "2008-06-01 20:00:00+00|2008-06-01 16:00:00+00"),
            ("select convert_timezone(zone, p) from t, (select 'PST'::varchar as zone union all select 'Europe/Berlin') z order by 1", "2008-06-01 04:00:00;2008-06-01 14:00:00"),
        ],
    )
    .await;
}

#[tokio::test]
async fn decimal_division() {
    answers(
        "create table t (a decimal(8,2), b decimal(8,3), i int); insert into t values (10.00, 3.000, 3)",
        &[
            ("select a / b from t", "3.33333333"),
            ("select a / i from t", "3.3333333333333"),
            ("select 10.0 / 3, 2.0 / 3, 1 / 3", "3.3333333333333|0.6666666666666|0"),
            ("select a * b, a + b, a - b from t", "30.00000|13.000|7.000"),
        ],
    )
    .await;
}

#[tokio::test]
async fn avg() {
    answers(
        "create table t (p decimal(10,2), i int, f float); insert into t values (2.50, 1, 1), (2.80, 2, 2), (2.85, 2, 2)",
        &[
            ("select avg(p), avg(i) from t", "2.71|1"),
            ("select round(avg(f), 3) from t", "1.667"),
            ("select avg(i::decimal(6,2)) from t", "1.66"),
            ("select avg(i) over () from t limit 1", "1"),
            ("select avg(distinct i) from t", "1"),
        ],
    )
    .await;
}

#[tokio::test]
async fn extract() {
    answers(
        "create table t (s timestamp); insert into t values ('2001-02-16 20:38:40.125')",
        &[
            ("select extract(second from s), extract(millisecond from s), extract(microsecond from s) from t", "40|125|125000"),
            ("select date_part(second, s), date_part(millisecond, s) from t", "40.125|40125"),
            ("select extract(epoch from s) from t", "982355920"),
            ("select extract(century from timestamp '2000-12-16'), extract(century from timestamp '2001-12-16')", "20|21"),
            ("select extract(dow from s), extract(doy from s), extract(week from s), extract(quarter from s) from t", "5|47|7|1"),
        ],
    )
    .await;
}

#[tokio::test]
async fn super_comparison() {
    answers(
        r#"create table s (j super); insert into s values (json_parse('{"n":3,"t":"P"}')), (json_parse('{"n":"3","t":7}')), (json_parse('{"n":3.0}')), (null)"#,
        &[
            ("select count(*) from s where j.n = 3", "2"),
            ("select count(*) from s where j.n = '3'", "1"),
            ("select count(*) from s where j.t = 'P'", "1"),
            ("select count(*) from s where j.t > 5", "1"),
            ("select count(*) from s where j.nope = 1", "0"),
            ("select count(*) from s a join s b on a.j.t = b.j.t", "2"),
            ("select count(*) from (select j.n from s group by j.n) g", "3"),
        ],
    )
    .await;
}

#[tokio::test]
async fn catalog_types() {
    answers(
        "create table t (i int4, b int8, s int2, d numeric(12,3), v varchar(20), c char(3), t text, f float4, g double precision, o bool, z timestamptz, p timestamp, j super)",
        &[
            (
                "select listagg(type, ',') within group (order by \"column\") from pg_table_def where tablename = 't'",
                "bigint,character(3),numeric(12,3),real,double precision,integer,super,boolean,timestamp without time zone,smallint,character varying(256),character varying(20),timestamp with time zone",
            ),
            (
                "select data_type, character_maximum_length from svv_columns where table_name = 't' and column_name in ('v', 'c') order by 1",
                "character|3;character varying|20",
            ),
            (
                "select numeric_precision, numeric_scale from svv_columns where table_name = 't' and column_name = 'd'",
                "12|3",
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn getdate() {
    answers(
        "create table t (a timestamp default getdate(), b timestamp default sysdate); insert into t values (default, default)",
        &[
            ("select to_char(a, 'US'), a = date_trunc('second', a) from t", "000000|true"),
            ("select abs(datediff(second, a, b)) <= 1 from t", "true"),
            ("select trunc(getdate()) = current_date, getdate()::date = trunc(sysdate)", "true|true"),
            ("set timezone to 'America/New_York'; select abs(datediff(minute, getdate(), convert_timezone('UTC', 'America/New_York', (current_timestamp at time zone 'UTC')))) <= 1", "true"),
        ],
    )
    .await;
}

#[tokio::test]
async fn decode() {
    answers(
        "create table t (i int, v varchar(8)); insert into t values (1, 'a'), (null, null), (3, 'c ')",
        &[
            ("select decode(i, 1, 'one', null, 'none', 'some') from t order by i nulls first", "none;one;some"),
            ("select decode(v, 'c', 'found', null, 'null') from t order by i nulls first", "null;NULL;found"),
            ("select count(*) from (select decode(floor(random() * 4)::int, 0, 'a', 1, 'b', 2, 'c', 3, 'd', 'none') as x from generate_series(1, 4000)) d where x = 'none'", "0"),
            ("select decode(i, 3, 1.5, 2) from t where i = 3", "1.5"),
        ],
    )
    .await;
}
