//! `sfc import schema` over the Redshift Data API, which `sfc serve` answers.

use std::fs;
use std::process::Command;

use crate::aws::Served;
use crate::peer::Peer;
use crate::pipeline::{ended, folder, sfc, spec};

const MAKE: &str =
    "create table public.customers (id int not null, name varchar(80), paid numeric(8, 2));
create schema lake;
create table lake.\"select\" (\"a b\" date);";

/// A command that asks the served warehouse.
fn asking(mut command: Command, served: &Served) -> Command {
    command.env("AWS_ENDPOINT_URL_REDSHIFT_DATA", &served.url);
    command
}

#[test]
fn the_tables_of_a_warehouse_behind_the_data_api_are_declared() {
    // The Data API's names have three letters at least.
    let folder = folder(&spec("").replace("workgroup: w,", "workgroup: analytics,"));
    let path = folder.path();
    fs::write(path.join("one.sql"), MAKE).unwrap();
    let run = ended(sfc(path, &["run"]));
    assert_eq!(run.code, Some(0), "{run:?}");
    fs::write(path.join("one.sql"), "select 1 as one").unwrap();
    let local = ended(sfc(path, &["import", "schema", "--local"]));
    assert_eq!(local.code, Some(0), "{local:?}");
    let served = Served::start(path, "http://127.0.0.1:9");
    let peer = Peer::start();
    let import = |more: &[&str]| {
        let arguments = [&["import", "schema"], more].concat();
        ended(asking(peer.sfc(path, &arguments), &served))
    };
    let all = import(&[]);
    assert_eq!(all.code, Some(0), "{all:?}");
    assert_eq!(all.stdout, local.stdout, "the same as beside the API");
    assert!(
        all.stdout
            .contains("create table lake.\"select\" (\n    \"a b\" date\n);\n"),
        "{all:?}"
    );
    let two = import(&["--schema", "public", "--schema", "lake"]);
    assert_eq!(two.stdout, all.stdout);
    let one = import(&["--schema", "public"]);
    assert!(
        one.stdout.ends_with(
            "\ncreate table public.customers (\n    id integer not null,\n    name character varying(80),\n    paid numeric(8,2)\n);\n"
        ),
        "{one:?}"
    );
    let none = import(&["--schema", "public", "--schema", "lkae"]);
    assert_eq!(none.code, Some(2), "{none:?}");
    assert!(none.stderr.contains("SFC0935"), "{none:?}");
    assert!(none.stdout.is_empty(), "{none:?}");
}

#[test]
fn a_warehouse_that_refuses_says_why() {
    let folder = folder(&spec(""));
    let peer = Peer::start();
    let refused = ended(peer.sfc(folder.path(), &["import", "schema"]));
    assert_eq!(refused.code, Some(3), "{refused:?}");
    assert!(
        refused.stderr.contains("redshift-data:ExecuteStatement"),
        "{refused:?}"
    );
}
