//! `/dashboard/tokens`: a session token for scripts, as the developer contract's key calls take it; the same as
//! `POST /v1/sessions` answers. Source: contracts.md §3.1, §3.2.

use askama::Template;

use super::settings::confirm;
use crate::dashboard::field::Field;
use crate::dashboard::form::Summary;
use crate::dashboard::page::Page;
use crate::dashboard::shell::Shell;
use crate::dashboard::times;
use crate::dashboard::visit::Visit;
use crate::http::{Refusal, Reply};
use crate::use_cases::sign_in;

const PATH: &str = "/dashboard/tokens";

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get(PATH).member(show), Page::post(PATH).member(make)]
}

#[derive(Template)]
#[template(path = "dashboard/tokens_page.html")]
struct TokensPage {
    frame: Shell,
    summary: Summary,
    password: Field,
    hours: u64,
    url: String,
}

#[derive(Template)]
#[template(path = "dashboard/token_made.html")]
struct TokenPage {
    frame: Shell,
    token: String,
    ends: String,
    url: String,
}

async fn show(visit: Visit) -> Result<Reply, Refusal> {
    let page = TokensPage {
        frame: visit.shell("Session tokens", PATH).await?,
        summary: visit.form.summary(),
        password: visit.form.password("password", "Your password").max(1024).autocomplete("current-password"),
        hours: visit.app.settings.session_ttl.as_secs().div_ceil(3_600),
        url: visit.app.public_url.clone(),
    };
    visit.show(&page)
}

async fn make(mut visit: Visit) -> Result<Reply, Refusal> {
    let opened = match confirm(&visit).await {
        Ok(command) => visit.app.store.write(visit.context(), command).await?,
        Err(refusal) => {
            visit.form.refused(refusal)?;
            return show(visit).await;
        }
    };
    let frame = visit.shell("Your session token", PATH).await?.crumb("Session tokens", PATH).crumb("New", "");
    let page = TokenPage {
        frame,
        token: sign_in::token(&visit.app, &opened, visit.now),
        ends: times::ago(opened.expires_at, visit.now),
        url: visit.app.public_url.clone(),
    };
    visit.show(&page)
}
