//! What is answered here. All members are always there; null where there is no value.
//! Source: contracts.md §2.3.

use std::borrow::Cow;

use callboard_core::ids::{EventId, VenueId};
use serde::Serialize;
use utoipa::ToSchema;

/// A page of the feed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Feed<'a> {
    /// In the order of date, start (a missing one is the last of its day) and id.
    pub(super) data: Vec<FeedEvent<'a>>,
    pub(super) meta: Meta,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Meta {
    /// Entries of this page, not of all.
    #[schema(minimum = 0, maximum = 100)]
    pub(super) count: usize,
    /// The `cursor` of the next page; null when this is the last.
    #[schema(value_type = Option<String>, format = "uuid", required = true)]
    pub(super) next_cursor: Option<EventId>,
    #[schema(value_type = String, format = "uuid")]
    pub(super) venue_id: VenueId,
}

/// One date at the venue.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FeedEvent<'a> {
    #[schema(value_type = String, format = "uuid")]
    pub(super) id: EventId,
    /// The show date, as the venue's calendar has it.
    #[schema(format = "date")]
    pub(super) date: String,
    /// `HH:MM` at the venue.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", required = true)]
    pub(super) doors_open_time: Option<String>,
    /// When the headliner starts: `HH:MM` at the venue.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", required = true)]
    pub(super) set_start_time: Option<String>,
    /// When the show ends: `HH:MM` at the venue, perhaps on the next day.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", required = true)]
    pub(super) set_end_time: Option<String>,
    /// Total set length.
    #[schema(required = true)]
    pub(super) set_length_minutes: Option<i64>,
    #[schema(value_type = SlotState)]
    pub(super) status: &'static str,
    /// The name of the night; null where the performers say it all.
    #[schema(required = true)]
    pub(super) event_name: Option<&'a str>,
    #[schema(format = "uri", required = true)]
    pub(super) poster_url: Option<String>,
    /// An outside producer or promoter.
    #[schema(required = true)]
    pub(super) producer_name: Option<&'a str>,
    /// For the public.
    #[schema(required = true)]
    pub(super) notes: Option<&'a str>,
    pub(super) venue: FeedVenue<'a>,
    /// In the public order.
    pub(super) performers: Vec<FeedPerformer<'a>>,
    pub(super) pricing: Pricing<'a>,
    pub(super) links: FeedLinks<'a>,
}

/// The state of a date.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code, reason = "names the words in the document; what is answered is the word itself")]
pub(super) enum SlotState {
    Open,
    Filled,
    Cancelled,
    Reserved,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FeedVenue<'a> {
    #[schema(value_type = String, format = "uuid")]
    pub(super) id: VenueId,
    pub(super) name: &'a str,
    pub(super) slug: &'a str,
    pub(super) city: &'a str,
    pub(super) state_province: &'a str,
    pub(super) country: &'a str,
    /// The IANA zone of all dates and times of the entry.
    pub(super) timezone: &'a str,
    pub(super) capacity: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FeedPerformer<'a> {
    pub(super) name: &'a str,
    #[schema(value_type = PerformerPlace)]
    pub(super) role: &'static str,
    #[schema(required = true)]
    pub(super) band_slug: Option<&'a str>,
    #[schema(format = "uri", required = true)]
    pub(super) band_banner_url: Option<&'a str>,
}

/// The place on the bill.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code, reason = "names the words in the document; what is answered is the word itself")]
pub(super) enum PerformerPlace {
    Headliner,
    Support,
    Opener,
}

/// Decimal amounts; their currency is the one that the venue sells in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pricing<'a> {
    /// Bought ahead; the lowest price where there are several.
    #[schema(required = true)]
    pub(super) online: Option<String>,
    /// Bought at the door.
    #[schema(required = true)]
    pub(super) door: Option<String>,
    #[schema(required = true)]
    pub(super) door_seller_name: Option<&'a str>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FeedLinks<'a> {
    #[schema(value_type = Option<String>, format = "uri", required = true)]
    pub(super) ticketing: Option<Cow<'a, str>>,
    #[schema(format = "uri", required = true)]
    pub(super) facebook_event: Option<&'a str>,
    #[schema(format = "uri", required = true)]
    pub(super) website: Option<&'a str>,
}
