//! The event: one thing with up to three facets (a venue, a channel, a box office), held once.
//! Source: contracts.md §6, native-api.md §5.

pub mod category;
pub mod local;
pub mod patch;
pub mod schedule;
pub mod status;
pub mod transition;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use category::Category;
pub use local::{LocalPatch, LocalTimes};
pub use patch::EventPatch;
pub use schedule::{Schedule, SchedulePatch, TimeBasis, When};
pub use transition::{Lifecycle, Transition};

use crate::ids::{BoxOfficeId, ChannelId, EventId, OrganizationId, SeriesId, VenueId};
use crate::money::{Currency, MinorUnits};
use crate::slug::Slug;
use crate::ticket::TicketType;
use crate::time::Timestamp;

/// Longest title, and the default bound of one-line texts. Unit: characters.
pub const TITLE_MAX: usize = 200;
/// Longest description. Unit: characters.
pub const DESCRIPTION_MAX: usize = 20_000;
/// Longest public notes. Unit: characters.
pub const NOTES_MAX: usize = 5_000;
/// Most performers, external offers, classifications and ticket types of one event.
pub const PERFORMERS_MAX: usize = 50;
pub const OFFERS_MAX: usize = 50;
pub const CLASSIFICATIONS_MAX: usize = 10;
pub const TICKET_TYPES_MAX: usize = 50;
/// Most members of `metadata`, and their longest keys and values. Unit: characters. Source: native-api.md §5.
pub const METADATA_MAX: usize = 50;
pub const METADATA_KEY_MAX: usize = 40;
pub const METADATA_VALUE_MAX: usize = 500;
/// Longest source and id of an external name. Unit: characters.
pub const EXTERNAL_SOURCE_MAX: usize = 100;
pub const EXTERNAL_ID_MAX: usize = 200;
/// Longest words for whom it is meant. Unit: characters. Source: contracts.md §1.4.
pub const AUDIENCE_MAX: usize = 100;

/// An event as stored, with its ticket types.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub id: EventId,
    pub organization_id: OrganizationId,
    /// P's integer id and the number in public addresses; unique, from 1, never reused.
    pub number: i64,
    pub details: Details,
    pub lifecycle: Lifecycle,
    /// What an archived event was before, for `restore`.
    pub before_archive: Option<Lifecycle>,
    pub series_id: Option<SeriesId>,
    pub ticket_types: Vec<TicketType>,
    /// Raised by every write that changes the description; not by sales.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// What an organiser says about an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Details {
    pub title: Option<String>,
    pub slug: Slug,
    pub description: Option<String>,
    pub notes: Option<String>,
    pub booking: Booking,
    pub visibility: Visibility,
    pub category: Category,
    pub classifications: Vec<String>,
    pub schedule: Schedule,
    /// Length of the sets in minutes when it is not simply end − start.
    pub set_minutes: Option<i64>,
    pub venue_id: Option<VenueId>,
    pub channel_id: Option<ChannelId>,
    pub box_office_id: Option<BoxOfficeId>,
    pub place: Place,
    pub performers: Vec<Performer>,
    pub producer_name: Option<String>,
    pub online_price: Option<MinorUnits>,
    pub door_price: Option<MinorUnits>,
    pub door_seller: Option<String>,
    pub offers: Vec<Offer>,
    pub links: Links,
    /// The number of an uploaded image.
    pub cover: Option<i64>,
    pub poster_url: Option<String>,
    pub currency: Currency,
    pub capacity: Option<i64>,
    pub audience: Option<String>,
    pub attendance: Option<Attendance>,
    pub external: Option<External>,
    /// The integrator's own key-value notes; opaque.
    pub metadata: Map<String, Value>,
}

/// Where it takes place, as words of this event (a venue, if any, has its own).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Place {
    pub name: Option<String>,
    pub address: Option<String>,
    pub city: Option<String>,
    pub region: Option<String>,
    /// ISO 3166-1 alpha-2, upper case.
    pub country: Option<String>,
    /// The opaque city id of P's clients.
    pub place_id: Option<String>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
}

/// Someone on the bill, in the public order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Performer {
    pub name: String,
    pub role: PerformerRole,
    pub band_slug: Option<String>,
    pub banner_url: Option<String>,
}

/// A ticket offer elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub name: Option<String>,
    pub url: String,
    /// `[a-z_]{1,40}`, stored verbatim. Source: contracts.md §1.4.
    pub availability: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Links {
    pub ticketing: Option<String>,
    pub facebook_event: Option<String>,
    pub website: Option<String>,
}

/// The event's name in the integrator's own system; unique per organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct External {
    pub source: String,
    pub id: String,
}

/// A closed set of words that is stored and answered as text.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }
        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            pub fn as_str(self) -> &'static str { match self { $($name::$variant => $word),+ } }
            /// Finds the value of a word; exact case.
            pub fn parse(word: &str) -> Option<$name> { match word { $($word => Some($name::$variant),)+ _ => None } }
        }
    };
}
pub(crate) use words;

words! {
    /// A slot's state at a venue. Source: contracts.md §6.4.
    Booking { Open = "open", Reserved = "reserved", Filled = "filled" }
}
words! {
    Visibility { Public = "public", Unlisted = "unlisted", Private = "private" }
}
words! {
    PerformerRole { Headliner = "headliner", Support = "support", Opener = "opener" }
}
words! {
    Attendance { InPerson = "in_person", Online = "online", Hybrid = "hybrid" }
}

impl Details {
    /// A new event before anything is said about it but when it happens.
    pub fn blank(slug: Slug, schedule: Schedule, currency: Currency) -> Details {
        Details {
            title: None,
            slug,
            description: None,
            notes: None,
            booking: Booking::Filled,
            visibility: Visibility::Public,
            category: Category::Other,
            classifications: Vec::new(),
            schedule,
            set_minutes: None,
            venue_id: None,
            channel_id: None,
            box_office_id: None,
            place: Place::default(),
            performers: Vec::new(),
            producer_name: None,
            online_price: None,
            door_price: None,
            door_seller: None,
            offers: Vec::new(),
            links: Links::default(),
            cover: None,
            poster_url: None,
            currency,
            capacity: None,
            audience: None,
            attendance: None,
            external: None,
            metadata: Map::new(),
        }
    }

    /// What the event is called: its title, else its headliner, else "Untitled event".
    /// Source: contracts.md §6.3 (†).
    pub fn display_title(&self) -> &str {
        let headliner = || {
            let first = self.performers.iter().find(|p| p.role == PerformerRole::Headliner);
            first.or(self.performers.first()).map(|p| p.name.as_str())
        };
        self.title.as_deref().or_else(headliner).unwrap_or("Untitled event")
    }

    /// Total set length: as given, else end − start. Unit: minutes.
    pub fn set_length_minutes(&self) -> Option<i64> {
        self.set_minutes.or_else(|| self.schedule.length_minutes())
    }
}
