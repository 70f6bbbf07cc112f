//! `sfc serve`: the embedded warehouse as the Redshift Data API on loopback.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use local::data_api::{
    Access, DataApiServer, EventsUrl, MISSING, NAMES, ServerSettings, ServiceLimits,
};
use local::folder::Within;
use local::warehouse::{EmbeddedWarehouse, Isolation, Options};

use super::folders::{folders, isolation};
use crate::commands::compiled;
use crate::compile::Overrides;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::source::SourceFile;

/// The port without `--port`.
pub const PORT: u16 = 15439;

/// What was typed behind `sfc serve`.
#[derive(Debug, Clone, Default)]
pub struct ServeArguments {
    /// Folder of a pipeline, or its spec.
    pub pipeline: Option<PathBuf>,
    /// Port; 0 for a free one.
    pub port: u16,
    /// URL of an EventBridge endpoint.
    pub events: Option<String>,
    /// File of the warehouse.
    pub database_file: Option<PathBuf>,
    /// Name of the database, without a pipeline.
    pub database: Option<String>,
    /// Folders outside of the pipeline's that links of mapped folders may lead to.
    pub allow_outside: Vec<PathBuf>,
    /// `any`, an access key id, or `ID:SECRET`; without it, a fresh access key.
    pub access_key: Option<String>,
}

/// What a warehouse is opened with.
struct Source {
    /// File of the warehouse; none for one in memory.
    file: Option<PathBuf>,
    database: String,
    buckets: BTreeMap<String, Within>,
    system_tables: Option<Within>,
    isolation: Isolation,
}

/// What `sfc serve --help` says about operations and use.
#[must_use]
pub fn help() -> String {
    let missing = if MISSING.is_empty() {
        "none".to_owned()
    } else {
        MISSING.join(", ")
    };
    format!(
        "Operations it has: {}.\n\
         Operations it has not: {missing}.\n\n\
         It has one database; every cluster, workgroup and secret means it. It is not what AWS is in \
         these points: no IAM and no secrets are looked up, nothing is throttled by rate, columns of a \
         result do not name their tables, and nothing is remembered after its end.\n\n\
         Use it with any SDK or the AWS CLI: set the variables that it prints.\n\n\
         Every user of this machine can reach the port. sfc answers only requests that are signed with the \
         access key among the printed variables, which is fresh at each start; it refuses all others, \
         and requests of web pages. The secret of the key never travels. The key does not protect the \
         warehouse from programs of your own user, or of root.\n\n\
         --access-key ID:SECRET sets the key. --access-key ID takes each request that names the id, \
         whatever it is signed with. --access-key any answers everybody: use it for tests alone. Other \
         users see the arguments of a program; SFC_ACCESS_KEY is the variable that they do not see.",
        NAMES.join(", ")
    )
}

/// Serves until Ctrl-C or SIGTERM.
#[must_use]
pub fn serve(given: &ServeArguments, printer: &Printer) -> Exit {
    let fail = |diagnostic: Diagnostic, exit: Exit| {
        printer.diagnostics(&std::iter::once(diagnostic).collect::<Diagnostics>());
        exit
    };
    let events = match given.events.as_deref().map(str::parse::<EventsUrl>) {
        None => None,
        Some(Ok(url)) => Some(url),
        Some(Err(error)) => {
            let diagnostic = Diagnostic::error(Code::RunParameter, error.to_string())
                .in_file(&SourceFile::unread("command line"))
                .help("write `--events http://127.0.0.1:PORT`");
            return fail(diagnostic, Exit::BadInput);
        }
    };
    let access = match given.access_key.as_deref().map(str::parse::<Access>) {
        None => match Access::fresh() {
            Ok(access) => access,
            Err(error) => {
                let diagnostic = trouble("this system gives no random numbers for a key", &error);
                return fail(*diagnostic, Exit::Trouble);
            }
        },
        Some(Ok(access)) => access,
        Some(Err(error)) => {
            let diagnostic = Diagnostic::error(Code::AccessKey, error.to_string())
                .in_file(&SourceFile::unread("command line"))
                .help("write `--access-key ID:SECRET`, or leave it out for a fresh key");
            return fail(diagnostic, Exit::BadInput);
        }
    };
    let source = match source(given, printer) {
        Ok(source) => source,
        Err(exit) => return exit,
    };
    let settings = ServerSettings {
        port: given.port,
        access,
        events,
        limits: ServiceLimits::default(),
    };
    let served = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| trouble("the machine gives no threads", &error))
        .and_then(|runtime| runtime.block_on(answer(source, settings, *printer)));
    match served {
        Ok(exit) => exit,
        Err(diagnostic) => fail(*diagnostic, Exit::Trouble),
    }
}

fn trouble(message: &str, error: &dyn std::fmt::Display) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(Code::LocalTrouble, message)
            .in_file(&SourceFile::unread("command line"))
            .note(error.to_string())
            .help("give another `--port` or `--database-file`, or end what is using it"),
    )
}

/// The warehouse that is meant: a pipeline's, a file's, or one that ends with the program.
fn source(given: &ServeArguments, printer: &Printer) -> Result<Source, Exit> {
    let Some(pipeline) = &given.pipeline else {
        return Ok(Source {
            file: given.database_file.clone(),
            database: given.database.clone().unwrap_or_else(|| "dev".to_owned()),
            buckets: BTreeMap::new(),
            system_tables: None,
            isolation: Isolation::default(),
        });
    };
    let (project, compiled) = compiled(pipeline, None, Overrides::default(), printer)?;
    let folders =
        folders(&project, &compiled, &given.allow_outside, printer).map_err(|diagnostics| {
            printer.diagnostics(&diagnostics);
            Exit::BadInput
        })?;
    let file = match &given.database_file {
        Some(file) => file.clone(),
        None => folders.home.join("warehouse.duckdb"),
    };
    Ok(Source {
        file: Some(file),
        database: given
            .database
            .clone()
            .unwrap_or_else(|| compiled.plan.warehouse.database.clone()),
        buckets: folders.buckets,
        system_tables: folders.system_tables,
        isolation: isolation(&compiled),
    })
}

async fn answer(
    source: Source,
    settings: ServerSettings,
    printer: Printer,
) -> Result<Exit, Box<Diagnostic>> {
    let options = Options {
        buckets: source.buckets,
        system_tables: source.system_tables,
        isolation: source.isolation,
        ..Options::default()
    }
    .database(&source.database);
    let warehouse = open(source.file.as_deref(), options)
        .map_err(|error| trouble("the embedded warehouse cannot be opened", error.as_ref()))?;
    let access = settings.access.clone();
    let server = DataApiServer::bind(warehouse, settings)
        .await
        .map_err(|error| trouble("the warehouse cannot be served", &error))?;
    let stop =
        stopped(printer).map_err(|error| trouble("signals cannot be listened to", &error))?;
    let url = server.url();
    printer.data(&format!("{url}\n"));
    let (id, secret) = access.credentials();
    printer.note(&format!(
        "the Redshift Data API of database `{}` answers; use it with\n  \
         export AWS_ENDPOINT_URL_REDSHIFT_DATA={url} AWS_REGION=us-east-1 \
         AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID={id} AWS_SECRET_ACCESS_KEY={secret}\n\
         Ctrl-C ends it",
        source.database
    ));
    if access == Access::Any {
        printer
            .note("warning: every user of this machine can use the warehouse (--access-key any)");
    }
    server.run(stop, move |line| printer.note(line)).await;
    Ok(Exit::Success)
}

fn open(
    file: Option<&Path>,
    options: Options,
) -> Result<EmbeddedWarehouse, Box<dyn std::error::Error>> {
    let Some(file) = file else {
        return Ok(EmbeddedWarehouse::in_memory(options)?);
    };
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    Ok(EmbeddedWarehouse::open(file, options)?)
}

/// Ready at the first Ctrl-C or SIGTERM; a second Ctrl-C ends the process at once.
#[cfg(unix)]
fn stopped(printer: Printer) -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        printer.note("stopping: cancelling what is running");
        tokio::spawn(async move {
            if interrupt.recv().await.is_some() {
                std::process::exit(Exit::Interrupted.code().into());
            }
        });
    })
}

/// Ready at the first Ctrl-C.
#[cfg(not(unix))]
fn stopped(printer: Printer) -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async move {
        let _ = tokio::signal::ctrl_c().await;
        printer.note("stopping: cancelling what is running");
    })
}
