//! Which words begin a clause, and so a line where the statement does not fit into one.

use super::reader::TokenReader;
use crate::token::TokenKind;

/// How the body of a clause is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ClauseBreaks {
    /// Its items one a line, behind so many tokens of its head.
    List(usize),
    /// As a list if there are several items, behind one word.
    Tables,
    /// A table that is joined, its conditions one a line, and tables behind commas.
    Join,
    /// Its common tables, one behind the other.
    With,
    /// Conditions, one a line.
    Conditions,
    /// What a WHEN of MERGE does: a list within that clause.
    Action,
}

/// The kind of a statement, as far as its clauses depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// A query, INSERT, or anything that begins with WITH.
    Query,
    Update,
    Delete,
    Merge,
    /// COPY or UNLOAD, whose options have lines of their own.
    Load,
    /// CREATE of a table or a view.
    Table,
    /// CREATE of a schema or database elsewhere.
    Schema,
    /// CREATE of a model, or of a function that runs elsewhere.
    Outside,
    /// GRANT or REVOKE of privileges.
    Rights,
    /// Another statement: the lines of its author stay where it is too long for one.
    Other,
}

impl Family {
    /// The family of the statement that begins with a token.
    pub fn of(reader: &TokenReader<'_>, start: usize) -> Self {
        let names = |word: &str| (start + 1..start + 6).any(|at| reader.word(at) == word);
        match reader.word(start) {
            "select" | "with" | "insert" | "explain" | "prepare" | "declare" => Self::Query,
            // In procedures.
            "for" | "open" => Self::Query,
            _ if reader.word(start + 1) == "cursor" => Self::Query,
            "" if reader.kind(start) == TokenKind::LeftParenthesis => Self::Query,
            "update" => Self::Update,
            "delete" => Self::Delete,
            "merge" => Self::Merge,
            "copy" | "unload" => Self::Load,
            "grant" | "revoke" => Self::Rights,
            "create" if names("schema") || names("database") => Self::Schema,
            "create" if names("model") || names("function") => Self::Outside,
            "create" if names("table") || names("view") => Self::Table,
            _ => Self::Other,
        }
    }
}

/// The clause that begins with a word. `in_brackets` where a query in brackets holds it.
pub(super) fn clause(
    reader: &TokenReader<'_>,
    at: usize,
    family: Family,
    in_brackets: bool,
    in_join: bool,
) -> Option<ClauseBreaks> {
    let (before, word, next) = (reader.before(at), reader.word(at), reader.word(at + 1));
    if reader.is_name(at) || before == "as" && !matches!(word, "select" | "with") {
        return None;
    }
    let query = of_query(reader, at, family, in_join);
    if query.is_some() || in_brackets {
        return query;
    }
    let begins = match family {
        Family::Load => is_load_option(word, before),
        Family::Table => is_table_option(word, before, next),
        Family::Schema => is_schema_option(word, before),
        Family::Outside => is_outside_option(word),
        Family::Rights => matches!(word, "on" | "to" | "from"),
        Family::Query | Family::Update | Family::Delete | Family::Merge | Family::Other => false,
    };
    begins.then_some(ClauseBreaks::Conditions)
}

fn of_query(
    reader: &TokenReader<'_>,
    at: usize,
    family: Family,
    in_join: bool,
) -> Option<ClauseBreaks> {
    let (before, word, next) = (reader.before(at), reader.word(at), reader.word(at + 1));
    let is_load = family == Family::Load;
    Some(match word {
        "select" => ClauseBreaks::List(match next {
            "distinct" | "all" if reader.word(at + 2) == "top" => 4,
            "distinct" | "all" => 2,
            "top" => 3,
            _ => 1,
        }),
        "group" | "order" | "partition" if next == "by" && before != "within" => {
            ClauseBreaks::List(2)
        }
        "values" | "set" if family == Family::Merge => ClauseBreaks::Action,
        "values" => ClauseBreaks::List(1),
        "set" if family == Family::Update => ClauseBreaks::List(1),
        "with" if next == "recursive" || reader.word(at + 2) == "as" => ClauseBreaks::With,
        "with" if reader.kind(at + 2) == TokenKind::LeftParenthesis && !is_load => {
            ClauseBreaks::With
        }
        "from" if before == "delete" || before == "distinct" => return None,
        "from" if matches!(family, Family::Load | Family::Outside | Family::Schema) => {
            ClauseBreaks::Conditions
        }
        "from" => ClauseBreaks::Tables,
        "where" | "having" | "qualify" | "limit" | "offset" => ClauseBreaks::Conditions,
        "union" | "intersect" | "except" | "minus" => ClauseBreaks::Conditions,
        "using" if matches!(family, Family::Delete | Family::Merge) && !in_join => {
            ClauseBreaks::Conditions
        }
        "when" if family == Family::Merge => ClauseBreaks::Conditions,
        "connect" if next == "by" => ClauseBreaks::Conditions,
        "start" if next == "with" => ClauseBreaks::Conditions,
        "join" if !is_join_prefix(before) => ClauseBreaks::Join,
        "left" | "right" | "full" | "inner" | "cross" | "natural"
            if !is_join_prefix(before)
                && (next == "join"
                    || reader.word(at + 2) == "join"
                    || reader.word(at + 3) == "join" && next != "on") =>
        {
            ClauseBreaks::Join
        }
        _ => return None,
    })
}

/// Whether a word may stand in front of JOIN.
pub(super) fn is_join_prefix(word: &str) -> bool {
    matches!(
        word,
        "left" | "right" | "full" | "inner" | "cross" | "natural" | "outer"
    )
}

/// Whether an option of COPY or UNLOAD begins with a word.
fn is_load_option(word: &str, before: &str) -> bool {
    !matches!(before, "format" | "with")
        && matches!(
            word,
            "to" | "iam_role"
                | "credentials"
                | "access_key_id"
                | "secret_access_key"
                | "format"
                | "csv"
                | "json"
                | "avro"
                | "parquet"
                | "orc"
                | "delimiter"
                | "fixedwidth"
                | "gzip"
                | "bzip2"
                | "lzop"
                | "zstd"
                | "ignoreheader"
                | "null"
                | "timeformat"
                | "dateformat"
                | "compupdate"
                | "comprows"
                | "statupdate"
                | "region"
                | "manifest"
                | "maxerror"
                | "acceptinvchars"
                | "acceptanydate"
                | "blanksasnull"
                | "emptyasnull"
                | "escape"
                | "explicit_ids"
                | "noload"
                | "readratio"
                | "removequotes"
                | "roundec"
                | "ssh"
                | "truncatecolumns"
                | "trimblanks"
                | "encoding"
                | "fillrecord"
                | "ignoreblanklines"
                | "header"
                | "addquotes"
                | "allowoverwrite"
                | "cleanpath"
                | "parallel"
                | "maxfilesize"
                | "rowgroupsize"
                | "extension"
                | "encrypted"
        )
}

/// Whether an option of CREATE TABLE or CREATE VIEW begins with a word behind the columns.
fn is_table_option(word: &str, before: &str, next: &str) -> bool {
    match word {
        "backup" | "diststyle" | "distkey" | "compound" | "interleaved" | "encode" => true,
        "sortkey" => !matches!(before, "compound" | "interleaved"),
        "auto" => next == "refresh",
        "partitioned" | "stored" | "location" => true,
        "row" => next == "format",
        "fields" | "lines" => next == "terminated",
        "table" => next == "properties",
        "with" => matches!(next, "serdeproperties" | "no"),
        _ => false,
    }
}

fn is_schema_option(word: &str, before: &str) -> bool {
    match word {
        "database" | "schema" => !matches!(before, "external" | "create"),
        "iam_role" | "catalog_role" | "region" | "uri" | "port" | "secret_arn"
        | "authentication" | "authentication_arn" => true,
        _ => false,
    }
}

fn is_outside_option(word: &str) -> bool {
    matches!(
        word,
        "target"
            | "returns"
            | "iam_role"
            | "lambda"
            | "sagemaker"
            | "auto"
            | "model_type"
            | "problem_type"
            | "objective"
            | "preprocessors"
            | "hyperparameters"
            | "settings"
            | "retry_timeout"
            | "max_batch_rows"
            | "max_batch_size"
    )
}
