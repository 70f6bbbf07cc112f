//! A pipeline's folder in memory.
#![allow(clippy::unwrap_used, reason = "tests may stop")]

use std::collections::HashMap;

use sfc::compile::{Overrides, compile};
use sfc::diagnostic::{Code, Diagnostics, human};
use sfc::pipeline::Pipeline;
use sfc::plan::PlanOutput;
use sfc::source::{FileProblem, Files, SourceFile};
use sfc::testing::Case;
use sfc::{pipeline, pipeline_yaml, plan, testing};

/// Files by their path; a link out of the folder is a file that holds `LINK`.
#[derive(Default)]
pub struct Folder {
    files: HashMap<String, Vec<u8>>,
}

impl Files for Folder {
    fn read(&self, path: &str, max_bytes: u64) -> Result<Vec<u8>, FileProblem> {
        let bytes = self.files.get(path).ok_or(FileProblem::Missing)?;
        if bytes == b"LINK" {
            return Err(FileProblem::LeavesFolder);
        }
        if bytes.len() as u64 > max_bytes {
            let size = bytes.len() as u64;
            return Err(FileProblem::TooLarge { size });
        }
        Ok(bytes.clone())
    }
}

impl Folder {
    pub fn with(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.to_owned(), content.into());
        self
    }

    /// Loads the spec, resolves the pipeline and plans it; nothing of them where one phase finds a mistake.
    pub fn compile(&self) -> (Option<(Pipeline, PlanOutput)>, Diagnostics) {
        let bytes = self.files.get("pipeline.yaml").cloned().unwrap_or_default();
        let file = SourceFile::new("flights/pipeline.yaml", bytes);
        let loaded = pipeline_yaml::load(&file);
        let mut diagnostics = loaded.diagnostics;
        let Some(document) = loaded.value else {
            return (None, diagnostics);
        };
        let resolved = pipeline::resolve(&document, self);
        diagnostics.append(resolved.diagnostics);
        diagnostics.sort();
        let Some(pipeline) = resolved.value else {
            assert!(diagnostics.has_errors(), "no pipeline and no error");
            return (None, diagnostics);
        };
        assert!(!diagnostics.has_errors(), "a pipeline in spite of errors");
        let planned = plan::plan(&pipeline, "0");
        diagnostics.append(planned.diagnostics);
        (planned.value.map(|plan| (pipeline, plan)), diagnostics)
    }

    pub fn codes(&self) -> Vec<Code> {
        let (_, mut diagnostics) = self.compile();
        diagnostics.append(self.tests().1);
        diagnostics
            .iter()
            .map(|diagnostic| diagnostic.code)
            .collect()
    }

    /// The tests in the folder, resolved, and what is wrong with them.
    pub fn tests(&self) -> (Vec<Case>, Diagnostics) {
        let mut diagnostics = Diagnostics::new();
        let is_test = |path: &str| path.starts_with("tests/") && path.ends_with(".yaml");
        let mut files: Vec<_> = self
            .files
            .iter()
            .filter(|(path, _)| is_test(path))
            .collect();
        files.sort();
        let mut loaded = Vec::new();
        for (path, bytes) in files {
            let file = SourceFile::new(format!("flights/{path}"), bytes.clone());
            let outcome = testing::load(&file);
            diagnostics.append(outcome.diagnostics);
            loaded.extend(outcome.value);
        }
        if loaded.is_empty() {
            return (Vec::new(), diagnostics);
        }
        let bytes = self.files.get("pipeline.yaml").cloned().unwrap_or_default();
        let spec = SourceFile::new("flights/pipeline.yaml", bytes);
        let compiled = compile(&spec, self, Overrides::default()).value.unwrap();
        let sources = pipeline_yaml::load(&spec).value.unwrap().spec.sources;
        let sources = sources
            .as_ref()
            .map(pipeline_yaml::Sources::paths)
            .unwrap_or_default();
        let all = |_: &str, _: Option<&str>, _: &SourceFile| true;
        let mut cases = testing::cases(&compiled, sources, self, &loaded, &all);
        for case in &cases {
            diagnostics.append(case.wrong.clone());
        }
        cases.retain(|case| !case.wrong.has_errors());
        (cases, diagnostics)
    }

    /// What a person sees of the tests.
    pub fn tests_shown(&self) -> String {
        human::render(&self.tests().1, false)
    }

    /// What a person sees.
    pub fn shown(&self) -> String {
        human::render(&self.compile().1, false)
    }
}

/// A folder with this spec.
pub fn spec(text: impl AsRef<[u8]>) -> Folder {
    Folder::default().with("pipeline.yaml", text.as_ref())
}

/// A spec with a name and a warehouse, and what follows them.
pub fn steps(text: &str) -> Folder {
    let head = "name: flights\nwarehouse: { workgroup: analytics, database: dev }\n";
    spec(format!("{head}{text}"))
        .with("a.sql", "select 1;")
        .with("b.sql", "select 2;")
}

/// A spec with one step that has this script.
pub fn script(sql: impl Into<Vec<u8>>) -> Folder {
    steps("steps:\n  load: { sql: sql/load.sql }\n").with("sql/load.sql", sql)
}
