//! One request on its way through a page: who asks, what its form says, and every way to answer it.

use std::sync::Arc;

use askama::Template;
use callboard_core::canonical::{hex, sha256};
use callboard_core::time::Timestamp;
use callboard_store::idempotency::{Once, OnceOutcome, Repetition};
use callboard_store::{Command, Context, Tenant};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, SET_COOKIE, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

pub(crate) use super::answer::{add_cookie, done, go, go_saying};
use super::answer::{kept, revived};
use super::form::{FIELDS_MAX, Form};
use super::page::{Access, Page};
use super::shell::{Flash, Frame, Shell, Tone};
use super::visitor::{Member, Visitor};
use super::{cookie, guard, words};
use crate::app::App;
use crate::front::BodyFault;
use crate::http::call::PathParams;
use crate::http::grant::Needs;
use crate::http::operation::BODY_MAX;
use crate::http::{Granted, Refusal, Reply, Request};

pub(crate) const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
/// The form fields that every form has: the visitor's token, and a value that is another one in every form shown.
pub(crate) const TOKEN_FIELD: &str = "_token";
pub(crate) const ONCE_FIELD: &str = "_once";
/// Longest message to the next page. Unit: characters.
pub(super) const FLASH_MAX: usize = 300;

/// A request for a page.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub app: Arc<App>,
    pub request: Arc<Request>,
    pub path: PathParams,
    pub query: Form,
    pub form: Form,
    /// A `multipart/form-data` body as it came, with its content type.
    pub upload: Option<(String, bytes::Bytes)>,
    pub visitor: Visitor,
    pub now: Timestamp,
    pub nonce: String,
    rooms: Arc<Vec<(&'static str, Access)>>,
}

/// What became of a command that a form sent.
pub(crate) enum Committed<T> {
    Now(T),
    /// The same form was sent before; this is what was answered then.
    Before(Reply),
}

impl Visit {
    pub(crate) fn new(
        app: &Arc<App>,
        request: Box<Request>,
        path: PathParams,
        visitor: Visitor,
        rooms: Vec<(&'static str, Access)>,
    ) -> Visit {
        let query = form_urlencoded::parse(request.query().unwrap_or("").as_bytes());
        let query = Form::of(
            query.take(FIELDS_MAX).map(|(name, value)| (name.into_owned(), value.into_owned())).collect(),
        );
        Visit {
            app: app.clone(),
            now: request.received_at,
            request: Arc::from(request),
            path,
            query,
            form: Form::default(),
            upload: None,
            visitor,
            nonce: hex(&app.entropy.draw::<16>()),
            rooms: Arc::new(rooms),
        }
    }

    /// Lets a request in, in this order: origin, form, token, sign-in, role.
    pub(crate) async fn admit(&mut self, page: &Page) -> Result<(), Refusal> {
        if page.method != Method::GET {
            if !guard::is_own(&self.app, &self.request) {
                return Err(forged("it was sent from another site's page"));
            }
            self.read_form(page).await?;
            if !self.visitor.sent(self.form.get(TOKEN_FIELD)) {
                return Err(forged("its token is not this session's"));
            }
        }
        match page.access {
            Access::Open => Ok(()),
            access => {
                let member = self.visitor.member().ok_or(Refusal::Unauthenticated)?;
                if access.admits(member.role) { Ok(()) } else { Err(self.lacks(access)) }
            }
        }
    }

    fn lacks(&self, access: Access) -> Refusal {
        let role = self.visitor.member().map_or("guest", |member| words::role(member.role));
        let what = match access {
            Access::Needs(capability) => capability.as_str(),
            Access::Open | Access::Member => "this",
        };
        Refusal::Forbidden(format!(
            "Your role, {role}, does not include {what}. An owner or admin can do this, or give you another role."
        ))
    }

    async fn read_form(&mut self, page: &Page) -> Result<(), Refusal> {
        let content_type = self.request.header("content-type").unwrap_or("").to_owned();
        let essence = content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        let is_multipart = page.takes_file && essence == "multipart/form-data";
        if !is_multipart && essence != "application/x-www-form-urlencoded" {
            return Err(Refusal::UnsupportedMediaType { expected: "application/x-www-form-urlencoded" });
        }
        let file_max = if is_multipart { self.app.settings.media_max_bytes } else { 0 };
        let limit = BODY_MAX.saturating_add(file_max);
        // The body is read before the visit is cloned, so nobody else holds the request.
        let unread = Arc::get_mut(&mut self.request).and_then(|request| request.body.take());
        let Some(unread) = unread else { return Ok(()) };
        let bytes = unread.collect(limit).await.map_err(|fault| match fault {
            BodyFault::TooLarge => Refusal::BodyTooLarge { limit },
            BodyFault::TimedOut | BodyFault::TooSlow | BodyFault::Cut => Refusal::BodyTimeout,
        })?;
        self.form = if is_multipart {
            self.upload = Some((content_type.clone(), bytes.clone()));
            Form::of(crate::use_cases::upload::texts(&content_type, bytes).await?)
        } else {
            let pairs = form_urlencoded::parse(&bytes).take(FIELDS_MAX);
            Form::of(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
        };
        Ok(())
    }

    /// The member who asks.
    ///
    /// # Errors
    /// For a guest: a page for members never gets that far.
    pub(crate) fn member(&self) -> Result<&Member, Refusal> {
        self.visitor.member().ok_or(Refusal::Unauthenticated)
    }

    /// The proof that the member's role includes a capability.
    ///
    /// # Errors
    /// Not signed in, or another role.
    pub(crate) fn grant<C: Needs>(&self) -> Result<Granted<C>, Refusal> {
        let member = self.member()?;
        Granted::for_role(member.role, &member.tenant).ok_or_else(|| self.lacks(Access::Needs(C::CAPABILITY)))
    }

    /// Whether the member may do a thing: what decides which buttons a page has.
    pub(crate) fn may(&self, capability: callboard_core::account::Capability) -> bool {
        self.visitor.member().is_some_and(|member| member.role.allows(capability))
    }

    /// Whether the member is offered a page, because it is there and the role includes it.
    pub(crate) fn offers(&self, path: &str) -> bool {
        let Some(member) = self.visitor.member() else { return false };
        self.rooms.iter().any(|(known, access)| *known == path && access.admits(member.role))
    }

    /// When and under which ids a command of this visit runs.
    pub(crate) fn context(&self) -> Context {
        Context { now: self.now, seed: self.app.entropy.draw(), request_id: self.request.id.to_string() }
    }

    /// Runs a form's command and goes on to `done`. Sent twice, the same form does it once.
    ///
    /// # Errors
    /// The command's refusal, or a fault.
    pub(crate) async fn write<C, R>(&self, tenant: &Tenant, command: C, done: R) -> Result<Reply, Refusal>
    where
        C: Command,
        R: Fn(&C::Out) -> Reply + Clone + Send + Sync + 'static,
    {
        match self.commit(tenant, command, done.clone()).await? {
            Committed::Now(out) => Ok(done(&out)),
            Committed::Before(reply) => Ok(reply),
        }
    }

    /// As [`Visit::write`], for a command whose outcome holds what is shown once: a repetition gets `again`.
    ///
    /// # Errors
    /// The command's refusal, or a fault.
    pub(crate) async fn commit<C, R>(
        &self,
        tenant: &Tenant,
        command: C,
        again: R,
    ) -> Result<Committed<C::Out>, Refusal>
    where
        C: Command,
        R: Fn(&C::Out) -> Reply + Send + Sync + 'static,
    {
        let once = self.form.get(ONCE_FIELD);
        if once.is_empty() || once.len() > 64 {
            return Ok(Committed::Now(self.app.store.write(self.context(), command).await?));
        }
        let said: Vec<String> = self
            .form
            .values()
            .iter()
            .map(|(name, value)| format!("{}:{name}={}:{value}", name.len(), value.len()))
            .collect();
        let repetition = Repetition {
            route: format!("dashboard {}", self.request.path()),
            key: once.to_owned(),
            fingerprint: sha256(said.join("&").as_bytes()),
        };
        let ttl = i64::try_from(self.app.settings.idempotency_ttl.as_millis()).unwrap_or(i64::MAX);
        let once = Once {
            tenant: tenant.clone(),
            repetition,
            expires_at: self.now.plus_millis(ttl),
            inner: command,
            render: Arc::new(move |outcome| outcome.ok().map(|out| kept(&again(out)))),
        };
        match self.app.store.write(self.context(), once).await? {
            OnceOutcome::Done { out, .. } => Ok(Committed::Now(out)),
            OnceOutcome::Replayed(reply) | OnceOutcome::Refused { reply, .. } => {
                Ok(Committed::Before(revived(&reply)))
            }
            OnceOutcome::Mismatch => Err(Refusal::IdempotencyReused),
        }
    }

    /// The frame of a page for members: `room` is marked in the navigation.
    ///
    /// # Errors
    /// Faults only.
    pub(crate) async fn shell(&self, title: &str, room: &'static str) -> Result<Shell, Refusal> {
        let member = self.member()?;
        let memberships = self.app.store.list_memberships(member.account.id).await?;
        Ok(Shell::new(self.frame(title), member, &memberships, &self.rooms, room))
    }

    /// The frame of a page for everybody.
    pub(crate) fn frame(&self, title: &str) -> Frame {
        let theme = cookie::read(&self.request.headers, cookie::THEME);
        Frame {
            title: title.to_owned(),
            nonce: self.nonce.clone(),
            theme: theme.filter(|theme| matches!(*theme, "light" | "dark")).unwrap_or("").to_owned(),
            token: self.visitor.form_token(),
            once: hex(&self.app.entropy.draw::<12>()),
            flash: self.flash(),
            back: self.here(),
            support: self.app.settings.support_contact.clone(),
        }
    }

    /// The page that a form without a place of its own goes back to.
    fn here(&self) -> String {
        let path = self.request.path();
        let full = match self.request.query() {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        };
        let is_page = matches!(self.request.method, Method::GET | Method::HEAD);
        let fallback = || guard::next_path(path).unwrap_or("/").to_owned();
        if is_page { guard::next_path(&full).map_or_else(fallback, str::to_owned) } else { "/".to_owned() }
    }

    fn flash(&self) -> Option<Flash> {
        let value = cookie::read(&self.request.headers, cookie::FLASH)?;
        let (tone, text) = value.split_once('.')?;
        let text = percent_encoding::percent_decode_str(text).decode_utf8().ok()?;
        let tone = match tone {
            "good" => Tone::Good,
            "bad" => Tone::Bad,
            _ => Tone::Info,
        };
        Some(Flash { tone, text: text.chars().take(FLASH_MAX).collect() })
    }

    /// A page, with the status of its form.
    ///
    /// # Errors
    /// If the template fails, which its type rules out.
    pub(crate) fn show(&self, page: &impl Template) -> Result<Reply, Refusal> {
        self.show_as(self.form.status(), page)
    }

    /// A page with a status of its own.
    ///
    /// # Errors
    /// As for [`Visit::show`].
    pub(crate) fn show_as(&self, status: StatusCode, page: &impl Template) -> Result<Reply, Refusal> {
        match page.render() {
            Ok(text) => Ok(Reply::new(status, HTML, text)),
            Err(error) => {
                tracing::error!("a page was not rendered: {error}");
                Err(Refusal::Internal)
            }
        }
    }

    /// A refusal as a page; for a guest who needs to sign in, the way there and back.
    pub(crate) async fn refuse(&self, refusal: &Refusal) -> Reply {
        if matches!(refusal, Refusal::Unauthenticated) {
            let next = utf8_percent_encode(&self.here(), NON_ALPHANUMERIC).to_string();
            return go(&if next == "%2F" { "/login".to_owned() } else { format!("/login?next={next}") });
        }
        let reply = match self.visitor.member() {
            Some(_) => match self.shell(words::title(refusal), "").await {
                Ok(shell) => self.show_as(
                    words::status(refusal),
                    &words::MemberPage::new(shell, refusal, &self.request.id),
                ),
                Err(fault) => Err(fault),
            },
            None => {
                let frame = self.frame(words::title(refusal));
                self.show_as(words::status(refusal), &words::GuestPage::new(frame, refusal, &self.request.id))
            }
        };
        let mut reply = reply.unwrap_or_else(|_| words::plain(refusal));
        if let Some(seconds) = refusal.retry_after_s() {
            reply.set(http::header::RETRY_AFTER, &seconds.to_string());
        }
        reply
    }

    /// The headers and cookies that every answer gets. Source: promises R22.
    pub(crate) fn finish(&self, reply: &mut Reply) {
        let nonce = &self.nonce;
        reply.set(
            CONTENT_SECURITY_POLICY,
            &format!(
                "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src 'self' https: data: blob:; \
                 media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
            ),
        );
        // `same-origin` and not `no-referrer`: with that, browsers send `Origin: null` with our own forms.
        reply.set(REFERRER_POLICY, "same-origin");
        reply.set(X_CONTENT_TYPE_OPTIONS, "nosniff");
        reply.set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
        reply.set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
        reply.set(
            HeaderName::from_static("permissions-policy"),
            "camera=(self), geolocation=(), microphone=(), payment=()",
        );
        reply.set(CACHE_CONTROL, "no-store");
        if let Visitor::Guest(guest) = &self.visitor {
            let leads_in = reply
                .headers
                .get_all(SET_COOKIE)
                .iter()
                .any(|set| set.as_bytes().starts_with(b"__Host-callboard="));
            if guest.is_new && !leads_in {
                add_cookie(reply, &guest.cookie());
            }
            if guest.was_member && !leads_in {
                add_cookie(reply, &cookie::clear(cookie::SESSION));
            }
        }
        let was_shown =
            !reply.status.is_redirection() && cookie::read(&self.request.headers, cookie::FLASH).is_some();
        if was_shown {
            add_cookie(reply, &cookie::clear(cookie::FLASH));
        }
    }
}

fn forged(why: &str) -> Refusal {
    Refusal::Forbidden(format!(
        "The form was not accepted: {why}. Open the page again and send it from there."
    ))
}
