//! The phase `resolve`: a spec and its SQL files to a [`Pipeline`].

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Nearest, Outcome};
use crate::source::{self, Files, PathProblem};
use crate::spec::{self, Document};
use runtime_lambda::plan::{Completion, Retry, Warehouse};

use super::lint::{self, Lint};
use super::{
    Limits, Local, Pipeline, Sql, Step, around, cycles, database_roles, exact, expect_by,
    expectations, jobs, limits, names, order, parameters, report, rsql, scripts, signals, sources,
    sql, stack, stale, unordered, warehouse,
};

/// Resolves a spec. There is a pipeline only if neither this phase nor the one before found an
/// error; all that is wrong is reported at once.
pub fn resolve(document: &Document, files: &dyn Files) -> Outcome<Pipeline> {
    let mut resolver = Resolver::new(document);
    let pipeline = resolver.pipeline(files);
    let mut diagnostics = resolver.lint.apply(resolver.diagnostics);
    diagnostics.sort();
    let usable = document.complete && !diagnostics.has_errors();
    Outcome {
        value: pipeline.filter(|_| usable),
        diagnostics,
    }
}

/// What all parts of this phase share.
pub(super) struct Resolver<'a> {
    pub document: &'a Document,
    pub nearest: Nearest,
    lint: Lint,
    diagnostics: Diagnostics,
}

/// Where the statements of a spec run; none if it does not say enough.
pub fn warehouse_of(document: &Document) -> Outcome<Warehouse> {
    let mut resolver = Resolver::new(document);
    let value = warehouse::resolve(&mut resolver);
    Outcome {
        value,
        diagnostics: resolver.diagnostics,
    }
}

impl<'a> Resolver<'a> {
    fn new(document: &'a Document) -> Self {
        Self {
            document,
            nearest: Nearest::default(),
            lint: Lint::default(),
            diagnostics: Diagnostics::new(),
        }
    }
}

impl Resolver<'_> {
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn pipeline(&mut self, files: &dyn Files) -> Option<Pipeline> {
        let document = self.document;
        names::check(self);
        exact::check(self);
        let warehouse = warehouse::resolve(self);
        let database_roles = database_roles::resolve(self);
        let parameters = parameters::resolve(self);
        let limits = limits::resolve(self);
        let stack = stack::resolve(self);
        let local = self.local();
        self.some_steps();
        let after = order::resolve(self);
        around::apart(self, &after);
        let overlap = around::overlap(self);
        let expect_by = expect_by::resolve(self);
        let notify = around::notify(self);
        let report = report::resolve(self, files);
        let triggers = around::triggers(self, &parameters);
        around::given_by_nobody(self, &parameters);
        let rsql = rsql::resolve(self);
        let cyclic = cycles::check(self, &after);
        let sources = sources::resolve(self, files);
        let mut scripts = scripts::resolve(self, files, &parameters);
        self.lint = lint::resolve(self, &scripts);
        let ordered = !cyclic && document.complete;
        sql::read(
            self,
            &after,
            &mut scripts,
            &parameters,
            &local,
            &sources,
            ordered,
        );
        scripts::session::temporary(self, &scripts);
        if ordered {
            stale::check(self, &after, &scripts);
            unordered::check(self, &after, &scripts);
        }
        let mut complete = true;
        let mut steps = Vec::with_capacity(after.len());
        let written = document.spec.steps.iter();
        for (((name, step), after), script) in written.zip(after).zip(scripts) {
            let limit_seconds = limits::of_step(self, name, &limits);
            let fresh_seconds = limits::fresh(self, name, step);
            let expect = expectations::resolve(self, name);
            let signals = signals::resolve(self, name);
            let checks = script.as_ref().map(|script| script.checks.clone());
            let sql = script.map(|script| Sql {
                path: script.path,
                script: script.script,
                file: script.file,
                lineage: script.lineage,
            });
            let Some(work) = jobs::resolve(self, files, name, sql, &parameters) else {
                complete = false;
                continue;
            };
            steps.push(Step {
                name: name.clone(),
                description: step.description.clone(),
                work,
                after,
                limit_seconds,
                fresh_seconds,
                retry: retry(step),
                expect,
                tags: step.tags.clone(),
                when: around::when(step.when),
                signals,
                checks: checks.unwrap_or_default(),
            });
        }
        Some(Pipeline {
            name: document.spec.name.clone(),
            description: document.spec.description.clone(),
            warehouse: warehouse?,
            database_roles,
            completion: match document.spec.completion {
                None | Some(spec::Completion::Event) => Completion::Event,
                Some(spec::Completion::Poll) => Completion::Poll,
            },
            parameters,
            limits: Limits { ..limits },
            overlap,
            expect_by,
            notify,
            report,
            triggers,
            rsql,
            steps,
            stack,
            local,
            external_schemas: sources.external_schemas(),
        })
        .filter(|_| complete)
    }

    fn some_steps(&mut self) {
        let document = self.document;
        if document.spec.steps.is_empty() && !document.is_mended(&["steps"]) {
            self.push(
                Diagnostic::error(Code::NoSteps, "a pipeline needs at least one step")
                    .at(&document.file, document.key_at(&["steps"]), "")
                    .help("add a step, such as `load: { sql: sql/load.sql }`"),
            );
        }
    }

    fn local(&mut self) -> Local {
        let written = &self.document.spec.local;
        let mut local = Local::default();
        for (bucket, folder) in &written.buckets {
            if let Some(folder) = self.folder(folder, &["local", "buckets", bucket]) {
                local.buckets.insert(bucket.clone(), folder);
            }
        }
        if let Some(folder) = &written.system_tables {
            local.system_tables = self.folder(folder, &["local", "system_tables"]);
        }
        local.isolation = written.isolation.unwrap_or_default();
        local
    }

    /// A folder inside of the spec's, as it is written under these keys.
    fn folder(&mut self, folder: &str, keys: &[&str]) -> Option<String> {
        let document = self.document;
        match source::relative(folder) {
            Ok(folder) => Some(folder),
            // The folder of the spec itself may well be meant.
            Err(PathProblem::Empty) if !folder.is_empty() => Some(".".to_owned()),
            Err(_) => {
                let sentence = format!("`{folder}` is no folder inside of the pipeline's");
                self.push(
                    Diagnostic::error(Code::LocalFolder, sentence)
                        .at(&document.file, document.at(keys), "")
                        .help("give a path relative to the folder of this file, without `..`"),
                );
                None
            }
        }
    }
}

/// What a spec says of errors, with the defaults of the rest.
fn retry(step: &spec::Step) -> Retry {
    let usual = Retry::default();
    step.retry.as_ref().map_or(usual, |retry| Retry {
        transient: retry.transient.unwrap_or(usual.transient),
        rounds: retry.rounds,
    })
}
