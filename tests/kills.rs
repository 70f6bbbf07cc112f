//! Runs whose process is killed at any moment: what was committed is not done again, and nothing is
//! lost.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::program::{Folder, sfc, spec};

/// Kills where nobody asks for another number.
const KILLS: usize = 12;

/// Kills of one pipeline before it is left in peace.
const OF_ONE: usize = 3;

/// Rows that each insert adds.
const ROWS: u64 = 100_000;

const MAKE: &str = "create table digits (d int);
create table rows (label varchar(8), n int);
insert into digits values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);";

fn insert(label: &str) -> String {
    format!(
        "insert into rows select '{label}', a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d
         from digits a cross join digits b cross join digits c cross join digits e cross join digits f;\n"
    )
}

/// Every way in which a step commits: alone, as one transaction, with a result, statement by statement,
/// and around transactions of its own.
fn pipeline() -> Folder {
    let steps = "  make: { sql: make.sql }
  alone: { sql: alone.sql, after: make }
  together: { sql: together.sql, after: make }
  one_by_one: { sql: one_by_one.sql, after: alone, batch: auto_commit }
  own: { sql: own.sql, after: together, batch: auto_commit }
  check: { sql: check.sql, after: [one_by_one, own] }
";
    let together = format!(
        "{}{}select count(*) as n from rows where label = 'b2';",
        insert("b1"),
        insert("b2")
    );
    let one_by_one = format!("{}{}{}", insert("c1"), insert("c2"), insert("c3"));
    let own = format!(
        "{}begin;\n{}{}commit;\n{}",
        insert("d1"),
        insert("d2"),
        insert("d3"),
        insert("d4")
    );
    Folder::new(
        &spec("rounds: 1, lanes: 2", steps),
        &[
            ("make.sql", MAKE),
            ("alone.sql", &insert("a")),
            ("together.sql", &together),
            ("one_by_one.sql", &one_by_one),
            ("own.sql", &own),
            (
                "check.sql",
                "select label, count(*) as rows, count(distinct n) as different
                 from rows group by label order by label",
            ),
        ],
    )
}

/// A generator of numbers that is the same everywhere (Numerical Recipes' `ranqd1`, in 64 bits).
struct Numbers(u64);

impl Numbers {
    /// A number from 0 to 1.
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / (1_u64 << 31) as f64
    }
}

/// What goes on with the last run, or starts the first one.
fn arguments(folder: &Folder) -> &'static [&'static str] {
    let begun = folder.path().join(".sfc/bucket").is_dir()
        && folder
            .runs()
            .iter()
            .any(|run| run.join("state.json").exists());
    if begun {
        &["resume", "last", "--local"]
    } else {
        &["run", "."]
    }
}

#[test]
fn what_was_committed_before_a_kill_is_there_once_after_resume() {
    let kills = std::env::var("SFC_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let undisturbed = pipeline();
    let begun = Instant::now();
    let ended = undisturbed.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let whole = begun.elapsed();

    let mut numbers = Numbers(20_261_125);
    let (mut killed, mut twice, mut lost) = (0, 0, 0);
    while killed < kills {
        let folder = pipeline();
        let mut over = false;
        for _ in 0..OF_ONE.min(kills - killed) {
            let mut child = sfc(folder.path(), arguments(&folder))
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            // The moment is the test: it is for nothing to happen by then.
            std::thread::sleep(whole.mul_f64(numbers.next()));
            over = child.try_wait().unwrap().is_some();
            child.kill().unwrap();
            child.wait().unwrap();
            if over {
                break;
            }
            killed += 1;
        }
        if !over {
            let ended = folder.sfc(arguments(&folder));
            let all_done = ended.stderr.contains("SFC0921");
            assert!(ended.code == Some(0) || all_done, "{ended:?}");
        }
        let check = folder
            .runs()
            .into_iter()
            .map(|run| run.join("results/check.csv"))
            .rfind(|check| check.exists())
            .unwrap();
        let text = std::fs::read_to_string(check).unwrap();
        let found: BTreeMap<&str, (u64, u64)> = text
            .lines()
            .skip(1)
            .map(|line| {
                let mut fields = line.split(',');
                let label = fields.next().unwrap();
                let mut number = || fields.next().unwrap().parse().unwrap();
                (label, (number(), number()))
            })
            .collect();
        for label in ["a", "b1", "b2", "c1", "c2", "c3", "d1", "d2", "d3", "d4"] {
            let (rows, different) = found.get(label).copied().unwrap_or_default();
            twice += rows - different;
            lost += ROWS - different;
        }
    }
    println!("{killed} kills: {twice} rows twice, {lost} rows lost");
    assert_eq!((twice, lost), (0, 0));
}

/// Starts a run of a query without end, and returns when that query runs.
fn started(folder: &Folder) -> std::process::Child {
    let child = sfc(folder.path(), &["run", "."])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    let is_running = || {
        folder.path().join(".sfc/bucket/demo").is_dir()
            && folder.runs().last().is_some_and(|run| {
                std::fs::read_to_string(run.join("state.json"))
                    .is_ok_and(|state| state.contains("statement_id"))
            })
    };
    while !is_running() {
        assert!(begun.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

fn endless() -> Folder {
    Folder::new(
        &spec("rounds: 1, lanes: 1", "  slow: { sql: slow.sql }\n"),
        &[("slow.sql", crate::program::SLOW)],
    )
}

#[test]
fn whoever_looks_at_a_run_that_died_says_so_and_ends_it() {
    for verb in ["status", "watch", "stop"] {
        let folder = endless();
        let mut child = started(&folder);
        child.kill().unwrap();
        child.wait().unwrap();
        let begun = Instant::now();
        let ended = folder.sfc(&[verb, "last", "--local"]);
        assert!(begun.elapsed() < Duration::from_secs(20), "{verb}");
        assert!(ended.stderr.contains("had died"), "{verb}: {ended:?}");
        assert!(ended.stdout.contains("STOPPED"), "{verb}: {ended:?}");
        let again = folder.sfc(&["status", "last", "--local"]);
        assert!(!again.stderr.contains("had died"), "{again:?}");
    }
}

#[test]
fn watch_notices_that_the_process_dies() {
    let folder = endless();
    let mut child = started(&folder);
    let mut watch = sfc(folder.path(), &["watch", "last", "--local"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Whether it sees the run before or after its death, it ends.
    child.kill().unwrap();
    child.wait().unwrap();
    let begun = Instant::now();
    while watch.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(50));
    }
    let output = watch.wait_with_output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("STOPPED"));
}

#[test]
fn a_run_that_goes_on_is_left_alone_by_those_who_look() {
    let folder = endless();
    let mut child = started(&folder);
    let status = folder.sfc(&["status", "last", "--local"]);
    assert!(status.stdout.contains("RUNNING"), "{status:?}");
    let resume = folder.sfc(&["resume", "last", "--local"]);
    assert_eq!(resume.code, Some(2), "{resume:?}");
    assert!(resume.stderr.contains("SFC0920"), "{resume:?}");
    let stop = folder.sfc(&["stop", "last", "--local"]);
    assert_eq!(stop.code, Some(0), "{stop:?}");
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

/// Whether whoever started the tests wants SIGHUP ignored, as `nohup` does: children inherit that.
#[cfg(unix)]
fn hang_up_is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 == 1)
}

#[cfg(unix)]
#[test]
fn sigterm_and_sighup_end_a_run_as_ctrl_c_does() {
    for signal in ["-TERM", "-HUP"] {
        if signal == "-HUP" && hang_up_is_ignored() {
            println!("skipped: SIGHUP is ignored here, so it is by the runs as well");
            continue;
        }
        let folder = endless();
        let mut child = started(&folder);
        let sent = std::process::Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
        assert_eq!(child.wait().unwrap().code(), Some(130), "{signal}");
        assert_eq!(
            folder.state().status,
            runtime_lambda::state::RunStatus::Stopped,
            "{signal}"
        );
    }
}

/// A run with a limit on the size of each file that it writes. The system enforces it as it does a
/// full disk: by refusing the write.
#[cfg(unix)]
fn limited(folder: &Folder, kilobytes: u32) -> crate::program::Ended {
    let program = sfc(folder.path(), &[]);
    let script = format!(
        "trap '' XFSZ; ulimit -f {}; exec \"$0\" run .",
        kilobytes * 2
    );
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", &script])
        .arg(program.get_program())
        .current_dir(folder.path())
        .stdin(Stdio::null());
    command.output().unwrap().into()
}

#[cfg(unix)]
#[test]
fn a_disk_that_takes_nothing_more_is_said_at_once() {
    // One fills the bucket with its result, the other one the warehouse.
    let results = "select a.d, repeat('0123456789', 20) as t from digits a cross join digits b
        cross join digits c cross join digits e cross join digits f";
    let rows = "create table big as select a.d, md5(a.d::varchar || b.d || c.d || e.d || f.d || g.d) as t
        from digits a cross join digits b cross join digits c cross join digits e cross join digits f
        cross join digits g";
    for (sql, what) in [(results, "bucket"), (rows, "warehouse")] {
        let folder = Folder::new(
            &spec(
                "rounds: 3, lanes: 1",
                "  make: { sql: make.sql }\n  big: { sql: big.sql, after: make }\n  behind: { sql: one.sql, after: big }\n",
            ),
            &[
                ("make.sql", MAKE),
                ("big.sql", sql),
                ("one.sql", "select 1 as one"),
            ],
        );
        let begun = Instant::now();
        let ended = limited(&folder, 8 * 1024);
        assert_eq!(ended.code, Some(3), "{what}: {ended:?}");
        assert!(ended.stderr.contains("SFC0810"), "{what}: {ended:?}");
        assert!(ended.stderr.contains("File too large"), "{what}: {ended:?}");
        assert!(begun.elapsed() < Duration::from_secs(30), "{what}");
        let resumed = folder.sfc(&["resume", "last", "--local"]);
        assert_eq!(resumed.code, Some(0), "{what}: {resumed:?}");
    }
}
