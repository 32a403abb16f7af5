//! `GET /v1/events/{idOrSlug}`. Source: native-api.md §5.

use callboard_core::rejection::Thing;
use callboard_store::Depends;
use http::StatusCode;

use super::view::EventView;
use super::{named, render, sample};
use crate::http::grant::EventsRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::get("/v1/events/{idOrSlug}", "getEvent")
        .tag(super::TAG)
        .says(
            "Read an event",
            "Slugs are unique per box office; where several events of the organization have the slug, the answer is \
             409 `ambiguous_slug` with their `ids`.",
        )
        .kept(Depends::OnStock)
        .placeholder(super::PATH_DOC.0, super::PATH_DOC.1)
        .answers::<EventView>(StatusCode::OK, "The event", sample::event())
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT])
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let found = call.app.store.find_event(grant.tenant(), &named(&call)?, call.now).await?;
    let event = found.ok_or(Refusal::not_found(Thing::Event))?;
    let reply = Reply::ok(&render::event(&call.app, &event, call.now)).versioned(event.version);
    Ok(reply.fresh_until(event.next_change(call.now)))
}
