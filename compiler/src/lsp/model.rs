//! A pipeline as an editor needs it: its spec and its scripts as far as they can be read, whatever is
//! wrong with them.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;
use redshift_sql::SmolStr;
use redshift_sql::names::{
    Binder, Catalog, CatalogAnswer, DeclaredTables, Findings, ResultColumns,
};
use redshift_sql::tree::{Body, Name, ObjectName, Query, Statement, StatementKind};
use redshift_sql::types::Type;

use crate::compile::{Overrides, compile};
use crate::diagnostic::Diagnostics;
use crate::pipeline::{self, MAX_SCRIPT_BYTES, Pipeline, topological};
use crate::pipeline_yaml::{self, Document};
use crate::source::{self, Files, SourceFile, Span};

/// A pipeline, read for an editor.
#[derive(Debug)]
pub struct Model {
    /// Text of the spec, as the editor has it.
    pub spec: Arc<SourceFile>,
    /// The spec; none where it is no YAML.
    pub document: Option<Document>,
    /// The spec as it was when it was YAML, where it is none now. Its places are those of another text.
    earlier: Option<Document>,
    /// SQL files of the steps, by the path in the spec.
    pub scripts: IndexMap<String, SqlFile>,
    /// Paths of RSQL scripts, which are not SQL alone.
    pub rsql: Vec<String>,
    /// What `sfc validate` says.
    pub diagnostics: Diagnostics,
    /// The resolved pipeline, where nothing is wrong with it.
    pub pipeline: Option<Pipeline>,
    /// Indices of the steps, in an order in which they may run.
    order: Vec<usize>,
    /// The script of each step, by its number in `scripts`.
    of_step: Vec<Option<usize>>,
    /// What the files of `sources` declare.
    sources: DeclaredTables,
    types: HashMap<SmolStr, Type>,
    made: HashMap<SmolStr, Vec<MakingStatement>>,
    everything: OnceCell<DeclaredTables>,
    /// The script that was asked about last, and what the steps in front of it make.
    asked: RefCell<Option<(String, DeclaredTables)>>,
}

/// A SQL file, as far as it can be read.
#[derive(Debug)]
pub struct SqlFile {
    /// Its path, relative to the spec's folder; empty where it belongs to none.
    pub path: String,
    /// Text of the file, as the editor has it.
    pub file: Arc<SourceFile>,
    /// Its tree, with the mistakes of its grammar.
    pub parsed: redshift_sql::Script,
    /// Indices of the steps that run it.
    pub steps: Vec<usize>,
}

/// A file and a byte in it that an editor asks about.
#[derive(Debug, Clone, Copy)]
pub enum AskedPlace<'a> {
    /// A byte of the spec.
    Spec(usize),
    /// A byte of a script.
    Script(&'a SqlFile, usize),
    /// In a file of tests.
    Tests(&'a Arc<SourceFile>, usize),
}

/// A statement that makes something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MakingStatement {
    /// What it makes: `table`, `view`, `procedure`.
    pub what: &'static str,
    /// Path of the script.
    pub path: String,
    /// Number of the statement in it.
    pub statement: usize,
    /// Place of the name.
    pub name: Span,
}

impl SqlFile {
    /// Reads the tree of a file.
    #[must_use]
    pub fn new(path: &str, file: Arc<SourceFile>) -> Self {
        Self {
            path: path.to_owned(),
            parsed: redshift_sql::parse(file.text()),
            file,
            steps: Vec::new(),
        }
    }

    /// The statement around a byte, its end included, and its number.
    pub(super) fn statement_at(&self, offset: u32) -> Option<(usize, &Statement)> {
        let statements = &self.parsed.statements;
        let at = statements.partition_point(|statement| statement.span.end < offset);
        let statement = statements.get(at)?;
        (statement.span.start <= offset).then_some((at, statement))
    }
}

impl Model {
    /// Reads a pipeline. `compile` says what is wrong; what it could not use is here all the same.
    #[must_use]
    pub fn new(spec: &Arc<SourceFile>, files: &dyn Files) -> Self {
        Self::behind(spec, files, None)
    }

    /// Reads a pipeline that was read before. While its spec cannot be read, as in the middle of a
    /// word, the names of the one before count.
    #[must_use]
    pub fn behind(spec: &Arc<SourceFile>, files: &dyn Files, before: Option<Self>) -> Self {
        let outcome = compile(spec, files, Overrides::default());
        let document = pipeline_yaml::load(spec).value;
        let mut model = Self {
            spec: Arc::clone(spec),
            diagnostics: outcome.diagnostics,
            pipeline: outcome.value.map(|compiled| compiled.pipeline),
            ..Self::nothing()
        };
        match document {
            Some(document) => {
                model.take(&document, files);
                model.document = Some(document);
            }
            None => {
                let earlier = before.and_then(|before| before.document.or(before.earlier));
                if let Some(earlier) = &earlier {
                    model.take(earlier, files);
                }
                model.earlier = earlier;
            }
        }
        model
    }

    /// A model of one script that belongs to no pipeline.
    #[must_use]
    pub fn nothing() -> Self {
        Self {
            spec: SourceFile::unread(""),
            document: None,
            earlier: None,
            scripts: IndexMap::new(),
            rsql: Vec::new(),
            diagnostics: Diagnostics::new(),
            pipeline: None,
            order: Vec::new(),
            of_step: Vec::new(),
            sources: DeclaredTables::new(),
            types: HashMap::new(),
            made: HashMap::new(),
            everything: OnceCell::new(),
            asked: RefCell::default(),
        }
    }

    fn take(&mut self, document: &Document, files: &dyn Files) {
        let steps = &document.spec.steps;
        let parameters = document.spec.parameters.iter();
        self.types = parameters
            .map(|(name, written)| (name.as_str().into(), pipeline::sql_type(written.kind)))
            .collect();
        let after: Vec<Vec<usize>> = steps
            .values()
            .map(|step| {
                let names = step
                    .after
                    .as_ref()
                    .map_or(&[][..], pipeline_yaml::After::names);
                let known = names.iter().filter_map(|name| steps.get_index_of(name));
                let mut known: Vec<usize> = known.collect();
                known.sort_unstable();
                known.dedup();
                known
            })
            .collect();
        self.order = topological::order(after.iter().map(Vec::as_slice));
        // Steps of a circle are in no order; they come last.
        let ordered: HashSet<usize> = self.order.iter().copied().collect();
        let left = (0..steps.len()).filter(|index| !ordered.contains(index));
        self.order.extend(left);
        let sources = document.spec.sources.as_ref();
        for written in sources.map_or(&[][..], pipeline_yaml::Sources::paths) {
            if let Ok(path) = source::relative(written) {
                self.declare(&path, files);
            }
        }
        self.of_step = vec![None; steps.len()];
        for (index, step) in steps.values().enumerate() {
            let rsql = step.rsql.as_deref().map(source::relative);
            self.rsql.extend(rsql.and_then(Result::ok));
            let written = step.sql.as_deref().or(step.local.as_deref());
            let Some(Ok(path)) = written.map(source::relative) else {
                continue;
            };
            if !self.scripts.contains_key(&path) {
                self.read(&path, files);
            }
            if let Some((number, _, script)) = self.scripts.get_full_mut(&path) {
                script.steps.push(index);
                if let Some(of_step) = self.of_step.get_mut(index) {
                    *of_step = Some(number);
                }
            }
        }
    }

    fn declare(&mut self, path: &str, files: &dyn Files) {
        self.read(path, files);
        let declared = self.scripts.get(path);
        for statement in declared.iter().flat_map(|script| &script.parsed.statements) {
            self.sources.learn(statement, &self.types);
        }
    }

    fn read(&mut self, path: &str, files: &dyn Files) {
        let Ok(bytes) = files.read(path, MAX_SCRIPT_BYTES) else {
            return;
        };
        let file = SourceFile::new(source::beside(self.spec.path(), path), bytes);
        let script = SqlFile::new(path, file);
        for (number, statement) in script.parsed.statements.iter().enumerate() {
            if let Some((what, name)) = makes(&statement.kind) {
                let made = MakingStatement {
                    what,
                    path: path.to_owned(),
                    statement: number,
                    name: span(name.span),
                };
                self.made.entry(name.key()).or_default().push(made);
            }
        }
        self.scripts.insert(path.to_owned(), script);
    }

    /// The script of a step.
    pub(super) fn script_of(&self, step: usize) -> Option<&SqlFile> {
        let number = self.of_step.get(step).copied().flatten()?;
        self.scripts.get_index(number).map(|(_, script)| script)
    }

    /// The spec, or the last one that could be read: for what is called how.
    pub(super) fn known(&self) -> Option<&Document> {
        self.document.as_ref().or(self.earlier.as_ref())
    }

    /// Name of a step.
    pub(super) fn step_name(&self, step: usize) -> Option<&str> {
        let steps = &self.known()?.spec.steps;
        steps.get_index(step).map(|(name, _)| name.as_str())
    }

    /// Types of the parameters.
    pub(super) fn types(&self) -> &HashMap<SmolStr, Type> {
        &self.types
    }

    /// Statements that make a table, a procedure or a function, by the key of its name.
    pub(super) fn made(&self, key: &str) -> &[MakingStatement] {
        self.made.get(key).map_or(&[], Vec::as_slice)
    }

    /// All that is made, by key.
    pub(super) fn all_made(&self) -> impl Iterator<Item = (&SmolStr, &MakingStatement)> {
        let made = self.made.iter();
        made.filter_map(|(key, made)| Some((key, made.first()?)))
    }

    /// What a statement of a script can name: what ran before it. Behind that stands all that the
    /// pipeline makes anywhere, because its order may still be in the making.
    pub(super) fn catalog<'m>(&'m self, script: &SqlFile, statement: usize) -> VisibleTables<'m> {
        let mut before = self.before(script);
        for statement in script.parsed.statements.iter().take(statement) {
            before.learn(statement, &self.types);
        }
        VisibleTables {
            before,
            everything: self.everything(),
        }
    }

    /// What the steps in front of a script make. Somebody who asks about a script asks about it again.
    fn before(&self, script: &SqlFile) -> DeclaredTables {
        if let Some((path, tables)) = &*self.asked.borrow()
            && *path == script.path
        {
            return tables.clone();
        }
        let mut tables = self.sources.clone();
        for step in &self.order {
            let Some(other) = self.script_of(*step) else {
                continue;
            };
            if other.path == script.path {
                break;
            }
            for statement in &other.parsed.statements {
                tables.learn(statement, &self.types);
            }
            tables.end_session();
        }
        let kept = (script.path.clone(), tables.clone());
        self.asked.replace(Some(kept));
        tables
    }

    fn everything(&self) -> &DeclaredTables {
        self.everything.get_or_init(|| {
            let mut tables = self.sources.clone();
            let scripts = self.order.iter().filter_map(|step| self.script_of(*step));
            for statement in scripts.flat_map(|script| &script.parsed.statements) {
                // What is dropped in the end is still a table of the pipeline.
                if !matches!(statement.kind, StatementKind::Drop(_)) {
                    tables.learn(statement, &self.types);
                }
            }
            tables
        })
    }

    /// All tables that the pipeline declares or makes.
    pub(super) fn tables(&self) -> impl Iterator<Item = &redshift_sql::names::Table> {
        self.everything().tables().map(AsRef::as_ref)
    }

    /// The files of `sources`, as the spec names them.
    #[must_use]
    pub fn sources(&self) -> &[String] {
        let document = self.known();
        let sources = document.and_then(|document| document.spec.sources.as_ref());
        sources.map_or(&[], pipeline_yaml::Sources::paths)
    }

    /// What binding a statement of a script finds, watched at a byte.
    pub(super) fn bind(
        &self,
        script: &SqlFile,
        number: usize,
        statement: &Statement,
        watched: u32,
    ) -> Findings {
        let catalog = self.catalog(script, number);
        Binder::new(&catalog, &self.types)
            .watching(watched)
            .statement(statement)
    }

    /// Columns of a step's result: those of its last query.
    pub(super) fn result(&self, step: usize) -> Option<ResultColumns> {
        let script = self.script_of(step)?;
        let mut statements = script.parsed.statements.iter().enumerate();
        let (number, query) =
            statements.rfind(|(_, statement)| matches!(statement.kind, StatementKind::Query(_)))?;
        let catalog = self.catalog(script, number);
        Binder::new(&catalog, &self.types).statement(query).result
    }
}

/// Tables that a statement can name.
pub(super) struct VisibleTables<'m> {
    before: DeclaredTables,
    everything: &'m DeclaredTables,
}

impl VisibleTables<'_> {
    /// Tables that are made before the statement, and after it.
    pub fn tables(&self) -> impl Iterator<Item = &redshift_sql::names::Table> {
        let later = self.everything.tables();
        let later = later.filter(|table| self.before.get(&table.name).is_none());
        self.before.tables().chain(later).map(AsRef::as_ref)
    }

    /// The table of a key.
    pub fn get(&self, key: &str) -> Option<&redshift_sql::names::Table> {
        let known = self.before.get(key).or_else(|| self.everything.get(key));
        known.map(AsRef::as_ref)
    }
}

impl Catalog for VisibleTables<'_> {
    fn table(&self, name: &ObjectName) -> CatalogAnswer {
        match self.before.table(name) {
            CatalogAnswer::Table(table) => CatalogAnswer::Table(table),
            _ => self.everything.table(name),
        }
    }

    fn has_function(&self, name: &ObjectName) -> bool {
        self.before.has_function(name) || self.everything.has_function(name)
    }
}

/// What a statement makes, and its name.
fn makes(kind: &StatementKind) -> Option<(&'static str, &ObjectName)> {
    Some(match kind {
        StatementKind::CreateTable(create) => ("table", &create.name),
        StatementKind::CreateTableAs(create) => ("table", &create.name),
        StatementKind::CreateExternalTable(create) => ("external table", &create.name),
        StatementKind::CreateView(view) => ("view", &view.name),
        StatementKind::CreateMaterializedView(view) => ("materialized view", &view.name),
        StatementKind::CreateExternalView(view) => ("external view", &view.name),
        StatementKind::CreateProcedure(procedure) => ("procedure", &procedure.name),
        StatementKind::CreateFunction(function) => ("function", &function.name),
        StatementKind::CreateExternalFunction(function) => ("external function", &function.name),
        StatementKind::Query(query) => ("table", selected_into(query)?),
        _ => return None,
    })
}

/// The table that SELECT INTO makes.
fn selected_into(query: &Query) -> Option<&ObjectName> {
    match &query.body {
        Body::Select(select) => match select.into.as_ref()?.targets.as_slice() {
            [name] => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// The name of a column in the statement that makes its table.
pub(super) fn column_name<'s>(statement: &'s Statement, column: &str) -> Option<&'s Name> {
    match &statement.kind {
        StatementKind::CreateTable(create) => create
            .columns()
            .map(|known| &known.name)
            .find(|name| name.text == column),
        StatementKind::CreateTableAs(create) => {
            create.columns.iter().find(|name| name.text == column)
        }
        StatementKind::CreateView(view) => view.columns.iter().find(|name| name.text == column),
        _ => None,
    }
}

/// A place of the tree as a place of the file.
pub(super) fn span(span: redshift_sql::Span) -> Span {
    span.into()
}

/// A byte of a file as a byte of its tree.
pub(super) fn byte(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
