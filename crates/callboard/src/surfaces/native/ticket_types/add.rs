//! `POST /v1/events/{idOrSlug}/ticket-types`. Source: native-api.md §5.

use callboard_core::issue::Issues;
use callboard_core::ticket::Terms;
use callboard_store::events::AddTicketType;
use http::StatusCode;
use http::header::LOCATION;
use serde_json::json;

use super::body::NewTicketType;
use super::parse;
use super::view::TicketTypeView;
use crate::http::grant::EventsWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply, etag};
use crate::surfaces::native::events;
use crate::surfaces::native::wire::{Written, written_example};

pub(super) fn operation() -> Operation {
    Operation::post("/v1/events/{idOrSlug}/ticket-types", "addTicketType")
        .tag(super::TAG)
        .says("Add a ticket type", "An event has at most 50. The event's version rises.")
        .placeholder(events::PATH_DOC.0, events::PATH_DOC.1)
        .takes::<NewTicketType>(json!({ "name": "Balcony", "price": 2400, "quantity": 40 }))
        .answers::<Written<TicketTypeView>>(
            StatusCode::CREATED,
            "The ticket type",
            written_example(events::sample::ticket_type()),
        )
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT, StatusCode::PRECONDITION_FAILED])
        .idempotent()
        .if_match()
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let terms = read(call.body::<NewTicketType>()?)?;
    let event = events::named(&call)?;
    let if_match = etag::if_match(&call.request)?;
    let command = AddTicketType { tenant: grant.tenant().clone(), event, terms, if_match };
    let now = call.now;
    call.write(grant.tenant(), command, move |(event, id)| {
        let address = format!("/v1/ticket-types/{id}");
        super::reply(StatusCode::CREATED, event, *id, now).with(LOCATION, &address)
    })
    .await
}

fn read(said: NewTicketType) -> Result<Terms, Issues> {
    let mut reading = events::Reading::default();
    let terms = parse::terms(&mut reading, "", said);
    reading.0.done()?;
    terms.ok_or_else(Issues::new)
}
