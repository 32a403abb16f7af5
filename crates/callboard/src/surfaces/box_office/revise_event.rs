//! `PATCH /api/v1/events/{idOrSlug}`: what is said changes; one ticket type may go, one may come, in that order.
//! Source: contracts.md §4.2 (T4). Cases: T-06, T-10, T-11, T-12, T-21.

use callboard_store::events::{EventRef, ReviseEvent};
use http::StatusCode;

use super::bodies::EventChanges;
use super::find::{self, ID_OR_SLUG};
use super::wire::EventReply;
use super::{examples, parse, render};
use crate::http::grant::EventsWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::patch("/api/v1/events/{idOrSlug}", "updateEvent")
        .tag("Events")
        .says(
            "Change an event",
            "Members left out stay as they are. A ticket type is removed with `removeTicketTypeId` and added with \
             `addTicketType`; both in one request happen together, the removal first. Price and quantity of a \
             ticket type that exists do not change here. A `status` is refused, and nothing is changed then.",
        )
        .placeholder(ID_OR_SLUG.0, ID_OR_SLUG.1)
        .takes::<EventChanges>(examples::changes())
        .answers::<EventReply<'static>>(StatusCode::OK, "The event as it is now", examples::event())
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT])
        .granted::<EventsWrite, _, _>(handler)
}

async fn handler(call: Call, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    parse::refuse_status(&call)?;
    let tenant = grant.tenant();
    let body: EventChanges = call.body()?;
    let patch = parse::changes(&body)?;
    let remove_ticket_type = parse::removal(&body)?;
    let before = find::event(&call, tenant).await?;
    let zone = patch.schedule.zone.as_ref().unwrap_or(&before.details.schedule.zone);
    let added = body.add_ticket_type.as_ref().map(|new| parse::terms(new, &["addTicketType".into()], zone));
    let command = ReviseEvent {
        tenant: tenant.clone(),
        event: EventRef::Id(before.id),
        patch,
        if_match: None,
        remove_ticket_type,
        add_ticket_type: added.transpose()?,
        set_status: None,
    };
    let saved = call.app.store.write(call.context(), command).await;
    let event = saved.map_err(|error| parse::in_wire_names(error.into()))?.event;
    let venue = find::venue_name(&call, tenant, &event).await?;
    let event = render::event(&call.app, &event, venue.as_deref(), call.now);
    Ok(Reply::ok(&EventReply { event }))
}
