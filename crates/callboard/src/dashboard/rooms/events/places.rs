//! Where an event may be published: the organization's venues, channels and box offices, to choose from; and what
//! it may be listed under.

use callboard_core::ids::{BoxOfficeId, VenueId};
use callboard_core::place::{BoxOffice, Channel, Venue};
use callboard_store::Tenant;
use callboard_store::page::LIMIT_MAX;

use crate::dashboard::field::Choice;
use crate::dashboard::visit::Visit;
use crate::http::Refusal;

/// The places of an organization, up to [`LIMIT_MAX`] of each kind: a longer list is for the API.
#[derive(Debug, Clone)]
pub(in crate::dashboard::rooms) struct Places {
    pub venues: Vec<Venue>,
    pub channels: Vec<Channel>,
    pub offices: Vec<BoxOffice>,
    /// Slugs and names of the classifications.
    pub taxonomy: Vec<(String, String)>,
}

impl Places {
    pub(in crate::dashboard::rooms) async fn of(visit: &Visit, tenant: &Tenant) -> Result<Places, Refusal> {
        let store = &visit.app.store;
        let (classes, _) = store.list_classifications(1, LIMIT_MAX).await?;
        Ok(Places {
            venues: store.list_venues(tenant, None, LIMIT_MAX).await?.items,
            channels: store.list_channels(tenant, None, LIMIT_MAX).await?.items,
            offices: store.list_box_offices(tenant, None, LIMIT_MAX).await?.items,
            taxonomy: classes.into_iter().map(|one| (one.slug, one.name)).collect(),
        })
    }

    pub(in crate::dashboard::rooms) fn venue(&self, id: Option<VenueId>) -> Option<&Venue> {
        self.venues.iter().find(|venue| Some(venue.id) == id)
    }
    pub(in crate::dashboard::rooms) fn office(&self, id: Option<BoxOfficeId>) -> Option<&BoxOffice> {
        self.offices.iter().find(|office| Some(office.id) == id)
    }

    pub(in crate::dashboard::rooms) fn venue_choices(&self, none: &[(&str, &str)]) -> Vec<Choice> {
        let all = self.venues.iter();
        choices(none, all.map(|venue| (venue.id.to_string(), venue.details.name.clone())))
    }
    pub(in crate::dashboard::rooms) fn channel_choices(&self, none: &[(&str, &str)]) -> Vec<Choice> {
        let all = self.channels.iter();
        choices(none, all.map(|channel| (channel.id.to_string(), channel.details.name.clone())))
    }
    pub(in crate::dashboard::rooms) fn office_choices(&self, none: &[(&str, &str)]) -> Vec<Choice> {
        let all = self.offices.iter();
        choices(none, all.map(|office| (office.id.to_string(), office.details.name.clone())))
    }
}

fn choices(none: &[(&str, &str)], all: impl Iterator<Item = (String, String)>) -> Vec<Choice> {
    let none = none.iter().map(|(value, label)| Choice::new(*value, *label));
    none.chain(all.map(|(id, name)| Choice::new(id, name))).collect()
}
