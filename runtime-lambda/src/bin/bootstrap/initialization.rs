//! A process that cannot start says why, where Lambda shows it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::ExitCode;
use std::time::Duration;

use serde_json::json;

/// Time that Lambda's own side may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Tells Lambda and the log (AWS page: Lambda runtime API, initialization error).
pub fn failed(name: &str, sentence: &str) -> ExitCode {
    tracing::error!(error = name, reason = sentence, "cannot start");
    if let Ok(address) = std::env::var("AWS_LAMBDA_RUNTIME_API")
        && let Err(error) = tell(&address, name, sentence)
    {
        tracing::error!(%error, "the Runtime API was not told");
    }
    ExitCode::FAILURE
}

fn tell(address: &str, name: &str, sentence: &str) -> std::io::Result<()> {
    let body = json!({ "errorType": name, "errorMessage": sentence, "stackTrace": [] }).to_string();
    let mut connection = TcpStream::connect(address)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.set_write_timeout(Some(PATIENCE))?;
    write!(
        connection,
        "POST /2018-06-01/runtime/init/error HTTP/1.1\r\nHost: {address}\r\n\
         Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: {name}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer)?;
    Ok(())
}
