//! The mail about the end of a run: what it says, and that texts stay texts.

use runtime_lambda::mail;

use crate::fixture::{error, kept, place, plan, run, step};
use crate::runs;

#[test]
fn a_mail_tells_what_failed_and_what_to_do() {
    let steps = vec![step("load", &[]), step("revenue", &["load"])];
    let mut failure = error(
        "Sfc.StatementFailed",
        "relation \"x\" <b>does</b> not exist",
    );
    failure.place = Some(place("sql/load.sql", 3, 7));
    let told = run(
        plan("shop", 1, 1, steps),
        |_| 1.5,
        |name, _| (name == "load").then(|| failure.clone()),
    );
    let mut state = told.state;
    state.left_out = 2;
    let html = mail::html(
        &told.plan,
        &state,
        "failed",
        "s3://data/shop/run/report/index.html",
    );
    kept("mail-of-a-failure", &html);
    for part in [
        "shop failed",
        "What the shop sold, by day and by customer.",
        "0 of 2 finished; only a part was run, 2 not chosen",
        "<b>load</b>",
        "&lt;b&gt;does&lt;/b&gt;",
        "sql/load.sql:3:7, statement 1 of 1",
        "Did not start: <b>revenue</b>",
        "sfc resume 20261125T094528Z-6286ebb6",
        "s3://data/shop/run/report/index.html",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    for fetched in ["<script", "<img", "<link", "href=", "src=", "url("] {
        assert!(!html.contains(fetched), "{fetched}: {html}");
    }
    assert_eq!(mail::of_text("a < b").matches("a &lt; b").count(), 1);
}

#[test]
fn a_good_end_is_short() {
    let told = run(
        plan("shop", 1, 1, vec![step("load", &[])]),
        |_| 1.5,
        |_, _| None,
    );
    let html = mail::html(&told.plan, &told.state, "finished", "here");
    kept("mail-of-a-good-end", &html);
    assert!(
        html.contains("shop finished") && html.contains("1 of 1 finished"),
        "{html}"
    );
    assert!(
        !html.contains("What failed") && !html.contains("What to do"),
        "{html}"
    );
}

#[test]
fn hostile_texts_stay_texts_in_a_mail() {
    let told = runs::hostile();
    let html = mail::html(&told.plan, &told.state, "failed", runs::HOSTILE);
    kept("mail-with-hostile-texts", &html);
    for markup in ["<script", "<img", "<svg", "href=", "src="] {
        assert!(!html.contains(markup), "{markup}: {html}");
    }
    assert!(html.matches("&lt;img src").count() > 8, "{html}");
    let text = mail::of_text(runs::HOSTILE);
    assert!(!text.contains("<img"), "{text}");
}

#[test]
fn a_mail_with_signals_and_many_steps_is_read_on_a_phone() {
    let told = runs::with_signals();
    let html = mail::html(
        &told.plan,
        &told.state,
        "finished",
        "s3://data/run/index.html",
    );
    kept("mail-with-signals", &html);
    assert!(html.contains("Signals"), "{html}");
}
