//! What events show of the places they are published to: their channels' numbers, their venues.

use std::borrow::Borrow;
use std::collections::HashMap;

use callboard_core::event::Event;
use callboard_core::ids::{ChannelId, VenueId};
use callboard_core::place::Venue;

use crate::error::Result;
use crate::sql::params;
use crate::store::Store;
use crate::tenant::{Reach, Tenant};
use crate::venues;

/// The channels and venues of some events.
#[derive(Debug, Clone, Default)]
pub struct Facets {
    channels: HashMap<ChannelId, i64>,
    venues: HashMap<VenueId, Venue>,
}

impl Facets {
    /// P's id of the event's channel; `None` for an event without one.
    pub fn channel_number(&self, event: &Event) -> Option<i64> {
        self.channels.get(&event.details.channel_id?).copied()
    }

    /// The event's venue, deleted or not: a past event goes on saying where it was.
    pub fn venue(&self, event: &Event) -> Option<&Venue> {
        self.venues.get(&event.details.venue_id?)
    }
}

impl Store {
    /// The channels and venues of events that this tenant was shown; one look-up for each distinct place.
    ///
    /// # Errors
    /// Faults only.
    pub async fn list_facets(&self, tenant: &Tenant, events: &[impl Borrow<Event>]) -> Result<Facets> {
        let mut facets = Facets::default();
        let read = self.read().await?;
        let is_within = |event: &&Event| match tenant.reach() {
            Reach::Organization(_) => event.organization_id == tenant.organization_id(),
            // The read that showed the event compared its channel with the account's.
            Reach::Account(_) => event.details.channel_id.is_some(),
        };
        for event in events.iter().map(Borrow::borrow).filter(is_within) {
            let organization_id = event.organization_id;
            if let Some(id) = event.details.channel_id
                && !facets.channels.contains_key(&id)
            {
                let sql = "SELECT number FROM channel WHERE organization_id = $1 AND id = $2";
                let number = read.one(sql, params![organization_id, id], |row| row.get(0)).await?;
                facets.channels.extend(number.map(|number| (id, number)));
            }
            if let Some(id) = event.details.venue_id
                && !facets.venues.contains_key(&id)
            {
                let venue = venues::find_any(&read, organization_id, id).await?;
                facets.venues.extend(venue.map(|venue| (id, venue)));
            }
        }
        Ok(facets)
    }
}
