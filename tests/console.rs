//! The console of `sfc run`: what a person sees while a run goes on and when it has ended, and what a
//! program reads.

use std::fmt::Write as _;

use insta::assert_snapshot;

use crate::program::{Folder, SLOW, spec};
use crate::screen::Terminal;

/// The text without what differs from run to run: ids, and times.
fn timeless(folder: &Folder, text: &str) -> String {
    let run = folder.state().run.to_string();
    let text = text.replace(&run, "RUN");
    let mut shown = String::new();
    for line in text.lines() {
        let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        for at in 0..words.len() {
            let is_unit = words
                .get(at + 1)
                .is_some_and(|unit| unit.trim_end_matches(',') == "s");
            if is_unit && words[at].parse::<f64>().is_ok() {
                words[at] = "0.00".to_owned();
            }
        }
        writeln!(shown, "{}", words.join(" ").trim_end()).unwrap();
    }
    shown
}

fn failing() -> Folder {
    Folder::new(
        &spec(
            "rounds: 1, lanes: 1",
            "  load: { sql: load.sql }\n  bad_one: { sql: bad.sql, after: load }\n  behind: { sql: one.sql, after: bad_one }\n  watched: { sql: one.sql, after: load, signals: [{ when: { one: 1 }, signal: there is a one, recommendation: look at it, severity: critical }, { when: { one: 2 }, signal: never }, { signal: every row, severity: info }] }\n",
        ),
        &[
            (
                "load.sql",
                "create table orders (id int); insert into orders values (1), (2)",
            ),
            ("bad.sql", "select id\nfrom elsewhere.orders"),
            ("one.sql", "select 1 as one"),
        ],
    )
}

#[test]
fn a_terminal_shows_steps_signals_failures_and_what_is_next() {
    let folder = failing();
    let terminal = Terminal::start_with(folder.path(), (40, 100), &["run"], &[("NO_COLOR", "1")]);
    let (code, shown) = terminal.ended();
    assert_eq!(code, Some(1), "{shown}");
    assert_snapshot!(timeless(&folder, &shown));

    let quiet = folder.sfc(&["run", "--quiet"]);
    assert_eq!(quiet.code, Some(1), "{quiet:?}");
    assert_snapshot!(
        "quiet",
        timeless(
            &folder,
            &format!("{}-- stderr\n{}", quiet.stdout, quiet.stderr)
        )
    );
}

#[test]
fn nothing_wraps_in_eighty_columns_and_all_is_used_of_a_hundred_and_twenty() {
    for columns in [80, 120] {
        let folder = Folder::new(
            &spec(
                "rounds: 1, lanes: 1",
                "  one: { sql: one.sql }\n  bad_one: { sql: bad.sql, after: one }\n",
            ),
            &[
                ("one.sql", "select 1 as one"),
                ("bad.sql", "select id from elsewhere.orders_of_last_year"),
            ],
        );
        let terminal =
            Terminal::start_with(folder.path(), (40, columns), &["run"], &[("NO_COLOR", "1")]);
        let (code, shown) = terminal.ended();
        assert_eq!(code, Some(1), "{shown}");
        let line = shown
            .lines()
            .find(|line| line.contains("] bad_one"))
            .unwrap();
        assert!(line.chars().count() <= usize::from(columns), "{line}");
        // What has no room is cut, and stands in full further below.
        assert_eq!(line.contains('…'), columns == 80, "{line}");
    }
}

#[test]
fn thirty_lanes_have_room_in_fifteen_lines_and_leave_nothing_behind() {
    let mut steps = String::new();
    for number in 0..30 {
        writeln!(steps, "  slow_step_number_{number:02}: {{ sql: slow.sql }}").unwrap();
    }
    let folder = Folder::new(&spec("rounds: 1, lanes: 30", &steps), &[("slow.sql", SLOW)]);
    let terminal = Terminal::start_with(folder.path(), (15, 80), &["run"], &[("NO_COLOR", "1")]);
    let shown = terminal
        .shows(|shown| shown.contains("[0/30] 30 running") && shown.contains("… and 20 more"));
    assert_eq!(
        shown.lines().filter(|line| line.contains("lane ")).count(),
        10,
        "{shown}"
    );
    // It is drawn again and again, and stays where it is.
    let head = |shown: &str| {
        shown
            .lines()
            .find(|line| line.contains("30 running"))
            .map(str::to_owned)
    };
    let before = head(&shown);
    let later = terminal.shows(|shown| head(shown).is_some_and(|now| Some(now) != before));
    assert_eq!(later.matches("30 running").count(), 1, "{later}");
    terminal.types("\u{3}");
    let (code, shown) = terminal.ended();
    assert_eq!(code, Some(130), "{shown}");
    assert!(
        shown.replace('\n', "").contains(
            "stopping: cancelling slow_step_number_00, slow_step_number_01, slow_step_number_02"
        ),
        "{shown}"
    );
    assert!(shown.contains("next: sfc resume"), "{shown}");
    assert!(!shown.contains("running"), "stale lines: {shown}");
    assert_eq!(shown.matches("  stopped").count(), 30, "{shown}");
}

#[test]
fn the_first_failure_ends_a_run_that_is_to_fail_fast() {
    let folder = Folder::new(
        &spec(
            "rounds: 3, lanes: 2",
            "  slow: { sql: slow.sql }\n  bad: { sql: bad.sql }\n",
        ),
        &[
            ("slow.sql", SLOW),
            ("bad.sql", "select * from elsewhere.orders"),
        ],
    );
    let ended = folder.sfc(&["run", "--fail-fast"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended
            .stderr
            .contains("`bad` has failed: stopping the run (--fail-fast)"),
        "{ended:?}"
    );
    assert!(
        ended
            .stdout
            .contains("STOPPED: 0 of 2 steps finished, 1 failed, 1 stopped"),
        "{ended:?}"
    );
}

#[test]
fn a_program_reads_an_event_a_line() {
    let folder = failing();
    let ended = folder.sfc(&["run", "--json"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let events: Vec<serde_json::Value> = ended
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(events.iter().all(|event| event["version"] == 1));
    let told: Vec<String> = events
        .iter()
        .map(|event| {
            let word = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
            format!("{} {} {}", word("event"), word("step"), word("status"))
                .trim_end()
                .to_owned()
        })
        .collect();
    assert_snapshot!("events", told.join("\n"));
    let failed = events
        .iter()
        .find(|event| event["status"] == "FAILED" && event["step"] == "bad_one")
        .unwrap();
    assert_eq!(failed["error"]["error"], "Sfc.StatementFailed");
    assert_eq!(
        (&failed["error"]["file"], &failed["error"]["line"]),
        (&"bad.sql".into(), &2.into())
    );
    let last = events.last().unwrap();
    assert_eq!(last["signals"][0]["severity"], "critical");
    assert_eq!(last["signals"][1]["severity"], "info");
    assert_eq!(last["steps"]["finished"], 2);
}
