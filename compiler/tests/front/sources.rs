//! Tables that no step makes, declared in files of `sources`.

use sfc::diagnostic::{Code, Gravity};

use crate::folder::{Folder, steps};

fn with(sources: &str, sql: &str) -> Folder {
    steps("sources: sources.sql\nsteps:\n  load: { sql: sql/load.sql }\n")
        .with("sources.sql", sources)
        .with("sql/load.sql", sql)
}

const CUSTOMERS: &str = "create table crm.customers (id int, name varchar(80), born date);";

/// Code, severity, and the text that is underlined.
fn found(folder: &Folder) -> Vec<(Code, Gravity, String)> {
    let (_, diagnostics) = folder.compile();
    diagnostics
        .iter()
        .map(|diagnostic| {
            let underlined = diagnostic
                .primary()
                .and_then(|label| Some(label.file.slice(label.span?)));
            let text = underlined.unwrap_or_default().to_owned();
            (diagnostic.code, diagnostic.severity, text)
        })
        .collect()
}

fn one(code: Code, severity: Gravity, text: &str) -> Vec<(Code, Gravity, String)> {
    vec![(code, severity, text.to_owned())]
}

#[test]
fn columns_of_a_source_are_known() {
    let folder = with(CUSTOMERS, "select nmae from crm.customers;");
    assert_eq!(found(&folder), one(Code::SqlColumn, Gravity::Error, "nmae"));
    assert!(folder.shown().contains("did you mean `name`?"));
    let folder = with(CUSTOMERS, "select id from crm.customers where born = 7;");
    assert_eq!(found(&folder).len(), 1, "{}", folder.shown());
    let folder = with(
        CUSTOMERS,
        "insert into crm.customers values (1, 'Ada', null, 2);",
    );
    assert_eq!(
        found(&folder),
        one(Code::SqlColumnCount, Gravity::Error, "2")
    );
}

#[test]
fn views_and_external_tables_are_known_as_well() {
    let sources = "create table crm.customers (id int, name varchar(80));
        create view crm.names as select id, name as called from crm.customers;
        create external table lake.visits (customer int, at timestamp)
            partitioned by (day date) stored as parquet location 's3://lake/visits/';
        create function crm.tidy (varchar) returns varchar stable as $$ select trim($1) $$ language sql;";
    let good = "select n.called, v.day, \"$path\", crm.tidy(n.called)
        from crm.names n join lake.visits v on v.customer = n.id;";
    assert_eq!(found(&with(sources, good)), []);
    let wrong = "select n.name from crm.names n;";
    assert_eq!(
        found(&with(sources, wrong)),
        one(Code::SqlColumn, Gravity::Error, "name")
    );
    let wrong = "select dya from lake.visits;";
    assert_eq!(
        found(&with(sources, wrong)),
        one(Code::SqlColumn, Gravity::Error, "dya")
    );
}

#[test]
fn what_sources_do_not_describe_may_be_anything() {
    for sql in [
        "select whatever from elsewhere.anything;",
        "select whatever from anything;",
        "select \"table\" from svv_table_info;",
        "select nspname from pg_catalog.pg_namespace;",
    ] {
        assert_eq!(found(&with(CUSTOMERS, sql)), [], "{sql}");
    }
}

#[test]
fn a_table_that_nobody_declares_is_worth_a_warning() {
    let misspelt = with(CUSTOMERS, "select 1 as one from crm.custmers;");
    assert_eq!(
        found(&misspelt),
        one(Code::SourceUnknown, Gravity::Warning, "crm.custmers")
    );
    assert!(misspelt.shown().contains("did you mean `crm.customers`?"));
    let target = with(CUSTOMERS, "insert into crm.orders values (1);");
    assert_eq!(
        found(&target),
        one(Code::SourceUnknown, Gravity::Warning, "crm.orders")
    );
    for made in [
        "create table crm.orders (id int); insert into crm.orders values (1);",
        "create temp table orders (id int); insert into orders values (1);",
        "select id into crm.orders from crm.customers; delete from crm.orders;",
        "alter table crm.customers rename to people; select id from crm.people;",
        "with orders as (select 1 as id) select id from orders;",
    ] {
        let declared = format!("{CUSTOMERS} create table visits (id int);");
        let folder = with(&declared, made);
        let codes = folder.codes();
        assert!(!codes.contains(&Code::SourceUnknown), "{made}: {codes:?}");
    }
}

#[test]
fn a_source_that_a_step_makes_is_told_once() {
    let sql = "drop table if exists crm.customers; create table crm.customers (id int);";
    let folder = with(CUSTOMERS, sql);
    assert_eq!(
        found(&folder),
        one(Code::SourceMade, Gravity::Warning, "crm.customers")
    );
    let sql = "create temp table customers (id int); select id from customers;";
    assert_eq!(
        found(&with(
            "create table customers (id int, name varchar(9));",
            sql
        )),
        []
    );
}

#[test]
fn mistakes_in_sources_have_their_places() {
    let sources = "create table a (id int, name varhcar(8));
grant select on a to public;
create table b as select 1 as one;
create temp table c (id int);
create table d (id int);
create table \"D\" (id int);
create view e as select nmae from d;";
    let folder = with(sources, "select 1 as one;");
    insta::assert_snapshot!(folder.shown());
}

#[test]
fn files_that_cannot_be_had_are_told_where_they_are_named() {
    let folder = steps(
        "sources: [a.sql, ./a.sql, none.sql, ../b.sql, link.sql]\nsteps:\n  load: { sql: sql/load.sql }\n",
    )
    .with("a.sql", "create table a (id int);")
    .with("link.sql", "LINK")
    .with("sql/load.sql", "select id from a;");
    assert_eq!(
        found(&folder),
        [
            (Code::SourceTwice, Gravity::Error, "./a.sql".to_owned()),
            (
                Code::ScriptUnreadable,
                Gravity::Error,
                "none.sql".to_owned()
            ),
            (
                Code::ScriptOutsideFolder,
                Gravity::Error,
                "../b.sql".to_owned()
            ),
            (
                Code::ScriptOutsideFolder,
                Gravity::Error,
                "link.sql".to_owned()
            ),
        ]
    );
}

#[test]
fn sources_change_nothing_of_the_plan() {
    let sql = "select id from crm.customers;";
    let without = steps("steps:\n  load: { sql: sql/load.sql }\n").with("sql/load.sql", sql);
    let (with, without) = (with(CUSTOMERS, sql).compile().0, without.compile().0);
    assert_eq!(with.unwrap().1.bytes, without.unwrap().1.bytes);
}

#[test]
fn an_external_table_is_not_changed_in_a_transaction() {
    let sources = "create external table lake.visits (customer int) stored as parquet location 's3://lake/visits/';
        create table visits (customer int);";
    for sql in [
        "alter table lake.visits rename to calls",
        "drop table if exists lake.visits",
        "insert into lake.visits values (1)",
        "drop schema lake drop external database",
    ] {
        let alone = with(sources, sql);
        assert_eq!(found(&alone), [], "{sql}");
        let folder = with(sources, &format!("insert into visits values (1); {sql};"));
        let codes = folder.codes();
        assert_eq!(codes, [Code::NotInTransaction], "{sql}: {}", folder.shown());
    }
    let ordinary = "insert into visits values (1); drop table visits;";
    assert_eq!(found(&with(sources, ordinary)), []);
}

#[test]
fn what_another_tool_would_fill_in_is_named() {
    let folder = with(CUSTOMERS, "select 1 as one from {{ ref('orders') }};");
    assert_eq!(
        found(&folder),
        one(Code::InsertionSyntax, Gravity::Error, "{{ ref('orders') }}")
    );
    assert!(folder.shown().contains("dbt"), "{}", folder.shown());
}
