//! `/settings/sessions`: where a person is signed in, and signing out there. Source: promises R21.

use askama::Template;
use callboard_store::sessions::{EndOtherSessions, EndOwnSession, OwnSession};
use callboard_store::tenant::Actor;

use crate::dashboard::page::Page;
use crate::dashboard::shell::Shell;
use crate::dashboard::times;
use crate::dashboard::visit::{Visit, done};
use crate::http::{Refusal, Reply};
use callboard_core::rejection::Thing;
use callboard_core::time::Timestamp;

const PATH: &str = "/settings/sessions";

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::get(PATH).member(show),
        Page::post("/settings/sessions/{id}/end").member(end),
        Page::post("/settings/sessions/others/end").member(end_others),
    ]
}

/// A line of the list.
struct Line {
    path: String,
    client: String,
    /// The client's own words, where ours are shorter.
    said: String,
    from: String,
    organization: String,
    began: String,
    seen: String,
    is_this: bool,
}

#[derive(Template)]
#[template(path = "dashboard/sessions.html")]
struct SessionsPage {
    frame: Shell,
    lines: Vec<Line>,
    has_others: bool,
}

async fn show(visit: Visit) -> Result<Reply, Refusal> {
    let tenant = &visit.member()?.tenant;
    let here = match tenant.actor() {
        Actor::Session { session, .. } => Some(session),
        Actor::Key { .. } | Actor::Operator => None,
    };
    let sessions = visit.app.store.list_own_sessions(tenant, visit.now).await?;
    let mut lines: Vec<Line> =
        sessions.into_iter().map(|session| line(&session, here == Some(session.id), &visit)).collect();
    lines.sort_by_key(|line| !line.is_this);
    let page = SessionsPage {
        frame: visit
            .shell("Where you are signed in", "/settings")
            .await?
            .crumb("Settings", "/settings")
            .crumb("Sessions", ""),
        has_others: lines.len() > 1,
        lines,
    };
    visit.show(&page)
}

fn line(session: &OwnSession, is_this: bool, visit: &Visit) -> Line {
    let ago = |at: Timestamp| times::ago(at, visit.now);
    let said = session.client.as_deref().unwrap_or("");
    // What this very page was asked from is known better than what is written down.
    let from = if is_this { Some(visit.request.peer.ip.to_string()) } else { session.seen_from.clone() };
    Line {
        path: format!("{PATH}/{}/end", session.id),
        client: client(said),
        said: said.to_owned(),
        from: from.unwrap_or_default(),
        organization: session.organization.clone(),
        began: ago(session.created_at),
        seen: if is_this { "now".to_owned() } else { session.seen_at.map_or("never".to_owned(), ago) },
        is_this,
    }
}

/// A program in few words: `Firefox on Linux`, `curl/8.5.0`.
fn client(said: &str) -> String {
    const BROWSERS: [(&str, &str); 5] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let among = |words: &[(&str, &'static str)]| {
        words.iter().find(|(mark, _)| said.contains(mark)).map(|(_, name)| *name)
    };
    match (among(&BROWSERS), among(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) => said.split_whitespace().next().unwrap_or("A program").to_owned(),
    }
}

async fn end(visit: Visit) -> Result<Reply, Refusal> {
    let tenant = visit.member()?.tenant.clone();
    let id = visit.path.id("id").ok_or(Refusal::not_found(Thing::Session))?;
    visit.app.store.write(visit.context(), EndOwnSession { tenant, id }).await?;
    Ok(done(PATH, "Signed out there."))
}

async fn end_others(visit: Visit) -> Result<Reply, Refusal> {
    let tenant = visit.member()?.tenant.clone();
    let ended = visit.app.store.write(visit.context(), EndOtherSessions { tenant }).await?;
    Ok(done(PATH, &in_words(ended)))
}

/// How many sessions ended.
pub(super) fn in_words(ended: u64) -> String {
    match ended {
        0 => "You were signed in nowhere else.".to_owned(),
        1 => "You are signed out in one other place.".to_owned(),
        n => format!("You are signed out in {n} other places."),
    }
}

#[cfg(test)]
mod tests {
    use super::client;

    #[test]
    fn a_program_is_named_in_few_words() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";
        assert_eq!(client(chrome), "Chrome on Linux");
        assert_eq!(client(&format!("{chrome} Edg/126.0.0.0")), "Edge on Linux");
        assert_eq!(client(phone), "Safari on iPhone");
        assert_eq!(client("curl/8.5.0"), "curl/8.5.0");
        assert_eq!(client("node"), "node");
        assert_eq!(client(""), "A program");
    }
}
