//! SHOW in all its forms.
//!
//! Source: AWS pages `SHOW`, `SHOW COLUMNS`, `SHOW COLUMN GRANTS`, `SHOW CONSTRAINTS`, `SHOW
//! DATABASES`, `SHOW DATASHARES`, `SHOW EXTERNAL TABLE`, `SHOW FUNCTIONS`, `SHOW GRANTS`, `SHOW MODEL`,
//! `SHOW PARAMETERS`, `SHOW POLICIES`, `SHOW PROCEDURE`, `SHOW PROCEDURES`, `SHOW SCHEMAS`, `SHOW
//! TABLE`, `SHOW TABLES`, `SHOW TEMPLATE`, `SHOW TEMPLATES`, `SHOW VIEW`.
//!
//! `show tables from schema db.s like 'a%' limit 5`; `show timezone` shows a setting.

use smol_str::SmolStr;

use super::option::{OptionRule, Takes};
use super::text::fold;
use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::token::TokenKind;
use crate::tree::{GrantKind, ObjectName, RoutineName, Show, ShowKind, StatementKind};

const CATALOG: &[OptionRule] = &[
    OptionRule::new("from data catalog", Takes::Nothing),
    OptionRule::new("account", Takes::NameOrText),
    OptionRule::new("iam_role", Takes::TextOr(&["default"])),
];

/// What other databases show.
const ELSEWHERE: &[(&[&str], &str, &str)] = &[
    (
        &["all", "tables"],
        "Redshift has no SHOW ALL TABLES",
        "write `show tables from schema …` or read `svv_tables`",
    ),
    (
        &["create", "table"],
        "Redshift has no SHOW CREATE TABLE",
        "write `show table …`",
    ),
    (
        &["create", "view"],
        "Redshift has no SHOW CREATE VIEW",
        "write `show view …`",
    ),
    (
        &["users"],
        "Redshift has no SHOW USERS",
        "read `svv_user_info`",
    ),
    (&["roles"], "Redshift has no SHOW ROLES", "read `svv_roles`"),
    (
        &["views"],
        "Redshift has no SHOW VIEWS",
        "write `show tables from schema …` or read `pg_views`",
    ),
    (
        &["indexes"],
        "Redshift has no indexes",
        "leave the statement out",
    ),
    (
        &["warehouses"],
        "Redshift has no SHOW WAREHOUSES",
        "leave the statement out",
    ),
];

impl Parser<'_> {
    /// Reads `show …` in all its forms.
    pub(super) fn show(&mut self) -> Parsed<StatementKind> {
        self.bump();
        self.refuse_elsewhere(ELSEWHERE)?;
        let kind = self.show_kind()?;
        let listing = matches!(
            kind,
            ShowKind::Datashares
                | ShowKind::Databases(_)
                | ShowKind::Schemas(_)
                | ShowKind::Tables(_)
                | ShowKind::Functions(_)
                | ShowKind::Procedures(_)
                | ShowKind::Templates(_)
                | ShowKind::Columns(_)
                | ShowKind::Parameters(_)
        );
        let limited = listing
            || matches!(
                kind,
                ShowKind::Constraints { .. }
                    | ShowKind::GrantsOn { .. }
                    | ShowKind::GrantsFor { .. }
                    | ShowKind::Policies { .. }
            );
        let like = if listing && self.eat_keyword(K::Like) {
            Some(self.text_value("a pattern in single quotes")?)
        } else {
            None
        };
        let limit = if limited && self.eat_keyword(K::Limit) {
            Some(self.number_value()?)
        } else {
            None
        };
        if !self.at_statement_end() {
            return Err(match (listing, limited) {
                (true, _) if like.is_none() => self.unexpected(&[";", "like", "limit"]),
                (_, true) if limit.is_none() => self.unexpected(&[";", "limit"]),
                _ => self.unexpected(&[";"]),
            });
        }
        Ok(StatementKind::Show(Box::new(Show { kind, like, limit })))
    }

    fn show_kind(&mut self) -> Parsed<ShowKind> {
        // A setting may be called like one of the other words.
        let alone = matches!(self.ahead(1).kind, TokenKind::Semicolon | TokenKind::End);
        let found = match self.keyword() {
            Some(K::All) if alone => {
                self.bump();
                ShowKind::All
            }
            Some(K::Table) => {
                self.bump();
                ShowKind::Table(self.object_name("the name of a table")?)
            }
            Some(K::View) => {
                self.bump();
                ShowKind::View(self.object_name("the name of a view")?)
            }
            Some(K::External) => {
                self.bump();
                self.expect_keyword(K::Table)?;
                ShowKind::ExternalTable {
                    table: self.object_name("the name of a table")?,
                    partition: self.eat_keyword(K::Partition),
                }
            }
            Some(K::Procedure) => {
                self.bump();
                ShowKind::Procedure(self.routine_name()?)
            }
            Some(K::Function) => {
                self.bump();
                ShowKind::Function(self.routine_name()?)
            }
            Some(K::Model) => {
                self.bump();
                if self.eat_keyword(K::All) {
                    ShowKind::Model(None)
                } else {
                    ShowKind::Model(Some(self.object_name("the name of a model")?))
                }
            }
            _ => return self.show_words(alone),
        };
        Ok(found)
    }

    fn show_words(&mut self, alone: bool) -> Parsed<ShowKind> {
        if self.eat_word("datashares") {
            return Ok(ShowKind::Datashares);
        }
        if self.eat_word("databases") {
            return Ok(ShowKind::Databases(self.options_while(CATALOG)?));
        }
        if !alone && self.eat_word("template") {
            return Ok(ShowKind::Template(
                self.object_name("the name of a template")?,
            ));
        }
        if self.eat_word("schemas") {
            return Ok(ShowKind::Schemas(self.shown_from(K::Database)?));
        }
        if self.eat_word("tables") {
            return Ok(ShowKind::Tables(self.shown_from(K::Schema)?));
        }
        if self.eat_word("functions") {
            return Ok(ShowKind::Functions(self.shown_from(K::Schema)?));
        }
        if self.eat_word("procedures") {
            return Ok(ShowKind::Procedures(self.shown_from(K::Schema)?));
        }
        if self.eat_word("templates") {
            return Ok(ShowKind::Templates(self.shown_from(K::Schema)?));
        }
        if self.eat_word("columns") {
            return Ok(ShowKind::Columns(self.shown_from(K::Table)?));
        }
        if self.eat_word("parameters") {
            self.expect_word("of")?;
            self.expect_one_of(&["function", "procedure"])?;
            return Ok(ShowKind::Parameters(self.routine_name()?));
        }
        if self.eat_word("constraints") {
            return self.shown_constraints();
        }
        if self.eat_words(&["column", "grants"]) {
            return self.shown_grants_on(true);
        }
        if !alone && self.eat_word("grants") {
            return self.shown_grants();
        }
        if self.at_words(&["rls", "policies"]) || self.at_words(&["masking", "policies"]) {
            return self.shown_policies();
        }
        self.shown_setting()
    }

    /// `from schema s` and the like.
    fn shown_from(&mut self, keyword: K) -> Parsed<ObjectName> {
        let what = match keyword {
            K::Database => "the name of a database",
            K::Schema => "the name of a schema",
            _ => "the name of a table",
        };
        if !self.at_keyword(K::From) {
            let mistake = self.unexpected(&["from"]);
            if self.at_statement_end() {
                let word = self.previous_span().of(self.text).to_uppercase();
                let sentence = format!("SHOW {word} needs to know where to look");
                let help = format!(
                    "write `show {} from {} …`",
                    word.to_lowercase(),
                    keyword.text()
                );
                let span = self.previous_span();
                let kind = crate::MistakeKind::Syntax;
                return Err(Box::new(
                    crate::Mistake::new(kind, span, sentence).help(help),
                ));
            }
            return Err(mistake);
        }
        self.bump();
        self.expect_keyword(keyword)?;
        self.object_name(what)
    }

    fn shown_constraints(&mut self) -> Parsed<ShowKind> {
        let foreign = self.expect_one_of(&["primary", "foreign"])? == 1;
        self.expect_word("keys")?;
        let exported = foreign && self.eat_word("exported");
        let table = self.shown_from(K::Table)?;
        Ok(ShowKind::Constraints {
            foreign,
            exported,
            table,
        })
    }

    fn shown_grants(&mut self) -> Parsed<ShowKind> {
        if self.at_keyword(K::On) {
            return self.shown_grants_on(false);
        }
        if !self.eat_keyword(K::For) {
            return Err(self.unexpected(&["on", "for"]));
        }
        let grantee = self.grantee()?;
        let database = if self.eat_keyword(K::From) {
            self.expect_keyword(K::Database)?;
            Some(self.object_name("the name of a database")?)
        } else {
            None
        };
        Ok(ShowKind::GrantsFor { grantee, database })
    }

    fn shown_grants_on(&mut self, columns: bool) -> Parsed<ShowKind> {
        self.expect_keyword(K::On)?;
        let kinds = [
            ("table", GrantKind::Table),
            ("database", GrantKind::Database),
            ("schema", GrantKind::Schema),
            ("function", GrantKind::Function),
            ("procedure", GrantKind::Procedure),
            ("template", GrantKind::Template),
        ];
        let named = matches!(
            self.ahead(1).kind,
            TokenKind::Word(_) | TokenKind::Quoted | TokenKind::Insertion
        ) && self.ahead(1).keyword() != Some(K::For);
        let found = kinds.iter().find(|(word, _)| named && self.at_word(word));
        let kind = match found {
            Some((_, kind)) => {
                self.bump();
                *kind
            }
            None => GrantKind::Table,
        };
        let object: RoutineName = self.routine_name()?;
        let grantee = if self.eat_keyword(K::For) {
            Some(self.grantee()?)
        } else {
            None
        };
        Ok(ShowKind::GrantsOn {
            columns,
            kind,
            object,
            grantee,
        })
    }

    fn shown_policies(&mut self) -> Parsed<ShowKind> {
        let masking = self.at_word("masking");
        self.bump();
        self.bump();
        let mut table = None;
        let mut grantee = None;
        let mut database = None;
        if self.eat_keyword(K::On) {
            table = Some(self.object_name("the name of a table")?);
            if self.eat_keyword(K::For) {
                grantee = Some(self.grantee()?);
            }
        } else if self.eat_keyword(K::From) {
            self.expect_keyword(K::Database)?;
            database = Some(self.object_name("the name of a database")?);
        }
        Ok(ShowKind::Policies {
            masking,
            table,
            grantee,
            database,
        })
    }

    fn shown_setting(&mut self) -> Parsed<ShowKind> {
        let start = self.span();
        if self.at_word("time") && self.is_word(1, "zone") {
            self.bump();
            self.bump();
            return Ok(ShowKind::Setting(SmolStr::new_static("timezone")));
        }
        if !matches!(
            self.kind(),
            TokenKind::Word(_) | TokenKind::Quoted | TokenKind::Insertion
        ) {
            return Err(self.unexpected(&["the name of a setting", "all"]));
        }
        let first = self.any_name("the name of a setting")?;
        if !self.at(TokenKind::Dot) {
            return Ok(ShowKind::Setting(first.text));
        }
        self.rest_of_name(first)?;
        let written = start.to(self.previous_span()).of(self.text);
        Ok(ShowKind::Setting(fold(written)))
    }
}
