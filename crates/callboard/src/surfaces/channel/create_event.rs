//! `POST /api/public/v1/events` (P3): makes an event in one of the owner's channels.
//! Source: contracts.md §1.4, §1.6. Cases: P-06 … P-15, P-20, P-23.
//!
//! The order of checks is the contract's: what an earlier request with the same `Idempotency-Key` was
//! answered, the members, the channel, the image.

use callboard_store::events::CreateEvent;
use http::StatusCode;
use http::header::LOCATION;

use super::body::{self, NewEvent, Status};
use super::contract::{EVENTS, STATUS_DEFAULT};
use super::examples;
use super::render::{self, Shown};
use super::wire::EventReply;
use crate::http::grant::EventsCreate;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::post(EVENTS, "createEvent")
        .tag("Events")
        .says(
            "Create an event",
            "Makes an event in one of your channels: a draft, unless `status` says `published`. Send an \
             `Idempotency-Key` made of what you import (`cms-post-9-create`, say) and repeat a request of unknown \
             outcome with the same key: for 15 minutes the first answer is given again and no second event is made.",
        )
        .idempotent()
        .takes::<NewEvent>(examples::minimal())
        .answers::<EventReply>(StatusCode::CREATED, "The event", examples::event())
        .refuses(&[StatusCode::CONFLICT])
        .granted(handler)
}

async fn handler(call: Call, grant: Granted<EventsCreate>) -> Result<Reply, Refusal> {
    let tenant = grant.tenant();
    if let Some(reply) = call.replay(tenant).await? {
        return Ok(reply);
    }
    let new: NewEvent = body::read(&call)?;
    let channel_number = new.channel_id;
    let status = new.changes.status.map_or(STATUS_DEFAULT, Status::lifecycle);
    let command = CreateEvent {
        tenant: tenant.clone(),
        patch: new.changes.into_patch()?,
        ticket_types: Vec::new(),
        status: Some(status),
        channel_number: Some(channel_number),
    };
    let (app, now) = (call.app.clone(), call.now);
    let render = move |written: &callboard_store::events::Written| {
        let event = &written.event;
        let doc = render::event(&app, Shown { event, channel_number, venue: None, now });
        let address = format!("{EVENTS}/{}", event.number);
        Reply::created(&EventReply { doc }).versioned(event.version).with(LOCATION, &address)
    };
    call.write(tenant, command, render).await
}
