//! `cargo bench -p redshift-sql --bench parse`: megabytes a second of the lexer and of the parser.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss
)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

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

/// The quickest of several runs.
fn best(mut run: impl FnMut()) -> Duration {
    let runs = (0..15).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed()
    });
    runs.min().unwrap()
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
    let bytes: usize = texts.iter().map(String::len).sum();
    let rounds = 2_000_000 / bytes + 1;
    let megabytes = (bytes * rounds) as f64 / 1e6;
    let each = |work: &dyn Fn(&str)| {
        best(|| {
            for text in (0..rounds).flat_map(|_| &texts) {
                work(text);
            }
        })
    };
    let copy = each(&|text| {
        std::hint::black_box(text.chars().filter(|c| c.is_alphabetic()).count());
    });
    let lex = each(&|text| {
        std::hint::black_box(redshift_sql::lexer::lex(text));
    });
    let parse = each(&|text| {
        std::hint::black_box(redshift_sql::parse(text));
    });
    let rate = |time: Duration| megabytes / time.as_secs_f64();
    println!(
        "{} scripts, {megabytes:.1} MB in {rounds} rounds",
        paths.len()
    );
    println!("counting letters {:8.1} MB/s", rate(copy));
    println!("lexer            {:8.1} MB/s", rate(lex));
    println!("parser           {:8.1} MB/s", rate(parse));
    let mistakes: usize = texts
        .iter()
        .map(|text| redshift_sql::parse(text).mistakes.len())
        .sum();
    println!("mistakes in the scripts: {mistakes}");
}
