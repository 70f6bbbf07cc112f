//! How long single things take in the embedded warehouse.
//!
//! `cargo bench -p local --bench warehouse`

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark is its output"
)]

#[allow(dead_code, reason = "a benchmark does not use all of it")]
#[path = "../tests/laptop/harness.rs"]
mod harness;

use std::fmt::Write as _;
use std::time::Instant;

use harness::Warehouse;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let warehouse = Warehouse::open();
    let mut text = String::new();
    for n in 0..336_776 {
        writeln!(
            text,
            "2013,1,{},{n},{}.5,UA,N{n},EWR,IAH,2013-01-01 05:00:00,,{}",
            n % 28 + 1,
            n % 500,
            n % 2400
        )
        .unwrap();
    }
    std::fs::write(warehouse.path("flights.csv"), text).unwrap();
    warehouse
        .script("create table flights (year int, month int, day int, n int, delay float, carrier varchar(2), tail varchar(8), origin varchar(3), dest varchar(3), hour timestamp, empty varchar(5), time int)")
        .await
        .unwrap();
    let start = Instant::now();
    warehouse
        .script("copy flights from 's3://bkt/flights.csv' iam_role default csv")
        .await
        .unwrap();
    println!("COPY of 336,776 lines: {:?}", start.elapsed());
    let start = Instant::now();
    warehouse.script("select * from flights").await.unwrap();
    println!("336,776 rows as a result: {:?}", start.elapsed());
    let start = Instant::now();
    for _ in 0..100 {
        warehouse.script("select 1").await.unwrap();
    }
    println!("one short statement: {:?}", start.elapsed() / 100);
    let start = Instant::now();
    warehouse.script("create table a as select carrier, day, count(*), avg(delay), sum(n)/count(*) from flights group by 1, 2").await.unwrap();
    println!("aggregation into a table: {:?}", start.elapsed());
    let parts: Vec<String> = (0..16)
        .map(|n| {
            format!("decode(carrier, 'UA', nvl(n, {n}) * 2.5, tail, 0) + delay / {n}.5 as c{n}")
        })
        .collect();
    let long = format!("select {} from flights limit 0", parts.join(", "));
    println!(
        "one statement of {} bytes over no row: {:?}",
        long.len(),
        mean(&warehouse, &long).await
    );
    for depth in [25, 50, 100] {
        let nested = format!(
            "select {}0{} from flights limit 0",
            "decode(n, 1, nvl(day, 2), ".repeat(depth),
            ")".repeat(depth)
        );
        println!(
            "DECODE and NVL nested {depth} deep: {:?}",
            mean(&warehouse, &nested).await
        );
    }
}

/// How long a statement takes.
async fn mean(warehouse: &Warehouse, sql: &str) -> std::time::Duration {
    warehouse.script(sql).await.unwrap();
    let start = Instant::now();
    for _ in 0..20 {
        warehouse.script(sql).await.unwrap();
    }
    start.elapsed() / 20
}
