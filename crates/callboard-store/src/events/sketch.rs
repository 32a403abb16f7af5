//! A new event with all that is written of it, before it is: rows, words, the feed's line, the audit's. It needs no
//! transaction, so that whoever asks for the event makes it, and the one writer of SQLite only fills in what it alone
//! knows: the event's number and the segment of its words.

use callboard_core::event::Event;
use callboard_core::place::Venue;
use callboard_core::search::Terms as Words;
use callboard_core::ticket::{Terms, TicketType};

use super::create::Birth;
use super::{columns, derived, refs, totals, words};
use crate::counters::{Sequence, next_number};
use crate::error::Result;
use crate::sql::{ChangeNote, Later, Maker, Tx};
use crate::store::Subject;
use crate::tenant::Tenant;

const KIND: &str = "event.created";

#[derive(Debug)]
pub(super) struct Sketch {
    /// With a stand-in for its number.
    event: Event,
    words: Words,
    row: Later,
    types: Vec<[Later; 2]>,
    change: ChangeNote,
    /// The event as the feed shows it, cut where its number stands.
    shown: Vec<String>,
    audit: Later,
}

impl Sketch {
    pub(super) fn of(
        maker: &Maker<'_>,
        tenant: &Tenant,
        birth: Birth,
        types: &[Terms],
        venue: Option<&Venue>,
    ) -> Result<Sketch> {
        let Birth { id, organization_id, details, lifecycle, series_id } = birth;
        let ticket_types: Vec<TicketType> = types.iter().map(|terms| new_type(maker, terms)).collect();
        let stand_in = maker.stand_in();
        let event = Event {
            id,
            organization_id,
            number: stand_in,
            details,
            lifecycle,
            before_archive: None,
            series_id,
            ticket_types,
            version: 1,
            created_at: maker.now(),
            updated_at: maker.now(),
            deleted_at: None,
        };
        let rows = (1..)
            .zip(&event.ticket_types)
            .map(|(position, made)| columns::new_type(organization_id, id, made, position));
        let types = rows.collect::<Result<Vec<_>>>()?;
        let (at, resource) = (maker.now(), "event");
        let change = ChangeNote {
            organization_id,
            id: maker.mint(),
            at,
            kind: KIND,
            resource,
            resource_id: id.0,
            data: None,
        };
        let shown = maker.project(Subject::Event(&event));
        let shown = shown.split(stand_in.to_string().as_str()).map(str::to_owned).collect();
        let audit = maker.audit(organization_id, tenant.actor(), KIND, (resource, id.0));
        let words = derived::terms(&event.details, venue);
        let row = columns::new_event(&event, derived::slot(&event, venue).as_ref())?;
        Ok(Sketch { event, words, row, types, change, shown, audit })
    }

    pub(super) fn event(&self) -> &Event {
        &self.event
    }

    /// Writes it all; the event as it is then.
    pub(super) async fn write(self, tx: &Tx<'_>) -> Result<Event> {
        let Sketch { mut event, words, mut row, types, mut change, shown, audit } = self;
        let organization_id = event.organization_id;
        refs::claim_unique(tx, organization_id, &event.details)?;
        event.number = next_number(tx, Sequence::Event).await?;
        let segment = words::add(tx, organization_id, &event, &words).await?;
        columns::number(&mut row, event.number, segment);
        totals::note(tx, &event, true).await?;
        tx.write(row).await?;
        for one in types.into_iter().flatten() {
            tx.write(one).await?;
        }
        change.data = Some(shown.join(&event.number.to_string()));
        tx.changed_so(change);
        tx.write(audit).await?;
        Ok(event)
    }
}

/// A ticket type of which nothing is sold yet.
pub(super) fn new_type(maker: &Maker<'_>, terms: &Terms) -> TicketType {
    TicketType {
        id: maker.mint(),
        terms: terms.clone(),
        sold: 0,
        held: 0,
        held_until: None,
        created_at: maker.now(),
        updated_at: maker.now(),
    }
}
