//! A change to an event, in core words; every surface translates its body into one of these.
//!
//! In each member `None` keeps what is there; `Some(None)` clears it. Texts arrive bounded and clean
//! (`crate::text`), references arrive unchecked: the store resolves them inside the tenant.

use serde_json::{Map, Value};

use super::category::{of_classifications, recategorised};
use super::{
    Attendance, Booking, Category, Details, External, Offer, Performer, Schedule, SchedulePatch, Visibility,
};
use crate::ids::{BoxOfficeId, ChannelId, VenueId};
use crate::issue::{Issues, Warning};
use crate::money::{Currency, MinorUnits};
use crate::slug::Slug;

/// Keep (`None`), clear (`Some(None)`) or set.
pub type Change<T> = Option<Option<T>>;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventPatch {
    pub title: Change<String>,
    pub slug: Option<Slug>,
    pub description: Change<String>,
    pub notes: Change<String>,
    pub booking: Option<Booking>,
    pub visibility: Option<Visibility>,
    pub category: Option<Category>,
    pub classifications: Option<Vec<String>>,
    pub schedule: SchedulePatch,
    pub set_minutes: Change<i64>,
    pub venue_id: Change<VenueId>,
    pub channel_id: Change<ChannelId>,
    pub box_office_id: Change<BoxOfficeId>,
    pub place: PlacePatch,
    pub performers: Option<Vec<Performer>>,
    pub producer_name: Change<String>,
    pub online_price: Change<MinorUnits>,
    pub door_price: Change<MinorUnits>,
    pub door_seller: Change<String>,
    pub offers: Option<Vec<Offer>>,
    pub link_ticketing: Change<String>,
    pub link_facebook: Change<String>,
    pub link_website: Change<String>,
    pub cover: Change<i64>,
    pub poster_url: Change<String>,
    pub currency: Option<Currency>,
    pub capacity: Change<i64>,
    pub audience: Change<String>,
    pub attendance: Change<Attendance>,
    pub external: Change<External>,
    pub metadata: Option<Map<String, Value>>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlacePatch {
    pub name: Change<String>,
    pub address: Change<String>,
    pub city: Change<String>,
    pub region: Change<String>,
    pub country: Change<String>,
    pub place_id: Change<String>,
    pub latitude: Change<f64>,
    pub longitude: Change<f64>,
}

fn set<T>(to: &mut T, change: Option<T>) {
    if let Some(value) = change {
        *to = value;
    }
}

impl EventPatch {
    /// The event's details after this change, and what had to be adjusted.
    ///
    /// # Errors
    /// Cross-field faults of the schedule, under core names.
    pub fn apply(self, before: &Details) -> Result<(Details, Vec<Warning>), Issues> {
        let (schedule, warnings) =
            Schedule::revise(Some(&before.schedule), &self.schedule, &before.schedule.zone)?;
        let mut after = Details { schedule, ..before.clone() };
        (after.category, after.classifications) = self.sorted_under(before);
        set(&mut after.title, self.title);
        set(&mut after.slug, self.slug);
        set(&mut after.description, self.description);
        set(&mut after.notes, self.notes);
        set(&mut after.booking, self.booking);
        set(&mut after.visibility, self.visibility);
        set(&mut after.set_minutes, self.set_minutes);
        set(&mut after.venue_id, self.venue_id);
        set(&mut after.channel_id, self.channel_id);
        set(&mut after.box_office_id, self.box_office_id);
        set(&mut after.place.name, self.place.name);
        set(&mut after.place.address, self.place.address);
        set(&mut after.place.city, self.place.city);
        set(&mut after.place.region, self.place.region);
        set(&mut after.place.country, self.place.country);
        set(&mut after.place.place_id, self.place.place_id);
        set(&mut after.place.latitude, self.place.latitude);
        set(&mut after.place.longitude, self.place.longitude);
        set(&mut after.performers, self.performers);
        set(&mut after.producer_name, self.producer_name);
        set(&mut after.online_price, self.online_price);
        set(&mut after.door_price, self.door_price);
        set(&mut after.door_seller, self.door_seller);
        set(&mut after.offers, self.offers);
        set(&mut after.links.ticketing, self.link_ticketing);
        set(&mut after.links.facebook_event, self.link_facebook);
        set(&mut after.links.website, self.link_website);
        set(&mut after.cover, self.cover);
        set(&mut after.poster_url, self.poster_url);
        set(&mut after.currency, self.currency);
        set(&mut after.capacity, self.capacity);
        set(&mut after.audience, self.audience);
        set(&mut after.attendance, self.attendance);
        set(&mut after.external, self.external);
        set(&mut after.metadata, self.metadata);
        Ok((after, warnings))
    }

    /// Category and classifications follow each other unless both are said. Source: contracts.md §6.6.
    fn sorted_under(&self, before: &Details) -> (Category, Vec<String>) {
        match (self.category, &self.classifications) {
            (Some(category), Some(slugs)) => (category, slugs.clone()),
            (None, Some(slugs)) => (of_classifications(slugs), slugs.clone()),
            (Some(category), None) => {
                (category, recategorised(&before.classifications, before.category, category))
            }
            (None, None) => (before.category, before.classifications.clone()),
        }
    }
}
