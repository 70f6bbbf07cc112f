//! What the steps do beside reading and writing tables.

use redshift_sql::lineage::{Act, AssumedRole, ScriptPlace};

use super::names;
use super::needs::{Needs, StepInDatabase};

impl Needs {
    /// Adds what an act needs.
    pub(super) fn act(&mut self, at: StepInDatabase<'_>, act: &Act, place: &ScriptPlace) {
        let step = at.step.to_owned();
        match act {
            Act::CreateSchema(_) => {
                self.creators.insert(step);
            }
            Act::CreateExternalSchema(schema) => {
                self.creators.insert(step);
                let words = format!(
                    "makes the external schema `{schema}`; its roles of IAM must be the warehouse's"
                );
                self.open(at, place, &words);
            }
            Act::CreateExternalTable(table) => {
                let schema = names::schema(table);
                if !self.own_schemas.contains(schema) {
                    let words = format!(
                        "must own the schema `{schema}`, because it makes external tables there: no GRANT gives that"
                    );
                    self.open(at, place, &words);
                }
            }
            Act::CreateRoutine(name) => self.schema(at, name, true),
            Act::Call {
                procedure,
                arguments,
            } => self.call(at, procedure, *arguments, place),
            Act::AssumeRole { role, command } => match role {
                AssumedRole::Named(arns) if arns.contains(',') => {
                    let words = format!(
                        "takes the chain of roles {arns}: grant ASSUMEROLE on it if it was revoked from PUBLIC"
                    );
                    self.open(at, place, &words);
                }
                AssumedRole::Default | AssumedRole::Named(_) => {
                    let (commands, steps) = self.roles.entry(role.clone()).or_default();
                    commands.insert(command);
                    steps.insert(step);
                }
                AssumedRole::Unknown => {
                    let words = "a parameter names its role of IAM: grant ASSUMEROLE on each if it was revoked from PUBLIC";
                    self.open(at, place, words);
                }
            },
            // With the write of its table.
            Act::Merge { .. } => {}
            Act::Maintain { command, table } => self.maintain(at, command, table.as_deref(), place),
            Act::SearchPath => self.open(
                at,
                place,
                "sets search_path; names without a schema are taken for those of public here",
            ),
            Act::Other(command) => {
                let words = format!("{command}: sfc knows no GRANT for it");
                self.open(at, place, &words);
            }
        }
    }

    /// A procedure that no step makes. GRANT names it with the types of its arguments, which a call does not
    /// tell.
    fn call(
        &mut self,
        at: StepInDatabase<'_>,
        procedure: &str,
        arguments: usize,
        place: &ScriptPlace,
    ) {
        if names::is_inserted(procedure) {
            let words = format!("a parameter names the procedure `{procedure}`");
            return self.open(at, place, &words);
        }
        self.schema(at, procedure, false);
        if arguments == 0 {
            let steps = self.procedures.entry(procedure.to_owned()).or_default();
            steps.insert(at.step.to_owned());
            let words = format!(
                "what `{procedure}` does is not known; unless it is SECURITY DEFINER, grant that as well"
            );
            return self.open(at, place, &words);
        }
        let words = format!(
            "needs `grant execute on procedure {}(the types of its {arguments} arguments)`, and, unless it is SECURITY DEFINER, what it does",
            names::full(procedure)
        );
        self.open(at, place, &words);
    }

    /// VACUUM and ANALYZE are for the owner of the table (AWS pages: `VACUUM`, `ANALYZE`).
    fn maintain(
        &mut self,
        at: StepInDatabase<'_>,
        command: &str,
        table: Option<&str>,
        place: &ScriptPlace,
    ) {
        let temporary = &at.sql.lineage.temporary;
        match table {
            Some(table)
                if self.own.contains(table) || temporary.iter().any(|one| one.name == table) => {}
            Some(table) => {
                let words = format!(
                    "{command} of `{table}` is for its owner, or for a role with `grant {command} to role …`"
                );
                self.open(at, place, &words);
            }
            None => {
                let words = format!("{command} without a table reaches the user's own tables only");
                self.open(at, place, &words);
            }
        }
    }
}
