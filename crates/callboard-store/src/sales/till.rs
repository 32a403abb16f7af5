//! What the sales of one transaction share: stock that is taken once for all of them, and what they look up.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use callboard_core::ids::{EventId, OrganizationId, TicketTypeId};
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::Selling;
use super::stock::Shelf;
use crate::error::Result;
use crate::sql::{Conn, Notes};
use crate::store::Projector;

/// A thing that the first who asks looks up and the others wait for.
pub(crate) type Once<T> = Arc<OnceCell<T>>;

/// What was looked up, by organization and name.
pub(crate) type Found<K, T> = Mutex<HashMap<(OrganizationId, K), Once<T>>>;

#[derive(Debug, Default)]
pub(crate) struct Till {
    shelves: Found<TicketTypeId, Option<Shelf>>,
    events: Found<EventId, Option<Selling>>,
    attendees: Found<String, Uuid>,
}

impl Till {
    pub(super) fn shelf(&self, organization_id: OrganizationId, id: TicketTypeId) -> Once<Option<Shelf>> {
        once(&self.shelves, (organization_id, id))
    }

    pub(super) fn event(&self, organization_id: OrganizationId, id: EventId) -> Once<Option<Selling>> {
        once(&self.events, (organization_id, id))
    }

    pub(super) fn attendee(&self, organization_id: OrganizationId, email_folded: String) -> Once<Uuid> {
        once(&self.attendees, (organization_id, email_folded))
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
