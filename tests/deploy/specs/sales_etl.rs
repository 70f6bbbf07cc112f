//! `specs/sales-etl`: two days, the second one twice and both times at once.

use crate::aws::{Account, Deployed, copy_of, local_run, same};
use crate::tables::rows;

const SECOND_DAY: &str = "job_run_date=2026-03-02";

/// All that a load writes but its surrogate keys.
const TABLES: [&str; 3] = [
    "select * from sales.item order by item_id",
    "select address_id, customer_id, street, city, state, zip, valid_from, valid_to, is_current
     from sales.customer_address order by address_id, valid_from",
    "select f.sale_date_key, f.ticket, f.line, f.item_id, f.customer_id, a.address_id, a.valid_from,
            f.quantity, f.sales_price, f.net_paid
     from sales.store_sales f left join sales.customer_address a on a.address_key = f.address_key
     order by f.sale_date_key, f.ticket, f.line",
];

#[test]
fn days_are_loaded_one_after_the_other_and_one_of_them_again() {
    let folder = copy_of("sales-etl");
    let Some(account) = Account::of(folder.path()) else {
        return;
    };
    let local = copy_of("sales-etl");
    let first_day = local_run(local.path(), &[]);
    let second_day = local_run(local.path(), &["-p", SECOND_DAY]);
    assert_eq!(second_day.len(), 10);
    same(&local_run(local.path(), &["-p", SECOND_DAY]), &second_day);

    let pipeline = Deployed::new(&account.aws, folder.path(), "sales-etl");
    let watched = pipeline.sfc(&["start", "--watch"]);
    assert_eq!(
        watched.code,
        Some(0),
        "{watched:?}\n{}",
        account.aws.lambda_logs()
    );
    assert!(
        watched.stdout.contains("FINISHED: 5 of 5 steps finished"),
        "{watched:?}"
    );
    same(&pipeline.results("last"), &first_day);

    // `overlap: queue`: the second of two runs begins when the first one is over.
    let runs = [0; 2].map(|_| pipeline.start(&["--param", SECOND_DAY]));
    let mut ended = runs.each_ref().map(|run| pipeline.finished(run));
    for run in &runs {
        same(&pipeline.results(run), &second_day);
    }
    let began = |state: &runtime_lambda::state::GlobalState| {
        state.steps.values().filter_map(|step| step.started).min()
    };
    ended.sort_by_key(began);
    let [one, other] = &ended;
    assert_eq!(one.parameters["job_run_date"], "2026-03-02");
    assert!(began(other) >= one.ended, "{one:?}\n{other:?}");

    pipeline.destroy();
    drop(account);
    for sql in TABLES {
        assert_eq!(rows(folder.path(), sql), rows(local.path(), sql), "{sql}");
    }
}
