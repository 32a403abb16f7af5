//! `POST /v1/events`: a draft, with its ticket types, all or nothing. Source: native-api.md §5.

use callboard_store::events::CreateEvent;
use http::StatusCode;
use http::header::LOCATION;

use super::new_event::NewEvent;
use super::view::EventView;
use super::{render, sample};
use crate::http::grant::EventsCreate;
use crate::http::{Call, Granted, Operation, Refusal, Reply};
use crate::surfaces::native::wire::{Written, written_example};

pub(super) fn operation() -> Operation {
    Operation::post("/v1/events", "createEvent")
        .tag(super::TAG)
        .says(
            "Create an event",
            "The event is a draft; publish it when it is ready. Say when it happens either as instants or as wall \
             times (`local`), with its `timezone`; a wall time that the clock jumps over is moved forward, one \
             that it shows twice is taken as the first, and `warnings` says so. Through a box office, its default \
             venue and channel are filled in where you say nothing. Without a `slug` one is made from the title.",
        )
        .takes::<NewEvent>(sample::new_event())
        .answers::<Written<EventView>>(StatusCode::CREATED, "The event", written_example(sample::event()))
        .refuses(&[StatusCode::CONFLICT])
        .idempotent()
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<EventsCreate>) -> Result<Reply, Refusal> {
    let (patch, ticket_types, spoken) = call.body::<NewEvent>()?.parse()?;
    let tenant = grant.tenant().clone();
    let command = CreateEvent { tenant, patch, ticket_types, status: None, channel_number: None };
    let (app, now) = (call.app.clone(), call.now);
    let reply = call.write(grant.tenant(), command, move |made| {
        let body = render::event(&app, &made.event, now);
        Reply::created(&render::written(body, &made.warnings, spoken))
            .versioned(made.event.version)
            .with(LOCATION, &format!("/v1/events/{}", made.event.id))
    });
    reply.await.map_err(|refusal| spoken.refusal(refusal))
}
