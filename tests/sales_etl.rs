//! `specs/sales-etl`: the tables after each day, row by row, against what the files say by hand.

use std::collections::BTreeMap;
use std::path::Path;

use runtime_lambda::state::{RunStatus, StepStatus};

use crate::program::Folder;
use crate::tables::{csv, rows};

const DAYS: [&str; 3] = ["2026-03-01", "2026-03-02", "2026-03-03"];

const ITEMS: &str =
    "select item_id, name, brand, category, price, updated_on from sales.item order by item_id";
const ADDRESSES: &str =
    "select address_id, customer_id, street, city, state, zip, valid_from, valid_to, is_current
     from sales.customer_address order by address_id, valid_from";
const SALES: &str = "select f.sale_date_key, f.ticket, f.line, f.item_id, f.customer_id, a.address_id, a.valid_from,
            f.quantity, f.sales_price, f.net_paid
     from sales.store_sales f left join sales.customer_address a on a.address_key = f.address_key
     order by f.sale_date_key, f.ticket, f.line";

fn run(folder: &Folder, day: &str) {
    let ended = folder.sfc(&["run", ".", "-p", &format!("job_run_date={day}")]);
    assert_eq!(ended.code, Some(0), "{day}: {ended:?}");
    assert_eq!(folder.state().status, RunStatus::Finished);
}

/// All tables that a load writes.
fn tables(folder: &Folder) -> [Vec<Vec<String>>; 3] {
    [ITEMS, ADDRESSES, SALES].map(|sql| rows(folder.path(), sql))
}

/// Asserts that tables are the same; shows the first row that is not.
fn same(found: &[Vec<Vec<String>>], expected: &[Vec<Vec<String>>], when: &str) {
    for (number, (found, expected)) in found.iter().zip(expected).enumerate() {
        for (row, expected) in found.iter().zip(expected) {
            assert_eq!(row, expected, "table {number}, {when}");
        }
        assert_eq!(
            found.len(),
            expected.len(),
            "rows of table {number}, {when}"
        );
    }
}

fn file(folder: &Path, day: &str, name: &str) -> Vec<Vec<String>> {
    csv(&folder.join("data").join(day).join(name))
}

/// Type 1 by hand: the last file that knows an item has the last word; its day is that of the last change.
fn items(folder: &Path, days: &[&str]) -> Vec<Vec<String>> {
    let mut known: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for day in days {
        for mut row in file(folder, day, "item.csv") {
            row.push((*day).to_owned());
            let id = row[0].clone();
            let same = known.get(&id).is_some_and(|old| old[..5] == row[..5]);
            if !same {
                known.insert(id, row);
            }
        }
    }
    known.into_values().collect()
}

/// Type 2 by hand, for days in order: a change ends the last version the day before.
fn addresses(folder: &Path, days: &[&str]) -> Vec<Vec<String>> {
    let mut known: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for (number, day) in days.iter().enumerate() {
        for row in file(folder, day, "customer_address.csv") {
            let versions = known.entry(row[0].clone()).or_default();
            if let Some(last) = versions.last_mut() {
                if last[..6] == row[..] {
                    continue;
                }
                last[7] = days[number - 1].to_owned();
                last[8] = "false".to_owned();
            }
            let mut version = row;
            version.extend([
                (*day).to_owned(),
                "9999-12-31".to_owned(),
                "true".to_owned(),
            ]);
            versions.push(version);
        }
    }
    known.into_values().flatten().collect()
}

/// The fact table by hand: every line of every day, with the version of the address of that day.
fn sales(folder: &Path, days: &[&str]) -> Vec<Vec<String>> {
    let versions = addresses(folder, days);
    let mut all = Vec::new();
    for day in days {
        for row in file(folder, day, "store_sales.csv") {
            let [ticket, line, item, customer, address, quantity, price] = &row[..] else {
                panic!("a sale has seven columns: {row:?}");
            };
            let version = versions
                .iter()
                .find(|version| {
                    &version[0] == address
                        && version[6].as_str() <= *day
                        && *day <= version[7].as_str()
                })
                .unwrap();
            let cents: i64 = price.replace('.', "").parse().unwrap();
            let paid = cents * quantity.parse::<i64>().unwrap();
            all.push(vec![
                day.replace('-', ""),
                ticket.clone(),
                line.clone(),
                item.clone(),
                customer.clone(),
                address.clone(),
                version[6].clone(),
                quantity.clone(),
                price.clone(),
                format!("{}.{:02}", paid / 100, paid % 100),
            ]);
        }
    }
    all
}

#[test]
fn each_day_leaves_the_tables_that_its_files_say_and_a_second_run_of_it_changes_nothing() {
    let folder = Folder::copy_of("specs/sales-etl");
    let path = folder.path();
    for number in 1..=DAYS.len() {
        let days = &DAYS[..number];
        run(&folder, days[number - 1]);
        let after = tables(&folder);
        let by_hand = [items(path, days), addresses(path, days), sales(path, days)];
        same(&after, &by_hand, &format!("after {days:?}"));
        run(&folder, days[number - 1]);
        same(
            &tables(&folder),
            &after,
            &format!("a second run of {days:?}"),
        );
    }
    // What the second and the third day are there for.
    let moved = rows(
        path,
        "select valid_from, valid_to, street, is_current from sales.customer_address
         where address_id = 'A008' order by valid_from",
    );
    let moved: Vec<Vec<&str>> = moved
        .iter()
        .map(|row| row.iter().map(String::as_str).collect())
        .collect();
    assert_eq!(
        moved,
        [
            ["2026-03-01", "2026-03-01", "57 High Street", "false"],
            ["2026-03-02", "2026-03-02", "42 River Walk", "false"],
            ["2026-03-03", "9999-12-31", "29 Mill Road", "true"],
        ]
    );
    // Days that are loaded again later, out of order, leave everything as it is.
    let before = tables(&folder);
    run(&folder, DAYS[1]);
    same(&tables(&folder), &before, "a day again after a later one");
}

#[test]
fn a_day_that_was_forgotten_is_put_between_the_versions() {
    let in_order = Folder::copy_of("specs/sales-etl");
    let late = Folder::copy_of("specs/sales-etl");
    for day in DAYS {
        run(&in_order, day);
    }
    for day in [DAYS[0], DAYS[2], DAYS[1]] {
        run(&late, day);
    }
    // Items say when they changed last, which the third day's file is asked first.
    same(&tables(&late)[1..], &tables(&in_order)[1..], "a late day");
}

#[test]
fn a_file_that_cannot_be_loaded_leaves_its_dimension_untouched_and_no_fact() {
    let folder = Folder::copy_of("specs/sales-etl");
    run(&folder, DAYS[0]);
    let before = tables(&folder);
    let good = folder.read("data/2026-03-02/item.csv");
    folder.write(
        "data/2026-03-02/item.csv",
        &format!("{good}I033,Cup,Alder,Kitchen,cheap\n"),
    );
    let ended = folder.sfc(&["run", ".", "-p", "job_run_date=2026-03-02"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let state = folder.state();
    assert_eq!(state.steps["dim_item"].status, StepStatus::Failed);
    assert_eq!(state.steps["dim_item"].round, 3);
    assert_eq!(
        state.steps["dim_customer_address"].status,
        StepStatus::Finished
    );
    assert_eq!(state.steps["fact_store_sales"].status, StepStatus::Skipped);
    let after = tables(&folder);
    assert_eq!(after[0], before[0]);
    assert_eq!(after[2], before[2]);
    // Mended and run again, it is as if nothing had happened.
    folder.write("data/2026-03-02/item.csv", &good);
    run(&folder, DAYS[1]);
    assert_eq!(tables(&folder)[2], sales(folder.path(), &DAYS[..2]));
}

#[test]
fn the_dimensions_run_side_by_side_and_the_fact_after_both() {
    let folder = Folder::copy_of("specs/sales-etl");
    run(&folder, DAYS[0]);
    let state = folder.state();
    let step = |name: &str| &state.steps[name];
    assert_ne!(step("dim_item").lane, step("dim_customer_address").lane);
    for dimension in ["dim_item", "dim_customer_address"] {
        assert!(step(dimension).started >= step("setup").ended);
        assert!(step("fact_store_sales").started >= step(dimension).ended);
    }
    assert!(step("validate").started >= step("fact_store_sales").ended);
}
