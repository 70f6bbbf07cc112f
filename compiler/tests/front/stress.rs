//! Input made to cost much.

use std::time::{Duration, Instant};

use sfc::diagnostic::Code;

use crate::folder::{Folder, spec, steps};

/// Far more than any of these takes, far less than what they are made to cost.
const PATIENCE: Duration = Duration::from_secs(20);

fn refused(folder: &Folder, code: Code) {
    let start = Instant::now();
    assert_eq!(folder.codes().first(), Some(&code));
    let shown = folder.shown();
    assert!(shown.len() < 10_000, "{} bytes of complaint", shown.len());
    let took = start.elapsed();
    assert!(took < PATIENCE, "{code} took {took:?}");
}

#[test]
fn a_spec_of_ten_megabytes() {
    refused(&spec("x".repeat(10_000_000)), Code::SpecTooLarge);
}

#[test]
fn a_hundred_thousand_steps() {
    let mut text = "steps:\n".to_owned();
    for index in 0..100_000 {
        text.push_str(&format!("  step{index}: {{ sql: a.sql }}\n"));
    }
    refused(&steps(&text), Code::TooManySteps);
}

#[test]
fn a_yaml_bomb() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let items = vec![format!("*a{}", level - 1); 9].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    refused(&spec(text), Code::YamlTooComplex);
    let mut chain = "a0: &a0 [x]\n".to_owned();
    for level in 1..1_000 {
        chain.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    refused(&spec(chain), Code::YamlTooComplex);
}

#[test]
fn deep_nesting() {
    refused(
        &spec(format!("name: {}", "[".repeat(1_000_000))),
        Code::YamlTooComplex,
    );
    refused(&spec("- ".repeat(1_000_000)), Code::YamlTooComplex);
    let steep: String = (0..1_000)
        .map(|depth| format!("{}a:\n", " ".repeat(depth)))
        .collect();
    refused(&spec(steep), Code::YamlTooComplex);
}

#[test]
fn many_values() {
    refused(
        &spec(format!("name: [{}]", "1,".repeat(1_000_000))),
        Code::YamlTooComplex,
    );
}

#[test]
fn thousands_of_wrong_names() {
    let mut text = "steps:\n".to_owned();
    for index in 0..9_000 {
        text.push_str(&format!(
            "  step{index}: {{ sql: a.sql, after: setp{index} }}\n"
        ));
    }
    let start = Instant::now();
    assert_eq!(steps(&text).codes().len(), 9_000);
    assert!(start.elapsed() < PATIENCE);
}

fn large(count: usize) -> Folder {
    let mut folder = Folder::default();
    let mut text = "name: large\nwarehouse: { workgroup: a, database: b }\nsteps:\n".to_owned();
    for index in 0..count {
        text.push_str(&format!(
            "  step{index}:\n    sql: sql/{index}.sql\n    limit: 5m\n"
        ));
        if index >= 10 {
            let (far, near) = (index - 10, index - 7);
            text.push_str(&format!("    after: [step{far}, step{near}]\n"));
        }
        let from = if index < 10 {
            "outside".to_owned()
        } else {
            format!("t{}", index - 10)
        };
        folder = folder.with(
            &format!("sql/{index}.sql"),
            format!("-- step {index}\ndrop table if exists t{index};\ncreate table t{index} as\nselect a.x, b.y, 'a;b' as z\nfrom {from} a join s.other b on a.x = b.i\nwhere a.y >= '2013-01-01' and b.n > 15;\n"),
        );
    }
    folder.with("pipeline.yaml", text)
}

#[test]
fn thousands_of_steps_compile() {
    for count in [1_000, 10_000] {
        let folder = large(count);
        let start = Instant::now();
        let (compiled, diagnostics) = folder.compile();
        println!("{count} steps: {:?}", start.elapsed());
        assert!(diagnostics.is_empty());
        assert_eq!(compiled.unwrap().1.scripts.len(), count);
    }
}

#[test]
fn everybody_reads_and_writes_the_same_table() {
    let mut text = "steps:\n  s0: { sql: t.sql }\n".to_owned();
    for index in 1..10_000 {
        text.push_str(&format!(
            "  s{index}: {{ sql: t.sql, after: s{} }}\n",
            index - 1
        ));
    }
    let start = Instant::now();
    let folder = steps(&text).with("t.sql", "insert into t select * from t");
    assert!(folder.codes().len() <= 1);
    println!("a chain on one table: {:?}", start.elapsed());
    assert!(start.elapsed() < PATIENCE);
}
