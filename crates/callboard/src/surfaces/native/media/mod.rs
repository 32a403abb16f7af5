//! Uploaded images: what `coverImageId` of an event names. Source: native-api.md §5.

mod get;
mod upload;

use callboard_store::media::Media;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::Operation;

const TAG: &str = "Media";

pub(super) fn operations() -> Vec<Operation> {
    vec![upload::operation(), get::operation()]
}

/// An uploaded image.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Media)]
struct MediaView {
    /// What `coverImageId` takes; the media id of the channel surface.
    id: i64,
    /// Where everybody finds its bytes.
    #[schema(format = "uri")]
    url: String,
    mime_type: String,
    /// In pixels.
    width: i64,
    /// In pixels.
    height: i64,
    #[schema(required)]
    alt: Option<String>,
}

impl MediaView {
    fn of(app: &App, media: &Media) -> MediaView {
        MediaView {
            id: media.number,
            url: app.media_url(media.number),
            mime_type: media.mime.clone(),
            width: media.width,
            height: media.height,
            alt: media.alt.clone(),
        }
    }
}

fn example() -> Value {
    json!({
        "id": 12, "url": "https://events.example/media/12", "mimeType": "image/png", "width": 800, "height": 600,
        "alt": "The quartet on Pier 9",
    })
}
