//! The places an event is published to: venues, channels and box offices. Source: native-api.md §3.

use crate::event::patch::Change;
use crate::ids::{BoxOfficeId, ChannelId, OrganizationId, VenueId};
use crate::money::Currency;
use crate::slug::Slug;
use crate::time::{Timestamp, Zone};

/// Most people a venue may hold.
pub const CAPACITY_MAX: i64 = 10_000_000;

/// Longest name of a place. Unit: characters.
pub const NAME_MAX: usize = 200;
/// Longest street address. Unit: characters.
pub const ADDRESS_MAX: usize = 500;
/// Longest description of a channel. Unit: characters.
pub const DESCRIPTION_MAX: usize = 5_000;

/// What every place has besides its own members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A venue; all that H's published types require is always there.
#[derive(Debug, Clone, PartialEq)]
pub struct Venue {
    pub id: VenueId,
    pub organization_id: OrganizationId,
    pub details: VenueDetails,
    pub stamp: Stamp,
}

#[derive(Debug, Clone, PartialEq)]
pub struct VenueDetails {
    pub name: String,
    pub slug: Slug,
    pub city: String,
    pub state_province: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    pub zone: Zone,
    pub capacity: i64,
    pub address: Option<String>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct VenuePatch {
    pub name: Option<String>,
    pub slug: Option<Slug>,
    pub city: Option<String>,
    pub state_province: Option<String>,
    pub country: Option<String>,
    pub zone: Option<Zone>,
    pub capacity: Option<i64>,
    pub address: Change<String>,
    pub latitude: Change<f64>,
    pub longitude: Change<f64>,
}

/// A channel that people follow; `number` is P's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    pub id: ChannelId,
    pub organization_id: OrganizationId,
    pub number: i64,
    pub details: ChannelDetails,
    pub stamp: Stamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelDetails {
    pub name: String,
    pub slug: Slug,
    pub description: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChannelPatch {
    pub name: Option<String>,
    pub slug: Option<Slug>,
    pub description: Change<String>,
}

/// A box office; its default venue and channel fill the facets of what is created through it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxOffice {
    pub id: BoxOfficeId,
    pub organization_id: OrganizationId,
    pub details: BoxOfficeDetails,
    pub stamp: Stamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxOfficeDetails {
    pub name: String,
    pub slug: Slug,
    pub zone: Zone,
    pub currency: Currency,
    pub default_venue_id: Option<VenueId>,
    pub default_channel_id: Option<ChannelId>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BoxOfficePatch {
    pub name: Option<String>,
    pub slug: Option<Slug>,
    pub zone: Option<Zone>,
    pub currency: Option<Currency>,
    pub default_venue_id: Change<VenueId>,
    pub default_channel_id: Change<ChannelId>,
}

impl VenuePatch {
    pub fn apply(self, before: &VenueDetails) -> VenueDetails {
        VenueDetails {
            name: self.name.unwrap_or_else(|| before.name.clone()),
            slug: self.slug.unwrap_or_else(|| before.slug.clone()),
            city: self.city.unwrap_or_else(|| before.city.clone()),
            state_province: self.state_province.unwrap_or_else(|| before.state_province.clone()),
            country: self.country.unwrap_or_else(|| before.country.clone()),
            zone: self.zone.unwrap_or_else(|| before.zone.clone()),
            capacity: self.capacity.unwrap_or(before.capacity),
            address: self.address.unwrap_or_else(|| before.address.clone()),
            latitude: self.latitude.unwrap_or(before.latitude),
            longitude: self.longitude.unwrap_or(before.longitude),
        }
    }
}

impl ChannelPatch {
    pub fn apply(self, before: &ChannelDetails) -> ChannelDetails {
        ChannelDetails {
            name: self.name.unwrap_or_else(|| before.name.clone()),
            slug: self.slug.unwrap_or_else(|| before.slug.clone()),
            description: self.description.unwrap_or_else(|| before.description.clone()),
        }
    }
}

impl BoxOfficePatch {
    pub fn apply(self, before: &BoxOfficeDetails) -> BoxOfficeDetails {
        BoxOfficeDetails {
            name: self.name.unwrap_or_else(|| before.name.clone()),
            slug: self.slug.unwrap_or_else(|| before.slug.clone()),
            zone: self.zone.unwrap_or_else(|| before.zone.clone()),
            currency: self.currency.unwrap_or(before.currency),
            default_venue_id: self.default_venue_id.unwrap_or(before.default_venue_id),
            default_channel_id: self.default_channel_id.unwrap_or(before.default_channel_id),
        }
    }
}

/// Reads an ISO 3166-1 alpha-2 code; lower case is accepted and raised.
///
/// # Errors
/// A sentence that says what would be right.
pub fn country(text: &str) -> Result<String, &'static str> {
    let code = text.trim().to_ascii_uppercase();
    let known =
        code.len() == 2 && COUNTRIES.as_bytes().chunks_exact(3).any(|c| c.starts_with(code.as_bytes()));
    if known { Ok(code) } else { Err("must be an ISO 3166-1 alpha-2 country code such as US") }
}

const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW ";

#[cfg(test)]
mod tests {
    use super::country;

    #[test]
    fn countries_are_two_letter_codes() {
        assert_eq!(country("us").as_deref(), Ok("US"));
        for bad in ["", "USA", "XX", "D ", "A D"] {
            assert!(country(bad).is_err(), "{bad}");
        }
    }
}
