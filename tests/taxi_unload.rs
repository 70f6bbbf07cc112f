//! `specs/taxi-unload`: what is unloaded, row by row, against what the files say by hand.

use std::collections::BTreeMap;

use crate::program::Folder;
use crate::tables::{csv, rows_with};

/// Day and borough: trips, hundredths of miles, cents.
type Volume = BTreeMap<(String, String), (u64, u64, u64)>;

fn hundredths(text: &str) -> u64 {
    let (whole, part) = text.split_once('.').unwrap();
    assert_eq!(part.len(), 2, "{text}");
    whole.parse::<u64>().unwrap() * 100 + part.parse::<u64>().unwrap()
}

fn by_hand(folder: &Folder) -> Volume {
    let mut volume = Volume::new();
    for month in ["2026-01", "2026-02", "2026-03"] {
        let file = folder.path().join(format!("data/yellow/{month}.csv"));
        for trip in csv(&file) {
            // No distance, or over before it began.
            if hundredths(&trip[5]) == 0 || trip[3] <= trip[2] {
                continue;
            }
            let entry = volume
                .entry((trip[2][..10].to_owned(), trip[6].clone()))
                .or_default();
            entry.0 += 1;
            entry.1 += hundredths(&trip[5]);
            entry.2 += hundredths(&trip[10]);
        }
    }
    volume
}

/// Reads the unloaded Parquet files back, one folder a month.
fn unloaded(folder: &Folder) -> Volume {
    let mut volume = Volume::new();
    for month in ["2026-01", "2026-02", "2026-03"] {
        let copy = format!(
            "copy back from 's3://taxi-lake/volume/pickup_month={month}/' iam_role default format as parquet"
        );
        let rows = rows_with(
            folder.path(),
            &[("taxi-lake", ".sfc/lake")],
            &[
                "create temp table back (pickup_day date, pickup_borough varchar(20), trips bigint,
                    miles decimal(38, 2), revenue decimal(38, 2))",
                &copy,
                "select * from back order by 1, 2",
            ],
        );
        for row in rows {
            assert!(row[0].starts_with(month), "{row:?} lies in {month}");
            let figures = (
                row[2].parse().unwrap(),
                hundredths(&row[3]),
                hundredths(&row[4]),
            );
            let twice = volume.insert((row[0].clone(), row[1].clone()), figures);
            assert!(twice.is_none(), "{row:?}");
        }
    }
    volume
}

#[test]
fn what_is_unloaded_is_what_the_trips_add_up_to_twice_in_a_row() {
    let folder = Folder::copy_of("specs/taxi-unload");
    for run in 1..=2 {
        let ended = folder.sfc(&["run", "."]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let expected = by_hand(&folder);
        assert_eq!(expected.len(), 24);
        assert_eq!(unloaded(&folder), expected, "run {run}");
        // Of the run, and of the deploy that is made before it here.
        assert_eq!(folder.messages().len(), 2 * run);
        let of_deploys = folder
            .messages()
            .iter()
            .filter(|message| message.contains("3 of 3 finished"))
            .count();
        assert!(of_deploys >= run, "{:?}", folder.messages());
    }
    let loads: Vec<serde_json::Value> = folder
        .runs()
        .iter()
        .filter_map(|run| std::fs::read(run.join("results/load.json")).ok())
        .map(|bytes| serde_json::from_slice(&bytes).unwrap())
        .collect();
    assert_eq!(loads.len(), 2, "a deploy loads nothing");
    let unknown = folder.unknown_objects();
    assert!(unknown.is_empty(), "the reference lacks {unknown:?}");
    for load in loads {
        assert_eq!(load["Records"][0][0]["longValue"], 186);
    }
}

/// AWS page: `UNLOAD`, CLEANPATH: only folders that receive files are cleaned.
#[test]
fn a_month_that_is_gone_stays_in_the_lake_and_those_that_are_written_are_cleaned() {
    let folder = Folder::copy_of("specs/taxi-unload");
    assert_eq!(folder.sfc(&["run", "."]).code, Some(0));
    std::fs::remove_file(folder.path().join("data/yellow/2026-03.csv")).unwrap();
    let left = folder.path().join(".sfc/lake/volume");
    let old = left.join("pickup_month=2026-02/old");
    std::fs::write(&old, "left behind").unwrap();
    assert_eq!(folder.sfc(&["run", "."]).code, Some(0));
    assert!(left.join("pickup_month=2026-02").exists());
    assert!(!old.exists(), "CLEANPATH cleans the folder of a month");
    let march = std::fs::read_dir(left.join("pickup_month=2026-03")).unwrap();
    assert!(march.count() > 0, "CLEANPATH spares the other months");
}

#[test]
fn a_load_that_fails_unloads_nothing() {
    let folder = Folder::copy_of("specs/taxi-unload");
    folder.write("data/yellow/2026-04.csv", "trip_id\nno number\n");
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(!folder.path().join(".sfc/lake/volume").exists());
    let messages = folder.messages();
    assert_eq!(messages.len(), 2);
    assert!(
        messages
            .iter()
            .any(|message| message.contains("load FAILED (Sfc.StatementFailed)")),
        "{messages:?}"
    );
}
