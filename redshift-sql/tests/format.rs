//! What `format` promises: the same tokens and comments, and nothing left to do behind it.

use proptest::prelude::*;
use redshift_sql::format::{format, is_same};

fn holds(text: &str) -> String {
    let once = format(text);
    assert!(!once.unsafe_layout, "{text}\n----\n");
    assert!(is_same(text, &once.text), "{text}\n----\n{}", once.text);
    let twice = format(&once.text);
    assert_eq!(once.text, twice.text, "of\n{text}");
    once.text
}

#[track_caller]
fn becomes(text: &str, expected: &str) {
    assert_eq!(holds(text), expected);
}

#[test]
fn clauses_begin_lines() {
    becomes(
        "SELECT a,b FROM t\nWHERE b=1 AND c  in (1,2);",
        "select a, b\nfrom t\nwhere b = 1 and c in (1, 2);\n",
    );
}

#[test]
fn a_short_statement_stays_on_its_line() {
    becomes("select  count(*) from t ;", "select count(*) from t;\n");
}

#[test]
fn a_broken_list_stays_broken_with_its_comments() {
    becomes(
        "select\n  a, -- first\n  -- second\n  b\nfrom t",
        "select\n    a, -- first\n    -- second\n    b\nfrom t\n",
    );
}

#[test]
fn tables_queries_and_conditions_are_indented() {
    becomes(
        "with a as (select x from t\n where y\n and z), b as (select 1 as x)\nselect * from a left join b\n on a.x=b.x and a.x > 1",
        "with a as (\n    select x\n    from t\n    where y\n        and z\n),\nb as (select 1 as x)\nselect *\nfrom a\nleft join b\n    on a.x = b.x\n    and a.x > 1\n",
    );
}

#[test]
fn a_case_is_broken() {
    becomes(
        "select case when a between 1 and 2 then 3\n else 4 end as x from t",
        "select\n    case\n        when a between 1 and 2 then 3\n        else 4\n    end as x\nfrom t\n",
    );
}

#[test]
fn a_column_and_an_option_have_a_line_each() {
    becomes(
        "create table t (\n a   int, b int) diststyle all;\ncopy t\nfrom 's3://b/{{day}}/' iam_role default csv gzip",
        "create table t (\n    a int,\n    b int\n) diststyle all;\ncopy t\nfrom 's3://b/{{day}}/'\niam_role default\ncsv\ngzip\n",
    );
}

#[test]
fn what_does_not_parse_and_bodies_stay() {
    let text =
        "selct  1 ,2;\n\ncreate procedure p() as $$ begin\n  select 1; end $$ language  plpgsql;\n";
    becomes(text, text);
    assert_eq!(format(text).left.len(), 2);
}

#[test]
fn literals_over_two_lines_are_one_and_stay() {
    let text = "select 'a'\n   'b' ;\n";
    assert_eq!(holds(text), text);
}

#[test]
fn a_mark_and_line_ends_stay() {
    becomes(
        "\u{feff}select a\r\nfrom t",
        "\u{feff}select a\r\nfrom t\r\n",
    );
}

#[test]
fn every_script_of_the_examples_keeps_the_laws() {
    let specs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let mut folders = vec![specs];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|end| end == "sql" || end == "rsql")
            {
                let text = std::fs::read_to_string(&path).unwrap();
                let formatted = holds(&text);
                assert!(
                    formatted.lines().all(|line| line == line.trim_end()),
                    "{path:?}"
                );
                assert!(formatted.ends_with('\n'));
                for (at, _) in text.char_indices().step_by(7) {
                    format(&text[..at]);
                }
                seen += 1;
            }
        }
    }
    assert!(seen > 70, "{seen}");
}

proptest! {
    #[test]
    fn any_mix_of_pieces_keeps_the_laws(pieces in prop::collection::vec(prop::sample::select(vec![
        "select", "a", "b.c", ",", "from", "t", "where", "and", "or", "(", ")", "case", "when", "then",
        "else", "end", "between", "1", "'x'", "=", "join", "on", "with", "as", ";", "-- note\n",
        "/* block */", "\n", "\n\n", "group by", "order by", "values", "insert into", "update", "set",
        "copy", "csv", ":p", "{{q}}", "::int", "in", "not", "union all", "create table", "left",
    ]), 0..40)) {
        let text = pieces.join(" ");
        let once = format(&text);
        prop_assert!(!once.unsafe_layout, "{}", text);
        prop_assert!(is_same(&text, &once.text));
        prop_assert_eq!(&format(&once.text).text, &once.text);
    }
}
