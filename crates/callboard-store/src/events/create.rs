//! Making an event, with its ticket types, all or nothing.

use std::sync::Arc;

use callboard_core::event::{Details, Event, EventPatch, Lifecycle, Schedule, TICKET_TYPES_MAX};
use callboard_core::ids::{BoxOfficeId, ChannelId, EventId, OrganizationId, SeriesId};
use callboard_core::issue::{Issue, Issues, Place, Step, Warning};
use callboard_core::money::Currency;
use callboard_core::place::{BoxOffice, Venue};
use callboard_core::rejection::Rejection;
use callboard_core::slug::Slug;
use callboard_core::ticket::{Terms, slug_of_title};
use callboard_core::time::Zone;

use super::find::slug_holder;
use super::refs;
use super::sketch::Sketch;
use crate::channels;
use crate::error::Result;
use crate::sql::{Command, Maker, Prepared, Seen, Tx};
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

    fn prepare(&self, maker: &Maker<'_>, seen: &Seen) -> Option<Prepared> {
        self.ahead(maker, seen).map(|ahead| Box::new(ahead) as Prepared)
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Written> {
        if let Some(ahead) = tx.prepared::<Ahead>()
            && self.holds(tx, &ahead).await?
        {
            let Ahead { sketch, warnings, .. } = *ahead;
            return Ok(Written { event: sketch.write(tx).await?, warnings });
        }
        // On the heap, so that those who do not need it do not carry it with them.
        Box::pin(self.make(tx)).await
    }
}

/// An event that was made ready for what its box office and its venue were a moment ago.
#[derive(Debug)]
struct Ahead {
    office: Option<Arc<BoxOffice>>,
    venue: Option<Arc<Venue>>,
    sketch: Sketch,
    warnings: Vec<Warning>,
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
    Sketch::of(tx.maker(), tenant, birth, types, venue)?.write(tx).await
}

impl CreateEvent {
    /// What needs no transaction. Nothing where something cannot be foreseen or is to be refused: the transaction says it.
    fn ahead(&self, maker: &Maker<'_>, seen: &Seen) -> Option<Ahead> {
        let organization_id = self.tenant.home()?;
        check_terms(&self.ticket_types).ok()?;
        let mut patch = self.patch.clone();
        refs::bind(&self.tenant, &mut patch, true).ok()?;
        let office = match patch.box_office_id.flatten() {
            Some(id) => Some(seen.box_office(organization_id, id)?),
            None => None,
        };
        fill_in(&mut patch, office.as_deref());
        let venue = match patch.venue_id.flatten() {
            Some(id) => Some(seen.venue(organization_id, id)?),
            None => None,
        };
        let (details, warnings) = details(patch, office.as_deref(), venue.as_deref()).ok()?;
        let birth = self.birth(maker.mint(), organization_id, details);
        let sketch = Sketch::of(maker, &self.tenant, birth, &self.ticket_types, venue.as_deref()).ok()?;
        Some(Ahead { office, venue, sketch, warnings })
    }

    /// Whether what was made ready is right in this transaction; with the refusals that it brings.
    async fn holds(&self, tx: &Tx<'_>, ahead: &Ahead) -> Result<bool> {
        let event = ahead.sketch.event();
        let (organization_id, details) = (event.organization_id, &event.details);
        if refs::box_office(tx, organization_id, details.box_office_id).await? != ahead.office {
            return Ok(false);
        }
        if refs::check_references(tx, &self.tenant, organization_id, None, details).await? != ahead.venue {
            return Ok(false);
        }
        if self.patch.slug.is_some() {
            refs::check_slug(tx, organization_id, event.id, details).await?;
        } else if slug_holder(tx, organization_id, details.box_office_id, &details.slug).await?.is_some() {
            return Ok(false);
        }
        refs::check_external(tx, organization_id, event.id, None, details).await?;
        Ok(true)
    }

    /// All of it, inside the transaction.
    async fn make(&self, tx: &Tx<'_>) -> Result<Written> {
        let mut patch = self.patch.clone();
        let organization_id = self.organization(tx, &mut patch).await?;
        refs::bind(&self.tenant, &mut patch, true)?;
        let office = refs::box_office(tx, organization_id, patch.box_office_id.flatten()).await?;
        fill_in(&mut patch, office.as_deref());
        let venue = match (&office, patch.venue_id.flatten()) {
            (None, Some(id)) => refs::venue(tx, organization_id, id).await?,
            (_, _) => None,
        };
        let (mut details, warnings) = details(patch, office.as_deref(), venue.as_deref())?;
        let is_given = self.patch.slug.is_some();
        if !is_given {
            details.slug = free_slug(tx, organization_id, details.box_office_id, details.slug).await?;
        }
        let birth = self.birth(tx.mint(), organization_id, details);
        let (id, details) = (birth.id, &birth.details);
        let venue = refs::check_references(tx, &self.tenant, organization_id, None, details).await?;
        // One of our own making was found free.
        if is_given {
            refs::check_slug(tx, organization_id, id, details).await?;
        }
        refs::check_external(tx, organization_id, id, None, details).await?;
        let event = insert(tx, &self.tenant, birth, &self.ticket_types, venue.as_deref()).await?;
        Ok(Written { event, warnings })
    }

    fn birth(&self, id: EventId, organization_id: OrganizationId, details: Details) -> Birth {
        let lifecycle = self.status.unwrap_or(Lifecycle::Draft);
        Birth { id, organization_id, details, lifecycle, series_id: None }
    }

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
}

/// What a box office says where the caller says nothing.
fn fill_in(patch: &mut EventPatch, office: Option<&BoxOffice>) {
    if let Some(BoxOffice { details, .. }) = office {
        patch.venue_id = patch.venue_id.or(details.default_venue_id.map(Some));
        patch.channel_id = patch.channel_id.or(details.default_channel_id.map(Some));
    }
}

/// Defaults, then what was said; the slug is a wish. The zone: said, else the box office's, else the venue's, else UTC.
fn details(
    mut patch: EventPatch,
    office: Option<&BoxOffice>,
    venue: Option<&Venue>,
) -> Result<(Details, Vec<Warning>)> {
    let zone = office.map(|office| &office.details.zone).or(venue.map(|venue| &venue.details.zone));
    let said = std::mem::take(&mut patch.schedule);
    let (schedule, warnings) = Schedule::revise(None, &said, &zone.cloned().unwrap_or_else(Zone::utc))?;
    let currency = office.map_or(Currency::USD, |office| office.details.currency);
    let wish = patch.slug.take().unwrap_or_else(|| slug_of_title(title(&patch)));
    patch.slug = Some(wish);
    let (details, _) = patch.apply(&Details::blank(slug_of_title(None), schedule, currency))?;
    Ok((details, warnings))
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
