//! The way of every request through its operation: credential, rate, scope, query, body, handler, in this
//! order, which no route can change or forget. Source: promises rule 2, contracts.md §1.6, §2.4, §4.3.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use callboard_core::account::Capability;
use callboard_core::issue::{Issue, IssueCode};
use callboard_core::rate::Admission;
use futures_util::FutureExt;
use http::header::IF_NONE_MATCH;
use http::{HeaderValue, Method};

use super::call::{PathParams, Payload};
use super::operation::{Access, Credential};
use super::query::Args;
use super::rates::Counted;
use super::{Call, Caller, Identity, Operation, Refusal, Reply, Request, body, etag, rendered};
use crate::app::App;
use crate::front::BodyFault;
use crate::surfaces::Surface;
use crate::use_cases::request_log::Begun;

/// Longest time that a handler may take; an uncommitted write is rolled back then.
/// Source: contracts.md §1.6 (in-progress entries live 45 seconds).
const HANDLER_MAX: Duration = Duration::from_secs(45);

/// What the pipeline learnt besides the answer, for the headers.
#[derive(Debug, Default)]
pub struct Seen {
    pub admission: Option<Admission>,
    pub retry_after_s: Option<i64>,
    pub is_anonymous: bool,
    /// The line of the request log that this becomes.
    pub begun: Option<Box<Begun>>,
}

impl Seen {
    /// What is seen of a request whose caller nobody knows: it counts against its address, where the surface limits those.
    pub async fn of_address(app: &App, surface: &Surface, request: &Request) -> Seen {
        Seen {
            // Where it cannot be counted, the answer goes without the headers that would tell.
            admission: count_address(app, surface, request.peer.ip).await.unwrap_or_default(),
            retry_after_s: None,
            is_anonymous: true,
            begun: None,
        }
    }
}

/// Counts a request against its address; nothing where the surface, or the settings, do not limit addresses.
async fn count_address(app: &App, surface: &Surface, address: IpAddr) -> Result<Option<Admission>, Refusal> {
    let limit = app.settings.rate_limit_per_ip;
    let is_limited = surface.limits_addresses && limit > 0;
    if !is_limited {
        return Ok(None);
    }
    app.rates.admit(Counted::Address(address), limit, app.clock.now()).await.map(Some)
}

/// Runs an operation and answers in its surface's shape, whatever happens.
pub async fn run(
    app: &Arc<App>,
    surface: &'static Surface,
    operation: &'static Operation,
    request: Box<Request>,
    path: PathParams,
) -> Reply {
    let (id, is_get, address) = (request.id, operation.method == Method::GET, request.peer.ip);
    let held: Vec<HeaderValue> = match is_get {
        true => request.headers.get_all(IF_NONE_MATCH).iter().cloned().collect(),
        false => Vec::new(),
    };
    let mut seen = Seen::default();
    let guarded = AssertUnwindSafe(guarded(app, surface, operation, request, path, &mut seen)).catch_unwind();
    let outcome = guarded.await.unwrap_or_else(|panic| Err(panicked(app, &*panic)));
    let mut reply = match outcome {
        Ok(reply) => reply,
        Err(refusal) => {
            seen.retry_after_s = refusal.retry_after_s();
            // Refused before it was counted: without a caller it counts against its address.
            if seen.admission.is_none() && !matches!(refusal, Refusal::Unavailable { .. }) {
                seen.admission = count_address(app, surface, address).await.unwrap_or_default();
            }
            app.count_refusal(surface.name, &refusal);
            surface.refuse(app, &refusal, &id)
        }
    };
    if surface.tags_replies && (is_get || reply.version.is_some()) {
        etag::stamp(&mut reply);
    }
    etag::revalidate(&held, &mut reply);
    surface.finish(app, &mut reply, &seen);
    if let Some(begun) = seen.begun.take() {
        app.request_log.end(*begun, &reply);
    }
    reply
}

async fn guarded(
    app: &Arc<App>,
    surface: &'static Surface,
    operation: &'static Operation,
    mut request: Box<Request>,
    path: PathParams,
    seen: &mut Seen,
) -> Result<Reply, Refusal> {
    refuse_credential_in_query(request.query())?;
    let now = request.received_at;
    let caller = match operation.access {
        Access::Public => Caller::anonymous(),
        Access::Any | Access::Needs(_) => {
            let outcome = surface.authenticate(app, &request, operation, now).await;
            if let (Err(Refusal::Unauthenticated), true) = (&outcome, app.settings.request_log) {
                seen.begun = app.request_log.begin_unknown(&request, surface.name.as_str()).map(Box::new);
            }
            outcome?
        }
    };
    if app.settings.request_log {
        seen.begun = app.request_log.begin(&request, &caller, surface.name.as_str()).map(Box::new);
    }
    admit(app, surface, operation, &caller, &request, seen).await?;
    check_access(surface, operation, &caller)?;
    let args = Args::parse(request.query(), &operation.known_params(), surface.query_rules)?;
    let body = read_body(app, operation, &mut request).await?;
    let call = Call { app: app.clone(), surface, operation, caller, request, path, args, body, now };
    if operation.method == Method::GET {
        return match operation.depends {
            Some(depends) => rendered::answer(call, depends).await,
            None => operation.run(call).await,
        };
    }
    // A write goes on when its client hangs up: it runs in a task of its own.
    let task = tokio::spawn(operation.run(call));
    match tokio::time::timeout(HANDLER_MAX, task).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(join)) => Err(join.try_into_panic().map_or(Refusal::Internal, |panic| panicked(app, &*panic))),
        Err(_) => Err(Refusal::Unavailable { retry_after_s: 1 }),
    }
}

/// Names under which people put credentials into addresses. Source: native-api.md §1.
const CREDENTIAL_NAMES: [&str; 5] = ["access_token", "api_key", "apikey", "key", "token"];

fn refuse_credential_in_query(query: Option<&str>) -> Result<(), Refusal> {
    let Some(query) = query else { return Ok(()) };
    for (name, _) in form_urlencoded::parse(query.as_bytes()) {
        if let Some(found) = CREDENTIAL_NAMES.iter().find(|known| name.eq_ignore_ascii_case(known)) {
            return Err(Refusal::CredentialInQuery(found));
        }
    }
    Ok(())
}

async fn admit(
    app: &App,
    surface: &Surface,
    operation: &Operation,
    caller: &Caller,
    request: &Request,
    seen: &mut Seen,
) -> Result<(), Refusal> {
    let now = request.received_at;
    seen.is_anonymous = matches!(caller.identity, Identity::Anonymous);
    if let Some(address) = count_address(app, surface, request.peer.ip).await? {
        if seen.is_anonymous || !address.is_admitted {
            seen.admission = Some(address);
        }
        if !address.is_admitted {
            return Err(Refusal::RateLimited(address));
        }
    }
    let (Some(limit), Some(tenant)) = (surface.limit(app, caller, operation.rate), caller.tenant()) else {
        return Ok(());
    };
    let principal = app.window_of(caller, tenant);
    let class = surface.class(operation.rate);
    let admission = app.rates.admit(Counted::Key(principal, class), limit, now).await?;
    seen.admission = Some(admission);
    if admission.is_admitted { Ok(()) } else { Err(Refusal::RateLimited(admission)) }
}

fn check_access(surface: &Surface, operation: &Operation, caller: &Caller) -> Result<(), Refusal> {
    if operation.credential == Credential::Session && matches!(caller.identity, Identity::Key(_)) {
        return Err(Refusal::Forbidden("only a signed-in session may do this; a key cannot".to_owned()));
    }
    match operation.access {
        Access::Needs(capability) => require(surface, caller, capability),
        Access::Public | Access::Any => Ok(()),
    }
}

/// Refuses a caller without a capability.
pub(super) fn require(surface: &Surface, caller: &Caller, capability: Capability) -> Result<(), Refusal> {
    match &caller.identity {
        Identity::Operator => Ok(()),
        Identity::Anonymous => Err(Refusal::Unauthenticated),
        Identity::Session { role, .. } if role.allows(capability) => Ok(()),
        Identity::Session { role, .. } => Err(Refusal::Forbidden(format!(
            "the role `{}` does not include {}",
            role.as_str(),
            capability.as_str()
        ))),
        Identity::Key(key) => match surface.missing_scope(key, capability) {
            None => Ok(()),
            Some(scope) => Err(Refusal::MissingScopes(vec![scope])),
        },
    }
}

async fn read_body(app: &App, operation: &Operation, request: &mut Request) -> Result<Payload, Refusal> {
    if operation.body.is_none() && !operation.takes_multipart {
        return Ok(Payload::None);
    }
    let content_type = request.header("content-type").unwrap_or("").to_owned();
    let essence = content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let expected = if operation.takes_multipart { "multipart/form-data" } else { "application/json" };
    let fits = essence == expected
        || (!operation.takes_multipart && (essence.is_empty() || essence.ends_with("+json")));
    if !fits {
        return Err(Refusal::UnsupportedMediaType { expected });
    }
    let Some(unread) = request.body.take() else { return Ok(Payload::None) };
    let file_max = if operation.takes_multipart { app.settings.media_max_bytes } else { 0 };
    let limit = operation.body_max.saturating_add(file_max);
    let bytes = unread.collect(limit).await.map_err(|fault| match fault {
        BodyFault::TooLarge => Refusal::BodyTooLarge { limit },
        BodyFault::TimedOut | BodyFault::TooSlow | BodyFault::Cut => Refusal::BodyTimeout,
    })?;
    if operation.takes_multipart {
        return Ok(Payload::Raw { content_type, bytes });
    }
    let is_optional = operation.body.as_ref().is_some_and(|body| !body.is_required);
    if is_optional && bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Payload::None);
    }
    let value = body::parse(&bytes).map_err(Refusal::InvalidJson)?;
    if !value.is_object() {
        return Err(Issue::body("", IssueCode::InvalidType, "must be a JSON object").into());
    }
    Ok(Payload::Json(value))
}

fn panicked(app: &App, panic: &(dyn std::any::Any + Send)) -> Refusal {
    let text =
        panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!("a handler panicked: {}", text.unwrap_or("?"));
    app.count_panic();
    Refusal::Internal
}
