//! Characters outside of ASCII, and what names end with.
use redshift_sql::lexer::lex;
use redshift_sql::parse;
use redshift_sql::token::TokenKind;

#[test]
fn any_character_outside_of_ascii_begins_a_name() {
    for text in [
        "select 1 as €",
        "select größe, 名前 from straße",
        "select 1 as 😀 from t as ™",
    ] {
        let mistakes = parse(text).mistakes;
        assert!(mistakes.is_empty(), "{text}: {}", mistakes[0].sentence);
    }
}

#[test]
fn quotes_and_dashes_of_an_editor_begin_none() {
    for (text, place) in [
        ("select “a” from t", "“"),
        ("select a from t where b = ‘c’", "‘"),
        ("select a – b from t", "–"),
        ("select a from t where b ≤ 5", "≤"),
    ] {
        let mistakes = parse(text).mistakes;
        assert_eq!(mistakes.len(), 1, "{text}: {mistakes:?}");
        assert_eq!(mistakes[0].span.of(text), place, "{text}");
    }
}

#[test]
fn a_blank_of_any_alphabet_ends_a_parameter_and_a_dollar_sign_does_not() {
    let text = "(:day\u{a0}, :größe, :p$a$, :who\u{feff}";
    let tokens = lex(text).tokens;
    let parameters = tokens
        .iter()
        .filter(|token| token.kind == TokenKind::Parameter);
    let found: Vec<&str> = parameters.map(|token| token.span.of(text)).collect();
    assert_eq!(found, [":day", ":größe", ":p$a$", ":who"]);
}
