//! Where WITH RECURSIVE stands (AWS page: `WITH clause`). Its form is the parser's to check.

use redshift_sql::tree::Query;

use super::Refusal;

/// "You can't specify a WITH RECURSIVE clause inside a subquery."
pub(super) fn outside(subquery: &Query) -> Result<(), Refusal> {
    if subquery.with.as_ref().is_some_and(|with| with.recursive) {
        return Err(Refusal::Value(
            "a subquery takes no WITH RECURSIVE: write it in front of the whole query".to_owned(),
        ));
    }
    Ok(())
}
