//! Policies of masking and of rows.
//!
//! Source: AWS pages `CREATE MASKING POLICY`, `ALTER MASKING POLICY`, `ATTACH MASKING POLICY`, `DETACH
//! MASKING POLICY`, `CREATE RLS POLICY`, `ALTER RLS POLICY`, `ATTACH RLS POLICY`, `DETACH RLS POLICY`.
//!
//! `create rls policy p with (region varchar(10)) using (region = 'eu')` looks at one column.

use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::token::TokenKind;
use crate::tree::{AttachPolicy, Name, ObjectKind, Policy, StatementKind};

impl Parser<'_> {
    /// Whether `masking policy` or `rls policy` stands here; reads it.
    pub(super) fn policy_kind(&mut self) -> Option<ObjectKind> {
        if self.eat_words(&["masking", "policy"]) {
            Some(ObjectKind::MaskingPolicy)
        } else if self.eat_words(&["rls", "policy"]) {
            Some(ObjectKind::RlsPolicy)
        } else {
            None
        }
    }

    /// Reads from the name to the end of CREATE or ALTER.
    pub(super) fn policy(&mut self, alter: bool, kind: ObjectKind) -> Parsed<StatementKind> {
        let before = !alter && self.if_not_exists()?;
        let name = self.object_name("the name of a policy")?;
        let if_not_exists = before || (!alter && self.if_not_exists()?);
        let mut columns = Vec::new();
        let mut alias = None;
        if !alter && self.eat_keyword(K::With) {
            columns = self.in_parentheses(|parser| {
                let name = parser.name("the name of a column")?;
                Ok((name, parser.type_name()?))
            })?;
            alias = self.policy_alias()?;
        } else if !alter && kind == ObjectKind::MaskingPolicy {
            return Err(self.unexpected(&["with"]));
        }
        if !self.eat_keyword(K::Using) {
            return Err(self.unexpected(if alter {
                &["using"]
            } else {
                &["using", "with"]
            }));
        }
        let using = self.in_parentheses(Self::expression)?;
        if let (ObjectKind::RlsPolicy, Some(second)) = (kind, using.get(1)) {
            let sentence = "a policy of rows has one condition";
            let help = "join the conditions with AND or OR";
            return Err(self.refused(second.span, sentence, help));
        }
        Ok(StatementKind::Policy(Box::new(Policy {
            alter,
            kind,
            if_not_exists,
            name,
            columns,
            alias,
            using,
        })))
    }

    fn policy_alias(&mut self) -> Parsed<Option<Name>> {
        if self.eat_keyword(K::As) {
            return self.name("a name").map(Some);
        }
        if self.at_name() && !self.at_keyword(K::Using) {
            return self.name("a name").map(Some);
        }
        Ok(None)
    }

    /// `attach …`, `detach …`
    pub(super) fn attach(&mut self) -> Parsed<StatementKind> {
        let detach = self.bump().keyword() == Some(K::Detach);
        let Some(kind) = self.policy_kind() else {
            if self.at_keyword(K::Database) || self.at(TokenKind::Text) {
                let sentence = "Redshift attaches no databases";
                let help = "name the database in front of the schema, `db.schema.table`, or create an external schema";
                return Err(self.refused(self.span(), sentence, help));
            }
            return Err(self.unexpected(&["masking", "rls"]));
        };
        let name = self.object_name("the name of a policy")?;
        self.expect_keyword(K::On)?;
        self.eat_keyword(K::Table);
        let tables = self.comma_separated(|parser| parser.object_name("the name of a table"))?;
        let mut policy = AttachPolicy {
            detach,
            kind,
            name,
            tables,
            columns: Vec::new(),
            using: Vec::new(),
            grantees: Vec::new(),
            priority: None,
        };
        if kind == ObjectKind::MaskingPolicy {
            policy.columns = self.in_parentheses(Self::expression)?;
            if !detach && self.eat_keyword(K::Using) {
                policy.using = self.in_parentheses(Self::expression)?;
            }
        }
        if detach {
            self.expect_keyword(K::From)?;
        } else {
            self.expect_keyword(K::To)?;
        }
        policy.grantees = self.grantees()?.0;
        if kind == ObjectKind::MaskingPolicy && !detach && self.eat_word("priority") {
            policy.priority = Some(self.number_value()?);
        }
        Ok(StatementKind::AttachPolicy(Box::new(policy)))
    }
}
