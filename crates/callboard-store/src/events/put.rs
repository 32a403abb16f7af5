//! Making or changing an event by its name in the integrator's own system. Source: native-api.md §5.

use callboard_core::event::{Event, EventPatch, External};
use callboard_core::ids::{EventId, OrganizationId, TicketTypeId};
use callboard_core::issue::Warning;
use callboard_core::rejection::Rejection;
use callboard_core::ticket::{Terms, TermsPatch};

use super::find::{self, EventRef};
use super::{AddTicketType, CreateEvent, ReviseEvent, ReviseTicketType, Written};
use crate::error::Result;
use crate::sql::{Command, Conn, Tx, params};
use crate::tenant::Tenant;

/// Makes an event with this external name, or changes the one that has it, all or nothing.
///
/// Ticket types of an event that exists are known by their names: one with the name of a new one takes
/// its terms, the others stay.
#[derive(Debug, Clone)]
pub struct PutEvent {
    pub tenant: Tenant,
    pub external: External,
    pub patch: EventPatch,
    pub ticket_types: Vec<Terms>,
    pub if_match: Option<i64>,
}

/// An event that was put.
#[derive(Debug, Clone, PartialEq)]
pub struct Put {
    pub event: Event,
    pub warnings: Vec<Warning>,
    pub is_new: bool,
}

impl Command for PutEvent {
    type Out = Put;

    fn organization(&self) -> Option<OrganizationId> {
        self.tenant.home()
    }

    async fn run<'a>(&'a self, tx: &'a Tx<'a>) -> Result<Put> {
        let Some(id) = holder(tx, &self.tenant, &self.external).await? else {
            return self.create(tx).await;
        };
        let within = find::find(tx, &self.tenant, &EventRef::Id(id), tx.now()).await?;
        let before = within.ok_or(Rejection::OutOfReach)?;
        let revise = ReviseEvent {
            tenant: self.tenant.clone(),
            event: EventRef::Id(id),
            patch: self.patch.clone(),
            if_match: self.if_match,
            remove_ticket_type: None,
            add_ticket_type: None,
            set_status: None,
        };
        let Written { mut event, warnings } = revise.run(tx).await?;
        for (known, terms) in matched(&before, &self.ticket_types) {
            event = self.put_type(tx, id, known, terms).await?;
        }
        Ok(Put { event, warnings, is_new: false })
    }
}

impl PutEvent {
    async fn create(&self, tx: &Tx<'_>) -> Result<Put> {
        if self.if_match.is_some() {
            return Err(Rejection::Stale { current: 0 }.into());
        }
        let patch = EventPatch { external: Some(Some(self.external.clone())), ..self.patch.clone() };
        let create = CreateEvent {
            tenant: self.tenant.clone(),
            patch,
            ticket_types: self.ticket_types.clone(),
            status: None,
            channel_number: None,
        };
        let Written { event, warnings } = create.run(tx).await?;
        Ok(Put { event, warnings, is_new: true })
    }

    async fn put_type(
        &self,
        tx: &Tx<'_>,
        event: EventId,
        known: Option<TicketTypeId>,
        terms: &Terms,
    ) -> Result<Event> {
        let (tenant, if_match) = (self.tenant.clone(), None);
        match known {
            Some(id) => ReviseTicketType { tenant, id, patch: whole(terms), if_match }.run(tx).await,
            None => {
                let add =
                    AddTicketType { tenant, event: EventRef::Id(event), terms: terms.clone(), if_match };
                add.run(tx).await.map(|(event, _)| event)
            }
        }
    }
}

/// Each of the terms with the ticket type of its name, none of them taken twice.
fn matched<'a>(event: &Event, terms: &'a [Terms]) -> Vec<(Option<TicketTypeId>, &'a Terms)> {
    let mut free: Vec<_> = event.ticket_types.iter().collect();
    let mut one = |terms: &'a Terms| {
        let at = free.iter().position(|known| known.terms.name == terms.name);
        (at.map(|at| free.remove(at).id), terms)
    };
    terms.iter().map(&mut one).collect()
}

pub(super) fn whole(terms: &Terms) -> TermsPatch {
    let terms = terms.clone();
    TermsPatch {
        name: Some(terms.name),
        description: Some(terms.description),
        price: Some(terms.price),
        quantity: Some(terms.quantity),
        sale_starts_at: Some(terms.sale_starts_at),
        sale_ends_at: Some(terms.sale_ends_at),
        min_per_order: Some(terms.min_per_order),
        max_per_order: Some(terms.max_per_order),
        hidden: Some(terms.hidden),
    }
}

async fn holder(conn: &Conn, tenant: &Tenant, external: &External) -> Result<Option<EventId>> {
    conn.one(
        "SELECT id FROM event WHERE organization_id = $1 AND external_source = $2 AND external_id = $3
         AND deleted_at IS NULL",
        params![tenant.organization_id(), &external.source, &external.id],
        |row| row.get(0),
    )
    .await
}
