//! What must be there before a step: the tables that it needs, with the views, procedures and functions that
//! stand between them.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use redshift_sql::lineage::{Dataset, How};
use redshift_sql::names::is_system;

use super::super::declared::{Declarations, quoted};
use super::super::given::Setup;
use super::{Resolver, key};
use crate::diagnostic::Code;
use crate::pipeline::ScriptLineage;
use crate::source::Span;

impl Resolver<'_, '_> {
    /// The statements in front of what runs, and the files that they read.
    #[expect(clippy::type_complexity, reason = "two lists that belong together")]
    pub(super) fn setup(
        &mut self,
        step: Option<usize>,
        declared: &Declarations,
    ) -> (Vec<Setup>, Vec<(String, String, Vec<u8>)>) {
        let mut setup = Vec::new();
        let mut objects = Vec::new();
        let mut schemas: BTreeSet<String> = BTreeSet::new();
        let given: IndexMap<String, &str> = self
            .test
            .given
            .keys()
            .map(|name| (key(name), name.as_str()))
            .collect();
        let (needs, text, of_step) = self.needs(step);
        schemas.extend(of_step);
        let mut needed: Vec<String> = needs
            .iter()
            .filter(|name| !given.contains_key(*name))
            .cloned()
            .collect();
        let mut views: BTreeSet<String> = BTreeSet::new();
        let mut absent: Vec<String> = Vec::new();
        while let Some(name) = needed.pop() {
            match declared.table(&name) {
                Some(table) if table.view.is_some() => {
                    let open = |read: &&String| !given.contains_key(*read) && !is_system(read);
                    let reads = table.reads.iter().filter(open).cloned();
                    if !views.contains(&name) {
                        needed.extend(reads);
                    }
                    views.insert(name);
                }
                _ if !absent.contains(&name) => absent.push(name),
                _ => {}
            }
        }
        absent.sort();
        if !absent.is_empty() {
            let names: Vec<String> = absent.iter().map(|name| format!("`{name}`")).collect();
            let span = match self.place.get("given") {
                Some(given) => given.shown(),
                None => self.place.key().unwrap_or_default(),
            };
            let step = self.test.step.as_deref().unwrap_or_default();
            let lines: Vec<String> = absent.iter().map(|name| format!("{name}: []")).collect();
            self.error(
                Code::TestTable,
                format!(
                    "the step `{step}` needs {}, which the test does not give",
                    names.join(", ")
                ),
                span,
                format!(
                    "write under `given:` the rows that they have, or none: `{}`",
                    lines.join("`, `")
                ),
            );
        }
        schemas.extend(
            given
                .keys()
                .chain(&views)
                .filter_map(|name| Some(name.rsplit_once('.')?.0.to_owned())),
        );
        let (of_routines, routines) = declared.routines(&text);
        schemas.extend(of_routines);
        for schema in schemas.iter().filter(|schema| *schema != "public") {
            setup.push(Setup {
                sql: format!("create schema if not exists {}", quoted(schema)),
                span: Span::default(),
                table: String::new(),
            });
        }
        for (name, written) in &given {
            self.table(name, written, declared, &mut setup, &mut objects);
        }
        let unplaced = |sql: String| Setup {
            sql,
            span: Span::default(),
            table: String::new(),
        };
        setup.extend(routines.into_iter().map(unplaced));
        let views = declared.views(&|name| views.contains(name));
        setup.extend(views.into_iter().map(|view| unplaced(view.to_owned())));
        (setup, objects)
    }

    /// Tables that must be there before the step, its text, and schemas that it makes something in.
    #[expect(
        clippy::indexing_slicing,
        reason = "the step of a test has been found in this pipeline"
    )]
    pub(super) fn needs(&self, step: Option<usize>) -> (Vec<String>, String, BTreeSet<String>) {
        let steps = &self.cases.compiled.pipeline.steps;
        let Some(sql) = step.and_then(|step| steps[step].sql()) else {
            return (Vec::new(), String::new(), BTreeSet::new());
        };
        let schemas = sql
            .lineage
            .writes
            .iter()
            .filter(|table| !table.files && !table.name.contains("{{"));
        let schemas = schemas.filter_map(|table| Some(table.name.rsplit_once('.')?.0.to_owned()));
        let makes_schema = sql.file.text().to_lowercase().contains("create schema");
        let schemas = if makes_schema {
            BTreeSet::new()
        } else {
            schemas.collect()
        };
        (needed(&sql.lineage), sql.file.text().to_owned(), schemas)
    }
}

/// Tables that must be there before a script runs, in the order of their names.
pub(super) fn needed(lineage: &ScriptLineage) -> Vec<String> {
    let mut made: BTreeSet<&str> = lineage
        .temporary
        .iter()
        .map(|table| table.name.as_str())
        .collect();
    let mut needed: BTreeSet<&str> = BTreeSet::new();
    let all = lineage
        .reads
        .iter()
        .chain(&lineage.writes)
        .filter(|table| table.files);
    let files: BTreeSet<&str> = all.map(|table| table.name.as_str()).collect();
    needed.extend(lineage.reads.iter().map(|table| table.name.as_str()));
    for write in &lineage.columns.writes {
        let Dataset::Table(name) = &write.dataset else {
            continue;
        };
        match write.how {
            How::Create | How::CreateIfMissing | How::CreateView | How::Rename => {
                made.insert(name);
            }
            How::Drop | How::RenameAway | How::Unload => {}
            _ => {
                needed.insert(name);
            }
        }
    }
    let is_needed = |name: &&str| {
        !made.contains(name) && !files.contains(name) && !is_system(name) && !name.contains("{{")
    };
    needed
        .into_iter()
        .filter(is_needed)
        .map(str::to_owned)
        .collect()
}
