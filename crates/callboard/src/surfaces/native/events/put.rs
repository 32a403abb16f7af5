//! `PUT /v1/events/by-external-id/{source}/{id}`: create or change by your own name for it. Source: native-api.md §5.

use callboard_core::event::External;
use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::text;
use callboard_store::events::PutEvent;
use http::StatusCode;
use http::header::LOCATION;

use super::contract::{EXTERNAL_ID_MAX, SOURCE_MAX};
use super::new_event::NewEvent;
use super::view::EventView;
use super::{render, sample};
use crate::http::grant::EventsWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply, etag};
use crate::surfaces::native::wire::{Written, written_example};

pub(super) fn operation() -> Operation {
    Operation::put("/v1/events/by-external-id/{source}/{id}", "putEvent")
        .tag(super::TAG)
        .says(
            "Create or change an event by its external id",
            "For imports that run again and again: 201 where the event is new, 200 where it was there. The body is \
             that of a new event; of an event that is there, what is left out stays as it is, and ticket types are \
             known by their names: those in the body are changed or added, the others stay. What changes nothing \
             raises no version.",
        )
        .placeholder("source", "Which of your systems, such as `cms`")
        .placeholder("id", "The event's name there")
        .takes::<NewEvent>(sample::new_event())
        .answers::<Written<EventView>>(StatusCode::CREATED, "The new event", written_example(sample::event()))
        .answers::<Written<EventView>>(StatusCode::OK, "The event as it is now", written_example(sample::event()))
        .refuses(&[StatusCode::CONFLICT, StatusCode::PRECONDITION_FAILED])
        .idempotent()
        .if_match()
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let (mut patch, ticket_types, spoken) = call.body::<NewEvent>()?.parse()?;
    let external = external(&call)?;
    if patch.external.take().flatten().is_some_and(|said| said != external) {
        let message = "must be what the address says, or be left out";
        return Err(Issue::body("external", IssueCode::Conflict, message).into());
    }
    let if_match = etag::if_match(&call.request)?;
    let command = PutEvent { tenant: grant.tenant().clone(), external, patch, ticket_types, if_match };
    let (app, now) = (call.app.clone(), call.now);
    let reply = call.write(grant.tenant(), command, move |put| {
        let body = render::written(render::event(&app, &put.event, now), &put.warnings, spoken);
        let status = if put.is_new { StatusCode::CREATED } else { StatusCode::OK };
        Reply::json(status, &body)
            .versioned(put.event.version)
            .with(LOCATION, &format!("/v1/events/{}", put.event.id))
    });
    reply.await.map_err(|refusal| spoken.refusal(refusal))
}

/// The name in the address, under the rules of `external` in a body.
fn external(call: &Call) -> Result<External, Issues> {
    let mut issues = Issues::new();
    let mut part = |name: &str, max: usize| {
        let path = format!("external.{name}");
        issues
            .keep(&path, IssueCode::InvalidFormat, text::line(call.path.text(name), max))
            .unwrap_or_default()
    };
    let external = External { source: part("source", SOURCE_MAX), id: part("id", EXTERNAL_ID_MAX) };
    issues.done().map(|()| external)
}
