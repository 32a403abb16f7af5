//! `GET /v1/events/{idOrSlug}/ticket-types`. Source: native-api.md §5.

use callboard_core::event::Event;
use callboard_core::rejection::Thing;
use callboard_store::Depends;
use http::StatusCode;
use serde_json::json;

use super::render;
use super::view::TicketTypeView;
use crate::http::grant::EventsRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply, cursor};
use crate::surfaces::native::events;
use crate::surfaces::native::list::{List, PARAMS};

pub(super) fn operation() -> Operation {
    Operation::get("/v1/events/{idOrSlug}/ticket-types", "listTicketTypes")
        .tag(super::TAG)
        .says("List an event's ticket types", "In their order, hidden ones too, with their live stock.")
        .kept(Depends::OnStock)
        .placeholder(events::PATH_DOC.0, events::PATH_DOC.1)
        .query(PARAMS)
        .answers::<List<TicketTypeView>>(
            StatusCode::OK,
            "Its ticket types",
            json!({ "items": [events::sample::ticket_type()], "nextCursor": null }),
        )
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT])
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let after = call.args.text("cursor").map(|text| read(&text).ok_or_else(cursor::wrong)).transpose()?;
    let limit = usize::try_from(call.args.int("limit").unwrap_or(1)).unwrap_or(usize::MAX);
    let found = call.app.store.find_event(grant.tenant(), &events::named(&call)?, call.now).await?;
    let event = found.ok_or(Refusal::not_found(Thing::Event))?;
    let from = after.map_or(0, |place| first_after(&event, &place));
    let mut items = render::all(&event, call.now);
    let more = items.len() > from.saturating_add(limit);
    items = items.into_iter().skip(from).take(limit).collect();
    let last = items.last().filter(|_| more);
    let next_cursor = last.map(|last| cursor::encode(&format!("{} {}", from.saturating_add(limit), last.id)));
    Ok(Reply::ok(&List { items, next_cursor }).fresh_until(event.next_change(call.now)))
}

/// How many came before the next page, and the last of them.
type Place = (usize, String);

fn read(text: &str) -> Option<Place> {
    let text = cursor::decode(text)?;
    let (count, id) = text.split_once(' ')?;
    Some((count.parse().ok()?, id.to_owned()))
}

/// Behind the last one that was answered; if it is gone, at its place.
fn first_after(event: &Event, (count, id): &Place) -> usize {
    let known = event.ticket_types.iter().position(|one| one.id.to_string() == *id);
    known.map_or(count.saturating_sub(1), |at| at.saturating_add(1))
}
