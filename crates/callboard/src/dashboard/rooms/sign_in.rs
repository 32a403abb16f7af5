//! `/login`: signing in, by the same use case as `POST /v1/sessions`. Source: contracts.md §2.5, promises R20, R21.

use askama::Template;
use callboard_core::ids::OrganizationId;
use callboard_core::key::Secret;
use callboard_core::rejection::{Rejection, Thing};
use callboard_store::sessions::OpenedSession;

use super::landing::may_sign_up;
use crate::dashboard::field::Field;
use crate::dashboard::form::Summary;
use crate::dashboard::page::Page;
use crate::dashboard::shell::Frame;
use crate::dashboard::visit::{Visit, add_cookie, go};
use crate::dashboard::{cookie, guard};
use crate::http::{Refusal, Reply};
use crate::use_cases::sign_in::{self, Credentials};

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get("/login").open(show), Page::post("/login").open(sign_in)]
}

#[derive(Template)]
#[template(path = "dashboard/sign_in.html")]
struct SignInPage {
    frame: Frame,
    summary: Summary,
    email: Field,
    password: Field,
    next: String,
    may_sign_up: bool,
    /// The browser will not keep a cookie here.
    needs_https: bool,
    public_url: String,
}

async fn show(visit: Visit) -> Result<Reply, Refusal> {
    if visit.visitor.member().is_some() {
        return Ok(go(next(visit.query.get("next"))));
    }
    page(&visit, visit.query.get("next")).await
}

/// Where the sign-in leads.
fn next(wish: &str) -> &str {
    guard::next_path(wish).unwrap_or("/dashboard")
}

async fn page(visit: &Visit, wish: &str) -> Result<Reply, Refusal> {
    let is_empty = visit.app.store.has_no_account().await?;
    let form = &visit.form;
    let page = SignInPage {
        frame: visit.frame("Sign in"),
        summary: form.summary(),
        email: form.input("email", "email", "E-mail address").max(254).autocomplete("username").focused(),
        password: form.password("password", "Password").max(1024).autocomplete("current-password"),
        next: guard::next_path(wish).unwrap_or("").to_owned(),
        may_sign_up: may_sign_up(visit, is_empty),
        needs_https: !guard::keeps_cookies(&visit.app, &visit.request),
        public_url: visit.app.public_url.clone(),
    };
    visit.show(&page)
}

async fn sign_in(mut visit: Visit) -> Result<Reply, Refusal> {
    if !guard::keeps_cookies(&visit.app, &visit.request) {
        return page(&visit, visit.form.get("next")).await;
    }
    match open(&visit).await {
        Ok(opened) => Ok(enter(&visit, &opened, next(visit.form.get("next")))),
        Err(refusal) => {
            visit.form.refused(refusal)?;
            page(&visit, visit.form.get("next")).await
        }
    }
}

async fn open(visit: &Visit) -> Result<OpenedSession, Refusal> {
    let shown = Credentials {
        email: visit.form.get("email").chars().take(254).collect(),
        password: Secret::new(visit.form.get("password").to_owned()),
        organization_id: None::<OrganizationId>,
        address: visit.request.peer.ip,
    };
    let command = sign_in::check(&visit.app, shown, visit.context()).await?;
    let opened = visit.app.store.write(visit.context(), command.clone()).await.map_err(Refusal::from);
    if opened.is_err() {
        sign_in::forgive(&visit.app, &command, visit.context()).await?;
    }
    opened.map_err(|refusal| match refusal {
        Refusal::Rejected(Rejection::NotFound(Thing::Organization)) => Refusal::Forbidden(
            "You are no member of any organization any more. Ask an owner of yours to invite you.".to_owned(),
        ),
        other => other,
    })
}

/// Goes on as a member: the session's token becomes the cookie, whatever was there before is gone.
pub(super) fn enter(visit: &Visit, opened: &OpenedSession, path: &str) -> Reply {
    let token = sign_in::token(&visit.app, opened, visit.now);
    let life_s = opened.expires_at.millis_since(visit.now) / 1_000;
    let mut reply = go(path);
    add_cookie(&mut reply, &cookie::set(cookie::SESSION, &token, Some(life_s)));
    add_cookie(&mut reply, &cookie::clear(cookie::GUEST));
    reply
}
