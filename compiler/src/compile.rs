//! The phases in their order, from a spec to everything that a bundle is made of. Pure: the files come
//! through [`Files`].

use std::collections::BTreeMap;
use std::sync::Arc;

use runtime_lambda::ids::Hash;
use runtime_lambda::keys::sha256;
use runtime_lambda::plan::Plan;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, PhaseOutcome};
use crate::machines::{self, AwsPartition, MachineDefinitions};
use crate::pipeline::{self, Pipeline};
use crate::source::{Files, SourceFile};
use crate::stack::{self, StackError, TemplateText};
use crate::{pipeline_yaml, plan};

/// All that the phases made of a spec.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The pipeline with every default filled in.
    pub pipeline: Pipeline,
    /// The plan of its runs.
    pub plan: Plan,
    /// SHA-256 of the plan's bytes.
    pub plan_hash: Hash,
    /// The plan as it is written.
    pub plan_bytes: Vec<u8>,
    /// Scripts by their hash.
    pub scripts: BTreeMap<Hash, Vec<u8>>,
    /// RSQL scripts by their hash.
    pub rsql: BTreeMap<Hash, Vec<u8>>,
    /// Templates by their hash.
    pub templates: BTreeMap<Hash, Vec<u8>>,
    /// The six definitions and their bounds.
    pub machines: MachineDefinitions,
    /// The CloudFormation template and what it needs in a bucket.
    pub stack: TemplateText,
}

/// What a person may set for one compilation, over what the spec says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Overrides {
    /// How many lanes runs have, instead of the spec's number.
    pub lanes: Option<u32>,
    /// The partition that the pipeline is for.
    pub partition: AwsPartition,
}

impl Compiled {
    /// The same pipeline with another limit for some steps, in seconds. The template stays as it was.
    ///
    /// # Errors
    /// The limit breaks a promise of the plan, or of the machines.
    pub fn with_limit(
        &self,
        is_limited: impl Fn(&str) -> bool,
        seconds: u64,
    ) -> Result<Self, String> {
        let mut pipeline = self.pipeline.clone();
        for step in &mut pipeline.steps {
            if is_limited(&step.name) {
                step.limit_seconds = seconds;
            }
        }
        let planned = plan::plan(&pipeline, &self.plan.report_template);
        let Some(planned) = planned.value else {
            let mut problems = planned.diagnostics.iter();
            return Err(problems
                .next()
                .map_or_else(String::new, |problem| problem.message.clone()));
        };
        let machines =
            machines::machines(&planned.plan, &planned.hash).map_err(|error| error.to_string())?;
        Ok(Self {
            pipeline,
            plan: planned.plan,
            plan_hash: planned.hash,
            plan_bytes: planned.bytes,
            machines,
            ..self.clone()
        })
    }
}

/// Compiles the spec `file`. The value is there if no error was found.
#[must_use]
pub fn compile(
    file: &Arc<SourceFile>,
    files: &dyn Files,
    overrides: Overrides,
) -> PhaseOutcome<Compiled> {
    let mut diagnostics = Diagnostics::new();
    let value = phases(file, files, overrides, &mut diagnostics);
    diagnostics.sort();
    PhaseOutcome {
        value: value.filter(|_| !diagnostics.has_errors()),
        diagnostics,
    }
}

fn phases(
    file: &Arc<SourceFile>,
    files: &dyn Files,
    overrides: Overrides,
    diagnostics: &mut Diagnostics,
) -> Option<Compiled> {
    let loaded = pipeline_yaml::load(file);
    diagnostics.append(loaded.diagnostics);
    let document = loaded.value?;
    let resolved = pipeline::resolve(&document, files);
    diagnostics.append(resolved.diagnostics);
    let mut pipeline = resolved.value?;
    if let Some(lanes) = overrides.lanes {
        pipeline.limits.lanes = lanes;
    }
    if diagnostics.has_errors() {
        return None;
    }
    let own = pipeline.report.template.as_deref();
    let template = own.unwrap_or(runtime_lambda::report::TEMPLATE);
    let template = template.as_bytes().to_vec();
    let template_hash = Hash::from(sha256(&template));
    let planned = plan::plan(&pipeline, &template_hash);
    diagnostics.append(planned.diagnostics);
    let planned = planned.value?;
    let machines = machines::machines(&planned.plan, &planned.hash)
        .and_then(|machines| machines.in_partition(overrides.partition))
        .map_err(|error| diagnostics.push(internal(file, &error)))
        .ok()?;
    let stack = stack::stack(&pipeline, &planned.hash, &machines)
        .map_err(|error| diagnostics.push(stack_problem(file, &error)))
        .ok()?;
    Some(Compiled {
        pipeline,
        plan: planned.plan,
        plan_hash: planned.hash,
        plan_bytes: planned.bytes,
        scripts: planned.scripts,
        rsql: planned.rsql,
        templates: BTreeMap::from([(template_hash, template)]),
        machines,
        stack,
    })
}

fn internal(file: &Arc<SourceFile>, error: &dyn std::error::Error) -> Diagnostic {
    Diagnostic::error(Code::Internal, error.to_string())
        .in_file(file)
        .help("this is a mistake of sfc: please report it together with the spec")
}

fn stack_problem(file: &Arc<SourceFile>, error: &StackError) -> Diagnostic {
    match error {
        StackError::TooLarge { .. } | StackError::TooManyResources { .. } => {
            Diagnostic::error(Code::StackTooLarge, error.to_string())
                .in_file(file)
                .help("let one trigger stand for several, or split the pipeline")
        }
        error => internal(file, error),
    }
}
