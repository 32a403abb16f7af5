//! The rooms of events: list, month, one event, its form, its steps, its ticket types.
//!
//! `find` names the event that an address means; `view` says events in words; `places` lists where one may be
//! published. The pages: `list`, `calendar`, `create`, `edit` (both by `fields`, `parse`,
//! `reader` and `rows`, and `conflict` where two people save), `show`, `image`,
//! `steps`, `tickets`.

mod calendar;
pub(super) mod conflict;
mod create;
mod edit;
pub(super) mod fields;
mod image;
mod list;
pub(super) mod parse;
pub(super) mod places;
mod preview;
mod reader;
pub(super) mod rows;
mod show;
mod steps;
pub(super) mod tickets;
pub(super) mod values;
pub(super) mod view;

use std::sync::Arc;

use callboard_core::event::Event;
use callboard_core::rejection::Thing;
use callboard_core::search;
use callboard_core::time::{DAY, Timestamp};
use callboard_store::Tenant;
use callboard_store::events::{EventList, EventOrder, EventRef, Recurring};

use crate::dashboard::form::Form;
use crate::dashboard::page::Page;
use crate::dashboard::pieces::Tab;
use crate::dashboard::visit::Visit;
use crate::http::Refusal;

/// The list of events, and the room that is marked in the navigation.
pub(super) const PATH: &str = "/dashboard/events";

pub(super) fn pages() -> Vec<Page> {
    let rooms: [fn() -> Vec<Page>; 9] = [
        list::pages,
        calendar::pages,
        create::pages,
        edit::pages,
        show::pages,
        preview::pages,
        image::pages,
        steps::pages,
        tickets::pages,
    ];
    rooms.iter().flat_map(|room| room()).collect()
}

/// The event that the address names.
///
/// # Errors
/// 404 for what is no id, unknown or another organization's.
pub(super) async fn find(visit: &Visit, tenant: &Tenant) -> Result<Event, Refusal> {
    let absent = || Refusal::not_found(Thing::Event);
    let id = visit.path.id("id").ok_or_else(absent)?;
    let found = visit.app.store.find_event(tenant, &EventRef::Id(id), visit.now).await?;
    found.map(Arc::unwrap_or_clone).ok_or_else(absent)
}

/// The events to come, soonest first; what began yesterday may still be running.
pub(super) fn coming(now: Timestamp, limit: i64) -> EventList {
    EventList {
        status: None,
        visibility: None,
        category: None,
        venue_id: None,
        channel_id: None,
        box_office_id: None,
        series_id: None,
        recurring: Recurring::Include,
        from: Some(now.plus_millis(-DAY)),
        to: None,
        words: Vec::new(),
        external_source: None,
        external_id: None,
        order: EventOrder::StartsAt,
        after: None,
        limit,
        now,
    }
}

/// The words that a field looks for.
pub(super) fn words_of(form: &Form, field: &str) -> Vec<String> {
    search::query_words(&form.get(field).chars().take(search::QUERY_MAX).collect::<String>())
}

/// The page of an event.
pub(super) fn path_of(event: &Event) -> String {
    format!("{PATH}/{}", event.id)
}

/// The pages of one event.
pub(super) fn tabs(visit: &Visit, event: &Event, here: &str) -> Vec<Tab> {
    use callboard_core::account::Capability;
    let path = path_of(event);
    let mut all = vec![("Overview", path.clone()), ("Tickets", format!("{path}/tickets"))];
    if visit.may(Capability::OrdersRead) {
        all.push(("Orders", format!("/dashboard/orders?event={}", event.id)));
    }
    all.push(("Preview", format!("{path}/preview")));
    all.into_iter().map(|(label, path)| Tab { label, is_here: label == here, path }).collect()
}
