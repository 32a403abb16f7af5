//! `POST /v1/venues`. Source: native-api.md §3.

use callboard_core::issue::{IssueCode, Issues};
use callboard_core::place::{ADDRESS_MAX, VenueDetails, country};
use callboard_core::time::Zone;
use callboard_store::Tenant;
use callboard_store::venues::CreateVenue;
use http::StatusCode;
use http::header::LOCATION;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::wire::{VenueBody, example};
use crate::http::grant::VenuesWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply};
use crate::surfaces::native::places::wire::{NAME_MAX, text, wished_slug};
use crate::surfaces::native::wire::{Written, written_example};

pub(super) fn operation() -> Operation {
    Operation::post("/v1/venues", "createVenue")
        .tag(super::TAG)
        .says(
            "Create a venue",
            "Without a `slug` one is made from the name, numbered if it is taken; a slug that is named must be free.",
        )
        .takes::<NewVenueBody>(json!({
            "name": "The Lighthouse", "city": "Boston", "stateProvince": "MA", "country": "US",
            "timezone": "America/New_York", "capacity": 220,
        }))
        .answers::<Written<VenueBody>>(StatusCode::CREATED, "The venue", written_example(example()))
        .refuses(&[StatusCode::CONFLICT])
        .idempotent()
        .granted(handle)
}

/// A new venue.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewVenue)]
struct NewVenueBody {
    #[schema(format = "line", max_length = 200)]
    name: String,
    /// Made from the name if absent.
    #[schema(format = "slug", max_length = 100)]
    slug: Option<String>,
    #[schema(format = "line", max_length = 200)]
    city: String,
    #[schema(format = "line", max_length = 200)]
    state_province: String,
    /// ISO 3166-1 alpha-2.
    #[schema(format = "country")]
    country: String,
    /// An IANA time zone name.
    #[schema(format = "timezone")]
    timezone: String,
    #[schema(minimum = 1, maximum = 10_000_000)]
    capacity: i64,
    #[schema(format = "line", max_length = 500)]
    address: Option<String>,
    #[schema(minimum = -90, maximum = 90)]
    latitude: Option<f64>,
    #[schema(minimum = -180, maximum = 180)]
    longitude: Option<f64>,
}

impl NewVenueBody {
    fn parse(self, tenant: &Tenant) -> Result<CreateVenue, Issues> {
        let mut issues = Issues::new();
        let i = &mut issues;
        let name = text(i, "name", &self.name, NAME_MAX);
        let slug = wished_slug(i, self.slug.as_deref(), &self.name, "venue");
        let city = text(i, "city", &self.city, NAME_MAX);
        let state_province = text(i, "stateProvince", &self.state_province, NAME_MAX);
        let country = i.keep("country", IssueCode::InvalidFormat, country(&self.country));
        let zone = i.keep("timezone", IssueCode::InvalidFormat, Zone::parse(&self.timezone));
        let address = self.address.and_then(|line| text(i, "address", &line, ADDRESS_MAX));
        let (Some(name), Some((slug, on_clash)), Some(city), Some(state_province), Some(country), Some(zone)) =
            (name, slug, city, state_province, country, zone)
        else {
            return Err(issues);
        };
        issues.done()?;
        let (capacity, latitude, longitude) = (self.capacity, self.latitude, self.longitude);
        let details = VenueDetails {
            name,
            slug,
            city,
            state_province,
            country,
            zone,
            capacity,
            address,
            latitude,
            longitude,
        };
        Ok(CreateVenue { tenant: tenant.clone(), details, on_clash })
    }
}

async fn handle(call: Call, grant: Granted<VenuesWrite>) -> Result<Reply, Refusal> {
    let command = call.body::<NewVenueBody>()?.parse(grant.tenant())?;
    call.write(grant.tenant(), command, |made| {
        Reply::created(&Written::plain(VenueBody::from(made)))
            .versioned(made.stamp.version)
            .with(LOCATION, &format!("/v1/venues/{}", made.id))
    })
    .await
}
