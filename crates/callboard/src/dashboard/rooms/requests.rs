//! `/dashboard/requests`: what keys and session tokens asked for in the last seven days, and one request with its headers and refusal.

use askama::Template;
use callboard_core::key::ApiKey;
use callboard_store::page::LIMIT_MAX;
use callboard_store::requests::{BY_SESSION, LINES_MAX, RequestFilter, RequestLine};

use crate::dashboard::field::{Choice, Field};
use crate::dashboard::form::Form;
use crate::dashboard::page::Page;
use crate::dashboard::pieces::Pager;
use crate::dashboard::shell::Shell;
use crate::dashboard::times;
use crate::dashboard::visit::Visit;
use crate::http::grant::AuditRead;
use crate::http::{Granted, Refusal, Reply};
use crate::use_cases::request_log::oldest_kept;

const PATH: &str = "/dashboard/requests";
/// What stands in place of a key's label.
const SESSION: &str = "Session tokens";
// The page says this number in words.
const _: () = assert!(LINES_MAX == 10_000, "the page says 10,000");
/// Lines of one page.
const LINES: i64 = 100;
/// The longest path that is looked for. Unit: characters.
const PATH_MAX: usize = 200;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get(PATH).granted(list), Page::get("/dashboard/requests/{id}").granted(show)]
}

#[derive(Template)]
#[template(path = "dashboard/requests.html")]
struct RequestsPage {
    frame: Shell,
    filters: Vec<Field>,
    rows: Vec<Row>,
    pager: Pager,
    /// Not noted since the start, because too many came at once.
    passed_over: u64,
    /// The same of those that were refused before their key was known.
    unknown_passed_over: u64,
    is_off: bool,
    is_filtered: bool,
    lines_max: &'static str,
}

struct Row {
    path: String,
    method: String,
    target: String,
    status: i64,
    tone: &'static str,
    key: String,
    when: String,
    instant: String,
    took: String,
}

async fn list(visit: Visit, grant: Granted<AuditRead>) -> Result<Reply, Refusal> {
    let keys = visit.app.store.list_keys(grant.tenant(), None, LIMIT_MAX).await?.items;
    let filter = filter(&visit.query);
    // What is older than a week is not shown, whether it was swept or not.
    let oldest = oldest_kept(visit.now);
    let mut lines = visit.app.store.list_requests(grant.tenant(), &filter, LINES + 1).await?;
    lines.retain(|line| line.id >= oldest);
    let has_more = i64::try_from(lines.len()).unwrap_or(0) > LINES;
    lines.truncate(usize::try_from(LINES).unwrap_or(usize::MAX));
    let next = lines.last().filter(|_| has_more).map(|line| line.id.clone());
    let page = RequestsPage {
        frame: visit.shell("Requests", PATH).await?,
        filters: fields(&visit.query, &keys),
        rows: lines.iter().map(|line| row(line, &keys, visit.now)).collect(),
        pager: Pager::behind(PATH, &visit.query, "before", next),
        passed_over: visit.app.request_log.passed_over(),
        unknown_passed_over: visit.app.request_log.unknown_passed_over(),
        is_off: !visit.app.settings.request_log,
        is_filtered: ["keyId", "status", "path"].iter().any(|name| visit.query.some(name).is_some()),
        lines_max: "10,000",
    };
    visit.show(&page)
}

fn filter(query: &Form) -> RequestFilter {
    let status = match query.get("status") {
        "2xx" => Some((200, 299)),
        "3xx" => Some((300, 399)),
        "4xx" => Some((400, 499)),
        "5xx" => Some((500, 599)),
        one => one.parse().ok().map(|status: i64| (status, status)),
    };
    let path = query.some("path").map(|path| path.chars().take(PATH_MAX).collect::<String>());
    // A key that is no id finds nothing, which an unknown one does as well.
    let key_id =
        query.some("keyId").map(|id| id.parse().unwrap_or(callboard_core::ids::KeyId(uuid::Uuid::max())));
    RequestFilter { key_id, status, path, before: query.some("before").map(str::to_owned) }
}

fn fields(query: &Form, keys: &[ApiKey]) -> Vec<Field> {
    let any = || std::iter::once(Choice::new("", "All"));
    let session = std::iter::once(Choice::new(BY_SESSION.to_string(), SESSION));
    let keys = keys.iter().map(|key| Choice::new(key.id.to_string(), format!("{} …{}", key.label, key.hint)));
    let statuses = [
        ("2xx", "2xx answered"),
        ("3xx", "3xx unchanged"),
        ("4xx", "4xx refused"),
        ("5xx", "5xx failed"),
        ("401", "401"),
        ("403", "403"),
        ("404", "404"),
        ("409", "409"),
        ("429", "429"),
    ];
    let statuses = statuses.iter().map(|(value, label)| Choice::new(*value, *label));
    vec![
        query.select("keyId", "Key", any().chain(session).chain(keys).collect()),
        query.select("status", "Status", any().chain(statuses).collect()),
        query.text("path", "Path begins with").max(PATH_MAX).placeholder("/v1/events"),
    ]
}

fn tone(status: i64) -> &'static str {
    match status {
        ..400 => "good",
        400..500 => "warn",
        _ => "bad",
    }
}

fn row(line: &RequestLine, keys: &[ApiKey], now: callboard_core::time::Timestamp) -> Row {
    let key = keys.iter().find(|key| key.id == line.key_id);
    Row {
        path: format!("{PATH}/{}", line.id),
        method: line.method.clone(),
        target: line.path.clone(),
        status: line.status,
        tone: tone(line.status),
        key: match key {
            Some(key) => key.label.clone(),
            None if line.key_id == BY_SESSION => SESSION.to_owned(),
            None => "a key of long ago".to_owned(),
        },
        when: times::ago(line.at, now),
        instant: line.at.to_utc_text(),
        took: took(line.micros),
    }
}

fn took(micros: i64) -> String {
    match micros {
        ..1_000 => format!("{micros} µs"),
        1_000..10_000 => format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100),
        _ => format!("{} ms", micros / 1_000),
    }
}

#[derive(Template)]
#[template(path = "dashboard/request.html")]
struct RequestPage {
    frame: Shell,
    row: Row,
    id: String,
    surface: String,
    query: Option<String>,
    headers: Vec<(String, String)>,
    problem: Option<String>,
    curl: String,
    key_path: Option<String>,
}

async fn show(visit: Visit, grant: Granted<AuditRead>) -> Result<Reply, Refusal> {
    let found = visit.app.store.find_request(grant.tenant(), visit.path.text("id")).await?;
    let line = found.filter(|line| line.id >= oldest_kept(visit.now)).ok_or(Refusal::NoSuchRoute)?;
    let key = visit.app.store.find_key(grant.tenant(), line.key_id).await?;
    let frame = visit.shell(&format!("{} {}", line.method, line.path), PATH).await?;
    let headers = line.headers.lines().filter_map(|text| text.split_once(": "));
    let page = RequestPage {
        frame: frame.crumb("Requests", PATH).crumb(line.id.clone(), ""),
        row: row(&line, key.as_slice(), visit.now),
        id: line.id.clone(),
        surface: line.surface.clone(),
        query: line.query.clone(),
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        problem: line.problem.as_deref().map(pretty),
        curl: curl(&visit.app.public_url, &line),
        key_path: key.map(|key| format!("/dashboard/keys/{}", key.id)),
    };
    visit.show(&page)
}

/// JSON with line breaks; anything else as it is.
fn pretty(text: &str) -> String {
    let parsed: Option<serde_json::Value> = serde_json::from_str(text).ok();
    parsed.and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_else(|| text.to_owned())
}

/// The request as a line for the shell; the key is a variable, and its body, which is never kept, a file.
fn curl(url: &str, line: &RequestLine) -> String {
    const OWN: [&str; 7] = [
        "host",
        "content-length",
        "connection",
        "accept-encoding",
        "user-agent",
        "cookie",
        "transfer-encoding",
    ];
    let mut parts = vec!["curl".to_owned()];
    if line.method != "GET" {
        parts.push(format!("-X {}", line.method));
    }
    for text in line.headers.lines() {
        let name = text.split(':').next().unwrap_or("");
        let is_forwarded = name.starts_with("x-forwarded-") || name.starts_with("sec-");
        if !OWN.contains(&name) && !is_forwarded {
            // The key is a variable, so that line is the shell's to fill in.
            parts.push(if text.ends_with("$KEY") {
                format!("-H \"{text}\"")
            } else {
                format!("-H {}", quoted(text))
            });
        }
    }
    if matches!(line.method.as_str(), "POST" | "PUT" | "PATCH") {
        parts.push("--data-binary @body.json".to_owned());
    }
    let query = line.query.as_deref().map(|query| format!("?{query}")).unwrap_or_default();
    parts.push(quoted(&format!("{url}{}{query}", line.path)));
    parts.join(" \\\n  ")
}

/// One word for the shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_for_the_shell_stays_one_word() {
        assert_eq!(quoted("a'; rm -rf /"), r"'a'\''; rm -rf /'");
    }

    #[test]
    fn a_status_is_a_class_or_one() {
        let asked = |status: &str| filter(&Form::of(vec![("status".to_owned(), status.to_owned())])).status;
        assert_eq!(asked("4xx"), Some((400, 499)));
        assert_eq!(asked("429"), Some((429, 429)));
        assert_eq!(asked("x"), None);
    }
}
