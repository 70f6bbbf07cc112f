//! How much work the parser does: the tokens that it looks at, counted in tests alone.
//!
//! Time says little on a busy machine; the number of steps is the same everywhere.

use std::cell::Cell;

use super::parse;

thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

/// Counts one look at a token.
pub(super) fn count() {
    STEPS.set(STEPS.get() + 1);
}

/// Steps that reading a text takes.
fn steps(text: &str) -> u64 {
    STEPS.set(0);
    std::hint::black_box(parse(text));
    STEPS.get()
}

/// What is repeated: in front of the repetitions, what opens each, what stands in the middle, what closes
/// each, behind them.
type Shape = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const NESTED: &[Shape] = &[
    ("select ", "(", "1", ")", ""),
    ("select ", "((", "1", "))", ""),
    ("", "(", "select 1", ")", ""),
    ("select ", "(select ", "1", ")", ""),
    ("select ", "case when a then ", "1", " end", ""),
    ("select ", "case a when ", "1", " then 2 end", ""),
    ("select ", "f(", "1", ")", ""),
    ("select ", "f(1, a => ", "1", ")", ""),
    ("select ", "- ", "1", "", ""),
    ("select ", "+ - @ ", "1", "", ""),
    ("select ", "not ", "true", "", ""),
    ("select ", "a[", "1", "]", ""),
    ("select ", "a.b[", "1", "].c", ""),
    ("select ", "cast(", "1", " as int)", ""),
    ("select ", "(", "1", ")::int", ""),
    ("select ", "1 + (", "1", ")", ""),
    ("select ", "1 in (", "1", ")", ""),
    ("select ", "a between b and ", "1", "", ""),
    ("select ", "a like ", "'b'", "", ""),
    ("select ", "exists (select 1 where ", "true", ")", ""),
    ("select ", "extract(day from ", "a", ")", ""),
    ("select ", "sum(1) over (partition by ", "a", ")", ""),
    ("select 1 from ", "(select 1 from ", "t", ") a", ""),
    ("select 1 from ", "(", "t a", " join u on true)", ""),
    (
        "select 1 from ",
        "(",
        "(select 1) a",
        " join u on true)",
        "",
    ),
    (
        "select 1 from ",
        "((",
        "select 1",
        ") a join u on true)",
        "",
    ),
    (
        "select 1 from ",
        "(",
        "(select 1)",
        " union select 2)",
        " a",
    ),
    ("select ", "(", "(select 1)", " union select 2)", ""),
    ("", "(", "select 1", " union select 2)", ""),
    ("", "with a as (", "select 1", ") select 1", ""),
    ("", "select 1 union (", "select 1", ")", ""),
    ("select 1 group by ", "grouping sets (", "a", ")", ""),
    (
        "create procedure p() as $$ begin ",
        "begin ",
        "null;",
        " end;",
        " end $$ language plpgsql",
    ),
    (
        "create procedure p() as $$ begin ",
        "if a then ",
        "null;",
        " end if;",
        " end $$ language plpgsql",
    ),
    (
        "create procedure p() as $$ begin ",
        "loop ",
        "null;",
        " end loop;",
        " end $$ language plpgsql",
    ),
    (
        "create procedure p() as $$ begin ",
        "for i in 1..2 loop ",
        "null;",
        " end loop;",
        " end $$ language plpgsql",
    ),
    (
        "create procedure p() as $$ begin ",
        "case a when 1 then ",
        "null;",
        " end case;",
        " end $$ language plpgsql",
    ),
    (
        "create procedure p() as $$ begin ",
        "begin null; exception when others then ",
        "null;",
        " end;",
        " end $$ language plpgsql",
    ),
    ("", "explain ", "select 1", "", ""),
    ("select 1 /* ", "/* ", "a", " */", " */"),
    ("select ", "{{", "a", "}}", ""),
];

const REPEATED: &[Shape] = &[
    ("select a", " or a", "", "", ""),
    ("select a", " and not a", "", "", ""),
    ("select a", " + a * 2", "", "", ""),
    ("select a", " || 'b'", "", "", ""),
    ("select a", "::int", "", "", ""),
    ("select a", "[1]", "", "", ""),
    ("select a", ".b", "", "", ""),
    ("select a", ", a", "", "", ""),
    ("select a", " is null", "", "", ""),
    ("select a", " = a", "", "", ""),
    ("select 'a'", "\n'b'", "", "", ""),
    ("select {{a}}", "{{a}}", "", "", ""),
    ("select case", " when a then b", "", "", " end"),
    ("select a in (1", ", 2", "", "", ")"),
    ("select 1 from a", ", a", "", "", ""),
    ("select 1 from a", " join a using (b)", "", "", ""),
    (
        "select 1 from a",
        " left join (select 1) b on true",
        "",
        "",
        "",
    ),
    ("select 1", " union select 1", "", "", ""),
    ("select 1", " intersect select 1", "", "", ""),
    (
        "with a as (select 1)",
        ", a as (select 1)",
        " select 1",
        "",
        "",
    ),
    ("insert into a values (1)", ", (1)", "", "", ""),
    ("create table a (b int", ", b int encode zstd", "", "", ")"),
    ("grant select on a", ", a", "", "", " to b"),
    ("select 1;", "select 1;", "", "", ""),
    ("select 1;", "selct 1;", "", "", ""),
    ("select 1;", "select (;", "", "", ""),
    ("select 1", ";", "", "", ""),
    ("select 1", " -- a\n", "", "", ""),
    ("select 1", " /* a */", "", "", ""),
    ("", ")", "", "", ""),
    ("", "select ", "", "", ""),
    ("", "begin ", "", "", ""),
    ("", "'", "", "", ""),
    ("", "$$", "", "", ""),
    ("", "$a$", "", "", ""),
    ("", "{{", "", "", ""),
    ("", "/*", "", "", ""),
    ("", "case ", "", "", ""),
    (
        "create procedure p() as $$ begin ",
        "a := 1; ",
        "",
        "",
        "end $$ language plpgsql",
    ),
    (
        "create procedure p() as $$ begin if a then null; ",
        "elsif a then null; ",
        "",
        "",
        "end if; end $$ language plpgsql",
    ),
    (
        "create procedure p() as $$ declare ",
        "a int; ",
        "",
        "",
        "begin null; end $$ language plpgsql",
    ),
    (
        "create procedure p() as $$ begin ",
        "selct 1; ",
        "",
        "",
        "end $$ language plpgsql",
    ),
    (
        "create procedure p() as '",
        "begin ",
        "",
        "end; ",
        "' language plpgsql",
    ),
];

fn of(shape: &Shape, times: usize) -> String {
    let (before, open, middle, close, behind) = shape;
    format!(
        "{before}{}{middle}{}{behind}",
        open.repeat(times),
        close.repeat(times)
    )
}

/// Twice the text takes at most a little more than twice the steps.
fn is_linear(shape: &Shape, times: usize) {
    let once = steps(&of(shape, times));
    let twice = steps(&of(shape, 2 * times));
    assert!(
        twice <= once * 9 / 4 + 100,
        "{shape:?}: {once} steps for {times}, {twice} for twice as many"
    );
}

/// Runs on a stack of the size that a thread has.
fn on_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
    assert!(thread.spawn(work).is_ok_and(|thread| thread.join().is_ok()));
}

#[test]
fn nesting_within_the_depth_is_linear() {
    on_small_stack(|| {
        for shape in NESTED {
            // Doubling again and again finds what reads twice at each level.
            for times in [2, 4, 8, 16] {
                is_linear(shape, times);
            }
        }
    });
}

#[test]
fn nesting_beyond_the_depth_is_linear() {
    on_small_stack(|| {
        for shape in NESTED {
            is_linear(shape, 1_000);
        }
    });
}

#[test]
fn long_texts_are_linear() {
    on_small_stack(|| {
        for shape in REPEATED {
            is_linear(shape, 1_000);
        }
    });
}
