//! `PATCH /api/v1/events/{id}` of the venue feed: reserved; the scope is checked, then 501 is answered before anything
//! else is looked at. Source: contracts.md §2.3 (H4). Cases: H-14, H-15.

use http::StatusCode;

use super::contract::EVENT_PATH;
use crate::http::grant::EventsWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::patch(EVENT_PATH, "updateEvent")
        .tag("Reserved")
        .says("Change an event (reserved)", "Not served yet: answers 501, which no repeating changes.")
        .placeholder("id", "The event's id, a UUID")
        .refuses(&[StatusCode::NOT_IMPLEMENTED])
        .granted(update)
}

async fn update(_: Call, _: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    Err(Refusal::NotImplemented)
}
