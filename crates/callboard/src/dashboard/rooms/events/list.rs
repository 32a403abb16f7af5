//! `/dashboard/events`: what is on, with search and filters, a page at a time.

use std::sync::Arc;

use askama::Template;
use callboard_core::account::Capability;
use callboard_core::event::{Event, Lifecycle};
use callboard_core::time::{ClockTime, DAY, ShowDate, Timestamp, Zone};
use callboard_store::Tenant;
use callboard_store::events::{EventList, EventOrder, Position, Slice};
use callboard_store::page::{After, Page as StorePage};

use super::places::Places;
use super::view::{self, Badge, Stock};
use super::{PATH, coming, path_of, words_of};
use crate::dashboard::field::{Choice, Field};
use crate::dashboard::form::Form;
use crate::dashboard::page::Page;
use crate::dashboard::pieces::{Pager, ROWS, after};
use crate::dashboard::shell::Shell;
use crate::dashboard::visit::Visit;
use crate::http::grant::EventsRead;
use crate::http::{Granted, Refusal, Reply};

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get(PATH).granted(show)]
}

/// Most events of one day's list, which has no second page.
const DAY_MAX: i64 = 200;
/// No zone is further from UTC. Unit: milliseconds.
const FARTHEST_ZONE: i64 = 15 * callboard_core::time::HOUR;

#[derive(Template)]
#[template(path = "dashboard/events/list.html")]
struct ListPage {
    frame: Shell,
    fields: Vec<Field>,
    day: Option<String>,
    rows: Vec<Row>,
    pager: Pager,
    may_create: bool,
    /// Something is asked for besides what is coming up.
    is_filtered: bool,
}

struct Row {
    path: String,
    title: String,
    /// The number that tells namesakes apart.
    number: i64,
    date: String,
    time: String,
    zone: String,
    place: String,
    badges: Vec<Badge>,
    stock: Option<Stock>,
}

async fn show(visit: Visit, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let tenant = grant.tenant();
    let query = &visit.query;
    let places = Places::of(&visit, tenant).await?;
    let on = ShowDate::parse(query.get("on")).ok();
    let slice = match on {
        Some(date) => of_day(&visit, tenant, date).await?,
        None => visit.app.store.list_events(tenant, &wanted(query, visit.now)).await?,
    };
    let names = visit.app.store.venue_names(tenant, &slice.items).await?;
    let row = |event: &Arc<Event>| {
        let venue = event.details.venue_id.and_then(|id| names.get(&id)).cloned();
        let place = &event.details.place;
        Row {
            path: path_of(event),
            title: event.details.display_title().to_owned(),
            number: event.number,
            date: view::day(event.details.schedule.show_date),
            time: view::time(event),
            zone: event.details.schedule.zone.name().replace('_', " "),
            place: place.name.clone().or(venue).or_else(|| place.city.clone()).unwrap_or_default(),
            badges: view::badges(event, visit.now),
            stock: Stock::of_all(event),
        }
    };
    let rows = slice.items.iter().map(row).collect();
    let place = |next: Position| After { created_at: next.at, id: next.id.0 };
    let pages = StorePage::<()> { items: Vec::new(), next: slice.next.map(place) };
    let page = ListPage {
        frame: visit.shell("Events", PATH).await?,
        fields: fields(query, &places),
        day: on.map(view::day),
        rows,
        pager: Pager::of(PATH, query, &pages),
        may_create: visit.may(Capability::EventsCreate),
        is_filtered: query.values().iter().any(|(name, value)| name != "after" && !value.is_empty()),
    };
    visit.show(&page)
}

/// The filters of the address; one that says nothing sensible is left out.
fn wanted(query: &Form, now: Timestamp) -> EventList {
    let (from, to, order) = match query.get("when") {
        "past" => (None, Some(now), EventOrder::StartsAtDescending),
        "all" => (None, None, EventOrder::StartsAtDescending),
        // What began yesterday may still be running.
        _ => (Some(now.plus_millis(-DAY)), None, EventOrder::StartsAt),
    };
    EventList {
        status: Lifecycle::parse(query.get("status")),
        venue_id: query.get("venue").parse().ok(),
        channel_id: query.get("channel").parse().ok(),
        box_office_id: query.get("office").parse().ok(),
        series_id: query.get("series").parse().ok(),
        from,
        to,
        words: words_of(query, "q"),
        order,
        after: after(query).map(|after| Position { at: after.created_at, id: after.id.into() }),
        ..coming(now, ROWS)
    }
}

/// The events of one day, each by the calendar of its own zone.
async fn of_day(visit: &Visit, tenant: &Tenant, date: ShowDate) -> Result<Slice, Refusal> {
    let midnight = Zone::utc().resolve(date.at(ClockTime::MIDNIGHT)).0;
    let list = EventList {
        from: Some(midnight.plus_millis(-FARTHEST_ZONE)),
        to: Some(midnight.plus_millis(2 * DAY + FARTHEST_ZONE)),
        order: EventOrder::StartsAt,
        limit: DAY_MAX * 3,
        after: None,
        ..wanted(&visit.query, visit.now)
    };
    let mut found = visit.app.store.list_events(tenant, &list).await?;
    found.items.retain(|event| event.details.schedule.show_date == date);
    found.items.truncate(usize::try_from(DAY_MAX).unwrap_or(0));
    Ok(Slice { next: None, ..found })
}

fn fields(query: &Form, places: &Places) -> Vec<Field> {
    let when = vec![
        Choice::new("", "Coming up"),
        Choice::new("past", "Past, latest first"),
        Choice::new("all", "All, latest first"),
    ];
    let status = std::iter::once(Choice::new("", "Any status"));
    let words = Lifecycle::ALL.iter().map(|one| Choice::new(one.as_str(), view::standing(*one).text));
    let mut fields = vec![
        query.input("search", "q", "Search").placeholder("Title, venue or description").optional().max(200),
        query.select("when", "When", when).optional(),
        query.select("status", "Status", status.chain(words).collect()).optional(),
    ];
    if !places.venues.is_empty() {
        fields.push(query.select("venue", "Venue", places.venue_choices(&[("", "Any venue")])).optional());
    }
    if !places.offices.is_empty() {
        let any = [("", "Any box office")];
        fields.push(query.select("office", "Box office", places.office_choices(&any)).optional());
    }
    fields
}
