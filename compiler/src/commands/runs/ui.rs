//! `sfc ui`: the pipelines of a folder tree and their runs, as pages on loopback.
//!
//! The pages are made from what the verbs `status`, `results`, `watch`, `start`, `stop` and
//! `resume` read and do, by the same functions. Nothing is kept beside the runs' bucket.

mod address;
mod begin;
mod buckets;
mod compare;
#[cfg(feature = "aws")]
mod deployed;
mod graph;
mod guard;
mod house;
mod lists;
mod live;
mod pages;
mod parameters;
mod results;
mod router;
mod run;
mod runs;
mod site;
mod tree;

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;

use self::guard::Guard;
use self::site::{PlaceName, Site};
use super::browser;
use super::{Runs, RunsOf};
use crate::commands::session::{self, EarlyEnd, command_line};
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::printer::Printer;

/// The port without `--port`.
const PORT: u16 = 15440;

/// What `sfc ui --help` shows behind its options.
pub const EXAMPLES: &str = "Examples:\n  sfc ui                the pipelines here and below\n  sfc ui specs --open   those of a folder, in the browser\n  sfc ui --aws --profile work   and their runs in AWS";

/// What was typed behind `sfc ui`.
#[derive(Debug, Clone, clap::Args)]
pub struct Arguments {
    /// Folder in which pipelines are looked for.
    #[arg(default_value = ".", value_name = "FOLDER")]
    folder: PathBuf,
    /// Environment: what `pipeline.<ENV>.yaml` says lies over each spec.
    #[arg(long = "env", value_name = "ENV")]
    environment: Option<String>,
    /// Port to listen on; 0 for a free one.
    #[arg(long, default_value_t = PORT)]
    port: u16,
    /// Opens the page in the browser.
    #[arg(long)]
    open: bool,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    there: deployed::There,
}

/// Serves the pages of a folder tree until Ctrl-C.
#[must_use]
pub fn ui(arguments: &Arguments, printer: &Printer) -> Exit {
    session::block_on(printer, async {
        let (entries, _) = tree::find(&arguments.folder);
        #[cfg(feature = "aws")]
        let deployed = match arguments.there.aws {
            true => {
                let environment = arguments.environment.as_deref();
                deployed::deployed(&arguments.there.account, &entries, environment).await?
            }
            false => Vec::new(),
        };
        #[cfg(not(feature = "aws"))]
        let deployed: Vec<tree::ListedPipeline> = Vec::new();
        if entries.is_empty() && deployed.is_empty() {
            let folder = arguments.folder.display();
            return Err(EarlyEnd::with(
                Exit::BadInput,
                command_line(
                    Code::NoPipelines,
                    format!("there is no pipeline in `{folder}`"),
                )
                .help(
                    "name a folder that has a `pipeline.yaml` in it or below; `sfc init` makes one",
                ),
            ));
        }
        let (listener, guard) = listen(arguments.port).await?;
        let of = RunsOf {
            path: arguments.folder.clone(),
            environment: arguments.environment.clone(),
            local: false,
            #[cfg(feature = "aws")]
            account: arguments.there.account.clone(),
        };
        let mut site = Site::new(of, entries, guard, *printer);
        site.deployed = deployed;
        #[cfg(feature = "aws")]
        if arguments.there.aws {
            site.places.push(PlaceName::Aws);
        }
        serve(listener, site, "/", arguments.open).await
    })
}

/// Serves the page of one run until Ctrl-C: `sfc watch --web`.
#[must_use]
pub fn one_run(of: &RunsOf, run: &str, open: bool, printer: &Printer) -> Exit {
    session::block_on(printer, async {
        let runs = Runs::open(of).await?;
        let brief = runs.find(run).await?;
        let place = match runs.home() {
            Some(_) => PlaceName::Local,
            None => PlaceName::Aws,
        };
        let entry = tree::alone(&of.path, runs.pipeline());
        let page = format!("/{place}/{}/{}/report/", entry.id, brief.run);
        let (listener, guard) = listen(0).await?;
        let mut site = Site::new(of.clone(), vec![entry], guard, *printer);
        site.is_fixed = true;
        site.places = vec![place];
        serve(listener, site, &page, open).await
    })
}

async fn listen(port: u16) -> Result<(TcpListener, Guard), EarlyEnd> {
    let refused = |error: &dyn std::fmt::Display| {
        EarlyEnd::with(
            Exit::Trouble,
            command_line(
                Code::PortTaken,
                format!("sfc cannot listen on port {port} of 127.0.0.1"),
            )
            .note(error.to_string())
            .help("give another port with `--port`; `--port 0` takes a free one"),
        )
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| refused(&error))?;
    let port = listener
        .local_addr()
        .map_err(|error| refused(&error))?
        .port();
    let guard = Guard::new(port).map_err(|error| {
        EarlyEnd::with(
            Exit::Trouble,
            Diagnostic::error(
                Code::LocalTrouble,
                "this system gives no random numbers for a token",
            )
            .note(error.to_string())
            .help("start sfc again, or on another machine"),
        )
    })?;
    Ok((listener, guard))
}

async fn serve(
    listener: TcpListener,
    site: Site,
    page: &str,
    open: bool,
) -> Result<Exit, EarlyEnd> {
    let printer = site.printer;
    let url = site.guard.url(page);
    printer.data(&format!("{url}\n"));
    printer.note("whoever has this address can start and stop runs; Ctrl-C ends it, and no run");
    if open {
        browser::show(&url, &printer);
    }
    let router = router::router(Arc::new(site));
    tokio::select! {
        served = async { axum::serve(listener, router).await } => {
            let error = served.err().map(|error| error.to_string()).unwrap_or_default();
            Err(EarlyEnd::with(
                Exit::Trouble,
                Diagnostic::error(Code::LocalTrouble, "the pages cannot be served any more")
                    .note(error)
                    .help("start `sfc ui` again"),
            ))
        }
        () = ended() => Ok(Exit::Success),
    }
}

/// Ready at Ctrl-C or SIGTERM.
async fn ended() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
