//! The GRANTs of a pipeline: over those of `specs/`, and over small ones.

#![allow(clippy::unwrap_used, reason = "tests may stop")]

use std::path::Path;

use insta::assert_snapshot;
use sfc::compile::{Overrides, compile};
use sfc::grants::{GrantRecipient, script};
use sfc::pipeline::Pipeline;
use sfc::project::Project;

use crate::folder::{Folder, steps};

fn pipeline(folder: &Folder) -> Pipeline {
    let (compiled, diagnostics) = folder.compile();
    assert!(!diagnostics.has_errors(), "{diagnostics:?}");
    compiled.unwrap().0
}

fn user() -> GrantRecipient {
    GrantRecipient::User("IAMR:flights-FunctionRole-1A2B3C".to_owned())
}

/// The script, which must be Redshift's SQL whatever is in it.
fn granted(pipeline: &Pipeline, grantee: &GrantRecipient) -> String {
    let text = script(pipeline, grantee);
    let parsed = redshift_sql::parse(&text);
    assert_eq!(parsed.mistakes, [], "{text}");
    for statement in &parsed.statements {
        let grant = matches!(statement.kind, redshift_sql::tree::StatementKind::Grant(_));
        assert!(grant, "{text}");
    }
    text
}

/// The statements alone, without what they are for.
fn statements(sql: &str) -> Vec<String> {
    let folder = steps("steps:\n  load: { sql: a.sql, batch: auto_commit }\n").with("a.sql", sql);
    let text = granted(&pipeline(&folder), &GrantRecipient::User("u".to_owned()));
    let lines = text.lines().filter(|line| !line.starts_with("--"));
    let lines = lines.filter_map(|line| line.strip_suffix(" -- load"));
    lines.map(str::to_owned).collect()
}

fn comments(sql: &str) -> String {
    let folder = steps("steps:\n  load: { sql: a.sql, batch: auto_commit }\n").with("a.sql", sql);
    let text = granted(&pipeline(&folder), &GrantRecipient::User("u".to_owned()));
    let (_, open) = text
        .split_once("-- Not granted above:\n")
        .unwrap_or_default();
    open.to_owned()
}

#[test]
fn every_example_has_a_script_that_parses() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let mut seen = 0;
    for folder in std::fs::read_dir(&specs).unwrap() {
        let project = Project::open_for(&folder.unwrap().path(), None).unwrap();
        let compiled = compile(&project.spec, &project, Overrides::default());
        let pipeline = compiled.value.unwrap().pipeline;
        let text = granted(&pipeline, &GrantRecipient::of(&pipeline));
        assert_snapshot!(format!("example_{}", pipeline.name), text);
        seen += 1;
    }
    assert!(seen > 0);
}

#[test]
fn a_table_needs_what_is_done_to_it_and_no_more() {
    assert_eq!(
        statements(
            "insert into a select id from b;
             update c set n = 1 where id = 2;
             delete from staging.d;
             truncate staging.e;
             copy f from 's3://bucket/f' iam_role 'arn:aws:iam::111122223333:role/load' csv;
             unload ('select * from g') to 's3://bucket/g' iam_role default;
             merge into h using b on h.id = b.id
               when matched then delete when not matched then insert values (b.id);
             drop table if exists i;
             alter table j add column n int;"
        ),
        [
            "grant usage on schema public to u;",
            "grant usage on schema staging to u;",
            "grant insert on table public.a to u;",
            "grant select on table public.b to u;",
            "grant select, update on table public.c to u;",
            "grant insert on table public.f to u;",
            "grant select on table public.g to u;",
            "grant select, insert, delete on table public.h to u;",
            "grant drop on table public.i to u;",
            "grant alter on table public.j to u;",
            "grant select, delete on table staging.d to u;",
            "grant truncate on table staging.e to u;",
            "grant assumerole on default to u for unload;",
            "grant assumerole on 'arn:aws:iam::111122223333:role/load' to u for copy;",
        ]
    );
}

#[test]
fn what_the_steps_make_is_their_own() {
    assert_eq!(
        statements(
            "create table if not exists sales.daily (day date);
             insert into sales.daily select day from landing.orders;
             create temporary table t as select 1 as n;
             insert into t select n from landing.orders;
             create table sales.next (like sales.daily);
             drop table sales.past;
             alter table sales.daily rename to past;
             alter table sales.next rename to daily;
             vacuum sales.daily;"
        ),
        [
            "grant usage on schema landing to u;",
            "grant usage, create on schema sales to u;",
            "grant select on table landing.orders to u;",
        ]
    );
    assert_eq!(
        statements(
            "create schema mine; create table mine.t (id int); create view mine.v as select * from mine.t;"
        ),
        ["grant create on database dev to u;"]
    );
}

#[test]
fn a_procedure_that_no_step_makes_is_named_as_far_as_the_call_tells() {
    assert_eq!(
        statements("call ops.nightly();"),
        [
            "grant usage on schema ops to u;",
            "grant execute on procedure ops.nightly() to u;",
        ]
    );
    assert_eq!(
        statements("call ops.reload('orders', 3);"),
        ["grant usage on schema ops to u;"]
    );
    assert_snapshot!(comments("call ops.reload('orders', 3);"), @"-- step load, a.sql:1: needs `grant execute on procedure ops.reload(the types of its 2 arguments)`, and, unless it is SECURITY DEFINER, what it does");
    // What a procedure of the steps' own does, its caller needs.
    assert_eq!(
        statements(
            "create or replace procedure own() as $$ begin insert into a select 1; end $$ language plpgsql; call own();"
        ),
        [
            "grant usage, create on schema public to u;",
            "grant insert on table public.a to u;",
        ]
    );
}

#[test]
fn what_no_grant_gives_is_said() {
    assert_snapshot!(comments(
        "refresh materialized view m;
         alter table a append from b;
         alter table c rename to d;
         vacuum e;
         analyze;
         set search_path to other;
         select * from elsewhere.public.f;
         select * from Dev.public.f;
         grant select on g to public;
         copy h from 's3://bucket/h' iam_role 'arn:aws:iam::1:role/a,arn:aws:iam::2:role/b' csv;"
    ), @r"
    -- step load, a.sql:7: `f` is in the database `elsewhere`; grant what it needs there
    -- step load, a.sql:1: must own `m`, because it refreshes it: no GRANT gives that
    -- step load, a.sql:2: must own `a`, because it appends from or to it: no GRANT gives that
    -- step load, a.sql:2: must own `b`, because it appends from or to it: no GRANT gives that
    -- step load, a.sql:3: must own `c`, because it renames it: no GRANT gives that
    -- step load, a.sql:4: vacuum of `e` is for its owner, or for a role with `grant vacuum to role …`
    -- step load, a.sql:5: analyze without a table reaches the user's own tables only
    -- step load, a.sql:6: sets search_path; names without a schema are taken for those of public here
    -- step load, a.sql:9: grant: sfc knows no GRANT for it
    -- step load, a.sql:10: takes the chain of roles arn:aws:iam::1:role/a,arn:aws:iam::2:role/b: grant ASSUMEROLE on it if it was revoked from PUBLIC
    ");
}

#[test]
fn a_name_cannot_leave_its_line_or_its_quotes() {
    assert_eq!(
        statements("insert into \"a\"\"b; drop table x\" select 1;"),
        [
            "grant usage on schema public to u;",
            "grant insert on table public.\"a\"\"b; drop table x\" to u;",
        ]
    );
    let text = comments("refresh materialized view \"a\ndrop table x;\";");
    assert_eq!(text.lines().count(), 1, "{text}");
}

#[test]
fn external_tables_take_no_grant_of_their_own() {
    let folder = steps("sources: lake.sql\nsteps:\n  load: { sql: a.sql }\n")
        .with("lake.sql", "create external table lake.orders (id int) stored as parquet location 's3://bucket/orders/';")
        .with("a.sql", "create table daily as select id from lake.orders;");
    let text = granted(&pipeline(&folder), &user());
    assert!(text.contains("grant usage on schema lake to"), "{text}");
    assert!(!text.contains("on table"), "{text}");
}

#[test]
fn a_role_takes_the_grants_where_the_spec_names_one() {
    let folder = crate::folder::spec(
        "name: flights
warehouse: { workgroup: analytics, database: dev, roles: [etl_role, monitor] }
steps:
  load: { sql: a.sql }
",
    )
    .with("a.sql", "insert into a select 1; ");
    let pipeline = pipeline(&folder);
    let grantee = GrantRecipient::of(&pipeline);
    assert_eq!(grantee, GrantRecipient::Role("etl_role".to_owned()));
    assert_snapshot!(granted(&pipeline, &grantee), @r"
    -- What the steps of `flights` need in the database `dev`, as far as their SQL tells.
    -- A superuser runs this there, or whoever owns what is named.
    -- The role must be there: create role etl_role;
    -- The pipeline's user gets it when it connects, by a tag of its IAM role.

    grant usage on schema public to role etl_role; -- load
    grant insert on table public.a to role etl_role; -- load
    ");
}

#[test]
fn who_is_granted_to_is_the_user_that_the_spec_tells() {
    let of = |warehouse: &str| {
        let text = format!(
            "name: flights\nwarehouse: {{ {warehouse}, database: dev }}\nsteps:\n  load: {{ sql: a.sql }}\n"
        );
        let folder = crate::folder::spec(text).with("a.sql", "select 1;");
        GrantRecipient::of(&pipeline(&folder))
    };
    assert_eq!(
        of("cluster: { identifier: c, db_user: etl }"),
        GrantRecipient::User("etl".to_owned())
    );
    for unknown in [
        "cluster: c",
        "workgroup: w",
        "secret: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:s'",
    ] {
        assert!(
            matches!(of(unknown), GrantRecipient::Placeholder(_)),
            "{unknown}"
        );
    }
}

#[test]
fn what_stands_in_for_a_job_on_a_laptop_asks_for_nothing() {
    let folder = steps("steps:\n  load: { glue_job: { name: load }, local: a.sql }\n")
        .with("a.sql", "insert into orders select 1;");
    let text = granted(&pipeline(&folder), &user());
    assert!(!text.contains("orders"), "{text}");
    assert!(text.contains("-- step load: it is no SQL"), "{text}");
}
