//! What the steps of a pipeline do to tables and schemas that are not their own.
//!
//! Whoever creates a table owns it and needs no GRANT for it. So the first pass gathers what the steps make;
//! the second one asks for the rest.

use std::collections::{BTreeMap, BTreeSet};

use redshift_sql::lineage::{Act, AssumedRole, Dataset, How, ScriptPlace, Why, Write};
use strum::IntoStaticStr;

use super::names;
use crate::lineage::unknown_words;
use crate::pipeline::{Pipeline, Step, StepSql, Work};

/// A permission on a table or view, in the order in which GRANT lists them (AWS page: `GRANT`), and as it writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum NeededPrivilege {
    Select,
    Insert,
    Update,
    Delete,
    Truncate,
    Alter,
    Drop,
}

/// What is needed, each with the steps that need it.
#[derive(Debug, Default)]
pub struct Needs {
    /// Schemas that are used, and whether something is created in them.
    pub schemas: BTreeMap<String, (bool, BTreeSet<String>)>,
    /// Steps that create schemas.
    pub creators: BTreeSet<String>,
    /// Tables and views that the steps do not make, by name as the catalog keeps it.
    pub tables: BTreeMap<String, (BTreeSet<NeededPrivilege>, BTreeSet<String>)>,
    /// Procedures without arguments that no step makes.
    pub procedures: BTreeMap<String, BTreeSet<String>>,
    /// Roles of IAM, and the commands that take them.
    pub roles: BTreeMap<AssumedRole, (BTreeSet<&'static str>, BTreeSet<String>)>,
    /// Tables and views that the steps make.
    pub own: BTreeSet<String>,
    /// Schemas that they make.
    pub own_schemas: BTreeSet<String>,
    /// Schemas whose tables are external.
    pub(super) external: BTreeSet<String>,
    /// Tables and views of the system that are read.
    pub system: BTreeSet<String>,
    /// Steps that make temporary tables.
    pub temporary: BTreeSet<String>,
    /// What the SQL does not tell, or no GRANT gives, in words.
    pub open: Vec<String>,
}

/// A step and its SQL, in the database of the pipeline.
#[derive(Clone, Copy)]
pub(super) struct StepInDatabase<'a> {
    pub step: &'a str,
    pub sql: &'a StepSql,
    pub database: &'a str,
}

impl StepInDatabase<'_> {
    /// Where a need comes from, for a comment: `step load, sql/load.sql:3`.
    pub fn place(&self, place: &ScriptPlace) -> String {
        let line = self.sql.file.line(place.span.start as usize);
        let through = match &place.through {
            Some(procedure) => format!(" through {procedure}"),
            None => String::new(),
        };
        format!("step {}{through}, {}:{line}", self.step, self.sql.path)
    }

    /// The other database that a name at this place is in.
    fn elsewhere(&self, place: &ScriptPlace) -> Option<String> {
        let written = self.sql.file.slice(place.span.into());
        if place.through.is_some() || names::parts(written) < 3 {
            return None;
        }
        let database = names::first_part(written);
        (!database.eq_ignore_ascii_case(self.database)).then_some(database)
    }
}

impl Needs {
    /// What the steps of a pipeline need.
    pub fn of(pipeline: &Pipeline) -> Self {
        let mut needs = Self::default();
        needs.external.clone_from(&pipeline.external_schemas);
        let scripts: Vec<StepInDatabase<'_>> = pipeline
            .steps
            .iter()
            .filter_map(|step| match &step.work {
                // What stands in for a job on a laptop never meets the warehouse.
                Work::Sql(sql) => Some(StepInDatabase {
                    step: &step.name,
                    sql,
                    database: &pipeline.warehouse.database,
                }),
                Work::Job { .. } => None,
            })
            .collect();
        needs.made(&scripts);
        for at in &scripts {
            let lineage = &at.sql.lineage.columns;
            for read in &lineage.reads {
                needs.read(*at, &read.dataset, &read.place);
            }
            for write in &lineage.writes {
                needs.write(*at, write);
            }
            if !lineage.temporary.is_empty() {
                needs.temporary.insert(at.step.to_owned());
            }
            for done in &lineage.acts {
                needs.act(*at, &done.act, &done.place);
            }
            for unknown in &lineage.unknown {
                // What calls an unknown procedure is said with the call.
                if !matches!(unknown.why, Why::Procedure(_)) {
                    let words = unknown_words(&unknown.why);
                    needs.open(*at, &unknown.place, &words);
                }
            }
        }
        for step in &pipeline.steps {
            needs.job(step);
        }
        needs
    }

    /// What the steps make. A table that takes the name of another one keeps its owner.
    fn made(&mut self, scripts: &[StepInDatabase<'_>]) {
        let writes = || {
            let lineages = scripts.iter().map(|at| &at.sql.lineage.columns);
            lineages.flat_map(|lineage| &lineage.writes)
        };
        for write in writes() {
            let makes = matches!(
                write.how,
                How::Create | How::CreateIfMissing | How::CreateView
            );
            if let (true, Dataset::Table(name)) = (makes, &write.dataset) {
                self.own.insert(name.to_string());
            }
        }
        loop {
            let known = self.own.len();
            for write in writes().filter(|write| write.how == How::Rename) {
                let from_own = write.from.iter().any(|from| self.own.contains(from.name()));
                if from_own {
                    self.own.insert(write.dataset.name().to_owned());
                }
            }
            if self.own.len() == known {
                break;
            }
        }
        let lineages = scripts.iter().map(|at| &at.sql.lineage.columns);
        for done in lineages.flat_map(|lineage| &lineage.acts) {
            match &done.act {
                Act::CreateSchema(Some(schema)) => {
                    self.own_schemas.insert(schema.to_string());
                }
                Act::CreateExternalSchema(schema) => {
                    self.own_schemas.insert(schema.to_string());
                    self.external.insert(schema.to_string());
                }
                Act::CreateExternalTable(table) => {
                    self.external.insert(names::schema(table).to_owned());
                }
                _ => {}
            }
        }
    }

    /// A sentence about what nobody can tell, or no GRANT gives.
    pub(super) fn open(&mut self, at: StepInDatabase<'_>, place: &ScriptPlace, words: &str) {
        let line = format!("{}: {words}", at.place(place));
        if !self.open.contains(&line) {
            self.open.push(line);
        }
    }

    /// USAGE on the schema of a table or routine, and CREATE where one is made there.
    pub(super) fn schema(&mut self, at: StepInDatabase<'_>, key: &str, create: bool) {
        let schema = names::schema(key);
        if self.own_schemas.contains(schema) || names::is_of_the_system(&format!("{schema}.")) {
            return;
        }
        let (creates, steps) = self.schemas.entry(schema.to_owned()).or_default();
        *creates |= create;
        steps.insert(at.step.to_owned());
    }

    /// Whether a name is one that GRANT can have here; says so if it is not.
    fn can_be_named(&mut self, at: StepInDatabase<'_>, key: &str, place: &ScriptPlace) -> bool {
        if names::is_inserted(key) {
            let words = format!("`{key}` is named by a parameter; grant what each value needs");
            self.open(at, place, &words);
            return false;
        }
        if let Some(database) = at.elsewhere(place) {
            let words =
                format!("`{key}` is in the database `{database}`; grant what it needs there");
            self.open(at, place, &words);
            return false;
        }
        true
    }

    fn read(&mut self, at: StepInDatabase<'_>, dataset: &Dataset, place: &ScriptPlace) {
        let Dataset::Table(name) = dataset else {
            return;
        };
        if names::is_of_the_system(name) {
            self.system.insert(name.to_string());
        } else if self.can_be_named(at, name, place) {
            self.schema(at, name, false);
            self.table(at, name, &[NeededPrivilege::Select]);
        }
    }

    /// Permissions on a table that the steps do not make. A table of an external schema takes none: USAGE on
    /// its schema is all (AWS page: `GRANT`).
    fn table(&mut self, at: StepInDatabase<'_>, name: &str, privileges: &[NeededPrivilege]) {
        if self.own.contains(name) || self.external.contains(names::schema(name)) {
            return;
        }
        let (granted, steps) = self.tables.entry(name.to_owned()).or_default();
        granted.extend(privileges);
        steps.insert(at.step.to_owned());
    }

    fn write(&mut self, at: StepInDatabase<'_>, write: &Write) {
        use NeededPrivilege::{Alter, Delete, Drop, Insert, Select, Truncate, Update};
        let Dataset::Table(name) = &write.dataset else {
            return;
        };
        if !self.can_be_named(at, name, &write.place) {
            return;
        }
        let makes = matches!(
            write.how,
            How::Create | How::CreateIfMissing | How::CreateView | How::Rename
        );
        let external = self.external.contains(names::schema(name));
        self.schema(at, name, makes && !external);
        if self.own.contains(name.as_str()) {
            return;
        }
        if external {
            let words = format!(
                "must own the schema of `{name}`, because it writes that external table: no GRANT gives that"
            );
            return self.open(at, &write.place, &words);
        }
        match write.how {
            How::Insert | How::Copy => self.table(at, name, &[Insert]),
            // Both look for their rows (AWS page: `GRANT`, SELECT).
            How::Update => self.table(at, name, &[Select, Update]),
            How::Delete => self.table(at, name, &[Select, Delete]),
            How::Merge => {
                let privileges = merged(at.sql, name);
                self.table(at, name, &privileges);
            }
            How::Truncate => self.table(at, name, &[Truncate]),
            How::Alter => self.table(at, name, &[Alter]),
            How::Drop => self.table(at, name, &[Drop]),
            // AWS page: `REFRESH MATERIALIZED VIEW`; of the others the pages name no permission.
            How::Refresh => self.owner(at, name, write, "refreshes it"),
            How::Append | How::Empty => self.owner(at, name, write, "appends from or to it"),
            // To rename takes CREATE on the schema and to own the object (AWS page: `GRANT`, CREATE).
            How::RenameAway => self.owner(at, name, write, "renames it"),
            How::Rename | How::Create | How::CreateIfMissing | How::CreateView | How::Unload => {}
        }
    }

    /// What only the owner may do.
    fn owner(&mut self, at: StepInDatabase<'_>, name: &str, write: &Write, does: &str) {
        let words = format!("must own `{name}`, because it {does}: no GRANT gives that");
        self.open(at, &write.place, &words);
    }

    fn job(&mut self, step: &Step) {
        if step.rsql().is_some() {
            self.open.push(format!(
                "step {}: its RSQL script is not read; it connects as the user of its job's role",
                step.name
            ));
        } else if step.job().is_some() {
            self.open.push(format!(
                "step {}: it is no SQL; what it does, it does as somebody else",
                step.name
            ));
        }
    }
}

/// What the MERGEs of a script do to a table, and the SELECT by which they find its rows.
fn merged(sql: &StepSql, name: &str) -> Vec<NeededPrivilege> {
    let mut privileges = vec![NeededPrivilege::Select];
    for done in &sql.lineage.columns.acts {
        if let Act::Merge {
            table,
            inserts,
            updates,
            deletes,
        } = &done.act
            && table == name
        {
            privileges.extend(inserts.then_some(NeededPrivilege::Insert));
            privileges.extend(updates.then_some(NeededPrivilege::Update));
            privileges.extend(deletes.then_some(NeededPrivilege::Delete));
        }
    }
    privileges
}
