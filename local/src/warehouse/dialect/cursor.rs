//! DECLARE, FETCH and CLOSE as statements of a session (AWS pages: `DECLARE`, `FETCH`, `CLOSE`).

use redshift_sql::tree::{DeclareCursor, Expression, ExpressionKind, Fetch, FetchCount, Name};

use super::Refusal;
use super::statement::Statement;
use super::writer::Writer;

/// `declare name cursor for query`
pub(super) fn declare(declare: &DeclareCursor, writer: Writer<'_>) -> Result<Statement, Refusal> {
    writer.shows_no_sketch(&declare.query)?;
    Ok(Statement::DeclareCursor {
        name: declare.name.text.to_string(),
        query: writer.sql(&writer.query(&declare.query, true)?)?,
    })
}

/// `fetch … from name`
pub(super) fn fetch(fetch: &Fetch) -> Result<Statement, Refusal> {
    let most = match &fetch.count {
        FetchCount::Next => Some(1),
        FetchCount::All => None,
        FetchCount::Forward(rows) => Some(whole(rows)?),
    };
    Ok(Statement::Fetch {
        cursor: fetch.cursor.text.to_string(),
        most,
    })
}

fn whole(rows: &Expression) -> Result<u64, Refusal> {
    let number = match &rows.bare().kind {
        ExpressionKind::Number(digits) => digits.parse().ok(),
        _ => None,
    };
    number.ok_or_else(|| Refusal::syntax("FETCH takes a whole number of rows"))
}

/// Translates `close name` into [`Statement::CloseCursor`].
pub(super) fn close(name: &Name) -> Statement {
    Statement::CloseCursor {
        name: name.text.to_string(),
    }
}
