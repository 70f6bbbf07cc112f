//! Values of options, and the options that COPY, UNLOAD and external functions share.
//!
//! In: `iam_role default`, out: [`Authorization::DefaultRole`].
//!
//! Source: AWS page `Authorization parameters`.

use smol_str::SmolStr;

use super::text::fold;
use super::{Parsed, Parser};
use crate::Span;
use crate::keyword::Keyword as K;
use crate::mistake::{Mistake, MistakeKind};
use crate::token::TokenKind;
use crate::tree::{Authorization, OptionNumber, OptionText, OptionTextKind, SizeUnit};

impl Parser<'_> {
    /// The word that an option begins with, in lower case.
    pub(super) fn option_word(&self) -> Option<SmolStr> {
        let token = self.token();
        matches!(token.kind, TokenKind::Word(_)).then(|| fold(self.text_of(token)))
    }

    /// Reads `[as] 'text'`; where it is missing, the mistake asks for `what`.
    pub(super) fn option_text(&mut self, what: &str) -> Parsed<OptionText> {
        self.eat_keyword(K::As);
        match self.try_option_text()? {
            Some(text) => Ok(text),
            None => Err(self.unexpected(&[what])),
        }
    }

    /// A text, if one stands here.
    pub(super) fn try_option_text(&mut self) -> Parsed<Option<OptionText>> {
        let token = self.token();
        let written = self.text_of(token);
        let kind = match token.kind {
            TokenKind::Text | TokenKind::Dollar => {
                let literals = self.literal("a text")?;
                OptionTextKind::Literal(self.value_of(&literals).into_boxed_str())
            }
            TokenKind::Parameter => {
                self.bump();
                OptionTextKind::Parameter(SmolStr::new(written.trim_start_matches(':')))
            }
            TokenKind::Insertion => {
                self.bump();
                OptionTextKind::Insertion(SmolStr::new(written))
            }
            _ => return Ok(None),
        };
        let span = token.span.to(self.previous_span());
        Ok(Some(OptionText { span, kind }))
    }

    /// Reads `[as] 5`; a number must be there.
    pub(super) fn option_number(&mut self) -> Parsed<OptionNumber> {
        self.eat_keyword(K::As);
        match self.try_option_number() {
            Some(number) => Ok(number),
            None => Err(self.unexpected(&["a number"])),
        }
    }

    /// A number, if one stands here.
    pub(super) fn try_option_number(&mut self) -> Option<OptionNumber> {
        let token = self.token();
        let value = match token.kind {
            TokenKind::Number => Some(SmolStr::new(self.text_of(token))),
            TokenKind::Parameter | TokenKind::Insertion => None,
            _ => return None,
        };
        self.bump();
        Some(OptionNumber {
            span: token.span,
            value,
        })
    }

    /// A whole number within limits.
    pub(super) fn option_number_within(
        &mut self,
        name: &str,
        least: u64,
        most: u64,
    ) -> Parsed<OptionNumber> {
        let number = self.option_number()?;
        if number.value.is_some()
            && !number
                .whole()
                .is_some_and(|whole| (least..=most).contains(&whole))
        {
            let sentence = format!("`{name}` takes a whole number from {least} to {most}");
            let mistake = Mistake::new(MistakeKind::Syntax, number.span, sentence);
            return Err(Box::new(mistake));
        }
        Ok(number)
    }

    /// `on`, `true`, `off`, `false`; `default` where nothing stands.
    pub(super) fn option_switch(&mut self, default: bool) -> bool {
        for (word, on) in [
            ("on", true),
            ("true", true),
            ("off", false),
            ("false", false),
        ] {
            if self.eat_word(word) {
                return on;
            }
        }
        default
    }

    /// `kb`, `mb`, `gb`, or nothing.
    pub(super) fn size_unit(&mut self) -> Option<SizeUnit> {
        let unit = match self.option_word()?.as_str() {
            "kb" => SizeUnit::Kilobytes,
            "mb" => SizeUnit::Megabytes,
            "gb" => SizeUnit::Gigabytes,
            _ => return None,
        };
        self.bump();
        Some(unit)
    }

    /// Reads an authorization, if one begins here.
    pub(super) fn authorization(&mut self) -> Parsed<Option<Authorization>> {
        let Some(word) = self.option_word() else {
            return Ok(None);
        };
        let key = match word.as_str() {
            "iam_role" => {
                self.bump();
                return self.role().map(Some);
            }
            "credentials" => {
                self.bump();
                // Examples of the page `COPY from Amazon EMR` write `credentials iam_role '…'`.
                if self.eat_word("iam_role") {
                    return self.role().map(Some);
                }
                let text = self.option_text("a text such as 'aws_iam_role=arn:…'")?;
                return Ok(Some(Authorization::Credentials(text)));
            }
            "access_key_id" => Authorization::AccessKeyId,
            "secret_access_key" => Authorization::SecretAccessKey,
            "session_token" => Authorization::SessionToken,
            _ => return Ok(None),
        };
        self.bump();
        Ok(Some(key(self.option_text("a text in quotes")?)))
    }

    /// Reads a role: `default` or `'arn:…'`.
    pub(super) fn role(&mut self) -> Parsed<Authorization> {
        if self.eat_keyword(K::Default) {
            return Ok(Authorization::DefaultRole);
        }
        match self.try_option_text()? {
            Some(text) => Ok(Authorization::Role(text)),
            None => Err(self.unexpected(&["default", "a text with the ARN of a role"])),
        }
    }

    /// An option that the statement does not have.
    pub(super) fn unknown_option(
        &self,
        statement: &str,
        known: &[&str],
        elsewhere: &[(&str, &str)],
    ) -> Box<Mistake> {
        let token = self.token();
        let Some(word) = self.option_word() else {
            return self.unexpected(&["an option"]);
        };
        let help = elsewhere.iter().find(|(other, _)| word == *other);
        if let Some((_, help)) = help {
            let sentence = format!("Redshift's {statement} has no option `{word}`");
            return self.refused(token.span, sentence, *help);
        }
        let sentence = format!("{statement} has no option `{}`", self.shown_token(token));
        let mistake = Mistake::new(MistakeKind::Syntax, token.span, sentence);
        Box::new(match super::expected::nearest(&word, known) {
            Some(nearest) => mistake.help(format!("did you mean `{nearest}`?")),
            None => mistake.help(format!(
                "look up the options of {statement} in its AWS page"
            )),
        })
    }

    /// Two options that cannot stand together.
    pub(super) fn conflicting(first: &str, second: &str, span: Span) -> Mistake {
        let (sentence, help) = if first == second {
            (
                format!("`{first}` stands here twice"),
                "leave one out".to_owned(),
            )
        } else {
            (
                format!("`{second}` cannot stand together with `{first}`"),
                format!("leave out `{first}` or `{second}`"),
            )
        };
        Mistake::new(MistakeKind::Syntax, span, sentence).help(help)
    }
}

impl Authorization {
    /// The option that it is written with.
    pub(super) fn option_name(&self) -> &'static str {
        match self {
            Self::DefaultRole | Self::Role(_) => "iam_role",
            Self::AccessKeyId(_) => "access_key_id",
            Self::SecretAccessKey(_) => "secret_access_key",
            Self::SessionToken(_) => "session_token",
            Self::Credentials(_) => "credentials",
        }
    }
}

/// Authorizations that cannot stand together (AWS page: `Authorization parameters`).
pub(super) const AUTHORIZATION_CONFLICTS: &[(&str, &str)] = &[
    ("iam_role", "credentials"),
    ("iam_role", "access_key_id"),
    ("iam_role", "secret_access_key"),
    ("iam_role", "session_token"),
    ("credentials", "access_key_id"),
    ("credentials", "secret_access_key"),
    ("credentials", "session_token"),
];
