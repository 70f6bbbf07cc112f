//! The SQL files of the steps: found, read, taken apart and checked.

pub(super) mod check;
mod placeholders;
mod procedure;
pub(super) mod read;
pub(super) mod session;
mod transaction;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;
use runtime_lambda::plan::{self, Check, ParameterType, Quoting};

use self::read::Analysed;
use super::DeclaredParameter;
use super::resolver::Resolver;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline::{ScriptLineage, TableUse};
use crate::pipeline_yaml::{self, Step};
use crate::script;
use crate::source::{Files, SourceFile, Span};

/// A statement has at most 100 KB (AWS page: `Considerations when calling the Amazon Redshift Data
/// API`); taken as the smaller of the two kinds of kilobyte.
pub const MAX_STATEMENT_BYTES: usize = 100_000;

/// A batch has at most 40 statements (AWS page: `BatchExecuteStatement`).
pub const MAX_BATCH_STATEMENTS: usize = 40;

/// Longest SQL file, in bytes: a batch of the longest statements, and room for comments.
pub const MAX_SCRIPT_BYTES: u64 = 8 * 1024 * 1024;

/// The SQL of a step as it was read.
pub(super) struct Scripted {
    /// Relative path of the file.
    pub path: String,
    /// Text of the file, which places point into.
    pub file: Arc<SourceFile>,
    /// What goes into the plan.
    pub script: Arc<plan::Script>,
    /// Its tree, and what is wrong with it.
    pub parsed: Arc<redshift_sql::Script>,
    /// Whether its grammar was judged already, because something is inserted where nothing can be.
    pub judged: bool,
    /// The words of its only statement, if Redshift refuses it in a transaction with others.
    pub alone: Option<script::Keywords>,
    /// The files of its checks.
    pub asked: Vec<AskedFile>,
    /// What is checked of tables behind it; nothing until [`super::sql::read`] says so.
    pub checks: Vec<Check>,
    /// What it reads and writes; nothing until [`super::sql::read`] says so.
    pub lineage: Arc<ScriptLineage>,
}

impl Scripted {
    /// Where it uses a table: in its own text, or in the spec if only a check of the step does.
    pub fn place<'a>(
        &'a self,
        spec: &'a Arc<SourceFile>,
        table: &TableUse,
    ) -> (&'a Arc<SourceFile>, Span) {
        match table.checked {
            Some(span) => (spec, span),
            None => (&self.file, table.span),
        }
    }
}

/// A file under `no_rows`.
pub(super) struct AskedFile {
    /// Its path, relative to the pipeline's folder.
    pub path: String,
    pub file: Arc<SourceFile>,
    pub parsed: Arc<redshift_sql::Script>,
    /// Its statements as they are sent.
    pub statements: Vec<plan::Statement>,
    pub severity: Option<pipeline_yaml::Severity>,
    /// Where the spec names it.
    pub span: Span,
}

/// The script of a step in whose SQL something was found.
#[expect(
    clippy::expect_used,
    reason = "what is found in SQL is found in the script of its step"
)]
pub(super) fn of_step(scripts: &[Option<Scripted>], place: usize) -> &Scripted {
    let script = scripts.get(place).and_then(Option::as_ref);
    script.expect("the step that something was found in has no script")
}

/// The SQL of each step in the order of the spec; none where it cannot be used. `used` are the parameters
/// that other steps than those of SQL use.
pub(super) fn resolve(
    resolver: &mut Resolver<'_>,
    files: &dyn Files,
    parameters: &IndexMap<String, DeclaredParameter>,
    mut used: HashSet<String>,
) -> Vec<Option<Scripted>> {
    let document = resolver.document;
    let mut reader = read::ScriptReader::new(document, files);
    let mut made: HashMap<(String, pipeline_yaml::Batch), Arc<plan::Script>> = HashMap::new();
    let mut sent: Vec<(Arc<Analysed>, pipeline_yaml::Batch)> = Vec::new();
    let mut kept: HashSet<String> = HashSet::new();
    let mut all_read = true;
    let mut all = Vec::with_capacity(document.spec.steps.len());
    for (name, step) in &document.spec.steps {
        let Some((field, written)) = file_of(step) else {
            all.push(None);
            continue;
        };
        let read = if document.is_mended(&["steps", name, field]) {
            None
        } else {
            reader.read(resolver, &["steps", name, field], written)
        };
        let Some(analysed) = read else {
            all_read = false;
            all.push(None);
            continue;
        };
        let batch = step.batch.unwrap_or(pipeline_yaml::Batch::Transaction);
        let script = made
            .entry((analysed.path.clone(), batch))
            .or_insert_with(|| {
                check::statements(resolver, &analysed, batch);
                check::parameters(resolver, &analysed, parameters, &mut used);
                placeholders::check(resolver, &analysed);
                let statements = statements_of(&analysed.script, batch);
                session::settings(resolver, &analysed, statements);
                sent.push((Arc::clone(&analysed), batch));
                Arc::new(of_plan(&analysed, batch, parameters))
            });
        // The rows of what stands in for a job are no result.
        if step.sql.is_some() && kept.insert(analysed.path.clone()) {
            let statements = statements_of(&analysed.script, batch);
            session::results(resolver, &analysed, statements);
        }
        let asked = asked(resolver, &mut reader, (name, step), parameters, &mut used);
        let alone = match statements_of(&analysed.script, batch) {
            [only] => only.kind.alone.clone(),
            _ => None,
        };
        all.push(Some(Scripted {
            alone,
            asked,
            checks: Vec::new(),
            path: analysed.path.clone(),
            file: Arc::clone(&analysed.file),
            script: Arc::clone(script),
            parsed: Arc::clone(&analysed.parsed),
            judged: !analysed.script.misplaced.is_empty(),
            lineage: Arc::default(),
        }));
    }
    transaction::calls(resolver, &sent);
    if all_read && !document.is_mended(&["steps"]) {
        unused(resolver, parameters, &used, &document.spec.steps);
    }
    all
}

/// The files under `no_rows` of a step.
fn asked(
    resolver: &mut Resolver<'_>,
    reader: &mut read::ScriptReader,
    (name, step): (&str, &Step),
    parameters: &IndexMap<String, DeclaredParameter>,
    used: &mut HashSet<String>,
) -> Vec<AskedFile> {
    let mut all = Vec::new();
    for (index, query) in queries_of(step).iter().enumerate() {
        let index = index.to_string();
        let keys = ["steps", name, "expect", "no_rows", &index];
        if resolver.document.is_mended(&keys) {
            continue;
        }
        let Some(analysed) = reader.read(resolver, &keys, query.path()) else {
            continue;
        };
        check::parameters(resolver, &analysed, parameters, used);
        placeholders::check(resolver, &analysed);
        all.push(AskedFile {
            path: analysed.path.clone(),
            file: Arc::clone(&analysed.file),
            parsed: Arc::clone(&analysed.parsed),
            statements: of_plan(&analysed, pipeline_yaml::Batch::AutoCommit, parameters).statements,
            severity: match query {
                pipeline_yaml::CheckQuery::File(_) => None,
                pipeline_yaml::CheckQuery::With(with) => with.severity,
            },
            span: resolver.document.at(&keys),
        });
    }
    all
}

/// The files under `no_rows` of a step, as they are written.
fn queries_of(step: &Step) -> &[pipeline_yaml::CheckQuery] {
    let expect = step.expect.as_ref().filter(|_| step.sql.is_some());
    let queries = expect.and_then(|expect| expect.no_rows.as_ref());
    queries.map_or(&[], pipeline_yaml::Queries::all)
}

/// The field that names a step's SQL file, and the file: its own, or what stands in for its job.
pub(super) fn file_of(step: &Step) -> Option<(&'static str, &str)> {
    let own = step.sql.as_deref().map(|sql| ("sql", sql));
    own.or_else(|| step.local.as_deref().map(|local| ("local", local)))
}

fn unused(
    resolver: &mut Resolver<'_>,
    parameters: &IndexMap<String, DeclaredParameter>,
    used: &HashSet<String>,
    steps: &IndexMap<String, Step>,
) {
    let document = resolver.document;
    if steps.is_empty() {
        return;
    }
    // What is no name cannot be used; that is its mistake.
    let unused = |name: &&String| !used.contains(*name) && script::is_parameter_name(name);
    for name in parameters.keys().filter(unused) {
        resolver.push(
            Diagnostic::warning(
                Code::UnusedParameter,
                format!("no step uses the parameter `{name}`"),
            )
            .at(&document.file, document.key_at(&["parameters", name]), "")
            .help(format!(
                "remove it, or use it as `:{name}` in the SQL of a step"
            ))
            .note(format!("inside of a string literal it is `{{{{{name}}}}}`")),
        );
    }
}

/// The statements of a script that are sent.
fn statements_of(script: &script::Script, batch: pipeline_yaml::Batch) -> &[script::Statement] {
    match batch {
        pipeline_yaml::Batch::Transaction => script.as_transaction(),
        pipeline_yaml::Batch::AutoCommit => &script.statements,
    }
}

/// The script as the plan has it: statements one by one, places counted in each.
fn of_plan(
    analysed: &Analysed,
    batch: pipeline_yaml::Batch,
    parameters: &IndexMap<String, DeclaredParameter>,
) -> plan::Script {
    let is_number = |name: &str| {
        parameters.get(name).is_some_and(|declared| {
            matches!(
                declared.parameter.kind,
                ParameterType::Integer | ParameterType::Number
            )
        })
    };
    let may_be_null = |name: &str| {
        let declared = parameters.get(name);
        declared.is_some_and(|declared| declared.parameter.nullable)
    };
    let sent = statements_of(&analysed.script, batch).iter();
    let statements = sent.map(|statement| {
        let start = statement.span.start;
        let mut parameters: Vec<String> = Vec::new();
        for parameter in &statement.parameters {
            if !parameters.contains(&parameter.name) {
                parameters.push(parameter.name.clone());
            }
        }
        let insertions = statement
            .insertions
            .iter()
            .map(|insertion| plan::Insertion {
                parameter: insertion.parameter.clone(),
                start: insertion.span.start.saturating_sub(start),
                end: insertion.span.end.saturating_sub(start),
                quoting: match insertion.quoting {
                    Quoting::Identifier if is_number(&insertion.parameter) => Quoting::Number,
                    quoting => quoting,
                },
            });
        let position = analysed.file.position(start);
        let nulls = statement
            .parameters
            .iter()
            .filter(|parameter| may_be_null(&parameter.name))
            .map(|parameter| plan::Insertion {
                parameter: parameter.name.clone(),
                start: parameter.span.start.saturating_sub(start),
                end: parameter.span.end.saturating_sub(start),
                quoting: Quoting::Bound,
            });
        let mut insertions: Vec<_> = insertions.chain(nulls).collect();
        insertions.sort_by_key(|insertion| insertion.start);
        plan::Statement {
            sql: analysed.file.slice(statement.span).to_owned(),
            parameters,
            insertions,
            line: u32::try_from(position.line).unwrap_or(0),
            column: u32::try_from(position.column).unwrap_or(0),
        }
    });
    plan::Script {
        statements: statements.collect(),
        batch: match batch {
            pipeline_yaml::Batch::Transaction => plan::Batch::Transaction,
            pipeline_yaml::Batch::AutoCommit => plan::Batch::AutoCommit,
        },
        file: analysed.path.clone(),
        checks: Vec::new(),
    }
}
