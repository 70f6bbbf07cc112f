//! Users, groups, roles, databases, schemas, external schemas, datashares, libraries, identity
//! providers, templates, the system.
//!
//! Source: AWS pages `CREATE USER`, `ALTER USER`, `CREATE GROUP`, `ALTER GROUP`, `CREATE ROLE`, `ALTER
//! ROLE`, `CREATE DATABASE`, `ALTER DATABASE`, `CREATE SCHEMA`, `ALTER SCHEMA`, `CREATE EXTERNAL
//! SCHEMA`, `ALTER EXTERNAL SCHEMA`, `CREATE DATASHARE`, `ALTER DATASHARE`, `CREATE LIBRARY`, `CREATE
//! IDENTITY PROVIDER`, `ALTER IDENTITY PROVIDER`, `CREATE TEMPLATE`, `ALTER TEMPLATE`, `ALTER SYSTEM`.
//!
//! `create user u password disable connection limit 5` has the options `password` and `connection
//! limit`.

use smol_str::SmolStr;

use super::option::OptionRule;
use super::option_rules as rules;
use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::mistake::{Mistake, MistakeKind};
use crate::token::TokenKind;
use crate::tree::{
    AlterDatashare, CreateSchema, DatashareAction, ObjectDefinition, ObjectKind, OptionValue,
    Reset, Set, SettingValue, SharedObjects, Statement, StatementKind, StatementOption,
};

/// Something that CREATE or ALTER defines by a name and options.
struct Defined {
    words: &'static [&'static str],
    kind: ObjectKind,
    what: &'static str,
    create: Option<&'static [OptionRule]>,
    alter: Option<&'static [OptionRule]>,
}

const DEFINED: &[Defined] = &[
    Defined {
        words: &["user"],
        kind: ObjectKind::User,
        what: "the name of a user",
        create: Some(rules::CREATE_USER),
        alter: Some(rules::ALTER_USER),
    },
    Defined {
        words: &["group"],
        kind: ObjectKind::Group,
        what: "the name of a group",
        create: Some(rules::CREATE_GROUP),
        alter: Some(rules::ALTER_GROUP),
    },
    Defined {
        words: &["role"],
        kind: ObjectKind::Role,
        what: "the name of a role",
        create: Some(rules::CREATE_ROLE),
        alter: Some(rules::ALTER_ROLE),
    },
    Defined {
        words: &["database"],
        kind: ObjectKind::Database,
        what: "the name of a database",
        create: Some(rules::CREATE_DATABASE),
        alter: Some(rules::ALTER_DATABASE),
    },
    Defined {
        words: &["schema"],
        kind: ObjectKind::Schema,
        what: "the name of a schema",
        create: None,
        alter: Some(rules::ALTER_SCHEMA),
    },
    Defined {
        words: &["external", "schema"],
        kind: ObjectKind::ExternalSchema,
        what: "the name of a schema",
        create: Some(rules::CREATE_EXTERNAL_SCHEMA),
        alter: Some(rules::CREATE_EXTERNAL_SCHEMA),
    },
    Defined {
        words: &["datashare"],
        kind: ObjectKind::Datashare,
        what: "the name of a datashare",
        create: Some(rules::CREATE_DATASHARE),
        alter: None,
    },
    Defined {
        words: &["library"],
        kind: ObjectKind::Library,
        what: "the name of a library",
        create: Some(rules::CREATE_LIBRARY),
        alter: None,
    },
    Defined {
        words: &["identity", "provider"],
        kind: ObjectKind::IdentityProvider,
        what: "the name of an identity provider",
        create: Some(rules::CREATE_IDENTITY_PROVIDER),
        alter: Some(rules::ALTER_IDENTITY_PROVIDER),
    },
];

impl Parser<'_> {
    /// Reads what is defined by a name and options; nothing if no such thing stands here.
    pub(super) fn definition(
        &mut self,
        alter: bool,
        or_replace: bool,
    ) -> Parsed<Option<StatementKind>> {
        let found = DEFINED.iter().find_map(|defined| {
            let rules = if alter { defined.alter } else { defined.create };
            let rules = rules?;
            self.at_words(defined.words).then_some((defined, rules))
        });
        let Some((defined, rules)) = found else {
            return Ok(None);
        };
        self.eat_words(defined.words);
        let if_span = self.span();
        let if_not_exists = self.if_not_exists()?;
        if if_not_exists && (alter || defined.kind != ObjectKind::ExternalSchema) {
            let verb = if alter { "ALTER" } else { "CREATE" };
            let word = defined.words.join(" ").to_uppercase();
            let sentence = format!("Redshift has no {verb} {word} IF NOT EXISTS");
            return Err(self.refused(if_span, sentence, "leave IF NOT EXISTS out"));
        }
        let name = self.object_name(defined.what)?;
        let mut options = if alter && defined.kind == ObjectKind::User {
            self.user_changes(rules)?
        } else {
            self.options(rules)?
        };
        // WITH alone is filling.
        options.retain(|option| option.name != "with");
        if alter && options.is_empty() {
            return Err(self.no_option(rules));
        }
        if !alter {
            self.note_missing(defined.kind, &name, &options);
        }
        Ok(Some(StatementKind::Definition(Box::new(
            ObjectDefinition {
                alter,
                or_replace,
                if_not_exists,
                kind: defined.kind,
                name,
                options,
            },
        ))))
    }

    /// Notes an option that must be there and is not.
    fn note_missing(
        &mut self,
        kind: ObjectKind,
        name: &crate::tree::ObjectName,
        options: &[StatementOption],
    ) {
        let (missing, help) = match kind {
            ObjectKind::User => ("password", "write `password '…'` or `password disable`"),
            ObjectKind::ExternalSchema => ("from", "write `from data catalog database '…'`"),
            _ => return,
        };
        if options
            .iter()
            .any(|option| option.name.starts_with(missing))
        {
            return;
        }
        let word = missing.to_uppercase();
        let sentence = format!("{word} is missing");
        self.note(Mistake::new(MistakeKind::Syntax, name.span, sentence).help(help));
    }

    /// ALTER USER takes settings as well: `set name to value`, `reset name`.
    fn user_changes(&mut self, rules: &'static [OptionRule]) -> Parsed<Vec<StatementOption>> {
        let mut options = self.options_while(rules)?;
        let start = self.span();
        let (name, values) = if self.at_keyword(K::Set) {
            match self.set()? {
                StatementKind::Set(set) => match *set {
                    Set::Setting { name, values, .. } => {
                        let values = values.into_iter().map(|value| match value {
                            SettingValue::Literal(literal) => OptionValue::Literal(literal),
                            SettingValue::Word(word) => OptionValue::Word(word),
                        });
                        (format!("set {name}"), values.collect())
                    }
                    _ => return Err(self.unexpected(&["the name of a setting"])),
                },
                _ => return Err(self.unexpected(&["the name of a setting"])),
            }
        } else if self.at_keyword(K::Reset) {
            match self.reset()? {
                StatementKind::Reset(Reset::Setting(name)) => (format!("reset {name}"), Vec::new()),
                _ => return Err(self.unexpected(&["the name of a setting"])),
            }
        } else {
            options.extend(self.options(rules)?);
            return Ok(options);
        };
        options.push(StatementOption {
            span: start.to(self.previous_span()),
            name: SmolStr::from(name),
            values,
        });
        Ok(options)
    }

    /// `create schema …`, from SCHEMA
    pub(super) fn create_schema(&mut self) -> Parsed<StatementKind> {
        self.bump();
        let if_not_exists = self.if_not_exists()?;
        let name = if self.at_keyword(K::Authorization) {
            None
        } else {
            Some(self.object_name("the name of a schema")?)
        };
        let authorization = if self.eat_keyword(K::Authorization) {
            Some(self.name("the name of a user")?)
        } else {
            None
        };
        let options = self.options_while(rules::QUOTA)?;
        let mut elements = Vec::new();
        while matches!(self.keyword(), Some(K::Create | K::Grant)) {
            let start = self.span();
            let kind = self.deeper(Self::statement)?;
            let span = start.to(self.previous_span());
            elements.push(Statement { span, kind });
        }
        if !self.at_statement_end() {
            return Err(self.unexpected(&[";", "authorization", "quota"]));
        }
        Ok(StatementKind::CreateSchema(Box::new(CreateSchema {
            if_not_exists,
            name,
            authorization,
            options,
            elements,
        })))
    }

    /// `alter datashare …`, from DATASHARE
    pub(super) fn alter_datashare(&mut self) -> Parsed<StatementKind> {
        self.bump();
        let name = self.object_name("the name of a datashare")?;
        let action = match self.keyword() {
            Some(K::Add | K::Remove) => {
                let add = self.bump().keyword() == Some(K::Add);
                let objects = self.shared_objects()?;
                DatashareAction::Objects { add, objects }
            }
            Some(K::Set) => {
                self.bump();
                let options = self.options(rules::DATASHARE_SET)?;
                if options.is_empty() {
                    return Err(self.no_option(rules::DATASHARE_SET));
                }
                DatashareAction::Set(options)
            }
            _ => return Err(self.unexpected(&["add", "remove", "set"])),
        };
        Ok(StatementKind::AlterDatashare(Box::new(AlterDatashare {
            name,
            action,
        })))
    }

    fn shared_objects(&mut self) -> Parsed<SharedObjects> {
        let table = |parser: &mut Self| parser.object_name("the name of a table");
        let schema = |parser: &mut Self| parser.object_name("the name of a schema");
        match self.keyword() {
            Some(K::Table) => {
                self.bump();
                Ok(SharedObjects::Tables(self.comma_separated(table)?))
            }
            Some(K::Schema) => {
                self.bump();
                Ok(SharedObjects::Schemas(self.comma_separated(schema)?))
            }
            Some(K::Function) => {
                self.bump();
                let functions = self.comma_separated(Self::routine_name)?;
                Ok(SharedObjects::Functions(functions))
            }
            Some(K::All) => {
                self.bump();
                let tables = self.expect_one_of(&["tables", "functions"])? == 0;
                self.expect_keyword(K::In)?;
                self.expect_keyword(K::Schema)?;
                let schemas = self.comma_separated(schema)?;
                Ok(if tables {
                    SharedObjects::AllTables(schemas)
                } else {
                    SharedObjects::AllFunctions(schemas)
                })
            }
            _ => Err(self.unexpected(&["table", "schema", "function", "all"])),
        }
    }

    /// `create [or replace] template name for copy [as] …`, from TEMPLATE
    pub(super) fn create_template(&mut self, or_replace: bool) -> Parsed<StatementKind> {
        self.bump();
        let name = self.object_name("the name of a template")?;
        self.expect_keyword(K::For)?;
        self.expect_keyword(K::Copy)?;
        self.eat_keyword(K::As);
        let options = self.template_parameters()?;
        Ok(Self::template(false, or_replace, name, options))
    }

    /// Parameters of COPY: a word, and a value behind it where it has one.
    fn template_parameters(&mut self) -> Parsed<Vec<StatementOption>> {
        let mut options = Vec::new();
        while !self.at_statement_end() {
            options.push(self.template_parameter()?);
            self.eat(TokenKind::Comma);
        }
        Ok(options)
    }

    fn template_parameter(&mut self) -> Parsed<StatementOption> {
        let start = self.span();
        let word = self.any_name("a parameter of COPY")?;
        self.eat_keyword(K::As);
        let values = match self.kind() {
            TokenKind::Text | TokenKind::Dollar | TokenKind::Insertion => {
                vec![OptionValue::Literal(self.text_value("a value")?)]
            }
            TokenKind::Number | TokenKind::Minus => {
                vec![OptionValue::Literal(self.number_value()?)]
            }
            _ if word.is("format") || word.is("encoding") => {
                vec![OptionValue::Word(self.any_name("a format")?)]
            }
            _ => {
                let word = ["on", "off", "true", "false"];
                let found = word.iter().any(|word| self.at_word(word));
                if found {
                    vec![OptionValue::Word(self.any_name("a value")?)]
                } else {
                    Vec::new()
                }
            }
        };
        Ok(StatementOption {
            span: start.to(self.previous_span()),
            name: word.text,
            values,
        })
    }

    /// `alter template name …`, from TEMPLATE
    pub(super) fn alter_template(&mut self) -> Parsed<StatementKind> {
        self.bump();
        let name = self.object_name("the name of a template")?;
        let start = self.span();
        let options = match self.keyword() {
            Some(K::Rename) => self.options(rules::RENAME)?,
            Some(K::Add | K::Drop) => {
                let add = self.bump().keyword() == Some(K::Add);
                let mut option = self.template_parameter()?;
                let verb = if add { "add" } else { "drop" };
                option.name = SmolStr::from(format!("{verb} {}", option.name));
                option.span = start.to(option.span);
                vec![option]
            }
            Some(K::Set) => {
                self.bump();
                self.comma_separated(|parser| {
                    let start = parser.span();
                    let word = parser.any_name("a parameter of COPY")?;
                    parser.expect_keyword(K::To)?;
                    let value = match parser.kind() {
                        TokenKind::Number | TokenKind::Minus => {
                            OptionValue::Literal(parser.number_value()?)
                        }
                        TokenKind::Word(_) => OptionValue::Word(parser.any_name("a value")?),
                        _ => OptionValue::Literal(parser.text_value("a value")?),
                    };
                    Ok(StatementOption {
                        span: start.to(parser.previous_span()),
                        name: SmolStr::from(format!("set {}", word.text)),
                        values: vec![value],
                    })
                })?
            }
            _ if self.at_word("owner") => self.options(rules::RENAME)?,
            _ => return Err(self.unexpected(&["rename", "owner", "add", "drop", "set"])),
        };
        Ok(Self::template(true, false, name, options))
    }

    fn template(
        alter: bool,
        or_replace: bool,
        name: crate::tree::ObjectName,
        options: Vec<StatementOption>,
    ) -> StatementKind {
        StatementKind::Definition(Box::new(ObjectDefinition {
            alter,
            or_replace,
            if_not_exists: false,
            kind: ObjectKind::Template,
            name,
            options,
        }))
    }

    /// `alter system set name = value`, from SYSTEM
    pub(super) fn alter_system(&mut self) -> Parsed<StatementKind> {
        self.bump();
        if !self.at_keyword(K::Set) {
            return Err(self.unexpected(&["set"]));
        }
        match self.set()? {
            StatementKind::Set(set) => Ok(StatementKind::AlterSystem(set)),
            _ => Err(self.unexpected(&["set"])),
        }
    }
}
