//! SET, RESET and USE.
//!
//! Source: AWS pages `SET`, `RESET`, `SET SESSION AUTHORIZATION`, `SET SESSION CHARACTERISTICS`,
//! `USE`.
//!
//! `set search_path to a, public` has two values; `set timezone to default` none.

use smol_str::SmolStr;

use super::text::fold;
use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::token::TokenKind;
use crate::tree::{Reset, Set, SettingValue, StatementKind};

impl Parser<'_> {
    /// Reads `set …` of a setting, the session or a transaction.
    pub(super) fn set(&mut self) -> Parsed<StatementKind> {
        self.bump();
        let mut local = false;
        let scope = self.position();
        if self.at_word("session") && self.is_word(1, "characteristics") {
            self.bump();
            self.bump();
            self.expect_keyword(K::As)?;
            self.expect_word("transaction")?;
            return Ok(Self::characteristics(true, self.some_transaction_modes()?));
        }
        if self.at_word("transaction") && (self.is_word(1, "isolation") || self.is_word(1, "read"))
        {
            self.bump();
            return Ok(Self::characteristics(false, self.some_transaction_modes()?));
        }
        if (self.at_word("session") || self.at_word("local"))
            && !matches!(self.ahead(1).kind, TokenKind::Equal | TokenKind::Dot)
            && self.ahead(1).keyword() != Some(K::To)
        {
            local = self.at_word("local");
            self.bump();
        }
        if self.at_keyword(K::Authorization) && scope < self.position() {
            return self.session_authorization(local);
        }
        if self.at_word("session") && self.ahead(1).keyword() == Some(K::Authorization) {
            self.bump();
            return self.session_authorization(local);
        }
        self.setting(local)
    }

    fn some_transaction_modes(&mut self) -> Parsed<crate::tree::Begin> {
        if self.at_statement_end() {
            return Err(self.unexpected(&["isolation", "read"]));
        }
        self.transaction_modes()
    }

    fn characteristics(session: bool, transaction: crate::tree::Begin) -> StatementKind {
        StatementKind::Set(Box::new(Set::Characteristics {
            session,
            transaction,
        }))
    }

    fn session_authorization(&mut self, local: bool) -> Parsed<StatementKind> {
        self.bump();
        let user = if self.eat_keyword(K::Default) {
            None
        } else if self.at_text() {
            Some(SettingValue::Literal(
                self.text_value("the name of a user")?,
            ))
        } else {
            Some(SettingValue::Word(self.name("the name of a user")?))
        };
        Ok(StatementKind::Set(Box::new(Set::Authorization {
            local,
            user,
        })))
    }

    fn setting(&mut self, local: bool) -> Parsed<StatementKind> {
        let start = self.span();
        if self.at_word("time") && self.is_word(1, "zone") {
            self.bump();
            self.bump();
            let name = SmolStr::new_static("timezone");
            let name_span = start.to(self.previous_span());
            // The page writes neither `to` nor `=` here; `local` is another word for the default.
            let values = if self.eat_keyword(K::Default) || self.eat_word("local") {
                Vec::new()
            } else {
                self.setting_values()?
            };
            return Ok(Self::set_to(local, name, name_span, values));
        }
        let name = self.setting_name()?;
        let name_span = start.to(self.previous_span());
        // The page `timezone` has an interval right behind the name.
        let bare = name == "timezone" && self.at_keyword(K::Interval);
        if !bare && !self.eat_keyword(K::To) && !self.eat(TokenKind::Equal) {
            return Err(self.unexpected(&["to", "="]));
        }
        let values = if self.eat_keyword(K::Default) {
            Vec::new()
        } else {
            self.setting_values()?
        };
        Ok(Self::set_to(local, name, name_span, values))
    }

    fn set_to(
        local: bool,
        name: SmolStr,
        name_span: crate::Span,
        values: Vec<SettingValue>,
    ) -> StatementKind {
        StatementKind::Set(Box::new(Set::Setting {
            local,
            name,
            name_span,
            values,
        }))
    }

    /// The name of a setting, with dots if it has some: `app_context.user_id`.
    fn setting_name(&mut self) -> Parsed<SmolStr> {
        let start = self.span();
        if !matches!(
            self.kind(),
            TokenKind::Word(_) | TokenKind::Quoted | TokenKind::Insertion
        ) {
            return Err(self.unexpected(&["the name of a setting"]));
        }
        let first = self.any_name("the name of a setting")?;
        if !self.at(TokenKind::Dot) {
            return Ok(first.text);
        }
        self.rest_of_name(first)?;
        Ok(fold(start.to(self.previous_span()).of(self.text)))
    }

    fn setting_values(&mut self) -> Parsed<Vec<SettingValue>> {
        self.comma_separated(|parser| match parser.kind() {
            TokenKind::Text | TokenKind::Dollar | TokenKind::Parameter | TokenKind::Position => {
                Ok(SettingValue::Literal(parser.text_value("a value")?))
            }
            TokenKind::Number | TokenKind::Minus | TokenKind::Plus => {
                Ok(SettingValue::Literal(parser.number_value()?))
            }
            TokenKind::Word(Some(K::Interval)) => Ok(SettingValue::Literal(parser.expression()?)),
            TokenKind::Word(_) | TokenKind::Quoted | TokenKind::Insertion => {
                Ok(SettingValue::Word(parser.any_name("a value")?))
            }
            _ => Err(parser.unexpected(&["a value", "default"])),
        })
    }

    /// `reset name`, `reset all`, `reset session authorization`
    pub(super) fn reset(&mut self) -> Parsed<StatementKind> {
        self.bump();
        if self.eat_keyword(K::All) {
            return Ok(StatementKind::Reset(Reset::All));
        }
        if self.at_word("session") && self.ahead(1).keyword() == Some(K::Authorization) {
            self.bump();
            self.bump();
            return Ok(StatementKind::Reset(Reset::Authorization));
        }
        if self.at_word("time") && self.is_word(1, "zone") {
            self.bump();
            self.bump();
            return Ok(StatementKind::Reset(Reset::Setting(SmolStr::new_static(
                "timezone",
            ))));
        }
        Ok(StatementKind::Reset(Reset::Setting(self.setting_name()?)))
    }

    /// Reads `use database`; schemas and roles are refused.
    pub(super) fn use_database(&mut self) -> Parsed<StatementKind> {
        self.bump();
        if self.at_word("schema")
            || self.at_word("warehouse")
            || self.at_word("role")
            || self.at_word("database")
        {
            let next = self.ahead(1);
            if Self::may_be_name(next) {
                let word = self.shown_token(self.token()).to_uppercase();
                let sentence = format!("Redshift has no USE {word}");
                let help = "write `use database_name`; for a schema, `set search_path to …`";
                return Err(self.refused(self.span(), sentence, help));
            }
        }
        Ok(StatementKind::Use(
            self.object_name("the name of a database")?,
        ))
    }
}
