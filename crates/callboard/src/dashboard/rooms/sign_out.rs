//! `/logout`: the session ends on the server, then the cookie goes. Source: promises R21.

use askama::Template;
use callboard_store::sessions::EndSession;

use crate::dashboard::cookie;
use crate::dashboard::page::Page;
use crate::dashboard::shell::{Frame, Tone};
use crate::dashboard::visit::{Visit, add_cookie, go, go_saying};
use crate::http::{Refusal, Reply};

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get("/logout").open(ask), Page::post("/logout").member(sign_out)]
}

#[derive(Template)]
#[template(path = "dashboard/sign_out.html")]
struct SignOutPage {
    frame: Frame,
}

/// Looking at an address changes nothing: signing out takes a press.
async fn ask(visit: Visit) -> Result<Reply, Refusal> {
    if visit.visitor.member().is_none() {
        return Ok(go("/login"));
    }
    visit.show(&SignOutPage { frame: visit.frame("Sign out") })
}

async fn sign_out(visit: Visit) -> Result<Reply, Refusal> {
    let tenant = visit.member()?.tenant.clone();
    visit.app.store.write(visit.context(), EndSession { tenant }).await?;
    let mut reply = go_saying("/login", Tone::Good, "You are signed out.");
    add_cookie(&mut reply, &cookie::clear(cookie::SESSION));
    Ok(reply)
}
