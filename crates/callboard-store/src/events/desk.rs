//! What the commands of one transaction that make events look up once for all of them. None of them changes any of it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError};

use callboard_core::ids::{BoxOfficeId, ChannelId, OrganizationId, VenueId};
use callboard_core::place::{BoxOffice, Venue};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::counters::{self, Sequence};
use crate::error::{Error, Result};
use crate::sales::till::{Found, Once, once};
use crate::sql::{Conn, Seen};

#[derive(Debug, Default)]
pub(crate) struct Desk {
    segments: Found<(), i64>,
    box_offices: Found<BoxOfficeId, Option<Arc<BoxOffice>>>,
    venues: Found<VenueId, Option<Arc<Venue>>>,
    channels: Found<ChannelId, bool>,
    classifications: Found<String, bool>,
    /// How many numbers are taken with one statement where they are rows of the transaction itself.
    commands: i64,
    numbers: OnceCell<Ahead>,
}

/// Numbers of the sequence of events that were taken, from the next to the last.
#[derive(Debug)]
struct Ahead {
    next: AtomicI64,
    last: i64,
}

impl Desk {
    pub(crate) fn of(commands: usize) -> Desk {
        Desk { commands: i64::try_from(commands).unwrap_or(1), ..Desk::default() }
    }

    pub(super) fn segment(&self, organization_id: OrganizationId) -> Once<i64> {
        once(&self.segments, (organization_id, ()))
    }

    pub(super) fn box_office(
        &self,
        organization_id: OrganizationId,
        id: BoxOfficeId,
    ) -> Once<Option<Arc<BoxOffice>>> {
        once(&self.box_offices, (organization_id, id))
    }

    pub(super) fn venue(&self, organization_id: OrganizationId, id: VenueId) -> Once<Option<Arc<Venue>>> {
        once(&self.venues, (organization_id, id))
    }

    pub(super) fn channel(&self, organization_id: OrganizationId, id: ChannelId) -> Once<bool> {
        once(&self.channels, (organization_id, id))
    }

    /// Classifications are the same for all organizations.
    pub(super) fn classification(&self, slug: String) -> Once<bool> {
        once(&self.classifications, (OrganizationId(Uuid::nil()), slug))
    }

    /// The next number of an event; `None` when those that were taken are used up.
    pub(crate) async fn number(&self, conn: &Conn) -> Result<Option<i64>> {
        let take = || async {
            let last = counters::take(conn, Sequence::Event, self.commands).await?;
            let next = last.saturating_sub(self.commands).saturating_add(1);
            Ok::<_, Error>(Ahead { next: AtomicI64::new(next), last })
        };
        let ahead = self.numbers.get_or_try_init(take).await?;
        let next = ahead.next.fetch_add(1, Ordering::Relaxed);
        Ok((next <= ahead.last).then_some(next))
    }

    /// Tells those who come which places it has found.
    pub(crate) fn tell(&self, seen: &Seen) {
        each(&self.box_offices, |found| seen.saw_box_office(found));
        each(&self.venues, |found| seen.saw_venue(found));
    }

    /// Gives the numbers back that nobody used.
    pub(crate) async fn close(&self, conn: &Conn) -> Result<()> {
        let Some(ahead) = self.numbers.get() else { return Ok(()) };
        let left = ahead.last.saturating_add(1).saturating_sub(ahead.next.load(Ordering::Relaxed));
        if left > 0 {
            counters::take(conn, Sequence::Event, left.saturating_neg()).await?;
        }
        Ok(())
    }
}

fn each<K, T>(all: &Found<K, Option<Arc<T>>>, act: impl Fn(&Arc<T>)) {
    let all = all.lock().unwrap_or_else(PoisonError::into_inner);
    all.values().filter_map(|cell| cell.get()?.as_ref()).for_each(act);
}
