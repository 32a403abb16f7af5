//! What the sales of one transaction share: stock that is taken once for all of them, and what they look up.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use callboard_core::ids::{EventId, OrganizationId, TicketTypeId};
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::Selling;
use super::stock::Shelf;
use crate::error::Result;
use crate::query::Query;
use crate::sql::foresight::{NAMES_MAX, padded};
use crate::sql::{Conn, Notes};
use crate::store::Projector;

/// A thing that the first who asks looks up and the others wait for.
pub(crate) type Once<T> = Arc<OnceCell<T>>;

/// A buyer's address, and the id that the organization has for it.
#[derive(Debug, Default)]
pub(super) struct Attendee {
    pub(super) id: OnceCell<Uuid>,
    /// It was looked for, for all commands at once, and is not there.
    pub(super) is_new: bool,
}

/// What was looked up, by organization and name.
pub(crate) type Found<K, T> = Mutex<HashMap<(OrganizationId, K), Once<T>>>;

#[derive(Debug, Default)]
pub(crate) struct Till {
    shelves: Found<TicketTypeId, Option<Shelf>>,
    events: Found<EventId, Option<Selling>>,
    attendees: Mutex<HashMap<(OrganizationId, String), Arc<Attendee>>>,
    /// Random bits that choose a block of order numbers, and how many of it were given out.
    block: OnceLock<u64>,
    numbered: AtomicU64,
}

impl Till {
    pub(super) fn shelf(&self, organization_id: OrganizationId, id: TicketTypeId) -> Once<Option<Shelf>> {
        once(&self.shelves, (organization_id, id))
    }

    pub(super) fn event(&self, organization_id: OrganizationId, id: EventId) -> Once<Option<Selling>> {
        once(&self.events, (organization_id, id))
    }

    pub(super) fn attendee(&self, organization_id: OrganizationId, email_folded: String) -> Arc<Attendee> {
        let mut attendees = self.attendees.lock().unwrap_or_else(PoisonError::into_inner);
        attendees.entry((organization_id, email_folded)).or_default().clone()
    }

    /// Looks for buyers before the commands run that sell to them.
    pub(crate) async fn look_up(&self, conn: &Conn, mut buyers: Vec<(OrganizationId, String)>) -> Result<()> {
        buyers.sort_unstable();
        buyers.dedup();
        let parts = buyers.chunk_by(|one, next| one.0 == next.0).flat_map(|of_one| of_one.chunks(NAMES_MAX));
        for part in parts {
            let Some((organization_id, _)) = part.first() else { continue };
            let mut query = Query::new("SELECT email_folded, id FROM attendee WHERE organization_id = ");
            query.bind("", *organization_id);
            query.bind_list(" AND email_folded IN", padded(part).map(|(_, email)| email));
            let found = conn.rows(query.sql(), query.params(), |row| Ok((row.get(0)?, row.get(1)?))).await?;
            let mut found: HashMap<String, Uuid> = found.into_iter().collect();
            let mut attendees = self.attendees.lock().unwrap_or_else(PoisonError::into_inner);
            for buyer in part {
                let id = found.remove(&buyer.1);
                let attendee = Attendee { is_new: id.is_none(), id: OnceCell::new_with(id) };
                attendees.insert(buyer.clone(), Arc::new(attendee));
            }
        }
        Ok(())
    }

    /// The block of order numbers of this transaction, and which of them is the next: no two orders get the same.
    pub(super) fn number(&self, random: impl FnOnce() -> u64) -> (u64, u64) {
        (*self.block.get_or_init(random), self.numbered.fetch_add(1, Ordering::Relaxed))
    }

    /// Puts all stock back that was moved by commands that ran beside each other.
    pub(crate) async fn close(&self, conn: &Conn, projector: Projector, notes: &mut Notes) -> Result<()> {
        let mut shelves: Vec<Shelf> = {
            let taken = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
            taken.values().filter_map(|cell| cell.get().cloned().flatten()).collect()
        };
        shelves.sort_unstable_by_key(Shelf::id);
        for shelf in shelves {
            shelf.close(conn, projector, notes).await?;
        }
        Ok(())
    }
}

pub(crate) fn once<K: Eq + Hash, T>(kept: &Mutex<HashMap<K, Once<T>>>, key: K) -> Once<T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default().clone()
}
