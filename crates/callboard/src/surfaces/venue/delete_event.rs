//! `DELETE /api/v1/events/{id}` of the venue feed: reserved; the scope is checked, then 501 is answered before anything
//! else is looked at. Source: contracts.md §2.3 (H5). Cases: H-14, H-15.

use http::StatusCode;

use super::contract::EVENT_PATH;
use crate::http::grant::EventsDelete;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::delete(EVENT_PATH, "deleteEvent")
        .tag("Reserved")
        .says("Delete an event (reserved)", "Not served yet: answers 501, which no repeating changes.")
        .placeholder("id", "The event's id, a UUID")
        .refuses(&[StatusCode::NOT_IMPLEMENTED])
        .granted(delete)
}

async fn delete(_: Call, _: Granted<EventsDelete>) -> Result<Reply, Refusal> {
    Err(Refusal::NotImplemented)
}
