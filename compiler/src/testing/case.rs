//! A test, resolved: the statements that put there what is given, and the rows that are expected. What
//! is wrong with it is found here, before anything runs.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use indexmap::IndexMap;
use jiff::Timestamp;
use redshift_sql::lineage::{Dataset, How};
use redshift_sql::names::is_system;
use runtime_lambda::parameters;
use runtime_lambda::plan::When;

use super::cells::{self, Row, Value};
use super::declared::{Declarations, Text, quoted};
use super::file::{self, Given, Key, Object, Rows, Status, Test, Tests, Twice};
use super::given::{self, GIVEN_BUCKET, Setup};
use crate::compile::Compiled;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Nearest};
use crate::pipeline::{self, Lineage};
use crate::source::{self, Files, SourceFile, Span};
use crate::spec::{Other, Place};

/// Largest file that a test may give.
const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// Tests of one file.
pub type Loaded = Other<Tests>;

/// A test, ready to run.
#[derive(Debug, Clone)]
pub struct Case {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Its name.
    pub name: String,
    /// The place of the name.
    pub span: Span,
    /// What runs.
    pub subject: Subject,
    /// What puts there what is given, in order.
    pub setup: Vec<Setup>,
    /// Objects: bucket, key, content.
    pub objects: Vec<(String, String, Vec<u8>)>,
    /// Values of the parameters.
    pub parameters: IndexMap<String, String>,
    /// Values of the parameters that are secret.
    pub secrets: Vec<(String, String)>,
    /// The moment at which the clock stands still.
    pub now: Option<Timestamp>,
    /// What RANDOM begins with.
    pub seed: Option<f64>,
    /// What is expected of tables.
    pub tables: Vec<Expected>,
    /// What is expected of the result.
    pub result: Option<Expected>,
    /// What the step's error must contain.
    pub error: Option<(String, Span)>,
    /// Whether the step must meet its own expectations.
    pub own_expect: bool,
    /// Whether the step runs twice and must change nothing the second time.
    pub twice: bool,
    /// How the run must end, and where that is written.
    pub status: (Status, Span),
    /// Steps that must finish in this order.
    pub order: Vec<(String, Span)>,
    /// Rounds of the run.
    pub rounds: Option<(u32, Span)>,
    /// How many tries of a step fail.
    pub faults: IndexMap<String, u32>,
}

/// What a test runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The step with this index.
    Step(usize),
    /// All of them.
    Pipeline,
}

/// Rows that are expected of a table or of the result.
#[derive(Debug, Clone)]
pub struct Expected {
    /// The table as catalogs keep it; empty for the result.
    pub name: String,
    /// The place of the expectation.
    pub span: Span,
    /// The rows; none if nothing is said of them.
    pub rows: Option<Vec<Row>>,
    /// Which rows there may be beside them.
    pub matching: Matching,
    /// Columns by which rows are told apart.
    pub key: Vec<String>,
    /// How far a number may be from what is expected.
    pub tolerance: Option<f64>,
    /// How many rows there are, and where that is written.
    pub count: Option<(u64, Span)>,
    /// Where the list of the rows is written; none of those in a file.
    pub list: Option<List>,
}

/// A list of rows in the file, and its key.
#[derive(Debug, Clone, Copy)]
pub struct List {
    /// The key.
    pub key: Span,
    /// All of the list.
    pub span: Span,
}

/// Which rows there may be, and in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matching {
    /// All of them, in any order.
    All,
    /// These among others.
    Subset,
    /// All of them, in this order.
    InOrder,
}

/// What tests are resolved against.
pub struct Cases<'a> {
    compiled: &'a Compiled,
    files: &'a dyn Files,
    sources: Vec<Text>,
    scripts: Vec<Option<Text>>,
    known: HashMap<Option<usize>, Rc<Declarations>>,
}

/// The tests of files, resolved against a pipeline whose `sources` are these files.
pub fn cases(
    compiled: &Compiled,
    sources: &[String],
    files: &dyn Files,
    loaded: &[Loaded],
) -> (Vec<Case>, Diagnostics) {
    let read = |path: &String| {
        let path = source::relative(path).ok()?;
        let bytes = files.read(&path, pipeline::MAX_SCRIPT_BYTES).ok()?;
        Some(Text::new(
            String::from_utf8_lossy(&source::without_mark(bytes)).into_owned(),
        ))
    };
    let steps = compiled.pipeline.steps.iter();
    let mut all = Cases {
        compiled,
        files,
        sources: sources.iter().filter_map(read).collect(),
        scripts: steps
            .map(|step| Some(Text::new(step.sql()?.file.text().to_owned())))
            .collect(),
        known: HashMap::new(),
    };
    let mut diagnostics = Diagnostics::new();
    let mut cases = Vec::new();
    for other in loaded {
        let Some(tests) = other.root().get("tests") else {
            continue;
        };
        for (name, test) in &other.value.tests {
            let Some(place) = tests.get(name) else {
                continue;
            };
            let mut resolver = Resolver {
                cases: &mut all,
                file: &other.file,
                test,
                place,
                found: Diagnostics::new(),
            };
            let case = resolver.case(name);
            if resolver.found.has_errors() {
                diagnostics.append(resolver.found);
            } else {
                cases.extend(case);
            }
        }
    }
    (cases, diagnostics)
}

impl Cases<'_> {
    fn declared(&mut self, step: Option<usize>) -> Rc<Declarations> {
        let made =
            || Declarations::before(&self.compiled.pipeline, &self.sources, &self.scripts, step);
        Rc::clone(self.known.entry(step).or_insert_with(|| Rc::new(made())))
    }
}

/// One test on its way to a case.
struct Resolver<'a, 'c> {
    cases: &'a mut Cases<'c>,
    file: &'a Arc<SourceFile>,
    test: &'a Test,
    place: Place<'a>,
    found: Diagnostics,
}

impl<'a> Resolver<'a, '_> {
    fn error(&mut self, code: Code, message: String, span: Span, help: impl Into<String>) {
        let problem = Diagnostic::error(code, message)
            .at(self.file, span, "")
            .help(help);
        self.found.push(problem);
    }

    /// The place of the value under these keys, as near as there is one.
    fn at(&self, keys: &[&str]) -> Place<'a> {
        let mut place = self.place;
        for key in keys {
            match place.get(key) {
                Some(inner) => place = inner,
                None => break,
            }
        }
        place
    }

    fn span(&self, keys: &[&str]) -> Span {
        self.at(keys).shown()
    }

    fn case(&mut self, name: &str) -> Option<Case> {
        let subject = self.subject()?;
        let step = match subject {
            Subject::Step(step) => Some(step),
            Subject::Pipeline => None,
        };
        let declared = self.cases.declared(step);
        let objects_given = self.objects();
        let (mut setup, mut objects) = self.setup(step, &declared);
        objects.extend(objects_given);
        setup.retain(|setup| !setup.sql.is_empty());
        let (parameters, secrets) = self.parameters(step.is_some());
        let now = self.now();
        let seed = self.test.seed;
        if seed.is_some_and(|seed| !(-1.0..=1.0).contains(&seed)) {
            let span = self.span(&["seed"]);
            self.error(
                Code::TestValue,
                "`seed` must be from -1 to 1".to_owned(),
                span,
                "write a number such as `0.25`",
            );
        }
        let expect = &self.test.expect;
        let mut tables = Vec::new();
        for (name, rows) in &expect.tables {
            let expected = self.expected(&["expect", "tables", name], &key(name), rows);
            if expected.matching == Matching::InOrder {
                let span = self.span(&["expect", "tables", name]);
                self.error(
                    Code::TestValue,
                    format!("the rows of the table `{name}` have no order"),
                    span,
                    "write `rows:`, which takes any order",
                );
            }
            self.known_columns(&expected, &declared);
            tables.push(expected);
        }
        let result = expect
            .result
            .as_ref()
            .map(|rows| self.expected(&["expect", "result"], "", rows));
        self.sense(step.is_some());
        for (name, _) in &self.test.faults {
            self.faulty(name);
        }
        let mut order = Vec::new();
        for (index, name) in expect.order.iter().enumerate() {
            let index = index.to_string();
            let keys = ["expect", "order", index.as_str()];
            self.known_step(name, &keys);
            order.push((name.clone(), self.span(&keys)));
        }
        Some(Case {
            file: Arc::clone(self.file),
            name: name.to_owned(),
            span: self.place.key().unwrap_or_default(),
            subject,
            setup,
            objects,
            parameters,
            secrets,
            now,
            seed,
            tables,
            result,
            error: expect
                .error
                .clone()
                .map(|error| (error, self.span(&["expect", "error"]))),
            own_expect: self.test.step_expect.is_none(),
            twice: self.test.twice == Some(Twice::Same),
            status: (
                expect.status.unwrap_or(Status::Finished),
                self.span(&["expect", "status"]),
            ),
            order,
            rounds: expect
                .rounds
                .map(|rounds| (rounds, self.span(&["expect", "rounds"]))),
            faults: self
                .test
                .faults
                .iter()
                .map(|(name, fault)| (name.clone(), fault.fails))
                .collect(),
        })
    }

    /// The step that is named, or all.
    fn subject(&mut self) -> Option<Subject> {
        let Some(name) = &self.test.step else {
            return Some(Subject::Pipeline);
        };
        let index = self.known_step(name, &["step"])?;
        let step = self.cases.compiled.pipeline.steps.get(index)?;
        if step.sql().is_none() {
            let span = self.span(&["step"]);
            self.error(
                Code::TestStep,
                format!("the step `{name}` has no SQL that a test could run"),
                span,
                "leave `step` out: a test of the whole pipeline runs it as `sfc run` does",
            );
            return None;
        }
        Some(Subject::Step(index))
    }

    /// A step that is to fail: one whose statements the warehouse gets.
    fn faulty(&mut self, name: &str) {
        let Some(index) = self.known_step(name, &["faults", name]) else {
            return;
        };
        let step = self.cases.compiled.pipeline.steps.get(index);
        if step.is_some_and(|step| step.job().is_some()) {
            let span = self.at(&["faults", name]).key().unwrap_or_default();
            self.error(
                Code::TestStep,
                format!("the step `{name}` is a job, which no test can let fail"),
                span,
                "give what makes the job fail, such as a table with a wrong column",
            );
        }
    }

    fn known_step(&mut self, name: &str, keys: &[&str]) -> Option<usize> {
        let steps = &self.cases.compiled.pipeline.steps;
        let index = steps.iter().position(|step| step.name == name);
        if index.is_none() {
            let names = steps.iter().map(|step| step.name.as_str());
            let help = Nearest::default().suggest(name, names);
            let help = help.unwrap_or_else(|| "name a step of pipeline.yaml".to_owned());
            let span = if keys.first() == Some(&"faults") {
                self.at(keys).key().unwrap_or_default()
            } else {
                self.span(keys)
            };
            self.error(
                Code::TestStep,
                format!("the pipeline has no step `{name}`"),
                span,
                help,
            );
        }
        index
    }

    /// What belongs to the other kind of test, and a test that expects nothing.
    fn sense(&mut self, is_step: bool) {
        let expect = &self.test.expect;
        let wrong: Vec<&[&str]> = if is_step {
            vec![
                (!self.test.faults.is_empty()).then_some(&["faults"][..]),
                expect.status.map(|_| &["expect", "status"][..]),
                (!expect.order.is_empty()).then_some(&["expect", "order"][..]),
                expect.rounds.map(|_| &["expect", "rounds"][..]),
            ]
        } else {
            vec![
                expect.result.as_ref().map(|_| &["expect", "result"][..]),
                expect.error.as_ref().map(|_| &["expect", "error"][..]),
                self.test.twice.map(|_| &["twice"][..]),
                self.test.step_expect.map(|_| &["step_expect"][..]),
                self.test.seed.map(|_| &["seed"][..]),
            ]
        }
        .into_iter()
        .flatten()
        .collect();
        for keys in wrong {
            let field = keys.last().copied().unwrap_or_default();
            let span = self.at(keys).key().unwrap_or_default();
            let (message, help) = if is_step {
                (
                    format!("a test of one step has no `{field}`"),
                    "leave `step` out to test the whole pipeline",
                )
            } else {
                (
                    format!("a test of the whole pipeline has no `{field}`"),
                    "name the step: `step: NAME`",
                )
            };
            self.error(Code::TestValue, message, span, help);
        }
        if is_step
            && expect.tables.is_empty()
            && expect.result.is_none()
            && expect.error.is_none()
            && self.test.twice.is_none()
        {
            let span = self.at(&["expect"]).key().unwrap_or_default();
            self.error(
                Code::TestEmpty,
                "this test expects nothing, so it can never fail".to_owned(),
                span,
                "say what is expected: `tables`, `result` or `error`",
            );
        }
        if expect
            .error
            .as_ref()
            .is_some_and(|text| text.trim().is_empty())
        {
            let span = self.span(&["expect", "error"]);
            self.error(
                Code::TestEmpty,
                "every error contains an empty text".to_owned(),
                span,
                "write a part of the message that is expected",
            );
        }
        if self.test.twice.is_some() && expect.tables.is_empty() {
            let span = self.at(&["twice"]).key().unwrap_or_default();
            self.error(
                Code::TestEmpty,
                "`twice` compares the tables that are expected, and there are none".to_owned(),
                span,
                "name them under `expect: { tables: … }`",
            );
        }
        if self.test.twice.is_some() && expect.error.is_some() {
            let span = self.at(&["twice"]).key().unwrap_or_default();
            self.error(
                Code::TestValue,
                "a step that fails is not run twice".to_owned(),
                span,
                "remove `twice` or `error`",
            );
        }
    }

    fn now(&mut self) -> Option<Timestamp> {
        let text = self.test.now.as_ref()?;
        let moment = text.parse::<Timestamp>().ok().or_else(|| {
            let civil: jiff::civil::DateTime = text.parse().ok()?;
            Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
        });
        if moment.is_none() {
            let span = self.span(&["now"]);
            self.error(
                Code::TestValue,
                format!("`{text}` is no moment"),
                span,
                "write it as `2026-03-01T04:00:00Z`; without a zone it is UTC",
            );
        }
        moment
    }

    /// The parameters' values. A step needs only those that it uses.
    fn parameters(&mut self, is_step: bool) -> (IndexMap<String, String>, Vec<(String, String)>) {
        let plan = &self.cases.compiled.plan;
        let mut given = serde_json::Map::new();
        let mut secrets = Vec::new();
        for name in self.test.parameters.keys() {
            let place = self.at(&["parameters", name]);
            let written = self.file.slice(place.span());
            let value = match place.value() {
                serde_json::Value::String(text) => text,
                serde_json::Value::Number(number) if written.parse::<f64>().is_err() => {
                    number.to_string()
                }
                serde_json::Value::Number(_) => written.to_owned(),
                value => value.to_string(),
            };
            let Some(parameter) = plan.parameters.get(name) else {
                let names = plan.parameters.keys().map(String::as_str);
                let help = Nearest::default().suggest(name, names);
                let help = help.unwrap_or_else(|| {
                    "declare it under `parameters:` in pipeline.yaml".to_owned()
                });
                let span = place.key().unwrap_or_default();
                self.found.push(
                    Diagnostic::error(
                        Code::RunParameter,
                        format!("the pipeline has no parameter `{name}`"),
                    )
                    .at(self.file, span, "")
                    .help(help),
                );
                continue;
            };
            if parameter.secret.is_some() {
                secrets.push((name.clone(), value));
            } else if parameter.kind.accepts(&value) {
                given.insert(name.clone(), value.into());
            } else {
                let problem = Diagnostic::error(
                    Code::RunParameter,
                    format!("`{value}` is no value of the parameter `{name}`"),
                )
                .at(self.file, place.shown(), "")
                .help(format!("it must be {}", parameter.kind.description()));
                self.found.push(problem);
            }
        }
        // As for steps of a deploy, those without a value are left out.
        let when = if is_step { When::Deploy } else { When::Run };
        let given = serde_json::Value::Object(given);
        let values = parameters::resolve(plan, Some(&given), when).unwrap_or_else(|problem| {
            if !self.found.has_errors() {
                let span = self.at(&["parameters"]).shown();
                let problem = Diagnostic::error(Code::RunParameter, problem.to_string())
                    .at(self.file, span, "");
                self.found
                    .push(problem.help("give it a value under `parameters:`"));
            }
            IndexMap::new()
        });
        (values, secrets)
    }

    fn objects(&mut self) -> Vec<(String, String, Vec<u8>)> {
        let mut objects = Vec::new();
        for (address, object) in &self.test.objects {
            let place = self.at(&["objects", address]);
            let named = address
                .strip_prefix("s3://")
                .and_then(|rest| rest.split_once('/'));
            let Some((bucket, object_key)) =
                named.filter(|(bucket, key)| !bucket.is_empty() && source::relative(key).is_ok())
            else {
                let span = place.key().unwrap_or_default();
                self.error(
                    Code::TestValue,
                    format!("`{address}` is no address of an object"),
                    span,
                    "write `s3://bucket/key`",
                );
                continue;
            };
            let bytes = match object {
                Object::Text(text) => Some(text.clone().into_bytes()),
                Object::File(file) => self.read(&file.file, &["objects", address, "file"]),
            };
            if let Some(bytes) = bytes {
                objects.push((bucket.to_owned(), object_key.to_owned(), bytes));
            }
        }
        objects
    }

    fn read(&mut self, path: &str, keys: &[&str]) -> Option<Vec<u8>> {
        let read = source::relative(path)
            .map_err(|_| "it lies outside of the pipeline's folder".to_owned())
            .and_then(|path| {
                self.cases
                    .files
                    .read(&path, MAX_FILE_BYTES)
                    .map_err(|problem| problem.to_string())
            });
        match read {
            Ok(bytes) => Some(bytes),
            Err(why) => {
                let problem = Diagnostic::error(Code::TestFile, format!("`{path}` cannot be read"))
                    .at(self.file, self.span(keys), "")
                    .note(why)
                    .help("paths are relative to the pipeline's folder");
                self.found.push(problem);
                None
            }
        }
    }

    /// The statements in front of what runs, and the files that they read.
    #[expect(clippy::type_complexity, reason = "two lists that belong together")]
    fn setup(
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
    fn needs(&self, step: Option<usize>) -> (Vec<String>, String, BTreeSet<String>) {
        let steps = &self.cases.compiled.pipeline.steps;
        let Some(sql) = step.and_then(|step| steps.get(step)?.sql()) else {
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

    /// What puts a table there.
    fn table(
        &mut self,
        name: &str,
        written: &str,
        declared: &Declarations,
        setup: &mut Vec<Setup>,
        objects: &mut Vec<(String, String, Vec<u8>)>,
    ) {
        let place = self.at(&["given", written]);
        let span = place.key().unwrap_or_default();
        let table = declared.table(name);
        let empty = IndexMap::new();
        let Some(given) = self.test.given.get(written) else {
            return;
        };
        let (list, types) = match given {
            Given::Rows(_) => (Some(place), &empty),
            Given::Table(table) => (place.get("rows"), &table.types),
        };
        if let Given::Table(table) = given {
            let ways = [
                table.rows.is_some(),
                table.csv.is_some(),
                table.parquet.is_some(),
                table.sql.is_some(),
            ];
            if ways.iter().filter(|way| **way).count() > 1 {
                self.error(
                    Code::TestValue,
                    format!("`{written}` has its rows from several places"),
                    span,
                    "keep one of `rows`, `csv`, `parquet` and `sql`",
                );
                return;
            }
        }
        let rows = list
            .map(|list| cells::rows(self.file, list))
            .unwrap_or_default();
        let put = |sql: String, span: Span| Setup {
            sql,
            span,
            table: name.to_owned(),
        };
        let csv = match given {
            Given::Table(given) => match &given.csv {
                Some(path) => match self.read(path, &["given", written, "csv"]) {
                    Some(bytes) => Some(bytes),
                    None => return,
                },
                None => None,
            },
            Given::Rows(_) => None,
        };
        let csv_rows = csv.as_deref().map(|bytes| csv_rows(bytes, span));
        if let Given::Table(file::GivenTable {
            sql: Some(sql),
            types,
            ..
        }) = given
        {
            let made = table
                .filter(|_| types.is_empty())
                .and_then(|table| table.statements(&given::name(name)));
            let span = self.span(&["given", written, "sql"]);
            match made {
                Some(statements) => {
                    setup.extend(statements.into_iter().map(|sql| put(sql, span)));
                    setup.push(put(
                        format!("insert into {} {sql}", given::name(name)),
                        span,
                    ));
                }
                None => setup.push(put(
                    format!("create table {} as {sql}", given::name(name)),
                    span,
                )),
            }
            return;
        }
        let known = csv_rows.as_deref().unwrap_or(&rows);
        let statements = match table.filter(|_| types.is_empty()) {
            Some(table) => {
                self.columns(written, table, known);
                table.statements(&given::name(name))
            }
            None => None,
        };
        let declared_here = statements.is_some();
        let statements = statements.or_else(|| {
            let columns = given::told(known, types)?;
            Some(vec![format!(
                "create table {} ({columns})",
                given::name(name)
            )])
        });
        let Some(statements) = statements else {
            self.error(
                Code::TestTypes,
                format!("nobody knows the columns of `{written}`"),
                span,
                "give `types: { column: type }`, or declare the table in a file of `sources`",
            );
            return;
        };
        setup.extend(statements.into_iter().map(|sql| put(sql, span)));
        let table = table.filter(|_| declared_here);
        let identity = given::gives_identity(table, known);
        let object = format!("{name}.csv");
        if let Given::Table(file::GivenTable {
            parquet: Some(path),
            ..
        }) = given
        {
            let Some(bytes) = self.read(path, &["given", written, "parquet"]) else {
                return;
            };
            let object = format!("{name}.parquet");
            let sql = format!(
                "copy {} from 's3://{GIVEN_BUCKET}/{object}' iam_role default format as parquet",
                given::name(name)
            );
            objects.push((GIVEN_BUCKET.to_owned(), object, bytes));
            setup.push(put(sql, self.span(&["given", written, "parquet"])));
        } else if let Some(bytes) = csv {
            let header = csv_header(&bytes);
            setup.push(put(
                given::copy_csv(name, &object, &header, identity, true),
                span,
            ));
            objects.push((GIVEN_BUCKET.to_owned(), object, bytes));
        } else if identity {
            let (columns, bytes) = given::csv(&rows);
            setup.push(put(
                given::copy_csv(name, &object, &columns, true, false),
                span,
            ));
            objects.push((GIVEN_BUCKET.to_owned(), object, bytes));
        } else if !rows.is_empty() {
            let inserts = given::inserts(name, table, &rows);
            setup.extend(inserts.into_iter().map(|(sql, span)| put(sql, span)));
        }
    }

    /// Columns that a declared table does not have.
    fn columns(&mut self, written: &str, table: &super::declared::Table, rows: &[Row]) {
        if table.open {
            return;
        }
        let names = || table.columns.iter().map(|column| column.name.as_str());
        let mut told: BTreeSet<String> = BTreeSet::new();
        for (name, span) in rows.iter().flat_map(|row| &row.names) {
            if !names().any(|known| known == name) && told.insert(name.clone()) {
                self.no_column(written, name, *span, &names().collect::<Vec<_>>());
            }
        }
    }

    fn no_column(&mut self, table: &str, name: &str, span: Span, columns: &[&str]) {
        let help = Nearest::default().suggest(name, columns.iter().copied());
        let help = help.unwrap_or_else(|| format!("its columns are {}", columns.join(", ")));
        self.error(
            Code::TestTypes,
            format!("`{table}` has no column `{name}`"),
            span,
            help,
        );
    }

    /// Columns of an expectation that the table cannot have.
    fn known_columns(&mut self, expected: &Expected, declared: &Declarations) {
        let given = self
            .test
            .given
            .iter()
            .find(|(name, _)| key(name) == expected.name);
        if matches!(given, Some((_, Given::Table(table))) if !table.types.is_empty()) {
            return;
        }
        if let (Some(table), Some(rows)) = (declared.table(&expected.name), &expected.rows) {
            self.columns(&expected.name, table, rows);
        }
    }

    fn expected(&mut self, keys: &[&str], name: &str, rows: &Rows) -> Expected {
        let place = self.at(keys);
        let span = place.key().unwrap_or_default();
        let mut expected = Expected {
            name: name.to_owned(),
            span,
            rows: None,
            matching: Matching::All,
            key: Vec::new(),
            tolerance: None,
            count: None,
            list: None,
        };
        let list = |place: Place<'_>| List {
            key: place.key().unwrap_or_default(),
            span: place.span(),
        };
        let Rows::Compared(compared) = rows else {
            expected.rows = Some(cells::rows(self.file, place));
            expected.list = Some(list(place));
            return expected;
        };
        let lists = [
            ("rows", Matching::All),
            ("subset", Matching::Subset),
            ("in_order", Matching::InOrder),
        ];
        let given: Vec<_> = lists
            .iter()
            .filter_map(|(field, matching)| Some((place.get(field)?, *matching)))
            .collect();
        if given.len() + usize::from(compared.csv.is_some()) > 1 {
            self.error(
                Code::TestValue,
                "the rows that are expected are given in several ways".to_owned(),
                span,
                "keep one of `rows`, `subset`, `in_order` and `csv`",
            );
        }
        if let Some((place, matching)) = given.first() {
            expected.rows = Some(cells::rows(self.file, *place));
            expected.list = Some(list(*place));
            expected.matching = *matching;
        }
        if let Some(path) = &compared.csv {
            let inner: Vec<&str> = keys.iter().copied().chain(["csv"]).collect();
            let bytes = self.read(path, &inner);
            let at = self.span(&inner);
            expected.rows = bytes.map(|bytes| csv_rows(&bytes, at));
        }
        let key = compared.key.as_ref().map(Key::columns).unwrap_or_default();
        expected.key = key.iter().map(|column| column.to_lowercase()).collect();
        expected.tolerance = compared.tolerance;
        expected.count = compared
            .count
            .map(|count| (count, place.get("count").map_or(span, Place::shown)));
        if expected.rows.is_none() && expected.count.is_none() && !self.found.has_errors() {
            self.error(
                Code::TestEmpty,
                "nothing is expected of these rows".to_owned(),
                span,
                "write `rows:` or `count:`",
            );
        }
        self.keys_tell_apart(&expected);
        expected
    }

    /// A key must tell the expected rows apart.
    fn keys_tell_apart(&mut self, expected: &Expected) {
        if expected.key.is_empty() {
            return;
        }
        let mut seen: BTreeSet<Vec<String>> = BTreeSet::new();
        for row in expected.rows.iter().flatten() {
            let values: Vec<String> = expected
                .key
                .iter()
                .map(|column| row.value(column).shown())
                .collect();
            if let Some(column) = expected
                .key
                .iter()
                .find(|column| !row.cells.contains_key(*column))
            {
                self.error(
                    Code::TestValue,
                    format!("this row has no `{column}`, which is the key"),
                    row.span,
                    "give each row the columns of its key",
                );
                return;
            }
            if !seen.insert(values) {
                self.error(
                    Code::TestValue,
                    "two rows that are expected have the same key".to_owned(),
                    row.span,
                    "name more columns under `key:`",
                );
                return;
            }
        }
    }
}

/// The rows of a CSV file with a header; an empty field is NULL.
fn csv_rows(bytes: &[u8], span: Span) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = csv_header(bytes);
    let records = reader.records().filter_map(Result::ok);
    records
        .map(|record| {
            let fields = header.iter().zip(record.iter());
            let cells = fields.map(|(name, field)| {
                let value = match field {
                    "" => Value::Null,
                    text if text.parse::<f64>().is_ok_and(f64::is_finite) => {
                        Value::Number(text.to_owned())
                    }
                    text => Value::Text(text.to_owned()),
                };
                (
                    name.clone(),
                    cells::Cell {
                        value,
                        span,
                        whole: span,
                    },
                )
            });
            Row {
                cells: cells.collect(),
                names: header.iter().map(|name| (name.clone(), span)).collect(),
                span,
                whole: span,
            }
        })
        .collect()
}

fn csv_header(bytes: &[u8]) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().ok();
    header
        .into_iter()
        .flatten()
        .map(|name| name.trim().to_lowercase())
        .collect()
}

/// A table's name as catalogs keep it.
fn key(name: &str) -> String {
    let name = name.to_lowercase();
    name.strip_prefix("public.")
        .map_or(name.clone(), str::to_owned)
}

/// Tables that must be there before a script runs, in the order of their names.
fn needed(lineage: &Lineage) -> Vec<String> {
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
