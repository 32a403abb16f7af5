//! Bodies that say something about an event. The schema emitted from these types validates them first.
//! Source: native-api.md §5.

use callboard_core::event::{Booking, Category, PerformerRole, Visibility};
use callboard_core::ids::{BoxOfficeId, ChannelId, VenueId};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::words;
use crate::http::patch::double_option;

/// Changes to an event. What is left out stays as it is; `null` clears.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct EventChange {
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "line", max_length = 200)]
    pub(super) title: Option<Option<String>>,
    /// Readable part of the address; made from the title if left out of a new event.
    #[serde(default)]
    #[schema(nullable = false, format = "slug", max_length = 100)]
    pub(super) slug: Option<String>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "lines", max_length = 20_000)]
    pub(super) description: Option<Option<String>>,
    /// Public notes, such as "all ages".
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "lines", max_length = 5_000)]
    pub(super) notes: Option<Option<String>>,
    #[serde(default)]
    #[schema(schema_with = words::booking)]
    pub(super) booking: Option<Booking>,
    #[serde(default)]
    #[schema(schema_with = words::visibility)]
    pub(super) visibility: Option<Visibility>,
    #[serde(default)]
    #[schema(schema_with = words::category)]
    pub(super) category: Option<Category>,
    /// Slugs of classifications; together with `category` they follow each other unless both are said.
    #[serde(default)]
    #[schema(schema_with = words::classifications)]
    pub(super) classifications: Option<Vec<String>>,
    /// IANA name of the zone in which wall times are meant and shown.
    #[serde(default)]
    #[schema(nullable = false, format = "timezone", max_length = 64)]
    pub(super) timezone: Option<String>,
    /// The start as an instant. Either instants or `local`, never both.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "date-time", max_length = 64)]
    pub(super) starts_at: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "date-time", max_length = 64)]
    pub(super) ends_at: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "date-time", max_length = 64)]
    pub(super) doors_at: Option<Option<String>>,
    /// Wall times in `timezone`. A new date takes the times along; a time that is left out stays.
    #[serde(default)]
    #[schema(nullable = false)]
    pub(super) local: Option<LocalTimesChange>,
    /// Total set length where it is not simply end minus start.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 10_080)]
    pub(super) set_minutes: Option<Option<i64>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "uuid", max_length = 36)]
    pub(super) venue_id: Option<Option<VenueId>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "uuid", max_length = 36)]
    pub(super) channel_id: Option<Option<ChannelId>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "uuid", max_length = 36)]
    pub(super) box_office_id: Option<Option<BoxOfficeId>>,
    /// Where it takes place, in this event's own words. Merged member by member.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<PlaceChange>)]
    pub(super) place: Option<Option<PlaceChange>>,
    /// Who is on the bill, in the public order.
    #[serde(default)]
    #[schema(nullable = false, max_items = 50)]
    pub(super) performers: Option<Vec<PerformerBody>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "line", max_length = 200)]
    pub(super) producer_name: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<PricingChange>)]
    pub(super) pricing: Option<Option<PricingChange>>,
    /// Ticket offers elsewhere.
    #[serde(default)]
    #[schema(nullable = false, max_items = 50)]
    pub(super) offers: Option<Vec<OfferBody>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<LinksChange>)]
    pub(super) links: Option<Option<LinksChange>>,
    /// The `id` of an uploaded image.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<i64>, minimum = 1)]
    pub(super) cover_image_id: Option<Option<i64>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "uri", max_length = 2_000)]
    pub(super) poster_url: Option<Option<String>>,
    /// ISO 4217 code of all amounts of this event.
    #[serde(default)]
    #[schema(nullable = false, format = "currency", min_length = 3, max_length = 3)]
    pub(super) currency: Option<String>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 10_000_000)]
    pub(super) capacity: Option<Option<i64>>,
    /// The event's name in your own system; unique per organization.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<External>)]
    pub(super) external: Option<Option<External>>,
    /// Your own notes: up to 50 members, names up to 40 characters, texts up to 500. Replaced whole.
    #[serde(default)]
    #[schema(schema_with = words::metadata)]
    pub(super) metadata: Option<Map<String, Value>>,
}

/// Changes to the wall times of an event.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LocalTimesChange {
    /// The date on the poster.
    #[serde(default)]
    #[schema(nullable = false, format = "date", max_length = 10)]
    pub(super) date: Option<String>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "clock", max_length = 5)]
    pub(super) doors: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "clock", max_length = 5)]
    pub(super) start: Option<Option<String>>,
    /// A time before the start is the next day's.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "clock", max_length = 5)]
    pub(super) end: Option<Option<String>>,
}

/// Where an event takes place.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PlaceChange {
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "line", max_length = 200)]
    pub(super) name: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "line", max_length = 500)]
    pub(super) address: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "line", max_length = 200)]
    pub(super) city: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "line", max_length = 200)]
    pub(super) region: Option<Option<String>>,
    /// ISO 3166-1 alpha-2.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "country", max_length = 2)]
    pub(super) country: Option<Option<String>>,
    /// The opaque city id of the channel surface's clients.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "line", max_length = 200)]
    pub(super) place_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<f64>, minimum = -90, maximum = 90)]
    pub(super) latitude: Option<Option<f64>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<f64>, minimum = -180, maximum = 180)]
    pub(super) longitude: Option<Option<f64>>,
}

/// Prices that are not those of ticket types, in minor units of `currency`.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PricingChange {
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 10_000_000_000_i64)]
    pub(super) online: Option<Option<i64>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 10_000_000_000_i64)]
    pub(super) door: Option<Option<i64>>,
    /// Who sells at the door.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "line", max_length = 200)]
    pub(super) door_seller: Option<Option<String>>,
}

/// Addresses elsewhere.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LinksChange {
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "uri", max_length = 2_000)]
    pub(super) ticketing: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "uri", max_length = 2_000)]
    pub(super) facebook_event: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "uri", max_length = 2_000)]
    pub(super) website: Option<Option<String>>,
}

/// Someone on the bill.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewPerformer)]
pub(crate) struct PerformerBody {
    #[schema(format = "line", max_length = 200)]
    pub(super) name: String,
    /// `headliner` for the first and `support` for the others if left out.
    #[serde(default)]
    #[schema(schema_with = words::performer_role)]
    pub(super) role: Option<PerformerRole>,
    #[serde(default)]
    #[schema(format = "slug", max_length = 100)]
    pub(super) band_slug: Option<String>,
    #[serde(default)]
    #[schema(format = "uri", max_length = 2_000)]
    pub(super) banner_url: Option<String>,
}

/// A ticket offer elsewhere.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewOffer)]
pub(crate) struct OfferBody {
    #[serde(default)]
    #[schema(format = "line", max_length = 200)]
    pub(super) name: Option<String>,
    #[schema(format = "uri", max_length = 2_000)]
    pub(super) url: String,
    /// A word such as `available`, `limited`, `sold_out`; kept as it is.
    #[serde(default)]
    #[schema(pattern = "^[a-z_]{1,40}$", max_length = 40)]
    pub(super) availability: Option<String>,
}

/// The event's name in your own system.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct External {
    /// Which system, such as `cms`.
    #[schema(format = "line", max_length = 100)]
    pub(super) source: String,
    #[schema(format = "line", max_length = 200)]
    pub(super) id: String,
}
