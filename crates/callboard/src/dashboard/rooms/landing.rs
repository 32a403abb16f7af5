//! `/`: what this server is, for whoever comes by; members go on to their dashboard.

use askama::Template;

use crate::dashboard::page::Page;
use crate::dashboard::shell::Frame;
use crate::dashboard::visit::{Visit, go};
use crate::http::{Refusal, Reply};
use crate::settings::Registration;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get("/").open(show)]
}

#[derive(Template)]
#[template(path = "dashboard/landing.html")]
struct LandingPage {
    frame: Frame,
    may_sign_up: bool,
    public_url: String,
}

async fn show(visit: Visit) -> Result<Reply, Refusal> {
    if visit.visitor.member().is_some() {
        return Ok(go("/dashboard"));
    }
    let is_empty = visit.app.store.has_no_account().await?;
    if is_empty && may_sign_up(&visit, is_empty) {
        return Ok(go("/welcome"));
    }
    let page = LandingPage {
        frame: visit.frame("Publish an event once"),
        may_sign_up: may_sign_up(&visit, is_empty),
        public_url: visit.app.public_url.clone(),
    };
    visit.show(&page)
}

/// Whether somebody without an invitation may sign up now.
pub(super) fn may_sign_up(visit: &Visit, is_empty: bool) -> bool {
    match visit.app.settings.registration {
        Registration::Open => true,
        Registration::First => is_empty,
        Registration::Closed => false,
    }
}
