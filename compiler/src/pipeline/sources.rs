//! Tables and views that no step makes: what the files of `sources` declare.
//!
//! They are known before the first step. Of a schema that they describe, sfc expects to know every
//! table: one that neither they nor the steps make is worth a warning.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use redshift_sql::names::{Binder, DeclaredTables, TableKind, is_system};
use redshift_sql::tree::{ObjectName, Statement, StatementKind};

use super::made::made;
use super::mistake;
use super::resolver::Resolver;
use super::scripts::{MAX_SCRIPT_BYTES, read};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{self, FileProblem, Files, SourceFile, Span};

/// What the files declare.
#[derive(Default)]
pub(super) struct DeclaredSources {
    /// The tables with their columns.
    pub tables: DeclaredTables,
    /// Where each is declared, by its name as catalogs keep it.
    places: HashMap<String, (Arc<SourceFile>, Span)>,
    /// Schemas of the tables.
    schemas: BTreeSet<String>,
}

impl DeclaredSources {
    /// Whether a table of this name, as catalogs keep it, should be declared if no step makes it.
    pub fn describe(&self, name: &str) -> bool {
        !self.schemas.is_empty() && !is_system(name) && self.schemas.contains(schema(name))
    }

    /// The names of all tables, as catalogs keep them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(String::as_str)
    }

    /// Schemas that have an external table.
    pub fn external_schemas(&self) -> BTreeSet<String> {
        let tables = self.tables.tables();
        tables
            .filter(|table| table.kind == TableKind::External)
            .map(|table| schema(&table.name).to_owned())
            .collect()
    }

    /// Where a table is declared.
    pub fn place(&self, name: &str) -> Option<&(Arc<SourceFile>, Span)> {
        self.places.get(name)
    }
}

/// The schema of a name as catalogs keep it.
fn schema(name: &str) -> &str {
    name.split_once('.').map_or("public", |(schema, _)| schema)
}

/// Reads the files in their order. What is wrong in them is reported; what is right in them counts.
pub(super) fn resolve(resolver: &mut Resolver<'_>, files: &dyn Files) -> DeclaredSources {
    let document = resolver.document;
    let mut sources = DeclaredSources::default();
    let Some(written) = &document.spec.sources else {
        return sources;
    };
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for (index, path) in written.paths().iter().enumerate() {
        let index = index.to_string();
        let keys = ["sources", index.as_str()];
        if document.is_mended(&keys) {
            continue;
        }
        match file(document.file.path(), files, path) {
            Ok(file) if seen.insert(file.path().to_owned()) => {
                declare(resolver, &file, &mut sources);
            }
            Ok(file) => resolver.push(
                Diagnostic::error(
                    Code::SourceTwice,
                    format!("`sources` names `{}` twice", file.path()),
                )
                .at(&document.file, document.at(&keys), "")
                .help("name it once"),
            ),
            Err(problem) if problem.labels.is_empty() => {
                resolver.push(problem.at(&document.file, document.at(&keys), ""));
            }
            Err(problem) => resolver.push(*problem),
        }
    }
    sources
}

/// A file of `sources`. A mistake that has no place belongs to where the file is named.
fn file(spec: &str, files: &dyn Files, written: &str) -> Result<Arc<SourceFile>, Box<Diagnostic>> {
    let path = source::relative(written).map_err(|problem| read::outside(problem, written))?;
    let bytes = files
        .read(&path, MAX_SCRIPT_BYTES)
        .map_err(|problem| match problem {
            FileProblem::TooLarge { .. } => read::absent(&problem, &path)
                .help("split it, and name all files: `sources: [a.sql, b.sql]`"),
            problem => read::absent(&problem, &path),
        })?;
    let file = SourceFile::new(source::beside(spec, &path), bytes);
    match file.first_invalid() {
        None => Ok(file),
        Some(at) => Err(Box::new(
            Diagnostic::error(Code::ScriptNotUtf8, "this SQL file is not UTF-8")
                .at(&file, Span::new(at, at), "the first bytes that are not")
                .help("save the file as UTF-8"),
        )),
    }
}

fn declare(resolver: &mut Resolver<'_>, file: &Arc<SourceFile>, sources: &mut DeclaredSources) {
    let parameters = HashMap::new();
    let parsed = redshift_sql::parse(file.text());
    for mistake in &parsed.mistakes {
        resolver.push(mistake::diagnostic(file, mistake));
    }
    for statement in &parsed.statements {
        let found = Binder::new(&sources.tables, &parameters).statement(statement);
        for mistake in &found.mistakes {
            resolver.push(mistake::diagnostic(file, mistake));
        }
        match declared(&statement.kind) {
            Declaration::Table(name) => {
                let key = name.key().to_string();
                let place = (Arc::clone(file), mistake::span(name.span));
                if let Some((first, span)) = sources.places.get(&key) {
                    let sentence = format!("`sources` declares `{key}` twice");
                    resolver.push(
                        Diagnostic::error(Code::SourceTwice, sentence)
                            .at(file, place.1, "")
                            .also(first, *span, "declared here, too")
                            .help("keep the one that is right"),
                    );
                    continue;
                }
                sources.schemas.insert(schema(&key).to_owned());
                sources.places.insert(key, place);
            }
            Declaration::Routine => {}
            Declaration::Unread => continue,
            Declaration::None(help) => {
                resolver.push(no_declaration(file, statement, help));
                continue;
            }
        }
        sources.tables.learn(statement, &parameters);
    }
}

/// What a statement declares.
enum Declaration<'s> {
    Table(&'s ObjectName),
    /// A function or a procedure.
    Routine,
    /// It could not be read, which is reported.
    Unread,
    /// Nothing; what to do about it.
    None(&'static str),
}

fn declared(kind: &StatementKind) -> Declaration<'_> {
    match kind {
        StatementKind::Broken => Declaration::Unread,
        StatementKind::CreateFunction(_)
        | StatementKind::CreateExternalFunction(_)
        | StatementKind::CreateProcedure(_) => Declaration::Routine,
        StatementKind::CreateTableAs(_) => Declaration::None(
            "give the columns with their types instead of a query: `create table t (a int)`",
        ),
        StatementKind::CreateExternalTable(table) if table.query.is_some() => {
            Declaration::None("give the columns with their types instead of a query")
        }
        StatementKind::Query(_) => Declaration::None(HELP),
        kind => match made(kind) {
            Some(made) if made.temporary => Declaration::None(
                "a temporary table ends with its session: make it in the step that uses it",
            ),
            Some(made) => Declaration::Table(made.name),
            None => Declaration::None(HELP),
        },
    }
}

const HELP: &str =
    "keep CREATE TABLE, CREATE EXTERNAL TABLE and CREATE VIEW here, and put the rest into a step";

fn no_declaration(file: &Arc<SourceFile>, statement: &Statement, help: &str) -> Diagnostic {
    let span = mistake::span(statement.span);
    let line = file.slice(span).lines().next().unwrap_or_default();
    let first = Span::new(span.start, span.start + line.trim_end().len());
    Diagnostic::error(
        Code::SourceStatement,
        "a file of `sources` only declares: nobody runs this statement",
    )
    .at(file, first, "")
    .help(help)
}
