//! What is large, endless or not to be written has an end, and is said.

use std::process::Stdio;
use std::time::{Duration, Instant};

use runtime_lambda::state::StepStatus;

use crate::program::{Folder, checkout, sfc, spec};

/// A memory in which a process may grow, in KiB.
fn peak(arguments: &[&str], folder: &Folder) -> Option<u64> {
    let mut child = sfc(folder.path(), arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = None;
    // The last look before its end has the highest value; the pipe ends with the process.
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with("VmHWM:"));
        let value = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
        peak = value.max(peak);
        std::thread::sleep(Duration::from_millis(5));
    }
    peak
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_trouble() {
    let flights = checkout().join("specs/flights");
    let flights = flights.to_str().unwrap();
    let here = checkout();
    for arguments in [
        &["schema"][..],
        &["graph", flights],
        &["plan", flights],
        &["explain", "SFC0101"],
        &["--help"],
        &["--version"],
        &["validate", flights, "--format", "json"],
    ] {
        let full = std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let output = sfc(&here, arguments).stdout(full).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {stderr}");
        assert!(stderr.contains("error[SFC0808]"), "{arguments:?}: {stderr}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_mistake() {
    let here = checkout();
    let mut child = sfc(&here, &["schema"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0));
}

#[test]
fn hundreds_of_thousands_of_mistakes_fit_into_memory() {
    let keys: String = (0..300_000).map(|n| format!("k{n}: 1\n")).collect();
    let folder = Folder::new(&keys, &[]);
    let since = Instant::now();
    let ended = folder.sfc(&["validate", ".", "--format", "json"]);
    println!("{} bytes in {:?}", ended.stdout.len(), since.elapsed());
    assert_eq!(ended.code, Some(2));
    let document: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let shown = document["diagnostics"].as_array().unwrap().len() as u64;
    assert_eq!(shown, 10_000);
    assert_eq!(
        document["errors"].as_u64().unwrap(),
        shown + document["omitted"].as_u64().unwrap()
    );
}

#[test]
fn a_script_that_doubles_its_variables_keeps_no_other_lane() {
    let text = "name: bomb\n\
         warehouse: { workgroup: analytics, database: dev }\n\
         rsql: { queue: q, definition: d }\n\
         limits: { rounds: 1, step: 20s, run: 3m, lanes: 4 }\n\
         steps:\n  bomb: { rsql: bomb.rsql }\n  innocent: { rsql: innocent.rsql }\n";
    let bomb = format!(
        "\\set x aaaaaaaaaaaaaaaa\n{}\\echo :x\n",
        "\\set x :x:x:x:x:x:x:x:x\n".repeat(9)
    );
    let folder = Folder::new(
        text,
        &[("bomb.rsql", &bomb), ("innocent.rsql", "select 1;\n")],
    );
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let state = folder.state();
    assert_eq!(state.steps["innocent"].status, StepStatus::Finished);
    assert_eq!(state.steps["bomb"].status, StepStatus::Failed);
    let words = format!("{}{}", ended.stdout, ended.stderr);
    assert!(words.contains("the variable `x` is longer"), "{words}");
}

#[test]
fn a_row_that_the_data_api_does_not_hand_out_fails_its_step() {
    let text = spec("rounds: 1", "  wide: { sql: wide.sql }\n");
    let sql = "select repeat('y', 65000) as t, repeat('z', 65000) as u;";
    let folder = Folder::new(&text, &[("wide.sql", sql)]);
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let words = format!("{}{}", ended.stdout, ended.stderr);
    assert!(
        words.contains("64 KB") && words.contains("UNLOAD"),
        "{words}"
    );
}

/// Peak memory of a run of so many steps, each with a result of 12 MB, four at a time; in KiB.
#[cfg(target_os = "linux")]
fn peak_of_results(steps: usize) -> u64 {
    let list: String = (0..steps)
        .map(|n| format!("  s{n}: {{ sql: wide.sql }}\n"))
        .collect();
    let text = spec("rounds: 1, lanes: 4", &list);
    let sql = "select n, repeat('x', 6000) as t from generate_series(1, 2000) as s(n);";
    let folder = Folder::new(&text, &[("wide.sql", sql)]);
    let peak = peak(&["run", "."], &folder).unwrap();
    let last = format!("s{}", steps - 1);
    assert_eq!(folder.state().steps[&last].status, StepStatus::Finished);
    peak
}

/// Four results are in the making at any time, and how far each is varies; the others are on the disk.
#[cfg(target_os = "linux")]
#[test]
fn results_of_many_steps_do_not_stay_in_memory() {
    let (few, many) = (peak_of_results(8), peak_of_results(32));
    println!("{few} KiB for 8 results of 12 MB, {many} KiB for 32");
    // All of the other 24 as they are would be 295,000 KiB.
    assert!(many < few + 200_000, "{few} KiB, then {many} KiB");
}
