//! The Lambda's process: settings, clients, and a loop that hands each event to the handler.

mod initialization;
mod log;

use runtime_lambda::protocol::errors;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use lambda_runtime::{Diagnostic, LambdaEvent, Runtime, service_fn};
use runtime_lambda::aws::{AwsPorts, EnvironmentVariables, FunctionSettings};
use runtime_lambda::{ActionError, Handler};
use serde_json::Value;
use tracing::Instrument as _;

/// How long an answer may be held back for uploads to be aborted: a process that has answered is frozen.
const SETTLE: Duration = Duration::from_secs(3);

fn main() -> ExitCode {
    log::start();
    let settings = match FunctionSettings::read(EnvironmentVariables::of_process()) {
        Ok(settings) => settings,
        Err(missing) => {
            return initialization::failed(errors::MISCONFIGURED, &missing.to_string());
        }
    };
    // Lambda gives a function of this size a part of one processor.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return initialization::failed(errors::NOT_STARTED, &error.to_string()),
    };
    match runtime.block_on(serve(&settings)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the Runtime API is gone");
            ExitCode::FAILURE
        }
    }
}

async fn serve(settings: &FunctionSettings) -> Result<(), lambda_runtime::Error> {
    let aws = AwsPorts::new(settings);
    let handler = Handler::new(aws.ports.clone());
    let (aws, handler) = (&aws, &handler);
    let function = service_fn(move |event: LambdaEvent<Value>| async move {
        let span = log::span(&event);
        answer(aws, handler, event.payload).instrument(span).await
    });
    Runtime::new(function).run().await
}

async fn answer(aws: &AwsPorts, handler: &Handler, event: Value) -> Result<Value, Named> {
    let started = Instant::now();
    let (pipeline, is_look) = (log::pipeline(&event), log::is_look(&event));
    let answer = handler.handle(event).await;
    aws.aborts.settle(SETTLE).await;
    log::ended(&answer, started.elapsed(), pipeline.as_deref(), is_look);
    answer.map_err(Named)
}

/// An error as Step Functions is to see it.
struct Named(ActionError);

impl From<Named> for Diagnostic {
    fn from(Named(error): Named) -> Self {
        Self {
            error_type: error.name().to_owned(),
            error_message: error.to_string(),
        }
    }
}

/// The name alone: the runtime logs what fails, and the sentence may quote what was sent.
impl std::fmt::Debug for Named {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.0.name())
    }
}
