//! The one event that a key may be bound to, chosen among those to come: a search inside the form, which a button
//! asks, so that it works without scripts and with any number of events.

use std::sync::Arc;

use askama::Template;
use callboard_core::event::Event;
use callboard_core::key::Family;
use callboard_store::Tenant;
use callboard_store::events::{EventList, EventRef};

use super::super::events::{self, view};
use crate::dashboard::field::{Choice, Field};
use crate::dashboard::form::Form;
use crate::dashboard::visit::Visit;
use crate::http::Refusal;

/// The field that holds the chosen one.
pub(super) const CHOSEN: &str = "eventId";
const SEARCH: &str = "eventSearch";
/// What was looked for last.
const SEARCHED: &str = "eventSearched";
const FIND: &str = "find";
/// Events that are offered at once.
const OFFERED: i64 = 8;

#[derive(Template)]
#[template(path = "dashboard/key_event.html")]
pub(super) struct Picker {
    search: Field,
    searched: String,
    choices: Field,
    /// More or less than the choices, in words.
    said: &'static str,
}

impl askama::filters::HtmlSafe for Picker {}

/// Whether the form asks for events: by its button, or by other words than those that were looked for.
pub(super) fn asks(form: &Form) -> bool {
    form.has(FIND) || form.some(SEARCH).is_some_and(|words| words != form.get(SEARCHED))
}

/// The picker for a family whose keys may be bound to one event.
pub(super) async fn picker(
    visit: &Visit,
    tenant: &Tenant,
    family: Family,
) -> Result<Option<Picker>, Refusal> {
    let none = match family {
        Family::Developer => "All events",
        Family::Native => "No single event",
        Family::Channel | Family::Venue | Family::BoxOffice => return Ok(None),
    };
    let form = &visit.form;
    let words = form.get(SEARCH).trim().to_owned();
    let list = EventList { words: events::words_of(form, SEARCH), ..events::coming(visit.now, OFFERED) };
    let found = visit.app.store.list_events(tenant, &list).await?;
    let chosen = chosen(visit, tenant).await?;
    let others =
        found.items.iter().filter(|event| chosen.as_ref().is_none_or(|chosen| chosen.id != event.id));
    let choice = |event: &Arc<Event>| {
        let when = format!("{}, {}", view::day(event.details.schedule.show_date), view::time(event));
        Choice::new(event.id.to_string(), event.details.display_title()).hint(when)
    };
    let all = std::iter::once(Choice::new("", none));
    let all = all.chain(chosen.iter().map(choice)).chain(others.map(choice)).collect();
    let said = match (found.items.is_empty(), words.is_empty(), found.next.is_some()) {
        (true, true, _) => "There is no event to come.",
        (true, false, _) => "No event to come has these words.",
        (false, true, true) => "These are the next ones. Search for the others.",
        (false, false, true) => "There are more with these words. Add another word.",
        (false, _, false) => "",
    };
    Ok(Some(Picker {
        search: form
            .input("search", SEARCH, "Find an event")
            .max(200)
            .optional()
            .placeholder("Title or venue"),
        searched: words,
        choices: form.radios(CHOSEN, "For one event only?", all),
        said,
    }))
}

/// The event that is chosen already, whenever it is.
async fn chosen(visit: &Visit, tenant: &Tenant) -> Result<Option<Arc<Event>>, Refusal> {
    let Ok(id) = visit.form.get(CHOSEN).parse() else { return Ok(None) };
    Ok(visit.app.store.find_event(tenant, &EventRef::Id(id), visit.now).await?)
}
