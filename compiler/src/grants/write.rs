//! The script of GRANTs.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use redshift_sql::lineage::AssumedRole;

use super::GrantRecipient;
use super::names;
use super::needs::Needs;
use crate::pipeline::Pipeline;
use crate::script::quoted_name;
use crate::stack::USER_OF_ROLE;

/// Writes the script: GRANTs by kind of object, and comments for what no GRANT gives.
pub fn write(pipeline: &Pipeline, needs: &Needs, grantee: &GrantRecipient) -> String {
    let mut script = Script {
        text: String::new(),
        grantee: match grantee {
            GrantRecipient::User(name) | GrantRecipient::Placeholder(name) => quoted_name(name),
            GrantRecipient::Role(name) => format!("role {}", quoted_name(name)),
        },
    };
    script.head(pipeline, grantee);
    script.grants(pipeline, needs);
    script.rest(needs);
    script.text
}

struct Script {
    text: String,
    grantee: String,
}

impl Script {
    /// A line of comment. A name may hold whatever a quoted name holds, a line's end included.
    fn comment(&mut self, words: &str) {
        let line: String = words
            .chars()
            .map(|character| {
                if character.is_control() {
                    ' '
                } else {
                    character
                }
            })
            .collect();
        self.text.push_str("-- ");
        self.text.push_str(&line);
        self.text.push('\n');
    }

    fn blank(&mut self) {
        self.text.push('\n');
    }

    /// `grant <what> to <grantee><behind>;  -- steps`
    fn grant(&mut self, what: &str, behind: &str, steps: &BTreeSet<String>) {
        let steps = steps.iter().map(String::as_str).collect::<Vec<_>>();
        // Writing into text cannot fail.
        let _ = writeln!(
            self.text,
            "grant {what} to {}{behind}; -- {}",
            self.grantee,
            steps.join(", ")
        );
    }

    fn head(&mut self, pipeline: &Pipeline, grantee: &GrantRecipient) {
        self.comment(&format!(
            "What the steps of `{}` need in the database `{}`, as far as their SQL tells.",
            pipeline.name, pipeline.warehouse.database
        ));
        self.comment("A superuser runs this there, or whoever owns what is named.");
        let name = self.grantee.clone();
        match grantee {
            GrantRecipient::User(user) if user.starts_with(USER_OF_ROLE) => self.comment(&format!(
                "The user is there from its first connection on; before it: create user {name} password disable;"
            )),
            GrantRecipient::User(_) => self.comment(&format!(
                "The user must be there: create user {name} password disable;"
            )),
            GrantRecipient::Role(_) => {
                self.comment(&format!("The role must be there: create {name};"));
                self.comment("The pipeline's user gets it when it connects, by a tag of its IAM role.");
            }
            GrantRecipient::Placeholder(_) => self.comment(&format!(
                "Nobody knows the user yet: put its name in the place of {name}. The stack's output `DatabaseUser` has it."
            )),
        }
    }

    fn grants(&mut self, pipeline: &Pipeline, needs: &Needs) {
        let nothing = needs.creators.is_empty()
            && needs.schemas.is_empty()
            && needs.tables.is_empty()
            && needs.procedures.is_empty();
        if !nothing {
            self.blank();
        }
        if !needs.creators.is_empty() {
            let database = quoted_name(&pipeline.warehouse.database);
            self.grant(
                &format!("create on database {database}"),
                "",
                &needs.creators,
            );
        }
        for (schema, (create, steps)) in &needs.schemas {
            let privileges = if *create { "usage, create" } else { "usage" };
            let schema = quoted_name(schema);
            self.grant(&format!("{privileges} on schema {schema}"), "", steps);
        }
        for (table, (privileges, steps)) in &needs.tables {
            let words: Vec<&str> = privileges.iter().map(Into::into).collect();
            let table = names::full(table);
            self.grant(&format!("{} on table {table}", words.join(", ")), "", steps);
        }
        for (procedure, steps) in &needs.procedures {
            let procedure = names::full(procedure);
            self.grant(&format!("execute on procedure {procedure}()"), "", steps);
        }
        if !needs.roles.is_empty() {
            self.blank();
            self.comment(
                "Every user may take every role of the warehouse until ASSUMEROLE is revoked from PUBLIC; then these count.",
            );
        }
        for (role, (commands, steps)) in &needs.roles {
            let role = match role {
                AssumedRole::Named(arn) => format!("'{}'", arn.replace('\'', "''")),
                AssumedRole::Default | AssumedRole::Unknown => "default".to_owned(),
            };
            let commands: Vec<&str> = commands.iter().copied().collect();
            let behind = format!(" for {}", commands.join(", "));
            self.grant(&format!("assumerole on {role}"), &behind, steps);
        }
    }

    fn rest(&mut self, needs: &Needs) {
        let schemas = needs.own_schemas.iter();
        let own: Vec<String> = schemas
            .map(|schema| format!("schema {}", quoted_name(schema)))
            .chain(needs.own.iter().map(|table| names::full(table)))
            .collect();
        if !own.is_empty() {
            self.blank();
            self.comment("The steps make these, so their user owns them. If somebody else owns one: alter table … owner to the user.");
            self.comment(&own.join(", "));
        }
        if !needs.system.is_empty() {
            let system: Vec<&str> = needs.system.iter().map(String::as_str).collect();
            self.blank();
            self.comment(
                "Of these a user sees its own rows, if any; a role that has sys:monitor sees all.",
            );
            self.comment(&system.join(", "));
        }
        if !needs.temporary.is_empty() {
            let steps: Vec<&str> = needs.temporary.iter().map(String::as_str).collect();
            self.blank();
            self.comment(&format!(
                "Temporary tables ({}) need TEMP on the database, which PUBLIC has until somebody revokes it.",
                steps.join(", ")
            ));
        }
        if !needs.open.is_empty() {
            self.blank();
            self.comment("Not granted above:");
            for line in &needs.open {
                self.comment(line);
            }
        }
    }
}
