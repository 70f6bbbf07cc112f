//! What is there before a step runs, as far as `sources` and the other steps declare it. It is the
//! statements that make a table, a view, a procedure or a function, and the columns of tables.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use redshift_sql::names::{Binder, Column, DeclaredTables, TableKind};
use redshift_sql::tree::{
    AlterTable, AlterTableKind, ObjectName, Statement, StatementKind, TableElement,
};
use redshift_sql::types::Type;
use redshift_sql::{Script, SmolStr};
use runtime_lambda::plan::When;

use crate::pipeline::{Pipeline, topological};

/// A script and its text.
pub(super) struct ScriptText {
    text: String,
    parsed: Script,
}

impl ScriptText {
    pub(super) fn new(text: String) -> Self {
        let parsed = redshift_sql::parse(&text);
        Self { text, parsed }
    }

    fn of(&self, statement: &Statement) -> Option<&str> {
        let (start, end) = (statement.span.start as usize, statement.span.end as usize);
        let text = self.text.get(start..end)?;
        // What is inserted there, only a run says.
        (!text.contains("{{")).then(|| text.trim_end_matches(';'))
    }
}

/// A table that something declares.
#[derive(Debug, Clone)]
pub(super) struct DeclaredTable {
    /// What makes it, one behind the other; nothing if only its columns are known.
    pub make: Vec<String>,
    /// Its columns, as far as they are known.
    pub columns: Vec<Column>,
    /// Whether it may have columns that are not listed.
    pub open: bool,
    /// What makes it where it is a view.
    pub view: Option<String>,
    /// What a view reads.
    pub reads: Vec<String>,
}

impl DeclaredTable {
    /// The statements that make it as a table, whatever it is; none if nobody knows its columns.
    pub fn statements(&self, name: &str) -> Option<Vec<String>> {
        if !self.make.is_empty() {
            return Some(self.make.clone());
        }
        if self.open || self.columns.is_empty() {
            return None;
        }
        let mut statement = format!("create table {name} (");
        for (index, column) in self.columns.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            let kind = match column.kind {
                Type::Unknown | Type::Null | Type::Literal => "varchar(65535)".to_owned(),
                kind => kind.to_string(),
            };
            let _ = write!(statement, "{comma}{} {kind}", quoted(&column.name));
        }
        statement.push(')');
        Some(vec![statement])
    }
}

/// A name in double quotes.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A procedure or function.
#[derive(Debug, Clone)]
struct Routine {
    /// Its own name, without the schema.
    name: String,
    schema: Option<String>,
    statement: String,
}

/// All that is declared before a step.
#[derive(Debug, Default)]
pub(super) struct Declarations {
    tables: HashMap<String, DeclaredTable>,
    routines: Vec<Routine>,
    /// Names of views in the order in which they are made.
    views: Vec<String>,
}

impl Declarations {
    /// What is there before the step at `step`; with none, what any step makes counts. There is a script, or
    /// none, for each step.
    #[expect(
        clippy::indexing_slicing,
        reason = "an order of the steps has their own indices"
    )]
    pub fn before(
        pipeline: &Pipeline,
        sources: &[ScriptText],
        scripts: &[Option<ScriptText>],
        step: Option<usize>,
    ) -> Self {
        let order = topological::order(pipeline.steps.iter().map(|step| step.after.as_slice()));
        let later = step.map_or_else(BTreeSet::new, |step| followers(pipeline, step, &order));
        let is_deploy = |index: &usize| pipeline.steps[*index].when == When::Deploy;
        let mut first: Vec<usize> = order
            .iter()
            .copied()
            .filter(|index| !later.contains(index))
            .collect();
        first.sort_by_key(|index| !is_deploy(index));
        let behind = order.iter().copied().filter(|index| later.contains(index));
        let mut known = Self::default();
        let mut catalog = DeclaredTables::new();
        let text = |index: usize| scripts[index].as_ref();
        for text in sources.iter().chain(first.into_iter().filter_map(text)) {
            known.learn(text, &mut catalog, true);
        }
        // A table that only the step or those behind it make: its types, and nothing else.
        for text in behind.filter_map(text) {
            known.learn(text, &mut catalog, false);
        }
        known
    }

    /// The table of this name, as catalogs keep it.
    pub fn table(&self, key: &str) -> Option<&DeclaredTable> {
        self.tables.get(key)
    }

    /// The statements of the views that are needed, in the order in which they are made.
    pub fn views(&self, needed: &dyn Fn(&str) -> bool) -> Vec<&str> {
        let made = self.views.iter().filter(|view| needed(view));
        made.filter_map(|view| self.tables.get(view)?.view.as_deref())
            .collect()
    }

    /// The procedures and functions that a text mentions, and those that they mention: the schemas that
    /// they lie in, and the statements that make them.
    pub fn routines(&self, text: &str) -> (Vec<String>, Vec<String>) {
        let mut text = text.to_lowercase();
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        loop {
            let next =
                self.routines.iter().enumerate().find(|(index, routine)| {
                    !taken.contains(index) && text.contains(&routine.name)
                });
            let Some((index, routine)) = next else { break };
            taken.insert(index);
            text.push_str(&routine.statement.to_lowercase());
        }
        let routines = || taken.iter().filter_map(|index| self.routines.get(*index));
        (
            routines()
                .filter_map(|routine| routine.schema.clone())
                .collect(),
            routines()
                .map(|routine| routine.statement.clone())
                .collect(),
        )
    }

    fn learn(&mut self, script: &ScriptText, catalog: &mut DeclaredTables, counts: bool) {
        let parameters: HashMap<SmolStr, Type> = HashMap::new();
        for statement in &script.parsed.statements {
            let text = script.of(statement);
            catalog.learn(statement, &parameters);
            let reads = || {
                let found = Binder::new(catalog, &parameters).statement(statement);
                found
                    .reads
                    .iter()
                    .map(|read| read.name.to_string())
                    .collect()
            };
            match &statement.kind {
                StatementKind::CreateTable(create) if !create.temporary => {
                    let key = create.name.key().to_string();
                    let made = (counts || !self.tables.contains_key(&key))
                        && !(create.if_not_exists && self.has(&key));
                    if made {
                        let copies = create
                            .elements
                            .iter()
                            .any(|element| matches!(element, TableElement::Like { .. }));
                        let make = text.filter(|_| !copies).map(str::to_owned);
                        self.put(&create.name, make, (None, Vec::new()), catalog);
                    }
                }
                StatementKind::AlterTable(alter) if counts => self.alter(alter, text, catalog),
                StatementKind::CreateTableAs(create) if !create.temporary => {
                    self.found(&create.name, (None, Vec::new()), catalog, counts);
                }
                StatementKind::CreateExternalTable(create) => {
                    self.found(&create.name, (None, Vec::new()), catalog, counts);
                }
                StatementKind::CreateView(view) => {
                    let found = (text, reads());
                    self.found(&view.name, found, catalog, counts);
                }
                StatementKind::CreateMaterializedView(view) => {
                    let found = (text, reads());
                    self.found(&view.name, found, catalog, counts);
                }
                StatementKind::CreateProcedure(create) if counts => {
                    self.routine(&create.name, text);
                }
                StatementKind::CreateFunction(create) if counts => {
                    self.routine(&create.name, text);
                }
                _ => {}
            }
        }
        catalog.end_session();
    }

    /// A table has changed, or has another name.
    fn alter(&mut self, alter: &AlterTable, text: Option<&str>, catalog: &DeclaredTables) {
        let key = alter.table.key().to_string();
        if let Some(now) = catalog.get(&key) {
            let Some(table) = self.tables.get_mut(&key) else {
                return;
            };
            table.columns = now.columns.clone();
            table.open = now.open;
            match text {
                Some(text) if !table.make.is_empty() => table.make.push(text.to_owned()),
                _ => table.make.clear(),
            }
            return;
        }
        let Some(mut table) = self.tables.remove(&key) else {
            return;
        };
        let to = alter.actions.iter().find_map(|action| match &action.kind {
            AlterTableKind::Rename(to) => Some(to.text.as_str()),
            _ => None,
        });
        let Some(to) = to else { return };
        let schema = key.rsplit_once('.').map(|(schema, _)| format!("{schema}."));
        let renamed = format!("{}{to}", schema.unwrap_or_default());
        // Its statements speak of the old name.
        table.make.clear();
        self.tables.insert(renamed, table);
    }

    fn has(&self, key: &str) -> bool {
        self.tables.contains_key(key)
    }

    fn found(
        &mut self,
        name: &ObjectName,
        (view, reads): (Option<&str>, Vec<String>),
        catalog: &DeclaredTables,
        counts: bool,
    ) {
        if counts || !self.has(&name.key()) {
            self.put(name, None, (view.filter(|_| counts), reads), catalog);
        }
    }

    fn put(
        &mut self,
        name: &ObjectName,
        make: Option<String>,
        (view, reads): (Option<&str>, Vec<String>),
        catalog: &DeclaredTables,
    ) {
        let key: SmolStr = name.key();
        let Some(table) = catalog.get(&key) else {
            return;
        };
        if table.kind == TableKind::Temporary {
            return;
        }
        if view.is_some() {
            self.views.retain(|known| *known != key.as_str());
            self.views.push(key.to_string());
        }
        let table = DeclaredTable {
            make: make.into_iter().collect(),
            columns: table.columns.clone(),
            open: table.open,
            view: view.map(str::to_owned),
            reads,
        };
        self.tables.insert(key.to_string(), table);
    }

    fn routine(&mut self, name: &ObjectName, text: Option<&str>) {
        let (Some(own), Some(statement)) = (name.name(), text) else {
            return;
        };
        self.routines.push(Routine {
            name: own.text.to_string(),
            schema: name.schema().map(|schema| schema.text.to_string()),
            statement: statement.to_owned(),
        });
    }
}

/// The step and all behind it.
#[expect(
    clippy::indexing_slicing,
    reason = "an order of the steps has their own indices"
)]
fn followers(pipeline: &Pipeline, step: usize, order: &[usize]) -> BTreeSet<usize> {
    let mut later = BTreeSet::from([step]);
    for index in order {
        let mut after = pipeline.steps[*index].after.iter();
        if after.any(|before| later.contains(before)) {
            later.insert(*index);
        }
    }
    later
}
