//! How long the translation of a statement takes, for 1 KB of Redshift's SQL. It takes every
//! statement of the examples, with the types of the tables that they declare. At most 0.3 ms are
//! asked for.
//!
//! `cargo bench -p local --bench translation`

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark is its output"
)]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use local::warehouse::translation::engine_text;
use redshift_sql::names::DeclaredTables;
use redshift_sql::parse;

/// Times that each statement is translated; the quickest counts.
const ROUNDS: usize = 50;

/// The texts of the SQL files in a folder and those below.
fn texts(folder: &Path, all: &mut Vec<(PathBuf, String)>) {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            texts(&path, all);
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            let text = fs::read_to_string(&path).unwrap();
            // A parameter stands where a value does.
            all.push((path, text.replace("{{", "").replace("}}", "")));
        }
    }
}

/// The quickest of many translations.
fn quickest(statement: &str, catalog: &DeclaredTables) -> Duration {
    let once = |_| {
        let start = Instant::now();
        std::hint::black_box(engine_text(std::hint::black_box(statement), catalog)).ok();
        start.elapsed()
    };
    (0..ROUNDS).map(once).min().unwrap()
}

fn milliseconds_a_kb(took: Duration, bytes: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a text is short")]
    let kb = bytes as f64 / 1024.0;
    took.as_secs_f64() * 1000.0 / kb
}

fn main() {
    let mut all = Vec::new();
    texts(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs"),
        &mut all,
    );
    let mut catalog = DeclaredTables::new();
    for (_, text) in &all {
        for statement in &parse(text).statements {
            catalog.learn(statement, &HashMap::new());
        }
    }
    let (mut bytes, mut took, mut number) = (0, Duration::ZERO, 0);
    let mut slowest = (0.0, String::new());
    for (path, text) in &all {
        for statement in &parse(text).statements {
            let sql = statement.span.of(text);
            let quickest = quickest(sql, &catalog);
            bytes += sql.len();
            took += quickest;
            number += 1;
            let rate = milliseconds_a_kb(quickest, sql.len());
            if sql.len() >= 1024 && rate > slowest.0 {
                slowest = (rate, format!("{}, {} bytes", path.display(), sql.len()));
            }
        }
    }
    println!(
        "{number} statements, {bytes} bytes: {:.3} ms for 1 KB",
        milliseconds_a_kb(took, bytes)
    );
    println!(
        "the slowest of at least 1 KB: {:.3} ms for 1 KB ({})",
        slowest.0, slowest.1
    );
    for depth in [25, 50, 100] {
        let nested = format!(
            "select {}0{} from flights",
            "decode(n, 1, nvl(day, 2), case when n > 1 then 1 else ".repeat(depth),
            " end)".repeat(depth)
        );
        println!(
            "DECODE, NVL and CASE nested {depth} deep: {:.3} ms for 1 KB",
            milliseconds_a_kb(quickest(&nested, &catalog), nested.len())
        );
    }
}
