//! `POST /api/v1/events` of the venue feed: reserved; the scope is checked, then 501 is answered before anything
//! else is looked at. Source: contracts.md §2.3 (H3). Cases: H-14, H-15.

use http::StatusCode;

use super::contract::EVENTS_PATH;
use crate::http::grant::EventsCreate;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::post(EVENTS_PATH, "createEvent")
        .tag("Reserved")
        .says("Create an event (reserved)", "Not served yet: answers 501, which no repeating changes.")
        .refuses(&[StatusCode::NOT_IMPLEMENTED])
        .granted(create)
}

async fn create(_: Call, _: Granted<EventsCreate>) -> Result<Reply, Refusal> {
    Err(Refusal::NotImplemented)
}
