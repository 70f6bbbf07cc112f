//! Whole pages, without what is the same on each.

use crate::fixture::Run;
use crate::runs;

/// What stands between the style and the script, without blank lines.
fn body(html: &str) -> String {
    let (_, behind) = html.split_once("</style>\n").unwrap();
    let (body, _) = behind.split_once("<script>").unwrap();
    let lines = body.lines().filter(|line| !line.trim().is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

fn golden(name: &str, run: &Run) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, body(&run.html(name)));
    });
}

#[test]
fn a_run_that_finished() {
    golden("finished", &runs::finished());
}

#[test]
fn a_run_that_failed() {
    golden("failed", &runs::failed());
}

#[test]
fn a_run_with_signals() {
    golden("signals", &runs::with_signals());
}

#[test]
fn a_run_without_steps() {
    golden("empty", &runs::empty());
}

#[test]
fn texts_of_many_writings() {
    golden("unicode", &runs::unicode());
}

#[test]
fn a_house_style_with_the_order_as_a_picture() {
    golden("order", &runs::with_order());
}

#[test]
fn a_run_that_goes_on_with_another() {
    golden("resumed", &runs::resumed());
}

#[test]
fn more_columns_than_a_window_has_room_for() {
    golden("wide", &runs::wide());
}
