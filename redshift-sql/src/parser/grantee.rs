//! Who gets a permission, and names of roles.
//!
//! Source: AWS pages `GRANT`, `REVOKE`, `Amazon Redshift system-defined roles`.
//!
//! `alice with grant option, role r, group g, public` are four grantees.

use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::token::TokenKind;
use crate::tree::{Grantee, GranteeKind, Name, OptionValue};

impl Parser<'_> {
    /// Reads grantees; whether one of them may pass the permission on.
    pub(super) fn grantees(&mut self) -> Parsed<(Vec<Grantee>, bool)> {
        let mut with_option = false;
        let grantees = self.comma_separated(|parser| {
            let grantee = parser.grantee()?;
            if parser.at_keyword(K::With) {
                parser.bump();
                parser.expect_one_of(&["grant", "admin"])?;
                parser.expect_word("option")?;
                with_option = true;
                if matches!(grantee.kind, GranteeKind::Group | GranteeKind::Public) {
                    let span = grantee.span.to(parser.previous_span());
                    let sentence = "a group or PUBLIC passes no permission on";
                    let help = "leave WITH GRANT OPTION out, or name users or roles";
                    return Err(parser.refused(span, sentence, help));
                }
            }
            Ok(grantee)
        })?;
        Ok((grantees, with_option))
    }

    /// A user, `role r`, `group g`, `public` and the like.
    pub(super) fn grantee(&mut self) -> Parsed<Grantee> {
        let start = self.span();
        let named = matches!(
            self.ahead(1).kind,
            TokenKind::Word(_) | TokenKind::Quoted | TokenKind::Insertion
        ) && self.ahead(1).keyword() != Some(K::With);
        let text = matches!(
            self.ahead(1).kind,
            TokenKind::Text | TokenKind::Parameter | TokenKind::Insertion
        );
        let (kind, name) = match self.keyword() {
            Some(K::Role) if named => {
                self.bump();
                let name = self.role_name()?;
                (GranteeKind::Role, Some(OptionValue::Word(name)))
            }
            Some(K::Group) => {
                self.bump();
                let name = self.name("the name of a group")?;
                (GranteeKind::Group, Some(OptionValue::Word(name)))
            }
            Some(K::User) => {
                let sentence = "Redshift has no USER in front of a user here";
                return Err(self.refused(start, sentence, "leave USER out"));
            }
            _ if self.at_word("public") => {
                self.bump();
                (GranteeKind::Public, None)
            }
            _ if text && self.at_word("iam_role") => {
                self.bump();
                let arn = self.text_value("the ARN of a role")?;
                (GranteeKind::IamRole, Some(OptionValue::Literal(arn)))
            }
            _ if text && self.at_word("namespace") => {
                self.bump();
                let id = self.text_value("the id of a namespace")?;
                (GranteeKind::Namespace, Some(OptionValue::Literal(id)))
            }
            _ if text && self.at_word("account") => {
                self.bump();
                let id = self.text_value("the id of an account")?;
                if self.eat_word("via") {
                    self.expect_word("data")?;
                    self.expect_word("catalog")?;
                }
                (GranteeKind::Account, Some(OptionValue::Literal(id)))
            }
            _ if self.at_words(&["rls", "policy"]) || self.at_words(&["masking", "policy"]) => {
                let rls = self.bump().span.of(self.text).eq_ignore_ascii_case("rls");
                self.bump();
                let name = self.name("the name of a policy")?;
                let kind = if rls {
                    GranteeKind::RlsPolicy
                } else {
                    GranteeKind::MaskingPolicy
                };
                (kind, Some(OptionValue::Word(name)))
            }
            _ => {
                let name = self.role_name()?;
                (GranteeKind::User, Some(OptionValue::Word(name)))
            }
        };
        Ok(Grantee {
            span: start.to(self.previous_span()),
            kind,
            name,
        })
    }

    /// The name of a role or user, with what stands in front of a colon: `sys:dba`, `aad:"a@b"`.
    pub(super) fn role_name(&mut self) -> Parsed<Name> {
        let mut name = self.name("the name of a user or role")?;
        let next = self.token();
        let adjacent = next.span.start == name.span.end;
        if adjacent && next.kind == TokenKind::Parameter {
            self.bump();
        } else if adjacent
            && next.kind == TokenKind::Colon
            && matches!(self.ahead(1).kind, TokenKind::Quoted | TokenKind::Word(_))
        {
            self.bump();
            self.bump();
        } else {
            return Ok(name);
        }
        name.span = name.span.to(self.previous_span());
        name.text = super::text::fold(&name.span.of(self.text).replace('"', ""));
        Ok(name)
    }
}
