//! How large a page gets.

use crate::runs;

#[test]
fn a_page_of_a_thousand_steps_is_small() {
    let html = runs::large(1000).html("large-1000");
    assert!(html.len() <= 150 * 1024, "{} bytes", html.len());
    assert_eq!(html.matches("<tr").count(), 1 + 1000);
}

#[test]
fn a_page_of_two_hundred_steps_tells_all_of_each() {
    let run = runs::large(200);
    let html = run.html("large-200");
    assert!(html.len() <= 240 * 1024, "{} bytes", html.len());
    let page = run.page();
    assert_eq!((page.details.len(), page.without_details), (200, 0));
}
