//! `GET /api/v1/events/{id}` of the venue feed: one event, bare, whatever the list's filters would say.
//! Source: contracts.md §2.3 (H2, U6). Cases: H-11, H-16.

use callboard_core::ids::EventId;
use callboard_core::rejection::Thing;
use callboard_store::Depends;
use http::StatusCode;
use http::header::CACHE_CONTROL;

use super::contract::{CACHING, EVENT_PATH};
use super::wire::FeedEvent;
use super::{examples, own_venue, render};
use crate::http::grant::EventsRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::get(EVENT_PATH, "getEvent")
        .tag("Events")
        .says(
            "Get an event",
            "One event of the venue as the list shows it, past, cancelled, recurring and unlisted ones too.",
        )
        .kept(Depends::OnDescriptions)
        .placeholder("id", "The event's id, a UUID")
        .answers::<FeedEvent<'static>>(StatusCode::OK, "The event", examples::event())
        .refuses(&[StatusCode::NOT_FOUND])
        .granted(read)
}

async fn read(call: Call, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let missing = || Refusal::not_found(Thing::Event);
    let id: EventId = call.path.id("id").ok_or_else(missing)?;
    let venue = own_venue(&call.app, grant.tenant()).await?;
    let event = call.app.store.find_for_venue(grant.tenant(), id, call.now).await?.ok_or_else(missing)?;
    // Nothing in it follows the clock.
    let reply = Reply::ok(&render::entry(&call.app, &event, &venue)).fresh_until(None);
    Ok(reply.with(CACHE_CONTROL, CACHING))
}
