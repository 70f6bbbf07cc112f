//! Every text becomes tokens in order, within the text, up to its end.
#![no_main]

use libfuzzer_sys::fuzz_target;
use redshift_sql::lexer::lex;

fuzz_target!(|text: &str| {
    let lexed = lex(text);
    let mut behind = 0;
    for token in &lexed.tokens {
        assert!(behind <= token.span.start && token.span.start <= token.span.end);
        assert!(text.is_char_boundary(token.span.start as usize));
        assert!(text.is_char_boundary(token.span.end as usize));
        behind = token.span.end;
    }
    assert_eq!(behind as usize, text.len());
});
