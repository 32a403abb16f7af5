//! `GET /api/v1/events/{idOrSlug}`: one event with its ticket types and public address.
//! Source: contracts.md §4.2 (T3). Cases: T-08, T-09.

use callboard_store::Depends;
use http::StatusCode;

use super::find::{self, ID_OR_SLUG};
use super::wire::EventReply;
use super::{examples, render};
use crate::http::grant::EventsRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::get("/api/v1/events/{idOrSlug}", "getEvent")
        .tag("Events")
        .says(
            "Inspect an event",
            "The event with all its ticket types, hidden ones flagged, and its public page.",
        )
        .kept(Depends::OnStock)
        .placeholder(ID_OR_SLUG.0, ID_OR_SLUG.1)
        .answers::<EventReply<'static>>(StatusCode::OK, "The event", examples::event())
        .refuses(&[StatusCode::NOT_FOUND])
        .granted::<EventsRead, _, _>(handler)
}

async fn handler(call: Call, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let event = find::event(&call, grant.tenant()).await?;
    let venue = find::venue_name(&call, grant.tenant(), &event).await?;
    let until = event.next_change(call.now);
    let event = render::event(&call.app, &event, venue.as_deref(), call.now);
    Ok(Reply::ok(&EventReply { event }).fresh_until(until))
}
