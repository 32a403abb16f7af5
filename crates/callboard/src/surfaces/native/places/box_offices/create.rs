//! `POST /v1/box-offices`. Source: native-api.md §3.

use callboard_core::ids::{ChannelId, VenueId};
use callboard_core::issue::{IssueCode, Issues};
use callboard_core::money::Currency;
use callboard_core::place::BoxOfficeDetails;
use callboard_core::time::Zone;
use callboard_store::Tenant;
use callboard_store::box_offices::CreateBoxOffice;
use http::StatusCode;
use http::header::LOCATION;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::{BoxOfficeBody, example};
use crate::http::grant::BoxOfficesWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply};
use crate::surfaces::native::places::wire::{NAME_MAX, text, wished_slug};
use crate::surfaces::native::wire::{Written, written_example};

pub(super) fn operation() -> Operation {
    Operation::post("/v1/box-offices", "createBoxOffice")
        .tag(super::TAG)
        .says(
            "Create a box office",
            "Events that are created through it take its time zone and currency, and appear at its default venue \
             and channel as well. Without a `slug` one is made from the name.",
        )
        .takes::<NewBoxOfficeBody>(json!({
            "name": "Harbor Tickets", "timezone": "America/New_York", "currency": "USD",
        }))
        .answers::<Written<BoxOfficeBody>>(StatusCode::CREATED, "The box office", written_example(example()))
        .refuses(&[StatusCode::CONFLICT])
        .idempotent()
        .granted(handle)
}

/// A new box office.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewBoxOffice)]
struct NewBoxOfficeBody {
    #[schema(format = "line", max_length = 200)]
    name: String,
    /// Made from the name if absent.
    #[schema(format = "slug", max_length = 100)]
    slug: Option<String>,
    /// An IANA time zone name.
    #[schema(format = "timezone")]
    timezone: String,
    /// ISO 4217.
    #[schema(format = "currency")]
    currency: String,
    /// Where events of this box office take place unless they say otherwise.
    default_venue_id: Option<Uuid>,
    /// Which channel they are published to unless they say otherwise.
    default_channel_id: Option<Uuid>,
}

impl NewBoxOfficeBody {
    fn parse(self, tenant: &Tenant) -> Result<CreateBoxOffice, Issues> {
        let mut issues = Issues::new();
        let i = &mut issues;
        let name = text(i, "name", &self.name, NAME_MAX);
        let slug = wished_slug(i, self.slug.as_deref(), &self.name, "box-office");
        let zone = i.keep("timezone", IssueCode::InvalidFormat, Zone::parse(&self.timezone));
        let currency = i.keep("currency", IssueCode::InvalidFormat, Currency::parse(&self.currency));
        let (Some(name), Some((slug, on_clash)), Some(zone), Some(currency)) = (name, slug, zone, currency)
        else {
            return Err(issues);
        };
        issues.done()?;
        let details = BoxOfficeDetails {
            name,
            slug,
            zone,
            currency,
            default_venue_id: self.default_venue_id.map(VenueId),
            default_channel_id: self.default_channel_id.map(ChannelId),
        };
        Ok(CreateBoxOffice { tenant: tenant.clone(), details, on_clash })
    }
}

async fn handle(call: Call, grant: Granted<BoxOfficesWrite>) -> Result<Reply, Refusal> {
    let command = call.body::<NewBoxOfficeBody>()?.parse(grant.tenant())?;
    call.write(grant.tenant(), command, |made| {
        Reply::created(&Written::plain(BoxOfficeBody::from(made)))
            .versioned(made.stamp.version)
            .with(LOCATION, &format!("/v1/box-offices/{}", made.id))
    })
    .await
}
