//! Channels on the wire.

use callboard_core::place::Channel;
pub(super) use callboard_core::place::DESCRIPTION_MAX;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

/// A channel that people follow.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Channel)]
pub(in crate::surfaces::native) struct ChannelBody {
    pub id: Uuid,
    /// The channel surface's id of it.
    #[schema(minimum = 1)]
    pub number: i64,
    pub name: String,
    #[schema(format = "slug")]
    pub slug: String,
    #[schema(required)]
    pub description: Option<String>,
    pub version: i64,
    #[schema(format = "date-time")]
    pub created_at: String,
    #[schema(format = "date-time")]
    pub updated_at: String,
}

impl From<&Channel> for ChannelBody {
    fn from(channel: &Channel) -> Self {
        ChannelBody {
            id: channel.id.0,
            number: channel.number,
            name: channel.details.name.clone(),
            slug: channel.details.slug.to_string(),
            description: channel.details.description.clone(),
            version: channel.stamp.version,
            created_at: channel.stamp.created_at.to_utc_text(),
            updated_at: channel.stamp.updated_at.to_utc_text(),
        }
    }
}

pub(super) fn example() -> Value {
    json!({
        "id": "0192f0c1-2a3b-7c4d-8e5f-60718293a4e0", "number": 7, "name": "Harbor Nights", "slug": "harbor-nights",
        "description": "What is on at the water", "version": 1,
        "createdAt": "2026-11-23T10:00:00Z", "updatedAt": "2026-11-23T10:00:00Z",
    })
}
