//! `POST /v1/events/{idOrSlug}/duplicate`: a draft copy. Source: native-api.md §5.

use callboard_store::events::DuplicateEvent;
use http::StatusCode;
use http::header::LOCATION;
use serde_json::json;

use super::moves::NoMembers;
use super::pointers::Spoken;
use super::view::EventView;
use super::{named, render, sample};
use crate::http::grant::EventsCreate;
use crate::http::{Call, Granted, Operation, Refusal, Reply, etag};
use crate::surfaces::native::wire::{Written, written_example};

pub(super) fn operation() -> Operation {
    Operation::post("/v1/events/{idOrSlug}/duplicate", "duplicateEvent")
        .tag(super::TAG)
        .says(
            "Duplicate an event",
            "A draft with the same details and ticket types, a slug of its own and nothing sold; in no series, and \
             without the external name.",
        )
        .placeholder(super::PATH_DOC.0, super::PATH_DOC.1)
        .may_take::<NoMembers>(json!({}))
        .answers::<Written<EventView>>(StatusCode::CREATED, "The copy", written_example(sample::event()))
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT, StatusCode::PRECONDITION_FAILED])
        .idempotent()
        .if_match()
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<EventsCreate>) -> Result<Reply, Refusal> {
    let NoMembers {} = call.body()?;
    let event = named(&call)?;
    let if_match = etag::if_match(&call.request)?;
    let command = DuplicateEvent { tenant: grant.tenant().clone(), event, if_match };
    let (app, now) = (call.app.clone(), call.now);
    call.write(grant.tenant(), command, move |copy| {
        let body = render::event(&app, copy, now);
        Reply::created(&render::written(body, &[], Spoken::Zone))
            .versioned(copy.version)
            .with(LOCATION, &format!("/v1/events/{}", copy.id))
    })
    .await
}
