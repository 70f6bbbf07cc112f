//! Starting a run, and going on with one. On this machine `sfc run` or `sfc resume` does it, as a process of
//! its own that outlives these pages; in AWS what `sfc start` and `sfc resume` do.

use std::process::Stdio;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{Html, Redirect};
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};
use tokio::process::Command;

use super::address::{RunAddress, known, run_in};
use super::pages::{PageFrame, ProblemPage, rendered};
use super::parameters::{fields, given};
use super::site::{Opened, PlaceName, Site};
use crate::commands::runs::option_of;
use crate::commands::runs::resume::resumable;
use crate::commands::session::{EarlyEnd, command_line};
use crate::compile::{Compiled, Overrides, compile};
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::project::Project;

/// Most bytes that are shown of what a run said that could not begin.
const SAID: u64 = 64 * 1024;

/// The form to start a run with.
pub async fn start_page(
    State(site): State<Arc<Site>>,
    Path((place, pipeline)): Path<(String, String)>,
) -> Result<Html<String>, ProblemPage> {
    let opened = site.open(&place, &pipeline).await?;
    form(&site, &opened, None)
}

/// The form to go on with a run.
pub async fn resume_page(
    State(site): State<Arc<Site>>,
    Path((place, pipeline, run)): Path<RunAddress>,
) -> Result<Html<String>, ProblemPage> {
    let opened = site.open(&place, &pipeline).await?;
    let run = run_in(&run)?;
    let state = known(&site, &opened, &run).await?;
    let back = format!("{}report/", opened.href_of(&run));
    resumable(&run, Some(state.status), option_of(&state))
        .map_err(|early| ProblemPage::from(early).back_to(&back))?;
    form(&site, &opened, Some(&run))
}

/// Starts a run and shows its page.
pub async fn start(
    State(site): State<Arc<Site>>,
    Path((place, pipeline)): Path<(String, String)>,
    body: Bytes,
) -> Result<Redirect, ProblemPage> {
    let opened = site.open(&place, &pipeline).await?;
    let back = format!("{}start", opened.href);
    begin(&site, &opened, None, &body)
        .await
        .map_err(|early| ProblemPage::from(early).back_to(&back))
}

/// Goes on with a run and shows the page of the new one.
pub async fn resume(
    State(site): State<Arc<Site>>,
    Path((place, pipeline, run)): Path<RunAddress>,
    body: Bytes,
) -> Result<Redirect, ProblemPage> {
    let opened = site.open(&place, &pipeline).await?;
    let run = run_in(&run)?;
    let state = known(&site, &opened, &run).await?;
    let back = format!("{}report/", opened.href_of(&run));
    let begun = async {
        resumable(&run, Some(state.status), option_of(&state))?;
        begin(&site, &opened, Some(&run), &body).await
    };
    begun
        .await
        .map_err(|early| ProblemPage::from(early).back_to(&back))
}

fn form(site: &Site, opened: &Opened, earlier: Option<&str>) -> Result<Html<String>, ProblemPage> {
    let compiled = compiled(site, opened);
    let compiled = compiled.map_err(|early| ProblemPage::from(early).back_to(&opened.href))?;
    let (title, mut way, back) = match earlier {
        None => ("start".to_owned(), vec![opened.way()], opened.href.clone()),
        Some(run) => {
            let (name, href) = opened.way_of(run);
            let way = vec![opened.way(), (name, href.clone())];
            ("resume".to_owned(), way, href)
        }
    };
    let content = rendered(
        "start",
        &json!({
            "pipeline": opened.runs.pipeline(),
            "earlier": earlier,
            "place": opened.place.in_words(),
            "parameters": fields(&compiled.plan, opened.place, earlier.is_some()),
            "back": back,
        }),
    )?;
    let frame = PageFrame {
        title: format!("{}: {title}", opened.runs.pipeline()),
        way: std::mem::take(&mut way),
        here: title,
        ..PageFrame::default()
    };
    Ok(frame.around(&content)?)
}

/// The pipeline as it is now.
///
/// # Errors
/// There are mistakes in it.
pub fn compiled(site: &Site, opened: &Opened) -> Result<Compiled, EarlyEnd> {
    let refused = |diagnostics| EarlyEnd {
        exit: Exit::BadInput,
        diagnostics,
    };
    if let Some(name) = &opened.entry.deployed {
        let sentence = format!("there is no folder of the pipeline `{name}` here");
        let help = "start `sfc ui` in a folder that has its `pipeline.yaml` in it or below";
        return Err(EarlyEnd::with(
            Exit::BadInput,
            command_line(Code::NoPipelines, sentence).help(help),
        ));
    }
    let project = Project::open_for(&opened.entry.path, site.of.environment.as_deref());
    let project = project.map_err(refused)?;
    let outcome = compile(&project.spec, &project, Overrides::default());
    outcome.value.ok_or_else(|| refused(outcome.diagnostics))
}

async fn begin(
    site: &Site,
    opened: &Opened,
    earlier: Option<&str>,
    form: &[u8],
) -> Result<Redirect, EarlyEnd> {
    let given = given(form);
    let run = match opened.place {
        PlaceName::Local => here(site, opened, earlier, &given).await?,
        PlaceName::Aws => in_aws(site, opened, earlier, &given).await?,
    };
    Ok(Redirect::to(&format!("{}report/", opened.href_of(&run))))
}

/// Starts this program as whoever sits at a terminal does, and returns the run's id as soon as it says it.
async fn here(
    site: &Site,
    opened: &Opened,
    earlier: Option<&str>,
    given: &[String],
) -> Result<String, EarlyEnd> {
    let trouble = |error: std::io::Error| {
        EarlyEnd::with(
            Exit::Trouble,
            Diagnostic::error(Code::LocalTrouble, "sfc cannot start itself")
                .note(error.to_string())
                .help("start `sfc ui` again"),
        )
    };
    let mut command = Command::new(std::env::current_exe().map_err(trouble)?);
    match earlier {
        None => command.arg("run").arg(&opened.entry.path),
        Some(run) => {
            command.args(["resume", run, "--local", "--pipeline"]);
            command.arg(&opened.entry.path)
        }
    };
    if let Some(environment) = &site.of.environment {
        command.arg("--env").arg(environment);
    }
    for parameter in given {
        command.arg(format!("--param={parameter}"));
    }
    // Ctrl-C in the terminal of `sfc ui` is not for it.
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(trouble)?;
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(trouble(std::io::ErrorKind::BrokenPipe.into()));
    };
    let said = tokio::spawn(beginning(stderr));
    let mut lines = BufReader::new(stdout).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some(run) = line.strip_prefix("run ") {
            let run = run.to_owned();
            tokio::spawn(async move {
                while let Ok(Some(_)) = lines.next_line().await {}
                let _ = child.wait().await;
            });
            return Ok(run);
        }
    }
    let _ = child.wait().await;
    let said = said.await.unwrap_or_default();
    Err(EarlyEnd::with(
        Exit::BadInput,
        command_line(Code::RunNotBegun, "the run could not begin")
            .note(said.trim())
            .help("mend what it said, and start it again"),
    ))
}

/// The beginning of what a process says; the rest is read and dropped, so that it can go on.
async fn beginning(said: impl AsyncRead + Unpin) -> String {
    let mut bytes = Vec::new();
    let mut said = said.take(SAID);
    let _ = said.read_to_end(&mut bytes).await;
    let mut rest = said.into_inner();
    let _ = tokio::io::copy(&mut rest, &mut tokio::io::sink()).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(feature = "aws")]
async fn in_aws(
    site: &Site,
    opened: &Opened,
    earlier: Option<&str>,
    given: &[String],
) -> Result<String, EarlyEnd> {
    use crate::commands::runs::in_aws::InAws;
    use crate::commands::runs::parameters::parameters;
    use crate::commands::runs::resume;
    use crate::commands::runs::start::{input, start_with};

    let compiled = compiled(site, opened)?;
    let values = parameters(&compiled.plan, given, earlier.is_some());
    let values = values.map_err(|diagnostics| EarlyEnd {
        exit: Exit::BadInput,
        diagnostics,
    })?;
    let Some(InAws { aws, stack, .. }) = opened.runs.in_aws() else {
        return Err(EarlyEnd::said(Exit::BadInput));
    };
    let input = match earlier {
        None => input(&values, &aws.identity),
        Some(run) => resume::input(&values, run, &aws.identity),
    };
    Ok(start_with(aws, stack, &input).await?.run.into())
}

#[cfg(not(feature = "aws"))]
#[expect(clippy::unused_async, reason = "the other one awaits")]
async fn in_aws(_: &Site, _: &Opened, _: Option<&str>, _: &[String]) -> Result<String, EarlyEnd> {
    Err(EarlyEnd::said(Exit::BadInput))
}
