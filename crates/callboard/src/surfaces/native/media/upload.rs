//! `POST /v1/media`. Source: native-api.md §5.

use callboard_store::media::StoreMedia;
use http::StatusCode;
use http::header::LOCATION;

use super::{MediaView, example};
use crate::http::grant::MediaCreate;
use crate::http::{Call, Granted, Operation, RateClass, Refusal, Reply};
use crate::surfaces::native::wire::{Written, written_example};
use crate::use_cases::upload;

pub(super) fn operation() -> Operation {
    Operation::post("/v1/media", "uploadMedia")
        .tag(super::TAG)
        .says(
            "Upload an image",
            "As `multipart/form-data`: the part `file` holds a JPEG, PNG, WebP or GIF, `alt` may describe it. The \
             bytes decide what it is, not its name. `coverImageId` of an event takes its `id`.",
        )
        .rate(RateClass::Media)
        .takes_multipart(upload::FORM_OVERHEAD)
        .answers::<Written<MediaView>>(StatusCode::CREATED, "The image", written_example(example()))
        .idempotent()
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<MediaCreate>) -> Result<Reply, Refusal> {
    let image = upload::read(&call).await?;
    let command = StoreMedia {
        tenant: grant.tenant().clone(),
        mime: image.mime_type.to_owned(),
        width: image.width,
        height: image.height,
        alt: image.alt,
        bytes: image.bytes.to_vec(),
    };
    let app = call.app.clone();
    call.write(grant.tenant(), command, move |media| {
        Reply::created(&Written::plain(MediaView::of(&app, media)))
            .with(LOCATION, &format!("/v1/media/{}", media.number))
    })
    .await
}
