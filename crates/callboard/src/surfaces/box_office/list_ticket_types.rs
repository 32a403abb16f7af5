//! `GET /api/v1/events/{idOrSlug}/ticket-types`: prices, quantities, sale windows, hidden state, what is left.
//! Source: contracts.md §4.2 (T5). Cases: T-20.

use callboard_store::Depends;
use http::StatusCode;

use super::find::{self, ID_OR_SLUG};
use super::wire::TicketTypeList;
use super::{examples, render};
use crate::http::grant::EventsRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::get("/api/v1/events/{idOrSlug}/ticket-types", "listTicketTypes")
        .tag("Ticket types")
        .says(
            "List ticket types",
            "All ticket types of an event in their order, hidden ones included and flagged.",
        )
        .kept(Depends::OnStock)
        .placeholder(ID_OR_SLUG.0, ID_OR_SLUG.1)
        .answers::<TicketTypeList<'static>>(StatusCode::OK, "The ticket types", examples::ticket_types())
        .refuses(&[StatusCode::NOT_FOUND])
        .granted::<EventsRead, _, _>(handler)
}

async fn handler(call: Call, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let event = find::event(&call, grant.tenant()).await?;
    let list = TicketTypeList { ticket_types: render::ticket_types(&event, call.now) };
    Ok(Reply::ok(&list).fresh_until(event.next_change(call.now)))
}
