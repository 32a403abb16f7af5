//! `GET /v1/media/{id}`: what is known of an image; its bytes are at its `url`. Source: native-api.md §5.

use callboard_core::rejection::Thing;
use http::StatusCode;

use super::{MediaView, example};
use crate::http::grant::EventsRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::get("/v1/media/{id}", "getMedia")
        .tag(super::TAG)
        .says("Read about an image", "Its bytes are at its `url`, for everybody.")
        .placeholder("id", "The image's integer id")
        .answers::<MediaView>(StatusCode::OK, "The image", example())
        .refuses(&[StatusCode::NOT_FOUND])
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let not_found = || Refusal::not_found(Thing::Media);
    let number = call.path.id("id").ok_or_else(not_found)?;
    let found = call.app.store.find_media(number).await?;
    let own = found.filter(|(media, _)| media.organization_id == grant.tenant().organization_id());
    let (media, _) = own.ok_or_else(not_found)?;
    Ok(Reply::ok(&MediaView::of(&call.app, &media)))
}
