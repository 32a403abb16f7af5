//! `/dashboard`: where members begin: what is coming up, what there is, what to do first.

use askama::Template;
use callboard_core::account::Capability;
use callboard_core::event::{Event, Lifecycle};
use callboard_store::events::EventList;

use crate::dashboard::page::Page;
use crate::dashboard::shell::Shell;
use crate::dashboard::visit::Visit;
use crate::http::grant::{BoxOfficesRead, ChannelsRead, EventsRead, VenuesRead};
use crate::http::{Refusal, Reply};

const PATH: &str = "/dashboard";
/// Events that are shown.
const EVENTS: i64 = 6;
/// As far as things are counted.
const COUNT_MAX: i64 = 100;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get(PATH).member(show)]
}

#[derive(Template)]
#[template(path = "dashboard/home.html")]
struct HomePage {
    frame: Shell,
    counts: Vec<Count>,
    events: Vec<Row>,
    all_events: Option<&'static str>,
    /// The member may make a first place and key, and there is none.
    may_begin: bool,
    url: String,
}

struct Count {
    label: &'static str,
    path: &'static str,
    number: String,
}

struct Row {
    title: String,
    url: String,
    when: String,
    place: String,
    state: &'static str,
    tone: &'static str,
}

async fn show(visit: Visit) -> Result<Reply, Refusal> {
    let store = &visit.app.store;
    let mut counts = Vec::new();
    let mut count = |label, path, items: usize, has_more: bool| {
        let number = if has_more { format!("{items}+") } else { items.to_string() };
        counts.push(Count { label, path, number });
    };
    if let Ok(grant) = visit.grant::<VenuesRead>() {
        let page = store.list_venues(grant.tenant(), None, COUNT_MAX).await?;
        count("Venues", "/dashboard/venues", page.items.len(), page.next.is_some());
    }
    if let Ok(grant) = visit.grant::<ChannelsRead>() {
        let page = store.list_channels(grant.tenant(), None, COUNT_MAX).await?;
        count("Channels", "/dashboard/channels", page.items.len(), page.next.is_some());
    }
    if let Ok(grant) = visit.grant::<BoxOfficesRead>() {
        let page = store.list_box_offices(grant.tenant(), None, COUNT_MAX).await?;
        count("Box offices", "/dashboard/box-offices", page.items.len(), page.next.is_some());
    }
    if visit.may(Capability::KeysRead) {
        let page = store.list_keys(&visit.member()?.tenant, None, COUNT_MAX).await?;
        let active = page.items.iter().filter(|key| key.is_active(visit.now)).count();
        count("Active API keys", "/dashboard/keys", active, page.next.is_some());
    }
    let is_bare = counts.iter().all(|count| count.number == "0");
    let page = HomePage {
        frame: visit.shell("Overview", PATH).await?,
        events: coming_up(&visit).await?,
        all_events: visit.offers("/dashboard/events").then_some("/dashboard/events"),
        may_begin: is_bare && visit.may(Capability::KeysWrite),
        counts,
        url: visit.app.public_url.clone(),
    };
    visit.show(&page)
}

/// The next events that are not over.
async fn coming_up(visit: &Visit) -> Result<Vec<Row>, Refusal> {
    let Ok(grant) = visit.grant::<EventsRead>() else { return Ok(Vec::new()) };
    let list = EventList {
        status: Some(Lifecycle::Published),
        from: Some(visit.now),
        ..super::events::coming(visit.now, EVENTS)
    };
    let slice = visit.app.store.list_events(grant.tenant(), &list).await?;
    let names = visit.app.store.venue_names(grant.tenant(), &slice.items).await?;
    let place = |event: &Event| {
        let venue = event.details.venue_id.and_then(|id| names.get(&id).cloned());
        event.details.place.name.clone().or(venue).unwrap_or_default()
    };
    Ok(slice.items.iter().map(|event| row(visit, event, place(event))).collect())
}

fn row(visit: &Visit, event: &Event, place: String) -> Row {
    let schedule = &event.details.schedule;
    let time =
        schedule.start.map(|moment| format!(", {}", moment.wall.strftime("%H:%M"))).unwrap_or_default();
    let (state, tone) = match () {
        () if event.is_selling(visit.now) && event.is_sold_out() => ("sold out", "warn"),
        () if event.is_selling(visit.now) && !event.ticket_types.is_empty() => ("on sale", "good"),
        () => ("published", "info"),
    };
    Row {
        title: event.details.display_title().to_owned(),
        url: if visit.offers("/dashboard/events") {
            format!("/dashboard/events/{}", event.id)
        } else {
            visit.app.event_url(event.number, event.details.slug.as_str())
        },
        when: format!("{}{time}", schedule.show_date.civil().strftime("%a, %-d %b %Y")),
        place,
        state,
        tone,
    }
}
