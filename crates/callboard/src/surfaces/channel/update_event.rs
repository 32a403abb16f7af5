//! `PATCH /api/public/v1/events/{id}` (P6): changes what is said, publishes and unpublishes.
//! Source: contracts.md §1.4 [inferred].

use callboard_core::rejection::Thing;
use callboard_store::events::{ReviseEvent, Written};
use http::StatusCode;
use serde_json::json;

use super::body::{self, EventChanges, Status};
use super::contract::EVENT;
use super::examples;
use super::get_event::{ID, find, named};
use super::render::{self, Shown};
use super::wire::EventReply;
use crate::http::grant::EventsWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::patch(EVENT, "updateEvent")
        .tag("Events")
        .says(
            "Change an event",
            "Changes the members that are sent and keeps the others; lists and objects are replaced whole, `null` takes \
             an optional member away, an empty object changes nothing. `status` goes from `draft` to `published` and \
             back (not back once tickets were sold: 409). An event stays in its channel: `channelId` is refused.",
        )
        .placeholder(ID.0, ID.1)
        .takes::<EventChanges>(json!({ "status": "published" }))
        .answers::<EventReply>(StatusCode::OK, "The event as it is now", examples::event())
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT])
        .granted(handler)
}

async fn handler(call: Call, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let changes = body::read_changes(&call)?;
    let set_status = changes.status.map(Status::lifecycle);
    let patch = changes.into_patch()?;
    let tenant = grant.tenant();
    let absent = || Refusal::not_found(Thing::Event);
    let (before, facets) = find(&call, tenant).await?;
    let channel_number = facets.channel_number(&before).ok_or_else(absent)?;
    let command = ReviseEvent {
        tenant: tenant.clone(),
        event: named(&call).ok_or_else(absent)?,
        patch,
        if_match: None,
        remove_ticket_type: None,
        add_ticket_type: None,
        set_status,
    };
    let (app, now) = (call.app.clone(), call.now);
    let render = move |written: &Written| {
        let event = &written.event;
        let shown = Shown { event, channel_number, venue: facets.venue(event), now };
        Reply::ok(&EventReply { doc: render::event(&app, shown) }).versioned(event.version)
    };
    call.write(tenant, command, render).await
}
