//! Keys on the wire.

use std::borrow::Cow;

use callboard_core::key::{ApiKey, Family, Secret};
use callboard_core::time::Timestamp;
use http::header::LOCATION;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use crate::http::Reply;
use crate::surfaces::native::wire::{Written, with_member};

/// An API key. The token itself is shown once, when the key is made.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Key)]
pub(super) struct KeyBody {
    pub id: Uuid,
    pub family: FamilyBody,
    pub label: String,
    /// The beginning of the token.
    pub prefix: String,
    /// The last four characters of the token.
    pub hint: String,
    pub scopes: Vec<String>,
    #[schema(required)]
    pub venue_id: Option<Uuid>,
    #[schema(required)]
    pub box_office_id: Option<Uuid>,
    #[schema(required)]
    pub event_id: Option<Uuid>,
    #[schema(required)]
    pub channel_id: Option<Uuid>,
    #[schema(required, format = "date-time")]
    pub expires_at: Option<String>,
    /// A disabled key authenticates nobody until it is enabled again.
    pub disabled: bool,
    /// Overrides the family's limit.
    #[schema(required, minimum = 1)]
    pub rate_limit_per_minute: Option<i64>,
    pub version: i64,
    #[schema(format = "date-time")]
    pub created_at: String,
    /// Up to a minute late.
    #[schema(required, format = "date-time")]
    pub last_used_at: Option<String>,
    /// From when on it is dead; in the future while a rotation's grace runs.
    #[schema(required, format = "date-time")]
    pub revoked_at: Option<String>,
}

/// A key that was just made, with its token in `key`.
#[derive(Debug, Clone, Serialize)]
pub(super) struct MintedBody {
    #[serde(flatten)]
    pub written: Written<KeyBody>,
    pub key: Option<String>,
}

impl PartialSchema for MintedBody {
    fn schema() -> RefOr<Schema> {
        let token = ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
            .description(Some(
                "The token, shown in this answer only; `null` where the answer is a repetition or a rehearsal.",
            ));
        with_member(Written::<KeyBody>::schema(), "key", token.into())
    }
}

impl ToSchema for MintedBody {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("MintedKey")
    }
    fn schemas(all: &mut Vec<(String, RefOr<Schema>)>) {
        Written::<KeyBody>::schemas(all);
    }
}

/// Which surface a key opens: `channel`, `venue`, `box_office`, `developer`, or `native` for this one.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = KeyFamily)]
pub(super) enum FamilyBody {
    Channel,
    Venue,
    BoxOffice,
    Developer,
    Native,
}

impl From<FamilyBody> for Family {
    fn from(family: FamilyBody) -> Family {
        match family {
            FamilyBody::Channel => Family::Channel,
            FamilyBody::Venue => Family::Venue,
            FamilyBody::BoxOffice => Family::BoxOffice,
            FamilyBody::Developer => Family::Developer,
            FamilyBody::Native => Family::Native,
        }
    }
}

impl From<Family> for FamilyBody {
    fn from(family: Family) -> FamilyBody {
        match family {
            Family::Channel => FamilyBody::Channel,
            Family::Venue => FamilyBody::Venue,
            Family::BoxOffice => FamilyBody::BoxOffice,
            Family::Developer => FamilyBody::Developer,
            Family::Native => FamilyBody::Native,
        }
    }
}

impl From<&ApiKey> for KeyBody {
    fn from(key: &ApiKey) -> Self {
        KeyBody {
            id: key.id.0,
            family: key.family.into(),
            label: key.label.clone(),
            prefix: key.prefix.clone(),
            hint: key.hint.clone(),
            scopes: key.scopes.clone(),
            venue_id: key.bound.venue_id.map(Uuid::from),
            box_office_id: key.bound.box_office_id.map(Uuid::from),
            event_id: key.bound.event_id.map(Uuid::from),
            channel_id: key.bound.channel_id.map(Uuid::from),
            expires_at: key.expires_at.map(Timestamp::to_utc_text),
            disabled: key.disabled,
            rate_limit_per_minute: key.rate_limit_per_minute,
            version: key.version,
            created_at: key.created_at.to_utc_text(),
            last_used_at: key.last_used_at.map(Timestamp::to_utc_text),
            revoked_at: key.revoked_at.map(Timestamp::to_utc_text),
        }
    }
}

/// Shows a key's token once: what is kept for a repetition has none, nor has a rehearsal, which made no key.
pub(super) fn minted(key: &ApiKey, secret: Option<&Secret>) -> Reply {
    let kept = MintedBody { written: Written::plain(KeyBody::from(key)), key: None };
    let shown = MintedBody { key: secret.map(|secret| secret.expose().to_owned()), ..kept.clone() };
    Reply::created(&shown)
        .secret(&kept)
        .versioned(key.version)
        .with(LOCATION, &format!("/v1/keys/{}", key.id))
}

pub(super) fn example() -> Value {
    json!({
        "id": "0192f0c1-2a3b-7c4d-8e5f-60718293a5a0", "family": "native", "label": "Website", "prefix": "cb_live_",
        "hint": "Xy12", "scopes": ["events:read"], "venueId": null, "boxOfficeId": null, "eventId": null,
        "channelId": null, "expiresAt": null, "disabled": false, "rateLimitPerMinute": null, "version": 1,
        "createdAt": "2026-11-23T10:00:00Z", "lastUsedAt": null, "revokedAt": null,
    })
}

pub(super) fn minted_example() -> Value {
    let mut example = crate::surfaces::native::wire::written_example(example());
    if let Some(members) = example.as_object_mut() {
        members.insert("key".to_owned(), "cb_live_0Qm3v8Zt5Lr1Xc7Nw2Ke9Hs4Pa0000Xy12".into());
    }
    example
}
