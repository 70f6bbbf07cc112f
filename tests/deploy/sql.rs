//! `sfc sql --aws` over the Redshift Data API, which `sfc serve` answers, and `sfc results` of a run in
//! AWS.

use std::fs;
use std::process::Command;

use crate::aws::Served;
use crate::peer::Peer;
use crate::pipeline::{ended, folder, sfc, spec};

/// A command that asks the served warehouse.
fn asking(mut command: Command, served: &Served) -> Command {
    command.env("AWS_ENDPOINT_URL_REDSHIFT_DATA", &served.url);
    command
}

#[test]
fn the_warehouse_behind_the_data_api_prints_what_the_local_one_prints() {
    // The Data API's names have three letters at least.
    let folder = folder(&spec("").replace("workgroup: w,", "workgroup: analytics,"));
    let path = folder.path();
    fs::write(
        path.join("one.sql"),
        "create table orders (id int, name varchar(20), amount decimal(8,2));
         insert into orders values (1, 'a', 10.50), (2, '', null)",
    )
    .unwrap();
    let run = ended(sfc(path, &["run"]));
    assert_eq!(run.code, Some(0), "{run:?}");
    // One session: the temporary table and the transaction stay.
    let text = "select * from orders order by id; create temp table kept as select 41 as n; \
                begin; insert into kept values (1); rollback; select n + :more as answer from kept";
    let arguments = ["sql", "-p", "more=1", text];
    let local = ended(sfc(path, &arguments));
    assert_eq!(local.code, Some(0), "{local:?}");
    assert!(local.stdout.contains("    42\n1 row\n"), "{local:?}");

    let served = Served::start(path, "http://127.0.0.1:9");
    let peer = Peer::start();
    let sql = |more: &[&str]| {
        let arguments = [&["sql", "--aws"], more].concat();
        ended(asking(peer.sfc(path, &arguments), &served))
    };
    let all = sql(&arguments[1..]);
    assert_eq!(all.code, Some(0), "{all:?}");
    assert_eq!(all.stdout, local.stdout, "the same as beside the API");
    assert!(all.stderr.starts_with("account "), "{all:?}");
    let failed = sql(&["select id,\n  nmae from orders"]);
    assert_eq!(failed.code, Some(1), "{failed:?}");
    assert!(
        failed
            .stderr
            .contains("error[SFC0820]: column \"nmae\" does not exist")
            && failed.stderr.contains("--> sql:2:3"),
        "{failed:?}"
    );
    let many = sql(&[
        "--csv",
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000) select i, 'a rather long text that fills pages ' || i from n order by 1",
    ]);
    assert_eq!(many.stdout.lines().count(), 3_001, "{many:?}");
    // While it is served, the local one belongs to the server.
    let taken = ended(sfc(path, &["sql", "select 1"]));
    assert_eq!(taken.code, Some(3), "{taken:?}");
    assert!(taken.stderr.contains("`sfc serve`"), "{taken:?}");
}

#[test]
fn a_warehouse_that_is_not_reached_is_said_so() {
    let folder = folder(&spec(""));
    let peer = Peer::start();
    let refused = ended(peer.sfc(folder.path(), &["sql", "--aws", "select 1"]));
    assert_eq!(refused.code, Some(3), "{refused:?}");
    assert!(
        refused.stderr.contains("redshift-data:ExecuteStatement"),
        "{refused:?}"
    );
}
