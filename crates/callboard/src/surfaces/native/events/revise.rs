//! `PATCH /v1/events/{idOrSlug}`. Source: native-api.md §5.

use callboard_store::events::ReviseEvent;
use http::StatusCode;
use serde_json::json;

use super::body::EventChange;
use super::view::EventView;
use super::{named, parse, render, sample};
use crate::http::grant::EventsWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply, etag};
use crate::surfaces::native::wire::{Written, written_example};

pub(super) fn operation() -> Operation {
    Operation::patch("/v1/events/{idOrSlug}", "reviseEvent")
        .tag(super::TAG)
        .says(
            "Change an event",
            "What is left out stays as it is, `null` clears. `place`, `pricing`, `links` and `local` are merged \
             member by member, and a new `local.date` takes the times along; lists and `metadata` are replaced \
             whole. A change that changes nothing raises no version. Its status changes by `publish`, `cancel` \
             and the other steps.",
        )
        .placeholder(super::PATH_DOC.0, super::PATH_DOC.1)
        .takes::<EventChange>(json!({ "title": "Low Tide Quartet & Friends", "local": { "end": "23:30" } }))
        .answers::<Written<EventView>>(StatusCode::OK, "The event as it is now", written_example(sample::event()))
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT, StatusCode::PRECONDITION_FAILED])
        .idempotent()
        .if_match()
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let (patch, spoken) = parse::change(call.body::<EventChange>()?)?;
    let command = ReviseEvent {
        tenant: grant.tenant().clone(),
        event: named(&call)?,
        patch,
        if_match: etag::if_match(&call.request)?,
        remove_ticket_type: None,
        add_ticket_type: None,
        set_status: None,
    };
    let (app, now) = (call.app.clone(), call.now);
    let reply = call.write(grant.tenant(), command, move |after| {
        let body = render::event(&app, &after.event, now);
        Reply::ok(&render::written(body, &after.warnings, spoken)).versioned(after.event.version)
    });
    reply.await.map_err(|refusal| spoken.refusal(refusal))
}
