//! `POST /v1/events/{idOrSlug}/publish`, `unpublish`, `cancel`, `archive`, `restore`: one operation five
//! times, since the core knows which step leads where. Source: native-api.md §5.

use callboard_core::event::Transition;
use callboard_store::events::MoveEvent;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::pointers::Spoken;
use super::view::EventView;
use super::{named, render, sample};
use crate::http::grant::EventsPublish;
use crate::http::{Call, Granted, Operation, Refusal, Reply, etag};
use crate::surfaces::native::wire::{Written, written_example};

/// Nothing needs to be said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoMembers {}

pub(super) fn operations() -> Vec<Operation> {
    Transition::ALL.iter().copied().map(operation).collect()
}

/// Path, id, summary and description of a step.
fn words(step: Transition) -> (&'static str, &'static str, &'static str, &'static str) {
    match step {
        Transition::Publish => (
            "/v1/events/{idOrSlug}/publish",
            "publishEvent",
            "Publish an event",
            "From draft to published: from now on every surface that it belongs to shows it.",
        ),
        Transition::Unpublish => (
            "/v1/events/{idOrSlug}/unpublish",
            "unpublishEvent",
            "Make an event a draft again",
            "From published to draft; refused with `has_sales` once tickets are sold.",
        ),
        Transition::Cancel => (
            "/v1/events/{idOrSlug}/cancel",
            "cancelEvent",
            "Cancel an event",
            "From draft or published to cancelled. Orders stay as they are.",
        ),
        Transition::Archive => (
            "/v1/events/{idOrSlug}/archive",
            "archiveEvent",
            "Archive an event",
            "From draft, published or cancelled to archived.",
        ),
        Transition::Restore => (
            "/v1/events/{idOrSlug}/restore",
            "restoreEvent",
            "Bring an event back",
            "From archived to what it was before, or from cancelled to draft.",
        ),
    }
}

fn operation(step: Transition) -> Operation {
    let (path, id, summary, description) = words(step);
    Operation::post(path, id)
        .tag(super::TAG)
        .says(summary, description)
        .placeholder(super::PATH_DOC.0, super::PATH_DOC.1)
        .may_take::<NoMembers>(json!({}))
        .answers::<Written<EventView>>(
            StatusCode::OK,
            "The event as it is now",
            written_example(sample::event()),
        )
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT, StatusCode::PRECONDITION_FAILED])
        .idempotent()
        .if_match()
        .granted(move |call, grant| handle(call, grant, step))
}

async fn handle(call: Call, grant: Granted<EventsPublish>, step: Transition) -> Result<Reply, Refusal> {
    let NoMembers {} = call.body()?;
    let event = named(&call)?;
    let if_match = etag::if_match(&call.request)?;
    let command = MoveEvent { tenant: grant.tenant().clone(), event, step, if_match };
    let (app, now) = (call.app.clone(), call.now);
    let reply = call.write(grant.tenant(), command, move |after| {
        let body = render::event(&app, after, now);
        Reply::ok(&render::written(body, &[], Spoken::Zone)).versioned(after.version)
    });
    reply.await
}
