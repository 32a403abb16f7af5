//! `PATCH /v1/venues/{id}`. Source: native-api.md §3.

use callboard_core::event::patch::Change;
use callboard_core::issue::{IssueCode, Issues};
use callboard_core::place::{ADDRESS_MAX, VenuePatch, country};
use callboard_core::rejection::Thing;
use callboard_core::time::Zone;
use callboard_store::venues::ReviseVenue;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::wire::{VenueBody, example};
use crate::http::grant::VenuesWrite;
use crate::http::patch::double_option;
use crate::http::{Call, Granted, Operation, Refusal, Reply, etag};
use crate::surfaces::native::places::wire::{NAME_MAX, slug, text};
use crate::surfaces::native::wire::{Written, written_example};

pub(super) fn operation() -> Operation {
    Operation::patch("/v1/venues/{id}", "reviseVenue")
        .tag(super::TAG)
        .says(
            "Change a venue",
            "Absent members stay as they are. A patch that changes nothing raises no version.",
        )
        .placeholder("id", "The venue's id")
        .takes::<VenuePatchBody>(json!({ "capacity": 240, "address": "2 Harbor Way" }))
        .answers::<Written<VenueBody>>(StatusCode::OK, "The venue as it is now", written_example(example()))
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT, StatusCode::PRECONDITION_FAILED])
        .idempotent()
        .if_match()
        .granted(handle)
}

/// What may change about a venue.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = VenuePatch)]
struct VenuePatchBody {
    #[schema(format = "line", max_length = 200, nullable = false)]
    name: Option<String>,
    #[schema(format = "slug", max_length = 100, nullable = false)]
    slug: Option<String>,
    #[schema(format = "line", max_length = 200, nullable = false)]
    city: Option<String>,
    #[schema(format = "line", max_length = 200, nullable = false)]
    state_province: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(format = "country", nullable = false)]
    country: Option<String>,
    /// An IANA time zone name.
    #[schema(format = "timezone", nullable = false)]
    timezone: Option<String>,
    #[schema(minimum = 1, maximum = 10_000_000, nullable = false)]
    capacity: Option<i64>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "line", max_length = 500)]
    address: Change<String>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<f64>, minimum = -90, maximum = 90)]
    latitude: Change<f64>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<f64>, minimum = -180, maximum = 180)]
    longitude: Change<f64>,
}

impl VenuePatchBody {
    fn parse(self) -> Result<VenuePatch, Issues> {
        let mut issues = Issues::new();
        let i = &mut issues;
        let patch = VenuePatch {
            name: self.name.and_then(|line| text(i, "name", &line, NAME_MAX)),
            slug: self.slug.and_then(|word| slug(i, &word)),
            city: self.city.and_then(|line| text(i, "city", &line, NAME_MAX)),
            state_province: self.state_province.and_then(|line| text(i, "stateProvince", &line, NAME_MAX)),
            country: self
                .country
                .and_then(|code| i.keep("country", IssueCode::InvalidFormat, country(&code))),
            zone: self
                .timezone
                .and_then(|name| i.keep("timezone", IssueCode::InvalidFormat, Zone::parse(&name))),
            capacity: self.capacity,
            address: self.address.map(|line| line.and_then(|line| text(i, "address", &line, ADDRESS_MAX))),
            latitude: self.latitude,
            longitude: self.longitude,
        };
        issues.done().map(|()| patch)
    }
}

async fn handle(call: Call, grant: Granted<VenuesWrite>) -> Result<Reply, Refusal> {
    let patch = call.body::<VenuePatchBody>()?.parse()?;
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::Venue))?;
    let if_match = etag::if_match(&call.request)?;
    let command = ReviseVenue { tenant: grant.tenant().clone(), id, patch, if_match };
    call.write(grant.tenant(), command, |after| {
        Reply::ok(&Written::plain(VenueBody::from(after))).versioned(after.stamp.version)
    })
    .await
}
