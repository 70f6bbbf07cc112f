//! Every text is laid out with the same tokens, comments and trees, and once is enough.
#![no_main]

use libfuzzer_sys::fuzz_target;
use redshift_sql::format::{format, is_same};
use redshift_sql::parse;

/// The trees of a script without their places, and the number of its mistakes.
fn shape(text: &str) -> String {
    let script = parse(text);
    let mistakes = script.mistakes.len();
    let trees = format!("{:?}", script.statements);
    let mut parts = trees.split("Span {");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| part.split_once('}').map_or("", |(_, rest)| rest));
    format!("{first}{}{mistakes}", rest.collect::<String>())
}

fuzz_target!(|text: &str| {
    let once = format(text);
    assert!(!once.unsafe_layout, "{text:?}");
    assert!(is_same(text, &once.text), "{text:?}");
    assert_eq!(shape(text), shape(&once.text));
    assert_eq!(format(&once.text).text, once.text);
});
