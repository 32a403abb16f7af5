//! How each surface shows an event, now or after a step. The surfaces say it themselves: this page asks all of them
//! the same and knows none.

use askama::Template;
use callboard_core::event::{Event, Lifecycle, Transition, Visibility};
use callboard_store::Tenant;
use callboard_store::events::Facets;

use super::{PATH, find, path_of, tabs};
use crate::dashboard::page::Page;
use crate::dashboard::pieces::Tab;
use crate::dashboard::shell::Shell;
use crate::dashboard::visit::Visit;
use crate::http::grant::EventsRead;
use crate::http::{Granted, Refusal, Reply};
use crate::surfaces::{self, Shown, Sight};

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get("/dashboard/events/{id}/preview").granted(show)]
}

/// What one surface shows.
pub(super) struct View {
    /// Whom it serves, in a word.
    pub whom: &'static str,
    pub path: &'static str,
    /// What it says of the state.
    pub status: String,
    pub nothing: &'static str,
    /// The answer, indented.
    pub json: String,
}

#[derive(Template)]
#[template(path = "dashboard/events/preview.html")]
struct PreviewPage {
    frame: Shell,
    tabs: Vec<Tab>,
    page: PublicPage,
    views: Vec<View>,
}

/// The page for everybody.
pub(super) struct PublicPage {
    pub url: String,
    pub is_open: bool,
    pub says: &'static str,
}

async fn show(visit: Visit, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let event = find(&visit, grant.tenant()).await?;
    let title = event.details.display_title();
    let frame = visit.shell(title, PATH).await?;
    let page = PreviewPage {
        frame: frame.crumb("Events", PATH).crumb(title, path_of(&event)),
        tabs: tabs(&visit, &event, "Preview"),
        page: public_page(&visit, &event),
        views: views(&visit, grant.tenant(), &event).await?,
    };
    visit.show(&page)
}

/// The event as it would be after a step; `None` where the step is not possible.
pub(super) fn after(event: &Event, step: Transition) -> Option<Event> {
    let standing = callboard_core::event::transition::Standing {
        lifecycle: event.lifecycle,
        before_archive: event.before_archive,
        has_sales: event.has_sales(),
    };
    let next = standing.take(step).ok()?;
    Some(Event { lifecycle: next.lifecycle, before_archive: next.before_archive, ..event.clone() })
}

pub(super) fn public_page(visit: &Visit, event: &Event) -> PublicPage {
    let is_open = matches!(event.lifecycle, Lifecycle::Published | Lifecycle::Cancelled)
        && event.details.visibility != Visibility::Private;
    let says = match (event.lifecycle, event.details.visibility) {
        (_, Visibility::Private) => "There is no such page for others: the event is private.",
        (Lifecycle::Draft, _) => "There is no such page for others: the event is a draft.",
        (Lifecycle::Archived, _) => "There is no such page for others: the event is archived.",
        (Lifecycle::Cancelled, _) => "It says that the event is cancelled.",
        (Lifecycle::Published, Visibility::Unlisted) => "It opens for whoever has the address.",
        (Lifecycle::Published, Visibility::Public) => "It is open to everybody.",
    };
    let url = visit.app.event_url(event.number, event.details.slug.as_str());
    PublicPage { url, is_open, says }
}

/// What every surface shows of the event.
pub(super) async fn views(visit: &Visit, tenant: &Tenant, event: &Event) -> Result<Vec<View>, Refusal> {
    let facets: Facets = visit.app.store.list_facets(tenant, std::slice::from_ref(event)).await?;
    let sight = Sight {
        event,
        channel_number: facets.channel_number(event),
        venue: facets.venue(event),
        now: visit.now,
    };
    let view = |surface: &'static surfaces::Surface| {
        let (whom, path) = whom(surface.name);
        let (json, status, nothing) = match (surface.show)(&visit.app, &sight) {
            Shown::Json(json) => (indented(&json), status_of(&json), ""),
            Shown::Nothing(why) => (String::new(), String::new(), why),
        };
        View { whom, path, status, nothing, json }
    };
    Ok(surfaces::all().into_iter().map(view).collect())
}

fn whom(name: surfaces::Name) -> (&'static str, &'static str) {
    match name {
        surfaces::Name::Channel => ("Channels", "/api/public/v1"),
        surfaces::Name::Venue => ("Venue feed", "/api/v1"),
        surfaces::Name::Developer => ("Developer", "/api/developer/v1"),
        surfaces::Name::BoxOffice => ("Box office", "/api/v1"),
        surfaces::Name::Native => ("Native", "/v1"),
    }
}

fn indented(json: &serde_json::Value) -> String {
    serde_json::to_string_pretty(json).unwrap_or_default()
}

fn status_of(json: &serde_json::Value) -> String {
    json.get("status").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}
