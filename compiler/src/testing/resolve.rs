//! From what is written to a [`Case`]. What is wrong with a test is found here, before anything runs.

mod expected;
mod files;
mod objects;
mod sense;
mod setup;
mod table;
mod values;

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::case::{Case, Matching, TestSubject};
use super::declared::{Declarations, ScriptText};
use super::file::{StepTest, Tests, Twice, WantedEnd};
use super::record::Needed;
use crate::compile::Compiled;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Nearest};
use crate::pipeline;
use crate::pipeline_yaml::{Other, ValuePlace};
use crate::source::{self, Files, SourceFile, Span};
use redshift_sql::names::is_system;

/// Tests of one file.
pub type Loaded = Other<Tests>;

/// What tests are resolved against.
struct Cases<'a> {
    compiled: &'a Compiled,
    files: &'a dyn Files,
    sources: Vec<ScriptText>,
    scripts: Vec<Option<ScriptText>>,
    known: HashMap<Option<usize>, Rc<Declarations>>,
}

/// The tests of files that `wanted` asks for by their name, step and file, resolved against a pipeline
/// whose `sources` are these files. What is wrong with the other tests nobody looks at.
pub fn cases(
    compiled: &Compiled,
    sources: &[String],
    files: &dyn Files,
    loaded: &[Loaded],
    wanted: &dyn Fn(&str, Option<&str>, &SourceFile) -> bool,
) -> Vec<Case> {
    let mut all = Cases::new(compiled, sources, files);
    let mut cases = Vec::new();
    for other in loaded {
        let Some(tests) = other.root().get("tests") else {
            continue;
        };
        for (name, test) in &other.value.tests {
            let Some(place) = tests.get(name) else {
                continue;
            };
            let step = test.step.as_deref();
            if !wanted(name, step, &other.file) {
                continue;
            }
            let mut resolver = Resolver {
                cases: &mut all,
                file: &other.file,
                test,
                place,
                found: Diagnostics::new(),
            };
            let case = resolver.case(name);
            let found = resolver.found;
            cases.push(match case {
                Some(case) if !found.has_errors() => case,
                _ => {
                    let named = (name.as_str(), place.key().unwrap_or_default());
                    Case::wrong(&other.file, named, all.subject(step), found)
                }
            });
        }
    }
    cases
}

/// The tables that must be there before the step with this index, in the order of their names. Of a view
/// it is what the view reads.
#[must_use]
#[expect(
    clippy::indexing_slicing,
    reason = "who asks has found the step in this pipeline"
)]
pub fn needed(
    compiled: &Compiled,
    sources: &[String],
    files: &dyn Files,
    step: usize,
) -> Vec<Needed> {
    let mut all = Cases::new(compiled, sources, files);
    let declared = all.declared(Some(step));
    let Some(sql) = compiled.pipeline.steps[step].sql() else {
        return Vec::new();
    };
    let mut open = setup::needed(&sql.lineage);
    let mut seen = BTreeSet::new();
    let mut tables = BTreeSet::new();
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        match declared.table(&name) {
            Some(table) if table.view.is_some() => open.extend(table.reads.iter().cloned()),
            table => {
                let declared = table.is_some_and(|table| table.statements(&name).is_some());
                tables.insert((name, declared));
            }
        }
    }
    let tables = tables.into_iter();
    tables
        .filter(|(name, _)| !is_system(name))
        .map(|(name, declared)| Needed { name, declared })
        .collect()
}

impl<'a> Cases<'a> {
    fn new(compiled: &'a Compiled, sources: &[String], files: &'a dyn Files) -> Self {
        let read = |path: &String| {
            let path = source::relative(path).ok()?;
            let bytes = files.read(&path, pipeline::MAX_SCRIPT_BYTES).ok()?;
            Some(ScriptText::new(
                String::from_utf8_lossy(&source::without_mark(bytes)).into_owned(),
            ))
        };
        let steps = compiled.pipeline.steps.iter();
        Self {
            compiled,
            files,
            sources: sources.iter().filter_map(read).collect(),
            scripts: steps
                .map(|step| Some(ScriptText::new(step.sql()?.file.text().to_owned())))
                .collect(),
            known: HashMap::new(),
        }
    }
}

impl Cases<'_> {
    fn declared(&mut self, step: Option<usize>) -> Rc<Declarations> {
        let made =
            || Declarations::before(&self.compiled.pipeline, &self.sources, &self.scripts, step);
        Rc::clone(self.known.entry(step).or_insert_with(|| Rc::new(made())))
    }

    /// What a test names, whether it can be run or not.
    fn subject(&self, step: Option<&str>) -> TestSubject {
        let Some(name) = step else {
            return TestSubject::Pipeline;
        };
        let steps = &self.compiled.pipeline.steps;
        let index = steps.iter().position(|step| step.name == name);
        index.map_or_else(|| TestSubject::Unknown(name.to_owned()), TestSubject::Step)
    }
}

/// One test on its way to a case.
struct Resolver<'a, 'c> {
    cases: &'a mut Cases<'c>,
    file: &'a Arc<SourceFile>,
    test: &'a StepTest,
    place: ValuePlace<'a>,
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
    fn at(&self, keys: &[&str]) -> ValuePlace<'a> {
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
            TestSubject::Step(step) => Some(step),
            TestSubject::Pipeline | TestSubject::Unknown(_) => None,
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
        let expected_objects = self.expected_objects();
        self.sense(step.is_some());
        for (name, _) in &self.test.faults {
            self.known_step(name, &["faults", name]);
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
            expected_objects,
            error: expect
                .error
                .clone()
                .map(|error| (error, self.span(&["expect", "error"]))),
            statements: expect
                .statements
                .map(|number| (number, self.span(&["expect", "statements"]))),
            own_expect: self.test.step_expect.is_none(),
            twice: self.test.twice == Some(Twice::Same),
            status: (
                expect.status.unwrap_or(WantedEnd::Finished),
                self.span(&["expect", "status"]),
            ),
            order,
            rounds: expect
                .rounds
                .map(|rounds| (rounds, self.span(&["expect", "rounds"]))),
            mail: expect.mail.clone().map(|texts| {
                (
                    texts,
                    self.at(&["expect", "mail"]).key().unwrap_or_default(),
                )
            }),
            faults: self.test.faults.clone(),
            wrong: Diagnostics::new(),
        })
    }

    /// The step that is named, or all.
    #[expect(
        clippy::indexing_slicing,
        reason = "a known step has been found in this pipeline"
    )]
    fn subject(&mut self) -> Option<TestSubject> {
        let Some(name) = &self.test.step else {
            return Some(TestSubject::Pipeline);
        };
        let index = self.known_step(name, &["step"])?;
        let step = &self.cases.compiled.pipeline.steps[index];
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
        Some(TestSubject::Step(index))
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
}

/// A table's name as catalogs keep it.
fn key(name: &str) -> String {
    let name = name.to_lowercase();
    name.strip_prefix("public.")
        .map_or(name.clone(), str::to_owned)
}
