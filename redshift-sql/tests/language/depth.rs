//! Nesting of any depth ends quickly, in a tree or in a mistake, on a small stack.
use std::time::{Duration, Instant};

use redshift_sql::{MAX_DEPTH, MistakeKind, parse};

/// Runs on a stack as small as a test's thread has.
fn on_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
    thread.spawn(work).unwrap().join().unwrap();
}

/// Whether work takes less than half a second: a debug build, where the benchmark holds ten
/// milliseconds. On a busy machine one of several attempts is undisturbed.
fn quickly(work: impl Fn()) -> bool {
    (0..20).any(|_| {
        let start = Instant::now();
        work();
        start.elapsed() < Duration::from_millis(500)
    })
}

fn nested(open: &str, middle: &str, close: &str, depth: usize) -> String {
    format!(
        "select {}{middle}{}",
        open.repeat(depth),
        close.repeat(depth)
    )
}

const SHAPES: &[(&str, &str, &str)] = &[
    ("(", "1", ")"),
    ("(select ", "1", ")"),
    ("f(", "1", ")"),
    ("case when true then ", "1", " end"),
    ("- ", "1", ""),
    ("not ", "true", ""),
    ("a[", "1", "]"),
    ("1 + (", "1", ")"),
    ("cast(", "1", " as int)"),
    ("exists (select ", "1", ")"),
    ("nvl(1, ", "1", ")"),
    ("1 in (", "1", ")"),
    ("1 in (select ", "1", ")"),
    ("1 = any (select ", "1", ")"),
    ("1 between 1 and ", "1", ""),
    ("1 like ", "1", ""),
    ("1 * (select max(1 + ", "1", "))"),
    (
        "f(",
        "1",
        ")::int::int::int::int::int::int::int::int::int::int::int::int is null is null",
    ),
];

#[test]
fn what_is_nested_as_deep_as_allowed_is_read() {
    on_small_stack(|| {
        for (open, middle, close) in SHAPES {
            // The deepest shape takes six levels a repetition.
            let text = nested(open, middle, close, (MAX_DEPTH as usize / 7).min(30));
            assert_eq!(parse(&text).mistakes, [], "{text}");
        }
    });
}

#[test]
fn what_is_nested_deeper_is_a_mistake_within_milliseconds() {
    on_small_stack(|| {
        for (open, middle, close) in SHAPES {
            for depth in [MAX_DEPTH as usize * 2, 20_000] {
                let text = nested(open, middle, close, depth);
                let quick = quickly(|| {
                    let script = parse(&text);
                    assert_eq!(script.mistakes.len(), 1, "{open}");
                    assert_eq!(script.mistakes[0].kind, MistakeKind::TooDeep, "{open}");
                });
                assert!(quick, "{open}");
            }
        }
    });
}

#[test]
fn long_lists_are_no_deeper_than_short_ones() {
    on_small_stack(|| {
        for (item, between) in [("1", " + "), ("a", " or "), ("'x'", " || "), ("1", ", ")] {
            let text = format!("select {}", vec![item; 20_000].join(between));
            assert_eq!(parse(&text).mistakes, []);
        }
        let unions = vec!["select 1"; 5_000].join(" union all ");
        assert_eq!(parse(&unions).mistakes, []);
        let joins = vec!["join t using (a)"; 5_000].join(" ");
        assert_eq!(parse(&format!("select 1 from t {joins}")).mistakes, []);
    });
}

#[test]
fn brackets_that_are_not_closed_end_quickly() {
    on_small_stack(|| {
        for open in [
            "(", "[", "f(", "case ", "select (", "'", "\"", "$$", "/*", "{{",
        ] {
            let text = open.repeat(50_000);
            let quick = quickly(|| assert!(!parse(&text).mistakes.is_empty(), "{open}"));
            assert!(quick, "{open}");
        }
    });
}
