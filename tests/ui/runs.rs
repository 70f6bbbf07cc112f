//! Runs: started, followed, stopped, resumed, compared, and their results.

use super::client::Console;
use super::served;
use crate::program::{Folder, SLOW, spec};

/// The address of the only pipeline.
fn only(console: &Console) -> String {
    let list = console.page("/");
    let (_, behind) = list.split_once("<th scope=\"row\"><a href=\"").unwrap();
    behind.split_once('"').unwrap().0.to_owned()
}

fn has_ended(page: &str) -> bool {
    !page.contains("data-events")
}

#[test]
fn a_run_is_started_followed_stopped_and_resumed() {
    let folder = Folder::new(
        "name: demo\nwarehouse: { workgroup: w, database: dev }\nlimits: { rounds: 1, lanes: 2 }\nparameters:\n  day: { type: date }\n  label: { type: string, default: none }\nsteps:\n  quick: { sql: quick.sql }\n  slow: { sql: slow.sql, after: quick }\n",
        &[
            ("quick.sql", "select :day as day, :label as label"),
            ("slow.sql", SLOW),
        ],
    );
    let console = served(&folder);
    let base = only(&console);
    assert!(console.page(&base).contains("There is no run yet."));
    let form = console.page(&format!("{base}start"));
    assert!(
        form.contains("<input name=\"day\" type=\"date\" required"),
        "{form}"
    );
    assert!(form.contains("Without it: none."), "{form}");

    // Started, and followed as it goes on.
    let started = console.post(&format!("{base}start"), "day=2026-01-01&label=");
    let page = started.location().to_owned();
    assert!(
        page.starts_with(&base) && page.ends_with("/report/"),
        "{page}"
    );
    let text = console.follow(&page, |text| {
        text.contains("<td>finished<th><a href=\"#step-quick\">")
            && text.contains("<td class=\"RUNNING\">running")
    });
    assert!(text.contains("<span class=\"status RUNNING\">"), "{text}");
    assert!(text.contains("2026-01-01"), "{text}");
    assert!(
        text.contains("class=\"RUNNING\" href=\"#step-slow\""),
        "no bar: {text}"
    );

    // It is in the lists, and nobody can go on with it yet.
    assert!(console.page("/").contains("<td class=\"RUNNING\">running"));
    let run = folder.state().run.to_string();
    let answer = console.post(&format!("{base}{run}/resume"), "");
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(answer.body.contains("SFC0920"), "{answer:?}");

    // Stopped.
    assert_eq!(
        console.post(&format!("{base}{run}/stop"), "").location(),
        page
    );
    let text = console.follow(&page, has_ended);
    assert!(text.contains("<span class=\"status STOPPED\">"), "{text}");
    // Once more does no harm.
    assert_eq!(
        console.post(&format!("{base}{run}/stop"), "").location(),
        page
    );

    // Resumed: what was finished is kept.
    folder.write("slow.sql", "select 7 as seven");
    let form = console.page(&format!("{base}{run}/resume"));
    assert!(
        form.contains("Without it: as in the earlier run."),
        "{form}"
    );
    let resumed = console
        .post(&format!("{base}{run}/resume"), "day=&label=")
        .location()
        .to_owned();
    assert_ne!(resumed, page);
    let text = console.follow(&resumed, has_ended);
    assert!(text.contains("<span class=\"status FINISHED\">"), "{text}");
    assert!(text.contains(&format!("kept from {run}")), "{text}");

    // Compared.
    let second = folder.state().run.to_string();
    let text = console.page(&format!("{base}compare?left={run}&right={second}"));
    assert!(text.contains("1 of 2 steps ended otherwise"), "{text}");
    assert!(
        text.contains("<td class=\"FAILED\">failed<td class=\"FINISHED\">finished"),
        "{text}"
    );
    let answer = console.get(&format!("{base}compare?left={run}"));
    assert_eq!(answer.status, 400, "{answer:?}");

    // What it returned, that of the kept step from where it lies.
    let text = console.page(&format!("{base}{second}/results/"));
    assert!(
        text.contains(&format!("href=\"{base}{second}/rows/quick\"")),
        "{text}"
    );
    assert!(
        text.contains(&format!("href=\"{base}{run}/results/quick.csv\"")),
        "{text}"
    );
    let text = console.page(&format!("{base}{second}/rows/quick"));
    assert!(
        text.contains("2026-01-01") && text.contains("day<small>"),
        "{text}"
    );
    let csv = console.get(&format!("{base}{second}/results/slow.csv"));
    assert_eq!((csv.status, csv.body.as_str()), (200, "seven\n7\n"));
    assert_eq!(
        csv.header("content-disposition"),
        Some("attachment; filename=\"slow.csv\"")
    );
}

#[test]
fn what_keeps_a_run_from_beginning_is_said() {
    let folder = Folder::new(
        "name: demo\nwarehouse: { workgroup: w, database: dev }\nparameters:\n  day: { type: date }\nsteps:\n  one: { sql: one.sql }\n",
        &[("one.sql", "select :day as day")],
    );
    let console = served(&folder);
    let base = only(&console);
    for (form, said) in [
        ("day=", "has no default"),
        ("day=today", "is no value of the parameter"),
        ("dya=1&day=2026-01-01", "has no parameter `dya`"),
    ] {
        let answer = console.post(&format!("{base}start"), form);
        assert_eq!(answer.status, 400, "{answer:?}");
        assert!(answer.body.contains("SFC0823"), "{answer:?}");
        let text = answer.body.replace("&#x60;", "`");
        assert!(text.contains(said), "{text}");
    }
    folder.write("pipeline.yaml", "name: demo\nsteps: 1\n");
    let answer = console.get(&format!("{base}start"));
    assert_eq!(answer.status, 400, "{answer:?}");
    // Runs can be looked at nevertheless.
    assert!(console.page(&base).contains("There is no run yet."));
    folder.write("pipeline.yaml", "name: [\n");
    assert!(console.page("/").contains("SFC01"), "{}", console.page("/"));
}

#[test]
fn a_run_that_died_is_ended_by_whoever_looks() {
    let folder = Folder::new(
        &spec("rounds: 1, lanes: 1", "  slow: { sql: slow.sql }\n"),
        &[("slow.sql", SLOW)],
    );
    let mut child = crate::program::sfc(folder.path(), &["run"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let stdout = child.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).unwrap();
    let console = served(&folder);
    let base = only(&console);
    let page = format!("{base}{}/report/", folder.state().run);
    console.follow(&page, |text| text.contains("<td class=\"RUNNING\">running"));
    child.kill().unwrap();
    child.wait().unwrap();
    let text = console.follow(&page, has_ended);
    assert!(text.contains("<span class=\"status STOPPED\">"), "{text}");
}

#[test]
fn all_pipelines_of_a_tree_are_listed_with_their_order() {
    let folder = Folder::copy_of("specs/toll-events");
    folder.write(
        "more/b/pipeline.yaml",
        &spec(
            "lanes: 1",
            "  one: { sql: one.sql }\n  two: { sql: one.sql, after: one }\n",
        ),
    );
    folder.write("more/b/one.sql", "select 1 as one");
    folder.write("more/broken/pipeline.yaml", "name: [\n");
    let console = served(&folder);
    let list = console.page("/");
    for name in ["toll-events", "demo", "more/broken"] {
        assert!(list.contains(name), "{name}: {list}");
    }
    let graph = console.page("/local/more~b/graph");
    assert!(
        graph.contains("<svg class=\"order\"") && graph.contains("id=\"step-two\""),
        "{graph}"
    );
    // A pipeline that is made while somebody looks.
    folder.write(
        "more/c/pipeline.yaml",
        &spec("lanes: 1", "  one: { sql: one.sql }\n"),
    );
    assert!(
        console
            .page("/local/more~c/")
            .contains("There is no run yet.")
    );
}
