//! Where RSQL scripts run: defaults, and what AWS Batch takes on Fargate.

use serde_json::Number;

use super::Architecture;
use super::limits::within;
use super::network;
use super::resolver::Resolver;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline_yaml;

/// Most vCPUs of all jobs of a queue at the same time, if nothing is said.
const DEFAULT_MAX_VCPUS: u32 = 16;

/// Most vCPUs that a queue may be given.
const MOST_MAX_VCPUS: u32 = 10_000;

/// Least and most disk of a job in GiB, where it is given (AWS page: `EphemeralStorage` of AWS Batch).
const STORAGE_GIB: (u32, u32) = (21, 200);

/// What Fargate has: vCPUs, and their memory in MiB from, to, in steps of (AWS page:
/// `ResourceRequirement` of AWS Batch).
const SIZES: [(&str, u32, u32, u32); 7] = [
    ("0.25", 512, 2_048, 1_024),
    ("0.5", 1_024, 4_096, 1_024),
    ("1", 2_048, 8_192, 1_024),
    ("2", 4_096, 16_384, 1_024),
    ("4", 8_192, 30_720, 1_024),
    ("8", 16_384, 61_440, 4_096),
    ("16", 32_768, 122_880, 8_192),
];

/// vCPUs of a job if nothing is said: RSQL sends SQL and waits.
const DEFAULT_VCPUS: &str = "0.5";

/// Memory of a job if nothing is said: this much, or the least that its vCPUs come with.
const DEFAULT_MEMORY_MIB: u32 = 1_024;

/// Where RSQL scripts run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rsql {
    /// The job queue of AWS Batch that scripts wait in.
    pub queue: JobQueue,
    /// The job definition of AWS Batch that scripts run with.
    pub definition: JobDefinition,
}

impl Rsql {
    /// Name or ARN of the queue. One that the stack makes has a name, because a change never replaces
    /// it: at most 71 of the 128 characters that it may have.
    #[must_use]
    pub fn queue_name(&self, pipeline: &str) -> String {
        match &self.queue {
            JobQueue::Existing(name) => name.clone(),
            JobQueue::Made(_) => made(pipeline),
        }
    }

    /// Name or ARN of the job definition. One that the stack makes has a name: a change of it makes a
    /// new revision, and jobs are submitted under the newest.
    #[must_use]
    pub fn definition_name(&self, pipeline: &str) -> String {
        match &self.definition {
            JobDefinition::Existing(name) => name.clone(),
            JobDefinition::Made(_) => made(pipeline),
        }
    }
}

fn made(pipeline: &str) -> String {
    format!("{pipeline}-rsql")
}

/// The job queue: one that is there, or one of the stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobQueue {
    /// Name or ARN of one that is there already.
    Existing(String),
    /// One that the stack makes.
    Made(FargateQueue),
}

/// A job queue on Fargate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FargateQueue {
    /// Ids of the subnets that jobs run in.
    pub subnets: Vec<String>,
    /// Ids of security groups.
    pub security_groups: Vec<String>,
    /// Most vCPUs of all jobs at the same time.
    pub max_vcpus: u32,
}

/// The job definition: one that is there, or one of the stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobDefinition {
    /// Name or ARN of one that is there already.
    Existing(String),
    /// One that the stack makes.
    Made(FargateJob),
}

/// A job definition for Fargate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FargateJob {
    /// Image of the container, with its registry.
    pub image: String,
    /// vCPUs, as AWS writes them.
    pub vcpus: &'static str,
    /// Memory of a job in MiB.
    pub memory_mib: u32,
    /// Disk in GiB, where it is more than Fargate gives by itself.
    pub storage_gib: Option<u32>,
    /// Whether a job has a public address.
    pub assign_public_ip: bool,
    /// Processor of a job.
    pub architecture: Architecture,
}

/// Where RSQL scripts run; none if there are none, or if it cannot be used as it is written.
pub(super) fn resolve(resolver: &mut Resolver<'_>) -> Option<Rsql> {
    let document = resolver.document;
    let steps = &document.spec.steps;
    let (step, _) = steps.iter().find(|(_, step)| step.rsql.is_some())?;
    if document.is_mended(&["rsql"]) {
        return None;
    }
    let written = document.spec.rsql.clone().unwrap_or_default();
    let missing = if written.definition.is_none() {
        Some((
            "which job definition has RSQL",
            "give `rsql:` a `definition`: the name of one, or the `image` to make one of",
        ))
    } else if written.queue.is_none() {
        Some((
            "which queue its jobs go to",
            "give `rsql:` a `queue`: the name of one, or `subnets` and `security_groups` to make one of",
        ))
    } else {
        None
    };
    if let Some((what, help)) = missing {
        let sentence = format!("step `{step}` is RSQL, and nothing says {what}");
        resolver.push(
            Diagnostic::error(Code::RsqlPlace, sentence)
                .at(&document.file, document.key_at(&["steps", step]), "")
                .help(help),
        );
    }
    let queue = written.queue.map(|written| match written {
        pipeline_yaml::JobQueue::Existing(name) => {
            not_empty(resolver, &name, &["rsql", "queue"]);
            JobQueue::Existing(name)
        }
        pipeline_yaml::JobQueue::Made(written) => JobQueue::Made(queue(resolver, written)),
    });
    let definition = written.definition.map(|written| match written {
        pipeline_yaml::JobDefinition::Existing(name) => {
            not_empty(resolver, &name, &["rsql", "definition"]);
            JobDefinition::Existing(name)
        }
        pipeline_yaml::JobDefinition::Made(written) => JobDefinition::Made(job(resolver, written)),
    });
    let resolved = Rsql {
        queue: queue?,
        definition: definition?,
    };
    fits(resolver, &resolved);
    Some(resolved)
}

fn queue(resolver: &mut Resolver<'_>, written: pipeline_yaml::FargateQueue) -> FargateQueue {
    let keys = ["rsql", "queue"];
    network::check(
        resolver,
        &keys,
        (&written.subnets, &written.security_groups),
        Code::FargateNetwork,
    );
    FargateQueue {
        subnets: written.subnets,
        security_groups: written.security_groups,
        max_vcpus: within(
            resolver,
            written.max_vcpus,
            &["rsql", "queue", "max_vcpus"],
            (1, MOST_MAX_VCPUS),
        )
        .unwrap_or(DEFAULT_MAX_VCPUS),
    }
}

fn job(resolver: &mut Resolver<'_>, written: pipeline_yaml::FargateJob) -> FargateJob {
    not_empty(resolver, &written.image, &["rsql", "definition", "image"]);
    let (vcpus, memory_mib) = size(resolver, written.vcpus.as_ref(), written.memory);
    FargateJob {
        image: written.image,
        vcpus,
        memory_mib,
        storage_gib: within(
            resolver,
            written.storage,
            &["rsql", "definition", "storage"],
            STORAGE_GIB,
        ),
        assign_public_ip: written.assign_public_ip.unwrap_or(false),
        architecture: match written.architecture {
            Some(pipeline_yaml::Architecture::Arm64) => Architecture::Arm64,
            Some(pipeline_yaml::Architecture::X86_64) | None => Architecture::X86_64,
        },
    }
}

/// vCPUs and memory, a pair that Fargate has.
fn size(
    resolver: &mut Resolver<'_>,
    vcpus: Option<&Number>,
    memory: Option<i64>,
) -> (&'static str, u32) {
    let document = resolver.document;
    let text = vcpus.map_or_else(|| DEFAULT_VCPUS.to_owned(), Number::to_string);
    let text = text.strip_suffix(".0").unwrap_or(&text);
    let Some((vcpus, least, most, step)) = SIZES.into_iter().find(|(known, ..)| *known == text)
    else {
        resolver.push(
            Diagnostic::error(
                Code::FargateSize,
                format!("Fargate has no size of {text} vCPUs"),
            )
            .at(
                &document.file,
                document.at(&["rsql", "definition", "vcpus"]),
                "",
            )
            .help("it is one of 0.25, 0.5, 1, 2, 4, 8 and 16"),
        );
        return (DEFAULT_VCPUS, DEFAULT_MEMORY_MIB);
    };
    let Some(memory) = memory else {
        return (vcpus, least.max(DEFAULT_MEMORY_MIB));
    };
    let sizes = memory_sizes(least, most, step);
    if let Some(known) = sizes.iter().find(|known| i64::from(**known) == memory) {
        return (vcpus, *known);
    }
    let nearest = sizes
        .into_iter()
        .min_by_key(|known| memory.saturating_sub(i64::from(*known)).saturating_abs())
        .unwrap_or(least);
    let other = SIZES.into_iter().find(|(_, least, most, step)| {
        let mut sizes = memory_sizes(*least, *most, *step).into_iter();
        sizes.any(|known| i64::from(known) == memory)
    });
    let mut help = format!("the nearest that it has is {nearest}");
    if let Some((other, ..)) = other {
        help = format!("{help}; {memory} comes with `vcpus: {other}`");
    }
    let plural = if vcpus == "1" { "vCPU" } else { "vCPUs" };
    resolver.push(
        Diagnostic::error(
            Code::FargateSize,
            format!("Fargate has no {memory} MiB with {vcpus} {plural}"),
        )
        .at(
            &document.file,
            document.at(&["rsql", "definition", "memory"]),
            "",
        )
        .help(help)
        .note(format!(
            "with {vcpus} {plural} it has {least} to {most} MiB"
        )),
    );
    (vcpus, nearest)
}

/// The least, and then every multiple of the step.
fn memory_sizes(least: u32, most: u32, step: u32) -> Vec<u32> {
    let multiples = (1..=most / step).map(|count| count * step);
    std::iter::once(least)
        .chain(multiples.filter(|size| *size > least))
        .collect()
}

/// A job that needs more than its queue ever has would wait for ever.
fn fits(resolver: &mut Resolver<'_>, rsql: &Rsql) {
    let (JobQueue::Made(queue), JobDefinition::Made(job)) = (&rsql.queue, &rsql.definition) else {
        return;
    };
    let needed: u32 = job.vcpus.parse().unwrap_or(1);
    if needed <= queue.max_vcpus {
        return;
    }
    let document = resolver.document;
    resolver.push(
        Diagnostic::error(
            Code::LimitTooLow,
            format!(
                "a job has {needed} vCPUs, and its queue at most {} for all of them",
                queue.max_vcpus
            ),
        )
        .at(
            &document.file,
            document.at(&["rsql", "queue", "max_vcpus"]),
            "",
        )
        .also(
            &document.file,
            document.at(&["rsql", "definition", "vcpus"]),
            "what a job has",
        )
        .help(format!("give the queue at least {needed}")),
    );
}

fn not_empty(resolver: &mut Resolver<'_>, text: &str, keys: &[&str]) {
    if !text.trim().is_empty() {
        return;
    }
    let document = resolver.document;
    let name = keys.last().copied().unwrap_or_default();
    resolver.push(
        Diagnostic::error(Code::EmptyText, format!("`{name}` is empty"))
            .at(&document.file, document.at(keys), "")
            .help("give it a value"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sizes_are_those_of_the_page() {
        let sizes = |wanted: &str| {
            let (_, least, most, step) = SIZES
                .into_iter()
                .find(|(vcpus, ..)| *vcpus == wanted)
                .unwrap();
            memory_sizes(least, most, step)
        };
        assert_eq!(sizes("0.25"), [512, 1_024, 2_048]);
        assert_eq!(sizes("0.5"), [1_024, 2_048, 3_072, 4_096]);
        assert_eq!(sizes("1").len(), 7);
        assert_eq!(sizes("4").last(), Some(&30_720));
        assert_eq!(sizes("8")[..3], [16_384, 20_480, 24_576]);
        assert_eq!(sizes("16")[..2], [32_768, 40_960]);
        assert_eq!(sizes("16").last(), Some(&122_880));
    }
}
