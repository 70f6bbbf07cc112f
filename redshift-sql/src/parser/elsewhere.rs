//! Statements that other databases have and Redshift refuses, by their first words.

use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::token::TokenKind;

/// First words, a sentence, what to do.
const STATEMENTS: &[(&[&str], &str, &str)] = &[
    (
        &["savepoint"],
        "Redshift has no savepoints",
        "write several transactions, or a procedure with NONATOMIC",
    ),
    (
        &["release", "savepoint"],
        "Redshift has no savepoints",
        "write several transactions, or a procedure with NONATOMIC",
    ),
    (
        &["cluster"],
        "Redshift has no CLUSTER",
        "give the table a sort key, and write `vacuum sort only …`",
    ),
    (
        &["reindex"],
        "Redshift has no REINDEX",
        "for an interleaved sort key, write `vacuum reindex …`",
    ),
    (
        &["listen"],
        "Redshift has no LISTEN",
        "give the pipeline a trigger or a notification",
    ),
    (
        &["notify"],
        "Redshift has no NOTIFY",
        "give the pipeline a notification",
    ),
    (
        &["unlisten"],
        "Redshift has no UNLISTEN",
        "leave the statement out",
    ),
    (
        &["do"],
        "Redshift has no DO",
        "write a procedure and CALL it",
    ),
    (
        &["upsert"],
        "Redshift has no UPSERT",
        "write `merge into … using … on …`",
    ),
    (
        &["replace", "into"],
        "Redshift has no REPLACE INTO",
        "write `merge into … using … on …`",
    ),
    (
        &["pragma"],
        "Redshift has no PRAGMA",
        "write `set name to value`",
    ),
    (
        &["summarize"],
        "Redshift has no SUMMARIZE",
        "write the aggregates in a SELECT",
    ),
    (
        &["install"],
        "Redshift has no INSTALL",
        "leave the statement out",
    ),
    (
        &["load"],
        "Redshift has no LOAD",
        "write `copy table from 's3://…'`",
    ),
    (
        &["discard"],
        "Redshift has no DISCARD",
        "write `reset all`, or drop the temporary tables",
    ),
    (
        &["checkpoint"],
        "Redshift has no CHECKPOINT",
        "leave the statement out",
    ),
    (
        &["move"],
        "Redshift has no MOVE",
        "write `fetch forward n from cursor`",
    ),
    (
        &["undrop"],
        "Redshift has no UNDROP",
        "restore the table from a snapshot",
    ),
    (
        &["import", "foreign"],
        "Redshift has no IMPORT FOREIGN SCHEMA",
        "write `create external schema … from postgres …`",
    ),
    (
        &["security", "label"],
        "Redshift has no SECURITY LABEL",
        "leave the statement out",
    ),
    (
        &["reassign", "owned"],
        "Redshift has no REASSIGN OWNED",
        "write `alter table … owner to …` for each",
    ),
    (
        &["rename", "table"],
        "Redshift has no RENAME TABLE",
        "write `alter table … rename to …`",
    ),
    (
        &["optimize"],
        "Redshift has no OPTIMIZE",
        "write `vacuum …` or `analyze …`",
    ),
    (
        &["export", "database"],
        "Redshift has no EXPORT DATABASE",
        "write `unload ('select …') to 's3://…'`",
    ),
    (
        &["put"],
        "Redshift has no PUT",
        "copy the file to S3 before COPY",
    ),
    (
        &["go"],
        "Redshift has no GO",
        "end the statement in front of it with a semicolon",
    ),
    (
        &["msck"],
        "Redshift has no MSCK REPAIR TABLE",
        "write `alter table … add partition (…) location '…'`",
    ),
];

impl Parser<'_> {
    /// Refuses a statement that another database has.
    pub(super) fn refuse_beginning(&self) -> Parsed<()> {
        self.refuse_elsewhere(STATEMENTS)?;
        // An assignment or a label without a procedure around it.
        if matches!(self.kind(), TokenKind::Word(_)) && self.ahead(1).kind == TokenKind::Assign {
            let help = "write it in the body of a procedure";
            let sentence = "an assignment stands in a procedure only";
            return Err(self.refused(self.span(), sentence, help));
        }
        if self.at_keyword(K::If) {
            let help = "write it in the body of a procedure, or give the step a condition";
            return Err(self.refused(self.span(), "IF stands in a procedure only", help));
        }
        Ok(())
    }
}
