//! `:name`, the parameters that the warehouse binds.

use redshift_sql::token::{Token, TokenKind};

use super::ParameterUse;

/// All of them, in order. What stands in literals, comments and `$$` bodies is none.
pub(super) fn find(text: &str, tokens: &[Token]) -> Vec<ParameterUse> {
    let parameters = tokens
        .iter()
        .filter(|token| token.kind == TokenKind::Parameter);
    parameters
        .map(|token| ParameterUse {
            name: token.span.of(text).trim_start_matches(':').to_owned(),
            span: token.span.into(),
        })
        .collect()
}
