//! The artifacts' bucket and what is missing in it.

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::aws::{Aws, BucketProblem, Protected};
use crate::commands::session::EarlyEnd;
use crate::commands::thousands;
use crate::deploy::deployment::{Artifact, Deployment};
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::printer::Printer;

/// Calls to the bucket at the same time.
const AT_ONCE: usize = 16;

/// Finds or makes the bucket; returns its name.
pub async fn bucket(aws: &Aws, printer: &Printer) -> Result<String, EarlyEnd> {
    let name = Deployment::artifacts_bucket(&aws.account, &aws.region);
    let there = aws
        .bucket_exists(&name)
        .await
        .map_err(|problem| refused(&name, problem))?;
    if !there {
        aws.create_bucket(&name)
            .await
            .map_err(|problem| refused(&name, problem))?;
        printer.note(&format!("made the bucket `{name}` for artifacts"));
    }
    if let Protected::Again(mended) = aws.protect_bucket(&name).await? {
        for part in mended {
            printer.note(&format!(
                "somebody had taken the {part} of the bucket `{name}` away: it is set again"
            ));
        }
    }
    Ok(name)
}

fn refused(name: &str, problem: BucketProblem) -> EarlyEnd {
    match problem {
        BucketProblem::Taken => EarlyEnd::with(
            Exit::Trouble,
            Diagnostic::error(
                Code::BucketTaken,
                format!("another account has the bucket `{name}`"),
            )
            .note("nothing was uploaded, and nothing was changed")
            .help("ask its owner to delete it, or deploy in another Region with `--region`"),
        ),
        BucketProblem::Failed(failure) => failure.into(),
    }
}

/// Uploads what is missing, and says how much that was.
pub async fn upload(
    aws: &Aws,
    bucket: &str,
    deployment: &Deployment,
    printer: &Printer,
) -> Result<(), EarlyEnd> {
    let there: Vec<bool> = stream::iter(&deployment.artifacts)
        .map(|artifact| aws.has_object(bucket, &artifact.key))
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    let missing: Vec<&Artifact> = deployment
        .artifacts
        .iter()
        .zip(there)
        .filter_map(|(artifact, there)| (!there).then_some(artifact))
        .collect();
    let bytes: u64 = missing
        .iter()
        .map(|artifact| artifact.bytes.len() as u64)
        .sum();
    let bar = bar(bytes, printer);
    stream::iter(&missing)
        .map(|artifact| async {
            aws.put_once(bucket, &artifact.key, artifact.bytes.clone())
                .await?;
            bar.inc(artifact.bytes.len() as u64);
            Ok::<(), EarlyEnd>(())
        })
        .buffer_unordered(AT_ONCE)
        .try_collect::<()>()
        .await?;
    bar.finish_and_clear();
    let count = deployment.artifacts.len();
    printer.note(&if missing.is_empty() {
        format!("all {count} artifacts are in `{bucket}` already")
    } else {
        format!(
            "uploaded {} of {count} artifacts, {} bytes",
            missing.len(),
            thousands(bytes)
        )
    });
    Ok(())
}

fn bar(bytes: u64, printer: &Printer) -> ProgressBar {
    let target = if printer.terminal && bytes > 0 {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(bytes), target);
    if let Ok(style) = ProgressStyle::with_template("uploading {bar:30} {bytes}/{total_bytes}") {
        bar.set_style(style);
    }
    bar
}
