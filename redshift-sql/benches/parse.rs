//! `cargo bench -p redshift-sql --bench parse`: megabytes a second of the lexer and of the parser,
//! and how long a text takes that nests too deep.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::indexing_slicing
)]

use std::path::{Path, PathBuf};
use std::time::Instant;

/// Every SQL file of the example pipelines.
fn scripts(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            scripts(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            found.push(path);
        }
    }
}

/// How often each kind of work is measured, in turn with the others.
const RUNS: usize = 31;

/// A kind of work on a text.
struct Work {
    name: &'static str,
    run: fn(&str),
}

const WORKS: [Work; 3] = [
    // What the other two are compared with, whatever else the machine does meanwhile.
    Work {
        name: "counting letters",
        run: |text| {
            std::hint::black_box(text.chars().filter(|c| c.is_alphabetic()).count());
        },
    },
    Work {
        name: "lexer",
        run: |text| {
            std::hint::black_box(redshift_sql::lexer::lex(text));
        },
    },
    Work {
        name: "parser",
        run: |text| {
            std::hint::black_box(redshift_sql::parse(text));
        },
    },
];

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap()
}

/// Longest of the least times that a text of 64 KB takes which nests as deep as its length allows.
/// Each ends in a mistake, within 10 ms.
fn deepest_nesting() {
    const LENGTH: usize = 64 * 1024;
    let beginnings = [
        "(",
        "select (",
        "select f(",
        "case when ",
        "not ",
        "- ",
        "select * from (",
        "select a in (",
        "with a as (",
        "{{",
        "[",
        "/*",
        "cast(",
        "a.b[",
        "begin ",
        "if a then ",
        "exists (",
    ];
    let slowest = beginnings
        .iter()
        .flat_map(|beginning| {
            let nested = beginning.repeat(LENGTH / beginning.len());
            let body = format!("create procedure p() as $$ begin {nested} end $$ language plpgsql");
            [format!("select {nested}"), nested, body]
        })
        .map(|text| {
            assert!(!redshift_sql::parse(&text).mistakes.is_empty());
            let least = (0..RUNS)
                .map(|_| {
                    let start = Instant::now();
                    std::hint::black_box(redshift_sql::parse(&text));
                    start.elapsed()
                })
                .min()
                .unwrap();
            (least, text.chars().take(40).collect::<String>())
        })
        .max()
        .unwrap();
    println!(
        "deepest nesting: {:.1} ms at most, of `{}…`",
        slowest.0.as_secs_f64() * 1e3,
        slowest.1
    );
}

fn main() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let mut paths = Vec::new();
    scripts(&specs, &mut paths);
    paths.sort();
    let texts: Vec<String> = paths
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    if std::env::args().any(|argument| argument == "--once") {
        // For a profiler that counts instructions.
        texts.iter().for_each(|text| {
            std::hint::black_box(redshift_sql::parse(text));
        });
        return;
    }
    let bytes: usize = texts.iter().map(String::len).sum();
    let rounds = 2_000_000 / bytes + 1;
    let megabytes = (bytes * rounds) as f64 / 1e6;
    let time = |work: &Work| {
        let start = Instant::now();
        for text in (0..rounds).flat_map(|_| &texts) {
            (work.run)(text);
        }
        start.elapsed().as_secs_f64()
    };
    let runs: Vec<[f64; 3]> = (0..RUNS).map(|_| WORKS.each_ref().map(&time)).collect();
    println!(
        "{} scripts, {megabytes:.1} MB in {rounds} rounds, {RUNS} runs",
        paths.len()
    );
    println!(
        "{:18}{:>14}{:>14}{:>26}",
        "", "best", "median", "median of letters' time"
    );
    for (index, work) in WORKS.iter().enumerate() {
        let times: Vec<f64> = runs.iter().map(|run| run[index]).collect();
        let best = times.iter().copied().fold(f64::INFINITY, f64::min);
        println!(
            "{:18}{:9.1} MB/s{:9.1} MB/s{:20.2} times",
            work.name,
            megabytes / best,
            megabytes / median(times),
            median(runs.iter().map(|run| run[index] / run[0]).collect()),
        );
    }
    deepest_nesting();
    let mistakes: usize = texts
        .iter()
        .map(|text| redshift_sql::parse(text).mistakes.len())
        .sum();
    println!("mistakes in the scripts: {mistakes}");
}
