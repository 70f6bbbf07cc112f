//! Every text is read, printed back byte for byte, and its mistakes have a place in it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use redshift_sql::{parse, printer};

fuzz_target!(|text: &str| {
    let script = parse(text);
    assert_eq!(printer::print(&script, text), text);
    for mistake in &script.mistakes {
        let (start, end) = (mistake.span.start as usize, mistake.span.end as usize);
        assert!(
            start <= end && text.get(start..end).is_some(),
            "{mistake:?}"
        );
    }
    for pair in script.statements.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start);
    }
});
