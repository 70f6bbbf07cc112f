//! DROP and COMMENT.
//!
//! Source: AWS pages `DROP TABLE`, `DROP VIEW`, `DROP MATERIALIZED VIEW`, `DROP EXTERNAL VIEW`, `DROP
//! SCHEMA`, `DROP DATABASE`, `DROP USER`, `DROP GROUP`, `DROP ROLE`, `DROP DATASHARE`, `DROP LIBRARY`,
//! `DROP MODEL`, `DROP IDENTITY PROVIDER`, `DROP MASKING POLICY`, `DROP RLS POLICY`, `DROP TEMPLATE`,
//! `COMMENT`.
//!
//! `drop table if exists a, b cascade` drops two tables.

use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::token::TokenKind;
use crate::tree::{Behavior, Comment, CommentObject, Drop, ObjectKind, StatementKind};

/// A kind of thing that is dropped.
struct Dropped {
    words: &'static [&'static str],
    kind: ObjectKind,
    /// What its name is called in a mistake.
    what: &'static str,
    /// Whether several names may stand there.
    list: bool,
    if_exists: bool,
    cascade: bool,
}

impl Dropped {
    const fn new(words: &'static [&'static str], kind: ObjectKind, what: &'static str) -> Self {
        Self {
            words,
            kind,
            what,
            list: false,
            if_exists: true,
            cascade: false,
        }
    }

    const fn list(mut self) -> Self {
        self.list = true;
        self
    }

    const fn cascade(mut self) -> Self {
        self.cascade = true;
        self
    }

    const fn must_exist(mut self) -> Self {
        self.if_exists = false;
        self
    }
}

const DROPPED: &[Dropped] = &[
    Dropped::new(&["table"], ObjectKind::Table, "the name of a table")
        .list()
        .cascade(),
    Dropped::new(&["view"], ObjectKind::View, "the name of a view")
        .list()
        .cascade(),
    Dropped::new(
        &["materialized", "view"],
        ObjectKind::MaterializedView,
        "the name of a materialized view",
    )
    .list()
    .cascade(),
    Dropped::new(
        &["external", "view"],
        ObjectKind::ExternalView,
        "the name of a view",
    ),
    Dropped::new(&["schema"], ObjectKind::Schema, "the name of a schema")
        .list()
        .cascade(),
    Dropped::new(
        &["database"],
        ObjectKind::Database,
        "the name of a database",
    )
    .must_exist(),
    Dropped::new(&["user"], ObjectKind::User, "the name of a user").list(),
    Dropped::new(&["group"], ObjectKind::Group, "the name of a group").must_exist(),
    Dropped::new(&["role"], ObjectKind::Role, "the name of a role").must_exist(),
    Dropped::new(
        &["datashare"],
        ObjectKind::Datashare,
        "the name of a datashare",
    )
    .list()
    .must_exist(),
    Dropped::new(&["library"], ObjectKind::Library, "the name of a library").must_exist(),
    Dropped::new(&["model"], ObjectKind::Model, "the name of a model"),
    Dropped::new(
        &["identity", "provider"],
        ObjectKind::IdentityProvider,
        "the name of an identity provider",
    )
    .cascade()
    .must_exist(),
    Dropped::new(
        &["masking", "policy"],
        ObjectKind::MaskingPolicy,
        "the name of a policy",
    )
    .must_exist(),
    Dropped::new(
        &["rls", "policy"],
        ObjectKind::RlsPolicy,
        "the name of a policy",
    )
    .cascade(),
    Dropped::new(
        &["template"],
        ObjectKind::Template,
        "the name of a template",
    ),
];

/// What other databases drop.
const ELSEWHERE: &[(&[&str], &str, &str)] = &[
    (&["index"], "Redshift has no indexes", "leave it out"),
    (&["sequence"], "Redshift has no sequences", "leave it out"),
    (&["trigger"], "Redshift has no triggers", "leave it out"),
    (
        &["type"],
        "Redshift has no types of its own making",
        "leave it out",
    ),
    (&["domain"], "Redshift has no domains", "leave it out"),
    (&["extension"], "Redshift has no extensions", "leave it out"),
    (
        &["tablespace"],
        "Redshift has no tablespaces",
        "leave it out",
    ),
    (
        &["owned"],
        "Redshift has no DROP OWNED",
        "drop each thing by its name, or give it another owner",
    ),
    (
        &["policy"],
        "Redshift has no DROP POLICY",
        "write `drop rls policy` or `drop masking policy`",
    ),
    (
        &["external", "table"],
        "Redshift drops an external table with DROP TABLE",
        "write `drop table`",
    ),
    (
        &["external", "schema"],
        "Redshift drops an external schema with DROP SCHEMA",
        "write `drop schema`",
    ),
];

impl Parser<'_> {
    /// Reads `drop …` of any object.
    pub(super) fn drop_statement(&mut self) -> Parsed<StatementKind> {
        self.bump();
        self.refuse_elsewhere(ELSEWHERE)?;
        let dropped = DROPPED.iter().find(|dropped| self.at_words(dropped.words));
        let Some(dropped) = dropped else {
            let mut firsts: Vec<&str> = DROPPED
                .iter()
                .filter_map(|dropped| dropped.words.first().copied())
                .collect();
            firsts.extend(["procedure", "function"]);
            return Err(self.unexpected(&firsts));
        };
        for word in dropped.words {
            self.expect_word(word)?;
        }
        let if_span = self.span();
        let if_exists = self.if_exists()?;
        if if_exists && !dropped.if_exists {
            let word = dropped.words.join(" ").to_uppercase();
            let sentence = format!("Redshift has no DROP {word} IF EXISTS");
            return Err(self.refused(if_span, sentence, "leave IF EXISTS out"));
        }
        let names = self.dropped_names(dropped)?;
        let mut drop = Drop {
            kind: dropped.kind,
            if_exists,
            names,
            behavior: None,
            external_database: false,
        };
        if dropped.kind == ObjectKind::Schema && self.eat_keyword(K::Drop) {
            self.expect_keyword(K::External)?;
            self.expect_keyword(K::Database)?;
            drop.external_database = true;
        }
        if dropped.cascade {
            drop.behavior = self.behavior()?;
        } else if dropped.kind == ObjectKind::Role {
            drop.behavior = if self.eat_word("force") {
                Some(Behavior::Force)
            } else if self.eat_word("restrict") {
                Some(Behavior::Restrict)
            } else {
                None
            };
        } else if dropped.kind == ObjectKind::Database && self.eat_word("force") {
            drop.behavior = Some(Behavior::Force);
        }
        if !self.at_statement_end() {
            return Err(self.behind_drop(dropped));
        }
        Ok(StatementKind::Drop(Box::new(drop)))
    }

    fn dropped_names(&mut self, dropped: &Dropped) -> Parsed<Vec<crate::tree::ObjectName>> {
        let names = self.comma_separated(|parser| parser.object_name(dropped.what))?;
        match names.get(1) {
            Some(second) if !dropped.list => {
                let word = dropped.words.join(" ").to_uppercase();
                let sentence = format!("DROP {word} takes one name");
                let help = "write a statement for each";
                Err(self.refused(second.span, sentence, help))
            }
            _ => Ok(names),
        }
    }

    fn behind_drop(&self, dropped: &Dropped) -> Box<crate::Mistake> {
        if self.at_word("cascade") || self.at_word("restrict") || self.at_word("force") {
            let word = dropped.words.join(" ").to_uppercase();
            let behind = self.shown_token(self.token()).to_uppercase();
            let sentence = format!("Redshift has no {behind} behind DROP {word}");
            return self.refused(self.span(), sentence, "leave it out");
        }
        if dropped.cascade {
            return self.unexpected(&[";", ",", "cascade", "restrict"]);
        }
        if dropped.kind == ObjectKind::Role {
            return self.unexpected(&[";", "force", "restrict"]);
        }
        self.unexpected(&[";"])
    }

    /// `comment on … is …`
    pub(super) fn comment(&mut self) -> Parsed<StatementKind> {
        self.bump();
        self.expect_keyword(K::On)?;
        let object = match self.keyword() {
            Some(K::Table) => {
                self.bump();
                CommentObject::Table(self.object_name("the name of a table")?)
            }
            Some(K::View) => {
                self.bump();
                CommentObject::View(self.object_name("the name of a view")?)
            }
            Some(K::Database) => {
                self.bump();
                CommentObject::Database(self.object_name("the name of a database")?)
            }
            Some(K::Column) => {
                self.bump();
                let column = self.object_name("a column with its table")?;
                if column.parts.len() < 2 {
                    let sentence = "the table of this column is missing";
                    let written = column.span.of(self.text);
                    let help = format!("write `table.{written}`");
                    let kind = crate::MistakeKind::Syntax;
                    let mistake = crate::Mistake::new(kind, column.span, sentence);
                    return Err(Box::new(mistake.help(help)));
                }
                CommentObject::Column(column)
            }
            Some(K::Constraint) => {
                self.bump();
                let name = self.name("the name of a constraint")?;
                self.expect_keyword(K::On)?;
                let table = self.object_name("the name of a table")?;
                CommentObject::Constraint { name, table }
            }
            Some(K::Schema | K::Function | K::Procedure | K::Materialized | K::User | K::Role) => {
                let word = self.shown_token(self.token()).to_uppercase();
                let sentence = format!("Redshift has no COMMENT ON {word}");
                let help = "a table, a column, a view, a constraint or a database has a comment";
                return Err(self.refused(self.span(), sentence, help));
            }
            _ => {
                return Err(self.unexpected(&[
                    "table",
                    "column",
                    "view",
                    "database",
                    "constraint",
                ]));
            }
        };
        self.expect_keyword(K::Is)?;
        let text_span = self.span();
        let text = if self.eat_keyword(K::Null) {
            None
        } else if self.at(TokenKind::Text) || self.at_text() {
            Some(self.text_value("a string")?)
        } else {
            return Err(self.unexpected(&["a string", "null"]));
        };
        Ok(StatementKind::Comment(Box::new(Comment {
            object,
            text,
            text_span,
        })))
    }
}
