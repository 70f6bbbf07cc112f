//! Names of tables that nobody here makes.
//!
//! Most tables of a warehouse are made elsewhere, so a name that is not known is no mistake. Two
//! kinds are worth a warning. One is nearly that of a table which somebody makes; the other is in a
//! schema whose tables `sources` declares.

use std::collections::{BTreeSet, HashSet};

use redshift_sql::names::DeclaredTables;
use redshift_sql::tree::Statement;

use super::made::{made, renamed, written};
use super::mistake::span;
use super::resolver::Resolver;
use super::scripts::{self, Scripted};
use super::sources::DeclaredSources;
use crate::diagnostic::{Code, Diagnostic};

/// A table that a statement reads or writes to.
pub(super) struct UsedTable {
    /// Index of the step.
    pub step: usize,
    /// The table's name as catalogs keep it.
    pub name: String,
    pub span: redshift_sql::Span,
}

/// The tables that the steps name.
#[derive(Default)]
pub(super) struct TableNames {
    /// In the order of the steps; first what is read, then what is written to.
    pub used: Vec<UsedTable>,
    targets: Vec<UsedTable>,
    /// What they make, views and temporary tables among it.
    made: BTreeSet<String>,
    /// Sources that a step was found to make.
    told: HashSet<String>,
}

impl TableNames {
    /// Takes in what a statement makes and writes to. A table that `sources` declares as well is
    /// reported.
    pub fn of_statement(
        &mut self,
        resolver: &mut Resolver<'_>,
        step: usize,
        script: &Scripted,
        statement: &Statement,
        sources: &DeclaredSources,
    ) {
        if let Some(target) = written(&statement.kind) {
            self.targets.push(UsedTable {
                step,
                name: target.key().to_string(),
                span: target.span,
            });
        }
        if let Some((table, to)) = renamed(&statement.kind) {
            let name = match table.schema() {
                Some(schema) if !schema.is("public") => format!("{}.{}", schema.text, to.text),
                _ => to.text.to_string(),
            };
            self.made.insert(name);
        }
        let Some(made) = made(&statement.kind) else {
            return;
        };
        let name = made.name.key().to_string();
        if !made.temporary
            && let Some((file, declared)) = sources.place(&name)
            && self.told.insert(name.clone())
        {
            let (maker, _) = resolver.step(step);
            let sentence = format!("step `{maker}` makes `{name}`, which `sources` declares, too");
            resolver.push(
                Diagnostic::warning(Code::SourceMade, sentence)
                    .at(&script.file, span(made.name.span), "made here")
                    .also(file, *declared, "declared here")
                    .help("remove the declaration: sfc learns from the step which columns it has"),
            );
        }
        self.made.insert(name);
    }

    /// Reports the names that are worth it, each once.
    pub fn report(
        &self,
        resolver: &mut Resolver<'_>,
        scripts: &[Option<Scripted>],
        tables: &DeclaredTables,
        sources: &DeclaredSources,
    ) {
        let made: BTreeSet<&str> = scripts
            .iter()
            .flatten()
            .flat_map(|script| script.lineage.writes.iter())
            .filter(|write| !write.files)
            .map(|write| write.name.as_str())
            .chain(self.known(scripts, tables, sources))
            .collect();
        let known: BTreeSet<&str> = self.known(scripts, tables, sources).collect();
        let mut reported: HashSet<&str> = HashSet::new();
        let reads = self.used.iter().map(|used| (used, false));
        let writes = self.targets.iter().map(|used| (used, true));
        for (used, is_target) in reads.chain(writes) {
            let name = used.name.as_str();
            let script = scripts::of_step(scripts, used.step);
            let diagnostic = if sources.describe(name) && !name.contains("{{") {
                if known.contains(name) || !reported.insert(name) {
                    continue;
                }
                undeclared(resolver, name, &known)
            } else {
                if is_target || made.contains(name) || !reported.insert(name) {
                    continue;
                }
                match near(name, &made) {
                    Some(near) => misspelt(name, near),
                    None => continue,
                }
            };
            resolver.push(diagnostic.at(&script.file, span(used.span), ""));
        }
    }

    /// Tables that are declared, or that a step makes: itself, or by a procedure of the pipeline.
    fn known<'n>(
        &'n self,
        scripts: &'n [Option<Scripted>],
        tables: &'n DeclaredTables,
        sources: &'n DeclaredSources,
    ) -> impl Iterator<Item = &'n str> {
        let by_procedures = scripts
            .iter()
            .flatten()
            .flat_map(|script| script.lineage.writes.iter())
            .filter(|write| write.ensured || write.shape.is_some_and(|(shape, _)| shape.makes()))
            .map(|write| write.name.as_str());
        let declared = tables.tables().map(|table| table.name.as_str());
        let made = self.made.iter().map(String::as_str);
        // One that a step drops was declared all the same.
        by_procedures
            .chain(declared)
            .chain(made)
            .chain(sources.names())
    }
}

fn misspelt(name: &str, near: &str) -> Diagnostic {
    Diagnostic::warning(Code::SqlTable, format!("no step makes a table `{name}`"))
        .help(format!("did you mean `{near}`?"))
}

fn undeclared(resolver: &Resolver<'_>, name: &str, known: &BTreeSet<&str>) -> Diagnostic {
    let sentence = format!("no step makes `{name}`, and `sources` does not declare it");
    let near = resolver.nearest.suggest(name, known.iter().copied());
    Diagnostic::warning(Code::SourceUnknown, sentence).help(near.unwrap_or_else(|| {
        "declare it in a file of `sources`; `sfc import schema` writes what the warehouse has"
            .to_owned()
    }))
}

/// Names shorter than this are near to too many others.
const SHORTEST: usize = 5;

/// The name of a table that is made and nearly has this name.
fn near<'n>(name: &str, made: &BTreeSet<&'n str>) -> Option<&'n str> {
    if name.len() < SHORTEST {
        return None;
    }
    made.iter()
        .filter(|known| !differs_by_number(name, known))
        .map(|known| (strsim::damerau_levenshtein(name, known), *known))
        .filter(|(distance, _)| *distance <= 2 && *distance * 4 <= name.len())
        .min()
        .map(|(_, near)| near)
}

/// Whether two names differ in digits only: `sales_2024` and `sales_2025`.
fn differs_by_number(one: &str, other: &str) -> bool {
    let letters = |name: &str| -> String { name.chars().filter(|c| !c.is_ascii_digit()).collect() };
    letters(one) == letters(other)
}
