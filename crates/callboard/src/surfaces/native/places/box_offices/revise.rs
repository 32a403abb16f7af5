//! `PATCH /v1/box-offices/{id}`. Source: native-api.md §3.

use callboard_core::event::patch::Change;
use callboard_core::ids::{ChannelId, VenueId};
use callboard_core::issue::{IssueCode, Issues};
use callboard_core::money::Currency;
use callboard_core::place::BoxOfficePatch;
use callboard_core::rejection::Thing;
use callboard_core::time::Zone;
use callboard_store::box_offices::ReviseBoxOffice;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::{BoxOfficeBody, example};
use crate::http::grant::BoxOfficesWrite;
use crate::http::patch::double_option;
use crate::http::{Call, Granted, Operation, Refusal, Reply, etag};
use crate::surfaces::native::places::wire::{NAME_MAX, slug, text};
use crate::surfaces::native::wire::{Written, written_example};

pub(super) fn operation() -> Operation {
    Operation::patch("/v1/box-offices/{id}", "reviseBoxOffice")
        .tag(super::TAG)
        .says(
            "Change a box office",
            "Absent members stay as they are. Events that exist keep their zone, currency, venue and channel.",
        )
        .placeholder("id", "The box office's id")
        .takes::<BoxOfficePatchBody>(json!({ "name": "Harbor Box Office", "defaultVenueId": null }))
        .answers::<Written<BoxOfficeBody>>(
            StatusCode::OK,
            "The box office as it is now",
            written_example(example()),
        )
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT, StatusCode::PRECONDITION_FAILED])
        .idempotent()
        .if_match()
        .granted(handle)
}

/// What may change about a box office.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = BoxOfficePatch)]
struct BoxOfficePatchBody {
    #[schema(format = "line", max_length = 200, nullable = false)]
    name: Option<String>,
    #[schema(format = "slug", max_length = 100, nullable = false)]
    slug: Option<String>,
    /// An IANA time zone name.
    #[schema(format = "timezone", nullable = false)]
    timezone: Option<String>,
    /// ISO 4217.
    #[schema(format = "currency", nullable = false)]
    currency: Option<String>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<Uuid>)]
    default_venue_id: Change<Uuid>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<Uuid>)]
    default_channel_id: Change<Uuid>,
}

impl BoxOfficePatchBody {
    fn parse(self) -> Result<BoxOfficePatch, Issues> {
        let mut issues = Issues::new();
        let i = &mut issues;
        let patch = BoxOfficePatch {
            name: self.name.and_then(|line| text(i, "name", &line, NAME_MAX)),
            slug: self.slug.and_then(|word| slug(i, &word)),
            zone: self
                .timezone
                .and_then(|name| i.keep("timezone", IssueCode::InvalidFormat, Zone::parse(&name))),
            currency: self
                .currency
                .and_then(|code| i.keep("currency", IssueCode::InvalidFormat, Currency::parse(&code))),
            default_venue_id: self.default_venue_id.map(|id| id.map(VenueId)),
            default_channel_id: self.default_channel_id.map(|id| id.map(ChannelId)),
        };
        issues.done().map(|()| patch)
    }
}

async fn handle(call: Call, grant: Granted<BoxOfficesWrite>) -> Result<Reply, Refusal> {
    let patch = call.body::<BoxOfficePatchBody>()?.parse()?;
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::BoxOffice))?;
    let if_match = etag::if_match(&call.request)?;
    let command = ReviseBoxOffice { tenant: grant.tenant().clone(), id, patch, if_match };
    call.write(grant.tenant(), command, |after| {
        Reply::ok(&Written::plain(BoxOfficeBody::from(after))).versioned(after.stamp.version)
    })
    .await
}
