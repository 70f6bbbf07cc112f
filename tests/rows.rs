//! `sfc results`: what a run has returned, in the terminal and for programs.

use insta::assert_snapshot;

use crate::program::{Folder, spec};
use crate::screen::Terminal;

/// A pipeline whose results are everything that is hard to show.
fn folder() -> Folder {
    Folder::new(
        &spec(
            "rounds: 1",
            "  many: { sql: many.sql }\n  odd: { sql: odd.sql, after: many }\n  none: { sql: none.sql, after: odd }\n  silent: { sql: silent.sql, after: none }\n",
        ),
        &[
            (
                "many.sql",
                "with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000)\n\
                 select i as id, i * 1.5::decimal(8,2) as price, 'customer number ' || i as name from n order by i",
            ),
            (
                "odd.sql",
                "select 1 as id, 'NULL' as says_null, null::varchar as is_null, '' as is_empty, '日本国' as wide, \
                 'a' || chr(27) || '[2Jb' || chr(10) || 'c' || chr(155) || '31m' as hostile, true as yes, 1.5::float8 as half",
            ),
            ("none.sql", "select 1 as one where 1 = 2"),
            ("silent.sql", "create table made (a int)"),
        ],
    )
}

#[test]
fn results_are_tables_csv_and_json() {
    let folder = folder();
    assert_eq!(folder.sfc(&["run", "."]).code, Some(0));
    let run = folder.state().run.to_string();
    let results = |arguments: &[&str]| {
        let ended = folder.sfc(&[&["results", "--local"], arguments].concat());
        assert_eq!(ended.code, Some(0), "{ended:?}");
        ended
    };
    // Nothing means the last run.
    let all = results(&["--limit", "3"]);
    assert_snapshot!("results_of_all_steps", all.stdout);
    assert_eq!(all.stderr, format!("run {run}\n"));
    assert_eq!(results(&["last", "--limit", "3"]).stdout, all.stdout);
    assert_eq!(results(&[&run, "--limit", "3"]).stdout, all.stdout);
    // So does a step's name.
    let one = results(&["many"]);
    assert!(
        one.stdout.ends_with("\n20 of 5,000 rows\n"),
        "{}",
        one.stdout
    );
    assert_eq!(results(&[&run, "many"]).stdout, one.stdout);
    assert_eq!(one.stdout.lines().count(), 24);
    assert_snapshot!("a_line_for_each_value", results(&["odd", "-x"]).stdout);

    let csv = results(&["many", "--csv"]).stdout;
    assert_eq!(
        csv,
        folder.read(format!(".sfc/bucket/demo/{run}/results/many.csv"))
    );
    assert_eq!(csv.lines().count(), 5_001);
    let first = results(&["many", "--csv", "--limit", "2"]).stdout;
    assert_eq!(
        first,
        csv.lines()
            .take(3)
            .map(|line| format!("{line}\n"))
            .collect::<String>()
    );

    let json = results(&["--json"]).stdout;
    let document: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(document["version"], 1);
    assert_eq!(document["run"], run.as_str());
    let results_of = |index: usize| &document["results"][index];
    assert_eq!(results_of(0)["step"], "many");
    assert_eq!(results_of(0)["total_rows"], 5_000);
    assert_eq!(results_of(0)["rows"].as_array().unwrap().len(), 5_000);
    assert_eq!(results_of(1)["rows"][0][2], serde_json::Value::Null);
    assert_eq!(results_of(1)["rows"][0][5], "a\u{1b}[2Jb\nc\u{9b}31m");
    assert_eq!(results_of(2)["total_rows"], 0);
    assert!(!json.contains(|c: char| c.is_control() && c != '\n'));

    results(&["last", "--to", "out"]);
    assert_eq!(folder.read("out/many.csv"), csv);
}

#[test]
fn what_is_not_there_is_said_by_name() {
    let folder = folder();
    let none = folder.sfc(&["results", "many", "--local"]);
    assert_eq!(none.code, Some(2));
    assert!(none.stderr.contains("has no runs yet"), "{}", none.stderr);
    assert_eq!(folder.sfc(&["run", "."]).code, Some(0));
    let run = folder.state().run.to_string();
    let failing = |arguments: &[&str]| {
        let ended = folder.sfc(&[&["results", "--local"], arguments].concat());
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.stdout.is_empty());
        ended.stderr.replace(&run, "RUN")
    };
    let all = [
        failing(&["manny"]),
        failing(&["last", "else"]),
        failing(&["silent"]),
        failing(&["--csv"]),
        failing(&["19991231"]),
    ];
    assert_snapshot!(all.join("\n"));
}

#[test]
fn a_terminal_has_room_and_is_never_commanded() {
    let folder = folder();
    assert_eq!(folder.sfc(&["run", "."]).code, Some(0));
    let run = folder.state().run.to_string();
    let shown = |columns, arguments: &[&str]| {
        let arguments = [&["results", "--local"], arguments].concat();
        let terminal = Terminal::start(folder.path(), (50, columns), &arguments);
        let (code, shown) = terminal.ended();
        assert_eq!(code, Some(0), "{shown}");
        shown.replace(&run, "RUN")
    };
    let wide = shown(80, &["odd"]);
    let narrow = shown(40, &["odd"]);
    let few = shown(33, &["many", "--limit", "2"]);
    assert_snapshot!(format!("{wide}\n\n{narrow}\n\n{few}"));
    // Nor is it by CSV. The emulator passes U+FFFD over.
    let csv = shown(120, &["odd", "--csv"]);
    assert!(csv.contains("a␛[2Jb\nc31m"), "{csv}");
}
