//! `GET /api/public/v1/events/{id}` (P5). Source: contracts.md §1.4. Case: P-22.

use std::sync::Arc;

use callboard_core::event::Event;
use callboard_core::rejection::Thing;
use callboard_store::events::{EventRef, Facets};
use callboard_store::{Depends, Tenant};
use http::StatusCode;

use super::contract::EVENT;
use super::examples;
use super::render::{self, Shown};
use super::wire::EventReply;
use crate::http::grant::EventsRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

/// Documentation of the placeholder.
pub(super) const ID: (&str, &str) = ("id", "The event's number, as `id` of its `doc`.");

pub(super) fn operation() -> Operation {
    Operation::get(EVENT, "getEvent")
        .tag("Events")
        .says(
            "Read an event",
            "One event of a channel that the owner of the key may use now. What does not exist and what is another \
             owner's are both 404.",
        )
        .kept(Depends::OnStock)
        .placeholder(ID.0, ID.1)
        .answers::<EventReply>(StatusCode::OK, "The event", examples::event())
        .refuses(&[StatusCode::NOT_FOUND])
        .granted(handler)
}

async fn handler(call: Call, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let (event, facets) = find(&call, grant.tenant()).await?;
    reply(&call, &event, &facets)
}

/// The event that the path names, with its places.
///
/// # Errors
/// 404 for what is no number, unknown, or on a channel that is not the owner's.
pub(super) async fn find(call: &Call, tenant: &Tenant) -> Result<(Arc<Event>, Facets), Refusal> {
    let absent = || Refusal::not_found(Thing::Event);
    let named = named(call).ok_or_else(absent)?;
    let event = call.app.store.find_event(tenant, &named, call.now).await?.ok_or_else(absent)?;
    let facets = call.app.store.list_facets(tenant, std::slice::from_ref(&event)).await?;
    Ok((event, facets))
}

/// A number in its one spelling: `+7` and `007` name nothing.
pub(super) fn named(call: &Call) -> Option<EventRef> {
    let text = call.path.text(ID.0);
    let number: i64 = text.parse().ok()?;
    (number.to_string() == text).then_some(EventRef::Number(number))
}

fn reply(call: &Call, event: &Event, facets: &Facets) -> Result<Reply, Refusal> {
    let channel_number = facets.channel_number(event).ok_or_else(|| Refusal::not_found(Thing::Event))?;
    let shown = Shown { event, channel_number, venue: facets.venue(event), now: call.now };
    let reply = Reply::ok(&EventReply { doc: render::event(&call.app, shown) }).versioned(event.version);
    Ok(reply.fresh_until(event.next_change(call.now)))
}
