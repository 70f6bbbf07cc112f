//! `sfc import schema --local`: the local warehouse's tables as declarations.

use crate::program::{Folder, spec};

const MAKE: &str = "create schema crm;
create table crm.customers (id int not null, name varchar(80), code char(3), born date, paid numeric(8, 2),
    seen timestamp, score double precision, big bigint, small smallint, good boolean, rest super);
create table public.\"Order\" (\"group\" int, \"unit price\" real);
create view crm.names as select id, name from crm.customers;
create table crm.sums as select id, sum(paid) as paid from crm.customers group by id;";

const DECLARED: &str = "
create table crm.customers (
    id integer not null,
    name character varying(80),
    code character(3),
    born date,
    paid numeric(8,2),
    seen timestamp without time zone,
    score double precision,
    big bigint,
    small smallint,
    good boolean,
    rest super
);

create table crm.names (
    id integer,
    name character varying(80)
);

create table crm.sums (
    id integer,
    paid numeric(38,2)
);
";

/// A pipeline that reads, and beside it one that makes what it reads.
fn folder() -> Folder {
    let folder = Folder::new(
        &spec("", "  look: { sql: look.sql }\n"),
        &[
            ("look.sql", "select name from crm.customers;"),
            ("make.sql", MAKE),
        ],
    );
    folder.write("make.yaml", &spec("", "  make: { sql: make.sql }\n"));
    let run = folder.sfc(&["run", "make.yaml"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    folder
}

#[test]
fn the_tables_of_the_local_warehouse_are_declared() {
    let folder = folder();
    let all = folder.sfc(&["import", "schema", "--local"]);
    assert_eq!(all.code, Some(0), "{all:?}");
    let (head, text) = all.stdout.split_once("Nobody runs it.\n").unwrap();
    assert!(head.starts_with("-- Tables of the warehouse"), "{head}");
    let order =
        "\ncreate table public.\"order\" (\n    \"group\" integer,\n    \"unit price\" real\n);\n";
    assert_eq!(text, format!("{DECLARED}{order}"));
    let one = folder.sfc(&["import", "schema", "--local", "--schema", "CRM"]);
    assert!(one.stdout.ends_with(DECLARED), "{one:?}");
    let again = folder.sfc(&["import", "schema", "--local", "--schema", "crm"]);
    assert_eq!(again.stdout, one.stdout);
    let none = folder.sfc(&["import", "schema", "--local", "--schema", "crn"]);
    assert_eq!(none.code, Some(2), "{none:?}");
    assert!(none.stderr.contains("SFC0935"), "{none:?}");
}

#[test]
fn a_file_is_written_once_and_validate_knows_the_columns() {
    let folder = folder();
    let import = |more: &[&str]| {
        let mut all = vec!["import", "schema", "--local", "-o", "sources.sql"];
        all.extend_from_slice(more);
        folder.sfc(&all)
    };
    folder.write(
        "pipeline.yaml",
        &format!(
            "sources: sources.sql\n{}",
            spec("", "  look: { sql: look.sql }\n")
        ),
    );
    let written = import(&[]);
    assert_eq!(written.code, Some(0), "{written:?}");
    assert!(written.stderr.contains("wrote 4 tables"), "{written:?}");
    assert_eq!(folder.sfc(&["validate"]).code, Some(0));
    folder.write("look.sql", "select nmae from crm.customers;");
    let wrong = folder.sfc(&["validate"]);
    assert!(wrong.stderr.contains("did you mean `name`?"), "{wrong:?}");
    let refused = import(&[]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("--force"), "{refused:?}");
    assert_eq!(import(&["--force"]).code, Some(0));
    folder.write("look.sql", "create table crm.customers (id int);");
    let left = import(&["--force"]);
    assert!(
        left.stderr.contains("left out 1 table that a step makes"),
        "{left:?}"
    );
    assert!(!folder.read("sources.sql").contains("customers"));
}

#[test]
fn nothing_is_written_outside_of_the_folder() {
    let folder = folder();
    let outside = folder.path().join("../stray.sql");
    for file in ["../stray.sql", "none/sources.sql", ".."] {
        let refused = folder.sfc(&["import", "schema", "--local", "-o", file]);
        assert_eq!(refused.code, Some(2), "{file}: {refused:?}");
    }
    assert!(!outside.exists());
}

#[test]
fn without_a_warehouse_there_is_nothing_to_import() {
    let folder = Folder::new(
        &spec("", "  look: { sql: look.sql }\n"),
        &[("look.sql", "select 1 as one;")],
    );
    let none = folder.sfc(&["import", "schema", "--local"]);
    assert_eq!(none.code, Some(2), "{none:?}");
    assert!(
        none.stderr.contains("there is no local warehouse yet"),
        "{none:?}"
    );
}
