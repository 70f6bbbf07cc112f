//! A statement's rows, page by page, into two objects at once: JSON as the Data API gives it, and
//! CSV. No more than two pages are in memory: the one that is written, and the next.

mod written;

pub use self::written::{csv_head, csv_rows};
use self::written::{json_head, json_rows};
use crate::error::ActionError;
use crate::expectation::ExpectationJudge;
use crate::keys;
use crate::plan::{Expectation, Step};
use crate::ports::{ObjectWriter, ResultPage};
use crate::run::Run;
use crate::secrets::Scrubber;
use crate::signals::SignalCounter;

/// What became of a result.
pub(crate) struct Collected {
    /// How many rows it has.
    pub rows: u64,
    /// What is not as the step expects.
    pub violation: Option<String>,
    /// In how many rows each of the step's signals was seen.
    pub signals: Vec<u64>,
    /// Why a signal could not be looked for.
    pub unseen: Option<String>,
}

/// Reads every page of the result `result_id` and writes `results/<step>.json` and `.csv`.
pub(crate) async fn collect(
    run: &Run,
    step: &Step,
    result_id: &str,
) -> Result<Collected, ActionError> {
    let scrubber = Scrubber::of(run, &step.script).await?;
    let warehouse = &run.ports.warehouse;
    let data = &run.ports.data;
    let mut json = data
        .writer(&keys::result_json(&run.pipeline, &run.id, &step.name))
        .await?;
    let mut csv = data
        .writer(&keys::result_csv(&run.pipeline, &run.id, &step.name))
        .await?;

    let mut page = warehouse.result(result_id, None).await?;
    let total_rows = page.total_rows;
    let none = Expectation::default();
    let mut check = ExpectationJudge::new(step.expect.as_ref().unwrap_or(&none), &page.columns);
    let mut watch = SignalCounter::new(&step.signals, &page.columns);
    json.write(&json_head(&page.columns)?).await?;
    csv.write(&csv_head(&page.columns)?).await?;
    let mut rows = 0;
    loop {
        for record in &page.records {
            check.row(record);
            watch.row(record);
        }
        scrubber.scrub_page(&mut page);
        let first = rows == 0;
        rows += page.records.len() as u64;
        let Some(token) = page.next_token.take() else {
            write_records(&mut *json, &mut *csv, &page, first).await?;
            break;
        };
        // Asked for first, so that the next page is under way while this one is written.
        let (next, written) = futures_util::join!(
            warehouse.result(result_id, Some(&token)),
            write_records(&mut *json, &mut *csv, &page, first),
        );
        written?;
        page = next?;
    }
    if rows != total_rows {
        return Err(ActionError::Unavailable(format!(
            "the result of `{}` has {total_rows} rows, but its pages held {rows}",
            step.name
        )));
    }
    json.write(format!("\n  ],\n  \"TotalNumRows\": {rows}\n}}\n").as_bytes())
        .await?;
    json.finish().await?;
    csv.finish().await?;
    let (signals, unseen) = watch.finish();
    Ok(Collected {
        rows,
        violation: check.finish().map(|sentence| scrubber.scrub(&sentence)),
        signals,
        unseen,
    })
}

async fn write_records(
    json: &mut dyn ObjectWriter,
    csv: &mut dyn ObjectWriter,
    page: &ResultPage,
    first: bool,
) -> Result<(), ActionError> {
    json.write(&json_rows(&page.records, first)?).await?;
    csv.write(&csv_rows(&page.records)?).await?;
    Ok(())
}
