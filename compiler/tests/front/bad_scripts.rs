//! Each mistake in a SQL file, as its author sees it.

use insta::assert_snapshot;
use sfc::diagnostic::Code;

use crate::folder::{script, steps};

#[test]
fn files_that_cannot_be_had() {
    assert_snapshot!(
        steps(
            "steps:
  missing: { sql: sql/missing.sql }
  backslash: { sql: 'sql\\a.sql' }
  empty: { sql: empty.sql }
  comments: { sql: comments.sql }
  latin: { sql: latin.sql }
  above: { sql: ../a.sql }
  hidden: { sql: sql/../../a.sql }
  absolute: { sql: /etc/passwd }
  link: { sql: link.sql }
  none: { sql: '' }
  large: { sql: large.sql }
"
        )
        .with("empty.sql", "")
        .with("comments.sql", "-- nothing\n;; /* here */\n")
        .with("latin.sql", b"select 1,\n  'caf\xe9'".to_vec())
        .with("link.sql", "LINK")
        .with("large.sql", vec![b' '; 8 * 1024 * 1024 + 1])
        .shown()
    );
}

#[test]
fn what_has_no_end() {
    for (name, sql) in [
        ("open_literal", "select 1;\nselect 'it''s;\nselect 2;\n"),
        ("open_comment", "select 1; /* about\nselect 2;\n"),
        ("open_name", "select 1 as \"one;\n"),
        ("open_body", "create procedure p() as $$ begin\n"),
        (
            "open_in_unload",
            "unload ('select ''open from t') to 's3://b/';\n",
        ),
    ] {
        assert_snapshot!(name, script(sql).shown());
    }
}

#[test]
fn too_many_statements() {
    let sql = "select 1;\n".repeat(40) + "select 41; select 42;\n";
    assert_snapshot!(script(sql).shown());
    let sql = "select 1;\n".repeat(40);
    assert!(script(sql).codes().is_empty());
}

#[test]
fn a_statement_over_100_kb() {
    let sql = format!(
        "select 1;\ninsert into t values\n{}('x');\n",
        "  ('x'),\n".repeat(12_000)
    );
    assert_snapshot!(script(sql).shown());
}

#[test]
fn transactions_inside_of_a_transaction() {
    let sql = "begin transaction;\ninsert into t select 1;\nSTART TRANSACTION;\nvacuum t;\nalter table a append from b;\ncommit;\n";
    assert_snapshot!(script(sql).shown());
    let alone =
        steps("steps:\n  a: { sql: v.sql }\n  b: { sql: c.sql, batch: auto_commit, after: a }\n")
            .with("v.sql", "vacuum t")
            .with("c.sql", "vacuum t; begin; select 1; commit");
    assert!(alone.codes().is_empty());
}

#[test]
fn parameters_used_and_never_declared_or_the_other_way_round() {
    assert_snapshot!(
        steps(
            "parameters:
  from_day: { type: date, default: 2013-01-01 }
  region: { type: string, default: EWR }
steps:
  load: { sql: sql/load.sql }
"
        )
        .with(
            "sql/load.sql",
            "-- :from_dya in a comment\nselect ':region', a::date, $$ :region $$\nfrom t where day >= :from_dya\n  and day < :from_dya and x = :nothing_like_it\n  and key = 's3://{{regoin}}/'",
        )
        .shown()
    );
}

#[test]
fn insertions_where_nothing_can_be_inserted() {
    assert_snapshot!(
        steps(
            "parameters:
  schema: { type: identifier, default: public }
  most: { type: date, default: 2026-01-05 }
steps:
  load: { sql: sql/load.sql }
"
        )
        .with(
            "sql/load.sql",
            "select * from {{schema}}.t limit {{most}};
select * from \"{{schema}}\".t, {{my table}}, {{}};
create procedure p() as $$ select '{{schema}}' $$ language plpgsql;
select '{{not a name}} {{' from {{ schema }}.t;
unload ('select * from {{schema}}.t where n = {{most}} and m = ''{{most}}''') to 's3://b/{{most}}/';
",
        )
        .shown()
    );
}

#[test]
fn reads_without_coming_after_the_writer() {
    assert_snapshot!(
        steps(
            "steps:
  create: { sql: create.sql }
  load: { sql: load.sql, after: create }
  clean: { sql: clean.sql, after: create }
  report: { sql: report.sql, after: [clean] }
  through: { sql: report.sql, after: drop }
  early: { sql: early.sql }
  late: { sql: late.sql, after: early }
  drop: { sql: drop.sql, after: [load, clean, report] }
"
        )
        .with("create.sql", "create table raw.flights (x int);")
        .with("load.sql", "copy raw.flights from 's3://b/' iam_role default;")
        .with("clean.sql", "create temp table s as select * from raw.flights;\ninsert into public.clean select * from s;")
        .with("report.sql", "with f as (select * from clean) select * from f join RAW.Flights r on true;")
        .with("early.sql", "select * from facts;")
        .with("late.sql", "insert into facts select 1;")
        .with("drop.sql", "drop table raw.flights;")
        .shown()
    );
}

#[test]
fn a_writer_in_another_kind_of_run_is_neither_reported_nor_hides_one() {
    let text = |after: &str, when: &str| {
        format!(
            "steps:
  make: {{ sql: write.sql, when: deploy }}
  load: {{ sql: write.sql{when} }}
  report: {{ sql: read.sql{after} }}
  drop: {{ sql: write.sql, when: destroy }}
"
        )
    };
    let codes = |after: &str, when: &str| {
        steps(&text(after, when))
            .with("write.sql", "create table t (n int)")
            .with("read.sql", "select * from t")
            .codes()
    };
    assert_eq!(codes("", ""), [Code::ReadWithoutAfter]);
    assert!(codes(", after: load", "").is_empty());
    assert!(codes("", ", when: deploy, after: make").is_empty());
}
