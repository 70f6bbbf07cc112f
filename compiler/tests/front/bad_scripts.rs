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
    let sql = "delete from t;\n".repeat(40) + "select 41; delete from u;\n";
    assert_snapshot!(script(sql).shown());
    let sql = "delete from t;\n".repeat(40);
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
        .with("create.sql", "create table landing.flights (x int);")
        .with("load.sql", "copy landing.flights from 's3://b/' iam_role default;")
        .with("clean.sql", "create temp table s as select * from landing.flights;\ninsert into public.clean select * from s;")
        .with("report.sql", "with f as (select * from clean) select * from f join LANDING.Flights r on true;")
        .with("early.sql", "select * from facts;")
        .with("late.sql", "insert into facts select 1;")
        .with("drop.sql", "drop table landing.flights;")
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

#[test]
fn what_a_destroy_drops_is_there_for_every_run() {
    let folder = steps(
        "steps:
  clean: { sql: clean.sql, when: destroy }
  make: { sql: make.sql, when: deploy }
  use: { sql: use.sql }
",
    )
    .with("clean.sql", "drop table if exists t;")
    .with("make.sql", "create table t (id int);")
    .with("use.sql", "select ib from t;");
    assert_eq!(folder.codes(), [Code::SqlColumn]);
}

#[test]
fn a_mistake_in_the_body_of_a_procedure_has_its_place() {
    let folder = steps(
        "steps:
  procedure: { sql: procedure.sql, when: deploy }
  tables: { sql: tables.sql, when: deploy }
  use: { sql: use.sql }
",
    )
    .with(
        "procedure.sql",
        "create or replace procedure fill(since date) as $$
declare n int;
begin
  select count(*) into n from t where dey > since;
end;
$$ language plpgsql;",
    )
    .with("tables.sql", "create table t (id int, day date);")
    .with("use.sql", "call fill('2026-01-01');");
    assert_eq!(folder.codes(), [Code::SqlColumn]);
    assert!(folder.shown().contains("flights/procedure.sql:4:39"));
}

#[test]
fn a_script_whose_only_transaction_is_itself_is_taken_without_the_words() {
    for sql in [
        "BEGIN TRANSACTION;\ninsert into t select 1;\ndelete from u;\nEND TRANSACTION;",
        "start transaction;\ninsert into t select 1;\ndelete from u;",
        "insert into t select 1;\ndelete from u;\ncommit work;",
    ] {
        let (compiled, diagnostics) = script(sql).compile();
        assert!(diagnostics.is_empty(), "{sql}: {diagnostics:?}");
        let (pipeline, _) = compiled.unwrap();
        let sent: Vec<String> = pipeline.steps[0]
            .sql()
            .unwrap()
            .script
            .statements
            .iter()
            .map(|statement| statement.sql.clone())
            .collect();
        assert_eq!(sent, ["insert into t select 1", "delete from u"], "{sql}");
    }
    // Where each statement commits by itself, the words mean something.
    let own = steps("steps:\n  a: { sql: own.sql, batch: auto_commit }\n")
        .with("own.sql", "begin; delete from t; commit;");
    let (compiled, _) = own.compile();
    let (pipeline, _) = compiled.unwrap();
    assert_eq!(pipeline.steps[0].sql().unwrap().script.statements.len(), 3);
    assert_eq!(script("begin; commit;").codes(), [Code::ScriptEmpty]);
}

#[test]
fn transactions_that_end_in_the_middle_say_where_to_cut() {
    assert_snapshot!(
        script("begin;\ninsert into t select 1;\ncommit;\nvacuum t;\nbegin;\ndelete from t;\nrollback;\n")
            .shown()
    );
}

#[test]
fn what_redshift_refuses_in_a_transaction() {
    assert_snapshot!(
        script(
            "alter table names alter column n type varchar(200);
alter table lake.sales add if not exists partition (day = '2026-01-01') location 's3://lake/1/';
create or replace library l language plpythonu from 's3://lake/urls.zip' iam_role default;
alter database main isolation level snapshot;
grant select on external table lake.sales to iam_role 'r';
"
        )
        .shown()
    );
}

#[test]
fn truncate_commits_in_the_middle() {
    assert_snapshot!(
        steps(
            "steps:
  procedure: { sql: procedure.sql }
  reload: { sql: reload.sql, after: procedure }
  call: { sql: call.sql, after: reload }
  alone: { sql: alone.sql, after: call }
  each: { sql: reload.sql, batch: auto_commit, after: alone }
"
        )
        .with(
            "procedure.sql",
            "create procedure inner_one() as $$ begin delete from a; truncate b; end; $$ language plpgsql;
create procedure outer_one() as $$ begin call inner_one(); end; $$ language plpgsql;",
        )
        .with("reload.sql", "truncate table stock;\ninsert into stock select 1;")
        .with("call.sql", "call outer_one();")
        .with("alone.sql", "truncate stock")
        .shown()
    );
}

#[test]
fn what_ends_with_a_step() {
    assert_snapshot!(
        steps(
            "steps:
  make: { sql: make.sql }
  use: { sql: use.sql, after: make }
  own: { sql: make.sql, after: use }
  path: { sql: path.sql, after: own }
  several: { sql: several.sql, after: path }
"
        )
        .with(
            "make.sql",
            "create temp table stage_x as select 1 as id; create table #y (i int); insert into t select id from stage_x;",
        )
        .with("use.sql", "insert into u select id from stage_x join #y on true;")
        .with("path.sql", "select 1; set search_path to sales;")
        .with(
            "several.sql",
            "select 1 as a; with b as (select 1) select * from b; select 2 as n into v; select 3 as c;",
        )
        .shown()
    );
}

#[test]
fn writes_in_no_order() {
    assert_snapshot!(
        steps(
            "steps:
  create_tables: { sql: create.sql }
  load_orders: { sql: load.sql }
  north: { sql: north.sql, after: create_tables }
  south: { sql: north.sql, after: create_tables }
  clear: { sql: clear.sql, after: south }
  ensure: { sql: ensure.sql }
  fill: { sql: fill.sql }
"
        )
        .with(
            "create.sql",
            "drop table if exists orders; create table orders (id int); create table sales (n int);"
        )
        .with(
            "load.sql",
            "copy public.Orders from 's3://b/' iam_role default;"
        )
        .with(
            "north.sql",
            "delete from sales; insert into sales select 1;"
        )
        .with("clear.sql", "truncate sales")
        .with("ensure.sql", "create table if not exists facts (n int);")
        .with("fill.sql", "insert into facts select 1;")
        .shown()
    );
}

#[test]
fn writes_whose_order_does_not_matter_or_is_known() {
    for (after, one, other) in [
        (
            "",
            "create table if not exists t (n int)",
            "create table if not exists t (n int)",
        ),
        (
            "",
            "create table if not exists t (n int)",
            "create table if not exists t (n int); insert into t select 1",
        ),
        (
            "",
            "create temp table t (n int); insert into t select 1",
            "create temp table t (n int); insert into t select 1",
        ),
        (
            "",
            "unload ('select 1') to 's3://b/t' iam_role default",
            "unload ('select 2') to 's3://b/t' iam_role default",
        ),
        ("", "insert into a.t select 1", "insert into b.t select 1"),
        (
            ", after: one",
            "drop table if exists t; create table t (n int)",
            "insert into t select 1",
        ),
        (
            ", when: deploy",
            "create table t (n int)",
            "create table t (n int)",
        ),
    ] {
        let folder = steps(&format!(
            "steps:\n  one: {{ sql: one.sql }}\n  other: {{ sql: other.sql{after} }}\n"
        ))
        .with("one.sql", one)
        .with("other.sql", other);
        assert!(
            folder.codes().is_empty(),
            "{one} | {other}: {:?}",
            folder.codes()
        );
    }
    let through = steps(
        "steps:\n  one: { sql: one.sql }\n  between: { sql: a.sql, after: one }\n  other: { sql: one.sql, after: between }\n",
    )
    .with("one.sql", "truncate t");
    assert!(through.codes().is_empty());
}

#[test]
fn a_byte_order_mark_belongs_to_no_file() {
    let marked = |text: &str| [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let head = "name: flights\nwarehouse: { workgroup: analytics, database: dev }\n";
    let folder = crate::folder::spec(marked(&format!(
        "{head}steps:\n  a: {{ sql: a.sql }}\n  b: {{ sql: b.sql }}\n"
    )))
    .with("a.sql", marked("select 1"))
    .with("b.sql", marked("selec '"));
    let (_, diagnostics) = folder.compile();
    let place = diagnostics.iter().next().unwrap().primary().unwrap();
    assert_eq!(place.file.position(place.span.unwrap().start).column, 7);
    let folder = crate::folder::spec(marked(&format!("{head}steps:\n  a: {{ sql: a.sql }}\n")))
        .with("a.sql", marked("select 1"));
    let (compiled, diagnostics) = folder.compile();
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let (pipeline, _) = compiled.unwrap();
    assert_eq!(
        pipeline.steps[0].sql().unwrap().script.statements[0].sql,
        "select 1"
    );
}

#[test]
fn what_is_asked_of_a_result_needs_one() {
    let asked = |asks: &str, sql: &str| {
        steps(&format!("steps:\n  load:\n    sql: load.sql\n    {asks}\n"))
            .with("load.sql", sql)
            .codes()
    };
    let expect = "expect: { rows: 1 }";
    let signals = "signals: [{ when: { n: 1 }, signal: s }]";
    for none in [
        "insert into t select 1 as n",
        "create table t as select 1 as n; analyze t",
        "select 1 as n into t",
        "declare c cursor for select 1 as n; close c",
        "copy t from 's3://b/k' iam_role default",
    ] {
        assert_eq!(asked(expect, none), [Code::NoResult], "{none}");
        assert_eq!(asked(signals, none), [Code::NoResult], "{none}");
    }
    for some in [
        "select 1 as n; insert into t select 2",
        "create procedure p(inout n int) as $$ begin n := 1; end $$ language plpgsql; call p(1)",
        "show tables from schema dev.public",
        "analyze compression t",
        "explain select 1",
    ] {
        assert!(!asked(expect, some).contains(&Code::NoResult), "{some}");
    }
    // What is wrong with a statement is its own mistake.
    assert_eq!(asked(expect, "selct 1 as n"), [Code::SqlSyntax]);
}

#[test]
fn placeholders_in_literals_are_sent_as_they_stand() {
    for (text, marked) in [
        ("s3://${BUCKET}/k", "${BUCKET}"),
        ("{{ ds_nodash() }}", "{{ ds_nodash() }}"),
        ("{{ params.day }} and {{day}}", "{{ params.day }}"),
        ("{% if a %}", "{% if a %}"),
    ] {
        let folder =
            steps("parameters: { day: { type: string } }\nsteps:\n  load: { sql: load.sql }\n")
                .with(
                    "load.sql",
                    format!("insert into t select '{text}', '{{{{day}}}}'"),
                );
        let (_, diagnostics) = folder.compile();
        let found: Vec<_> = diagnostics.iter().map(|one| one.code).collect();
        assert_eq!(found, [Code::PlaceholderText], "{text}");
        let place = diagnostics.iter().next().unwrap().primary().unwrap();
        assert_eq!(place.file.slice(place.span.unwrap()), marked);
    }
    for text in [
        "^[0-9]{{3}}$",
        "$1",
        "${",
        "{}",
        "${1}",
        "100%",
        "{{ day }}",
    ] {
        let folder =
            steps("parameters: { day: { type: string } }\nsteps:\n  load: { sql: load.sql }\n")
                .with(
                    "load.sql",
                    format!("insert into t select '{text}', '{{{{day}}}}'"),
                );
        assert_eq!(folder.codes(), [], "{text}");
    }
}
