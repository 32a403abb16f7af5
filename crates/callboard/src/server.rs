//! From a request to the surface that answers it: mounts, the shared path, preflights, unknown routes.
//!
//! The one module that knows two surfaces is [`shared`], the dispatcher of `/api/v1`.
//! Source: contracts.md §5.

pub mod pages;
pub mod shared;

use std::sync::Arc;
use std::time::Instant;

use ::http::header::{ALLOW, HeaderName, X_CONTENT_TYPE_OPTIONS};
use ::http::{HeaderValue, Method, Response, StatusCode};
use http_body_util::Full;

use crate::app::App;
use crate::dashboard::Dashboard;
use crate::front::{self, Body, Peer, ReplyBody, Shutdown};
use crate::http::request::RequestId;
use crate::http::router::{Found, Routes};
use crate::http::{Refusal, Reply, Request, pipeline};
use crate::surfaces::{Name, Surface};
use crate::telemetry;

/// What answers all requests.
#[derive(Debug)]
pub struct Server {
    pub app: Arc<App>,
    pub shutdown: Shutdown,
    channel: Routes,
    venue: Routes,
    developer: Routes,
    box_office: Routes,
    native: Routes,
    pub dashboard: Dashboard,
}

/// Where a request goes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    /// A surface, and how many bytes the path has before the part that the surface's operations know.
    Surface(Name, usize),
    /// `/api/v1` without a credential that names its family; the path may name a mount.
    Shared,
    Pages,
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Where the shared path's two surfaces are always found, whatever the key. Source: contracts.md §5 (way B).
const VENUE_MOUNT: &str = "/venue";
const BOX_OFFICE_MOUNT: &str = "/box-office";

impl Server {
    pub fn new(app: Arc<App>, shutdown: Shutdown) -> Arc<Server> {
        let routes = |name: Name| Routes::new(Surface::of(name).operations());
        Arc::new(Server {
            app,
            shutdown,
            channel: routes(Name::Channel),
            venue: routes(Name::Venue),
            developer: routes(Name::Developer),
            box_office: routes(Name::BoxOffice),
            native: routes(Name::Native),
            dashboard: Dashboard::default(),
        })
    }

    pub fn routes(&self, name: Name) -> &Routes {
        match name {
            Name::Channel => &self.channel,
            Name::Venue => &self.venue,
            Name::Developer => &self.developer,
            Name::BoxOffice => &self.box_office,
            Name::Native => &self.native,
        }
    }

    /// Answers a request, whatever it is.
    pub async fn answer(&self, request: Box<Request>) -> Reply {
        let id = request.id;
        let mount = mount(request.path());
        let mut reply = match target(&request) {
            Target::Surface(name, prefix) => self.on_surface(name, prefix, request).await,
            Target::Shared => shared::answer(self, &request),
            // Apart, so that what a page needs is not part of every request's memory.
            Target::Pages => Box::pin(pages::answer(self, request)).await,
        };
        // Everything below /api/v1 depends on who asks, the shared 401 included.
        match mount {
            Some(Mount::Shared | Mount::BoxOffice) => shared::finish_with_cors(&mut reply),
            Some(Mount::Venue) => shared::finish(&mut reply),
            None => {}
        }
        reply.set(REQUEST_ID, id.as_str());
        reply
    }

    async fn on_surface(&self, name: Name, prefix: usize, request: Box<Request>) -> Reply {
        let surface = Surface::of(name);
        let refused = async |refusal: Refusal, request: &Request| {
            let mut reply = surface.refuse(&self.app, &refusal, &request.id);
            let seen = pipeline::Seen::of_address(&self.app, surface, request).await;
            surface.finish(&self.app, &mut reply, &seen);
            if self.app.settings.request_log
                && let Some(begun) = self.app.request_log.begin_unknown(request, surface.name.as_str())
            {
                self.app.request_log.end(begun, &reply);
            }
            reply
        };
        let path = request.path().get(prefix..).unwrap_or_default();
        match self.routes(name).find(&request.method, path) {
            Found::Operation(operation, params) => {
                pipeline::run(&self.app, surface, operation, request, params).await
            }
            Found::OtherMethods(allow) if request.method == Method::OPTIONS => {
                let mut reply = Reply::no_content().with(ALLOW, &listed(&allow));
                let seen = pipeline::Seen::of_address(&self.app, surface, &request).await;
                surface.finish(&self.app, &mut reply, &seen);
                reply
            }
            Found::OtherMethods(allow) => {
                let text = listed(&allow);
                refused(Refusal::MethodNotAllowed { allow }, &request).await.with(ALLOW, &text)
            }
            Found::Nothing => refused(Refusal::NoSuchRoute, &request).await,
        }
    }

    /// Takes the parts of a request that came through the front door. In a box, because each step on its way hands it
    /// on and would copy it.
    pub fn received(&self, request: ::http::Request<Body>, peer: Peer) -> Box<Request> {
        let (parts, body) = request.into_parts();
        let now = self.app.clock.now();
        Box::new(Request {
            id: RequestId::new(now, &self.app.request_ids),
            received_at: now,
            method: parts.method,
            uri: parts.uri,
            headers: parts.headers,
            peer,
            body: Some(body),
        })
    }
}

fn listed(methods: &[Method]) -> String {
    methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", ")
}

/// How a path leads to H or T.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mount {
    Shared,
    Venue,
    BoxOffice,
}

fn mount(path: &str) -> Option<Mount> {
    let below = |mount: &str| path.strip_prefix(mount).is_some_and(|rest| is_below(rest, shared::PATH));
    match path {
        _ if is_below(path, shared::PATH) => Some(Mount::Shared),
        _ if below(VENUE_MOUNT) => Some(Mount::Venue),
        _ if below(BOX_OFFICE_MOUNT) => Some(Mount::BoxOffice),
        _ => None,
    }
}

/// `path` is `base` or below it.
pub(crate) fn is_below(path: &str, base: &str) -> bool {
    path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Finds the surface of a path; on the shared path the credential decides.
fn target(request: &Request) -> Target {
    let path = request.path();
    if is_below(path, shared::PATH) {
        return shared::target(request);
    }
    if is_below(path, "/v1") {
        return Target::Surface(Name::Native, 0);
    }
    if is_below(path, "/api/public/v1") || is_below(path, "/api/developer/openapi") {
        return Target::Surface(Name::Channel, 0);
    }
    if is_below(path, "/api/developer") {
        return Target::Surface(Name::Developer, 0);
    }
    let mounted = |mount: &str| path.strip_prefix(mount).filter(|rest| is_below(rest, shared::PATH));
    match (mounted(VENUE_MOUNT), mounted(BOX_OFFICE_MOUNT)) {
        (Some(_), _) => Target::Surface(Name::Venue, VENUE_MOUNT.len()),
        (_, Some(_)) if request.method == Method::OPTIONS => Target::Shared,
        (_, Some(_)) => Target::Surface(Name::BoxOffice, BOX_OFFICE_MOUNT.len()),
        (None, None) => Target::Pages,
    }
}

impl front::Handler for Server {
    fn handle(
        self: Arc<Self>,
        request: ::http::Request<Body>,
        peer: Peer,
    ) -> impl Future<Output = Response<ReplyBody>> + Send {
        let started = Instant::now();
        let request = self.received(request, peer);
        let (id, method, uri) = (request.id, request.method.clone(), request.uri.clone());
        async move {
            let reply = self.answer(request).await;
            let path = uri.path();
            let label = label(path);
            self.app.metrics.answered(label, &method, reply.status, started.elapsed());
            if reply.status.is_server_error() && reply.status != StatusCode::NOT_IMPLEMENTED {
                tracing::warn!(request.id = %id, %method, path, status = reply.status.as_u16(), "a request failed on our side");
            } else {
                tracing::debug!(request.id = %id, %method, path, status = reply.status.as_u16(), "answered");
            }
            response(reply)
        }
    }

    fn refuse(&self, status: StatusCode, path: Option<&str>) -> Response<ReplyBody> {
        let now = self.app.clock.now();
        let id = RequestId::new(now, &self.app.request_ids);
        let refusal = refusal_of(status);
        let path = path.unwrap_or("/");
        let name = match path {
            path if is_below(path, shared::PATH) || is_below(path, "/box-office") => Some(Name::BoxOffice),
            path if is_below(path, "/venue/api/v1") => Some(Name::Venue),
            path if is_below(path, "/api/public/v1") || is_below(path, "/api/developer/openapi") => {
                Some(Name::Channel)
            }
            path if is_below(path, "/api/developer") => Some(Name::Developer),
            path if is_below(path, "/v1") => Some(Name::Native),
            _ => None,
        };
        let mut reply = match name {
            Some(name) => {
                let surface = Surface::of(name);
                let mut reply = surface.refuse(&self.app, &refusal, &id);
                surface.finish(&self.app, &mut reply, &pipeline::Seen::default());
                reply
            }
            None => pages::plain(status),
        };
        reply.status = status;
        reply.set(REQUEST_ID, id.as_str());
        response(reply)
    }
}

/// What a fault of the bare protocol is called.
fn refusal_of(status: StatusCode) -> Refusal {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::BodyTooLarge { limit: crate::http::operation::BODY_MAX },
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Refusal::UnsupportedMediaType { expected: "an uncoded body" },
        StatusCode::REQUEST_TIMEOUT => Refusal::BodyTimeout,
        StatusCode::SERVICE_UNAVAILABLE => Refusal::Unavailable { retry_after_s: 1 },
        StatusCode::INTERNAL_SERVER_ERROR => Refusal::Internal,
        _ => Refusal::InvalidJson("the request could not be read".to_owned()),
    }
}

fn label(path: &str) -> telemetry::Surface {
    match path {
        path if is_below(path, "/v1") => telemetry::Surface::Native,
        path if is_below(path, "/api/public/v1") => telemetry::Surface::Channel,
        path if is_below(path, "/api/developer") => telemetry::Surface::Developer,
        path if is_below(path, "/venue") => telemetry::Surface::Venue,
        path if is_below(path, shared::PATH) || is_below(path, "/box-office") => {
            telemetry::Surface::BoxOffice
        }
        "/healthz" | "/readyz" | "/metrics" => telemetry::Surface::Health,
        _ => telemetry::Surface::Pages,
    }
}

fn response(reply: Reply) -> Response<ReplyBody> {
    let mut response = Response::new(Full::new(reply.body));
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    response.headers_mut().entry(X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
    response
}
