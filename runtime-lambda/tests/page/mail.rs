//! The mail about the end of a run: what it says, and that texts stay texts.

use runtime_lambda::mail;
use runtime_lambda::report::Page;

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
    let mut told = told;
    told.state.left_out = 2;
    let report =
        "https://eu-central-1.console.aws.amazon.com/s3/object/data?prefix=shop/report/index.html";
    let (text, html) = message(&told.page(), "failed", report);
    kept("mail-of-a-failure", &html);
    golden("mail-of-a-failure", &text);
    for part in [
        "shop failed",
        "What the shop sold, by day and by customer.",
        "0 of 2 finished; only a part was run, 2 not chosen, <b>1 failed</b>, 1 not started",
        ">load</a></b>",
        "&lt;b&gt;does&lt;/b&gt;",
        "sql/load.sql:3:7, statement 1 of 1",
        "Did not start for it: revenue",
        "Correct the SQL or the data, deploy, then go on with the run",
        "sfc logs 20261125T094528Z-6286ebb6",
        "account 111122223333, eu-central-1",
        "href=\"https://eu-central-1.console.aws.amazon.com/states/home?region&#x3D;eu-central-1#/v2/executions/details/arn:aws:states:eu-central-1:111122223333:execution:shop-query:20261125T094528Z-6286ebb6-1-load\"",
        "sfc resume 20261125T094528Z-6286ebb6",
        "href=\"https://eu-central-1.console.aws.amazon.com/s3/object/data?prefix&#x3D;shop/report/index.html\"",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    for fetched in ["<script", "<img", "<link", "src=", "url("] {
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
    let (text, html) = message(&told.page(), "finished", "here");
    kept("mail-of-a-good-end", &html);
    golden("mail-of-a-good-end", &text);
    assert!(
        html.contains("shop finished") && html.contains("1 of 1 finished"),
        "{html}"
    );
    assert!(
        !html.contains("What failed") && !html.contains("sfc resume"),
        "{html}"
    );
}

#[test]
fn hostile_texts_stay_texts_in_a_mail() {
    let told = runs::hostile();
    let (_, html) = message(&told.page(), "failed", runs::HOSTILE);
    kept("mail-with-hostile-texts", &html);
    for markup in ["<script", "<img", "<svg", "src=", "href=\"java"] {
        assert!(!html.contains(markup), "{markup}: {html}");
    }
    assert!(html.matches("&lt;img src").count() > 8, "{html}");
    let text = mail::of_text(runs::HOSTILE);
    assert!(!text.contains("<img"), "{text}");
}

#[test]
fn a_mail_with_signals_and_many_steps_is_read_on_a_phone() {
    let told = runs::with_signals();
    let (text, html) = message(&told.page(), "finished", "s3://data/run/index.html");
    kept("mail-with-signals", &html);
    golden("mail-with-signals", &text);
    assert!(html.contains("Signals"), "{html}");
}

#[test]
fn what_was_stopped_with_its_run_has_not_failed() {
    let mut told = runs::stopped();
    told.state.execution = "arn:aws:states:local:000000000000:execution:sales-retry:sfc-1".into();
    let page = told.page();
    assert_eq!((page.counts.failed, page.counts.stopped), (1, 2));
    assert_eq!(page.failures.len(), 1);
    let (text, _) = message(&page, "was stopped", "/data/sales/report/index.html");
    golden("mail-of-a-stopped-run", &text);
    assert!(told.html("stopped").contains("Stopped with the run: "));
}

/// The text of a mail, held as a snapshot.
fn golden(name: &str, text: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

/// The message as text and as HTML.
fn message(page: &Page, ended: &str, report: &str) -> (String, String) {
    let end = mail::RunEnd {
        page,
        ended,
        report,
    };
    (end.text(), end.html())
}
