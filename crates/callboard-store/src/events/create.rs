//! Making an event, with its ticket types, all or nothing.

use callboard_core::event::{Details, Event, EventPatch, Lifecycle, Schedule, TICKET_TYPES_MAX};
use callboard_core::ids::{BoxOfficeId, ChannelId, EventId, OrganizationId, SeriesId};
use callboard_core::issue::{Issue, Issues, Place, Step, Warning};
use callboard_core::money::Currency;
use callboard_core::place::{BoxOffice, Venue};
use callboard_core::rejection::Rejection;
use callboard_core::slug::Slug;
use callboard_core::ticket::{Terms, TicketType, slug_of_title};
use callboard_core::time::Zone;

use super::find::slug_holder;
use super::row::As;
use super::{derived, refs, row, words};
use crate::channels;
use crate::counters::{Sequence, next_number};
use crate::error::Result;
use crate::sql::{Command, Tx};
use crate::store::Subject;
use crate::tenant::{Reach, Tenant};

/// Makes an event. A box office's default venue and channel fill the facets that are not said.
#[derive(Debug, Clone)]
pub struct CreateEvent {
    pub tenant: Tenant,
    pub patch: EventPatch,
    pub ticket_types: Vec<Terms>,
    /// `None` = draft.
    pub status: Option<Lifecycle>,
    /// Through an account (P): the channel by its number; the event then belongs to the channel's organization.
    pub channel_number: Option<i64>,
}

/// An event after a write, and what had to be adjusted.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    pub event: Event,
    pub warnings: Vec<Warning>,
}

impl Command for CreateEvent {
    type Out = Written;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    fn interleaves(&self) -> bool {
        true
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Written> {
        let mut patch = self.patch.clone();
        let organization_id = self.organization(tx, &mut patch).await?;
        refs::bind(&self.tenant, &mut patch, true)?;
        let office = refs::box_office(tx, organization_id, patch.box_office_id.flatten()).await?;
        if let Some(office) = &office {
            let defaults = &office.details;
            patch.venue_id = patch.venue_id.or(defaults.default_venue_id.map(Some));
            patch.channel_id = patch.channel_id.or(defaults.default_channel_id.map(Some));
        }
        let is_given = patch.slug.is_some();
        let (details, warnings) = self.details(tx, organization_id, patch, office.as_ref()).await?;
        let id = tx.mint();
        let venue = refs::check_references(tx, &self.tenant, organization_id, None, &details).await?;
        // One of our own making was found free.
        if is_given {
            refs::check_slug(tx, organization_id, id, &details).await?;
        }
        refs::check_external(tx, organization_id, id, None, &details).await?;
        let lifecycle = self.status.unwrap_or(Lifecycle::Draft);
        let birth = Birth { id, organization_id, details, lifecycle, series_id: None };
        let event = insert(tx, &self.tenant, birth, &self.ticket_types, venue.as_ref()).await?;
        Ok(Written { event, warnings })
    }
}

/// A new event, decided.
#[derive(Debug)]
pub(super) struct Birth {
    pub(super) id: EventId,
    pub(super) organization_id: OrganizationId,
    pub(super) details: Details,
    pub(super) lifecycle: Lifecycle,
    pub(super) series_id: Option<SeriesId>,
}

/// Writes a new event with its ticket types and all that follows from it.
pub(super) async fn insert(
    tx: &Tx<'_>,
    tenant: &Tenant,
    birth: Birth,
    types: &[Terms],
    venue: Option<&Venue>,
) -> Result<Event> {
    let Birth { id, organization_id, details, lifecycle, series_id } = birth;
    refs::claim_unique(tx, organization_id, &details)?;
    let mut event = Event {
        id,
        organization_id,
        number: next_number(tx, Sequence::Event).await?,
        details,
        lifecycle,
        before_archive: None,
        series_id,
        ticket_types: Vec::new(),
        version: 1,
        created_at: tx.now(),
        updated_at: tx.now(),
        deleted_at: None,
    };
    let segment = words::add(tx, organization_id, &event, &derived::terms(&event.details, venue)).await?;
    row::save(tx, &event, derived::slot(&event, venue).as_ref(), As::New(segment)).await?;
    for (position, terms) in (1..).zip(types) {
        let made = new_type(tx, terms);
        row::insert_type(tx, &event, &made, position).await?;
        event.ticket_types.push(made);
    }
    let kind = "event.created";
    tx.changed(organization_id, kind, "event", event.id.0, Some(tx.project(Subject::Event(&event))));
    tx.audit_as(organization_id, tenant.actor(), kind, "event", event.id.0).await?;
    Ok(event)
}

impl CreateEvent {
    /// Whose event it will be. Through an account, input faults come before the channel's refusal (P's order of checks).
    async fn organization(&self, tx: &Tx<'_>, patch: &mut EventPatch) -> Result<OrganizationId> {
        check_terms(&self.ticket_types)?;
        let Reach::Account(_) = self.tenant.reach() else { return Ok(self.tenant.organization_id()) };
        let mut issues = Issues::new();
        if let Err(faults) = Schedule::revise(None, &patch.schedule, &Zone::utc()) {
            issues = faults;
        }
        refs::check_classifications(tx, patch.classifications.as_deref().unwrap_or(&[]), &mut issues).await?;
        issues.done()?;
        let number = self.channel_number.ok_or(Rejection::ChannelNotYours)?;
        let channel =
            channels::account_channel(tx, &self.tenant, number).await?.ok_or(Rejection::ChannelNotYours)?;
        let id: ChannelId = channel.id;
        patch.channel_id = Some(Some(id));
        tx.hold(channel.organization_id).await?;
        Ok(channel.organization_id)
    }

    /// Defaults, then what was said. The zone: said, else the box office's, else the venue's, else UTC.
    async fn details(
        &self,
        tx: &Tx<'_>,
        organization_id: OrganizationId,
        mut patch: EventPatch,
        office: Option<&BoxOffice>,
    ) -> Result<(Details, Vec<Warning>)> {
        let zone = match (office, patch.venue_id.flatten()) {
            (Some(office), _) => office.details.zone.clone(),
            (None, Some(id)) => {
                refs::venue(tx, organization_id, id).await?.map_or_else(Zone::utc, |venue| venue.details.zone)
            }
            (None, None) => Zone::utc(),
        };
        let said = std::mem::take(&mut patch.schedule);
        let (schedule, warnings) = Schedule::revise(None, &said, &zone)?;
        let currency = office.map_or(Currency::USD, |office| office.details.currency);
        let is_given = patch.slug.is_some();
        let slug = patch.slug.clone().unwrap_or_else(|| slug_of_title(title(&patch)));
        let box_office = patch.box_office_id.flatten();
        patch.slug =
            Some(if is_given { slug } else { free_slug(tx, organization_id, box_office, slug).await? });
        let (details, _) = patch.apply(&Details::blank(slug_of_title(None), schedule, currency))?;
        Ok((details, warnings))
    }
}

fn title(patch: &EventPatch) -> Option<&str> {
    let performer = || patch.performers.as_ref().and_then(|all| all.first()).map(|first| first.name.as_str());
    patch.title.as_ref().and_then(|title| title.as_deref()).or_else(performer)
}

/// `jazz`, or the first of `jazz-2`, `jazz-3`, … that is free; after some tries a number that surely is.
pub(super) async fn free_slug(
    tx: &Tx<'_>,
    organization_id: OrganizationId,
    box_office: Option<BoxOfficeId>,
    wish: Slug,
) -> Result<Slug> {
    const TRIES: u32 = 20;
    if slug_holder(tx, organization_id, box_office, &wish).await?.is_none() {
        return Ok(wish);
    }
    for n in 2..TRIES {
        let next = wish.numbered(n);
        if slug_holder(tx, organization_id, box_office, &next).await?.is_none() {
            return Ok(next);
        }
    }
    // A thousand namesakes must not cost a thousand look-ups: eight digits drawn for this command.
    let id: uuid::Uuid = tx.mint();
    let number = u32::try_from(id.as_u128() & 0x03ff_ffff).unwrap_or(0);
    Ok(wish.numbered(number.saturating_add(10_000_000)))
}

pub(super) fn new_type(tx: &Tx<'_>, terms: &Terms) -> TicketType {
    TicketType {
        id: tx.mint(),
        terms: terms.clone(),
        sold: 0,
        held: 0,
        held_until: None,
        created_at: tx.now(),
        updated_at: tx.now(),
    }
}

/// Cross-field rules of each ticket type, at `ticketTypes.N.…`, and how many there may be.
pub(crate) fn check_terms(types: &[Terms]) -> Result<()> {
    if types.len() > TICKET_TYPES_MAX {
        return Err(Rejection::TooManyTicketTypes { limit: TICKET_TYPES_MAX }.into());
    }
    let mut issues = Issues::new();
    for (index, terms) in types.iter().enumerate() {
        for issue in terms.check().err().unwrap_or_default().0 {
            let mut steps = vec![Step::from("ticketTypes"), Step::Index(index)];
            if let Place::Body(inner) = issue.place {
                steps.extend(inner);
            }
            issues.push(Issue { place: Place::Body(steps), code: issue.code, message: issue.message });
        }
    }
    Ok(issues.done()?)
}
