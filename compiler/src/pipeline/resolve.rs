//! The phase `resolve`: a spec and its SQL files to a [`Pipeline`].

use crate::diagnostic::{Code, Diagnostic, PhaseOutcome};
use crate::pipeline_yaml::{self, Document};
use crate::source::{self, Files, PathProblem};
use runtime_lambda::plan::{Completion, Retry, Warehouse};

use super::lint::{self, Lint};
use super::resolver::Resolver;
use super::{
    Limits, Local, Pipeline, Step, StepSql, cycles, database_roles, exact, expect_by, expectations,
    jobs, limits, names, notify, order, overlap, parameters, report, rsql, scripts, signals,
    sources, sql, stack, stale, triggers, unordered, warehouse, when,
};

/// Resolves a spec. There is a pipeline only if neither this phase nor the one before found an
/// error; all that is wrong is reported at once.
pub fn resolve(document: &Document, files: &dyn Files) -> PhaseOutcome<Pipeline> {
    let mut resolver = Resolver::new(document);
    let mut lint = Lint::default();
    let pipeline = pipeline(&mut resolver, files, &mut lint);
    let mut diagnostics = lint.apply(resolver.into_diagnostics());
    diagnostics.sort();
    let usable = document.complete && !diagnostics.has_errors();
    PhaseOutcome {
        value: pipeline.filter(|_| usable),
        diagnostics,
    }
}

/// Where the statements of a spec run; none if it does not say enough.
pub fn warehouse_of(document: &Document) -> PhaseOutcome<Warehouse> {
    let mut resolver = Resolver::new(document);
    let value = warehouse::resolve(&mut resolver);
    PhaseOutcome {
        value,
        diagnostics: resolver.into_diagnostics(),
    }
}

/// The pipeline, and in `lint` what becomes of warnings.
fn pipeline(resolver: &mut Resolver<'_>, files: &dyn Files, lint: &mut Lint) -> Option<Pipeline> {
    let document = resolver.document;
    names::check(resolver);
    exact::check(resolver);
    let warehouse = warehouse::resolve(resolver);
    let database_roles = database_roles::resolve(resolver);
    let parameters = parameters::resolve(resolver);
    let limits = limits::resolve(resolver);
    let stack = stack::resolve(resolver);
    let local = local(resolver);
    some_steps(resolver);
    let after = order::resolve(resolver);
    when::apart(resolver, &after);
    let overlap = overlap::overlap(resolver);
    let expect_by = expect_by::resolve(resolver);
    let notify = notify::notify(resolver);
    let report = report::resolve(resolver, files);
    let triggers = triggers::triggers(resolver, &parameters);
    when::given_by_nobody(resolver, &parameters);
    let rsql = rsql::resolve(resolver);
    let cyclic = cycles::check(resolver, &after);
    let sources = sources::resolve(resolver, files);
    let used = jobs::used_parameters(resolver, &parameters);
    let mut scripts = scripts::resolve(resolver, files, &parameters, used);
    *lint = lint::resolve(resolver, &scripts);
    let ordered = !cyclic && document.complete;
    sql::read(
        resolver,
        &after,
        &mut scripts,
        &parameters,
        &local,
        &sources,
        ordered,
    );
    scripts::session::temporary(resolver, &scripts);
    if ordered {
        stale::check(resolver, &after, &scripts);
        unordered::check(resolver, &after, &scripts);
    }
    let mut complete = true;
    let mut steps = Vec::with_capacity(after.len());
    let written = document.spec.steps.iter();
    for (((name, step), after), script) in written.zip(after).zip(scripts) {
        let limit_seconds = limits::of_step(resolver, name, &limits);
        let fresh_seconds = limits::fresh(resolver, name, step);
        let expect = expectations::resolve(resolver, name);
        let signals = signals::resolve(resolver, name);
        let checks = script.as_ref().map(|script| script.checks.clone());
        let sql = script.map(|script| StepSql {
            path: script.path,
            script: script.script,
            file: script.file,
            lineage: script.lineage,
        });
        let Some(work) = jobs::resolve(resolver, files, name, sql, &parameters) else {
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
            when: when::when(step.when),
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
            None | Some(pipeline_yaml::Completion::Event) => Completion::Event,
            Some(pipeline_yaml::Completion::Poll) => Completion::Poll,
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

fn some_steps(resolver: &mut Resolver<'_>) {
    let document = resolver.document;
    if document.spec.steps.is_empty() && !document.is_mended(&["steps"]) {
        resolver.push(
            Diagnostic::error(Code::NoSteps, "a pipeline needs at least one step")
                .at(&document.file, document.key_at(&["steps"]), "")
                .help("add a step, such as `load: { sql: sql/load.sql }`"),
        );
    }
}

fn local(resolver: &mut Resolver<'_>) -> Local {
    let written = &resolver.document.spec.local;
    let mut local = Local::default();
    for (bucket, folder) in &written.buckets {
        if let Some(folder) = folder_of(resolver, folder, &["local", "buckets", bucket]) {
            local.buckets.insert(bucket.clone(), folder);
        }
    }
    if let Some(folder) = &written.system_tables {
        local.system_tables = folder_of(resolver, folder, &["local", "system_tables"]);
    }
    local.isolation = written.isolation.unwrap_or_default();
    local
}

/// A folder inside of the spec's, as it is written under these keys.
fn folder_of(resolver: &mut Resolver<'_>, folder: &str, keys: &[&str]) -> Option<String> {
    let document = resolver.document;
    match source::relative(folder) {
        Ok(folder) => Some(folder),
        // The folder of the spec itself may well be meant.
        Err(PathProblem::Empty) if !folder.is_empty() => Some(".".to_owned()),
        Err(_) => {
            let sentence = format!("`{folder}` is no folder inside of the pipeline's");
            resolver.push(
                Diagnostic::error(Code::LocalFolder, sentence)
                    .at(&document.file, document.at(keys), "")
                    .help("give a path relative to the folder of this file, without `..`"),
            );
            None
        }
    }
}

/// What a spec says of errors, with the defaults of the rest.
fn retry(step: &pipeline_yaml::Step) -> Retry {
    let usual = Retry::default();
    step.retry.as_ref().map_or(usual, |retry| Retry {
        transient: retry.transient.unwrap_or(usual.transient),
        rounds: retry.rounds,
    })
}
