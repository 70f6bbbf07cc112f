//! What CREATE may stand in front of, and what other databases create and Redshift does not.

use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::tree::StatementKind;

/// What Redshift creates, for the help of a mistake.
const CREATED: &[&str] = &[
    "table",
    "view",
    "or replace",
    "materialized",
    "external",
    "schema",
    "temp",
    "temporary",
    "procedure",
    "function",
    "database",
    "user",
    "group",
    "role",
    "datashare",
    "library",
    "model",
    "identity",
    "masking",
    "rls",
    "template",
];

/// What other databases create: words, a sentence, what to do.
const ELSEWHERE: &[(&[&str], &str, &str)] = &[
    (
        &["index"],
        "Redshift has no indexes",
        "a sort key does this: `alter table … alter sortkey (…)`",
    ),
    (
        &["unique", "index"],
        "Redshift has no indexes",
        "a sort key does this: `alter table … alter sortkey (…)`",
    ),
    (
        &["sequence"],
        "Redshift has no sequences",
        "give the column an identity: `id bigint identity(1, 1)`",
    ),
    (
        &["trigger"],
        "Redshift has no triggers",
        "write the change as a step of its own",
    ),
    (
        &["type"],
        "Redshift has no types of its own making",
        "use one of Redshift's types; `super` holds objects",
    ),
    (
        &["domain"],
        "Redshift has no domains",
        "use the type itself for the column",
    ),
    (
        &["extension"],
        "Redshift has no extensions",
        "use Redshift's own functions, or a function in Lambda",
    ),
    (
        &["tablespace"],
        "Redshift has no tablespaces",
        "leave the statement out",
    ),
    (
        &["rule"],
        "Redshift has no rules for rewriting",
        "use a view, or write the change as a step of its own",
    ),
    (
        &["aggregate"],
        "Redshift has no aggregates of its own making",
        "use Redshift's aggregates, or a procedure",
    ),
    (
        &["operator"],
        "Redshift has no operators of its own making",
        "use a function",
    ),
    (
        &["cast"],
        "Redshift has no casts of its own making",
        "use a function",
    ),
    (
        &["collation"],
        "Redshift has no collations of its own making",
        "use `collate case_insensitive` or `collate case_sensitive`",
    ),
    (
        &["policy"],
        "Redshift has no CREATE POLICY",
        "write `create rls policy` or `create masking policy`",
    ),
    (
        &["server"],
        "Redshift has no foreign servers",
        "write `create external schema … from postgres …`",
    ),
    (
        &["foreign"],
        "Redshift has no foreign tables",
        "write `create external schema …` or `create external table …`",
    ),
    (
        &["stage"],
        "Redshift has no stages",
        "COPY and UNLOAD name the place in S3 themselves",
    ),
    (
        &["file", "format"],
        "Redshift has no file formats with a name",
        "give the format to COPY or UNLOAD, or write `create template … for copy`",
    ),
    (
        &["stream"],
        "Redshift has no streams",
        "read a stream with a materialized view over an external schema from Kinesis or Kafka",
    ),
    (
        &["task"],
        "Redshift has no tasks",
        "give the pipeline a trigger with a schedule",
    ),
    (
        &["pipe"],
        "Redshift has no pipes",
        "write `copy … job create … auto on`",
    ),
    (
        &["warehouse"],
        "Redshift has no statement that creates a warehouse",
        "create the workgroup in AWS",
    ),
    (
        &["secret"],
        "Redshift has no secrets",
        "use an IAM role, or a secret of AWS Secrets Manager",
    ),
    (
        &["macro"],
        "Redshift has no macros",
        "write `create function … language sql`",
    ),
    (
        &["unlogged", "table"],
        "Redshift has no unlogged tables",
        "leave UNLOGGED out, or write `create temp table`",
    ),
    (
        &["transient", "table"],
        "Redshift has no transient tables",
        "write `create table … backup no`, or `create temp table`",
    ),
    (
        &["global", "temporary"],
        "Redshift has no global temporary tables",
        "write `create temp table`",
    ),
    (
        &["global", "temp"],
        "Redshift has no global temporary tables",
        "write `create temp table`",
    ),
    (
        &["dynamic", "table"],
        "Redshift has no dynamic tables",
        "write `create materialized view … auto refresh yes`",
    ),
    (
        &["recursive", "view"],
        "Redshift has no RECURSIVE in front of VIEW",
        "write `create view v as with recursive …`",
    ),
    (
        &["temp", "view"],
        "Redshift has no temporary views",
        "write `create temp table … as`, or `create view`",
    ),
    (
        &["temporary", "view"],
        "Redshift has no temporary views",
        "write `create temp table … as`, or `create view`",
    ),
];

impl Parser<'_> {
    /// Reads `create …` of any object.
    pub(super) fn create(&mut self) -> Parsed<StatementKind> {
        self.bump();
        self.refuse_elsewhere(ELSEWHERE)?;
        if self.at_keywords(&[K::Or, K::Replace]) {
            return self.create_or_replace();
        }
        match self.keyword() {
            Some(K::Table) => self.create_table(false),
            Some(K::Temp | K::Temporary) => {
                self.bump();
                self.temporary_table()
            }
            Some(K::View) => self.create_view(false),
            Some(K::Materialized) => self.create_materialized_view(),
            Some(K::External) => self.create_external(false),
            Some(K::Schema) => self.create_schema(),
            Some(K::Model) => self.create_model(false, false),
            _ if self.at_word("template") => self.create_template(false),
            _ if self.at_word("local") => {
                self.bump();
                if !self.eat_keyword(K::Temp) && !self.eat_keyword(K::Temporary) {
                    return Err(self.unexpected(&["temp", "temporary"]));
                }
                self.temporary_table()
            }
            _ => {
                if let Some(kind) = self.policy_kind() {
                    return self.policy(false, kind);
                }
                let defined = self.definition(false, false)?;
                defined.ok_or_else(|| self.unexpected(CREATED))
            }
        }
    }

    fn create_external(&mut self, or_replace: bool) -> Parsed<StatementKind> {
        if let Some(schema) = self.definition(false, or_replace)? {
            return Ok(schema);
        }
        self.bump();
        match self.keyword() {
            Some(K::Table) if !or_replace => self.create_external_table(),
            Some(K::View) if !or_replace => self.create_external_view(),
            Some(K::Model) => self.create_model(true, or_replace),
            _ if self.at_word("protected") => self.create_external_view(),
            _ => Err(self.unexpected(&["table", "schema", "view", "function"])),
        }
    }

    fn temporary_table(&mut self) -> Parsed<StatementKind> {
        if !self.at_keyword(K::Table) {
            return Err(self.unexpected(&["table"]));
        }
        self.create_table(true)
    }

    fn create_or_replace(&mut self) -> Parsed<StatementKind> {
        let start = self.bump().span;
        let or_replace = start.to(self.bump().span);
        self.refuse_elsewhere(ELSEWHERE)?;
        let temporary = matches!(self.keyword(), Some(K::Temp | K::Temporary));
        if temporary || self.at_keyword(K::Table) {
            let help = "drop the table first: `drop table if exists …`";
            return Err(self.refused(or_replace, "Redshift has no CREATE OR REPLACE TABLE", help));
        }
        if self.at_keyword(K::Materialized) {
            let sentence = "Redshift has no CREATE OR REPLACE MATERIALIZED VIEW";
            let help = "drop the view first: `drop materialized view if exists …`";
            return Err(self.refused(or_replace, sentence, help));
        }
        match self.keyword() {
            Some(K::View) => self.create_view(true),
            Some(K::Model) => self.create_model(false, true),
            Some(K::External) => self.create_external(true),
            _ if self.at_word("template") => self.create_template(true),
            _ if self.at_word("library") => {
                let defined = self.definition(false, true)?;
                defined.ok_or_else(|| self.unexpected(&["library"]))
            }
            _ => Err(self.unexpected(&[
                "view",
                "procedure",
                "function",
                "library",
                "model",
                "template",
            ])),
        }
    }

    /// Refuses what stands at the position if it is one of these.
    pub(super) fn refuse_elsewhere(&self, table: &[(&[&str], &str, &str)]) -> Parsed<()> {
        for (words, sentence, help) in table {
            if self.at_words(words) {
                let last = self.ahead(words.len().saturating_sub(1));
                return Err(self.refused(self.span().to(last.span), *sentence, *help));
            }
        }
        Ok(())
    }

    /// Reads `if not exists`; false where it is absent.
    pub(super) fn if_not_exists(&mut self) -> Parsed<bool> {
        if !self.at_keyword(K::If) || !matches!(self.ahead(1).keyword(), Some(K::Not | K::Exists)) {
            return Ok(false);
        }
        self.bump();
        self.expect_keyword(K::Not)?;
        self.expect_keyword(K::Exists)?;
        Ok(true)
    }

    /// Reads `if exists`; false where it is absent.
    pub(super) fn if_exists(&mut self) -> Parsed<bool> {
        if !self.at_keyword(K::If) || !matches!(self.ahead(1).keyword(), Some(K::Not | K::Exists)) {
            return Ok(false);
        }
        self.bump();
        self.expect_keyword(K::Exists)?;
        Ok(true)
    }
}
