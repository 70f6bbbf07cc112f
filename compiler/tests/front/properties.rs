//! What holds for any input.

use proptest::prelude::*;
use sfc::script;
use sfc::source::Span;

use crate::folder::{spec, steps};

/// Text with many of the characters that mean something in SQL.
fn sql() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("'".to_owned()),
        Just(";".to_owned()),
        Just("$$".to_owned()),
        Just("--".to_owned()),
        Just("/*".to_owned()),
        Just("*/".to_owned()),
        Just("\n".to_owned()),
        Just("\"".to_owned()),
        Just("\\".to_owned()),
        Just("{{a}}".to_owned()),
        Just("{{".to_owned()),
        Just(":a".to_owned()),
        Just("unload ('select * from t where x = ''{{a}}''')".to_owned()),
        Just(" from t, (".to_owned()),
        Just(" with a as (select ".to_owned()),
        Just(" insert into ".to_owned()),
        Just("é🛫".to_owned()),
        "[a-z \\[\\]().,#@?%]{0,6}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Text with many of the characters that mean something in YAML.
fn yaml() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("name: x\n".to_owned()),
        Just("steps:\n".to_owned()),
        Just("  a: { sql: a.sql, after: a }\n".to_owned()),
        Just("warehouse: { workgroup: a, database: b }\n".to_owned()),
        Just("- ".to_owned()),
        Just("? ".to_owned()),
        Just(": ".to_owned()),
        Just("&a ".to_owned()),
        Just("*a ".to_owned()),
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just("[".to_owned()),
        Just("]".to_owned()),
        Just("\n".to_owned()),
        Just("  ".to_owned()),
        Just("|\n".to_owned()),
        Just("!!str ".to_owned()),
        Just("\"\\u00e9".to_owned()),
        Just("'é🛫".to_owned()),
        Just("#".to_owned()),
        Just("---\n".to_owned()),
        Just("%TAG ! x\n".to_owned()),
        "[a-z0-9.~\\-]{0,6}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// A script, taken apart, unless something in it has no end.
fn analyse(sql: &str) -> Option<script::Script> {
    let parsed = redshift_sql::parse(sql);
    parsed
        .unread
        .is_none()
        .then(|| script::analyse(sql, &parsed))
}

/// The places of its statements.
fn split(sql: &str) -> Option<Vec<Span>> {
    let statements = analyse(sql)?.statements.into_iter();
    Some(statements.map(|statement| statement.span).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_bytes_are_refused_or_compiled(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        spec(bytes).shown();
    }

    #[test]
    fn any_text_of_yaml_pieces_is_refused_or_compiled(text in yaml()) {
        spec(text).with("a.sql", "select 1").shown();
    }

    #[test]
    fn a_broken_spec_is_refused_or_compiled(at in 0_usize..900, length in 0_usize..20, put in "[a-z:{}\\[\\] \n'\"&*-]{0,3}") {
        let text = include_str!("flights.yaml");
        let start = at.min(text.len());
        let end = (start + length).min(text.len());
        let broken = format!("{}{put}{}", &text[..start], &text[end..]);
        spec(broken).with("sql/check.sql", "select 1").shown();
    }

    #[test]
    fn any_script_is_refused_or_compiled(sql in sql()) {
        steps("steps:\n  a: { sql: s.sql }\n").with("s.sql", sql).shown();
    }

    /// The statements and what lies between them are the script, and between them lies nothing
    /// that is a statement.
    #[test]
    fn statements_and_gaps_are_the_script(sql in sql()) {
        if let Some(spans) = split(&sql) {
            let mut behind = 0;
            let mut gaps = Vec::new();
            for span in &spans {
                prop_assert!(span.start >= behind && span.end > span.start);
                gaps.push(&sql[behind..span.start]);
                behind = span.end;
            }
            gaps.push(&sql[behind..]);
            for gap in gaps {
                prop_assert_eq!(split(gap), Some(vec![]), "gap {:?}", gap);
            }
            for span in spans {
                let statement = &sql[span.start..span.end];
                let again = split(statement).unwrap();
                prop_assert_eq!(again.len(), 1);
                prop_assert_eq!(again[0].end, statement.len());
            }
        }
    }

    /// The places of parameters and insertions hold their names.
    #[test]
    fn places_hold_names(sql in sql()) {
        if let Some(script) = analyse(&sql) {
            for statement in script.statements {
                for parameter in statement.parameters {
                    let expected = format!(":{}", parameter.name);
                    prop_assert_eq!(&sql[parameter.span.start..parameter.span.end], expected);
                }
                for insertion in statement.insertions {
                    prop_assert!(insertion.span.start >= statement.span.start);
                    prop_assert_eq!(&sql[insertion.span.start..insertion.span.end], "{{a}}");
                }
            }
        }
    }
}
