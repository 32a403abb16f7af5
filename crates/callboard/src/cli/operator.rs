//! How commands speak to the native API with the authority of the machine's owner: through the control socket
//! of a running server, else inside this process.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Method, StatusCode};
use serde_json::Value;

use super::serve;
use crate::front::{Body, CONTROL_SOCKET, Peer};
use crate::run;
use crate::server::Server;
use crate::settings::{Settings, SettingsArgs};

/// Longest silence of a running server.
const PATIENCE: Duration = Duration::from_secs(60);
/// Largest answer that is read: far above 200 items.
const ANSWER_MAX: u64 = 64 * 1024 * 1024;
/// Names the organization to the native surface.
const ORGANIZATION_HEADER: &str = "x-callboard-organization";

/// Whose data a command is about, and how it answers.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Target {
    /// Organization by slug or id; may be left out where there is only one
    #[arg(long, short, global = true, value_name = "SLUG_OR_ID")]
    organization: Option<String>,
    /// Print the API's answer as it is
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Settings file, instead of `callboard.toml` in the working directory
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<std::path::PathBuf>,
    /// Directory of the database, the secret and the control socket
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<String>,
    /// sqlite://FILE or postgres://…
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
}

/// One call of the native API.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Option<Value>,
    /// May begin a new database: only the first account does.
    pub(super) may_found: bool,
}

impl Ask {
    pub(super) fn new(method: Method, path: impl Into<String>) -> Ask {
        Ask { method, path: path.into(), body: None, may_found: false }
    }
    pub(super) fn with(self, body: Value) -> Ask {
        Ask { body: Some(body), ..self }
    }
}

/// What the API answered, if it did as it was asked.
#[derive(Debug)]
pub(super) struct Answer {
    /// As it came; empty for a deletion.
    pub(super) text: String,
    pub(super) json: Value,
}

impl Target {
    /// Calls the API.
    ///
    /// # Errors
    /// The refusal in the API's words, or why nobody could be asked.
    pub(super) fn ask(&self, ask: &Ask) -> Result<Answer, String> {
        let args = SettingsArgs {
            config: self.config.clone(),
            data_dir: self.data_dir.clone(),
            database_url: self.database_url.clone(),
            ..SettingsArgs::default()
        };
        let settings = Settings::load(args).map_err(|error| error.to_string())?;
        let (status, body) = match UnixStream::connect(settings.data_dir.join(CONTROL_SOCKET)) {
            Ok(server) => through(server, &self.request(ask))?,
            // Nobody listens there: the server is stopped.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
                self.inside(settings, ask)?
            }
            Err(error) => {
                let path = settings.data_dir.join(CONTROL_SOCKET);
                return Err(format!("cannot speak to the server through {}: {error}", path.display()));
            }
        };
        judge(status, &body)
    }

    /// The request as bytes. The server closes afterwards, so that the answer ends with the connection.
    fn request(&self, ask: &Ask) -> Vec<u8> {
        let body = ask.body.as_ref().map(Value::to_string).unwrap_or_default();
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n",
            ask.method,
            ask.path,
            body.len()
        );
        if !body.is_empty() {
            head.push_str("Content-Type: application/json\r\n");
        }
        if let Some(organization) = self.organization_name() {
            head.push_str(&format!("{ORGANIZATION_HEADER}: {organization}\r\n"));
        }
        format!("{head}\r\n{body}").into_bytes()
    }

    /// A slug or id has no other characters; none of them can end a header.
    fn organization_name(&self) -> Option<String> {
        let name = self.organization.as_deref()?;
        Some(name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).collect())
    }

    /// Answers in this process, which then has the database open.
    fn inside(&self, settings: Settings, ask: &Ask) -> Result<(StatusCode, Vec<u8>), String> {
        if let Some(path) = settings.database_path().filter(|path| !ask.may_found && !path.exists()) {
            return Err(no_database(&path));
        }
        serve::runtime()?.block_on(async {
            let app = run::prepare(settings).await.map_err(|error| error.to_string())?;
            let shutdown = app.shutdown.clone();
            let server = Server::new(app, shutdown);
            let mut request = http::Request::builder().method(&ask.method).uri(&ask.path);
            if let Some(organization) = self.organization_name() {
                request = request.header(ORGANIZATION_HEADER, organization);
            }
            if ask.body.is_some() {
                request = request.header(CONTENT_TYPE, "application/json");
            }
            let body = Bytes::from(ask.body.as_ref().map(Value::to_string).unwrap_or_default());
            let request = request.body(Body::from(body)).map_err(|error| error.to_string())?;
            let here = std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
            let request = server.received(request, Peer { ip: here, secure: true, operator: true });
            let reply = server.answer(request).await;
            Ok((reply.status, reply.body.to_vec()))
        })
    }
}

fn no_database(path: &Path) -> String {
    format!(
        "there is no database at {}: name its directory with --data-dir, or begin one with \
         `callboard account create`",
        path.display()
    )
}

/// Sends a request to a running server and reads its answer.
fn through(mut server: UnixStream, request: &[u8]) -> Result<(StatusCode, Vec<u8>), String> {
    let mut answer = Vec::new();
    let exchanged = server
        .set_read_timeout(Some(PATIENCE))
        .and_then(|()| server.write_all(request))
        .and_then(|()| server.take(ANSWER_MAX).read_to_end(&mut answer));
    exchanged.map_err(|error| format!("the server did not answer: {error}"))?;
    parse(&answer).ok_or_else(|| "the server's answer could not be read".to_owned())
}

/// Status and body of an answer that ended with its connection. Our own server frames bodies by length only.
fn parse(answer: &[u8]) -> Option<(StatusCode, Vec<u8>)> {
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    let head = std::str::from_utf8(answer.get(..end)?).ok()?;
    let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    Some((status, answer.get(end.checked_add(4)?..)?.to_vec()))
}

/// A success as it is; a refusal in its own words.
fn judge(status: StatusCode, body: &[u8]) -> Result<Answer, String> {
    let text = String::from_utf8_lossy(body).into_owned();
    let json: Value = serde_json::from_str(&text).unwrap_or_default();
    if status.is_success() {
        return Ok(Answer { text, json });
    }
    let detail = json.get("detail").and_then(Value::as_str);
    let mut words = detail.map_or_else(|| format!("the server answered {status}"), str::to_owned);
    for fault in json.get("errors").and_then(Value::as_array).into_iter().flatten() {
        let member = |name| fault.get(name).and_then(Value::as_str).unwrap_or_default();
        words.push_str(&format!("\n  {} {}", member("pointer"), member("message")));
    }
    Err(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_told_with_all_their_faults() {
        let body =
            br#"{"detail":"the request is invalid","errors":[{"pointer":"/name","message":"is required"}]}"#;
        let words = judge(StatusCode::BAD_REQUEST, body).unwrap_err();
        assert_eq!(words, "the request is invalid\n  /name is required");
        assert_eq!(judge(StatusCode::BAD_GATEWAY, b"").unwrap_err(), "the server answered 502 Bad Gateway");
    }

    #[test]
    fn an_answer_is_its_status_and_body() {
        let (status, body) = parse(b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}").unwrap();
        assert_eq!((status, body.as_slice()), (StatusCode::CREATED, &b"{}"[..]));
        assert!(parse(b"HTTP/1.1 2").is_none());
    }
}
