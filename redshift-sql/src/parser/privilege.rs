//! GRANT, REVOKE and ALTER DEFAULT PRIVILEGES.
//!
//! Source: AWS pages `GRANT`, `REVOKE`, `ALTER DEFAULT PRIVILEGES`, `Scoped permissions`.
//!
//! `grant select, update (a) on t to role r, public` has two privileges, a table and two grantees.

use smol_str::SmolStr;

use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::token::TokenKind;
use crate::tree::{
    AlterDefaultPrivileges, DefaultPrivileges, Grant, GrantKind, GrantObjects, OptionValue,
    Privilege, Revoke, RoutineName, StatementKind,
};

/// Privileges by their words, the longer ones first.
const PRIVILEGES: &[&str] = &[
    "create or replace external function",
    "create or replace function",
    "create or replace procedure",
    "create or replace view",
    "create user",
    "drop user",
    "alter user",
    "create schema",
    "drop schema",
    "alter schema",
    "alter default privileges",
    "access catalog",
    "access system table",
    "create table",
    "drop table",
    "alter table",
    "alter table row level security",
    "create function",
    "drop function",
    "create procedure",
    "drop procedure",
    "create view",
    "drop view",
    "create external function",
    "create model",
    "drop model",
    "create datashare",
    "alter datashare",
    "drop datashare",
    "create library",
    "drop library",
    "create role",
    "drop role",
    "alter role",
    "create database",
    "truncate table",
    "explain rls",
    "ignore rls",
    "explain masking",
    "select",
    "insert",
    "update",
    "delete",
    "drop",
    "references",
    "alter",
    "truncate",
    "create",
    "temporary",
    "temp",
    "usage",
    "execute",
    "share",
    "assumerole",
    "vacuum",
    "analyze",
    "cancel",
    "debug",
    "all",
];

/// Kinds of things: words, the kind, what its name is called, its privileges.
struct Granted {
    words: &'static [&'static str],
    kind: GrantKind,
    what: &'static str,
    privileges: &'static [&'static str],
}

const TABLE_PRIVILEGES: &[&str] = &[
    "select",
    "insert",
    "update",
    "delete",
    "drop",
    "references",
    "alter",
    "truncate",
];

const GRANTED: &[Granted] = &[
    Granted {
        words: &["table"],
        kind: GrantKind::Table,
        what: "the name of a table",
        privileges: TABLE_PRIVILEGES,
    },
    Granted {
        words: &["database"],
        kind: GrantKind::Database,
        what: "the name of a database",
        privileges: &[
            "create",
            "temporary",
            "temp",
            "usage",
            "alter",
            "drop",
            "debug",
        ],
    },
    Granted {
        words: &["schema"],
        kind: GrantKind::Schema,
        what: "the name of a schema",
        privileges: &["create", "usage", "alter", "drop"],
    },
    Granted {
        words: &["function"],
        kind: GrantKind::Function,
        what: "the name of a function",
        privileges: &["execute"],
    },
    Granted {
        words: &["procedure"],
        kind: GrantKind::Procedure,
        what: "the name of a procedure",
        privileges: &["execute"],
    },
    Granted {
        words: &["language"],
        kind: GrantKind::Language,
        what: "the name of a language",
        privileges: &["usage"],
    },
    Granted {
        words: &["model"],
        kind: GrantKind::Model,
        what: "the name of a model",
        privileges: &["execute"],
    },
    Granted {
        words: &["datashare"],
        kind: GrantKind::Datashare,
        what: "the name of a datashare",
        privileges: &["alter", "share", "usage"],
    },
    Granted {
        words: &["external", "table"],
        kind: GrantKind::ExternalTable,
        what: "the name of a table",
        privileges: &["select", "alter", "drop", "delete", "insert"],
    },
    Granted {
        words: &["external", "schema"],
        kind: GrantKind::ExternalSchema,
        what: "the name of a schema",
        privileges: &["create", "alter", "drop", "usage"],
    },
    Granted {
        words: &["copy", "job"],
        kind: GrantKind::CopyJob,
        what: "the name of a job",
        privileges: &["alter", "drop"],
    },
    Granted {
        words: &["template"],
        kind: GrantKind::Template,
        what: "the name of a template",
        privileges: &["usage", "alter", "drop"],
    },
];

/// Kinds in the plural: of scoped permissions, `on all … in schema`, and default privileges.
const PLURALS: &[(&[&str], GrantKind)] = &[
    (&["tables"], GrantKind::Table),
    (&["functions"], GrantKind::Function),
    (&["procedures"], GrantKind::Procedure),
    (&["schemas"], GrantKind::Schema),
    (&["languages"], GrantKind::Language),
    (&["copy", "jobs"], GrantKind::CopyJob),
    (&["templates"], GrantKind::Template),
];

/// Commands that assume a role.
const COMMANDS: &[&str] = &["all", "copy", "unload", "external function", "create model"];

impl Parser<'_> {
    /// Reads `grant …` in all its forms.
    pub(super) fn grant(&mut self) -> Parsed<StatementKind> {
        Ok(StatementKind::Grant(Box::new(self.grant_clause()?)))
    }

    /// Reads `revoke …` in all its forms.
    pub(super) fn revoke(&mut self) -> Parsed<StatementKind> {
        Ok(StatementKind::Revoke(Box::new(self.revoke_clause()?)))
    }

    fn grant_clause(&mut self) -> Parsed<Grant> {
        self.bump();
        let privileges = self.privileges()?;
        let objects = self.grant_objects(&privileges)?;
        if !self.at_keyword(K::To) {
            return Err(self.behind_privileges(&objects, "to"));
        }
        self.bump();
        let (grantees, with_option) = self.grantees()?;
        let commands = self.role_commands(&objects)?;
        Ok(Grant {
            privileges,
            objects,
            grantees,
            with_option,
            commands,
        })
    }

    fn revoke_clause(&mut self) -> Parsed<Revoke> {
        self.bump();
        let mut option_only = false;
        for option in ["grant", "admin"] {
            if self.at_words(&[option, "option", "for"]) {
                option_only = self.eat_words(&[option, "option", "for"]);
            }
        }
        let privileges = self.privileges()?;
        let objects = self.grant_objects(&privileges)?;
        if !self.at_keyword(K::From) {
            return Err(self.behind_privileges(&objects, "from"));
        }
        self.bump();
        let (grantees, _) = self.grantees()?;
        let commands = self.role_commands(&objects)?;
        let behavior = self.behavior()?;
        Ok(Revoke {
            option_only,
            privileges,
            objects,
            grantees,
            commands,
            behavior,
        })
    }

    fn behind_privileges(&self, objects: &GrantObjects, word: &str) -> Box<crate::Mistake> {
        if matches!(objects, GrantObjects::None) {
            return self.unexpected(&["on", word, ",", "for"]);
        }
        self.unexpected(&[word, ","])
    }

    fn privileges(&mut self) -> Parsed<Vec<Privilege>> {
        self.comma_separated(Self::privilege)
    }

    /// A privilege, `role name`, or the bare name of a role.
    fn privilege(&mut self) -> Parsed<Privilege> {
        let start = self.span();
        if self.at_keyword(K::Role) && self.ahead(1).keyword() != Some(K::To) {
            self.bump();
            let role = self.role_name()?;
            return Ok(Privilege {
                span: start.to(self.previous_span()),
                kind: SmolStr::new_static("role"),
                columns: Vec::new(),
                role: Some(role),
            });
        }
        let found = PRIVILEGES
            .iter()
            .filter(|words| {
                let mut words = words.split(' ').enumerate();
                words.all(|(index, word)| self.is_word(index, word))
            })
            .max_by_key(|words| words.len());
        let Some(words) = found else {
            // The page `DROP ROLE` grants a role by its bare name.
            let next = self.ahead(1);
            let ends =
                matches!(next.keyword(), Some(K::To | K::From)) || next.kind == TokenKind::Comma;
            if self.at_name() && ends {
                let role = self.role_name()?;
                return Ok(Privilege {
                    span: start.to(self.previous_span()),
                    kind: SmolStr::new_static("role"),
                    columns: Vec::new(),
                    role: Some(role),
                });
            }
            let firsts: Vec<&str> = ["select", "insert", "update", "delete", "all", "role"]
                .into_iter()
                .chain(
                    PRIVILEGES
                        .iter()
                        .filter_map(|words| words.split(' ').next()),
                )
                .collect();
            return Err(self.unexpected(&firsts));
        };
        for word in words.split(' ') {
            self.expect_word(word)?;
        }
        if *words == "all" && !self.eat_word("privileges") {
            self.eat_word("permissions");
        }
        let columns = if self.at(TokenKind::LeftParenthesis) {
            if !matches!(*words, "select" | "update" | "all") {
                let sentence = format!("{} is not limited to columns", words.to_uppercase());
                let help = "SELECT, UPDATE and ALL may have columns";
                return Err(self.refused(self.span(), sentence, help));
            }
            self.names_in_parentheses("the name of a column")?
        } else {
            Vec::new()
        };
        Ok(Privilege {
            span: start.to(self.previous_span()),
            kind: SmolStr::new_static(words),
            columns,
            role: None,
        })
    }

    fn grant_objects(&mut self, privileges: &[Privilege]) -> Parsed<GrantObjects> {
        if self.at_keyword(K::For) {
            self.bump();
            return self.scoped_objects();
        }
        if !self.eat_keyword(K::On) {
            return Ok(GrantObjects::None);
        }
        if privileges.iter().any(|found| found.kind == "assumerole") {
            return self.iam_roles();
        }
        if self.at_keyword(K::All) {
            self.bump();
            let kind = self.plural()?;
            self.expect_keyword(K::In)?;
            self.expect_keyword(K::Schema)?;
            let schemas = self.comma_separated(|p| p.object_name("the name of a schema"))?;
            self.check_privileges(privileges, kind)?;
            return Ok(GrantObjects::AllInSchemas { kind, schemas });
        }
        for (words, kind) in PLURALS {
            let behind = self.ahead(words.len()).keyword();
            if self.at_words(words) && matches!(behind, Some(K::To | K::From)) {
                self.eat_words(words);
                self.check_privileges(privileges, *kind)?;
                return Ok(GrantObjects::New(*kind));
            }
        }
        let granted = GRANTED.iter().find(|granted| {
            let behind = self.ahead(granted.words.len());
            self.at_words(granted.words)
                && behind.kind != TokenKind::Comma
                && behind.kind != TokenKind::Dot
                && !matches!(behind.keyword(), Some(K::To | K::From))
        });
        let table = GRANTED.first();
        let Some(granted) = granted.or(table) else {
            return Err(self.unexpected(&["the name of a table"]));
        };
        if self.at_words(granted.words)
            && (granted.kind != GrantKind::Table || self.at_keyword(K::Table))
        {
            self.eat_words(granted.words);
        }
        let kind = granted.kind;
        self.check_privileges(privileges, kind)?;
        if matches!(kind, GrantKind::Function | GrantKind::Procedure) {
            let routines = self.comma_separated(Self::routine_name)?;
            return Ok(GrantObjects::Routines { kind, routines });
        }
        let names = self.comma_separated(|parser| parser.object_name(granted.what))?;
        Ok(GrantObjects::Named { kind, names })
    }

    /// Refuses a privilege that things of a kind do not have.
    fn check_privileges(&self, privileges: &[Privilege], kind: GrantKind) -> Parsed<()> {
        let Some(granted) = GRANTED.iter().find(|granted| granted.kind == kind) else {
            return Ok(());
        };
        let known = |found: &Privilege| {
            found.kind == "all" || granted.privileges.contains(&found.kind.as_str())
        };
        let Some(wrong) = privileges.iter().find(|found| !known(found)) else {
            return Ok(());
        };
        let name = granted.words.join(" ");
        let written = wrong.span.of(self.text);
        let sentence = format!("`{written}` is no privilege on a {name}");
        let help = format!("a {name} has {}", granted.privileges.join(", "));
        Err(self.refused(wrong.span, sentence, help))
    }

    /// `tables in schema s [database d]`, `schemas in database d`
    fn scoped_objects(&mut self) -> Parsed<GrantObjects> {
        let kind = self.plural()?;
        self.expect_keyword(K::In)?;
        let mut schema = None;
        let mut database = None;
        if kind != GrantKind::Schema && self.eat_keyword(K::Schema) {
            schema = Some(self.object_name("the name of a schema")?);
            if self.eat_keyword(K::Database) {
                database = Some(self.object_name("the name of a database")?);
            }
        } else if self.eat_keyword(K::Database) {
            database = Some(self.object_name("the name of a database")?);
        } else {
            return Err(self.unexpected(&["schema", "database"]));
        }
        Ok(GrantObjects::Scoped {
            kind,
            schema,
            database,
        })
    }

    fn plural(&mut self) -> Parsed<GrantKind> {
        for (words, kind) in PLURALS {
            if self.eat_words(words) {
                return Ok(*kind);
            }
        }
        let words: Vec<&str> = PLURALS
            .iter()
            .filter_map(|(words, _)| words.first().copied())
            .collect();
        Err(self.unexpected(&words))
    }

    fn iam_roles(&mut self) -> Parsed<GrantObjects> {
        let roles = self.comma_separated(|parser| match parser.keyword() {
            Some(K::Default | K::All) => {
                let token = parser.bump();
                Ok(OptionValue::Word(parser.name_of(token)))
            }
            _ if parser.at_text() => Ok(OptionValue::Literal(parser.text_value("a role")?)),
            _ => Err(parser.unexpected(&["the ARN of a role in single quotes", "default", "all"])),
        })?;
        Ok(GrantObjects::IamRoles(roles))
    }

    /// `for copy, unload`, of ASSUMEROLE
    fn role_commands(&mut self, objects: &GrantObjects) -> Parsed<Vec<SmolStr>> {
        if !matches!(objects, GrantObjects::IamRoles(_)) {
            return Ok(Vec::new());
        }
        self.expect_keyword(K::For)?;
        self.comma_separated(|parser| {
            let found = COMMANDS.iter().find(|command| {
                let words: Vec<&str> = command.split(' ').collect();
                parser.at_words(&words)
            });
            let Some(command) = found else {
                return Err(parser.unexpected(&["all", "copy", "unload", "external", "create"]));
            };
            for word in command.split(' ') {
                parser.expect_word(word)?;
            }
            Ok(SmolStr::new_static(command))
        })
    }

    /// Reads `name(argument, …)`; the brackets may be left out.
    pub(super) fn routine_name(&mut self) -> Parsed<RoutineName> {
        let name = self.object_name("the name of a function or procedure")?;
        let mut arguments = None;
        if self.eat(TokenKind::LeftParenthesis) {
            let mut types = Vec::new();
            while !self.at(TokenKind::RightParenthesis) {
                types.push(self.granted_argument()?);
                if !self.eat(TokenKind::Comma) {
                    break;
                }
            }
            self.close_parenthesis()?;
            arguments = Some(types);
        }
        Ok(RoutineName {
            span: name.span.to(self.previous_span()),
            name,
            arguments,
        })
    }

    /// `[name] [mode] type`, `[mode] [name] type`; the mode and the name say nothing here.
    fn granted_argument(&mut self) -> Parsed<crate::tree::TypeName> {
        let mode = |parser: &mut Self| {
            let behind = parser.ahead(1).kind;
            let modes = ["in", "out", "inout"];
            if modes.iter().any(|mode| parser.at_word(mode))
                && !matches!(behind, TokenKind::Comma | TokenKind::RightParenthesis)
            {
                parser.bump();
            }
        };
        mode(self);
        let start = self.position();
        if let Ok(found) = self.type_name()
            && matches!(self.kind(), TokenKind::Comma | TokenKind::RightParenthesis)
        {
            return Ok(found);
        }
        self.back_to(start);
        self.any_name("the name of an argument")?;
        mode(self);
        self.type_name()
    }

    /// `alter default privileges …`, from DEFAULT
    pub(super) fn alter_default_privileges(&mut self) -> Parsed<StatementKind> {
        self.bump();
        self.expect_word("privileges")?;
        let mut users = Vec::new();
        if self.eat_keyword(K::For) {
            if self.at_keyword(K::Role) {
                let sentence = "default privileges are those of users";
                return Err(self.refused(self.span(), sentence, "write `for user …`"));
            }
            self.expect_keyword(K::User)?;
            users = self.comma_separated(|parser| parser.name("the name of a user"))?;
        }
        let mut schemas = Vec::new();
        if self.eat_keyword(K::In) {
            self.expect_keyword(K::Schema)?;
            schemas = self.comma_separated(|p| p.object_name("the name of a schema"))?;
        }
        let start = self.span();
        let change = match self.keyword() {
            Some(K::Grant) => DefaultPrivileges::Grant(self.grant_clause()?),
            Some(K::Revoke) => DefaultPrivileges::Revoke(self.revoke_clause()?),
            _ => return Err(self.unexpected(&["grant", "revoke", "for user", "in schema"])),
        };
        let (DefaultPrivileges::Grant(Grant { objects, .. })
        | DefaultPrivileges::Revoke(Revoke { objects, .. })) = &change;
        if !matches!(objects, GrantObjects::New(_)) {
            let sentence = "default privileges are on all new tables, functions or procedures";
            let help = "write `on tables`, `on functions` or `on procedures`";
            let span = start.to(self.previous_span());
            return Err(self.refused(span, sentence, help));
        }
        Ok(StatementKind::AlterDefaultPrivileges(Box::new(
            AlterDefaultPrivileges {
                users,
                schemas,
                change,
            },
        )))
    }
}
