//! `POST /api/public/v1/media` (P7): uploads an image for `coverImage`.
//! Source: contracts.md §1.4. Case: P-23.

use callboard_store::media::StoreMedia;
use http::StatusCode;
use serde_json::json;

use super::contract::MEDIA;
use super::wire::{MediaDoc, MediaReply};
use crate::http::grant::MediaCreate;
use crate::http::{Call, Granted, Operation, RateClass, Refusal, Reply};
use crate::use_cases::upload;

pub(super) fn operation() -> Operation {
    Operation::post(MEDIA, "uploadMedia")
        .tag("Media")
        .says(
            "Upload an image",
            "A form with the part `file` (JPEG, PNG, WebP or GIF, at most 10 MiB and 20,000 pixels a side; the type is \
             told from the bytes) and, if you like, `alt`: what the image shows, at most 500 characters. The `id` in the \
             reply is what `coverImage` of an event takes.",
        )
        .rate(RateClass::Media)
        .takes_multipart(upload::FORM_OVERHEAD)
        .answers::<MediaReply>(
            StatusCode::CREATED,
            "The uploaded image",
            json!({ "doc": { "id": 12, "url": "https://events.example/media/12", "mimeType": "image/png",
                "width": 800, "height": 600, "alt": null } }),
        )
        .granted(handler)
}

async fn handler(call: Call, grant: Granted<MediaCreate>) -> Result<Reply, Refusal> {
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
        let url = app.media_url(media.number);
        let doc = MediaDoc {
            id: media.number,
            url: url.clone(),
            mime_type: media.mime.clone(),
            width: media.width,
            height: media.height,
            alt: media.alt.clone(),
        };
        Reply::created(&MediaReply { doc }).with(http::header::LOCATION, &url)
    })
    .await
}
